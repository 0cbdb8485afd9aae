/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/filter_run.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/connection_cache.h"
#include "audit/fail2ban/date_detector.h"
#include "audit/fail2ban/filter_regex.h"
#include "audit/fail2ban/jail_model.h"

/* Longer lines are cut: no daemon writes them. */
#define LINE_BYTES_MAX ((size_t)64 * 1024)

struct filter_run {
	struct arena *arena;
	bool tries_all;
	bool allow_names;
	bool has_prefix;
	struct filter_regex prefix;
	struct filter_regex *fail;
	size_t fail_count;
	struct filter_regex *ignore;
	size_t ignore_count;
	struct date_detector *detector;
	pcre2_match_data *prefix_match, *match;
	struct connection_cache connections;
	/* The line without its time, and the part that is tried, each with '\n' behind. */
	struct buffer line, content;
	/* What ids of the last line point into. */
	struct buffer ids;
	bool has_last_time;
	int64_t last_time;
	bool gave_up;
};

static size_t count_lines(struct slice text)
{
	struct slice line;
	size_t count = 0;
	while (slice_next_line(&text, &line))
		count += line.size != 0;
	return count;
}

static bool compile_list(struct filter_run *run, struct slice text, struct filter_regex **ret_list,
			 size_t *ret_count, const char **ret_why)
{
	size_t room = count_lines(text);
	struct slice line;
	*ret_list = ARENA_ARRAY(run->arena, room + 1, struct filter_regex);
	if (!*ret_list)
		return false;
	while (slice_next_line(&text, &line)) {
		if (!line.size)
			continue;
		if (!filter_regex_compile(run->arena, line, run->allow_names,
					  &(*ret_list)[*ret_count], ret_why))
			return false;
		(*ret_count)++;
	}
	return true;
}

static bool has_id(const struct filter_regex *regex)
{
	return regex->groups[FILTER_ID] || regex->groups[FILTER_IP4] || regex->groups[FILTER_IP6] ||
	       regex->groups[FILTER_DNS] || regex->groups[FILTER_CONNECTION];
}

static bool compile(struct filter_run *run, const struct jail_filter *filter, const char **ret_why)
{
	run->has_prefix = filter->prefix_regex.size != 0;
	if (run->has_prefix && !filter_regex_compile(run->arena, filter->prefix_regex,
						     run->allow_names, &run->prefix, ret_why))
		return false;
	if (!compile_list(run, filter->fail_regex, &run->fail, &run->fail_count, ret_why) ||
	    !compile_list(run, filter->ignore_regex, &run->ignore, &run->ignore_count, ret_why))
		return false;
	for (size_t i = 0; i < run->fail_count; i++) {
		if (has_id(&run->fail[i]) || (run->has_prefix && has_id(&run->prefix)))
			continue;
		*ret_why = "an expression of it finds no address, which fail2ban refuses";
		return false;
	}
	return true;
}

bool filter_run_new(struct arena *arena, const struct jail_filter *filter,
		    const struct filter_options *options, struct filter_run **ret_run,
		    const char **ret_why)
{
	struct filter_run *run = ARENA_NEW(arena, struct filter_run);
	*ret_why = NULL;
	*ret_run = NULL;
	if (!run)
		return false;
	run->arena = arena;
	run->tries_all = options->tries_all;
	run->allow_names = !slice_is(filter->use_dns, "no");
	if (filter->max_lines > 1) {
		*ret_why = "it joins several lines (maxlines)";
		return false;
	}
	bool good = compile(run, filter, ret_why);
	if (good && run->fail_count > FILTER_FAILURES_MAX) {
		*ret_why = "it has more expressions than are tried";
		good = false;
	}
	run->match = pcre2_match_data_create(64, NULL);
	run->prefix_match = pcre2_match_data_create(64, NULL);
	good = good && run->match && run->prefix_match &&
	       date_detector_new(arena, filter->date_pattern, &options->clock, &run->detector,
				 ret_why);
	if (!good) {
		filter_run_free(run);
		return false;
	}
	*ret_run = run;
	return true;
}

