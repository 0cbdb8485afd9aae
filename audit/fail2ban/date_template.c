/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/date_template.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/filter_regex.h"
#include "audit/fail2ban/ini_file.h"

#define MONTHS "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
#define MONTHS_FULL                                                                                \
	"september|february|november|december|january|october|august|march|april|june|july|may"
#define DAYS "mon|tue|wed|thu|fri|sat|sun"
#define DAYS_FULL "wednesday|thursday|saturday|tuesday|monday|friday|sunday"
/* Abbreviations of time zones. */
#define ZONE "[A-Z](?:[A-Z]{2,4})?"

/* A field of a pattern: what it matches, in a group of its own. A longer name first. */
static const struct {
	const char *code;
	const char *before;
	const char *group;
	const char *match;
	bool is_text;
} fields[] = {
	{ "ExY", "", "Y", NULL, false },
	{ "Exy", "", "y", "\\d{2}", false },
	{ "Exd", "", "d", "[1-2]\\d|0[1-9]|3[0-1]", false },
	{ "Exm", "", "m", "0[1-9]|1[0-2]", false },
	{ "ExH", "", "H", "[0-1]\\d|2[0-3]", false },
	{ "Exk", " ?", "H", "[0-1]?\\d|2[0-3]", false },
	{ "Exl", " ?", "I", "1[0-2]|\\d", false },
	{ "ExM", "", "M", "[0-5]\\d", false },
	{ "ExS", "", "S", "[0-5]\\d|6[0-1]", false },
	{ "ExZ", "", "Z", ZONE, false },
	{ "Exz", "", "z", "(?:" ZONE ")?[+-][01]\\d(?::?\\d{2})?|" ZONE, false },
	{ "a", "", "a", DAYS, true },
	{ "A", "", "A", DAYS_FULL, true },
	{ "b", "", "b", MONTHS, true },
	{ "B", "", "B", MONTHS_FULL, true },
	{ "p", "", "p", "am|pm", true },
	{ "d", "", "d", "[1-2]\\d|[0 ]?[1-9]|3[0-1]", false },
	{ "m", "", "m", "0?[1-9]|1[0-2]", false },
	{ "Y", "", "Y", "\\d{4}", false },
	{ "y", "", "y", "\\d\\d", false },
	{ "H", "", "H", "[0-1]?\\d|2[0-3]", false },
	{ "k", " ?", "H", "[0-2]?\\d", false },
	{ "I", "", "I", "1[0-2]|0[1-9]|[1-9]", false },
	{ "l", " ?", "I", "1?\\d", false },
	{ "M", "", "M", "[0-5]?\\d", false },
	{ "S", "", "S", "[0-5]?\\d|6[0-1]", false },
	{ "f", "", "f", "[0-9]{1,6}", false },
	{ "z", "", "z", "Z|UTC|GMT|[+-][01]\\d(?::?\\d{2})?", false },
	{ "Z", "", "Z", "Z|[A-Z]{3,5}", false },
	{ "j", "", "j", "36[0-6]|3[0-5]\\d|[1-2]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]",
	  false },
};

static const char *const field_groups[DATE_FIELD_COUNT] = {
	[DATE_YEAR] = "Y",       [DATE_YEAR_2] = "y",     [DATE_MONTH] = "m",
	[DATE_MONTH_NAME] = "b", [DATE_MONTH_FULL] = "B", [DATE_DAY] = "d",
	[DATE_HOUR] = "H",       [DATE_HOUR_12] = "I",    [DATE_AM_PM] = "p",
	[DATE_MINUTE] = "M",     [DATE_SECOND] = "S",     [DATE_ZONE] = "z",
	[DATE_ZONE_NAME] = "Z",  [DATE_YEAR_DAY] = "j",
};

/* Days since 1970 to a civil date (Howard Hinnant's algorithm, public). */
static int64_t year_of(int64_t seconds)
{
	int64_t days = seconds / 86400 + 719468;
	int64_t era = days / 146097, of_era = days % 146097;
	int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	return year_of_era + era * 400 + (day_of_year >= 306);
}

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	year -= month <= 2;
	int64_t era = year / 400, of_era = year % 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719468;
}

