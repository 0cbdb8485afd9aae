/* SPDX-License-Identifier: Apache-2.0
 *
 * Owners and modes noted beside a copy of files: lines "MODE UID GID PATH" of the probe
 * "file-modes". Only audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_FILE_MODES_H
#define RINGFENCE_TARGET_FILE_MODES_H

#include "audit/target/target_core.h"

struct file_mode;

struct file_modes {
	/* Sorted by path. */
	struct file_mode *items;
	size_t count;
};

/* Lines that are not of the form are left out. False only when memory is short. */
bool file_modes_read(struct slice bytes, struct arena *arena,
		     struct file_modes *ret_modes) MUST_CHECK;

/* Sets owner, group and mode of STATUS to those noted for PATH; unchanged where none are. */
void file_modes_apply(const struct file_modes *modes, const char *path, struct file_status *status);

#endif
