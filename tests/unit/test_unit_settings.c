/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/kernel/unit_settings.h"
#include "tests/literal_loader.h"

static void reads_as_systemd(void **state)
{
	(void)state;
	struct literal_loader literal;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/lib/systemd/system/x.service", "[Service]\nUser=never\n");
	literal_loader_add(
		&literal, "/usr/lib/systemd/system/x.service",
		"[Unit]\nDescription=a \\\n# not a part\n  b\n"
		"[Service]\nUser = asterisk\nNoNewPrivileges=yes\nLimitNOFILE=1\n;x=1\n");
	literal_loader_add(&literal, "/etc/systemd/system/x.service.d/50-b.conf",
			   "[Service]\nLimitNOFILE=2\nUser=\n");
	literal_loader_add(&literal, "/usr/lib/systemd/system/x.service.d/60-a.conf",
			   "[Service]\nLimitNOFILE=3\n");
	literal_loader_add(&literal, "/usr/lib/systemd/system/x.service.d/50-b.conf",
			   "[Service]\nLimitNOFILE=4\n");
	struct unit_settings settings;
	assert_true(unit_settings_load(&literal.loader, "x.service", &settings));
	assert_int_equal(settings.state, FACT_PRESENT);
	const struct unit_setting *found = unit_settings_find(&settings, "Service", "LimitNOFILE");
	assert_true(slice_is(found->value, "3"));
	assert_int_equal(origin_line(found->origin), 2);
	assert_null(unit_settings_find(&settings, "Service", "User"));
	assert_true(
		unit_setting_is_true(unit_settings_find(&settings, "Service", "NoNewPrivileges")));
	found = unit_settings_find(&settings, "Unit", "Description");
	assert_true(slice_starts_with(found->value, "a"));
	assert_true(slice_ends_with(found->value, "b"));
	assert_null(unit_settings_find(&settings, "Unit", "LimitNOFILE"));
	literal_loader_done(&literal);
}

static void absent_and_unreadable(void **state)
{
	(void)state;
	struct literal_loader literal;
	literal_loader_init(&literal);
	struct unit_settings settings;
	assert_true(unit_settings_load(&literal.loader, "x.service", &settings));
	assert_int_equal(settings.state, FACT_ABSENT);
	literal_loader_add(&literal, "/etc/systemd/system/x.service", "")->is_unreadable = true;
	assert_true(unit_settings_load(&literal.loader, "x.service", &settings));
	assert_int_equal(settings.state, FACT_UNREADABLE);
	literal_loader_done(&literal);
}

static void odd_text_ends(void **state)
{
	(void)state;
	static const char *const texts[] = { "\\",      "[Service]\na=\\", "[",           "[]",
					     "=\n==\n", "a\\\n\\\n\\",     "x=\\\n#c\\\n" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct literal_loader literal;
		literal_loader_init(&literal);
		literal_loader_add(&literal, "/etc/systemd/system/x.service", texts[i]);
		struct unit_settings settings;
		assert_true(unit_settings_load(&literal.loader, "x.service", &settings));
		literal_loader_done(&literal);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_as_systemd),
		cmocka_unit_test(absent_and_unreadable),
		cmocka_unit_test(odd_text_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
