/* SPDX-License-Identifier: Apache-2.0
 *
 * Commands and blocks: tables, chains, sets, defines, includes.
 */
#include "audit/firewall/nft_parse.h"

#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/nft_parser.h"

void nft_next(struct nft_parser *parser)
{
	parser->token = nft_lex(&parser->rest);
	if (parser->token.kind == NFT_TOKEN_BAD)
		nft_refuse(parser, "a character that nft would not take");
}

bool nft_is_sign(const struct nft_parser *parser, const char *sign)
{
	return parser->token.kind == NFT_TOKEN_SIGN && slice_is(parser->token.text, sign);
}

bool nft_is_word(const struct nft_parser *parser, const char *word)
{
	return parser->token.kind == NFT_TOKEN_WORD && slice_is(parser->token.text, word);
}

bool nft_take_sign(struct nft_parser *parser, const char *sign)
{
	bool is_next = nft_is_sign(parser, sign);
	if (is_next)
		nft_next(parser);
	return is_next;
}

bool nft_take_word(struct nft_parser *parser, const char *word)
{
	bool is_next = nft_is_word(parser, word);
	if (is_next)
		nft_next(parser);
	return is_next;
}

bool nft_take_text(struct nft_parser *parser, struct slice *ret_text)
{
	*ret_text = parser->token.text;
	if (parser->token.kind == NFT_TOKEN_VARIABLE) {
		const struct nft_expression *define = nft_find_define(parser, parser->token.text);
		if (!define || define->kind != NFT_VALUE)
			return false;
		*ret_text = define->text;
	} else if (parser->token.kind != NFT_TOKEN_WORD && parser->token.kind != NFT_TOKEN_STRING) {
		return false;
	}
	nft_next(parser);
	return true;
}

void nft_skip_breaks(struct nft_parser *parser)
{
	while (parser->token.kind == NFT_TOKEN_BREAK)
		nft_next(parser);
}

bool nft_at_end(const struct nft_parser *parser)
{
	return parser->token.kind == NFT_TOKEN_BREAK || parser->token.kind == NFT_TOKEN_END ||
	       nft_is_sign(parser, "}") || parser->is_refused;
}

void nft_skip_rule(struct nft_parser *parser)
{
	unsigned int depth = 0;
	while (parser->token.kind != NFT_TOKEN_END && !parser->is_refused) {
		if (depth == 0 && nft_at_end(parser))
			return;
		if (nft_is_sign(parser, "{"))
			depth++;
		else if (nft_is_sign(parser, "}"))
			depth--;
		nft_next(parser);
	}
}

struct origin nft_here(const struct nft_parser *parser)
{
	return origin_of(parser->source, parser->token.text);
}

void nft_refuse(struct nft_parser *parser, const char *what)
{
	if (parser->is_refused)
		return;
	parser->is_refused = true;
	ruleset_break(parser->context.builder, nft_here(parser), "%s: \"%.*s\"", what,
		      SLICE_ARG(slice_part(parser->token.text, 0, 60)));
}

const struct nft_expression *nft_find_define(const struct nft_parser *parser, struct slice name)
{
	for (size_t i = parser->define_count; i-- > 0;)
		if (slice_equal(parser->defines[i].name, name))
			return parser->defines[i].value;
	return NULL;
}

static void parse_define(struct nft_parser *parser)
{
	struct slice name;
	if (!nft_take_text(parser, &name) || !nft_take_sign(parser, "=")) {
		nft_refuse(parser, "a define without a name or value");
		return;
	}
	parser->context.origin = nft_here(parser);
	const struct nft_expression *value = nft_parse_right(parser);
	struct nft_define *defines =
		arena_grow(parser->context.builder->arena, parser->defines, parser->define_count,
			   &parser->define_capacity, sizeof(*defines));
	if (!value) {
		nft_refuse(parser, "the value of a define is not understood");
		return;
	}
	if (!defines) {
		parser->context.builder->is_failed = true;
		return;
	}
	parser->defines = defines;
	defines[parser->define_count++] = (struct nft_define){ .name = name, .value = value };
}

static struct nft_declared *find_declared(struct nft_parser *parser, const struct rule_set *set)
{
	for (size_t i = 0; i < parser->declared_count; i++)
		if (parser->declared[i].set == set)
			return &parser->declared[i];
	return NULL;
}

