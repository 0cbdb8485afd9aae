/* SPDX-License-Identifier: Apache-2.0
 *
 * The page is held against itself: made once with harmless texts and once with texts that try to
 * break out, it must be the same elements and attributes, in the same order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <libxml/HTMLparser.h>
#include <openssl/evp.h>

#include "reports/report.h"
#include "reports/writers.h"
#include "tests/filled_result.h"

static void write_page(struct arena *arena, const char *text, const char *markdown, size_t items,
		       struct buffer *out)
{
	BUFFER_AUTO command = { 0 };
	/* A line that begins with '#' is a comment, and looks like one. */
	buffer_format(&command, "x %s", text);
	struct filling filling = { .arena = arena,
				   .text = text,
				   .markdown = markdown,
				   .command = arena_copy(arena, command.data, command.size),
				   .items = items };
	struct result result = filled_result(&filling);
	const struct report_options options = { .templates = NULL };
	struct error error;
	if (!html_write(&result, &options, out, &error))
		fail_msg("%s", error.message);
}

static void append_structure(struct buffer *out, const xmlNode *node)
{
	for (; node; node = node->next) {
		if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
			continue;
		buffer_format(out, "(%d %s", node->type, node->name);
		for (const xmlAttr *attribute = node->type == XML_ELEMENT_NODE ? node->properties
									       : NULL;
		     attribute; attribute = attribute->next)
			buffer_format(out, " %s", attribute->name);
		append_structure(out, node->children);
		buffer_append_byte(out, ')');
	}
}

static htmlDocPtr parse(const struct buffer *page)
{
	return htmlReadMemory(page->data, (int)page->size, "page", "UTF-8",
			      HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
}

static void structure_of(const struct buffer *page, struct buffer *out)
{
	htmlDocPtr document = parse(page);
	assert_non_null(document);
	append_structure(out, document->children);
	xmlFreeDoc(document);
}

static void texts_stay_texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < NASTY_COUNT; i++) {
		struct arena *arena = arena_new(0);
		BUFFER_AUTO plain = { 0 };
		BUFFER_AUTO nasty = { 0 };
		BUFFER_AUTO plain_structure = { 0 };
		BUFFER_AUTO nasty_structure = { 0 };
		write_page(arena, "word", "word", 1 + i % 12, &plain);
		write_page(arena, nasty_texts[i], "word", 1 + i % 12, &nasty);
		structure_of(&plain, &plain_structure);
		structure_of(&nasty, &nasty_structure);
		if (strcmp(buffer_string(&plain_structure), buffer_string(&nasty_structure)) != 0)
			fail_msg("text %zu changed the page", i);
		arena_free(arena);
	}
}

static bool is_allowed(const char *name)
{
	/* The one script that the policy allows has no address of its own; see `src` below. */
	static const char *const forbidden[] = { "iframe", "object", "embed", "form",  "img",
						 "link",   "base",   "input", "button" };
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (strcmp(name, forbidden[i]) == 0)
			return false;
	return true;
}

static void check_elements(const xmlNode *node)
{
	for (; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		assert_true(is_allowed((const char *)node->name));
		for (const xmlAttr *attribute = node->properties; attribute;
		     attribute = attribute->next) {
			const char *name = (const char *)attribute->name;
			assert_true(strncmp(name, "on", 2) != 0);
			assert_true(strcmp(name, "style") != 0 && strcmp(name, "src") != 0);
			if (strcmp(name, "href") != 0)
				continue;
			xmlChar *value = xmlGetProp(node, attribute->name);
			assert_true(value[0] == '#' ||
				    strncmp((const char *)value, "https://", 8) == 0);
			xmlFree(value);
		}
		check_elements(node->children);
	}
}

/* Markdown of the result may become emphasis, code, lists; never what acts or loads. */
static void nothing_acts_or_loads(void **state)
{
	(void)state;
	for (size_t i = 0; i < NASTY_COUNT; i++) {
		struct arena *arena = arena_new(0);
		BUFFER_AUTO page = { 0 };
		write_page(arena, nasty_texts[i], nasty_texts[i], 6, &page);
		htmlDocPtr document = parse(&page);
		check_elements(document->children);
		xmlFreeDoc(document);
		arena_free(arena);
	}
}

static struct slice between(struct slice text, const char *before, const char *after)
{
	size_t at = slice_find(text, slice_of(before));
	assert_true(at < text.size);
	text = slice_from(text, at + strlen(before));
	return slice_part(text, 0, slice_find(text, slice_of(after)));
}

static void append_hash_of(struct buffer *out, struct slice content)
{
	unsigned char digest[32], base64[64];
	assert_int_equal(EVP_Digest(content.data, content.size, digest, NULL, EVP_sha256(), NULL),
			 1);
	EVP_EncodeBlock(base64, digest, sizeof(digest));
	buffer_format(out, "'sha256-%s'", (const char *)base64);
}

/* The policy names the hashes of what stands between <style> and </style>, and in the script. */
static void policy_fits_style_and_script(void **state)
{
	(void)state;
	struct arena *arena = arena_new(0);
	BUFFER_AUTO page = { 0 };
	write_page(arena, "word", "word", 1, &page);
	struct slice text = buffer_slice(&page);
	struct slice policy = between(text, "Content-Security-Policy\" content=\"", "\"");
	BUFFER_AUTO expected = { 0 };
	buffer_append_string(&expected, "default-src 'none'; style-src ");
	append_hash_of(&expected, between(text, "<style>", "</style>"));
	buffer_append_string(&expected, "; script-src ");
	append_hash_of(&expected, between(text, "<script>", "</script>"));
	buffer_append_string(&expected, "; base-uri 'none'; form-action 'none'");
	assert_true(slice_is(policy, buffer_string(&expected)));
	assert_true(slice_starts_with(text, "<!DOCTYPE html>\n"));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_stay_texts),
		cmocka_unit_test(nothing_acts_or_loads),
		cmocka_unit_test(policy_fits_style_and_script),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
