/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/template_functions.h"

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>
#include <math.h>
#include <time.h>

#include "audit/base/buffer.h"
#include "checks/result.h"
#include "reports/escape.h"
#include "reports/evidence_rows.h"
#include "reports/language.h"
#include "reports/markdown_html.h"
#include "reports/template.h"

static void free_string(xmlChar **string)
{
	xmlFree(*string);
}

static void push(xmlXPathParserContext *parser, struct buffer *out)
{
	if (buffer_failed(out)) {
		xmlXPathSetError(parser, XPATH_MEMORY_ERROR);
		return;
	}
	valuePush(parser, xmlXPathNewCString(buffer_string(out)));
}

/* Takes one text, gives what ESCAPE makes of it. */
static void give_escaped(xmlXPathParserContext *parser, int count,
			 void (*escape)(struct buffer *out, struct slice text))
{
	BUFFER_AUTO out = { 0 };
	if (count != 1) {
		xmlXPathSetArityError(parser);
		return;
	}
	CLEANUP(free_string) xmlChar *text = xmlXPathPopString(parser);
	if (xmlXPathCheckError(parser))
		return;
	escape(&out, slice_of((const char *)text));
	push(parser, &out);
}

static void visible_line(struct buffer *out, struct slice text)
{
	escape_visible(out, text, ESCAPE_ONE_LINE);
}

static void visible(xmlXPathParserContext *parser, int count)
{
	give_escaped(parser, count, visible_line);
}

static void markdown(xmlXPathParserContext *parser, int count)
{
	give_escaped(parser, count, escape_markdown);
}

static void code(xmlXPathParserContext *parser, int count)
{
	give_escaped(parser, count, escape_markdown_code);
}

static void cell(xmlXPathParserContext *parser, int count)
{
	give_escaped(parser, count, escape_markdown_cell);
}

static void inline_markdown(xmlXPathParserContext *parser, int count)
{
	give_escaped(parser, count, markdown_inline_append);
}

/* block(nodes, language, indent): the texts of the nodes, a line each, as a fenced block. */
static void block(xmlXPathParserContext *parser, int count)
{
	BUFFER_AUTO lines = { 0 };
	BUFFER_AUTO out = { 0 };
	if (count != 3) {
		xmlXPathSetArityError(parser);
		return;
	}
	CLEANUP(free_string) xmlChar *indent = xmlXPathPopString(parser);
	CLEANUP(free_string) xmlChar *language = xmlXPathPopString(parser);
	if (xmlXPathCheckError(parser))
		return;
	xmlNodeSet *nodes = xmlXPathPopNodeSet(parser);
	for (int i = 0; nodes && i < nodes->nodeNr; i++) {
		CLEANUP(free_string) xmlChar *text = xmlNodeGetContent(nodes->nodeTab[i]);
		buffer_append_string(&lines, text ? (const char *)text : "");
		buffer_append_byte(&lines, '\n');
	}
	xmlXPathFreeNodeSet(nodes);
	if (buffer_failed(&lines))
		out.failed = true;
	escape_markdown_block(&out, buffer_slice(&lines), (const char *)language,
			      (const char *)indent);
	push(parser, &out);
}

static const struct template_scene *scene_of(xmlXPathParserContext *parser)
{
	const xsltTransformContext *context = xsltXPathGetTransformContext(parser);
	return context ? context->_private : NULL;
}

static const struct language *language_of(xmlXPathParserContext *parser)
{
	const struct template_scene *scene = scene_of(parser);
	return scene ? scene->language : NULL;
}

/* The finding at INDEX of the result that is told; NULL: none. */
static const struct finding *find_finding(xmlXPathParserContext *parser, double index)
{
	const struct template_scene *scene = scene_of(parser);
	const struct result *result = scene ? scene->result : NULL;
	bool is_there = result && index >= 0 && index < (double)result->finding_count;
	return is_there ? &result->findings[(size_t)index] : NULL;
}