static struct nft_declared *declare(struct nft_parser *parser, struct rule_set *set, bool is_map)
{
	struct nft_declared *found = find_declared(parser, set);
	if (found || !set)
		return found;
	struct nft_declared *declared =
		arena_grow(parser->context.builder->arena, parser->declared, parser->declared_count,
			   &parser->declared_capacity, sizeof(*declared));
	if (!declared) {
		parser->context.builder->is_failed = true;
		return NULL;
	}
	parser->declared = declared;
	declared[parser->declared_count] = (struct nft_declared){ .set = set, .is_map = is_map };
	return &declared[parser->declared_count++];
}

/* "ipv4_addr . inet_service [: verdict]" up to the end of the line. */
static void parse_set_type(struct nft_parser *parser, struct nft_declared *declared)
{
	BUFFER_AUTO text = { 0 };
	bool is_value = false, is_verdict = false;
	while (!nft_at_end(parser)) {
		if (nft_take_sign(parser, ":")) {
			is_value = true;
			is_verdict = nft_is_word(parser, "verdict");
			continue;
		}
		if (!is_value)
			buffer_append_slice(&text, parser->token.text);
		nft_next(parser);
	}
	nft_type_parse(buffer_slice(&text), &declared->type);
	declared->is_map = is_verdict;
}

static void parse_set_typeof(struct nft_parser *parser, struct nft_declared *declared)
{
	const struct nft_expression *key = nft_parse_left(parser);
	if (key)
		nft_type_of(key, &declared->type);
	if (nft_take_sign(parser, ":"))
		declared->is_map = nft_is_word(parser, "verdict");
	nft_skip_rule(parser);
}

static void fill_declared(struct nft_parser *parser, struct nft_declared *declared,
			  const struct nft_expression *elements, bool has_values)
{
	/* Maps to values (dnat, marks) are not looked up by the evaluator. */
	if (!elements || (has_values && !declared->is_map) || declared->type.count == 0)
		return;
	nft_fill_set(&parser->context, declared->set, &declared->type, declared->is_map, elements);
}

/* set NAME { type ...; flags ...; elements = { ... } } */
static void parse_set_block(struct nft_parser *parser, bool has_values)
{
	struct slice name;
	if (!nft_take_text(parser, &name) || !nft_is_sign(parser, "{")) {
		nft_refuse(parser, "a set without a name or block");
		return;
	}
	parser->context.origin = nft_here(parser);
	struct rule_set *set = nft_set(&parser->context, name);
	struct nft_declared *declared = declare(parser, set, false);
	const struct nft_expression *elements = NULL;
	if (!declared)
		return;
	set->is_unknown = false;
	set->unknown = NULL;
	nft_next(parser);
	while (!nft_take_sign(parser, "}")) {
		if (parser->token.kind == NFT_TOKEN_END || parser->is_refused) {
			nft_refuse(parser, "the block of a set does not end");
			return;
		}
		if (nft_take_word(parser, "type")) {
			parse_set_type(parser, declared);
		} else if (nft_take_word(parser, "typeof")) {
			parse_set_typeof(parser, declared);
		} else if (nft_take_word(parser, "flags")) {
			while (!nft_at_end(parser)) {
				set->is_dynamic = set->is_dynamic || nft_is_word(parser, "dynamic");
				nft_next(parser);
			}
		} else if (nft_take_word(parser, "elements")) {
			(void)nft_take_sign(parser, "=");
			elements = nft_parse_right(parser);
		} else if (parser->token.kind == NFT_TOKEN_BREAK) {
			nft_next(parser);
		} else {
			nft_skip_rule(parser);
		}
	}
	fill_declared(parser, declared, elements, has_values);
}

/* type filter hook input [device x] priority filter [+ 10]; */
static void parse_hook(struct nft_parser *parser, struct rule_chain *chain)
{
	struct slice type = SLICE(""), word;
	(void)nft_take_text(parser, &type);
	chain->is_nat = slice_is(type, "nat");
	while (!nft_at_end(parser)) {
		if (nft_take_word(parser, "hook")) {
			if (nft_take_text(parser, &word))
				chain->hook = nft_hook_parse(word);
		} else if (nft_take_word(parser, "device")) {
			(void)nft_take_text(parser, &chain->devices);
		} else if (nft_take_word(parser, "devices")) {
			(void)nft_take_sign(parser, "=");
			const struct nft_expression *devices = nft_parse_right(parser);
			BUFFER_AUTO names = { 0 };
			for (size_t i = 0; devices && i < devices->count; i++) {
				buffer_append_slice(&names, devices->items[i]->text);
				buffer_append_byte(&names, ' ');
			}
			chain->devices = slice_of(slice_to_string(parser->context.builder->arena,
								  buffer_slice(&names)));
		} else if (nft_take_word(parser, "priority")) {
			bool is_negative = nft_take_sign(parser, "-");
			int32_t priority = 0, more = 0;
			if (!nft_take_text(parser, &word) || !nft_priority_parse(word, &priority)) {
				nft_refuse(parser, "a priority that is not known");
				return;
			}
			chain->priority = is_negative ? -priority : priority;
			bool is_less = nft_is_sign(parser, "-");
			if (nft_take_sign(parser, "+") || nft_take_sign(parser, "-")) {
				if (nft_take_text(parser, &word) && nft_priority_parse(word, &more))
					chain->priority += is_less ? -more : more;
			}
		} else {
			nft_next(parser);
		}
	}
}

