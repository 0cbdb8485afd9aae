/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/checks/asterisk_case.h"

#include "audit/model/tariff.h"

#define SIP(limit)                                                                                 \
	"[general]\ncontext=public\nallowguest=yes\n"                                              \
	"[trunk]\ntype=peer\nhost=192.0.2.9\ncontext=in\nsecret=x\n" limit

static struct asterisk_case last;

/* DIAL-001 over a dialplan, with TARIFF (NULL: none). */
static void judge(const char *sip, const char *dialplan, const char *text)
{
	static struct tariff tariff;
	struct error error = { 0 };
	if (last.arena)
		asterisk_case_end(&last);
	asterisk_case_begin(&last, "16.28.0", "sip.conf", sip, "extensions.conf", dialplan, NULL);
	if (text) {
		assert_true(tariff_parse(last.arena, "t", slice_of(text), &tariff, &error));
		last.site.tariff = &tariff;
	}
	assert_int_equal(asterisk_case_status(&last, "DIAL-001"), STATUS_FAIL);
}

static bool evidence_holds(const char *text)
{
	for (size_t i = 0; i < last.verdict.count; i++)
		if (strstr(last.verdict.evidence[i].text, text))
			return true;
	return false;
}

static void a_night_has_its_price(void **state)
{
	(void)state;
	const char *all = "[public]\nexten => _9.,1,Dial(SIP/trunk/${EXTEN:1})\n";
	const char *tariff = "44\t0.02\tEUR\n882\t9.5\tEUR\n";
	judge(SIP(""), all, NULL);
	assert_false(evidence_holds("one night"));
	judge(SIP(""), all, tariff);
	assert_true(evidence_holds("one night could cost 5700.00 EUR for each channel"));
	assert_true(evidence_holds("600 minutes x 9.500000"));
	assert_true(evidence_holds("how many channels is unknown"));
	judge(SIP("call-limit=4\n"), all, tariff);
	assert_true(evidence_holds("one night could cost 22800.00 EUR: 4 channels (call-limit)"));
	/* The dialplan keeps the dearest prefix back. */
	judge(SIP("call-limit=4\n"), "[public]\nexten => _90044.,1,Dial(SIP/trunk/${EXTEN:1})\n",
	      tariff);
	assert_true(evidence_holds("one night could cost 48.00 EUR"));
	assert_true(evidence_holds("by prefix 44 "));
	/* None of them goes out. */
	judge(SIP(""), all, "999\t1\tEUR\n");
	assert_true(evidence_holds("one night could cost 600.00 EUR"));
	judge(SIP(""), "[public]\nexten => _90044.,1,Dial(SIP/trunk/${EXTEN:1})\n",
	      "999\t1\tEUR\n");
	assert_true(evidence_holds("is unknown"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_night_has_its_price),
	};
	int failures = cmocka_run_group_tests(tests, NULL, NULL);
	if (last.arena)
		asterisk_case_end(&last);
	return failures;
}
