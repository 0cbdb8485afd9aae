/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/fleet_summary.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

static bool add_index(struct fleet_summary *summary, struct fleet_indices *list, size_t index)
{
	if (list->count > 0 && list->items[list->count - 1] == index)
		return true;
	size_t *items = arena_grow(summary->arena, list->items, list->count, &list->capacity,
				   sizeof(*items));
	if (!items)
		return false;
	list->items = items;
	list->items[list->count++] = index;
	return true;
}

static const char *copy(struct fleet_summary *summary, const char *text)
{
	return arena_copy(summary->arena, text, strlen(text));
}

void fleet_summary_init(struct fleet_summary *summary, struct arena *arena, const char *started)
{
	*summary = (struct fleet_summary){
		.arena = arena,
		.finding_by_id = { .arena = arena },
		.service_by_key = { .arena = arena },
		.started = started,
	};
}

static struct fleet_row *new_row(struct fleet_summary *summary, const char *name)
{
	struct fleet_row *rows = arena_grow(summary->arena, summary->rows, summary->row_count,
					    &summary->row_capacity, sizeof(*rows));
	const char *kept = copy(summary, name);
	if (!rows || !kept)
		return NULL;
	summary->rows = rows;
	struct fleet_row *row = &rows[summary->row_count++];
	*row = (struct fleet_row){
		.name = kept,
		.folder = "",
		.started = "",
		.os = "",
		.pbx_name = "",
		.pbx_version = "",
		.grade = "",
	};
	return row;
}

static struct fleet_finding *finding_of(struct fleet_summary *summary,
					const struct finding *finding)
{
	struct fleet_finding *kept = text_map_find(&summary->finding_by_id, slice_of(finding->id));
	if (kept)
		return kept;
	struct fleet_finding **list =
		arena_grow(summary->arena, summary->findings, summary->finding_count,
			   &summary->finding_capacity, sizeof(struct fleet_finding *));
	kept = ARENA_NEW(summary->arena, struct fleet_finding);
	if (!list || !kept)
		return NULL;
	summary->findings = list;
	kept->id = copy(summary, finding->id);
	kept->title = copy(summary, finding->title);
	if (!kept->id || !kept->title ||
	    !text_map_put(&summary->finding_by_id, slice_of(kept->id), kept))
		return NULL;
	list[summary->finding_count++] = kept;
	return kept;
}

static bool add_finding(struct fleet_summary *summary, size_t host, const struct finding *finding)
{
	struct fleet_row *row = &summary->rows[host];
	struct fleet_finding *kept = finding_of(summary, finding);
	if (!kept)
		return false;
	if (finding->severity > kept->severity)
		kept->severity = finding->severity;
	switch (finding->status) {
	case STATUS_FAIL:
		row->bands[severity_band_of(finding->severity)]++;
		if (finding->exposure > kept->exposure)
			kept->exposure = finding->exposure;
		return add_index(summary, &kept->fails, host);
	case STATUS_PASS:
		kept->passes++;
		break;
	case STATUS_UNKNOWN:
		kept->unknown++;
		row->unknown++;
		break;
	case STATUS_WAIVED:
		kept->waived++;
		break;
	case STATUS_NOT_APPLICABLE:
		break;
	}
	return true;
}

static bool add_service(struct fleet_summary *summary, size_t host,
			const struct result_service *service)
{
	BUFFER_AUTO key = { 0 };
	buffer_format(&key, "%s/%u", service->protocol, service->port);
	if (buffer_failed(&key))
		return false;
	struct fleet_service *kept = text_map_find(&summary->service_by_key, buffer_slice(&key));
	if (!kept) {
		struct fleet_service **list =
			arena_grow(summary->arena, summary->services, summary->service_count,
				   &summary->service_capacity, sizeof(struct fleet_service *));
		kept = ARENA_NEW(summary->arena, struct fleet_service);
		if (!list || !kept)
			return false;
		summary->services = list;
		kept->protocol = copy(summary, service->protocol);
		kept->name = copy(summary, service->name);
		kept->port = service->port;
		if (!kept->protocol || !kept->name ||
		    !text_map_put(&summary->service_by_key, buffer_slice(&key), kept))
			return false;
		list[summary->service_count++] = kept;
	}
	if (service->exposure == EXPOSURE_ANYWHERE) {
		/* One port on two addresses is one open service. */
		if (kept->anywhere.count == 0 ||
		    kept->anywhere.items[kept->anywhere.count - 1] != host)
			summary->rows[host].open++;
		return add_index(summary, &kept->anywhere, host);
	}
	if (service->exposure == EXPOSURE_NETWORKS)
		return add_index(summary, &kept->networks, host);
	return service->exposure != EXPOSURE_UNKNOWN || add_index(summary, &kept->unknown, host);
}

bool fleet_summary_add(struct fleet_summary *summary, const char *name, const char *folder,
		       const struct result *result)
{
	size_t host = summary->row_count;
	struct fleet_row *row = new_row(summary, name);
	if (!row)
		return false;
	row->folder = copy(summary, folder);
	row->started = copy(summary, result->target.started);
	row->os = copy(summary, result->target.os);
	row->pbx_name = copy(summary, result->target.pbx_name);
	row->pbx_version = copy(summary, result->target.pbx_version);
	row->grade = copy(summary, result->score.grade);
	row->value = result->score.value;
	row->low = result->score.low;
	row->coverage = result->score.coverage;
	row->unread = result->unread_count;
	if (!row->folder || !row->started || !row->os || !row->pbx_name || !row->pbx_version ||
	    !row->grade)
		return false;
	for (size_t i = 0; i < result->finding_count; i++)
		if (!add_finding(summary, host, &result->findings[i]))
			return false;
	for (size_t i = 0; i < result->service_count; i++)
		if (!add_service(summary, host, &result->services[i]))
			return false;
	return true;
}

