/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules of nftables' text: statements by nft(8), "STATEMENTS".
 */
#include "audit/firewall/nft_parser.h"

static enum nft_operator take_operator(struct nft_parser *parser)
{
	static const struct {
		const char *sign;
		const char *word;
		enum nft_operator op;
	} operators[] = {
		{ "==", "eq", NFT_EQUAL },      { "!=", "ne", NFT_NOT_EQUAL },
		{ "<", "lt", NFT_LESS },        { ">", "gt", NFT_GREATER },
		{ "<=", "le", NFT_LESS_EQUAL }, { ">=", "ge", NFT_GREATER_EQUAL },
		{ "!", "not", NFT_NONE_OF },    { "=", "is", NFT_EQUAL },
	};
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (nft_take_sign(parser, operators[i].sign) ||
		    nft_take_word(parser, operators[i].word))
			return operators[i].op;
	return NFT_IMPLICIT;
}

/* What is left of the rule decides by something that is not understood. */
static void give_up(struct nft_parser *parser, struct slice what)
{
	build_match_unknown(parser->context.builder, what);
	parser->context.builder->rule.verdict.kind = VERDICT_UNKNOWN;
	nft_skip_rule(parser);
}

/* Words that go on with a value: it is not a plain one then. */
static bool is_continued(const struct nft_parser *parser, const struct nft_expression *value)
{
	static const char *const more[] = { "map",    "and", "or",     "xor", "lshift",
					    "rshift", "inc", "random", "mod", "offset" };
	static const char *const scopes[] = { "ip",      "ip6",    "tcp",    "udp",    "th",
					      "ether",   "fib",    "rt",     "numgen", "jhash",
					      "symhash", "meta",   "ct",     "sctp",   "dccp",
					      "udplite", "osf",    "socket", "arp",    "vlan",
					      "icmp",    "icmpv6", "exthdr" };
	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		if (nft_is_word(parser, more[i]))
			return true;
	for (size_t i = 0; value->kind == NFT_VALUE && i < ARRAY_SIZE(scopes); i++)
		if (slice_is(value->text, scopes[i]))
			return true;
	return parser->token.kind != NFT_TOKEN_WORD && !nft_at_end(parser);
}

/* A value that is not followed: to the next statement of the rule that surely is one. */
static struct nft_expression *skip_assigned(struct nft_parser *parser)
{
	unsigned int depth = 0;
	struct rule_verdict verdict;
	while (parser->token.kind != NFT_TOKEN_END && !parser->is_refused) {
		bool is_word = parser->token.kind == NFT_TOKEN_WORD;
		if (depth == 0 &&
		    (nft_at_end(parser) ||
		     (is_word && (nft_verdict_parse(parser->token.text, &verdict) ||
				  nft_is_word(parser, "counter") || nft_is_word(parser, "log")))))
			break;
		if (nft_is_sign(parser, "{"))
			depth++;
		else if (nft_is_sign(parser, "}"))
			depth--;
		nft_next(parser);
	}
	return nft_new_expression(parser, NFT_UNKNOWN);
}

/* What a field is set to: a value, or an expression over marks. */
static struct nft_expression *parse_assigned(struct nft_parser *parser)
{
	static const char *const scopes[] = { "meta", "mark", "ct" };
	struct nft_parser before = *parser;
	struct nft_expression *value = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(scopes) && !value; i++)
		if (nft_is_word(parser, scopes[i]))
			value = nft_parse_left(parser);
	if (!value) {
		*parser = before;
		value = nft_is_sign(parser, "(") ? NULL : nft_parse_right(parser);
	}
	if (value && !is_continued(parser, value))
		return value;
	*parser = before;
	return skip_assigned(parser);
}

