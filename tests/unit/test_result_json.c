/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "reports/result_json.h"
#include "tests/filled_result.h"

static struct arena *arena;

static int make_arena(void **state)
{
	(void)state;
	arena = arena_new(0);
	return arena ? 0 : -1;
}

static int drop_arena(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void write_result(const struct result *result, struct buffer *out)
{
	struct error error;
	assert_true(result_json_write(result, NULL, out, &error));
}

/* Written, read and written again: the same bytes, whatever the texts are. */
static void round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < NASTY_COUNT; i++) {
		struct filling filling = { .arena = arena,
					   .text = nasty_texts[i],
					   .markdown = nasty_texts[i],
					   .command = nasty_texts[i],
					   .items = 1 + i % 6 };
		struct result first = filled_result(&filling), second;
		BUFFER_AUTO once = { 0 };
		BUFFER_AUTO twice = { 0 };
		struct error error;
		write_result(&first, &once);
		if (!result_json_read(buffer_slice(&once), "r", arena, &second, &error))
			fail_msg("%s", error.message);
		write_result(&second, &twice);
		assert_string_equal(buffer_string(&once), buffer_string(&twice));
		if (slice_is_utf8(slice_of(nasty_texts[i])))
			assert_string_equal(second.findings[0].evidence[0].text, nasty_texts[i]);
	}
}

/* The names that other people rely on, in the order of the design. */
static void names_are_the_design(void **state)
{
	(void)state;
	struct filling filling = {
		.arena = arena, .text = "t", .markdown = "m", .command = "c", .items = 1
	};
	struct result result = filled_result(&filling);
	result.target.milliseconds = 410;
	result.score.coverage = 970;
	((struct finding *)(uintptr_t)result.findings)[0].severity = 81;
	BUFFER_AUTO out = { 0 };
	write_result(&result, &out);
	json_t *root = json_loads(buffer_string(&out), 0, NULL);
	assert_non_null(root);
	json_t *finding = json_array_get(json_object_get(root, "findings"), 0);
	json_t *service = json_array_get(json_object_get(root, "services"), 0);
	json_t *activity = json_object_get(root, "activity");
	json_t *score = json_object_get(root, "score");
	assert_string_equal(json_string_value(json_object_get(root, "schema")),
			    "ringfence-result/1");
	assert_true(json_is_array(json_object_get(score, "capped_by")));
	assert_non_null(strstr(buffer_string(&out), "\"coverage\": 0.97,"));
	assert_non_null(strstr(buffer_string(&out), "\"severity\": 8.1,"));
	assert_non_null(strstr(buffer_string(&out), "\"seconds\": 0.41,"));
	assert_true(json_is_array(json_object_get(json_object_get(finding, "remedy"), "commands")));
	assert_true(json_is_array(
		json_object_get(json_array_get(json_object_get(service, "reach"), 0), "sources")));
	static const char *const in_activity[] = { "logins", "attackers", "bans" };
	for (size_t i = 0; i < 3; i++)
		assert_non_null(json_object_get(activity, in_activity[i]));
	static const char *const in_finding[] = { "id",       "title",  "status",     "severity",
						  "exposure", "gain",   "level",      "summary",
						  "evidence", "remedy", "references", "waiver" };
	for (size_t i = 0; i < sizeof(in_finding) / sizeof(in_finding[0]); i++)
		assert_non_null(json_object_get(finding, in_finding[i]));
	static const char *const in_unread[] = { "what", "why", "to_read_it" };
	for (size_t i = 0; i < 3; i++)
		assert_non_null(json_object_get(json_array_get(json_object_get(root, "unread"), 0),
						in_unread[i]));
	json_decref(root);
}

#define HEAD                                                                                       \
	"{\"schema\":\"ringfence-result/1\",\"tool\":{\"name\":\"r\",\"version\":\"1\"},"          \
	"\"target\":{\"name\":\"h\",\"kind\":\"local\",\"started\":\"s\"},"
#define SCORE                                                                                      \
	"\"score\":{\"value\":1,\"low\":1,\"unwaived\":1,\"grade\":\"F\",\"raw\":1,"               \
	"\"coverage\":1,\"pass_rate\":0.5},"
#define FINDING(status, severity)                                                                  \
	"{\"id\":\"A-1\",\"title\":\"t\",\"status\":" status ",\"severity\":" severity             \
	",\"exposure\":\"host\",\"summary\":\"s\"}"

struct broken {
	const char *text;
	/* Part of the message. */
	const char *says;
};

