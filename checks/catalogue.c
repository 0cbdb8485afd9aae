/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/catalogue.h"

#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/base/attributes.h"

/* The order of reports. */
static const struct check_group groups[] = {
	{ "SSH", "Secure Shell" },
	{ "ACC", "Accounts" },
	{ "SEC", "Secrets" },
	{ "SIP", "SIP accounts (chan_sip)" },
	{ "PJSIP", "SIP accounts (PJSIP)" },
	{ "IAX", "IAX2" },
	{ "DIAL", "Dialplan and voicemail" },
	{ "AMI", "Asterisk manager interface" },
	{ "HTTP", "Asterisk's HTTP server and ARI" },
	{ "WEB", "Web GUI" },
	{ "FW", "Firewall" },
	{ "NET", "Open ports" },
	{ "SVC", "Services" },
	{ "KRN", "Kernel settings" },
	{ "DOS", "Floods and exhaustion" },
	{ "F2B", "fail2ban" },
	{ "LOG", "Logs and activity" },
	{ "FILE", "Files" },
	{ "TLS", "TLS and certificates" },
	{ "RTP", "Media" },
	{ "MOD", "Modules" },
	{ "VER", "Versions" },
};

/* Every list of checks, one line each; the order does not matter. */
/* clang-format off */
#define CHECK_LISTS(LIST) \
	LIST(account_checks) \
	LIST(admin_access_checks) \
	LIST(call_cap_checks) \
	LIST(dialplan_checks) \
	LIST(dialplan_feature_checks) \
	LIST(dialplan_input_checks) \
	LIST(dialplan_service_checks) \
	LIST(dialplan_setting_checks) \
	LIST(exhaustion_checks) \
	LIST(fail2ban_asterisk_checks) \
	LIST(fail2ban_ban_checks) \
	LIST(fail2ban_checks) \
	LIST(file_checks) \
	LIST(firewall_boot_checks) \
	LIST(firewall_exposure_checks) \
	LIST(firewall_flood_checks) \
	LIST(firewall_rule_checks) \
	LIST(http_checks) \
	LIST(iax_checks) \
	LIST(kernel_checks) \
	LIST(kernel_network_checks) \
	LIST(log_call_checks) \
	LIST(log_checks) \
	LIST(media_checks) \
	LIST(module_checks) \
	LIST(module_load_checks) \
	LIST(network_checks) \
	LIST(configured_port_checks) \
	LIST(originate_checks) \
	LIST(outside_checks) \
	LIST(pjsip_checks) \
	LIST(pjsip_setting_checks) \
	LIST(run_user_checks) \
	LIST(secret_checks) \
	LIST(secret_place_checks) \
	LIST(service_checks) \
	LIST(sip_account_checks) \
	LIST(sip_context_checks) \
	LIST(sip_transport_checks) \
	LIST(ssh_crypto_checks) \
	LIST(ssh_limit_checks) \
	LIST(ssh_login_checks) \
	LIST(ssh_trust_checks) \
	LIST(tls_certificate_checks) \
	LIST(tls_protocol_checks) \
	LIST(tls_signalling_checks) \
	LIST(version_checks) \
	LIST(version_system_checks) \
	LIST(web_checks) \
	LIST(web_intrusion_checks)
/* clang-format on */

#define DECLARE_LIST(name) extern const struct check_list name;
CHECK_LISTS(DECLARE_LIST)

#define LIST_ADDRESS(name) &name,
/* NULL after the last. */
static const struct check_list *const lists[] = { CHECK_LISTS(LIST_ADDRESS) NULL };

const struct check_group *catalogue_groups(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(groups);
	return groups;
}

static size_t group_index(const struct check *check)
{
	struct slice id = slice_of(check->id);
	struct slice name = slice_part(id, 0, slice_find_byte(id, '-'));
	size_t index = 0;
	while (index < ARRAY_SIZE(groups) && !slice_is(name, groups[index].id))
		index++;
	return index;
}

const struct check_group *catalogue_group_of(const struct check *check)
{
	size_t index = group_index(check);
	return index < ARRAY_SIZE(groups) ? &groups[index] : NULL;
}

static int compare_checks(const void *a, const void *b)
{
	const struct check *first = *(const struct check *const *)a;
	const struct check *second = *(const struct check *const *)b;
	size_t first_group = group_index(first), second_group = group_index(second);
	if (first_group != second_group)
		return first_group < second_group ? -1 : 1;
	return slice_compare(slice_of(first->id), slice_of(second->id));
}

const struct check *const *catalogue_checks(struct arena *arena, size_t *ret_count)
{
	size_t count = 0;
	for (const struct check_list *const *list = lists; *list; list++)
		count += (*list)->count;
	const struct check **checks =
		arena_allocate_array(arena, count, sizeof(const struct check *));
	if (!checks)
		return NULL;
	size_t filled = 0;
	for (const struct check_list *const *list = lists; *list; list++)
		for (size_t i = 0; i < (*list)->count; i++)
			checks[filled++] = &(*list)->checks[i];
	qsort(checks, count, sizeof(*checks), compare_checks);
	*ret_count = count;
	return checks;
}

const struct check *catalogue_find(struct slice id)
{
	for (const struct check_list *const *list = lists; *list; list++)
		for (size_t i = 0; i < (*list)->count; i++)
			if (slice_is_ignore_case(id, (*list)->checks[i].id))
				return &(*list)->checks[i];
	return NULL;
}

/* Ids are short and hold no byte that a glob means, so upper-casing both sides is enough. */
static bool glob_matches_id(struct slice glob, const char *id)
{
	char upper[64];
	glob = slice_trim(glob);
	if (glob.size == 0 || glob.size > sizeof(upper))
		return false;
	for (size_t i = 0; i < glob.size; i++) {
		unsigned char byte = (unsigned char)glob.data[i];
		upper[i] = (char)(byte_is_lower(byte) ? byte - 32 : byte);
	}
	return slice_glob((struct slice){ .data = upper, .size = glob.size }, slice_of(id));
}

bool catalogue_id_matches(const char *id, struct slice globs)
{
	struct slice glob;
	while (slice_next_field(&globs, ',', &glob))
		if (glob_matches_id(glob, id))
			return true;
	return false;
}

bool catalogue_globs_are_known(struct slice globs, struct error *error)
{
	struct slice glob;
	while (slice_next_field(&globs, ',', &glob)) {
		bool known = false;
		for (const struct check_list *const *list = lists; *list && !known; list++)
			for (size_t i = 0; i < (*list)->count && !known; i++)
				known = glob_matches_id(glob, (*list)->checks[i].id);
		if (!known) {
			error_set(error, ERROR_USAGE, "no check is called \"%.*s\"",
				  SLICE_ARG(glob));
			error_advise(error, "`ringfence checks` lists them");
			return false;
		}
	}
	return true;
}
