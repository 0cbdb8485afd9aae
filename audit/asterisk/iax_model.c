/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/iax_model.h"

#include <string.h>

#include "audit/asterisk/conf_index.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/base/arena.h"

#define IAX_PORT 4569
/* Asterisk 16 and later do not offer plain text unless auth= says so. */
#define VERSION_WITHOUT_PLAINTEXT 1600u

struct load {
	struct arena *arena;
	const struct conf_options *options;
	const struct acl_file *acls;
	struct iax_model *model;
	struct iax_entry *entries;
	size_t count;
	size_t capacity;
	struct conf_index index;
};

/* strstr for each word, case counts (get_auth_methods). */
static unsigned int auth_bits(struct slice value)
{
	unsigned int bits = 0;
	if (slice_find(value, SLICE("plaintext")) < value.size)
		bits |= IAX_PLAINTEXT;
	if (slice_find(value, SLICE("md5")) < value.size)
		bits |= IAX_MD5;
	if (slice_find(value, SLICE("rsa")) < value.size)
		bits |= IAX_RSA;
	return bits;
}

/* "aes128", or what is true. */
static bool is_encryption(struct slice value)
{
	return conf_is_true(value) || slice_find(value, SLICE("aes128")) < value.size;
}

static bool add_registration(struct load *load, size_t *capacity, const struct conf_variable *line)
{
	/* user[:secret]@host[:port] */
	struct iax_model *model = load->model;
	struct iax_registration registration = { .variable = line };
	size_t at = slice_find_byte(line->value, '@');
	struct slice left = slice_part(line->value, 0, at);
	struct slice right = slice_from(line->value, at + 1);
	size_t colon = slice_find_byte(left, ':');
	registration.user = slice_part(left, 0, colon);
	registration.secret = secret_of(slice_from(left, colon + 1));
	registration.host = slice_part(right, 0, slice_find_byte(right, ':'));
	union {
		const struct iax_registration *constant;
		struct iax_registration *mutable;
	} items = { .constant = model->registrations };
	struct iax_registration *grown = arena_grow(
		load->arena, items.mutable, model->registration_count, capacity, sizeof(*grown));
	if (!grown)
		return false;
	grown[model->registration_count++] = registration;
	model->registrations = grown;
	return true;
}

static bool read_general(struct load *load)
{
	struct iax_model *model = load->model;
	struct acl_builder optional = { .arena = load->arena };
	size_t registration_capacity = 0;
	model->general = conf_find_category(model->file, "general");
	model->port = IAX_PORT;
	for (size_t i = 0; model->general && i < model->general->variable_count; i++) {
		const struct conf_variable *line = &model->general->variables[i];
		int port = conf_number(line->value);
		if (slice_is_ignore_case(line->name, "bindport") && port > 0 && port <= UINT16_MAX)
			model->port = (uint16_t)port;
		if (slice_is_ignore_case(line->name, "auth")) {
			model->auth = auth_bits(line->value);
			model->auth_line = line;
		}
		if (slice_is_ignore_case(line->name, "forceencryption"))
			model->forces_encryption = is_encryption(line->value);
		if (slice_is_ignore_case(line->name, "delayreject")) {
			model->delays_reject = conf_is_true(line->value);
			model->delay_reject_line = line;
		}
		if (slice_is_ignore_case(line->name, "calltokenoptional"))
			(void)!acl_builder_add(&optional, ACL_PERMIT, line,
					       load->options->asterisk_version);
		if (slice_is_ignore_case(line->name, "register") &&
		    !add_registration(load, &registration_capacity, line))
			return false;
	}
	model->token_optional = optional.rules;
	model->token_optional_count = optional.rule_count;
	return !optional.memory_failed;
}

struct reading {
	struct load *load;
	struct iax_entry *entry;
	struct acl_builder acl;
};

static enum iax_call_token call_token_of(struct slice value, enum iax_call_token before)
{
	if (conf_is_false(value))
		return IAX_TOKEN_NO;
	if (slice_is_ignore_case(value, "auto"))
		return IAX_TOKEN_AUTO;
	return conf_is_true(value) ? IAX_TOKEN_YES : before;
}

static void take_line(struct reading *reading, const struct conf_variable *line)
{
	struct iax_entry *entry = reading->entry;
	struct slice name = line->name, value = line->value;
	enum acl_sense sense;
	if (acl_sense_of(name, "", &sense)) {
		/* A bad line is passed over, and nothing is dropped for it. */
		(void)!acl_builder_add(&reading->acl, sense, line,
				       reading->load->options->asterisk_version);
	} else if (slice_is_ignore_case(name, "secret")) {
		entry->secret = value.size || !entry->secret ? line : entry->secret;
	} else if (slice_is_ignore_case(name, "inkeys") || slice_is_ignore_case(name, "dbsecret")) {
		entry->keys = value.size ? line : NULL;
	} else if (slice_is_ignore_case(name, "context")) {
		entry->context = entry->context ? entry->context : line;
	} else if (slice_is_ignore_case(name, "host")) {
		entry->host = line;
		entry->is_dynamic = slice_is_ignore_case(value, "dynamic");
	} else if (slice_is_ignore_case(name, "auth")) {
		entry->auth = auth_bits(value);
		entry->auth_line = line;
	} else if (slice_is_ignore_case(name, "requirecalltoken")) {
		entry->call_token = call_token_of(value, entry->call_token);
		entry->call_token_line = line;
	} else if (slice_is_ignore_case(name, "encryption")) {
		entry->has_encryption |= is_encryption(value);
	} else if (slice_is_ignore_case(name, "forceencryption")) {
		entry->forces_encryption = is_encryption(value);
	} else if (slice_is_ignore_case(name, "maxauthreq")) {
		entry->max_auth_requests = line;
	}
}

