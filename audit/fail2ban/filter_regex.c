/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/filter_regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* Longest expression; fail2ban's own have 1 KiB. */
#define REGEX_BYTES_MAX ((size_t)64 * 1024)
/* Different <F-NAME> in one expression. */
#define TAGS_MAX 64

/* What addresses and names look like to fail2ban (server/ipdns.py, server/failregex.py). */
#define IP4 "(?:\\d{1,3}\\.){3}\\d{1,3}"
#define IP6 "(?:[0-9a-fA-F]{1,4}::?|::){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):)"
#define GROUP_IP4 "(?:::f{4,6}:)?(?P<ip4>" IP4 ")"
#define GROUP_IP6 "(?P<ip6>" IP6 ")"
#define GROUP_DNS "(?P<dns>[\\w\\-.^_]*\\w)"
#define GROUP_CIDR "(?P<cidr>\\d+)"
#define ADDRESS "\\[?(?:" GROUP_IP4 "|" GROUP_IP6 ")\\]?"
#define HOST "(?:" ADDRESS "|" GROUP_DNS ")"
#define SUBNET "\\[?(?:" GROUP_IP4 "|" GROUP_IP6 ")(?:/" GROUP_CIDR ")?\\]?"

static const struct {
	const char *tag;
	const char *text;
} tags[] = {
	{ "IP4", GROUP_IP4 },         { "F-IP4/", GROUP_IP4 },
	{ "IP6", GROUP_IP6 },         { "F-IP6/", GROUP_IP6 },
	{ "ADDR", ADDRESS },          { "F-ADDR/", ADDRESS },
	{ "CIDR", GROUP_CIDR },       { "F-CIDR/", GROUP_CIDR },
	{ "SUBNET", SUBNET },         { "F-SUBNET/", SUBNET },
	{ "DNS", GROUP_DNS },         { "F-DNS/", GROUP_DNS },
	{ "F-ID/", "(?P<fid>\\S+)" }, { "F-PORT/", "(?P<fport>\\w+)" },
};

static const char *const group_names[FILTER_GROUP_COUNT] = {
	[FILTER_IP4] = "ip4",           [FILTER_IP6] = "ip6",
	[FILTER_DNS] = "dns",           [FILTER_ID] = "fid",
	[FILTER_CIDR] = "cidr",         [FILTER_USER] = "user",
	[FILTER_ALT_USER] = "alt_user", [FILTER_CONNECTION] = "mlfid",
	[FILTER_NO_FAIL] = "nofail",    [FILTER_GAINED] = "mlfgained",
	[FILTER_FORGET] = "mlfforget",  [FILTER_CONTENT] = "content",
};

static bool is_word(char byte)
{
	unsigned char value = (unsigned char)byte;
	return byte_is_alpha(value) || byte_is_digit(value) || value == '_';
}

/* "<NAME>", "</NAME>", "<NAME/>" at the start of TEXT: its size; 0 when it is none. */
static size_t tag_size(struct slice text)
{
	size_t at = 1;
	if (text.size < 3 || text.data[0] != '<')
		return 0;
	at += text.data[at] == '/';
	size_t start = at;
	while (at < text.size && (is_word(text.data[at]) || text.data[at] == '-'))
		at++;
	if (at == start)
		return 0;
	at += at < text.size && text.data[at] == '/';
	return at < text.size && text.data[at] == '>' ? at + 1 : 0;
}

struct tag_state {
	struct buffer *out;
	bool allow_names;
	struct slice open[TAGS_MAX];
	size_t open_count;
};

/* <F-NAME> opens a group, </F-NAME> closes it. False: it is something else. */
static bool custom_tag(struct tag_state *state, struct slice name)
{
	bool closes = slice_starts_with(name, "/");
	name = slice_from(name, closes);
	if (!slice_starts_with(name, "F-") || name.size < 3)
		return false;
	name = slice_from(name, 2);
	for (size_t i = 0; i < name.size; i++) {
		unsigned char byte = (unsigned char)name.data[i];
		if (!byte_is_upper(byte) && !byte_is_digit(byte) && byte != '_' && byte != '-')
			return false;
	}
	if (closes) {
		for (size_t i = 0; i < state->open_count; i++)
			if (slice_equal(state->open[i], name)) {
				buffer_append_byte(state->out, ')');
				return true;
			}
		return false;
	}
	if (state->open_count < TAGS_MAX)
		state->open[state->open_count++] = name;
	if (slice_is(name, "ID") || slice_is(name, "PORT")) {
		buffer_append_string(state->out, slice_is(name, "ID") ? "(?P<fid>" : "(?P<fport>");
		return true;
	}
	buffer_append_string(state->out, "(?P<");
	for (size_t i = 0; i < name.size; i++)
		buffer_append_byte(state->out, (char)byte_to_lower((unsigned char)name.data[i]));
	buffer_append_byte(state->out, '>');
	return true;
}

