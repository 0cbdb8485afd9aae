/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/advisory/advisory_table.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"

static enum hole_answer ask(const struct advisory_table *table, const char *id,
			    struct version_subject subject)
{
	size_t index = 0;
	enum hole_answer answer;
	struct slice fixed;
	const struct advisory *hole;
	while ((hole = advisory_next(table, &subject, &index, &answer, &fixed)))
		if (slice_is(hole->id, id))
			return answer;
	fail_msg("%s is not in the table", id);
	return HOLE_UNDECIDED;
}

#define SSH(version_text, style_name, scope_text)                                                  \
	(struct version_subject)                                                                   \
	{                                                                                          \
		.product = "openssh", .version = SLICE(version_text), .style = style_name,         \
		.scope = SLICE(scope_text)                                                         \
	}
#define ASTERISK(version_text)                                                                     \
	(struct version_subject)                                                                   \
	{                                                                                          \
		.product = "asterisk", .version = SLICE(version_text), .style = VERSION_UPSTREAM   \
	}

static void back_ported_fixes_count(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	const struct advisory_table *table = advisory_table_own(arena);
	assert_non_null(table);
	const char *regresshion = "CVE-2024-6387";
	assert_int_equal(
		ask(table, regresshion, SSH("1:9.2p1-2+deb12u3", VERSION_DPKG, "debian-12")),
		HOLE_FIXED);
	assert_int_equal(
		ask(table, regresshion, SSH("1:9.2p1-2+deb12u2", VERSION_DPKG, "debian-12")),
		HOLE_OPEN);
	/* Too old or too new to have it, whatever the distribution. */
	assert_int_equal(ask(table, regresshion, SSH("7.4p1-21.el7", VERSION_RPM, "rhel-7")),
			 HOLE_FIXED);
	assert_int_equal(ask(table, regresshion, SSH("1:9.9p1-3", VERSION_DPKG, "debian-14")),
			 HOLE_FIXED);
	/* In the range, and nobody tells. */
	assert_int_equal(ask(table, regresshion, SSH("1:9.3p1-1", VERSION_DPKG, "mint-21")),
			 HOLE_UNDECIDED);
	assert_int_equal(ask(table, regresshion, SSH("9.3p1", VERSION_UPSTREAM, "")), HOLE_OPEN);
	assert_int_equal(ask(table, "CVE-2023-48795",
			     SSH("1:8.9p1-3ubuntu0.7", VERSION_DPKG, "ubuntu-22.04")),
			 HOLE_UNDECIDED);
	assert_int_equal(ask(table, "CVE-2023-48795",
			     SSH("1:8.9p1-3ubuntu0.13", VERSION_DPKG, "ubuntu-22.04")),
			 HOLE_FIXED);
	arena_free(arena);
}

static void branches_are_kept_apart(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	const struct advisory_table *table = advisory_table_own(arena);
	const char *id = "GHSA-c4cg-9275-6w44";
	assert_int_equal(ask(table, id, ASTERISK("18.24.2")), HOLE_FIXED);
	assert_int_equal(ask(table, id, ASTERISK("18.24.1")), HOLE_OPEN);
	assert_int_equal(ask(table, id, ASTERISK("20.9.1")), HOLE_OPEN);
	assert_int_equal(ask(table, id, ASTERISK("20.10.0")), HOLE_FIXED);
	assert_int_equal(ask(table, id, ASTERISK("22.0.0")), HOLE_FIXED);
	/* 2 is not a branch of 20. */
	assert_int_equal(ask(table, id, ASTERISK("2.0")), HOLE_FIXED);
	arena_free(arena);
}

static void ends_are_found(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	const struct advisory_table *table = advisory_table_own(arena);
	const struct end_of_life *end = advisory_end_of_life(table, SLICE("debian"), SLICE("12"));
	assert_non_null(end);
	assert_true(slice_is(end->date, "2028-06-30"));
	/* The day itself counts. */
	assert_true(end->after == INT64_C(1846022400));
	assert_non_null(advisory_end_of_life(table, SLICE("elastix"), SLICE("2.5")));
	assert_null(advisory_end_of_life(table, SLICE("debian"), SLICE("99")));
	arena_free(arena);
}

static void every_line_of_our_own_is_sound(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	const struct advisory_table *table = advisory_table_own(arena);
	assert_true(table->hole_count > 100);
	for (size_t i = 0; i < table->hole_count; i++) {
		const struct advisory *hole = &table->holes[i];
		assert_true(slice_starts_with(hole->source, "https://"));
		bool is_upstream = slice_is(hole->scope, "upstream");
		assert_int_equal(is_upstream, !slice_is(hole->range, "-"));
		assert_true(!hole->needs.size || slice_ends_with(hole->needs, ".so"));
	}
	arena_free(arena);
}

static void wrong_lines_are_refused_with_their_place(void **state)
{
	(void)state;
	static const char *const wrong[] = {
		"nonsense\ta\n",
		"hole\ta\tb\n",
		"hole\ta\tb\tc\td\te\tf\tg\th\ti\n",
		"hole\ta\t\tc\td\te\tf\tg\th\n",
		"end\ta\tb\t2026-13-01\td\te\n",
		"end\ta\tb\tsoon\td\te\n",
		"date\n",
		"date\tyesterday\n",
	};
	struct arena *arena = arena_new(0);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct advisory_table table;
		struct error error = { 0 };
		char text[128];
		strcpy(text, "# a comment\n\n");
		strcat(text, wrong[i]);
		assert_false(advisory_table_parse(arena, "my.tsv", slice_of(text), &table, &error));
		assert_int_equal(error.line, 3);
	}
	struct advisory_table table;
	struct error error = { 0 };
	assert_true(advisory_table_parse(arena, "my.tsv", SLICE(""), &table, &error));
	assert_true(advisory_table_parse(arena, "my.tsv",
					 SLICE("date\t2026-01-02\r\nend\ta\tb\t-\t-\thttps://x\n"),
					 &table, &error));
	assert_int_equal(table.end_count, 1);
	assert_true(table.ends[0].after == 0);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(back_ported_fixes_count),
		cmocka_unit_test(branches_are_kept_apart),
		cmocka_unit_test(ends_are_found),
		cmocka_unit_test(every_line_of_our_own_is_sound),
		cmocka_unit_test(wrong_lines_are_refused_with_their_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
