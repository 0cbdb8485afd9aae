/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/admin_access_model.h"

#include "audit/asterisk/conf_address.h"
#include "audit/asterisk/conf_fact.h"
#include "audit/asterisk/conf_index.h"
#include "audit/base/arena.h"

/* main/manager.c, main/http.c */
#define MANAGER_PORT 5038
#define MANAGER_TLS_PORT 5039
#define HTTP_PORT 8088
#define HTTPS_PORT 8089

struct reading {
	struct arena *arena;
	const struct conf_options *options;
	const struct acl_file *acls;
	struct admin_access_model *model;
	struct manager_user *users;
	size_t user_capacity;
	/* Numbers of users by name. */
	struct conf_index index;
	struct ari_user *ari_users;
	size_t ari_user_capacity;
};

/* ast_instring: a segment before a comma need only be the beginning of LABEL (strncmp with the
 * segment's length), the last one must be all of it. Blanks are not trimmed. */
static bool in_list(struct slice words, const char *label)
{
	struct slice name = slice_of(label);
	while (words.size) {
		size_t comma = slice_find_byte(words, ',');
		if (comma == words.size)
			return slice_equal(words, name);
		struct slice segment = slice_part(words, 0, comma);
		if (segment.size <= name.size &&
		    slice_equal(segment, slice_part(name, 0, segment.size)))
			return true;
		words = slice_from(words, comma + 1);
	}
	return false;
}

unsigned int manager_rights_of(struct slice words)
{
	static const char *const labels[] = {
		"system", "call", "log",       "verbose",  "command",  "agent",     "user",
		"config", "dtmf", "reporting", "cdr",      "dialplan", "originate", "agi",
		"cc",     "aoc",  "test",      "security", "message",
	};
	unsigned int rights = 0;
	for (size_t i = 0; i < ARRAY_SIZE(labels); i++)
		if (in_list(words, labels[i]))
			rights |= 1u << i;
	return in_list(words, "all") ? MANAGER_ALL : rights;
}

static const struct address any_address = { .family = ADDRESS_IPV6 };

/* The last of the lines called one of NAMES (NULL after the last). */
static const struct conf_variable *last_of(const struct conf_category *category,
					   const char *const *names)
{
	for (size_t i = category ? category->variable_count : 0; i > 0; i--)
		for (const char *const *name = names; *name; name++)
			if (slice_is_ignore_case(category->variables[i - 1].name, *name))
				return &category->variables[i - 1];
	return NULL;
}

static const char *const tls_enable[] = { "tlsenable", "sslenable", NULL };
static const char *const tls_bind[] = { "tlsbindaddr", "sslbindaddr", NULL };
static const char *const tls_certificate[] = { "tlscertfile", "sslcert", "tlscert", NULL };
static const char *const tls_key[] = { "tlsprivatekey", "sslprivatekey", NULL };
static const char *const tls_cipher[] = { "tlscipher", "sslcipher", NULL };

static struct admin_tls read_tls(const struct conf_category *general)
{
	return (struct admin_tls){
		.certificate = last_of(general, tls_certificate),
		.key = last_of(general, tls_key),
		.cipher = last_of(general, tls_cipher),
		.disable_v1 = conf_last(general, "tlsdisablev1"),
		.disable_v11 = conf_last(general, "tlsdisablev11"),
	};
}

static bool is_on(const struct conf_variable *variable)
{
	return variable && conf_is_true(variable->value);
}

/* The TLS socket: its own address, else the plain one's with the TLS port. */
static struct admin_bind tls_bind_of(const struct conf_category *general,
				     const struct admin_bind *plain, uint16_t default_port)
{
	struct admin_bind bind = *plain;
	const struct conf_variable *line = last_of(general, tls_bind);
	struct address address;
	uint16_t port = 0;
	bind.port = default_port;
	if (line && conf_parse_address(line->value, &address, &port)) {
		bind.address = address;
		bind.origin = line->origin;
		if (port && port != plain->port)
			bind.port = port;
		/* The HTTP server listens for TLS alone where only that has an address. */
		bind.is_enabled = true;
	}
	bind.is_enabled = bind.is_enabled && is_on(last_of(general, tls_enable));
	return bind;
}

static uint16_t port_of(const struct conf_variable *line, uint16_t fallback)
{
	int64_t number = 0;
	if (!line || !conf_leading_number(line->value, &number) || number < 1 ||
	    number > UINT16_MAX)
		return fallback;
	return (uint16_t)number;
}

