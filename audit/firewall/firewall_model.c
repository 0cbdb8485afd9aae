/* SPDX-License-Identifier: Apache-2.0
 *
 * What runs comes from the probes: iptables-save of both backends, and nftables' own list. Rules of
 * iptables-nft stand in both iptables-save and nft's list, where their extensions are not told;
 * they are taken from the former and left out of the latter.
 */
#include "audit/firewall/firewall_model.h"

#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/firewall/firewall_managers.h"
#include "audit/firewall/ipset_parse.h"
#include "audit/firewall/iptables_parse.h"
#include "audit/firewall/nft_json.h"
#include "audit/firewall/nft_parse.h"
#include "audit/firewall/reach_trial.h"
#include "audit/firewall/rule_compare.h"
#include "audit/firewall/ufw_saved.h"

struct model_loader {
	const struct loader *loader;
	struct firewall_model *model;
	struct rule_builder builder;
	struct firewall_rules *parts;
	size_t part_count;
	struct firewall_rules *saved;
	size_t saved_count;
	const struct source *nft_beside;
};

enum live_probe {
	LIVE_IPTABLES,
	LIVE_IP6TABLES,
	LIVE_LEGACY,
	LIVE_LEGACY6,
	LIVE_NFT,
	LIVE_PROBES,
};

static const struct {
	const char *probe;
	bool is_ipv4;
	bool is_ipv6;
} live_probes[LIVE_PROBES] = {
	[LIVE_IPTABLES] = { "iptables-save", true, false },
	[LIVE_IP6TABLES] = { "ip6tables-save", false, true },
	[LIVE_LEGACY] = { "iptables-legacy-save", true, false },
	[LIVE_LEGACY6] = { "ip6tables-legacy-save", false, true },
	[LIVE_NFT] = { "nft.json", true, true },
};

static enum fact_state state_of(enum load_status status)
{
	switch (status) {
	case LOAD_FOUND:
		return FACT_PRESENT;
	case LOAD_ABSENT:
		return FACT_ABSENT;
	case LOAD_UNREADABLE:
		return FACT_UNREADABLE;
	}
	return FACT_UNREADABLE;
}

static void load_ipsets(const struct loader *loader, struct rule_builder *builder)
{
	const struct source *source;
	const struct unread *unread;
	if (loader_probe(loader, "ipset", &source, &unread) == LOAD_FOUND)
		ipset_parse(builder, source);
}

static void load_live_part(struct model_loader *load, enum live_probe which)
{
	struct firewall_rules *part = &load->parts[load->part_count++];
	const struct source *source = NULL;
	*part = (struct firewall_rules){
		.path = live_probes[which].probe,
		.covers_ipv4 = live_probes[which].is_ipv4,
		.covers_ipv6 = live_probes[which].is_ipv6,
		.ruleset = load->builder.ruleset,
	};
	part->state = state_of(
		loader_probe(load->loader, live_probes[which].probe, &source, &part->unread));
	if (part->state != FACT_PRESENT)
		return;
	part->source = source;
	enum address_family family = live_probes[which].is_ipv4 ? ADDRESS_IPV4 : ADDRESS_IPV6;
	if (which == LIVE_NFT) {
		nft_json_parse(&load->builder, source);
		return;
	}
	/* On hosts where iptables itself is the legacy one, both commands list the same rules. */
	if (which == LIVE_LEGACY || which == LIVE_LEGACY6) {
		const struct firewall_rules *plain =
			&load->parts[which == LIVE_LEGACY ? LIVE_IPTABLES : LIVE_IP6TABLES];
		if (plain->state == FACT_PRESENT && !iptables_is_nft_backend(plain->source))
			return;
	}
	iptables_parse(&load->builder, source, family, BACKEND_IPTABLES_LEGACY);
}

/* Is everything known that packets of the family meet? Sets *RET_UNREAD where not. */
static bool knows_family(const struct firewall_rules *parts, bool is_ipv6,
			 const struct unread **ret_unread)
{
	const struct firewall_rules *plain = &parts[is_ipv6 ? LIVE_IP6TABLES : LIVE_IPTABLES];
	const struct firewall_rules *legacy = &parts[is_ipv6 ? LIVE_LEGACY6 : LIVE_LEGACY];
	const struct firewall_rules *nft = &parts[LIVE_NFT];
	bool plain_is_legacy =
		plain->state == FACT_PRESENT && !iptables_is_nft_backend(plain->source);
	/* nft's list has what iptables-nft would tell, if not as well. */
	if (plain->state == FACT_UNREADABLE && nft->state != FACT_PRESENT) {
		*ret_unread = plain->unread;
		return false;
	}
	if (legacy->state == FACT_UNREADABLE && !plain_is_legacy) {
		*ret_unread = legacy->unread;
		return false;
	}
	if (nft->state == FACT_UNREADABLE) {
		*ret_unread = nft->unread;
		return false;
	}
	return true;
}

/* No rule, and no policy but ACCEPT, on the way in. */
static bool is_open(const struct ruleset *ruleset, enum address_family family)
{
	for (size_t t = 0; t < ruleset->table_count; t++) {
		const struct rule_table *table = ruleset->tables[t];
		if (!table_family_sees(table->family, family))
			continue;
		for (size_t c = 0; c < table->chain_count; c++) {
			const struct rule_chain *chain = table->chains[c];
			if (chain->hook == HOOK_NONE || chain->hook > HOOK_INPUT)
				continue;
			if (chain->rule_count || chain->policy != VERDICT_ACCEPT)
				return false;
		}
	}
	return true;
}