static void parse_match(struct nft_parser *parser)
{
	struct nft_context *context = &parser->context;
	struct slice first = parser->token.text;
	struct nft_expression *left = nft_parse_left(parser);
	if (!left) {
		give_up(parser, first);
		return;
	}
	if (nft_take_word(parser, "vmap")) {
		nft_skip_breaks(parser);
		nft_build_vmap(context, left, nft_parse_right(parser));
		return;
	}
	if (nft_take_word(parser, "set")) {
		nft_build_assign(context, left, parse_assigned(parser));
		return;
	}
	enum nft_operator op = take_operator(parser);
	struct nft_expression *right = nft_parse_right(parser);
	if (!right) {
		give_up(parser, first);
		return;
	}
	if (nft_take_sign(parser, "/")) {
		struct nft_expression *masked = nft_new_expression(parser, NFT_OPERATION);
		struct nft_expression *mask = nft_parse_right(parser);
		if (!masked || !mask) {
			give_up(parser, first);
			return;
		}
		masked->number = '&';
		nft_expression_add(context, masked, left);
		nft_expression_add(context, masked, mask);
		left = masked;
		if (op == NFT_IMPLICIT)
			op = NFT_EQUAL;
	}
	nft_build_match(context, left, op, right);
}

/* limit rate [over] 10/second [burst 5 packets], limit name "x" */
static void parse_limit(struct nft_parser *parser, bool is_per_source)
{
	/* nft_limit.c: a burst of 5 packets where none is given. */
	struct rule_rate rate = { .kind = RATE_LIMIT, .burst = 5, .is_per_source = is_per_source };
	struct slice word = { .data = "" };
	if (nft_take_word(parser, "name") || !nft_take_word(parser, "rate")) {
		nft_next(parser);
		build_match_condition(parser->context.builder, SLICE("a named limit"), SLICE(""),
				      false);
		return;
	}
	rate.is_over = nft_take_word(parser, "over");
	if (!nft_take_word(parser, "until") && !nft_take_text(parser, &word)) {
		give_up(parser, SLICE("limit"));
		return;
	}
	if (!slice_to_uint64(word, &rate.count))
		rate.count = 0;
	if (!nft_is_sign(parser, "/")) {
		/* "400 mbytes/second" */
		rate.is_bytes = true;
		(void)nft_take_text(parser, &word);
		size_t slash = slice_find_byte(word, '/');
		word = slice_from(word, slash + 1);
		rate.burst = 1;
	}
	if (nft_take_sign(parser, "/"))
		(void)nft_take_text(parser, &word);
	rate.seconds = nft_unit_seconds(word);
	if (nft_take_word(parser, "burst")) {
		if (!nft_take_text(parser, &word) || !slice_to_uint64(word, &rate.burst))
			rate.burst = 0;
		if (!nft_take_word(parser, "packets") && !nft_take_word(parser, "bytes") &&
		    !nft_take_word(parser, "kbytes"))
			(void)nft_take_word(parser, "mbytes");
	}
	build_match_rate(parser->context.builder, rate, false);
}

/* ct count [over] N */
static void parse_count(struct nft_parser *parser, bool is_per_source)
{
	struct rule_rate rate = { .kind = RATE_CONNECTIONS, .is_per_source = is_per_source };
	struct slice word;
	rate.is_over = nft_take_word(parser, "over");
	if (!nft_take_text(parser, &word) || !slice_to_uint64(word, &rate.count)) {
		give_up(parser, SLICE("ct count"));
		return;
	}
	build_match_rate(parser->context.builder, rate, false);
}

static void skip_counter(struct nft_parser *parser)
{
	if (nft_take_word(parser, "packets")) {
		nft_next(parser);
		if (nft_take_word(parser, "bytes"))
			nft_next(parser);
	} else if (nft_take_word(parser, "name")) {
		nft_next(parser);
	}
}

