/* SPDX-License-Identifier: Apache-2.0
 *
 * sorcery_config_internal_load of res/res_sorcery_config.c for each type, then the wizard's
 * objects. Names are found through an index per type, so the cost stays flat per object.
 */
#include "audit/asterisk/pjsip_model.h"

#include <string.h>

#include "audit/asterisk/conf_address.h"
#include "audit/asterisk/conf_index.h"
#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/pjsip_build.h"
#include "audit/base/arena.h"

/* Refusals that are told of one by one. */
#define REFUSALS_MAX 1000

struct objects {
	struct pjsip_object *items;
	size_t count;
	size_t capacity;
	struct conf_index index;
	/* Two objects of one name, or two of a type that takes one. */
	bool is_refused;
};

struct load {
	struct pjsip_build build;
	struct objects types[PJSIP_TYPE_COUNT];
	struct pjsip_refusal *refusals;
	size_t refusal_count;
	size_t refusal_capacity;
	bool is_wizard;
};

static bool refuse(struct load *load, const struct pjsip_refusal *refusal)
{
	if (load->refusal_count >= REFUSALS_MAX)
		return true;
	struct pjsip_refusal *grown =
		arena_grow(load->build.arena, load->refusals, load->refusal_count,
			   &load->refusal_capacity, sizeof(*grown));
	if (!grown)
		return false;
	load->refusals = grown;
	grown[load->refusal_count++] = *refusal;
	return true;
}

static struct pjsip_object *find(const struct objects *objects, struct slice name)
{
	if (!objects->items)
		return NULL;
	uint32_t i = conf_index_first(&objects->index, name);
	while (i != CONF_NONE && !slice_equal(objects->items[i].name, name))
		i = conf_index_next(&objects->index, name, i);
	return i == CONF_NONE ? NULL : &objects->items[i];
}

static bool is_single(enum pjsip_type type)
{
	return type == PJSIP_GLOBAL || type == PJSIP_SYSTEM;
}

static bool add_object(struct load *load, enum pjsip_type type,
		       const struct conf_category *category)
{
	struct objects *objects = &load->types[type];
	struct pjsip_object *grown = arena_grow(load->build.arena, objects->items, objects->count,
						&objects->capacity, sizeof(*grown));
	if (!grown || !conf_index_add(&objects->index, load->build.arena, category->name))
		return false;
	objects->items = grown;
	grown[objects->count++] = (struct pjsip_object){
		.name = category->name,
		.origin = category->origin,
		.category = category,
		.is_from_wizard = load->is_wizard,
	};
	return true;
}

/* Takes CATEGORY as an object of TYPE, unless the type is refused already. */
static bool take(void *context, enum pjsip_type type, const struct conf_category *category)
{
	struct load *load = context;
	struct objects *objects = &load->types[type];
	bool is_doubled = find(objects, category->name) != NULL;
	/* The wizard keeps its objects beside those of pjsip.conf, which are found first. */
	if (load->is_wizard && is_doubled)
		return true;
	if (objects->is_refused && !load->is_wizard)
		return true;
	if (is_doubled || (is_single(type) && objects->count)) {
		objects->is_refused = true;
		return refuse(load, &(struct pjsip_refusal){
					    .type = type,
					    .name = category->name,
					    .origin = category->origin,
					    .why = is_single(type) ? "a second object of this type"
								   : "a second object of this name",
					    .is_whole_type = true,
				    });
	}
	return add_object(load, type, category);
}

/* [global] and [system] are found by name too, as long as all their options are the type's. */
static enum pjsip_type explicit_type(const struct conf_category *category)
{
	enum pjsip_type type = pjsip_type_of(category->name);
	if (type == PJSIP_TYPE_COUNT || !is_single(type))
		return PJSIP_TYPE_COUNT;
	for (size_t i = 0; i < category->variable_count; i++)
		if (!pjsip_field_find(type, category->variables[i].name))
			return PJSIP_TYPE_COUNT;
	return type;
}

