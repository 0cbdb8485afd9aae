/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/date_detector.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/ini_file.h"

#define TEMPLATES_MAX 64
#define NOWHERE ((size_t)0x7fffffff)
/* Longest text of a time that is remembered. */
#define KNOWN_BYTES 64
/* fail2ban prefers patterns at the start of a line by this factor. */
#define LINE_BEGIN_WEIGHT 100

/* What fail2ban knows without being told, in its order. */
static const char *const default_patterns[] = {
	"%ExY(?P<_sep>[-/.])%m(?P=_sep)%d(?:T|  ?)%H:%M:%S(?:[.,]%f)?(?:\\s*%z)?",
	"(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %ExY)?",
	"(?:%a )?%b %d %ExY %k:%M:%S(?:\\.%f)?",
	"%d(?P<_sep>[-/])%m(?P=_sep)(?:%ExY|%Exy) %k:%M:%S",
	"%d(?P<_sep>[-/])%b(?P=_sep)%ExY[ :]?%H:%M:%S(?:\\.%f)?(?: %z)?",
	"%m/%d/%ExY:%H:%M:%S",
	"%m-%d-%ExY %k:%M:%S(?:\\.%f)?",
	"EPOCH",
	"{^LN-BEG}%H:%M:%S",
	"^<%m/%d/%Exy@%H:%M:%S>",
	"%Exy%Exm%Exd  ?%H:%M:%S",
	"%b %d, %ExY %I:%M:%S %p",
	"^%b-%d-%Exy %k:%M:%S",
	"%ExY%Exm%Exd(?:T|  ?)%ExH%ExM%ExS(?:[.,]%f)?(?:\\s*%z)?",
	"(?:%Z )?(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %ExY)?",
	"(?:%z )?(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %ExY)?",
	"TAI64N",
};

struct placed_template {
	struct date_template template;
	uint64_t hits;
	uint64_t last_used;
	size_t distance;
};

struct date_detector {
	struct arena *arena;
	struct date_clock clock;
	struct placed_template *templates[TEMPLATES_MAX];
	size_t count;
	pcre2_match_data *match;
	/* Where the last one was, with the bytes round it; -1: none. */
	size_t last_start, last_end;
	int before_start, at_start, before_end, at_end;
	size_t last_index;
	size_t first_unused;
	/* Lines, in place of the time of day. */
	uint64_t tick;
	/* The last time that was read, as it stood there: neighbours share it. */
	char known_text[KNOWN_BYTES];
	size_t known_size;
	const struct placed_template *known_template;
	int64_t known_time;
};

static bool add_template(struct date_detector *detector, struct slice pattern, double weight,
			 const char **ret_why)
{
	for (size_t i = 0; i < detector->count; i++)
		if (slice_equal(detector->templates[i]->template.name, pattern))
			return true;
	struct placed_template *place = ARENA_NEW(detector->arena, struct placed_template);
	if (detector->count == TEMPLATES_MAX || !place)
		return false;
	if (!date_template_make(detector->arena, pattern, detector->clock.now, &place->template,
				ret_why))
		return false;
	place->template.weight = weight;
	place->distance = NOWHERE;
	detector->templates[detector->count++] = place;
	return true;
}

static struct slice joined(struct arena *arena, const char *first, struct slice second)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, first);
	buffer_append_slice(&text, second);
	return (struct slice){ .data = buffer_keep(&text, arena), .size = text.size };
}

static bool is_anchored(const char *pattern)
{
	return pattern[0] == '^' || slice_starts_with(slice_of(pattern), "{^LN-BEG}");
}

/* fail2ban's own patterns; ONLY_BEGIN: those at the start of a line. */
static bool add_defaults(struct date_detector *detector, bool only_begin, const char **ret_why)
{
	for (size_t i = 0; i < ARRAY_SIZE(default_patterns); i++) {
		if (is_anchored(default_patterns[i]))
			continue;
		struct slice pattern =
			joined(detector->arena, "{^LN-BEG}", slice_of(default_patterns[i]));
		if (!pattern.data || !add_template(detector, pattern, LINE_BEGIN_WEIGHT, ret_why))
			return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(default_patterns); i++)
		if ((!only_begin || is_anchored(default_patterns[i])) &&
		    !add_template(detector, slice_of(default_patterns[i]), 1, ret_why))
			return false;
	return true;
}

