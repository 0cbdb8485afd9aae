/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/ipset_parse.h"

#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/firewall/iptables_line.h"
#include "audit/firewall/port_names.h"

/* An element with its length, for the order in which hash:net looks. */
struct ipset_element {
	struct value_range ranges[MATCH_PARTS_MAX];
	bool is_nomatch;
};

/* A set while its lines come. */
struct ipset {
	struct rule_set *set;
	struct ipset_element *elements;
	size_t count;
	size_t capacity;
	bool has_nomatch;
	/* list:set */
	struct slice *members;
	size_t member_count;
	size_t member_capacity;
};

struct ipset_file {
	struct rule_builder *builder;
	const struct source *source;
	struct ipset *sets;
	size_t count;
	size_t capacity;
};

static struct ipset *find_ipset(struct ipset_file *file, struct slice name)
{
	/* Lines of one set come together. */
	for (size_t i = file->count; i-- > 0;)
		if (slice_equal(file->sets[i].set->name, name))
			return &file->sets[i];
	return NULL;
}

static void make_unknown(struct rule_set *set, const char *why)
{
	set->is_unknown = true;
	set->unknown = why;
}

static size_t column_count(struct slice type)
{
	struct slice rest = slice_from(type, slice_find_byte(type, ':') + 1), word;
	size_t count = 0;
	while (slice_next_field(&rest, ',', &word))
		count += slice_is(word, "port") && slice_starts_with(type, "hash:") ? 2 : 1;
	return count;
}

static void create(struct ipset_file *file, struct slice rest, struct origin origin)
{
	struct slice name, type, word;
	if (!slice_next_word(&rest, &name) || !slice_next_word(&rest, &type))
		return;
	struct rule_set *set = build_named_set(file->builder, NULL, name, origin);
	struct ipset *sets = arena_grow(file->builder->arena, file->sets, file->count,
					&file->capacity, sizeof(*sets));
	if (!set || !sets) {
		file->builder->is_failed = true;
		return;
	}
	file->sets = sets;
	sets[file->count++] = (struct ipset){ .set = set };
	set->type = type;
	set->part_count = column_count(type);
	if (set->part_count == 0 || set->part_count > MATCH_PARTS_MAX) {
		set->part_count = 1;
		make_unknown(set, "its type is not known");
	}
	/* hash:ip with netmask: addresses are cut before they are looked up. */
	while (slice_next_word(&rest, &word))
		if (slice_is(word, "netmask") || slice_is(word, "markmask") ||
		    slice_is(word, "bitmask"))
			make_unknown(set, "its elements are masked");
}

/* "192.0.2.1", "192.0.2.0/24", "192.0.2.1-192.0.2.9" */
static bool parse_addresses(struct slice text, struct value_range *ret_range)
{
	struct prefix prefix;
	struct address first, last;
	if (prefix_parse(text, &prefix)) {
		*ret_range = rule_range_of_prefix(prefix);
		return true;
	}
	size_t dash = slice_find_byte(text, '-');
	if (dash == text.size || !address_parse(slice_part(text, 0, dash), &first) ||
	    !address_parse(slice_from(text, dash + 1), &last) || first.family != last.family)
		return false;
	*ret_range =
		(struct value_range){ rule_value_of_address(first), rule_value_of_address(last) };
	return true;
}

/* "tcp:80", "80", "udp:1000-2000", "icmp:echo-request" */
static bool parse_protocol_port(struct slice text, struct value_range ranges[2])
{
	size_t colon = slice_find_byte(text, ':');
	uint8_t protocol = IPPROTO_TCP;
	uint16_t first, last;
	if (colon < text.size) {
		if (!protocol_parse(slice_part(text, 0, colon), &protocol))
			return false;
		text = slice_from(text, colon + 1);
	}
	/* The kernel compares type and code of ICMP as a port; no rule here asks so. */
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6 ||
	    !port_range_parse(text, '-', &first, &last))
		return false;
	ranges[0] = (struct value_range){ protocol, protocol };
	ranges[1] = (struct value_range){ first, last };
	return true;
}

