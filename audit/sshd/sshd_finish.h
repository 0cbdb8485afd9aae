/* SPDX-License-Identifier: Apache-2.0
 *
 * From what lines set to what is in force: defaults, assembled algorithm lists, addresses to listen
 * on, what a Match block changes (fill_default_server_options and copy_set_server_options of
 * servconf.c), and the last tests that sshd makes before it starts (sshd.c).
 */
#ifndef RINGFENCE_SSHD_SSHD_FINISH_H
#define RINGFENCE_SSHD_SSHD_FINISH_H

#include "audit/sshd/sshd_apply.h"

/* Fills in all defaults in RUN->options. */
void sshd_fill_defaults(struct sshd_run *run);

/* Notes a refusal for combinations that sshd does not start with. */
void sshd_check_sense(struct sshd_run *run);

/* Overlays RUN->options with what FROM, the settings of the Match blocks that apply, sets. */
void sshd_copy_from_match(struct sshd_run *run, const struct sshd_options *from);

#endif
