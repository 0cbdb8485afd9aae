/* SPDX-License-Identifier: Apache-2.0
 *
 * Networks are prefixes, so two of them nest or are apart: one walk over the sorted prefixes with a
 * stack finds the last matching line for every address.
 */
#include "audit/asterisk/acl_model.h"

#include <stdlib.h>
#include <string.h>

#include "audit/asterisk/conf_address.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/base/arena.h"

/* The length of the smallest prefix that a mask keeps apart, and whether bits follow a hole. */
static unsigned int mask_length(struct address mask, bool *ret_holes)
{
	unsigned int bits = address_bits(mask.family), length = 0;
	while (length < bits && mask.bytes[length / 8] & (0x80u >> length % 8))
		length++;
	*ret_holes = false;
	for (unsigned int i = length; i < bits; i++)
		if (mask.bytes[i / 8] & (0x80u >> i % 8))
			*ret_holes = true;
	return length;
}

bool acl_parse_mask(struct slice text, enum address_family family, unsigned int *ret_length,
		    bool *ret_holes)
{
	*ret_holes = false;
	if (slice_find_byte(text, ':') < text.size || slice_find_byte(text, '.') < text.size) {
		struct address mask;
		if (!conf_parse_host(text, &mask))
			return false;
		mask = address_unmap(mask);
		if (mask.family != family)
			return false;
		*ret_length = mask_length(mask, ret_holes);
		return true;
	}
	long length;
	if (!conf_scan_number(text, &length) || length < 0 || length > address_bits(family))
		return false;
	*ret_length = (unsigned int)length;
	return true;
}

/* One item of a permit or deny line: "[!]address[/mask]". */
static bool parse_item(struct slice item, bool is_permit, struct acl_rule *ret_rule)
{
	size_t slash = slice_find_byte(item, '/');
	struct slice address_text = slice_part(item, 0, slash);
	if (slice_starts_with(address_text, "!")) {
		is_permit = !is_permit;
		address_text = slice_from(address_text, 1);
	}
	struct address address;
	if (!conf_parse_host(address_text, &address))
		return false;
	address = address_unmap(address);
	unsigned int length = address_bits(address.family);
	bool has_holes = false;
	if (slash < item.size &&
	    !acl_parse_mask(slice_from(item, slash + 1), address.family, &length, &has_holes))
		return false;
	*ret_rule = (struct acl_rule){
		.is_permit = is_permit,
		.network = prefix_make(address, length),
		.has_holes = has_holes,
	};
	return true;
}

static bool add_rule(struct acl_builder *builder, const struct acl_rule *rule)
{
	if (builder->rule_count >= ACL_RULES_MAX) {
		builder->is_cut = true;
		return true;
	}
	struct acl_rule *grown = arena_grow(builder->arena, builder->rules, builder->rule_count,
					    &builder->rule_capacity, sizeof(*grown));
	if (!grown) {
		builder->memory_failed = true;
		return false;
	}
	builder->rules = grown;
	grown[builder->rule_count++] = *rule;
	return true;
}

static bool add_networks(struct acl_builder *builder, bool is_permit,
			 const struct conf_variable *variable, bool is_list)
{
	struct slice rest = variable->value, item;
	bool more = true;
	while (more) {
		size_t comma = is_list ? slice_find_byte(rest, ',') : rest.size;
		item = slice_part(rest, 0, comma);
		more = comma < rest.size;
		rest = slice_from(rest, comma + 1);
		struct acl_rule rule;
		if (!parse_item(item, is_permit, &rule))
			return false;
		rule.variable = variable;
		if (!add_rule(builder, &rule))
			return false;
	}
	return true;
}

static bool add_names(struct acl_builder *builder, struct slice rest)
{
	bool more = true, is_clean = true;
	while (more) {
		size_t comma = slice_find_byte(rest, ',');
		struct slice name = slice_part(rest, 0, comma);
		more = comma < rest.size;
		rest = slice_from(rest, comma + 1);
		while (name.size && (unsigned char)name.data[0] < 33)
			name = slice_from(name, 1);
		bool is_known = false;
		for (size_t i = 0; i < builder->name_count && !is_known; i++)
			is_known = slice_equal_ignore_case(builder->names[i], name);
		/* The unnamed list of permit and deny lines has the empty name. */
		if (is_known || (name.size == 0 && builder->rule_count)) {
			is_clean = false;
			continue;
		}
		struct slice *grown =
			builder->name_count < ACL_RULES_MAX
				? arena_grow(builder->arena, builder->names, builder->name_count,
					     &builder->name_capacity, sizeof(*grown))
				: NULL;
		if (!grown) {
			builder->memory_failed = true;
			return false;
		}
		builder->names = grown;
		grown[builder->name_count++] = name;
	}
	return is_clean;
}