static void skip_log(struct nft_parser *parser)
{
	static const char *const pairs[] = { "prefix", "level", "group", "snaplen",
					     "queue-threshold" };
	for (;;) {
		bool is_taken = false;
		for (size_t i = 0; i < ARRAY_SIZE(pairs) && !is_taken; i++)
			if (nft_take_word(parser, pairs[i])) {
				nft_next(parser);
				is_taken = true;
			}
		if (!is_taken && nft_take_word(parser, "flags")) {
			is_taken = true;
			bool has_more = nft_is_word(parser, "tcp") || nft_is_word(parser, "ip");
			nft_next(parser);
			if (has_more)
				nft_next(parser);
			while (nft_take_sign(parser, ","))
				nft_next(parser);
		}
		if (!is_taken)
			return;
	}
}

/* reject [with icmp [type] x | with tcp reset] */
static void parse_reject(struct nft_parser *parser)
{
	parser->context.builder->rule.verdict.kind = VERDICT_REJECT;
	if (!nft_take_word(parser, "with"))
		return;
	nft_next(parser);
	(void)nft_take_word(parser, "type");
	if (parser->token.kind == NFT_TOKEN_WORD)
		nft_next(parser);
}

static void parse_quota(struct nft_parser *parser)
{
	struct rule_rate rate = { .kind = RATE_COUNTER, .count = 1 };
	rate.burst = nft_take_word(parser, "over");
	(void)nft_take_word(parser, "until");
	if (nft_take_word(parser, "name")) {
		nft_next(parser);
		build_match_condition(parser->context.builder, SLICE("a quota"), SLICE(""), false);
		return;
	}
	uint64_t amount = 0;
	if (!slice_to_uint64(parser->token.text, &amount))
		amount = 0;
	nft_next(parser);
	bool is_bytes = nft_is_word(parser, "bytes");
	if (parser->token.kind == NFT_TOKEN_WORD)
		nft_next(parser);
	if (nft_take_word(parser, "used")) {
		nft_next(parser);
		nft_next(parser);
	}
	/* One packet alone may be as much. */
	if (is_bytes && amount <= UINT16_MAX) {
		build_match_condition(parser->context.builder, SLICE("a quota"), SLICE(""), false);
		return;
	}
	build_match_rate(parser->context.builder, rate, false);
}

static void parse_set_change(struct nft_parser *parser, struct slice name);

/* Statements inside braces, behind the key of a set: each decides or counts. */
static void parse_nested(struct nft_parser *parser, bool is_per_source)
{
	while (!nft_take_sign(parser, "}")) {
		if (parser->token.kind == NFT_TOKEN_END || parser->is_refused) {
			nft_refuse(parser, "'}' is missing");
			return;
		}
		if (nft_take_word(parser, "timeout") || nft_take_word(parser, "expires") ||
		    nft_take_word(parser, "comment"))
			nft_next(parser);
		else if (nft_take_word(parser, "limit"))
			parse_limit(parser, is_per_source);
		else if (nft_take_word(parser, "quota"))
			parse_quota(parser);
		else if (nft_take_word(parser, "counter"))
			skip_counter(parser);
		else if (nft_take_word(parser, "ct") && nft_take_word(parser, "count"))
			parse_count(parser, is_per_source);
		else if (nft_take_sign(parser, ":"))
			(void)nft_parse_tuple(parser);
		else
			nft_next(parser);
	}
}

/* { key ... } behind "add @name" or "meter name" */
static void parse_set_change(struct nft_parser *parser, struct slice name)
{
	bool is_per_source = false;
	if (!nft_take_sign(parser, "{")) {
		give_up(parser, name);
		return;
	}
	struct nft_expression *key = nft_parse_left(parser);
	nft_build_add(&parser->context, name, key, &is_per_source);
	parse_nested(parser, is_per_source);
}

static struct nft_expression *unknown_value(struct nft_parser *parser)
{
	return nft_new_expression(parser, NFT_UNKNOWN);
}

