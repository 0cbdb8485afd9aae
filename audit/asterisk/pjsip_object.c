/* SPDX-License-Identifier: Apache-2.0
 *
 * What makes Asterisk drop an object: an option that the type does not have, a value that its
 * handler does not take, or what the type's apply function misses at the end.
 */
#include <string.h>

#include "audit/asterisk/conf_address.h"
#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/pjsip_build.h"
#include "audit/base/arena.h"

#define MD5_TEXT_BYTES 32
#define SESSION_MINIMUM_S 90

struct check {
	struct pjsip_build *build;
	const struct conf_category *category;
	const char *why;
};

static struct slice last_value(const struct conf_category *category, const char *name)
{
	const struct conf_variable *line = conf_last(category, name);
	return line ? line->value : SLICE("");
}

bool pjsip_read_acl(struct pjsip_build *build, const struct conf_category *category,
		    const char *prefix, struct acl *ret_acl)
{
	struct acl_builder builder = { .arena = build->arena };
	for (size_t i = 0; i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		enum acl_sense sense;
		if (!acl_sense_of(line->name, prefix, &sense) || line->value.size == 0)
			continue;
		if (!acl_builder_add(&builder, sense, line, build->options->asterisk_version)) {
			build->memory_failed |= builder.memory_failed;
			return false;
		}
	}
	if (!builder.is_present)
		return true;
	if (!acl_builder_finish(&builder, build->acls, ret_acl)) {
		build->memory_failed = true;
		return false;
	}
	return true;
}

/* The host of "host", "host:port", "[host]:port": a text with several colons outside brackets has
 * no port (ast_sockaddr_split_hostport of main/netsock2.c). */
static struct slice host_of(struct slice text)
{
	size_t colon = slice_find_byte(text, ':');
	if (text.size && text.data[0] == '[')
		return slice_part(text, 1, slice_find_byte(text, ']') - 1);
	return colon == slice_find_last_byte(text, ':') ? slice_part(text, 0, colon) : text;
}

/* Could a name server know it? What it could not, drops the whole identify. */
static bool is_host_name(struct slice text)
{
	text = host_of(text);
	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (!byte_is_alpha(byte) && !byte_is_digit(byte) && byte != '-' && byte != '.' &&
		    byte != '_')
			return false;
	}
	return text.size > 0;
}

/* "address[:port][/mask]", or a name to be looked up. */
static bool read_match(struct slice item, const struct conf_variable *line,
		       struct pjsip_match *ret_match)
{
	struct pjsip_match match = { .text = item, .variable = line };
	/* The first: what follows the mask's number is passed over (append_ha_core of main/acl.c).
	 */
	size_t slash = slice_find_byte(item, '/');
	struct address address;
	if (slash == item.size && !conf_parse_address(item, &address, &match.port)) {
		match.kind = PJSIP_MATCH_HOST;
		*ret_match = match;
		return is_host_name(item);
	}
	if (slash == item.size) {
		address = address_unmap(address);
		match.network = prefix_make(address, address_bits(address.family));
		*ret_match = match;
		return true;
	}
	if (!conf_parse_address(slice_part(item, 0, slash), &address, &match.port))
		return false;
	address = address_unmap(address);
	unsigned int length;
	bool has_holes;
	if (!acl_parse_mask(slice_from(item, slash + 1), address.family, &length, &has_holes))
		return false;
	match.network = prefix_make(address, length);
	*ret_match = match;
	return true;
}

bool pjsip_read_matches(struct pjsip_build *build, const struct conf_category *category,
			const struct pjsip_match **ret_matches, size_t *ret_count)
{
	struct pjsip_match *matches = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		if (!slice_is_ignore_case(line->name, "match"))
			continue;
		struct slice rest = line->value, item;
		bool more = true;
		while (conf_next_field(&rest, &more, &item)) {
			item = conf_strip(item);
			if (item.size == 0)
				continue;
			struct pjsip_match *grown =
				arena_grow(build->arena, matches, count, &capacity, sizeof(*grown));
			if (!grown) {
				build->memory_failed = true;
				return false;
			}
			matches = grown;
			if (!read_match(item, line, &grown[count]))
				return false;
			count++;
		}
	}
	*ret_matches = matches;
	*ret_count = count;
	return true;
}

/* A file that an option names and that is not there. */
static bool file_is_absent(const struct check *check, struct slice value)
{
	struct file_status status;
	const struct unread *unread;
	char *path = slice_to_string(check->build->arena, value);
	return path && value.size &&
	       loader_status(check->build->loader, path, false, &status, &unread) == LOAD_ABSENT;
}

