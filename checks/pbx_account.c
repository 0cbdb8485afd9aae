/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/pbx_account.h"

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"

static struct pbx_account by_name(const struct model *model, struct slice name, const char *said_by,
				  struct origin origin)
{
	struct pbx_account result = {
		.state = FACT_PRESENT,
		.account = system_find_account(model->host, name),
		.said_by = said_by,
		.origin = origin,
	};
	uint64_t number;
	if (result.account)
		result.uid = result.account->uid;
	else if (slice_to_uint64(name, &number) && number < UINT32_MAX)
		result.uid = (uint32_t)number;
	else if (!slice_is(name, "root"))
		/* Some account that is not in passwd (LDAP): not root at least. */
		result.uid = UINT32_MAX;
	return result;
}

/* The word behind -U in a command line of Asterisk. */
static bool user_option(struct slice command, struct slice *ret_user)
{
	struct slice word;
	while (slice_next_word(&command, &word)) {
		if (slice_is(word, "-U"))
			return slice_next_word(&command, ret_user);
		if (slice_starts_with(word, "-U")) {
			*ret_user = slice_from(word, 2);
			return true;
		}
	}
	return false;
}

struct pbx_account pbx_account_of(const struct model *model)
{
	const struct system_model *host = model->host;
	const struct system_process *process = system_find_process(host, "asterisk");
	if (process)
		return (struct pbx_account){
			.state = FACT_PRESENT,
			.uid = process->uid,
			.account = system_find_account_id(host, process->uid),
			.said_by = "the running process",
			.origin = process->origin,
		};
	const struct asterisk_settings *settings =
		model->asterisk ? model->asterisk->settings : NULL;
	const struct unit_setting *start =
		unit_settings_find(&host->pbx_unit, "Service", "ExecStart");
	const struct unit_setting *user = unit_settings_find(&host->pbx_unit, "Service", "User");
	struct slice name;
	/* -U beats runuser (main/asterisk.c); User= makes both of no use. */
	if (user)
		return by_name(model, user->value, "User= of its unit", user->origin);
	if (start && user_option(start->value, &name))
		return by_name(model, name, "-U in its unit", start->origin);
	if (host->pbx_start_user.state == FACT_PRESENT)
		return by_name(model, host->pbx_start_user.value, "AST_USER",
			       host->pbx_start_user.origin);
	if (settings && settings->run_user.state == FACT_PRESENT)
		return by_name(model, settings->run_user.value, "runuser",
			       settings->run_user.origin);
	return (struct pbx_account){ .state = host->processes_state == FACT_PRESENT ||
							      host->pbx_unit.state == FACT_PRESENT
						      ? FACT_ABSENT
						      : FACT_UNREADABLE };
}