/* PATTERN with each of fail2ban's own in the place of "{DATE}". */
static bool add_around(struct date_detector *detector, struct slice pattern, size_t at,
		       const char **ret_why)
{
	for (size_t i = 0; i < ARRAY_SIZE(default_patterns); i++) {
		struct slice inner = slice_of(default_patterns[i]);
		BUFFER_AUTO text = { 0 };
		/* Those without fields are not put into others. */
		if (slice_find_byte(inner, '%') == inner.size)
			continue;
		if (slice_starts_with(inner, "{^LN-BEG}"))
			inner = slice_from(inner, 9);
		buffer_append_slice(&text, slice_part(pattern, 0, at));
		buffer_append_slice(&text, inner);
		buffer_append_slice(&text, slice_from(pattern, at + 6));
		struct slice whole = { .data = buffer_keep(&text, detector->arena),
				       .size = text.size };
		if (!whole.data || !add_template(detector, whole, 1, ret_why))
			return false;
	}
	return true;
}

static bool add_pattern(struct date_detector *detector, struct slice pattern, const char **ret_why)
{
	size_t at = slice_find(pattern, SLICE("{DATE}"));
	if (slice_is_ignore_case(pattern, "{^LN-BEG}"))
		return add_defaults(detector, true, ret_why);
	if (slice_is_ignore_case(pattern, "{DEFAULT}"))
		return add_defaults(detector, false, ret_why);
	if (slice_is_ignore_case(pattern, "{NONE}"))
		return add_template(detector, SLICE("{UNB}^"), 1, ret_why);
	if (at < pattern.size)
		return add_around(detector, pattern, at, ret_why);
	return add_template(detector, pattern, 1, ret_why);
}

bool date_detector_new(struct arena *arena, struct slice patterns, const struct date_clock *clock,
		       struct date_detector **ret_detector, const char **ret_why)
{
	struct date_detector *detector = ARENA_NEW(arena, struct date_detector);
	struct slice line;
	*ret_why = NULL;
	*ret_detector = NULL;
	if (!detector)
		return false;
	detector->arena = arena;
	detector->clock = *clock;
	detector->last_start = 1;
	detector->last_end = NOWHERE;
	detector->last_index = NOWHERE;
	detector->before_start = detector->at_start = -1;
	detector->before_end = detector->at_end = -1;
	detector->match = pcre2_match_data_create(32, NULL);
	bool good = detector->match != NULL;
	if (good && !ini_trim(patterns).size)
		good = add_defaults(detector, false, ret_why);
	while (good && slice_next_line(&patterns, &line)) {
		line = ini_trim(line);
		good = !line.size || add_pattern(detector, line, ret_why);
	}
	if (!good) {
		date_detector_free(detector);
		return false;
	}
	*ret_detector = detector;
	return true;
}

void date_detector_free(struct date_detector *detector)
{
	if (!detector)
		return;
	for (size_t i = 0; i < detector->count; i++)
		date_template_done(&detector->templates[i]->template);
	pcre2_match_data_free(detector->match);
}

static bool search(struct date_detector *detector, size_t index, struct slice line, size_t from)
{
	struct placed_template *place = detector->templates[index];
	int found = pcre2_match(place->template.code, (PCRE2_SPTR)line.data, line.size, from, 0,
				detector->match, NULL);
	if (found <= 0)
		return false;
	place->template.hits++;
	return true;
}

static int byte_at(struct slice line, size_t at)
{
	return at < line.size ? (unsigned char)line.data[at] : -1;
}

static bool is_alnum(int byte)
{
	return byte >= 0 &&
	       (byte_is_alpha((unsigned char)byte) || byte_is_digit((unsigned char)byte));
}

static double weight_of(const struct placed_template *place)
{
	return (double)place->hits * place->template.weight /
	       (double)(place->distance ? place->distance : 1);
}

static bool is_movable(const struct date_detector *detector, size_t index, size_t to)
{
	const struct placed_template *place = detector->templates[index];
	const struct placed_template *other = detector->templates[to];
	/* One that was never used gives way. */
	return weight_of(place) > weight_of(other) || !other->last_used;
}

/* Moves the template up that matched. */
static size_t reorder(struct date_detector *detector, size_t index)
{
	size_t to = detector->first_unused < index ? detector->first_unused : index / 2;
	struct placed_template *place = detector->templates[index];
	if (!is_movable(detector, index, to)) {
		if (to == index - 1 || !is_movable(detector, index, index - 1))
			return index;
		to = index - 1;
	}
	memmove(&detector->templates[to + 1], &detector->templates[to],
		(index - to) * sizeof(detector->templates[0]));
	detector->templates[to] = place;
	while (detector->first_unused < detector->count &&
	       detector->templates[detector->first_unused]->hits)
		detector->first_unused++;
	return to;
}

