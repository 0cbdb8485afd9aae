/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/markdown_html.h"

#include <cmark.h>
#include <stdlib.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "reports/escape.h"

static void free_node(cmark_node **node)
{
	cmark_node_free(*node);
}

static void free_iterator(cmark_iter **iterator)
{
	cmark_iter_free(*iterator);
}

static void free_text(char **text)
{
	free(*text);
}

/* Puts the children of NODE where NODE stands, and NODE away. */
static void dissolve(cmark_node *node)
{
	for (cmark_node *child; (child = cmark_node_first_child(node));)
		if (!cmark_node_insert_before(node, child)) {
			cmark_node_unlink(child);
			cmark_node_free(child);
		}
	cmark_node_unlink(node);
	cmark_node_free(node);
}

static bool is_allowed_link(cmark_node *node)
{
	return slice_starts_with(slice_of(cmark_node_get_url(node)), "https://");
}

static void replace_heading(cmark_node *node)
{
	cmark_node *paragraph = cmark_node_new(CMARK_NODE_PARAGRAPH);
	if (!paragraph || !cmark_node_replace(node, paragraph)) {
		cmark_node_free(paragraph);
		return;
	}
	for (cmark_node *child; (child = cmark_node_first_child(node));)
		if (!cmark_node_append_child(paragraph, child)) {
			cmark_node_unlink(child);
			cmark_node_free(child);
		}
	cmark_node_free(node);
}

/* On leaving a node its children are done with, so it may be changed. */
static void tame(cmark_node *document)
{
	CLEANUP(free_iterator) cmark_iter *iterator = cmark_iter_new(document);
	cmark_event_type event;
	while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(iterator);
		cmark_node_type type = cmark_node_get_type(node);
		if (type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE) {
			cmark_node_unlink(node);
			cmark_node_free(node);
		} else if (event != CMARK_EVENT_EXIT) {
			continue;
		} else if (type == CMARK_NODE_IMAGE ||
			   (type == CMARK_NODE_LINK && !is_allowed_link(node))) {
			dissolve(node);
		} else if (type == CMARK_NODE_HEADING) {
			replace_heading(node);
		}
	}
}

/* NULL, and OUT failed, when memory is short. */
static cmark_node *parse(struct buffer *out, struct slice markdown)
{
	BUFFER_AUTO seen = { 0 };
	escape_visible(&seen, markdown, ESCAPE_KEEP_LINES);
	struct slice text = buffer_slice(&seen);
	cmark_node *document = buffer_failed(&seen) ? NULL
						    : cmark_parse_document(text.data, text.size,
									   CMARK_OPT_DEFAULT);
	if (document)
		tame(document);
	else
		out->failed = true;
	return document;
}

void markdown_html_append(struct buffer *out, struct slice markdown)
{
	if (markdown.size == 0)
		return;
	if (markdown.size > MARKDOWN_BYTES_MAX) {
		buffer_append_string(out, "<p>");
		escape_xml(out, markdown, ESCAPE_KEEP_LINES);
		buffer_append_string(out, "</p>");
		return;
	}
	CLEANUP(free_node) cmark_node *document = parse(out, markdown);
	if (!document)
		return;
	CLEANUP(free_text) char *html = cmark_render_html(document, CMARK_OPT_DEFAULT);
	if (html)
		buffer_append_string(out, html);
	else
		out->failed = true;
}

/* A run of text: escaped, with the blanks at its ends kept, which escape_markdown takes off. */
static void append_run(struct buffer *out, struct slice text)
{
	struct slice inner = slice_trim(text);
	if (text.size && byte_is_space((unsigned char)text.data[0]))
		buffer_append_byte(out, ' ');
	escape_markdown(out, inner);
	if (inner.size && byte_is_space((unsigned char)text.data[text.size - 1]))
		buffer_append_byte(out, ' ');
}

static void append_event(struct buffer *out, cmark_node *node, bool is_exit)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT:
		append_run(out, slice_of(cmark_node_get_literal(node)));
		break;
	case CMARK_NODE_CODE:
	case CMARK_NODE_CODE_BLOCK:
		escape_markdown_code(out, slice_of(cmark_node_get_literal(node)));
		break;
	case CMARK_NODE_EMPH:
		buffer_append_byte(out, '*');
		break;
	case CMARK_NODE_STRONG:
		buffer_append_string(out, "**");
		break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK:
		buffer_append_byte(out, ' ');
		break;
	case CMARK_NODE_PARAGRAPH:
		if (is_exit)
			buffer_append_byte(out, ' ');
		break;
	default:
		break;
	}
}

void markdown_inline_append(struct buffer *out, struct slice markdown)
{
	BUFFER_AUTO line = { 0 };
	if (markdown.size > MARKDOWN_BYTES_MAX) {
		escape_markdown(out, markdown);
		return;
	}
	CLEANUP(free_node) cmark_node *document = parse(out, markdown);
	if (!document)
		return;
	CLEANUP(free_iterator) cmark_iter *iterator = cmark_iter_new(document);
	cmark_event_type event;
	while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE)
		append_event(&line, cmark_iter_get_node(iterator), event == CMARK_EVENT_EXIT);
	if (buffer_failed(&line))
		out->failed = true;
	buffer_append_slice(out, slice_trim(buffer_slice(&line)));
}
