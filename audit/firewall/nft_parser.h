/* SPDX-License-Identifier: Apache-2.0
 *
 * The state of reading nftables' text, shared by nft_parse.c (commands and blocks) and
 * nft_statement.c (rules) and nft_expression.c.
 */
#ifndef RINGFENCE_FIREWALL_NFT_PARSER_H
#define RINGFENCE_FIREWALL_NFT_PARSER_H

#include "audit/firewall/nft_lex.h"
#include "audit/firewall/nft_parse.h"
#include "audit/firewall/nft_rule.h"

/* Braces and parentheses in each other. */
#define NFT_NESTING_MAX 32

struct nft_define {
	struct slice name;
	const struct nft_expression *value;
};

/* What a declared set holds. */
struct nft_declared {
	struct rule_set *set;
	struct nft_set_type type;
	bool is_map;
};

struct nft_parser {
	struct nft_context context;
	const struct nft_includes *includes;
	const struct source *source;
	struct slice rest;
	struct nft_token token;
	unsigned int include_depth;
	unsigned int include_count;
	unsigned int nesting;
	struct nft_define *defines;
	size_t define_count;
	size_t define_capacity;
	struct nft_declared *declared;
	size_t declared_count;
	size_t declared_capacity;
	/* nft would refuse the text: reading stops. */
	bool is_refused;
};

void nft_next(struct nft_parser *parser);
bool nft_is_sign(const struct nft_parser *parser, const char *sign);
bool nft_is_word(const struct nft_parser *parser, const char *word);
/* Takes the sign or word if it is next. */
bool nft_take_sign(struct nft_parser *parser, const char *sign);
bool nft_take_word(struct nft_parser *parser, const char *word);
/* A word or string as text; false when neither is next. A variable's single value counts. */
bool nft_take_text(struct nft_parser *parser, struct slice *ret_text);
void nft_skip_breaks(struct nft_parser *parser);
/* The end of a rule is next. */
bool nft_at_end(const struct nft_parser *parser);
/* To the end of the rule. */
void nft_skip_rule(struct nft_parser *parser);
/* Stops reading. */
void nft_refuse(struct nft_parser *parser, const char *what);
struct origin nft_here(const struct nft_parser *parser);

const struct nft_expression *nft_find_define(const struct nft_parser *parser, struct slice name);

/* One rule, from its first token to its end, appended to CHAIN (at POSITION as build_rule_end). */
void nft_parse_rule(struct nft_parser *parser, struct rule_chain *chain, size_t position);

/* A node with the next token's text. */
struct nft_expression *nft_new_expression(struct nft_parser *parser, enum nft_kind kind);
/* A value, prefix or range; such items joined by '.'; a verdict. NULL: none is there. */
struct nft_expression *nft_parse_item(struct nft_parser *parser);
struct nft_expression *nft_parse_tuple(struct nft_parser *parser);
struct nft_expression *nft_parse_verdict(struct nft_parser *parser);
/* The right side of a match, or the value of a define. */
struct nft_expression *nft_parse_right(struct nft_parser *parser);
/* The left side: fields, joined by '.'. */
struct nft_expression *nft_parse_left(struct nft_parser *parser);
/* "{ a, b : accept }"; the brace is next. */
struct nft_expression *nft_parse_set(struct nft_parser *parser);

#endif
