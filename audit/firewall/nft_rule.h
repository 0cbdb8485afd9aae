/* SPDX-License-Identifier: Apache-2.0
 *
 * From expressions of nftables, whether they were read as text or as JSON, to the steps of a rule.
 */
#ifndef RINGFENCE_FIREWALL_NFT_RULE_H
#define RINGFENCE_FIREWALL_NFT_RULE_H

#include "audit/base/attributes.h"
#include "audit/firewall/rule_build.h"

enum nft_kind {
	/* A value as written: "22", "ssh", "192.0.2.0/24", "eth*". */
	NFT_VALUE,
	/* items[0] to items[1] */
	NFT_RANGE,
	/* items[0] with `number` bits */
	NFT_PREFIX,
	/* items, in braces */
	NFT_SET,
	/* items[0] : items[1] */
	NFT_MAPPING,
	/* items, joined by '.' */
	NFT_CONCAT,
	/* items, joined by ',' or '|' */
	NFT_LIST,
	/* "@name" */
	NFT_SET_NAME,
	/* A field of the packet: `text` and `text2` are "tcp" "dport", "meta" "iifname", "ct"
	 * "state", "fib" "saddr . iif oif"; "vlan" "id". */
	NFT_FIELD,
	/* items[0] & items[1] and so on: `number` is the operator's character ('&', '|', '^', '<',
	 * '>'). */
	NFT_OPERATION,
	/* "*" */
	NFT_ANY,
	NFT_VERDICT,
	/* Not understood; `text` is how it reads. */
	NFT_UNKNOWN,
};

struct nft_expression {
	enum nft_kind kind;
	bool is_quoted;
	struct slice text;
	struct slice text2;
	uint64_t number;
	struct nft_expression **items;
	size_t count;
	size_t capacity;
	struct rule_verdict verdict;
};

/* Types of values, as sets declare them. */
enum nft_type {
	NFT_TYPE_UNKNOWN,
	NFT_TYPE_NUMBER,
	NFT_TYPE_IPV4,
	NFT_TYPE_IPV6,
	NFT_TYPE_PORT,
	NFT_TYPE_PROTOCOL,
	NFT_TYPE_INTERFACE,
	NFT_TYPE_CT_STATE,
	NFT_TYPE_CT_STATUS,
	NFT_TYPE_CT_DIRECTION,
	NFT_TYPE_TCP_FLAGS,
	NFT_TYPE_ICMP,
	NFT_TYPE_ICMP6,
	NFT_TYPE_ICMP_CODE,
	NFT_TYPE_PACKET,
	NFT_TYPE_NFPROTO,
	NFT_TYPE_ETHERTYPE,
	NFT_TYPE_ADDRESS,
	NFT_TYPE_MAC,
	NFT_TYPE_DSCP,
	NFT_TYPE_BOOLEAN,
	NFT_TYPE_DEVICE,
};

enum nft_operator {
	/* None written: equality, or "has one of these bits". */
	NFT_IMPLICIT,
	NFT_EQUAL,
	NFT_NOT_EQUAL,
	NFT_LESS,
	NFT_GREATER,
	NFT_LESS_EQUAL,
	NFT_GREATER_EQUAL,
	/* "tcp flags ! syn": none of these bits. */
	NFT_NONE_OF,
};

struct nft_set_type {
	enum nft_type types[MATCH_PARTS_MAX];
	size_t count;
};

struct nft_context {
	struct rule_builder *builder;
	struct rule_table *table;
	struct origin origin;
	/* Steps of the rule before its verdict map. */
	size_t steps_before_map;
};

/* A node in the builder's arena, with kind and text; NULL when memory is short. */
struct nft_expression *nft_expression_new(struct nft_context *context, enum nft_kind kind,
					  struct slice text);
/* Appends ITEM to the items of EXPRESSION. */
void nft_expression_add(struct nft_context *context, struct nft_expression *expression,
			struct nft_expression *item);

/* "ipv4_addr . inet_service" into types. */
void nft_type_parse(struct slice text, struct nft_set_type *ret_type);
/* The types of the fields of EXPRESSION ("typeof"). */
void nft_type_of(const struct nft_expression *expression, struct nft_set_type *ret_type);

/* Before build_rule_end: what a whole rule tells of itself. */
void nft_finish_rule(struct nft_context *context);

/* LEFT operator RIGHT as match steps, dependencies first. */
void nft_build_match(struct nft_context *context, const struct nft_expression *left,
		     enum nft_operator op, const struct nft_expression *right);
/* KEY vmap DATA: the rule's map. */
void nft_build_vmap(struct nft_context *context, const struct nft_expression *key,
		    const struct nft_expression *data);
/* `add @NAME { KEY ... }`; what follows inside is built by the caller afterwards. *RET_PER_SOURCE:
 * the source is in the key. */
void nft_build_add(struct nft_context *context, struct slice name, const struct nft_expression *key,
		   bool *ret_per_source);
/* `FIELD set VALUE` */
void nft_build_assign(struct nft_context *context, const struct nft_expression *field,
		      const struct nft_expression *value);
/* dnat, redirect: ADDRESS and PORT may be NULL. */
void nft_build_nat(struct nft_context *context, bool is_redirect,
		   const struct nft_expression *address, const struct nft_expression *port);

/* Fills SET with the items of ELEMENTS by TYPE; IS_MAP: mappings to verdicts. Further calls add. */
void nft_fill_set(struct nft_context *context, struct rule_set *set,
		  const struct nft_set_type *type, bool is_map,
		  const struct nft_expression *elements);

/* The set NAME of the context's table, made when it is not there yet: of unknown content until it
 * is filled. */
struct rule_set *nft_set(struct nft_context *context, struct slice name);

/* "accept", "drop" ... without a chain's name. False: no verdict. */
bool nft_verdict_parse(struct slice word, struct rule_verdict *ret_verdict);

/* "filter", "raw" ... as a number; FAMILY is not bridge. False: not known. */
bool nft_priority_parse(struct slice word, int32_t *ret_priority);
enum hook nft_hook_parse(struct slice word);
bool nft_family_parse(struct slice word, enum table_family *ret_family);

/* "second" ... "week" in seconds; 0: not known. */
uint64_t nft_unit_seconds(struct slice word);

#endif