static bool known_tag(struct tag_state *state, struct slice name)
{
	if (slice_is(name, "HOST")) {
		buffer_append_string(state->out, state->allow_names ? HOST : ADDRESS);
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(tags); i++)
		if (slice_is(name, tags[i].tag)) {
			buffer_append_string(state->out, tags[i].text);
			return true;
		}
	return custom_tag(state, name);
}

/* Replaces the tags. False: one that spans lines. */
static bool replace_tags(struct slice regex, bool allow_names, struct buffer *out)
{
	struct tag_state state = { .out = out, .allow_names = allow_names };
	while (regex.size) {
		size_t size = tag_size(regex);
		struct slice name = size ? slice_part(regex, 1, size - 2) : regex;
		if (size && slice_is(name, "SKIPLINES"))
			return false;
		if (size && known_tag(&state, name)) {
			regex = slice_from(regex, size);
			continue;
		}
		buffer_append_byte(out, regex.data[0]);
		regex = slice_from(regex, 1);
	}
	return true;
}

/* The flags of "(?imsx)" at the start of TEXT, without the brackets; empty when it is none. */
static struct slice flags_at(struct slice text)
{
	size_t at = 2;
	if (!slice_starts_with(text, "(?"))
		return (struct slice){ .data = NULL };
	while (at < text.size && byte_is_lower((unsigned char)text.data[at]))
		at++;
	return at > 2 && at < text.size && text.data[at] == ')' ? slice_part(text, 2, at - 2)
								: (struct slice){ .data = NULL };
}

/* Flags that PCRE2 writes alike; 'a', 'u' and 'L' tell of characters, which is the default. */
static void append_flags(struct buffer *out, struct slice flags, const char *end)
{
	buffer_append_string(out, "(?");
	for (size_t i = 0; i < flags.size; i++)
		if (flags.data[i] == 'i' || flags.data[i] == 'm' || flags.data[i] == 's' ||
		    flags.data[i] == 'x')
			buffer_append_byte(out, flags.data[i]);
	buffer_append_string(out, end);
}

/* A backslash and what follows at the start of *REST. False: Python refuses it. */
static bool translate_escape(struct slice *rest, bool in_class, struct buffer *out)
{
	char byte = rest->size > 1 ? rest->data[1] : '\0';
	size_t size = 2;
	if (rest->size < 2)
		return false;
	if (byte == 'Z' && !in_class) {
		buffer_append_string(out, "\\z");
	} else if (byte == 'u' || byte == 'U' || byte == 'x') {
		size_t digits = byte == 'x' ? 2 : byte == 'u' ? 4 : 8;
		if (rest->size < 2 + digits)
			return false;
		buffer_append_string(out, "\\x{");
		buffer_append_slice(out, slice_part(*rest, 2, digits));
		buffer_append_byte(out, '}');
		size += digits;
	} else if (byte_is_alpha((unsigned char)byte) &&
		   !strchr(in_class ? "abdDfnrsStvwW" : "AabBdDfnrsStvwW", byte)) {
		return false;
	} else {
		buffer_append_slice(out, slice_part(*rest, 0, 2));
	}
	*rest = slice_from(*rest, size);
	return true;
}

struct python_regex {
	struct slice rest;
	struct buffer *out;
	bool in_class;
	/* The class has nothing in it yet: ']' is a member. */
	bool class_begins;
	size_t start_size;
	const char *why;
};

static bool translate_class(struct python_regex *regex)
{
	char byte = regex->rest.data[0];
	bool begins = regex->class_begins;
	regex->class_begins = false;
	if (byte == ']' && !begins)
		regex->in_class = false;
	if (byte == '[')
		buffer_append_byte(regex->out, '\\');
	buffer_append_byte(regex->out, byte);
	regex->rest = slice_from(regex->rest, 1);
	return true;
}

/* "((?i)text)" and "(?:(?i)text)" become "(?i:text)" in fail2ban, since Python takes flags for all
 * of an expression only at its start. */
static bool translate_bracket(struct python_regex *regex)
{
	struct slice rest = regex->rest;
	size_t open = slice_starts_with(rest, "(?:") ? 3 : 1;
	struct slice flags = flags_at(slice_from(rest, open));
	if (flags.size) {
		append_flags(regex->out, flags, ":");
		regex->rest = slice_from(rest, open + flags.size + 3);
		return true;
	}
	flags = flags_at(rest);
	if (flags.size) {
		if (regex->out->size != regex->start_size) {
			regex->why = "flags that are not at its start, which Python refuses";
			return false;
		}
		append_flags(regex->out, flags, ")");
		regex->rest = slice_from(rest, flags.size + 3);
		return true;
	}
	buffer_append_byte(regex->out, '(');
	regex->rest = slice_from(rest, 1);
	return true;
}

