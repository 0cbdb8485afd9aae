/* SPDX-License-Identifier: Apache-2.0
 *
 * Expressions of nftables to the steps of a rule, what they depend on first: a match on a field of
 * TCP matches TCP only, negated or not.
 */
#include "audit/firewall/nft_rule.h"

#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/nft_field.h"
#include "audit/firewall/nft_value.h"

struct nft_expression *nft_expression_new(struct nft_context *context, enum nft_kind kind,
					  struct slice text)
{
	struct nft_expression *expression =
		ARENA_NEW(context->builder->arena, struct nft_expression);
	if (!expression) {
		context->builder->is_failed = true;
		return NULL;
	}
	expression->kind = kind;
	expression->text = text;
	return expression;
}

void nft_expression_add(struct nft_context *context, struct nft_expression *expression,
			struct nft_expression *item)
{
	if (!expression || !item)
		return;
	struct nft_expression **items =
		arena_grow(context->builder->arena, expression->items, expression->count,
			   &expression->capacity, sizeof(struct nft_expression *));
	if (!items) {
		context->builder->is_failed = true;
		return;
	}
	expression->items = items;
	items[expression->count++] = item;
}

/* The left side of a match: fields with masks, and what they depend on. */
/* Operators in one value that is assigned. */
#define NFT_OPERATIONS_MAX 16

struct left_side {
	struct match_part parts[MATCH_PARTS_MAX];
	enum nft_type types[MATCH_PARTS_MAX];
	const struct nft_field *fields[MATCH_PARTS_MAX];
	size_t count;
	bool has_mask;
};

static void build_unknown(struct nft_context *context, const struct nft_expression *expression)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, expression->text);
	if (expression->text2.size) {
		buffer_append_byte(&text, ' ');
		buffer_append_slice(&text, expression->text2);
	}
	if (text.size == 0)
		buffer_append_string(&text, "an expression");
	build_match_unknown(context->builder, buffer_slice(&text));
}

static bool add_left(struct left_side *left, const struct nft_expression *expression)
{
	unsigned __int128 mask = MATCH_MASK_ALL;
	const struct nft_expression *inner = expression;
	bool has_mask = expression->kind == NFT_OPERATION && expression->number == '&' &&
			expression->count == 2;
	if (has_mask)
		inner = expression->items[0];
	const struct nft_field *field = nft_find_field(inner);
	if (!field || left->count == MATCH_PARTS_MAX)
		return false;
	if (has_mask && !nft_value_bits(field->type, expression->items[1], &mask))
		return false;
	left->fields[left->count] = field;
	left->types[left->count] = field->type;
	if (field->mask)
		mask &= field->mask;
	left->has_mask = left->has_mask || has_mask;
	left->parts[left->count++] = (struct match_part){
		.field = field->field,
		.shift = field->shift,
		.is_raw = field->is_raw,
		.is_tuple = field->is_tuple,
		.mask = mask,
	};
	return true;
}

static bool read_left(struct left_side *left, const struct nft_expression *expression)
{
	*left = (struct left_side){ .count = 0 };
	if (expression->kind != NFT_CONCAT)
		return add_left(left, expression);
	for (size_t i = 0; i < expression->count; i++)
		if (!add_left(left, expression->items[i]))
			return false;
	return left->count > 0;
}

/* nft_ct.c: without a connection there is only a state. */
static void build_connection(struct nft_context *context)
{
	build_match_masked(context->builder, FIELD_CT_STATE, CONNECTION_NONE, 0, 0, false);
}

/* Steps for what the fields need: family and protocol. False: it never matches at all. */
static bool build_dependencies(struct nft_context *context, const struct left_side *left)
{
	for (size_t i = 0; i < left->count; i++)
		if (slice_is(slice_of(left->fields[i]->scope), "ct") &&
		    left->fields[i]->field != FIELD_CT_STATE) {
			build_connection(context);
			break;
		}
	for (size_t i = 0; i < left->count; i++) {
		const struct nft_field *field = left->fields[i];
		if (field->family)
			build_match_range(context->builder, FIELD_NFPROTO,
					  field->family == 4 ? 2 : 10, field->family == 4 ? 2 : 10,
					  false);
		if (field->protocol)
			build_match_range(context->builder, FIELD_PROTOCOL, field->protocol,
					  field->protocol, false);
		if (field->is_never) {
			build_match_never(context->builder);
			return false;
		}
	}
	return true;
}

