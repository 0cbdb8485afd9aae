/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/dialplan_expand.h"

#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"

struct building {
	struct buffer text;
	bool is_unknown;
	bool is_dialled;
	bool is_raw;
};

static struct dialplan_value expand(struct dialplan_scope *scope, struct slice text,
				    unsigned int depth);

static const struct dialplan_value unknown_value = { .is_unknown = true };

static void append(struct building *building, struct dialplan_value value)
{
	if (value.is_unknown && !value.text.size)
		buffer_append_byte(&building->text, EXPAND_UNKNOWN);
	buffer_append_slice(&building->text, value.text);
	building->is_unknown |= value.is_unknown;
	building->is_dialled |= value.is_dialled;
	building->is_raw |= value.is_raw;
}

static struct dialplan_value finish(struct dialplan_scope *scope, struct building *building)
{
	struct dialplan_value value = {
		.is_unknown = building->is_unknown,
		.is_dialled = building->is_dialled,
		.is_raw = building->is_raw,
	};
	struct slice text = slice_part(buffer_slice(&building->text), 0, EXPAND_BYTES_MAX);
	char *kept = buffer_failed(&building->text) ? NULL : slice_to_string(scope->arena, text);
	if (kept)
		value.text = (struct slice){ .data = kept, .size = text.size };
	else
		scope->memory_failed = true;
	buffer_done(&building->text);
	return value;
}

/* Length of the part before the CLOSE that belongs to an OPEN just passed; text.size: none. */
static size_t closing(struct slice text, char open, char close)
{
	unsigned int depth = 0;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == close && !depth)
			return i;
		if (text.data[i] == open)
			depth++;
		else if (text.data[i] == close)
			depth--;
	}
	return text.size;
}

bool dialplan_next_argument(struct slice *rest, struct slice *ret_argument)
{
	unsigned int depth = 0;
	bool is_quoted = false;
	if (!rest->data)
		return false;
	for (size_t i = 0; i < rest->size; i++) {
		char byte = rest->data[i];
		if (byte == '\\') {
			i++;
		} else if (byte == '"') {
			is_quoted = !is_quoted;
		} else if (is_quoted) {
			continue;
		} else if (byte == '(' || byte == '[' || byte == '{') {
			depth++;
		} else if (byte == ')' || byte == ']' || byte == '}') {
			depth -= depth > 0;
		} else if (byte == ',' && !depth) {
			*ret_argument = slice_part(*rest, 0, i);
			*rest = slice_from(*rest, i + 1);
			return true;
		}
	}
	*ret_argument = *rest;
	*rest = (struct slice){ 0 };
	return true;
}

/* ast_str_substring: negative offsets and lengths count from the end. */
static struct slice substring(struct slice text, long offset, long length, bool has_length)
{
	long size = (long)text.size;
	if (offset < 0)
		offset = size + offset < 0 ? 0 : size + offset;
	if (offset > size)
		offset = size;
	long rest = size - offset;
	if (!has_length)
		length = rest;
	else if (length < 0)
		length = rest + length < 0 ? 0 : rest + length;
	return slice_part(text, (size_t)offset, (size_t)(length > rest ? rest : length));
}

static const struct dialplan_variable *find_variable(const struct dialplan_scope *scope,
						     struct slice name)
{
	const struct dialplan_variable *variable = scope->variables;
	while (variable && !slice_equal(variable->name, name))
		variable = variable->next;
	return variable;
}

static struct dialplan_value number_value(struct dialplan_scope *scope, long number)
{
	struct building building = { .is_unknown = false };
	buffer_format(&building.text, "%ld", number);
	return finish(scope, &building);
}

/* FILTER(allowed,text): ranges, "\x" bytes are rare and make it unknown. */
static struct dialplan_value filter(struct dialplan_scope *scope, struct slice arguments)
{
	struct slice allowed, text;
	if (!dialplan_next_argument(&arguments, &allowed) ||
	    slice_find_byte(allowed, '\\') < allowed.size)
		return unknown_value;
	text = arguments.data ? arguments : (struct slice){ 0 };
	struct building building = { .is_unknown = false };
	for (size_t i = 0; i < text.size; i++) {
		bool takes = false;
		for (size_t k = 0; k < allowed.size && !takes; k++) {
			if (k + 2 < allowed.size && allowed.data[k + 1] == '-') {
				takes = text.data[i] >= allowed.data[k] &&
					text.data[i] <= allowed.data[k + 2];
				k += 2;
			} else {
				takes = text.data[i] == allowed.data[k];
			}
		}
		if (takes)
			buffer_append_byte(&building.text, text.data[i]);
	}
	return finish(scope, &building);
}

