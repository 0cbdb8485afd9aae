/* SPDX-License-Identifier: Apache-2.0
 *
 * What res_pjsip makes of its files: objects and what drops them, lists, identifies, templates, the
 * wizard, databases.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/base/arena.h"
#include "tests/memory_loader.h"

struct fixture {
	struct arena *arena;
	const struct pjsip_model *pjsip;
};

static struct fixture load(const char *pjsip, const char *wizard, const char *sorcery,
			   unsigned int version)
{
	struct fixture fixture = { .arena = arena_new(0) };
	assert_non_null(fixture.arena);
	struct memory_file *list = ARENA_ARRAY(fixture.arena, 4, struct memory_file);
	struct memory_files *files = ARENA_NEW(fixture.arena, struct memory_files);
	assert_true(list && files);
	*files = (struct memory_files){ .arena = fixture.arena, .files = list };
	const struct memory_file all[] = {
		{ .path = "/etc/asterisk/pjsip.conf", .text = pjsip },
		{ .path = "/etc/asterisk/pjsip_wizard.conf", .text = wizard },
		{ .path = "/etc/asterisk/sorcery.conf", .text = sorcery },
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
	fixture.pjsip = pjsip_model_load(&loader, &options, acls);
	assert_non_null(fixture.pjsip);
	return fixture;
}

static bool admits(const struct acl *acl, const char *text)
{
	struct address address;
	assert_true(address_parse(slice_of(text), &address));
	return acl_allows(acl, address);
}

static void an_option_that_is_none_drops_the_endpoint(void **state)
{
	(void)state;
	static const struct {
		const char *lines;
		bool is_there;
	} cases[] = {
		{ "type=endpoint", true },
		{ "type=endpoint\ndirect_media=no", true },
		/* Any word is a no, where yes and no are asked. */
		{ "type=endpoint\ndirect_media=perhaps", true },
		{ "type=endpoint\nnonsense=1", false },
		{ "type=endpoint\ndtmf_mode=nosuch", false },
		{ "type=endpoint\npermit=198.51.100.0/33", false },
		{ "type=endpoint\ncallerid_privacy=Prohib", true },
		{ "type=endpoint\ncallerid_privacy=35", true },
		{ "type=endpoint\ncallerid_privacy=allowed_not_screenedallowed", false },
		/* Case counts in a type's name. */
		{ "type=Endpoint", false },
		{ "context=office", false },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[200];
		snprintf(text, sizeof(text), "[100]\n%s\n", cases[i].lines);
		struct fixture fixture = load(text, NULL, NULL, 1600);
		assert_int_equal(pjsip_find_endpoint(fixture.pjsip, SLICE("100")) != NULL,
				 cases[i].is_there);
		arena_free(fixture.arena);
	}
}

static void who_is_asked_for_a_password(void **state)
{
	(void)state;
	struct fixture fixture =
		load("[open]\ntype=endpoint\n"
		     "[asked]\ntype=endpoint\nauth=a1\n"
		     "[empty]\ntype=endpoint\nauth=\n"
		     "[a1]\ntype=auth\nauth_type=userpass\nusername=u\n"
		     "password=x7Kq2mPw9\n"
		     "[a2]\ntype=auth\nauth_type=md5\nusername=u\n"
		     "md5_cred=0123456789abcdef0123456789abcdef\n"
		     "[a3]\ntype=auth\nauth_type=md5\nusername=u\nmd5_cred=short\n",
		     NULL, NULL, 1600);
	const struct pjsip_model *pjsip = fixture.pjsip;
	assert_false(pjsip_endpoint_asks(pjsip_find_endpoint(pjsip, SLICE("open"))));
	assert_true(pjsip_endpoint_asks(pjsip_find_endpoint(pjsip, SLICE("asked"))));
	assert_false(pjsip_endpoint_asks(pjsip_find_endpoint(pjsip, SLICE("empty"))));
	assert_int_equal(secret_length(pjsip_find_auth(pjsip, SLICE("a1"))->password), 9);
	assert_int_equal(secret_length(pjsip_find_auth(pjsip, SLICE("a1"))->md5), 0);
	assert_int_equal(secret_length(pjsip_find_auth(pjsip, SLICE("a2"))->md5), 32);
	/* A digest of another length drops the object. */
	assert_null(pjsip_find_auth(pjsip, SLICE("a3")));
	arena_free(fixture.arena);
}

static void digests_beside_md5_came_late(void **state)
{
	(void)state;
	assert_false(pjsip_has_digests(1600));
	assert_false(pjsip_has_digests(2011));
	assert_true(pjsip_has_digests(2012));
	assert_false(pjsip_has_digests(2201));
	assert_true(pjsip_has_digests(2202));
	assert_true(pjsip_has_digests(2300));
}

static void lists_of_an_endpoint_and_of_all(void **state)
{
	(void)state;
	struct fixture fixture = load("[lan](!)\ntype=endpoint\ndeny=0.0.0.0/0\n"
				      "[e1](lan)\npermit=198.51.100.0/24\n"
				      "[e2](lan)\nacl=office\n"
				      "[all]\ntype=acl\ndeny=0.0.0.0/0\npermit=203.0.113.0/24\n",
				      NULL, NULL, 1600);
	const struct pjsip_endpoint *first = pjsip_find_endpoint(fixture.pjsip, SLICE("e1"));
	const struct pjsip_endpoint *second = pjsip_find_endpoint(fixture.pjsip, SLICE("e2"));
	assert_true(first && second);
	assert_true(admits(&first->acl, "198.51.100.9"));
	assert_false(admits(&first->acl, "203.0.113.9"));
	/* A line and a named list: both must let pass. */
	assert_false(admits(&second->acl, "198.51.100.9"));
	assert_int_equal(fixture.pjsip->acl_count, 1);
	assert_true(admits(&fixture.pjsip->acls[0].acl, "203.0.113.9"));
	assert_false(admits(&fixture.pjsip->acls[0].acl, "198.51.100.9"));
	arena_free(fixture.arena);
}

