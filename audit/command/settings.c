/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/advisory/advisory_table.h"
#include "audit/base/arena.h"
#include "audit/model/tariff.h"

/* A settings file is a page or two; more is a mistake. */
#define SETTINGS_BYTES_MAX ((size_t)1024 * 1024)
#define NETWORKS_MAX 1024
/* Of runs and of days: more than anybody's lifetime of days. */
#define HISTORY_NUMBER_MAX 1000000

struct reading {
	struct arena *arena;
	struct site *site;
	const char *name;
	uint32_t line;
	struct slice section;
	struct site_waiver *waivers;
	size_t waiver_capacity;
	struct site_severity *severities;
	size_t severity_capacity;
};

static bool refuse(const struct reading *reading, struct error *error, const char *what,
		   struct slice text)
{
	return error_set_at(error, ERROR_INPUT, reading->name, reading->line, "%s: \"%.*s\"", what,
			    SLICE_ARG(text));
}

bool settings_add_networks(struct slice list, struct arena *arena, const struct prefix **prefixes,
			   size_t *count, struct error *error)
{
	struct prefix found[NETWORKS_MAX];
	size_t found_count = 0;
	for (; found_count < *count; found_count++)
		found[found_count] = (*prefixes)[found_count];
	struct slice group, word;
	while (slice_next_field(&list, ',', &group))
		while (slice_next_word(&group, &word)) {
			if (found_count == NETWORKS_MAX)
				return error_set(error, ERROR_INPUT, "more than %d networks",
						 NETWORKS_MAX);
			if (!prefix_parse(word, &found[found_count++])) {
				error_set(error, ERROR_INPUT, "\"%.*s\" is no network",
					  SLICE_ARG(word));
				error_advise(error, "write it as 192.0.2.0/24 or 2001:db8::/32");
				return false;
			}
		}
	struct prefix *kept = ARENA_ARRAY(arena, found_count, struct prefix);
	if (!kept)
		return error_memory(error);
	memcpy(kept, found, found_count * sizeof(*kept));
	*prefixes = kept;
	*count = found_count;
	return true;
}

static bool networks(struct reading *reading, struct slice value, const struct prefix **prefixes,
		     size_t *count, struct error *error)
{
	if (settings_add_networks(value, reading->arena, prefixes, count, error))
		return true;
	if (error && error->kind == ERROR_INPUT) {
		(void)snprintf(error->file, sizeof(error->file), "%s", reading->name);
		error->line = reading->line;
	}
	return false;
}

static bool words(struct reading *reading, struct slice value, const struct slice **list,
		  size_t *count, struct error *error)
{
	size_t room = 1;
	for (size_t i = 0; i < value.size; i++)
		room += value.data[i] == ',';
	struct slice *kept = ARENA_ARRAY(reading->arena, *count + room, struct slice);
	if (!kept)
		return error_memory(error);
	for (size_t i = 0; i < *count; i++)
		kept[i] = (*list)[i];
	struct slice word;
	while (slice_next_field(&value, ',', &word)) {
		word = slice_trim(word);
		if (word.size)
			kept[(*count)++] = word;
	}
	*list = kept;
	return true;
}

bool settings_parse_date(struct slice text, int64_t *ret_end)
{
	uint64_t year, month, day;
	if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-' ||
	    !slice_to_uint64(slice_part(text, 0, 4), &year) ||
	    !slice_to_uint64(slice_part(text, 5, 2), &month) ||
	    !slice_to_uint64(slice_part(text, 8, 2), &day) || month < 1 || month > 12 || day < 1 ||
	    day > 31 || year < 1970)
		return false;
	struct tm date = {
		.tm_year = (int)year - 1900,
		.tm_mon = (int)month - 1,
		.tm_mday = (int)day,
	};
	time_t start = timegm(&date);
	/* timegm makes 31 February the 3rd of March: such a date is a mistake. */
	if (start == (time_t)-1 || date.tm_mday != (int)day)
		return false;
	*ret_end = (int64_t)start + 24 * 60 * 60;
	return true;
}