static void read_manager_general(struct reading *reading)
{
	struct admin_access_model *model = reading->model;
	const struct conf_file *file = model->manager_file;
	const struct conf_category *general =
		file->is_refused ? NULL : conf_find_category(file, "general");
	const enum conf_pick last = CONF_PICK_LAST;
	model->manager_enabled = conf_fact_bool(file, "general", "enabled", last);
	model->web_enabled = conf_fact_bool(file, "general", "webenabled", last);
	model->auth_timeout = conf_fact_int(file, "general", "authtimeout", last, 30);
	model->auth_limit = conf_fact_int(file, "general", "authlimit", last, 50);
	const struct conf_variable *line = conf_last(general, "bindaddr");
	struct address address;
	uint16_t port;
	model->manager = (struct admin_bind){
		.is_enabled = model->manager_enabled.value,
		.address = any_address,
		.port = port_of(conf_last(general, "port"), MANAGER_PORT),
	};
	/* A bad address leaves the default: all addresses. */
	if (line && conf_parse_address(line->value, &address, &port)) {
		model->manager.address = address;
		model->manager.origin = line->origin;
	}
	model->manager_tls = tls_bind_of(general, &model->manager, MANAGER_TLS_PORT);
	model->manager_tls.is_enabled &= model->manager_enabled.value;
	model->manager_certificate = read_tls(general);
}

static struct manager_user *user_of(struct reading *reading, struct slice name)
{
	struct admin_access_model *model = reading->model;
	uint32_t known = conf_index_first(&reading->index, name);
	if (known != CONF_NONE)
		return &reading->users[known];
	struct manager_user *users = arena_grow(reading->arena, reading->users, model->user_count,
						&reading->user_capacity, sizeof(*users));
	if (!users || !conf_index_add(&reading->index, reading->arena, name))
		return NULL;
	reading->users = users;
	model->users = users;
	struct manager_user *user = &users[model->user_count++];
	*user = (struct manager_user){ .name = name };
	return user;
}

/* permit, deny and acl lines of CATEGORY. A bad line is skipped, the others count. */
static bool read_acl(struct reading *reading, const struct conf_category *category,
		     struct acl *ret_acl)
{
	struct acl_builder builder = { .arena = reading->arena };
	for (size_t i = 0; i < category->variable_count; i++) {
		enum acl_sense sense;
		if (acl_sense_of(category->variables[i].name, "", &sense) &&
		    !acl_builder_add(&builder, sense, &category->variables[i],
				     reading->options->asterisk_version))
			continue;
	}
	return acl_builder_finish(&builder, reading->acls, ret_acl);
}

static bool is_section(const struct conf_category *category)
{
	return !category->is_template && !slice_is_ignore_case(category->name, "general");
}

/* users.conf: entries with hasmanager; rights are all unless they say otherwise. */
static bool read_users_conf(struct reading *reading, const struct conf_file *file)
{
	const struct conf_category *general = conf_find_category(file, "general");
	static const char *const keys[] = { "hasmanager", "secret", "read", "write" };
	for (size_t i = 0; !file->is_refused && i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		const struct conf_variable *lines[ARRAY_SIZE(keys)];
		if (!is_section(category))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
			lines[k] = conf_first(category, keys[k]);
			if (!lines[k])
				lines[k] = conf_first(general, keys[k]);
		}
		if (!is_on(lines[0]))
			continue;
		struct manager_user *user = user_of(reading, category->name);
		if (!user)
			return false;
		user->is_from_users = true;
		user->origin = category->origin;
		user->read = lines[2] ? manager_rights_of(lines[2]->value) : MANAGER_ALL;
		user->write = lines[3] ? manager_rights_of(lines[3]->value) : MANAGER_ALL;
		if (lines[1] && lines[1]->value.size) {
			user->secret = secret_of(lines[1]->value);
			user->secret_origin = lines[1]->origin;
		}
	}
	return true;
}

/* Each section is a user; a second one of the same name changes the first, and has its ACL alone.
 */
