/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/result_build.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/base/version.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/catalogue.h"
#include "checks/next_grade.h"
#include "checks/result_copy.h"
#include "checks/score.h"
#include "checks/ssh_scope.h"
#include "checks/waiver.h"

/* One finding and what the score needs of it, side by side. */
struct work {
	struct arena *arena;
	const struct model *model;
	const struct result_request *request;
	struct finding *findings;
	struct score_input *inputs;
	struct waiver_book waivers;
	/* A finding whose every failing subject is waived counts as if it had failed in one view
	 * only. */
	size_t count;
};

static bool is_wanted(const struct check *check, const struct result_request *request)
{
	if (check->level == LEVEL_STRICT && request->level == LEVEL_BASIC &&
	    !(request->only.size && catalogue_id_matches(check->id, request->only)))
		return false;
	if (request->only.size && !catalogue_id_matches(check->id, request->only))
		return false;
	return !(request->skip.size && catalogue_id_matches(check->id, request->skip));
}

static const char *keep(struct arena *arena, struct buffer *text)
{
	return buffer_keep(text, arena);
}

/* So many subjects are named in a summary. */
#define SUBJECTS_NAMED 3

static void append_failures(struct buffer *text, const struct verdict *verdict)
{
	size_t named = 0;
	const char *before = NULL;
	if (verdict->fail_count > 1)
		buffer_format(text, "%zu places do not meet this: ", verdict->fail_count);
	for (size_t i = 0; i < verdict->count && named < SUBJECTS_NAMED; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		if (evidence->role != EVIDENCE_FAILS)
			continue;
		if (verdict->fail_count == 1) {
			buffer_format(text, "%s: %s", evidence->subject, evidence->text);
			return;
		}
		if (!before || strcmp(before, evidence->subject) != 0)
			buffer_format(text, "%s%s", named++ ? ", " : "", evidence->subject);
		before = evidence->subject;
	}
	if (verdict->fail_count > named)
		buffer_append_string(text, named == SUBJECTS_NAMED ? " and others" : "");
	buffer_append_byte(text, '.');
}

/* The sentence about this host where the check gave none. */
static const char *default_summary(struct arena *arena, const struct verdict *verdict,
				   enum finding_status status)
{
	BUFFER_AUTO text = { 0 };
	switch (status) {
	case STATUS_FAIL:
	case STATUS_WAIVED:
		append_failures(&text, verdict);
		break;
	case STATUS_PASS:
		buffer_append_string(&text, "This host meets it.");
		break;
	case STATUS_UNKNOWN:
		buffer_append_string(&text, "It could not be decided.");
		for (size_t i = 0; i < verdict->count; i++)
			if (verdict->evidence[i].role == EVIDENCE_UNDECIDED) {
				buffer_clear(&text);
				buffer_format(&text, "It could not be decided: %s %s.",
					      verdict->evidence[i].subject,
					      verdict->evidence[i].text);
				break;
			}
		break;
	case STATUS_NOT_APPLICABLE:
		buffer_append_string(&text, verdict->not_applicable);
		break;
	}
	return keep(arena, &text);
}

static size_t count_references(const struct check *check)
{
	size_t count = 0;
	while (count < CHECK_REFERENCES_MAX && check->references[count])
		count++;
	return count;
}

/* The exposures of the failing subjects, for the score, and the widest of them. */
static bool collect_exposures(struct work *work, const struct verdict *verdict,
			      struct score_input *input, struct finding *finding)
{
	enum exposure *exposures = ARENA_ARRAY(work->arena, verdict->fail_count, enum exposure);
	if (!exposures)
		return false;
	finding->exposure = EXPOSURE_NOT_APPLICABLE;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		if (evidence->role != EVIDENCE_FAILS)
			continue;
		exposures[input->exposure_count++] = evidence->exposure;
		if (evidence->exposure > finding->exposure)
			finding->exposure = evidence->exposure;
	}
	input->exposures = exposures;
	return true;
}

/* The severity that the settings of the site give to FINDING, the last that matches. */
static bool override_severity(struct work *work, struct finding *finding)
{
	const struct site *site = work->model->site;
	const struct site_severity *found = NULL;
	for (size_t i = 0; site && i < site->severity_count; i++)
		if (catalogue_id_matches(finding->id, site->severities[i].check))
			found = &site->severities[i];
	if (!found)
		return true;
	struct result_override *override = ARENA_NEW(work->arena, struct result_override);
	const char *reason = slice_to_string(work->arena, found->reason);
	if (!override || !reason)
		return false;
	*override = (struct result_override){
		.severity = finding->severity,
		.reason = reason,
	};
	finding->override = override;
	finding->severity = found->tenths;
	return true;
}

static bool evaluate(struct work *work, const struct check *check)
{
	struct verdict verdict = { .arena = work->arena };
	check->evaluate(check, work->model, &verdict);
	struct finding *finding = &work->findings[work->count];
	struct score_input *input = &work->inputs[work->count];
	*finding = (struct finding){
		.id = check->id,
		.title = check->title,
		.why = check->why ? check->why : "",
		.status = verdict_status(&verdict),
		.severity = verdict.severity ? verdict.severity : check_severity(check),
		.level = check->level,
		.is_seed = check->is_seed,
		.advice = verdict.advice ? verdict.advice : "",
		.evidence = verdict.evidence,
		.evidence_count = verdict.count,
		.remedy = { .arena = work->arena },
		.references = check->references,
		.reference_count = count_references(check),
	};
	if (finding->status == STATUS_FAIL && check->remedy)
		check->remedy(check, work->model, &verdict, &finding->remedy);
	if (!override_severity(work, finding) ||
	    !waiver_for(&work->waivers, check, &verdict, &finding->waiver))
		return false;
	finding->fingerprint = waiver_fingerprint(work->arena, &verdict, SLICE("*"));
	if (finding->waiver)
		finding->status = STATUS_WAIVED;
	finding->summary = verdict.summary
				   ? verdict.summary
				   : default_summary(work->arena, &verdict, finding->status);
	*input = (struct score_input){
		.status = finding->status,
		.severity = finding->severity,
	};
	work->count++;
	return finding->summary && finding->fingerprint && !verdict.memory_failed &&
	       !finding->remedy.memory_failed && collect_exposures(work, &verdict, input, finding);
}

