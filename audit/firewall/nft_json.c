/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/nft_json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/nft_rule.h"

/* Expressions in expressions; jansson itself parses to 2,048. */
#define NFT_JSON_DEPTH_MAX 32

struct json_reader {
	struct nft_context context;
	/* The list with an object a line, since nft writes all of it in one: what origins point
	 * into. */
	struct source *lines;
	/* Where each object's line begins; one more than objects. */
	size_t *starts;
};

/* TEXT of the tree, kept in the arena: the tree is freed at the end. */
static struct slice keep(struct json_reader *reader, const char *text)
{
	char *copy = text ? slice_to_string(reader->context.builder->arena, slice_of(text)) : NULL;
	if (text && !copy)
		reader->context.builder->is_failed = true;
	return slice_of(copy);
}

static struct slice text_of(struct json_reader *reader, const json_t *object, const char *key)
{
	return keep(reader, json_string_value(json_object_get(object, key)));
}

static struct nft_expression *new_expression(struct json_reader *reader, enum nft_kind kind,
					     struct slice text)
{
	return nft_expression_new(&reader->context, kind, text);
}

static struct nft_expression *read_expression(struct json_reader *reader, const json_t *json,
					      unsigned int depth);

static struct nft_expression *read_items(struct json_reader *reader, enum nft_kind kind,
					 const json_t *list, unsigned int depth)
{
	struct nft_expression *expression = new_expression(reader, kind, SLICE(""));
	size_t count = json_is_array(list) ? json_array_size(list) : 1;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_is_array(list) ? json_array_get(list, i) : list;
		struct nft_expression *read = read_expression(reader, item, depth + 1);
		if (!read)
			return NULL;
		nft_expression_add(&reader->context, expression, read);
	}
	return expression;
}

static struct nft_expression *read_verdict(struct json_reader *reader, const char *word,
					   const json_t *data)
{
	struct rule_verdict verdict;
	if (!nft_verdict_parse(slice_of(word), &verdict))
		return NULL;
	struct nft_expression *expression = new_expression(reader, NFT_VERDICT, SLICE(""));
	verdict.chain_name = text_of(reader, data, "target");
	if (expression)
		expression->verdict = verdict;
	return expression;
}

/* A set's items: values, or pairs [key, value] of a map. */
static struct nft_expression *read_set(struct json_reader *reader, const json_t *list,
				       unsigned int depth)
{
	struct nft_expression *set = new_expression(reader, NFT_SET, SLICE(""));
	size_t count = json_is_array(list) ? json_array_size(list) : 1;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_is_array(list) ? json_array_get(list, i) : list;
		struct nft_expression *read;
		if (json_is_array(item) && json_array_size(item) == 2)
			read = read_items(reader, NFT_MAPPING, item, depth + 1);
		else
			read = read_expression(reader, item, depth + 1);
		if (!read)
			return NULL;
		nft_expression_add(&reader->context, set, read);
	}
	return set;
}

static struct nft_expression *new_field(struct json_reader *reader, const char *scope,
					struct slice name)
{
	struct nft_expression *field = new_expression(reader, NFT_FIELD, slice_of(scope));
	if (field)
		field->text2 = name;
	return field;
}

static struct nft_expression *read_payload(struct json_reader *reader, const json_t *data)
{
	struct slice protocol = text_of(reader, data, "protocol");
	if (protocol.size) {
		struct nft_expression *field =
			new_field(reader, "", text_of(reader, data, "field"));
		if (field)
			field->text = protocol;
		return field;
	}
	/* {"base": "th", "offset": 16, "len": 16} */
	const char *base = json_string_value(json_object_get(data, "base"));
	json_int_t offset = json_integer_value(json_object_get(data, "offset"));
	json_int_t size = json_integer_value(json_object_get(data, "len"));
	bool is_port = base && strcmp(base, "th") == 0 && size == 16;
	if (is_port && offset == 0)
		return new_field(reader, "th", SLICE("sport"));
	if (is_port && offset == 16)
		return new_field(reader, "th", SLICE("dport"));
	return new_field(reader, "raw", SLICE("payload"));
}

