/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/advisory/advisory_table.h"

#include <time.h>

#include "audit/advisory/version_compare.h"
#include "audit/base/arena.h"

#include "template_advisories.tsv.h"

#define FIELDS_MAX 9

struct reading {
	struct arena *arena;
	const char *name;
	unsigned int line;
	struct advisory *holes;
	size_t hole_capacity;
	struct end_of_life *ends;
	size_t end_capacity;
	struct advisory_table table;
	struct error *error;
};

/* "2026-11-24" */
static bool parse_date(struct slice text, int64_t *ret_seconds)
{
	uint64_t year, month, day;
	if (text.size != 10 || text.data[4] != '-' || text.data[7] != '-' ||
	    !slice_to_uint64(slice_part(text, 0, 4), &year) ||
	    !slice_to_uint64(slice_part(text, 5, 2), &month) ||
	    !slice_to_uint64(slice_part(text, 8, 2), &day) || year < 1970 || month < 1 ||
	    month > 12 || day < 1 || day > 31)
		return false;
	struct tm parts = {
		.tm_year = (int)year - 1900,
		.tm_mon = (int)month - 1,
		.tm_mday = (int)day,
	};
	*ret_seconds = (int64_t)timegm(&parts);
	return true;
}

static bool refuse(struct reading *reading, const char *what)
{
	error_set_at(reading->error, ERROR_INPUT, reading->name, reading->line, "%s", what);
	error_advise(reading->error, "the head of templates/advisories.tsv tells the format");
	return false;
}

static struct slice or_empty(struct slice text)
{
	return slice_is(text, "-") ? SLICE("") : text;
}

static bool add_hole(struct reading *reading, const struct slice *fields, size_t count)
{
	if (count != 9)
		return refuse(reading, "expected nine columns: hole PRODUCT ID SCOPE RANGE FIXED "
				       "NEEDS TITLE SOURCE");
	struct advisory *grown =
		arena_grow(reading->arena, reading->holes, reading->table.hole_count,
			   &reading->hole_capacity, sizeof(*grown));
	if (!grown)
		return error_memory(reading->error);
	reading->holes = grown;
	grown[reading->table.hole_count++] = (struct advisory){
		.product = fields[1],
		.id = fields[2],
		.scope = fields[3],
		.range = fields[4],
		.fixed = fields[5],
		.needs = or_empty(fields[6]),
		.title = fields[7],
		.source = fields[8],
	};
	return true;
}

static bool add_end(struct reading *reading, const struct slice *fields, size_t count)
{
	if (count != 6)
		return refuse(reading,
			      "expected six columns: end PRODUCT BRANCH DATE TITLE SOURCE");
	int64_t day = -1;
	if (!slice_is(fields[3], "-") && !parse_date(fields[3], &day))
		return refuse(reading, "expected a date like 2026-11-24, or \"-\"");
	struct end_of_life *grown =
		arena_grow(reading->arena, reading->ends, reading->table.end_count,
			   &reading->end_capacity, sizeof(*grown));
	if (!grown)
		return error_memory(reading->error);
	reading->ends = grown;
	grown[reading->table.end_count++] = (struct end_of_life){
		.product = fields[1],
		.branch = fields[2],
		.after = day < 0 ? 0 : day + 24 * 3600,
		.date = or_empty(fields[3]),
		.title = or_empty(fields[4]),
		.source = fields[5],
	};
	return true;
}

static bool read_line(struct reading *reading, struct slice line)
{
	struct slice fields[FIELDS_MAX + 1], rest = line;
	size_t count = 0;
	while (count <= FIELDS_MAX && slice_next_field(&rest, '\t', &fields[count])) {
		if (!fields[count].size)
			return refuse(reading, "a column is empty; \"-\" stands for nothing");
		count++;
	}
	if (slice_is(fields[0], "hole"))
		return add_hole(reading, fields, count);
	if (slice_is(fields[0], "end"))
		return add_end(reading, fields, count);
	if (!slice_is(fields[0], "date") || count != 2 ||
	    !parse_date(fields[1], &reading->table.made))
		return refuse(reading, "expected a line that begins with hole, end or date");
	reading->table.date = fields[1];
	return true;
}

bool advisory_table_parse(struct arena *arena, const char *name, struct slice bytes,
			  struct advisory_table *ret_table, struct error *error)
{
	struct reading reading = { .arena = arena, .name = name, .error = error };
	struct slice rest = bytes, line;
	while (slice_next_line(&rest, &line)) {
		if (++reading.line > ADVISORY_LINES_MAX)
			return refuse(&reading, "the file is too long");
		line = slice_trim_right(line);
		if (!line.size || line.data[0] == '#')
			continue;
		if (!read_line(&reading, line))
			return false;
	}
	reading.table.holes = reading.holes;
	reading.table.ends = reading.ends;
	*ret_table = reading.table;
	return true;
}