static bool text_list_add(struct arena *arena, struct text_list *list, const char *text)
{
	const char **items =
		arena_grow(arena, list->items, list->count, &list->capacity, sizeof(*items));
	if (!items)
		return false;
	list->items = items;
	items[list->count++] = text;
	return true;
}

static bool fill_score(struct work *work, struct result_score *score)
{
	const struct score_input *inputs = work->inputs;
	struct score_numbers found = score_compute(inputs, work->count, SCORE_AS_FOUND, SIZE_MAX);
	*score = (struct result_score){
		.value = found.value,
		.raw = found.raw,
		.low = score_compute(inputs, work->count, SCORE_AT_WORST, SIZE_MAX).value,
		.unwaived = score_compute(inputs, work->count, SCORE_UNWAIVED, SIZE_MAX).value,
		.grade = score_grade(found.value)->name,
		.coverage = score_coverage(inputs, work->count),
		.pass_rate = score_pass_rate(inputs, work->count),
		.deduction_64ths = found.deduction_64ths,
	};
	for (size_t i = 0; i < work->count; i++) {
		struct finding *finding = &work->findings[i];
		if (finding->status != STATUS_FAIL)
			continue;
		finding->deduction_64ths = score_deduction(&inputs[i]);
		finding->gain =
			score_compute(inputs, work->count, SCORE_AS_FOUND, i).value - found.value;
		if (score_caps(&inputs[i]) && found.value < found.raw &&
		    !text_list_add(work->arena, &score->capped_by, finding->id))
			return false;
	}
	return !found.capped_coverage || found.raw <= found.value ||
	       text_list_add(work->arena, &score->capped_by, "coverage");
}

static bool fill_groups(struct work *work, struct result_score *score)
{
	size_t group_count;
	const struct check_group *groups = catalogue_groups(&group_count);
	struct result_group *rows = ARENA_ARRAY(work->arena, group_count, struct result_group);
	if (!rows)
		return false;
	for (size_t g = 0; g < group_count; g++) {
		struct result_group row = { .id = groups[g].id, .title = groups[g].title };
		uint64_t deduction = 0;
		for (size_t i = 0; i < work->count; i++) {
			const struct finding *finding = &work->findings[i];
			struct slice id = slice_of(finding->id);
			if (!slice_is(slice_part(id, 0, slice_find_byte(id, '-')), row.id))
				continue;
			row.pass += finding->status == STATUS_PASS;
			row.fail += finding->status == STATUS_FAIL;
			row.unknown += finding->status == STATUS_UNKNOWN;
			deduction += finding->deduction_64ths;
		}
		row.value = score_of_deduction(deduction);
		if (row.pass + row.fail + row.unknown)
			rows[score->group_count++] = row;
	}
	score->groups = rows;
	return true;
}

static bool build(struct arena *arena, const struct model *model,
		  const struct result_request *request, struct result *ret_result,
		  struct error *error)
{
	size_t count;
	const struct check *const *checks = catalogue_checks(arena, &count);
	struct work work = { .arena = arena, .model = model, .request = request };
	work.findings = ARENA_ARRAY(arena, count, struct finding);
	work.inputs = ARENA_ARRAY(arena, count, struct score_input);
	if (!checks || !work.findings || !work.inputs ||
	    !waiver_book_open(&work.waivers, arena, model->site))
		return error_memory(error);
	for (size_t i = 0; i < count; i++)
		if (is_wanted(checks[i], request) && !evaluate(&work, checks[i]))
			return error_memory(error);
	struct result result = {
		.tool = { .name = "ringfence", .version = RINGFENCE_VERSION },
		.target = request->target,
		.findings = work.findings,
		.finding_count = work.count,
		.unread = request->unread,
		.unread_count = request->unread_count,
	};
	result.target.role = slice_to_string(arena, model->site ? model->site->role : SLICE(""));
	waiver_book_close(&work.waivers, &result.acceptances, &result.acceptance_count);
	if (!result.target.role || !fill_score(&work, &result.score) ||
	    !fill_groups(&work, &result.score) || !result_copy_model(arena, model, &result) ||
	    !next_grade(arena, work.findings, work.inputs, work.count, result.score.value,
			&result.score.next))
		return error_memory(error);
	*ret_result = result;
	return true;
}

/* Who may log in from where is the same for all checks of SSH: it is worked out once. */
bool result_build(struct arena *arena, const struct model *model,
		  const struct result_request *request, struct result *ret_result,
		  struct error *error)
{
	struct ssh_people *people = ssh_people_new(model);
	struct model shared = *model;
	shared.ssh_people = people;
	bool done = build(arena, &shared, request, ret_result, error);
	ssh_people_free(people);
	return done;
}
