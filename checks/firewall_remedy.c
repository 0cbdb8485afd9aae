/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/firewall_remedy.h"

#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/firewall_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/firewall_remedy_words.h"
#include "checks/remedy.h"

/* Seconds until an unconfirmed change is taken back: long enough for a second login. */
#define UNDO_SECONDS 300

static bool unit_runs(const struct model *model, const char *name)
{
	const struct system_unit *unit = model->host ? system_find_unit(model->host, name) : NULL;
	return unit && (unit->active_known ? unit->is_active : unit->is_enabled);
}

static bool has_package(const struct model *model, const char *name)
{
	return model->host && system_find_package(model->host, name);
}

static bool has_systemd(const struct model *model)
{
	return !model->host || model->host->has_systemd;
}

/* The front end whose chains run, else -1: an enabled unit may have nothing to load. */
static int live_front_end(const struct model *model)
{
	static const struct {
		enum firewall_manager_kind kind;
		enum firewall_dialect dialect;
	} front_ends[] = {
		{ FIREWALL_FREEPBX, DIALECT_FREEPBX },
		{ FIREWALL_FIREWALLD, DIALECT_FIREWALLD },
		{ FIREWALL_UFW, DIALECT_UFW },
	};
	const struct firewall_model *firewall = model->firewall;
	for (size_t i = 0; firewall && firewall->managers && i < ARRAY_SIZE(front_ends); i++)
		if (firewall->managers[front_ends[i].kind].is_live)
			return (int)front_ends[i].dialect;
	return -1;
}

enum firewall_dialect firewall_dialect_of(const struct model *model)
{
	int front_end = live_front_end(model);
	if (front_end >= 0)
		return (enum firewall_dialect)front_end;
	if (model->firewall && model->firewall->managers &&
	    model->firewall->managers[FIREWALL_FREEPBX].is_configured)
		return DIALECT_FREEPBX;
	if (unit_runs(model, "firewalld"))
		return DIALECT_FIREWALLD;
	if (unit_runs(model, "ufw"))
		return DIALECT_UFW;
	if (unit_runs(model, "nftables"))
		return DIALECT_NFTABLES;
	if (model->host && model->host->family == SYSTEM_DEBIAN &&
	    !has_package(model, "iptables") && has_package(model, "nftables"))
		return DIALECT_NFTABLES;
	return DIALECT_IPTABLES;
}

void firewall_remedy_begin(struct remedy *remedy, const struct model *model)
{
	const char *restore = "";
	switch (firewall_dialect_of(model)) {
	case DIALECT_NFTABLES:
		remedy_command(remedy, "(echo 'flush ruleset'; nft list ruleset) > /root/rf.nft");
		restore = "nft -f /root/rf.nft";
		break;
	case DIALECT_FIREWALLD:
		remedy_command(remedy, "cp -a /etc/firewalld /root/rf-firewalld.bak");
		restore = "rm -rf /etc/firewalld && cp -a /root/rf-firewalld.bak /etc/firewalld "
			  "&& firewall-cmd --reload";
		break;
	case DIALECT_UFW:
		remedy_command(remedy, "cp -a /etc/ufw /root/rf-ufw.bak");
		restore = "rm -rf /etc/ufw && cp -a /root/rf-ufw.bak /etc/ufw && ufw reload";
		break;
	case DIALECT_FREEPBX:
	case DIALECT_IPTABLES:
		remedy_command(remedy, "iptables-save > /root/rf4.bak; ip6tables-save > "
				       "/root/rf6.bak");
		restore = "iptables-restore < /root/rf4.bak; ip6tables-restore < /root/rf6.bak";
		break;
	}
	remedy_command(remedy,
		       "# Taken back in %d minutes unless the login from a second window "
		       "works:",
		       UNDO_SECONDS / 60);
	if (has_systemd(model))
		remedy_command(remedy, "systemd-run --on-active=%d --unit=rf-undo sh -c '%s'",
			       UNDO_SECONDS, restore);
	else
		remedy_command(remedy,
			       "(sleep %d; test -e /root/rf-armed && { %s; }) </dev/null "
			       ">/dev/null 2>&1 & touch /root/rf-armed",
			       UNDO_SECONDS, restore);
	remedy_undo(remedy, "%s", restore);
	remedy_disrupts(remedy, DISRUPTION_LOCKOUT_RISK);
}

