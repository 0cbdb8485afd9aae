/* SPDX-License-Identifier: Apache-2.0
 *
 * reload_config of channels/chan_sip.c: users.conf first, then the sections of sip.conf. Entries
 * are found by name in a hash, so the cost stays flat per entry.
 */
#include "audit/asterisk/sip_model.h"

#include <string.h>

#include "audit/asterisk/conf_index.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/sip_build.h"
#include "audit/base/arena.h"

/* Sections that are dropped and told of one by one; the rest only count. */
#define DROPPED_MAX 1000
/* Most entries that room is made for before they are read; a list that grows beyond doubles. */
#define RESERVED_MAX 131072

struct load {
	struct sip_build build;
	struct sip_peer *peers;
	size_t count;
	size_t capacity;
	/* Names of peers, and whether one was dropped again. */
	struct conf_index index;
	bool *is_gone;
	size_t gone_capacity;
	struct diagnostic *dropped;
	size_t dropped_count;
	size_t dropped_capacity;
};

static bool drop(struct load *load, struct origin origin, const char *why)
{
	if (load->dropped_count >= DROPPED_MAX)
		return true;
	struct diagnostic *grown = arena_grow(load->build.arena, load->dropped, load->dropped_count,
					      &load->dropped_capacity, sizeof(*grown));
	if (!grown)
		return false;
	load->dropped = grown;
	grown[load->dropped_count++] = (struct diagnostic){
		.level = DIAGNOSTIC_ERROR,
		.origin = origin,
		.message = why,
	};
	return true;
}

/* The entry called NAME: a new one with defaults, or the one that is there already. */
static struct sip_peer *peer_for(struct load *load, const struct conf_category *category)
{
	uint32_t found = conf_index_first(&load->index, category->name);
	while (found != CONF_NONE && load->is_gone[found])
		found = conf_index_next(&load->index, category->name, found);
	if (found != CONF_NONE) {
		struct sip_peer *peer = &load->peers[found];
		peer->is_merged = true;
		peer->name = category->name;
		peer->category = category;
		peer->is_incomplete |= category->is_incomplete;
		return peer;
	}
	struct arena *arena = load->build.arena;
	struct sip_peer *peers =
		arena_grow(arena, load->peers, load->count, &load->capacity, sizeof(*peers));
	bool *is_gone = arena_grow(arena, load->is_gone, load->count, &load->gone_capacity,
				   sizeof(*is_gone));
	if (peers)
		load->peers = peers;
	if (is_gone)
		load->is_gone = is_gone;
	if (!peers || !is_gone || !conf_index_add(&load->index, arena, category->name))
		return NULL;
	is_gone[load->count] = false;
	struct sip_peer *peer = &peers[load->count++];
	*peer = (struct sip_peer){
		.name = category->name,
		.origin = category->origin,
		.category = category,
		.is_incomplete = category->is_incomplete,
	};
	sip_peer_begin(&load->build, peer);
	return peer;
}

static bool add_peer(struct load *load, const struct conf_category *general,
		     const struct conf_category *category)
{
	struct sip_peer *peer = peer_for(load, category);
	if (!peer)
		return false;
	struct sip_peer_lines lines = { .first = general, .own = category };
	const char *why = NULL;
	struct origin at = category->origin;
	if (!sip_peer_read(&load->build, peer, &lines, &why, &at)) {
		if (load->build.memory_failed)
			return false;
		load->is_gone[peer - load->peers] = true;
		return drop(load, at, why);
	}
	if (general) {
		peer->is_user = peer->is_peer = peer->is_from_users = true;
		peer->type = NULL;
	}
	return true;
}

/* Entries of users.conf with hassip, their own or that of [general]. */
static bool read_users(struct load *load)
{
	static const struct conf_category nothing;
	const struct conf_file *file = load->build.model->users_file;
	const struct conf_category *general = conf_find_category(file, "general");
	const struct conf_variable *default_line = conf_first(general, "hassip");
	bool by_default = default_line && conf_is_true(default_line->value);
	for (size_t i = 0; i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		if (category->is_template || slice_is_ignore_case(category->name, "general"))
			continue;
		const struct conf_variable *line = conf_first(category, "hassip");
		if (line ? !conf_is_true(line->value) : !by_default)
			continue;
		if (!add_peer(load, general ? general : &nothing, category))
			return false;
	}
	return true;
}

static bool is_known_type(struct slice type)
{
	return slice_is_ignore_case(type, "user") || slice_is_ignore_case(type, "peer") ||
	       slice_is_ignore_case(type, "friend");
}

/* Room for an entry a section, so that the list is not copied while it grows. Pages that no entry
 * comes to use cost nothing. */
static bool reserve_peers(struct load *load)
{
	size_t sections = load->build.model->file->category_count;
	if (!sections)
		return true;
	load->capacity = sections < RESERVED_MAX ? sections : RESERVED_MAX;
	load->peers = ARENA_ARRAY(load->build.arena, load->capacity, struct sip_peer);
	return load->peers != NULL;
}

