/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fleet/inventory.h"

#include <string.h>

#include "audit/base/buffer.h"
#include "audit/fleet/inventory_forms.h"

bool inventory_add(struct inventory_reading *reading, const char *name, const char *target)
{
	if (text_map_find(&reading->names, slice_of(name)))
		return true;
	if (reading->count == INVENTORY_HOSTS_MAX)
		return error_set_at(reading->error, ERROR_INPUT, reading->name, 0,
				    "more than %d hosts", INVENTORY_HOSTS_MAX);
	struct inventory_host *hosts = arena_grow(reading->arena, reading->hosts, reading->count,
						  &reading->capacity, sizeof(*hosts));
	if (!hosts)
		return error_memory(reading->error);
	reading->hosts = hosts;
	struct inventory_host *host = &hosts[reading->count];
	host->name = arena_copy(reading->arena, name, strlen(name));
	host->target = arena_copy(reading->arena, target, strlen(target));
	if (!host->name || !host->target || !text_map_put(&reading->names, slice_of(name), reading))
		return error_memory(reading->error);
	reading->count++;
	return true;
}

char *inventory_place(struct inventory_reading *reading, const char *user, const char *host,
		      const char *port)
{
	BUFFER_AUTO place = { 0 };
	bool is_ipv6 = strchr(host, ':') && host[0] != '[';
	buffer_append_string(&place, "ssh://");
	if (user && *user)
		buffer_format(&place, "%s@", user);
	buffer_format(&place, is_ipv6 ? "[%s]" : "%s", host);
	if (port && *port)
		buffer_format(&place, ":%s", port);
	char *text = buffer_keep(&place, reading->arena);
	if (!text)
		error_memory(reading->error);
	return text;
}

/* A target of the command line that is no host of ssh: `local`, or a path. */
static bool is_plain_target(struct slice word)
{
	return slice_is(word, "local") || slice_starts_with(word, "/") ||
	       slice_starts_with(word, "./") || slice_starts_with(word, "../");
}

static bool add_line(struct inventory_reading *reading, struct slice word)
{
	char *target = slice_to_string(reading->arena, word);
	if (!target)
		return error_memory(reading->error);
	if (is_plain_target(word)) {
		size_t end = word.size;
		while (end > 1 && word.data[end - 1] == '/')
			end--;
		size_t slash = slice_find_last_byte(slice_part(word, 0, end), '/');
		struct slice base =
			slash < end ? slice_part(word, slash + 1, end - slash - 1) : word;
		char *name = slice_to_string(reading->arena, base.size ? base : word);
		return name ? inventory_add(reading, name, target) : error_memory(reading->error);
	}
	struct slice place = slice_starts_with(word, "ssh://") ? slice_from(word, 6) : word;
	size_t at = slice_find_last_byte(place, '@');
	struct slice host = at < place.size ? slice_from(place, at + 1) : place;
	while (slice_ends_with(host, "/"))
		host.size--;
	char *name = slice_to_string(reading->arena, host);
	BUFFER_AUTO whole = { 0 };
	buffer_append_string(&whole, "ssh://");
	buffer_append_slice(&whole, place);
	if (!name || buffer_failed(&whole))
		return error_memory(reading->error);
	return inventory_add(reading, name, buffer_string(&whole));
}

static bool read_lines(struct inventory_reading *reading, struct slice text)
{
	struct slice line, word;
	uint32_t number = 0;
	while (slice_next_line(&text, &line)) {
		number++;
		line = slice_trim(slice_part(line, 0, slice_find_byte(line, '#')));
		if (line.size == 0)
			continue;
		if (!slice_next_word(&line, &word) || slice_trim(line).size > 0 ||
		    memchr(word.data, '\0', word.size)) {
			error_set_at(reading->error, ERROR_INPUT, reading->name, number,
				     "expected one target on a line");
			error_advise(reading->error,
				     "write ssh://user@host:port, a host's name or a path; an INI "
				     "inventory has a [group] before its hosts");
			return false;
		}
		if (!add_line(reading, word))
			return false;
	}
	return true;
}

enum inventory_form {
	FORM_LINES,
	FORM_INI,
	FORM_YAML,
	FORM_JSON,
};

static enum inventory_form form_of(struct slice text)
{
	struct slice line;
	bool is_first = true;
	while (slice_next_line(&text, &line)) {
		line = slice_trim(line);
		if (line.size == 0 || line.data[0] == '#' || line.data[0] == ';')
			continue;
		if (is_first && line.data[0] == '{')
			return FORM_JSON;
		if (is_first && (slice_is(line, "---") || slice_ends_with(line, ":")))
			return FORM_YAML;
		/* "[2001:db8::1]:22" is a host. */
		if (line.data[0] == '[' && slice_find_byte(line, ']') + 1 == line.size)
			return FORM_INI;
		/* Variables behind a host's name: INI without a group. */
		if (slice_find_byte(line, '=') < line.size &&
		    slice_find_byte(line, ' ') < line.size)
			return FORM_INI;
		is_first = false;
	}
	return FORM_LINES;
}

static json_t *read_json(struct inventory_reading *reading, struct slice text)
{
	json_error_t trouble;
	json_t *tree = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &trouble);
	if (!tree)
		error_set_at(reading->error, ERROR_INPUT, reading->name,
			     trouble.line > 0 ? (uint32_t)trouble.line : 0, "not JSON: %s",
			     trouble.text);
	return tree;
}

bool inventory_read(struct slice text, const char *name, struct arena *arena,
		    struct inventory *ret_inventory, struct error *error)
{
	struct inventory_reading reading = {
		.name = name,
		.arena = arena,
		.names = { .arena = arena },
		.error = error,
	};
	enum inventory_form form = form_of(text);
	bool done;
	if (text.size > INVENTORY_BYTES_MAX)
		return error_set_at(error, ERROR_INPUT, name, 0, "too large for an inventory");
	if (form == FORM_LINES) {
		done = read_lines(&reading, text);
	} else {
		json_t *tree = form == FORM_JSON   ? read_json(&reading, text)
			       : form == FORM_YAML ? inventory_yaml(&reading, text)
						   : inventory_ini(&reading, text);
		done = tree && inventory_resolve(&reading, tree);
		json_decref(tree);
	}
	if (done && reading.count == 0)
		done = error_set_at(error, ERROR_INPUT, name, 0, "there is no host in it");
	*ret_inventory = (struct inventory){ .hosts = reading.hosts, .count = reading.count };
	return done;
}