/* {"fib": {"result": "oif", "flags": ["saddr", "iif"]}} as the text has it. */
static struct nft_expression *read_fib(struct json_reader *reader, const json_t *data)
{
	BUFFER_AUTO words = { 0 };
	const json_t *flags = json_object_get(data, "flags");
	size_t count = json_is_array(flags) ? json_array_size(flags) : 1;
	for (size_t i = 0; i < count; i++) {
		const json_t *flag = json_is_array(flags) ? json_array_get(flags, i) : flags;
		buffer_format(&words, "%s%s", i ? " . " : "",
			      json_is_string(flag) ? json_string_value(flag) : "");
	}
	const char *result = json_string_value(json_object_get(data, "result"));
	buffer_format(&words, " %s",
		      !result                          ? ""
		      : strcmp(result, "oifname") == 0 ? "oif"
						       : result);
	return new_field(reader, "fib", keep(reader, buffer_string(&words)));
}

static struct nft_expression *read_ct(struct json_reader *reader, const json_t *data)
{
	BUFFER_AUTO words = { 0 };
	const char *direction = json_string_value(json_object_get(data, "dir"));
	const char *key = json_string_value(json_object_get(data, "key"));
	if (direction)
		buffer_format(&words, "%s ", direction);
	buffer_append_string(&words, key ? key : "");
	return new_field(reader, "ct", keep(reader, buffer_string(&words)));
}

static struct nft_expression *read_object(struct json_reader *reader, const json_t *json,
					  unsigned int depth)
{
	/* One member, whose name is the kind. */
	void *iterator = json_object_iter((json_t *)(uintptr_t)json);
	const char *kind = iterator ? json_object_iter_key(iterator) : "";
	const json_t *data = iterator ? json_object_iter_value(iterator) : NULL;
	struct nft_expression *expression = read_verdict(reader, kind, data);
	if (expression)
		return expression;
	if (strcmp(kind, "prefix") == 0) {
		expression = read_items(reader, NFT_PREFIX, json_object_get(data, "addr"), depth);
		if (expression)
			expression->number =
				(uint64_t)json_integer_value(json_object_get(data, "len"));
		return expression;
	}
	if (strcmp(kind, "range") == 0 && json_array_size(data) == 2)
		return read_items(reader, NFT_RANGE, data, depth);
	if (strcmp(kind, "set") == 0)
		return read_set(reader, data, depth);
	if (strcmp(kind, "concat") == 0)
		return read_items(reader, NFT_CONCAT, data, depth);
	/* {"elem": {"val": ..., "timeout": ...}} */
	if (strcmp(kind, "elem") == 0)
		return read_expression(reader, json_object_get(data, "val"), depth + 1);
	if (strcmp(kind, "payload") == 0)
		return read_payload(reader, data);
	if (strcmp(kind, "meta") == 0)
		return new_field(reader, "meta", text_of(reader, data, "key"));
	if (strcmp(kind, "ct") == 0)
		return read_ct(reader, data);
	if (strcmp(kind, "fib") == 0)
		return read_fib(reader, data);
	if (strcmp(kind, "tcp option") == 0 || strcmp(kind, "ip option") == 0)
		return new_field(reader,
				 strcmp(kind, "tcp option") == 0 ? "tcp option" : "ip option",
				 text_of(reader, data, "name"));
	if (strcmp(kind, "exthdr") == 0) {
		bool has_field = json_object_get(data, "field") != NULL;
		return new_field(reader, has_field ? "frag" : "exthdr",
				 text_of(reader, data, "name"));
	}
	static const char *const operators[] = { "&", "|", "^", "<<", ">>" };
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (strcmp(kind, operators[i]) == 0) {
			expression = read_items(reader, NFT_OPERATION, data, depth);
			if (expression)
				expression->number = (unsigned char)operators[i][0];
			return expression;
		}
	return new_expression(reader, NFT_UNKNOWN, keep(reader, kind));
}

