/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/version_judge.h"

#include "audit/advisory/version_compare.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/verdict.h"

#define TABLE_AGE_DAYS 180
#define DAY_SECONDS (24 * 3600)

/* Their packages are those of Red Hat, built again. */
static bool is_rebuild(struct slice id)
{
	static const char *const ids[] = { "rhel", "centos",  "rocky",     "almalinux",
					   "ol",   "sangoma", "scientific" };
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		if (slice_is(id, ids[i]))
			return true;
	return false;
}

struct slice version_scope(struct verdict *verdict, const struct model *model)
{
	const struct system_model *host = model->host;
	struct slice release = host->os_version;
	if (!host->os_id.size || !release.size)
		return SLICE("");
	BUFFER_AUTO text = { 0 };
	bool rebuild = is_rebuild(host->os_id);
	/* "8.10" is a state of 8; "22.04" is not one of 22. */
	if (rebuild)
		release = slice_part(release, 0, slice_find_byte(release, '.'));
	buffer_append_slice(&text, rebuild ? SLICE("rhel") : host->os_id);
	buffer_append_byte(&text, '-');
	buffer_append_slice(&text, release);
	return slice_of(verdict_text(verdict, buffer_slice(&text)));
}

struct version_subject version_of_package(struct verdict *verdict, const struct model *model,
					  const struct system_package *package, const char *product)
{
	return (struct version_subject){
		.product = product,
		.version = package->version,
		.style = model->host->family == SYSTEM_REDHAT ? VERSION_RPM : VERSION_DPKG,
		.scope = version_scope(verdict, model),
	};
}

#define UNDECIDED_NAMED_MAX 3

struct undecided {
	struct buffer names;
	size_t count;
};

static void add_undecided(struct undecided *undecided, const struct advisory *hole)
{
	if (undecided->count++ >= UNDECIDED_NAMED_MAX)
		return;
	if (undecided->count > 1)
		buffer_append_string(&undecided->names, ", ");
	buffer_append_slice(&undecided->names, hole->id);
}

static void record_undecided(struct verdict *verdict, const char *name, struct undecided *undecided)
{
	BUFFER_AUTO what = { 0 };
	buffer_format(&what, "%s: %s", name, buffer_string(&undecided->names));
	if (undecided->count > UNDECIDED_NAMED_MAX)
		buffer_format(&what, " and %zu more", undecided->count - UNDECIDED_NAMED_MAX);
	verdict_unknown_because(verdict, verdict_text(verdict, buffer_slice(&what)),
				"distributions put fixes into old versions, and the table has no "
				"line for this package",
				"see the distribution's security tracker, or give a newer table "
				"with --advisories");
}

void version_judge_holes(struct verdict *verdict, const struct model *model,
			 const struct version_subject *subject, const char *name,
			 struct origin origin, enum exposure exposure,
			 version_is_out_of_reach *is_out_of_reach)
{
	size_t index = 0, open = 0;
	enum hole_answer answer;
	struct slice fixed;
	const struct advisory *hole;
	struct undecided undecided = { .count = 0 };
	while ((hole = advisory_next(model->advisories, subject, &index, &answer, &fixed))) {
		if (answer == HOLE_FIXED)
			continue;
		if (is_out_of_reach && is_out_of_reach(model, hole)) {
			verdict_note(verdict, origin, name,
				     "%.*s does not count: %.*s is not loaded", SLICE_ARG(hole->id),
				     SLICE_ARG(hole->needs));
		} else if (answer == HOLE_UNDECIDED) {
			add_undecided(&undecided, hole);
		} else {
			open++;
			verdict_fail(verdict, exposure, origin, name, "%.*s: %.*s; fixed in %.*s",
				     SLICE_ARG(hole->id), SLICE_ARG(hole->title), SLICE_ARG(fixed));
		}
	}
	if (undecided.count)
		record_undecided(verdict, name, &undecided);
	else if (!open)
		verdict_pass(verdict, origin, name, "has no hole of the table (of %.*s)",
			     SLICE_ARG(model->advisories->date));
	buffer_done(&undecided.names);
}

void version_note_age(struct verdict *verdict, const struct model *model)
{
	int64_t age = model->site->now - model->advisories->made;
	if (age > (int64_t)TABLE_AGE_DAYS * DAY_SECONDS)
		verdict_note(verdict, ORIGIN_NONE, "table of holes",
			     "it is of %.*s: give a newer one with --advisories",
			     SLICE_ARG(model->advisories->date));
}
