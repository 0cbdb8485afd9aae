/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/firewall_answer.h"

#include <inttypes.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* One part more for each verdict, before or behind the input hook. */
#define EVALUATE_JOINED_MAX 8

struct answer_builder {
	struct run *run;
	struct arena *arena;
	struct evaluate_answer *answer;
	size_t capacity;
	/* The sources of each part, until they are written as addresses at the end. */
	struct source_set sets[EVALUATE_PARTS_MAX + EVALUATE_JOINED_MAX];
	bool is_failed;
};

static const char *rate_unit(uint64_t seconds)
{
	switch (seconds) {
	case 1:
		return "second";
	case 60:
		return "minute";
	case 3600:
		return "hour";
	case 86400:
		return "day";
	case 604800:
		return "week";
	default:
		return NULL;
	}
}

static void format_limit(const struct rule_rate *rate, bool is_over, struct buffer *buffer)
{
	const char *unit = rate_unit(rate->seconds);
	buffer_append_string(buffer, is_over ? "over " : "at most ");
	if (rate->is_bytes && !rate->count)
		buffer_append_string(buffer, "a rate in bytes");
	else
		buffer_format(buffer, "%" PRIu64 "%s/%s", rate->count,
			      rate->is_bytes ? " bytes" : "", unit ? unit : "period");
	if (rate->is_per_source)
		buffer_append_string(buffer, " for each source");
	if (rate->burst)
		buffer_format(buffer, ", burst %" PRIu64, rate->burst);
}

void rule_rate_format(const struct rule_rate *rate, bool is_negated, struct buffer *buffer)
{
	switch (rate->kind) {
	case RATE_LIMIT:
		format_limit(rate, rate->is_over != is_negated, buffer);
		return;
	case RATE_CONNECTIONS:
		buffer_format(buffer, "%s %" PRIu64 " connections%s",
			      rate->is_over != is_negated ? "over" : "at most", rate->count,
			      rate->is_per_source ? " for each source" : "");
		return;
	case RATE_RECENT:
		buffer_format(buffer, "the address is %sin the list %.*s", is_negated ? "not " : "",
			      SLICE_ARG(rate->name));
		if (rate->count)
			buffer_format(buffer, ", seen %" PRIu64 " times", rate->count);
		if (rate->seconds)
			buffer_format(buffer, " within %" PRIu64 " seconds", rate->seconds);
		return;
	case RATE_COUNTER:
		buffer_format(buffer, "one packet in %" PRIu64, rate->count);
		return;
	}
}

/* Words for the first match of RULE that depends on more than was asked about; none for a rule
 * without. */
static bool describe_rule(const struct rule *rule, const struct packet *packet,
			  struct buffer *buffer, const struct rule_rate **ret_rate)
{
	for (size_t i = 0; rule && i < rule->step_count; i++) {
		const struct rule_match *match = &rule->steps[i].match;
		if (rule->steps[i].kind != STEP_MATCH)
			continue;
		if (match->kind == MATCH_RATE) {
			if (match->rate->kind == RATE_RECENT && match->rate->recent == RECENT_SET)
				continue;
			rule_rate_format(match->rate, match->is_negated, buffer);
			*ret_rate = match->rate;
			return true;
		}
		if (match->kind != MATCH_FIELDS) {
			buffer_append_string(buffer, match->text);
			return true;
		}
		if (match->set && (match->set->is_dynamic || match->set->is_unknown)) {
			buffer_format(buffer, "the address is %sin the set %.*s",
				      match->is_negated ? "not " : "", SLICE_ARG(match->set->name));
			return true;
		}
		for (size_t k = 0; k < match->part_count; k++) {
			const struct match_part *part = &match->parts[k];
			unsigned __int128 value;
			enum field_state state = packet_look(packet, part, &value);
			if (part->field == FIELD_SOURCE || state == FIELD_KNOWN ||
			    state == FIELD_ABSENT)
				continue;
			buffer_format(buffer, "by the %s", packet_field_name(part->field));
			return true;
		}
	}
	return false;
}

/* Words for what made RECORD conditional: its rule, or one that jumped there. */
static bool describe_record(const struct record *record, const struct packet *packet,
			    struct buffer *buffer, const struct rule_rate **ret_rate)
{
	if (describe_rule(record->rule, packet, buffer, ret_rate))
		return true;
	for (const struct frame *frame = record->frame; frame; frame = frame->parent)
		if (describe_rule(frame->jump, packet, buffer, ret_rate))
			return true;
	return false;
}

