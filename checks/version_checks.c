/* SPDX-License-Identifier: Apache-2.0
 *
 * Versions of the telephone system: Asterisk, the GUI around it, and chan_sip's end.
 */
#include "audit/advisory/advisory_table.h"
#include "audit/advisory/gui_modules.h"
#include "audit/advisory/version_compare.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/remedy.h"
#include "checks/sip_entries.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"
#include "checks/version_judge.h"

/* Deprecated with 17, gone with 21 (their UPGRADE files). */
#define VERSION_DEPRECATES_CHAN_SIP 1700

static bool module_is_missing(const struct model *model, const struct advisory *hole)
{
	BUFFER_AUTO name = { 0 };
	if (!hole->needs.size || !model->asterisk->settings)
		return false;
	buffer_append_slice(&name, hole->needs);
	return asterisk_module_state(model->asterisk->settings, buffer_string(&name), NULL) ==
	       MODULE_NOT_LOADED;
}

static const struct system_package *asterisk_package(const struct system_model *host)
{
	return host ? system_find_package(host, "asterisk") : NULL;
}

/* Debian and its like patch old versions; Sangoma builds the project's releases as they are. */
static enum version_style style_of(const struct system_model *host,
				   const struct system_package *package)
{
	if (!package || slice_is(host->os_id, "sangoma"))
		return VERSION_UPSTREAM;
	return host->family == SYSTEM_REDHAT ? VERSION_RPM : VERSION_DPKG;
}

/* "certified/18.9-cert11", "certified-18.9-cert11" */
static bool take_certified(struct slice *version)
{
	static const char word[] = "certified";
	if (!slice_starts_with(*version, word))
		return false;
	*version = slice_from(*version, sizeof(word));
	return true;
}

static bool judge_asterisk_branch(const struct model *model, struct verdict *verdict,
				  const struct version_subject *subject, const char *name,
				  struct origin origin, enum exposure exposure)
{
	/* Debian mends branches that the project has given up: the system's own end counts. */
	if (subject->style == VERSION_DPKG || !slice_is(slice_of(subject->product), "asterisk"))
		return false;
	struct slice branch = version_branch(version_upstream_part(subject->version));
	const struct end_of_life *end =
		advisory_end_of_life(model->advisories, SLICE("asterisk"), branch);
	if (!end || model->site->now < end->after)
		return false;
	verdict_fail(verdict, exposure, origin, name, "branch %.*s has had no fixes since %s",
		     SLICE_ARG(branch),
		     end->date.size ? verdict_text(verdict, end->date) : "long ago");
	return true;
}

static void evaluate_asterisk(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct fact_slice *version = &model->asterisk->version;
	if (version->state != FACT_PRESENT || !model->asterisk->version_number) {
		verdict_unknown_because(
			verdict, "Asterisk's version",
			"no package tells it, and the running Asterisk was not asked",
			"give --allow-asterisk-cli, or save "
			"probes/asterisk/core-show-version");
		return;
	}
	const struct system_package *package = asterisk_package(model->host);
	struct version_subject subject = {
		.product = "asterisk",
		.version = package ? package->version : version->value,
		.style = style_of(model->host, package),
	};
	if (!package && take_certified(&subject.version))
		subject.product = "asterisk-certified";
	if (subject.style != VERSION_UPSTREAM)
		subject.scope = version_scope(verdict, model);
	else
		subject.version =
			package ? version_upstream_part(subject.version) : subject.version;
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, "Asterisk ");
	buffer_append_slice(&text, subject.version);
	const char *name = verdict_text(verdict, buffer_slice(&text));
	struct origin origin = package ? package->origin : version->origin;
	enum exposure exposure = exposure_of_process(model, "asterisk", 17, 5060);
	/* A branch that has ended has holes that nobody lists. */
	if (!judge_asterisk_branch(model, verdict, &subject, name, origin, exposure))
		version_judge_holes(verdict, model, &subject, name, origin, exposure,
				    module_is_missing);
	version_note_age(verdict, model);
	if (verdict->fail_count)
		verdict_advice(verdict, "Install the newest release of a branch that is still "
					"maintained; try it on a copy first, since branches differ "
					"(UPGRADE.txt).");
}

