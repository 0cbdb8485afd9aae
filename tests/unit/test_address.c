/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/address.h"
#include "audit/base/buffer.h"

static void assert_reads_back(const char *text, const char *wanted)
{
	struct prefix prefix;
	BUFFER_AUTO out = { 0 };
	assert_true(prefix_parse(slice_of(text), &prefix));
	prefix_format(prefix, &out);
	assert_string_equal(buffer_string(&out), wanted);
}

static void prefixes(void **state)
{
	(void)state;
	assert_reads_back("192.0.2.77/24", "192.0.2.0/24");
	assert_reads_back("192.0.2.77/255.255.255.192", "192.0.2.64/26");
	assert_reads_back("0.0.0.0/0.0.0.0", "0.0.0.0/0");
	assert_reads_back("192.0.2.1", "192.0.2.1/32");
	assert_reads_back("2001:DB8:0:0:1::/64", "2001:db8::/64");
	assert_reads_back("::ffff:192.0.2.1", "::ffff:192.0.2.1/128");
	static const char *const bad[] = { "192.0.2.1/33",  "192.0.2.1/255.0.255.0",
					   "192.0.2.01",    "192.0.2",
					   "192.0.2.1.1",   "2001:db8::/129",
					   "2001:db8:::/1", "",
					   "192.0.2.1/",    "1.2.3.4 ",
					   "fe80::1%" };
	struct prefix prefix;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(prefix_parse(slice_of(bad[i]), &prefix));
}

static void classes(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		bool is_private;
	} rows[] = {
		{ "10.1.2.3", true },   { "172.31.255.255", true },  { "172.32.0.0", false },
		{ "100.64.0.1", true }, { "203.0.113.9", false },    { "::1", true },
		{ "fd00::1", true },    { "2001:db8::1", false },    { "fe80::1", true },
		{ "127.8.8.8", true },  { "::ffff:10.0.0.1", true },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct address address;
		assert_true(address_parse(slice_of(rows[i].text), &address));
		assert_int_equal(address_is_private(address), rows[i].is_private);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prefixes),
		cmocka_unit_test(classes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