static bool read_sections(struct load *load)
{
	struct pjsip_model *model = load->build.model;
	for (size_t i = 0; i < model->file->category_count; i++) {
		const struct conf_category *category = &model->file->categories[i];
		if (category->is_template)
			continue;
		const struct conf_variable *line = conf_first(category, "type");
		enum pjsip_type type = line ? pjsip_type_of(line->value) : PJSIP_TYPE_COUNT;
		if (type == PJSIP_TYPE_COUNT)
			type = explicit_type(category);
		if (type != PJSIP_TYPE_COUNT) {
			if (!take(load, type, category))
				return false;
		} else if (!model->unknown_type && (!line || !pjsip_type_is_known(line->value))) {
			model->unknown_type = category;
		}
	}
	return true;
}

static bool is_wizard_section(const struct conf_category *category)
{
	/* The filter "type=^wizard$" looks for any such line. */
	for (size_t i = 0; !category->is_template && i < category->variable_count; i++)
		if (slice_find(category->variables[i].name, SLICE("type")) <
			    category->variables[i].name.size &&
		    slice_is(category->variables[i].value, "wizard"))
			return true;
	return false;
}

static bool read_wizards(struct load *load)
{
	const struct conf_file *file = load->build.model->wizard_file;
	load->is_wizard = true;
	if (file->state != FACT_PRESENT || file->is_refused)
		return true;
	for (size_t i = 0; i < file->category_count; i++)
		if (is_wizard_section(&file->categories[i]) &&
		    !pjsip_wizard_expand(&load->build, &file->categories[i], take, load))
			return false;
	return true;
}

/* Drops what Asterisk does not create. */
static bool validate(struct load *load, enum pjsip_type type)
{
	struct objects *objects = &load->types[type];
	size_t kept = 0;
	for (size_t i = 0; i < objects->count; i++) {
		struct pjsip_object *object = &objects->items[i];
		struct pjsip_refusal refusal = { .type = type, .name = object->name };
		if (objects->is_refused && !object->is_from_wizard)
			continue;
		if (pjsip_object_is_valid(&load->build, type, object->category, &refusal.why,
					  &refusal.origin))
			objects->items[kept++] = *object;
		else if (load->build.memory_failed || !refuse(load, &refusal))
			return false;
	}
	objects->count = kept;
	objects->index = (struct conf_index){ 0 };
	for (size_t i = 0; i < kept; i++)
		if (!conf_index_add(&objects->index, load->build.arena, objects->items[i].name))
			return false;
	return true;
}

static const struct conf_index *keep_index(struct load *load, enum pjsip_type type)
{
	struct conf_index *index = ARENA_NEW(load->build.arena, struct conf_index);
	if (index)
		*index = load->types[type].index;
	return index;
}

static struct slice last_value(const struct pjsip_object *object, const char *name,
			       const char *fallback)
{
	const struct conf_variable *line = conf_last(object->category, name);
	return line ? line->value : slice_of(fallback);
}

static bool last_is_true(const struct pjsip_object *object, const char *name)
{
	return conf_is_true(last_value(object, name, "no"));
}

static unsigned int identify_bits(struct slice value)
{
	static const struct {
		const char *word;
		unsigned int bit;
	} words[] = {
		{ "username", PJSIP_BY_USERNAME },
		{ "auth_username", PJSIP_BY_AUTH_USERNAME },
		{ "ip", PJSIP_BY_IP },
		{ "header", PJSIP_BY_HEADER },
	};
	unsigned int bits = 0;
	struct slice item;
	bool more = true;
	while (conf_next_field(&value, &more, &item)) {
		item = conf_strip(item);
		unsigned int bit = item.size ? PJSIP_BY_OTHER : 0;
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (slice_is_ignore_case(item, words[i].word))
				bit = words[i].bit;
		bits |= bit;
	}
	return bits;
}

static bool make_endpoints(struct load *load)
{
	const struct objects *objects = &load->types[PJSIP_ENDPOINT];
	struct pjsip_endpoint *items =
		ARENA_ARRAY(load->build.arena, objects->count, struct pjsip_endpoint);
	if (!items)
		return false;
	for (size_t i = 0; i < objects->count; i++) {
		const struct pjsip_object *object = &objects->items[i];
		items[i] = (struct pjsip_endpoint){
			.object = *object,
			.context = last_value(object, "context", "default"),
			.auth = conf_last(object->category, "auth"),
			.aors = conf_last(object->category, "aors"),
			.identify_by =
				identify_bits(last_value(object, "identify_by", "username,ip")),
		};
		if (!pjsip_read_acl(&load->build, object->category, "", &items[i].acl) ||
		    !pjsip_read_acl(&load->build, object->category, "contact_",
				    &items[i].contact_acl))
			return false;
	}
	load->build.model->endpoints = items;
	load->build.model->endpoint_count = objects->count;
	return true;
}

