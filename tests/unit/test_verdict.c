/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

static void the_status_follows(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct verdict verdict = { .arena = arena };
	assert_int_equal(verdict_status(&verdict), STATUS_UNKNOWN);
	verdict_not_applicable(&verdict, "no such program");
	assert_int_equal(verdict_status(&verdict), STATUS_NOT_APPLICABLE);
	verdict_note(&verdict, ORIGIN_NONE, "x", "a note decides nothing");
	assert_int_equal(verdict_status(&verdict), STATUS_NOT_APPLICABLE);
	verdict_pass(&verdict, ORIGIN_NONE, "x", "good");
	assert_int_equal(verdict_status(&verdict), STATUS_PASS);
	verdict_unknown_because(&verdict, "/etc/shadow", "permission denied", "run as root");
	assert_int_equal(verdict_status(&verdict), STATUS_UNKNOWN);
	assert_string_equal(verdict.evidence[2].text,
			    "could not be read: permission denied; run as root");
	verdict_fail(&verdict, EXPOSURE_ANYWHERE, ORIGIN_NONE, "y", "bad");
	assert_int_equal(verdict_status(&verdict), STATUS_FAIL);
	assert_int_equal(verdict.count, 4);
	assert_false(verdict.memory_failed);
	arena_free(arena);
}

static void texts_are_printable(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct verdict verdict = { .arena = arena };
	const char bytes[] = "a\x1b[31m\nb\xff\xc2\x9b";
	struct source source = { .path = "/etc/a\nb", .bytes = SLICE("one\ntwo\n") };
	verdict_fail(&verdict, EXPOSURE_HOST, origin_of(&source, slice_part(source.bytes, 4, 3)),
		     bytes, "%s caf\xc3\xa9", bytes);
	assert_string_equal(verdict.evidence[0].subject, "a\\x1b[31m\\x0ab\\xff\\xc2\\x9b");
	assert_string_equal(verdict.evidence[0].file, "/etc/a\\x0ab");
	assert_int_equal(verdict.evidence[0].line, 2);
	assert_non_null(strstr(verdict.evidence[0].text, "caf\xc3\xa9"));
	arena_free(arena);
}

static void memory_failure_sticks(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	for (size_t at = 1; at < 4; at++) {
		struct verdict verdict = { .arena = arena };
		arena_fail_at(arena, at);
		verdict_fail(&verdict, EXPOSURE_HOST, ORIGIN_NONE, "subject", "text");
		assert_true(verdict.memory_failed);
		arena_fail_at(arena, 0);
	}
	arena_free(arena);
}

static void shell_words_are_safe(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct remedy remedy = { .arena = arena };
	assert_string_equal(remedy_quote(&remedy, SLICE("/etc/ssh/sshd_config")),
			    "/etc/ssh/sshd_config");
	assert_string_equal(remedy_quote(&remedy, SLICE("")), "''");
	assert_string_equal(remedy_quote(&remedy, SLICE("-rf")), "'-rf'");
	assert_string_equal(remedy_quote(&remedy, SLICE("a'; rm -rf /;'")),
			    "'a'\\''; rm -rf /;'\\'''");
	assert_string_equal(remedy_quote(&remedy, SLICE("$(id)")), "'$(id)'");
	remedy_command(&remedy, "# note on %s", "x\nrm -rf /\n");
	assert_string_equal(remedy.commands.items[0], "# note on x?rm -rf /?");
	remedy_restarts(&remedy, "asterisk.service");
	remedy_restarts(&remedy, "asterisk.service");
	assert_int_equal(remedy.restarts.count, 1);
	remedy_disrupts(&remedy, DISRUPTION_RESTART);
	remedy_disrupts(&remedy, DISRUPTION_RELOAD);
	assert_int_equal(remedy.disruption, DISRUPTION_RESTART);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_follows),
		cmocka_unit_test(texts_are_printable),
		cmocka_unit_test(memory_failure_sticks),
		cmocka_unit_test(shell_words_are_safe),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
