/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/show_pjsip.h"

#include <string.h>

#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/command/json_object.h"

static const struct conf_category no_section;

/* Values that one option implies for another. */
struct implied {
	const char *field;
	/* Where this option is true ... */
	const char *when;
	/* ... this is shown. */
	const char *value;
};

static const struct implied endpoint_implied[] = {
	{ "rtcp_mux", "bundle", "true" },
	{ "bundle", "webrtc", "true" },
	{ "rtcp_mux", "webrtc", "true" },
	{ "use_avpf", "webrtc", "true" },
	{ "ice_support", "webrtc", "true" },
	{ "media_use_received_transport", "webrtc", "true" },
	{ "media_encryption", "webrtc", "dtls" },
};

static bool is_on(const struct conf_category *category, const char *name)
{
	const struct conf_variable *line = conf_last(category, name);
	return line && conf_is_true(line->value);
}

static struct slice value_of(const struct conf_category *category, const char *name)
{
	const struct conf_variable *line = conf_last(category, name);
	return line ? line->value : SLICE("");
}

static const char *implied_value(const struct conf_category *category, const char *field)
{
	for (size_t i = 0; i < ARRAY_SIZE(endpoint_implied); i++)
		if (strcmp(endpoint_implied[i].field, field) == 0 &&
		    is_on(category, endpoint_implied[i].when))
			return endpoint_implied[i].value;
	return NULL;
}

static const char *dtls_setup(const struct conf_category *category)
{
	static const char *const words[] = { "active", "passive", "actpass" };
	struct slice value = value_of(category, "dtls_setup");
	if (is_on(category, "webrtc"))
		return "actpass";
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (slice_is_ignore_case(value, words[i]))
			return words[i];
	return "active";
}

static const char *dtls_verify(const struct conf_category *category)
{
	struct slice value = value_of(category, "dtls_verify");
	if (is_on(category, "webrtc"))
		return "Yes";
	return value.size && !slice_is_ignore_case(value, "no") ? "Yes" : "No";
}

/* Options whose text no table gives. False: it is not shown. */
static bool put_other(struct json_object *object, const struct pjsip_field *field,
		      const struct conf_category *category)
{
	struct slice value = value_of(category, field->name);
	bool is_webrtc = is_on(category, "webrtc");
	if (strcmp(field->name, "dtls_setup") == 0)
		json_object_text(object, field->name, dtls_setup(category));
	else if (strcmp(field->name, "dtls_verify") == 0)
		json_object_text(object, field->name, dtls_verify(category));
	else if (strcmp(field->name, "dtls_fingerprint") == 0)
		json_object_text(object, field->name,
				 slice_is_ignore_case(value, "sha-1") ? "SHA-1" : "SHA-256");
	else if (strcmp(field->name, "dtls_auto_generate_cert") == 0)
		json_object_text(object, field->name,
				 conf_is_true(value) || (is_webrtc &&
							 !value_of(category, "dtls_cert_file").size)
					 ? "Yes"
					 : "No");
	else if (strcmp(field->name, "dtls_rekey") == 0)
		json_object_slice(object, field->name, value.size ? value : SLICE("0"));
	else if (strncmp(field->name, "dtls_", 5) == 0)
		json_object_slice(object, field->name, value);
	else if (strcmp(field->name, "callerid_privacy") == 0 && value.size == 0)
		json_object_text(object, field->name, "allowed_not_screened");
	else if (strncmp(field->name, "named_", 6) == 0 && value.size == 0)
		json_object_text(object, field->name, "");
	else
		return false;
	return true;
}

/* At least 64 times T1, which is at least 100 ms. */
static void put_timer_b(struct json_object *object, const struct conf_category *category)
{
	int t1 = value_of(category, "timer_t1").size ? conf_number(value_of(category, "timer_t1"))
						     : 500;
	int b = value_of(category, "timer_b").size ? conf_number(value_of(category, "timer_b"))
						   : 32000;
	if (t1 < 100)
		t1 = 100;
	json_object_format(object, "timer_b", "%d", b < 64 * t1 ? 64 * t1 : b);
}