bool acl_builder_add(struct acl_builder *builder, enum acl_sense sense,
		     const struct conf_variable *variable, unsigned int asterisk_version)
{
	bool is_list = asterisk_version == 0 || asterisk_version >= 1100;
	builder->is_present = true;
	if (sense == ACL_NAME)
		return add_names(builder, variable->value);
	return add_networks(builder, sense == ACL_PERMIT, variable, is_list);
}

/* A rule's first and last address, and where it stands in the list. */
struct span {
	struct address first;
	struct address last;
	size_t rule;
	bool is_permit;
};

static int compare_spans(const void *a, const void *b)
{
	const struct span *first = a, *second = b;
	int order = address_compare(first->first, second->first);
	/* The wider before those inside it. */
	return order ? order : address_compare(second->last, first->last);
}

static struct address last_of(struct prefix prefix)
{
	struct address last = prefix.address;
	for (unsigned int i = prefix.length; i < address_bits(last.family); i++)
		last.bytes[i / 8] = (uint8_t)(last.bytes[i / 8] | (0x80u >> i % 8));
	return last;
}

/* False at the end of the family's addresses. */
static bool next_address(struct address *address)
{
	for (unsigned int i = address_bits(address->family) / 8; i > 0; i--)
		if (++address->bytes[i - 1] != 0)
			return true;
	return false;
}

static struct address before(struct address address)
{
	for (unsigned int i = address_bits(address.family) / 8; i > 0; i--)
		if (address.bytes[i - 1]-- != 0)
			break;
	return address;
}

struct sweep {
	struct span **stack;
	/* Which rule wins where stack[i] is the innermost. */
	size_t *winner;
	size_t depth;
	struct address_range *ranges;
	size_t count;
	/* The first address that is not dealt with; none left when is_done. */
	struct address at;
	bool is_done;
	const struct acl_rule *rules;
};

/* Addresses up to LAST belong to the innermost network on the stack. */
static void sweep_to(struct sweep *sweep, struct address last)
{
	if (sweep->is_done || address_compare(sweep->at, last) > 0)
		return;
	bool is_allowed =
		sweep->depth == 0 || sweep->rules[sweep->winner[sweep->depth - 1]].is_permit;
	if (is_allowed)
		sweep->ranges[sweep->count++] = (struct address_range){ sweep->at, last };
	sweep->at = last;
	sweep->is_done = !next_address(&sweep->at);
}

static void sweep_pop(struct sweep *sweep)
{
	sweep_to(sweep, sweep->stack[sweep->depth - 1]->last);
	sweep->depth--;
}

static void sweep_push(struct sweep *sweep, struct span *span)
{
	while (sweep->depth &&
	       address_compare(sweep->stack[sweep->depth - 1]->last, span->first) < 0)
		sweep_pop(sweep);
	if (address_compare(sweep->at, span->first) < 0)
		sweep_to(sweep, before(span->first));
	size_t winner = span->rule;
	if (sweep->depth && sweep->winner[sweep->depth - 1] > winner)
		winner = sweep->winner[sweep->depth - 1];
	sweep->stack[sweep->depth] = span;
	sweep->winner[sweep->depth] = winner;
	sweep->depth++;
}

/* Lists up to this long are evaluated without memory of their own. */
#define FEW_RULES 16

