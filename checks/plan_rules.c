/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules of before and after a plan, as the host's model would be read from them: a loader that
 * gives other answers to the firewall's probes, and all else from the host.
 */
#include <jansson.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/firewall_model.h"
#include "audit/firewall/iptables_parse.h"
#include "audit/model/firewall_build.h"
#include "checks/plan_build.h"
#include "checks/plan_text.h"

enum overlay_probe {
	OVERLAY_IPTABLES,
	OVERLAY_IP6TABLES,
	OVERLAY_NFT,
	OVERLAY_PROBES,
};

static const char *const probe_names[OVERLAY_PROBES] = {
	[OVERLAY_IPTABLES] = "iptables-save",
	[OVERLAY_IP6TABLES] = "ip6tables-save",
	[OVERLAY_NFT] = "nft.json",
};

struct overlay {
	const struct loader *under;
	/* NULL: as the host answers. */
	const struct source *answers[OVERLAY_PROBES];
};

static enum load_status overlay_read(void *context, const char *path,
				     const struct source **ret_source,
				     const struct unread **ret_unread)
{
	const struct overlay *overlay = context;
	return loader_read(overlay->under, path, ret_source, ret_unread);
}

static enum load_status overlay_status(void *context, const char *path, bool nofollow,
				       struct file_status *ret_status,
				       const struct unread **ret_unread)
{
	const struct overlay *overlay = context;
	return loader_status(overlay->under, path, nofollow, ret_status, ret_unread);
}

static enum load_status overlay_glob(void *context, const char *pattern,
				     struct path_list *ret_paths, const struct unread **ret_unread)
{
	const struct overlay *overlay = context;
	return loader_glob(overlay->under, pattern, ret_paths, ret_unread);
}

static enum load_status overlay_probe(void *context, const char *name,
				      const struct source **ret_source,
				      const struct unread **ret_unread)
{
	const struct overlay *overlay = context;
	for (size_t i = 0; i < OVERLAY_PROBES; i++)
		if (overlay->answers[i] && slice_is(slice_of(name), probe_names[i])) {
			*ret_source = overlay->answers[i];
			*ret_unread = NULL;
			return LOAD_FOUND;
		}
	return loader_probe(overlay->under, name, ret_source, ret_unread);
}

static enum load_status overlay_open(void *context, const char *path, struct stream *ret_stream,
				     const struct unread **ret_unread)
{
	const struct overlay *overlay = context;
	return loader_open(overlay->under, path, ret_stream, ret_unread);
}

static struct loader overlay_loader(struct overlay *overlay)
{
	return (struct loader){
		.context = overlay,
		.arena = overlay->under->arena,
		.is_this_machine = overlay->under->is_this_machine,
		.modes_are_lost = overlay->under->modes_are_lost,
		.read = overlay_read,
		.status = overlay_status,
		.glob = overlay_glob,
		.probe = overlay_probe,
		.open = overlay_open,
	};
}

static const struct source *source_of(struct arena *arena, const char *name,
				      const struct buffer *text)
{
	struct source *source = ARENA_NEW(arena, struct source);
	const char *bytes = buffer_keep(text, arena);
	if (!source || !bytes)
		return NULL;
	*source = (struct source){
		.path = name,
		.bytes = { .data = bytes, .size = text->size },
		.is_probe = true,
	};
	return source;
}

/* The answer to a probe now, or NULL. */
static const struct source *answer_of(const struct firewall_model *firewall, const char *name)
{
	for (size_t i = 0; i < firewall->live_part_count; i++)
		if (slice_is(slice_of(name), firewall->live_parts[i].path) &&
		    firewall->live_parts[i].state == FACT_PRESENT)
			return firewall->live_parts[i].source;
	return NULL;
}

static bool strip_iptables(struct arena *arena, const struct source *answer,
			   const struct source **ret_stripped)
{
	BUFFER_AUTO text = { 0 };
	*ret_stripped = NULL;
	if (!answer)
		return true;
	plan_text_strip(answer->bytes, &text);
	*ret_stripped = source_of(arena, answer->path, &text);
	return *ret_stripped != NULL;
}

/* Tables that iptables-nft makes. */
static bool is_iptables_table(const char *name)
{
	static const char *const names[] = { "filter", "nat", "mangle", "raw", "security" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_is(slice_of(name), names[i]))
			return true;
	return false;
}

/* Is the object of nft's list one of our table, or of one that iptables-save has told better? */
static bool is_told_elsewhere(const json_t *object, bool has_ipv4, bool has_ipv6)
{
	const char *key;
	json_t *body;
	json_object_foreach((json_t *)(uintptr_t)object, key, body)
	{
		bool is_table = slice_is(slice_of(key), "table");
		const char *family = json_string_value(json_object_get(body, "family"));
		const char *table =
			json_string_value(json_object_get(body, is_table ? "name" : "table"));
		if (!family || !table)
			continue;
		if (slice_is(slice_of(family), "inet") && slice_is(slice_of(table), PLAN_CHAIN))
			return true;
		if (((has_ipv4 && slice_is(slice_of(family), "ip")) ||
		     (has_ipv6 && slice_is(slice_of(family), "ip6"))) &&
		    is_iptables_table(table))
			return true;
	}
	return false;
}

