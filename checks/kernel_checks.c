/* SPDX-License-Identifier: Apache-2.0
 *
 * Kernel settings that decide by a number alone, and connection tracking. What depends on the
 * interfaces is in kernel_network_checks.c.
 */
#include "audit/base/attributes.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/kernel_settings.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"

static const struct sysctl_rules syn_cookies = {
	.count = 1,
	.rules = {
		{
			.key = "net.ipv4.tcp_syncookies",
			.min = 1,
			.max = 2,
			.boot_default = 1,
			.value = "1",
		},
	},
};

/* RFC 4987: a backlog that holds what one round trip of honest callers needs, and no longer than
 * 63 seconds for each of the others (5 retries), 15 at strict (3). */
static const struct sysctl_rules half_open = {
	.count = 3,
	.rules = {
		{
			.key = "net.ipv4.tcp_max_syn_backlog",
			.min = 1024,
			.max = INT64_MAX,
			.boot_default = SYSCTL_DEFAULT_VARIES,
			.value = "4096",
		},
		{
			.key = "net.core.somaxconn",
			.min = 1024,
			.max = INT64_MAX,
			.boot_default = SYSCTL_DEFAULT_VARIES,
			.value = "4096",
		},
		{
			.key = "net.ipv4.tcp_synack_retries",
			.min = 0,
			.max = 5,
			.strict_max = 3,
			.boot_default = 5,
			.value = "3",
		},
	},
};

static const struct sysctl_rules icmp_damping = {
	.count = 3,
	.rules = {
		{
			.key = "net.ipv4.icmp_echo_ignore_broadcasts",
			.min = 1,
			.max = 1,
			.boot_default = 1,
			.value = "1",
		},
		{
			.key = "net.ipv4.icmp_ignore_bogus_error_responses",
			.min = 1,
			.max = 1,
			.boot_default = 1,
			.value = "1",
			.is_optional = true,
		},
		{
			.key = "net.ipv4.icmp_ratelimit",
			.min = 1,
			.max = INT64_MAX,
			.boot_default = 1000,
			.value = "1000",
		},
	},
};

#define FRAGMENT_MEMORY_MAX (INT64_C(16) * 1024 * 1024)

static const struct sysctl_rules fragments = {
	.count = 4,
	.rules = {
		{
			.key = "net.ipv4.ipfrag_time",
			.min = 1,
			.max = 60,
			.boot_default = 30,
			.value = "30",
		},
		{
			.key = "net.ipv4.ipfrag_high_thresh",
			.min = 0,
			.max = FRAGMENT_MEMORY_MAX,
			.boot_default = SYSCTL_DEFAULT_VARIES,
			.value = "4194304",
		},
		{
			.key = "net.ipv6.ip6frag_time",
			.min = 1,
			.max = 60,
			.boot_default = 60,
			.value = "60",
			.is_optional = true,
		},
		{
			.key = "net.ipv6.ip6frag_high_thresh",
			.min = 0,
			.max = FRAGMENT_MEMORY_MAX,
			.boot_default = SYSCTL_DEFAULT_VARIES,
			.value = "4194304",
			.is_optional = true,
		},
	},
};

/* Share of the table in percent from which on a burst fills it. */
#define CONNTRACK_SHARE_MAX 80

static void evaluate_conntrack(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	if (!kernel_is_ours(model, verdict))
		return;
	struct sysctl_number count = sysctl_number(model, "net.netfilter.nf_conntrack_count");
	struct sysctl_number max = sysctl_number(model, "net.netfilter.nf_conntrack_max");
	if (count.state == FACT_UNREADABLE || max.state == FACT_UNREADABLE) {
		sysctl_unknown(model, "net.netfilter.nf_conntrack_max", verdict);
		return;
	}
	if (max.state == FACT_ABSENT && count.state == FACT_ABSENT) {
		verdict_not_applicable(verdict, "the kernel tracks no connections");
		return;
	}
	if (max.state != FACT_PRESENT || count.state != FACT_PRESENT || max.value < 1) {
		verdict_unknown_because(verdict, "the connection table",
					"only one of its size and its use could be read",
					"run as root");
		return;
	}
	if (count.value < 0 ||
	    (uint64_t)count.value * 100 > (uint64_t)max.value * CONNTRACK_SHARE_MAX)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, max.origin, "connection tracking",
			     "%lld of %lld places of the connection table are taken",
			     (long long)count.value, (long long)max.value);
	else
		verdict_pass(verdict, max.origin, "connection tracking",
			     "%lld of %lld places of the connection table are taken",
			     (long long)count.value, (long long)max.value);
}

