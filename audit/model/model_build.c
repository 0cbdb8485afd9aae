/* SPDX-License-Identifier: Apache-2.0
 *
 * The order matters: what one model needs of another is there before it, and is handed over as
 * plain values, since models do not know each other.
 */
#include "audit/model/model_build.h"

#include "audit/advisory/advisory_table.h"
#include "audit/advisory/gui_modules.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/kernel/file_model.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/web_intrusion.h"
#include "audit/kernel/web_model.h"
#include "audit/login/login_model.h"
#include "audit/logs/activity_model.h"
#include "audit/model/ban_model.h"
#include "audit/model/certificate_build.h"
#include "audit/model/firewall_build.h"
#include "audit/model/service_build.h"
#include "audit/model/sshd_build.h"
#include "audit/network/socket_model.h"

struct build {
	const struct loader *loader;
	const struct site *site;
	struct model *model;
};

static bool build_host(struct build *build)
{
	build->model->host = system_model_load(build->loader, build->site->now);
	return build->model->host != NULL;
}

static bool build_sockets(struct build *build)
{
	build->model->sockets = socket_model_load(build->loader);
	return build->model->sockets != NULL;
}

static bool build_services(struct build *build)
{
	return service_build(build->loader, build->model);
}

static bool build_firewall(struct build *build)
{
	return firewall_build(build->loader, build->model);
}

static bool build_sshd(struct build *build)
{
	build->model->sshd = sshd_build(build->loader, build->model->host);
	return build->model->sshd != NULL;
}

static bool build_login(struct build *build)
{
	build->model->login = login_model_load(build->loader);
	return build->model->login != NULL;
}

static bool build_asterisk(struct build *build)
{
	const struct system_package *package = system_find_package(build->model->host, "asterisk");
	build->model->asterisk =
		asterisk_model_load(build->loader, package ? package->version : SLICE(""));
	return build->model->asterisk != NULL;
}

static bool build_files(struct build *build)
{
	const struct asterisk_settings *settings = build->model->asterisk->settings;
	const struct file_places places = {
		.configuration = build->model->asterisk->directory,
		.modules = settings->module_directory,
		.agi = settings->agi_directory,
		.spool = settings->spool_directory,
		.logs = settings->log_directory,
	};
	build->model->files = file_model_load(build->loader, &places);
	return build->model->files != NULL;
}

static bool build_web(struct build *build)
{
	build->model->web = web_model_load(build->loader);
	return build->model->web != NULL;
}

/* Each root once. */
static bool build_web_intrusion(struct build *build)
{
	const struct web_model *web = build->model->web;
	struct slice *roots =
		ARENA_ARRAY(build->loader->arena, web->listener_count + 1, struct slice);
	size_t count = 0;
	if (!roots)
		return false;
	roots[count] = slice_of(web->gui_root);
	count += roots[count].size > 0;
	for (size_t i = 0; i < web->listener_count; i++) {
		struct slice root = web->listeners[i].root;
		bool is_known = root.size < 2;
		for (size_t k = 0; k < count && !is_known; k++)
			is_known = slice_equal(roots[k], root);
		if (!is_known)
			roots[count++] = root;
	}
	build->model->web_intrusion = web_intrusion_load(build->loader, roots, count);
	return build->model->web_intrusion != NULL;
}

static bool build_certificates(struct build *build)
{
	build->model->certificates = certificates_build(build->loader, build->model);
	return build->model->certificates != NULL;
}

static bool build_advisories(struct build *build)
{
	struct model *model = build->model;
	model->advisories = build->site->advisories ? build->site->advisories
						    : advisory_table_own(build->loader->arena);
	model->gui_modules =
		gui_modules_load(build->loader, model->asterisk->pbx->module_directory);
	return model->advisories && model->gui_modules;
}

static bool build_jails(struct build *build)
{
	const struct system_package *package = system_find_package(build->model->host, "fail2ban");
	build->model->jails =
		jail_model_load(build->loader, package ? package->version : SLICE(""));
	return build->model->jails != NULL;
}

/* The files that logger.conf names, absolute. What it names of the console or of syslog is no file.
 */
static bool name_asterisk_logs(struct build *build, struct activity_request *request)
{
	const struct asterisk_settings *settings = build->model->asterisk->settings;
	const char **paths = arena_allocate_array(build->loader->arena,
						  settings->logger_channel_count, sizeof(*paths));
	if (!paths)
		return false;
	for (size_t i = 0; i < settings->logger_channel_count; i++) {
		struct slice name = settings->logger_channels[i].name;
		if (slice_is(name, "console") || slice_starts_with(name, "syslog."))
			continue;
		BUFFER_AUTO path = { 0 };
		if (!slice_starts_with(name, "/")) {
			buffer_append_slice(&path, settings->log_directory);
			buffer_append_byte(&path, '/');
		}
		buffer_append_slice(&path, name);
		const char *kept = buffer_keep(&path, build->loader->arena);
		if (!kept)
			return false;
		paths[request->asterisk_log_count++] = kept;
	}
	request->asterisk_logs = paths;
	return true;
}

/* Thresholds as the jail that watches SSH has them, so that "never banned" means by its own rule.
 */
static bool build_activity(struct build *build)
{
	const struct jail *jail = jail_find(build->model->jails, "sshd");
	struct activity_request request = {
		.now = build->site->now,
		.trip_seconds = jail && jail->find_time > 0 ? jail->find_time : 0,
		.read_journal = build->loader->is_this_machine,
	};
	if (!name_asterisk_logs(build, &request))
		return false;
	build->model->activity = activity_model_load(build->loader, &request);
	return build->model->activity != NULL;
}

static bool build_bans(struct build *build)
{
	build->model->bans = ban_model_build(build->loader, build->model);
	return build->model->bans != NULL;
}

/* clang-format off */
/* A row per step, in order. */
static const struct {
	const char *step;
	bool (*build)(struct build *build);
} steps[] = {
	{ "system", build_host },
	{ "sockets", build_sockets },
	{ "services", build_services },
	{ "firewall", build_firewall },
	{ "sshd", build_sshd },
	{ "su and sudo", build_login },
	{ "Asterisk", build_asterisk },
	{ "files", build_files },
	{ "web server", build_web },
	{ "web pages", build_web_intrusion },
	{ "certificates", build_certificates },
	{ "advisories", build_advisories },
	{ "fail2ban", build_jails },
	{ "logs", build_activity },
	{ "bans", build_bans },
};
/* clang-format on */

bool model_build(const struct loader *loader, const struct site *site, model_build_step *step,
		 void *step_context, struct model *ret_model, struct error *error)
{
	struct model model = { .site = site };
	struct build build = { .loader = loader, .site = site, .model = &model };
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		if (step)
			step(step_context, steps[i].step);
		if (!steps[i].build(&build))
			return error_memory(error);
	}
	*ret_model = model;
	return true;
}
