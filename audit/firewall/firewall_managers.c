/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/firewall_managers.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/ufw_saved.h"

/* Lists of at most PATHS_MAX paths or names, ended by NULL. */
enum {
	PATHS_MAX = 4
};

static const struct manager_row {
	const char *name;
	/* One of them is there: it is installed. */
	const char *installed[PATHS_MAX];
	/* Units or scripts that load the rules at boot: any one suffices. */
	const char *units[PATHS_MAX];
	/* A table or chain of this name runs: its rules are live. NULL: not to be told so. */
	const char *live_name;
} rows[FIREWALL_MANAGERS] = {
	[FIREWALL_IPTABLES_PERSISTENT] = {
		.name = "netfilter-persistent",
		.installed = { "/usr/sbin/netfilter-persistent",
			       "/etc/init.d/netfilter-persistent",
			       "/etc/init.d/iptables-persistent" },
		.units = { "netfilter-persistent.service", "iptables.service",
			   "iptables-persistent.service" },
	},
	[FIREWALL_IPTABLES_SERVICE] = {
		.name = "iptables",
		.installed = { "/usr/lib/systemd/system/iptables.service",
			       "/etc/init.d/iptables" },
		.units = { "iptables.service" },
	},
	[FIREWALL_NFTABLES] = {
		.name = "nftables",
		.installed = { "/usr/sbin/nft", "/sbin/nft" },
		.units = { "nftables.service" },
	},
	[FIREWALL_UFW] = {
		.name = "ufw",
		.installed = { "/etc/ufw/ufw.conf" },
		.units = { "ufw.service" },
		.live_name = "ufw-before-input",
	},
	[FIREWALL_FIREWALLD] = {
		.name = "firewalld",
		.installed = { "/etc/firewalld/firewalld.conf", "/usr/sbin/firewalld" },
		.units = { "firewalld.service" },
		.live_name = "firewalld",
	},
	[FIREWALL_FREEPBX] = {
		.name = "FreePBX firewall",
		.installed = { "/var/www/html/admin/modules/firewall/module.xml" },
		.units = { "freepbx.service" },
		.live_name = "fpbxfirewall",
	},
};

static bool path_exists(const struct loader *loader, const char *path)
{
	struct file_status status;
	const struct unread *unread;
	return loader_status(loader, path, false, &status, &unread) == LOAD_FOUND;
}

static bool runs(const struct ruleset *live, const char *name)
{
	for (size_t t = 0; live && t < live->table_count; t++) {
		if (slice_is(live->tables[t]->name, name) ||
		    table_find_chain(live->tables[t], slice_of(name)))
			return true;
		/* firewalld before nftables: its chains in iptables' filter table. */
		if (slice_is(slice_of(name), "firewalld") &&
		    table_find_chain(live->tables[t], SLICE("INPUT_ZONES")))
			return true;
	}
	return false;
}

/* Programs that put chains of their own into INPUT, and bring them back themselves. */
static bool comes_by_itself(struct slice chain)
{
	static const char *const beginnings[] = { "fpbx", "f2b-", "fail2ban-", "DOCKER" };
	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (slice_starts_with(chain, beginnings[i]))
			return true;
	return false;
}

/* A rule of INPUT beside the jumps to FreePBX's chains and to those that come by themselves. */
static const struct rule *find_stranger(const struct ruleset *live)
{
	for (size_t t = 0; live && t < live->table_count; t++) {
		const struct rule_table *table = live->tables[t];
		const struct rule_chain *input = slice_is(table->name, "filter")
							 ? table_find_chain(table, SLICE("INPUT"))
							 : NULL;
		for (size_t r = 0; input && r < input->rule_count; r++) {
			const struct rule_verdict *verdict = &input->rules[r].verdict;
			bool is_jump =
				verdict->kind == VERDICT_JUMP || verdict->kind == VERDICT_GOTO;
			if (verdict->kind != VERDICT_CONTINUE &&
			    !(is_jump && comes_by_itself(verdict->chain_name)))
				return &input->rules[r];
		}
	}
	return NULL;
}

/* The flag that `fwconsole firewall start` sets and that its service asks for; rules of the owner
 * are lines of two files. */