/* dnat [ip|ip6] to 192.0.2.1[:80], dnat to [2001:db8::1]:80, redirect to :80 */
static void parse_nat(struct nft_parser *parser, bool is_redirect)
{
	struct nft_expression *address = NULL, *port = NULL;
	bool is_tuple = false;
	while (!nft_at_end(parser) && !nft_is_word(parser, "to") && !nft_is_sign(parser, ":")) {
		is_tuple = is_tuple || nft_is_word(parser, "addr");
		if (parser->token.kind != NFT_TOKEN_WORD && !nft_is_sign(parser, "."))
			break;
		if (address_parse(parser->token.text, &(struct address){ .family = ADDRESS_NONE }))
			break;
		nft_next(parser);
	}
	(void)nft_take_word(parser, "to");
	bool has_brackets = nft_take_sign(parser, "[");
	if (!nft_is_sign(parser, ":") && !nft_at_end(parser)) {
		address = nft_parse_item(parser);
		if (has_brackets)
			(void)nft_take_sign(parser, "]");
	}
	if (nft_take_sign(parser, ":"))
		port = nft_parse_item(parser);
	else if (is_redirect) {
		port = address;
		address = NULL;
	}
	/* A map or a tuple: not one value. */
	bool is_known = !is_tuple &&
			(nft_at_end(parser) || nft_is_word(parser, "random") ||
			 nft_is_word(parser, "persistent") || nft_is_word(parser, "fully-random") ||
			 nft_is_word(parser, "comment"));
	if (!is_known && address)
		address = unknown_value(parser);
	if (!is_known)
		port = unknown_value(parser);
	nft_build_nat(&parser->context, is_redirect, address, port);
	nft_skip_rule(parser);
}

enum statement {
	STATEMENT_COUNTER,
	STATEMENT_LOG,
	STATEMENT_LIMIT,
	STATEMENT_QUOTA,
	STATEMENT_REJECT,
	STATEMENT_SNAT,
	STATEMENT_DNAT,
	STATEMENT_REDIRECT,
	STATEMENT_NOTRACK,
	STATEMENT_CHANGE,
	STATEMENT_METER,
	STATEMENT_COMMENT,
	/* Says nothing about the packet's fate; nothing else follows in the rule. */
	STATEMENT_INERT,
	STATEMENT_UNKNOWN,
	STATEMENT_MATCH,
};

