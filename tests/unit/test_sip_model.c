/* SPDX-License-Identifier: Apache-2.0
 *
 * What chan_sip makes of an entry: type, insecure, lists, defaults of [general] and of versions,
 * templates, users.conf, what it drops and what refuses the file.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "tests/memory_loader.h"

#define GENERAL "[general]\ncontext=public\n"

struct fixture {
	struct arena *arena;
	const struct sip_model *sip;
};

static struct fixture load(const char *sip, const char *users, const char *external,
			   unsigned int version)
{
	struct fixture fixture = { .arena = arena_new(0) };
	assert_non_null(fixture.arena);
	struct memory_file *list = ARENA_ARRAY(fixture.arena, 4, struct memory_file);
	struct memory_files *files = ARENA_NEW(fixture.arena, struct memory_files);
	assert_true(list && files);
	*files = (struct memory_files){ .arena = fixture.arena, .files = list };
	const struct memory_file all[] = {
		{ .path = "/etc/asterisk/sip.conf", .text = sip },
		{ .path = "/etc/asterisk/users.conf", .text = users },
		{ .path = "/etc/asterisk/extconfig.conf", .text = external },
		{ .path = "/etc/asterisk/acl.conf",
		  .text = "[office]\ndeny=0.0.0.0/0\npermit=198.51.100.0/24\n" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i].text)
			list[files->count++] = all[i];
	struct loader loader = memory_loader(files);
	const struct conf_options options = {
		.directory = "/etc/asterisk",
		.asterisk_version = version,
	};
	const struct acl_file *acls = acl_file_load(&loader, &options);
	assert_non_null(acls);
	fixture.sip = sip_model_load(&loader, &options, acls);
	assert_non_null(fixture.sip);
	return fixture;
}

static const struct sip_peer *peer_of(const struct fixture *fixture, const char *name)
{
	return sip_peer_find(fixture->sip, slice_of(name));
}

static bool admits(const struct sip_peer *peer, const char *text)
{
	struct address address;
	assert_true(address_parse(slice_of(text), &address));
	return acl_allows(&peer->acl, address);
}

static void types_only_add_up(void **state)
{
	(void)state;
	static const struct {
		const char *lines;
		bool is_there;
		bool is_user;
		bool is_peer;
	} cases[] = {
		{ "type=peer", true, false, true },
		{ "type=user", true, true, false },
		{ "type=Friend", true, true, true },
		/* Nothing takes a bit away. */
		{ "type=user\ntype=peer", true, true, true },
		{ "type=friend\ntype=peer", true, true, true },
		/* The first type line decides whether there is an entry. */
		{ "type=nonsense\ntype=peer", false, false, false },
		{ "secret=x7Kq2mPw9", false, false, false },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[200];
		snprintf(text, sizeof(text), GENERAL "[100]\n%s\n", cases[i].lines);
		struct fixture fixture = load(text, NULL, NULL, 1600);
		const struct sip_peer *peer = peer_of(&fixture, "100");
		assert_int_equal(peer != NULL, cases[i].is_there);
		assert_int_equal(fixture.sip->dropped_count, !cases[i].is_there);
		if (peer) {
			assert_int_equal(peer->is_user, cases[i].is_user);
			assert_int_equal(peer->is_peer, cases[i].is_peer);
		}
		arena_free(fixture.arena);
	}
}