void filter_run_free(struct filter_run *run)
{
	if (!run)
		return;
	filter_regex_done(&run->prefix);
	for (size_t i = 0; i < run->fail_count; i++)
		filter_regex_done(&run->fail[i]);
	for (size_t i = 0; i < run->ignore_count; i++)
		filter_regex_done(&run->ignore[i]);
	pcre2_match_data_free(run->match);
	pcre2_match_data_free(run->prefix_match);
	date_detector_free(run->detector);
	connection_cache_done(&run->connections);
	buffer_done(&run->line);
	buffer_done(&run->content);
	buffer_done(&run->ids);
}

static bool is_ascii(struct slice text)
{
	size_t i = 0;
	uint64_t eight, seen = 0;
	for (; i + 8 <= text.size; i += 8) {
		memcpy(&eight, text.data + i, 8);
		seen |= eight;
	}
	for (; i < text.size; i++)
		seen |= (uint64_t)(unsigned char)text.data[i];
	return !(seen & UINT64_C(0x8080808080808080));
}

/* Does REGEX match somewhere in TEXT? */
static bool search(struct filter_run *run, const struct filter_regex *regex, struct slice text,
		   bool characters, pcre2_match_data *match)
{
	if (regex->prefix.size && (text.size < regex->prefix.size ||
				   memcmp(text.data, regex->prefix.data, regex->prefix.size) != 0))
		return false;
	int found = pcre2_match(characters ? regex->characters : regex->bytes,
				(PCRE2_SPTR)text.data, text.size, 0, 0, match, NULL);
	if (found < 0 && found != PCRE2_ERROR_NOMATCH)
		run->gave_up = true;
	return found > 0;
}

/* The group's text; data NULL: the group took no part. */
static struct slice group_of(const struct filter_regex *regex, pcre2_match_data *match,
			     struct slice text, enum filter_group group)
{
	int index = regex->groups[group];
	const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(match);
	if (!index || (uint32_t)index >= pcre2_get_ovector_count(match) ||
	    offsets[2 * index] == PCRE2_UNSET)
		return (struct slice){ .data = NULL };
	return (struct slice){ .data = text.data + offsets[2 * index],
			       .size = offsets[2 * index + 1] - offsets[2 * index] };
}

/* Keeps TEXT until the next line: connections may change under it. */
static struct slice keep_id(struct filter_run *run, struct slice text)
{
	size_t start = run->ids.size;
	buffer_append_slice(&run->ids, slice_part(text, 0, LINE_BYTES_MAX - start));
	return slice_from(buffer_slice(&run->ids), start);
}

/* The line without its time in run->line; whether it has one. */
static bool cut_time(struct filter_run *run, struct slice line, bool *ret_has_time,
		     int64_t *ret_time)
{
	size_t start = 0, end = 0;
	enum date_found found = date_detector_find(run->detector, line, &start, &end, ret_time);
	buffer_clear(&run->line);
	if (found == DATE_NOT_FOUND)
		start = end = 0;
	buffer_append_slice(&run->line, slice_part(line, 0, start));
	buffer_append_slice(&run->line, slice_from(line, end));
	buffer_append_byte(&run->line, '\n');
	*ret_has_time = found == DATE_FOUND;
	if (*ret_has_time) {
		run->has_last_time = true;
		run->last_time = *ret_time;
	} else if (run->has_last_time) {
		/* Between lines of one moment, as they come to a running fail2ban. */
		*ret_has_time = !run->tries_all;
		*ret_time = run->last_time;
	}
	return !buffer_failed(&run->line);
}

static bool is_ignored(struct filter_run *run, struct slice text, bool characters)
{
	for (size_t i = 0; i < run->ignore_count; i++)
		if (search(run, &run->ignore[i], text, characters, run->match))
			return true;
	return false;
}

static struct slice first_of(struct slice a, struct slice b)
{
	return a.data ? a : b;
}

