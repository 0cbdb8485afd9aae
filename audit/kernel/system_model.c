/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kernel/system_model.h"

#include <stdlib.h>

#include "audit/kernel/system_parts.h"

struct system_model *system_model_load(const struct loader *loader, int64_t now)
{
	struct system_model *model = ARENA_NEW(loader->arena, struct system_model);
	if (!model)
		return NULL;
	model->now = now;
	if (!system_release_load(loader, model) || !system_packages_load(loader, model) ||
	    !system_accounts_load(loader, model) || !system_sysctls_load(loader, model) ||
	    !system_units_load(loader, model) || !system_processes_load(loader, model) ||
	    !system_addresses_load(loader, model) || !system_load_load(loader, model) ||
	    !system_stale_load(loader, model) || !system_pbx_load(loader, model))
		return NULL;
	return model;
}

const struct system_package *system_find_package(const struct system_model *model, const char *name)
{
	for (size_t i = 0; i < model->package_count; i++)
		if (slice_is(model->packages[i].name, name))
			return &model->packages[i];
	return NULL;
}

const struct system_account *system_find_account(const struct system_model *model,
						 struct slice name)
{
	for (size_t i = 0; i < model->account_count; i++)
		if (slice_equal(model->accounts[i].name, name))
			return &model->accounts[i];
	return NULL;
}

const struct system_account *system_find_account_id(const struct system_model *model, uint32_t uid)
{
	for (size_t i = 0; i < model->account_count; i++)
		if (model->accounts[i].uid == uid)
			return &model->accounts[i];
	return NULL;
}

const struct system_group *system_find_group_id(const struct system_model *model, uint32_t gid)
{
	for (size_t i = 0; i < model->group_count; i++)
		if (model->groups[i].gid == gid)
			return &model->groups[i];
	return NULL;
}

const struct system_group *system_find_group(const struct system_model *model, struct slice name)
{
	for (size_t i = 0; i < model->group_count; i++)
		if (slice_equal(model->groups[i].name, name))
			return &model->groups[i];
	return NULL;
}

static int compare_key(const void *key, const void *sysctl)
{
	return slice_compare(*(const struct slice *)key,
			     ((const struct system_sysctl *)sysctl)->key);
}

const struct system_sysctl *system_find_sysctl(const struct system_model *model, const char *key)
{
	struct slice name = slice_of(key);
	if (model->sysctl_count == 0)
		return NULL;
	return bsearch(&name, model->sysctls, model->sysctl_count, sizeof(*model->sysctls),
		       compare_key);
}

const struct system_process *system_find_process(const struct system_model *model, const char *name)
{
	for (size_t i = 0; i < model->process_count; i++)
		if (slice_is(model->processes[i].name, name))
			return &model->processes[i];
	return NULL;
}

const struct system_unit *system_find_unit(const struct system_model *model, const char *name)
{
	struct slice wanted = slice_of(name);
	for (size_t i = 0; i < model->unit_count; i++) {
		struct slice unit = model->units[i].name;
		if (slice_equal(unit, wanted))
			return &model->units[i];
		if (slice_ends_with(unit, ".service") &&
		    slice_equal(slice_part(unit, 0, unit.size - 8), wanted))
			return &model->units[i];
	}
	return NULL;
}

bool system_account_in_group(const struct system_model *model, const struct system_account *account,
			     const struct system_group *group)
{
	(void)model;
	if (account->gid == group->gid)
		return true;
	for (size_t i = 0; i < group->member_count; i++)
		if (slice_equal(group->members[i], account->name))
			return true;
	return false;
}
