/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules of nftables' text: statements by nft(8), "STATEMENTS", and expressions.
 */
#include "audit/firewall/nft_parser.h"

#include "audit/base/buffer.h"
#include "audit/firewall/iptables_line.h"

static struct nft_expression *new_expression(struct nft_parser *parser, enum nft_kind kind)
{
	return nft_expression_new(&parser->context, kind, parser->token.text);
}

static struct nft_expression *parse_list(struct nft_parser *parser);

/* One value: a word, string, variable, '*', or a list in parentheses. NULL: none is there. */
static struct nft_expression *parse_value(struct nft_parser *parser)
{
	struct nft_expression *value = NULL;
	if (parser->token.kind == NFT_TOKEN_VARIABLE) {
		const struct nft_expression *define = nft_find_define(parser, parser->token.text);
		if (!define) {
			nft_refuse(parser, "a variable that is not defined");
			return NULL;
		}
		value = (struct nft_expression *)(uintptr_t)define;
	} else if (parser->token.kind == NFT_TOKEN_WORD || parser->token.kind == NFT_TOKEN_STRING) {
		value = new_expression(parser, NFT_VALUE);
		if (value)
			value->is_quoted = parser->token.kind == NFT_TOKEN_STRING;
	} else if (nft_is_sign(parser, "*")) {
		value = new_expression(parser, NFT_ANY);
	} else if (nft_is_sign(parser, "(") && parser->nesting < NFT_NESTING_MAX) {
		nft_next(parser);
		parser->nesting++;
		value = parse_list(parser);
		parser->nesting--;
		if (!nft_is_sign(parser, ")"))
			return NULL;
	}
	if (value)
		nft_next(parser);
	return value;
}

/* A value, prefix or range. */
static struct nft_expression *parse_item(struct nft_parser *parser)
{
	struct nft_expression *value = parse_value(parser);
	if (!value)
		return NULL;
	if (nft_is_sign(parser, "/")) {
		struct nft_parser before = *parser;
		uint64_t bits;
		nft_next(parser);
		if (parser->token.kind == NFT_TOKEN_WORD &&
		    slice_to_uint64(parser->token.text, &bits)) {
			struct nft_expression *prefix = new_expression(parser, NFT_PREFIX);
			nft_expression_add(&parser->context, prefix, value);
			if (prefix)
				prefix->number = bits;
			nft_next(parser);
			return prefix;
		}
		/* "syn / syn,ack" is the caller's. */
		*parser = before;
		return value;
	}
	if (nft_take_sign(parser, "-")) {
		struct nft_expression *range = new_expression(parser, NFT_RANGE);
		struct nft_expression *last = parse_value(parser);
		if (!last)
			return NULL;
		nft_expression_add(&parser->context, range, value);
		nft_expression_add(&parser->context, range, last);
		return range && range->count == 2 ? range : NULL;
	}
	return value;
}

/* Items joined by '.'. */
static struct nft_expression *parse_tuple(struct nft_parser *parser)
{
	struct nft_expression *first = parse_item(parser);
	if (!first || !nft_is_sign(parser, "."))
		return first;
	struct nft_expression *tuple = new_expression(parser, NFT_CONCAT);
	nft_expression_add(&parser->context, tuple, first);
	while (nft_take_sign(parser, ".")) {
		struct nft_expression *item = parse_item(parser);
		if (!item)
			return NULL;
		nft_expression_add(&parser->context, tuple, item);
	}
	return tuple;
}

/* Tuples joined by ',' or '|' ("or"). */
static struct nft_expression *parse_list(struct nft_parser *parser)
{
	struct nft_expression *first = parse_tuple(parser);
	if (!first ||
	    (!nft_is_sign(parser, ",") && !nft_is_sign(parser, "|") && !nft_is_word(parser, "or")))
		return first;
	struct nft_expression *list = new_expression(parser, NFT_LIST);
	nft_expression_add(&parser->context, list, first);
	while (nft_take_sign(parser, ",") || nft_take_sign(parser, "|") ||
	       nft_take_word(parser, "or")) {
		struct nft_expression *item = parse_tuple(parser);
		if (!item)
			return NULL;
		nft_expression_add(&parser->context, list, item);
	}
	return list;
}