static void remedy_asterisk(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	if (!asterisk_package(model->host))
		return;
	system_remedy_package(remedy, model, "asterisk");
	system_remedy_restart(remedy, model, "asterisk.service");
	remedy_disrupts(remedy, DISRUPTION_CALLS_DROP);
}

static void judge_gui_end(const struct model *model, struct verdict *verdict,
			  const struct pbx_model *pbx, enum exposure exposure)
{
	struct slice product = pbx->kind == PBX_FREEPBX   ? SLICE("freepbx")
			       : pbx->kind == PBX_ELASTIX ? SLICE("elastix")
							  : SLICE("issabel");
	struct slice branch = version_branch(pbx->version.value);
	const struct end_of_life *end = advisory_end_of_life(model->advisories, product, branch);
	if (!end) {
		if (pbx->kind != PBX_FREEPBX)
			verdict_unknown_because(verdict, pbx->name,
						"the table of holes knows nothing of it",
						"give a table with --advisories that does");
		else if (pbx->version.state == FACT_PRESENT)
			verdict_pass(verdict, pbx->version.origin, pbx->name,
				     "%s is a release with fixes",
				     verdict_text(verdict, pbx->version.value));
		else
			verdict_unknown_because(verdict, pbx->name, "its version is not known",
						"make the GUI's modules readable (run as root)");
	} else if (model->site->now >= end->after) {
		verdict_fail(verdict, exposure, pbx->version.origin, pbx->name,
			     "%s gets no fixes any more",
			     pbx->version.value.size ? verdict_text(verdict, pbx->version.value)
						     : "it");
	}
}

static void judge_gui_modules(const struct model *model, struct verdict *verdict,
			      enum exposure exposure)
{
	const struct gui_modules *modules = model->gui_modules;
	for (size_t i = 0; i < modules->count; i++) {
		const struct gui_module *module = &modules->modules[i];
		BUFFER_AUTO product = { 0 };
		BUFFER_AUTO name = { 0 };
		if (!module->version.size)
			continue;
		buffer_append_string(&product, "freepbx-");
		buffer_append_slice(&product, module->name);
		buffer_append_string(&name, "module ");
		buffer_append_slice(&name, module->name);
		buffer_append_byte(&name, ' ');
		buffer_append_slice(&name, module->version);
		const struct version_subject subject = {
			.product = verdict_text(verdict, buffer_slice(&product)),
			.version = module->version,
			.style = VERSION_UPSTREAM,
		};
		size_t index = 0;
		enum hole_answer answer;
		struct slice fixed;
		/* Modules that no line is about need no line in the report. */
		if (advisory_next(model->advisories, &subject, &index, &answer, &fixed))
			version_judge_holes(verdict, model, &subject,
					    verdict_text(verdict, buffer_slice(&name)),
					    module->origin, exposure, NULL);
	}
}

static void evaluate_gui(const struct check *check, const struct model *model,
			 struct verdict *verdict)
{
	(void)check;
	const struct pbx_model *pbx = model->asterisk ? model->asterisk->pbx : NULL;
	if (!pbx || pbx->kind == PBX_NONE) {
		verdict_not_applicable(verdict, "no GUI of FreePBX, Elastix or Issabel was seen");
		return;
	}
	enum exposure exposure =
		exposure_wider(exposure_of_port(model, 6, 443), exposure_of_port(model, 6, 80));
	judge_gui_end(model, verdict, pbx, exposure);
	if (pbx->kind == PBX_FREEPBX) {
		if (model->gui_modules->state == FACT_PRESENT)
			judge_gui_modules(model, verdict, exposure);
		else if (!verdict->fail_count)
			verdict_unknown_because(verdict, "the GUI's modules",
						"their folder was not seen",
						"add /var/www/html/admin/modules to the copy");
		version_note_age(verdict, model);
	}
	if (verdict->fail_count && pbx->kind != PBX_FREEPBX)
		verdict_advice(verdict, "Move to a distribution that is maintained. Until then let "
					"only administrators reach the web server (WEB-001).");
}

