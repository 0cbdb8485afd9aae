/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/plan_script.h"

#include <netinet/in.h>

#include "audit/base/version.h"
#include "checks/result.h"
#include "template_plan_common.sh.h"
#include "template_plan_firewalld.sh.h"
#include "template_plan_iptables.sh.h"
#include "template_plan_nftables.sh.h"

/* Columns of a comment. */
#define COMMENT_WIDTH 100

/* TEXT as comment lines; INDENT from the second on. */
static void comment(struct buffer *out, const char *indent, struct slice text)
{
	struct slice rest = text, word;
	size_t column = 0;
	while (slice_next_word(&rest, &word)) {
		if (column && column + word.size + 1 > COMMENT_WIDTH) {
			buffer_format(out, "\n#%s", indent);
			column = 1 + strlen(indent);
		} else if (column == 0) {
			buffer_append_string(out, "#");
			column = 1;
		}
		buffer_append_byte(out, ' ');
		buffer_append_printable(out, word);
		column += word.size + 1;
	}
	buffer_append_byte(out, '\n');
}

static void comment_list(struct buffer *out, const char *head, const struct text_list *list)
{
	if (!list->count)
		return;
	buffer_format(out, "#\n# %s\n", head);
	for (size_t i = 0; i < list->count; i++) {
		BUFFER_AUTO line = { 0 };
		buffer_format(&line, "* %s", list->items[i]);
		comment(out, "  ", buffer_slice(&line));
	}
}

static void append_networks(struct buffer *out, const struct plan_networks *networks)
{
	for (size_t i = 0; i < networks->ipv4_count + networks->ipv6_count; i++) {
		buffer_append_string(out, i ? ", " : "");
		prefix_format(i < networks->ipv4_count
				      ? networks->ipv4_prefixes[i]
				      : networks->ipv6_prefixes[i - networks->ipv4_count],
			      out);
	}
}

static void write_audience(const struct plan *plan, enum plan_audience audience, const char *who,
			   struct buffer *out)
{
	bool is_used = false;
	for (size_t i = 0; i < plan->service_count; i++)
		is_used = is_used || plan->services[i].audience == audience;
	if (!is_used)
		return;
	BUFFER_AUTO networks = { 0 };
	append_networks(&networks, &plan->networks[audience]);
	BUFFER_AUTO line = { 0 };
	buffer_format(&line, "%s%s: %s", who,
		      plan->is_private ? " (no --trusted given: private networks)" : "",
		      buffer_string(&networks));
	buffer_append_string(out, "#\n");
	comment(out, "    ", buffer_slice(&line));
	for (size_t i = 0; i < plan->service_count; i++) {
		const struct plan_service *service = &plan->services[i];
		if (service->audience != audience)
			continue;
		buffer_clear(&line);
		buffer_format(&line, "* %s (%s): %s", service->subject, service->check,
			      service->before);
		comment(out, "  ", buffer_slice(&line));
	}
}

static void write_head(const struct plan *plan, struct buffer *out)
{
	BUFFER_AUTO host = { 0 };
	buffer_append_printable(&host, slice_of(plan->host));
	buffer_append_string(out, "#!/bin/sh\n");
	buffer_format(out,
		      "# The firewall of %s: what is open to too many is closed, nothing else "
		      "changes.\n# Made by ringfence " RINGFENCE_VERSION ", %s, for %s.\n",
		      buffer_string(&host), plan->made, plan_dialect_name(plan->dialect));
	buffer_append_string(
		out,
		"#\n"
		"#     sh FILE           save the rules, test the change, arm the undo, apply\n"
		"#     sh FILE confirm   after a second login worked: keep it, over a reboot too\n"
		"#     sh FILE undo      at any time: the rules of before\n"
		"#     sh FILE verify    is it in place?\n"
		"#     sh FILE test      would the firewall take it?\n"
		"#\n"
		"# Without a confirmation it takes itself back after UNDO_SECONDS.\n");
	write_audience(plan, PLAN_ADMIN, "From now on for trusted networks only", out);
	write_audience(plan, PLAN_PHONES,
		       "From now on for trusted networks, phones and trunks only", out);
	comment_list(out, "Left open:", &plan->left);
	comment_list(out, "Asked of the rules to come, and not cut off from SSH:", &plan->kept);
	comment_list(out, "Mind:", &plan->warnings);
}

static void write_function(struct buffer *out, const char *name, const char *text)
{
	buffer_format(out, "%s() {\n\tcat <<'END'\n%sEND\n}\n", name, text);
}

static void write_udp_ports(const struct plan *plan, struct buffer *out)
{
	const char *separator = "";
	buffer_append_string(out, "udp_ports='");
	for (size_t i = 0; i < plan->service_count; i++)
		if (plan->services[i].protocol == IPPROTO_UDP) {
			buffer_format(out, "%s%u", separator, plan->services[i].port);
			separator = " ";
		}
	buffer_append_string(out, "'\n");
}

/* TEXT in single quotes; paths of ours, which hold none. */
static void write_setting(struct buffer *out, const char *name, const char *text)
{
	buffer_format(out, "%s='%s'\n", name, text);
}

static void write_settings(const struct plan *plan, struct buffer *out)
{
	buffer_format(out,
		      "\nset -u\nLC_ALL=C\nPATH=/usr/sbin:/sbin:/usr/bin:/bin:$PATH\n"
		      "export LC_ALL PATH\n"
		      "seconds=${UNDO_SECONDS:-%d}\n"
		      "state=${STATE_DIRECTORY:-/var/lib/ringfence/plan}\n",
		      PLAN_UNDO_SECONDS);
	write_udp_ports(plan, out);
	if (plan->dialect == PLAN_NFTABLES) {
		write_setting(out, "saved_nft", plan->saved_nft);
		buffer_append_byte(out, '\n');
		write_function(out, "rules_nft", plan->rules_nft);
		return;
	}
	if (plan->dialect == PLAN_FIREWALLD) {
		buffer_append_byte(out, '\n');
		write_function(out, "rules_rich", plan->rules_firewalld);
		return;
	}
	write_setting(out, "keeper", plan_dialect_name(plan->dialect));
	write_setting(out, "hook_ipv4", plan->hook_ipv4);
	write_setting(out, "hook_ipv6", plan->hook_ipv6);
	write_setting(out, "saved_ipv4", plan->saved_ipv4);
	write_setting(out, "saved_ipv6", plan->saved_ipv6);
	buffer_append_byte(out, '\n');
	write_function(out, "rules_ipv4", plan->rules_ipv4);
	write_function(out, "rules_ipv6", plan->rules_ipv6);
}

void plan_script_write(const struct plan *plan, struct buffer *out)
{
	write_head(plan, out);
	write_settings(plan, out);
	buffer_append_byte(out, '\n');
	if (plan->dialect == PLAN_NFTABLES)
		buffer_append(out, plan_nftables_sh, sizeof(plan_nftables_sh));
	else if (plan->dialect == PLAN_FIREWALLD)
		buffer_append(out, plan_firewalld_sh, sizeof(plan_firewalld_sh));
	else
		buffer_append(out, plan_iptables_sh, sizeof(plan_iptables_sh));
	buffer_append(out, plan_common_sh, sizeof(plan_common_sh));
}