static const struct broken broken[] = {
	{ "", "not JSON" },
	{ "{", "not JSON" },
	{ "[]", "the file: expected an object" },
	{ "{}", "schema: expected" },
	{ "{\"schema\":\"ringfence-result/2\"}", "schema: expected" },
	{ "{\"schema\":\"ringfence-result/10\"}", "schema: expected" },
	{ "{\"schema\":\"ringfence-result/1\",\"schema\":\"x\"}", "not JSON" },
	{ "{\"schema\":\"ringfence-result/1\",\"a\":\"\\u0000\"}", "not JSON" },
	{ "{\"schema\":\"ringfence-result/1\",\"a\":\"\xff\"}", "not JSON" },
	{ HEAD "\"findings\":[]}", "score: expected this field" },
	{ HEAD SCORE "\"findings\":{}}", "findings: expected a list" },
	{ HEAD SCORE "\"findings\":[[]]}", "findings[0]: expected an object" },
	{ HEAD SCORE "\"findings\":[" FINDING("\"maybe\"", "1.0") "]}",
	  "findings[0].status: expected fail, pass" },
	{ HEAD SCORE "\"findings\":[" FINDING("\"fail\"", "10.5") "]}",
	  "findings[0].severity: expected a number from 0 to 10" },
	{ HEAD SCORE "\"findings\":[" FINDING("\"fail\"", "-1") "]}", "severity" },
	{ HEAD SCORE "\"findings\":[" FINDING("\"fail\"", "\"1\"") "]}", "severity" },
	{ HEAD SCORE "\"findings\":[" FINDING("\"fail\"", "1e300") "]}", "severity" },
	{ HEAD SCORE "\"findings\":[],\"services\":[{\"proto\":\"tcp\",\"port\":65536,"
		     "\"exposure\":\"host\"}]}",
	  "services[0].port: expected an integer from 0 to 65535" },
	{ HEAD SCORE "\"findings\":[],\"services\":[{\"proto\":\"tcp\",\"port\":1.5,"
		     "\"exposure\":\"host\"}]}",
	  "port" },
	{ HEAD SCORE "\"findings\":[],\"activity\":{\"bans\":{\"count\":99999999999999999}}}",
	  "activity.bans.count" },
};

static void broken_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct result result = { .finding_count = 77 };
		struct error error;
		assert_false(result_json_read(slice_of(broken[i].text), "saved.json", arena,
					      &result, &error));
		assert_int_equal(error.kind, ERROR_INPUT);
		assert_string_equal(error.file, "saved.json");
		if (!strstr(error.message, broken[i].says))
			fail_msg("%zu: %s", i, error.message);
		assert_int_equal(result.finding_count, 77);
	}
}

static void deep_nesting_is_refused(void **state)
{
	(void)state;
	BUFFER_AUTO text = { 0 };
	struct result result;
	struct error error;
	for (size_t i = 0; i < 200000; i++)
		buffer_append_byte(&text, '[');
	assert_false(result_json_read(buffer_slice(&text), "r", arena, &result, &error));
	assert_int_equal(error.kind, ERROR_INPUT);
}

/* A later minor version: fields that are not known are passed over, those not there are empty. */
static void later_versions_are_read(void **state)
{
	(void)state;
	struct result result;
	struct error error;
	static const char text[] =
		"{\"schema\":\"ringfence-result/"
		"1.4\",\"new\":[{\"x\":null}],\"tool\":{\"name\":\"r\","
		"\"version\":\"9\",\"more\":1},\"target\":{\"name\":\"h\",\"kind\":\"local\","
		"\"started\":\"s\"}," SCORE "\"findings\":[" FINDING("\"fail\"", "8.1") "]}";
	if (!result_json_read(slice_of(text), "r", arena, &result, &error))
		fail_msg("%s", error.message);
	assert_int_equal(result.findings[0].severity, 81);
	assert_int_equal(result.score.pass_rate, 500);
	assert_int_equal(result.score.coverage, 1000);
	assert_string_equal(result.target.os, "");
	assert_string_equal(result.findings[0].why, "");
	assert_string_equal(result.activity.from, "");
	assert_null(result.findings[0].waiver);
	assert_int_equal(result.findings[0].remedy.commands.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(round_trip, make_arena, drop_arena),
		cmocka_unit_test_setup_teardown(names_are_the_design, make_arena, drop_arena),
		cmocka_unit_test_setup_teardown(broken_is_refused, make_arena, drop_arena),
		cmocka_unit_test_setup_teardown(deep_nesting_is_refused, make_arena, drop_arena),
		cmocka_unit_test_setup_teardown(later_versions_are_read, make_arena, drop_arena),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
