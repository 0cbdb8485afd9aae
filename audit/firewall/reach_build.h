/* SPDX-License-Identifier: Apache-2.0
 *
 * What reach_model.c (services) and reach_answers.c (packets without a socket) share.
 */
#ifndef RINGFENCE_FIREWALL_REACH_BUILD_H
#define RINGFENCE_FIREWALL_REACH_BUILD_H

#include "audit/base/attributes.h"
#include "audit/firewall/firewall_model.h"
#include "audit/firewall/reach_model.h"
#include "audit/firewall/reach_trial.h"

enum {
	REACH_FAMILIES = 2
};
extern const enum address_family reach_families[REACH_FAMILIES];

struct reach_builder {
	struct arena *arena;
	const struct firewall_model *firewall;
	const struct reach_site *site;
	/* NULL for a family whose rules are not known. */
	struct trial *trials[REACH_FAMILIES];
};

/* Parts of one family. */
struct reach_parts {
	struct reach_part *items;
	size_t count;
	size_t capacity;
};

/* Asks QUESTION of the family at index FAMILY and appends the parts. False: memory is short. */
bool reach_ask(struct reach_builder *builder, size_t family, const struct trial_question *question,
	       struct reach_parts *parts) MUST_CHECK;

enum exposure reach_part_exposure(const struct reach_part *part, const struct reach_site *site);

/* Fill answers and defaults, and ranges, of MODEL, whose services are there. */
bool reach_build_answers(struct reach_builder *builder, struct reach_model *model) MUST_CHECK;
bool reach_build_ranges(struct reach_builder *builder, struct reach_model *model) MUST_CHECK;
/* Fills published of MODEL. */
bool reach_build_published(struct reach_builder *builder, struct reach_model *model) MUST_CHECK;

#endif