/* Accepts first and the drop below them: typed line by line, no moment shuts out an ADMIN. */
static void iptables_family(struct remedy *remedy, const struct audience_networks *networks,
			    enum address_family family, const char *match,
			    enum service_audience audience)
{
	const char *program = family == ADDRESS_IPV6 ? "ip6tables" : "iptables";
	if (!audience_is_given(networks)) {
		const char *inner = family == ADDRESS_IPV6 ? "*:*)" : "*:*) ;; *)";
		remedy_command(remedy,
			       "i=0; for n in $%s; do case $n in %s i=$((i+1)); %s -I INPUT $i %s "
			       "-s \"$n\" -j ACCEPT;; esac; done; %s -I INPUT $((i+1)) ! -i lo %s "
			       "-j DROP",
			       audience_variable(audience), inner, program, match, program, match);
		return;
	}
	unsigned int number = 1;
	struct slice rest = slice_of(audience_words(remedy, networks, family, " ")), word;
	while (slice_next_word(&rest, &word))
		remedy_command(remedy, "%s -I INPUT %u %s -s %.*s -j ACCEPT", program, number++,
			       match, SLICE_ARG(word));
	remedy_command(remedy, "%s -I INPUT %u ! -i lo %s -j DROP", program, number, match);
}

static void iptables_restrict(struct remedy *remedy, const struct audience_networks *networks,
			      const char *match, const char *match6, enum service_audience audience)
{
	iptables_family(remedy, networks, ADDRESS_IPV4, match, audience);
	iptables_family(remedy, networks, ADDRESS_IPV6, match6, audience);
}

/* A table of our own ahead of the others: a drop is final in nftables, whatever other chains say
 * (nft(8), "a drop verdict takes effect immediately"). */
void firewall_remedy_nft_table(struct remedy *remedy)
{
	static const char *const table = "nft add table inet ringfence";
	for (size_t i = 0; i < remedy->commands.count; i++)
		if (slice_is(slice_of(remedy->commands.items[i]), table))
			return;
	remedy_command(remedy, "%s", table);
	remedy_command(remedy, "nft add chain inet ringfence input '{ type filter hook input "
			       "priority -10; policy accept; }'");
}

/* MATCH and MATCH6 for each family; WORDS of networks, or the variable. */
static void nft_restrict(struct remedy *remedy, const struct audience_networks *networks,
			 const char *match, const char *match6, enum service_audience audience)
{
	bool given = audience_is_given(networks);
	const char *v4 = audience_words(remedy, networks, ADDRESS_IPV4, ", ");
	const char *v6 = audience_words(remedy, networks, ADDRESS_IPV6, ", ");
	firewall_remedy_nft_table(remedy);
	if (!given) {
		const char *name = audience_variable(audience);
		remedy_command(remedy,
			       "v4=$(echo $%s | tr ' ' '\\n' | grep -v : | paste -sd,); v6=$(echo "
			       "$%s | tr ' ' '\\n' | grep : | paste -sd,)",
			       name, name);
		remedy_command(remedy,
			       "nft add rule inet ringfence input iif != lo meta nfproto ipv4 %s "
			       "${v4:+ip saddr != \"{ $v4 }\"} drop",
			       match);
		remedy_command(remedy,
			       "nft add rule inet ringfence input iif != lo meta nfproto ipv6 %s "
			       "${v6:+ip6 saddr != \"{ $v6 }\"} drop",
			       match6);
		return;
	}
	remedy_command(remedy,
		       "nft 'add rule inet ringfence input iif != lo meta nfproto ipv4 %s "
		       "%s%s%sdrop'",
		       match, *v4 ? "ip saddr != { " : "", v4, *v4 ? " } " : "");
	remedy_command(remedy,
		       "nft 'add rule inet ringfence input iif != lo meta nfproto ipv6 %s "
		       "%s%s%sdrop'",
		       match6, *v6 ? "ip6 saddr != { " : "", v6, *v6 ? " } " : "");
}

/* A rich rule a network; a low priority number comes first (firewalld.richlanguage(5)). */
static void firewalld_restrict(struct remedy *remedy, const struct audience_networks *networks,
			       const char *element, enum service_audience audience)
{
	static const char *const families[] = { "ipv4", "ipv6" };
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		struct slice rest = slice_of(audience_words(remedy, networks,
							    i ? ADDRESS_IPV6 : ADDRESS_IPV4, " ")),
			     word;
		while (slice_next_word(&rest, &word))
			remedy_command(remedy,
				       "firewall-cmd --permanent --add-rich-rule='rule "
				       "priority=\"-100\" family=\"%s\" source address=\"%.*s\" %s "
				       "accept'",
				       families[i], SLICE_ARG(word), element);
	}
	if (!audience_is_given(networks))
		remedy_command(
			remedy,
			"for n in $%s; do case $n in *:*) f=ipv6;; *) f=ipv4;; esac; "
			"firewall-cmd --permanent --add-rich-rule=\"rule priority=\\\"-100\\\" "
			"family=\\\"$f\\\" source address=\\\"$n\\\" \"'%s accept'; done",
			audience_variable(audience), element);
	remedy_command(remedy,
		       "firewall-cmd --permanent --add-rich-rule='rule priority=\"-90\" %s "
		       "drop'",
		       element);
}