/* NAME(ARGUMENTS), arguments replaced already. */
static struct dialplan_value call_function(struct dialplan_scope *scope, struct slice name,
					   struct dialplan_value arguments)
{
	struct dialplan_value value = unknown_value;
	/* What a stranger writes into his request. A number has passed no filter either. */
	static const char *const headers[] = { "CALLERID",    "SIP_HEADER",      "PJSIP_HEADER",
					       "SIPCHANINFO", "PJSIP_PARSE_URI", "CONNECTEDLINE",
					       "IAXVAR" };
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		value.is_raw |= slice_is(name, headers[i]);
	value.is_dialled = arguments.is_dialled;
	if (slice_is(name, "FILTER") && !value.is_raw && arguments.is_unknown)
		return value;
	value.is_raw |= arguments.is_raw && !slice_is(name, "LEN") && !slice_is(name, "FILTER");
	if (arguments.is_unknown)
		return value;
	bool is_raw = value.is_raw;
	if (slice_is(name, "LEN"))
		value = number_value(scope, (long)arguments.text.size);
	else if (slice_is(name, "FILTER"))
		value = filter(scope, arguments.text);
	else if (slice_is(name, "ISNULL"))
		value = number_value(scope, !arguments.text.size);
	else if (slice_is(name, "GLOBAL")) {
		const struct dialplan_global *global =
			dialplan_find_global(scope->model, arguments.text);
		value = (struct dialplan_value){ .text = global ? global->value : SLICE("") };
	} else if (slice_is(name, "EXISTS"))
		value = number_value(scope, arguments.text.size > 0);
	value.is_dialled |= arguments.is_dialled;
	value.is_raw = is_raw;
	return value;
}

static struct dialplan_value plain_variable(struct dialplan_scope *scope, struct slice name)
{
	const struct dialplan_variable *variable = find_variable(scope, name);
	if (slice_is(name, "EXTEN"))
		return scope->extension;
	if (slice_is(name, "CONTEXT"))
		return (struct dialplan_value){ .text = scope->context };
	if (slice_is(name, "PRIORITY"))
		return number_value(scope, scope->priority);
	if (variable)
		return variable->value;
	const struct dialplan_global *global = dialplan_find_global(scope->model, name);
	if (global)
		return (struct dialplan_value){ .text = global->value };
	/* Set by applications and channels: not to be told. Anything else that nothing sets is
	 * empty. */
	static const char *const by_asterisk[] = {
		"CHANNEL",     "UNIQUEID",     "EPOCH",         "DATETIME",       "CALLERID",
		"DIALSTATUS",  "ANSWEREDTIME", "HANGUPCAUSE",   "SYSTEMNAME",     "ENTITYID",
		"QUEUESTATUS", "VMSTATUS",     "AUTHMECH",      "SYSTEMSTATUS",   "AGISTATUS",
		"MACRO_EXTEN", "RTPAUDIOQOS",  "BLINDTRANSFER", "TRANSFERERNAME", "SIPCALLID",
	};
	for (size_t i = 0; i < ARRAY_SIZE(by_asterisk); i++)
		if (slice_is(name, by_asterisk[i]))
			return unknown_value;
	return (struct dialplan_value){ .text = SLICE("") };
}

/* Inside of ${...}: nested parts are replaced first, then NAME, NAME(args), :offset:length. */
static struct dialplan_value variable_of(struct dialplan_scope *scope, struct slice inner,
					 unsigned int depth)
{
	struct dialplan_value name = expand(scope, inner, depth + 1);
	if (name.is_unknown) {
		struct dialplan_value lost = unknown_value;
		lost.is_dialled = name.is_dialled;
		/* ${FILTER(0-9,${CALLERID(name)})} holds digits alone, whatever they are. */
		lost.is_raw = name.is_raw && !slice_starts_with(inner, "FILTER(");
		return lost;
	}
	size_t open = slice_find_byte(name.text, '(');
	size_t function_end = 0;
	if (open < name.text.size) {
		struct slice after = slice_from(name.text, open + 1);
		function_end = open + 1 + closing(after, '(', ')') + 1;
	}
	struct slice tail = slice_from(name.text, function_end);
	size_t colon = slice_find_byte(tail, ':');
	struct slice base = slice_part(name.text, 0, function_end + colon);
	struct dialplan_value value;
	if (function_end) {
		struct dialplan_value arguments = {
			.text = slice_part(name.text, open + 1, function_end - open - 2),
			.is_dialled = name.is_dialled,
			.is_raw = name.is_raw,
		};
		value = call_function(scope, slice_part(name.text, 0, open), arguments);
	} else {
		value = plain_variable(scope, base);
	}
	if (colon == tail.size || value.is_unknown)
		return value;
	struct slice range = slice_from(tail, colon + 1);
	size_t second = slice_find_byte(range, ':');
	long offset = 0, length = 0;
	if (!conf_scan_number(slice_part(range, 0, second), &offset))
		offset = 0;
	bool has_length =
		second < range.size && conf_scan_number(slice_from(range, second + 1), &length);
	value.text = substring(value.text, offset, length, has_length);
	return value;
}