static void format_frame(const struct frame *frame, struct buffer *buffer)
{
	/* From the base chain inwards: at most EVALUATE_DEPTH_MAX frames. */
	const struct frame *frames[EVALUATE_DEPTH_MAX + 1];
	size_t count = 0;
	for (; frame && count < ARRAY_SIZE(frames); frame = frame->parent)
		frames[count++] = frame;
	for (size_t i = count; i-- > 0;) {
		if (i == count - 1) {
			buffer_append_slice(buffer, frames[i]->chain->table->name);
			buffer_append_byte(buffer, ' ');
		} else {
			buffer_append_string(buffer, " -> ");
		}
		buffer_append_slice(buffer, frames[i]->chain->name);
	}
}

static const char *keep_text(struct answer_builder *builder, struct buffer *buffer)
{
	const char *text = buffer_keep(buffer, builder->arena);
	if (!text)
		builder->is_failed = true;
	return text ? text : "";
}

/* Further parts than EVALUATE_PARTS_MAX are joined to the last one of their verdict: its index, or
 * the count where there is none. */
static size_t join_part(const struct answer_builder *builder, const struct evaluate_part *part)
{
	for (size_t i = builder->answer->count; i-- > 0;) {
		const struct evaluate_part *other = &builder->answer->parts[i];
		if (other->verdict == part->verdict &&
		    other->is_before_input == part->is_before_input)
			return i;
	}
	return builder->answer->count;
}

/* Joins SOURCES to an earlier part, where the answer has no room for PART. */
static bool is_joined(struct answer_builder *builder, struct source_set sources,
		      const struct evaluate_part *part)
{
	size_t other = builder->answer->count;
	if (other < EVALUATE_PARTS_MAX)
		return false;
	other = join_part(builder, part);
	if (other == builder->answer->count)
		return false;
	builder->sets[other] = source_union(builder->run->space, builder->sets[other], sources);
	return true;
}

/* A part that RULE of RECORD decides. */
static void add_part(struct answer_builder *builder, struct source_set sources,
		     struct evaluate_part part, const struct record *record,
		     const struct rule *rule)
{
	struct evaluate_answer *answer = builder->answer;
	if (source_is_empty(sources) || builder->is_failed || is_joined(builder, sources, &part))
		return;
	BUFFER_AUTO path = { 0 };
	part.why = ORIGIN_NONE;
	if (record) {
		format_frame(record->frame, &path);
		part.rule = rule;
		part.chain = record->frame ? record->frame->chain : NULL;
		if (rule) {
			buffer_format(&path, " rule %u", rule->number);
			part.why = rule->origin;
		} else if (record->reason) {
			buffer_format(&path, "%s%s", part.chain ? ": " : "", record->reason);
		} else if (part.chain) {
			buffer_append_string(&path, " policy");
			part.why = part.chain->policy_origin;
		}
		part.is_reject =
			part.verdict == EVALUATE_BLOCK && record->verdict == VERDICT_REJECT;
	}
	part.path = keep_text(builder, &path);
	if (!part.condition)
		part.condition = "";
	struct evaluate_part *parts = arena_grow(builder->arena, answer->parts, answer->count,
						 &builder->capacity, sizeof(*parts));
	if (!parts) {
		builder->is_failed = true;
		return;
	}
	answer->parts = parts;
	builder->sets[answer->count] = sources;
	parts[answer->count++] = part;
}

/* SOURCES that RECORD decides, by rule. */
static void add_parts(struct answer_builder *builder, struct source_set sources,
		      const struct evaluate_part *part, const struct record *record)
{
	struct source_space *space = builder->run->space;
	const struct rule_run *rules = record->run;
	for (size_t i = 0; rules && i < rules->count && !source_is_empty(sources); i++) {
		struct source_set own = source_intersection(space, sources, rules->rule_sources[i]);
		if (source_is_empty(own))
			continue;
		/* No room for this rule is no room for the others. */
		if (is_joined(builder, sources, part))
			return;
		sources = source_difference(space, sources, own);
		add_part(builder, own, *part, record, &rules->rules[i]);
	}
	add_part(builder, sources, *part, record, record->rule);
}

