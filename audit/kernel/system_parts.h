/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts that system_model_load is made of. Each fills its own fields of the model; false means
 * that memory is short. Only audit/kernel/ includes this.
 */
#ifndef RINGFENCE_KERNEL_SYSTEM_PARTS_H
#define RINGFENCE_KERNEL_SYSTEM_PARTS_H

#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/loader.h"
#include "audit/kernel/system_model.h"

bool system_release_load(const struct loader *loader, struct system_model *model) MUST_CHECK;
bool system_packages_load(const struct loader *loader, struct system_model *model) MUST_CHECK;
bool system_accounts_load(const struct loader *loader, struct system_model *model) MUST_CHECK;
bool system_sysctls_load(const struct loader *loader, struct system_model *model) MUST_CHECK;
/* After system_release_load, which knows systemd. */
bool system_units_load(const struct loader *loader, struct system_model *model) MUST_CHECK;
/* After system_accounts_load, which names users. */
bool system_processes_load(const struct loader *loader, struct system_model *model) MUST_CHECK;
bool system_addresses_load(const struct loader *loader, struct system_model *model) MUST_CHECK;
bool system_load_load(const struct loader *loader, struct system_model *model) MUST_CHECK;
bool system_stale_load(const struct loader *loader, struct system_model *model) MUST_CHECK;
/* After system_processes_load. */
bool system_pbx_load(const struct loader *loader, struct system_model *model) MUST_CHECK;

static inline enum fact_state system_state(enum load_status status)
{
	return status == LOAD_FOUND    ? FACT_PRESENT
	       : status == LOAD_ABSENT ? FACT_ABSENT
				       : FACT_UNREADABLE;
}

#endif
