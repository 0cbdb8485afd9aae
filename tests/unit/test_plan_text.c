/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan's rules as text: what is spliced into iptables-save and taken out again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>

#include "audit/base/arena.h"
#include "checks/plan_text.h"

static void expect_strip(const char *text, const char *expected)
{
	BUFFER_AUTO out = { 0 };
	plan_text_strip(slice_of(text), &out);
	assert_string_equal(buffer_string(&out), expected);
}

static void test_strip(void **state)
{
	(void)state;
	expect_strip("*filter\n:INPUT DROP [0:0]\n:ringfence - [0:0]\n-A INPUT -j ringfence\n"
		     "-A INPUT -j ACCEPT\n-A ringfence -i lo -j RETURN\nCOMMIT\n",
		     "*filter\n:INPUT DROP [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n");
	expect_strip("[5:300] -A INPUT -j ringfence\n[0:0] -A ringfence -j DROP\n"
		     "[1:1] -A INPUT -j ACCEPT\n",
		     "[1:1] -A INPUT -j ACCEPT\n");
	/* Names that only begin or end alike are somebody else's. */
	expect_strip("-A ringfence2 -j DROP\n-A INPUT -j my-ringfence\n",
		     "-A ringfence2 -j DROP\n-A INPUT -j my-ringfence\n");
	expect_strip("", "");
	expect_strip("[", "[\n");
}

static void expect_splice(const char *text, const char *expected)
{
	BUFFER_AUTO out = { 0 };
	plan_text_splice(slice_of(text), "INPUT", "-A ringfence -j DROP\n", &out);
	assert_string_equal(buffer_string(&out), expected);
}

static void test_splice(void **state)
{
	(void)state;
	expect_splice("*nat\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n*filter\n# own\n"
		      ":INPUT DROP [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n",
		      "*nat\n:INPUT ACCEPT [0:0]\n-A INPUT -j ACCEPT\nCOMMIT\n*filter\n# own\n"
		      ":INPUT DROP [0:0]\n:ringfence - [0:0]\n-A INPUT -j ringfence\n"
		      "-A ringfence -j DROP\n-A INPUT -j ACCEPT\nCOMMIT\n");
	expect_splice("*filter\n:INPUT DROP [0:0]\nCOMMIT\n",
		      "*filter\n:INPUT DROP [0:0]\n:ringfence - [0:0]\n-A INPUT -j ringfence\n"
		      "-A ringfence -j DROP\nCOMMIT\n");
	expect_splice("", "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT "
			  "[0:0]\n:ringfence - [0:0]\n-A INPUT -j ringfence\n"
			  "-A ringfence -j DROP\nCOMMIT\n");
}

static void fill_networks(struct arena *arena, const char *text, struct plan_networks *networks)
{
	struct prefix prefix;
	assert_true(prefix_parse(slice_of(text), &prefix));
	networks->ipv6 = address_set_empty(ADDRESS_IPV6);
	assert_true(address_set_of_prefix(arena, prefix, &networks->ipv4));
	assert_true(address_set_prefixes(arena, networks->ipv4, &networks->ipv4_prefixes,
					 &networks->ipv4_count));
}

static void test_rules(void **state)
{
	static const struct plan_service services[] = {
		{ .protocol = IPPROTO_TCP, .port = 22, .audience = PLAN_ADMIN },
		{ .protocol = IPPROTO_UDP, .port = 5060, .audience = PLAN_PHONES },
		{ .protocol = IPPROTO_TCP, .port = 443, .audience = PLAN_ADMIN },
		{ .protocol = IPPROTO_ICMP, .audience = PLAN_ADMIN },
	};
	struct arena *arena = arena_new(0);
	struct plan plan = { .services = services, .service_count = ARRAY_SIZE(services) };
	BUFFER_AUTO ipv4 = { 0 };
	BUFFER_AUTO ipv6 = { 0 };
	(void)state;
	assert_non_null(arena);
	fill_networks(arena, "192.0.2.0/24", &plan.networks[PLAN_ADMIN]);
	fill_networks(arena, "198.51.100.0/25", &plan.networks[PLAN_PHONES]);
	plan_text_iptables(&plan, ADDRESS_IPV4, &ipv4);
	assert_string_equal(
		buffer_string(&ipv4),
		"-A ringfence -i lo -j RETURN\n"
		"-A ringfence -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN\n"
		"-A ringfence -s 192.0.2.0/24 -p tcp -m multiport --dports 22,443 -j RETURN\n"
		"-A ringfence -p tcp -m multiport --dports 22,443 -j DROP\n"
		"-A ringfence -s 198.51.100.0/25 -p udp -m multiport --dports 5060 -j RETURN\n"
		"-A ringfence -p udp -m multiport --dports 5060 -j DROP\n"
		"-A ringfence -s 192.0.2.0/24 -p icmp -m icmp --icmp-type 8 -j RETURN\n"
		"-A ringfence -p icmp -m icmp --icmp-type 8 -j DROP\n");
	/* IPv6 is closed beside it, and its ping is not the plan's. */
	plan_text_iptables(&plan, ADDRESS_IPV6, &ipv6);
	assert_string_equal(buffer_string(&ipv6),
			    "-A ringfence -i lo -j RETURN\n"
			    "-A ringfence -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN\n"
			    "-A ringfence -p tcp -m multiport --dports 22,443 -j DROP\n"
			    "-A ringfence -p udp -m multiport --dports 5060 -j DROP\n");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strip),
		cmocka_unit_test(test_splice),
		cmocka_unit_test(test_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
