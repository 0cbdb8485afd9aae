/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/jail_reader.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/option_text.h"

struct jail_option {
	const char *name;
	enum fail2ban_type type;
	/* NULL: it is left out where it is not set. */
	const char *fallback;
};

/* Needed to see whether the jail is on, and which filter it has. */
static const struct jail_option first_options[] = {
	{ "enabled", FAIL2BAN_BOOLEAN, "False" },
	{ "backend", FAIL2BAN_TEXT, "auto" },
	{ "filter", FAIL2BAN_TEXT, "" },
};

static const struct jail_option all_options[] = {
	{ "enabled", FAIL2BAN_BOOLEAN, "False" },
	{ "backend", FAIL2BAN_TEXT, "auto" },
	{ "maxretry", FAIL2BAN_INTEGER, NULL },
	{ "maxmatches", FAIL2BAN_INTEGER, NULL },
	{ "findtime", FAIL2BAN_TEXT, NULL },
	{ "bantime", FAIL2BAN_TEXT, NULL },
	{ "bantime.increment", FAIL2BAN_BOOLEAN, NULL },
	{ "bantime.factor", FAIL2BAN_TEXT, NULL },
	{ "bantime.formula", FAIL2BAN_TEXT, NULL },
	{ "bantime.multipliers", FAIL2BAN_TEXT, NULL },
	{ "bantime.maxtime", FAIL2BAN_TEXT, NULL },
	{ "bantime.rndtime", FAIL2BAN_TEXT, NULL },
	{ "bantime.overalljails", FAIL2BAN_BOOLEAN, NULL },
	{ "ignorecommand", FAIL2BAN_TEXT, NULL },
	{ "ignoreself", FAIL2BAN_BOOLEAN, NULL },
	{ "ignoreip", FAIL2BAN_TEXT, NULL },
	{ "ignorecache", FAIL2BAN_TEXT, NULL },
	{ "filter", FAIL2BAN_TEXT, "" },
	{ "logtimezone", FAIL2BAN_TEXT, NULL },
	{ "logencoding", FAIL2BAN_TEXT, NULL },
	{ "logpath", FAIL2BAN_TEXT, NULL },
	{ "action", FAIL2BAN_TEXT, "" },
	{ "usedns", FAIL2BAN_TEXT, NULL },
	{ "prefregex", FAIL2BAN_TEXT, NULL },
	{ "ignoreregex", FAIL2BAN_TEXT, NULL },
	{ "failregex", FAIL2BAN_TEXT, NULL },
	{ "maxlines", FAIL2BAN_INTEGER, NULL },
	{ "datepattern", FAIL2BAN_TEXT, NULL },
	{ "journalmatch", FAIL2BAN_TEXT, NULL },
};

/* Tags of an action that are filled in when it bans, not before. */
static const struct slice action_tags[] = {
	{ "matches", 7 }, { "ipmatches", 9 }, { "ipjailmatches", 13 },
	{ "timeout", 7 }, { "bantime", 7 },
};

static bool no_memory(struct fail2ban_reading *reading)
{
	reading->memory_failed = true;
	return false;
}

/* Leaves the jail out, as fail2ban does. */
static bool skip(struct fail2ban_reading *reading, struct jail_text *jail, const char *why,
		 struct slice what)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, why);
	buffer_append_string(&text, ": ");
	buffer_append_printable(&text, slice_part(what, 0, 100));
	jail->skipped = buffer_keep(&text, reading->arena);
	return jail->skipped ? true : no_memory(reading);
}

static bool get_options(struct fail2ban_conf *jails, struct slice section,
			const struct jail_option *rows, size_t count,
			struct option_map *ret_options)
{
	*ret_options = (struct option_map){ 0 };
	for (size_t i = 0; i < count; i++) {
		struct option_entry entry = { .name = slice_of(rows[i].name) };
		switch (fail2ban_conf_get(jails, section, entry.name, NULL, &entry)) {
		case FAIL2BAN_REFUSED:
			return false;
		case FAIL2BAN_FOUND:
			/* A number that is none counts as not given. */
			if (!option_convert(jails->reading->arena, &entry, rows[i].type))
				entry.type = FAIL2BAN_NOTHING;
			break;
		case FAIL2BAN_NO_OPTION:
		case FAIL2BAN_NO_SECTION:
			if (!rows[i].fallback)
				continue;
			entry.value = slice_of(rows[i].fallback);
			entry.type = rows[i].type;
			break;
		}
		if (!option_map_set(jails->reading->arena, ret_options, entry))
			return no_memory(jails->reading);
	}
	return true;
}