/* "%ExY": years from 2000 to the end of the decade after next. */
static void append_years(struct buffer *out, int64_t now)
{
	int64_t last = (year_of(now) + 3) / 10 % 10;
	buffer_format(out, "20[0-%d]\\d", (int)last);
}

static bool append_field(struct slice *rest, int64_t now, struct buffer *out, bool *has_text)
{
	struct slice name = slice_from(*rest, 1);
	if (slice_starts_with(name, "%")) {
		buffer_append_byte(out, '%');
		*rest = slice_from(*rest, 2);
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (!slice_starts_with(name, fields[i].code))
			continue;
		buffer_format(out, "%s(?P<%s>", fields[i].before, fields[i].group);
		if (fields[i].match)
			buffer_append_string(out, fields[i].match);
		else
			append_years(out, now);
		buffer_append_byte(out, ')');
		*has_text |= fields[i].is_text;
		*rest = slice_from(*rest, 1 + strlen(fields[i].code));
		return true;
	}
	return false;
}

/* Is there a group that is neither named nor "(?:"? Then it holds the time. */
static bool has_plain_group(struct slice text)
{
	for (size_t i = 0; i + 1 < text.size; i++) {
		if (text.data[i] == '\\')
			i++;
		else if (text.data[i] == '(' && text.data[i + 1] != '?')
			return true;
	}
	return false;
}

/* Begins TEXT with '^' or "**", perhaps in brackets and behind flags? */
static bool has_own_begin(struct slice text)
{
	while (slice_starts_with(text, "(") && !slice_starts_with(text, "(?"))
		text = slice_from(text, 1);
	return slice_starts_with(text, "^") || slice_starts_with(text, "**") ||
	       slice_starts_with(text, "(?:^") || slice_starts_with(text, "(^");
}

static bool has_own_end(struct slice text)
{
	struct slice bare = text;
	while (bare.size && bare.data[bare.size - 1] == ')')
		bare.size--;
	return slice_ends_with(text, "$") || slice_ends_with(text, "$)") ||
	       slice_ends_with(text, "\\b") || slice_ends_with(text, "\\s") ||
	       slice_ends_with(bare, "**");
}

static bool drop_start(struct slice *text, const char *prefix)
{
	if (!slice_starts_with(*text, prefix))
		return false;
	*text = slice_from(*text, strlen(prefix));
	return true;
}

struct pattern_parts {
	bool unbound;
	bool line_begin;
	bool ignore_case;
};

/* PATTERN's expression, with the borders that fail2ban gives it. */
static bool build(struct arena *arena, struct slice pattern, int64_t now, struct buffer *out,
		  struct date_template *template, const char **ret_why)
{
	BUFFER_AUTO text = { 0 };
	struct pattern_parts parts = { 0 };
	parts.unbound = drop_start(&pattern, "{UNB}");
	if (!parts.unbound)
		parts.line_begin = drop_start(&pattern, "{^LN-BEG}");
	pattern = ini_trim(pattern);
	if (drop_start(&pattern, "(?iu)") || drop_start(&pattern, "(?i)"))
		parts.ignore_case = true;
	while (pattern.size) {
		if (pattern.data[0] == '%') {
			if (!append_field(&pattern, now, &text, &parts.ignore_case)) {
				*ret_why = "a field of its date pattern is not known";
				return false;
			}
			continue;
		}
		buffer_append_byte(&text, pattern.data[0]);
		pattern = slice_from(pattern, 1);
	}
	struct slice regex = buffer_slice(&text);
	bool own_begin = has_own_begin(regex), own_end = has_own_end(regex);
	bool wraps = !has_plain_group(regex);
	template->at_line_begin = parts.line_begin || slice_starts_with(regex, "^") ||
				  slice_starts_with(regex, "(?:^");
	template->at_line_end = slice_ends_with(regex, "$") && !slice_ends_with(regex, "\\$");
	bool starts_line = slice_starts_with(regex, "^");
	if (starts_line)
		regex = slice_from(regex, 1);
	bool ends_line = template->at_line_end && wraps;
	if (ends_line)
		regex.size--;
	(void)drop_start(&regex, "**");
	if (slice_ends_with(regex, "**"))
		regex.size -= 2;
	if (parts.ignore_case)
		buffer_append_string(out, "(?i)");
	if (parts.line_begin && !own_begin)
		buffer_append_string(out, "^(?:\\W{0,2})?");
	else if (!parts.unbound && !own_begin)
		buffer_append_string(out, "(?=^|\\b|\\W)");
	if (starts_line)
		buffer_append_byte(out, '^');
	if (wraps)
		buffer_append_byte(out, '(');
	if (!filter_regex_translate(regex, true, out, ret_why))
		return false;
	if (wraps)
		buffer_append_byte(out, ')');
	if (ends_line)
		buffer_append_byte(out, '$');
	if (!parts.unbound && !own_end)
		buffer_append_string(out, "(?=\\b|\\W|$)");
	(void)arena;
	return !buffer_failed(out) && !buffer_failed(&text);
}

