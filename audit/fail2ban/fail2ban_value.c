/* SPDX-License-Identifier: Apache-2.0
 *
 * Values as they are got out of a merged configuration: interpolated.
 */
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/fail2ban_conf.h"

/* configparser.MAX_INTERPOLATION_DEPTH */
#define INTERPOLATION_DEPTH_MAX 10

struct interpolation {
	struct fail2ban_conf *conf;
	/* Of the section: for %(__name__)s and %(known/option)s. */
	struct slice section_name;
	const struct ini_section *section;
	const struct option_map *variables;
	/* Of the value that is asked for. */
	struct slice option;
	struct origin origin;
	struct buffer *out;
};

static const struct option_entry *set_option(const struct option_map *map, struct slice name)
{
	const struct option_entry *entry = map ? option_map_find(map, name) : NULL;
	return entry && entry->type != FAIL2BAN_NOTHING ? entry : NULL;
}

/* Is TEXT of letters, digits, '_' and '-'? */
static bool is_section_word(struct slice text)
{
	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (!byte_is_alpha(byte) && !byte_is_digit(byte) && byte != '_' && byte != '-')
			return false;
	}
	return text.size != 0;
}

static struct ini_section *known_section(const struct fail2ban_conf *conf, struct slice name)
{
	for (size_t i = 0; i < conf->count; i++) {
		struct slice found = conf->sections[i].name;
		if (slice_starts_with(found, "KNOWN/") && slice_equal(slice_from(found, 6), name))
			return &conf->sections[i];
	}
	return NULL;
}

/* "section/option" where no option has this very name. An absent section is no error here. */
static const struct option_entry *find_reference(const struct interpolation *inner,
						 struct slice reference)
{
	const struct fail2ban_conf *conf = inner->conf;
	size_t slash = slice_find_byte(reference, '/');
	struct slice section = slice_part(reference, 0, slash);
	struct slice option = slice_from(reference, slash + 1);
	const struct ini_section *found;
	if (slash == reference.size || !option.size || !is_section_word(section))
		return NULL;
	if (slice_is_ignore_case(section, "default"))
		return option_map_find(&conf->defaults, option);
	if (slice_is_ignore_case(section, "known")) {
		found = known_section(conf, inner->section_name);
	} else {
		found = fail2ban_find_section(conf, section);
		if (!found)
			return NULL;
	}
	const struct option_entry *entry = found ? option_map_find(&found->options, option) : NULL;
	return entry ? entry : option_map_find(&conf->defaults, option);
}

static const struct option_entry *find_name(const struct interpolation *inner, struct slice name)
{
	const struct option_entry *entry = set_option(inner->variables, name);
	if (!entry && inner->section)
		entry = set_option(&inner->section->options, name);
	if (!entry)
		entry = set_option(&inner->conf->defaults, name);
	return entry ? entry : find_reference(inner, name);
}

static bool refuse_value(struct interpolation *inner, const char *why, struct slice what)
{
	return fail2ban_refuse(inner->conf->reading, inner->origin, "%s in [%.*s] %.*s: %.*s", why,
			       SLICE_ARG(inner->section_name), SLICE_ARG(inner->option),
			       SLICE_ARG(slice_part(what, 0, 80)));
}

static bool interpolate(struct interpolation *inner, struct slice rest, unsigned int depth)
{
	if (depth > INTERPOLATION_DEPTH_MAX)
		return refuse_value(inner, "interpolation is too deep", rest);
	while (rest.size) {
		size_t percent = slice_find_byte(rest, '%');
		buffer_append_slice(inner->out, slice_part(rest, 0, percent));
		rest = slice_from(rest, percent);
		if (!rest.size)
			break;
		if (slice_starts_with(rest, "%%")) {
			buffer_append_byte(inner->out, '%');
			rest = slice_from(rest, 2);
			continue;
		}
		size_t close = slice_find_byte(rest, ')');
		if (!slice_starts_with(rest, "%(") || close < 3 || close + 1 >= rest.size ||
		    rest.data[close + 1] != 's')
			return refuse_value(inner, "bad interpolation", rest);
		struct slice written = slice_part(rest, 2, close - 2);
		rest = slice_from(rest, close + 2);
		char *lower = slice_to_string(inner->conf->reading->arena, written);
		if (!lower) {
			inner->conf->reading->memory_failed = true;
			return false;
		}
		struct slice name = { .data = lower, .size = written.size };
		for (size_t i = 0; i < name.size; i++)
			lower[i] = (char)byte_to_lower((unsigned char)lower[i]);
		if (slice_is(name, "__name__")) {
			buffer_append_slice(inner->out, inner->section_name);
			continue;
		}
		const struct option_entry *entry = find_name(inner, name);
		if (!entry)
			return refuse_value(inner, "a name is not defined", written);
		if (slice_find_byte(entry->value, '%') < entry->value.size) {
			if (!interpolate(inner, entry->value, depth + 1))
				return false;
		} else {
			buffer_append_slice(inner->out, entry->value);
		}
		if (inner->out->size > INI_VALUE_BYTES_MAX)
			return refuse_value(inner, "a value is longer than is read", written);
	}
	return true;
}

