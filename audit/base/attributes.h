/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiler attributes under readable names. Nothing else belongs here.
 */
#ifndef RINGFENCE_BASE_ATTRIBUTES_H
#define RINGFENCE_BASE_ATTRIBUTES_H

/* The result says whether the call worked; ignoring it is a compile error. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* The function FUNCTION(&variable) runs when the variable leaves its scope. */
#define CLEANUP(function) __attribute__((cleanup(function)))

/* TEXT_AT and FIRST_AT are the positions, from 1, of the format and of its first argument (0: a
 * va_list). */
#define PRINTF_LIKE(text_at, first_at) __attribute__((__format__(__printf__, text_at, first_at)))

#define UNUSED __attribute__((unused))

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