static struct rule_match *build_parts_match(struct nft_context *context,
					    const struct left_side *left, bool is_negated)
{
	struct rule_step *step = build_step(context->builder, STEP_MATCH);
	if (!step)
		return NULL;
	step->match.kind = MATCH_FIELDS;
	step->match.is_negated = is_negated;
	step->match.part_count = left->count;
	step->match.parts = build_parts(context->builder, left->parts, left->count);
	return &step->match;
}

struct rule_set *nft_set(struct nft_context *context, struct slice name)
{
	size_t before = context->table->set_count;
	struct rule_set *set =
		build_named_set(context->builder, context->table, name, context->origin);
	if (set && context->table->set_count > before) {
		set->is_unknown = true;
		set->unknown = "it is not declared";
	}
	return set;
}

static void left_type(const struct left_side *left, struct nft_set_type *ret_type)
{
	ret_type->count = left->count;
	for (size_t i = 0; i < left->count; i++)
		ret_type->types[i] = left->types[i];
}

/* "ct state established,related": any of the bits. */
static void build_bits(struct nft_context *context, struct left_side *left,
		       const struct nft_expression *right, bool is_negated)
{
	unsigned __int128 bits;
	if (!nft_value_bits(left->types[0], right, &bits)) {
		build_unknown(context, right);
		return;
	}
	left->parts[0].mask = bits;
	struct rule_match *match = build_parts_match(context, left, is_negated);
	if (match)
		match->range = (struct value_range){ 1, MATCH_MASK_ALL };
}

static bool is_bitmask(enum nft_type type)
{
	return type == NFT_TYPE_CT_STATE || type == NFT_TYPE_CT_STATUS ||
	       type == NFT_TYPE_TCP_FLAGS;
}

static void build_compare(struct nft_context *context, const struct left_side *left,
			  enum nft_operator op, const struct nft_expression *right)
{
	struct value_range range;
	if (left->count != 1 || !nft_value_range(left->types[0], right, &range)) {
		/* Several values, or tuples: a set of them. */
		struct rule_set *set = build_set(context->builder, context->origin);
		struct nft_set_type type;
		left_type(left, &type);
		if (!set)
			return;
		struct nft_expression *list = nft_expression_new(context, NFT_SET, right->text);
		nft_expression_add(context, list, (struct nft_expression *)(uintptr_t)right);
		if (!list)
			return;
		nft_fill_set(context, set, &type, false, list);
		struct rule_match *match = build_parts_match(context, left, op == NFT_NOT_EQUAL);
		if (match)
			match->set = set;
		return;
	}
	bool is_negated = op == NFT_NOT_EQUAL;
	if (op == NFT_LESS || op == NFT_LESS_EQUAL) {
		is_negated = op == NFT_LESS && range.first == 0;
		range.last = op == NFT_LESS ? range.first - !is_negated : range.last;
		range.first = 0;
		if (is_negated)
			range.last = MATCH_MASK_ALL;
	} else if (op == NFT_GREATER || op == NFT_GREATER_EQUAL) {
		range.first = op == NFT_GREATER ? range.last + 1 : range.first;
		range.last = MATCH_MASK_ALL;
	}
	/* A masked prefix: "ip saddr & 255.255.255.0 == 192.0.2.0" keeps the value as written. */
	struct rule_match *match = build_parts_match(context, left, is_negated);
	if (match)
		match->range = range;
}