/* The addresses of FAMILY that RULES let through. */
static bool evaluate(struct arena *arena, const struct acl_rule *rules, size_t count,
		     enum address_family family, struct address_set *ret_set)
{
	/* Most lists have a few lines: a scratch arena for each entry would cost more than all the
	 * rest. */
	struct span few_spans[FEW_RULES];
	struct span *few_stack[FEW_RULES];
	size_t few_winner[FEW_RULES];
	struct address_range few_ranges[2 * FEW_RULES + 1];
	bool is_few = count <= FEW_RULES;
	CLEANUP(arena_free_pointer) struct arena *scratch = is_few ? NULL : arena_new(0);
	if (count == 0) {
		*ret_set = address_set_all(family);
		return true;
	}
	struct span *spans = is_few    ? few_spans
			     : scratch ? ARENA_ARRAY(scratch, count, struct span)
				       : NULL;
	struct sweep sweep = {
		.stack = is_few    ? few_stack
			 : scratch ? ARENA_ARRAY(scratch, count, struct span *)
				   : NULL,
		.winner = is_few    ? few_winner
			  : scratch ? ARENA_ARRAY(scratch, count, size_t)
				    : NULL,
		.ranges = is_few    ? few_ranges
			  : scratch ? ARENA_ARRAY(scratch, 2 * count + 1, struct address_range)
				    : NULL,
		.at = { .family = family },
		.rules = rules,
	};
	if (!spans || !sweep.stack || !sweep.winner || !sweep.ranges)
		return false;
	size_t span_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (rules[i].network.address.family != family)
			continue;
		/* A deny with holes in its mask is left out: the set must not be too small. */
		if (rules[i].has_holes && !rules[i].is_permit)
			continue;
		spans[span_count++] = (struct span){
			.first = rules[i].network.address,
			.last = last_of(rules[i].network),
			.rule = i,
		};
	}
	qsort(spans, span_count, sizeof(*spans), compare_spans);
	for (size_t i = 0; i < span_count; i++)
		sweep_push(&sweep, &spans[i]);
	while (sweep.depth)
		sweep_pop(&sweep);
	if (!sweep.is_done) {
		struct prefix everything = { .address = { .family = family } };
		sweep_to(&sweep, last_of(everything));
	}
	return address_set_of_ranges(arena, family, sweep.ranges, sweep.count, ret_set);
}

static bool permitted(struct arena *arena, const struct acl_rule *rules, size_t count,
		      enum address_family family, struct address_set *ret_set)
{
	struct address_range *ranges = ARENA_ARRAY(arena, count, struct address_range);
	size_t found = 0;
	if (!ranges)
		return false;
	for (size_t i = 0; i < count; i++)
		if (rules[i].is_permit && rules[i].network.address.family == family)
			ranges[found++] = (struct address_range){ rules[i].network.address,
								  last_of(rules[i].network) };
	return address_set_of_ranges(arena, family, ranges, found, ret_set);
}

static const struct acl_named *find_list(const struct acl_file *file, struct slice name)
{
	for (size_t i = 0; file && i < file->count; i++)
		if (slice_equal_ignore_case(file->lists[i].name, name))
			return &file->lists[i];
	return NULL;
}

static bool intersect_named(struct arena *arena, struct acl *acl, const struct acl_named *list)
{
	struct address_set ipv4, ipv6;
	if (!evaluate(arena, list->rules, list->rule_count, ADDRESS_IPV4, &ipv4) ||
	    !evaluate(arena, list->rules, list->rule_count, ADDRESS_IPV6, &ipv6) ||
	    !address_set_intersection(arena, acl->ipv4, ipv4, &acl->ipv4) ||
	    !address_set_intersection(arena, acl->ipv6, ipv6, &acl->ipv6))
		return false;
	for (size_t i = 0; i < list->rule_count; i++)
		acl->is_inexact |= list->rules[i].has_holes;
	return true;
}

static bool apply_names(struct arena *arena, struct acl *acl, const struct acl_file *file)
{
	for (size_t i = 0; i < acl->name_count; i++) {
		const struct acl_named *list = find_list(file, acl->names[i]);
		if (file && file->unread) {
			acl->is_inexact = true;
		} else if (!file || !file->is_loaded) {
			/* ast_named_acl_find gives up before it calls the list undefined. */
			acl->names_list_without_file = true;
		} else if (!list) {
			acl->names_missing_list = true;
			acl->ipv4 = address_set_empty(ADDRESS_IPV4);
			acl->ipv6 = address_set_empty(ADDRESS_IPV6);
		} else if (!intersect_named(arena, acl, list)) {
			return false;
		}
	}
	return true;
}

bool acl_builder_finish(struct acl_builder *builder, const struct acl_file *file,
			struct acl *ret_acl)
{
	struct acl acl = {
		.rules = builder->rules,
		.rule_count = builder->rule_count,
		.names = builder->names,
		.name_count = builder->name_count,
		.is_present = builder->is_present,
		.is_inexact = builder->is_cut,
	};
	struct arena *arena = builder->arena;
	if (builder->memory_failed)
		return false;
	for (size_t i = 0; i < acl.rule_count; i++)
		acl.is_inexact |= acl.rules[i].has_holes;
	if (!evaluate(arena, acl.rules, acl.rule_count, ADDRESS_IPV4, &acl.ipv4) ||
	    !evaluate(arena, acl.rules, acl.rule_count, ADDRESS_IPV6, &acl.ipv6) ||
	    !permitted(arena, acl.rules, acl.rule_count, ADDRESS_IPV4, &acl.permitted_ipv4) ||
	    !permitted(arena, acl.rules, acl.rule_count, ADDRESS_IPV6, &acl.permitted_ipv6) ||
	    !apply_names(arena, &acl, file))
		return false;
	*ret_acl = acl;
	return true;
}

