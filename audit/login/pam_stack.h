/* SPDX-License-Identifier: Apache-2.0
 *
 * The PAM rules of one service, includes followed (pam.conf(5), pam.d(5)).
 */
#ifndef RINGFENCE_LOGIN_PAM_STACK_H
#define RINGFENCE_LOGIN_PAM_STACK_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

/* Deepest include, as Linux-PAM has it (PAM_SUBSTACK_MAX_LEVEL is 16; files include each other no
 * deeper than this anywhere). */
#define PAM_DEPTH_MAX 16
/* Most rules of a service; files that include each other in turn make more. */
#define PAM_RULES_MAX 2000

struct pam_rule {
	/* "auth", "account", "session", "password"; without the '-' that silences errors. */
	struct slice type;
	/* "required" or "[success=1 default=ignore]". */
	struct slice control;
	/* Without folder: "pam_unix.so". */
	struct slice module;
	struct slice arguments;
	struct origin origin;
};

struct pam_stack {
	/* FACT_ABSENT: no file for the service: the rules of "other" hold, which are not read. */
	enum fact_state state;
	const struct unread *unread;
	const struct pam_rule *rules;
	size_t count;
};

/* Reads the rules of SERVICE below /etc/pam.d. False when memory is short. */
bool pam_stack_load(const struct loader *loader, const char *service,
		    struct pam_stack *ret_stack) MUST_CHECK;

/* Does RULE have the argument NAME, alone or as NAME=VALUE? */
bool pam_rule_has(const struct pam_rule *rule, const char *name);

#endif
