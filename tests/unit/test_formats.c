/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of formats, and the formats for other programs with texts that try to break out.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <libxml/parser.h>

#include "reports/report.h"
#include "tests/filled_result.h"

static void table_is_sound(void **state)
{
	(void)state;
	size_t count;
	const struct report_format *formats = report_formats(&count);
	for (size_t i = 0; i < count; i++) {
		assert_ptr_equal(report_find(slice_of(formats[i].name)), &formats[i]);
		assert_true(formats[i].about[0] && formats[i].file_name[0]);
		assert_null(strchr(formats[i].file_name, '/'));
		if (i)
			assert_true(strcmp(formats[i - 1].name, formats[i].name) < 0);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(formats[i].file_name, formats[j].file_name);
	}
	assert_null(report_find(SLICE("nosuch")));
	assert_null(report_find(SLICE("")));
}

static void tell(const char *name, const struct result *result, struct buffer *out)
{
	const struct report_options options = { .templates = NULL };
	struct error error;
	if (!report_find(slice_of(name))->write(result, &options, out, &error))
		fail_msg("%s: %s", name, error.message);
}

static void check_xml(const char *name, const struct result *result)
{
	BUFFER_AUTO out = { 0 };
	tell(name, result, &out);
	xmlDoc *document = xmlReadMemory(out.data, (int)out.size, name, NULL, XML_PARSE_NONET);
	assert_non_null(document);
	xmlFreeDoc(document);
}

static size_t failing_subjects(const struct finding *finding)
{
	size_t count = 0;
	for (size_t i = 0; i < finding->evidence_count; i++)
		count += finding->evidence[i].role == EVIDENCE_FAILS;
	return count;
}

/* SARIF 2.1.0: a level other than "none" stands with kind "fail" alone; a result's rule is in the
 * table; a location's URI is relative to the host. */
static void check_sarif(const struct result *result)
{
	BUFFER_AUTO out = { 0 };
	tell("sarif", result, &out);
	json_t *root = json_loadb(out.data, out.size, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	json_t *run = json_array_get(json_object_get(root, "runs"), 0);
	json_t *rules =
		json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules");
	json_t *results = json_object_get(run, "results"), *one;
	assert_int_equal(json_array_size(rules), result->finding_count);
	size_t expected = 0, index;
	for (size_t i = 0; i < result->finding_count; i++) {
		size_t subjects = result->findings[i].status == STATUS_FAIL ||
						  result->findings[i].status == STATUS_WAIVED
					  ? failing_subjects(&result->findings[i])
					  : 0;
		expected += subjects ? subjects : 1;
	}
	assert_int_equal(json_array_size(results), expected);
	json_array_foreach(results, index, one)
	{
		const char *kind = json_string_value(json_object_get(one, "kind"));
		const char *level = json_string_value(json_object_get(one, "level"));
		assert_true(strcmp(kind, "fail") == 0 || strcmp(level, "none") == 0);
		json_int_t rule = json_integer_value(json_object_get(one, "ruleIndex"));
		assert_true(rule >= 0 && (size_t)rule < json_array_size(rules));
		json_t *place = json_object_get(
			json_array_get(json_object_get(one, "locations"), 0), "physicalLocation");
		const char *uri = json_string_value(
			json_object_get(json_object_get(place, "artifactLocation"), "uri"));
		for (; uri && *uri; uri++)
			assert_true(isalnum((unsigned char)*uri) || strchr("/-._~%", *uri));
	}
	json_decref(root);
}

/* name{label="value",...} number, as the exposition format has it. */
static bool is_sample(struct slice line)
{
	size_t at = 0;
	while (at < line.size && (isalnum((unsigned char)line.data[at]) || line.data[at] == '_'))
		at++;
	bool in_value = false;
	if (at == 0 || at >= line.size || line.data[at] != '{')
		return false;
	for (at++; at < line.size; at++) {
		char byte = line.data[at];
		if (in_value && byte == '\\')
			at++;
		else if (byte == '"')
			in_value = !in_value;
		else if (!in_value && byte == '}')
			break;
		else if (!in_value && !islower((unsigned char)byte) && !strchr("=,_", byte))
			return false;
	}
	struct slice number = slice_from(line, at + 2);
	for (size_t i = 0; i < number.size; i++)
		if (!isdigit((unsigned char)number.data[i]) && number.data[i] != '.')
			return false;
	return number.size > 0;
}

static void check_prometheus(const struct result *result)
{
	BUFFER_AUTO out = { 0 };
	tell("prom", result, &out);
	struct slice rest = buffer_slice(&out), line;
	while (slice_next_line(&rest, &line))
		if (!slice_starts_with(line, "# HELP ringfence_") &&
		    !slice_starts_with(line, "# TYPE ringfence_") && !is_sample(line))
			fail_msg("%.*s", SLICE_ARG(line));
}

static void texts_stay_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < NASTY_COUNT; i++) {
		struct arena *arena = arena_new(0);
		struct filling filling = { .arena = arena,
					   .text = nasty_texts[i],
					   .markdown = nasty_texts[i],
					   .command = nasty_texts[i],
					   .items = 1 + i % 6 };
		struct result result = filled_result(&filling);
		check_xml("xml", &result);
		check_xml("junit", &result);
		check_xml("xccdf", &result);
		check_sarif(&result);
		check_prometheus(&result);
		arena_free(arena);
	}
}

/* 10 MB in a field, and 100,000 rows of evidence: every format, whole. */
static void large_results_are_told(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	char *large = arena_allocate(arena, 10000001);
	memset(large, 'x', 10000000);
	struct filling filling = {
		.arena = arena, .text = "word", .markdown = "word", .command = "word", .items = 1
	};
	struct result result = filled_result(&filling);
	struct finding *finding = (struct finding *)(uintptr_t)result.findings;
	struct evidence *rows = ARENA_ARRAY(arena, 100000, struct evidence);
	for (size_t i = 0; i < 100000; i++)
		rows[i] = finding->evidence[0];
	rows[0].text = large;
	for (size_t i = 0; i < 100000; i++)
		rows[i].role = EVIDENCE_FAILS;
	finding->evidence = rows;
	finding->evidence_count = 100000;
	size_t count;
	const struct report_format *formats = report_formats(&count);
	for (size_t i = 0; i < count; i++) {
		BUFFER_AUTO out = { 0 };
		tell(formats[i].name, &result, &out);
		assert_true(out.size > (strcmp(formats[i].name, "prom") == 0 ? 1000 : 10000000));
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sound),
		cmocka_unit_test(texts_stay_texts),
		cmocka_unit_test(large_results_are_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