/* A zeroed set of a literal or of an entry without lines stands for all addresses. */
static struct address_set set_of(const struct acl *acl, enum address_family family)
{
	struct address_set set = family == ADDRESS_IPV4 ? acl->ipv4 : acl->ipv6;
	return set.family == ADDRESS_NONE ? address_set_all(family) : set;
}

bool acl_restricts(const struct acl *acl, enum address_family family)
{
	return !address_set_is_all(set_of(acl, family));
}

/* Are all ranges of SET within 2^(bits - LENGTH) addresses? */
static bool set_is_narrow(struct address_set set, unsigned int length)
{
	for (size_t i = 0; i < set.count; i++) {
		struct prefix around = prefix_make(set.ranges[i].first, length);
		if (!prefix_contains(around, set.ranges[i].last))
			return false;
	}
	return true;
}

bool acl_is_narrow(const struct acl *acl, unsigned int ipv4_length, unsigned int ipv6_length)
{
	return set_is_narrow(set_of(acl, ADDRESS_IPV4), ipv4_length) &&
	       set_is_narrow(set_of(acl, ADDRESS_IPV6), ipv6_length);
}

bool acl_allows(const struct acl *acl, struct address address)
{
	address = address_unmap(address);
	return address_set_contains(set_of(acl, address.family), address);
}

bool acl_sense_of(struct slice name, const char *prefix, enum acl_sense *ret_sense)
{
	size_t skip = strlen(prefix);
	if (!slice_is_ignore_case(slice_part(name, 0, skip), prefix))
		return false;
	name = slice_from(name, skip);
	if (slice_is_ignore_case(name, "permit"))
		*ret_sense = ACL_PERMIT;
	else if (slice_is_ignore_case(name, "deny"))
		*ret_sense = ACL_DENY;
	else if (slice_is_ignore_case(name, "acl"))
		*ret_sense = ACL_NAME;
	else
		return false;
	return true;
}

/* The list called NAME: sections of one name are one list. */
static struct acl_named *list_for(struct acl_named *lists, size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++)
		if (slice_equal_ignore_case(lists[i].name, name))
			return &lists[i];
	return NULL;
}

/* Reads one section; false: Asterisk refuses the whole file, or memory is short. */
static bool read_section(struct acl_builder *builder, const struct conf_category *category,
			 unsigned int asterisk_version)
{
	for (size_t i = 0; i < category->variable_count; i++) {
		enum acl_sense sense;
		if (!acl_sense_of(category->variables[i].name, "", &sense) || sense == ACL_NAME)
			return false;
		if (!acl_builder_add(builder, sense, &category->variables[i], asterisk_version))
			return false;
	}
	return true;
}

static bool read_sections(const struct loader *loader, const struct conf_options *options,
			  const struct conf_file *conf, struct acl_file *file)
{
	struct acl_named *lists =
		ARENA_ARRAY(loader->arena, conf->category_count, struct acl_named);
	struct acl_builder *builders =
		ARENA_ARRAY(loader->arena, conf->category_count, struct acl_builder);
	if (!lists || !builders)
		return false;
	for (size_t i = 0; i < conf->category_count && !file->is_refused; i++) {
		const struct conf_category *category = &conf->categories[i];
		if (category->is_template || slice_is_ignore_case(category->name, "general"))
			continue;
		struct acl_named *list = list_for(lists, file->count, category->name);
		if (!list) {
			list = &lists[file->count++];
			list->name = category->name;
			list->origin = category->origin;
		}
		struct acl_builder *builder = &builders[list - lists];
		builder->arena = loader->arena;
		if (!read_section(builder, category, options->asterisk_version)) {
			if (builder->memory_failed)
				return false;
			file->is_refused = true;
		}
		list->rules = builder->rules;
		list->rule_count = builder->rule_count;
	}
	file->lists = lists;
	file->is_loaded = !file->is_refused;
	return true;
}

const struct acl_file *acl_file_load(const struct loader *loader,
				     const struct conf_options *options)
{
	struct acl_file *file = ARENA_NEW(loader->arena, struct acl_file);
	const struct conf_file *conf = conf_load(loader, options, "acl.conf");
	if (!file || !conf)
		return NULL;
	file->unread = conf->state == FACT_UNREADABLE ? conf->unread : conf->incomplete;
	file->is_refused = conf->is_refused;
	if (conf->state != FACT_PRESENT || conf->is_refused)
		return file;
	return read_sections(loader, options, conf, file) ? file : NULL;
}
