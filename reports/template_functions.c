/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/template_functions.h"

#include <libxml/xpathInternals.h>
#include <libxslt/extensions.h>

#include "audit/base/buffer.h"
#include "reports/escape.h"
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

struct function_row {
	const char *name;
	xmlXPathFunction function;
};

bool template_functions_register(xsltTransformContext *context)
{
	static const struct function_row rows[] = {
		{ "visible", visible },        { "markdown", markdown }, { "code", code },
		{ "inline", inline_markdown }, { "cell", cell },         { "block", block },
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (xsltRegisterExtFunction(context, (const xmlChar *)rows[i].name,
					    (const xmlChar *)TEMPLATE_NAMESPACE,
					    rows[i].function) != 0)
			return false;
	return true;
}