static void fill_freepbx(const struct loader *loader, const struct ruleset *live,
			 struct firewall_manager *manager)
{
	manager->is_configured =
		manager->is_installed && path_exists(loader, "/etc/asterisk/firewall.enabled");
	manager->stranger = find_stranger(live);
	static const char *const customs[] = { "/etc/firewall-4.rules", "/etc/firewall-6.rules" };
	for (size_t i = 0; i < ARRAY_SIZE(customs); i++) {
		const struct source *source;
		const struct unread *unread;
		enum load_status status = loader_read(loader, customs[i], &source, &unread);
		if (status == LOAD_UNREADABLE ||
		    (status == LOAD_FOUND && slice_trim(source->bytes).size))
			manager->has_custom_rules = true;
	}
}

/* The unit by its links, where the list of units is not given. */
static enum load_status unit_links(const struct loader *loader, struct slice unit)
{
	static const char *const patterns[] = { "/etc/systemd/system/*.wants/%.*s",
						"/etc/rc[2345].d/S??%.*s",
						"/etc/rc.d/rc[2345].d/S??%.*s" };
	struct slice script = slice_part(unit, 0, slice_find_byte(unit, '.'));
	enum load_status worst = LOAD_ABSENT;
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct path_list paths;
		const struct unread *unread;
		BUFFER_AUTO pattern = { 0 };
		struct slice head = slice_of(patterns[i]);
		buffer_append_slice(&pattern, slice_part(head, 0, head.size - 4));
		buffer_append_slice(&pattern, i == 0 ? unit : script);
		enum load_status status =
			loader_glob(loader, buffer_string(&pattern), &paths, &unread);
		if (status == LOAD_FOUND && paths.count)
			return LOAD_FOUND;
		if (status == LOAD_UNREADABLE)
			worst = LOAD_UNREADABLE;
	}
	return worst;
}

static enum load_status unit_starts(const struct loader *loader, const struct firewall_host *host,
				    const char *unit)
{
	if (!host->knows_units)
		return unit_links(loader, slice_of(unit));
	for (size_t i = 0; i < host->enabled_unit_count; i++)
		if (slice_is(host->enabled_units[i], unit))
			return LOAD_FOUND;
	return LOAD_ABSENT;
}

static void fill_start(const struct loader *loader, const struct firewall_host *host,
		       const struct manager_row *row, struct firewall_manager *manager)
{
	manager->unit = row->units[0];
	for (size_t i = 0; i < PATHS_MAX && row->units[i]; i++) {
		enum load_status status = unit_starts(loader, host, row->units[i]);
		if (status == LOAD_FOUND) {
			manager->unit = row->units[i];
			manager->starts_at_boot.state = FACT_PRESENT;
			manager->starts_at_boot.value = true;
			return;
		}
		if (status == LOAD_UNREADABLE)
			manager->starts_at_boot.state = FACT_UNREADABLE;
	}
}

const struct firewall_manager *firewall_managers_load(const struct loader *loader,
						      const struct firewall_host *host,
						      const struct ruleset *live)
{
	struct firewall_manager *managers =
		ARENA_ARRAY(loader->arena, FIREWALL_MANAGERS, struct firewall_manager);
	if (!managers)
		return NULL;
	for (size_t kind = 0; kind < FIREWALL_MANAGERS; kind++) {
		struct firewall_manager *manager = &managers[kind];
		*manager = (struct firewall_manager){
			.kind = (enum firewall_manager_kind)kind,
			.name = rows[kind].name,
			.origin = ORIGIN_NONE,
		};
		for (size_t i = 0; i < PATHS_MAX && rows[kind].installed[i]; i++)
			manager->is_installed = manager->is_installed ||
						path_exists(loader, rows[kind].installed[i]);
		manager->is_configured = manager->is_installed;
		if (kind == FIREWALL_UFW)
			manager->is_configured = ufw_is_enabled(loader, &manager->origin);
		manager->is_live = rows[kind].live_name && runs(live, rows[kind].live_name);
		if (kind == FIREWALL_FREEPBX)
			fill_freepbx(loader, live, manager);
		fill_start(loader, host, &rows[kind], manager);
	}
	return managers;
}