static bool read_manager_users(struct reading *reading)
{
	const struct conf_file *file = reading->model->manager_file;
	for (size_t i = 0; !file->is_refused && i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		if (!is_section(category))
			continue;
		struct manager_user *user = user_of(reading, category->name);
		if (!user)
			return false;
		const struct conf_variable *secret = conf_last(category, "secret");
		const struct conf_variable *read = conf_last(category, "read");
		const struct conf_variable *write = conf_last(category, "write");
		user->origin = category->origin;
		if (secret) {
			user->secret = secret_of(secret->value);
			user->secret_origin = secret->origin;
		}
		if (read) {
			user->read = manager_rights_of(read->value);
			user->read_origin = read->origin;
		}
		if (write) {
			user->write = manager_rights_of(write->value);
			user->write_origin = write->origin;
		}
		if (!read_acl(reading, category, &user->acl))
			return false;
	}
	return true;
}

static void read_http(struct reading *reading)
{
	struct admin_access_model *model = reading->model;
	const struct conf_file *file = model->http_file;
	const struct conf_category *general =
		file->is_refused ? NULL : conf_find_category(file, "general");
	static const char *const static_names[] = { "enable_static", "enablestatic", NULL };
	const struct conf_variable *fixed = last_of(general, static_names);
	const enum conf_pick last = CONF_PICK_LAST;
	model->http_enabled = conf_fact_bool(file, "general", "enabled", last);
	model->http_status = conf_fact_bool(file, "general", "enable_status", last);
	model->http_static = conf_fact_bool(
		file, "general",
		fixed && slice_is_ignore_case(fixed->name, "enablestatic") ? "enablestatic"
									   : "enable_static",
		last);
	const struct conf_variable *line = conf_last(general, "bindaddr");
	struct address address;
	uint16_t port;
	/* Without a bindaddr that resolves, nothing listens. */
	if (line && conf_parse_address(line->value, &address, &port))
		model->http = (struct admin_bind){
			.is_enabled = model->http_enabled.value,
			.address = address,
			.origin = line->origin,
		};
	model->http.port = port_of(conf_last(general, "bindport"), HTTP_PORT);
	model->https = tls_bind_of(general, &model->http, HTTPS_PORT);
	model->http_certificate = read_tls(general);
}

static bool read_ari(struct reading *reading)
{
	struct admin_access_model *model = reading->model;
	const struct conf_file *file = model->ari_file;
	const enum conf_pick last = CONF_PICK_LAST;
	model->ari_enabled = conf_fact_bool(file, "general", "enabled", last);
	model->ari_origins = conf_fact_slice(file, "general", "allowed_origins", last);
	for (size_t i = 0; !file->is_refused && i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		const struct conf_variable *type = conf_last(category, "type");
		if (!is_section(category) || (type && !slice_is(type->value, "user")))
			continue;
		struct ari_user *users =
			arena_grow(reading->arena, reading->ari_users, model->ari_user_count,
				   &reading->ari_user_capacity, sizeof(*users));
		if (!users)
			return false;
		reading->ari_users = users;
		model->ari_users = users;
		const struct conf_variable *password = conf_last(category, "password");
		const struct conf_variable *format = conf_last(category, "password_format");
		struct ari_user *user = &users[model->ari_user_count++];
		*user = (struct ari_user){
			.name = category->name,
			.is_crypt = format && slice_is_ignore_case(format->value, "crypt"),
			.is_read_only = is_on(conf_last(category, "read_only")),
			.origin = category->origin,
		};
		if (password) {
			user->password = secret_of(password->value);
			user->password_origin = password->origin;
		}
		if (!read_acl(reading, category, &user->acl))
			return false;
	}
	return true;
}

const struct admin_access_model *admin_access_model_load(const struct loader *loader,
							 const struct conf_options *options,
							 const struct acl_file *acls)
{
	struct admin_access_model *model = ARENA_NEW(loader->arena, struct admin_access_model);
	const struct conf_file *users = conf_load(loader, options, "users.conf");
	if (!model || !users)
		return NULL;
	model->manager_file = conf_load(loader, options, "manager.conf");
	model->http_file = conf_load(loader, options, "http.conf");
	model->ari_file = conf_load(loader, options, "ari.conf");
	model->prometheus_file = conf_load(loader, options, "prometheus.conf");
	if (!model->manager_file || !model->http_file || !model->ari_file ||
	    !model->prometheus_file)
		return NULL;
	struct reading reading = {
		.arena = loader->arena,
		.options = options,
		.acls = acls,
		.model = model,
	};
	read_manager_general(&reading);
	read_http(&reading);
	bool has_manager = model->manager_file->state == FACT_PRESENT;
	if ((has_manager && !read_users_conf(&reading, users)) || !read_manager_users(&reading) ||
	    !read_ari(&reading))
		return NULL;
	return model;
}