/* A list that is no JSON stays as it is: the model says why it is not known. */
static bool strip_nft(struct arena *arena, const struct source *answer, const struct source *ipv4,
		      const struct source *ipv6, const struct source **ret_stripped)
{
	bool has_ipv4 = ipv4 && iptables_is_nft_backend(ipv4);
	bool has_ipv6 = ipv6 && iptables_is_nft_backend(ipv6);
	*ret_stripped = answer;
	if (!answer)
		return true;
	json_error_t wrong;
	json_t *list = json_loadb(answer->bytes.data, answer->bytes.size, 0, &wrong);
	json_t *objects = json_object_get(list, "nftables");
	for (size_t i = json_array_size(objects); i-- > 0;)
		if (is_told_elsewhere(json_array_get(objects, i), has_ipv4, has_ipv6))
			(void)json_array_remove(objects, i);
	char *text = list ? json_dumps(list, JSON_COMPACT) : NULL;
	json_decref(list);
	if (!text)
		return true;
	BUFFER_AUTO kept = { 0 };
	buffer_append_string(&kept, text);
	free(text);
	*ret_stripped = source_of(arena, answer->path, &kept);
	return *ret_stripped != NULL;
}

bool plan_rules_before(const struct plan_request *request, struct plan *plan,
		       struct plan_models *models, struct error *error)
{
	const struct firewall_model *firewall = request->model->firewall;
	struct arena *arena = request->loader->arena;
	struct plan_ruleset *before = &plan->before;
	const struct unread *unread;
	if (!strip_iptables(arena, answer_of(firewall, "iptables-save"), &before->ipv4) ||
	    !strip_iptables(arena, answer_of(firewall, "ip6tables-save"), &before->ipv6) ||
	    !strip_nft(arena, answer_of(firewall, "nft.json"), before->ipv4, before->ipv6,
		       &before->nft_json))
		return error_memory(error);
	if (loader_probe(request->loader, "ipset", &before->ipset, &unread) != LOAD_FOUND)
		before->ipset = NULL;
	struct overlay overlay = {
		.under = request->loader,
		.answers = { before->ipv4, before->ipv6, before->nft_json },
	};
	const struct loader loader = overlay_loader(&overlay);
	return firewall_build(&loader, &models->before) || error_memory(error);
}

static bool splice(struct arena *arena, const struct source *before, const char *name,
		   const char *hook, const char *rules, const struct source **ret_after)
{
	BUFFER_AUTO text = { 0 };
	plan_text_splice(before ? before->bytes : SLICE(""), hook, rules, &text);
	*ret_after = source_of(arena, name, &text);
	return *ret_after != NULL;
}

static bool keep(struct arena *arena, const struct buffer *text, const char **ret_text)
{
	*ret_text = buffer_keep(text, arena);
	return *ret_text != NULL;
}

/* ufw's own chain, where it has made it. */
static const char *hook_of(const struct plan *plan, const struct firewall_model *firewall,
			   enum table_family family, const char *ufw)
{
	const struct rule_table *table =
		ruleset_find_table(firewall->live, family, SLICE("filter"));
	bool is_there = table && table_find_chain(table, slice_of(ufw));
	return plan->dialect == PLAN_UFW && is_there ? ufw : "INPUT";
}

static bool write_rules(struct arena *arena, struct plan *plan,
			const struct firewall_model *firewall)
{
	BUFFER_AUTO firewalld = { 0 };
	BUFFER_AUTO ipv4 = { 0 };
	BUFFER_AUTO ipv6 = { 0 };
	BUFFER_AUTO nft = { 0 };
	plan_text_iptables(plan, ADDRESS_IPV4, &ipv4);
	plan_text_iptables(plan, ADDRESS_IPV6, &ipv6);
	plan_text_nft(plan, &nft);
	plan_text_firewalld(plan, &firewalld);
	plan->hook_ipv4 = hook_of(plan, firewall, TABLE_IPV4, "ufw-before-input");
	plan->hook_ipv6 = hook_of(plan, firewall, TABLE_IPV6, "ufw6-before-input");
	return keep(arena, &ipv4, &plan->rules_ipv4) && keep(arena, &ipv6, &plan->rules_ipv6) &&
	       keep(arena, &nft, &plan->rules_nft) &&
	       keep(arena, &firewalld, &plan->rules_firewalld);
}

bool plan_rules_after(const struct plan_request *request, struct plan *plan,
		      struct plan_models *models, struct error *error)
{
	struct arena *arena = request->loader->arena;
	struct overlay overlay = { .under = request->loader };
	bool is_good = write_rules(arena, plan, models->before.firewall);
	plan->after = plan->before;
	/* firewalld's rich rules with a negative priority are asked ahead of all others of every
	 * zone: for a packet from outside the same as a table of our own. */
	if (plan->dialect == PLAN_NFTABLES || plan->dialect == PLAN_FIREWALLD) {
		BUFFER_AUTO nft = { 0 };
		buffer_append_string(&nft, is_good ? plan->rules_nft : "");
		plan->after.nft = source_of(arena, "the change", &nft);
		is_good = is_good && plan->after.nft;
	} else {
		is_good = is_good &&
			  splice(arena, plan->before.ipv4, "iptables-save with the change",
				 plan->hook_ipv4, plan->rules_ipv4, &plan->after.ipv4) &&
			  splice(arena, plan->before.ipv6, "ip6tables-save with the change",
				 plan->hook_ipv6, plan->rules_ipv6, &plan->after.ipv6);
	}
	if (!is_good)
		return error_memory(error);
	overlay.answers[OVERLAY_IPTABLES] = plan->after.ipv4;
	overlay.answers[OVERLAY_IP6TABLES] = plan->after.ipv6;
	overlay.answers[OVERLAY_NFT] = plan->after.nft_json;
	const struct loader loader = overlay_loader(&overlay);
	return firewall_build_beside(&loader, &models->after, plan->after.nft) ||
	       error_memory(error);
}
