/* SPDX-License-Identifier: Apache-2.0
 *
 * FW-009: the rules that run are those that the next boot brings. Saved and running rules are
 * compared as functions by firewall_model.h; fail2ban's and Docker's own chains, which come and go
 * with their programs, are left aside there.
 */
#include <netinet/in.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/firewall/firewall_model.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/firewall_remedy.h"
#include "checks/remedy.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

/* Does MANAGER make its rules from settings of its own, and reckon with no other? */
static bool has_own_form(const struct firewall_manager *manager)
{
	return manager->kind == FIREWALL_FIREWALLD || manager->kind == FIREWALL_FREEPBX ||
	       manager->kind == FIREWALL_UFW;
}

/* Is what it loads known rule by rule? */
static bool is_compared(const struct firewall_manager *manager)
{
	return manager->kind != FIREWALL_FIREWALLD && manager->kind != FIREWALL_FREEPBX;
}

static bool has_saved(const struct firewall_model *firewall, enum address_family family)
{
	for (size_t i = 0; i < firewall->saved_count; i++)
		if (firewall->saved[i].state != FACT_ABSENT &&
		    (family == ADDRESS_IPV6 ? firewall->saved[i].covers_ipv6
					    : firewall->saved[i].covers_ipv4))
			return true;
	return false;
}

static const char *verdict_word(enum evaluate_verdict verdict)
{
	switch (verdict) {
	case EVALUATE_ACCEPT:
		return "let in";
	case EVALUATE_BLOCK:
		return "refused";
	case EVALUATE_CONDITION:
		return "let in under a limit";
	case EVALUATE_UNKNOWN:
		break;
	}
	return "treated in a way that is not known";
}

static const char *protocol_word(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_ICMP:
		return "icmp";
	case IPPROTO_ICMPV6:
		return "icmpv6";
	default:
		return "another protocol";
	}
}

/* A packet on which they differ; the worse of both counts as exposure. */
static void record_difference(const struct firewall_difference *difference, struct verdict *verdict)
{
	BUFFER_AUTO packet = { 0 };
	buffer_format(&packet, "%s", protocol_word(difference->protocol));
	if (difference->protocol == IPPROTO_TCP || difference->protocol == IPPROTO_UDP)
		buffer_format(&packet, " port %u", difference->port);
	buffer_append_string(&packet, " from ");
	address_format(difference->source, &packet);
	if (buffer_failed(&packet))
		verdict->memory_failed = true;
	bool opens = difference->saved == EVALUATE_ACCEPT || difference->live == EVALUATE_ACCEPT;
	verdict_fail(verdict, opens ? EXPOSURE_ANYWHERE : EXPOSURE_NOT_APPLICABLE,
		     difference->saved_why.source ? difference->saved_why : difference->live_why,
		     buffer_string(&packet), "is %s now, but %s after a boot",
		     verdict_word(difference->live), verdict_word(difference->saved));
}

/* A manager that is to load rules: does it, at boot? */
static void judge_manager(const struct firewall_manager *manager, struct verdict *verdict)
{
	const struct fact_bool *starts = &manager->starts_at_boot;
	if (starts->state == FACT_UNREADABLE)
		verdict_unknown(verdict, starts->unread);
	else if (starts->state == FACT_PRESENT && starts->value)
		verdict_pass(verdict, starts->origin.source ? starts->origin : manager->origin,
			     manager->name, "loads the rules at boot");
	else
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, manager->origin, manager->name,
			     "has rules to load, but does not start at boot");
}

static bool starts(const struct firewall_manager *manager)
{
	return manager->is_configured && manager->starts_at_boot.state == FACT_PRESENT &&
	       manager->starts_at_boot.value;
}

/* nft and iptables-persistent both installed is common and harmless; a front end beside another
 * loader is not: the last to start wins. */
static void judge_owners(const struct firewall_model *firewall, struct verdict *verdict)
{
	const struct firewall_manager *owner = NULL;
	for (size_t i = 0; i < FIREWALL_MANAGERS; i++) {
		const struct firewall_manager *manager = &firewall->managers[i];
		if (!starts(manager))
			continue;
		if (owner && (has_own_form(owner) || has_own_form(manager)))
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, manager->origin,
				     manager->name,
				     "starts at boot beside %s: whichever comes last decides",
				     owner->name);
		owner = manager;
	}
}

/* Of families that are known: of the others nothing is said. */
static bool rules_run(const struct firewall_model *firewall)
{
	return (firewall->knows_ipv4 && !firewall->is_open_ipv4) ||
	       (firewall->knows_ipv6 && !firewall->is_open_ipv6);
}