static bool read_sections(struct load *load)
{
	const struct conf_file *file = load->build.model->file;
	for (size_t i = 0; i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		if (category->is_template || slice_is_ignore_case(category->name, "general") ||
		    slice_is_ignore_case(category->name, "authentication"))
			continue;
		const struct conf_variable *type = conf_first(category, "type");
		const char *why = !type                         ? "a section without type"
				  : !is_known_type(type->value) ? "a section of unknown type"
								: NULL;
		if (why ? !drop(load, category->origin, why) : !add_peer(load, NULL, category))
			return false;
	}
	return true;
}

/* Is the file, or are entries of it, kept in a database? */
static bool read_realtime(const struct loader *loader, const struct conf_options *options,
			  struct sip_model *model)
{
	static const char *const families[] = { "sip.conf", "sippeers", "sipusers" };
	const struct conf_file *file = conf_load(loader, options, "extconfig.conf");
	if (!file)
		return false;
	const struct conf_category *settings = conf_find_category(file, "settings");
	for (size_t i = 0; i < ARRAY_SIZE(families) && !model->is_realtime; i++) {
		model->realtime_line = conf_first(settings, families[i]);
		model->is_realtime = model->realtime_line != NULL;
	}
	return true;
}

/* asterisk.conf's systemname is the default realm. */
static bool read_system_name(const struct loader *loader, const struct conf_options *options,
			     struct sip_model *model)
{
	const struct conf_file *file = conf_load(loader, options, "asterisk.conf");
	if (!file)
		return false;
	const struct conf_variable *name =
		conf_last(conf_find_category(file, "options"), "systemname");
	if (name)
		model->general.system_name = name->value;
	return true;
}

static void keep_peers(struct load *load)
{
	size_t kept = 0;
	for (size_t i = 0; i < load->count; i++)
		if (!load->is_gone[i])
			load->peers[kept++] = load->peers[i];
	load->build.model->peers = load->peers;
	load->build.model->peer_count = kept;
	load->build.model->dropped = load->dropped;
	load->build.model->dropped_count = load->dropped_count;
}

static void refuse(struct sip_model *model, const struct conf_file *file, const char *why)
{
	model->refused = why;
	model->refused_origin = file->refused.origin;
}

const struct sip_model *sip_model_load(const struct loader *loader,
				       const struct conf_options *options,
				       const struct acl_file *acls)
{
	struct sip_model *model = ARENA_NEW(loader->arena, struct sip_model);
	const struct conf_file *file = conf_load(loader, options, "sip.conf");
	const struct conf_file *users = conf_load(loader, options, "users.conf");
	if (!model || !file || !users || !read_realtime(loader, options, model) ||
	    !read_system_name(loader, options, model))
		return NULL;
	model->file = file;
	model->users_file = users;
	model->acl_file = acls;
	model->asterisk_version = options->asterisk_version;
	struct load load = {
		.build = {
			.arena = loader->arena,
			.options = options,
			.acls = acls,
			.model = model,
		},
	};
	if (file->is_refused)
		refuse(model, file, "Asterisk calls sip.conf invalid");
	else if (users->is_refused)
		refuse(model, users, "Asterisk calls users.conf invalid");
	bool is_read = sip_general_read(&load.build);
	if (load.build.memory_failed)
		return NULL;
	if (file->state != FACT_PRESENT || model->refused || !is_read)
		return model;
	if (!reserve_peers(&load) || !read_users(&load) || !read_sections(&load))
		return NULL;
	keep_peers(&load);
	model->is_loaded = true;
	return model;
}

struct slice sip_peer_text(const struct sip_model *model, const struct sip_peer *peer,
			   enum sip_text text)
{
	if (peer->texts[text])
		return peer->texts[text]->value;
	return sip_general_text(&model->general, text);
}

static struct secret secret_text(const struct sip_peer *peer, enum sip_text text)
{
	return secret_of(peer->texts[text] ? peer->texts[text]->value : SLICE(""));
}

struct secret sip_peer_secret(const struct sip_peer *peer)
{
	return secret_text(peer, SIP_SECRET);
}

struct secret sip_peer_md5_secret(const struct sip_peer *peer)
{
	return secret_text(peer, SIP_MD5_SECRET);
}

bool sip_peer_is_open(const struct sip_peer *peer)
{
	return secret_length(sip_peer_secret(peer)) == 0 &&
	       secret_length(sip_peer_md5_secret(peer)) == 0;
}

struct slice sip_realm(const struct sip_model *model)
{
	const struct sip_general *general = &model->general;
	if (general->realm)
		return general->realm->value;
	return general->system_name.size ? general->system_name : SLICE("asterisk");
}

const struct sip_peer *sip_peer_find(const struct sip_model *model, struct slice name)
{
	for (size_t i = 0; i < model->peer_count; i++)
		if (slice_equal_ignore_case(model->peers[i].name, name))
			return &model->peers[i];
	return NULL;
}

bool sip_peer_is_static(const struct sip_peer *peer)
{
	return !peer->is_dynamic && peer->host;
}