static void insecure_is_a_list_that_the_last_line_decides(void **state)
{
	(void)state;
	static const struct {
		const char *general;
		const char *lines;
		uint32_t bits;
	} cases[] = {
		{ "", "insecure=port", SIP_INSECURE_PORT },
		{ "", "insecure=invite", SIP_INSECURE_INVITE },
		{ "", "insecure=port,invite", SIP_INSECURE_PORT | SIP_INSECURE_INVITE },
		{ "", "insecure=port,invite\ninsecure=no", 0 },
		/* Of [general], where the entry says nothing. */
		{ "insecure=invite\n", "", SIP_INSECURE_INVITE },
		{ "insecure=invite\n", "insecure=port", SIP_INSECURE_PORT },
		/* 1.4's words are gone. */
		{ "", "insecure=very", 0 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[200];
		snprintf(text, sizeof(text), GENERAL "%s[100]\ntype=peer\n%s\n", cases[i].general,
			 cases[i].lines);
		struct fixture fixture = load(text, NULL, NULL, 1600);
		const struct sip_peer *peer = peer_of(&fixture, "100");
		assert_non_null(peer);
		assert_int_equal(peer->flags.values & SIP_INSECURE_MASK, cases[i].bits);
		arena_free(fixture.arena);
	}
}

static void lists_are_evaluated_in_order(void **state)
{
	(void)state;
	struct fixture fixture = load(GENERAL "[lan](!)\ntype=peer\ndeny=0.0.0.0/0.0.0.0\n"
					      "permit=198.51.100.0/24\n"
					      "[100](lan)\n"
					      "[101](lan)\npermit=203.0.113.0/28\n"
					      "[102](lan)\ndeny=0.0.0.0/0\n"
					      "[103]\ntype=peer\nacl=office\n"
					      "[104]\ntype=peer\nacl=nosuch\n"
					      "[105]\ntype=peer\npermit=198.51.100.0/33\n"
					      "[106]\ntype=peer\npermit=\n",
				      NULL, NULL, 1600);
	static const struct {
		const char *name;
		bool inside;
		bool beside;
		bool outside;
	} cases[] = {
		{ "100", true, false, false },  { "101", true, true, false },
		{ "102", false, false, false }, { "103", true, false, false },
		{ "104", false, false, false }, { "106", true, true, true },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct sip_peer *peer = peer_of(&fixture, cases[i].name);
		assert_non_null(peer);
		assert_int_equal(admits(peer, "198.51.100.9"), cases[i].inside);
		assert_int_equal(admits(peer, "203.0.113.9"), cases[i].beside);
		assert_int_equal(admits(peer, "192.0.2.9"), cases[i].outside);
	}
	/* A network that is none drops the whole entry: chan_sip rather has no peer than an open
	 * one.
	 */
	assert_null(peer_of(&fixture, "105"));
	assert_int_equal(fixture.sip->dropped_count, 1);
	arena_free(fixture.arena);
}

static void general_gives_what_entries_lack(void **state)
{
	(void)state;
	struct fixture fixture =
		load("[general]\ncontext=public\nlanguage=de\ncallcounter=yes\ntcpenable=yes\n"
		     "transport=tcp,udp\n"
		     "[100]\ntype=peer\n[101]\ntype=peer\ncontext=office\ncall-limit=2\n"
		     "transport=tls,udp\n",
		     NULL, NULL, 1600);
	const struct sip_peer *plain = peer_of(&fixture, "100"), *own = peer_of(&fixture, "101");
	assert_true(plain && own);
	assert_true(slice_is(sip_peer_text(fixture.sip, plain, SIP_CONTEXT), "public"));
	assert_true(slice_is(sip_peer_text(fixture.sip, own, SIP_CONTEXT), "office"));
	assert_true(slice_is(sip_peer_text(fixture.sip, own, SIP_LANGUAGE), "de"));
	assert_int_equal(plain->numbers[SIP_CALL_LIMIT], INT_MAX);
	assert_int_equal(own->numbers[SIP_CALL_LIMIT], 2);
	assert_int_equal(plain->transports, SIP_TCP | SIP_UDP);
	assert_int_equal(plain->first_transport, SIP_TCP);
	/* Without tlsenable it is no transport. */
	assert_int_equal(own->transports, SIP_UDP);
	arena_free(fixture.arena);
}

static void defaults_follow_the_version(void **state)
{
	(void)state;
	/* alwaysauthreject became the default with 1.8; guests are let in by all of them. */
	static const struct {
		unsigned int version;
		bool rejects_alike;
	} cases[] = { { 106, false }, { 108, true }, { 1300, true }, { 2000, true } };
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fixture = load("[general]\n", NULL, NULL, cases[i].version);
		assert_int_equal(fixture.sip->general.always_auth_reject.is_on,
				 cases[i].rejects_alike);
		assert_true(fixture.sip->general.allow_guest.is_on);
		assert_true(
			slice_is(sip_general_text(&fixture.sip->general, SIP_CONTEXT), "default"));
		assert_true(slice_is(sip_realm(fixture.sip), "asterisk"));
		arena_free(fixture.arena);
	}
}

static void a_second_section_goes_on_with_the_entry(void **state)
{
	(void)state;
	struct fixture fixture = load(GENERAL "[100]\ntype=peer\nsecret=x7Kq2mPw9\ndeny=0.0.0.0/0\n"
					      "[100]\ntype=user\npermit=198.51.100.0/24\n"
					      "[101](!)\ntype=peer\n[102](101,nobody)\n",
				      NULL, NULL, 1600);
	/* An heir of nobody refuses the file. */
	assert_false(fixture.sip->is_loaded);
	assert_non_null(fixture.sip->refused);
	arena_free(fixture.arena);
	fixture = load(GENERAL "[100]\ntype=peer\nsecret=x7Kq2mPw9\ndeny=0.0.0.0/0\n"
			       "[100]\ntype=user\npermit=198.51.100.0/24\n",
		       NULL, NULL, 1600);
	const struct sip_peer *peer = peer_of(&fixture, "100");
	assert_non_null(peer);
	assert_int_equal(fixture.sip->peer_count, 1);
	assert_true(peer->is_merged && peer->is_user && peer->is_peer);
	assert_false(sip_peer_is_open(peer));
	assert_true(admits(peer, "198.51.100.9"));
	assert_false(admits(peer, "203.0.113.9"));
	arena_free(fixture.arena);
}

