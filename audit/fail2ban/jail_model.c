/* SPDX-License-Identifier: Apache-2.0
 *
 * What fail2ban's client reads (jail_reader.h) as its server would have it: numbers, files, what an
 * action does.
 */
#include "audit/fail2ban/jail_model.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/action_effect.h"
#include "audit/fail2ban/jail_reader.h"
#include "audit/fail2ban/option_text.h"

/* Lines of logpath. */
#define LOGS_MAX 64

/* What the server takes where nothing is set (server/failmanager.py, server/actions.py). */
#define DEFAULT_MAX_RETRY 3
#define DEFAULT_FIND_TIME 600
#define DEFAULT_BAN_TIME 600

static struct jail_value value_of(const struct option_map *options, const char *name)
{
	const struct option_entry *entry = option_map_find(options, slice_of(name));
	struct jail_value value = { 0 };
	if (!entry || entry->type == FAIL2BAN_NOTHING)
		return value;
	value.is_set = true;
	value.text = entry->value;
	value.origin = entry->origin;
	return value;
}

static int64_t time_of(const struct jail_value *value, int64_t fallback)
{
	int64_t seconds;
	return value->is_set && jail_time_parse(value->text, &seconds) ? seconds : fallback;
}

static bool is_true(const struct jail_value *value)
{
	return slice_is(value->text, "True");
}

static bool copy_actions(struct arena *arena, const struct jail_text *text, struct jail *jail)
{
	struct jail_action *actions = ARENA_ARRAY(arena, text->action_count, struct jail_action);
	if (!actions)
		return false;
	for (size_t i = 0; i < text->action_count; i++) {
		const struct jail_action_text *from = &text->actions[i];
		actions[i] = (struct jail_action){
			.name = from->name,
			.protocol = option_map_text(&from->options, "protocol"),
			.port = option_map_text(&from->options, "port"),
			.chain = option_map_text(&from->options, "chain"),
			.origin = from->origin,
		};
		if (!action_effect_find(arena, from, &actions[i]))
			return false;
	}
	jail->actions = actions;
	jail->action_count = text->action_count;
	return true;
}

/* "PATH tail": how fail2ban begins to read it. */
static struct slice path_of_line(struct slice line)
{
	size_t blank = slice_find_last_byte(line, ' ');
	return blank < line.size ? slice_part(line, 0, blank) : line;
}

static bool read_logs(const struct loader *loader, const struct option_map *options,
		      struct jail *jail)
{
	struct jail_value text = value_of(options, "logpath");
	struct jail_log *logs = ARENA_ARRAY(loader->arena, LOGS_MAX, struct jail_log);
	struct slice rest = text.text, line;
	if (!logs)
		return false;
	jail->logs = logs;
	while (text.is_set && slice_next_line(&rest, &line) && jail->log_count < LOGS_MAX) {
		line = path_of_line(line);
		if (!line.size)
			continue;
		struct jail_log *log = &logs[jail->log_count++];
		const struct unread *unread;
		*log = (struct jail_log){ .pattern = line, .origin = text.origin };
		char *pattern = slice_to_string(loader->arena, line);
		if (!pattern)
			return false;
		if (loader_glob(loader, pattern, &log->files, &unread) != LOAD_FOUND)
			log->files.count = 0;
	}
	return true;
}

void jail_filter_set(struct jail_filter *filter, const struct option_map *options)
{
	int64_t lines;
	filter->prefix_regex = option_map_text(options, "prefregex");
	filter->fail_regex = option_map_text(options, "failregex");
	filter->ignore_regex = option_map_text(options, "ignoreregex");
	filter->date_pattern = option_map_text(options, "datepattern");
	filter->journal_match = option_map_text(options, "journalmatch");
	filter->use_dns = option_map_text(options, "usedns");
	filter->max_lines =
		slice_to_int64(option_map_text(options, "maxlines"), &lines) && lines > 0 ? lines
											  : 1;
}

static bool copy_filter(struct arena *arena, const struct jail_text *text, struct jail *jail)
{
	struct jail_filter *filter = &jail->filter;
	struct option_map both = { 0 };
	BUFFER_AUTO path = { 0 };
	struct slice given = option_map_text(&text->options, "filter");
	filter->name = text->filter_name.size ? text->filter_name
					      : slice_part(given, 0, slice_find_byte(given, '['));
	filter->origin = text->filter_origin;
	if (!text->has_filter)
		return true;
	buffer_format(&path, "/etc/fail2ban/filter.d/%.*s.conf", SLICE_ARG(filter->name));
	filter->path = buffer_keep(&path, arena);
	/* The jail's own value wins over the filter's. */
	if (!option_map_update(arena, &both, &text->filter) ||
	    !option_map_update(arena, &both, &text->options))
		return false;
	jail_filter_set(filter, &both);
	return filter->path != NULL;
}

