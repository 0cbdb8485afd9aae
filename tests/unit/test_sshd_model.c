/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/buffer.h"
#include "audit/sshd/sshd_access.h"
#include "audit/sshd/sshd_model.h"
#include "tests/literal_loader.h"

struct fixture {
	struct literal_loader files;
	struct sshd_model *model;
	struct sshd_options options;
};

static void start(struct fixture *fixture)
{
	memset(fixture, 0, sizeof(*fixture));
	literal_loader_init(&fixture->files);
}

/* Loads the files of FIXTURE for VERSION, and evaluates them for root from ADDRESS. */
static void evaluate(struct fixture *fixture, const char *version, const char *address)
{
	struct sshd_request request = { .facts = { .working_directory = SLICE("/") } };
	assert_true(sshd_version_parse(slice_of(version), SSHD_DEBIAN, &request.facts.version));
	fixture->model = sshd_model_load(&fixture->files.loader, &request);
	assert_non_null(fixture->model);
	const struct sshd_connection connection = {
		.user = SLICE("root"),
		.host = slice_of(address),
		.address = slice_of(address),
		.local_address = SLICE("192.0.2.1"),
		.local_port = 22,
	};
	if (fixture->model->global)
		assert_true(sshd_evaluate(fixture->files.loader.arena, fixture->model, &connection,
					  &fixture->options, NULL));
}

static int64_t root_login(const char *version, const char *config, const char *address)
{
	struct fixture fixture;
	start(&fixture);
	literal_loader_add(&fixture.files, SSHD_CONFIG_PATH, config);
	evaluate(&fixture, version, address);
	int64_t value = sshd_number(&fixture.options, SSHD_PERMIT_ROOT_LOGIN);
	literal_loader_done(&fixture.files);
	return value;
}

static void defaults_of_releases(void **state)
{
	(void)state;
	assert_int_equal(root_login("9.2", "", "192.0.2.9"), SSHD_ROOT_NO_PASSWORD);
	assert_int_equal(root_login("6.9p1", "", "192.0.2.9"), SSHD_ROOT_YES);
	/* RHEL 7 kept the old one. */
	assert_int_equal(root_login("7.4p1-21.el7", "", "192.0.2.9"), SSHD_ROOT_YES);
	assert_int_equal(root_login("7.4p1", "", "192.0.2.9"), SSHD_ROOT_NO_PASSWORD);
}

static void match_overrides_and_its_first_line_wins(void **state)
{
	(void)state;
	const char *config = "PermitRootLogin no\n"
			     "Match Address 192.0.2.0/24\nPermitRootLogin yes\n"
			     "Match all\nPermitRootLogin forced-commands-only\n";
	assert_int_equal(root_login("9.2", config, "192.0.2.9"), SSHD_ROOT_YES);
	/* "Match all" counts at the start as well, where the first line has won already. */
	assert_int_equal(root_login("9.2", config, "203.0.113.9"), SSHD_ROOT_FORCED_COMMANDS);
}

static void a_match_ends_with_its_file(void **state)
{
	(void)state;
	struct fixture fixture;
	start(&fixture);
	literal_loader_add(&fixture.files, SSHD_CONFIG_PATH,
			   "Include sshd_config.d/*.conf\nX11Forwarding yes\n");
	literal_loader_add(&fixture.files, "/etc/ssh/sshd_config.d/a.conf",
			   "Match User nobody\nX11Forwarding no\n");
	evaluate(&fixture, "9.2", "192.0.2.9");
	assert_true(sshd_flag(&fixture.options, SSHD_X11_FORWARDING));
	assert_string_equal(origin_path(sshd_origin(&fixture.options, SSHD_X11_FORWARDING)),
			    SSHD_CONFIG_PATH);
	literal_loader_done(&fixture.files);
}

static void an_include_inside_match_is_conditional(void **state)
{
	(void)state;
	struct fixture fixture;
	start(&fixture);
	literal_loader_add(&fixture.files, SSHD_CONFIG_PATH,
			   "Match User nobody\nInclude /etc/ssh/more\n");
	literal_loader_add(&fixture.files, "/etc/ssh/more",
			   "X11Forwarding yes\nMatch User root\nPermitTTY no\n");
	evaluate(&fixture, "9.2", "192.0.2.9");
	assert_false(sshd_flag(&fixture.options, SSHD_X11_FORWARDING));
	assert_true(sshd_flag(&fixture.options, SSHD_PERMIT_TTY));
	literal_loader_done(&fixture.files);
}