#define EPOCH "\\d{10,11}\\b(?:\\.\\d{3,6})?"
#define LONG_EPOCH "\\d{10,11}(?:\\d{3}(?:\\.\\d{1,6}|\\d{3})?)?"

/* EPOCH, LEPOCH and TAI64N, alone or at the start of a line; False: PATTERN is none of them. */
static bool build_epoch(struct slice pattern, struct buffer *out, struct date_template *template)
{
	bool at_begin = drop_start(&pattern, "{^LN-BEG}") || drop_start(&pattern, "^");
	bool is_long = slice_is_ignore_case(pattern, "LEPOCH");
	if (slice_is_ignore_case(pattern, "TAI64N")) {
		template->kind = DATE_TAI64N;
		buffer_append_string(out, at_begin ? "^(?:\\W{0,2})?(@[0-9a-f]{24})(?=\\b|\\W|$)"
						   : "(@[0-9a-f]{24})(?=\\b|\\W|$)");
	} else if (slice_is_ignore_case(pattern, "EPOCH") || is_long) {
		const char *number = is_long ? LONG_EPOCH : EPOCH;
		template->kind = is_long ? DATE_LONG_EPOCH : DATE_EPOCH;
		if (at_begin)
			buffer_format(out,
				      "^(?:\\W{0,2})?((?P<square>(?<=^\\[))?%s)(?(square)(?=\\]))"
				      "(?=\\b|\\W|$)",
				      number);
		else
			buffer_format(
				out,
				"((?:^|(?P<square>(?<=^\\[))|(?P<selinux>(?<=\\baudit\\()))%s)"
				"(?:(?(selinux)(?=:\\d+\\)))|(?(square)(?=\\])))(?=\\b|\\W|$)",
				number);
	} else {
		return false;
	}
	template->number_group = 1;
	template->at_line_begin = at_begin;
	return true;
}

/* "{EPOCH}" within a pattern: the whole in the first group, the number in the second. */
static bool build_epoch_part(struct slice pattern, int64_t now, struct arena *arena,
			     struct buffer *out, struct date_template *template,
			     const char **ret_why)
{
	size_t at = slice_find(pattern, SLICE("{EPOCH}")), size = 7;
	if (at == pattern.size) {
		at = slice_find(pattern, SLICE("{LEPOCH}"));
		size = 8;
	}
	if (at == pattern.size)
		return false;
	BUFFER_AUTO text = { 0 };
	buffer_append_byte(&text, '(');
	buffer_append_slice(&text, slice_part(pattern, 0, at));
	buffer_format(&text, "(%s)", size == 8 ? LONG_EPOCH : EPOCH);
	buffer_append_slice(&text, slice_from(pattern, at + size));
	buffer_append_byte(&text, ')');
	template->kind = size == 8 ? DATE_LONG_EPOCH : DATE_EPOCH;
	template->number_group = 2;
	return build(arena, buffer_slice(&text), now, out, template, ret_why);
}

