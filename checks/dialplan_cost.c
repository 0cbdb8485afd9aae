/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/dialplan_cost.h"

#include <inttypes.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/model/tariff.h"
#include "checks/dialplan_entries.h"
#include "checks/dialplan_hunt.h"
#include "checks/verdict.h"

/* Ten hours: from the last who leaves the office to the first who comes. */
#define NIGHT_MINUTES 600u
/* Prefixes that are dialled, the dearest first; each is a walk. */
#define PREFIXES_TRIED_MAX 64u
/* A call-limit above it limits nothing: INT_MAX is what callcounter sets. */
#define CHANNELS_MAX 1000000
/* Digits of an international number that is tried. */
#define NUMBER_DIGITS 12u

/* What is dialled before an international number, with and without a digit for a line; "" for
 * national numbers of the tariff. */
static const char *const ways_out[] = { "00", "011", "+", "900", "9011", "000", "", "9" };

struct pricing {
	const struct tariff *tariff;
	struct trunk_judge judge;
	struct verdict *verdict;
	/* The row whose number is dialled now. */
	const struct tariff_row *wanted;
	bool is_found;
	const char *number;
	const char *target;
	struct slice peer;
	struct origin origin;
};

/* The part of "SIP/trunk/0044..." or "PJSIP/0044...@trunk" that the trunk dials, and the trunk. */
static struct slice sent_number(struct slice target, struct slice *ret_trunk)
{
	struct slice resource = slice_from(target, slice_find_byte(target, '/') + 1);
	size_t slash = slice_find_byte(resource, '/'), at = slice_find_byte(resource, '@');
	if (slash < resource.size && slash < at) {
		*ret_trunk = slice_part(resource, 0, slash);
		return slice_from(resource, slash + 1);
	}
	*ret_trunk = slice_from(resource, at < resource.size ? at + 1 : resource.size);
	return slice_part(resource, 0, at);
}

/* A dialplan_visit: does a trunk get a number that costs what WANTED says? */
static bool find_price(void *context, const struct dialplan_event *event)
{
	struct pricing *pricing = context;
	struct slice trunk;
	if (!event->target.text.size || !trunk_takes_dialled(&pricing->judge, &event->target))
		return false;
	const struct tariff_row *row =
		tariff_find(pricing->tariff, sent_number(event->target.text, &trunk));
	if (!row || row->price < pricing->wanted->price)
		return false;
	pricing->wanted = row;
	pricing->is_found = true;
	pricing->number = verdict_text(pricing->verdict, event->node->number);
	pricing->target = trunk_target_text(pricing->verdict, event->target.text);
	pricing->peer = slice_starts_with(event->target.text, "SIP/")
				? slice_of(verdict_text(pricing->verdict, trunk))
				: SLICE("");
	pricing->origin = event->node->step->origin;
	return true;
}

/* Dials numbers of ROW in CONTEXT. */
static void try_row(struct pricing *pricing, const struct model *model,
		    const struct dialplan_context *context, const struct tariff_row *row)
{
	char text[ARRAY_SIZE(ways_out)][TARIFF_PREFIX_MAX + 8];
	struct slice numbers[ARRAY_SIZE(ways_out)];
	struct dialplan_gaps gaps = { .is_cut = false };
	for (size_t i = 0; i < ARRAY_SIZE(ways_out); i++) {
		size_t size = 0, digits = 0;
		for (const char *way = ways_out[i]; *way; way++)
			text[i][size++] = *way;
		for (; digits < row->prefix.size; digits++)
			text[i][size++] = row->prefix.data[digits];
		for (; digits < NUMBER_DIGITS; digits++)
			text[i][size++] = '0';
		numbers[i] = (struct slice){ .data = text[i], .size = size };
	}
	pricing->wanted = row;
	const struct dialplan_walk walk = {
		.model = model->asterisk->dialplan,
		.visit = find_price,
		.context = pricing,
		.numbers = numbers,
		.number_count = ARRAY_SIZE(numbers),
		.only_numbers = true,
	};
	dialplan_hunt_walk(pricing->verdict, &walk, context, &gaps);
}

/* chan_sip's call-limit of the trunk; 0: none, or not known. */
static unsigned int channel_limit(const struct model *model, struct slice peer)
{
	const struct sip_model *sip = model->asterisk->sip;
	for (size_t i = 0; peer.size && sip && i < sip->peer_count; i++)
		if (slice_equal(sip->peers[i].name, peer)) {
			int64_t limit = sip->peers[i].numbers[SIP_CALL_LIMIT];
			return limit > 0 && limit <= CHANNELS_MAX ? (unsigned int)limit : 0;
		}
	return 0;
}

/* "57.00": MILLIONTHS with two decimals, rounded up, so that the most stays the most. */
static void append_money(struct buffer *text, uint64_t millionths)
{
	uint64_t cents = millionths / (TARIFF_UNIT / 100) + (millionths % (TARIFF_UNIT / 100) != 0);
	buffer_format(text, "%" PRIu64 ".%02u", cents / 100, (unsigned int)(cents % 100));
}

static void tell(const struct pricing *pricing, const struct model *model, const char *subject)
{
	uint64_t price = pricing->wanted->price;
	unsigned int channels = channel_limit(model, pricing->peer);
	BUFFER_AUTO cost = { 0 };
	append_money(&cost, price * NIGHT_MINUTES * (channels ? channels : 1));
	BUFFER_AUTO formula = { 0 };
	if (channels)
		buffer_format(&formula, "%u channels (call-limit) x ", channels);
	buffer_format(&formula, "%u minutes x %" PRIu64 ".%06u", NIGHT_MINUTES, price / TARIFF_UNIT,
		      (unsigned int)(price % TARIFF_UNIT));
	verdict_note(pricing->verdict, pricing->origin, subject,
		     "one night could cost %s %s%s: %s, by prefix %s of the tariff; dialling %s "
		     "goes out over %s%s",
		     buffer_string(&cost),
		     verdict_text(pricing->verdict, pricing->tariff->currency),
		     channels ? "" : " for each channel", buffer_string(&formula),
		     verdict_text(pricing->verdict, pricing->wanted->prefix), pricing->number,
		     pricing->target, channels ? "" : "; how many channels is unknown");
}

void dialplan_note_cost(const struct model *model, struct verdict *verdict,
			const struct dialplan_context *context, const char *subject)
{
	const struct tariff *tariff = model->site ? model->site->tariff : NULL;
	if (!tariff)
		return;
	struct pricing pricing = {
		.tariff = tariff,
		.judge = { .model = model, .verdict = verdict },
		.verdict = verdict,
	};
	for (size_t i = 0; i < tariff->count && i < PREFIXES_TRIED_MAX && !pricing.is_found; i++)
		try_row(&pricing, model, context, &tariff->dearest[i]);
	if (pricing.is_found)
		tell(&pricing, model, subject);
	else
		verdict_note(verdict, ORIGIN_NONE, subject,
			     "what one night could cost is unknown: none of the %u dearest "
			     "prefixes of the tariff was seen to go out",
			     tariff->count < PREFIXES_TRIED_MAX ? (unsigned int)tariff->count
								: PREFIXES_TRIED_MAX);
}
