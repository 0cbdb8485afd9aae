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

/* The finding at INDEX of the result that is told; NULL: none. */
static const struct finding *find_finding(xmlXPathParserContext *parser, double index)
{
	const xsltTransformContext *context = xsltXPathGetTransformContext(parser);
	const struct result *result = context ? context->_private : NULL;
	bool is_there = result && index >= 0 && index < (double)result->finding_count;
	return is_there ? &result->findings[(size_t)index] : NULL;
}

/* Takes evidence/@of and a number; gives what APPEND makes of that finding's evidence after so
 * many. */
static void give_evidence(xmlXPathParserContext *parser, int count,
			  void (*append)(struct buffer *out, const struct finding *finding,
					 size_t skip))
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
		append(&out, finding, skip >= 0 && skip < 1e9 ? (size_t)skip : 0);
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
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (xsltRegisterExtFunction(context, (const xmlChar *)rows[i].name,
					    (const xmlChar *)TEMPLATE_NAMESPACE,
					    rows[i].function) != 0)
			return false;
	return true;
}
