/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/option_text.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/ini_file.h"

/* Options in one pair of brackets. */
#define PAIRS_MAX 200
/* helpers.py, MAX_TAG_REPLACE_COUNT: how often one tag may come into one value. */
#define TAG_REPLACE_MAX 25
/* Rounds over all values: each adds a level of tags made of tags. */
#define ROUNDS_MAX 64

static bool is_name_byte(char byte)
{
	unsigned char value = (unsigned char)byte;
	return byte_is_alpha(value) || byte_is_digit(value) || value == '_' || value == '-' ||
	       value == '.' || value >= 0x80;
}

static size_t skip_space(struct slice text, size_t at)
{
	while (at < text.size && ini_is_space((unsigned char)text.data[at]))
		at++;
	return at;
}

/* "name=" at AT: its end; 0 when there is none. */
static size_t name_end(struct slice text, size_t at)
{
	size_t end = at;
	while (end < text.size && is_name_byte(text.data[end]))
		end++;
	return end > at && end < text.size && text.data[end] == '=' ? end : 0;
}

/* The closing quote of the one at AT; 0 when there is none. */
static size_t quote_end(struct slice text, size_t at)
{
	if (at >= text.size || (text.data[at] != '"' && text.data[at] != '\''))
		return 0;
	size_t end = at + 1 + slice_find_byte(slice_from(text, at + 1), text.data[at]);
	return end < text.size ? end : 0;
}

/* Bytes up to ',' or ']'. */
static size_t bare_end(struct slice text, size_t at)
{
	while (at < text.size && text.data[at] != ',' && text.data[at] != ']')
		at++;
	return at;
}

/* Behind "] [" at AT; 0 when it is not there. */
static size_t behind_brackets(struct slice text, size_t at)
{
	if (at >= text.size || text.data[at] != ']')
		return 0;
	at = skip_space(text, at + 1);
	return at < text.size && text.data[at] == '[' ? at + 1 : 0;
}

/* One pair at *AT of the inside of brackets. */
static enum option_text_status parse_pair(struct arena *arena, struct slice inside, size_t *at,
					  struct origin origin, struct option_map *options)
{
	size_t start = skip_space(inside, *at), equals = name_end(inside, start);
	if (!equals) {
		/* Only an end, perhaps behind a comma, may stand here. */
		size_t end = *at + (*at < inside.size && inside.data[*at] == ',');
		*at = inside.size;
		return skip_space(inside, end) == inside.size ? OPTION_TEXT_READ
							      : OPTION_TEXT_WRONG;
	}
	size_t first = equals + 1, quote = quote_end(inside, first), end;
	struct slice value;
	if (quote) {
		value = slice_part(inside, first + 1, quote - first - 1);
		end = quote + 1;
	} else {
		end = bare_end(inside, first);
		value = slice_part(inside, first, end - first);
	}
	struct option_entry entry = {
		.name = slice_part(inside, start, equals - start),
		.value = ini_trim(value),
		.origin = origin,
	};
	if (!option_map_set(arena, options, entry))
		return OPTION_TEXT_MEMORY;
	size_t next = behind_brackets(inside, end);
	if (end < inside.size && inside.data[end] == ',')
		*at = end + 1;
	else if (next)
		*at = next;
	else if (end == inside.size || (end + 1 == inside.size && inside.data[end] == '\n'))
		*at = inside.size;
	else
		return OPTION_TEXT_WRONG;
	return OPTION_TEXT_READ;
}

enum option_text_status option_text_parse(struct arena *arena, struct slice text,
					  struct origin origin, struct slice *ret_name,
					  struct option_map *ret_options)
{
	size_t open = slice_find_byte(text, '[');
	*ret_options = (struct option_map){ 0 };
	*ret_name = slice_part(text, 0, open);
	if (!open)
		return OPTION_TEXT_WRONG;
	if (open == text.size)
		return OPTION_TEXT_READ;
	struct slice rest = slice_from(text, open);
	while (rest.size && ini_is_space((unsigned char)rest.data[rest.size - 1]))
		rest.size--;
	if (rest.size < 2 || rest.data[rest.size - 1] != ']')
		return OPTION_TEXT_WRONG;
	struct slice inside = slice_part(rest, 1, rest.size - 2);
	size_t at = 0;
	enum option_text_status status = OPTION_TEXT_READ;
	while (at < inside.size && status == OPTION_TEXT_READ)
		status = parse_pair(arena, inside, &at, origin, ret_options);
	return status;
}