static bool make_auths(struct load *load)
{
	const struct objects *objects = &load->types[PJSIP_AUTH];
	struct pjsip_auth *items =
		ARENA_ARRAY(load->build.arena, objects->count, struct pjsip_auth);
	if (!items)
		return false;
	for (size_t i = 0; i < objects->count; i++) {
		const struct pjsip_object *object = &objects->items[i];
		bool is_md5 =
			slice_is_ignore_case(last_value(object, "auth_type", "userpass"), "md5");
		items[i] = (struct pjsip_auth){
			.object = *object,
			.username = last_value(object, "username", ""),
			.realm = last_value(object, "realm", ""),
			.password =
				secret_of(is_md5 ? SLICE("") : last_value(object, "password", "")),
			.md5 = secret_of(is_md5 ? last_value(object, "md5_cred", "") : SLICE("")),
			.secret_line =
				conf_last(object->category, is_md5 ? "md5_cred" : "password"),
			.type = last_value(object, "auth_type", "userpass"),
		};
	}
	load->build.model->auths = items;
	load->build.model->auth_count = objects->count;
	return true;
}

static bool make_aors(struct load *load)
{
	const struct objects *objects = &load->types[PJSIP_AOR];
	struct pjsip_aor *items = ARENA_ARRAY(load->build.arena, objects->count, struct pjsip_aor);
	if (!items)
		return false;
	for (size_t i = 0; i < objects->count; i++) {
		const struct pjsip_object *object = &objects->items[i];
		int contacts = conf_number(last_value(object, "max_contacts", "0"));
		items[i] = (struct pjsip_aor){
			.object = *object,
			.max_contacts = contacts > 0 ? (uint32_t)contacts : 0,
			.max_contacts_line = conf_last(object->category, "max_contacts"),
			.remove_existing = last_is_true(object, "remove_existing"),
			.remove_unavailable = last_is_true(object, "remove_unavailable"),
			.has_static_contact = last_value(object, "contact", "").size != 0,
		};
	}
	load->build.model->aors = items;
	load->build.model->aor_count = objects->count;
	return true;
}

static bool make_identifies(struct load *load)
{
	const struct objects *objects = &load->types[PJSIP_IDENTIFY];
	struct pjsip_identify *items =
		ARENA_ARRAY(load->build.arena, objects->count, struct pjsip_identify);
	if (!items)
		return false;
	for (size_t i = 0; i < objects->count; i++) {
		const struct pjsip_object *object = &objects->items[i];
		const struct conf_variable *header = conf_last(object->category, "match_header");
		items[i] = (struct pjsip_identify){
			.object = *object,
			.endpoint = last_value(object, "endpoint", ""),
			.header =
				header ? header : conf_last(object->category, "match_request_uri"),
		};
		if (!pjsip_read_matches(&load->build, object->category, &items[i].matches,
					&items[i].match_count))
			return false;
	}
	load->build.model->identifies = items;
	load->build.model->identify_count = objects->count;
	return true;
}

static bool make_transports(struct load *load)
{
	const struct objects *objects = &load->types[PJSIP_TRANSPORT];
	struct pjsip_transport *items =
		ARENA_ARRAY(load->build.arena, objects->count, struct pjsip_transport);
	if (!items)
		return false;
	for (size_t i = 0; i < objects->count; i++) {
		const struct pjsip_object *object = &objects->items[i];
		const struct conf_category *category = object->category;
		struct pjsip_transport *item = &items[i];
		*item = (struct pjsip_transport){
			.object = *object,
			.protocol = last_value(object, "protocol", "udp"),
			.method = conf_last(category, "method"),
			.cipher = conf_last(category, "cipher"),
			.cert_file = conf_last(category, "cert_file"),
			.priv_key_file = conf_last(category, "priv_key_file"),
			.domain = conf_last(category, "domain"),
			.verifies_server = last_is_true(object, "verify_server"),
			.verifies_client = last_is_true(object, "verify_client"),
		};
		if (!conf_parse_bind(last_value(object, "bind", ""), &item->address, &item->port))
			item->port = 0;
		if (!item->port)
			item->port = slice_is_ignore_case(item->protocol, "tls") ? 5061 : 5060;
	}
	load->build.model->transports = items;
	load->build.model->transport_count = objects->count;
	return true;
}

