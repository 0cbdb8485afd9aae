/* SPDX-License-Identifier: Apache-2.0
 *
 * What only the person at the keyboard can answer. A target never talks to a terminal itself.
 */
#ifndef RINGFENCE_TARGET_ASK_USER_H
#define RINGFENCE_TARGET_ASK_USER_H

#include <stdbool.h>
#include <stddef.h>

struct ask_user {
	const void *context;
	/* Is the key with FINGERPRINT (its kind and SHA-256) that of HOST? False also where nobody
	 * can be asked. */
	bool (*is_key_right)(const void *context, const char *host, const char *fingerprint);
	/* The password at HOST into PASSWORD, of SIZE bytes, NUL-terminated; the caller wipes it.
	 * False: nobody gave one. */
	bool (*password)(const void *context, const char *host, char *password, size_t size);
	/* A wrong password may be asked for again. */
	bool can_repeat;
};

#endif
