/* SPDX-License-Identifier: Apache-2.0
 *
 * Budget: the fields that are known decide first, by comparing numbers; sets of sources are touched
 * only when those agree.
 */
#include "audit/firewall/firewall_match.h"

static const struct match_result result_no = { .answer = MATCH_NO };

static struct match_result result_of(enum match_answer answer)
{
	return (struct match_result){ .answer = answer };
}

/* RANGE as far as the part's mask lets values be: does it take every value? */
static bool takes_all(const struct match_part *part, const struct value_range *range)
{
	return range->first == 0 && range->last >= part->mask;
}

static enum match_answer part_answer(const struct match_part *part, const struct value_range *range,
				     const struct packet *packet)
{
	unsigned __int128 value;
	switch (packet_look(packet, part, &value)) {
	case FIELD_ABSENT:
		return MATCH_NO;
	case FIELD_KNOWN:
		value = (value >> part->shift) & part->mask;
		return value >= range->first && value <= range->last ? MATCH_YES : MATCH_NO;
	case FIELD_OPEN:
		return takes_all(part, range) ? MATCH_YES : MATCH_OPEN;
	case FIELD_UNKNOWN:
		return takes_all(part, range) ? MATCH_YES : MATCH_UNCERTAIN;
	}
	return MATCH_UNCERTAIN;
}

static bool is_source_part(const struct match_part *part, const struct packet *packet)
{
	return (part->field == FIELD_SOURCE || part->field == FIELD_SOURCE_TYPE) &&
	       packet->state[part->field] == FIELD_OPEN;
}

/* A prefix mask of the family's width, such as "& 255.255.255.0": the bits that it leaves free. */
static bool mask_free_bits(unsigned __int128 mask, enum address_family family,
			   unsigned __int128 *ret_free)
{
	unsigned __int128 all = family == ADDRESS_IPV4 ? UINT32_MAX : MATCH_MASK_ALL;
	unsigned __int128 unset = all & ~mask;
	*ret_free = unset;
	return (unset & (unset + 1)) == 0;
}

bool match_source_ranges(const struct rule_match *match, enum address_family family,
			 const struct value_range **ret_ranges, size_t *ret_count,
			 struct value_range *own)
{
	if (match->kind != MATCH_FIELDS || match->part_count != 1 ||
	    match->parts[0].field != FIELD_SOURCE || match->parts[0].shift != 0)
		return false;
	unsigned __int128 unset;
	if (!mask_free_bits(match->parts[0].mask, family, &unset))
		return false;
	if (match->set) {
		*ret_ranges = match->set->elements;
		*ret_count = match->set->element_count;
		return unset == 0;
	}
	/* Masked values have zeros there: only a whole block can be told so. */
	if ((match->range.first & unset) || (unset && (match->range.last & unset)))
		return false;
	*own = (struct value_range){ match->range.first, match->range.last | unset };
	*ret_ranges = own;
	*ret_count = 1;
	return true;
}

/* Sources that PART takes within RANGE. */
static struct match_result source_part(struct match_context *context, const struct match_part *part,
				       const struct value_range *range, const struct packet *packet)
{
	struct match_result result = { .answer = MATCH_BY_SOURCE };
	if (part->field == FIELD_SOURCE_TYPE) {
		for (size_t type = 0; type < ARRAY_SIZE(context->types); type++)
			if (type >= range->first && type <= range->last)
				result.yes = source_union(context->space, result.yes,
							  context->types[type]);
		/* LOCAL (2) and UNICAST (1) are told apart by the host's addresses only. */
		bool has_local = range->first <= 2 && range->last >= 2;
		bool has_unicast = range->first <= 1 && range->last >= 1;
		if (!context->knows_local && has_local != has_unicast) {
			result.maybe = context->types[1];
			result.yes = source_difference(context->space, result.yes, result.maybe);
			result.is_uncertain = true;
		}
		return result;
	}
	unsigned __int128 unset;
	if (part->shift || !mask_free_bits(part->mask, packet->family, &unset) ||
	    (range->first & unset) || (unset && (range->last & unset)))
		return result_of(takes_all(part, range) ? MATCH_YES : MATCH_UNCERTAIN);
	result.yes = source_range(context->space, range->first, range->last | unset);
	return result;
}

