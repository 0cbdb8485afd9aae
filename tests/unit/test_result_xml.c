/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include "reports/result_xml.h"
#include "tests/filled_result.h"

static xmlRelaxNG *load_schema(void)
{
	xmlRelaxNGParserCtxt *parser = xmlRelaxNGNewParserCtxt("templates/result.rng");
	xmlRelaxNG *schema = xmlRelaxNGParse(parser);
	xmlRelaxNGFreeParserCtxt(parser);
	return schema;
}

/* What is refused here is meant to be. */
static void say_nothing(void *context, const xmlError *error)
{
	(void)context;
	(void)error;
}

static int validate(xmlRelaxNG *schema, xmlDoc *document)
{
	xmlRelaxNGValidCtxt *valid = xmlRelaxNGNewValidCtxt(schema);
	xmlRelaxNGSetValidStructuredErrors(valid, (xmlStructuredErrorFunc)say_nothing, NULL);
	int status = xmlRelaxNGValidateDoc(valid, document);
	xmlRelaxNGFreeValidCtxt(valid);
	return status;
}

static xmlDoc *parse(const struct buffer *text)
{
	return xmlReadMemory(text->data, (int)text->size, "result.xml", NULL, XML_PARSE_NONET);
}

/* Whatever the texts are, result.xml is well-formed and as templates/result.rng says. */
static void schema_holds(void **state)
{
	(void)state;
	xmlRelaxNG *schema = load_schema();
	assert_non_null(schema);
	for (size_t i = 0; i < NASTY_COUNT; i++) {
		struct arena *arena = arena_new(0);
		struct filling filling = { .arena = arena,
					   .text = nasty_texts[i],
					   .markdown = nasty_texts[i],
					   .command = nasty_texts[i],
					   .items = i % 6 };
		struct result result = filled_result(&filling);
		BUFFER_AUTO out = { 0 };
		struct error error;
		assert_true(result_xml_write(&result, NULL, &out, &error));
		xmlDoc *document = parse(&out);
		assert_non_null(document);
		assert_int_equal(validate(schema, document), 0);
		xmlFreeDoc(document);
		/* The form for stylesheets is well-formed too. */
		buffer_clear(&out);
		const struct report_options options = { .templates = NULL };
		assert_true(result_xml_write_rendered(&result, &options, &out, &error));
		document = parse(&out);
		assert_non_null(document);
		xmlFreeDoc(document);
		arena_free(arena);
	}
	xmlRelaxNGFree(schema);
}

/* The schema does refuse: an unknown status, a score over 100. */
static void schema_refuses(void **state)
{
	(void)state;
	static const char *const changes[][2] = {
		{ "status=\"fail\"", "status=\"sail\"" },
		{ "<score value=\"", "<score value=\"9000" },
		{ "<findings>", "<findings><other/>" },
	};
	xmlRelaxNG *schema = load_schema();
	struct arena *arena = arena_new(0);
	struct filling filling = {
		.arena = arena, .text = "t", .markdown = "m", .command = "c", .items = 1
	};
	struct result result = filled_result(&filling);
	BUFFER_AUTO out = { 0 };
	struct error error;
	assert_true(result_xml_write(&result, NULL, &out, &error));
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct slice text = buffer_slice(&out), from = slice_of(changes[i][0]);
		size_t at = slice_find(text, from);
		assert_true(at < text.size);
		BUFFER_AUTO changed = { 0 };
		buffer_append_slice(&changed, slice_part(text, 0, at));
		buffer_append_string(&changed, changes[i][1]);
		buffer_append_slice(&changed, slice_from(text, at + from.size));
		xmlDoc *document = parse(&changed);
		assert_non_null(document);
		assert_int_not_equal(validate(schema, document), 0);
		xmlFreeDoc(document);
	}
	arena_free(arena);
	xmlRelaxNGFree(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schema_holds),
		cmocka_unit_test(schema_refuses),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