static bool translate_one(struct python_regex *regex)
{
	char byte = regex->rest.data[0];
	if (byte == '\\') {
		regex->class_begins = false;
		regex->why = "an escape that Python refuses";
		return translate_escape(&regex->rest, regex->in_class, regex->out);
	}
	if (regex->in_class)
		return translate_class(regex);
	if (byte == '(')
		return translate_bracket(regex);
	if (byte == '[') {
		regex->in_class = regex->class_begins = true;
		buffer_append_byte(regex->out, '[');
		regex->rest = slice_from(regex->rest, 1);
		if (slice_starts_with(regex->rest, "^")) {
			buffer_append_byte(regex->out, '^');
			regex->rest = slice_from(regex->rest, 1);
		}
		return true;
	}
	/* "{,5}" is "{0,5}". */
	buffer_append_byte(regex->out, byte);
	regex->rest = slice_from(regex->rest, 1);
	if (byte == '{' && regex->rest.size > 1 && regex->rest.data[0] == ',' &&
	    byte_is_digit((unsigned char)regex->rest.data[1]))
		buffer_append_byte(regex->out, '0');
	return true;
}

bool filter_regex_translate(struct slice text, bool allow_names, struct buffer *out,
			    const char **ret_why)
{
	BUFFER_AUTO tagged = { 0 };
	*ret_why = NULL;
	if (text.size > REGEX_BYTES_MAX) {
		*ret_why = "it is longer than is read";
		return false;
	}
	if (!replace_tags(text, allow_names, &tagged)) {
		*ret_why = "it spans lines";
		return false;
	}
	struct python_regex regex = {
		.rest = buffer_slice(&tagged),
		.out = out,
		.start_size = out->size,
	};
	while (regex.rest.size) {
		if (!translate_one(&regex)) {
			*ret_why = regex.why;
			return false;
		}
	}
	return !buffer_failed(out) && !buffer_failed(&tagged);
}

struct pcre2_real_code_8 *filter_pcre_compile(struct arena *arena, struct slice pattern,
					      bool characters, bool ignore_case,
					      const char **ret_why)
{
	int number;
	PCRE2_SIZE at;
	PCRE2_UCHAR message[256];
	uint32_t options = PCRE2_NEVER_BACKSLASH_C | (ignore_case ? PCRE2_CASELESS : 0) |
			   (characters ? PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF : 0);
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	*ret_why = NULL;
	if (!context || pcre2_set_newline(context, PCRE2_NEWLINE_LF) != 0) {
		pcre2_compile_context_free(context);
		return NULL;
	}
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern.data, pattern.size, options, &number,
					 &at, context);
	pcre2_compile_context_free(context);
	if (!code) {
		pcre2_get_error_message(number, message, sizeof(message));
		*ret_why = arena_copy(arena, message, strlen((const char *)message));
		return NULL;
	}
	/* Without the compiler the interpreter does the same work. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return code;
}

/* Has TEXT, a translated expression, '|' outside of brackets? */
static bool has_alternatives(struct slice text)
{
	int depth = 0;
	bool in_class = false;
	for (size_t i = 0; i < text.size; i++) {
		char byte = text.data[i];
		if (byte == '\\')
			i++;
		else if (in_class)
			in_class = byte != ']';
		else if (byte == '[')
			in_class = true;
		else if (byte == '(')
			depth++;
		else if (byte == ')')
			depth--;
		else if (byte == '|' && depth == 0)
			return true;
	}
	return false;
}

/* The literal text behind '^': a cheap test before the expression is tried. */
static struct slice literal_prefix(struct slice text)
{
	size_t at = 1;
	if (!slice_starts_with(text, "^") || has_alternatives(text))
		return (struct slice){ .data = "", .size = 0 };
	while (at < text.size && !strchr("\\^$.|?*+()[]{}", text.data[at]) && text.data[at] != '\0')
		at++;
	/* The last may be optional. */
	if (at < text.size && at > 1 && strchr("?*{", text.data[at]))
		at--;
	return slice_part(text, 1, at - 1);
}

bool filter_regex_compile(struct arena *arena, struct slice regex, bool allow_names,
			  struct filter_regex *ret_regex, const char **ret_why)
{
	BUFFER_AUTO text = { 0 };
	*ret_regex = (struct filter_regex){ 0 };
	if (!filter_regex_translate(regex, allow_names, &text, ret_why))
		return false;
	const char *copy = buffer_keep(&text, arena);
	if (!copy)
		return false;
	ret_regex->translated = (struct slice){ .data = copy, .size = text.size };
	ret_regex->bytes = filter_pcre_compile(arena, ret_regex->translated, false, false, ret_why);
	if (!ret_regex->bytes)
		return false;
	ret_regex->characters =
		filter_pcre_compile(arena, ret_regex->translated, true, false, ret_why);
	if (!ret_regex->characters) {
		filter_regex_done(ret_regex);
		return false;
	}
	for (size_t i = 0; i < FILTER_GROUP_COUNT; i++) {
		int group = pcre2_substring_number_from_name(ret_regex->bytes,
							     (PCRE2_SPTR)group_names[i]);
		ret_regex->groups[i] = group > 0 ? group : 0;
	}
	ret_regex->prefix = literal_prefix(ret_regex->translated);
	return true;
}

void filter_regex_done(struct filter_regex *regex)
{
	pcre2_code_free(regex->bytes);
	pcre2_code_free(regex->characters);
	*regex = (struct filter_regex){ 0 };
}
