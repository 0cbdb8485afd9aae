/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/system_remedy.h"

#include "audit/base/buffer.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "checks/remedy.h"

/* Ours, in the order of catalogue procedure P-SYS; the other sorts behind every usual name. */
#define SYSCTL_FILE "/etc/sysctl.d/60-ringfence.conf"
#define SYSCTL_LAST_FILE "/etc/sysctl.d/zz-ringfence.conf"
#define SYSCTL_OLD_FILE "/etc/sysctl.conf"

static bool is_plain(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned char byte = (unsigned char)*text;
		if (!byte_is_alpha(byte) && !byte_is_digit(byte) && !strchr("._/-", byte))
			return false;
	}
	return true;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* The file whose line counts: one behind the file that sets KEY today. */
static const char *sysctl_file(const struct model *model, const struct system_sysctl *item)
{
	if (model->host->family == SYSTEM_REDHAT && !model->host->has_systemd)
		return SYSCTL_OLD_FILE;
	const char *now = item && item->persistent.state == FACT_PRESENT
				  ? origin_path(item->persistent.origin)
				  : "";
	if (strcmp(base_name(now), base_name(SYSCTL_FILE)) <= 0)
		return SYSCTL_FILE;
	return SYSCTL_LAST_FILE;
}

/* Files that are read behind all of sysctl.d: their own line has to go. */
static bool is_read_last(const char *path)
{
	return strcmp(path, "/etc/ufw/sysctl.conf") == 0 || strcmp(path, SYSCTL_OLD_FILE) == 0;
}

static void silence_line(struct remedy *remedy, struct origin origin)
{
	const char *path = remedy_quote(remedy, slice_of(origin_path(origin)));
	remedy_command(remedy, "cp -a %s %s.rf-bak", path, path);
	remedy_command(remedy, "sed -i '%us/^/# ringfence: /' %s", origin_line(origin), path);
	remedy_undo(remedy, "cp -a %s.rf-bak %s", path, path);
}

/* KEY as a sed pattern. */
static void undo_line(struct remedy *remedy, const char *key, const char *file)
{
	char pattern[256];
	size_t size = 0;
	for (; *key && size + 2 < sizeof(pattern); key++) {
		if (*key == '.' || *key == '/')
			pattern[size++] = '\\';
		pattern[size++] = *key;
	}
	pattern[size] = '\0';
	remedy_undo(remedy, "sed -i '/^%s = /d' %s", pattern, file);
}

void system_remedy_sysctl(struct remedy *remedy, const struct model *model, const char *key,
			  const char *value)
{
	if (!is_plain(key) || !is_plain(value))
		return;
	const struct system_sysctl *item = system_find_sysctl(model->host, key);
	const char *file = sysctl_file(model, item);
	if (item && item->persistent.state == FACT_PRESENT &&
	    is_read_last(origin_path(item->persistent.origin)))
		silence_line(remedy, item->persistent.origin);
	remedy_command(remedy, "echo '%s = %s' >> %s", key, value, file);
	remedy_command(remedy, "sysctl -w '%s=%s'", key, value);
	remedy_verify(remedy, "test \"$(sysctl -n %s)\" = %s", key, value);
	undo_line(remedy, key, file);
	if (item && item->running.state == FACT_PRESENT)
		remedy_undo(remedy, "sysctl -w %s=%s", key,
			    remedy_quote(remedy, item->running.value));
}

void system_remedy_permission(struct remedy *remedy, const struct permission_change *change)
{
	const char *path = remedy_quote(remedy, change->path);
	if (change->wanted_owner) {
		remedy_command(remedy, "chown %s %s", change->wanted_owner, path);
		remedy_undo(remedy, "chown %u:%u %s", change->owner, change->group, path);
	}
	if (change->mode_without) {
		remedy_command(remedy, "chmod %04o %s", change->mode & ~change->mode_without, path);
		remedy_undo(remedy, "chmod %04o %s", change->mode, path);
	}
	remedy_verify(remedy, "stat -c '%%U:%%G %%a %%n' %s", path);
}

