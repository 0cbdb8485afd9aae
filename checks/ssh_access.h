/* SPDX-License-Identifier: Apache-2.0
 *
 * The small table of the report: who can log in over SSH, how, from where. Computed over all
 * addresses and all Match blocks.
 */
#ifndef RINGFENCE_CHECKS_SSH_ACCESS_H
#define RINGFENCE_CHECKS_SSH_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "checks/result.h"

struct arena;
struct model;

/* Rows for root, for each kind of account that the configuration tells apart, and for an account
 * that no rule names. None where sshd is not there or not readable. They live in ARENA and point
 * into nothing else. False when memory is short. */
bool ssh_access_rows(struct arena *arena, const struct model *model,
		     const struct result_access **ret_rows, size_t *ret_count) MUST_CHECK;

#endif
