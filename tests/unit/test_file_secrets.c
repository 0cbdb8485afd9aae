/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/attributes.h"
#include "audit/kernel/file_secrets.h"

static void tells_secrets(void **state)
{
	(void)state;
	static const char *const with[] = {
		"secret=x",         " md5secret => abc", "register => 100:pw@192.0.2.1",
		"auth = u:p@r",     "AMPDBPASS=x",       "$amp_conf[\"AMPDBPASS\"] = \"x\";",
		"password : y = z", "dbpwd = x",         "[a](t)\nremotesecret = x",
	};
	static const char *const without[] = {
		"",
		";secret=x",
		"# password=x",
		"secret=",
		"secret = ;x",
		"password=\"\"",
		"minpassword=4",
		"register => 100@192.0.2.1",
		"[secret]",
		"secret",
		"externpass=/bin/x",
		"passwordlength=8",
	};
	for (size_t i = 0; i < ARRAY_SIZE(with); i++)
		assert_true(file_secrets_find("/etc/asterisk/x.conf", slice_of(with[i])).size > 0);
	for (size_t i = 0; i < ARRAY_SIZE(without); i++)
		assert_int_equal(
			file_secrets_find("/etc/asterisk/x.conf", slice_of(without[i])).size, 0);
	assert_int_equal(file_secrets_find("/x/extensions.conf", SLICE("1001 => 4711,A")).size, 0);
	assert_true(file_secrets_find("/x/voicemail.conf", SLICE("1001 => 4711,A")).size > 0);
	assert_int_equal(file_secrets_find("/x/voicemail.conf", SLICE("1001 => ,A")).size, 0);
}

static void tells_keys(void **state)
{
	(void)state;
	assert_true(file_secrets_has_key(SLICE("x\n-----BEGIN PRIVATE KEY-----\n")));
	assert_true(file_secrets_has_key(
		SLICE("-----BEGIN CERTIFICATE-----\n-----BEGIN EC PRIVATE KEY-----\n")));
	assert_false(file_secrets_has_key(SLICE("-----BEGIN PUBLIC KEY-----\n")));
	assert_false(file_secrets_has_key(SLICE("-----BEGIN ")));
	assert_false(file_secrets_has_key(SLICE("")));
}

static void finds_programs(void **state)
{
	(void)state;
	struct slice rest = SLICE(";#exec /no\n#exec \"/a b\"\n #exec /usr/bin/x y\n#exec rel\n"
				  "#exec\n#exec <\"/z\">"),
		     program;
	assert_true(file_secrets_next_exec(&rest, &program) && slice_is(program, "/a"));
	assert_true(file_secrets_next_exec(&rest, &program) && slice_is(program, "/usr/bin/x"));
	assert_false(file_secrets_next_exec(&rest, &program));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_secrets),
		cmocka_unit_test(tells_keys),
		cmocka_unit_test(finds_programs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