static bool site_setting(struct reading *reading, struct slice name, struct slice value,
			 struct error *error)
{
	struct site *site = reading->site;
	if (slice_is(name, "trusted"))
		return networks(reading, value, &site->trusted, &site->trusted_count, error);
	if (slice_is(name, "phones"))
		return networks(reading, value, &site->phones, &site->phone_count, error);
	if (slice_is(name, "trunks"))
		return networks(reading, value, &site->trunks, &site->trunk_count, error);
	if (slice_is(name, "phone_digests"))
		return words(reading, value, &site->phone_digests, &site->phone_digest_count,
			     error);
	if (slice_is(name, "words"))
		return words(reading, value, &site->words, &site->word_count, error);
	if (slice_is(name, "declared"))
		return words(reading, value, &site->declared, &site->declared_count, error);
	if (slice_is(name, "level")) {
		if (!slice_is(value, "basic") && !slice_is(value, "strict"))
			return refuse(reading, error, "level is basic or strict, not", value);
		site->level = slice_is(value, "strict") ? SITE_STRICT : SITE_BASIC;
		return true;
	}
	if (slice_is(name, "tariff")) {
		site->tariff_file = value;
		return true;
	}
	if (slice_is(name, "role")) {
		site->role = value;
		return true;
	}
	return refuse(
		reading, error,
		"[site] knows trusted, phones, trunks, phone_digests, words, declared, tariff, "
		"level and role, not",
		name);
}

/* "8.1" as 81, from 0 to 10. */
static bool parse_severity(struct slice text, unsigned int *ret_tenths)
{
	uint64_t whole, tenth = 0;
	size_t point = slice_find_byte(text, '.');
	if (!slice_to_uint64(slice_part(text, 0, point), &whole) || whole > 10)
		return false;
	if (point < text.size &&
	    (text.size != point + 2 || !slice_to_uint64(slice_from(text, point + 1), &tenth)))
		return false;
	*ret_tenths = (unsigned int)(whole * 10 + tenth);
	return *ret_tenths <= 100;
}

static bool severity_setting(struct reading *reading, struct slice name, struct slice value,
			     struct error *error)
{
	if (!reading->severities)
		return error_memory(error);
	struct site_severity *row = &reading->severities[reading->site->severity_count - 1];
	if (slice_is(name, "check"))
		row->check = value;
	else if (slice_is(name, "reason"))
		row->reason = value;
	else if (slice_is(name, "severity")) {
		if (!parse_severity(value, &row->tenths))
			return refuse(reading, error, "severity is 0.0 to 10.0, not", value);
	} else {
		return refuse(reading, error, "[severity] knows check, severity and reason, not",
			      name);
	}
	return true;
}

static bool history_setting(struct reading *reading, struct slice name, struct slice value,
			    struct error *error)
{
	struct site_history *history = &reading->site->history;
	uint64_t number;
	if (slice_is(name, "file")) {
		history->file = value;
		return true;
	}
	if (!slice_is(name, "runs") && !slice_is(name, "days"))
		return refuse(reading, error, "[history] knows file, runs and days, not", name);
	if (!slice_to_uint64(value, &number) || number > HISTORY_NUMBER_MAX)
		return refuse(reading, error, "expected a number up to 1000000, not", value);
	*(slice_is(name, "runs") ? &history->runs : &history->days) = (unsigned int)number;
	return true;
}

static bool mail_setting(struct reading *reading, struct slice name, struct slice value,
			 struct error *error)
{
	if (!slice_is(name, "sendmail"))
		return refuse(reading, error, "[mail] knows sendmail, not", name);
	if (!slice_starts_with(value, "/"))
		return refuse(reading, error, "sendmail wants a whole path, not", value);
	reading->site->sendmail = value;
	return true;
}

