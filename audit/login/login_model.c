/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/login/login_model.h"

#include "audit/base/arena.h"

struct login_model *login_model_load(const struct loader *loader)
{
	struct login_model *model = ARENA_NEW(loader->arena, struct login_model);
	if (!model || !pam_stack_load(loader, "su", &model->su) ||
	    !pam_stack_load(loader, "sshd", &model->sshd) || !sudoers_load(loader, &model->sudoers))
		return NULL;
	return model;
}

/* Does a failure of RULE fail the whole? */
static bool is_binding(const struct pam_rule *rule)
{
	return slice_is_ignore_case(rule->control, "required") ||
	       slice_is_ignore_case(rule->control, "requisite") ||
	       (slice_starts_with(rule->control, "[") &&
		slice_find(rule->control, SLICE("default=bad")) < rule->control.size) ||
	       (slice_starts_with(rule->control, "[") &&
		slice_find(rule->control, SLICE("default=die")) < rule->control.size);
}

const struct pam_rule *login_su_limit(const struct login_model *model)
{
	for (size_t i = 0; i < model->su.count; i++) {
		const struct pam_rule *rule = &model->su.rules[i];
		bool of_su = slice_is_ignore_case(rule->type, "auth") ||
			     slice_is_ignore_case(rule->type, "account");
		/* "deny" turns it round: all but the group. */
		if (of_su && slice_is(rule->module, "pam_wheel.so") && is_binding(rule) &&
		    !pam_rule_has(rule, "deny"))
			return rule;
	}
	return NULL;
}

const struct pam_rule *login_sshd_nullok(const struct login_model *model)
{
	for (size_t i = 0; i < model->sshd.count; i++) {
		const struct pam_rule *rule = &model->sshd.rules[i];
		if (slice_is_ignore_case(rule->type, "auth") &&
		    slice_starts_with(rule->module, "pam_unix") && pam_rule_has(rule, "nullok"))
			return rule;
	}
	return NULL;
}
