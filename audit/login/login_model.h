/* SPDX-License-Identifier: Apache-2.0
 *
 * How accounts become more than they are, and how they are asked who they are: PAM of su and of
 * sshd, and sudo.
 */
#ifndef RINGFENCE_LOGIN_LOGIN_MODEL_H
#define RINGFENCE_LOGIN_LOGIN_MODEL_H

#include "audit/login/pam_stack.h"
#include "audit/login/sudoers.h"

struct login_model {
	struct pam_stack su;
	struct pam_stack sshd;
	struct sudoers sudoers;
};

/* The model lives in the loader's arena; NULL only when memory is short. */
struct login_model *login_model_load(const struct loader *loader) MUST_CHECK;

/* The rule that keeps su for one group (pam_wheel, required and not its opposite); NULL: none. */
const struct pam_rule *login_su_limit(const struct login_model *model);

/* The rule that lets an empty password through in SSH logins (pam_unix nullok); NULL: none. */
const struct pam_rule *login_sshd_nullok(const struct login_model *model);

#endif
