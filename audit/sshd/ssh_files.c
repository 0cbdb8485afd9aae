/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/ssh_files.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

struct looking {
	const struct loader *loader;
	const struct sshd_model *sshd;
	struct ssh_files *files;
	struct ssh_file *config;
	size_t config_capacity;
	struct ssh_host_key *host_keys;
	size_t host_key_capacity;
	struct ssh_authorized_file *authorized;
	size_t authorized_capacity;
	bool memory_failed;
};

static struct ssh_file look(struct looking *looking, struct slice path)
{
	struct ssh_file file = { .path = slice_to_string(looking->loader->arena, path) };
	if (!file.path) {
		looking->memory_failed = true;
		file.path = "";
		return file;
	}
	switch (loader_status(looking->loader, file.path, false, &file.status, &file.unread)) {
	case LOAD_FOUND:
		file.state = FACT_PRESENT;
		break;
	case LOAD_ABSENT:
		file.state = FACT_ABSENT;
		break;
	case LOAD_UNREADABLE:
		file.state = FACT_UNREADABLE;
		break;
	}
	return file;
}

static void add_config(struct looking *looking, struct slice path)
{
	for (size_t i = 0; looking->config && i < looking->files->config_count; i++)
		if (slice_is(path, looking->config[i].path))
			return;
	struct ssh_file *grown =
		arena_grow(looking->loader->arena, looking->config, looking->files->config_count,
			   &looking->config_capacity, sizeof(*grown));
	if (!grown) {
		looking->memory_failed = true;
		return;
	}
	looking->config = grown;
	grown[looking->files->config_count++] = look(looking, path);
	looking->files->config = grown;
}

static void look_at_config(struct looking *looking)
{
	const struct sshd_model *sshd = looking->sshd;
	for (size_t i = 0; i < sshd->file_count; i++) {
		struct slice path = slice_of(sshd->files[i]->source->path);
		size_t slash = slice_find_last_byte(path, '/');
		add_config(looking, path);
		if (slash < path.size && slash > 0)
			add_config(looking, slice_part(path, 0, slash));
	}
	if (sshd->drop_in_folder.data)
		add_config(looking, sshd->drop_in_folder);
}

/* The public half of the key at PATH. */
static const struct ssh_key *read_public(struct looking *looking, struct slice path)
{
	BUFFER_AUTO name = { 0 };
	const struct source *source;
	const struct unread *unread;
	const struct ssh_key *keys;
	size_t count;
	buffer_append_slice(&name, path);
	buffer_append_string(&name, ".pub");
	if (loader_read(looking->loader, buffer_string(&name), &source, &unread) != LOAD_FOUND)
		return NULL;
	if (!ssh_keys_parse(looking->loader->arena, source, &keys, &count)) {
		looking->memory_failed = true;
		return NULL;
	}
	return count ? keys : NULL;
}

static void look_at_host_keys(struct looking *looking)
{
	const struct sshd_setting *setting = sshd_get(looking->sshd->global, SSHD_HOST_KEY);
	for (size_t i = 0; i < setting->count; i++) {
		struct slice path = setting->values[i].text;
		if (!slice_starts_with(path, "/"))
			continue;
		struct ssh_host_key *grown = arena_grow(
			looking->loader->arena, looking->host_keys, looking->files->host_key_count,
			&looking->host_key_capacity, sizeof(*grown));
		if (!grown) {
			looking->memory_failed = true;
			return;
		}
		looking->host_keys = grown;
		grown[looking->files->host_key_count++] = (struct ssh_host_key){
			.file = look(looking, path),
			.key = read_public(looking, path),
			.origin = setting->values[i].origin,
		};
		looking->files->host_keys = grown;
	}
}

/* PATTERN of AuthorizedKeysFile for ACCOUNT: %h, %u, %U and %% replaced, relative to the home. */
static void expand(struct buffer *path, struct slice pattern, const struct ssh_account *account)
{
	if (!slice_starts_with(pattern, "/") && !slice_starts_with(pattern, "%h")) {
		buffer_append_slice(path, account->home);
		buffer_append_byte(path, '/');
	}
	for (size_t i = 0; i < pattern.size; i++) {
		char next = i + 1 < pattern.size ? pattern.data[i + 1] : '\0';
		if (pattern.data[i] != '%' || !next) {
			buffer_append_byte(path, pattern.data[i]);
			continue;
		}
		i++;
		switch (next) {
		case 'h':
			buffer_append_slice(path, account->home);
			break;
		case 'u':
			buffer_append_slice(path, account->name);
			break;
		case 'U':
			buffer_append_uint(path, account->uid);
			break;
		default:
			buffer_append_byte(path, next);
		}
	}
}

static void look_at_keys(struct looking *looking, const struct ssh_account *account,
			 struct slice pattern)
{
	BUFFER_AUTO path = { 0 };
	const struct source *source = NULL;
	expand(&path, pattern, account);
	struct ssh_authorized_file one = {
		.account = account->name,
		.uid = account->uid,
		.file = look(looking, buffer_slice(&path)),
	};
	if (one.file.state == FACT_ABSENT || looking->memory_failed)
		return;
	enum load_status status =
		loader_read(looking->loader, one.file.path, &source, &one.file.unread);
	if (status == LOAD_UNREADABLE)
		one.file.state = FACT_UNREADABLE;
	if (status == LOAD_FOUND &&
	    !ssh_keys_parse(looking->loader->arena, source, &one.keys, &one.key_count))
		looking->memory_failed = true;
	struct ssh_authorized_file *grown = arena_grow(
		looking->loader->arena, looking->authorized, looking->files->authorized_count,
		&looking->authorized_capacity, sizeof(*grown));
	if (!grown) {
		looking->memory_failed = true;
		return;
	}
	looking->authorized = grown;
	grown[looking->files->authorized_count++] = one;
	looking->files->authorized = grown;
}

static void look_at_accounts(struct looking *looking, const struct ssh_account *accounts,
			     size_t count)
{
	const struct sshd_setting *patterns =
		sshd_get(looking->sshd->global, SSHD_AUTHORIZED_KEYS_FILE);
	looking->files->is_cut = count > SSH_ACCOUNTS_MAX;
	for (size_t i = 0; i < count && i < SSH_ACCOUNTS_MAX; i++)
		for (size_t k = 0; k < patterns->count; k++)
			if (!slice_is(patterns->values[k].text, "none"))
				look_at_keys(looking, &accounts[i], patterns->values[k].text);
}

static void look_at_pid_file(struct looking *looking)
{
	const struct sshd_setting *setting = sshd_get(looking->sshd->global, SSHD_PID_FILE);
	struct fact_int *fact = &looking->files->last_read;
	if (!setting->text.size)
		return;
	struct ssh_file file = look(looking, setting->text);
	fact->state = file.state;
	fact->unread = file.unread;
	if (file.state == FACT_PRESENT)
		fact->value = file.status.modified;
}

struct ssh_files *ssh_files_load(const struct loader *loader, const struct sshd_model *sshd,
				 const struct ssh_account *accounts, size_t count)
{
	struct ssh_files *files = ARENA_NEW(loader->arena, struct ssh_files);
	struct looking looking = { .loader = loader, .sshd = sshd, .files = files };
	if (!files)
		return NULL;
	look_at_config(&looking);
	look_at_host_keys(&looking);
	look_at_accounts(&looking, accounts, count);
	look_at_pid_file(&looking);
	return looking.memory_failed ? NULL : files;
}