/* The filter's options, for %(known/...)s of the jail. */
static bool add_known(struct fail2ban_conf *jails, struct slice section,
		      const struct option_map *combined)
{
	struct arena *arena = jails->reading->arena;
	struct ini_section *into = fail2ban_find_section(jails, section);
	for (size_t i = 0; into && i < combined->count; i++) {
		struct option_entry entry = combined->entries[i];
		BUFFER_AUTO name = { 0 };
		if (slice_starts_with(entry.name, "known/"))
			continue;
		buffer_append_string(&name, "known/");
		buffer_append_slice(&name, entry.name);
		entry.name.data = buffer_keep(&name, arena);
		entry.name.size = name.size;
		if (!entry.name.data || !option_map_set(arena, &into->options, entry))
			return no_memory(jails->reading);
	}
	return true;
}

/* FilterReader.applyAutoOptions: how lines look depends on where they come from. */
static bool set_log_type(struct definition *filter, struct slice backend)
{
	const struct ini_section *section =
		fail2ban_find_section(filter->conf, SLICE("Definition"));
	struct option_entry entry = {
		.name = SLICE("logtype"),
		.value = slice_starts_with(backend, "systemd") ? SLICE("journal") : SLICE("file"),
	};
	if (option_map_text(&filter->given, "logtype").size ||
	    (section && option_map_find(&section->options, entry.name)))
		return true;
	return option_map_set(filter->conf->reading->arena, &filter->given, entry) ||
	       no_memory(filter->conf->reading);
}

/* The filter as the jail's first options make it; JAIL is skipped where it cannot be. */
static bool read_filter(struct fail2ban_conf *jails, struct jail_text *jail,
			struct definition *filter)
{
	struct fail2ban_reading *reading = jails->reading;
	const struct option_entry *text = option_map_find(&jail->options, SLICE("filter"));
	struct option_map given, combined;
	bool missing;
	if (!text || !text->value.size)
		return true;
	jail->filter_origin = text->origin;
	switch (option_text_parse(reading->arena, text->value, text->origin, &jail->filter_name,
				  &given)) {
	case OPTION_TEXT_READ:
		break;
	case OPTION_TEXT_WRONG:
		return skip(reading, jail, "its filter's options cannot be read", text->value);
	case OPTION_TEXT_MEMORY:
		return no_memory(reading);
	}
	if (!definition_load(reading, "filter.d", jail->filter_name, &given, filter_options,
			     filter_option_count, filter, &missing))
		return missing &&
		       skip(reading, jail, "its filter is not in filter.d", jail->filter_name);
	jail->has_filter = true;
	return set_log_type(filter, option_map_text(&jail->options, "backend")) &&
	       definition_get(filter, &jail->options, true) &&
	       definition_combine(filter, NULL, 0, &combined) &&
	       add_known(jails, jail->name, &combined);
}

/* Gives an action the names that it is told apart by. */
static bool name_action(struct fail2ban_reading *reading, const struct jail_text *jail,
			struct jail_action_text *action)
{
	const struct option_entry *name = option_map_find(&action->given, SLICE("name"));
	const struct option_entry *title = option_map_find(&action->given, SLICE("actname"));
	BUFFER_AUTO text = { 0 };
	struct option_entry entry = { .name = SLICE("name"), .value = jail->name };
	if (name)
		entry.value = name->value;
	else if (!option_map_set(reading->arena, &action->given, entry))
		return no_memory(reading);
	if (title) {
		action->title = title->value;
		return true;
	}
	buffer_append_slice(&text, action->name);
	struct slice called = entry.value;
	if (!slice_equal(called, jail->name)) {
		if (called.size >= jail->name.size &&
		    slice_equal(slice_part(called, 0, jail->name.size), jail->name)) {
			called = slice_from(called, jail->name.size);
		} else {
			buffer_append_byte(&text, '-');
		}
		buffer_append_slice(&text, called);
	}
	action->title.data = buffer_keep(&text, reading->arena);
	action->title.size = text.size;
	entry = (struct option_entry){ .name = SLICE("actname"), .value = action->title };
	return action->title.data && option_map_set(reading->arena, &action->given, entry)
		       ? true
		       : no_memory(reading);
}