static void parse_policy(struct nft_parser *parser, struct rule_chain *chain)
{
	struct rule_verdict verdict;
	chain->policy_origin = nft_here(parser);
	struct slice word;
	if (!nft_take_text(parser, &word) || !nft_verdict_parse(word, &verdict) ||
	    (verdict.kind != VERDICT_ACCEPT && verdict.kind != VERDICT_DROP)) {
		nft_refuse(parser, "a policy that is neither accept nor drop");
		return;
	}
	chain->policy = verdict.kind;
}

static void parse_include(struct nft_parser *parser);

static void parse_chain_block(struct nft_parser *parser, struct rule_chain *chain)
{
	while (!nft_take_sign(parser, "}")) {
		if (parser->token.kind == NFT_TOKEN_END || parser->is_refused ||
		    parser->context.builder->is_failed) {
			nft_refuse(parser, "the block of a chain does not end");
			return;
		}
		if (parser->token.kind == NFT_TOKEN_BREAK)
			nft_next(parser);
		else if (nft_take_word(parser, "type"))
			parse_hook(parser, chain);
		else if (nft_take_word(parser, "policy"))
			parse_policy(parser, chain);
		else if (nft_take_word(parser, "define"))
			parse_define(parser);
		else if (nft_take_word(parser, "include"))
			parse_include(parser);
		else if (nft_is_word(parser, "comment") || nft_is_word(parser, "flags"))
			nft_skip_rule(parser);
		else
			nft_parse_rule(parser, chain, 0);
	}
}

static void parse_chain(struct nft_parser *parser)
{
	struct slice name;
	struct origin origin = nft_here(parser);
	if (!nft_take_text(parser, &name)) {
		nft_refuse(parser, "a chain without a name");
		return;
	}
	struct rule_chain *chain =
		build_chain(parser->context.builder, parser->context.table, name, origin);
	if (!chain)
		return;
	nft_skip_breaks(parser);
	if (nft_take_sign(parser, "{"))
		parse_chain_block(parser, chain);
}

/* A block or line of an object that says nothing about packets: counter, flowtable, ct helper. */
static void skip_object(struct nft_parser *parser)
{
	unsigned int depth = 0;
	while (parser->token.kind != NFT_TOKEN_END && !parser->is_refused) {
		if (nft_is_sign(parser, "{")) {
			depth++;
		} else if (nft_is_sign(parser, "}")) {
			if (depth == 0)
				return;
			if (--depth == 0) {
				nft_next(parser);
				return;
			}
		} else if (parser->token.kind == NFT_TOKEN_BREAK && depth == 0) {
			return;
		}
		nft_next(parser);
	}
}

static void parse_table_block(struct nft_parser *parser)
{
	bool is_dormant = false;
	struct rule_table *table = parser->context.table;
	while (!nft_take_sign(parser, "}")) {
		if (parser->token.kind == NFT_TOKEN_END || parser->is_refused ||
		    parser->context.builder->is_failed) {
			nft_refuse(parser, "the block of a table does not end");
			return;
		}
		if (parser->token.kind == NFT_TOKEN_BREAK)
			nft_next(parser);
		else if (nft_take_word(parser, "chain"))
			parse_chain(parser);
		else if (nft_take_word(parser, "set"))
			parse_set_block(parser, false);
		else if (nft_take_word(parser, "map"))
			parse_set_block(parser, true);
		else if (nft_take_word(parser, "define") || nft_take_word(parser, "redefine"))
			parse_define(parser);
		else if (nft_take_word(parser, "include"))
			parse_include(parser);
		else if (nft_take_word(parser, "flags")) {
			is_dormant = is_dormant || nft_is_word(parser, "dormant");
			nft_skip_rule(parser);
		} else if (parser->token.kind == NFT_TOKEN_WORD) {
			skip_object(parser);
		} else {
			nft_refuse(parser, "not understood in a table");
		}
	}
	/* A dormant table's chains are not hooked. */
	for (size_t i = 0; is_dormant && i < table->chain_count; i++)
		table->chains[i]->hook = HOOK_NONE;
}

