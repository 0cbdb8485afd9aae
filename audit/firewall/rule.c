/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/rule.h"

const struct rule_table *ruleset_find_table(const struct ruleset *ruleset, enum table_family family,
					    struct slice name)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (ruleset->tables[i]->family == family &&
		    slice_equal(ruleset->tables[i]->name, name))
			return ruleset->tables[i];
	return NULL;
}

/* FNV-1a: names are few and no secret; a flood of equal hashes costs the linear search that a plain
 * list would. */
static size_t name_hash(struct slice name)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < name.size; i++)
		hash = (hash ^ (unsigned char)name.data[i]) * 1099511628211u;
	return (size_t)(hash ^ hash >> 32);
}

size_t table_chain_place(const struct rule_table *table, struct slice name)
{
	size_t place = name_hash(name) & (table->index_size - 1);
	while (table->index[place] && !slice_equal(table->index[place]->name, name))
		place = (place + 1) & (table->index_size - 1);
	return place;
}

const struct rule_chain *table_find_chain(const struct rule_table *table, struct slice name)
{
	return table->index_size ? table->index[table_chain_place(table, name)] : NULL;
}

const struct rule_set *table_find_set(const struct rule_table *table, struct slice name)
{
	for (size_t i = 0; i < table->set_count; i++)
		if (slice_equal(table->sets[i]->name, name))
			return table->sets[i];
	return NULL;
}

const struct rule_set *ruleset_find_set(const struct ruleset *ruleset, struct slice name)
{
	for (size_t i = 0; i < ruleset->set_count; i++)
		if (slice_equal(ruleset->sets[i]->name, name))
			return ruleset->sets[i];
	return NULL;
}

const char *table_family_name(enum table_family family)
{
	static const char *const names[] = {
		[TABLE_IPV4] = "ip", [TABLE_IPV6] = "ip6",      [TABLE_INET] = "inet",
		[TABLE_ARP] = "arp", [TABLE_BRIDGE] = "bridge", [TABLE_NETDEV] = "netdev",
	};
	return names[family];
}

const char *verdict_name(enum verdict_kind kind)
{
	static const char *const names[] = {
		[VERDICT_CONTINUE] = "CONTINUE", [VERDICT_ACCEPT] = "ACCEPT",
		[VERDICT_DROP] = "DROP",         [VERDICT_REJECT] = "REJECT",
		[VERDICT_RETURN] = "RETURN",     [VERDICT_JUMP] = "JUMP",
		[VERDICT_GOTO] = "GOTO",         [VERDICT_UNKNOWN] = "UNKNOWN",
	};
	return names[kind];
}

bool table_family_sees(enum table_family table_family, enum address_family family)
{
	switch (table_family) {
	case TABLE_IPV4:
		return family == ADDRESS_IPV4;
	case TABLE_IPV6:
		return family == ADDRESS_IPV6;
	case TABLE_INET:
	case TABLE_NETDEV:
		return true;
	case TABLE_ARP:
	case TABLE_BRIDGE:
		return false;
	}
	return false;
}

unsigned __int128 rule_value_of_address(struct address address)
{
	unsigned __int128 value = 0;
	for (unsigned int i = 0; i < address_bits(address.family) / 8; i++)
		value = value << 8 | address.bytes[i];
	return value;
}

struct address rule_address_of_value(enum address_family family, unsigned __int128 value)
{
	struct address address = { .family = family };
	for (unsigned int i = address_bits(family) / 8; i-- > 0; value >>= 8)
		address.bytes[i] = (uint8_t)value;
	return address;
}

struct value_range rule_range_of_prefix(struct prefix prefix)
{
	unsigned int bits = address_bits(prefix.address.family);
	unsigned __int128 first = rule_value_of_address(prefix.address);
	unsigned __int128 host = prefix.length >= bits ? 0
				 : bits - prefix.length == 128
					 ? MATCH_MASK_ALL
					 : ((unsigned __int128)1 << (bits - prefix.length)) - 1;
	return (struct value_range){ .first = first & ~host, .last = first | host };
}

struct value_range rule_range_of_interface(struct slice name, bool is_prefix)
{
	/* IFNAMSIZ is 16 with the NUL (linux/if.h). */
	enum {
		INTERFACE_BYTES = 16
	};
	struct value_range range = { 0, 0 };
	size_t size = name.size < INTERFACE_BYTES - 1 ? name.size : INTERFACE_BYTES - 1;
	for (size_t i = 0; i < INTERFACE_BYTES; i++) {
		unsigned char byte = i < size ? (unsigned char)name.data[i] : 0;
		range.first = range.first << 8 | byte;
		range.last = range.last << 8 | (i < size || !is_prefix ? byte : 0xff);
	}
	return range;
}
