/* SPDX-License-Identifier: Apache-2.0
 *
 * Makes a plan from a host's model, and asks the evaluator what the rules to come do, before
 * anybody runs them.
 */
#ifndef RINGFENCE_CHECKS_PLAN_BUILD_H
#define RINGFENCE_CHECKS_PLAN_BUILD_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/loader.h"
#include "audit/model/model.h"
#include "checks/plan.h"

struct result;

/* Sources that must not lose SSH: where the administrator sits. */
struct plan_keep {
	struct prefix network;
	/* "SSH_CONNECTION", "logged in as alice", "--keep" */
	const char *why;
};

struct plan_request {
	const struct model *model;
	/* What MODEL was built from. Also the arena of the plan. */
	const struct loader *loader;
	const char *host;
	const char *made;
	/* Findings: what is waived there stays open. NULL: none is. */
	const struct result *result;
	/* PLAN_DIALECTS: as the host does it. */
	enum plan_dialect dialect;
	const struct plan_keep *keeps;
	size_t keep_count;
};

/* The models of the host with the rules before and after the change. Only firewall and reach differ
 * from the request's model. */
struct plan_models {
	struct model before;
	struct model after;
};

/* Fills *RET_PLAN and *RET_MODELS; service_count 0: nothing is open to too many, and nothing
 * changes. False with *ERROR:
 *   ERROR_READ   the sockets or rules of the host are not known
 *   ERROR_INPUT  the change would cut a source of KEEPS off SSH
 *   ERROR_INTERNAL  the rules to come do not do what they should, by our own evaluator
 * and as everywhere for memory. */
bool plan_build(const struct plan_request *request, struct plan *ret_plan,
		struct plan_models *ret_models, struct error *error) MUST_CHECK;

/* The host's rules without an earlier plan of ours: plan->before, models->before. */
bool plan_rules_before(const struct plan_request *request, struct plan *plan,
		       struct plan_models *models, struct error *error) MUST_CHECK;
/* Writes the rules of PLAN's services: its texts, plan->after, and models->after. */
bool plan_rules_after(const struct plan_request *request, struct plan *plan,
		      struct plan_models *models, struct error *error) MUST_CHECK;
/* Is each exposure closed, does each audience still pass, does nothing else change, is nobody of
 * KEEPS cut off? */
bool plan_verify(const struct plan_request *request, struct plan *plan,
		 const struct plan_models *models, struct error *error) MUST_CHECK;

/* Appends a line to LIST, in ARENA. */
bool plan_say(struct text_list *list, struct arena *arena, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif
