/* SPDX-License-Identifier: Apache-2.0
 *
 * Accounts and groups of passwd(5), shadow(5), group(5). Hashes are told apart by their method and
 * never looked at further.
 */
#include "audit/kernel/system_parts.h"

/* Beyond this it is no passwd file of a telephone system. */
#define ACCOUNTS_MAX 100000

struct account_list {
	const struct loader *loader;
	struct system_account *accounts;
	size_t count;
	size_t capacity;
	struct system_group *groups;
	size_t group_count;
	size_t group_capacity;
};

static bool to_id(struct slice text, uint32_t *ret_id)
{
	uint64_t value;
	if (!slice_to_uint64(text, &value) || value > UINT32_MAX)
		return false;
	*ret_id = (uint32_t)value;
	return true;
}

static bool is_login_shell(struct slice shell)
{
	static const char *const closed[] = { "nologin", "false",    "true", "sync",
					      "halt",    "shutdown", "null" };
	struct slice name = slice_from(shell, 0);
	size_t slash = slice_find_last_byte(name, '/');
	if (slash < name.size)
		name = slice_from(name, slash + 1);
	for (size_t i = 0; i < ARRAY_SIZE(closed); i++)
		if (slice_is(name, closed[i]))
			return false;
	return true;
}

struct hash_prefix {
	const char *prefix;
	const char *method;
};

/* crypt(5); the order matters only where one prefix begins another. */
static const struct hash_prefix hash_prefixes[] = {
	{ "$1$", "md5" },
	{ "$2", "bcrypt" },
	{ "$3$", "nt" },
	{ "$5$", "sha256" },
	{ "$6$", "sha512" },
	{ "$7$", "scrypt" },
	{ "$gy$", "gost-yescrypt" },
	{ "$md5", "sunmd5" },
	{ "$sha1$", "sha1" },
	{ "$y$", "yescrypt" },
	{ "_", "bsdicrypt" },
};

/* Length of a traditional DES hash. */
#define DES_HASH_BYTES 13

static void judge_password(struct slice field, struct system_account *account)
{
	if (field.size == 0) {
		account->password = PASSWORD_EMPTY;
		return;
	}
	if (field.data[0] == '!' || field.data[0] == '*' || slice_is(field, "x")) {
		account->password = PASSWORD_LOCKED;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(hash_prefixes); i++)
		if (slice_starts_with(field, hash_prefixes[i].prefix)) {
			account->password = PASSWORD_SET;
			account->hash_method = slice_of(hash_prefixes[i].method);
			return;
		}
	/* Anything else that is no hash matches no password. */
	account->password = field.size == DES_HASH_BYTES ? PASSWORD_SET : PASSWORD_LOCKED;
	if (account->password == PASSWORD_SET)
		account->hash_method = SLICE("des");
}

/* "name:x:uid:gid:gecos:home:shell" */
static bool add_account(struct account_list *list, const struct source *source, struct slice line)
{
	struct slice rest = line, fields[7] = { SLICE("") };
	size_t count = 0;
	while (count < ARRAY_SIZE(fields) && slice_next_field(&rest, ':', &fields[count]))
		count++;
	struct system_account account = {
		.name = fields[0],
		.home = fields[5],
		.shell = slice_trim(fields[6]),
		.origin = origin_of(source, line),
	};
	/* "+name" brings in accounts of NIS, which nobody here can see. */
	if (count < 7 || account.name.size == 0 || account.name.data[0] == '+' ||
	    account.name.data[0] == '-' || list->count == ACCOUNTS_MAX ||
	    !to_id(fields[2], &account.uid) || !to_id(fields[3], &account.gid))
		return true;
	account.has_login_shell = is_login_shell(account.shell);
	if (!slice_is(fields[1], "x"))
		judge_password(fields[1], &account);
	struct system_account *accounts =
		arena_grow(list->loader->arena, list->accounts, list->count, &list->capacity,
			   sizeof(*accounts));
	if (!accounts)
		return false;
	list->accounts = accounts;
	accounts[list->count++] = account;
	return true;
}

