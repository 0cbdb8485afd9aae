/* SPDX-License-Identifier: Apache-2.0
 *
 * Each case: files, and what Asterisk 16 would hold: "[category!<templates]name=value|name=value".
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/asterisk/conf_parse.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "tests/memory_loader.h"

static void print_file(const struct conf_file *file, struct buffer *out)
{
	for (size_t i = 0; i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		buffer_append_byte(out, '[');
		buffer_append_slice(out, category->name);
		if (category->is_template)
			buffer_append_byte(out, '!');
		if (category->templates.size) {
			buffer_append_byte(out, '<');
			buffer_append_slice(out, category->templates);
		}
		buffer_append_byte(out, ']');
		for (size_t j = 0; j < category->variable_count; j++) {
			if (j)
				buffer_append_byte(out, '|');
			buffer_append_slice(out, category->variables[j].name);
			buffer_append_byte(out, '=');
			buffer_append_slice(out, category->variables[j].value);
		}
	}
	if (file->is_refused)
		buffer_format(out, "!%u", origin_line(file->refused.origin));
}

#define MAIN "/etc/asterisk/x.conf"

static void check_version(unsigned int version, const struct memory_file *files, size_t count,
			  const char *expected)
{
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(0);
	struct memory_files memory = { .arena = arena, .files = files, .count = count };
	struct loader loader = memory_loader(&memory);
	struct conf_options options = {
		.directory = "/etc/asterisk",
		.asterisk_version = version,
	};
	const struct conf_file *file = conf_load(&loader, &options, "x.conf");
	assert_non_null(file);
	BUFFER_AUTO out = { 0 };
	print_file(file, &out);
	assert_string_equal(buffer_string(&out), expected);
}

static void check_text(const char *text, const char *expected)
{
	struct memory_file file = { .path = MAIN, .text = text };
	check_version(1628, &file, 1, expected);
}

static void check_old_text(const char *text, const char *expected)
{
	struct memory_file file = { .path = MAIN, .text = text };
	check_version(108, &file, 1, expected);
}

static void test_values(void **state)
{
	(void)state;
	check_text("[a]\nx=1\ny => 2\n z\t= 3 = 4 \r\n", "[a]x=1|y=2|z=3 = 4");
	check_text("[a]\nx=\"quoted\"\n", "[a]x=\"quoted\"");
	check_text("[a]\nno equals\n=no name\nx=\n", "[a]x=");
	check_text("[a]\nx==1\ny= > 2\n", "[a]x==1|y=> 2");
	check_text("[a]\n\\[b]=1\n\\#c=2\n\\=d=3\n", "[a][b]=1|#c=2|=d=3");
	check_text("[a]\n\\ x=1\n", "[a]!2");
	check_old_text("[a]\n\\[b]=1\n", "[a]\\[b]=1");
	check_text("x=1\n[a]\n", "!1");
	check_text("[a\nx=1\n", "!1");
	check_text("[a](b\nx=1\n", "!1");
	check_text("", "");
	check_text("[a]\nx=last", "[a]x=last");
}

static void test_comments(void **state)
{
	(void)state;
	check_text("[a]\nx=1;2\ny=1\\;2\nz=a\\;b\\;c ; d\\;e\n", "[a]x=1|y=1;2|z=a;b;c");
	check_text("[a] ; (b)\n;x=1\n  ;y=2\nz=1\n", "[a]z=1");
	check_text("[a]\n;-- x=1\ny=2\n--; z=3\n", "[a]z=3");
	check_text("[a]\nx=1 ;-- gone --; 2\n", "[a]x=1  2");
	check_text("[a]\n;--- plain\nx=1\n", "[a]x=1");
	check_text("[a]\n;-- ;-- --;\nx=1\n--;\ny=2\n", "[a]y=2");
	check_text("[a]\nx=1 --; y\nz=2\n", "[a]x=1 --; y");
	check_text("[a]\nx=// # no comment\n", "[a]x=// # no comment");
	check_text("[a]\nx=a-;b\n", "[a]x=a-");
	check_text("[a]\nx=a;-b\n", "[a]x=a");
}

static void test_categories(void **state)
{
	(void)state;
	check_text("[t](!)\nx=1\n[a](t)\ny=2\n", "[t!]x=1[a<t]x=1|y=2");
	check_text("[a] (t)\nx=1\n", "[a]x=1");
	check_text("[a](t)\nx=1\n", "!1");
	check_text("[a](T)\n", "!1");
	check_text("[t]\nx=1\n[a](T,t)\n", "[t]x=1[a<t,t]x=1|x=1");
	check_text("[t](!)\nx=1\n[u](!,t)\ny=1\n[a](u)\n", "[t!]x=1[u!<t]x=1|y=1[a<u]x=1|y=1");
	check_text("[a]\nx=1\n[b]\n[a](+)\ny=2\n[c]\n", "[a]x=1|y=2[b][c]");
	check_text("[a](+)\n", "!1");
	check_text("[a](!)\n[a](+)\n", "[a!]!2");
	check_text("[t](!)\nx=1\n[a](t)\n[t](+TEMPLATES=include)\ny=2\n[b](t)\n",
		   "[t!]x=1|y=2[a<t]x=1[b<t]x=1|y=2");
	check_text("[a]\nx=1\n[a]\nx=2\n[a](+x=2)\ny=3\n", "[a]x=1[a]x=2|y=3");
	check_text("[a]\nx=1\n[A](+)\ny=3\n", "[a]x=1|y=3");
	check_old_text("[a](!)\nx=1\n[a](+)\ny=2\n", "[a!]x=1|y=2");
	check_text("[t]\nx=1\n[a]\n[a](t,+)\ny=1\n", "[t]x=1[a]x=1|y=1");
	check_text("[a]b]\n[a]\n", "[a][a]");
	check_text("[z]\nq=1\n[a]()\n", "[z]q=1[a<z]q=1");
}

static void test_append(void **state)
{
	(void)state;
	check_text("[a]\nx=1\nx+=2\n", "[a]x=12");
	check_text("[a]\nx=1\nx += 2\n", "[a]x=1 2");
	check_text("[a]\nx=1\nx=2\nx+=3\n", "[a]x=1|x=23");
	check_text("[a]\nx+=3\n", "[a]x=3");
	check_text("[a]\nX=1\nx+=3\n", "[a]X=1|x=3");
}

static void test_includes(void **state)
{
	(void)state;
	static const struct memory_file files[] = {
		{ .path = MAIN, .text = "[a]\n#include b.conf\ny=2\n#include \"c*.conf\"\n[d]\n" },
		{ .path = "/etc/asterisk/b.conf", .text = "x=1\n[b]\nz=1\n" },
		{ .path = "/etc/asterisk/c1.conf", .text = "p=1\n" },
		{ .path = "/etc/asterisk/c2.conf", .text = "q=1\n[e]\n" },
	};
	/* The including file goes on in its own category, the next include in the newest. */
	check_version(1628, files, ARRAY_SIZE(files), "[a]x=1|y=2[b]z=1|p=1|q=1[e][d]");
	check_text("[a]\n#include nowhere.conf\nx=1\n", "[a]!2");
	check_text("[a]\n#include nothing*.conf\nx=1\n", "[a]!2");
	check_text("[a]\n#tryinclude nowhere.conf\nx=1\n", "[a]x=1");
	check_text("[a]\n#exec /bin/date\n#include\n#unknown x\nx=1\n", "[a]x=1");
	/* 1.8 has no #tryinclude and ignores the line. */
	check_old_text("[a]\n#tryinclude nowhere.conf\nx=1\n", "[a]x=1");
	check_text("[a]\nx=1\n#include x.conf\n",
		   "[a]x=1[a]x=1[a]x=1[a]x=1[a]x=1[a]x=1[a]x=1[a]x=1[a]x=1[a]x=1[a]x=1");
	static const struct memory_file braces[] = {
		{ .path = MAIN, .text = "[a]\n#include <{b,d/c}.conf>\n" },
		{ .path = "/etc/asterisk/b.conf", .text = "x=1\n" },
		{ .path = "/etc/asterisk/d/c.conf", .text = "y=1\nbroken\n[\n" },
	};
	check_version(1628, braces, ARRAY_SIZE(braces), "[a]x=1|y=1");
}