/* What the groups of the expression, else those of the prefix, tell. */
static struct failure_groups groups_of(const struct filter_run *run,
				       const struct filter_regex *regex, struct slice text,
				       struct slice line)
{
	struct slice values[FILTER_GROUP_COUNT];
	for (size_t i = 0; i < FILTER_GROUP_COUNT; i++) {
		/* A group that the expression has counts even where it took no part. */
		if (regex->groups[i] || !run->has_prefix)
			values[i] = group_of(regex, run->match, text, (enum filter_group)i);
		else
			values[i] = group_of(&run->prefix, run->prefix_match, line,
					     (enum filter_group)i);
	}
	return (struct failure_groups){
		.ip4 = values[FILTER_IP4],
		.ip6 = values[FILTER_IP6],
		.dns = values[FILTER_DNS],
		.id = values[FILTER_ID],
		.user = values[FILTER_USER].size ? values[FILTER_USER] : values[FILTER_ALT_USER],
		.no_fail = values[FILTER_NO_FAIL].size != 0,
		.gained = values[FILTER_GAINED].size != 0,
		.forget = values[FILTER_FORGET].size != 0,
		.connection = values[FILTER_CONNECTION],
	};
}

/* The failure of a match. False: fail2ban waits for more lines. */
static bool make_failure(struct filter_run *run, struct failure_groups *groups,
			 struct filter_failure *failure)
{
	struct connection *connection = NULL;
	if (groups->connection.data) {
		connection = connection_cache_merge(&run->connections, groups);
		if (groups->no_fail && !run->tries_all)
			return false;
	}
	/* Without a connection only fail2ban-regex heeds <F-NOFAIL>. */
	failure->is_no_failure = groups->no_fail && run->tries_all;
	struct slice address = first_of(groups->ip4, groups->ip6);
	failure->is_name = !address.data && groups->dns.data;
	address = first_of(address, groups->dns);
	if (!address.data)
		address = groups->id;
	if (!address.data) {
		if (connection)
			connection->is_pending = true;
		return run->tries_all;
	}
	/* A <F-ID> beside an address is what is banned. */
	failure->id = keep_id(run, groups->id.data && !failure->is_name ? groups->id : address);
	return true;
}

static bool is_too_early(const struct filter_run *run)
{
	return run->ignore_count && run->ignore_count + 2 < run->fail_count;
}

enum filter_line_status filter_run_line(struct filter_run *run, struct slice line,
					struct filter_failure *failures, size_t *ret_count)
{
	bool has_time;
	int64_t time = 0;
	*ret_count = 0;
	run->gave_up = false;
	buffer_clear(&run->ids);
	/* Room for all that may be kept, so that ids do not move. */
	if (!buffer_reserve(&run->ids, LINE_BYTES_MAX) ||
	    !cut_time(run, slice_part(line, 0, LINE_BYTES_MAX), &has_time, &time))
		return FILTER_LINE_UNKNOWN;
	struct slice whole = buffer_slice(&run->line), text = whole;
	bool characters = !is_ascii(whole), ignored = false, matched = false;
	if (is_too_early(run) && is_ignored(run, whole, characters))
		return FILTER_LINE_IGNORED;
	if (run->has_prefix) {
		if (!search(run, &run->prefix, whole, characters, run->prefix_match))
			return run->gave_up ? FILTER_LINE_UNKNOWN : FILTER_LINE_MISSED;
		struct slice content =
			group_of(&run->prefix, run->prefix_match, whole, FILTER_CONTENT);
		if (content.size) {
			text = content;
			if (content.data + content.size + 1 == whole.data + whole.size) {
				text.size++;
			} else {
				buffer_clear(&run->content);
				buffer_append_slice(&run->content, content);
				buffer_append_byte(&run->content, '\n');
				text = buffer_slice(&run->content);
			}
		}
	}
	for (size_t i = 0; i < run->fail_count; i++) {
		if (!search(run, &run->fail[i], text, characters, run->match))
			continue;
		struct failure_groups groups = groups_of(run, &run->fail[i], text, whole);
		if (run->ignore_count && is_ignored(run, text, characters)) {
			ignored = true;
			if (!run->tries_all)
				break;
			continue;
		}
		struct filter_failure *failure = &failures[*ret_count];
		*failure = (struct filter_failure){
			.expression = i,
			.has_time = has_time,
			.time = time,
		};
		if (make_failure(run, &groups, failure)) {
			(*ret_count)++;
			ignored |= failure->is_no_failure;
			matched |= !failure->is_no_failure;
		}
		if (!run->tries_all)
			break;
	}
	if (ignored)
		return FILTER_LINE_IGNORED;
	if (matched)
		return FILTER_LINE_MATCHED;
	return run->gave_up ? FILTER_LINE_UNKNOWN : FILTER_LINE_MISSED;
}
