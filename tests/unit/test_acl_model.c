/* SPDX-License-Identifier: Apache-2.0
 *
 * Each case: the lines of an entry, an address, and whether ast_apply_acl of Asterisk lets it pass.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/asterisk/acl_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/base/arena.h"
#include "tests/memory_loader.h"

static const struct memory_file acl_conf[] = {
	{
		.path = "/etc/asterisk/acl.conf",
		.text = "[office]\ndeny=0.0.0.0/0\npermit=198.51.100.0/24\n"
			"[road](!)\ndeny=0.0.0.0/0\n",
	},
};

/* Builds the list of "deny=a;permit=b;acl=c"; false: a line that drops the whole entry. */
static bool build(struct arena *arena, const char *lines, unsigned int version, bool has_file,
		  struct acl *ret_acl)
{
	struct memory_files files = { .arena = arena, .files = acl_conf, .count = has_file };
	struct loader loader = memory_loader(&files);
	const struct conf_options options = { .directory = "/etc/asterisk" };
	const struct acl_file *file = acl_file_load(&loader, &options);
	struct acl_builder builder = { .arena = arena };
	struct slice rest = slice_of(lines), line;
	assert_non_null(file);
	while (rest.size && slice_next_field(&rest, ';', &line)) {
		size_t equals = slice_find_byte(line, '=');
		enum acl_sense sense;
		/* The builder keeps the variable. */
		struct conf_variable *variable = ARENA_NEW(arena, struct conf_variable);
		assert_non_null(variable);
		variable->name = slice_part(line, 0, equals);
		variable->value = slice_from(line, equals + 1);
		assert_true(acl_sense_of(variable->name, "", &sense));
		if (!acl_builder_add(&builder, sense, variable, version))
			return false;
	}
	assert_true(acl_builder_finish(&builder, file, ret_acl));
	return true;
}

static void test_who_passes(void **state)
{
	static const struct {
		const char *lines;
		const char *address;
		bool passes;
	} cases[] = {
		/* Nothing, or permits alone, keep nobody out. */
		{ "", "203.0.113.9", true },
		{ "permit=198.51.100.0/24", "203.0.113.9", true },
		/* The last line that matches decides. */
		{ "deny=0.0.0.0/0;permit=198.51.100.0/24", "198.51.100.7", true },
		{ "deny=0.0.0.0/0;permit=198.51.100.0/24", "203.0.113.9", false },
		{ "permit=198.51.100.0/24;deny=0.0.0.0/0.0.0.0", "198.51.100.7", false },
		/* IPv4 lines say nothing of IPv6. */
		{ "deny=0.0.0.0/0", "2001:db8::9", true },
		{ "deny=0.0.0.0/0;deny=::/0", "2001:db8::9", false },
		{ "deny=::/0;permit=2001:db8::/32", "2001:db8::9", true },
		/* '!' turns one item round; bits behind the mask are cleared. */
		{ "deny=0.0.0.0/0;permit=198.51.100.0/24,!198.51.100.7", "198.51.100.7", false },
		{ "deny=0.0.0.0/0;permit=198.51.100.0/24,!198.51.100.7", "198.51.100.8", true },
		{ "deny=0.0.0.0/0;permit=198.51.100.99/255.255.255.0", "198.51.100.7", true },
		/* Named lists: each must allow; one that is missing allows nobody. */
		{ "acl=office", "198.51.100.7", true },
		{ "acl=office", "203.0.113.9", false },
		{ "permit=203.0.113.9;acl=office", "203.0.113.9", false },
		{ "acl=nosuch", "198.51.100.7", false },
		{ "acl=office,nosuch", "198.51.100.7", false },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct arena *arena = arena_new(0);
		struct address address;
		struct acl acl;
		assert_true(address_parse(slice_of(cases[i].address), &address));
		assert_true(build(arena, cases[i].lines, 1628, true, &acl));
		if (acl_allows(&acl, address) != cases[i].passes)
			fail_msg("%s lets %s %s", cases[i].lines, cases[i].address,
				 cases[i].passes ? "not pass" : "pass");
		arena_free(arena);
	}
}

static void test_bad_lines_drop_the_entry(void **state)
{
	static const char *const lines[] = {
		"permit=nonsense",
		"deny=198.51.100.0/33",
		"permit=198.51.100.1:5060",
		"deny=0.0.0.0/0;permit=198.51.100.0/24,x",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct arena *arena = arena_new(0);
		struct acl acl;
		assert_false(build(arena, lines[i], 1628, true, &acl));
		arena_free(arena);
	}
}

static void test_lists_are_of_version_11(void **state)
{
	struct arena *arena = arena_new(0);
	struct acl acl;
	(void)state;
	assert_true(build(arena, "deny=198.51.100.0/24,203.0.113.0/24", 1100, true, &acl));
	assert_false(build(arena, "deny=198.51.100.0/24,203.0.113.0/24", 108, true, &acl));
	arena_free(arena);
}

static void test_a_name_without_acl_conf_allows_all(void **state)
{
	struct arena *arena = arena_new(0);
	struct address address;
	struct acl acl;
	(void)state;
	assert_true(address_parse(SLICE("203.0.113.9"), &address));
	assert_true(build(arena, "acl=office", 1628, false, &acl));
	assert_true(acl.names_list_without_file);
	assert_true(acl_allows(&acl, address));
	arena_free(arena);
}

static void test_width(void **state)
{
	struct arena *arena = arena_new(0);
	struct acl acl;
	(void)state;
	assert_true(build(arena, "deny=0.0.0.0/0;deny=::/0;permit=203.0.113.9", 1628, true, &acl));
	assert_true(acl_restricts(&acl, ADDRESS_IPV4));
	assert_true(acl_restricts(&acl, ADDRESS_IPV6));
	assert_true(acl_is_narrow(&acl, 32, 128));
	assert_true(build(arena, "deny=0.0.0.0/0;permit=203.0.113.9", 1628, true, &acl));
	assert_false(acl_restricts(&acl, ADDRESS_IPV6));
	assert_false(acl_is_narrow(&acl, 32, 128));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_passes),
		cmocka_unit_test(test_bad_lines_drop_the_entry),
		cmocka_unit_test(test_lists_are_of_version_11),
		cmocka_unit_test(test_a_name_without_acl_conf_allows_all),
		cmocka_unit_test(test_width),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