static void refusals(void **state)
{
	(void)state;
	static const struct {
		const char *config;
		uint32_t line;
	} rows[] = {
		{ "Port 22\nNoSuch yes\n", 2 },
		{ "Match User x\n  Port 22\n", 2 },
		{ "PermitRootLogin maybe\n", 1 },
		{ "X11Forwarding yes no\n", 1 },
		{ "\nSubsystem a b\nSubsystem a c\n", 3 },
		{ "Include /etc/ssh/sshd_config\n", 0 },
		{ "AuthorizedKeysCommand /bin/keys\n", 0 },
		{ "Ciphers nonsense\n", 1 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct fixture fixture;
		start(&fixture);
		literal_loader_add(&fixture.files, SSHD_CONFIG_PATH, rows[i].config);
		evaluate(&fixture, "9.2", "192.0.2.9");
		assert_true(fixture.model->is_refused);
		assert_int_equal(fixture.model->refusal.line, rows[i].line);
		literal_loader_done(&fixture.files);
	}
}

static void red_hat_8_takes_its_crypto_policy_first(void **state)
{
	(void)state;
	struct fixture fixture;
	start(&fixture);
	literal_loader_add(&fixture.files, SSHD_CONFIG_PATH, "Ciphers 3des-cbc\n");
	literal_loader_add(&fixture.files, "/etc/crypto-policies/back-ends/opensshserver.config",
			   "CRYPTO_POLICY='-oCiphers=aes256-ctr -oMACs=hmac-sha2-512'\n");
	evaluate(&fixture, "8.0p1-19.el8", "192.0.2.9");
	assert_true(slice_is(sshd_get(&fixture.options, SSHD_CIPHERS_LIST)->text, "aes256-ctr"));
	literal_loader_add(&fixture.files, "/etc/sysconfig/sshd", "# own\nCRYPTO_POLICY=\n");
	evaluate(&fixture, "8.0p1-19.el8", "192.0.2.9");
	assert_true(slice_is(sshd_get(&fixture.options, SSHD_CIPHERS_LIST)->text, "3des-cbc"));
	literal_loader_done(&fixture.files);
}

/* Is every address of both families in one place exactly, and does each answer as a connection from
 * its first and from its last address would? */
static void places_are_whole_and_alike(void **state)
{
	(void)state;
	struct fixture fixture;
	struct sshd_places places;
	const struct sshd_user user = { .name = SLICE("root"), .is_root = true };
	start(&fixture);
	literal_loader_add(&fixture.files, SSHD_CONFIG_PATH,
			   "Match Address 192.0.2.0/24,!192.0.2.128/25\nPermitRootLogin yes\n"
			   "Match Address 10.*.1?.*\nPermitRootLogin no\n"
			   "Match Address 2001:db8::/32 User root\nX11Forwarding yes\n"
			   "Match Host 198.51.*\nPermitTTY no\n");
	evaluate(&fixture, "9.2", "192.0.2.9");
	assert_true(sshd_find_places(fixture.files.loader.arena, fixture.model, &user, NULL, 0,
				     &places));
	assert_false(places.is_inexact);
	assert_true(places.count > 500);
	for (size_t i = 0; i < places.count; i++) {
		const struct sshd_place *place = &places.items[i];
		struct sshd_options last;
		BUFFER_AUTO text = { 0 };
		address_format(place->last, &text);
		struct sshd_connection connection = *place->connection;
		connection.address = connection.host = buffer_slice(&text);
		assert_true(sshd_evaluate(fixture.files.loader.arena, fixture.model, &connection,
					  &last, NULL));
		assert_int_equal(sshd_number(&last, SSHD_PERMIT_ROOT_LOGIN),
				 sshd_number(place->options, SSHD_PERMIT_ROOT_LOGIN));
		assert_int_equal(sshd_number(&last, SSHD_X11_FORWARDING),
				 sshd_number(place->options, SSHD_X11_FORWARDING));
		assert_int_equal(sshd_number(&last, SSHD_PERMIT_TTY),
				 sshd_number(place->options, SSHD_PERMIT_TTY));
		assert_true(address_compare(place->first, place->last) <= 0);
	}
	literal_loader_done(&fixture.files);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_of_releases),
		cmocka_unit_test(match_overrides_and_its_first_line_wins),
		cmocka_unit_test(a_match_ends_with_its_file),
		cmocka_unit_test(an_include_inside_match_is_conditional),
		cmocka_unit_test(refusals),
		cmocka_unit_test(red_hat_8_takes_its_crypto_policy_first),
		cmocka_unit_test(places_are_whole_and_alike),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