/* [family] name: the table that a command is about. */
static bool take_table(struct nft_parser *parser)
{
	enum table_family family = TABLE_IPV4;
	struct slice name;
	struct origin origin = nft_here(parser);
	if (parser->token.kind == NFT_TOKEN_WORD && nft_family_parse(parser->token.text, &family))
		nft_next(parser);
	if (!nft_take_text(parser, &name)) {
		nft_refuse(parser, "a table without a name");
		return false;
	}
	parser->context.table =
		build_table(parser->context.builder, family, name, BACKEND_NFTABLES, origin);
	return parser->context.table != NULL;
}

static void clear_table(struct rule_table *table)
{
	for (size_t i = 0; i < table->chain_count; i++)
		table->chains[i]->rule_count = 0;
}

static void parse_rule_command(struct nft_parser *parser, bool is_insert)
{
	struct slice name;
	struct origin origin = nft_here(parser);
	if (!take_table(parser) || !nft_take_text(parser, &name)) {
		nft_refuse(parser, "a rule without a chain");
		return;
	}
	struct rule_chain *chain =
		build_chain(parser->context.builder, parser->context.table, name, origin);
	if (nft_take_word(parser, "position") || nft_take_word(parser, "handle") ||
	    nft_take_word(parser, "index")) {
		nft_refuse(parser, "a rule at a place that is not known");
		return;
	}
	nft_parse_rule(parser, chain, is_insert ? 1 : 0);
}

static void parse_element_command(struct nft_parser *parser)
{
	struct slice name;
	if (!take_table(parser) || !nft_take_text(parser, &name))
		return;
	struct rule_set *set = nft_set(&parser->context, name);
	struct nft_declared *declared = set ? find_declared(parser, set) : NULL;
	const struct nft_expression *elements = nft_parse_right(parser);
	if (!declared) {
		nft_refuse(parser, "elements for a set that is not there");
		return;
	}
	fill_declared(parser, declared, elements, declared->is_map);
}

/* What stands behind "add", or without it. */
static void parse_object(struct nft_parser *parser, bool is_insert)
{
	if (nft_take_word(parser, "table")) {
		if (!take_table(parser))
			return;
		nft_skip_breaks(parser);
		if (nft_take_sign(parser, "{"))
			parse_table_block(parser);
	} else if (nft_take_word(parser, "chain")) {
		if (take_table(parser))
			parse_chain(parser);
	} else if (nft_take_word(parser, "set")) {
		if (take_table(parser))
			parse_set_block(parser, false);
	} else if (nft_take_word(parser, "map")) {
		if (take_table(parser))
			parse_set_block(parser, true);
	} else if (nft_take_word(parser, "rule")) {
		parse_rule_command(parser, is_insert);
	} else if (nft_take_word(parser, "element")) {
		parse_element_command(parser);
	} else if (parser->token.kind == NFT_TOKEN_WORD) {
		skip_object(parser);
	} else {
		nft_refuse(parser, "not a command of nft");
	}
}

static void flush(struct nft_parser *parser)
{
	struct ruleset *ruleset = parser->context.builder->ruleset;
	if (nft_take_word(parser, "ruleset")) {
		for (size_t i = 0; i < ruleset->table_count; i++)
			if (ruleset->tables[i]->backend == BACKEND_NFTABLES) {
				clear_table(ruleset->tables[i]);
				for (size_t k = 0; k < ruleset->tables[i]->chain_count; k++)
					ruleset->tables[i]->chains[k]->hook = HOOK_NONE;
			}
		nft_skip_rule(parser);
	} else if (nft_take_word(parser, "table")) {
		if (take_table(parser))
			clear_table(parser->context.table);
	} else if (nft_take_word(parser, "chain")) {
		struct slice name;
		struct origin origin = nft_here(parser);
		if (!take_table(parser) || !nft_take_text(parser, &name))
			return;
		struct rule_chain *chain =
			build_chain(parser->context.builder, parser->context.table, name, origin);
		if (chain)
			chain->rule_count = 0;
	} else {
		nft_skip_rule(parser);
	}
}

