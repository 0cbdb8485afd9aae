/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/plan_session.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/command/admin_source.h"
#include "audit/command/clock.h"
#include "audit/command/open_target.h"
#include "audit/command/saved_result.h"
#include "audit/command/settings.h"
#include "checks/plan_build.h"
#include "checks/result_build.h"

/* The checks whose exposures a plan closes: enough to know what is waived. */
#define PLANNED_CHECKS "FW-*,NET-*,WEB-001,AMI-001,IAX-005"

/* A result is a file, or a folder with result.json that is no root file system. */
static bool is_result(const char *name)
{
	char path[PATH_MAX];
	struct stat status;
	if (strcmp(name, "-") == 0)
		return true;
	/* What does not end in .json may be an archive of a host. */
	if (stat(name, &status) == 0 && S_ISREG(status.st_mode))
		return !strstr(name, ".tar") && !slice_ends_with(slice_of(name), ".tgz");
	if (snprintf(path, sizeof(path), "%s/result.json", name) >= (int)sizeof(path) ||
	    stat(path, &status) != 0)
		return false;
	return snprintf(path, sizeof(path), "%s/etc", name) < (int)sizeof(path) &&
	       stat(path, &status) != 0;
}

/* A result holds no rules: they are read again where they are. */
static bool target_of_result(const struct plan_session *session, const char *name,
			     const char **ret_target, struct error *error)
{
	const struct result_target *target = &session->result.target;
	char host[256] = "";
	*ret_target = "local";
	if (strcmp(target->kind, "local") != 0) {
		error_set_at(error, ERROR_INPUT, name, 0,
			     "this result is of another place (%s, %s), and holds no rules",
			     target->name, target->kind);
		error_advise(error, "give the place too: --target DIR");
		return false;
	}
	if (gethostname(host, sizeof(host) - 1) == 0 && strcmp(host, target->name) == 0)
		return true;
	error_set_at(error, ERROR_INPUT, name, 0,
		     "this result is of the host %s, this one is %s; a result holds no rules",
		     target->name, host);
	error_advise(error, "run it there, or give a folder with its facts: --target DIR");
	return false;
}

static bool add_networks(struct plan_session *session, const struct option_values *values,
			 const struct prefix **networks, size_t *count, struct error *error)
{
	for (size_t i = 0; i < values->count; i++)
		if (!settings_add_networks(slice_of(values->items[i]), session->arena, networks,
					   count, error))
			return false;
	return true;
}

static bool read_site(struct plan_session *session, const struct plan_options *options,
		      struct error *error)
{
	struct site *site = &session->site;
	site->level = SITE_STRICT;
	return clock_now(&site->now, NULL, error) &&
	       settings_read(options->config, session->arena, site, error) &&
	       add_networks(session, &options->trusted, &site->trusted, &site->trusted_count,
			    error) &&
	       add_networks(session, &options->phones, &site->phones, &site->phone_count, error) &&
	       add_networks(session, &options->trunks, &site->trunks, &site->trunk_count, error);
}

static bool judge(struct plan_session *session, struct error *error)
{
	const struct result_request request = {
		.target = { .name = target_name(session->target),
			    .kind = "local",
			    .started = clock_text(session->arena, session->site.now),
			    .os = "",
			    .pbx_name = "",
			    .pbx_version = "" },
		.only = slice_of(PLANNED_CHECKS),
		.level = LEVEL_STRICT,
	};
	return result_build(session->arena, &session->model, &request, &session->result, error);
}

static enum plan_dialect dialect_named(const char *name)
{
	for (enum plan_dialect dialect = 0; name && dialect < PLAN_DIALECTS; dialect++)
		if (strcmp(name, plan_dialect_name(dialect)) == 0)
			return dialect;
	return PLAN_DIALECTS;
}

static bool build(struct plan_session *session, const struct plan_options *options,
		  struct error *error)
{
	struct plan_request request = {
		.model = &session->model,
		.loader = target_loader(session->target),
		.host = target_name(session->target),
		.made = clock_text(session->arena, session->site.now),
		.result = &session->result,
		.dialect = dialect_named(options->dialect),
	};
	return admin_sources_find(&options->keep, target_kind_of(session->target) == TARGET_LOCAL,
				  session->arena, &request.keeps, &request.keep_count, error) &&
	       plan_build(&request, &session->plan, &session->models, error);
}

bool plan_session_open(struct plan_session *session, const char *name,
		       const struct plan_options *options, struct error *error)
{
	*session = (struct plan_session){ .arena = arena_new(AUDIT_BYTES_MAX) };
	const char *place = options->target ? options->target : name ? name : "local";
	bool has_result = name && strcmp(name, "local") != 0 && is_result(name);
	if (!session->arena)
		return error_memory(error);
	if (name && options->target && !has_result)
		return error_set_at(error, ERROR_USAGE, name, 0,
				    "not a result: --target goes with one");
	if (has_result && (!saved_result_load(name, session->arena, &session->result, error) ||
			   (!options->target && !target_of_result(session, name, &place, error))))
		return false;
	static const struct target_wishes wishes = { .allow_asterisk_cli = false };
	if (!read_site(session, options, error))
		return false;
	session->target = open_target(session->arena, place, &wishes, error);
	return session->target &&
	       open_target_build(session->target, &session->site, NULL, NULL, &session->model,
				 error) &&
	       (has_result || judge(session, error)) && build(session, options, error);
}

void plan_session_close(struct plan_session *session)
{
	target_close(session->target);
	arena_free(session->arena);
}