/* "meta iiftype loopback": the device lo. Of other kinds a device's name tells nothing. */
static void build_device_type(struct nft_context *context, enum nft_operator op,
			      const struct nft_expression *right)
{
	struct value_range loopback = rule_range_of_interface(SLICE("lo"), false);
	bool is_loopback = right->kind == NFT_VALUE &&
			   (slice_is(right->text, "loopback") || slice_is(right->text, "772"));
	bool is_negated = op == NFT_NOT_EQUAL;
	if (!is_loopback && (is_negated || right->kind != NFT_VALUE)) {
		build_match_unknown(context->builder, SLICE("the kind of device"));
		return;
	}
	build_match_range(context->builder, FIELD_IN_INTERFACE, loopback.first, loopback.last,
			  is_negated == is_loopback);
	if (!is_loopback)
		build_match_unknown(context->builder, SLICE("the kind of device"));
}

void nft_build_match(struct nft_context *context, const struct nft_expression *left_expression,
		     enum nft_operator op, const struct nft_expression *right)
{
	struct left_side left;
	if (!left_expression || !right)
		return;
	if (!read_left(&left, left_expression)) {
		build_unknown(context, left_expression);
		return;
	}
	if (!build_dependencies(context, &left))
		return;
	if (left.count == 1 && left.fields[0]->is_condition) {
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "%.*s %.*s", SLICE_ARG(left_expression->text),
			      SLICE_ARG(left_expression->text2));
		build_match_condition(context->builder, buffer_slice(&text), SLICE(""), false);
		return;
	}
	if (left.count == 1 && left.fields[0]->is_zero) {
		struct value_range range;
		if (!nft_value_range(left.types[0], right, &range))
			build_unknown(context, left_expression);
		else if ((range.first == 0) == (op == NFT_NOT_EQUAL))
			build_match_never(context->builder);
		return;
	}
	if (right->kind == NFT_SET_NAME || right->kind == NFT_SET) {
		struct rule_set *set = right->kind == NFT_SET_NAME
					       ? nft_set(context, right->text)
					       : build_set(context->builder, context->origin);
		struct nft_set_type type;
		left_type(&left, &type);
		if (set && right->kind == NFT_SET)
			nft_fill_set(context, set, &type, false, right);
		struct rule_match *match = build_parts_match(context, &left, op == NFT_NOT_EQUAL);
		if (match)
			match->set = set;
		return;
	}
	if (left.count == 1 && left.types[0] == NFT_TYPE_DEVICE) {
		build_device_type(context, op, right);
		return;
	}
	bool is_bits = left.count == 1 && is_bitmask(left.types[0]) && !left.has_mask;
	if (is_bits && (op == NFT_IMPLICIT || op == NFT_NONE_OF))
		build_bits(context, &left, right, op == NFT_NONE_OF);
	else
		build_compare(context, &left, op, right);
}

void nft_build_vmap(struct nft_context *context, const struct nft_expression *key,
		    const struct nft_expression *data)
{
	struct left_side left;
	struct rule *rule = &context->builder->rule;
	if (!key || !data)
		return;
	if (!read_left(&left, key) || (data->kind != NFT_SET && data->kind != NFT_SET_NAME)) {
		build_unknown(context, key);
		rule->verdict.kind = VERDICT_UNKNOWN;
		return;
	}
	if (!build_dependencies(context, &left))
		return;
	struct rule_set *set = data->kind == NFT_SET_NAME
				       ? nft_set(context, data->text)
				       : build_set(context->builder, context->origin);
	struct nft_set_type type;
	left_type(&left, &type);
	if (set && data->kind == NFT_SET)
		nft_fill_set(context, set, &type, true, data);
	rule->map = set;
	context->steps_before_map = context->builder->step_count;
	rule->map_part_count = left.count;
	rule->map_parts = build_parts(context->builder, left.parts, left.count);
}

static bool is_inert(const struct rule_builder *builder)
{
	if (builder->rule.verdict.kind != VERDICT_CONTINUE || builder->rule.map)
		return false;
	for (size_t i = 0; i < builder->step_count; i++)
		if (builder->steps[i].kind != STEP_MATCH)
			return false;
	return true;
}

void nft_finish_rule(struct nft_context *context)
{
	struct rule_builder *builder = context->builder;
	/* The map comes after all steps here: steps that stand behind it are out of order. */
	if (builder->rule.map && builder->step_count > context->steps_before_map) {
		builder->rule.map = NULL;
		builder->step_count = context->steps_before_map;
		builder->rule.verdict.kind = VERDICT_UNKNOWN;
	}
	builder->rule.is_inert = is_inert(builder);
}