static void write_sources(struct answer_builder *builder)
{
	struct evaluate_answer *answer = builder->answer;
	for (size_t i = 0; i < answer->count && !builder->is_failed; i++)
		builder->is_failed = !source_addresses(builder->run->space, builder->sets[i],
						       builder->arena, &answer->parts[i].sources);
}

static struct source_set record_sources(const struct answer_builder *builder,
					const struct record *record)
{
	return source_union(builder->run->space, record->known, record->uncertain);
}

static bool is_before_input(const struct record *record)
{
	const struct frame *frame = record->frame;
	while (frame && frame->parent)
		frame = frame->parent;
	return !frame || (frame->chain->hook != HOOK_INPUT && frame->chain->hook != HOOK_FORWARD);
}

static bool is_block(const struct record *record)
{
	return record->verdict == VERDICT_DROP || record->verdict == VERDICT_REJECT;
}

/* How good RECORD explains an accept: a rule before the input hook does not, a rule in it does, its
 * policy does where no rule did. */
enum explain_pass {
	EXPLAIN_RULE,
	EXPLAIN_POLICY,
	EXPLAIN_EARLY,
	EXPLAIN_PASSES,
};

static bool explains(const struct record *record, enum explain_pass pass)
{
	if (record->verdict != VERDICT_ACCEPT)
		return false;
	bool is_early = is_before_input(record);
	return pass == (is_early ? EXPLAIN_EARLY : record->rule ? EXPLAIN_RULE : EXPLAIN_POLICY);
}

/* ACCEPTED sources by the rule that let them in; the last base chains first. */
static void add_accepted(struct answer_builder *builder, struct source_set accepted)
{
	struct run *run = builder->run;
	struct evaluate_part part = { .verdict = EVALUATE_ACCEPT };
	for (enum explain_pass pass = 0; pass < EXPLAIN_PASSES; pass++)
		for (size_t i = run->record_count; i-- > 0 && !source_is_empty(accepted);) {
			if (!explains(&run->records[i], pass))
				continue;
			struct source_set sources = source_intersection(
				run->space, accepted, record_sources(builder, &run->records[i]));
			accepted = source_difference(run->space, accepted, sources);
			add_parts(builder, sources, &part, &run->records[i]);
		}
	add_part(builder, accepted, part, NULL, NULL);
}

/* Sources that a condition blocks before the input hook or in it. */
static struct source_set open_places(const struct answer_builder *builder)
{
	const struct run *run = builder->run;
	struct source_set at[2] = { SOURCE_NONE, SOURCE_NONE };
	bool is_used[2] = { false, false };
	for (size_t i = 0; i < run->record_count; i++)
		if (is_block(&run->records[i]))
			is_used[is_before_input(&run->records[i])] = true;
	for (size_t i = 0; i < run->record_count && is_used[0] && is_used[1]; i++) {
		const struct record *record = &run->records[i];
		bool place = is_before_input(record);
		if (is_block(record))
			at[place] = source_union(run->space, at[place],
						 record_sources(builder, record));
	}
	return source_intersection(run->space, at[0], at[1]);
}

static void add_blocked(struct answer_builder *builder, struct source_set blocked)
{
	struct run *run = builder->run;
	struct source_set open_place = open_places(builder);
	for (size_t i = 0; i < run->record_count && !source_is_empty(blocked); i++) {
		const struct record *record = &run->records[i];
		if (!is_block(record))
			continue;
		struct source_set sources =
			source_intersection(run->space, blocked, record_sources(builder, record));
		blocked = source_difference(run->space, blocked, sources);
		struct evaluate_part part = {
			.verdict = EVALUATE_BLOCK,
			.is_before_input = is_before_input(record),
		};
		part.is_place_open =
			!source_is_empty(source_intersection(run->space, sources, open_place));
		add_parts(builder, sources, &part, record);
	}
	/* Nothing is left: each blocked source has a record. */
}

/* The words of the block that the accept at hand depends on. */
static const char *describe_block(struct answer_builder *builder, struct source_set sources,
				  const struct packet *packet, const struct rule_rate **ret_rate)
{
	struct run *run = builder->run;
	for (size_t i = 0; i < run->record_count; i++) {
		const struct record *record = &run->records[i];
		BUFFER_AUTO text = { 0 };
		if (!is_block(record) ||
		    source_is_empty(source_intersection(run->space, sources,
							record_sources(builder, record))))
			continue;
		buffer_append_string(&text, "unless ");
		if (describe_record(record, packet, &text, ret_rate))
			return keep_text(builder, &text);
	}
	return "";
}

