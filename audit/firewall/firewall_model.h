/* SPDX-License-Identifier: Apache-2.0
 *
 * The host's firewall rules: those that the kernel runs now, those that are saved for the next
 * boot, and who manages them. What the rules do is reach_model.h's matter.
 */
#ifndef RINGFENCE_FIREWALL_FIREWALL_MODEL_H
#define RINGFENCE_FIREWALL_FIREWALL_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/firewall/firewall_evaluate.h"
#include "audit/firewall/rule.h"

/* Rules of one place. */
struct firewall_rules {
	/* ABSENT: there is no such thing: no such file, no such program. UNREADABLE: it may be
	 * there; `unread` says why it is not known. */
	enum fact_state state;
	const struct unread *unread;
	/* "/etc/iptables/rules.v4", "iptables-save". */
	const char *path;
	/* The families that it covers. */
	bool covers_ipv4;
	bool covers_ipv6;
	/* PRESENT: the rules, maybe none. Never NULL then. */
	const struct ruleset *ruleset;
	const struct source *source;
};

enum firewall_manager_kind {
	/* /etc/iptables/rules.v4 and .v6: iptables-persistent, netfilter-persistent. */
	FIREWALL_IPTABLES_PERSISTENT,
	/* /etc/sysconfig/iptables and ip6tables: iptables-services, RHEL 6's service iptables. */
	FIREWALL_IPTABLES_SERVICE,
	/* /etc/nftables.conf, /etc/sysconfig/nftables.conf. */
	FIREWALL_NFTABLES,
	FIREWALL_UFW,
	FIREWALL_FIREWALLD,
	/* FreePBX's firewall module. */
	FIREWALL_FREEPBX,
	FIREWALL_MANAGERS,
};

/* A program that loads rules at boot. */
struct firewall_manager {
	enum firewall_manager_kind kind;
	/* "firewalld", "netfilter-persistent": for people. */
	const char *name;
	/* Its configuration is there. */
	bool is_installed;
	/* It is meant to load rules: ufw's ENABLED=yes, FreePBX's firewall.enabled; else as
	 * is_installed. */
	bool is_configured;
	/* Its unit (or SysV script) starts at boot. ABSENT: it has none that is enabled;
	 * UNREADABLE: not to be told. */
	struct fact_bool starts_at_boot;
	/* "firewalld.service", ""; the unit that the fact is about. */
	const char *unit;
	/* Marks of it (its chains or tables) are in the live rules. */
	bool is_live;
	/* FreePBX: a rule on the way to INPUT that is none of its own, and that it does not bring;
	 * NULL: none. */
	const struct rule *stranger;
	/* Its settings may bring rules that are not known here. */
	bool has_custom_rules;
	struct origin origin;
};

/* The way that rules differ, with a packet that shows it. */
struct firewall_difference {
	enum address_family family;
	/* IPPROTO_*; the port for TCP and UDP. */
	uint8_t protocol;
	uint16_t port;
	struct address source;
	/* What the rules that run do with the packet, and what the saved ones would. */
	enum evaluate_verdict live;
	enum evaluate_verdict saved;
	struct origin live_why;
	struct origin saved_why;
};

/* A rule that no packet gets to, or that changes nothing. */
struct firewall_unreached {
	const struct rule *rule;
	const struct rule_chain *chain;
	/* The rule that takes everything before it; NULL: nothing jumps to its chain. */
	const struct rule *taken_by;
	/* The rule's verdict is another than that of what takes its packets: the rule's writer
	 * meant something that does not happen. */
	bool is_contradicted;
};

struct firewall_model {
	/* What the kernel runs, of all backends together. NULL where state is not PRESENT. Known
	 * for a family only where knows_… below says so. */
	const struct ruleset *live;
	/* iptables-save (nf_tables or legacy), iptables-legacy-save, ip6..., nft: each read. */
	const struct firewall_rules *live_parts;
	size_t live_part_count;
	/* Were all backends that the family can have read? */
	bool knows_ipv4;
	bool knows_ipv6;
	/* Why not; NULL where both are known. */
	const struct unread *unread;
	/* No rule at all runs for the family, and every policy on the way in is ACCEPT. */
	bool is_open_ipv4;
	bool is_open_ipv6;

	/* What is saved, one a file that is there or unreadable. */
	const struct firewall_rules *saved;
	size_t saved_count;
	/* FIREWALL_MANAGERS rows, by kind. */
	const struct firewall_manager *managers;

	/* Live and saved rules as functions, fail2ban's and Docker's chains aside: where they
	 * differ, an example or more. Only where both are known. */
	bool is_compared_ipv4;
	bool is_compared_ipv6;
	const struct firewall_difference *differences;
	size_t difference_count;

	/* Of the live rules on the way to INPUT. */
	const struct firewall_unreached *unreached;
	size_t unreached_count;

	struct evaluator_host host;
};

/* What of other models the firewall needs. */
struct firewall_host {
	/* Addresses of the host; is_known false where they could not be had. */
	struct evaluator_host addresses;
	/* Units and SysV scripts that start at boot, "iptables.service"; NULL: not known. */
	const struct slice *enabled_units;
	size_t enabled_unit_count;
	bool knows_units;
	/* nftables' text whose tables run beside what the probes tell: a change that is asked
	 * about. NULL: nothing. */
	const struct source *nft_beside;
};

/* Reads the probes and files through LOADER. The model lives in the loader's arena; NULL only when
 * memory is short. HOST's arrays must live as long. */
struct firewall_model *firewall_model_load(const struct loader *loader,
					   const struct firewall_host *host) MUST_CHECK;

#endif