/* Where neither the entry nor [general] says something. */
static void settle_auth(const struct load *load, struct iax_entry *entry)
{
	unsigned int version = load->options->asterisk_version;
	if (!entry->auth)
		entry->auth = load->model->auth;
	if (entry->auth)
		return;
	bool has_secret = entry->secret && entry->secret->value.size;
	if (entry->keys && !has_secret) {
		entry->auth = IAX_RSA;
		return;
	}
	entry->auth = IAX_MD5;
	if (version && version < VERSION_WITHOUT_PLAINTEXT)
		entry->auth |= IAX_PLAINTEXT;
	if (entry->keys)
		entry->auth |= IAX_RSA;
}

/* The entry called NAME, new or from a section before: names compare with case. */
static struct iax_entry *entry_for(struct load *load, const struct conf_category *category)
{
	uint32_t i = load->entries ? conf_index_first(&load->index, category->name) : CONF_NONE;
	while (i != CONF_NONE && !slice_equal(load->entries[i].name, category->name))
		i = conf_index_next(&load->index, category->name, i);
	if (i != CONF_NONE)
		return &load->entries[i];
	struct iax_entry *grown = arena_grow(load->arena, load->entries, load->count,
					     &load->capacity, sizeof(*grown));
	if (!grown || !conf_index_add(&load->index, load->arena, category->name))
		return NULL;
	load->entries = grown;
	struct iax_entry *entry = &grown[load->count++];
	*entry = (struct iax_entry){
		.name = category->name,
		.origin = category->origin,
		.category = category,
		.forces_encryption = load->model->forces_encryption,
	};
	return entry;
}

static bool read_entry(struct load *load, const struct conf_category *first,
		       const struct conf_category *own, bool is_user, bool is_peer)
{
	struct reading reading = { .load = load, .acl = { .arena = load->arena } };
	reading.entry = entry_for(load, own);
	if (!reading.entry)
		return false;
	reading.entry->is_user |= is_user;
	reading.entry->is_peer |= is_peer;
	reading.entry->is_from_users |= first != NULL;
	for (size_t i = 0; first && i < first->variable_count; i++)
		take_line(&reading, &first->variables[i]);
	for (size_t i = 0; i < own->variable_count; i++)
		take_line(&reading, &own->variables[i]);
	settle_auth(load, reading.entry);
	return !reading.acl.is_present ||
	       acl_builder_finish(&reading.acl, load->acls, &reading.entry->acl);
}

static bool read_users(struct load *load)
{
	static const struct conf_category nothing;
	const struct conf_file *file = load->model->users_file;
	const struct conf_category *general = conf_find_category(file, "general");
	const struct conf_variable *default_line = conf_first(general, "hasiax");
	bool by_default = default_line && conf_is_true(default_line->value);
	if (file->is_refused)
		return true;
	for (size_t i = 0; i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		if (category->is_template || slice_is_ignore_case(category->name, "general"))
			continue;
		const struct conf_variable *line = conf_first(category, "hasiax");
		if (line ? !conf_is_true(line->value) : !by_default)
			continue;
		if (!read_entry(load, general ? general : &nothing, category, true, true))
			return false;
	}
	return true;
}

static bool read_sections(struct load *load)
{
	const struct conf_file *file = load->model->file;
	for (size_t i = 0; i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		const struct conf_variable *type = conf_first(category, "type");
		if (category->is_template || !type ||
		    slice_is_ignore_case(category->name, "general") ||
		    slice_is_ignore_case(category->name, "callnumberlimits"))
			continue;
		bool is_friend = slice_is_ignore_case(type->value, "friend");
		bool is_user = is_friend || slice_is_ignore_case(type->value, "user");
		bool is_peer = is_friend || slice_is_ignore_case(type->value, "peer");
		if ((is_user || is_peer) && !read_entry(load, NULL, category, is_user, is_peer))
			return false;
	}
	return true;
}

const struct iax_model *iax_model_load(const struct loader *loader,
				       const struct conf_options *options,
				       const struct acl_file *acls)
{
	struct iax_model *model = ARENA_NEW(loader->arena, struct iax_model);
	const struct conf_file *file = conf_load(loader, options, "iax.conf");
	const struct conf_file *users = conf_load(loader, options, "users.conf");
	const struct conf_file *database = conf_load(loader, options, "extconfig.conf");
	if (!model || !file || !users || !database)
		return NULL;
	const struct conf_category *settings = conf_find_category(database, "settings");
	model->file = file;
	model->users_file = users;
	model->asterisk_version = options->asterisk_version;
	model->is_realtime = conf_first(settings, "iaxpeers") || conf_first(settings, "iaxusers") ||
			     conf_first(settings, "iax.conf");
	struct load load = {
		.arena = loader->arena,
		.options = options,
		.acls = acls,
		.model = model,
	};
	if (!read_general(&load))
		return NULL;
	model->is_loaded = file->state == FACT_PRESENT && !file->is_refused;
	if (model->is_loaded && (!read_users(&load) || !read_sections(&load)))
		return NULL;
	model->entries = load.entries;
	model->entry_count = load.count;
	return model;
}

bool iax_entry_is_open(const struct iax_entry *entry)
{
	return (!entry->secret || entry->secret->value.size == 0) && !entry->keys;
}

struct slice iax_entry_context(const struct iax_entry *entry)
{
	return entry->context ? entry->context->value : SLICE("default");
}
