/* SPDX-License-Identifier: Apache-2.0
 *
 * A result in another language. It is saved in English; where a report is made, what the catalogue
 * and the program said in it is looked up (reports/language.h). Names, places, quotations and
 * commands stay as they are, and so do the words that a check writes about one host.
 */
#ifndef RINGFENCE_REPORTS_TRANSLATE_H
#define RINGFENCE_REPORTS_TRANSLATE_H

#include <stdbool.h>

#include "audit/base/attributes.h"

struct arena;
struct language;
struct result;

/* *RET_RESULT is RESULT in LANGUAGE, with what differs in ARENA. False: memory. */
bool translate_result(const struct result *result, const struct language *language,
		      struct arena *arena, struct result *ret_result) MUST_CHECK;

#endif
