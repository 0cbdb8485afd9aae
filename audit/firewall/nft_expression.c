/* SPDX-License-Identifier: Apache-2.0
 *
 * Expressions of nftables' text by nft(8), "EXPRESSIONS": values, sets, fields of a packet.
 */
#include "audit/base/buffer.h"
#include "audit/firewall/nft_parser.h"

struct nft_expression *nft_new_expression(struct nft_parser *parser, enum nft_kind kind)
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
		value = nft_new_expression(parser, NFT_VALUE);
		if (value)
			value->is_quoted = parser->token.kind == NFT_TOKEN_STRING;
	} else if (nft_is_sign(parser, "*")) {
		value = nft_new_expression(parser, NFT_ANY);
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
struct nft_expression *nft_parse_item(struct nft_parser *parser)
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
			struct nft_expression *prefix = nft_new_expression(parser, NFT_PREFIX);
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
		struct nft_expression *range = nft_new_expression(parser, NFT_RANGE);
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
struct nft_expression *nft_parse_tuple(struct nft_parser *parser)
{
	struct nft_expression *first = nft_parse_item(parser);
	if (!first || !nft_is_sign(parser, "."))
		return first;
	struct nft_expression *tuple = nft_new_expression(parser, NFT_CONCAT);
	nft_expression_add(&parser->context, tuple, first);
	while (nft_take_sign(parser, ".")) {
		struct nft_expression *item = nft_parse_item(parser);
		if (!item)
			return NULL;
		nft_expression_add(&parser->context, tuple, item);
	}
	return tuple;
}

/* Tuples joined by ',' or '|' ("or"). */
static struct nft_expression *parse_list(struct nft_parser *parser)
{
	struct nft_expression *first = nft_parse_tuple(parser);
	if (!first ||
	    (!nft_is_sign(parser, ",") && !nft_is_sign(parser, "|") && !nft_is_word(parser, "or")))
		return first;
	struct nft_expression *list = nft_new_expression(parser, NFT_LIST);
	nft_expression_add(&parser->context, list, first);
	while (nft_take_sign(parser, ",") || nft_take_sign(parser, "|") ||
	       nft_take_word(parser, "or")) {
		struct nft_expression *item = nft_parse_tuple(parser);
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

struct nft_expression *nft_parse_verdict(struct nft_parser *parser)
{
	struct rule_verdict verdict;
	if (parser->token.kind != NFT_TOKEN_WORD ||
	    !nft_verdict_parse(parser->token.text, &verdict))
		return NULL;
	struct nft_expression *expression = nft_new_expression(parser, NFT_VERDICT);
	nft_next(parser);
	if ((verdict.kind == VERDICT_JUMP || verdict.kind == VERDICT_GOTO) &&
	    !nft_take_text(parser, &verdict.chain_name))
		return NULL;
	if (expression)
		expression->verdict = verdict;
	return expression;
}

/* "syn|ack", of which FIRST is read. */
static struct nft_expression *parse_flags(struct nft_parser *parser, struct nft_expression *first)
{
	struct nft_expression *list = nft_new_expression(parser, NFT_LIST);
	nft_expression_add(&parser->context, list, first);
	while (nft_take_sign(parser, "|")) {
		struct nft_expression *flag = nft_parse_item(parser);
		if (!flag)
			return NULL;
		nft_expression_add(&parser->context, list, flag);
	}
	return list;
}

/* key [options] [: verdict or data] */
static struct nft_expression *parse_element(struct nft_parser *parser)
{
	struct nft_expression *key =
		nft_is_sign(parser, "{") ? nft_parse_set(parser) : nft_parse_tuple(parser);
	if (key && nft_is_sign(parser, "|"))
		key = parse_flags(parser, key);
	skip_element_options(parser);
	nft_skip_breaks(parser);
	if (!key || !nft_take_sign(parser, ":"))
		return key;
	nft_skip_breaks(parser);
	struct nft_expression *mapping = nft_new_expression(parser, NFT_MAPPING);
	struct nft_expression *data = nft_parse_verdict(parser);
	if (!data)
		data = nft_parse_tuple(parser);
	if (!data)
		return NULL;
	/* A class of traffic control is "1:2". */
	if (nft_take_sign(parser, ":"))
		nft_next(parser);
	skip_element_options(parser);
	nft_expression_add(&parser->context, mapping, key);
	nft_expression_add(&parser->context, mapping, data);
	return mapping;
}

struct nft_expression *nft_parse_set(struct nft_parser *parser)
{
	struct nft_expression *set = nft_new_expression(parser, NFT_SET);
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
		struct nft_expression *name = nft_new_expression(parser, NFT_SET_NAME);
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
		struct nft_expression *operation = nft_new_expression(parser, NFT_OPERATION);
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
	struct nft_expression *tuple = nft_new_expression(parser, NFT_CONCAT);
	nft_expression_add(&parser->context, tuple, first);
	while (nft_take_sign(parser, ".")) {
		struct nft_expression *part = parse_operation(parser);
		if (!part)
			return NULL;
		nft_expression_add(&parser->context, tuple, part);
	}
	return tuple;
}
