/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/sshd/sshd_parse.h"

static struct arena *arena;
static struct source source;

static const struct sshd_file *parse_as(uint16_t release, struct slice text)
{
	struct sshd_version version = sshd_version_default();
	version.release = release;
	source = (struct source){ .path = "sshd_config", .bytes = text };
	const struct sshd_file *file = sshd_parse_file(arena, version, SLICE(""), &source);
	assert_non_null(file);
	return file;
}

static const struct sshd_file *parse(const char *text)
{
	return parse_as(902, slice_of(text));
}

static void words_of(const char *text, size_t count, const char *const *words)
{
	const struct sshd_file *file = parse(text);
	assert_int_equal(file->count, 1);
	assert_int_equal(file->lines[0].word_count, count);
	for (size_t i = 0; i < count; i++)
		assert_true(slice_is(file->lines[0].words[i], words[i]));
}

static void quotes_and_escapes(void **state)
{
	(void)state;
	words_of("AcceptEnv a 'b c' \"d e\" f\\ g # h\n", 4,
		 (const char *const[]){ "a", "b c", "d e", "f g" });
	words_of("AcceptEnv=a\"b\"c\n", 1, (const char *const[]){ "abc" });
	words_of("AcceptEnv = a\\b \"\" '#'\n", 3, (const char *const[]){ "a\\b", "", "#" });
	assert_non_null(parse("Banner \"a\n")->lines[0].error);
	assert_non_null(parse("Banner\n")->lines[0].error);
}

static void lines_and_their_numbers(void **state)
{
	(void)state;
	const struct sshd_file *file = parse("# one\n\n  Port 22\r\n\tPort 23\f\nNoSuch x");
	assert_int_equal(file->count, 3);
	assert_int_equal(file->lines[0].number, 3);
	assert_int_equal(origin_line(file->lines[0].origin), 3);
	assert_true(slice_is(file->lines[0].words[0], "22"));
	assert_true(slice_is(file->lines[1].words[0], "23"));
	assert_null(file->lines[2].keyword);
	assert_int_equal(file->lines[2].number, 5);
}

static void a_nul_byte_joins_lines(void **state)
{
	(void)state;
	/* sshd copies up to it, its end of line included in what is dropped. */
	const struct sshd_file *file = parse_as(902, SLICE("Port 2\0junk\n2\nPort 3\n"));
	assert_int_equal(file->count, 2);
	assert_true(slice_is(file->lines[0].words[0], "22"));
	assert_int_equal(file->lines[1].number, 2);
	assert_int_equal(origin_line(file->lines[1].origin), 3);
}

static void old_releases_split_otherwise(void **state)
{
	(void)state;
	const struct sshd_file *file = parse_as(806, SLICE("AcceptEnv a=b 'c d' # e\n"));
	assert_int_equal(file->lines[0].word_count, 4);
	assert_true(slice_is(file->lines[0].words[1], "b"));
	assert_true(slice_is(file->lines[0].words[2], "'c"));
	file = parse_as(806, SLICE("SetEnv A=1\n"));
	assert_int_equal(file->lines[0].word_count, 1);
}

static const struct sshd_match_line *match(const char *text)
{
	const struct sshd_file *file = parse(text);
	assert_non_null(file->lines[0].match);
	return file->lines[0].match;
}

static void criteria(void **state)
{
	(void)state;
	const struct sshd_match_line *line =
		match("Match User=root address \"192.0.2.0/24,!192.0.2.1\" # c\n");
	assert_null(line->error);
	assert_false(line->has_extra);
	assert_int_equal(line->count, 2);
	assert_int_equal(line->criteria[1].network_count, 2);
	assert_true(line->criteria[1].networks[1].negated);
	assert_null(match("match ALL\n")->error);
	assert_non_null(match("Match all user root\n")->error);
	assert_non_null(match("Match user\n")->error);
	assert_non_null(match("Match exec true\n")->error);
	assert_non_null(match("Match address 192.0.2.1/24\n")->error);
	assert_non_null(match("Match localport x\n")->error);
}

static void keywords_are_sorted_and_unique(void **state)
{
	(void)state;
	size_t count;
	const struct sshd_keyword *list = sshd_keyword_list(&count);
	for (size_t i = 1; i < count; i++) {
		int order = strcmp(list[i - 1].name, list[i].name);
		assert_true(order <= 0);
		/* Rows of one name are for different releases. */
		if (order == 0)
			assert_true(list[i - 1].until && list[i - 1].until <= list[i].since);
	}
	for (size_t i = 0; i < SSHD_SETTING_COUNT; i++)
		assert_non_null(sshd_setting_row((enum sshd_setting_id)i)->name);
}

static void versions(void **state)
{
	(void)state;
	struct sshd_version version;
	assert_true(sshd_version_parse(SLICE("OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15"),
				       SSHD_UPSTREAM, &version));
	assert_int_equal(version.release, 902);
	assert_int_equal(version.vendor, SSHD_DEBIAN);
	assert_int_equal(version.distribution, 12);
	assert_int_equal(version.update, 3);
	assert_true(sshd_version_parse(SLICE("8.7p1-34.el9"), SSHD_UPSTREAM, &version));
	assert_int_equal(version.release, 807);
	assert_int_equal(version.vendor, SSHD_REDHAT);
	assert_int_equal(version.distribution, 9);
	assert_true(sshd_version_parse(SLICE("1:9.2p1-2+deb12u10"), SSHD_UPSTREAM, &version));
	assert_int_equal(version.update, 10);
	assert_true(sshd_version_parse(SLICE("10.0"), SSHD_DEBIAN, &version));
	assert_int_equal(version.release, 1000);
	assert_false(sshd_version_parse(SLICE("none"), SSHD_DEBIAN, &version));
}

static int setup(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_and_escapes),
		cmocka_unit_test(lines_and_their_numbers),
		cmocka_unit_test(a_nul_byte_joins_lines),
		cmocka_unit_test(old_releases_split_otherwise),
		cmocka_unit_test(criteria),
		cmocka_unit_test(keywords_are_sorted_and_unique),
		cmocka_unit_test(versions),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