enum fail2ban_get fail2ban_conf_get(struct fail2ban_conf *conf, struct slice section,
				    struct slice option, const struct option_map *variables,
				    struct option_entry *ret_entry)
{
	BUFFER_AUTO out = { 0 };
	struct interpolation inner = {
		.conf = conf,
		.section_name = section,
		.section = fail2ban_find_section(conf, section),
		.variables = variables,
		.option = option,
		.out = &out,
	};
	if (!inner.section && !slice_is(section, "DEFAULT"))
		return FAIL2BAN_NO_SECTION;
	const struct option_entry *entry = set_option(variables, option);
	if (!entry && inner.section)
		entry = set_option(&inner.section->options, option);
	if (!entry)
		entry = set_option(&conf->defaults, option);
	if (!entry)
		return FAIL2BAN_NO_OPTION;
	inner.origin = entry->origin;
	if (!interpolate(&inner, entry->value, 1))
		return FAIL2BAN_REFUSED;
	*ret_entry = *entry;
	ret_entry->name = option;
	ret_entry->type = FAIL2BAN_TEXT;
	ret_entry->value.data = buffer_keep(&out, conf->reading->arena);
	ret_entry->value.size = out.size;
	if (ret_entry->value.data)
		return FAIL2BAN_FOUND;
	conf->reading->memory_failed = true;
	return FAIL2BAN_REFUSED;
}

/* Has TEXT neither white space nor '>'? */
static bool is_option_reference(struct slice text)
{
	for (size_t i = 0; i < text.size; i++)
		if (ini_is_space((unsigned char)text.data[i]) || text.data[i] == '>')
			return false;
	return text.size != 0;
}

enum fail2ban_get fail2ban_conf_get_reference(struct fail2ban_conf *conf, struct slice section,
					      struct slice option,
					      const struct option_map *variables,
					      struct option_entry *ret_entry)
{
	size_t slash = slice_find_byte(option, '/');
	struct slice from = slice_part(option, 0, slash), name = slice_from(option, slash + 1);
	struct slice places[2] = { from, section };
	size_t count = 1;
	if (slash < option.size && is_section_word(from) && is_option_reference(name)) {
		char *lower = slice_to_string(conf->reading->arena, name);
		if (!lower) {
			conf->reading->memory_failed = true;
			return FAIL2BAN_REFUSED;
		}
		for (size_t i = 0; i < name.size; i++)
			lower[i] = (char)byte_to_lower((unsigned char)lower[i]);
		name.data = lower;
		if (slice_is_ignore_case(from, "default")) {
			places[0] = SLICE("DEFAULT");
		} else if (slice_is_ignore_case(from, "known")) {
			const struct ini_section *known = known_section(conf, section);
			places[0] = known ? known->name : SLICE("KNOWN/");
			count = 2;
		}
		for (size_t i = 0; i < count; i++) {
			enum fail2ban_get got =
				fail2ban_conf_get(conf, places[i], name, NULL, ret_entry);
			if (got == FAIL2BAN_FOUND || got == FAIL2BAN_REFUSED)
				return got;
		}
	}
	char *lower = slice_to_string(conf->reading->arena, option);
	if (!lower) {
		conf->reading->memory_failed = true;
		return FAIL2BAN_REFUSED;
	}
	for (size_t i = 0; i < option.size; i++)
		lower[i] = (char)byte_to_lower((unsigned char)lower[i]);
	return fail2ban_conf_get(conf, section,
				 (struct slice){ .data = lower, .size = option.size }, variables,
				 ret_entry);
}