static void copy_numbers(const struct option_map *options, struct jail *jail)
{
	struct jail_value increments = value_of(options, "bantime.increment");
	struct jail_value self = value_of(options, "ignoreself");
	int64_t retries;
	jail->ignore_ip = value_of(options, "ignoreip");
	jail->ignore_command = value_of(options, "ignorecommand");
	jail->ignore_self = self;
	jail->ignores_self = !self.is_set || is_true(&self);
	jail->max_retry_text = value_of(options, "maxretry");
	jail->find_time_text = value_of(options, "findtime");
	jail->ban_time_text = value_of(options, "bantime");
	jail->max_retry =
		slice_to_int64(jail->max_retry_text.text, &retries) ? retries : DEFAULT_MAX_RETRY;
	jail->find_time = time_of(&jail->find_time_text, DEFAULT_FIND_TIME);
	jail->ban_time = time_of(&jail->ban_time_text, DEFAULT_BAN_TIME);
	jail->ban_time_increments = is_true(&increments);
	jail->ban_growth = (struct ban_growth){
		.factor = option_map_text(options, "bantime.factor"),
		.formula = option_map_text(options, "bantime.formula"),
		.multipliers = option_map_text(options, "bantime.multipliers"),
		.maxtime = option_map_text(options, "bantime.maxtime"),
	};
}

/* Options that only the section has, for what people read: interpolated where it can be. */
static struct jail_value section_value(struct fail2ban_conf *conf, struct slice section,
				       const char *name)
{
	struct option_entry entry;
	struct jail_value value = { 0 };
	const char *refused = conf->reading->refused;
	if (fail2ban_conf_get(conf, section, slice_of(name), NULL, &entry) == FAIL2BAN_FOUND) {
		value.is_set = true;
		value.text = entry.value;
		value.origin = entry.origin;
	}
	/* fail2ban does not ask for it, so it refuses nothing. */
	conf->reading->refused = refused;
	return value;
}

static bool build_jail(struct fail2ban_conf *conf, const struct ini_section *section,
		       struct jail *jail)
{
	const struct loader *loader = conf->reading->loader;
	struct jail_text *text = ARENA_NEW(loader->arena, struct jail_text);
	jail->name = section->name;
	jail->origin = section->origin;
	if (!text)
		return false;
	bool good = jail_text_read(conf, section, text);
	struct jail_value enabled = value_of(&text->options, "enabled");
	jail->is_enabled = text->is_enabled;
	jail->enabled_origin = enabled.origin.source ? enabled.origin : jail->origin;
	if (conf->reading->memory_failed)
		return false;
	if (!good)
		return true;
	jail->refused = text->skipped;
	jail->backend = value_of(&text->options, "backend");
	jail->port = section_value(conf, section->name, "port");
	jail->protocol = section_value(conf, section->name, "protocol");
	jail->ban_action = section_value(conf, section->name, "banaction");
	jail->text = text;
	copy_numbers(&text->options, jail);
	if (!text->is_enabled) {
		struct option_map options = { 0 };
		struct jail_value path = section_value(conf, section->name, "logpath");
		struct option_entry entry = { .name = SLICE("logpath"),
					      .value = path.text,
					      .origin = path.origin };
		return copy_filter(loader->arena, text, jail) &&
		       (!path.is_set || option_map_set(loader->arena, &options, entry)) &&
		       read_logs(loader, &options, jail);
	}
	return read_logs(loader, &text->options, jail) && copy_filter(loader->arena, text, jail) &&
	       copy_actions(loader->arena, text, jail);
}

/* "1:1.0.2-2" to "1.0.2": the package's epoch and revision are not fail2ban's. */
static struct slice upstream_version(struct slice version)
{
	size_t colon = slice_find_byte(version, ':');
	if (colon < version.size)
		version = slice_from(version, colon + 1);
	return slice_part(version, 0, slice_find_byte(version, '-'));
}

/* fail2ban does not start where an enabled jail that reads files has none. */
static void refuse_without_logs(struct fail2ban_reading *reading, const struct jail *jail)
{
	bool has_path = jail->text && option_map_find(&jail->text->options, SLICE("logpath"));
	if (!jail->is_enabled || jail->refused || !has_path ||
	    slice_starts_with(jail->backend.text, "systemd"))
		return;
	for (size_t i = 0; i < jail->log_count; i++)
		if (jail->logs[i].files.count)
			return;
	(void)fail2ban_refuse(reading, jail->log_count ? jail->logs[0].origin : jail->origin,
			      "jail %.*s is enabled and there is no log file for it",
			      SLICE_ARG(jail->name));
}