/* Takes evidence/@of and a number; gives what APPEND makes of that finding's evidence after so
 * many. */
static void give_evidence(xmlXPathParserContext *parser, int count,
			  void (*append)(struct buffer *out, const struct finding *finding,
					 size_t skip, const struct language *language))
{
	BUFFER_AUTO out = { 0 };
	if (count != 2) {
		xmlXPathSetArityError(parser);
		return;
	}
	double skip = xmlXPathPopNumber(parser);
	double index = xmlXPathPopNumber(parser);
	if (xmlXPathCheckError(parser))
		return;
	const struct finding *finding = find_finding(parser, index);
	if (finding)
		append(&out, finding, skip >= 0 && skip < 1e9 ? (size_t)skip : 0,
		       language_of(parser));
	push(parser, &out);
}

static void evidence_html(xmlXPathParserContext *parser, int count)
{
	give_evidence(parser, count, evidence_rows_html);
}

static void evidence_markdown(xmlXPathParserContext *parser, int count)
{
	give_evidence(parser, count, evidence_rows_markdown);
}

/* Takes a time as the result has it, gives seconds since 1970; NaN for anything else. */
static void seconds(xmlXPathParserContext *parser, int count)
{
	if (count != 1) {
		xmlXPathSetArityError(parser);
		return;
	}
	CLEANUP(free_string) xmlChar *text = xmlXPathPopString(parser);
	if (xmlXPathCheckError(parser))
		return;
	struct tm when = { .tm_mday = 0 };
	const char *end = strptime((const char *)text, "%Y-%m-%dT%H:%M:%SZ", &when);
	double number = end && !*end ? (double)timegm(&when) : NAN;
	valuePush(parser, xmlXPathNewFloat(number));
}

/* The texts that a function was called with, in their order. */
struct arguments {
	xmlChar *texts[LANGUAGE_ARGUMENTS_MAX + 2];
	struct slice slices[LANGUAGE_ARGUMENTS_MAX + 2];
	size_t count;
};

static void free_arguments(struct arguments *arguments)
{
	for (size_t i = 0; i < arguments->count; i++)
		xmlFree(arguments->texts[i]);
}

static bool pop_arguments(xmlXPathParserContext *parser, int count, int least,
			  struct arguments *arguments)
{
	if (count < least || (size_t)count > ARRAY_SIZE(arguments->texts)) {
		xmlXPathSetArityError(parser);
		return false;
	}
	arguments->count = (size_t)count;
	for (size_t i = arguments->count; i-- > 0;) {
		arguments->texts[i] = xmlXPathPopString(parser);
		arguments->slices[i] = slice_of((const char *)arguments->texts[i]);
	}
	return !xmlXPathCheckError(parser);
}

/* say(text, ...): TEXT in the language of the report, with %1 ... as the others. */
static void say(xmlXPathParserContext *parser, int count)
{
	BUFFER_AUTO out = { 0 };
	CLEANUP(free_arguments) struct arguments arguments = { .count = 0 };
	if (!pop_arguments(parser, count, 1, &arguments))
		return;
	language_fill(&out, language_text(language_of(parser), (const char *)arguments.texts[0]),
		      arguments.slices + 1, arguments.count - 1);
	push(parser, &out);
}

/* count(one, many, number, ...): the form for NUMBER, which is %1; the others are %2 ... */
static void say_count(xmlXPathParserContext *parser, int count)
{
	BUFFER_AUTO out = { 0 };
	CLEANUP(free_arguments) struct arguments arguments = { .count = 0 };
	if (!pop_arguments(parser, count, 3, &arguments))
		return;
	language_fill(&out,
		      language_plural(language_of(parser), (const char *)arguments.texts[0],
				      (const char *)arguments.texts[1],
				      xmlXPathCastStringToNumber(arguments.texts[2])),
		      arguments.slices + 2, arguments.count - 2);
	push(parser, &out);
}

