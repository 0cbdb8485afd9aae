/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of fail2ban's jails the checks of its group are about, and what stands in the way of
 * judging them.
 */
#ifndef RINGFENCE_CHECKS_FAIL2BAN_JAILS_H
#define RINGFENCE_CHECKS_FAIL2BAN_JAILS_H

#include <stdbool.h>

#include "audit/base/exposure.h"

struct check;
struct jail;
struct jail_model;
struct model;
struct remedy;
struct verdict;

bool fail2ban_asterisk_is_there(const struct model *model);

/* fail2ban's configuration; NULL, and VERDICT says so, when it could not be read. */
const struct jail_model *fail2ban_readable_jails(const struct model *model,
						 struct verdict *verdict);

/* Is there an Asterisk to watch? False, and VERDICT says why. */
bool fail2ban_wants_asterisk_jail(const struct model *model, struct verdict *verdict);

/* Is fail2ban not installed? Then VERDICT fails SUBJECT, or does not apply where another guard does
 * the work. */
bool fail2ban_is_absent(const struct jail_model *jails, struct verdict *verdict,
			enum exposure exposure, const char *subject);

/* The jail that F2B-003 to F2B-008 are about; false, and VERDICT says why, when there is none. */
bool fail2ban_need_asterisk_jail(const struct model *model, struct verdict *verdict,
				 const struct jail **ret_jail);

bool fail2ban_reads_asterisk_log(const struct jail *jail);
/* Is it a jail for Asterisk: by a log of Asterisk's, or by its filter? */
bool fail2ban_watches_asterisk(const struct jail *jail);
/* Enabled, and fail2ban does not skip it. */
bool fail2ban_jail_works(const struct jail *jail);

/* The first that works; NULL when there is none. */
const struct jail *fail2ban_asterisk_jail(const struct jail_model *jails);
const struct jail *fail2ban_ssh_jail(const struct jail_model *jails);
/* Only with a bantime of a week or more. */
const struct jail *fail2ban_recidive_jail(const struct jail_model *jails);

enum exposure fail2ban_sip_exposure(const struct model *model);
enum exposure fail2ban_ssh_exposure(const struct model *model);

/* The remedy that enables a jail for Asterisk. */
void fail2ban_remedy_asterisk_jail(const struct check *check, const struct model *model,
				   const struct verdict *verdict, struct remedy *remedy);

#endif