/* A and B both hold. */
static struct match_result result_and(struct match_context *context, struct match_result a,
				      struct match_result b)
{
	struct source_space *space = context->space;
	if (a.answer == MATCH_NO || b.answer == MATCH_NO)
		return result_no;
	if (a.answer == MATCH_YES)
		return b;
	if (b.answer == MATCH_YES)
		return a;
	if (a.answer == MATCH_BY_SOURCE && b.answer == MATCH_BY_SOURCE) {
		struct source_set any_a = source_union(space, a.yes, a.maybe);
		struct source_set any_b = source_union(space, b.yes, b.maybe);
		struct match_result both = { .answer = MATCH_BY_SOURCE };
		both.yes = source_intersection(space, a.yes, b.yes);
		both.maybe = source_difference(space, source_intersection(space, any_a, any_b),
					       both.yes);
		both.is_uncertain = a.is_uncertain || b.is_uncertain;
		return both;
	}
	if (a.answer == MATCH_BY_SOURCE || b.answer == MATCH_BY_SOURCE) {
		struct match_result sets = a.answer == MATCH_BY_SOURCE ? a : b;
		enum match_answer other = a.answer == MATCH_BY_SOURCE ? b.answer : a.answer;
		sets.maybe = source_union(space, sets.yes, sets.maybe);
		sets.yes = SOURCE_NONE;
		sets.is_uncertain = sets.is_uncertain || other == MATCH_UNCERTAIN;
		return sets;
	}
	return result_of(a.answer == MATCH_UNCERTAIN || b.answer == MATCH_UNCERTAIN
				 ? MATCH_UNCERTAIN
				 : MATCH_OPEN);
}

static struct match_result as_sets(struct match_result result)
{
	switch (result.answer) {
	case MATCH_NO:
		break;
	case MATCH_YES:
		result.yes = SOURCE_ALL;
		break;
	case MATCH_OPEN:
	case MATCH_UNCERTAIN:
		result.maybe = SOURCE_ALL;
		result.is_uncertain = result.answer == MATCH_UNCERTAIN;
		break;
	case MATCH_BY_SOURCE:
		break;
	}
	result.answer = MATCH_BY_SOURCE;
	return result;
}

/* A or B holds. */
static struct match_result result_or(struct match_context *context, struct match_result a,
				     struct match_result b)
{
	struct source_space *space = context->space;
	if (a.answer == MATCH_YES || b.answer == MATCH_YES)
		return result_of(MATCH_YES);
	if (a.answer == MATCH_NO)
		return b;
	if (b.answer == MATCH_NO)
		return a;
	if (a.answer != MATCH_BY_SOURCE && b.answer != MATCH_BY_SOURCE)
		return result_of(a.answer == MATCH_UNCERTAIN || b.answer == MATCH_UNCERTAIN
					 ? MATCH_UNCERTAIN
					 : MATCH_OPEN);
	a = as_sets(a);
	b = as_sets(b);
	struct match_result either = { .answer = MATCH_BY_SOURCE };
	either.yes = source_union(space, a.yes, b.yes);
	either.maybe = source_difference(space, source_union(space, a.maybe, b.maybe), either.yes);
	either.is_uncertain = a.is_uncertain || b.is_uncertain;
	return either;
}

static struct match_result result_not(struct match_context *context, struct match_result result)
{
	switch (result.answer) {
	case MATCH_NO:
		return result_of(MATCH_YES);
	case MATCH_YES:
		return result_no;
	case MATCH_OPEN:
	case MATCH_UNCERTAIN:
		return result;
	case MATCH_BY_SOURCE:
		result.yes =
			source_difference(context->space, SOURCE_ALL,
					  source_union(context->space, result.yes, result.maybe));
		return result;
	}
	return result;
}