static void delete_object(struct nft_parser *parser)
{
	if (nft_take_word(parser, "table")) {
		if (!take_table(parser))
			return;
		clear_table(parser->context.table);
		for (size_t i = 0; i < parser->context.table->chain_count; i++)
			parser->context.table->chains[i]->hook = HOOK_NONE;
		return;
	}
	nft_refuse(parser, "a deletion that is not followed here");
}

static void parse_file(struct nft_parser *parser, const struct source *source);

static void include_file(struct nft_parser *parser, const char *path, struct origin origin,
			 bool must_exist)
{
	const struct source *source =
		parser->includes ? parser->includes->read(parser->includes->context, path) : NULL;
	if (!source) {
		if (must_exist) {
			parser->is_refused = true;
			ruleset_break(parser->context.builder, origin,
				      "the included file could not be read: %s", path);
		}
		return;
	}
	if (parser->include_depth >= NFT_INCLUDE_DEPTH_MAX ||
	    ++parser->include_count > NFT_INCLUDES_MAX) {
		nft_refuse(parser, "includes nest too deep or are too many");
		return;
	}
	struct nft_parser before = *parser;
	parser->include_depth++;
	parse_file(parser, source);
	parser->include_depth--;
	parser->source = before.source;
	parser->rest = before.rest;
	parser->token = before.token;
}

/* include "path": relative ones beside the file, globs may match nothing. */
static void parse_include(struct nft_parser *parser)
{
	struct origin origin = nft_here(parser);
	struct slice text;
	BUFFER_AUTO path = { 0 };
	struct path_list paths;
	if (!nft_take_text(parser, &text)) {
		nft_refuse(parser, "an include without a file");
		return;
	}
	if (!slice_starts_with(text, "/") && parser->includes && parser->includes->directory)
		buffer_format(&path, "%s/", parser->includes->directory);
	buffer_append_slice(&path, text);
	bool is_glob = false;
	for (size_t i = 0; i < text.size; i++)
		is_glob = is_glob || text.data[i] == '*' || text.data[i] == '?' ||
			  text.data[i] == '[';
	const char *name = slice_to_string(parser->context.builder->arena, buffer_slice(&path));
	if (!name || buffer_failed(&path)) {
		parser->context.builder->is_failed = true;
		return;
	}
	if (!is_glob) {
		include_file(parser, name, origin, true);
		return;
	}
	if (!parser->includes || !parser->includes->glob ||
	    !parser->includes->glob(parser->includes->context, name, &paths)) {
		nft_refuse(parser, "the included files could not be listed");
		return;
	}
	for (size_t i = 0; i < paths.count && !parser->is_refused; i++)
		include_file(parser, paths.paths[i], origin, true);
}

static void parse_command(struct nft_parser *parser)
{
	bool is_insert = nft_is_word(parser, "insert");
	if (parser->token.kind == NFT_TOKEN_BREAK) {
		nft_next(parser);
	} else if (nft_take_word(parser, "define") || nft_take_word(parser, "redefine")) {
		parse_define(parser);
	} else if (nft_take_word(parser, "undefine")) {
		nft_next(parser);
	} else if (nft_take_word(parser, "include")) {
		parse_include(parser);
	} else if (nft_take_word(parser, "flush")) {
		flush(parser);
	} else if (nft_take_word(parser, "delete") || nft_take_word(parser, "destroy")) {
		delete_object(parser);
	} else if (nft_take_word(parser, "list") || nft_take_word(parser, "reset")) {
		nft_skip_rule(parser);
	} else {
		if (!nft_take_word(parser, "add") && !nft_take_word(parser, "create"))
			(void)nft_take_word(parser, "insert");
		parse_object(parser, is_insert);
	}
}

static void parse_file(struct nft_parser *parser, const struct source *source)
{
	parser->source = source;
	parser->rest = source->bytes;
	nft_next(parser);
	while (parser->token.kind != NFT_TOKEN_END && !parser->is_refused &&
	       !parser->context.builder->is_failed)
		parse_command(parser);
	if (source->is_truncated)
		nft_refuse(parser, "the text is longer than the limit and was cut here");
}

void nft_parse(struct rule_builder *builder, const struct source *source,
	       const struct nft_includes *includes)
{
	struct nft_parser parser = {
		.context = { .builder = builder },
		.includes = includes,
	};
	parse_file(&parser, source);
}