/* A parameter table: only what the version of the oracle knows. */
static void put_fields(struct json_object *object, enum pjsip_type type,
		       const struct conf_category *category)
{
	size_t count;
	const struct pjsip_field *fields = pjsip_fields(type, &count);
	for (size_t i = 0; i < count; i++) {
		const struct pjsip_field *field = &fields[i];
		const char *implied =
			type == PJSIP_ENDPOINT ? implied_value(category, field->name) : NULL;
		if (field->kind == FIELD_NOTHING || field->since || !field->default_text ||
		    strcmp(field->name, "disallow") == 0 ||
		    (field->kind == FIELD_ACL && !strstr(field->name, "acl")))
			continue;
		if (implied) {
			json_object_text(object, field->name, implied);
			continue;
		}
		if (strcmp(field->name, "timer_b") == 0) {
			put_timer_b(object, category);
			continue;
		}
		if (field->kind == FIELD_OTHER) {
			(void)put_other(object, field, category);
			continue;
		}
		BUFFER_AUTO text = { 0 };
		/* Asterisk prints the one for the other. */
		pjsip_field_format(strcmp(field->name, "direct_media_method") == 0
					   ? pjsip_field_find(type, SLICE("connected_line_method"))
					   : field,
				   category, &text);
		json_object_slice(object, field->name, conf_strip(buffer_slice(&text)));
		object->out->failed |= buffer_failed(&text);
	}
}

static void put_bind(struct json_object *object, const struct pjsip_transport *transport)
{
	BUFFER_AUTO address = { 0 };
	address_format(transport->address, &address);
	json_object_format(object, "bind",
			   transport->address.family == ADDRESS_IPV6 ? "[%s]:%u" : "%s:%u",
			   buffer_string(&address), transport->port);
}

static void append_match(const struct pjsip_match *match, struct buffer *out)
{
	struct prefix network = match->network;
	struct address mask = { .family = network.address.family };
	bool has_brackets = match->port && mask.family == ADDRESS_IPV6;
	memset(mask.bytes, 0xff, address_bits(mask.family) / 8);
	if (has_brackets)
		buffer_append_byte(out, '[');
	address_format(network.address, out);
	if (has_brackets)
		buffer_append_byte(out, ']');
	if (match->port)
		buffer_format(out, ":%u", match->port);
	buffer_append_byte(out, '/');
	address_format(prefix_make(mask, network.length).address, out);
}

/* A line each, which the oracle joins by unit separators. Names are not looked up. */
static void put_matches(struct json_object *object, const struct pjsip_identify *identify)
{
	BUFFER_AUTO text = { 0 };
	for (size_t i = 0; i < identify->match_count; i++) {
		if (identify->matches[i].kind != PJSIP_MATCH_NETWORK)
			return;
		if (i)
			buffer_append_byte(&text, '\x1f');
		append_match(&identify->matches[i], &text);
	}
	json_object_slice(object, "match", buffer_slice(&text));
	object->out->failed |= buffer_failed(&text);
}

/* The AMI names of auths and aors: "max_contacts" is MaxContacts. */
static void put_ami_fields(struct json_object *object, enum pjsip_type type,
			   const struct conf_category *category)
{
	size_t count;
	const struct pjsip_field *fields = pjsip_fields(type, &count);
	json_object_text(object, "ObjectType", pjsip_type_name(type));
	for (size_t i = 0; i < count; i++) {
		const struct pjsip_field *field = &fields[i];
		if (field->kind == FIELD_NOTHING || field->kind == FIELD_OTHER || field->since)
			continue;
		BUFFER_AUTO name = { 0 };
		BUFFER_AUTO text = { 0 };
		bool begins_word = true;
		for (const char *at = field->name; *at; at++) {
			if (*at == '_') {
				begins_word = true;
				continue;
			}
			bool is_lower = byte_is_lower((unsigned char)*at);
			buffer_append_byte(&name, begins_word && is_lower ? (char)(*at - 32) : *at);
			begins_word = false;
		}
		pjsip_field_format(field, category, &text);
		json_object_slice(object, buffer_string(&name), buffer_slice(&text));
		object->out->failed |= buffer_failed(&text) || buffer_failed(&name);
	}
}