static struct slice unquote(struct slice text)
{
	text = slice_trim(text);
	if (text.size > 1 && text.data[0] == '"' && text.data[text.size - 1] == '"')
		return slice_part(text, 1, text.size - 2);
	return text;
}

/* Position of OPERATOR_TEXT in TEXT outside of quotes; text.size: none. */
static size_t find_operator(struct slice text, const char *operator_text)
{
	struct slice wanted = slice_of(operator_text);
	bool is_quoted = false;
	for (size_t i = 0; i < text.size && i + wanted.size <= text.size; i++) {
		if (text.data[i] == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && slice_equal(slice_part(text, i, wanted.size), wanted))
			return i;
	}
	return text.size;
}

static enum dialplan_truth truth(bool value)
{
	return value ? DIALPLAN_TRUE : DIALPLAN_FALSE;
}

/* Is TEXT, outside of quotes, more than a value or a comparison of two: arithmetic, negation, a
 * regular expression, a choice, parentheses? main/ast_expr2.y has more than is followed here. */
static bool is_compound(struct slice text)
{
	bool is_quoted = false, is_operand = false;
	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];
		if (byte == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && slice_find_byte(SLICE("()*/%+:?~"), byte) < 9)
			return true;
		else if (!is_quoted && byte == '!' &&
			 (i + 1 == text.size || text.data[i + 1] != '='))
			return true;
		/* A '-' before a number is its sign. */
		else if (!is_quoted && byte == '-' && is_operand)
			return true;
		if (!byte_is_space((unsigned char)byte))
			is_operand = slice_find_byte(SLICE("=<>!"), byte) == 4;
	}
	return false;
}

/* One comparison, or one value. Numbers compare as numbers, texts as bytes. */
static enum dialplan_truth compare_expression(struct slice text)
{
	static const char *const operators[] = { "!=", ">=", "<=", "=", ">", "<" };
	text = slice_trim(text);
	if (is_compound(text))
		return DIALPLAN_EITHER;
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		size_t at = find_operator(text, operators[i]);
		if (at == text.size)
			continue;
		struct slice left = unquote(slice_part(text, 0, at));
		struct slice right = unquote(slice_from(text, at + strlen(operators[i])));
		int64_t a = 0, b = 0;
		int order = slice_to_int64(left, &a) && slice_to_int64(right, &b)
				    ? (a > b) - (a < b)
				    : slice_compare(left, right);
		switch (i) {
		case 0:
			return truth(order != 0);
		case 1:
			return truth(order >= 0);
		case 2:
			return truth(order <= 0);
		case 3:
			return truth(order == 0);
		case 4:
			return truth(order > 0);
		default:
			return truth(order < 0);
		}
	}
	text = unquote(text);
	return truth(text.size && !slice_is(text, "0"));
}

static enum dialplan_truth all_of(struct slice text)
{
	enum dialplan_truth result = DIALPLAN_TRUE;
	while (text.data) {
		size_t at = find_operator(text, "&");
		enum dialplan_truth part = compare_expression(slice_part(text, 0, at));
		if (part == DIALPLAN_FALSE)
			return DIALPLAN_FALSE;
		if (part == DIALPLAN_EITHER)
			result = DIALPLAN_EITHER;
		if (at == text.size)
			break;
		text = slice_from(text, at + 1);
		while (text.size && text.data[0] == '&')
			text = slice_from(text, 1);
	}
	return result;
}

static enum dialplan_truth any_of(struct slice text)
{
	enum dialplan_truth result = DIALPLAN_FALSE;
	if (find_operator(text, "(") < text.size)
		return DIALPLAN_EITHER;
	while (text.data) {
		size_t at = find_operator(text, "|");
		enum dialplan_truth part = all_of(slice_part(text, 0, at));
		if (part == DIALPLAN_TRUE)
			return DIALPLAN_TRUE;
		if (part == DIALPLAN_EITHER)
			result = DIALPLAN_EITHER;
		if (at == text.size)
			break;
		text = slice_from(text, at + 1);
		while (text.size && text.data[0] == '|')
			text = slice_from(text, 1);
	}
	return result;
}