/* The manager that keeps what runs: one that starts at boot, else one that has rules saved. */
static const struct firewall_manager *owner_of(const struct firewall_model *firewall)
{
	const struct firewall_manager *owner = NULL;
	bool saved = has_saved(firewall, ADDRESS_IPV4) || has_saved(firewall, ADDRESS_IPV6);
	for (size_t i = 0; i < FIREWALL_MANAGERS; i++) {
		const struct firewall_manager *manager = &firewall->managers[i];
		bool comes = manager->is_live || (manager->kind == FIREWALL_UFW && starts(manager));
		if (!manager->is_configured || (has_own_form(manager) && !comes))
			continue;
		if (has_own_form(manager) || starts(manager))
			return manager;
		if (saved && !owner)
			owner = manager;
	}
	return owner;
}

static void judge_compared(const struct firewall_model *firewall, const struct model *model,
			   struct verdict *verdict)
{
	for (size_t i = 0; i < firewall->difference_count; i++)
		record_difference(&firewall->differences[i], verdict);
	if (firewall->difference_count)
		return;
	bool ipv6_matters = !host_lacks_ipv6(model);
	if (!firewall->is_compared_ipv4 || (ipv6_matters && !firewall->is_compared_ipv6))
		verdict_unknown_because(verdict,
					firewall->is_compared_ipv4 ? "the saved IPv6 rules"
								   : "the saved IPv4 rules",
					"saved and running rules could not both be understood",
					"run as root");
	else
		verdict_pass(verdict, ORIGIN_NONE, "saved rules",
			     "do the same as the running ones");
}

/* FreePBX makes its chains anew from its database, every minute too: only what stands beside them
 * can be lost. */
static void judge_freepbx(const struct firewall_manager *owner, struct verdict *verdict)
{
	if (!owner->stranger)
		verdict_pass(verdict, owner->origin, owner->name,
			     "makes all rules that run, from its settings");
	else if (owner->has_custom_rules)
		verdict_unknown_because(verdict, owner->name,
					"rules run beside its own, and its custom rules "
					"(/etc/firewall-4.rules, /etc/firewall-6.rules) may or "
					"may not bring them",
					"compare with `iptables -S INPUT; ip6tables -S INPUT`");
	else
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, owner->stranger->origin, "INPUT",
			     "this rule is none of the FreePBX firewall's, and nothing brings it "
			     "back at boot");
}

static void evaluate_boot(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	const struct firewall_model *firewall = model->firewall;
	(void)check;
	if (!firewall || !firewall->live || !firewall->managers) {
		verdict_unknown(verdict, firewall ? firewall->unread : NULL);
		return;
	}
	const struct firewall_manager *owner = owner_of(firewall);
	if (!owner) {
		if (!rules_run(firewall) && (!firewall->knows_ipv4 || !firewall->knows_ipv6))
			verdict_unknown(verdict, firewall->unread);
		else
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, "rules",
				     "%s, and nothing is saved for the next boot",
				     rules_run(firewall) ? "some run" : "none run");
		return;
	}
	judge_manager(owner, verdict);
	judge_owners(firewall, verdict);
	if (is_compared(owner) || firewall->difference_count)
		judge_compared(firewall, model, verdict);
	else if (owner->kind == FIREWALL_FREEPBX)
		judge_freepbx(owner, verdict);
	else
		verdict_unknown_because(verdict, owner->name,
					"keeps rules in a form of its own, and changes that were "
					"made to the running rules alone are not seen",
					"compare `firewall-cmd --list-all` with "
					"`firewall-cmd --permanent --list-all`");
}

static void remedy_boot(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	remedy_command(remedy, "# First see that the running rules are the ones to keep:");
	if (firewall_dialect_of(model) == DIALECT_NFTABLES)
		remedy_command(remedy, "nft list ruleset");
	else
		remedy_command(remedy, "iptables -S; ip6tables -S");
	firewall_remedy_persist(remedy, model);
	if (firewall_dialect_of(model) == DIALECT_FIREWALLD)
		remedy_command(remedy, "firewall-cmd --runtime-to-permanent; systemctl enable "
				       "firewalld");
	else if (firewall_dialect_of(model) == DIALECT_UFW)
		remedy_command(remedy, "ufw enable; systemctl enable ufw");
	else if (firewall_dialect_of(model) == DIALECT_FREEPBX)
		remedy_command(remedy, "fwconsole firewall start; systemctl enable freepbx");
}

static const struct check rows[] = {
	{
		.id = "FW-009",
		.title = "Rules survive a reboot",
		.why = "Rules that only run are gone after the next power cut, mostly unnoticed: "
		       "the "
		       "server is back, and open.",
		.evaluates =
			"Saved rules (/etc/sysconfig/iptables, /etc/iptables/rules.v4 and .v6, "
			"/etc/nftables.conf, firewalld, ufw, FreePBX) against the running ones, "
			"as functions: a packet on which they differ is shown. Whether their "
			"loader starts at boot, and whether two of them fight over the rules. "
			"fail2ban's and Docker's chains are left aside.",
		.likelihood = 7,
		.impact = 7,
		.is_seed = true,
		.references = { "seed 4.3", "seed 4.5", "CIS 4.1.1", "CIS 4.3.10" },
		.evaluate = evaluate_boot,
		.remedy = remedy_boot,
	},
};

CHECK_LIST(firewall_boot_checks, rows);
