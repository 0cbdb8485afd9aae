/* SPDX-License-Identifier: Apache-2.0
 *
 * Sections to jails, as client/jailreader.py makes them.
 */
#include "audit/fail2ban/jail_model.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/fail2ban_conf.h"

#define ACTIONS_MAX 32
#define LOGS_MAX 64

struct build {
	const struct loader *loader;
	const struct fail2ban_conf *conf;
	const struct fail2ban_section *section;
	struct jail *jail;
	bool memory_failed;
};

/* config/jail.conf's own defaults are in jail.conf; these are those of the server
 * (server/failmanager.py, server/actions.py). */
#define DEFAULT_MAX_RETRY 3
#define DEFAULT_FIND_TIME 600
#define DEFAULT_BAN_TIME 600

bool jail_time_parse(struct slice text, int64_t *ret_seconds)
{
	/* server/mytime.py, str2seconds: numbers with units, added. */
	static const struct {
		const char *unit;
		int64_t seconds;
	} units[] = {
		{ "s", 1 },
		{ "sec", 1 },
		{ "secs", 1 },
		{ "ss", 1 },
		{ "second", 1 },
		{ "seconds", 1 },
		{ "m", 60 },
		{ "mi", 60 },
		{ "min", 60 },
		{ "mins", 60 },
		{ "mm", 60 },
		{ "minute", 60 },
		{ "minutes", 60 },
		{ "h", 3600 },
		{ "ho", 3600 },
		{ "hh", 3600 },
		{ "hour", 3600 },
		{ "hours", 3600 },
		{ "d", 86400 },
		{ "da", 86400 },
		{ "dd", 86400 },
		{ "day", 86400 },
		{ "days", 86400 },
		{ "w", 604800 },
		{ "we", 604800 },
		{ "ww", 604800 },
		{ "week", 604800 },
		{ "weeks", 604800 },
		{ "mo", 2629746 },
		{ "month", 2629746 },
		{ "months", 2629746 },
		{ "y", 31556952 },
		{ "ye", 31556952 },
		{ "year", 31556952 },
		{ "years", 31556952 },
	};
	int64_t total = 0;
	text = slice_trim(text);
	if (!text.size)
		return false;
	if (slice_to_int64(text, ret_seconds))
		return true;
	while (text.size) {
		size_t digits = 0;
		uint64_t number;
		while (digits < text.size && byte_is_digit((unsigned char)text.data[digits]))
			digits++;
		if (!slice_to_uint64(slice_part(text, 0, digits), &number) || number > 1000000000)
			return false;
		text = slice_trim_left(slice_from(text, digits));
		size_t letters = 0;
		while (letters < text.size && byte_is_alpha((unsigned char)text.data[letters]))
			letters++;
		int64_t factor = letters ? 0 : 1;
		for (size_t i = 0; i < ARRAY_SIZE(units) && letters; i++)
			if (slice_is_ignore_case(slice_part(text, 0, letters), units[i].unit))
				factor = units[i].seconds;
		if (!factor)
			return false;
		total += (int64_t)number * factor;
		text = slice_trim_left(slice_from(text, letters));
	}
	*ret_seconds = total;
	return true;
}

/* helpers.py, _as_bool */
static bool is_true(struct slice text)
{
	return slice_is_ignore_case(text, "1") || slice_is_ignore_case(text, "on") ||
	       slice_is_ignore_case(text, "true") || slice_is_ignore_case(text, "yes");
}

static struct slice keep(struct build *build, struct slice text)
{
	char *copy = slice_to_string(build->loader->arena, text);
	if (!copy)
		build->memory_failed = true;
	return (struct slice){ .data = copy ? copy : "", .size = copy ? text.size : 0 };
}

static struct jail_value value_of(struct build *build, const struct fail2ban_conf *conf,
				  const struct fail2ban_section *section, const char *name)
{
	struct jail_value value = { 0 };
	const struct fail2ban_option *option = fail2ban_find_option(conf, section, slice_of(name));
	BUFFER_AUTO text = { 0 };
	if (!option)
		return value;
	if (!fail2ban_interpolate(conf, section, option->value, &text)) {
		if (build->jail && !build->jail->refused)
			build->jail->refused =
				"a %(name)s in its options is not defined, so fail2ban skips it";
		return value;
	}
	value.is_set = true;
	value.text = keep(build, buffer_slice(&text));
	value.origin = option->origin;
	return value;
}