/* What may follow an element: "timeout 1d", "comment "x"", "counter packets 1 bytes 2". */
static void skip_element_options(struct nft_parser *parser)
{
	static const char *const pairs[] = { "timeout", "expires", "comment", "packets",
					     "bytes",   "burst",   "rate" };
	for (;;) {
		bool is_taken = nft_take_word(parser, "counter") ||
				nft_take_word(parser, "limit") || nft_take_word(parser, "over");
		for (size_t i = 0; i < ARRAY_SIZE(pairs) && !is_taken; i++)
			if (nft_take_word(parser, pairs[i])) {
				nft_next(parser);
				is_taken = true;
				/* "10/second" is three tokens. */
				if (nft_take_sign(parser, "/"))
					nft_next(parser);
			}
		if (!is_taken)
			return;
	}
}

static struct nft_expression *parse_verdict(struct nft_parser *parser)
{
	struct rule_verdict verdict;
	if (parser->token.kind != NFT_TOKEN_WORD ||
	    !nft_verdict_parse(parser->token.text, &verdict))
		return NULL;
	struct nft_expression *expression = new_expression(parser, NFT_VERDICT);
	nft_next(parser);
	if ((verdict.kind == VERDICT_JUMP || verdict.kind == VERDICT_GOTO) &&
	    !nft_take_text(parser, &verdict.chain_name))
		return NULL;
	if (expression)
		expression->verdict = verdict;
	return expression;
}

/* key [options] [: verdict or data] */
static struct nft_expression *parse_element(struct nft_parser *parser)
{
	struct nft_expression *key =
		nft_is_sign(parser, "{") ? nft_parse_set(parser) : parse_tuple(parser);
	skip_element_options(parser);
	nft_skip_breaks(parser);
	if (!key || !nft_take_sign(parser, ":"))
		return key;
	nft_skip_breaks(parser);
	struct nft_expression *mapping = new_expression(parser, NFT_MAPPING);
	struct nft_expression *data = parse_verdict(parser);
	if (!data)
		data = parse_tuple(parser);
	if (!data)
		return NULL;
	skip_element_options(parser);
	nft_expression_add(&parser->context, mapping, key);
	nft_expression_add(&parser->context, mapping, data);
	return mapping;
}

struct nft_expression *nft_parse_set(struct nft_parser *parser)
{
	struct nft_expression *set = new_expression(parser, NFT_SET);
	if (!nft_take_sign(parser, "{") || parser->nesting >= NFT_NESTING_MAX)
		return NULL;
	parser->nesting++;
	for (;;) {
		nft_skip_breaks(parser);
		if (nft_take_sign(parser, "}"))
			break;
		struct nft_expression *element = parse_element(parser);
		if (!element) {
			nft_refuse(parser, "an element of a set is not understood");
			set = NULL;
			break;
		}
		nft_expression_add(&parser->context, set, element);
		nft_skip_breaks(parser);
		if (!nft_take_sign(parser, ",") && !nft_is_sign(parser, "}")) {
			nft_refuse(parser, "',' or '}' is missing in a set");
			set = NULL;
			break;
		}
	}
	parser->nesting--;
	return set;
}

struct nft_expression *nft_parse_right(struct nft_parser *parser)
{
	if (nft_is_sign(parser, "{"))
		return nft_parse_set(parser);
	if (parser->token.kind == NFT_TOKEN_SET) {
		struct nft_expression *name = new_expression(parser, NFT_SET_NAME);
		nft_next(parser);
		return name;
	}
	return parse_list(parser);
}

static struct nft_expression *new_field(struct nft_parser *parser, struct slice scope,
					struct slice name)
{
	struct nft_expression *field = nft_expression_new(&parser->context, NFT_FIELD, scope);
	if (field)
		field->text2 = name;
	return field;
}

static bool is_in(struct slice word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_is(word, list[i]))
			return true;
	return false;
}

/* TEXT that spans several tokens, with single blanks: kept in the arena. */
static struct slice keep_words(struct nft_parser *parser, struct buffer *words)
{
	const char *text = buffer_keep(words, parser->context.builder->arena);
	if (!text)
		parser->context.builder->is_failed = true;
	return slice_of(text);
}

