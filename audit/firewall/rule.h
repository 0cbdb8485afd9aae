/* SPDX-License-Identifier: Apache-2.0
 *
 * One rule model for iptables and nftables: tables, chains, rules as steps over fields of a packet,
 * sets of values. Parsers build it; firewall_evaluate.h reads it. Everything has its origin.
 *
 * A field's value is a number of up to 128 bits: addresses and ports as such, an interface's name
 * as its 16 bytes in network order (so that "eth+" is a range), a state as a bit set.
 */
#ifndef RINGFENCE_FIREWALL_RULE_H
#define RINGFENCE_FIREWALL_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"

struct arena;

enum packet_field {
	/* NFPROTO_IPV4 (2) or NFPROTO_IPV6 (10). */
	FIELD_NFPROTO,
	/* The upper protocol's number: 6, 17, 1, 58 ... */
	FIELD_PROTOCOL,
	FIELD_SOURCE,
	FIELD_DESTINATION,
	FIELD_SOURCE_PORT,
	FIELD_DESTINATION_PORT,
	FIELD_IN_INTERFACE,
	FIELD_OUT_INTERFACE,
	/* FIN 1, SYN 2, RST 4, PSH 8, ACK 16, URG 32. */
	FIELD_TCP_FLAGS,
	FIELD_ICMP_TYPE,
	FIELD_ICMP_CODE,
	/* Bits of enum connection_state. */
	FIELD_CT_STATE,
	/* Bits of IPS_*: EXPECTED 1, SEEN_REPLY 2, ASSURED 4, CONFIRMED 8, SNAT 16, DNAT 32. */
	FIELD_CT_STATUS,
	/* 0 original, 1 reply. */
	FIELD_CT_DIRECTION,
	FIELD_CT_MARK,
	FIELD_MARK,
	/* PACKET_HOST 0, BROADCAST 1, MULTICAST 2. */
	FIELD_PACKET_TYPE,
	/* Whole IP packet, bytes. */
	FIELD_LENGTH,
	FIELD_TTL,
	/* The whole TOS or traffic class byte. */
	FIELD_TOS,
	/* Fragment offset (low 13 bits) with flags, as in the header. */
	FIELD_FRAGMENT,
	FIELD_SOURCE_MAC,
	FIELD_DESTINATION_MAC,
	/* RTN_* of the address: UNICAST 1, LOCAL 2, BROADCAST 3, ANYCAST 4, MULTICAST 5. */
	FIELD_SOURCE_TYPE,
	FIELD_DESTINATION_TYPE,
	/* The same, where an address of another interface than the packet's is not LOCAL. */
	FIELD_DESTINATION_TYPE_HERE,
	/* Would the source be answered through the interface that it came by? 1 or 0. */
	FIELD_REVERSE_PATH,
	/* IPv4 header length in words; 5 without options. */
	FIELD_HEADER_WORDS,
	/* IPv4 identification, TCP sequence ...: what a sender may set as he likes. */
	FIELD_FREE,
	/* A TCP option: a first packet of a usual sender has some. */
	FIELD_TCP_OPTION,
	FIELD_COUNT,
};

/* The bits of nftables' `ct state` (NF_CT_STATE_BIT in linux/netfilter/nf_conntrack_common.h). */
enum connection_state {
	CONNECTION_INVALID = 1,
	CONNECTION_ESTABLISHED = 2,
	CONNECTION_RELATED = 4,
	CONNECTION_NEW = 8,
	CONNECTION_UNTRACKED = 64,
	/* No connection stands behind the packet. */
	CONNECTION_NONE = CONNECTION_INVALID | CONNECTION_UNTRACKED,
};

struct value_range {
	unsigned __int128 first;
	unsigned __int128 last;
};

/* A field as it is compared: (value >> shift) & mask. */
struct match_part {
	enum packet_field field;
	uint8_t shift;
	/* A port read straight out of the transport header ("th dport"), whatever protocol that is:
	 * never absent. */
	bool is_raw;
	/* A port as conntrack keeps it: never absent either, but of ICMP the identifier. */
	bool is_tuple;
	unsigned __int128 mask;
};

/* Do both compare the same bits of the same field? */
static inline bool match_part_equal(const struct match_part *a, const struct match_part *b)
{
	return a->field == b->field && a->mask == b->mask && a->shift == b->shift &&
	       a->is_raw == b->is_raw && a->is_tuple == b->is_tuple;
}

#define MATCH_MASK_ALL (~(unsigned __int128)0)