static struct jail_value jail_option(struct build *build, const char *name)
{
	return value_of(build, build->conf, build->section, name);
}

static int64_t time_of(const struct jail_value *value, int64_t fallback)
{
	int64_t seconds;
	return value->is_set && jail_time_parse(value->text, &seconds) ? seconds : fallback;
}

/* Takes `name=value` off the inside of [...]; values may be quoted. */
static bool next_parameter(struct slice *rest, struct slice *ret_name, struct slice *ret_value)
{
	while (rest->size && (rest->data[0] == ',' || byte_is_space((unsigned char)rest->data[0])))
		*rest = slice_from(*rest, 1);
	size_t equals = slice_find_byte(*rest, '=');
	if (equals == rest->size)
		return false;
	*ret_name = slice_trim(slice_part(*rest, 0, equals));
	*rest = slice_trim_left(slice_from(*rest, equals + 1));
	if (rest->size && (rest->data[0] == '"' || rest->data[0] == '\'')) {
		char quote = rest->data[0];
		*rest = slice_from(*rest, 1);
		size_t end = slice_find_byte(*rest, quote);
		*ret_value = slice_part(*rest, 0, end);
		*rest = slice_from(*rest, end + 1);
		return true;
	}
	size_t end = slice_find_byte(*rest, ',');
	*ret_value = slice_trim(slice_part(*rest, 0, end));
	*rest = slice_from(*rest, end);
	return true;
}

/* The index of the ']' that ends the '[' at the start of TEXT, quotes respected. */
static size_t bracket_end(struct slice text)
{
	char quote = 0;
	for (size_t i = 1; i < text.size; i++) {
		if (quote)
			quote = text.data[i] == quote ? 0 : quote;
		else if (text.data[i] == '"' || text.data[i] == '\'')
			quote = text.data[i];
		else if (text.data[i] == ']')
			return i;
	}
	return text.size;
}

struct action_kind {
	const char *prefix;
	const char *tool;
	bool is_all_ports;
	bool is_all_protocols;
};

/* action.d of fail2ban 0.8 to 1.1: what drops packets, and how widely. A longer name first. */
static const struct action_kind action_kinds[] = {
	{ "iptables-ipset-proto6-allports", "iptables", true, true },
	{ "iptables-ipset-proto4", "iptables", false, false },
	{ "iptables-allports", "iptables", true, false },
	{ "iptables-xt_recent-echo", "iptables", true, true },
	{ "iptables", "iptables", false, false },
	{ "nftables-allports", "nft", true, false },
	{ "nftables", "nft", false, false },
	{ "firewallcmd-allports", "firewall-cmd", true, true },
	{ "firewallcmd", "firewall-cmd", false, false },
	{ "shorewall", "shorewall", true, true },
	{ "ufw", "ufw", true, true },
	{ "route", "ip", true, true },
	{ "npf", "npfctl", true, true },
	{ "pf", "pfctl", false, false },
	{ "ipfw", "ipfw", false, false },
};

static void classify(struct jail_action *action, bool type_is_all_ports)
{
	for (size_t i = 0; i < ARRAY_SIZE(action_kinds); i++) {
		const struct action_kind *kind = &action_kinds[i];
		if (!slice_starts_with(action->name, kind->prefix))
			continue;
		action->is_firewall = true;
		action->tool = slice_of(kind->tool);
		action->is_all_ports = kind->is_all_ports || type_is_all_ports;
		action->is_all_protocols =
			kind->is_all_protocols || slice_is(action->protocol, "all");
		return;
	}
}

static void add_action(struct build *build, struct jail_action *actions, struct slice name,
		       struct slice parameters, struct origin origin)
{
	struct jail *jail = build->jail;
	if (jail->action_count == ACTIONS_MAX)
		return;
	struct jail_action *action = &actions[jail->action_count++];
	*action = (struct jail_action){ .name = name, .origin = origin };
	bool type_is_all_ports = false;
	struct slice key, value;
	while (parameters.size) {
		size_t end = bracket_end(parameters);
		struct slice inside = slice_part(parameters, 1, end - 1);
		while (next_parameter(&inside, &key, &value)) {
			if (slice_is(key, "protocol"))
				action->protocol = value;
			else if (slice_is(key, "port"))
				action->port = value;
			else if (slice_is(key, "chain"))
				action->chain = value;
			else if (slice_is(key, "type"))
				type_is_all_ports = slice_is(value, "allports");
		}
		parameters = slice_from(parameters, end + 1);
	}
	/* [Init] of the actions: protocol = tcp. */
	if (!action->protocol.size)
		action->protocol = SLICE("tcp");
	classify(action, type_is_all_ports);
	struct file_status status;
	const struct unread *unread;
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "/etc/fail2ban/action.d/%.*s.conf", SLICE_ARG(name));
	action->is_missing = !slice_ends_with(name, ".py") &&
			     loader_status(build->loader, buffer_string(&path), false, &status,
					   &unread) == LOAD_ABSENT;
	if (action->is_missing && !jail->refused)
		jail->refused = "its action is not in action.d, so fail2ban skips it";
}

