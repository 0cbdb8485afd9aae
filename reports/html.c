/* SPDX-License-Identifier: Apache-2.0
 *
 * One self-contained page. Its Content-Security-Policy allows nothing but its own style sheet and
 * its own script, by hash; so even a mistake in a template could load nothing and run nothing else.
 */
#include <openssl/evp.h>

#include "reports/handout.h"
#include "reports/template.h"
#include "reports/writers.h"
#include "template_report.css.h"
#include "template_report.js.h"
#include "template_report.xsl.h"

static const struct template_file page = {
	.name = "report.xsl",
	.bytes = report_xsl,
	.size = sizeof(report_xsl),
};

static const struct template_file style = {
	.name = "report.css",
	.bytes = report_css,
	.size = sizeof(report_css),
};

static const struct template_file script = {
	.name = "report.js",
	.bytes = report_js,
	.size = sizeof(report_js),
};

/* "'sha256-...'", the source expression of CSP Level 3 for an inline element of this content. */
static bool append_hash(struct buffer *out, struct slice content)
{
	unsigned char digest[EVP_MAX_MD_SIZE], base64[EVP_MAX_MD_SIZE * 2];
	unsigned int size;
	if (EVP_Digest(content.data, content.size, digest, &size, EVP_sha256(), NULL) != 1)
		return false;
	(void)EVP_EncodeBlock(base64, digest, (int)size);
	buffer_format(out, "'sha256-%s'", (const char *)base64);
	return true;
}

/* FILE and MORE into CONTENT, and DIRECTIVE with its hash into POLICY. */
static bool load_inline(const struct template_file *file, const char *folder, const char *more,
			const char *directive, struct buffer *content, struct buffer *policy,
			struct error *error)
{
	BUFFER_AUTO keep = { 0 };
	struct slice text;
	if (!template_load(file, folder, &keep, &text, error))
		return false;
	/* The browser hashes what it parsed: "</style" would end it, a NUL or a carriage return
	 * would not be what it was, "<!--" would change how a script is read. */
	if (slice_find(text, SLICE("</")) < text.size ||
	    slice_find(text, SLICE("<!--")) < text.size ||
	    slice_find_byte(text, '\r') < text.size || slice_find_byte(text, '\0') < text.size ||
	    !slice_is_utf8(text))
		return error_set_at(
			error, ERROR_INPUT, file->name, 0,
			"a style sheet or script may not hold \"</\", \"<!--\", a carriage "
			"return or a NUL byte");
	buffer_append_slice(content, text);
	buffer_append_string(content, more);
	buffer_append_string(policy, directive);
	if (!append_hash(policy, buffer_slice(content)))
		return error_set(error, ERROR_INTERNAL, "OpenSSL has no SHA-256");
	return !buffer_failed(content) || error_memory(error);
}

bool html_write(const struct result *result, const struct report_options *options,
		struct buffer *out, struct error *error)
{
	BUFFER_AUTO policy = { 0 };
	BUFFER_AUTO css = { 0 };
	BUFFER_AUTO js = { 0 };
	BUFFER_AUTO own = { 0 };
	const struct handout *handout = options->handout;
	buffer_append_string(&policy, "default-src 'none'");
	if (handout && handout->color[0])
		buffer_format(&own, ":root { --own: %s; }\n", handout->color);
	if (!load_inline(&style, options->templates, buffer_string(&own), "; style-src ", &css,
			 &policy, error) ||
	    !load_inline(&script, options->templates, "", "; script-src ", &js, &policy, error))
		return false;
	if (handout && handout->logo[0])
		buffer_append_string(&policy, "; img-src data:");
	buffer_append_string(&policy, "; base-uri 'none'; form-action 'none'");
	const struct template_parameter parameters[] = {
		{ .name = "policy", .value = buffer_string(&policy) },
		{ .name = "style", .value = buffer_string(&css) },
		{ .name = "script", .value = buffer_string(&js) },
	};
	if (buffer_failed(&policy) || buffer_failed(&css) || buffer_failed(&js))
		return error_memory(error);
	buffer_append_string(out, "<!DOCTYPE html>\n");
	return template_apply(&page, options, parameters, ARRAY_SIZE(parameters), result, out,
			      error);
}