static void ufw_restrict(struct remedy *remedy, const struct audience_networks *networks,
			 const char *protocol, const char *ports, enum service_audience audience)
{
	remedy_command(remedy, "ufw prepend deny proto %s to any port %s", protocol, ports);
	for (size_t i = 0; i < 2; i++) {
		struct slice rest = slice_of(audience_words(remedy, networks,
							    i ? ADDRESS_IPV6 : ADDRESS_IPV4, " ")),
			     word;
		while (slice_next_word(&rest, &word))
			remedy_command(remedy,
				       "ufw prepend allow proto %s from %.*s to any port %s",
				       protocol, SLICE_ARG(word), ports);
	}
	if (!audience_is_given(networks))
		remedy_command(
			remedy,
			"for n in $%s; do ufw prepend allow proto %s from \"$n\" to any port "
			"%s; done",
			audience_variable(audience), protocol, ports);
}

void firewall_remedy_restrict(struct remedy *remedy, const struct model *model, uint8_t protocol,
			      uint16_t first, uint16_t last, enum service_audience audience)
{
	struct audience_networks networks = audience_networks(model, audience);
	const char *name = remedy_protocol_name(protocol);
	BUFFER_AUTO match = { 0 };
	if (!audience_is_given(&networks))
		audience_ask(remedy, audience);
	switch (firewall_dialect_of(model)) {
	case DIALECT_FREEPBX:
	case DIALECT_IPTABLES:
		buffer_format(&match, "-p %s --dport %s", name,
			      remedy_port_words(remedy, first, last, ':'));
		iptables_restrict(remedy, &networks, buffer_string(&match), buffer_string(&match),
				  audience);
		break;
	case DIALECT_NFTABLES:
		buffer_format(&match, "%s dport %s", name,
			      remedy_port_words(remedy, first, last, '-'));
		nft_restrict(remedy, &networks, buffer_string(&match), buffer_string(&match),
			     audience);
		break;
	case DIALECT_FIREWALLD:
		buffer_format(&match, "port port=\"%s\" protocol=\"%s\"",
			      remedy_port_words(remedy, first, last, '-'), name);
		firewalld_restrict(remedy, &networks, buffer_string(&match), audience);
		break;
	case DIALECT_UFW:
		ufw_restrict(remedy, &networks, name, remedy_port_words(remedy, first, last, ':'),
			     audience);
		break;
	}
	if (buffer_failed(&match))
		remedy->memory_failed = true;
}

void firewall_remedy_close(struct remedy *remedy, const struct model *model, uint8_t protocol,
			   uint16_t first, uint16_t last)
{
	const char *name = remedy_protocol_name(protocol);
	switch (firewall_dialect_of(model)) {
	case DIALECT_FREEPBX:
	case DIALECT_IPTABLES: {
		const char *ports = remedy_port_words(remedy, first, last, ':');
		remedy_command(remedy, "iptables -I INPUT 1 ! -i lo -p %s --dport %s -j DROP", name,
			       ports);
		remedy_command(remedy, "ip6tables -I INPUT 1 ! -i lo -p %s --dport %s -j DROP",
			       name, ports);
		break;
	}
	case DIALECT_NFTABLES:
		firewall_remedy_nft_table(remedy);
		remedy_command(remedy,
			       "nft add rule inet ringfence input iif != lo %s dport %s drop", name,
			       remedy_port_words(remedy, first, last, '-'));
		break;
	case DIALECT_FIREWALLD:
		remedy_command(
			remedy,
			"firewall-cmd --permanent --add-rich-rule='rule priority=\"-90\" port "
			"port=\"%s\" protocol=\"%s\" drop'",
			remedy_port_words(remedy, first, last, '-'), name);
		break;
	case DIALECT_UFW:
		remedy_command(remedy, "ufw prepend deny proto %s to any port %s", name,
			       remedy_port_words(remedy, first, last, ':'));
		break;
	}
}