void system_remedy_package(struct remedy *remedy, const struct model *model, const char *name)
{
	const struct system_package *package = system_find_package(model->host, name);
	if (!package)
		return;
	const char *version = remedy_quote(remedy, package->version);
	if (model->host->family == SYSTEM_DEBIAN) {
		remedy_command(remedy, "apt-get update");
		remedy_command(remedy, "apt-get install --only-upgrade %s", name);
		remedy_verify(remedy, "dpkg-query -W %s", name);
		remedy_undo(remedy, "apt-get install --allow-downgrades %s=%s", name, version);
	} else if (model->host->family == SYSTEM_REDHAT) {
		remedy_command(remedy, "yum update %s", name);
		remedy_verify(remedy, "rpm -q %s", name);
		remedy_undo(remedy, "yum downgrade %s-%s", name, version);
	}
}

void system_remedy_restart(struct remedy *remedy, const struct model *model, const char *unit)
{
	struct slice name = slice_of(unit);
	if (slice_ends_with(name, ".service"))
		name.size -= strlen(".service");
	const char *word = remedy_quote(remedy, name);
	if (model->host->has_systemd)
		remedy_command(remedy, "systemctl restart %s", word);
	else
		remedy_command(remedy, "service %s restart", word);
	remedy_restarts(remedy, unit);
	remedy_disrupts(remedy, DISRUPTION_RESTART);
}

/* The commands that start and stop a service, as printf formats of its name. */
struct service_words {
	const char *enable[2];
	const char *disable[2];
	const char *is_enabled;
};

static const struct service_words *words_of(const struct model *model)
{
	static const struct service_words systemd = { { "systemctl enable --now %s" },
						      { "systemctl disable --now %s" },
						      "systemctl is-enabled %s" };
	static const struct service_words redhat = { { "chkconfig %s on", "service %s start" },
						     { "service %s stop", "chkconfig %s off" },
						     "chkconfig --list %s" };
	static const struct service_words debian = {
		{ "update-rc.d %s enable", "service %s start" },
		{ "service %s stop", "update-rc.d %s disable" },
		"ls /etc/rc2.d/*%s",
	};
	if (!model->host || model->host->has_systemd)
		return &systemd;
	return model->host->family == SYSTEM_REDHAT ? &redhat : &debian;
}

typedef void add_line(struct remedy *remedy, const char *format, ...) PRINTF_LIKE(2, 3);

/* FORMAT with its "%s" made NAME. */
static void add_words(struct remedy *remedy, add_line *add, const char *format, const char *name)
{
	struct slice text = slice_of(format);
	size_t at = slice_find(text, SLICE("%s"));
	struct slice after = slice_from(text, at + 2);
	add(remedy, "%.*s%s%.*s", SLICE_ARG(slice_part(text, 0, at)), name, SLICE_ARG(after));
}

static void switch_service(struct remedy *remedy, const char *name, const char *const commands[2],
			   const char *verify, const char *const undo[2])
{
	for (size_t i = 0; i < 2 && commands[i]; i++)
		add_words(remedy, remedy_command, commands[i], name);
	add_words(remedy, remedy_verify, verify, name);
	for (size_t i = 0; i < 2 && undo[i]; i++)
		add_words(remedy, remedy_undo, undo[i], name);
}

void system_remedy_enable(struct remedy *remedy, const struct model *model, const char *service)
{
	const struct service_words *words = words_of(model);
	switch_service(remedy, service, words->enable, words->is_enabled, words->disable);
}

void system_remedy_disable(struct remedy *remedy, const struct model *model, const char *service)
{
	const struct service_words *words = words_of(model);
	switch_service(remedy, service, words->disable, words->is_enabled, words->enable);
}
