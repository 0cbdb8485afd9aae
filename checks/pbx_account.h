/* SPDX-License-Identifier: Apache-2.0
 *
 * The account that Asterisk runs as: from the running process, else from what starts it.
 */
#ifndef RINGFENCE_CHECKS_PBX_ACCOUNT_H
#define RINGFENCE_CHECKS_PBX_ACCOUNT_H

#include <stdint.h>

#include "audit/base/fact.h"

struct model;
struct system_account;

struct pbx_account {
	/* FACT_ABSENT: nothing says it, and Asterisk stays what it was started as. */
	enum fact_state state;
	uint32_t uid;
	/* NULL when passwd has no such line. */
	const struct system_account *account;
	/* "the process", "runuser" ... */
	const char *said_by;
	struct origin origin;
};

struct pbx_account pbx_account_of(const struct model *model);

#endif