void firewall_remedy_ping(struct remedy *remedy, const struct model *model)
{
	struct audience_networks networks = audience_networks(model, AUDIENCE_ADMIN);
	if (!audience_is_given(&networks))
		audience_ask(remedy, AUDIENCE_ADMIN);
	switch (firewall_dialect_of(model)) {
	case DIALECT_NFTABLES:
		nft_restrict(remedy, &networks, "icmp type echo-request",
			     "icmpv6 type echo-request", AUDIENCE_ADMIN);
		break;
	case DIALECT_FIREWALLD:
		firewalld_restrict(remedy, &networks, "icmp-type name=\"echo-request\"",
				   AUDIENCE_ADMIN);
		break;
	case DIALECT_UFW:
		/* ufw's words know no ICMP: its own file takes the rule. */
		remedy_command(remedy, "sed -i 's/^\\(-A ufw-before-input -p icmp --icmp-type "
				       "echo-request\\) -j ACCEPT/\\1 -j DROP/' "
				       "/etc/ufw/before.rules");
		break;
	case DIALECT_FREEPBX:
	case DIALECT_IPTABLES:
		iptables_restrict(remedy, &networks, "-p icmp --icmp-type echo-request",
				  "-p ipv6-icmp --icmpv6-type echo-request", AUDIENCE_ADMIN);
		break;
	}
}

void firewall_remedy_persist(struct remedy *remedy, const struct model *model)
{
	bool redhat = model->host && model->host->family == SYSTEM_REDHAT;
	switch (firewall_dialect_of(model)) {
	case DIALECT_NFTABLES:
		remedy_command(remedy, "nft list table inet ringfence > /etc/ringfence.nft");
		remedy_command(remedy, "grep -q ringfence.nft /etc/nftables.conf || echo 'include "
				       "\"/etc/ringfence.nft\"' >> /etc/nftables.conf");
		remedy_command(remedy, "systemctl enable nftables");
		remedy_verify(remedy, "nft -c -f /etc/nftables.conf");
		remedy_undo(remedy, "sed -i '/ringfence.nft/d' /etc/nftables.conf; rm -f "
				    "/etc/ringfence.nft");
		break;
	case DIALECT_FIREWALLD:
	case DIALECT_UFW:
		/* Both write their files first: what runs is what is kept. */
		break;
	case DIALECT_FREEPBX:
	case DIALECT_IPTABLES:
		if (redhat && !has_systemd(model)) {
			remedy_command(remedy, "service iptables save; service ip6tables save");
			remedy_command(remedy, "chkconfig iptables on; chkconfig ip6tables on");
			remedy_verify(remedy, "iptables-restore --test < /etc/sysconfig/iptables");
		} else if (redhat) {
			if (!has_package(model, "iptables-services"))
				remedy_command(remedy, "yum -y install iptables-services");
			remedy_command(remedy, "iptables-save > /etc/sysconfig/iptables; "
					       "ip6tables-save > /etc/sysconfig/ip6tables");
			remedy_command(remedy, "systemctl enable iptables ip6tables");
			remedy_verify(remedy, "iptables-restore --test < /etc/sysconfig/iptables");
		} else {
			if (!has_package(model, "netfilter-persistent"))
				remedy_command(remedy, "apt-get install iptables-persistent");
			remedy_command(remedy, "netfilter-persistent save");
			remedy_command(remedy, "systemctl enable netfilter-persistent");
			remedy_verify(remedy, "iptables-restore --test < /etc/iptables/rules.v4");
		}
		break;
	}
}

void firewall_remedy_end(struct remedy *remedy, const struct model *model)
{
	enum firewall_dialect dialect = firewall_dialect_of(model);
	if (dialect == DIALECT_FIREWALLD)
		remedy_command(remedy, "firewall-cmd --reload");
	remedy_command(remedy,
		       "# Log in from a second window now; only then stop the undo and keep "
		       "the rules:");
	remedy_command(remedy, "%s",
		       has_systemd(model) ? "systemctl stop rf-undo.timer"
					  : "rm -f /root/rf-armed");
	switch (dialect) {
	case DIALECT_NFTABLES:
		remedy_verify(remedy, "nft list table inet ringfence");
		break;
	case DIALECT_FIREWALLD:
		remedy_verify(remedy, "firewall-cmd --list-all");
		break;
	case DIALECT_UFW:
		remedy_verify(remedy, "ufw status verbose");
		break;
	case DIALECT_FREEPBX:
	case DIALECT_IPTABLES:
		remedy_verify(remedy, "iptables -S INPUT; ip6tables -S INPUT");
		break;
	}
	firewall_remedy_persist(remedy, model);
}
