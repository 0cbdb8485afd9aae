/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/template.h"

#include <errno.h>
#include <fcntl.h>
#include <libxml/parser.h>
#include <libxslt/security.h>
#include <libxslt/transform.h>
#include <libxslt/variables.h>
#include <libxslt/xsltInternals.h>
#include <libxslt/xsltutils.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "checks/result.h"
#include "reports/report.h"
#include "reports/result_xml.h"
#include "reports/template_functions.h"
#include "reports/translate.h"

static void free_document(xmlDoc **document)
{
	xmlFreeDoc(*document);
}

static void free_stylesheet(xsltStylesheet **stylesheet)
{
	xsltFreeStylesheet(*stylesheet);
}

static void free_context(xsltTransformContext **context)
{
	xsltFreeTransformContext(*context);
}

static void close_file(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

static bool read_all(int fd, struct buffer *keep)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return false;
	if (!S_ISREG(status.st_mode) || status.st_size > (off_t)TEMPLATE_BYTES_MAX) {
		errno = S_ISREG(status.st_mode) ? EFBIG : EINVAL;
		return false;
	}
	while (keep->size <= TEMPLATE_BYTES_MAX) {
		char *room = buffer_reserve(keep, 65536);
		ssize_t size = room ? read(fd, room, 65536) : -1;
		if (size < 0 && room && errno == EINTR)
			continue;
		if (size <= 0)
			return size == 0;
		buffer_commit(keep, (size_t)size);
	}
	errno = EFBIG;
	return false;
}