static void identifies_that_match_nothing_are_dropped(void **state)
{
	(void)state;
	static const struct {
		const char *lines;
		bool is_there;
		size_t matches;
	} cases[] = {
		{ "match=203.0.113.10", true, 1 },
		{ "match=203.0.113.10,198.51.100.0/24", true, 2 },
		{ "match=203.0.113.10\nmatch=2001:db8::/32", true, 2 },
		{ "match=203.0.113.10:5060", true, 1 },
		{ "match=pbx.example.net:5070", true, 1 },
		{ "match=[pbx.example.net]:5070", true, 1 },
		{ "match_header=X-Key: 1", true, 0 },
		{ "match_header=nocolon", false, 0 },
		{ "", false, 0 },
		{ "match=nonsense/24", false, 0 },
		{ "match=198.51.100.0/24nonsense/24", true, 1 },
		/* Several colons outside brackets are no port: the whole is a name, and none. */
		{ "match=2001:db8::1  more", false, 0 },
		{ "match=203.0.113.10,2001:db8::1 x", false, 0 },
		{ "match=[2001:db8::1 x]:5060", false, 0 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[200];
		snprintf(text, sizeof(text),
			 "[e1]\ntype=endpoint\n[i1]\ntype=identify\nendpoint=e1\n%s\n",
			 cases[i].lines);
		struct fixture fixture = load(text, NULL, NULL, 1600);
		const struct pjsip_endpoint *endpoint =
			pjsip_find_endpoint(fixture.pjsip, SLICE("e1"));
		assert_non_null(endpoint);
		const struct pjsip_identify *identify =
			pjsip_next_identify(fixture.pjsip, endpoint, NULL);
		if ((identify != NULL) != cases[i].is_there)
			print_error("%s\n", cases[i].lines);
		assert_int_equal(identify != NULL, cases[i].is_there);
		if (identify)
			assert_int_equal(identify->match_count, cases[i].matches);
		arena_free(fixture.arena);
	}
}

static void the_wizard_makes_a_phone_and_a_trunk(void **state)
{
	(void)state;
	struct fixture fixture =
		load("[udp]\ntype=transport\nprotocol=udp\nbind=0.0.0.0\n",
		     "[phone](!)\ntype=wizard\naccepts_registrations=yes\naccepts_auth=yes\n"
		     "endpoint/context=office\naor/max_contacts=2\n"
		     "[100](phone)\ninbound_auth/username=u100\ninbound_auth/password=x7Kq2mPw9\n"
		     "[trunk]\ntype=wizard\nsends_registrations=yes\nsends_auth=yes\n"
		     "remote_hosts=203.0.113.10\noutbound_auth/username=me\n"
		     "outbound_auth/password=y8Lr3nQx0\nendpoint/context=from-trunk\n",
		     NULL, 1600);
	const struct pjsip_model *pjsip = fixture.pjsip;
	const struct pjsip_endpoint *phone = pjsip_find_endpoint(pjsip, SLICE("100"));
	const struct pjsip_endpoint *trunk = pjsip_find_endpoint(pjsip, SLICE("trunk"));
	assert_true(phone && trunk);
	assert_true(slice_is(phone->context, "office"));
	assert_true(phone->object.is_from_wizard);
	assert_true(pjsip_endpoint_asks(phone));
	const struct pjsip_auth *auth = pjsip_find_auth(pjsip, SLICE("100-iauth"));
	const struct pjsip_aor *aor = pjsip_find_aor(pjsip, SLICE("100"));
	assert_true(auth && aor);
	assert_true(slice_is(auth->username, "u100"));
	assert_int_equal(aor->max_contacts, 2);
	assert_false(pjsip_endpoint_asks(trunk));
	assert_non_null(pjsip_find_auth(pjsip, SLICE("trunk-oauth")));
	assert_true(pjsip_find_aor(pjsip, SLICE("trunk"))->has_static_contact);
	assert_int_equal(pjsip->registration_count, 1);
	const struct pjsip_identify *identify = pjsip_next_identify(pjsip, trunk, NULL);
	assert_non_null(identify);
	assert_int_equal(identify->match_count, 1);
	arena_free(fixture.arena);
}

static void a_database_may_hold_more(void **state)
{
	(void)state;
	static const struct {
		const char *sorcery;
		bool is_realtime;
	} cases[] = {
		{ NULL, false },
		{ "[res_pjsip]\nendpoint=realtime,ps_endpoints\n", true },
		{ "[res_pjsip]\nendpoint=config,pjsip.conf,criteria=type=endpoint\n", false },
		{ "[other]\nendpoint=realtime,ps_endpoints\n", false },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct fixture fixture =
			load("[e1]\ntype=endpoint\n", NULL, cases[i].sorcery, 1600);
		assert_int_equal(fixture.pjsip->is_realtime, cases[i].is_realtime);
		arena_free(fixture.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_option_that_is_none_drops_the_endpoint),
		cmocka_unit_test(who_is_asked_for_a_password),
		cmocka_unit_test(digests_beside_md5_came_late),
		cmocka_unit_test(lists_of_an_endpoint_and_of_all),
		cmocka_unit_test(identifies_that_match_nothing_are_dropped),
		cmocka_unit_test(the_wizard_makes_a_phone_and_a_trunk),
		cmocka_unit_test(a_database_may_hold_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
