/* SPDX-License-Identifier: Apache-2.0
 *
 * Accepted risks of the site's settings. A finding is waived when every subject that fails for it
 * is covered by a waiver that holds; one uncovered subject keeps it failed. A waiver holds until
 * its last day is over, and, where it says `evidence = FINGERPRINT`, as long as what it covers is
 * what it was when it was accepted.
 *
 * The fingerprint: for each subject that fails, and is covered, the line
 * "EXPOSURE<tab>SUBJECT<tab>TEXT<newline>"; the lines sorted as bytes, each once; SHA-256 over them
 * all; the first 12 hexadecimal digits. Files and line numbers are left out, so that an edit
 * elsewhere in a file does not reopen what was accepted.
 */
#ifndef RINGFENCE_CHECKS_WAIVER_H
#define RINGFENCE_CHECKS_WAIVER_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "checks/check.h"
#include "checks/result.h"

struct arena;
struct site;
struct site_waiver;
struct verdict;

#define FINGERPRINT_DIGITS 12

/* What has been seen of the waivers of one audit. */
struct waiver_book {
	struct arena *arena;
	const struct site *site;
	/* One for each waiver of SITE; `state` and `evidence` are filled as findings come. */
	struct result_acceptance *acceptances;
	/* Whether a check that was run matches, so that its state is known. */
	bool *is_looked_at;
	size_t count;
};

/* A book in ARENA; SITE may be NULL. False when memory is short. */
bool waiver_book_open(struct waiver_book *ret_book, struct arena *arena,
		      const struct site *site) MUST_CHECK;

/* Tells BOOK of one CHECK that was run and its VERDICT. *RET_WAIVER becomes the waiver for it; NULL
 * when it is not waived, or does not fail. False when memory is short. */
bool waiver_for(struct waiver_book *book, const struct check *check, const struct verdict *verdict,
		const struct result_waiver **ret_waiver) MUST_CHECK;

/* Those of BOOK that have to do with a check that was run, or that match no check at all, in the
 * order of the settings. */
void waiver_book_close(const struct waiver_book *book, const struct result_acceptance **ret_items,
		       size_t *ret_count);

/* The fingerprint of what fails in VERDICT and is matched by the glob SUBJECT; "" when nothing is.
 * NULL when memory is short. */
const char *waiver_fingerprint(struct arena *arena, const struct verdict *verdict,
			       struct slice subject) MUST_CHECK;

#endif
