/* SPDX-License-Identifier: Apache-2.0
 *
 * Procedure P-SSH: changes of sshd_config where they win on this host. A drop-in, where the main
 * file includes the folder before it sets anything; else the first lines of the main file. Lines in
 * Match blocks that undo a global setting are commented out one by one. Every change is tested with
 * `sshd -t` before the service reads it.
 */
#ifndef RINGFENCE_CHECKS_SSH_REMEDY_H
#define RINGFENCE_CHECKS_SSH_REMEDY_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/sshd/sshd_keywords.h"

struct model;
struct remedy;
struct verdict;

/* "ssh" on Debian, "sshd" elsewhere. */
const char *ssh_service_name(const struct model *model);

/* One setting to be in force everywhere. */
struct ssh_setting_line {
	enum sshd_setting_id id;
	/* "PermitRootLogin no" */
	const char *text;
};

/* Puts COUNT settings in force: comments out lines of the same settings in Match blocks that
 * VERDICT names as failing, writes LINES where they win, tests, reloads, verifies, and tells how to
 * undo.
 */
void ssh_remedy_settings(struct remedy *remedy, const struct model *model,
			 const struct verdict *verdict, const struct ssh_setting_line *lines,
			 size_t count);

/* Only the first half: comments out the lines of Match blocks that VERDICT names as failing and
 * that set one of LINES. True when nothing else failed. */
bool ssh_remedy_clear_match(struct remedy *remedy, const struct model *model,
			    const struct verdict *verdict, const struct ssh_setting_line *lines,
			    size_t count);

/* Does VERDICT name as failing a line that sets ID? */
bool ssh_verdict_names_line(const struct model *model, const struct verdict *verdict,
			    enum sshd_setting_id id);

/* Replaces the line of FILE that reads OLD by NEW (NULL: comments it out), with backup. */
void ssh_remedy_replace(struct remedy *remedy, const char *file, struct slice old,
			const char *new_text);

/* Test and reload, once at the end of commands, and the same for undo. */
void ssh_remedy_reload(struct remedy *remedy, const struct model *model);

#endif