struct list {
	struct json_object *root;
	bool has_any;
};

static struct list begin_list(struct json_object *root, const char *key)
{
	json_object_key(root, key);
	buffer_append_byte(root->out, '{');
	return (struct list){ .root = root };
}

static struct json_object begin_item(struct list *list, struct slice name)
{
	buffer_append_string(list->root->out, list->has_any ? ",\n" : "\n");
	list->has_any = true;
	json_text_append(list->root->out, name);
	buffer_append_string(list->root->out, ": ");
	return json_object_begin(list->root->out);
}

static void put_endpoints(const struct pjsip_model *model, struct json_object *root)
{
	struct list list = begin_list(root, "endpoints");
	for (size_t i = 0; i < model->endpoint_count; i++) {
		const struct pjsip_object *object = &model->endpoints[i].object;
		struct json_object item = begin_item(&list, object->name);
		put_fields(&item, PJSIP_ENDPOINT, object->category);
		json_object_end(&item);
	}
	buffer_append_byte(root->out, '}');
}

static void put_auths(const struct pjsip_model *model, struct json_object *root)
{
	struct list list = begin_list(root, "auths");
	for (size_t i = 0; i < model->auth_count; i++) {
		const struct pjsip_object *object = &model->auths[i].object;
		struct json_object item = begin_item(&list, object->name);
		json_object_slice(&item, "ObjectName", object->name);
		put_ami_fields(&item, PJSIP_AUTH, object->category);
		json_object_end(&item);
	}
	buffer_append_byte(root->out, '}');
}

static void put_aors(const struct pjsip_model *model, struct json_object *root)
{
	struct list list = begin_list(root, "aors");
	for (size_t i = 0; i < model->aor_count; i++) {
		const struct pjsip_object *object = &model->aors[i].object;
		struct json_object item = begin_item(&list, object->name);
		json_object_slice(&item, "ObjectName", object->name);
		put_ami_fields(&item, PJSIP_AOR, object->category);
		json_object_end(&item);
	}
	buffer_append_byte(root->out, '}');
}

static void put_transports(const struct pjsip_model *model, struct json_object *root)
{
	struct list list = begin_list(root, "transports");
	for (size_t i = 0; i < model->transport_count; i++) {
		const struct pjsip_object *object = &model->transports[i].object;
		struct json_object item = begin_item(&list, object->name);
		put_bind(&item, &model->transports[i]);
		put_fields(&item, PJSIP_TRANSPORT, object->category);
		json_object_end(&item);
	}
	buffer_append_byte(root->out, '}');
}

static void put_identifies(const struct pjsip_model *model, struct json_object *root)
{
	struct list list = begin_list(root, "identifies");
	for (size_t i = 0; i < model->identify_count; i++) {
		const struct pjsip_object *object = &model->identifies[i].object;
		struct json_object item = begin_item(&list, object->name);
		put_matches(&item, &model->identifies[i]);
		put_fields(&item, PJSIP_IDENTIFY, object->category);
		json_object_end(&item);
	}
	buffer_append_byte(root->out, '}');
}

void show_pjsip(const struct pjsip_model *model, struct json_object *root)
{
	put_endpoints(model, root);
	put_auths(model, root);
	put_aors(model, root);
	put_transports(model, root);
	put_identifies(model, root);
	json_object_key(root, "settings");
	struct json_object settings = json_object_begin(root->out);
	put_fields(&settings, PJSIP_GLOBAL,
		   model->global_section ? model->global_section : &no_section);
	put_fields(&settings, PJSIP_SYSTEM,
		   model->system_section ? model->system_section : &no_section);
	json_object_end(&settings);
}
