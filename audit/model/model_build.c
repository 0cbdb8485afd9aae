/* SPDX-License-Identifier: Apache-2.0
 *
 * The order matters: what one model needs of another is there before it, and is handed over as
 * plain values, since models do not know each other.
 */
#include "audit/model/model_build.h"

#include "audit/base/arena.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/web_model.h"
#include "audit/network/socket_model.h"
#include "audit/sshd/sshd_model.h"

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

static struct slice read_text(const struct loader *loader, const char *path)
{
	const struct source *source;
	const struct unread *unread;
	if (loader_read(loader, path, &source, &unread) != LOAD_FOUND)
		return (struct slice){ .data = NULL };
	return source->bytes;
}

/* From the package database, else from the banner of the program itself. */
static struct sshd_version sshd_version_of(const struct build *build)
{
	const struct system_model *host = build->model->host;
	enum sshd_vendor vendor = host->family == SYSTEM_DEBIAN   ? SSHD_DEBIAN
				  : host->family == SYSTEM_REDHAT ? SSHD_REDHAT
								  : SSHD_UPSTREAM;
	const struct system_package *package = system_find_package(host, "openssh-server");
	struct sshd_version version;
	if (package && sshd_version_parse(package->version, vendor, &version))
		return version;
	const struct source *banner;
	const struct unread *unread;
	if (loader_probe(build->loader, "sshd-version", &banner, &unread) == LOAD_FOUND &&
	    sshd_version_parse(banner->bytes, vendor, &version))
		return version;
	return sshd_version_default();
}

static bool fill_homes(const struct build *build, struct sshd_facts *facts)
{
	const struct system_model *host = build->model->host;
	struct sshd_home *homes =
		ARENA_ARRAY(build->loader->arena, host->account_count, struct sshd_home);
	struct slice *interfaces =
		ARENA_ARRAY(build->loader->arena, host->address_count, struct slice);
	if (!homes || !interfaces)
		return false;
	for (size_t i = 0; i < host->account_count; i++)
		homes[i] = (struct sshd_home){ .name = host->accounts[i].name,
					       .home = host->accounts[i].home };
	for (size_t i = 0; i < host->address_count; i++)
		interfaces[i] = host->addresses[i].interface;
	if (host->accounts_state == FACT_PRESENT) {
		facts->homes = homes;
		facts->home_count = host->account_count;
	}
	if (host->addresses_state == FACT_PRESENT) {
		facts->interfaces = interfaces;
		facts->interface_count = host->address_count;
	}
	return true;
}

static bool build_sshd(struct build *build)
{
	const struct system_model *host = build->model->host;
	const struct system_package *package = system_find_package(host, "openssh-server");
	struct sshd_request request = {
		.facts = {
			.version = sshd_version_of(build),
			.services = read_text(build->loader, "/etc/services"),
			.hosts = read_text(build->loader, "/etc/hosts"),
			.working_directory = SLICE("/"),
		},
		.package = {
			.state = host->packages_state == FACT_PRESENT && package ? FACT_PRESENT
				 : host->packages_state == FACT_PRESENT	       ? FACT_ABSENT
									       : host->packages_state,
			.value = package != NULL,
			.unread = host->packages_unread,
		},
	};
	if (package)
		request.package.origin = package->origin;
	if (!fill_homes(build, &request.facts))
		return false;
	build->model->sshd = sshd_model_load(build->loader, &request);
	return build->model->sshd != NULL;
}

static bool build_web(struct build *build)
{
	build->model->web = web_model_load(build->loader);
	return build->model->web != NULL;
}

/* A row per step, in order. */
static const struct {
	const char *step;
	bool (*build)(struct build *build);
} steps[] = {
	{ "system", build_host },
	{ "sockets", build_sockets },
	{ "sshd", build_sshd },
	{ "web server", build_web },
};

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