static void hosts_are_dynamic_or_an_address(void **state)
{
	(void)state;
	struct fixture fixture = load(GENERAL "[100]\ntype=friend\nhost=dynamic\n"
					      "[101]\ntype=friend\nhost=203.0.113.10\nport=5070\n"
					      "[102]\ntype=friend\nhost=\n"
					      "[103]\ntype=friend\nhost=pbx.example.net\n",
				      NULL, NULL, 1600);
	assert_true(peer_of(&fixture, "100")->is_dynamic);
	assert_false(sip_peer_is_static(peer_of(&fixture, "100")));
	assert_true(sip_peer_is_static(peer_of(&fixture, "101")));
	assert_int_equal(peer_of(&fixture, "101")->address.family, ADDRESS_IPV4);
	assert_int_equal(peer_of(&fixture, "101")->port, 5070);
	/* An empty name can't be looked up: the entry goes. */
	assert_null(peer_of(&fixture, "102"));
	assert_int_equal(peer_of(&fixture, "103")->address.family, ADDRESS_NONE);
	arena_free(fixture.arena);
}

static void users_conf_makes_friends(void **state)
{
	(void)state;
	struct fixture fixture = load(GENERAL,
				      "[general]\nhassip=yes\nsecret=of-all\nhost=dynamic\n"
				      "[600]\nsecret=x7Kq2mPw9\n[601]\n[602]\nhassip=no\n"
				      "[603](!)\nsecret=none\n",
				      NULL, 1600);
	assert_int_equal(fixture.sip->peer_count, 2);
	const struct sip_peer *own = peer_of(&fixture, "600"), *heir = peer_of(&fixture, "601");
	assert_true(own && heir);
	assert_true(own->is_user && own->is_peer && own->is_from_users);
	assert_true(secret_equal(sip_peer_secret(own), secret_of(SLICE("x7Kq2mPw9"))));
	assert_true(secret_equal(sip_peer_secret(heir), secret_of(SLICE("of-all"))));
	assert_null(peer_of(&fixture, "602"));
	assert_null(peer_of(&fixture, "603"));
	arena_free(fixture.arena);
	/* Without hassip in [general], only who asks for it. */
	fixture = load(GENERAL, "[600]\nsecret=a\n[601]\nhassip=yes\n", NULL, 1600);
	assert_int_equal(fixture.sip->peer_count, 1);
	assert_non_null(peer_of(&fixture, "601"));
	arena_free(fixture.arena);
}

static void a_digest_closes_an_entry_too(void **state)
{
	(void)state;
	struct fixture fixture =
		load(GENERAL "[100]\ntype=friend\n[101]\ntype=friend\nsecret=\n"
			     "[102]\ntype=friend\nmd5secret=0123456789abcdef0123456789abcdef\n",
		     NULL, NULL, 1600);
	assert_true(sip_peer_is_open(peer_of(&fixture, "100")));
	assert_true(sip_peer_is_open(peer_of(&fixture, "101")));
	assert_false(sip_peer_is_open(peer_of(&fixture, "102")));
	arena_free(fixture.arena);
}

static void a_database_may_hold_more(void **state)
{
	(void)state;
	static const struct {
		const char *external;
		bool is_realtime;
	} cases[] = {
		{ "[settings]\nsippeers => odbc,asterisk,sippeers\n", true },
		{ "[settings]\nsip.conf => mysql,asterisk\n", true },
		{ "[settings]\nvoicemail => odbc,asterisk\n", false },
		{ "[settings]\n;sippeers => odbc,asterisk\n", false },
		{ "[other]\nsippeers => odbc,asterisk\n", false },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fixture = load(GENERAL, NULL, cases[i].external, 1600);
		assert_int_equal(fixture.sip->is_realtime, cases[i].is_realtime);
		assert_int_equal(fixture.sip->realtime_line != NULL, cases[i].is_realtime);
		arena_free(fixture.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_only_add_up),
		cmocka_unit_test(insecure_is_a_list_that_the_last_line_decides),
		cmocka_unit_test(lists_are_evaluated_in_order),
		cmocka_unit_test(general_gives_what_entries_lack),
		cmocka_unit_test(defaults_follow_the_version),
		cmocka_unit_test(a_second_section_goes_on_with_the_entry),
		cmocka_unit_test(hosts_are_dynamic_or_an_address),
		cmocka_unit_test(users_conf_makes_friends),
		cmocka_unit_test(a_digest_closes_an_entry_too),
		cmocka_unit_test(a_database_may_hold_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
