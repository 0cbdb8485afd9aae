/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/fail2ban_jails.h"

#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/model/model.h"
#include "checks/exposure_of.h"
#include "checks/fail2ban_remedy.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

bool fail2ban_asterisk_is_there(const struct model *model)
{
	const struct asterisk_model *asterisk = model->asterisk;
	return asterisk && asterisk->is_installed.state == FACT_PRESENT &&
	       asterisk->is_installed.value;
}

/* fail2ban's configuration, or why there is nothing to judge: another guard does the work, it is
 * not installed, it could not be read. */
const struct jail_model *fail2ban_readable_jails(const struct model *model, struct verdict *verdict)
{
	const struct jail_model *jails = model->jails;
	if (!jails || jails->state == FACT_UNREADABLE) {
		if (jails && jails->unread)
			verdict_unknown(verdict, jails->unread);
		else
			verdict_unknown_because(verdict, "fail2ban's configuration",
						"it could not be read", "run as root");
		return NULL;
	}
	return jails;
}

bool fail2ban_wants_asterisk_jail(const struct model *model, struct verdict *verdict)
{
	if (model->asterisk && fail2ban_asterisk_is_there(model))
		return true;
	if (model->asterisk && model->asterisk->is_installed.state == FACT_UNREADABLE)
		verdict_unknown(verdict, model->asterisk->is_installed.unread);
	else
		verdict_not_applicable(verdict, "there is no Asterisk on this host");
	return false;
}

static bool contains(struct slice text, const char *word)
{
	return slice_find(text, slice_of(word)) < text.size;
}

bool fail2ban_reads_asterisk_log(const struct jail *jail)
{
	for (size_t i = 0; i < jail->log_count; i++)
		if (contains(jail->logs[i].pattern, "asterisk"))
			return true;
	return false;
}

/* Is it a jail for Asterisk: by a log of Asterisk's, or by its filter? */
bool fail2ban_watches_asterisk(const struct jail *jail)
{
	return fail2ban_reads_asterisk_log(jail) ||
	       slice_starts_with(jail->filter.name, "asterisk");
}

bool fail2ban_jail_works(const struct jail *jail)
{
	return jail->is_enabled && !jail->refused;
}

const struct jail *fail2ban_asterisk_jail(const struct jail_model *jails)
{
	for (size_t i = 0; i < jails->count; i++)
		if (fail2ban_jail_works(&jails->jails[i]) &&
		    fail2ban_watches_asterisk(&jails->jails[i]))
			return &jails->jails[i];
	return NULL;
}

const struct jail *fail2ban_ssh_jail(const struct jail_model *jails)
{
	for (size_t i = 0; i < jails->count; i++)
		if (fail2ban_jail_works(&jails->jails[i]) &&
		    slice_starts_with(jails->jails[i].filter.name, "sshd"))
			return &jails->jails[i];
	return NULL;
}

enum exposure fail2ban_sip_exposure(const struct model *model)
{
	return exposure_of_process(model, "asterisk", IPPROTO_UDP, 5060);
}

enum exposure fail2ban_ssh_exposure(const struct model *model)
{
	return exposure_of_process(model, "sshd", IPPROTO_TCP, 22);
}

bool fail2ban_is_absent(const struct jail_model *jails, struct verdict *verdict,
			enum exposure exposure, const char *subject)
{
	if (jails->state != FACT_ABSENT)
		return false;
	if (jails->other_guard.size)
		verdict_not_applicable(verdict, "%.*s guards this host instead of fail2ban",
				       SLICE_ARG(jails->other_guard));
	else
		verdict_fail(verdict, exposure, ORIGIN_NONE, subject, "fail2ban is not installed");
	return true;
}

/* The jail that F2B-003 to F2B-008 are about; false when there is none to judge. */
bool fail2ban_need_asterisk_jail(const struct model *model, struct verdict *verdict,
				 const struct jail **ret_jail)
{
	if (!fail2ban_wants_asterisk_jail(model, verdict))
		return false;
	const struct jail_model *jails = fail2ban_readable_jails(model, verdict);
	if (!jails || fail2ban_is_absent(jails, verdict, fail2ban_sip_exposure(model), "Asterisk"))
		return false;
	*ret_jail = fail2ban_asterisk_jail(jails);
	if (*ret_jail)
		return true;
	if (jails->is_incomplete)
		verdict_unknown(verdict, jails->unread);
	else
		verdict_fail(verdict, fail2ban_sip_exposure(model), ORIGIN_NONE, "Asterisk",
			     "there is no enabled jail for it (F2B-002)");
	return false;
}

const struct jail *fail2ban_recidive_jail(const struct jail_model *jails)
{
	const struct jail *jail = jail_find(jails, "recidive");
	return jail && fail2ban_jail_works(jail) &&
			       (jail->ban_time < 0 || jail->ban_time >= 7 * 86400)
		       ? jail
		       : NULL;
}

#define SSH_JAIL "[sshd]\\nenabled = true\\nmaxretry = 3\\nfindtime = 21600\\nbantime = 259200\\n"
#define ASTERISK_JAIL                                                                              \
	"[asterisk]\\nenabled = true\\nfilter = asterisk\\nlogpath = /var/log/asterisk/messages*"  \
	"\\n          /var/log/asterisk/security*\\nmaxretry = 3\\nfindtime = 21600\\nbantime = "  \
	"259200\\naction = %%(banaction_allports)s[name=asterisk, protocol=all]\\n"

void fail2ban_remedy_asterisk_jail(const struct check *check, const struct model *model,
				   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	if (model->jails && model->jails->state == FACT_ABSENT)
		fail2ban_remedy_install(model, remedy);
	/* Without Asterisk there is SSH to guard. */
	bool has_asterisk = fail2ban_asterisk_is_there(model);
	const char *name = has_asterisk ? "asterisk" : "sshd";
	fail2ban_remedy_write(remedy, name, has_asterisk ? ASTERISK_JAIL : SSH_JAIL);
	fail2ban_remedy_reload(remedy, name, name);
}
