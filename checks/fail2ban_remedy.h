/* SPDX-License-Identifier: Apache-2.0
 *
 * The procedure P-F2B of the catalogue: a file of its own in jail.d, tested, reloaded, undone by
 * removing it.
 */
#ifndef RINGFENCE_CHECKS_FAIL2BAN_REMEDY_H
#define RINGFENCE_CHECKS_FAIL2BAN_REMEDY_H

struct model;
struct remedy;

/* Begins /etc/fail2ban/jail.d/ringfence-NAME.local; NAME is a word of ours. LINES is the file with
 * "\\n" for its line ends, harmless inside single quotes of a shell and for the printf command. */
void fail2ban_remedy_write(struct remedy *remedy, const char *name, const char *lines);

/* Tests and reloads after the writes, and what undoes them. Call it last. JAIL is what to look at.
 */
void fail2ban_remedy_reload(struct remedy *remedy, const char *name, const char *jail);

/* Installs and starts fail2ban, for this host's package tool. */
void fail2ban_remedy_install(const struct model *model, struct remedy *remedy);

#endif