/* Sources that are accepted or blocked by a condition. */
static void add_conditional(struct answer_builder *builder, struct source_set sources,
			    const struct packet *packet)
{
	struct run *run = builder->run;
	/* The accept that itself has the condition first; then any accept. */
	for (int pass = 0; pass < 2; pass++)
		for (enum explain_pass kind = 0; kind < EXPLAIN_PASSES; kind++)
			for (size_t i = 0; i < run->record_count && !source_is_empty(sources);
			     i++) {
				const struct record *record = &run->records[i];
				struct evaluate_part part = { .verdict = EVALUATE_CONDITION };
				BUFFER_AUTO text = { 0 };
				if (!explains(record, kind))
					continue;
				struct source_set some = source_intersection(
					run->space, sources, record_sources(builder, record));
				if (source_is_empty(some))
					continue;
				if (pass == 0 &&
				    !describe_record(record, packet, &text, &part.rate))
					continue;
				part.condition = pass == 0 ? keep_text(builder, &text)
							   : describe_block(builder, some, packet,
									    &part.rate);
				sources = source_difference(run->space, sources, some);
				add_parts(builder, some, &part, record);
			}
	add_part(builder, sources, (struct evaluate_part){ .verdict = EVALUATE_CONDITION }, NULL,
		 NULL);
}

static void add_unknown(struct answer_builder *builder, struct source_set sources,
			const struct packet *packet)
{
	struct run *run = builder->run;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < run->record_count && !source_is_empty(sources); i++) {
			const struct record *record = &run->records[i];
			struct evaluate_part part = { .verdict = EVALUATE_UNKNOWN };
			BUFFER_AUTO text = { 0 };
			const struct rule_rate *rate = NULL;
			struct source_set some = source_intersection(
				run->space, sources, record_sources(builder, record));
			if (source_is_empty(some))
				continue;
			bool has_words = describe_record(record, packet, &text, &rate) ||
					 record->verdict == VERDICT_UNKNOWN;
			if (pass == 0 && !has_words)
				continue;
			part.condition =
				record->reason ? record->reason : keep_text(builder, &text);
			sources = source_difference(run->space, sources, some);
			add_parts(builder, some, &part, record);
		}
}

bool answer_build(struct run *run, const struct flows *flows, struct arena *arena,
		  struct evaluate_answer *ret_answer)
{
	struct source_space *space = run->space;
	struct evaluate_answer answer = { .is_exhausted = run->is_exhausted };
	struct answer_builder builder = { .run = run, .arena = arena, .answer = &answer };
	struct source_set accepted = SOURCE_NONE, blocked = SOURCE_NONE, uncertain = SOURCE_NONE;
	const struct packet *packet = NULL;
	for (size_t i = 0; i < flows->count; i++) {
		accepted = source_union(space, accepted, flows->items[i].known);
		accepted = source_union(space, accepted, flows->items[i].uncertain);
		uncertain = source_union(space, uncertain, flows->items[i].uncertain);
		packet = flows->items[i].packet;
	}
	for (size_t i = 0; i < run->record_count; i++) {
		const struct record *record = &run->records[i];
		struct source_set sources = record_sources(&builder, record);
		if (record->verdict == VERDICT_UNKNOWN) {
			accepted = source_union(space, accepted, sources);
			blocked = source_union(space, blocked, sources);
			uncertain = source_union(space, uncertain, sources);
		} else if (is_block(record)) {
			blocked = source_union(space, blocked, sources);
			uncertain = source_union(space, uncertain, record->uncertain);
		}
	}
	struct source_set both = source_intersection(space, accepted, blocked);
	struct source_set unknown = source_intersection(space, both, uncertain);
	struct packet none = { .family = space->family };
	if (!packet)
		packet = &none;
	add_accepted(&builder, source_difference(space, accepted, both));
	add_conditional(&builder, source_difference(space, both, unknown), packet);
	add_unknown(&builder, unknown, packet);
	add_blocked(&builder, source_difference(space, blocked, both));
	write_sources(&builder);
	if (builder.is_failed || space->is_failed || run->is_failed)
		return false;
	*ret_answer = answer;
	return true;
}