/* helpers.py, splitWithOptions: names with any number of [...] behind them, between blanks. */
static void read_actions(struct build *build)
{
	struct jail_value text = jail_option(build, "action");
	struct jail_action *actions =
		ARENA_ARRAY(build->loader->arena, ACTIONS_MAX, struct jail_action);
	struct slice rest = text.text;
	if (!actions) {
		build->memory_failed = true;
		return;
	}
	build->jail->actions = actions;
	while ((rest = slice_trim_left(rest)).size) {
		size_t end = 0;
		while (end < rest.size && rest.data[end] != '[' &&
		       !byte_is_space((unsigned char)rest.data[end]))
			end++;
		struct slice name = slice_part(rest, 0, end);
		rest = slice_from(rest, end);
		struct slice parameters = { .data = rest.data, .size = 0 };
		while (rest.size && rest.data[0] == '[') {
			size_t close = bracket_end(rest) + 1;
			if (close > rest.size)
				close = rest.size;
			parameters.size += close;
			rest = slice_from(rest, close);
		}
		if (name.size)
			add_action(build, actions, name, parameters, text.origin);
	}
}

static void read_logs(struct build *build)
{
	struct jail_value text = jail_option(build, "logpath");
	struct jail_log *logs = ARENA_ARRAY(build->loader->arena, LOGS_MAX, struct jail_log);
	struct slice rest = text.text, line;
	if (!logs) {
		build->memory_failed = true;
		return;
	}
	build->jail->logs = logs;
	while (text.is_set && slice_next_line(&rest, &line) && build->jail->log_count < LOGS_MAX) {
		line = slice_trim(line);
		/* "PATH tail" */
		if (slice_ends_with(line, " tail") || slice_ends_with(line, " head"))
			line = slice_trim(slice_part(line, 0, line.size - 5));
		if (!line.size)
			continue;
		struct jail_log *log = &logs[build->jail->log_count++];
		const struct unread *unread;
		*log = (struct jail_log){ .pattern = line, .origin = text.origin };
		char *pattern = slice_to_string(build->loader->arena, line);
		if (!pattern)
			build->memory_failed = true;
		else if (loader_glob(build->loader, pattern, &log->files, &unread) != LOAD_FOUND)
			log->files.count = 0;
	}
}

static void read_filter(struct build *build)
{
	struct jail_value text = jail_option(build, "filter");
	struct jail *jail = build->jail;
	struct jail_filter *filter = &jail->filter;
	if (!text.is_set)
		return;
	filter->name = slice_trim(slice_part(text.text, 0, slice_find_byte(text.text, '[')));
	filter->origin = text.origin;
	if (!filter->name.size || !jail->is_enabled)
		return;
	BUFFER_AUTO base = { 0 };
	buffer_format(&base, "/etc/fail2ban/filter.d/%.*s", SLICE_ARG(filter->name));
	const char *copy = arena_copy(build->loader->arena, base.data, base.size);
	const struct fail2ban_conf *conf = copy ? fail2ban_conf_load(build->loader, copy) : NULL;
	if (!conf) {
		build->memory_failed = true;
		return;
	}
	filter->is_missing = conf->file_count == 0 && !conf->unread;
	if (filter->is_missing && !jail->refused)
		jail->refused = "its filter is not in filter.d, so fail2ban skips it";
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "%s.conf", copy);
	filter->path = arena_copy(build->loader->arena, path.data, path.size);
	const struct fail2ban_section *section = fail2ban_find_section(conf, SLICE("Definition"));
	if (!section)
		return;
	/* A name that the filter's own options do not define is the filter's business. */
	struct build filter_build = { .loader = build->loader };
	filter->fail_regex = value_of(&filter_build, conf, section, "failregex").text;
	filter->prefix_regex = value_of(&filter_build, conf, section, "prefregex").text;
	filter->ignore_regex = value_of(&filter_build, conf, section, "ignoreregex").text;
	filter->date_pattern = value_of(&filter_build, conf, section, "datepattern").text;
	filter->journal_match = value_of(&filter_build, conf, section, "journalmatch").text;
	build->memory_failed |= filter_build.memory_failed;
}