static bool waiver_setting(struct reading *reading, struct slice name, struct slice value,
			   struct error *error)
{
	if (!reading->waivers)
		return refuse(reading, error, "a [waiver] must come before", name);
	struct site_waiver *waiver = &reading->waivers[reading->site->waiver_count - 1];
	if (slice_is(name, "check"))
		waiver->check = value;
	else if (slice_is(name, "subject"))
		waiver->subject = value;
	else if (slice_is(name, "reason"))
		waiver->reason = value;
	else if (slice_is(name, "by"))
		waiver->by = value;
	else if (slice_is(name, "evidence"))
		waiver->evidence = value;
	else if (slice_is(name, "until")) {
		if (!settings_parse_date(value, &waiver->until))
			return refuse(reading, error,
				      "until wants a day written as 2027-03-31, not", value);
		waiver->until_text = value;
	} else {
		return refuse(reading, error,
			      "[waiver] knows check, subject, reason, by, until and evidence, not",
			      name);
	}
	return true;
}

/* A waiver without its check or its reason would hide something silently. */
static bool waiver_is_complete(const struct reading *reading, struct error *error)
{
	if (!reading->waivers)
		return true;
	const struct site_waiver *waiver = &reading->waivers[reading->site->waiver_count - 1];
	if (waiver->check.size && waiver->reason.size)
		return true;
	return error_set_at(error, ERROR_INPUT, reading->name, waiver->line,
			    "a waiver wants at least `check = ID` and `reason = WHY`");
}

/* So would another severity. */
static bool severity_is_complete(const struct reading *reading, struct error *error)
{
	if (!reading->severities)
		return true;
	const struct site_severity *row = &reading->severities[reading->site->severity_count - 1];
	if (row->check.size && row->reason.size && row->tenths != UINT_MAX)
		return true;
	return error_set_at(error, ERROR_INPUT, reading->name, row->line,
			    "a severity wants `check = ID`, `severity = 0.0 to 10.0` and "
			    "`reason = WHY`");
}

static bool end_section(const struct reading *reading, struct error *error)
{
	if (slice_is(reading->section, "waiver"))
		return waiver_is_complete(reading, error);
	return !slice_is(reading->section, "severity") || severity_is_complete(reading, error);
}

static bool begin_waiver(struct reading *reading, struct error *error)
{
	struct site_waiver *waivers =
		arena_grow(reading->arena, reading->waivers, reading->site->waiver_count,
			   &reading->waiver_capacity, sizeof(*waivers));
	if (!waivers)
		return error_memory(error);
	reading->waivers = waivers;
	reading->site->waivers = waivers;
	waivers[reading->site->waiver_count++] =
		(struct site_waiver){ .subject = SLICE("*"), .line = reading->line };
	return true;
}

static bool begin_severity(struct reading *reading, struct error *error)
{
	struct site_severity *rows =
		arena_grow(reading->arena, reading->severities, reading->site->severity_count,
			   &reading->severity_capacity, sizeof(*rows));
	if (!rows)
		return error_memory(error);
	reading->severities = rows;
	reading->site->severities = rows;
	rows[reading->site->severity_count++] =
		(struct site_severity){ .tenths = UINT_MAX, .line = reading->line };
	return true;
}

static bool begin_section(struct reading *reading, struct slice line, struct error *error)
{
	if (line.data[line.size - 1] != ']')
		return refuse(reading, error, "a section ends with ']'", line);
	if (!end_section(reading, error))
		return false;
	reading->section = slice_trim(slice_part(line, 1, line.size - 2));
	if (slice_is(reading->section, "site") || slice_is(reading->section, "history") ||
	    slice_is(reading->section, "mail"))
		return true;
	if (slice_is(reading->section, "waiver"))
		return begin_waiver(reading, error);
	if (slice_is(reading->section, "severity"))
		return begin_severity(reading, error);
	return refuse(reading, error,
		      "sections are [site], [waiver], [severity], [history] and [mail], not",
		      reading->section);
}

