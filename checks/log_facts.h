/* SPDX-License-Identifier: Apache-2.0
 *
 * What the checks of logs share: texts for evidence, which addresses are known, and how a check
 * ends that found nothing.
 */
#ifndef RINGFENCE_CHECKS_LOG_FACTS_H
#define RINGFENCE_CHECKS_LOG_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/logs/activity_model.h"

struct site;
struct verdict;

/* "2026-02-03 10:00 UTC", "an unknown time"; in the verdict's arena. */
const char *log_time_text(struct verdict *verdict, int64_t when);

/* In the verdict's arena. */
const char *log_address_text(struct verdict *verdict, struct address address);

/* A network that the site trusts, where its phones are, or loopback. */
bool log_is_trusted(const struct site *site, struct address address);

/* Why a log of ROLE could not be read; NULL when that did not happen. */
const struct unread *log_unread_of(const struct activity_model *activity,
				   enum activity_log_role role);

/* Ends a check that looked for hits in the logs of ROLE. Where it found none: a pass with TEXT, or
 * undecided when a log could not be read, none is there, or it covers less than a day. */
void log_close(struct verdict *verdict, const struct activity_model *activity,
	       enum activity_log_role role, const char *text);

#endif
