/* SPDX-License-Identifier: Apache-2.0
 *
 * Values that can't be printed. The type has no accessor that a formatter could take by accident:
 * reports get the mask and the measured weakness. Only the measuring code
 * (checks/secret_strength.c) and equality tests see the bytes, through secret_reveal.
 */
#ifndef RINGFENCE_BASE_SECRET_H
#define RINGFENCE_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/slice.h"

struct secret {
	/* Do not touch: use the functions below. */
	struct slice hidden;
};

/* Wraps bytes that live in a source; they are neither copied nor owned. */
struct secret secret_of(struct slice bytes);

/* Length in bytes; 0 for an empty secret. */
size_t secret_length(struct secret secret);

/* Same bytes? Time does not depend on the content. */
bool secret_equal(struct secret a, struct secret b);

/* The bytes, for measuring and comparing only: never to be copied into a result, a message or a
 * log. `make lint` allows the call in a short list of files. */
struct slice secret_reveal(struct secret secret);

/* The text that stands in evidence instead of a secret. */
#define SECRET_MASK "********"

#endif