const struct advisory_table *advisory_table_own(struct arena *arena)
{
	struct error error = { 0 };
	struct advisory_table *table = ARENA_NEW(arena, struct advisory_table);
	struct slice bytes = { .data = (const char *)advisories_tsv,
			       .size = sizeof(advisories_tsv) };
	if (!table ||
	    !advisory_table_parse(arena, "templates/advisories.tsv", bytes, table, &error))
		return NULL;
	return table;
}

/* Is VERSION in a line's range, which holds for the project's numbers? */
static bool in_range(struct slice range, struct slice version)
{
	size_t dots = slice_find(range, SLICE(".."));
	if (dots < range.size)
		return version_compare_rpm(version, slice_part(range, 0, dots)) >= 0;
	/* A branch: the whole number, or the numbers up to a '.' or '-'. */
	return slice_equal(slice_part(version, 0, range.size), range) &&
	       (version.size == range.size || version.data[range.size] == '.' ||
		version.data[range.size] == '-');
}

static enum hole_answer answer_upstream(const struct advisory *line, struct slice version)
{
	return in_range(line->range, version) && version_compare_rpm(version, line->fixed) < 0
		       ? HOLE_OPEN
		       : HOLE_FIXED;
}

static enum hole_answer answer_package(const struct advisory *line,
				       const struct version_subject *subject,
				       struct slice *ret_fixed)
{
	bool at_the_latest = line->fixed.size && line->fixed.data[0] == '~';
	struct slice fixed = at_the_latest ? slice_from(line->fixed, 1) : line->fixed;
	if (slice_is(fixed, "not-affected"))
		return HOLE_FIXED;
	*ret_fixed = fixed;
	int order = subject->style == VERSION_RPM ? version_compare_rpm(subject->version, fixed)
						  : version_compare_dpkg(subject->version, fixed);
	if (order >= 0)
		return HOLE_FIXED;
	return at_the_latest ? HOLE_UNDECIDED : HOLE_OPEN;
}

/* Over all lines of one id: the distribution's own decides; else the project's, which can only say
 * that a version is too new or too old to have the hole. */
static enum hole_answer answer(const struct advisory_table *table,
			       const struct version_subject *subject, struct slice id,
			       struct slice *ret_fixed)
{
	enum hole_answer upstream = HOLE_FIXED;
	struct slice upstream_fixed = SLICE("");
	struct slice version = subject->style == VERSION_UPSTREAM
				       ? subject->version
				       : version_upstream_part(subject->version);
	for (size_t i = 0; i < table->hole_count; i++) {
		const struct advisory *line = &table->holes[i];
		if (!slice_is(line->product, subject->product) || !slice_equal(line->id, id))
			continue;
		if (slice_is(line->scope, "upstream")) {
			if (answer_upstream(line, version) != HOLE_OPEN)
				continue;
			upstream = HOLE_OPEN;
			upstream_fixed = line->fixed;
		} else if (subject->style != VERSION_UPSTREAM &&
			   slice_equal(line->scope, subject->scope)) {
			return answer_package(line, subject, ret_fixed);
		}
	}
	if (upstream == HOLE_OPEN)
		*ret_fixed = upstream_fixed;
	if (upstream == HOLE_OPEN && subject->style != VERSION_UPSTREAM)
		return HOLE_UNDECIDED;
	return upstream;
}

static bool came_before(const struct advisory_table *table, size_t index)
{
	const struct advisory *line = &table->holes[index];
	for (size_t i = 0; i < index; i++)
		if (slice_equal(table->holes[i].id, line->id) &&
		    slice_equal(table->holes[i].product, line->product))
			return true;
	return false;
}

const struct advisory *advisory_next(const struct advisory_table *table,
				     const struct version_subject *subject, size_t *index,
				     enum hole_answer *ret_answer, struct slice *ret_fixed)
{
	while (*index < table->hole_count) {
		size_t at = (*index)++;
		const struct advisory *line = &table->holes[at];
		if (!slice_is(line->product, subject->product) || came_before(table, at))
			continue;
		*ret_fixed = SLICE("");
		*ret_answer = answer(table, subject, line->id, ret_fixed);
		return line;
	}
	return NULL;
}

const struct end_of_life *advisory_end_of_life(const struct advisory_table *table,
					       struct slice product, struct slice branch)
{
	for (size_t i = 0; i < table->end_count; i++)
		if (slice_equal(table->ends[i].product, product) &&
		    (slice_is(table->ends[i].branch, "*") ||
		     slice_equal(table->ends[i].branch, branch)))
			return &table->ends[i];
	return NULL;
}
