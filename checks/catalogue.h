/* SPDX-License-Identifier: Apache-2.0
 *
 * All checks, group by group.
 */
#ifndef RINGFENCE_CHECKS_CATALOGUE_H
#define RINGFENCE_CHECKS_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/slice.h"
#include "checks/check.h"

struct arena;

struct check_group {
	/* "SSH" */
	const char *id;
	/* "Secure Shell" */
	const char *title;
};

/* In the order of reports. */
const struct check_group *catalogue_groups(size_t *ret_count);

/* The group of CHECK: never NULL for a check of the catalogue (a test proves it). */
const struct check_group *catalogue_group_of(const struct check *check);

/* All checks in the order of groups and ids, in ARENA; NULL when memory is short. */
const struct check *const *catalogue_checks(struct arena *arena, size_t *ret_count) MUST_CHECK;

/* By exact id, case ignored; NULL when there is none. */
const struct check *catalogue_find(struct slice id);

/* Does ID match one of the comma-separated globs? "SSH-*,SIP-004", case ignored. */
bool catalogue_id_matches(const char *id, struct slice globs);

/* False, with the offending word in *ERROR, when one of GLOBS matches no check at all. */
bool catalogue_globs_are_known(struct slice globs, struct error *error) MUST_CHECK;

#endif
