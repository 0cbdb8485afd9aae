/* SPDX-License-Identifier: Apache-2.0
 *
 * The languages of reports. A text of the program is its own key, in English; po/CODE.po holds what
 * it is in another language, and is linked in as gettext's compiled catalogue, so that a report is
 * the same on every machine whatever locales that has. %1 to %9 stand for what differs.
 */
#ifndef RINGFENCE_REPORTS_LANGUAGE_H
#define RINGFENCE_REPORTS_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/buffer.h"
#include "audit/base/slice.h"

struct language;

/* What the functions below take as a language may be NULL: English. */

/* CODE is "de"; NULL where there is none of that name. */
const struct language *language_find(struct slice code);

/* All codes, for --help and messages. */
#define LANGUAGE_CHOICES "bn,de,en,es,fr"

/* "de", for the attribute `lang`. */
const char *language_code(const struct language *language);

/* TEXT in the language; TEXT itself where the catalogue has none. */
const char *language_text(const struct language *language, const char *text);

/* ONE or MANY by the rule of the language for COUNT. */
const char *language_plural(const struct language *language, const char *one, const char *many,
			    double count);

/* Marks a text for po/extract.py that reaches the functions below by a variable. */
#define MESSAGE(text) text

/* Most arguments of a text: the digits 1 to 9. */
#define LANGUAGE_ARGUMENTS_MAX 9

/* Appends FORMAT with %N as ARGUMENTS[N - 1]; any other % stands for itself, and so does %N with
 * no such argument. */
void language_fill(struct buffer *out, const char *format, const struct slice *arguments,
		   size_t count);

/* Appends TEXT, a time as the result has it ("2026-11-24T13:48:07Z") or a day ("2026-11-24"), as
 * the language writes it; `_day` leaves the time out. False, and nothing is appended, where it is
 * neither. */
bool language_append_time(struct buffer *out, const struct language *language, struct slice text);
bool language_append_day(struct buffer *out, const struct language *language, struct slice text);

/* Appends TEXT, a number with '.', with the sign of the language. */
void language_append_decimal(struct buffer *out, const struct language *language,
			     struct slice text);

/* Appends TEXT, made with FORMAT (English, with %1 to %9) or being one of the catalogue, in the
 * language. False, and nothing is appended, where TEXT was not made with it: what stands for %N
 * may be anything but empty. */
bool language_match(struct buffer *out, const struct language *language, const char *format,
		    struct slice text);

#endif
