/* SPDX-License-Identifier: Apache-2.0
 *
 * What many results say together: who is worst, which finding on how many hosts, who stands out,
 * what can be reached over all. Counted once here; reports only tell it.
 */
#ifndef RINGFENCE_CHECKS_FLEET_SUMMARY_H
#define RINGFENCE_CHECKS_FLEET_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/exposure.h"
#include "audit/base/text_map.h"
#include "checks/result.h"
#include "checks/score.h"

struct arena;

#define FLEET_SCHEMA "ringfence-fleet/1"

/* A host stands out with a finding that at least so many hosts decided, and at most one in so many
 * of them has. */
#define FLEET_OUTLIER_HOSTS 5
#define FLEET_OUTLIER_SHARE 10

/* Indices of hosts. */
struct fleet_indices {
	size_t *items;
	size_t count;
	size_t capacity;
};

struct fleet_row {
	const char *name;
	/* Where its reports are, from the fleet's own; "" where it has none. */
	const char *folder;
	/* NULL: it was audited. */
	const char *failure;
	const char *started;
	const char *os;
	const char *pbx_name;
	const char *pbx_version;
	const char *grade;
	unsigned int value;
	unsigned int low;
	/* Thousandths. */
	unsigned int coverage;
	/* Failed findings by enum severity_band. */
	unsigned int bands[BAND_CRITICAL + 1];
	unsigned int unknown;
	size_t unread;
	/* Services that anywhere reaches. */
	unsigned int open;
};

struct fleet_finding {
	const char *id;
	const char *title;
	/* Tenths: the largest of all hosts. */
	unsigned int severity;
	struct fleet_indices fails;
	unsigned int passes;
	unsigned int unknown;
	unsigned int waived;
	/* The widest of the failing hosts. */
	enum exposure exposure;
};

struct fleet_service {
	const char *protocol;
	unsigned int port;
	const char *name;
	/* By who reaches it. */
	struct fleet_indices anywhere;
	struct fleet_indices networks;
	struct fleet_indices unknown;
};

/* A host that has what hardly another has. */
struct fleet_outlier {
	size_t host;
	size_t finding;
};

struct fleet_summary {
	struct arena *arena;
	struct text_map finding_by_id;
	struct text_map service_by_key;
	/* RFC 3339. */
	const char *started;
	/* Worst first, hosts that could not be audited last. Indices of the lists below point here.
	 */
	struct fleet_row *rows;
	size_t row_count;
	size_t row_capacity;
	/* By the number of failing hosts times severity, those that fail nowhere last. */
	struct fleet_finding **findings;
	size_t finding_count;
	size_t finding_capacity;
	/* By the number of hosts where anywhere reaches it. */
	struct fleet_service **services;
	size_t service_count;
	size_t service_capacity;
	struct fleet_outlier *outliers;
	size_t outlier_count;
	size_t outlier_capacity;
	size_t audited;
	unsigned int median;
	/* Hosts by grade, A to D and F. */
	unsigned int grades[5];
};

void fleet_summary_init(struct fleet_summary *summary, struct arena *arena, const char *started);

/* Adds RESULT, of which nothing is pointed into afterwards. False: memory is short. */
bool fleet_summary_add(struct fleet_summary *summary, const char *name, const char *folder,
		       const struct result *result) MUST_CHECK;

/* Adds a host that could not be audited, because of FAILURE. */
bool fleet_summary_add_failure(struct fleet_summary *summary, const char *name,
			       const char *failure) MUST_CHECK;

/* Sorts and counts, after the last host. */
bool fleet_summary_finish(struct fleet_summary *summary) MUST_CHECK;

#endif
