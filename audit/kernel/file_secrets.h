/* SPDX-License-Identifier: Apache-2.0
 *
 * Does a secret stand in this text? Enough to tell files that must be private from those that need
 * not; what the secret is worth is for others to say. Knows the line forms of Asterisk, FreePBX,
 * Elastix, odbc.ini and my.cnf, which all come down to a key with a telling name.
 */
#ifndef RINGFENCE_KERNEL_FILE_SECRETS_H
#define RINGFENCE_KERNEL_FILE_SECRETS_H

#include <stdbool.h>

#include "audit/base/slice.h"

/* The first line of BYTES that holds a secret, empty when there is none. PATH tells voicemail.conf,
 * whose PINs have no key. The line itself must not be shown. */
struct slice file_secrets_find(const char *path, struct slice bytes);

/* A private key in PEM form (RFC 7468). */
bool file_secrets_has_key(struct slice bytes);

/* Takes lines off *REST up to the next "#exec PROGRAM" of Asterisk's configuration language; the
 * program is given if it is an absolute path. False at the end. */
bool file_secrets_next_exec(struct slice *rest, struct slice *ret_program);

#endif