void nft_build_add(struct nft_context *context, struct slice name, const struct nft_expression *key,
		   bool *ret_per_source)
{
	struct left_side left;
	*ret_per_source = false;
	if (!key || !read_left(&left, key)) {
		build_match_unknown(context->builder, SLICE("a change of a set"));
		return;
	}
	for (size_t i = 0; i < left.count; i++)
		*ret_per_source = *ret_per_source || left.parts[i].field == FIELD_SOURCE;
	if (!build_dependencies(context, &left))
		return;
	struct rule_set *set =
		name.size ? nft_set(context, name) : build_set(context->builder, context->origin);
	struct rule_step *step = build_step(context->builder, STEP_ADD);
	if (!set || !step)
		return;
	set->is_dynamic = true;
	step->add.set = set;
	step->add.part_count = left.count;
	step->add.parts = build_parts(context->builder, left.parts, left.count);
}

/* "meta mark set ct mark or 0x4": (from & mask) ^ change, folded from the inside out. */
static void build_computed(struct nft_context *context, const struct nft_field *field,
			   const struct nft_expression *value)
{
	unsigned __int128 mask = UINT32_MAX, change = 0, bits;
	const struct nft_expression *operations[NFT_OPERATIONS_MAX];
	size_t count = 0;
	for (; value->kind == NFT_OPERATION && value->count == 2 && count < NFT_OPERATIONS_MAX;
	     value = value->items[0])
		operations[count++] = value;
	const struct nft_field *from = nft_find_field(value);
	bool is_known = from && !field->shift && !field->mask &&
			(from->field == FIELD_MARK || from->field == FIELD_CT_MARK);
	while (count-- && is_known) {
		is_known = nft_value_bits(from->type, operations[count]->items[1], &bits);
		char sign = (char)operations[count]->number;
		if (!is_known)
			break;
		if (sign == '&') {
			mask &= bits;
			change &= bits;
		} else if (sign == '|') {
			mask &= ~bits;
			change = (change & ~bits) ^ bits;
		} else if (sign == '^') {
			change ^= bits;
		} else {
			is_known = false;
		}
	}
	if (!is_known) {
		build_assign(context->builder, field->field, 0, 0, true);
		return;
	}
	if (from->field == FIELD_CT_MARK)
		build_connection(context);
	build_assign_from(context->builder, field->field, 0, from->field, mask, change);
}

void nft_build_assign(struct nft_context *context, const struct nft_expression *field_expression,
		      const struct nft_expression *value)
{
	const struct nft_field *field = field_expression ? nft_find_field(field_expression) : NULL;
	struct value_range range;
	if (!field_expression || !value)
		return;
	if (!field) {
		/* Where there is no such header, the rule ends here. */
		build_unknown(context, field_expression);
		return;
	}
	/* Only these are looked at by rules later on. */
	if (field->is_never || field->is_zero || field->field == FIELD_FREE)
		return;
	struct left_side left;
	/* A mark can be set on a packet of any kind; without a connection it is lost. */
	if (!read_left(&left, field_expression) ||
	    (field->field != FIELD_CT_MARK && !build_dependencies(context, &left)))
		return;
	if (value->kind == NFT_FIELD || value->kind == NFT_OPERATION) {
		build_computed(context, field, value);
		return;
	}
	unsigned __int128 own = (field->mask ? (unsigned __int128)field->mask : MATCH_MASK_ALL)
				<< field->shift;
	bool is_known = value->kind == NFT_VALUE && nft_value_range(field->type, value, &range) &&
			range.first == range.last;
	bool is_whole = !field->shift && !field->mask;
	build_assign(context->builder, field->field, is_known && !is_whole ? ~own : 0,
		     is_known ? range.first << field->shift : 0, !is_known);
}

