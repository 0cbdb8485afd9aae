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

static bool fails(const struct finding *finding)
{
	return finding && finding->status == STATUS_FAIL;
}

static int compare_subjects(const void *a, const void *b)
{
	const struct evidence *first = *(const struct evidence *const *)a;
	const struct evidence *second = *(const struct evidence *const *)b;
	int order = strcmp(first->subject, second->subject);
	/* Of one subject's rows the one that is reached by most stands first. */
	return order ? order
		     : (second->exposure > first->exposure) - (second->exposure < first->exposure);
}

/* The distinct subjects that fail for FINDING (which may be NULL), sorted. */
static bool failing_subjects(const struct finding *finding, struct arena *arena,
			     const struct evidence ***ret_subjects, size_t *ret_count)
{
	size_t rows = finding && fails(finding) ? finding->evidence_count : 0, count = 0, kept = 0;
	const struct evidence **sorted = ARENA_ARRAY(arena, rows, const struct evidence *);
	if (!sorted)
		return false;
	for (size_t i = 0; i < rows; i++)
		if (finding->evidence[i].role == EVIDENCE_FAILS)
			sorted[count++] = &finding->evidence[i];
	qsort(sorted, count, sizeof(*sorted), compare_subjects);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || strcmp(sorted[kept - 1]->subject, sorted[i]->subject) != 0)
			sorted[kept++] = sorted[i];
	*ret_subjects = sorted;
	*ret_count = kept;
	return true;
}

/* What two lists of subjects have apart. */
struct movement {
	bool is_worse;
	bool is_better;
};

static void note_order(struct movement *movement, int order)
{
	movement->is_worse = movement->is_worse || order > 0;
	movement->is_better = movement->is_better || order < 0;
}

/* -1, 0, 1: less, as much, more. */
static int compare_numbers(size_t before, size_t after)
{
	return (after > before) - (after < before);
}

static bool compare_evidence(struct finding_difference *row, struct arena *arena,
			     struct movement *movement)
{
	const struct evidence **old, **new;
	size_t i = 0, j = 0;
	if (!failing_subjects(row->before, arena, &old, &row->subjects_before) ||
	    !failing_subjects(row->after, arena, &new, &row->subjects_after))
		return false;
	while (i < row->subjects_before || j < row->subjects_after) {
		int order = i == row->subjects_before  ? 1
			    : j == row->subjects_after ? -1
						       : strcmp(old[i]->subject, new[j]->subject);
		row->subjects_gone += order < 0;
		row->subjects_new += order > 0;
		note_order(movement,
			   order ? order : compare_numbers(old[i]->exposure, new[j]->exposure));
		i += order <= 0;
		j += order >= 0;
	}
	return true;
}

static enum finding_change change_of(const struct finding_difference *row, struct movement movement)
{
	if (!fails(row->before))
		return CHANGE_NEW;
	if (!fails(row->after))
		return row->after && (row->after->status == STATUS_PASS ||
				      row->after->status == STATUS_NOT_APPLICABLE)
			       ? CHANGE_FIXED
			       : CHANGE_LOST;
	note_order(&movement, compare_numbers(row->before->exposure, row->after->exposure));
	note_order(&movement, compare_numbers(row->before->severity, row->after->severity));
	if (movement.is_worse)
		return CHANGE_WORSE;
	return movement.is_better ? CHANGE_BETTER : CHANGE_SAME;
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
		struct movement movement = { .is_worse = false };
		if (!compare_evidence(&row, arena, &movement))
			return false;
		row.change = change_of(&row, movement);
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

static const char *status_or_nothing(const struct finding *finding)
{
	return finding ? finding_status_name(finding->status) : "";
}

static const char *exposure_or_nothing(const struct finding *finding)
{
	return fails(finding) ? exposure_name(finding->exposure) : "";
}

static bool keep_findings(const struct result_diff *diff, struct arena *arena,
			  struct result_changes *changes)
{
	struct result_finding_change *rows =
		ARENA_ARRAY(arena, diff->finding_count, struct result_finding_change);
	for (size_t i = 0; rows && i < diff->finding_count; i++) {
		const struct finding_difference *row = &diff->findings[i];
		const struct finding *finding = row->after ? row->after : row->before;
		if (row->change == CHANGE_SAME) {
			changes->same++;
			continue;
		}
		rows[changes->finding_count++] = (struct result_finding_change){
			.id = finding->id,
			.title = finding->title,
			.change = finding_change_name(row->change),
			.before = status_or_nothing(row->before),
			.after = status_or_nothing(row->after),
			.subjects_new = row->subjects_new,
			.subjects_gone = row->subjects_gone,
			.exposure_before = exposure_or_nothing(row->before),
			.exposure_after = exposure_or_nothing(row->after),
		};
	}
	changes->findings = rows;
	return rows != NULL;
}

static bool keep_services(const struct result_diff *diff, struct arena *arena,
			  struct result_changes *changes)
{
	struct result_service_change *rows =
		ARENA_ARRAY(arena, diff->service_count, struct result_service_change);
	for (size_t i = 0; rows && i < diff->service_count; i++) {
		const struct result_service *before = diff->services[i].before;
		const struct result_service *after = diff->services[i].after;
		const struct result_service *service = after ? after : before;
		rows[i] = (struct result_service_change){
			.protocol = service->protocol,
			.port = service->port,
			.address = service->address,
			.process = service->process,
			.ipv4_before = before ? exposure_name(before->exposure_ipv4) : "",
			.ipv4_after = after ? exposure_name(after->exposure_ipv4) : "",
			.ipv6_before = before ? exposure_name(before->exposure_ipv6) : "",
			.ipv6_after = after ? exposure_name(after->exposure_ipv6) : "",
		};
	}
	changes->services = rows;
	changes->service_count = diff->service_count;
	return rows != NULL;
}

const struct result_changes *result_diff_changes(const struct result_diff *diff,
						 struct arena *arena)
{
	struct result_changes *changes = ARENA_NEW(arena, struct result_changes);
	if (!changes)
		return NULL;
	*changes = (struct result_changes){
		.started = diff->before->target.started,
		.value = diff->before->score.value,
		.grade = diff->before->score.grade,
	};
	return keep_findings(diff, arena, changes) && keep_services(diff, arena, changes) ? changes
											  : NULL;
}