static enum statement statement_of(struct slice word)
{
	static const struct {
		const char *word;
		enum statement statement;
	} rows[] = {
		{ "counter", STATEMENT_COUNTER },   { "log", STATEMENT_LOG },
		{ "limit", STATEMENT_LIMIT },       { "quota", STATEMENT_QUOTA },
		{ "reject", STATEMENT_REJECT },     { "snat", STATEMENT_SNAT },
		{ "masquerade", STATEMENT_SNAT },   { "dnat", STATEMENT_DNAT },
		{ "redirect", STATEMENT_REDIRECT }, { "notrack", STATEMENT_NOTRACK },
		{ "add", STATEMENT_CHANGE },        { "update", STATEMENT_CHANGE },
		{ "delete", STATEMENT_CHANGE },     { "meter", STATEMENT_METER },
		{ "comment", STATEMENT_COMMENT },   { "flow", STATEMENT_INERT },
		{ "dup", STATEMENT_INERT },         { "last", STATEMENT_INERT },
		{ "tproxy", STATEMENT_UNKNOWN },    { "synproxy", STATEMENT_UNKNOWN },
		{ "fwd", STATEMENT_UNKNOWN },       { "numgen", STATEMENT_UNKNOWN },
		{ "jhash", STATEMENT_UNKNOWN },     { "symhash", STATEMENT_UNKNOWN },
		{ "socket", STATEMENT_UNKNOWN },    { "osf", STATEMENT_UNKNOWN },
		{ "xt", STATEMENT_UNKNOWN },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (slice_is(word, rows[i].word))
			return rows[i].statement;
	return STATEMENT_MATCH;
}

/* "ct count ..." and "ct helper set ..." are statements, other "ct" is a match. */
static bool parse_ct_statement(struct nft_parser *parser)
{
	struct nft_parser before = *parser;
	nft_next(parser);
	if (nft_take_word(parser, "count")) {
		parse_count(parser, false);
		return true;
	}
	if (nft_take_word(parser, "helper") || nft_take_word(parser, "timeout") ||
	    nft_take_word(parser, "expectation")) {
		if (nft_take_word(parser, "set")) {
			nft_next(parser);
			return true;
		}
	}
	*parser = before;
	return false;
}

static void parse_statement(struct nft_parser *parser)
{
	struct rule_builder *builder = parser->context.builder;
	struct slice word = parser->token.text, name = SLICE("");
	if (parser->token.kind != NFT_TOKEN_WORD) {
		parse_match(parser);
		return;
	}
	struct nft_expression *verdict = nft_parse_verdict(parser);
	if (verdict) {
		builder->rule.verdict = verdict->verdict;
		if (slice_is(word, "queue"))
			nft_skip_rule(parser);
		return;
	}
	if (slice_is(word, "ct") && parse_ct_statement(parser))
		return;
	enum statement statement = statement_of(word);
	if (statement == STATEMENT_MATCH) {
		parse_match(parser);
		return;
	}
	nft_next(parser);
	switch (statement) {
	case STATEMENT_COUNTER:
		skip_counter(parser);
		break;
	case STATEMENT_LOG:
		skip_log(parser);
		break;
	case STATEMENT_LIMIT:
		parse_limit(parser, false);
		break;
	case STATEMENT_QUOTA:
		parse_quota(parser);
		break;
	case STATEMENT_REJECT:
		parse_reject(parser);
		break;
	case STATEMENT_SNAT:
		builder->rule.verdict.kind = VERDICT_ACCEPT;
		nft_skip_rule(parser);
		break;
	case STATEMENT_DNAT:
	case STATEMENT_REDIRECT:
		parse_nat(parser, statement == STATEMENT_REDIRECT);
		break;
	case STATEMENT_NOTRACK:
		(void)build_step(builder, STEP_UNTRACK);
		break;
	case STATEMENT_CHANGE:
		name = parser->token.text;
		nft_next(parser);
		parse_set_change(parser, name);
		break;
	case STATEMENT_METER:
		nft_next(parser);
		if (nft_take_word(parser, "size"))
			nft_next(parser);
		parse_set_change(parser, SLICE(""));
		break;
	case STATEMENT_COMMENT:
		if (nft_take_text(parser, &name))
			builder->rule.comment = name;
		break;
	case STATEMENT_INERT:
		nft_skip_rule(parser);
		break;
	case STATEMENT_UNKNOWN:
	case STATEMENT_MATCH:
		give_up(parser, word);
		break;
	}
}

void nft_parse_rule(struct nft_parser *parser, struct rule_chain *chain, size_t position)
{
	struct rule_builder *builder = parser->context.builder;
	struct slice first = parser->token.text;
	parser->context.origin = origin_of(parser->source, first);
	build_rule_begin(builder, parser->context.origin);
	const char *end = first.data;
	while (!nft_at_end(parser) && !parser->is_refused && !builder->is_failed) {
		end = parser->token.text.data + parser->token.text.size;
		const char *at = parser->rest.data;
		parse_statement(parser);
		/* A statement that takes nothing would go on for ever. */
		if (at == parser->rest.data && !nft_at_end(parser))
			nft_next(parser);
	}
	/* The rule's own bytes: up to the last token that was its. */
	if (parser->token.text.data && parser->token.text.data > end &&
	    (parser->token.kind == NFT_TOKEN_BREAK || nft_is_sign(parser, "}")))
		end = parser->token.text.data;
	if (end > first.data && first.data >= parser->source->bytes.data)
		builder->rule.origin = origin_of(
			parser->source,
			slice_trim((struct slice){ first.data, (size_t)(end - first.data) }));
	nft_finish_rule(&parser->context);
	if (!parser->is_refused)
		build_rule_end(builder, chain, position);
}
