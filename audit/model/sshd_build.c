/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/model/sshd_build.h"

#include "audit/base/arena.h"
#include "audit/kernel/system_model.h"
#include "audit/sshd/ssh_files.h"
#include "audit/sshd/sshd_model.h"

static enum sshd_vendor vendor_of(const struct system_model *host)
{
	switch (host->family) {
	case SYSTEM_DEBIAN:
		return SSHD_DEBIAN;
	case SYSTEM_REDHAT:
		return SSHD_REDHAT;
	case SYSTEM_UNKNOWN:
	case SYSTEM_OTHER:
		break;
	}
	return SSHD_UPSTREAM;
}

/* Where nobody tells: Debian 12's release, marked as a guess. */
static struct sshd_version guess_version(const struct system_model *host)
{
	struct sshd_version version = sshd_version_default();
	version.vendor = vendor_of(host);
	version.text = SLICE("");
	version.distribution = version.update = 0;
	return version;
}

static struct sshd_version find_version(const struct loader *loader,
					const struct system_model *host)
{
	const struct system_package *package = system_find_package(host, "openssh-server");
	const struct source *source = NULL;
	const struct unread *unread = NULL;
	struct sshd_version version;
	if (package && sshd_version_parse(package->version, vendor_of(host), &version))
		return version;
	if (loader_probe(loader, "sshd-version", &source, &unread) == LOAD_FOUND) {
		/* The usage of an old sshd may stand around it. */
		struct slice text = source->bytes;
		size_t at = slice_find(text, SLICE("OpenSSH_"));
		struct slice line = slice_from(text, at);
		line = slice_part(line, 0, slice_find_byte(line, '\n'));
		if (line.size && sshd_version_parse(line, vendor_of(host), &version))
			return version;
	}
	return guess_version(host);
}

static struct fact_bool find_package(const struct system_model *host)
{
	if (host->packages_state != FACT_PRESENT)
		return (struct fact_bool){
			.state = FACT_UNREADABLE,
			.unread = host->packages_unread,
		};
	const struct system_package *package = system_find_package(host, "openssh-server");
	return (struct fact_bool){
		.state = package ? FACT_PRESENT : FACT_ABSENT,
		.value = package != NULL,
		.origin = package ? package->origin : ORIGIN_NONE,
	};
}

static struct slice read_text(const struct loader *loader, const char *path)
{
	const struct source *source = NULL;
	const struct unread *unread = NULL;
	if (loader_read(loader, path, &source, &unread) != LOAD_FOUND)
		return SLICE("");
	return source->bytes;
}

static bool fill_host(const struct loader *loader, const struct system_model *host,
		      struct sshd_facts *facts)
{
	struct sshd_home *homes = ARENA_ARRAY(loader->arena, host->account_count, struct sshd_home);
	struct slice *interfaces = ARENA_ARRAY(loader->arena, host->address_count, struct slice);
	if (!homes || !interfaces)
		return false;
	for (size_t i = 0; i < host->account_count; i++)
		homes[i] = (struct sshd_home){ .name = host->accounts[i].name,
					       .home = host->accounts[i].home };
	for (size_t i = 0; i < host->address_count; i++)
		interfaces[i] = host->addresses[i].interface;
	facts->homes = homes;
	facts->home_count = host->account_count;
	/* Not known is not the same as none. */
	if (host->addresses_state == FACT_PRESENT) {
		facts->interfaces = interfaces;
		facts->interface_count = host->address_count;
	}
	return true;
}

/* Keys of those who can log in; of root in any case. */
static bool look_at_files(const struct loader *loader, const struct system_model *host,
			  struct sshd_model *model)
{
	struct ssh_account *accounts =
		ARENA_ARRAY(loader->arena, host->account_count + 1, struct ssh_account);
	size_t count = 0;
	if (!model->global)
		return true;
	if (!accounts)
		return false;
	if (host->accounts_state != FACT_PRESENT)
		accounts[count++] = (struct ssh_account){ SLICE("root"), SLICE("/root"), 0 };
	for (size_t i = 0; i < host->account_count; i++) {
		const struct system_account *account = &host->accounts[i];
		if (account->has_login_shell || account->uid == 0)
			accounts[count++] =
				(struct ssh_account){ account->name, account->home, account->uid };
	}
	model->host_files = ssh_files_load(loader, model, accounts, count);
	return model->host_files != NULL;
}

struct sshd_model *sshd_build(const struct loader *loader, const struct system_model *host)
{
	struct sshd_request request = {
		.facts = {
			.version = find_version(loader, host),
			.services = read_text(loader, "/etc/services"),
			.hosts = read_text(loader, "/etc/hosts"),
			.working_directory = SLICE("/"),
		},
		.package = find_package(host),
	};
	if (!fill_host(loader, host, &request.facts))
		return NULL;
	struct sshd_model *model = sshd_model_load(loader, &request);
	return model && look_at_files(loader, host, model) ? model : NULL;
}
