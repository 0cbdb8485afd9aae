/* SPDX-License-Identifier: Apache-2.0
 *
 * One self-contained page. Its Content-Security-Policy allows nothing but its own style sheet, by
 * hash; so even a mistake in a template could load nothing and run nothing.
 */
#include <openssl/evp.h>

#include "reports/template.h"
#include "reports/writers.h"
#include "template_report.css.h"
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

bool html_write(const struct result *result, const struct report_options *options,
		struct buffer *out, struct error *error)
{
	BUFFER_AUTO keep = { 0 };
	BUFFER_AUTO policy = { 0 };
	BUFFER_AUTO css = { 0 };
	struct slice text;
	if (!template_load(&style, options->templates, &keep, &text, error))
		return false;
	/* The browser hashes what it parsed: "</style" would end it, a NUL or a carriage return
	 * would not be what it was. */
	if (slice_find(text, SLICE("</")) < text.size || slice_find_byte(text, '\r') < text.size ||
	    slice_find_byte(text, '\0') < text.size || !slice_is_utf8(text))
		return error_set_at(error, ERROR_INPUT, style.name, 0,
				    "a style sheet may not hold \"</\", a carriage return or a NUL "
				    "byte");
	buffer_append_slice(&css, text);
	buffer_append_string(&policy, "default-src 'none'; style-src ");
	if (!append_hash(&policy, text))
		return error_set(error, ERROR_INTERNAL, "OpenSSL has no SHA-256");
	buffer_append_string(&policy, "; base-uri 'none'; form-action 'none'");
	const struct template_parameter parameters[] = {
		{ .name = "policy", .value = buffer_string(&policy) },
		{ .name = "style", .value = buffer_string(&css) },
	};
	if (buffer_failed(&policy) || buffer_failed(&css))
		return error_memory(error);
	buffer_append_string(out, "<!DOCTYPE html>\n");
	return template_apply(&page, options->templates, parameters, ARRAY_SIZE(parameters), result,
			      out, error);
}
