/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/result_diff.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"

const char *finding_change_name(enum finding_change change)
{
	static const char *const names[] = {
		[CHANGE_NEW] = "new",   [CHANGE_WORSE] = "worse", [CHANGE_BETTER] = "better",
		[CHANGE_SAME] = "same", [CHANGE_FIXED] = "fixed", [CHANGE_LOST] = "lost",
	};
	return names[change];
}

static size_t failing_subjects(const struct finding *finding)
{
	size_t count = 0;
	for (size_t i = 0; finding && i < finding->evidence_count; i++)
		count += finding->evidence[i].role == EVIDENCE_FAILS;
	return count;
}

static bool fails(const struct finding *finding)
{
	return finding && finding->status == STATUS_FAIL;
}

/* -1, 0, 1: less, as much, more. */
static int compare_numbers(size_t before, size_t after)
{
	return (after > before) - (after < before);
}

static enum finding_change change_of(const struct finding_difference *difference)
{
	const struct finding *before = difference->before, *after = difference->after;
	if (!fails(before))
		return CHANGE_NEW;
	if (!fails(after))
		return after && (after->status == STATUS_PASS ||
				 after->status == STATUS_NOT_APPLICABLE)
			       ? CHANGE_FIXED
			       : CHANGE_LOST;
	const int parts[] = {
		compare_numbers(difference->subjects_before, difference->subjects_after),
		compare_numbers(before->exposure, after->exposure),
		compare_numbers(before->severity, after->severity),
	};
	bool less = false;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (parts[i] > 0)
			return CHANGE_WORSE;
		less = less || parts[i] < 0;
	}
	return less ? CHANGE_BETTER : CHANGE_SAME;
}

static int compare_findings(const void *a, const void *b)
{
	const struct finding *first = *(const struct finding *const *)a;
	const struct finding *second = *(const struct finding *const *)b;
	return strcmp(first->id, second->id);
}

/* The findings of RESULT sorted by id; NULL when memory is short. */
static const struct finding **sort_findings(const struct result *result, struct arena *arena)
{
	const struct finding **sorted =
		ARENA_ARRAY(arena, result->finding_count, const struct finding *);
	for (size_t i = 0; sorted && i < result->finding_count; i++)
		sorted[i] = &result->findings[i];
	if (sorted)
		qsort(sorted, result->finding_count, sizeof(*sorted), compare_findings);
	return sorted;
}

static const struct finding *find(const struct finding **sorted, size_t count,
				  const struct finding *wanted)
{
	const struct finding **found =
		bsearch(&wanted, sorted, count, sizeof(*sorted), compare_findings);
	return found ? *found : NULL;
}

static bool compare_all_findings(struct result_diff *diff, struct arena *arena)
{
	const struct result *before = diff->before, *after = diff->after;
	const struct finding **old = sort_findings(before, arena);
	const struct finding **new = sort_findings(after, arena);
	struct finding_difference *rows = ARENA_ARRAY(
		arena, before->finding_count + after->finding_count, struct finding_difference);
	if (!old || !new || !rows)
		return false;
	size_t count = 0;
	for (size_t i = 0; i < before->finding_count + after->finding_count; i++) {
		struct finding_difference row = { .change = CHANGE_SAME };
		if (i < after->finding_count) {
			row.after = &after->findings[i];
			row.before = find(old, before->finding_count, row.after);
		} else {
			row.before = &before->findings[i - after->finding_count];
			if (find(new, after->finding_count, row.before))
				continue;
		}
		if (!fails(row.before) && !fails(row.after))
			continue;
		row.subjects_before = failing_subjects(row.before);
		row.subjects_after = failing_subjects(row.after);
		row.change = change_of(&row);
		rows[count++] = row;
	}
	diff->findings = rows;
	diff->finding_count = count;
	return true;
}

static int compare_services(const void *a, const void *b)
{
	const struct result_service *first = *(const struct result_service *const *)a;
	const struct result_service *second = *(const struct result_service *const *)b;
	int order = strcmp(first->protocol, second->protocol);
	if (order == 0)
		order = (first->port > second->port) - (first->port < second->port);
	if (order == 0)
		order = strcmp(first->address, second->address);
	return order ? order : strcmp(first->process, second->process);
}

static const struct result_service **sort_services(const struct result *result, struct arena *arena)
{
	const struct result_service **sorted =
		ARENA_ARRAY(arena, result->service_count, const struct result_service *);
	for (size_t i = 0; sorted && i < result->service_count; i++)
		sorted[i] = &result->services[i];
	if (sorted)
		qsort(sorted, result->service_count, sizeof(*sorted), compare_services);
	return sorted;
}

static bool is_alike(const struct service_difference *row)
{
	return row->before && row->after && row->before->exposure == row->after->exposure &&
	       row->before->exposure_ipv4 == row->after->exposure_ipv4 &&
	       row->before->exposure_ipv6 == row->after->exposure_ipv6;
}

/* Both lists in one order, side by side. */
static bool compare_all_services(struct result_diff *diff, struct arena *arena)
{
	size_t old_count = diff->before->service_count, new_count = diff->after->service_count;
	const struct result_service **old = sort_services(diff->before, arena);
	const struct result_service **new = sort_services(diff->after, arena);
	struct service_difference *rows =
		ARENA_ARRAY(arena, old_count + new_count, struct service_difference);
	if (!old || !new || !rows)
		return false;
	size_t count = 0;
	for (size_t i = 0, j = 0; i < old_count || j < new_count;) {
		struct service_difference row = { .before = NULL };
		int order = i == old_count   ? 1
			    : j == new_count ? -1
					     : compare_services(&old[i], &new[j]);
		if (order <= 0)
			row.before = old[i++];
		if (order >= 0)
			row.after = new[j++];
		if (!is_alike(&row))
			rows[count++] = row;
	}
	diff->services = rows;
	diff->service_count = count;
	return true;
}

bool result_diff_make(const struct result *before, const struct result *after, struct arena *arena,
		      struct result_diff *ret_diff)
{
	struct result_diff diff = { .before = before, .after = after };
	if (!compare_all_findings(&diff, arena) || !compare_all_services(&diff, arena))
		return false;
	*ret_diff = diff;
	return true;
}