/* Most fields in one concatenation: the kernel's NFT_REG32_COUNT allows 16 of 4 bytes. */
#define MATCH_PARTS_MAX 8

struct rule_chain;

enum verdict_kind {
	/* The next rule. */
	VERDICT_CONTINUE,
	VERDICT_ACCEPT,
	VERDICT_DROP,
	VERDICT_REJECT,
	VERDICT_RETURN,
	VERDICT_JUMP,
	VERDICT_GOTO,
	/* Something that is not understood may decide here: a queue to a program, an unknown
	 * target. */
	VERDICT_UNKNOWN,
};

struct rule_verdict {
	enum verdict_kind kind;
	/* JUMP and GOTO: the name, and the chain once resolved (NULL: there is none). */
	struct slice chain_name;
	const struct rule_chain *chain;
};

/* Values, or tuples of values: an ipset, a named or anonymous set or verdict map of nftables. */
struct rule_set {
	/* Empty for an anonymous one. */
	struct slice name;
	/* ipset only: "hash:ip,port". */
	struct slice type;
	size_t part_count;
	/* Element i has elements[i * part_count] .. + part_count. One part and no map: sorted and
	 * disjoint. */
	const struct value_range *elements;
	/* For verdict maps, one an element; else NULL. */
	const struct rule_verdict *verdicts;
	size_t element_count;
	/* Other elements than these have this verdict (`*` in a map). */
	bool has_default;
	struct rule_verdict default_verdict;
	/* Rules of packets add to it: others than these elements may be in it. */
	bool is_dynamic;
	/* Contents not known; `unknown` says why. */
	bool is_unknown;
	const char *unknown;
	struct origin origin;
};

enum rate_kind {
	/* So many in a time: limit, hashlimit, nft's limit. */
	RATE_LIMIT,
	/* So many connections at once: connlimit, ct count. */
	RATE_CONNECTIONS,
	/* A list that remembers addresses: recent. */
	RATE_RECENT,
	/* Anything else that counts: quota, statistic, connbytes. */
	RATE_COUNTER,
};

enum recent_action {
	RECENT_SET,
	RECENT_CHECK,
	RECENT_UPDATE,
	RECENT_REMOVE,
};

struct rule_rate {
	enum rate_kind kind;
	/* COUNT in every SECONDS (limit), hits in SECONDS (recent), connections (connlimit). */
	uint64_t count;
	uint64_t seconds;
	uint64_t burst;
	/* Bytes rather than packets are counted. */
	bool is_bytes;
	/* Matches what goes beyond it, rather than what stays within. */
	bool is_over;
	/* Each source address (or network of its) has its own. */
	bool is_per_source;
	enum recent_action recent;
	/* Of the shared table: hashlimit and recent; empty for one of the rule's own. */
	struct slice name;
};

enum match_kind {
	/* The parts, against the set or the single range. */
	MATCH_FIELDS,
	/* Rate; the first packet of a fresh table tells `fresh`. */
	MATCH_RATE,
	/* Depends on what is understood but not known beforehand: the time, the payload. */
	MATCH_CONDITION,
	/* Not understood. */
	MATCH_UNKNOWN,
};

struct rule_match {
	enum match_kind kind;
	bool is_negated;
	size_t part_count;
	const struct match_part *parts;
	/* The values, unless NULL: then the one range `range`. */
	const struct rule_set *set;
	struct value_range range;
	const struct rule_rate *rate;
	/* CONDITION: bytes that the packet must hold ("string"); else empty. */
	struct slice payload;
	/* Words for people: "at most 5/second, burst 10". Never NULL for RATE, CONDITION and
	 * UNKNOWN. */
	const char *text;
	/* Unique in the ruleset, from 0: where an evaluator keeps what it prepared. */
	uint32_t id;
};

enum step_kind {
	STEP_MATCH,
	/* field = (field & keep) ^ (from & from_mask) ^ change; or not known any more. */
	STEP_ASSIGN,
	/* Adds the values of `parts` to `set`. */
	STEP_ADD,
	/* Not tracked by conntrack, if before it. */
	STEP_UNTRACK,
	/* To another address or port of unknown or given value: see is_local. */
	STEP_REDIRECT,
};

struct rule_step {
	enum step_kind kind;
	union {
		struct rule_match match;
		struct {
			enum packet_field field;
			unsigned __int128 keep;
			unsigned __int128 change;
			enum packet_field from;
			unsigned __int128 from_mask;
			bool is_unknown;
		} assign;
		struct {
			const struct rule_set *set;
			size_t part_count;
			const struct match_part *parts;
		} add;
	};
};

