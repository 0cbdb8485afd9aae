/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules that tests/asterisk holds against a real Asterisk, where there is none.
 */
#include "tests/checks/pjsip_case.h"

#include "audit/asterisk/admission_model.h"

static struct asterisk_case host;

static struct admission asked(bool is_pjsip, const char *address, uint16_t port, const char *user,
			      bool is_register)
{
	struct admission_request request = {
		.port = port,
		.user = slice_of(user),
		.is_register = is_register,
	};
	assert_true(address_parse(slice_of(address), &request.address));
	return is_pjsip ? admission_of_pjsip(host.model.asterisk->pjsip, &request)
			: admission_of_sip(host.model.asterisk->sip, &request);
}

static enum admission_outcome sip(const char *address, uint16_t port, const char *user)
{
	return asked(false, address, port, user, false).outcome;
}

static enum admission_outcome pjsip(const char *address, const char *user)
{
	return asked(true, address, 5060, user, false).outcome;
}

static void chan_sip_goes_by_name_then_address(void **state)
{
	(void)state;
	asterisk_case_begin(&host, "16.28.0", "sip.conf",
			    "[general]\nallowguest=no\n"
			    "[open]\ntype=friend\nhost=dynamic\n"
			    "[shut]\ntype=friend\nhost=dynamic\nsecret=x\n"
			    "[easy]\ntype=friend\nhost=dynamic\nsecret=x\ninsecure=invite\n"
			    "[peer]\ntype=peer\nhost=dynamic\n"
			    "[near]\ntype=user\ndeny=0.0.0.0/0\npermit=192.0.2.0/24\n"
			    "[trunk]\ntype=peer\nhost=198.51.100.9\n"
			    "[loose]\ntype=peer\nhost=198.51.100.10\ninsecure=port\n",
			    NULL);
	assert_int_equal(sip("203.0.113.9", 5060, "open"), ADMISSION_OPEN);
	assert_int_equal(sip("203.0.113.9", 5060, "OPEN"), ADMISSION_OPEN);
	assert_int_equal(sip("203.0.113.9", 5060, "shut"), ADMISSION_CHALLENGED);
	assert_int_equal(sip("203.0.113.9", 5060, "easy"), ADMISSION_OPEN);
	/* A peer is no user: its name says nothing. */
	assert_int_equal(sip("203.0.113.9", 5060, "peer"), ADMISSION_REFUSED);
	assert_int_equal(sip("203.0.113.9", 5060, "near"), ADMISSION_REFUSED);
	assert_int_equal(sip("192.0.2.9", 5060, "near"), ADMISSION_OPEN);
	assert_int_equal(sip("198.51.100.9", 5060, "x"), ADMISSION_OPEN);
	assert_int_equal(sip("198.51.100.9", 5061, "x"), ADMISSION_REFUSED);
	assert_int_equal(sip("198.51.100.10", 5061, "x"), ADMISSION_OPEN);
	/* Registrations: users, and entries with a fixed address, have none. */
	static const struct {
		const char *user;
		enum admission_outcome outcome;
	} cases[] = {
		{ "open", ADMISSION_OPEN },       { "shut", ADMISSION_CHALLENGED },
		{ "easy", ADMISSION_CHALLENGED }, { "peer", ADMISSION_OPEN },
		{ "near", ADMISSION_REFUSED },    { "trunk", ADMISSION_REFUSED },
		{ "x", ADMISSION_REFUSED },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(asked(false, "203.0.113.9", 5060, cases[i].user, true).outcome,
				 cases[i].outcome);
	asterisk_case_end(&host);
	asterisk_case_begin(&host, "16.28.0", "sip.conf", "[general]\ncontext=public\n", NULL);
	struct admission guest = asked(false, "203.0.113.9", 5060, "x", false);
	assert_int_equal(guest.outcome, ADMISSION_OPEN);
	assert_true(slice_is(guest.context, "public"));
	assert_int_equal(guest.entry.size, 0);
	asterisk_case_end(&host);
	/* A host's name that is not resolved may be the caller. */
	asterisk_case_begin(&host, "16.28.0", "sip.conf",
			    "[general]\n[t]\ntype=peer\nhost=sip.example.net\n", NULL);
	assert_int_equal(sip("203.0.113.9", 5060, "x"), ADMISSION_UNKNOWN);
	asterisk_case_end(&host);
}

static void pjsip_goes_by_its_order(void **state)
{
	(void)state;
	const char *objects =
		TRANSPORT PHONE "[open]\ntype=endpoint\n"
				"[hidden]\ntype=endpoint\nidentify_by=ip\n"
				"[near]\ntype=endpoint\ndeny=0.0.0.0/0\npermit=192.0.2.0/24\n"
				"[trunk]\ntype=endpoint\ncontext=in\n"
				"[trunk]\ntype=identify\nendpoint=trunk\nmatch=198.51.100.0/24\n";
	asterisk_case_begin(&host, "16.28.0", "pjsip.conf", objects, NULL);
	assert_int_equal(pjsip("203.0.113.9", "1001"), ADMISSION_CHALLENGED);
	assert_int_equal(pjsip("203.0.113.9", "open"), ADMISSION_OPEN);
	assert_int_equal(pjsip("203.0.113.9", "Open"), ADMISSION_REFUSED);
	assert_int_equal(pjsip("203.0.113.9", "hidden"), ADMISSION_REFUSED);
	assert_int_equal(pjsip("203.0.113.9", "near"), ADMISSION_REFUSED);
	assert_int_equal(pjsip("192.0.2.9", "near"), ADMISSION_OPEN);
	assert_int_equal(pjsip("203.0.113.9", "nobody"), ADMISSION_REFUSED);
	/* The address comes before the name. */
	struct admission trunk = asked(true, "198.51.100.7", 5070, "1001", false);
	assert_int_equal(trunk.outcome, ADMISSION_OPEN);
	assert_true(slice_is(trunk.entry, "trunk") && slice_is(trunk.context, "in"));
	assert_int_equal(asked(true, "203.0.113.9", 5060, "1001", true).outcome,
			 ADMISSION_CHALLENGED);
	assert_int_equal(asked(true, "203.0.113.9", 5060, "open", true).outcome, ADMISSION_REFUSED);
	asterisk_case_end(&host);
	asterisk_case_begin(&host, "16.28.0", "pjsip.conf",
			    TRANSPORT PHONE
			    "[g]\ntype=global\nendpoint_identifier_order=username,anonymous\n"
			    "[anonymous]\ntype=endpoint\ncontext=public\n"
			    "[all]\ntype=identify\nendpoint=1001\nmatch=0.0.0.0/0\n",
			    NULL);
	assert_int_equal(pjsip("203.0.113.9", "nobody"), ADMISSION_OPEN);
	assert_int_equal(pjsip("203.0.113.9", "1001"), ADMISSION_CHALLENGED);
	asterisk_case_end(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chan_sip_goes_by_name_then_address),
		cmocka_unit_test(pjsip_goes_by_its_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