static bool load_live(struct model_loader *load)
{
	struct firewall_model *model = load->model;
	struct arena *arena = load->loader->arena;
	load->builder = (struct rule_builder){ .arena = arena, .ruleset = ruleset_new(arena) };
	load->parts = ARENA_ARRAY(arena, LIVE_PROBES, struct firewall_rules);
	if (!load->builder.ruleset || !load->parts)
		return false;
	load_ipsets(load->loader, &load->builder);
	for (enum live_probe i = 0; i < LIVE_PROBES; i++)
		load_live_part(load, i);
	if (load->nft_beside) {
		static const struct nft_includes none = { .read = NULL };
		nft_parse(&load->builder, load->nft_beside, &none);
	}
	ruleset_finish(&load->builder);
	if (load->builder.is_failed)
		return false;
	model->live_parts = load->parts;
	model->live_part_count = load->part_count;
	model->live = load->builder.ruleset;
	model->knows_ipv4 = knows_family(load->parts, false, &model->unread);
	model->knows_ipv6 = knows_family(load->parts, true, &model->unread);
	model->is_open_ipv4 = model->knows_ipv4 && is_open(model->live, ADDRESS_IPV4);
	model->is_open_ipv6 = model->knows_ipv6 && is_open(model->live, ADDRESS_IPV6);
	return true;
}

static const struct {
	const char *path;
	bool is_ipv4;
	bool is_ipv6;
	bool is_nft;
} saved_files[] = {
	{ "/etc/iptables/rules.v4", true, false, false },
	{ "/etc/iptables/rules.v6", false, true, false },
	{ "/etc/sysconfig/iptables", true, false, false },
	{ "/etc/sysconfig/ip6tables", false, true, false },
	{ "/etc/nftables.conf", true, true, true },
	{ "/etc/sysconfig/nftables.conf", true, true, true },
};

static const struct source *include_from_loader(void *context, const char *path)
{
	const struct loader *loader = context;
	const struct source *source;
	const struct unread *unread;
	return loader_read(loader, path, &source, &unread) == LOAD_FOUND ? source : NULL;
}

static bool glob_from_loader(void *context, const char *pattern, struct path_list *ret_paths)
{
	const struct loader *loader = context;
	const struct unread *unread;
	return loader_glob(loader, pattern, ret_paths, &unread) == LOAD_FOUND;
}

static bool load_saved(struct model_loader *load)
{
	struct arena *arena = load->loader->arena;
	load->saved = ARENA_ARRAY(arena, ARRAY_SIZE(saved_files) + 2, struct firewall_rules);
	if (!load->saved)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(saved_files); i++) {
		struct firewall_rules rules = {
			.path = saved_files[i].path,
			.covers_ipv4 = saved_files[i].is_ipv4,
			.covers_ipv6 = saved_files[i].is_ipv6,
		};
		rules.state = state_of(loader_read(load->loader, saved_files[i].path, &rules.source,
						   &rules.unread));
		if (rules.state == FACT_ABSENT)
			continue;
		if (rules.state == FACT_PRESENT) {
			struct rule_builder builder = { .arena = arena,
							.ruleset = ruleset_new(arena) };
			const struct nft_includes includes = {
				.context = (void *)(uintptr_t)load->loader,
				.read = include_from_loader,
				.glob = glob_from_loader,
				.directory = "/etc",
			};
			if (!builder.ruleset)
				return false;
			load_ipsets(load->loader, &builder);
			if (saved_files[i].is_nft)
				nft_parse(&builder, rules.source, &includes);
			else
				iptables_parse(&builder, rules.source,
					       saved_files[i].is_ipv4 ? ADDRESS_IPV4 : ADDRESS_IPV6,
					       BACKEND_IPTABLES_NFT);
			ruleset_finish(&builder);
			if (builder.is_failed)
				return false;
			rules.ruleset = builder.ruleset;
		}
		load->saved[load->saved_count++] = rules;
	}
	for (int i = 0; i < 2; i++) {
		struct firewall_rules *rules = &load->saved[load->saved_count];
		if (!ufw_saved_load(load->loader, i == 0 ? ADDRESS_IPV4 : ADDRESS_IPV6, rules))
			return false;
		load->saved_count += rules->state != FACT_ABSENT;
	}
	load->model->saved = load->saved;
	load->model->saved_count = load->saved_count;
	return true;
}

struct firewall_model *firewall_model_load(const struct loader *loader,
					   const struct firewall_host *host)
{
	struct firewall_model *model = ARENA_NEW(loader->arena, struct firewall_model);
	struct model_loader load = {
		.loader = loader,
		.model = model,
		.nft_beside = host->nft_beside,
	};
	if (!model)
		return NULL;
	model->host = host->addresses;
	if (!load_live(&load) || !load_saved(&load))
		return NULL;
	model->managers = firewall_managers_load(loader, host, model->live);
	if (!model->managers || !rule_compare(loader->arena, model))
		return NULL;
	return model;
}