bool fleet_summary_add_failure(struct fleet_summary *summary, const char *name, const char *failure)
{
	struct fleet_row *row = new_row(summary, name);
	if (row)
		row->failure = copy(summary, failure);
	return row && row->failure;
}

static int compare_rows(const void *a, const void *b, void *context)
{
	const struct fleet_summary *summary = context;
	const struct fleet_row *one = &summary->rows[*(const size_t *)a];
	const struct fleet_row *other = &summary->rows[*(const size_t *)b];
	if (!one->failure != !other->failure)
		return one->failure ? 1 : -1;
	if (one->value != other->value)
		return one->value < other->value ? -1 : 1;
	for (size_t band = BAND_CRITICAL + 1; band-- > 0;)
		if (one->bands[band] != other->bands[band])
			return one->bands[band] > other->bands[band] ? -1 : 1;
	return strcmp(one->name, other->name);
}

static int compare_findings(const void *a, const void *b)
{
	const struct fleet_finding *one = *(const struct fleet_finding *const *)a;
	const struct fleet_finding *other = *(const struct fleet_finding *const *)b;
	size_t weight = one->fails.count * one->severity;
	size_t other_weight = other->fails.count * other->severity;
	if (weight != other_weight)
		return weight > other_weight ? -1 : 1;
	return strcmp(one->id, other->id);
}

static int compare_services(const void *a, const void *b)
{
	const struct fleet_service *one = *(const struct fleet_service *const *)a;
	const struct fleet_service *other = *(const struct fleet_service *const *)b;
	if (one->anywhere.count != other->anywhere.count)
		return one->anywhere.count > other->anywhere.count ? -1 : 1;
	int order = strcmp(one->protocol, other->protocol);
	if (order != 0)
		return order;
	return one->port < other->port ? -1 : one->port > other->port;
}

static int compare_indices(const void *a, const void *b)
{
	size_t one = *(const size_t *)a, other = *(const size_t *)b;
	return one < other ? -1 : one > other;
}

static void renumber(struct fleet_indices *list, const size_t *places)
{
	for (size_t i = 0; i < list->count; i++)
		list->items[i] = places[list->items[i]];
	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), compare_indices);
}

/* Puts the rows in order; lists of indices follow. */
static bool sort_rows(struct fleet_summary *summary)
{
	size_t count = summary->row_count;
	size_t *order = ARENA_ARRAY(summary->arena, count + 1, size_t);
	size_t *places = ARENA_ARRAY(summary->arena, count + 1, size_t);
	struct fleet_row *rows = ARENA_ARRAY(summary->arena, count + 1, struct fleet_row);
	if (!order || !places || !rows)
		return false;
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	qsort_r(order, count, sizeof(*order), compare_rows, summary);
	for (size_t i = 0; i < count; i++) {
		places[order[i]] = i;
		rows[i] = summary->rows[order[i]];
	}
	summary->rows = rows;
	for (size_t i = 0; i < summary->finding_count; i++)
		renumber(&summary->findings[i]->fails, places);
	for (size_t i = 0; i < summary->service_count; i++) {
		renumber(&summary->services[i]->anywhere, places);
		renumber(&summary->services[i]->networks, places);
		renumber(&summary->services[i]->unknown, places);
	}
	return true;
}

static bool find_outliers(struct fleet_summary *summary)
{
	for (size_t i = 0; i < summary->finding_count; i++) {
		const struct fleet_finding *finding = summary->findings[i];
		size_t decided = finding->fails.count + finding->passes;
		if (decided < FLEET_OUTLIER_HOSTS ||
		    finding->fails.count * FLEET_OUTLIER_SHARE > decided)
			continue;
		for (size_t j = 0; j < finding->fails.count; j++) {
			struct fleet_outlier *outliers = arena_grow(
				summary->arena, summary->outliers, summary->outlier_count,
				&summary->outlier_capacity, sizeof(*outliers));
			if (!outliers)
				return false;
			summary->outliers = outliers;
			outliers[summary->outlier_count++] = (struct fleet_outlier){
				.host = finding->fails.items[j],
				.finding = i,
			};
		}
	}
	return true;
}

bool fleet_summary_finish(struct fleet_summary *summary)
{
	static const char grades[] = "ABCDF";
	if (!sort_rows(summary))
		return false;
	for (size_t i = 0; i < summary->row_count; i++) {
		const struct fleet_row *row = &summary->rows[i];
		const char *grade =
			row->failure || !row->grade[0] ? NULL : strchr(grades, row->grade[0]);
		summary->audited += row->failure == NULL;
		if (grade)
			summary->grades[grade - grades]++;
	}
	if (summary->audited > 0)
		summary->median = summary->rows[(summary->audited - 1) / 2].value;
	if (summary->finding_count > 1)
		qsort(summary->findings, summary->finding_count, sizeof(*summary->findings),
		      compare_findings);
	if (summary->service_count > 1)
		qsort(summary->services, summary->service_count, sizeof(*summary->services),
		      compare_services);
	return find_outliers(summary);
}
