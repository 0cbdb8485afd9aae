/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is told of an audit besides the terminal: by mail, and a program of the site's own.
 */
#ifndef RINGFENCE_COMMAND_DELIVERY_H
#define RINGFENCE_COMMAND_DELIVERY_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"

struct result;

#define DELIVERY_SENDMAIL "/usr/sbin/sendmail"

struct delivery {
	const struct result *result;
	/* Folder of the reports. */
	const char *folder;
	/* A threshold of the options is missed. */
	bool is_missed;
};

/* Is TEXT an address that means nothing but itself, to sendmail and in a header: a local name, or
 * local@domain, of letters, digits and ". _ + - =" (RFC 5321 has more; pipes, files, comments and
 * lists are among it)? */
bool delivery_is_address(struct slice text);

/* Did anything change since the result that it was compared with? False where there was none. */
bool delivery_is_changed(const struct result *result);

/* Appends the digest as a message (RFC 5322, UTF-8) to ADDRESSES: the score, ids and titles of what
 * changed, where the reports lie. No evidence. */
void delivery_write_digest(const struct delivery *delivery, const char *const *addresses,
			   size_t count, struct buffer *out);

/* Hands the digest to SENDMAIL when something changed or a threshold is missed. */
bool delivery_mail(const struct delivery *delivery, const char *sendmail,
		   const char *const *addresses, size_t count, struct error *error) MUST_CHECK;

/* Runs PROGRAM, after every audit, with our environment and RINGFENCE_HOST, _RESULT, _FOLDER,
 * _SCORE, _GRADE, _CHANGED and _MISSED ("yes", "no"). */
bool delivery_hook(const struct delivery *delivery, const char *program,
		   struct error *error) MUST_CHECK;

#endif