static bool parse_line(struct reading *reading, struct slice line, struct error *error)
{
	line = slice_trim(line);
	if (line.size == 0 || line.data[0] == '#' || line.data[0] == ';')
		return true;
	if (line.data[0] == '[')
		return begin_section(reading, line, error);
	size_t equals = slice_find_byte(line, '=');
	if (equals == line.size)
		return refuse(reading, error, "expected `name = value`, found", line);
	struct slice name = slice_trim(slice_part(line, 0, equals));
	struct slice value = slice_trim(slice_from(line, equals + 1));
	if (slice_is(reading->section, "site"))
		return site_setting(reading, name, value, error);
	if (slice_is(reading->section, "waiver"))
		return waiver_setting(reading, name, value, error);
	if (slice_is(reading->section, "severity"))
		return severity_setting(reading, name, value, error);
	if (slice_is(reading->section, "history"))
		return history_setting(reading, name, value, error);
	if (slice_is(reading->section, "mail"))
		return mail_setting(reading, name, value, error);
	return refuse(reading, error, "a [section] must come before", line);
}

bool settings_parse(struct slice text, const char *name, struct arena *arena, struct site *site,
		    struct error *error)
{
	struct reading reading = { .arena = arena, .site = site, .name = name };
	struct slice line;
	site->waiver_count = 0;
	site->severity_count = 0;
	while (slice_next_line(&text, &line)) {
		reading.line++;
		if (!parse_line(&reading, line, error))
			return false;
	}
	return end_section(&reading, error);
}

static bool read_all(int fd, struct arena *arena, struct slice *ret_text)
{
	char *data = arena_allocate(arena, SETTINGS_BYTES_MAX);
	size_t size = 0;
	while (data && size < SETTINGS_BYTES_MAX) {
		ssize_t got = read(fd, data + size, SETTINGS_BYTES_MAX - size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		if (got == 0) {
			*ret_text = (struct slice){ .data = data, .size = size };
			return true;
		}
		size += (size_t)got;
	}
	errno = data ? EFBIG : ENOMEM;
	return false;
}

bool settings_read(const char *path, struct arena *arena, struct site *site, struct error *error)
{
	const char *name = path ? path : SETTINGS_FILE;
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 && !path && (errno == ENOENT || errno == EACCES))
		return true;
	struct slice text;
	bool is_read = fd >= 0 && read_all(fd, arena, &text);
	int why = errno;
	if (fd >= 0)
		(void)close(fd);
	if (!is_read)
		return error_set_at(error, ERROR_INPUT, name, 0, "cannot read the settings: %s",
				    error_errno_text(why));
	return settings_parse(text, name, arena, site, error);
}

bool settings_read_tariff(const char *path, struct arena *arena, struct site *site,
			  struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct slice text;
	bool is_read = fd >= 0 && read_all(fd, arena, &text);
	int why = errno;
	if (fd >= 0)
		(void)close(fd);
	if (!is_read)
		return error_set_at(error, ERROR_INPUT, path, 0, "cannot read the tariff: %s",
				    error_errno_text(why));
	struct tariff *tariff = ARENA_NEW(arena, struct tariff);
	if (!tariff)
		return error_memory(error);
	if (!tariff_parse(arena, path, text, tariff, error))
		return false;
	site->tariff = tariff;
	return true;
}

bool settings_read_advisories(const char *path, struct arena *arena, struct site *site,
			      struct error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct slice text;
	bool is_read = fd >= 0 && read_all(fd, arena, &text);
	int why = errno;
	if (fd >= 0)
		(void)close(fd);
	if (!is_read)
		return error_set_at(error, ERROR_INPUT, path, 0, "cannot read the advisories: %s",
				    error_errno_text(why));
	struct advisory_table *table = ARENA_NEW(arena, struct advisory_table);
	if (!table)
		return error_memory(error);
	if (!advisory_table_parse(arena, path, text, table, error))
		return false;
	site->advisories = table;
	return true;
}
