/* SPDX-License-Identifier: Apache-2.0
 *
 * One reading of a configuration: main file, includes, Match blocks. sshd reads it twice: at its
 * start without a connection, where Match blocks are only checked, and then for a connection, where
 * only Match blocks count (the comment above match_cfg_line_group in servconf.c).
 */
#ifndef RINGFENCE_SSHD_SSHD_WALK_H
#define RINGFENCE_SSHD_SSHD_WALK_H

#include "audit/sshd/sshd_apply.h"
#include "audit/sshd/sshd_model.h"

struct sshd_walk {
	struct sshd_run run;
	/* NULL: the first reading. */
	const struct sshd_connection *connection;
	size_t lines_seen;
	/* Called for an Include line that has not been resolved; NULL: never. Fills its includes.
	 */
	bool (*include)(struct sshd_walk *walk, struct sshd_line *line);
	void *context;
	/* Something could not be read: stop. */
	bool is_stopped;
};

/* Reads FILE from its beginning. */
void sshd_walk_file(struct sshd_walk *walk, const struct sshd_file *file);

#endif
