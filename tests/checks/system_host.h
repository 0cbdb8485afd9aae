/* SPDX-License-Identifier: Apache-2.0
 *
 * A host from literal files and probe answers, for checks of the system itself. For tests only.
 */
#ifndef RINGFENCE_TESTS_SYSTEM_HOST_H
#define RINGFENCE_TESTS_SYSTEM_HOST_H

#include "audit/base/attributes.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
#include "checks/catalogue.h"
#include "checks/remedy.h"
#include "checks/verdict.h"
#include "tests/literal_loader.h"

#define SYSTEM_HOST_NOW INT64_C(1770000000)

struct system_host {
	struct literal_loader literal;
	struct site site;
	struct model model;
	struct verdict verdict;
	struct remedy remedy;
};

UNUSED static void system_host_init(struct system_host *host)
{
	memset(host, 0, sizeof(*host));
	literal_loader_init(&host->literal);
	host->site.now = SYSTEM_HOST_NOW;
}

UNUSED static void system_host_done(struct system_host *host)
{
	literal_loader_done(&host->literal);
}

UNUSED static void system_host_load(struct system_host *host)
{
	host->model.site = &host->site;
	host->model.host = system_model_load(&host->literal.loader, host->site.now);
	host->model.sockets = socket_model_load(&host->literal.loader);
	assert_non_null(host->model.host);
	assert_non_null(host->model.sockets);
}

/* The status of check ID over the host, whose models are loaded. A failure must come with the
 * remedy that the row promises. */
UNUSED static enum finding_status system_host_judge(struct system_host *host, const char *id)
{
	const struct check *check = catalogue_find(slice_of(id));
	assert_non_null(check);
	host->verdict = (struct verdict){ .arena = host->literal.loader.arena };
	check->evaluate(check, &host->model, &host->verdict);
	assert_false(host->verdict.memory_failed);
	enum finding_status status = verdict_status(&host->verdict);
	host->remedy = (struct remedy){ .arena = host->literal.loader.arena };
	if (status == STATUS_FAIL && check->remedy)
		check->remedy(check, &host->model, &host->verdict, &host->remedy);
	assert_false(host->remedy.memory_failed);
	return status;
}

/* Does one line of LIST hold TEXT? */
UNUSED static bool system_host_says(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strstr(list->items[i], text))
			return true;
	return false;
}

#endif