static bool names_file(struct slice name)
{
	static const char *const options[] = {
		"ca_list_file",   "ca_list_path",     "cert_file",    "priv_key_file",
		"dtls_cert_file", "dtls_private_key", "dtls_ca_file", "dtls_ca_path",
	};
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (slice_is_ignore_case(name, options[i]))
			return true;
	return false;
}

static bool is_sip_uri(struct slice uri)
{
	return slice_is_ignore_case(slice_part(uri, 0, 4), "sip:") ||
	       slice_is_ignore_case(slice_part(uri, 0, 5), "sips:");
}

static bool contacts_are_uris(struct slice value)
{
	struct slice item;
	bool more = true;
	while (conf_next_field(&value, &more, &item)) {
		item = conf_strip(item);
		if (item.size && !is_sip_uri(item))
			return false;
	}
	return true;
}

static bool is_one_of(struct slice value, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_is_ignore_case(value, words[i]))
			return true;
	return false;
}

/* Numbers with a range (PARSE_IN_RANGE). */
static bool number_is_in_range(struct slice name, struct slice value)
{
	static const struct {
		const char *name;
		int64_t least;
		int64_t most;
	} ranges[] = {
		{ "qualify_frequency", 0, 86400 },
		{ "external_signaling_port", 0, 65535 },
		{ "websocket_write_timeout", 1, INT32_MAX },
	};
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		int64_t number;
		if (slice_is_ignore_case(name, ranges[i].name))
			return pjsip_field_number(value, &number) && number >= ranges[i].least &&
			       number <= ranges[i].most;
	}
	return true;
}

/* Options whose handlers look closer than the table does. */
static bool special_option_is_good(struct check *check, enum pjsip_type type,
				   const struct conf_variable *line)
{
	static const char *const methods[] = { "",      "default", "unspecified",
					       "tlsv1", "tlsv1_1", "tlsv1_2",
					       "sslv2", "sslv3",   "sslv23" };
	static const char *const verify[] = { "yes", "fingerprint", "certificate", "no" };
	struct slice name = line->name, value = line->value;
	struct address address;
	uint16_t port;
	long number;
	if (names_file(name) && file_is_absent(check, value)) {
		check->why = "it names a file that is not there";
		return false;
	}
	if (!number_is_in_range(name, value))
		return false;
	if (type == PJSIP_TRANSPORT && slice_is_ignore_case(name, "method"))
		return is_one_of(value, methods, ARRAY_SIZE(methods));
	if (type == PJSIP_TRANSPORT && slice_is_ignore_case(name, "bind"))
		return value.size == 0 || conf_parse_bind(value, &address, &port);
	if (type == PJSIP_AOR && slice_is_ignore_case(name, "contact"))
		return contacts_are_uris(value);
	if (type == PJSIP_ENDPOINT && slice_is_ignore_case(name, "dtls_verify"))
		return is_one_of(value, verify, ARRAY_SIZE(verify));
	if (type == PJSIP_ENDPOINT && slice_is_ignore_case(name, "dtls_rekey"))
		return conf_scan_number(value, &number);
	if (type == PJSIP_ENDPOINT && slice_is_ignore_case(name, "from_user")) {
		for (size_t i = 0; i < value.size; i++) {
			unsigned char byte = (unsigned char)value.data[i];
			if (!byte_is_alpha(byte) && !byte_is_digit(byte) &&
			    (!byte || !strchr("-._~%!$&'()*+,;=:", byte)))
				return false;
		}
	}
	return true;
}

static int64_t number_of(const struct conf_category *category, const char *name, int64_t fallback)
{
	const struct conf_variable *line = conf_last(category, name);
	int64_t number;
	return line && pjsip_field_number(line->value, &number) ? number : fallback;
}

static bool endpoint_is_whole(struct check *check)
{
	int64_t minimum = number_of(check->category, "timers_min_se", SESSION_MINIMUM_S);
	if (minimum < SESSION_MINIMUM_S ||
	    number_of(check->category, "timers_sess_expires", 1800) < minimum) {
		check->why = "session timers that are too short";
		return false;
	}
	if (conf_is_true(last_value(check->category, "dtls_auto_generate_cert")) &&
	    last_value(check->category, "dtls_cert_file").size) {
		check->why = "dtls_auto_generate_cert with a dtls_cert_file";
		return false;
	}
	struct acl ignored;
	if (!pjsip_read_acl(check->build, check->category, "", &ignored) ||
	    !pjsip_read_acl(check->build, check->category, "contact_", &ignored)) {
		check->why = "a bad permit, deny or acl line";
		return false;
	}
	return true;
}