static bool parse_mac(struct slice text, struct value_range *ret_range)
{
	unsigned __int128 value = 0;
	struct slice byte;
	size_t count = 0;
	while (slice_next_field(&text, ':', &byte)) {
		unsigned int digits = 0;
		for (size_t i = 0; i < byte.size; i++) {
			unsigned char c = byte_to_lower((unsigned char)byte.data[i]);
			if (byte.size != 2 || (!byte_is_digit(c) && (c < 'a' || c > 'f')))
				return false;
			digits = digits * 16 +
				 (unsigned int)(byte_is_digit(c) ? c - '0' : c - 'a' + 10);
		}
		value = value << 8 | digits;
		count++;
	}
	*ret_range = (struct value_range){ value, value };
	return count == 6;
}

/* One element's text by the words of TYPE. */
static bool parse_element(struct slice type, struct slice text, struct value_range *ranges)
{
	struct slice dimensions = slice_from(type, slice_find_byte(type, ':') + 1);
	struct slice dimension, part;
	size_t column = 0;
	while (slice_next_field(&dimensions, ',', &dimension)) {
		uint64_t number;
		uint16_t first, last;
		if (!slice_next_field(&text, ',', &part))
			return false;
		if (slice_is(dimension, "ip") || slice_is(dimension, "net")) {
			if (!parse_addresses(part, &ranges[column++]))
				return false;
		} else if (slice_is(dimension, "port") && slice_starts_with(type, "hash:")) {
			if (!parse_protocol_port(part, &ranges[column]))
				return false;
			column += 2;
		} else if (slice_is(dimension, "port")) {
			if (!port_range_parse(part, '-', &first, &last))
				return false;
			ranges[column++] = (struct value_range){ first, last };
		} else if (slice_is(dimension, "iface")) {
			ranges[column++] = rule_range_of_interface(part, false);
		} else if (slice_is(dimension, "mac")) {
			if (!parse_mac(part, &ranges[column++]))
				return false;
		} else if (slice_is(dimension, "mark")) {
			if (!iptables_parse_number(part, &number))
				return false;
			ranges[column++] = (struct value_range){ number, number };
		} else {
			return false;
		}
	}
	return true;
}

static void add_member(struct ipset_file *file, struct ipset *ipset, struct slice name)
{
	struct slice *members =
		arena_grow(file->builder->arena, ipset->members, ipset->member_count,
			   &ipset->member_capacity, sizeof(*members));
	if (!members) {
		file->builder->is_failed = true;
		return;
	}
	ipset->members = members;
	members[ipset->member_count++] = name;
}

static void add(struct ipset_file *file, struct slice rest, struct origin origin)
{
	struct slice name, text, word;
	struct ipset_element element = { .is_nomatch = false };
	if (!slice_next_word(&rest, &name) || !slice_next_word(&rest, &text))
		return;
	struct ipset *ipset = find_ipset(file, name);
	if (!ipset) {
		ruleset_break(file->builder, origin, "an element for a set that is not there: %.*s",
			      SLICE_ARG(name));
		return;
	}
	if (slice_is(ipset->set->type, "list:set")) {
		add_member(file, ipset, text);
		return;
	}
	while (slice_next_word(&rest, &word))
		element.is_nomatch = element.is_nomatch || slice_is(word, "nomatch");
	if (ipset->set->is_unknown)
		return;
	if (!parse_element(ipset->set->type, text, element.ranges)) {
		make_unknown(ipset->set, "an element is not understood");
		return;
	}
	struct ipset_element *elements =
		arena_grow(file->builder->arena, ipset->elements, ipset->count, &ipset->capacity,
			   sizeof(*elements));
	if (!elements) {
		file->builder->is_failed = true;
		return;
	}
	ipset->elements = elements;
	elements[ipset->count++] = element;
	ipset->has_nomatch = ipset->has_nomatch || element.is_nomatch;
}

static unsigned __int128 element_width(const struct ipset_element *element)
{
	return element->ranges[0].last - element->ranges[0].first;
}

/* hash:net with nomatch: the narrowest network that holds an address decides (ip_set_hash_gen.h,
 * mtype_test_cidrs). What a nomatch takes away is cut out of the wider ones. */