/* 0.8 only said that a file is missing. Not known counts as such, too. */
static bool starts_without_logs(struct slice version)
{
	return !version.size || slice_starts_with(version, "0.8");
}

static bool load_jails(struct fail2ban_conf *conf, struct slice version, struct jail_model *model)
{
	struct fail2ban_reading *reading = conf->reading;
	struct jail *jails = ARENA_ARRAY(reading->arena, conf->count + 1, struct jail);
	/* Reading adds no sections, but options to them. */
	if (!jails)
		return false;
	for (size_t i = 0; i < conf->count; i++) {
		const struct ini_section *section = &conf->sections[i];
		if (slice_is(section->name, "INCLUDES") ||
		    slice_starts_with(section->name, "KNOWN/"))
			continue;
		if (!build_jail(conf, section, &jails[model->count++]))
			return false;
	}
	for (size_t i = 0; i < model->count && !starts_without_logs(version); i++)
		refuse_without_logs(reading, &jails[i]);
	for (size_t i = 0; i < model->count && reading->refused; i++)
		if (!jails[i].refused)
			jails[i].refused = "fail2ban does not start with this configuration";
	model->jails = jails;
	model->refused = reading->refused;
	model->refused_at = reading->refused_at;
	return !reading->memory_failed;
}

static bool load_daemon(struct fail2ban_reading *reading, struct jail_model *model)
{
	struct fail2ban_conf *conf = fail2ban_conf_load(reading, "fail2ban");
	if (reading->memory_failed)
		return false;
	if (!conf)
		return true;
	model->log_target = section_value(conf, SLICE("Definition"), "logtarget");
	model->database = section_value(conf, SLICE("Definition"), "dbfile");
	return !reading->memory_failed;
}

bool fail2ban_read_jails(struct fail2ban_reading *reading, struct slice version,
			 struct fail2ban_conf **ret_conf)
{
	struct fail2ban_conf *conf = fail2ban_conf_load(reading, "jail");
	struct option_entry constants[] = {
		{ .name = SLICE("fail2ban_version"), .value = upstream_version(version) },
		{ .name = SLICE("fail2ban_confpath"), .value = slice_of(reading->directory) },
	};
	*ret_conf = conf;
	for (size_t i = 0; i < ARRAY_SIZE(constants) && conf; i++)
		if (!option_map_set(reading->arena, &conf->defaults, constants[i]))
			reading->memory_failed = true;
	return conf && !reading->memory_failed;
}

struct jail_model *jail_model_load(const struct loader *loader, struct slice version)
{
	static const struct {
		const char *path;
		const char *name;
	} guards[] = {
		{ "/etc/crowdsec/config.yaml", "crowdsec" },
		{ "/etc/sshguard/sshguard.conf", "sshguard" },
		{ "/etc/sshguard.conf", "sshguard" },
		{ "/usr/local/bin/apiban/config.json", "APIBAN" },
		{ "/etc/apiban/config.json", "APIBAN" },
		{ "/var/www/html/admin/modules/firewall/module.xml", "FreePBX's firewall" },
	};
	struct jail_model *model = ARENA_NEW(loader->arena, struct jail_model);
	struct file_status status;
	if (!model)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(guards) && !model->other_guard.size; i++) {
		const struct unread *unread;
		if (loader_status(loader, guards[i].path, false, &status, &unread) == LOAD_FOUND)
			model->other_guard = slice_of(guards[i].name);
	}
	switch (loader_status(loader, "/etc/fail2ban", false, &status, &model->unread)) {
	case LOAD_ABSENT:
		model->state = FACT_ABSENT;
		return model;
	case LOAD_UNREADABLE:
		model->state = FACT_UNREADABLE;
		return model;
	case LOAD_FOUND:
		break;
	}
	struct fail2ban_reading reading = {
		.loader = loader,
		.arena = loader->arena,
		.directory = "/etc/fail2ban",
	};
	struct fail2ban_conf *conf;
	if (fail2ban_read_jails(&reading, version, &conf)) {
		if (!load_jails(conf, upstream_version(version), model) ||
		    !load_daemon(&reading, model))
			return NULL;
	} else if (reading.memory_failed) {
		return NULL;
	}
	model->state =
		reading.unread && !(conf && conf->has_files) ? FACT_UNREADABLE : FACT_PRESENT;
	model->unread = reading.unread;
	model->refused = reading.refused;
	model->refused_at = reading.refused_at;
	model->is_incomplete = reading.unread != NULL;
	model->diagnostics = reading.diagnostics;
	return model;
}

const struct jail *jail_find(const struct jail_model *model, const char *name)
{
	for (size_t i = 0; i < model->count; i++)
		if (slice_is(model->jails[i].name, name))
			return &model->jails[i];
	return NULL;
}