struct rule {
	const struct rule_step *steps;
	size_t step_count;
	struct rule_verdict verdict;
	/* A verdict map, looked up with map_parts when all steps are done; the verdict above comes
	 * where the map says CONTINUE. */
	const struct rule_set *map;
	size_t map_part_count;
	const struct match_part *map_parts;
	/* First map match id: the map's own prepared values. */
	uint32_t map_id;
	/* Position in its chain, from 1. */
	uint32_t number;
	/* Packets that matched so far; has_counter says whether that is known. */
	uint64_t packets;
	bool has_counter;
	/* "-j LOG", "counter": the rule decides nothing and changes nothing. */
	bool is_inert;
	/* "-m comment --comment"; empty without. */
	struct slice comment;
	struct origin origin;
};

enum hook {
	HOOK_NONE,
	HOOK_INGRESS,
	HOOK_PREROUTING,
	HOOK_INPUT,
	HOOK_FORWARD,
	HOOK_OUTPUT,
	HOOK_POSTROUTING,
};

enum table_family {
	TABLE_IPV4,
	TABLE_IPV6,
	TABLE_INET,
	TABLE_ARP,
	TABLE_BRIDGE,
	TABLE_NETDEV,
};

struct rule_chain {
	struct slice name;
	const struct rule_table *table;
	/* HOOK_NONE: reached by jumps only. */
	enum hook hook;
	int32_t priority;
	/* "nat" chains see the first packet of a connection only. */
	bool is_nat;
	/* INGRESS: the devices, as written, separated by blanks. */
	struct slice devices;
	enum verdict_kind policy;
	/* Where the policy is said; the chain's declaration where it is not. */
	struct origin policy_origin;
	struct rule *rules;
	size_t rule_count;
	size_t rule_capacity;
	/* Unique in the ruleset, from 0. */
	uint32_t id;
	struct origin origin;
};

enum rule_backend {
	BACKEND_IPTABLES_LEGACY,
	BACKEND_IPTABLES_NFT,
	BACKEND_NFTABLES,
};

struct rule_table {
	struct slice name;
	enum table_family family;
	enum rule_backend backend;
	struct rule_chain **chains;
	size_t chain_count;
	struct rule_set **sets;
	size_t set_count;
	size_t chain_capacity;
	size_t set_capacity;
	/* Chains by the hash of their name, twice as many places as chains at least. */
	struct rule_chain **index;
	size_t index_size;
	struct origin origin;
};

/* All rules of one place (the kernel, or one saved file), maybe read from several texts. */
struct ruleset {
	struct rule_table **tables;
	size_t table_count;
	/* Sets that stand outside tables: ipset's. */
	struct rule_set **sets;
	size_t set_count;
	uint32_t match_count;
	uint32_t chain_count;
	size_t rule_count;
	/* Something was not read to its end or not understood at all: what the rules do is not
	 * known. `broken` says why. */
	bool is_broken;
	struct diagnostic broken;
	struct diagnostics diagnostics;
	/* Room in the arrays above. This and the other `capacity` fields are rule_build.c's. */
	size_t table_capacity;
	size_t set_capacity;
};

/* The table of that family and name, or NULL. */
const struct rule_table *ruleset_find_table(const struct ruleset *ruleset, enum table_family family,
					    struct slice name);
const struct rule_chain *table_find_chain(const struct rule_table *table, struct slice name);
/* Where the chain called NAME stands in the index, or would stand; the index has places. */
size_t table_chain_place(const struct rule_table *table, struct slice name);
const struct rule_set *table_find_set(const struct rule_table *table, struct slice name);
const struct rule_set *ruleset_find_set(const struct ruleset *ruleset, struct slice name);

/* "iptables filter", "inet filter". */
const char *table_family_name(enum table_family family);
/* "ACCEPT", "DROP", "REJECT" ... in the table's own case. */
const char *verdict_name(enum verdict_kind kind);

/* Does a packet of FAMILY see the tables of TABLE_FAMILY on its way to this host? */
bool table_family_sees(enum table_family table_family, enum address_family family);

/* ADDRESS as a field's value and back. */
unsigned __int128 rule_value_of_address(struct address address);
struct address rule_address_of_value(enum address_family family, unsigned __int128 value);
/* The values of PREFIX; of an interface's NAME, with all that begin so when IS_PREFIX. A name
 * longer than 15 bytes is cut, as the kernel's IFNAMSIZ has it. */
struct value_range rule_range_of_prefix(struct prefix prefix);
struct value_range rule_range_of_interface(struct slice name, bool is_prefix);

#endif
