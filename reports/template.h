/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports by stylesheet: libxslt over the XML of a result. A stylesheet sees that document and
 * nothing else: no file, no network, no second output. It may call the functions of
 * reports/escape.h in the namespace TEMPLATE_NAMESPACE: visible(text), markdown(text), code(text),
 * cell(text), block(nodes, language, indent), inline(text); seconds(time), a time as seconds since
 * 1970;
 * in the language of the report (reports/language.h): say(text, ...), the text with %1 ... as the
 * other arguments, which may be any text; count(one, many, number, ...), the form for the number,
 * %1; head(word, ...), the head of a Markdown table; date(time), date-markdown(time), day(time),
 * decimal(text), number(value), language(); and for what does not fit into the document,
 * evidence-html(evidence/@of, skip) and evidence-markdown(evidence/@of, skip): the rows of a
 * finding's evidence after the first `skip` ones, which an HTML stylesheet copies with
 * disable-output-escaping.
 */
#ifndef RINGFENCE_REPORTS_TEMPLATE_H
#define RINGFENCE_REPORTS_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"

struct report_options;
struct result;

#define TEMPLATE_NAMESPACE "urn:ringfence:template:1"

/* Largest file that is taken from a folder of templates. */
#define TEMPLATE_BYTES_MAX ((size_t)1 << 20)

/* A file of the folder `templates`, built in. */
struct template_file {
	const char *name;
	const unsigned char *bytes;
	size_t size;
};

/* The content of FILE, from FOLDER where that is not NULL and has one of the name, else the
 * built-in one. *RET_TEXT points into *KEEP or into FILE. False: ERROR_INPUT. */
bool template_load(const struct template_file *file, const char *folder, struct buffer *keep,
		   struct slice *ret_text, struct error *error) MUST_CHECK;

/* A global parameter of the stylesheet, as text. */
struct template_parameter {
	const char *name;
	const char *value;
};

/* Appends what the stylesheet FILE, or its copy in the folder of OPTIONS, makes of RESULT. */
bool template_apply(const struct template_file *file, const struct report_options *options,
		    const struct template_parameter *parameters, size_t parameter_count,
		    const struct result *result, struct buffer *out,
		    struct error *error) MUST_CHECK;

#endif