static void remedy_conntrack(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	system_remedy_sysctl(remedy, model, "net.netfilter.nf_conntrack_max", "262144");
}

static const struct check rows[] = {
	{
		.id = "KRN-001",
		.title = "SYN cookies are on",
		.why = "A flood of half-open connections fills the server's list of callers in "
		       "seconds, and SIP over TCP, SSH and the web GUI stop answering. With SYN "
		       "cookies the kernel keeps no list and honest callers get through.",
		.evaluates =
			"net.ipv4.tcp_syncookies as it runs (1 when needed, 2 always) and as "
			"the files of sysctl.d and sysctl.conf set it at the next start, in "
			"the order in which they are read. Fails when it is 0 now, or will be.",
		.likelihood = 5,
		.impact = 6,
		.level = LEVEL_BASIC,
		.is_seed = true,
		.references = { "seed 2.1", "RFC 4987 3.6", "CIS 3.3.10" },
		.evaluate = sysctl_rules_evaluate,
		.remedy = sysctl_rules_remedy,
		.parameters = &syn_cookies,
	},
	{
		.id = "KRN-002",
		.title = "Half-open connections time out early",
		.why = "Each connection that is begun and never finished takes a place. The fewer "
		       "places and the longer each is kept, the smaller the flood that fills them.",
		.evaluates = "net.ipv4.tcp_max_syn_backlog and net.core.somaxconn of 1024 or more, "
			     "net.ipv4.tcp_synack_retries of 5 or less (3 at strict), running and "
			     "as set at boot.",
		.likelihood = 3,
		.impact = 4,
		.level = LEVEL_STRICT,
		.is_seed = true,
		.references = { "seed 2.1", "RFC 4987 3" },
		.evaluate = sysctl_rules_evaluate,
		.remedy = sysctl_rules_remedy,
		.parameters = &half_open,
	},
	{
		.id = "KRN-005",
		.title = "ICMP floods are damped",
		.why = "A server that answers pings to broadcast addresses, or sends error "
		       "messages without limit, multiplies somebody else's flood.",
		.evaluates = "net.ipv4.icmp_echo_ignore_broadcasts and "
			     "icmp_ignore_bogus_error_responses are 1, icmp_ratelimit is not 0 "
			     "(which means no limit). Who may ping at all is FW-006.",
		.likelihood = 3,
		.impact = 4,
		.level = LEVEL_BASIC,
		.is_seed = true,
		.references = { "seed 2.3", "CIS 3.3.3", "CIS 3.3.4" },
		.evaluate = sysctl_rules_evaluate,
		.remedy = sysctl_rules_remedy,
		.parameters = &icmp_damping,
	},
	{
		.id = "KRN-006",
		.title = "Fragments cannot eat memory",
		.why = "Pieces of packets whose rest never comes are kept in memory for a time. "
		       "Without a bound on both, they take what calls need.",
		.evaluates = "net.ipv4.ipfrag_time and net.ipv6.ip6frag_time of 60 seconds or "
			     "less, ipfrag_high_thresh and ip6frag_high_thresh of 16 MiB or less.",
		.likelihood = 2,
		.impact = 4,
		.level = LEVEL_STRICT,
		.is_seed = true,
		.references = { "seed 2.4" },
		.evaluate = sysctl_rules_evaluate,
		.remedy = sysctl_rules_remedy,
		.parameters = &fragments,
	},
	{
		.id = "KRN-007",
		.title = "Connection tracking has room",
		.why = "A firewall that tracks connections drops every new packet once its table "
		       "is full: a cheap flood of UDP packets then cuts off all phones.",
		.evaluates =
			"net.netfilter.nf_conntrack_count against nf_conntrack_max; fails over "
			"80 %. Not applicable where the kernel tracks nothing.",
		.likelihood = 4,
		.impact = 6,
		.level = LEVEL_BASIC,
		.is_seed = true,
		.references = { "seed 2.2", "seed 2.4" },
		.evaluate = evaluate_conntrack,
		.remedy = remedy_conntrack,
	},
};

CHECK_LIST(kernel_checks, rows);
