/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/command/options.h"

struct values {
	bool flag;
	const char *text;
	unsigned int number;
	struct option_values list;
};

static const struct option_row rows[] = {
	{ .name = "flag",
	  .letter = 'f',
	  .kind = OPTION_FLAG,
	  .help = "x",
	  .offset = offsetof(struct values, flag) },
	{ .name = "text",
	  .letter = 't',
	  .kind = OPTION_TEXT,
	  .argument = "T",
	  .help = "x",
	  .offset = offsetof(struct values, text) },
	{ .name = "number",
	  .kind = OPTION_NUMBER,
	  .argument = "N",
	  .help = "x",
	  .offset = offsetof(struct values, number) },
	{ .name = "list",
	  .kind = OPTION_LIST,
	  .argument = "L",
	  .help = "x",
	  .offset = offsetof(struct values, list) },
	{ .name = "level",
	  .kind = OPTION_TEXT,
	  .argument = "L",
	  .help = "x",
	  .choices = "basic,strict",
	  .offset = offsetof(struct values, text) },
};

static const struct command command = {
	.name = "test",
	.arguments = "",
	.about = "x",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
};

#define PARSE(...)                                                                                 \
	({                                                                                         \
		const char *const words[] = { __VA_ARGS__ };                                       \
		memcpy(arguments, words, sizeof(words));                                           \
		values = (struct values){ .flag = false };                                         \
		options_parse(&command, (int)ARRAY_SIZE(words), arguments, &values, &positionals,  \
			      &help, &error);                                                      \
	})

static void all_forms(void **state)
{
	(void)state;
	char *arguments[16];
	struct values values;
	struct option_positionals positionals;
	struct error error;
	bool help;
	assert_true(PARSE("a", "-ft", "x", "--number=7", "-", "--list", "1", "--list=2", "--",
			  "--flag"));
	assert_true(values.flag);
	assert_string_equal(values.text, "x");
	assert_int_equal(values.number, 7);
	assert_int_equal(values.list.count, 2);
	assert_int_equal(positionals.count, 3);
	assert_string_equal(positionals.items[1], "-");
	assert_string_equal(positionals.items[2], "--flag");
	assert_false(help);
	assert_true(PARSE("-tvalue", "--help"));
	assert_string_equal(values.text, "value");
	assert_true(help);
}

static void refusals(void **state)
{
	(void)state;
	char *arguments[16];
	struct values values;
	struct option_positionals positionals;
	struct error error;
	bool help;
	assert_false(PARSE("--flga"));
	assert_non_null(strstr(error.advice, "--flag"));
	assert_false(PARSE("--text"));
	assert_false(PARSE("--number", "x"));
	assert_false(PARSE("--number", "4294967296"));
	assert_false(PARSE("--flag=1"));
	assert_false(PARSE("-z"));
	assert_false(PARSE("--level", "odd"));
	assert_int_equal(error.kind, ERROR_USAGE);
	assert_non_null(strstr(error.advice, "basic,strict"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_forms),
		cmocka_unit_test(refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
