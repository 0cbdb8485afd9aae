/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/waiver.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/model/site.h"
#include "checks/catalogue.h"
#include "checks/verdict.h"

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The line of one piece of evidence, in ARENA. */
static const char *fingerprint_line(struct arena *arena, const struct evidence *evidence)
{
	BUFFER_AUTO line = { 0 };
	buffer_append_string(&line, exposure_name(evidence->exposure));
	buffer_append_byte(&line, '\t');
	buffer_append_string(&line, evidence->subject);
	buffer_append_byte(&line, '\t');
	buffer_append_string(&line, evidence->text);
	buffer_append_byte(&line, '\n');
	return buffer_keep(&line, arena);
}

/* The hexadecimal beginning of the digest over LINES, sorted, each once. */
static const char *digest_lines(struct arena *arena, const char **lines, size_t count)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	BUFFER_AUTO all = { 0 };
	BUFFER_AUTO text = { 0 };
	qsort(lines, count, sizeof(*lines), compare_lines);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(lines[i - 1], lines[i]) != 0)
			buffer_append_string(&all, lines[i]);
	if (buffer_failed(&all) ||
	    EVP_Digest(all.data, all.size, digest, NULL, EVP_sha256(), NULL) != 1)
		return NULL;
	for (size_t i = 0; i < FINGERPRINT_DIGITS / 2; i++)
		buffer_format(&text, "%02x", digest[i]);
	return buffer_keep(&text, arena);
}

const char *waiver_fingerprint(struct arena *arena, const struct verdict *verdict,
			       struct slice subject)
{
	if (verdict->fail_count == 0)
		return "";
	/* Scratch: the lines die here, and only the digits are kept. */
	CLEANUP(arena_free_pointer) struct arena *scratch = arena_new(0);
	const char **lines =
		scratch ? ARENA_ARRAY(scratch, verdict->fail_count, const char *) : NULL;
	size_t count = 0;
	for (size_t i = 0; lines && i < verdict->count; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		if (evidence->role != EVIDENCE_FAILS ||
		    !slice_glob(subject, slice_of(evidence->subject)))
			continue;
		lines[count] = fingerprint_line(scratch, evidence);
		if (!lines[count++])
			return NULL;
	}
	if (!lines)
		return NULL;
	return count ? digest_lines(arena, lines, count) : "";
}

bool waiver_book_open(struct waiver_book *ret_book, struct arena *arena, const struct site *site)
{
	struct waiver_book book = { .arena = arena, .site = site };
	size_t count = site ? site->waiver_count : 0;
	book.acceptances = ARENA_ARRAY(arena, count, struct result_acceptance);
	book.is_looked_at = ARENA_ARRAY(arena, count, bool);
	if (!book.acceptances || !book.is_looked_at)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct site_waiver *waiver = &site->waivers[i];
		bool is_known = catalogue_globs_are_known(waiver->check, NULL);
		bool is_over = waiver->until && waiver->until <= site->now;
		struct result_acceptance *acceptance = &book.acceptances[book.count++];
		*acceptance = (struct result_acceptance){
			.state = !is_known ? WAIVER_MISSPELT
				 : is_over ? WAIVER_EXPIRED
					   : WAIVER_UNUSED,
			.check = slice_to_string(arena, waiver->check),
			.subject = slice_to_string(arena, waiver->subject),
			.reason = slice_to_string(arena, waiver->reason),
			.until = slice_to_string(arena, waiver->until_text),
			.by = slice_to_string(arena, waiver->by),
			.line = waiver->line,
			.evidence = "",
		};
		if (!acceptance->check || !acceptance->subject || !acceptance->reason ||
		    !acceptance->until || !acceptance->by)
			return false;
	}
	*ret_book = book;
	return true;
}

static bool covers(const struct site_waiver *waiver, const struct evidence *evidence)
{
	return evidence->role == EVIDENCE_FAILS &&
	       slice_glob(waiver->subject, slice_of(evidence->subject));
}

/* Does the waiver hold for what VERDICT found? Its state is brought up to date. */
static bool holds(const struct waiver_book *book, size_t index, const struct check *check,
		  const struct verdict *verdict, bool *ret_holds)
{
	const struct site_waiver *waiver = &book->site->waivers[index];
	struct result_acceptance *acceptance = &book->acceptances[index];
	*ret_holds = false;
	if (!catalogue_id_matches(check->id, waiver->check))
		return true;
	book->is_looked_at[index] = true;
	const char *now = waiver_fingerprint(book->arena, verdict, waiver->subject);
	if (!now)
		return false;
	if (!now[0])
		return true;
	acceptance->evidence = now;
	if (acceptance->state == WAIVER_EXPIRED)
		return true;
	if (waiver->evidence.size && !slice_is(waiver->evidence, now)) {
		acceptance->state = WAIVER_CHANGED;
		return true;
	}
	/* What was changed for one check of a glob is not undone by another that holds. */
	if (acceptance->state == WAIVER_UNUSED)
		acceptance->state = WAIVER_HOLDS;
	*ret_holds = true;
	return true;
}

/* The first of those that hold which covers EVIDENCE; SIZE_MAX: none. */
static size_t find_cover(const struct waiver_book *book, const bool *is_holding,
			 const struct evidence *evidence)
{
	for (size_t i = 0; i < book->count; i++)
		if (is_holding[i] && covers(&book->site->waivers[i], evidence))
			return i;
	return SIZE_MAX;
}

static bool make_waiver(const struct waiver_book *book, size_t index,
			const struct result_waiver **ret_waiver)
{
	const struct result_acceptance *acceptance = &book->acceptances[index];
	struct result_waiver *waiver = ARENA_NEW(book->arena, struct result_waiver);
	if (!waiver)
		return false;
	*waiver = (struct result_waiver){
		.reason = acceptance->reason,
		.until = acceptance->until,
		.by = acceptance->by,
	};
	*ret_waiver = waiver;
	return true;
}

bool waiver_for(struct waiver_book *book, const struct check *check, const struct verdict *verdict,
		const struct result_waiver **ret_waiver)
{
	*ret_waiver = NULL;
	if (book->count == 0)
		return true;
	bool *is_holding = ARENA_ARRAY(book->arena, book->count, bool);
	bool is_any = false;
	for (size_t i = 0; i < book->count; i++) {
		if (!is_holding || !holds(book, i, check, verdict, &is_holding[i]))
			return false;
		is_any = is_any || is_holding[i];
	}
	if (!is_any)
		return true;
	size_t last = SIZE_MAX;
	bool is_whole = true;
	for (size_t i = 0; is_whole && i < verdict->count; i++) {
		if (verdict->evidence[i].role != EVIDENCE_FAILS)
			continue;
		last = find_cover(book, is_holding, &verdict->evidence[i]);
		is_whole = last != SIZE_MAX;
	}
	for (size_t i = 0; !is_whole && i < book->count; i++)
		if (is_holding[i])
			book->acceptances[i].state = WAIVER_PARTLY;
	return !is_whole || last == SIZE_MAX || make_waiver(book, last, ret_waiver);
}

void waiver_book_close(const struct waiver_book *book, const struct result_acceptance **ret_items,
		       size_t *ret_count)
{
	size_t count = 0;
	for (size_t i = 0; i < book->count; i++)
		if (book->is_looked_at[i] || book->acceptances[i].state == WAIVER_MISSPELT)
			book->acceptances[count++] = book->acceptances[i];
	*ret_items = book->acceptances;
	*ret_count = count;
}