static struct nft_expression *read_expression(struct json_reader *reader, const json_t *json,
					      unsigned int depth)
{
	if (depth > NFT_JSON_DEPTH_MAX)
		return NULL;
	if (json_is_object(json))
		return read_object(reader, json, depth);
	/* A list of flags; in a concatenation, of parts. */
	if (json_is_array(json))
		return read_items(reader, NFT_LIST, json, depth);
	if (json_is_string(json)) {
		struct slice text = keep(reader, json_string_value(json));
		if (slice_starts_with(text, "@"))
			return new_expression(reader, NFT_SET_NAME, slice_from(text, 1));
		return new_expression(reader, slice_is(text, "*") ? NFT_ANY : NFT_VALUE, text);
	}
	if (json_is_integer(json)) {
		BUFFER_AUTO digits = { 0 };
		buffer_format(&digits, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
		return new_expression(reader, NFT_VALUE, keep(reader, buffer_string(&digits)));
	}
	if (json_is_boolean(json))
		return new_expression(reader, NFT_VALUE,
				      json_is_true(json) ? SLICE("true") : SLICE("false"));
	return new_expression(reader, NFT_UNKNOWN, SLICE("null"));
}

static void read_match(struct json_reader *reader, const json_t *data)
{
	static const struct {
		const char *name;
		enum nft_operator op;
	} operators[] = {
		{ "==", NFT_EQUAL },    { "!=", NFT_NOT_EQUAL },  { "<", NFT_LESS },
		{ ">", NFT_GREATER },   { "<=", NFT_LESS_EQUAL }, { ">=", NFT_GREATER_EQUAL },
		{ "in", NFT_IMPLICIT }, { "!", NFT_NONE_OF },
	};
	const char *name = json_string_value(json_object_get(data, "op"));
	enum nft_operator op = NFT_EQUAL;
	bool is_known = false;
	for (size_t i = 0; name && i < ARRAY_SIZE(operators); i++)
		if (strcmp(name, operators[i].name) == 0) {
			op = operators[i].op;
			is_known = true;
		}
	struct nft_expression *left = read_expression(reader, json_object_get(data, "left"), 0);
	struct nft_expression *right = read_expression(reader, json_object_get(data, "right"), 0);
	if (left && right && is_known)
		nft_build_match(&reader->context, left, op, right);
	else
		build_match_unknown(reader->context.builder, SLICE("a match"));
}

static void read_limit(struct json_reader *reader, const json_t *data, bool is_per_source)
{
	struct rule_rate rate = { .kind = RATE_LIMIT, .burst = 5, .is_per_source = is_per_source };
	const char *unit = json_string_value(json_object_get(data, "per"));
	const json_t *burst = json_object_get(data, "burst");
	if (json_is_string(data) || !unit) {
		build_match_condition(reader->context.builder, SLICE("a named limit"), SLICE(""),
				      false);
		return;
	}
	rate.count = (uint64_t)json_integer_value(json_object_get(data, "rate"));
	rate.seconds = nft_unit_seconds(slice_of(unit));
	rate.is_over = json_is_true(json_object_get(data, "inv"));
	rate.is_bytes =
		json_is_string(json_object_get(data, "rate_unit")) &&
		strcmp(json_string_value(json_object_get(data, "rate_unit")), "packets") != 0;
	if (json_is_integer(burst))
		rate.burst = (uint64_t)json_integer_value(burst);
	if (rate.is_bytes && rate.burst == 0)
		rate.burst = 1;
	build_match_rate(reader->context.builder, rate, false);
}

static void read_count(struct json_reader *reader, const json_t *data, bool is_per_source)
{
	struct rule_rate rate = { .kind = RATE_CONNECTIONS, .is_per_source = is_per_source };
	rate.count = (uint64_t)json_integer_value(json_object_get(data, "val"));
	rate.is_over = json_is_true(json_object_get(data, "inv"));
	build_match_rate(reader->context.builder, rate, false);
}

static void read_set_change(struct json_reader *reader, const json_t *data)
{
	struct slice name = text_of(reader, data, "set");
	struct nft_expression *key = read_expression(reader, json_object_get(data, "elem"), 0);
	bool is_per_source = false;
	if (slice_starts_with(name, "@"))
		name = slice_from(name, 1);
	nft_build_add(&reader->context, name, key, &is_per_source);
	const json_t *statements = json_object_get(data, "stmt");
	for (size_t i = 0; i < json_array_size(statements); i++) {
		const json_t *statement = json_array_get(statements, i);
		const json_t *limit = json_object_get(statement, "limit");
		const json_t *count = json_object_get(statement, "ct count");
		if (limit)
			read_limit(reader, limit, is_per_source);
		else if (count)
			read_count(reader, count, is_per_source);
		else if (!json_object_get(statement, "counter"))
			build_match_unknown(reader->context.builder, SLICE("a statement of a set"));
	}
}

static void read_nat(struct json_reader *reader, const json_t *data, bool is_redirect)
{
	const json_t *address = json_object_get(data, "addr"),
		     *port = json_object_get(data, "port");
	nft_build_nat(&reader->context, is_redirect,
		      address ? read_expression(reader, address, 0) : NULL,
		      port ? read_expression(reader, port, 0) : NULL);
}

static void read_statement(struct json_reader *reader, const char *kind, const json_t *data)
{
	static const char *const inert[] = { "counter",        "log",       "dup",
					     "flow",           "ct helper", "ct timeout",
					     "ct expectation", "last",      "meter" };
	struct rule *rule = &reader->context.builder->rule;
	struct nft_expression *verdict = read_verdict(reader, kind, data);
	if (verdict) {
		rule->verdict = verdict->verdict;
	} else if (strcmp(kind, "match") == 0) {
		read_match(reader, data);
	} else if (strcmp(kind, "vmap") == 0) {
		nft_build_vmap(&reader->context,
			       read_expression(reader, json_object_get(data, "key"), 0),
			       read_expression(reader, json_object_get(data, "data"), 0));
	} else if (strcmp(kind, "limit") == 0) {
		read_limit(reader, data, false);
	} else if (strcmp(kind, "ct count") == 0) {
		read_count(reader, data, false);
	} else if (strcmp(kind, "set") == 0) {
		read_set_change(reader, data);
	} else if (strcmp(kind, "mangle") == 0) {
		nft_build_assign(&reader->context,
				 read_expression(reader, json_object_get(data, "key"), 0),
				 read_expression(reader, json_object_get(data, "value"), 0));
	} else if (strcmp(kind, "reject") == 0) {
		rule->verdict.kind = VERDICT_REJECT;
	} else if (strcmp(kind, "dnat") == 0 || strcmp(kind, "redirect") == 0) {
		read_nat(reader, data, strcmp(kind, "redirect") == 0);
	} else if (strcmp(kind, "snat") == 0 || strcmp(kind, "masquerade") == 0) {
		rule->verdict.kind = VERDICT_ACCEPT;
	} else if (strcmp(kind, "notrack") == 0) {
		(void)build_step(reader->context.builder, STEP_UNTRACK);
	} else {
		for (size_t i = 0; i < ARRAY_SIZE(inert); i++)
			if (strcmp(kind, inert[i]) == 0)
				return;
		build_match_unknown(reader->context.builder, keep(reader, kind));
		rule->verdict.kind = VERDICT_UNKNOWN;
	}
}

/* Is the table one that iptables-save has told already? */
static bool is_told(const struct ruleset *ruleset, enum table_family family, struct slice name)
{
	for (size_t i = 0; i < ruleset->table_count; i++)
		if (ruleset->tables[i]->backend == BACKEND_IPTABLES_NFT &&
		    ruleset->tables[i]->family == family &&
		    slice_equal(ruleset->tables[i]->name, name))
			return true;
	return false;
}

/* Sets the context's table by the object's family and table name; false: it is left out. */
static bool enter_table(struct json_reader *reader, const json_t *object, const char *key)
{
	enum table_family family;
	struct slice name = text_of(reader, object, key);
	const char *family_name = json_string_value(json_object_get(object, "family"));
	if (!family_name || !nft_family_parse(slice_of(family_name), &family) || name.size == 0 ||
	    is_told(reader->context.builder->ruleset, family, name))
		return false;
	reader->context.table = build_table(reader->context.builder, family, name, BACKEND_NFTABLES,
					    reader->context.origin);
	return reader->context.table != NULL;
}

static void read_rule(struct json_reader *reader, const json_t *object)
{
	struct rule_builder *builder = reader->context.builder;
	if (!enter_table(reader, object, "table"))
		return;
	struct rule_chain *chain =
		build_chain(builder, reader->context.table, text_of(reader, object, "chain"),
			    reader->context.origin);
	build_rule_begin(builder, reader->context.origin);
	builder->rule.comment = text_of(reader, object, "comment");
	const json_t *statements = json_object_get(object, "expr");
	for (size_t i = 0; i < json_array_size(statements); i++) {
		json_t *statement = json_array_get(statements, i);
		void *iterator = json_object_iter(statement);
		if (!iterator)
			continue;
		const json_t *data = json_object_iter_value(iterator);
		if (strcmp(json_object_iter_key(iterator), "counter") == 0 &&
		    json_is_object(data)) {
			builder->rule.has_counter = true;
			builder->rule.packets =
				(uint64_t)json_integer_value(json_object_get(data, "packets"));
		}
		read_statement(reader, json_object_iter_key(iterator), data);
	}
	nft_finish_rule(&reader->context);
	build_rule_end(builder, chain, 0);
}

static void read_chain(struct json_reader *reader, const json_t *object)
{
	if (!enter_table(reader, object, "table"))
		return;
	struct rule_chain *chain =
		build_chain(reader->context.builder, reader->context.table,
			    text_of(reader, object, "name"), reader->context.origin);
	const char *hook = json_string_value(json_object_get(object, "hook"));
	const char *type = json_string_value(json_object_get(object, "type"));
	const char *policy = json_string_value(json_object_get(object, "policy"));
	if (!chain || !hook)
		return;
	chain->hook = nft_hook_parse(slice_of(hook));
	chain->priority = (int32_t)json_integer_value(json_object_get(object, "prio"));
	chain->is_nat = type && strcmp(type, "nat") == 0;
	chain->policy = policy && strcmp(policy, "drop") == 0 ? VERDICT_DROP : VERDICT_ACCEPT;
	const json_t *devices = json_object_get(object, "dev");
	BUFFER_AUTO names = { 0 };
	for (size_t i = 0; devices && i < (json_is_array(devices) ? json_array_size(devices) : 1);
	     i++) {
		const json_t *device =
			json_is_array(devices) ? json_array_get(devices, i) : devices;
		if (json_is_string(device))
			buffer_format(&names, "%s ", json_string_value(device));
	}
	chain->devices = keep(reader, buffer_string(&names));
}

/* "type": "ipv4_addr" or ["ipv4_addr", "inet_service"] */
static void read_type(const json_t *json, struct nft_set_type *ret_type)
{
	BUFFER_AUTO text = { 0 };
	size_t count = json_is_array(json) ? json_array_size(json) : 1;
	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_is_array(json) ? json_array_get(json, i) : json;
		buffer_format(&text, "%s%s", i ? "." : "",
			      json_is_string(item) ? json_string_value(item) : "");
	}
	nft_type_parse(buffer_slice(&text), ret_type);
}