bool date_template_make(struct arena *arena, struct slice pattern, int64_t now,
			struct date_template *ret_template, const char **ret_why)
{
	BUFFER_AUTO out = { 0 };
	*ret_template = (struct date_template){ .name = pattern, .weight = 1 };
	*ret_why = NULL;
	if (!build_epoch(pattern, &out, ret_template) &&
	    !build_epoch_part(pattern, now, arena, &out, ret_template, ret_why) &&
	    (*ret_why || !build(arena, pattern, now, &out, ret_template, ret_why)))
		return false;
	ret_template->code = filter_pcre_compile(arena, buffer_slice(&out), false, false, ret_why);
	if (!ret_template->code)
		return false;
	for (size_t i = 0; i < DATE_FIELD_COUNT; i++) {
		int group = pcre2_substring_number_from_name(ret_template->code,
							     (PCRE2_SPTR)field_groups[i]);
		ret_template->fields[i] = group > 0 ? group : 0;
	}
	return true;
}

void date_template_done(struct date_template *template)
{
	pcre2_code_free(template->code);
	template->code = NULL;
}

/* What a match has for a field. */
struct date_match {
	const struct date_template *template;
	struct slice text;
	const size_t *offsets;
	size_t count;
};

static struct slice group_text(const struct date_match *match, int group)
{
	if (group <= 0 || (size_t)group >= match->count || match->offsets[2 * group] == PCRE2_UNSET)
		return (struct slice){ .data = NULL };
	return slice_part(match->text, match->offsets[2 * group],
			  match->offsets[2 * group + 1] - match->offsets[2 * group]);
}

static struct slice field_text(const struct date_match *match, enum date_field field)
{
	return group_text(match, match->template->fields[field]);
}

/* The number in a field; FALLBACK where it is not there. */
static int64_t field_number(const struct date_match *match, enum date_field field, int64_t fallback)
{
	uint64_t number;
	struct slice text = slice_trim(field_text(match, field));
	return text.size && slice_to_uint64(text, &number) ? (int64_t)number : fallback;
}

/* The index of WORD among names between '|'; 0 when it is none, else from 1. */
static int64_t name_number(struct slice word)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	for (size_t i = 0; i < 12 && word.size >= 3; i++)
		if (slice_equal_ignore_case(slice_part(word, 0, 3),
					    (struct slice){ .data = months + 3 * i, .size = 3 }))
			return (int64_t)i + 1;
	return 0;
}

/* "+0100", "+01:00", "-03", "UTC", "Z", an abbreviation. False: not there, or not known. */
static bool zone_seconds(const struct date_match *match, int64_t *ret_seconds, bool *ret_unknown)
{
	struct slice text = field_text(match, DATE_ZONE);
	if (!text.size)
		text = field_text(match, DATE_ZONE_NAME);
	*ret_unknown = false;
	*ret_seconds = 0;
	if (!text.size)
		return false;
	if (slice_is(text, "Z") || slice_is(text, "UTC") || slice_is(text, "GMT"))
		return true;
	uint64_t hours = 0, minutes = 0;
	if (text.size < 3 || (text.data[0] != '+' && text.data[0] != '-') ||
	    !slice_to_uint64(slice_part(text, 1, 2), &hours) ||
	    (text.size >= 5 && !slice_to_uint64(slice_from(text, text.size - 2), &minutes))) {
		*ret_unknown = true;
		return false;
	}
	*ret_seconds = (int64_t)(hours * 3600 + minutes * 60) * (text.data[0] == '-' ? -1 : 1);
	return true;
}

