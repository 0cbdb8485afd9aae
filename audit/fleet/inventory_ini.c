/* SPDX-License-Identifier: Apache-2.0
 *
 * Ansible's INI inventory: [group], [group:vars], [group:children]; hosts with key=value behind
 * them and ranges in their names (web[01:20], db-[a:f]).
 */
#include <string.h>

#include "audit/base/buffer.h"
#include "audit/fleet/inventory_forms.h"

enum section {
	SECTION_HOSTS,
	SECTION_VARS,
	SECTION_CHILDREN,
};

struct ini_reading {
	struct inventory_reading *inventory;
	json_t *tree;
	/* Of the section that is being read. */
	json_t *group;
	enum section section;
	uint32_t line;
	size_t hosts;
};

static bool wrong(struct ini_reading *reading, const char *expected)
{
	return error_set_at(reading->inventory->error, ERROR_INPUT, reading->inventory->name,
			    reading->line, "expected %s", expected);
}

static json_t *object_at(json_t *parent, struct slice key)
{
	json_t *object = json_object_getn(parent, key.data, key.size);
	if (!object && json_object_setn_new(parent, key.data, key.size, json_object()) == 0)
		object = json_object_getn(parent, key.data, key.size);
	return object;
}

static bool begin_section(struct ini_reading *reading, struct slice line)
{
	if (!slice_ends_with(line, "]") || line.size < 3)
		return wrong(reading, "[group], [group:vars] or [group:children]");
	struct slice name = slice_part(line, 1, line.size - 2);
	size_t colon = slice_find_byte(name, ':');
	struct slice kind = slice_from(name, colon < name.size ? colon + 1 : colon);
	reading->section = SECTION_HOSTS;
	if (slice_is(kind, "vars"))
		reading->section = SECTION_VARS;
	else if (slice_is(kind, "children"))
		reading->section = SECTION_CHILDREN;
	else if (kind.size > 0)
		return wrong(reading, "[group], [group:vars] or [group:children]");
	reading->group = object_at(reading->tree, slice_part(name, 0, colon));
	return reading->group || wrong(reading, "a group's name in UTF-8");
}

static bool set_variable(struct ini_reading *reading, json_t *into, struct slice key,
			 struct slice value)
{
	value = slice_trim(value);
	if (value.size >= 2 && (value.data[0] == '"' || value.data[0] == '\'') &&
	    value.data[value.size - 1] == value.data[0])
		value = slice_part(value, 1, value.size - 2);
	key = slice_trim(key);
	return json_object_setn_new(into, key.data, key.size,
				    json_stringn(value.data, value.size)) == 0 ||
	       wrong(reading, "text in UTF-8");
}

/* The next word of *REST, in which quotes keep blanks. */
static bool next_word(struct slice *rest, struct slice *ret_word)
{
	char quote = '\0';
	size_t end = 0;
	*rest = slice_trim_left(*rest);
	while (end < rest->size) {
		char byte = rest->data[end];
		if (quote)
			quote = byte == quote ? '\0' : quote;
		else if (byte == '"' || byte == '\'')
			quote = byte;
		else if (byte_is_space((unsigned char)byte))
			break;
		end++;
	}
	*ret_word = slice_part(*rest, 0, end);
	*rest = slice_from(*rest, end);
	return end > 0 && ret_word->data[0] != '#';
}

static bool add_host(struct ini_reading *reading, struct slice name, struct slice variables)
{
	json_t *hosts = object_at(reading->group, SLICE("hosts"));
	struct slice port = SLICE("");
	size_t colon = slice_find_byte(name, ':');
	/* host:port; an address of IPv6 has more colons. */
	if (colon < name.size && slice_find_last_byte(name, ':') == colon) {
		port = slice_from(name, colon + 1);
		name = slice_part(name, 0, colon);
	}
	if (++reading->hosts > INVENTORY_HOSTS_MAX)
		return wrong(reading, "fewer hosts");
	json_t *host = hosts ? object_at(hosts, name) : NULL;
	if (!host)
		return wrong(reading, "a host's name in UTF-8");
	if (port.size && !set_variable(reading, host, SLICE("ansible_port"), port))
		return false;
	struct slice word;
	while (next_word(&variables, &word)) {
		size_t equals = slice_find_byte(word, '=');
		if (equals == word.size)
			return wrong(reading, "key=value behind a host's name");
		if (!set_variable(reading, host, slice_part(word, 0, equals),
				  slice_from(word, equals + 1)))
			return false;
	}
	return true;
}