static struct system_account *find_account(struct account_list *list, struct slice name,
					   size_t expected)
{
	/* Both files are written in the same order. */
	if (expected < list->count && slice_equal(list->accounts[expected].name, name))
		return &list->accounts[expected];
	for (size_t i = 0; i < list->count; i++)
		if (slice_equal(list->accounts[i].name, name))
			return &list->accounts[i];
	return NULL;
}

static void read_shadow(struct account_list *list, const struct source *source)
{
	struct slice rest = source->bytes, line, name, field;
	/* An account with 'x' and no line here has no password that works. */
	for (size_t i = 0; i < list->count; i++)
		if (list->accounts[i].password == PASSWORD_UNKNOWN)
			list->accounts[i].password = PASSWORD_LOCKED;
	for (size_t i = 0; slice_next_line(&rest, &line); i++) {
		struct slice at = line;
		if (!slice_next_field(&at, ':', &name) || !slice_next_field(&at, ':', &field))
			continue;
		struct system_account *account = find_account(list, name, i);
		/* Lines behind the first of a name are not looked at by getspnam(3). */
		if (!account || account->shadow_origin.source || account->hash_method.size > 0 ||
		    account->password == PASSWORD_EMPTY)
			continue;
		judge_password(field, account);
		account->shadow_origin = origin_of(source, name);
	}
}

/* "name:x:gid:member,member" */
static bool add_group(struct account_list *list, const struct source *source, struct slice line)
{
	struct slice rest = line, fields[4] = { SLICE("") }, member;
	size_t count = 0, capacity = 0;
	while (count < ARRAY_SIZE(fields) && slice_next_field(&rest, ':', &fields[count]))
		count++;
	struct system_group group = { .name = fields[0], .origin = origin_of(source, line) };
	if (count < 3 || group.name.size == 0 || list->group_count == ACCOUNTS_MAX ||
	    !to_id(fields[2], &group.gid))
		return true;
	struct slice *members = NULL;
	rest = slice_trim(fields[3]);
	while (slice_next_field(&rest, ',', &member)) {
		if (member.size == 0)
			continue;
		struct slice *grown = arena_grow(list->loader->arena, members, group.member_count,
						 &capacity, sizeof(*grown));
		if (!grown)
			return false;
		members = grown;
		members[group.member_count++] = member;
	}
	group.members = members;
	struct system_group *groups =
		arena_grow(list->loader->arena, list->groups, list->group_count,
			   &list->group_capacity, sizeof(*groups));
	if (!groups)
		return false;
	list->groups = groups;
	groups[list->group_count++] = group;
	return true;
}

bool system_accounts_load(const struct loader *loader, struct system_model *model)
{
	struct account_list list = { .loader = loader };
	const struct source *source;
	const struct unread *unread;
	struct slice rest, line;
	enum load_status status =
		loader_read(loader, "/etc/passwd", &source, &model->accounts_unread);
	model->accounts_state = system_state(status);
	rest = status == LOAD_FOUND ? source->bytes : SLICE("");
	while (slice_next_line(&rest, &line))
		if (!add_account(&list, source, line))
			return false;
	if (status == LOAD_FOUND) {
		status = loader_read(loader, "/etc/shadow", &source, &model->shadow_unread);
		model->shadow_state = system_state(status);
		if (status == LOAD_FOUND)
			read_shadow(&list, source);
	} else {
		model->shadow_state = model->accounts_state;
		model->shadow_unread = model->accounts_unread;
	}
	status = loader_read(loader, "/etc/group", &source, &unread);
	rest = status == LOAD_FOUND ? source->bytes : SLICE("");
	while (slice_next_line(&rest, &line))
		if (!add_group(&list, source, line))
			return false;
	model->accounts = list.accounts;
	model->account_count = list.count;
	model->groups = list.groups;
	model->group_count = list.group_count;
	return true;
}
