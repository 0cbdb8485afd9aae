/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_access.h"

static bool matches_user(const struct sshd_setting *list, const struct sshd_user *user,
			 const struct sshd_place *place, struct origin *ret_where)
{
	for (size_t i = 0; i < list->count; i++)
		if (sshd_match_user(user->name, place->connection->host, place->connection->address,
				    list->values[i].text) == SSHD_MATCH_YES) {
			*ret_where = list->values[i].origin;
			return true;
		}
	return false;
}

/* Groups are matched word by word, without lists inside a word (ga_match). */
static bool matches_group(const struct sshd_setting *list, const struct sshd_user *user,
			  struct origin *ret_where)
{
	for (size_t i = 0; i < list->count; i++)
		for (size_t k = 0; k < user->group_count; k++)
			if (slice_glob(list->values[i].text, user->groups[k])) {
				*ret_where = list->values[i].origin;
				return true;
			}
	return false;
}

bool sshd_lists_admit(const struct sshd_user *user, const struct sshd_place *place,
		      struct origin *ret_why, const char **ret_by)
{
	const struct sshd_options *options = place->options;
	const struct sshd_setting *allow_users = sshd_get(options, SSHD_ALLOW_USERS);
	const struct sshd_setting *allow_groups = sshd_get(options, SSHD_ALLOW_GROUPS);
	struct origin where = ORIGIN_NONE;
	const char *by = NULL;
	if (matches_user(sshd_get(options, SSHD_DENY_USERS), user, place, &where)) {
		by = "DenyUsers";
	} else if (allow_users->count && !matches_user(allow_users, user, place, &where)) {
		by = "AllowUsers";
		where = allow_users->origin;
	} else if (matches_group(sshd_get(options, SSHD_DENY_GROUPS), user, &where)) {
		by = "DenyGroups";
	} else if (allow_groups->count && !matches_group(allow_groups, user, &where)) {
		by = "AllowGroups";
		where = allow_groups->origin;
	}
	if (by && ret_why)
		*ret_why = where;
	if (by && ret_by)
		*ret_by = by;
	return !by;
}

bool sshd_has_allow_list(const struct sshd_options *options)
{
	return sshd_get(options, SSHD_ALLOW_USERS)->count ||
	       sshd_get(options, SSHD_ALLOW_GROUPS)->count;
}

unsigned int sshd_enabled_methods(const struct sshd_options *options)
{
	unsigned int methods = 0;
	if (sshd_flag(options, SSHD_PUBKEY_AUTHENTICATION))
		methods |= SSHD_BY_KEY;
	if (sshd_flag(options, SSHD_PASSWORD_AUTHENTICATION))
		methods |= SSHD_BY_PASSWORD;
	/* Without PAM nobody stands behind the keyboard on Linux. */
	if (sshd_flag(options, SSHD_KBD_INTERACTIVE_AUTHENTICATION) &&
	    sshd_flag(options, SSHD_USE_PAM))
		methods |= SSHD_BY_KEYBOARD;
	if (sshd_flag(options, SSHD_HOSTBASED_AUTHENTICATION))
		methods |= SSHD_BY_HOST;
	if (sshd_flag(options, SSHD_GSSAPI_AUTHENTICATION) ||
	    sshd_flag(options, SSHD_GSSAPI_KEY_EXCHANGE))
		methods |= SSHD_BY_GSSAPI;
	return methods;
}

static unsigned int method_bit(struct slice name)
{
	static const struct {
		const char *name;
		unsigned int bit;
	} names[] = {
		{ "publickey", SSHD_BY_KEY },
		{ "password", SSHD_BY_PASSWORD },
		{ "keyboard-interactive", SSHD_BY_KEYBOARD },
		{ "hostbased", SSHD_BY_HOST },
		{ "gssapi-with-mic", SSHD_BY_GSSAPI },
		{ "gssapi-keyex", SSHD_BY_GSSAPI },
	};
	name = slice_part(name, 0, slice_find_byte(name, ':'));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_is(name, names[i].name))
			return names[i].bit;
	return 0;
}

/* Narrows what is switched on by AuthenticationMethods: a list of one method lets in by it alone; a
 * longer one wants all. */
static void apply_method_lists(const struct sshd_options *options, struct sshd_access *access)
{
	const struct sshd_setting *lists = sshd_get(options, SSHD_AUTHENTICATION_METHODS);
	unsigned int enabled = access->methods, alone = 0;
	if (!lists->count)
		return;
	for (size_t i = 0; i < lists->count; i++) {
		struct slice rest = lists->values[i].text, name;
		unsigned int bits = 0, steps = 0;
		bool possible = true;
		if (slice_is(rest, "any"))
			return;
		while (slice_next_field(&rest, ',', &name)) {
			unsigned int bit = method_bit(name);
			possible = possible && (bit & enabled);
			bits |= bit;
			steps++;
		}
		if (!possible)
			continue;
		if (steps == 1)
			alone |= bits;
		else if (!access->combined)
			access->combined = bits;
	}
	access->methods = alone;
	access->why = lists->origin;
	access->by = "AuthenticationMethods";
}

/* What PermitRootLogin leaves of the methods (auth_root_allowed in auth.c). */
static void apply_root_login(const struct sshd_options *options, struct sshd_access *access)
{
	const unsigned int without_password = SSHD_BY_KEY | SSHD_BY_HOST | SSHD_BY_GSSAPI;
	int64_t login = sshd_number(options, SSHD_PERMIT_ROOT_LOGIN);
	if (login == SSHD_ROOT_YES)
		return;
	access->why = sshd_origin(options, SSHD_PERMIT_ROOT_LOGIN);
	access->by = "PermitRootLogin";
	if (login == SSHD_ROOT_NO) {
		access->methods = access->combined = 0;
		return;
	}
	/* One step that is no password suffices, wherever it stands. */
	access->methods &= without_password;
	if (!(access->combined & without_password))
		access->combined = 0;
	access->forced_commands_only = login == SSHD_ROOT_FORCED_COMMANDS;
	if (access->forced_commands_only)
		access->methods &= SSHD_BY_KEY;
}

struct sshd_access sshd_access_at(const struct sshd_user *user, const struct sshd_place *place)
{
	struct sshd_access access = { .by = "", .why = ORIGIN_NONE };
	if (sshd_flag(place->options, SSHD_REFUSE_CONNECTION)) {
		access.by = "RefuseConnection";
		access.why = sshd_origin(place->options, SSHD_REFUSE_CONNECTION);
		return access;
	}
	if (!sshd_lists_admit(user, place, &access.why, &access.by))
		return access;
	access.methods = sshd_enabled_methods(place->options);
	apply_method_lists(place->options, &access);
	if (user->is_root)
		apply_root_login(place->options, &access);
	access.is_admitted = access.methods || access.combined;
	return access;
}
