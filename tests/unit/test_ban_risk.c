/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/live_model.h"
#include "audit/base/arena.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/ban_risk.h"
#include "audit/model/model.h"
#include "audit/model/site.h"

static struct prefix prefix_of(const char *text)
{
	struct prefix prefix;
	assert_true(prefix_parse(slice_of(text), &prefix));
	return prefix;
}

static const struct ban_risk *risk_of(const struct ban_risks *risks, const char *text)
{
	struct prefix wanted = prefix_of(text);
	for (size_t i = 0; i < risks->count; i++)
		if (prefix_contains_prefix(wanted, risks->risks[i].prefix) &&
		    prefix_contains_prefix(risks->risks[i].prefix, wanted))
			return &risks->risks[i];
	fail_msg("%s is not among them", text);
	return NULL;
}

static void who_is_exempt_and_who_is_not(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	struct jail jail = {
		.name = SLICE("sip"),
		.ignores_self = true,
		.ignore_ip = { .is_set = true, .text = SLICE("127.0.0.1/8, 198.51.100.0/24") },
	};
	struct ban_proof proofs[] = {
		{ .applies = true, .tries = 3, .jail = &jail },
		{ .applies = true, .tries = 3, .jail = &jail, .is_forgeable = true },
	};
	struct system_address own[] = { { .address = prefix_of("192.0.2.1").address },
					{ .address = prefix_of("127.0.0.1").address } };
	struct system_model host = { .addresses = own, .address_count = 2 };
	struct prefix trusted[] = { prefix_of("198.51.100.64/26"), prefix_of("198.51.0.0/16") };
	struct prefix trunk = prefix_of("203.0.113.10/32");
	struct live_contact contacts[] = { { .address = prefix_of("203.0.113.77").address },
					   { .address = prefix_of("203.0.113.77").address } };
	struct live_model live = { .contacts = contacts, .contact_count = 2 };
	struct asterisk_model asterisk = { .live = &live };
	struct site site = {
		.trusted = trusted,
		.trusted_count = 2,
		.trunks = &trunk,
		.trunk_count = 1,
	};
	struct model model = { .host = &host, .site = &site, .asterisk = &asterisk };
	struct ban_proofs all = { .proofs = proofs, .count = 1 };
	struct ban_risks risks;
	assert_true(ban_risks_build(arena, &model, &all, &risks));
	assert_int_equal(risks.count, 5);
	assert_int_equal(risk_of(&risks, "192.0.2.1")->answer, BAN_RISK_EXEMPT);
	assert_int_equal(risk_of(&risks, "198.51.100.64/26")->answer, BAN_RISK_EXEMPT);
	/* Only a part of it is exempt. */
	assert_int_equal(risk_of(&risks, "198.51.0.0/16")->answer, BAN_RISK_BANNED);
	assert_int_equal(risk_of(&risks, "203.0.113.10")->answer, BAN_RISK_BANNED);
	assert_int_equal(risk_of(&risks, "203.0.113.77")->phone_count, 2);
	all.count = 2;
	assert_true(ban_risks_build(arena, &model, &all, &risks));
	assert_int_equal(risk_of(&risks, "203.0.113.10")->answer, BAN_RISK_FORGED);
	/* A name, or a command, may exempt it. */
	jail.ignore_ip.text = SLICE("trunk.example.com");
	jail.ignores_self = false;
	assert_true(ban_risks_build(arena, &model, &all, &risks));
	assert_int_equal(risk_of(&risks, "203.0.113.10")->answer, BAN_RISK_UNKNOWN);
	assert_int_equal(risk_of(&risks, "192.0.2.1")->answer, BAN_RISK_UNKNOWN);
	proofs[0].tries = proofs[1].tries = 0;
	assert_true(ban_risks_build(arena, &model, &all, &risks));
	assert_int_equal(risks.count, 0);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_exempt_and_who_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
