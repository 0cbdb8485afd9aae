/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/command/settings.h"

static bool parse(const char *text, struct arena *arena, struct site *site, struct error *error)
{
	*error = (struct error){ .kind = ERROR_NONE };
	*site = (struct site){ .now = 0 };
	return settings_parse(slice_of(text), "test.conf", arena, site, error);
}

static void a_whole_file(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct site site;
	struct error error;
	assert_true(parse("# comment\n[site]\ntrusted = 192.0.2.0/24, 2001:db8::/32 198.51.100.7\n"
			  "level = strict\nwords = acme, springfield\n\n[waiver]\ncheck = SSH-003\n"
			  "reason = thins the log only\nuntil = 2027-03-31\n[waiver]\ncheck=SIP-*\n"
			  "subject = peer 10*\nreason=lab\nby=A. Admin\n",
			  arena, &site, &error));
	assert_int_equal(site.trusted_count, 3);
	assert_int_equal(site.trusted[2].length, 32);
	assert_int_equal(site.level, SITE_STRICT);
	assert_int_equal(site.word_count, 2);
	assert_true(slice_is(site.words[1], "springfield"));
	assert_int_equal(site.waiver_count, 2);
	assert_true(slice_is(site.waivers[0].subject, "*"));
	/* The waiver holds through its last day. */
	assert_int_equal(site.waivers[0].until, 1806537600);
	assert_true(slice_is(site.waivers[1].subject, "peer 10*"));
	arena_free(arena);
}

static void severities_and_history(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct site site;
	struct error error;
	assert_true(parse("[site]\nrole = branch, 40 phones\n[severity]\ncheck = TIME-*\n"
			  "severity = 2.5\nreason = hypervisor\n[severity]\ncheck = SSH-001\n"
			  "severity = 10\nreason = policy\n[history]\nfile = /x/h.db\nruns = 30\n"
			  "days = 90\n[waiver]\ncheck=SIP-001\nreason=r\nevidence=0123456789ab\n",
			  arena, &site, &error));
	assert_true(slice_is(site.role, "branch, 40 phones"));
	assert_int_equal(site.severity_count, 2);
	assert_int_equal(site.severities[0].tenths, 25);
	assert_int_equal(site.severities[1].tenths, 100);
	assert_true(slice_is(site.history.file, "/x/h.db"));
	assert_int_equal(site.history.runs, 30);
	assert_int_equal(site.history.days, 90);
	assert_true(slice_is(site.waivers[0].evidence, "0123456789ab"));
	arena_free(arena);
}

static void refusals_name_the_line(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint32_t line;
	} rows[] = {
		{ "[site]\ntrusted = 192.0.2.300\n", 2 },
		{ "[site]\n\ntrustd = 192.0.2.1\n", 3 },
		{ "trusted = 192.0.2.1\n", 1 },
		{ "[site]\nlevel = paranoid\n", 2 },
		{ "[waiver]\ncheck = SSH-001\n", 1 },
		{ "[waiver]\nreason = x\ncheck = SSH-001\nuntil = 2027-02-30\n", 4 },
		{ "[site\n", 1 },
		{ "[nosuch]\n", 1 },
		{ "[severity]\ncheck = SSH-001\nreason = r\n", 1 },
		{ "[severity]\ncheck = SSH-001\nseverity = 10.1\nreason = r\n", 3 },
		{ "[severity]\ncheck = SSH-001\nseverity = 1.25\nreason = r\n", 3 },
		{ "[history]\nruns = many\n", 2 },
		{ "[history]\nkeep = 3\n", 2 },
		{ "[site]\nlevel\n", 2 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena *arena = arena_new(0);
		struct site site;
		struct error error;
		assert_false(parse(rows[i].text, arena, &site, &error));
		assert_int_equal(error.kind, ERROR_INPUT);
		assert_string_equal(error.file, "test.conf");
		assert_int_equal(error.line, rows[i].line);
		arena_free(arena);
	}
}

static void trust(void **state)
{
	(void)state;
	struct site site = { .level = SITE_BASIC };
	struct address address;
	assert_true(address_parse(SLICE("192.168.7.7"), &address));
	assert_true(site_trusts(&site, address));
	struct prefix trusted;
	assert_true(prefix_parse(SLICE("192.0.2.0/24"), &trusted));
	site.trusted = &trusted;
	site.trusted_count = 1;
	assert_false(site_trusts(&site, address));
	assert_true(address_parse(SLICE("::ffff:192.0.2.9"), &address));
	assert_true(site_trusts(&site, address));
	assert_true(address_parse(SLICE("127.0.0.1"), &address));
	assert_true(site_trusts(&site, address));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_file),
		cmocka_unit_test(severities_and_history),
		cmocka_unit_test(refusals_name_the_line),
		cmocka_unit_test(trust),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
