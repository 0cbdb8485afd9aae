/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kernel/file_model.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/kernel/file_secrets.h"

/* Levels of folders below one of recordings: YEAR/MONTH/DAY/FILE, and one more. */
#define RECORDING_DEPTH_MAX 5

/* What is taken of a pattern's matches. */
enum file_wanted {
	WANTED_ALL,
	/* Files in which a password stands. */
	WANTED_SECRETS,
	/* Files with a private key in PEM form. */
	WANTED_KEYS,
};

struct file_pattern {
	enum file_role role;
	enum file_wanted wanted;
	const char *pattern;
};

/* Places that do not depend on Asterisk's settings. */
static const struct file_pattern fixed_patterns[] = {
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/etc/amportal.conf" },
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/etc/freepbx.conf" },
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/etc/elastix.conf" },
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/etc/issabel.conf" },
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/etc/odbc.ini" },
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/root/.my.cnf" },
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/home/*/.my.cnf" },
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/var/lib/asterisk/.my.cnf" },
	{ FILE_ROLE_SECRETS, WANTED_ALL, "/var/www/db/acl.db" },
	{ FILE_ROLE_KEY, WANTED_KEYS, "/etc/ssl/private/*" },
	{ FILE_ROLE_KEY, WANTED_KEYS, "/etc/pki/tls/private/*" },
	{ FILE_ROLE_KEY, WANTED_KEYS, "/etc/letsencrypt/archive/*/privkey*.pem" },
	{ FILE_ROLE_KEY, WANTED_KEYS, "/etc/httpd/conf/*.key" },
	{ FILE_ROLE_KEY, WANTED_KEYS, "/etc/nginx/ssl/*" },
	{ FILE_ROLE_PROGRAM, WANTED_ALL, "/usr/sbin/asterisk" },
	{ FILE_ROLE_PROGRAM, WANTED_ALL, "/usr/sbin/safe_asterisk" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/etc/amportal.conf?*" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/etc/freepbx.conf?*" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/etc/ssh/*key.*bak" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/root/.asterisk_history" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/root/.bash_history" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/root/.mysql_history" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/home/*/.asterisk_history" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/home/*/.bash_history" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/home/*/.mysql_history" },
	{ FILE_ROLE_COPY, WANTED_SECRETS, "/tmp/*.conf" },
	{ FILE_ROLE_COPY, WANTED_ALL, "/tmp/*.sql" },
};

/* Below the folder of Asterisk's configuration. */
static const struct file_pattern configuration_patterns[] = {
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/*.conf" },
	{ FILE_ROLE_SECRETS, WANTED_SECRETS, "/*/*.conf" },
	{ FILE_ROLE_KEY, WANTED_KEYS, "/*.pem" },
	{ FILE_ROLE_KEY, WANTED_KEYS, "/*.key" },
	{ FILE_ROLE_KEY, WANTED_KEYS, "/keys/*" },
	{ FILE_ROLE_STARTUP, WANTED_ALL, "/startup.d" },
	{ FILE_ROLE_STARTUP, WANTED_ALL, "/startup.d/*" },
	{ FILE_ROLE_COPY, WANTED_SECRETS, "/*.conf?*" },
	{ FILE_ROLE_COPY, WANTED_SECRETS, "/*~" },
	{ FILE_ROLE_COPY, WANTED_SECRETS, "/*.bak" },
	{ FILE_ROLE_COPY, WANTED_SECRETS, "/*.old" },
};

struct file_listing {
	const struct loader *loader;
	struct file_model *model;
	struct host_file *items;
	size_t capacity;
	size_t role_counts[FILE_ROLE_COUNT];
	bool memory_failed;
};

/* Do all folders above PATH let others through? A folder that can't be seen counts as closed to
 * them: whoever audits as root sees all. */
static bool is_reachable(const struct loader *loader, const char *path)
{
	char folder[4096];
	size_t size = strlen(path);
	if (size >= sizeof(folder))
		return false;
	memcpy(folder, path, size + 1);
	for (;;) {
		char *slash = strrchr(folder, '/');
		if (!slash || slash == folder)
			return true;
		*slash = '\0';
		struct file_status status;
		const struct unread *unread;
		if (loader_status(loader, folder, false, &status, &unread) != LOAD_FOUND ||
		    !(status.mode & 01))
			return false;
	}
}

static void add_file(struct file_listing *listing, enum file_role role, const char *path,
		     const struct file_status *status, struct origin origin)
{
	if (listing->role_counts[role] == FILE_MODEL_FILES_MAX) {
		listing->model->is_cut[role] = true;
		return;
	}
	for (size_t i = listing->items ? listing->model->count : 0; i > 0; i--)
		if (listing->items[i - 1].role == role &&
		    strcmp(listing->items[i - 1].path, path) == 0)
			return;
	struct host_file *items =
		arena_grow(listing->loader->arena, listing->items, listing->model->count,
			   &listing->capacity, sizeof(*items));
	char *copy = arena_copy(listing->loader->arena, path, strlen(path));
	if (!items || !copy) {
		listing->memory_failed = true;
		return;
	}
	listing->items = items;
	listing->role_counts[role]++;
	items[listing->model->count++] = (struct host_file){
		.role = role,
		.path = copy,
		.status = *status,
		.is_reachable = is_reachable(listing->loader, path),
		.origin = origin,
	};
}

/* Is what WANTED asks for in PATH? *RET_ORIGIN: where. */
static bool holds_wanted(struct file_listing *listing, enum file_role role, const char *path,
			 enum file_wanted wanted, struct origin *ret_origin)
{
	const struct source *source;
	const struct unread *unread = NULL;
	*ret_origin = ORIGIN_NONE;
	if (wanted == WANTED_ALL)
		return true;
	enum load_status status = loader_read(listing->loader, path, &source, &unread);
	if (status == LOAD_UNREADABLE)
		listing->model->unread[role] = unread;
	if (status != LOAD_FOUND)
		return false;
	if (wanted == WANTED_KEYS)
		return file_secrets_has_key(source->bytes);
	struct slice line = file_secrets_find(path, source->bytes);
	*ret_origin = origin_of(source, line);
	return line.size > 0;
}

static void look_at(struct file_listing *listing, const struct file_pattern *pattern,
		    const char *path)
{
	struct file_status status;
	const struct unread *unread = NULL;
	struct origin origin;
	switch (loader_status(listing->loader, path, false, &status, &unread)) {
	case LOAD_UNREADABLE:
		listing->model->unread[pattern->role] = unread;
		break;
	case LOAD_FOUND:
		if (status.kind != FILE_REGULAR && pattern->wanted != WANTED_ALL)
			break;
		if (holds_wanted(listing, pattern->role, path, pattern->wanted, &origin))
			add_file(listing, pattern->role, path, &status, origin);
		break;
	case LOAD_ABSENT:
		break;
	}
}

static void add_matches(struct file_listing *listing, const struct file_pattern *pattern,
			const char *folder)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%s%s", folder, pattern->pattern);
	struct path_list paths = { .count = 0 };
	const struct unread *unread = NULL;
	if (loader_glob(listing->loader, buffer_string(&text), &paths, &unread) == LOAD_UNREADABLE)
		listing->model->unread[pattern->role] = unread;
	for (size_t i = 0; i < paths.count; i++)
		look_at(listing, pattern, paths.paths[i]);
}

/* FOLDER itself and what is in it. */
static void add_folder(struct file_listing *listing, enum file_role role, struct slice folder)
{
	BUFFER_AUTO path = { 0 };
	buffer_append_slice(&path, folder);
	add_matches(listing, &(struct file_pattern){ role, WANTED_ALL, "" }, buffer_string(&path));
	add_matches(listing, &(struct file_pattern){ role, WANTED_ALL, "/*" },
		    buffer_string(&path));
}

/* Recordings lie in folders of folders: as deep as others get, and only so far. */
static void add_recordings(struct file_listing *listing, struct slice folder, const char *name)
{
	BUFFER_AUTO path = { 0 };
	buffer_append_slice(&path, folder);
	buffer_append_string(&path, name);
	struct file_pattern pattern = { FILE_ROLE_RECORDING, WANTED_ALL, "" };
	for (unsigned int i = 0; i < RECORDING_DEPTH_MAX; i++) {
		size_t before = listing->role_counts[FILE_ROLE_RECORDING];
		add_matches(listing, &pattern, buffer_string(&path));
		if (listing->role_counts[FILE_ROLE_RECORDING] == before ||
		    listing->model->is_cut[FILE_ROLE_RECORDING])
			return;
		buffer_append_string(&path, "/*");
	}
}

/* Programs that #exec lines of Asterisk's configuration run. */
static void add_executed(struct file_listing *listing, const char *configuration)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%s/*.conf", configuration);
	struct path_list paths = { .count = 0 };
	const struct unread *unread;
	(void)loader_glob(listing->loader, buffer_string(&text), &paths, &unread);
	for (size_t i = 0; i < paths.count; i++) {
		const struct source *source;
		if (loader_read(listing->loader, paths.paths[i], &source, &unread) != LOAD_FOUND)
			continue;
		struct slice rest = source->bytes, program;
		while (file_secrets_next_exec(&rest, &program)) {
			char *path = slice_to_string(listing->loader->arena, program);
			if (!path)
				listing->memory_failed = true;
			else
				look_at(listing,
					&(struct file_pattern){ FILE_ROLE_PROGRAM, WANTED_ALL, "" },
					path);
		}
	}
}

static struct slice place(struct slice given, const char *usual)
{
	return given.size > 0 ? given : slice_of(usual);
}

struct file_model *file_model_load(const struct loader *loader, const struct file_places *places)
{
	struct file_listing listing = { .loader = loader };
	listing.model = ARENA_NEW(loader->arena, struct file_model);
	if (!listing.model)
		return NULL;
	listing.model->modes_are_lost = loader->modes_are_lost;
	const char *configuration = places->configuration && places->configuration[0]
					    ? places->configuration
					    : "/etc/asterisk";
	for (size_t i = 0; i < ARRAY_SIZE(fixed_patterns); i++)
		add_matches(&listing, &fixed_patterns[i], "");
	for (size_t i = 0; i < ARRAY_SIZE(configuration_patterns); i++)
		add_matches(&listing, &configuration_patterns[i], configuration);
	add_folder(&listing, FILE_ROLE_PROGRAM,
		   place(places->modules, "/usr/lib/asterisk/modules"));
	add_folder(&listing, FILE_ROLE_PROGRAM, place(places->agi, "/var/lib/asterisk/agi-bin"));
	add_executed(&listing, configuration);
	struct slice spool = place(places->spool, "/var/spool/asterisk");
	struct slice logs = place(places->logs, "/var/log/asterisk");
	add_recordings(&listing, spool, "/monitor");
	add_recordings(&listing, spool, "/voicemail");
	add_recordings(&listing, logs, "/cdr-csv");
	BUFFER_AUTO backup = { 0 };
	buffer_append_slice(&backup, spool);
	buffer_append_string(&backup, "/backup");
	add_folder(&listing, FILE_ROLE_COPY, buffer_slice(&backup));
	listing.model->files = listing.items;
	return listing.memory_failed ? NULL : listing.model;
}

const struct host_file *file_model_find(const struct file_model *model, enum file_role role,
					const char *path)
{
	for (size_t i = 0; i < model->count; i++)
		if (model->files[i].role == role && strcmp(model->files[i].path, path) == 0)
			return &model->files[i];
	return NULL;
}