static void test_bytes(void **state)
{
	(void)state;
	check_text("\xEF\xBB\xBF[a]\nx=1\n", "[a]x=1");
	check_old_text("\xEF\xBB\xBF[a]\nx=1\n", "!1");
	check_text("[a]\nx=\xE9\xFF\n", "[a]x=\xE9\xFF");
	static char text[20000];
	memset(text, 'y', sizeof(text) - 1);
	memcpy(text, "[a]\nx=1\n", 8);
	memcpy(text + sizeof(text) - 7, "\nz=3\n", 6);
	check_text(text, "[a]x=1|z=3");
	struct memory_file nul = { .path = MAIN, .text = "[a]\nx=1\0 2\ny=2\n", .size = 16 };
	check_version(1628, &nul, 1, "[a]x=1|y=2");
}

static void test_lookups(void **state)
{
	(void)state;
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(0);
	struct memory_file file = {
		.path = MAIN,
		.text = "[General](!)\n[general]\nA=1\nb=2\na=3\n[general]\na=4\n",
	};
	struct memory_files memory = { .arena = arena, .files = &file, .count = 1 };
	struct loader loader = memory_loader(&memory);
	struct conf_options options = { .directory = "/etc/asterisk" };
	const struct conf_file *conf = conf_load(&loader, &options, "x.conf");
	assert_non_null(conf);
	const struct conf_category *general = conf_find_category(conf, "GENERAL");
	assert_ptr_equal(general, &conf->categories[1]);
	assert_true(slice_is(conf_first(general, "a")->value, "1"));
	assert_true(slice_is(conf_last(general, "a")->value, "3"));
	assert_int_equal(origin_line(conf_last(general, "a")->origin), 5);
	assert_null(conf_first(general, "c"));
	assert_null(conf_last(NULL, "c"));
	assert_null(conf_find_category(conf, "other"));
	assert_int_equal(conf->state, FACT_PRESENT);
	assert_int_equal(conf_load(&loader, &options, "y.conf")->state, FACT_ABSENT);
	assert_true(conf_is_true(SLICE("Yes")) && conf_is_false(SLICE("OFF")));
	assert_false(conf_is_true(SLICE("enabled")) || conf_is_false(SLICE("enabled")));
}

static void test_exec(void **state)
{
	(void)state;
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(0);
	struct memory_file file = { .path = MAIN, .text = "[a]\n#exec /bin/x\n[b](a)\n[c]\n" };
	struct memory_files memory = { .arena = arena, .files = &file, .count = 1 };
	struct loader loader = memory_loader(&memory);
	struct conf_options options = { .directory = "/etc/asterisk", .exec_includes = true };
	const struct conf_file *conf = conf_load(&loader, &options, "x.conf");
	assert_non_null(conf);
	assert_true(conf->is_incomplete);
	assert_non_null(conf->incomplete);
	assert_true(conf->categories[0].is_incomplete);
	assert_true(conf->categories[1].is_incomplete);
	assert_false(conf->categories[2].is_incomplete);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),     cmocka_unit_test(test_comments),
		cmocka_unit_test(test_categories), cmocka_unit_test(test_append),
		cmocka_unit_test(test_includes),   cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_lookups),    cmocka_unit_test(test_exec),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