/* Tries the template of the line before. */
static bool try_last(struct date_detector *detector, struct slice line, size_t *ret_ignored)
{
	size_t index = detector->last_index;
	const struct date_template *template = &detector->templates[index]->template;
	size_t start = detector->last_start, end = detector->last_end;
	if (template->at_line_begin || template->at_line_end) {
		*ret_ignored = index;
		return search(detector, index, line, 0);
	}
	int before = start ? byte_at(line, start - 1) : -1, at = byte_at(line, start);
	int before_end = end ? byte_at(line, end - 1) : -1, at_end = byte_at(line, end);
	bool same_start =
		before == detector->before_start || (at == detector->at_start && !is_alnum(at));
	bool same_end = at_end == detector->at_end ||
			(before_end == detector->before_end && !is_alnum(before_end));
	if (same_start && same_end && start <= line.size && end <= line.size)
		return search(detector, index, slice_part(line, 0, end), start);
	*ret_ignored = index;
	return search(detector, index, line, 0);
}

struct best_match {
	bool found;
	size_t index, start, end;
};

/* Tries all templates but IGNORED; the index of the winner, whose match is in the match data. */
static bool try_all(struct date_detector *detector, struct slice line, size_t ignored,
		    struct best_match *best, size_t *ret_index)
{
	const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(detector->match);
	for (size_t i = 0; i < detector->count; i++) {
		const struct placed_template *place = detector->templates[i];
		if (i == ignored || !search(detector, i, line, 0))
			continue;
		*ret_index = i;
		size_t start = offsets[0];
		if (i + 1 >= detector->count || place->template.at_line_begin ||
		    place->template.at_line_end ||
		    (start == 0 && place->hits && !detector->templates[i + 1]->template.hits))
			return true;
		if (start <= place->distance && start <= detector->last_start)
			return true;
		/* Perhaps within the message: look further, keep the one nearest to the start. */
		if (!best->found || start < best->start)
			*best = (struct best_match){ true, i, start, offsets[1] };
	}
	if (!best->found || !search(detector, best->index, line, 0))
		return false;
	*ret_index = best->index;
	return true;
}

/* The time at the match of PLACE, which is TEXT. */
static bool read_time(struct date_detector *detector, const struct placed_template *place,
		      struct slice line, struct slice text, int64_t *ret_time)
{
	if (detector->known_template == place && text.size == detector->known_size &&
	    memcmp(text.data, detector->known_text, text.size) == 0) {
		*ret_time = detector->known_time;
		return true;
	}
	if (!date_template_time(&place->template, line, pcre2_get_ovector_pointer(detector->match),
				pcre2_get_ovector_count(detector->match), &detector->clock,
				ret_time))
		return false;
	if (text.size <= KNOWN_BYTES) {
		memcpy(detector->known_text, text.data, text.size);
		detector->known_size = text.size;
		detector->known_template = place;
		detector->known_time = *ret_time;
	}
	return true;
}

enum date_found date_detector_find(struct date_detector *detector, struct slice line,
				   size_t *ret_start, size_t *ret_end, int64_t *ret_time)
{
	const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(detector->match);
	struct best_match best = { .start = NOWHERE };
	size_t ignored = NOWHERE, index = detector->last_index;
	bool found = false;
	detector->tick++;
	if (index < detector->count && try_last(detector, line, &ignored)) {
		const struct date_template *template = &detector->templates[index]->template;
		found = detector->count == 1 || template->at_line_begin || template->at_line_end ||
			(offsets[0] == detector->last_start && offsets[1] == detector->last_end);
		if (!found)
			best = (struct best_match){ true, index, offsets[0], offsets[1] };
	}
	if (!found && !try_all(detector, line, ignored, &best, &index))
		return DATE_NOT_FOUND;
	struct placed_template *place = detector->templates[index];
	size_t start = offsets[0], end = offsets[1];
	*ret_start = offsets[2];
	*ret_end = offsets[3];
	place->hits++;
	place->last_used = detector->tick;
	place->distance = start;
	if (detector->first_unused == index)
		detector->first_unused++;
	detector->last_start = start;
	detector->last_end = end;
	detector->before_start = start ? byte_at(line, start - 1) : -1;
	detector->at_start = byte_at(line, start);
	detector->before_end = end ? byte_at(line, end - 1) : -1;
	detector->at_end = byte_at(line, end);
	bool good = *ret_end > *ret_start &&
		    read_time(detector, place, line,
			      slice_part(line, *ret_start, *ret_end - *ret_start), ret_time);
	if (index && index != detector->last_index)
		index = reorder(detector, index);
	detector->last_index = index;
	if (*ret_end == *ret_start)
		return DATE_NOT_FOUND;
	return good ? DATE_FOUND : DATE_WRONG;
}
