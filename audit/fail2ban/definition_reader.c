/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/definition_reader.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/option_text.h"

const struct definition_option filter_options[] = {
	{ "usedns", FAIL2BAN_TEXT },       { "prefregex", FAIL2BAN_TEXT },
	{ "ignoreregex", FAIL2BAN_TEXT },  { "failregex", FAIL2BAN_TEXT },
	{ "maxlines", FAIL2BAN_INTEGER },  { "datepattern", FAIL2BAN_TEXT },
	{ "journalmatch", FAIL2BAN_TEXT },
};
const size_t filter_option_count = ARRAY_SIZE(filter_options);

const struct definition_option action_options[] = {
	{ "actionstart", FAIL2BAN_TEXT },   { "actionstart_on_demand", FAIL2BAN_BOOLEAN },
	{ "actionstop", FAIL2BAN_TEXT },    { "actionflush", FAIL2BAN_TEXT },
	{ "actionreload", FAIL2BAN_TEXT },  { "actioncheck", FAIL2BAN_TEXT },
	{ "actionrepair", FAIL2BAN_TEXT },  { "actionrepair_on_unban", FAIL2BAN_BOOLEAN },
	{ "actionban", FAIL2BAN_TEXT },     { "actionprolong", FAIL2BAN_TEXT },
	{ "actionreban", FAIL2BAN_TEXT },   { "actionunban", FAIL2BAN_TEXT },
	{ "norestored", FAIL2BAN_BOOLEAN },
};
const size_t action_option_count = ARRAY_SIZE(action_options);

/* Python's int(): blanks around, a sign, '_' between digits. */
static bool convert_integer(struct arena *arena, struct option_entry *entry)
{
	struct slice text = ini_trim(entry->value);
	char digits[24];
	size_t size = 0;
	int64_t number;
	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '_' && i && i + 1 < text.size &&
		    byte_is_digit((unsigned char)text.data[i - 1]) &&
		    byte_is_digit((unsigned char)text.data[i + 1]))
			continue;
		if (size == sizeof(digits))
			return false;
		digits[size++] = text.data[i];
	}
	if (!slice_to_int64((struct slice){ .data = digits, .size = size }, &number))
		return false;
	BUFFER_AUTO canonical = { 0 };
	buffer_format(&canonical, "%lld", (long long)number);
	entry->value.data = buffer_keep(&canonical, arena);
	entry->value.size = canonical.size;
	entry->type = FAIL2BAN_INTEGER;
	return entry->value.data != NULL;
}

bool option_convert(struct arena *arena, struct option_entry *entry, enum fail2ban_type type)
{
	if (entry->type == FAIL2BAN_NOTHING)
		return true;
	if (type == FAIL2BAN_INTEGER)
		return convert_integer(arena, entry);
	if (type == FAIL2BAN_BOOLEAN && entry->type == FAIL2BAN_TEXT) {
		bool value = slice_is_ignore_case(entry->value, "1") ||
			     slice_is_ignore_case(entry->value, "on") ||
			     slice_is_ignore_case(entry->value, "true") ||
			     slice_is_ignore_case(entry->value, "yes");
		entry->value = value ? SLICE("True") : SLICE("False");
		entry->type = FAIL2BAN_BOOLEAN;
	}
	return true;
}

bool definition_load(struct fail2ban_reading *reading, const char *folder, struct slice name,
		     const struct option_map *given, const struct definition_option *known,
		     size_t known_count, struct definition *ret_definition, bool *ret_missing)
{
	BUFFER_AUTO text = { 0 };
	*ret_missing = false;
	buffer_format(&text, "%s/", folder);
	buffer_append_slice(&text, name);
	const char *path = buffer_keep(&text, reading->arena);
	if (!path) {
		reading->memory_failed = true;
		return false;
	}
	*ret_definition = (struct definition){
		.conf = fail2ban_conf_load(reading, path),
		.known = known,
		.known_count = known_count,
		.name = name,
		.given = *given,
	};
	if (!ret_definition->conf)
		return false;
	*ret_missing = !ret_definition->conf->has_files;
	return !*ret_missing;
}

static bool keep_option(struct definition *definition, struct option_map *map,
			struct option_entry entry)
{
	struct fail2ban_reading *reading = definition->conf->reading;
	if (option_map_set(reading->arena, map, entry))
		return true;
	reading->memory_failed = true;
	return false;
}

/* The options that fail2ban knows, where neither the jail nor the brackets have them. */
static bool get_known(struct definition *definition)
{
	for (size_t i = 0; i < definition->known_count; i++) {
		struct slice name = slice_of(definition->known[i].name);
		struct option_entry entry;
		if (option_map_find(&definition->variables, name))
			continue;
		switch (fail2ban_conf_get(definition->conf, SLICE("Definition"), name,
					  &definition->variables, &entry)) {
		case FAIL2BAN_REFUSED:
			return false;
		case FAIL2BAN_NO_OPTION:
			continue;
		case FAIL2BAN_NO_SECTION:
			entry = (struct option_entry){
				.name = name,
				.value = { .data = "", .size = 0 },
				.type = FAIL2BAN_NOTHING,
			};
			break;
		case FAIL2BAN_FOUND:
			break;
		}
		if (!keep_option(definition, &definition->options, entry))
			return false;
	}
	return true;
}