/* All parts of one tuple against their ranges. */
static struct match_result tuple_result(struct match_context *context,
					const struct match_part *parts, size_t count,
					const struct value_range *ranges,
					const struct packet *packet)
{
	struct match_result result = { .answer = MATCH_YES };
	for (size_t i = 0; i < count; i++) {
		if (is_source_part(&parts[i], packet))
			continue;
		enum match_answer answer = part_answer(&parts[i], &ranges[i], packet);
		if (answer == MATCH_NO)
			return result_no;
		result = result_and(context, result, result_of(answer));
	}
	for (size_t i = 0; i < count; i++)
		if (is_source_part(&parts[i], packet))
			result = result_and(context, result,
					    source_part(context, &parts[i], &ranges[i], packet));
	return result;
}

struct match_result match_element(struct match_context *context, const struct rule_set *set,
				  size_t element, const struct match_part *parts,
				  const struct packet *packet)
{
	return tuple_result(context, parts, set->part_count,
			    &set->elements[element * set->part_count], packet);
}

/* A sorted set of one part against a known value. */
static enum match_answer lookup(const struct rule_set *set, unsigned __int128 value)
{
	size_t low = 0, high = set->element_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (set->elements[middle].last < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->element_count && set->elements[low].first <= value ? MATCH_YES : MATCH_NO;
}

static struct fresh_use *find_use(struct match_context *context, struct slice name,
				  const void *owner, bool is_per_source)
{
	for (size_t i = 0; i < context->use_count; i++) {
		struct fresh_use *use = &context->uses[i];
		if (use->is_per_source == is_per_source &&
		    (name.size ? slice_equal(use->name, name) : use->owner == owner))
			return use;
	}
	if (context->use_count == FRESH_USES_MAX)
		return NULL;
	struct fresh_use *use = &context->uses[context->use_count++];
	*use = (struct fresh_use){ .name = name,
				   .owner = name.size ? NULL : owner,
				   .is_per_source = is_per_source };
	return use;
}

static bool parts_equal(const struct match_part *a, size_t a_count, const struct match_part *b,
			size_t b_count)
{
	for (size_t i = 0; i < a_count && a_count == b_count; i++)
		if (a[i].field != b[i].field || a[i].mask != b[i].mask || a[i].shift != b[i].shift)
			return false;
	return a_count == b_count;
}

void match_add(struct match_context *context, const struct rule_set *set,
	       const struct match_part *parts, size_t part_count)
{
	struct fresh_use *use = find_use(context, SLICE(""), set, false);
	if (!use)
		return;
	bool is_other = use->count && !parts_equal(use->parts, use->part_count, parts, part_count);
	use->count++;
	use->parts = parts;
	use->part_count = part_count;
	use->is_uncertain = use->is_uncertain || is_other || !parts || !context->is_certain;
}

static struct match_result set_result(struct match_context *context, const struct rule_match *match,
				      const struct packet *packet)
{
	const struct rule_set *set = match->set;
	struct match_result result = result_no;
	if (set->part_count != match->part_count)
		return result_of(set->element_count ? MATCH_UNCERTAIN : MATCH_NO);
	const struct match_part *part = &match->parts[0];
	unsigned __int128 value;
	if (match->part_count == 1 && !set->verdicts &&
	    packet_look(packet, part, &value) == FIELD_KNOWN)
		return result_of(lookup(set, (value >> part->shift) & part->mask));
	for (size_t i = 0; i < set->element_count && result.answer != MATCH_YES; i++)
		result = result_or(context, result,
				   match_element(context, set, i, match->parts, packet));
	return result;
}

/* Beyond the elements that are known, a set may hold others. */
static struct match_result set_unknown_rest(struct match_context *context,
					    const struct rule_match *match,
					    struct match_result result)
{
	const struct rule_set *set = match->set;
	if (set->is_unknown)
		return result_or(context, result, result_of(MATCH_UNCERTAIN));
	if (!set->is_dynamic)
		return result;
	if (!context->is_fresh)
		return result_or(context, result, result_of(MATCH_OPEN));
	const struct fresh_use *use = find_use(context, SLICE(""), set, false);
	if (!use ||
	    (use->count && (use->is_uncertain || !parts_equal(use->parts, use->part_count,
							      match->parts, match->part_count))))
		return result_or(context, result, result_of(MATCH_UNCERTAIN));
	return use->count ? result_of(MATCH_YES) : result;
}

static struct match_result fields_result(struct match_context *context,
					 const struct rule_match *match,
					 const struct packet *packet)
{
	/* A field that is not there: the rule does not apply, negated or not. */
	unsigned __int128 value;
	for (size_t i = 0; i < match->part_count; i++)
		if (packet_look(packet, &match->parts[i], &value) == FIELD_ABSENT)
			return result_no;
	struct match_result result;
	if (context->is_prepared[match->id] && packet->state[FIELD_SOURCE] == FIELD_OPEN)
		result = (struct match_result){ .answer = MATCH_BY_SOURCE,
						.yes = context->prepared[match->id] };
	else if (match->set)
		result = set_result(context, match, packet);
	else
		result = tuple_result(context, match->parts, match->part_count, &match->range,
				      packet);
	if (match->set && (match->set->is_dynamic || match->set->is_unknown))
		result = set_unknown_rest(context, match, result);
	return match->is_negated ? result_not(context, result) : result;
}

/* xt_recent.c: what the list of an address that never came by says, and what it keeps. */
static bool recent_matches(const struct rule_match *match, struct fresh_use *use)
{
	const struct rule_rate *rate = match->rate;
	uint64_t wanted = rate->count ? rate->count : 1;
	bool found = use->count > 0;
	bool result = match->is_negated;
	switch (rate->recent) {
	case RECENT_SET:
		result = !result;
		use->count++;
		break;
	case RECENT_REMOVE:
		if (found)
			result = !result;
		use->count = 0;
		break;
	case RECENT_CHECK:
	case RECENT_UPDATE:
		if (found && use->count >= wanted)
			result = !result;
		if (found && rate->recent == RECENT_UPDATE && result)
			use->count++;
		break;
	}
	return result;
}

static struct match_result fresh_rate(struct match_context *context, const struct rule_match *match)
{
	const struct rule_rate *rate = match->rate;
	bool is_match = false;
	struct fresh_use *use = find_use(context, rate->name, rate, rate->is_per_source);
	if (!use)
		return result_of(MATCH_UNCERTAIN);
	if (use->is_uncertain && use->count)
		return result_of(MATCH_UNCERTAIN);
	use->is_uncertain = use->is_uncertain || !context->is_certain;
	switch (rate->kind) {
	case RATE_LIMIT:
		is_match = use->count++ < (rate->burst ? rate->burst : 1);
		is_match = is_match != rate->is_over;
		break;
	case RATE_CONNECTIONS:
		/* The packet's own connection counts. */
		is_match = rate->is_over ? rate->count < 1 : rate->count >= 1;
		break;
	case RATE_RECENT:
		is_match = recent_matches(match, use);
		return result_of(is_match ? MATCH_YES : MATCH_NO);
	case RATE_COUNTER:
		is_match = rate->burst == 0;
		break;
	}
	return result_of(is_match != match->is_negated ? MATCH_YES : MATCH_NO);
}

/* Does the payload hold the bytes? Shorter ones could stand in the headers too. */
static struct match_result payload_result(const struct rule_match *match,
					  const struct packet *packet)
{
	enum {
		PATTERN_BYTES_MIN = 4
	};
	if (!packet->payload.data || match->payload.size < PATTERN_BYTES_MIN)
		return result_of(MATCH_OPEN);
	bool found = slice_find(packet->payload, match->payload) < packet->payload.size;
	return result_of(found != match->is_negated ? MATCH_YES : MATCH_NO);
}

struct match_result match_evaluate(struct match_context *context, const struct rule_match *match,
				   const struct packet *packet)
{
	switch (match->kind) {
	case MATCH_FIELDS:
		return fields_result(context, match, packet);
	case MATCH_RATE:
		if (context->is_fresh)
			return fresh_rate(context, match);
		/* `--set` only remembers. */
		if (match->rate->kind == RATE_RECENT && match->rate->recent == RECENT_SET)
			return result_of(match->is_negated ? MATCH_NO : MATCH_YES);
		return result_of(MATCH_OPEN);
	case MATCH_CONDITION:
		return payload_result(match, packet);
	case MATCH_UNKNOWN:
		return result_of(MATCH_UNCERTAIN);
	}
	return result_of(MATCH_UNCERTAIN);
}