/* "fib saddr . iif oif" */
static struct nft_expression *parse_fib(struct nft_parser *parser)
{
	BUFFER_AUTO words = { 0 };
	nft_next(parser);
	while (parser->token.kind == NFT_TOKEN_WORD) {
		buffer_append_slice(&words, parser->token.text);
		nft_next(parser);
		if (!nft_take_sign(parser, "."))
			break;
		buffer_append_string(&words, " . ");
	}
	buffer_append_byte(&words, ' ');
	struct slice result = parser->token.text;
	if (parser->token.kind == NFT_TOKEN_WORD)
		nft_next(parser);
	buffer_append_slice(&words, slice_is(result, "oifname") ? SLICE("oif") : result);
	return new_field(parser, SLICE("fib"), keep_words(parser, &words));
}

/* "ct state", "ct original ip saddr" */
static struct nft_expression *parse_ct(struct nft_parser *parser)
{
	BUFFER_AUTO words = { 0 };
	nft_next(parser);
	bool has_direction = nft_is_word(parser, "original") || nft_is_word(parser, "reply");
	size_t left = has_direction ? 2 : 1;
	while (left-- && parser->token.kind == NFT_TOKEN_WORD) {
		bool is_family = nft_is_word(parser, "ip") || nft_is_word(parser, "ip6");
		if (words.size)
			buffer_append_byte(&words, ' ');
		buffer_append_slice(&words, parser->token.text);
		nft_next(parser);
		left += is_family;
	}
	return new_field(parser, SLICE("ct"), keep_words(parser, &words));
}

/* "@th,16,16": bits of a header. */
static struct nft_expression *parse_raw(struct nft_parser *parser)
{
	struct slice base = parser->token.text, offset = SLICE(""), size = SLICE("");
	nft_next(parser);
	if (nft_take_sign(parser, ","))
		(void)nft_take_text(parser, &offset);
	if (nft_take_sign(parser, ","))
		(void)nft_take_text(parser, &size);
	bool is_port = slice_is(base, "th") && slice_is(size, "16");
	if (is_port && slice_is(offset, "0"))
		return new_field(parser, SLICE("th"), SLICE("sport"));
	if (is_port && slice_is(offset, "16"))
		return new_field(parser, SLICE("th"), SLICE("dport"));
	return new_field(parser, SLICE("raw"), offset);
}

static struct nft_expression *parse_field(struct nft_parser *parser)
{
	static const char *const bare_meta[] = { "mark",     "iif",      "iifname",   "iiftype",
						 "oif",      "oifname",  "oiftype",   "skuid",
						 "skgid",    "nftrace",  "pkttype",   "cpu",
						 "iifgroup", "oifgroup", "rtclassid", "cgroup" };
	static const char *const scopes[] = {
		"ip",   "ip6",    "tcp",   "udp",    "udplite", "sctp", "dccp", "th",
		"icmp", "icmpv6", "ether", "esp",    "ah",      "comp", "vlan", "frag",
		"hbh",  "mh",     "rt",    "exthdr", "arp",     "dst",  "igmp", "meta"
	};
	if (parser->token.kind == NFT_TOKEN_SET)
		return parse_raw(parser);
	if (parser->token.kind != NFT_TOKEN_WORD)
		return NULL;
	struct slice scope = parser->token.text;
	if (slice_is(scope, "fib"))
		return parse_fib(parser);
	if (slice_is(scope, "ct"))
		return parse_ct(parser);
	nft_next(parser);
	if (is_in(scope, bare_meta, ARRAY_SIZE(bare_meta)))
		return new_field(parser, SLICE("meta"), scope);
	if (!is_in(scope, scopes, ARRAY_SIZE(scopes)) || parser->token.kind != NFT_TOKEN_WORD)
		return NULL;
	struct slice name = parser->token.text;
	nft_next(parser);
	if (slice_is(name, "option")) {
		/* "tcp option maxseg size" */
		struct slice kind = parser->token.text;
		nft_next(parser);
		if (parser->token.kind == NFT_TOKEN_WORD && !nft_is_word(parser, "exists") &&
		    !nft_is_word(parser, "missing"))
			nft_next(parser);
		return new_field(parser,
				 slice_is(scope, "tcp") ? SLICE("tcp option") : SLICE("ip option"),
				 kind);
	}
	return new_field(parser, scope, name);
}