bool template_load(const struct template_file *file, const char *folder, struct buffer *keep,
		   struct slice *ret_text, struct error *error)
{
	if (folder) {
		BUFFER_AUTO path = { 0 };
		buffer_format(&path, "%s/%s", folder, file->name);
		CLEANUP(close_file)
		int fd = open(buffer_string(&path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0 && read_all(fd, keep)) {
			*ret_text = buffer_slice(keep);
			return true;
		}
		if (fd >= 0 || errno != ENOENT)
			return error_set_at(error, ERROR_INPUT, buffer_string(&path), 0,
					    "cannot read the template: %s",
					    error_errno_text(errno));
	}
	*ret_text = (struct slice){ .data = (const char *)file->bytes, .size = file->size };
	return true;
}

/* libxslt would print to standard error; the caller says what is to be said. */
static void say_nothing(void *context, const char *format, ...) PRINTF_LIKE(2, 3);

static void say_nothing(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

/* Nothing is allowed: neither while a stylesheet is compiled (xsl:include), nor while it runs
 * (document(), xsl:document). The library keeps these for the process, so they are set once. */
static void forbid_everything(void)
{
	static const xsltSecurityOption options[] = {
		XSLT_SECPREF_READ_FILE,        XSLT_SECPREF_WRITE_FILE,
		XSLT_SECPREF_CREATE_DIRECTORY, XSLT_SECPREF_READ_NETWORK,
		XSLT_SECPREF_WRITE_NETWORK,
	};
	xsltSecurityPrefs *preferences = xsltNewSecurityPrefs();
	for (size_t i = 0; preferences && i < ARRAY_SIZE(options); i++)
		if (xsltSetSecurityPrefs(preferences, options[i], xsltSecurityForbid) != 0) {
			xsltFreeSecurityPrefs(preferences);
			preferences = NULL;
		}
	xsltSetDefaultSecurityPrefs(preferences);
	xsltSetGenericErrorFunc(NULL, say_nothing);
}

/* No entity is expanded, no DTD read, no network asked. */
static xmlDoc *parse_xml(struct slice text, int more_options)
{
	if (text.size > INT_MAX)
		return NULL;
	return xmlReadMemory(text.data, (int)text.size, NULL, "UTF-8",
			     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
				     XML_PARSE_COMPACT | more_options);
}

static xsltStylesheet *compile(struct slice text)
{
	xmlDoc *document = parse_xml(text, XML_PARSE_NOCDATA);
	/* A DTD could define entities that grow without end. */
	xsltStylesheet *stylesheet =
		document && !document->intSubset ? xsltParseStylesheetDoc(document) : NULL;
	if (!stylesheet)
		xmlFreeDoc(document);
	if (stylesheet && stylesheet->errors) {
		xsltFreeStylesheet(stylesheet);
		return NULL;
	}
	return stylesheet;
}

static int append_output(void *context, const char *data, int size)
{
	struct buffer *out = context;
	buffer_append(out, data, (size_t)size);
	return buffer_failed(out) ? -1 : size;
}

/* Beside the copies of the records stand the texts that are made anew, shorter than the result. */
#define TRANSLATION_ARENA_MAX ((size_t)256 << 20)

static bool save(xmlDoc *document, xsltStylesheet *stylesheet, struct buffer *out)
{
	xmlOutputBuffer *output = xmlOutputBufferCreateIO(append_output, NULL, out, NULL);
	if (!output)
		return false;
	int written = xsltSaveResultTo(output, document, stylesheet);
	int closed = xmlOutputBufferClose(output);
	return written >= 0 && closed >= 0 && !buffer_failed(out);
}

/* The document that stylesheets see. */
static xmlDoc *result_document(const struct result *result, const struct report_options *options,
			       struct error *error)
{
	BUFFER_AUTO xml = { 0 };
	if (!result_xml_write_rendered(result, options, &xml, error))
		return NULL;
	/* HUGE: the library's limits are against strangers' files; this one is ours. */
	xmlDoc *document = parse_xml(buffer_slice(&xml), XML_PARSE_HUGE);
	if (!document)
		error_set(error, ERROR_INTERNAL,
			  "the XML of the result is not well-formed, or too large");
	return document;
}

bool template_apply(const struct template_file *file, const struct report_options *options,
		    const struct template_parameter *parameters, size_t parameter_count,
		    const struct result *result, struct buffer *out, struct error *error)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	BUFFER_AUTO keep = { 0 };
	struct slice text = { .data = "" };
	(void)pthread_once(&once, forbid_everything);
	if (!xsltGetDefaultSecurityPrefs())
		return error_memory(error);
	if (!template_load(file, options->templates, &keep, &text, error))
		return false;
	CLEANUP(free_stylesheet) xsltStylesheet *stylesheet = compile(text);
	if (!stylesheet) {
		error_set_at(error, ERROR_INPUT, file->name, 0,
			     "the template is not a stylesheet that can be used");
		error_advise(error, "`xsltproc` says where; it may not have a DOCTYPE, nor include "
				    "other files");
		return false;
	}
	CLEANUP(arena_free_pointer) struct arena *arena = NULL;
	struct result told = *result;
	if (options->language) {
		arena = arena_new(TRANSLATION_ARENA_MAX);
		if (!arena || !translate_result(result, options->language, arena, &told))
			return error_memory(error);
	}
	CLEANUP(free_document) xmlDoc *document = result_document(&told, options, error);
	if (!document)
		return false;
	CLEANUP(free_context)
	xsltTransformContext *context = xsltNewTransformContext(stylesheet, document);
	if (!context || xsltSetCtxtSecurityPrefs(xsltGetDefaultSecurityPrefs(), context) != 0 ||
	    !template_functions_register(context))
		return error_memory(error);
	struct template_scene scene = { .result = &told, .language = options->language };
	context->_private = &scene;
	xsltSetTransformErrorFunc(context, NULL, say_nothing);
	for (size_t i = 0; i < parameter_count; i++)
		if (xsltQuoteOneUserParam(context, (const xmlChar *)parameters[i].name,
					  (const xmlChar *)parameters[i].value) != 0)
			return error_memory(error);
	CLEANUP(free_document)
	xmlDoc *made = xsltApplyStylesheetUser(stylesheet, document, NULL, NULL, NULL, context);
	if (!made || context->state != XSLT_STATE_OK)
		return error_set_at(error, ERROR_INPUT, file->name, 0,
				    "the template failed while it ran");
	if (!save(made, stylesheet, out))
		return error_memory(error);
	return true;
}