static void read_named_set(struct json_reader *reader, const json_t *object)
{
	struct nft_set_type type;
	const char *map = json_string_value(json_object_get(object, "map"));
	if (!enter_table(reader, object, "table"))
		return;
	struct rule_set *set = nft_set(&reader->context, text_of(reader, object, "name"));
	if (!set)
		return;
	set->is_unknown = false;
	read_type(json_object_get(object, "type"), &type);
	const json_t *flags = json_object_get(object, "flags");
	for (size_t i = 0; i < json_array_size(flags); i++) {
		const char *flag = json_string_value(json_array_get(flags, i));
		set->is_dynamic = set->is_dynamic || (flag && strcmp(flag, "dynamic") == 0);
	}
	const json_t *elements = json_object_get(object, "elem");
	bool is_verdict_map = map && strcmp(map, "verdict") == 0;
	if (map && !is_verdict_map)
		return;
	struct nft_expression *items = elements ? read_set(reader, elements, 0)
						: new_expression(reader, NFT_SET, SLICE(""));
	if (items)
		nft_fill_set(&reader->context, set, &type, is_verdict_map, items);
	else
		set->is_unknown = true;
}

typedef void read_object_kind(struct json_reader *reader, const json_t *object);

/* All objects of KIND in the list, in order. */
static void read_all(struct json_reader *reader, const json_t *list, const char *kind,
		     read_object_kind *read)
{
	for (size_t i = 0; i < json_array_size(list) && !reader->context.builder->is_failed; i++) {
		const json_t *object = json_object_get(json_array_get(list, i), kind);
		if (!object)
			continue;
		reader->context.origin = (struct origin){
			.source = reader->lines,
			.first = reader->starts[i],
			.end = reader->starts[i + 1] - 1,
		};
		read(reader, object);
	}
}