static bool ends_item(struct slice text, size_t at)
{
	return at >= text.size || ini_is_space((unsigned char)text.data[at]);
}

/* The end of brackets that are open before AT, with pairs in them, such that an item ends there; 0
 * when there is none. */
static size_t brackets_end(struct slice text, size_t at, unsigned int pairs)
{
	at = skip_space(text, at);
	if (at < text.size && text.data[at] == ']' && ends_item(text, at + 1))
		return at + 1;
	size_t equals = name_end(text, at);
	if (!equals || pairs == PAIRS_MAX)
		return 0;
	size_t quote = quote_end(text, equals + 1);
	size_t ends[2] = { quote ? quote + 1 : 0, bare_end(text, equals + 1) };
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		if (!ends[i])
			continue;
		size_t next = skip_space(text, ends[i]), found = 0;
		size_t behind = behind_brackets(text, next);
		if (next < text.size && text.data[next] == ',')
			found = brackets_end(text, next + 1, pairs + 1);
		else if (behind)
			found = brackets_end(text, behind, pairs + 1);
		if (!found)
			found = brackets_end(text, next, pairs + 1);
		if (found)
			return found;
	}
	return 0;
}

bool option_text_next(struct slice *rest, struct slice *ret_item)
{
	size_t start = skip_space(*rest, 0), end = start;
	if (start == rest->size)
		return false;
	while (end < rest->size && !ini_is_space((unsigned char)rest->data[end]) &&
	       rest->data[end] != '[')
		end++;
	size_t open = skip_space(*rest, end), close = 0;
	if (end > start && open < rest->size && rest->data[open] == '[')
		close = brackets_end(*rest, open + 1, 0);
	if (close) {
		end = close;
	} else if (!ends_item(*rest, end)) {
		while (!ends_item(*rest, end))
			end++;
	}
	*ret_item = slice_part(*rest, start, end - start);
	*rest = slice_from(*rest, end);
	return true;
}

bool option_text_next_word(struct slice *rest, struct slice *ret_word)
{
	size_t start = 0;
	while (start < rest->size &&
	       (rest->data[start] == ' ' || rest->data[start] == ',' || rest->data[start] == '\n'))
		start++;
	size_t end = start;
	while (end < rest->size && rest->data[end] != ' ' && rest->data[end] != ',' &&
	       rest->data[end] != '\n')
		end++;
	*ret_word = ini_trim(slice_part(*rest, start, end - start));
	*rest = slice_from(*rest, end);
	return end > start;
}

size_t option_text_find_tag(struct slice text, size_t from, size_t *ret_end)
{
	for (size_t at = from; at < text.size; at++) {
		if (text.data[at] != '<')
			continue;
		size_t end = at + 1;
		while (end < text.size && text.data[end] != '<' && text.data[end] != '>' &&
		       text.data[end] != ' ')
			end++;
		if (end < text.size && text.data[end] == '>' && end > at + 1) {
			*ret_end = end + 1;
			return at;
		}
	}
	return text.size;
}

struct substitution {
	struct arena *arena;
	const struct slice *ignored;
	size_t ignored_count;
	option_text_more *more;
	void *context;
	struct option_map *tags;
	/* How often a tag was put into the value at hand, by name; one list per value. */
	struct option_map *counts;
};

static bool is_ignored(const struct substitution *inner, struct slice tag)
{
	for (size_t i = 0; i < inner->ignored_count; i++)
		if (slice_equal(inner->ignored[i], tag))
			return true;
	return false;
}

