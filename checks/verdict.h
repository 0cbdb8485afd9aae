/* SPDX-License-Identifier: Apache-2.0
 *
 * The recorder that a check writes into: subjects that fail, that pass, that could not be decided.
 * The status follows from what was recorded: any failure is `fail`; else anything undecided is
 * `unknown`; else a pass is `pass`; else `not-applicable` needs its reason. Nothing recorded is an
 * internal mistake and reads as `unknown`.
 *
 * Evidence never quotes a file's line by itself, since lines hold secrets: the check says what is
 * to be seen. A memory failure sticks in `memory_failed`.
 */
#ifndef RINGFENCE_CHECKS_VERDICT_H
#define RINGFENCE_CHECKS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/exposure.h"
#include "audit/base/fact.h"
#include "audit/base/source.h"

struct arena;

enum finding_status {
	STATUS_FAIL,
	STATUS_PASS,
	STATUS_UNKNOWN,
	STATUS_NOT_APPLICABLE,
	STATUS_WAIVED,
};

enum evidence_role {
	EVIDENCE_FAILS,
	EVIDENCE_PASSES,
	EVIDENCE_UNDECIDED,
	/* Told beside, decides nothing. */
	EVIDENCE_NOTE,
};

struct evidence {
	enum evidence_role role;
	/* "peer 1001", "tcp port 22"; never NULL. */
	const char *subject;
	/* "" and 0 where there is no place. */
	const char *file;
	unsigned int line;
	/* What stands there, or what is missing; secrets masked. */
	const char *text;
	enum exposure exposure;
};

struct verdict {
	struct arena *arena;
	struct evidence *evidence;
	size_t count;
	size_t capacity;
	size_t fail_count;
	size_t pass_count;
	size_t unknown_count;
	/* Why it does not apply; NULL when it does. */
	const char *not_applicable;
	/* One sentence about this host; NULL: made from the row and the counts. */
	const char *summary;
	/* What to do where no command can be given; NULL: nothing. */
	const char *advice;
	/* Tenths; 0: the row's own. */
	unsigned int severity;
	bool memory_failed;
};

/* TEXT and SUBJECT are copied into the arena. EXPOSURE is that of this subject: use
 * EXPOSURE_NOT_APPLICABLE where networks do not matter. */
void verdict_fail(struct verdict *verdict, enum exposure exposure, struct origin origin,
		  const char *subject, const char *text_format, ...) PRINTF_LIKE(5, 6);
void verdict_pass(struct verdict *verdict, struct origin origin, const char *subject,
		  const char *text_format, ...) PRINTF_LIKE(4, 5);
void verdict_note(struct verdict *verdict, struct origin origin, const char *subject,
		  const char *text_format, ...) PRINTF_LIKE(4, 5);
/* UNREAD is what was missing: its why and its advice stand in the evidence. */
void verdict_unknown(struct verdict *verdict, const struct unread *unread);
/* The same with words of the check's own. */
void verdict_unknown_because(struct verdict *verdict, const char *what, const char *why,
			     const char *to_read_it);
/* Needs positive evidence of absence (catalogue, status rule 1). */
void verdict_not_applicable(struct verdict *verdict, const char *reason_format, ...)
	PRINTF_LIKE(2, 3);

void verdict_summary(struct verdict *verdict, const char *format, ...) PRINTF_LIKE(2, 3);
void verdict_advice(struct verdict *verdict, const char *format, ...) PRINTF_LIKE(2, 3);
/* Another severity than the row's for this host, in tenths: 90 is 9.0. */
void verdict_severity(struct verdict *verdict, unsigned int tenths);

enum finding_status verdict_status(const struct verdict *verdict);

/* "%.*s" of SLICE with control bytes and invalid UTF-8 shown as \xNN, at most 200 bytes; in the
 * verdict's arena. For subjects and texts that come from the host. Never for secrets. */
const char *verdict_text(struct verdict *verdict, struct slice slice);

#endif