static bool make_acls(struct load *load)
{
	const struct objects *objects = &load->types[PJSIP_ACL];
	struct pjsip_acl *items = ARENA_ARRAY(load->build.arena, objects->count, struct pjsip_acl);
	if (!items)
		return false;
	for (size_t i = 0; i < objects->count; i++) {
		const struct pjsip_object *object = &objects->items[i];
		items[i].object = *object;
		if (!pjsip_read_acl(&load->build, object->category, "", &items[i].acl) ||
		    !pjsip_read_acl(&load->build, object->category, "contact_",
				    &items[i].contact_acl)) {
			if (load->build.memory_failed)
				return false;
			/* "Blocking ALL SIP traffic". */
			items[i].acl = (struct acl){
				.is_present = true,
				.ipv4 = address_set_empty(ADDRESS_IPV4),
				.ipv6 = address_set_all(ADDRESS_IPV6),
			};
		}
	}
	load->build.model->acls = items;
	load->build.model->acl_count = objects->count;
	return true;
}

static bool make_registrations(struct load *load)
{
	const struct objects *objects = &load->types[PJSIP_REGISTRATION];
	struct pjsip_registration *items =
		ARENA_ARRAY(load->build.arena, objects->count, struct pjsip_registration);
	if (!items)
		return false;
	for (size_t i = 0; i < objects->count; i++) {
		const struct pjsip_object *object = &objects->items[i];
		items[i] = (struct pjsip_registration){
			.object = *object,
			.server_uri = last_value(object, "server_uri", ""),
			.client_uri = last_value(object, "client_uri", ""),
			.outbound_auth = last_value(object, "outbound_auth", ""),
			.endpoint = last_value(object, "endpoint", ""),
		};
	}
	load->build.model->registrations = items;
	load->build.model->registration_count = objects->count;
	return true;
}

static const struct conf_category *single(const struct load *load, enum pjsip_type type)
{
	return load->types[type].count ? load->types[type].items[0].category : NULL;
}

/* extconfig.conf and sorcery.conf can move types to a database. */
static bool read_realtime(const struct loader *loader, const struct conf_options *options,
			  struct pjsip_model *model)
{
	static const char *const families[] = {
		"pjsip.conf",         "ps_endpoints",      "ps_auths",      "ps_aors",
		"ps_endpoint_id_ips", "ps_domain_aliases", "ps_transports",
	};
	const struct conf_file *file = conf_load(loader, options, "extconfig.conf");
	const struct conf_file *sorcery = conf_load(loader, options, "sorcery.conf");
	if (!file || !sorcery)
		return false;
	const struct conf_category *settings = conf_find_category(file, "settings");
	for (size_t i = 0; i < ARRAY_SIZE(families) && !model->realtime_line; i++)
		model->realtime_line = conf_first(settings, families[i]);
	const struct conf_category *mapping = conf_find_category(sorcery, "res_pjsip");
	for (size_t i = 0; mapping && i < mapping->variable_count && !model->realtime_line; i++)
		if (slice_starts_with(mapping->variables[i].value, "realtime"))
			model->realtime_line = &mapping->variables[i];
	model->is_realtime = model->realtime_line != NULL;
	return true;
}

