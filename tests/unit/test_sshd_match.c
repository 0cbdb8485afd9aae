/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/sshd/sshd_match.h"

static enum sshd_match list(const char *text, const char *patterns)
{
	return sshd_match_pattern_list(slice_of(text), slice_of(patterns), false);
}

static enum sshd_match address(const char *text, const char *networks)
{
	return sshd_match_address(slice_of(text), slice_of(networks));
}

static void lists_of_patterns(void **state)
{
	(void)state;
	assert_int_equal(list("root", "root"), SSHD_MATCH_YES);
	assert_int_equal(list("root", "alice,r?o*"), SSHD_MATCH_YES);
	assert_int_equal(list("root", "*,!root"), SSHD_MATCH_NEGATED);
	assert_int_equal(list("alice", "!root"), SSHD_MATCH_NO);
	assert_int_equal(list("root", "ROOT"), SSHD_MATCH_NO);
	assert_int_equal(list("", ""), SSHD_MATCH_NO);
	assert_int_equal(list("", "*"), SSHD_MATCH_YES);
	assert_int_equal(sshd_match_host(SLICE("PBX.Example.NET"), SLICE("*.EXAMPLE.net")),
			 SSHD_MATCH_YES);
}

static void many_stars_take_no_time(void **state)
{
	(void)state;
	assert_int_equal(list("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			      "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"),
			 SSHD_MATCH_NO);
}

static void addresses(void **state)
{
	(void)state;
	assert_int_equal(address("192.0.2.9", "192.0.2.0/24"), SSHD_MATCH_YES);
	assert_int_equal(address("192.0.2.9", "198.51.100.0/24,192.0.2.9"), SSHD_MATCH_YES);
	assert_int_equal(address("192.0.2.9", "192.0.2.0/24,!192.0.2.9"), SSHD_MATCH_NEGATED);
	assert_int_equal(address("192.0.2.9", "192.0.2.*"), SSHD_MATCH_YES);
	assert_int_equal(address("2001:db8::9", "2001:db8::/32"), SSHD_MATCH_YES);
	/* Families are apart, also for mapped addresses. */
	assert_int_equal(address("::ffff:192.0.2.9", "192.0.2.0/24"), SSHD_MATCH_NO);
	assert_int_equal(address("192.0.2.9", "::/0"), SSHD_MATCH_NO);
	/* Forms of inet_aton(3). */
	assert_int_equal(address("127.1", "127.0.0.0/8"), SSHD_MATCH_YES);
	assert_int_equal(address("no address", "*"), SSHD_MATCH_NO);
}

static void wrong_lists(void **state)
{
	(void)state;
	assert_int_equal(address("192.0.2.9", "192.0.2.1/24"), SSHD_MATCH_INVALID);
	assert_int_equal(address("192.0.2.9", "192.0.2.9,"), SSHD_MATCH_INVALID);
	assert_int_equal(address("192.0.2.9", "192.0.2.0/33"), SSHD_MATCH_INVALID);
	/* What comes first decides. */
	assert_int_equal(address("192.0.2.9", "!192.0.2.9,192.0.2.0/33"), SSHD_MATCH_NEGATED);
	/* Not a mask, so a pattern. */
	assert_int_equal(address("192.0.2.9", "192.0.2.0/0x18"), SSHD_MATCH_NO);
}

static enum sshd_match user(const char *name, const char *host, const char *from,
			    const char *pattern)
{
	return sshd_match_user(slice_of(name), slice_of(host), slice_of(from), slice_of(pattern));
}

static void users_at_hosts(void **state)
{
	(void)state;
	assert_int_equal(user("alice", "h", "192.0.2.9", "alice"), SSHD_MATCH_YES);
	assert_int_equal(user("alice", "h", "192.0.2.9", "alice@192.0.2.0/24"), SSHD_MATCH_YES);
	assert_int_equal(user("alice", "h", "203.0.113.9", "alice@192.0.2.0/24"), SSHD_MATCH_NO);
	assert_int_equal(user("alice", "pc.lan", "192.0.2.9", "a*@*.lan"), SSHD_MATCH_YES);
	assert_int_equal(user("alice", "pc.lan", "192.0.2.9", "alice@192.0.2.0/24,!pc.lan"),
			 SSHD_MATCH_NO);
	assert_true(sshd_user_pattern_is_valid(SLICE("alice@192.0.2.0/24")));
	assert_false(sshd_user_pattern_is_valid(SLICE("alice@192.0.2.1/24")));
}

static void groups(void **state)
{
	(void)state;
	const struct slice names[] = { SLICE("alice"), SLICE("wheel") };
	assert_true(sshd_match_groups(names, 2, SLICE("wheel")));
	assert_false(sshd_match_groups(names, 2, SLICE("*,!wheel")));
	assert_false(sshd_match_groups(names, 0, SLICE("*")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_of_patterns), cmocka_unit_test(many_stars_take_no_time),
		cmocka_unit_test(addresses),         cmocka_unit_test(wrong_lists),
		cmocka_unit_test(users_at_hosts),    cmocka_unit_test(groups),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
