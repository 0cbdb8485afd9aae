/* SPDX-License-Identifier: Apache-2.0
 *
 * What a word of the command line says is to be looked at: `local`, a folder, an archive.
 */
#ifndef RINGFENCE_COMMAND_OPEN_TARGET_H
#define RINGFENCE_COMMAND_OPEN_TARGET_H

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/target/target.h"

/* All that one host's audit may hold: sources, models, findings, result. */
#define AUDIT_BYTES_MAX ((size_t)2 * 1024 * 1024 * 1024)

/* Longest that one probe command may run. */
#define PROBE_TIMEOUT_MS 10000

/* The target that NAME means, in ARENA; the caller ends it with target_close. NULL: there is no
 * such target, or it can't be opened (*ERROR, with advice). */
struct target *open_target(struct arena *arena, const char *name, bool allow_asterisk_cli,
			   struct error *error) MUST_CHECK;

#endif