static bool auth_is_whole(struct check *check)
{
	if (last_value(check->category, "username").size == 0) {
		check->why = "an auth without username";
		return false;
	}
	if (slice_is_ignore_case(last_value(check->category, "auth_type"), "md5") &&
	    last_value(check->category, "md5_cred").size != MD5_TEXT_BYTES) {
		check->why = "auth_type=md5 without an md5_cred of 32 bytes";
		return false;
	}
	return true;
}

static bool identify_is_whole(struct check *check)
{
	const struct pjsip_match *matches;
	size_t count;
	if (last_value(check->category, "endpoint").size == 0) {
		check->why = "an identify without endpoint";
		return false;
	}
	if (!pjsip_read_matches(check->build, check->category, &matches, &count)) {
		check->why = "a bad address in match";
		return false;
	}
	struct slice header = last_value(check->category, "match_header");
	if (count == 0 && header.size == 0 &&
	    last_value(check->category, "match_request_uri").size == 0) {
		check->why = "an identify that matches nothing";
		return false;
	}
	size_t colon = slice_find_byte(header, ':');
	if (header.size &&
	    (colon == header.size || conf_strip(slice_part(header, 0, colon)).size == 0)) {
		check->why = "a match_header without name and ':'";
		return false;
	}
	return true;
}

static bool registration_is_whole(struct check *check)
{
	bool has_line = conf_is_true(last_value(check->category, "line"));
	bool has_endpoint = last_value(check->category, "endpoint").size != 0;
	if (!is_sip_uri(last_value(check->category, "server_uri")) ||
	    !is_sip_uri(last_value(check->category, "client_uri"))) {
		check->why = "a registration without SIP addresses in server_uri and client_uri";
		return false;
	}
	if (has_line != has_endpoint) {
		check->why = "a registration with only one of line and endpoint";
		return false;
	}
	return true;
}

static bool transport_is_whole(struct check *check)
{
	struct slice protocol = last_value(check->category, "protocol");
	if (slice_is_ignore_case(protocol, "flow"))
		return true;
	if (last_value(check->category, "bind").size == 0) {
		check->why = "a transport without bind";
		return false;
	}
	return true;
}

static bool is_whole(struct check *check, enum pjsip_type type)
{
	switch (type) {
	case PJSIP_ENDPOINT:
		return endpoint_is_whole(check);
	case PJSIP_AUTH:
		return auth_is_whole(check);
	case PJSIP_IDENTIFY:
		return identify_is_whole(check);
	case PJSIP_REGISTRATION:
		return registration_is_whole(check);
	case PJSIP_TRANSPORT:
		return transport_is_whole(check);
	default:
		return true;
	}
}

static bool option_is_good(struct check *check, enum pjsip_type type,
			   const struct conf_variable *line)
{
	const struct pjsip_field *field = pjsip_field_find(type, line->name);
	unsigned int version = check->build->options->asterisk_version;
	/* Asterisk newer than the table may know more. */
	if (!field && version >= PJSIP_FIELDS_VERSION_END)
		return true;
	if (!field || (version && version < field->since)) {
		check->why = "an option that this type does not have";
		return false;
	}
	/* What the table knows of values is that of the tested versions. */
	bool is_flow = type == PJSIP_TRANSPORT && slice_is_ignore_case(line->name, "protocol") &&
		       slice_is_ignore_case(line->value, "flow");
	if (is_flow && version && version < 1700)
		return false;
	return pjsip_field_accepts(field, line->value, version) &&
	       special_option_is_good(check, type, line);
}

bool pjsip_object_is_valid(struct pjsip_build *build, enum pjsip_type type,
			   const struct conf_category *category, const char **ret_why,
			   struct origin *ret_at)
{
	struct check check = { .build = build, .category = category };
	for (size_t i = 0; i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		if (option_is_good(&check, type, line))
			continue;
		*ret_why = check.why ? check.why : "a value that Asterisk does not take";
		*ret_at = line->origin;
		return false;
	}
	if (is_whole(&check, type))
		return !build->memory_failed;
	*ret_why = check.why;
	*ret_at = category->origin;
	return false;
}