static void remedy_gui(const struct check *check, const struct model *model,
		       const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	if (model->asterisk->pbx->kind != PBX_FREEPBX)
		return;
	remedy_command(remedy, "fwconsole backup --help >/dev/null && fwconsole ma upgradeall");
	remedy_command(remedy, "fwconsole reload");
	remedy_verify(remedy, "fwconsole ma list");
	remedy_undo(remedy, "# restore the GUI's backup that was made before (Admin, Backup)");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

static void evaluate_chan_sip(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	struct sip_view view;
	(void)check;
	if (!sip_view_begin(&view, verdict, model))
		return;
	unsigned int version = model->asterisk->version_number;
	struct origin origin = asterisk_file_origin(view.sip->file);
	if (!version)
		verdict_unknown_because(verdict, "Asterisk's version", "it is not known",
					"give --allow-asterisk-cli");
	else if (!view.sip->peer_count && !view.sip->is_realtime)
		verdict_pass(verdict, origin, "chan_sip", "no entry uses it");
	else if (version < VERSION_DEPRECATES_CHAN_SIP)
		verdict_pass(verdict, origin, "chan_sip",
			     "belongs to this version, which VER-001 judges");
	else
		verdict_fail(verdict, view.exposure, origin, "chan_sip",
			     "%zu entries; nobody mends it since Asterisk 17, and 21 is without it",
			     view.sip->peer_count);
	if (verdict->fail_count)
		verdict_advice(verdict,
			       "Move the entries to PJSIP: contrib/scripts/sip_to_pjsip of "
			       "Asterisk's source makes a beginning; FreePBX converts extensions "
			       "in its GUI. Try it with one telephone first.");
}

static const struct check rows[] = {
	{
		.id = "VER-001",
		.title = "Asterisk is a supported branch without known holes",
		.why = "Holes in SIP and media code can be used by whoever can send a packet, and "
		       "an old branch gets no fixes.",
		.evaluates =
			"The package's version, else the running one, against the table of holes: "
			"end of the branch, and each advisory whose module is loaded. Packages of "
			"Debian and Ubuntu only by lines for that release, other distributions' "
			"too: fixes are put into old versions, and without a line it is unknown.",
		.likelihood = 6,
		.impact = 8,
		.references = { "Asterisk security advisories", "Asterisk versions" },
		.evaluate = evaluate_asterisk,
		.remedy = remedy_asterisk,
	},
	{
		.id = "VER-002",
		.title = "The GUI is supported and patched",
		.why = "Holes in the GUI are attacked by machines within days, and give the whole "
		       "telephone system away.",
		.evaluates = "Release of FreePBX, Elastix or Issabel, and module.xml of each "
			     "FreePBX module, against the table of holes.",
		.likelihood = 9,
		.impact = 10,
		.references = { "FreePBX security-reporting", "CVE-2025-57819", "CVE-2021-45461" },
		.evaluate = evaluate_gui,
		.remedy = remedy_gui,
	},
	{
		.id = "VER-003",
		.title = "chan_sip is on its way out",
		.why = "The driver has no maintainer any more: the next hole in it stays.",
		.evaluates = "Entries of chan_sip where it is loaded, from Asterisk 17 on.",
		.likelihood = 3,
		.impact = 5,
		.level = LEVEL_STRICT,
		.references = { "Asterisk 17 and 21 UPGRADE" },
		.evaluate = evaluate_chan_sip,
	},
};

CHECK_LIST(version_checks, rows);
