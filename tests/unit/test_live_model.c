/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/asterisk/live_model.h"
#include "audit/base/arena.h"
#include "tests/memory_loader.h"

static struct arena *arena;
static struct live_model live;

static struct source *source_of(const char *text)
{
	struct source *source = ARENA_NEW(arena, struct source);
	assert_non_null(source);
	source->path = "a probe";
	source->bytes = slice_of(text);
	source->is_probe = true;
	return source;
}

static int begin(void **state)
{
	(void)state;
	arena = arena_new(0);
	live = (struct live_model){ .contact_count = 0 };
	return arena ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static bool is_at(const struct live_contact *contact, const char *account, const char *address)
{
	struct address expected;
	return address_parse(slice_of(address), &expected) && slice_is(contact->account, account) &&
	       address_equal(contact->address, expected);
}

static void peers_of_chan_sip_are_read(void **state)
{
	(void)state;
	const char *text =
		"Name/username  Host            Dyn Forcerport Comedia    ACL Port     Status\n"
		"2041/2041      203.0.113.77     D  Auto (No)  No          A  5071     OK (12 ms)\n"
		"2042           (Unspecified)    D  Auto (No)  No             0        "
		"Unmonitored\n"
		"trunk/user     192.0.2.9           Auto (No)  No             5060     OK (3 ms)\n"
		"v6             2001:db8::7      D  Auto (No)  No             5060     "
		"UNREACHABLE\n"
		"4 sip peers [Monitored: 3 online, 1 offline Unmonitored: 0 online, 0 offline]\n";
	assert_true(live_parse_sip_peers(source_of(text), arena, &live));
	assert_int_equal(live.contacts_state, FACT_PRESENT);
	assert_int_equal(live.contact_count, 3);
	assert_true(is_at(&live.contacts[0], "2041", "203.0.113.77"));
	assert_true(live.contacts[0].is_dynamic);
	assert_int_equal(origin_line(live.contacts[0].origin), 2);
	assert_true(is_at(&live.contacts[1], "trunk", "192.0.2.9"));
	assert_false(live.contacts[1].is_dynamic);
	assert_true(is_at(&live.contacts[2], "v6", "2001:db8::7"));
}

static void contacts_of_pjsip_come_behind(void **state)
{
	(void)state;
	assert_true(live_parse_sip_peers(source_of("2041 203.0.113.77 D\n"), arena, &live));
	const char *text =
		"  Contact:  <Aor/ContactUri..............> <Hash....> <Status> <RTT(ms)..>\n"
		"==========================================================================\n"
		"  Contact:  1001/sip:1001@203.0.113.78:5071    0a1b2c3d4e Avail        12.345\n"
		"  Contact:  1002/sips:1002@[2001:db8::9]:5061;transport=tls 0b Unavail nan\n"
		"  Contact:  1003/sip:192.0.2.4;x-ast-orig-host=10.0.0.9 0c NonQual nan\n"
		"  Contact:  1004/sip:1004@phones.example.org:5060 0d NonQual nan\n"
		"  Contact:  1005\nContact:\n"
		"Objects found: 4\n";
	assert_true(live_parse_pjsip_contacts(source_of(text), arena, &live));
	assert_int_equal(live.contact_count, 4);
	assert_true(is_at(&live.contacts[0], "2041", "203.0.113.77"));
	assert_true(is_at(&live.contacts[1], "1001", "203.0.113.78"));
	assert_true(is_at(&live.contacts[2], "1002", "2001:db8::9"));
	assert_true(is_at(&live.contacts[3], "1003", "192.0.2.4"));
}

static void calls_are_those_that_dial(void **state)
{
	(void)state;
	const char *text =
		"PJSIP/1001-00000003!phones!00441632960000!2!Up!Dial!PJSIP/"
		"x@t,60!1001!!!3!754!b!1.5\n"
		"PJSIP/t-00000004!from-trunk!s!1!Up!AppDial!(Outgoing Line)!0044!!!3!754!b!1.6\n"
		"SIP/a-b-00000001!phones!9!1!Up!Dial!SIP/t/9!a!!!3!soon!b!1.7\n"
		"short!line\n\n";
	assert_true(live_parse_channels(source_of(text), arena, &live));
	assert_int_equal(live.calls_state, FACT_PRESENT);
	assert_int_equal(live.call_count, 2);
	assert_true(slice_is(live.calls[0].account, "1001"));
	assert_true(slice_is(live.calls[0].number, "00441632960000"));
	assert_int_equal(live.calls[0].seconds, 754);
	assert_true(slice_is(live.calls[1].account, "a-b"));
	assert_int_equal(live.calls[1].seconds, 0);
}

static void records_are_those_of_master_csv(void **state)
{
	(void)state;
	const char *text =
		"\"\",\"1001\",\"00441632960000\",\"phones\",\"\"\"A, B\"\" <1001>\","
		"\"PJSIP/1001-00000003\",\"PJSIP/t-00000004\",\"Dial\",\"PJSIP/x@t,60\","
		"\"2026-02-03 02:00:00\",\"2026-02-03 02:00:05\",\"2026-02-03 02:10:05\",605,600,"
		"\"ANSWERED\",\"DOCUMENTATION\"\n"
		"\"\",\"1002\",\"*97\",\"phones\",\"\",\"\",\"\",\"VoiceMailMain\",\"\","
		"\"2026-02-03 03:00:00\",,\"2026-02-03 03:00:05\",5,0,\"NO ANSWER\",\"\"\n"
		"\"\",\"1003\",\"1\",\"p\",\"\",\"\",\"\",\"Dial\",\"\",\"never\",,,5,0,\"\",\"\"\n"
		"\"cut\n";
	assert_true(live_parse_records(source_of(text), arena, &live));
	assert_int_equal(live.record_count, 2);
	assert_true(slice_is(live.records[0].account, "1001"));
	assert_true(slice_is(live.records[0].number, "00441632960000"));
	assert_true(live.records[0].is_dialled && live.records[0].is_answered);
	assert_int_equal(live.records[0].seconds, 600);
	/* date -u -d '2026-02-03 02:00:00' +%s */
	assert_int_equal(live.records[0].start, 1770084000);
	assert_true(slice_is(live.records[1].account, "1002"));
	assert_false(live.records[1].is_dialled || live.records[1].is_answered);
}

static void what_was_not_asked_is_said(void **state)
{
	(void)state;
	const struct memory_file files[] = {
		{ .path = "asterisk/sip-show-peers", .text = "2041 203.0.113.77 D\n" },
		{ .path = "asterisk/core-show-channels", .text = "", .is_unreadable = true },
	};
	struct memory_files memory = { .arena = arena, .files = files, .count = 2 };
	struct loader loader = memory_loader(&memory);
	const struct live_model *model = live_model_load(&loader, SLICE("/var/log/asterisk"));
	assert_non_null(model);
	assert_int_equal(model->contacts_state, FACT_PRESENT);
	assert_int_equal(model->contact_count, 1);
	assert_int_equal(model->calls_state, FACT_UNREADABLE);
	assert_non_null(model->calls_unread);
	assert_int_equal(model->records_state, FACT_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(peers_of_chan_sip_are_read, begin, end),
		cmocka_unit_test_setup_teardown(contacts_of_pjsip_come_behind, begin, end),
		cmocka_unit_test_setup_teardown(calls_are_those_that_dial, begin, end),
		cmocka_unit_test_setup_teardown(records_are_those_of_master_csv, begin, end),
		cmocka_unit_test_setup_teardown(what_was_not_asked_is_said, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