static void finish_nomatch(struct ipset_file *file, struct ipset *ipset,
			   struct rule_set_draft *draft)
{
	if (ipset->set->part_count != 1) {
		make_unknown(ipset->set, "it has nomatch elements of several fields");
		return;
	}
	for (size_t i = 0; i < ipset->count; i++) {
		const struct ipset_element *element = &ipset->elements[i];
		if (element->is_nomatch)
			continue;
		/* Walk over the exceptions inside, in order of address; networks nest or are apart.
		 */
		unsigned __int128 at = element->ranges[0].first;
		bool is_left = true;
		while (is_left) {
			const struct ipset_element *next = NULL;
			for (size_t k = 0; k < ipset->count; k++) {
				const struct ipset_element *other = &ipset->elements[k];
				if (other->is_nomatch &&
				    element_width(other) < element_width(element) &&
				    other->ranges[0].last >= at &&
				    other->ranges[0].first <= element->ranges[0].last &&
				    (!next || other->ranges[0].first < next->ranges[0].first))
					next = other;
			}
			struct value_range range = { at, element->ranges[0].last };
			if (next && next->ranges[0].first <= at) {
				is_left = next->ranges[0].last < element->ranges[0].last;
				at = next->ranges[0].last + 1;
				continue;
			}
			if (next)
				range.last = next->ranges[0].first - 1;
			draft_add(file->builder, draft, &range, NULL);
			is_left = next && next->ranges[0].last < element->ranges[0].last;
			at = next ? next->ranges[0].last + 1 : at;
		}
	}
}

static void finish(struct ipset_file *file, struct ipset *ipset)
{
	struct rule_set_draft draft = { .part_count = ipset->set->part_count };
	if (ipset->set->is_unknown || ipset->members)
		return;
	if (ipset->has_nomatch)
		finish_nomatch(file, ipset, &draft);
	else
		for (size_t i = 0; i < ipset->count; i++)
			draft_add(file->builder, &draft, ipset->elements[i].ranges, NULL);
	draft_finish(file->builder, &draft, ipset->set);
}

/* Are their elements of the same fields? "hash:ip", "hash:net" and "bitmap:ip" all hold addresses.
 */
static bool are_alike(const struct rule_set *a, const struct rule_set *b)
{
	const struct rule_set *sets[] = { a, b };
	size_t plain = 0;
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		struct slice fields =
			slice_from(sets[i]->type, slice_find_byte(sets[i]->type, ':') + 1);
		plain += slice_is(fields, "ip") || slice_is(fields, "net");
	}
	return plain == 2 || slice_equal(a->type, b->type);
}

/* list:set holds what any of its members holds; they must be of the same fields. */
static void finish_list(struct ipset_file *file, struct ipset *ipset)
{
	struct rule_set *set = ipset->set;
	struct rule_set_draft draft = { .part_count = 1 };
	const struct rule_set *first = NULL;
	for (size_t i = 0; i < ipset->member_count; i++) {
		struct ipset *member = find_ipset(file, ipset->members[i]);
		if (!member || member->set->is_unknown || member->members ||
		    (first && !are_alike(member->set, first))) {
			make_unknown(set, "its members are of several kinds");
			return;
		}
		first = member->set;
		draft.part_count = first->part_count;
		for (size_t k = 0; k < first->element_count; k++)
			draft_add(file->builder, &draft, &first->elements[k * first->part_count],
				  NULL);
	}
	if (first)
		set->type = first->type;
	draft_finish(file->builder, &draft, set);
}

void ipset_parse(struct rule_builder *builder, const struct source *source)
{
	struct ipset_file file = { .builder = builder, .source = source };
	struct slice rest = source->bytes, line = rest;
	while (!builder->is_failed && slice_next_line(&rest, &line)) {
		struct slice words = line, command;
		struct origin origin = origin_of(source, line);
		if (!slice_next_word(&words, &command) || command.data[0] == '#')
			continue;
		if (slice_is(command, "create") || slice_is(command, "-N"))
			create(&file, words, origin);
		else if (slice_is(command, "add") || slice_is(command, "-A"))
			add(&file, words, origin);
		else if (!diagnostics_add(&builder->ruleset->diagnostics, builder->arena,
					  DIAGNOSTIC_ERROR, origin, "not a line of ipset save"))
			builder->is_failed = true;
	}
	if (source->is_truncated)
		ruleset_break(builder, origin_of(source, line), "the list of ipsets was cut");
	for (size_t i = 0; i < file.count && !builder->is_failed; i++)
		finish(&file, &file.sets[i]);
	for (size_t i = 0; i < file.count && !builder->is_failed; i++)
		if (slice_is(file.sets[i].set->type, "list:set"))
			finish_list(&file, &file.sets[i]);
}