static void build_jail(struct build *build)
{
	struct jail *jail = build->jail;
	struct jail_value enabled = jail_option(build, "enabled");
	jail->name = build->section->name;
	jail->origin = build->section->origin;
	jail->is_enabled = enabled.is_set && is_true(enabled.text);
	jail->enabled_origin = enabled.is_set ? enabled.origin : jail->origin;
	jail->backend = jail_option(build, "backend");
	jail->port = jail_option(build, "port");
	jail->protocol = jail_option(build, "protocol");
	jail->ban_action = jail_option(build, "banaction");
	jail->ignore_ip = jail_option(build, "ignoreip");
	jail->ignore_command = jail_option(build, "ignorecommand");
	jail->ignore_self = jail_option(build, "ignoreself");
	jail->max_retry_text = jail_option(build, "maxretry");
	jail->find_time_text = jail_option(build, "findtime");
	jail->ban_time_text = jail_option(build, "bantime");
	jail->max_retry = time_of(&jail->max_retry_text, DEFAULT_MAX_RETRY);
	jail->find_time = time_of(&jail->find_time_text, DEFAULT_FIND_TIME);
	jail->ban_time = time_of(&jail->ban_time_text, DEFAULT_BAN_TIME);
	struct jail_value increments = jail_option(build, "bantime.increment");
	jail->ban_time_increments = increments.is_set && is_true(increments.text);
	read_logs(build);
	read_filter(build);
	/* Actions of a jail that is off are never looked at by fail2ban. */
	if (jail->is_enabled)
		read_actions(build);
}

static bool load_jails(const struct loader *loader, const struct fail2ban_conf *conf,
		       struct jail_model *model)
{
	struct jail *jails = ARENA_ARRAY(loader->arena, conf->count, struct jail);
	if (!jails)
		return false;
	for (size_t i = 1; i < conf->count; i++) {
		const struct fail2ban_section *section = &conf->sections[i];
		if (slice_is(section->name, "INCLUDES") || slice_is(section->name, "Definition"))
			continue;
		struct build build = {
			.loader = loader,
			.conf = conf,
			.section = section,
			.jail = &jails[model->count++],
		};
		build_jail(&build);
		if (build.memory_failed)
			return false;
	}
	model->jails = jails;
	return true;
}

static bool load_daemon(const struct loader *loader, struct jail_model *model)
{
	const struct fail2ban_conf *conf = fail2ban_conf_load(loader, "/etc/fail2ban/fail2ban");
	if (!conf)
		return false;
	struct build build = { .loader = loader };
	const struct fail2ban_section *section = fail2ban_find_section(conf, SLICE("Definition"));
	model->log_target = value_of(&build, conf, section, "logtarget");
	model->database = value_of(&build, conf, section, "dbfile");
	return !build.memory_failed;
}

struct jail_model *jail_model_load(const struct loader *loader, struct slice version UNUSED)
{
	static const struct {
		const char *path;
		const char *name;
	} guards[] = {
		{ "/etc/crowdsec/config.yaml", "crowdsec" },
		{ "/etc/sshguard/sshguard.conf", "sshguard" },
		{ "/etc/sshguard.conf", "sshguard" },
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
	const struct fail2ban_conf *conf = fail2ban_conf_load(loader, "/etc/fail2ban/jail");
	if (!conf || !load_jails(loader, conf, model) || !load_daemon(loader, model))
		return NULL;
	model->state = conf->file_count || !conf->unread ? FACT_PRESENT : FACT_UNREADABLE;
	model->unread = conf->unread;
	model->is_incomplete = conf->unread || conf->diagnostics.count;
	model->diagnostics = conf->diagnostics;
	return model;
}

const struct jail *jail_find(const struct jail_model *model, const char *name)
{
	for (size_t i = 0; i < model->count; i++)
		if (slice_is(model->jails[i].name, name))
			return &model->jails[i];
	return NULL;
}