static bool read_action(struct fail2ban_conf *jails, struct jail_text *jail, struct slice item,
			struct origin origin, struct definition *ret_definition)
{
	struct fail2ban_reading *reading = jails->reading;
	struct jail_action_text *action = &jail->actions[jail->action_count];
	bool missing;
	*action = (struct jail_action_text){ .origin = origin };
	switch (option_text_parse(reading->arena, item, origin, &action->name, &action->given)) {
	case OPTION_TEXT_READ:
		break;
	case OPTION_TEXT_WRONG:
		return skip(reading, jail, "its action's options cannot be read", item);
	case OPTION_TEXT_MEMORY:
		return no_memory(reading);
	}
	action->is_python = slice_ends_with(action->name, ".py");
	if (action->is_python) {
		const struct option_entry *title =
			option_map_find(&action->given, SLICE("actname"));
		action->title =
			title ? title->value : slice_part(action->name, 0, action->name.size - 3);
		jail->action_count++;
		return true;
	}
	if (!name_action(reading, jail, action))
		return false;
	if (!definition_load(reading, "action.d", action->name, &action->given, action_options,
			     action_option_count, ret_definition, &missing))
		return missing &&
		       skip(reading, jail, "its action is not in action.d", action->name);
	if (!definition_get(ret_definition, &jail->options, false))
		return false;
	jail->action_count++;
	return true;
}

static bool read_actions(struct fail2ban_conf *jails, struct jail_text *jail,
			 struct definition *definitions)
{
	const struct option_entry *text = option_map_find(&jail->options, SLICE("action"));
	struct slice rest = text ? text->value : (struct slice){ .data = "" }, item;
	jail->actions =
		ARENA_ARRAY(jails->reading->arena, JAIL_ACTIONS_MAX, struct jail_action_text);
	if (!jail->actions)
		return no_memory(jails->reading);
	while (text && !jail->skipped && option_text_next(&rest, &item)) {
		if (jail->action_count == JAIL_ACTIONS_MAX)
			return fail2ban_refuse(jails->reading, text->origin,
					       "more than %d actions in one jail: not read",
					       JAIL_ACTIONS_MAX);
		if (!read_action(jails, jail, item, text->origin, &definitions[jail->action_count]))
			return false;
	}
	return true;
}

/* What fail2ban does last: the tags. */
static bool combine(struct fail2ban_conf *jails, struct jail_text *jail, struct definition *filter,
		    struct definition *actions)
{
	(void)jails;
	if (jail->has_filter && !definition_combine(filter, NULL, 0, &jail->filter))
		return false;
	for (size_t i = 0; i < jail->action_count; i++) {
		struct jail_action_text *action = &jail->actions[i];
		if (action->is_python)
			continue;
		if (!definition_combine(&actions[i], action_tags, ARRAY_SIZE(action_tags),
					&action->options))
			return false;
		action->given = actions[i].given;
	}
	return true;
}

bool jail_text_read(struct fail2ban_conf *jails, const struct ini_section *section,
		    struct jail_text *ret_jail)
{
	struct definition filter = { 0 };
	struct definition *actions =
		ARENA_ARRAY(jails->reading->arena, JAIL_ACTIONS_MAX, struct definition);
	*ret_jail = (struct jail_text){ .name = section->name, .origin = section->origin };
	struct jail_text *jail = ret_jail;
	if (!actions)
		return no_memory(jails->reading);
	if (!get_options(jails, jail->name, first_options, ARRAY_SIZE(first_options),
			 &jail->options))
		return false;
	jail->is_enabled = slice_is(option_map_text(&jail->options, "enabled"), "True");
	if (!jail->is_enabled)
		return true;
	if (!read_filter(jails, jail, &filter))
		return false;
	if (jail->skipped)
		return true;
	if (!get_options(jails, jail->name, all_options, ARRAY_SIZE(all_options), &jail->options))
		return false;
	if (jail->has_filter && !definition_get(&filter, &jail->options, false))
		return false;
	if (!read_actions(jails, jail, actions))
		return false;
	return jail->skipped || combine(jails, jail, &filter, actions);
}

bool filter_text_read(struct fail2ban_reading *reading, struct slice filter,
		      struct option_map *ret_options)
{
	struct definition definition;
	struct option_map given;
	const struct option_map none = { 0 };
	struct slice name;
	bool missing;
	switch (option_text_parse(reading->arena, filter, ORIGIN_NONE, &name, &given)) {
	case OPTION_TEXT_READ:
		break;
	case OPTION_TEXT_WRONG:
		return fail2ban_refuse(reading, ORIGIN_NONE, "its options cannot be read");
	case OPTION_TEXT_MEMORY:
		return no_memory(reading);
	}
	if (!definition_load(reading, "filter.d", name, &given, filter_options, filter_option_count,
			     &definition, &missing))
		return missing ? fail2ban_refuse(reading, ORIGIN_NONE, "there is no such filter")
			       : false;
	return set_log_type(&definition, SLICE("auto")) &&
	       definition_get(&definition, &none, false) &&
	       definition_combine(&definition, NULL, 0, ret_options);
}
