/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/waiver.h"

#include "audit/base/arena.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/catalogue.h"

static const struct site_waiver *find_waiver(const struct site *site, const struct check *check,
					     const struct evidence *evidence)
{
	for (size_t i = 0; i < site->waiver_count; i++) {
		const struct site_waiver *waiver = &site->waivers[i];
		if (waiver->until && waiver->until <= site->now)
			continue;
		if (catalogue_id_matches(check->id, waiver->check) &&
		    slice_glob(waiver->subject, slice_of(evidence->subject)))
			return waiver;
	}
	return NULL;
}

const struct result_waiver *waiver_for(struct arena *arena, const struct model *model,
				       const struct check *check, const struct verdict *verdict)
{
	const struct site_waiver *last = NULL;
	if (!model->site || verdict->fail_count == 0)
		return NULL;
	for (size_t i = 0; i < verdict->count; i++) {
		if (verdict->evidence[i].role != EVIDENCE_FAILS)
			continue;
		last = find_waiver(model->site, check, &verdict->evidence[i]);
		if (!last)
			return NULL;
	}
	struct result_waiver *waiver = ARENA_NEW(arena, struct result_waiver);
	if (!waiver || !last)
		return NULL;
	waiver->reason = slice_to_string(arena, last->reason);
	waiver->until = slice_to_string(arena, last->until_text);
	waiver->by = slice_to_string(arena, last->by);
	return waiver->reason && waiver->until && waiver->by ? waiver : NULL;
}
