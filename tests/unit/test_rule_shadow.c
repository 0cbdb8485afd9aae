/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/buffer.h"
#include "audit/firewall/rule_shadow.h"
#include "tests/firewall_text.h"

#define BANS (RULE_SHADOW_RULES_MAX + 500)

/* The lines of the rules that no packet gets to, and of those that take it, of a chain of FIRST, as
 * many bans as WITH_BANS says, and LAST. */
static void unreached(const char *first, size_t with_bans, const char *last, const char *expected)
{
	struct arena *arena = arena_new(0);
	BUFFER_AUTO text = { 0 };
	BUFFER_AUTO told = { 0 };
	const struct firewall_unreached *found;
	size_t count;
	buffer_append_string(&text, "*filter\n:INPUT DROP [0:0]\n");
	buffer_append_string(&text, first);
	for (size_t i = 0; i < with_bans; i++)
		buffer_format(&text, "-A INPUT -s 198.18.%zu.%zu/32 -j DROP\n", i * 37 % BANS / 250,
			      i * 37 % BANS % 250);
	buffer_append_string(&text, last);
	buffer_append_string(&text, "COMMIT\n");
	struct ruleset *ruleset =
		firewall_read(arena, FIREWALL_IPTABLES, buffer_slice(&text), SLICE(""));
	assert_non_null(ruleset);
	assert_true(rule_shadow_find(ruleset, arena, &found, &count));
	for (size_t i = 0; i < count; i++) {
		size_t line = origin_line(found[i].rule->origin),
		       by = origin_line(found[i].taken_by->origin);
		/* Lines behind the bans as if there were none. */
		buffer_format(&told, "%s%zu by %zu%s", i ? ", " : "",
			      line > BANS ? line - with_bans : line,
			      by > BANS ? by - with_bans : by,
			      found[i].is_contradicted ? " against it" : "");
	}
	assert_string_equal(buffer_string(&told), expected);
	arena_free(arena);
}

static void both(const char *first, const char *last, const char *expected)
{
	unreached(first, 0, last, expected);
	unreached(first, BANS, last, expected);
}

static void long_chains_tell_what_short_ones_tell(void **state)
{
	(void)state;
	both("-A INPUT -s 192.0.2.0/24 -j ACCEPT\n",
	     "-A INPUT -s 192.0.2.7/32 -p tcp -m tcp --dport 22 -j DROP\n"
	     "-A INPUT -s 192.0.3.7/32 -j DROP\n",
	     "4 by 3 against it");
	both("-A INPUT -s 192.0.2.7/32 -j DROP\n", "-A INPUT -s 192.0.2.0/24 -j ACCEPT\n", "");
	both("-A INPUT ! -s 192.0.2.0/24 -j DROP\n", "-A INPUT -s 198.51.100.1/32 -j ACCEPT\n", "");
	both("", "-A INPUT -j DROP\n-A INPUT -s 203.0.113.1/32 -j ACCEPT\n", "4 by 3 against it");
	both("-A INPUT -p tcp -j ACCEPT\n",
	     "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n-A INPUT -p udp -j ACCEPT\n", "4 by 3");
}

/* Alike, nested and side by side, whatever batch they fell into. */
static void many_ranges_are_found_again(void **state)
{
	(void)state;
	unreached("", BANS,
		  "-A INPUT -s 198.18.3.77/32 -j DROP\n-A INPUT -s 198.18.3.251/32 -j DROP\n",
		  "3 by 674");
	unreached("-A INPUT -s 10.0.0.0/8 -j ACCEPT\n-A INPUT -s 10.1.0.0/16 -j DROP\n", BANS,
		  "-A INPUT -s 10.1.2.3/32 -j DROP\n", "4 by 3 against it, 5 by 3 against it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_chains_tell_what_short_ones_tell),
		cmocka_unit_test(many_ranges_are_found_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