static int64_t hour_of(const struct date_match *match)
{
	int64_t hour = field_number(match, DATE_HOUR, -1);
	if (hour >= 0)
		return hour;
	hour = field_number(match, DATE_HOUR_12, 0);
	if (slice_is_ignore_case(field_text(match, DATE_AM_PM), "pm"))
		return hour == 12 ? 12 : hour + 12;
	return hour == 12 ? 0 : hour;
}

static int64_t to_seconds(const struct date_clock *clock, int64_t civil, bool has_zone,
			  int64_t zone)
{
	return has_zone        ? civil - zone
	       : clock->to_utc ? clock->to_utc(clock->context, civil)
			       : civil;
}

static bool pattern_time(const struct date_match *match, const struct date_clock *clock,
			 int64_t *ret_time)
{
	static const int8_t lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t zone;
	bool unknown_zone, has_zone = zone_seconds(match, &zone, &unknown_zone);
	int64_t year = field_number(match, DATE_YEAR, -1);
	if (year < 0) {
		year = field_number(match, DATE_YEAR_2, -1);
		year += year >= 0 ? 2000 : 0;
	}
	int64_t month = field_number(match, DATE_MONTH, 0);
	if (!month)
		month = name_number(field_text(match, DATE_MONTH_NAME));
	if (!month)
		month = name_number(field_text(match, DATE_MONTH_FULL));
	int64_t day = field_number(match, DATE_DAY, 0);
	int64_t seconds = hour_of(match) * 3600 + field_number(match, DATE_MINUTE, 0) * 60 +
			  field_number(match, DATE_SECOND, 0);
	bool assumed_year = year < 0, assumed_day = !month && !day;
	if (assumed_year)
		year = year_of(clock->now);
	int64_t days;
	if (assumed_day) {
		int64_t year_day = field_number(match, DATE_YEAR_DAY, 0);
		days = year_day ? days_of(year, 1, 1) + year_day - 1 : clock->now / 86400;
		assumed_day = !year_day;
	} else {
		bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		if (month < 1 || month > 12 || day < 1 || day > lengths[month - 1] ||
		    (month == 2 && day == 29 && !is_leap))
			return false;
		days = days_of(year, month, day);
	}
	if (unknown_zone || year < 1)
		return false;
	*ret_time = to_seconds(clock, days * 86400 + seconds, has_zone, zone);
	if (assumed_day && *ret_time > clock->now)
		*ret_time -= 86400;
	else if (assumed_year && *ret_time > clock->now + 86400)
		*ret_time = to_seconds(clock, days_of(year - 1, month, day) * 86400 + seconds,
				       has_zone, zone);
	return true;
}

static bool number_time(const struct date_match *match, int64_t *ret_time)
{
	struct slice text = group_text(match, match->template->number_group);
	struct slice whole = slice_part(text, 0, slice_find_byte(text, '.'));
	uint64_t number;
	if (match->template->kind == DATE_TAI64N) {
		int64_t seconds = 0;
		/* "@", one digit of the label's class, then 15 hexadecimal digits of seconds. */
		for (size_t i = 2; i < 17 && i < text.size; i++) {
			unsigned char byte = byte_to_lower((unsigned char)text.data[i]);
			seconds =
				seconds * 16 + (byte_is_digit(byte) ? byte - '0' : byte - 'a' + 10);
		}
		*ret_time = seconds;
		return true;
	}
	if (!slice_to_uint64(whole, &number))
		return false;
	if (match->template->kind == DATE_LONG_EPOCH && text.size >= 13)
		number /= text.size >= 16 && whole.size == text.size ? 1000000 : 1000;
	*ret_time = (int64_t)number;
	return true;
}

bool date_template_time(const struct date_template *template, struct slice text,
			const size_t *offsets, size_t count, const struct date_clock *clock,
			int64_t *ret_time)
{
	const struct date_match match = {
		.template = template,
		.text = text,
		.offsets = offsets,
		.count = count,
	};
	return template->kind == DATE_PATTERN ? pattern_time(&match, clock, ret_time)
					      : number_time(&match, ret_time);
}