/* [Init] stands behind what the brackets give, and as "known/..." beside it. */
static bool get_init(struct definition *definition)
{
	struct fail2ban_reading *reading = definition->conf->reading;
	const struct ini_section *init = fail2ban_find_section(definition->conf, SLICE("Init"));
	for (size_t i = 0; init && i < init->options.count; i++) {
		struct slice name = init->options.entries[i].name;
		bool is_known = slice_starts_with(name, "known/");
		struct option_entry entry;
		if (is_known && option_map_find(&definition->given, name))
			continue;
		if (fail2ban_conf_get(definition->conf, SLICE("Init"), name, NULL, &entry) !=
		    FAIL2BAN_FOUND)
			return false;
		if (!is_known) {
			BUFFER_AUTO text = { 0 };
			struct option_entry known = entry;
			buffer_append_string(&text, "known/");
			buffer_append_slice(&text, name);
			known.name.data = buffer_keep(&text, reading->arena);
			known.name.size = text.size;
			if (!known.name.data) {
				reading->memory_failed = true;
				return false;
			}
			if (!keep_option(definition, &definition->given, known))
				return false;
		}
		if (!option_map_find(&definition->given, name) &&
		    !keep_option(definition, &definition->given, entry))
			return false;
	}
	return true;
}

bool definition_get(struct definition *definition, const struct option_map *jail, bool all)
{
	struct fail2ban_reading *reading = definition->conf->reading;
	definition->variables = (struct option_map){ 0 };
	definition->options = (struct option_map){ 0 };
	if (!option_map_update(reading->arena, &definition->variables, jail) ||
	    !option_map_update(reading->arena, &definition->variables, &definition->given)) {
		reading->memory_failed = true;
		return false;
	}
	if (!get_known(definition) || !get_init(definition))
		return false;
	const struct ini_section *section =
		fail2ban_find_section(definition->conf, SLICE("Definition"));
	for (size_t i = 0; all && section && i < section->options.count; i++) {
		struct slice name = section->options.entries[i].name;
		struct option_entry entry;
		if (option_map_find(&definition->options, name))
			continue;
		if (fail2ban_conf_get(definition->conf, SLICE("Definition"), name, NULL, &entry) !=
			    FAIL2BAN_FOUND ||
		    !keep_option(definition, &definition->options, entry))
			return false;
	}
	return true;
}

/* What a <tag> stands for that no option names. */
static bool more_options(void *context, struct slice tag, struct slice *ret_value)
{
	struct definition *definition = context;
	const struct option_entry *known = option_map_find(&definition->cache, tag);
	struct option_entry entry = { .name = tag, .type = FAIL2BAN_NOTHING };
	if (known) {
		entry = *known;
	} else {
		switch (fail2ban_conf_get_reference(definition->conf, SLICE("Definition"), tag,
						    &definition->variables, &entry)) {
		case FAIL2BAN_REFUSED:
			return false;
		case FAIL2BAN_FOUND:
			break;
		case FAIL2BAN_NO_OPTION:
		case FAIL2BAN_NO_SECTION:
			entry = (struct option_entry){ .type = FAIL2BAN_NOTHING };
			break;
		}
		entry.name = tag;
		if (!keep_option(definition, &definition->cache, entry))
			return false;
	}
	if (entry.type != FAIL2BAN_NOTHING)
		*ret_value = entry.value;
	return true;
}

/* IGNORED and the names that come with a condition: "iptables" for "iptables?family=inet6". */
static struct slice *ignored_names(struct definition *definition, const struct option_map *options,
				   const struct slice *ignored, size_t count, size_t *ret_count)
{
	struct slice *names = ARENA_ARRAY(definition->conf->reading->arena,
					  count + options->count + 1, struct slice);
	*ret_count = 0;
	if (!names)
		return NULL;
	for (size_t i = 0; i < count; i++)
		names[(*ret_count)++] = ignored[i];
	for (size_t i = 0; i < options->count; i++) {
		struct slice name = options->entries[i].name;
		size_t at = 0;
		while (at < name.size &&
		       (byte_is_alpha((unsigned char)name.data[at]) ||
			byte_is_digit((unsigned char)name.data[at]) || name.data[at] == '_'))
			at++;
		if (at && at + 1 < name.size && name.data[at] == '?')
			names[(*ret_count)++] = slice_part(name, 0, at);
	}
	return names;
}

bool definition_combine(struct definition *definition, const struct slice *ignored, size_t count,
			struct option_map *ret_options)
{
	struct fail2ban_reading *reading = definition->conf->reading;
	struct option_map combined = { 0 };
	size_t name_count;
	struct slice *names;
	if (!option_map_update(reading->arena, &combined, &definition->options) ||
	    !option_map_update(reading->arena, &combined, &definition->given) ||
	    !(names = ignored_names(definition, &combined, ignored, count, &name_count))) {
		reading->memory_failed = true;
		return false;
	}
	switch (option_text_substitute(reading->arena, &combined, names, name_count, more_options,
				       definition, ret_options)) {
	case OPTION_TEXT_READ:
		break;
	case OPTION_TEXT_WRONG:
		return fail2ban_refuse(reading, ORIGIN_NONE, "%s: a <tag> in it names itself",
				       definition->conf->name);
	case OPTION_TEXT_MEMORY:
		if (!reading->refused)
			reading->memory_failed = true;
		return false;
	}
	for (size_t i = 0; i < definition->known_count; i++) {
		struct option_entry *entry =
			option_map_find(ret_options, slice_of(definition->known[i].name));
		if (entry && !option_convert(reading->arena, entry, definition->known[i].type))
			entry->type = FAIL2BAN_NOTHING;
	}
	return true;
}