void nft_build_nat(struct nft_context *context, bool is_redirect,
		   const struct nft_expression *address, const struct nft_expression *port)
{
	struct value_range range;
	if (is_redirect)
		(void)build_step(context->builder, STEP_REDIRECT);
	if (address) {
		bool is_ipv6 = slice_find_byte(address->text, ':') < address->text.size;
		bool is_known =
			nft_value_range(is_ipv6 ? NFT_TYPE_IPV6 : NFT_TYPE_IPV4, address, &range) &&
			range.first == range.last;
		build_assign(context->builder, FIELD_DESTINATION, 0, is_known ? range.first : 0,
			     !is_known);
	}
	if (port) {
		bool is_known =
			nft_value_range(NFT_TYPE_PORT, port, &range) && range.first == range.last;
		build_assign(context->builder, FIELD_DESTINATION_PORT, 0,
			     is_known ? range.first : 0, !is_known);
	}
	context->builder->rule.verdict.kind = VERDICT_ACCEPT;
}

/* Elements of a set as drafts; nested sets (from defines) are flat to nft. */
static bool add_element(struct nft_context *context, struct rule_set_draft *draft,
			const struct nft_set_type *type, const struct nft_expression *element,
			const struct rule_verdict *verdict)
{
	struct value_range ranges[MATCH_PARTS_MAX];
	if (type->count == 1) {
		if (element->kind == NFT_LIST && !is_bitmask(type->types[0])) {
			for (size_t i = 0; i < element->count; i++)
				if (!add_element(context, draft, type, element->items[i], verdict))
					return false;
			return true;
		}
		if (!nft_value_range(type->types[0], element, &ranges[0]))
			return false;
	} else {
		if (element->kind != NFT_CONCAT || element->count != type->count)
			return false;
		for (size_t i = 0; i < type->count; i++)
			if (!nft_value_range(type->types[i], element->items[i], &ranges[i]))
				return false;
	}
	draft_add(context->builder, draft, ranges, verdict);
	return true;
}

/* Nesting of sets in sets, through defines: nft itself limits it by its parser's stack. */
#define NFT_SET_DEPTH_MAX 32

static bool fill_draft(struct nft_context *context, struct rule_set *set,
		       struct rule_set_draft *draft, const struct nft_set_type *type,
		       const struct nft_expression *elements, unsigned int depth)
{
	if (depth > NFT_SET_DEPTH_MAX)
		return false;
	for (size_t i = 0; i < elements->count; i++) {
		const struct nft_expression *element = elements->items[i];
		const struct rule_verdict *verdict = NULL;
		if (element->kind == NFT_SET) {
			if (!fill_draft(context, set, draft, type, element, depth + 1))
				return false;
			continue;
		}
		if (draft->is_map) {
			if (element->kind != NFT_MAPPING || element->count != 2 ||
			    element->items[1]->kind != NFT_VERDICT)
				return false;
			verdict = &element->items[1]->verdict;
			element = element->items[0];
		}
		if (element->kind == NFT_ANY) {
			set->has_default = true;
			if (verdict)
				set->default_verdict = *verdict;
			continue;
		}
		if (!add_element(context, draft, type, element, verdict))
			return false;
	}
	return true;
}

void nft_fill_set(struct nft_context *context, struct rule_set *set,
		  const struct nft_set_type *type, bool is_map,
		  const struct nft_expression *elements)
{
	struct rule_set_draft draft = { .part_count = type->count, .is_map = is_map };
	/* What was there before comes first: `add element` adds. */
	if (set->element_count && set->part_count == type->count)
		for (size_t i = 0; i < set->element_count; i++)
			draft_add(context->builder, &draft, &set->elements[i * set->part_count],
				  set->verdicts ? &set->verdicts[i] : NULL);
	if (!fill_draft(context, set, &draft, type, elements, 0)) {
		set->is_unknown = true;
		set->unknown = "an element is not understood";
	}
	/* `*` in a plain set: everything. */
	if (set->has_default && !is_map && type->count == 1) {
		struct value_range all = { 0, MATCH_MASK_ALL };
		draft_add(context->builder, &draft, &all, NULL);
	}
	draft_finish(context->builder, &draft, set);
}
