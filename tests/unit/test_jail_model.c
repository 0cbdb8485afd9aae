/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/fail2ban/jail_model.h"
#include "tests/memory_loader.h"

static void times_are_read_as_fail2ban_reads_them(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t seconds;
	} cases[] = {
		{ "600", 600 },          { "10m", 600 },
		{ "1d 12h", 129600 },    { "1d12h", 129600 },
		{ " 1 week ", 604800 },  { "-1", -1 },
		{ "1hour+30min", 5400 }, { "1year-6mo", 15778800 },
		{ "2*(1h+1)", 7202 },    { "1.5h", 5400 },
		{ "1year", 31557600 },   { "3 mm", 180 },
	};
	int64_t seconds;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(jail_time_parse(slice_of(cases[i].text), &seconds));
		assert_int_equal(seconds, cases[i].seconds);
	}
	static const char *const wrong[] = {
		"", "soon", "10 parsecs", "1h)", "(1h", "1/0", "1 mins"
	};
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_false(jail_time_parse(slice_of(wrong[i]), &seconds));
}

static const struct memory_file host[] = {
	{ .path = "/etc/fail2ban", .is_folder = true },
	{ .path = "/etc/fail2ban/jail.conf",
	  .text = "[INCLUDES]\nbefore = paths.conf\n[DEFAULT]\nmaxretry = 5\nbantime = 10m\n"
		  "findtime = 10m\nbackend = auto\nmode = normal\nport = 0:65535\nprotocol = tcp\n"
		  "chain = <known/chain>\nfilter = %(__name__)s[mode=%(mode)s]\n"
		  "banaction = drop\n"
		  "action_ = %(banaction)s[port=\"%(port)s\", protocol=\"%(protocol)s\", "
		  "chain=\"%(chain)s\"]\naction = %(action_)s\n"
		  "[sip]\nport = 5060,5061\nlogpath = %(sip_log)s\nmaxretry = 10\n"
		  "action_ = %(default/action_)s[name=%(__name__)s-tcp, protocol=\"tcp\"]\n"
		  "          %(default/action_)s[name=%(__name__)s-udp, protocol=\"udp\"]\n"
		  "[web]\nlogpath = /var/log/none\n" },
	{ .path = "/etc/fail2ban/paths.conf", .text = "[DEFAULT]\nsip_log = /var/log/sip*\n" },
	{ .path = "/etc/fail2ban/jail.local", .text = "[sip]\nenabled = true\nmaxretry = 3\n" },
	{ .path = "/etc/fail2ban/filter.d/sip.conf",
	  .text = "[Definition]\nfailregex = ^<mdre-<mode>> from <HOST>$\nmdre-normal = plain\n"
		  "mdre-hard = hard\n" },
	{ .path = "/etc/fail2ban/action.d/drop.conf",
	  .text = "[Definition]\nactionban = drop <ip> in <chain>\n[Init]\nchain = INPUT\n" },
	{ .path = "/var/log/sip", .text = "" },
};

static struct jail_model *load(struct arena *arena, const struct memory_file *files, size_t count)
{
	struct memory_files memory = { .arena = arena, .files = files, .count = count };
	struct loader loader = memory_loader(&memory);
	return jail_model_load(&loader, SLICE("1.0.2-2"));
}

static void jails_are_merged_as_fail2ban_merges_them(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	const struct jail_model *model = load(arena, host, ARRAY_SIZE(host));
	assert_non_null(model);
	assert_null(model->refused);
	const struct jail *jail = jail_find(model, "sip");
	assert_non_null(jail);
	assert_true(jail->is_enabled);
	assert_int_equal(jail->max_retry, 3);
	assert_int_equal(jail->ban_time, 600);
	assert_true(slice_is(jail->filter.fail_regex, "^plain from <HOST>$"));
	assert_int_equal(jail->action_count, 2);
	assert_true(slice_is(jail->actions[0].protocol, "tcp"));
	assert_true(slice_is(jail->actions[1].protocol, "udp"));
	assert_true(slice_is(jail->actions[1].port, "5060,5061"));
	/* <known/chain> is [Init]'s. */
	assert_true(slice_is(jail->actions[0].chain, "INPUT"));
	assert_int_equal(jail->log_count, 1);
	assert_int_equal(jail->logs[0].files.count, 1);
	assert_false(jail_find(model, "web")->is_enabled);
	arena_free(arena);
}

/* One jail without a log, or a name that nobody defines, and fail2ban does not start. */
static void what_stops_fail2ban_stops_all_jails(void **state)
{
	(void)state;
	static const char *const locals[] = {
		"[sip]\nenabled = true\n[web]\nenabled = true\nfilter = sip\n",
		"[sip]\nenabled = true\nlogpath = %(nobody)s\n",
		"[sip]\nenabled = true\nenabled = true\n",
		"enabled = true\n",
	};
	for (size_t i = 0; i < ARRAY_SIZE(locals); i++) {
		struct memory_file files[ARRAY_SIZE(host)];
		struct arena *arena = arena_new(0);
		memcpy(files, host, sizeof(host));
		files[3].text = locals[i];
		const struct jail_model *model = load(arena, files, ARRAY_SIZE(files));
		assert_non_null(model);
		assert_non_null(model->refused);
		const struct jail *jail = jail_find(model, "sip");
		assert_true(!jail || jail->refused);
		arena_free(arena);
	}
}

/* A filter that is not there takes its own jail out, no other. */
static void a_missing_filter_skips_one_jail(void **state)
{
	(void)state;
	struct memory_file files[ARRAY_SIZE(host)];
	struct arena *arena = arena_new(0);
	memcpy(files, host, sizeof(host));
	files[3].text = "[sip]\nenabled = true\n[web]\nenabled = true\nlogpath = /var/log/sip\n";
	const struct jail_model *model = load(arena, files, ARRAY_SIZE(files));
	assert_non_null(model);
	assert_null(model->refused);
	assert_null(jail_find(model, "sip")->refused);
	assert_non_null(jail_find(model, "web")->refused);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_as_fail2ban_reads_them),
		cmocka_unit_test(jails_are_merged_as_fail2ban_merges_them),
		cmocka_unit_test(what_stops_fail2ban_stops_all_jails),
		cmocka_unit_test(a_missing_filter_skips_one_jail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
