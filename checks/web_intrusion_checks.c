/* SPDX-License-Identifier: Apache-2.0
 *
 * Signs of a break-in through the web server.
 */
#include "audit/base/attributes.h"
#include "audit/kernel/web_intrusion.h"
#include "audit/kernel/web_model.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/verdict.h"

static void evaluate_intrusion(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	const struct web_model *web = model->web;
	if (!web || web->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, web ? web->unread : NULL);
		return;
	}
	if (web->state == FACT_ABSENT && !web->has_gui) {
		verdict_not_applicable(verdict, "no Apache or nginx is configured on the host");
		return;
	}
	const struct web_intrusion *intrusion = model->web_intrusion;
	for (size_t i = 0; i < intrusion->sign_count; i++) {
		const struct web_sign *sign = &intrusion->signs[i];
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, sign->origin,
			     verdict_text(verdict, slice_of(sign->path)), "%s: look at it",
			     sign->what);
	}
	if (intrusion->unread)
		verdict_unknown(verdict, intrusion->unread);
	else if (!intrusion->sign_count && !intrusion->file_count)
		verdict_unknown_because(verdict, "pages of the web server",
					"no PHP file below its roots was seen",
					"add /var/www to the copy");
	else if (!intrusion->sign_count)
		verdict_pass(verdict, ORIGIN_NONE, "web roots and crontabs",
			     "no known sign in %zu PHP files%s; that proves nothing",
			     intrusion->file_count,
			     intrusion->is_cut ? ", which are not all of them" : "");
	if (verdict->fail_count)
		verdict_advice(
			verdict,
			"A sign is a reason to look, no proof. If it is what it seems: take the "
			"host off the net, keep `tar -C / -czf /root/evidence.tgz var/www "
			"var/spool/cron etc`, install anew, and change every secret. FreePBX: "
			"`fwconsole ma list` tells modules whose signature is broken.");
}

static const struct check rows[] = {
	{
		.id = "WEB-006",
		.title = "No sign of a web shell or foreign script",
		.why = "Holes in PBX GUIs are used by machines that leave a page behind, through "
		       "which they come back after every update.",
		.evaluates =
			"PHP files up to three folders below each web root: eval, system and the "
			"like of what a request brings, or of coded text; hidden scripts; crontab "
			"lines of asterisk, apache and www-data that fetch from elsewhere. Signs "
			"to look at, no proofs.",
		.likelihood = 6,
		.impact = 10,
		.references = { "CVE-2025-57819", "CVE-2021-45461" },
		.evaluate = evaluate_intrusion,
	},
};

CHECK_LIST(web_intrusion_checks, rows);