/* VALUE with every "<TAG>" replaced. */
static bool replace_all(struct arena *arena, struct slice value, struct slice tag,
			struct slice replacement, struct slice *ret_value)
{
	BUFFER_AUTO out = { 0 };
	BUFFER_AUTO needle = { 0 };
	buffer_append_byte(&needle, '<');
	buffer_append_slice(&needle, tag);
	buffer_append_byte(&needle, '>');
	struct slice wanted = buffer_slice(&needle);
	while (value.size && out.size <= INI_VALUE_BYTES_MAX) {
		size_t at = slice_find(value, wanted);
		buffer_append_slice(&out, slice_part(value, 0, at));
		if (at < value.size)
			buffer_append_slice(&out, replacement);
		value = slice_from(value, at + wanted.size);
	}
	ret_value->data = buffer_keep(&out, arena);
	ret_value->size = out.size;
	return ret_value->data && !buffer_failed(&needle);
}

/* Counts one more replacement by TAG; the number before, counted from 1. SIZE_MAX: no memory. */
static size_t count_tag(struct substitution *inner, struct option_map *counts, struct slice tag)
{
	/* The number is the size of the value: no text is kept. */
	struct option_entry *entry = option_map_find(counts, tag);
	if (entry)
		return entry->value.size++;
	struct option_entry first = { .name = tag, .value = { .data = "", .size = 1 } };
	return option_map_set(inner->arena, counts, first) ? 0 : SIZE_MAX;
}

/* Replaces the tags in the value of the option at INDEX. */
static enum option_text_status substitute_one(struct substitution *inner, size_t index,
					      bool *ret_again)
{
	struct option_entry *option = &inner->tags->entries[index];
	struct slice value = option->value;
	bool changed = false;
	size_t end, at = option_text_find_tag(value, 0, &end);
	while (at < value.size) {
		struct slice tag = slice_part(value, at + 1, end - at - 2);
		if (is_ignored(inner, tag)) {
			at = option_text_find_tag(value, end, &end);
			continue;
		}
		const struct option_entry *count = option_map_find(&inner->counts[index], tag);
		if (slice_equal(tag, option->name) ||
		    (count && count->value.size > TAG_REPLACE_MAX))
			return OPTION_TEXT_WRONG;
		const struct option_entry *other = option_map_find(inner->tags, tag);
		struct slice replacement = { .data = NULL };
		if (other && other->type != FAIL2BAN_NOTHING)
			replacement = other->value;
		else if (inner->more && !inner->more(inner->context, tag, &replacement))
			return OPTION_TEXT_MEMORY;
		if (!replacement.data) {
			at = option_text_find_tag(value, end, &end);
			continue;
		}
		if (!replace_all(inner->arena, value, tag, replacement, &value) ||
		    count_tag(inner, &inner->counts[index], tag) == SIZE_MAX)
			return OPTION_TEXT_MEMORY;
		if (value.size > INI_VALUE_BYTES_MAX)
			return OPTION_TEXT_WRONG;
		changed = true;
		at = option_text_find_tag(value, at, &end);
	}
	option->value = value;
	*ret_again |= changed && option_text_find_tag(value, 0, &end) < value.size;
	return OPTION_TEXT_READ;
}

enum option_text_status option_text_substitute(struct arena *arena,
					       const struct option_map *options,
					       const struct slice *ignored, size_t count,
					       option_text_more *more, void *context,
					       struct option_map *ret_options)
{
	struct substitution inner = {
		.arena = arena,
		.ignored = ignored,
		.ignored_count = count,
		.more = more,
		.context = context,
		.tags = ret_options,
		.counts = ARENA_ARRAY(arena, options->count, struct option_map),
	};
	*ret_options = (struct option_map){ 0 };
	if (!inner.counts || !option_map_update(arena, ret_options, options))
		return OPTION_TEXT_MEMORY;
	bool again = true;
	for (unsigned int round = 0; again && round < ROUNDS_MAX; round++) {
		again = false;
		for (size_t i = 0; i < ret_options->count; i++) {
			const struct option_entry *entry = &ret_options->entries[i];
			if (entry->type != FAIL2BAN_TEXT || is_ignored(&inner, entry->name))
				continue;
			enum option_text_status status = substitute_one(&inner, i, &again);
			if (status != OPTION_TEXT_READ)
				return status;
		}
	}
	return again ? OPTION_TEXT_WRONG : OPTION_TEXT_READ;
}