/* "2 + 3" of two whole numbers; false for anything else. */
static bool arithmetic(struct slice text, int64_t *ret_result)
{
	int64_t a, b;
	text = slice_trim(text);
	size_t at = 1;
	while (at < text.size && slice_find_byte(SLICE("+-*"), text.data[at]) == 3)
		at++;
	if (at >= text.size || !slice_to_int64(slice_trim(slice_part(text, 0, at)), &a) ||
	    !slice_to_int64(slice_trim(slice_from(text, at + 1)), &b) || a > INT32_MAX ||
	    a < INT32_MIN || b > INT32_MAX || b < INT32_MIN)
		return false;
	*ret_result = text.data[at] == '+' ? a + b : text.data[at] == '-' ? a - b : a * b;
	return true;
}

static struct dialplan_value expression_of(struct dialplan_scope *scope, struct slice inner,
					   unsigned int depth)
{
	struct dialplan_value text = expand(scope, inner, depth + 1);
	int64_t number;
	if (text.is_unknown)
		return unknown_value;
	if (arithmetic(text.text, &number))
		return number_value(scope, (long)number);
	switch (any_of(text.text)) {
	case DIALPLAN_TRUE:
		return (struct dialplan_value){ .text = SLICE("1") };
	case DIALPLAN_FALSE:
		return (struct dialplan_value){ .text = SLICE("0") };
	case DIALPLAN_EITHER:
		break;
	}
	return unknown_value;
}

static struct dialplan_value expand(struct dialplan_scope *scope, struct slice text,
				    unsigned int depth)
{
	struct building building = { .is_unknown = depth > EXPAND_DEEP_MAX };
	while (text.size && depth <= EXPAND_DEEP_MAX && building.text.size <= EXPAND_BYTES_MAX) {
		size_t at = slice_find_byte(text, '$');
		buffer_append_slice(&building.text, slice_part(text, 0, at));
		text = slice_from(text, at);
		if (!text.size)
			break;
		char kind = text.size > 1 ? text.data[1] : '\0';
		if (kind != '{' && kind != '[') {
			buffer_append_byte(&building.text, '$');
			text = slice_from(text, 1);
			continue;
		}
		text = slice_from(text, 2);
		size_t end = closing(text, kind, kind == '{' ? '}' : ']');
		struct slice inner = slice_part(text, 0, end);
		append(&building, kind == '{' ? variable_of(scope, inner, depth)
					      : expression_of(scope, inner, depth));
		text = slice_from(text, end + 1);
	}
	return finish(scope, &building);
}

struct dialplan_value dialplan_expand(struct dialplan_scope *scope, struct slice text)
{
	if (slice_find_byte(text, '$') == text.size)
		return (struct dialplan_value){ .text = text };
	return expand(scope, text, 0);
}

static uint64_t mix(uint64_t hash, struct slice text)
{
	for (size_t i = 0; i < text.size; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * 1099511628211u;
	return (hash ^ 0xff) * 1099511628211u;
}

void dialplan_set(struct dialplan_scope *scope, struct slice name, struct dialplan_value value)
{
	while (name.size && name.data[0] == '_')
		name = slice_from(name, 1);
	const struct dialplan_variable *old = find_variable(scope, name);
	if (old && old->value.is_unknown == value.is_unknown &&
	    old->value.is_dialled == value.is_dialled && old->value.is_raw == value.is_raw &&
	    slice_equal(old->value.text, value.text))
		return;
	struct dialplan_variable *variable = ARENA_NEW(scope->arena, struct dialplan_variable);
	if (!variable) {
		scope->memory_failed = true;
		return;
	}
	uint64_t hash = scope->variables ? scope->variables->hash : 14695981039346656037u;
	*variable = (struct dialplan_variable){
		.name = name,
		.value = value,
		.next = scope->variables,
		.hash = mix(mix(hash, name), value.text) + value.is_unknown * 4 + value.is_raw * 2 +
			value.is_dialled,
	};
	scope->variables = variable;
}

enum dialplan_truth dialplan_truth_of(struct dialplan_value value)
{
	long number = 0;
	if (value.is_unknown)
		return DIALPLAN_EITHER;
	if (!value.text.size)
		return DIALPLAN_FALSE;
	if (conf_scan_number(value.text, &number))
		return truth(number != 0);
	return DIALPLAN_TRUE;
}