static char operator_sign(const struct nft_parser *parser)
{
	static const struct {
		const char *sign;
		const char *word;
		char number;
	} signs[] = { { "&", "and", '&' },
		      { "|", "or", '|' },
		      { "^", "xor", '^' },
		      { "<<", "lshift", '<' },
		      { ">>", "rshift", '>' } };
	for (size_t i = 0; i < ARRAY_SIZE(signs); i++)
		if (nft_is_sign(parser, signs[i].sign) || nft_is_word(parser, signs[i].word))
			return signs[i].number;
	return 0;
}

static struct nft_expression *parse_operation(struct nft_parser *parser)
{
	struct nft_expression *left = NULL;
	if (nft_is_sign(parser, "(") && parser->nesting < NFT_NESTING_MAX) {
		parser->nesting++;
		nft_next(parser);
		left = parse_operation(parser);
		parser->nesting--;
		if (!nft_take_sign(parser, ")"))
			return NULL;
	} else {
		left = parse_field(parser);
	}
	char sign;
	while (left && (sign = operator_sign(parser)) != 0) {
		nft_next(parser);
		struct nft_expression *operation = new_expression(parser, NFT_OPERATION);
		/* '|' binds weaker than '&': "flags & (fin|syn)" has its parentheses. */
		struct nft_expression *right = parse_value(parser);
		if (!operation || !right)
			return NULL;
		operation->number = (unsigned char)sign;
		nft_expression_add(&parser->context, operation, left);
		nft_expression_add(&parser->context, operation, right);
		left = operation;
	}
	return left;
}

struct nft_expression *nft_parse_left(struct nft_parser *parser)
{
	struct nft_expression *first = parse_operation(parser);
	if (!first || !nft_is_sign(parser, "."))
		return first;
	struct nft_expression *tuple = new_expression(parser, NFT_CONCAT);
	nft_expression_add(&parser->context, tuple, first);
	while (nft_take_sign(parser, ".")) {
		struct nft_expression *part = parse_operation(parser);
		if (!part)
			return NULL;
		nft_expression_add(&parser->context, tuple, part);
	}
	return tuple;
}

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
		struct nft_expression *value = nft_parse_right(parser);
		/* "mark set ct mark", "mark set ip saddr map ...": not one known value. */
		if (!nft_at_end(parser) && value && value->kind == NFT_VALUE &&
		    (slice_is(value->text, "ct") || slice_is(value->text, "meta") ||
		     nft_is_sign(parser, "&") || nft_is_sign(parser, "|") ||
		     nft_is_word(parser, "map") || nft_is_word(parser, "and"))) {
			value->kind = NFT_UNKNOWN;
			give_up(parser, value->text);
			return;
		}
		nft_build_assign(context, left, value);
		return;
	}
	enum nft_operator op = take_operator(parser);
	struct nft_expression *right = nft_parse_right(parser);
	if (!right) {
		give_up(parser, first);
		return;
	}
	if (nft_take_sign(parser, "/")) {
		struct nft_expression *masked = new_expression(parser, NFT_OPERATION);
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
	struct slice word;
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
	nft_next(parser);
	if (parser->token.kind == NFT_TOKEN_WORD)
		nft_next(parser);
	if (nft_take_word(parser, "used")) {
		nft_next(parser);
		nft_next(parser);
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
			(void)parse_tuple(parser);
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
	return new_expression(parser, NFT_UNKNOWN);
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
		address = parse_item(parser);
		if (has_brackets)
			(void)nft_take_sign(parser, "]");
	}
	if (nft_take_sign(parser, ":"))
		port = parse_item(parser);
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
	struct nft_expression *verdict = parse_verdict(parser);
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

static bool is_inert(const struct rule_builder *builder)
{
	if (builder->rule.verdict.kind != VERDICT_CONTINUE || builder->rule.map)
		return false;
	for (size_t i = 0; i < builder->step_count; i++)
		if (builder->steps[i].kind != STEP_MATCH)
			return false;
	return true;
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
	builder->rule.is_inert = is_inert(builder);
	if (!parser->is_refused)
		build_rule_end(builder, chain, position);
}
