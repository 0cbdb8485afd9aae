/* SPDX-License-Identifier: Apache-2.0
 *
 * Paths as people type them, for targets, which know absolute ones alone.
 */
#ifndef RINGFENCE_COMMAND_PATH_ARGUMENT_H
#define RINGFENCE_COMMAND_PATH_ARGUMENT_H

struct arena;

/* PATH as the working directory makes it absolute, in ARENA; links stay as they are. PATH itself
 * where it is absolute already, or where memory is short. */
const char *path_argument(struct arena *arena, const char *path);

#endif