/* head(word, ...): the words as the head of a Markdown table. */
static void head(xmlXPathParserContext *parser, int count)
{
	BUFFER_AUTO out = { 0 };
	CLEANUP(free_arguments) struct arguments arguments = { .count = 0 };
	if (!pop_arguments(parser, count, 1, &arguments))
		return;
	buffer_append_byte(&out, '|');
	for (size_t i = 0; i < arguments.count; i++)
		buffer_format(&out, " %s |",
			      language_text(language_of(parser), (const char *)arguments.texts[i]));
	push(parser, &out);
}

/* Takes one text, gives what APPEND makes of it in the language. */
static void give_local(xmlXPathParserContext *parser, int count,
		       void (*append)(struct buffer *out, const struct language *language,
				      struct slice text))
{
	BUFFER_AUTO out = { 0 };
	CLEANUP(free_arguments) struct arguments arguments = { .count = 0 };
	if (!pop_arguments(parser, count, 1, &arguments))
		return;
	append(&out, language_of(parser), arguments.slices[0]);
	push(parser, &out);
}

static void append_time(struct buffer *out, const struct language *language, struct slice text)
{
	if (!language_append_time(out, language, text))
		buffer_append_slice(out, text);
}

static void append_time_markdown(struct buffer *out, const struct language *language,
				 struct slice text)
{
	if (!language_append_time(out, language, text))
		escape_markdown(out, text);
}

static void append_day(struct buffer *out, const struct language *language, struct slice text)
{
	if (!language_append_day(out, language, text))
		buffer_append_slice(out, text);
}

static void date(xmlXPathParserContext *parser, int count)
{
	give_local(parser, count, append_time);
}

static void date_markdown(xmlXPathParserContext *parser, int count)
{
	give_local(parser, count, append_time_markdown);
}

static void day(xmlXPathParserContext *parser, int count)
{
	give_local(parser, count, append_day);
}

static void decimal(xmlXPathParserContext *parser, int count)
{
	give_local(parser, count, language_append_decimal);
}

/* number(value): rounded to one decimal, which is left out where it is 0. */
static void number(xmlXPathParserContext *parser, int count)
{
	BUFFER_AUTO out = { 0 };
	BUFFER_AUTO text = { 0 };
	if (count != 1) {
		xmlXPathSetArityError(parser);
		return;
	}
	double value = xmlXPathPopNumber(parser);
	if (xmlXPathCheckError(parser))
		return;
	buffer_format(&text, "%.1f", value);
	struct slice shown = buffer_slice(&text);
	if (slice_ends_with(shown, ".0"))
		shown.size -= 2;
	language_append_decimal(&out, language_of(parser), shown);
	push(parser, &out);
}

static void code_of_language(xmlXPathParserContext *parser, int count)
{
	BUFFER_AUTO out = { 0 };
	if (count != 0) {
		xmlXPathSetArityError(parser);
		return;
	}
	buffer_append_string(&out, language_code(language_of(parser)));
	push(parser, &out);
}

struct function_row {
	const char *name;
	xmlXPathFunction function;
};

bool template_functions_register(xsltTransformContext *context)
{
	static const struct function_row rows[] = {
		{ "visible", visible },
		{ "markdown", markdown },
		{ "code", code },
		{ "inline", inline_markdown },
		{ "cell", cell },
		{ "block", block },
		{ "evidence-html", evidence_html },
		{ "evidence-markdown", evidence_markdown },
		{ "seconds", seconds },
		{ "say", say },
		{ "count", say_count },
		{ "head", head },
		{ "date", date },
		{ "date-markdown", date_markdown },
		{ "day", day },
		{ "decimal", decimal },
		{ "number", number },
		{ "language", code_of_language },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (xsltRegisterExtFunction(context, (const xmlChar *)rows[i].name,
					    (const xmlChar *)TEMPLATE_NAMESPACE,
					    rows[i].function) != 0)
			return false;
	return true;
}