const struct pjsip_model *pjsip_model_load(const struct loader *loader,
					   const struct conf_options *options,
					   const struct acl_file *acls)
{
	struct pjsip_model *model = ARENA_NEW(loader->arena, struct pjsip_model);
	const struct conf_file *file = conf_load(loader, options, "pjsip.conf");
	const struct conf_file *wizards = conf_load(loader, options, "pjsip_wizard.conf");
	if (!model || !file || !wizards || !read_realtime(loader, options, model))
		return NULL;
	model->file = file;
	model->wizard_file = wizards;
	model->acl_file = acls;
	model->asterisk_version = options->asterisk_version;
	struct load load = {
		.build = {
			.loader = loader,
			.arena = loader->arena,
			.options = options,
			.acls = acls,
			.model = model,
		},
	};
	model->is_loaded = file->state == FACT_PRESENT && !file->is_refused;
	if ((model->is_loaded && !read_sections(&load)) || !read_wizards(&load))
		return NULL;
	for (size_t type = 0; type < PJSIP_TYPE_COUNT; type++)
		/* A bad acl object blocks everything instead of being dropped. */
		if (type != PJSIP_ACL && !validate(&load, (enum pjsip_type)type))
			return NULL;
	if (!make_endpoints(&load) || !make_auths(&load) || !make_aors(&load) ||
	    !make_identifies(&load) || !make_transports(&load) || !make_acls(&load) ||
	    !make_registrations(&load))
		return NULL;
	model->endpoint_index = keep_index(&load, PJSIP_ENDPOINT);
	model->auth_index = keep_index(&load, PJSIP_AUTH);
	model->aor_index = keep_index(&load, PJSIP_AOR);
	model->global_section = single(&load, PJSIP_GLOBAL);
	model->system_section = single(&load, PJSIP_SYSTEM);
	model->refusals = load.refusals;
	model->refusal_count = load.refusal_count;
	return model;
}

/* The number of the object called NAME among COUNT items of SIZE bytes, each of which begins with
 * its struct pjsip_object; COUNT: none. */
static size_t find_object(const struct conf_index *index, const void *items, size_t count,
			  size_t size, struct slice name)
{
	if (index) {
		uint32_t i = conf_index_first(index, name);
		while (i != CONF_NONE && !slice_equal(index->names[i], name))
			i = conf_index_next(index, name, i);
		return i == CONF_NONE ? count : i;
	}
	for (size_t i = 0; i < count; i++) {
		const struct pjsip_object *object = (const void *)((const char *)items + i * size);
		if (slice_equal(object->name, name))
			return i;
	}
	return count;
}

const struct pjsip_endpoint *pjsip_find_endpoint(const struct pjsip_model *model, struct slice name)
{
	size_t i = find_object(model->endpoint_index, model->endpoints, model->endpoint_count,
			       sizeof(*model->endpoints), name);
	return i < model->endpoint_count ? &model->endpoints[i] : NULL;
}

const struct pjsip_auth *pjsip_find_auth(const struct pjsip_model *model, struct slice name)
{
	size_t i = find_object(model->auth_index, model->auths, model->auth_count,
			       sizeof(*model->auths), name);
	return i < model->auth_count ? &model->auths[i] : NULL;
}

const struct pjsip_aor *pjsip_find_aor(const struct pjsip_model *model, struct slice name)
{
	size_t i = find_object(model->aor_index, model->aors, model->aor_count,
			       sizeof(*model->aors), name);
	return i < model->aor_count ? &model->aors[i] : NULL;
}

const struct conf_variable *pjsip_global_line(const struct pjsip_model *model, const char *name)
{
	return conf_last(model->global_section, name);
}

bool pjsip_endpoint_asks(const struct pjsip_endpoint *endpoint)
{
	struct slice rest = endpoint->auth ? endpoint->auth->value : SLICE(""), item;
	bool more = true;
	while (conf_next_field(&rest, &more, &item))
		if (conf_strip(item).size)
			return true;
	return false;
}

bool pjsip_has_digests(unsigned int version)
{
	return (version >= 2012 && version < 2100) || version >= 2202;
}

const struct pjsip_identify *pjsip_next_identify(const struct pjsip_model *model,
						 const struct pjsip_endpoint *endpoint,
						 const struct pjsip_identify *after)
{
	size_t i = after ? (size_t)(after - model->identifies) + 1 : 0;
	for (; i < model->identify_count; i++)
		if (slice_equal(model->identifies[i].endpoint, endpoint->object.name))
			return &model->identifies[i];
	return NULL;
}