/* Writes LIST anew, an object a line. */
static bool write_lines(struct json_reader *reader, const struct source *source, const json_t *list)
{
	struct arena *arena = reader->context.builder->arena;
	size_t count = json_array_size(list);
	BUFFER_AUTO text = { 0 };
	reader->lines = ARENA_NEW(arena, struct source);
	reader->starts = ARENA_ARRAY(arena, count + 1, size_t);
	if (!reader->lines || !reader->starts)
		return false;
	for (size_t i = 0; i < count; i++) {
		reader->starts[i] = text.size;
		char *line = json_dumps(json_array_get(list, i), JSON_COMPACT);
		buffer_append_string(&text, line ? line : "");
		buffer_append_byte(&text, '\n');
		free(line);
	}
	reader->starts[count] = text.size;
	*reader->lines = *source;
	reader->lines->bytes = (struct slice){
		.data = slice_to_string(arena, buffer_slice(&text)),
		.size = text.size,
	};
	return !buffer_failed(&text) && reader->lines->bytes.data;
}

void nft_json_parse(struct rule_builder *builder, const struct source *source)
{
	struct json_reader reader = { .context = { .builder = builder } };
	json_error_t wrong;
	struct origin whole = origin_of(source, source->bytes);
	if (slice_trim(source->bytes).size == 0)
		return;
	json_t *root = json_loadb(source->bytes.data, source->bytes.size, 0, &wrong);
	const json_t *list = json_object_get(root, "nftables");
	if (!json_is_array(list)) {
		struct slice rest = slice_from(
			source->bytes, wrong.position > 0 && !root ? (size_t)wrong.position : 0);
		struct origin at = origin_of(source, slice_part(rest, 0, 1));
		ruleset_break(builder, root ? whole : at,
			      "not what `nft -j list ruleset` writes%s%s", root ? "" : ": ",
			      root ? "" : wrong.text);
		json_decref(root);
		return;
	}
	if (!write_lines(&reader, source, list)) {
		builder->is_failed = true;
		json_decref(root);
		return;
	}
	if (source->is_truncated)
		ruleset_break(builder, whole, "the list is longer than the limit and was cut");
	read_all(&reader, list, "set", read_named_set);
	read_all(&reader, list, "map", read_named_set);
	read_all(&reader, list, "chain", read_chain);
	read_all(&reader, list, "rule", read_rule);
	json_decref(root);
}