/* Both ends of a range and its step, of numbers or of single letters. */
struct range {
	uint64_t first;
	uint64_t last;
	uint64_t step;
	/* Digits that numbers are filled up to; 0: letters. */
	size_t width;
};

static bool read_range(struct slice text, struct range *ret_range)
{
	struct slice first, last, step;
	*ret_range = (struct range){ .step = 1 };
	if (!slice_next_field(&text, ':', &first) || !slice_next_field(&text, ':', &last))
		return false;
	if (slice_next_field(&text, ':', &step) &&
	    (!slice_to_uint64(step, &ret_range->step) || ret_range->step == 0))
		return false;
	if (slice_to_uint64(first, &ret_range->first)) {
		ret_range->width = first.size > 1 && first.data[0] == '0' ? first.size : 1;
		return slice_to_uint64(last, &ret_range->last) && first.size <= 18 &&
		       last.size <= 18 && ret_range->step <= INVENTORY_HOSTS_MAX;
	}
	if (first.size != 1 || last.size != 1 || !byte_is_alpha((unsigned char)first.data[0]) ||
	    !byte_is_alpha((unsigned char)last.data[0]) || ret_range->step > UINT8_MAX)
		return false;
	ret_range->first = (unsigned char)first.data[0];
	ret_range->last = (unsigned char)last.data[0];
	return true;
}

/* Recurses once for each range in the name, of which there are at most INVENTORY_DEPTH_MAX. */
static bool add_hosts(struct ini_reading *reading, struct slice name, struct slice variables,
		      unsigned int depth)
{
	size_t open = slice_find_byte(name, '[');
	size_t close = slice_find_byte(name, ']');
	struct range range;
	if (open >= close || close == name.size)
		return add_host(reading, name, variables);
	if (depth == INVENTORY_DEPTH_MAX ||
	    !read_range(slice_part(name, open + 1, close - open - 1), &range))
		return wrong(reading, "a range like [01:20] or [a:f]");
	for (uint64_t i = range.first; i <= range.last; i += range.step) {
		BUFFER_AUTO one = { 0 };
		buffer_append_slice(&one, slice_part(name, 0, open));
		if (range.width)
			buffer_format(&one, "%0*llu", (int)range.width, (unsigned long long)i);
		else
			buffer_append_byte(&one, (char)i);
		buffer_append_slice(&one, slice_from(name, close + 1));
		if (buffer_failed(&one))
			return error_memory(reading->inventory->error);
		if (!add_hosts(reading, buffer_slice(&one), variables, depth + 1))
			return false;
	}
	return true;
}

static bool read_line(struct ini_reading *reading, struct slice line)
{
	struct slice word;
	if (line.data[0] == '[')
		return begin_section(reading, line);
	if (reading->section == SECTION_VARS) {
		size_t equals = slice_find_byte(line, '=');
		json_t *variables = object_at(reading->group, SLICE("vars"));
		if (equals == line.size || !variables)
			return wrong(reading, "key=value");
		return set_variable(reading, variables, slice_part(line, 0, equals),
				    slice_from(line, equals + 1));
	}
	if (!next_word(&line, &word))
		return true;
	if (reading->section == SECTION_HOSTS)
		return add_hosts(reading, word, line, 0);
	json_t *children = object_at(reading->group, SLICE("children"));
	return (children && object_at(children, word)) || wrong(reading, "a group's name");
}

json_t *inventory_ini(struct inventory_reading *inventory, struct slice text)
{
	struct ini_reading reading = { .inventory = inventory, .tree = json_object() };
	struct slice line;
	reading.group = object_at(reading.tree, SLICE("ungrouped"));
	bool done = reading.group || error_memory(inventory->error);
	while (done && slice_next_line(&text, &line)) {
		reading.line++;
		line = slice_trim(line);
		if (line.size > 0 && line.data[0] != '#' && line.data[0] != ';')
			done = read_line(&reading, line);
	}
	if (done)
		return reading.tree;
	json_decref(reading.tree);
	return NULL;
}
