/* SPDX-License-Identifier: Apache-2.0
 *
 * pjsip_wizard.conf: one section for the five objects that a phone or trunk needs
 * (res_pjsip_config_wizard.c).
 */
#include <string.h>

#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/pjsip_build.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* Most remote hosts of one section: each makes a registration. */
#define REMOTE_HOSTS_MAX 1000

struct wizard {
	struct pjsip_build *build;
	const struct conf_category *section;
	pjsip_take_object *take;
	void *context;
	const struct conf_variable *hosts_line;
	struct slice *hosts;
	size_t host_count;
	/* The object in the making. */
	struct conf_variable *lines;
	size_t count;
	size_t capacity;
};

static bool is_on(const struct wizard *wizard, const char *name)
{
	const struct conf_variable *line = conf_last(wizard->section, name);
	return line && conf_is_true(line->value);
}

static struct slice value_of(const struct wizard *wizard, const char *name)
{
	const struct conf_variable *line = conf_last(wizard->section, name);
	return line ? line->value : SLICE("");
}

/* Starts an object with the options that have PREFIX ("endpoint/"), case counts. */
static bool begin(struct wizard *wizard, const char *prefix)
{
	size_t size = strlen(prefix);
	struct arena *arena = wizard->build->arena;
	wizard->lines = NULL;
	wizard->count = wizard->capacity = 0;
	for (size_t i = 0; i < wizard->section->variable_count; i++) {
		const struct conf_variable *line = &wizard->section->variables[i];
		if (!slice_starts_with(line->name, prefix) || line->name.size == size)
			continue;
		struct conf_variable *grown = arena_grow(arena, wizard->lines, wizard->count,
							 &wizard->capacity, sizeof(*grown));
		if (!grown)
			return false;
		wizard->lines = grown;
		grown[wizard->count] = *line;
		grown[wizard->count++].name = slice_from(line->name, size);
	}
	return true;
}

static bool has_option(const struct wizard *wizard, const char *name)
{
	for (size_t i = 0; i < wizard->count; i++)
		if (slice_is_ignore_case(wizard->lines[i].name, name))
			return true;
	return false;
}

/* Adds NAME = VALUE, whose place is LINE, or the section where there is none. */
static bool add(struct wizard *wizard, const char *name, struct slice value,
		const struct conf_variable *line)
{
	struct arena *arena = wizard->build->arena;
	struct conf_variable *grown =
		arena_grow(arena, wizard->lines, wizard->count, &wizard->capacity, sizeof(*grown));
	char *copy = arena_copy(arena, value.data, value.size);
	if (!grown || !copy)
		return false;
	wizard->lines = grown;
	grown[wizard->count++] = (struct conf_variable){
		.name = slice_of(name),
		.value = { .data = copy, .size = value.size },
		.origin = line ? line->origin : wizard->section->origin,
	};
	return true;
}

/* Adds the wizard's own option NAME where it is set. */
static bool add_own(struct wizard *wizard, const char *name)
{
	const struct conf_variable *line = conf_last(wizard->section, name);
	return !line || line->value.size == 0 || add(wizard, name, line->value, line);
}

static bool finish(struct wizard *wizard, enum pjsip_type type, const char *suffix)
{
	struct arena *arena = wizard->build->arena;
	struct conf_category *category = ARENA_NEW(arena, struct conf_category);
	BUFFER_AUTO name = { 0 };
	buffer_append_slice(&name, wizard->section->name);
	buffer_append_string(&name, suffix);
	char *copy = buffer_keep(&name, arena);
	if (!category || !copy || !add(wizard, "@pjsip_wizard", wizard->section->name, NULL))
		return false;
	*category = (struct conf_category){
		.name = slice_of(copy),
		.variables = wizard->lines,
		.variable_count = wizard->count,
		.origin = wizard->section->origin,
		.is_incomplete = wizard->section->is_incomplete,
	};
	return wizard->take(wizard->context, type, category);
}

/* PATTERN with ${REMOTE_HOST} and ${USERNAME} replaced, as option NAME. */
static bool add_pattern(struct wizard *wizard, const char *name, struct slice pattern,
			struct slice host, struct slice user)
{
	static const struct slice marks[] = {
		{ "${REMOTE_HOST}", sizeof("${REMOTE_HOST}") - 1 },
		{ "${USERNAME}", sizeof("${USERNAME}") - 1 },
	};
	const struct slice values[] = { host, user };
	BUFFER_AUTO text = { 0 };
	while (pattern.size) {
		bool found = false;
		for (size_t i = 0; i < ARRAY_SIZE(marks) && !found; i++) {
			found = slice_equal(slice_part(pattern, 0, marks[i].size), marks[i]);
			if (found) {
				buffer_append_slice(&text, values[i]);
				pattern = slice_from(pattern, marks[i].size);
			}
		}
		if (!found) {
			buffer_append_byte(&text, pattern.data[0]);
			pattern = slice_from(pattern, 1);
		}
	}
	return !buffer_failed(&text) && add(wizard, name, buffer_slice(&text), wizard->hosts_line);
}

static bool read_hosts(struct wizard *wizard)
{
	wizard->hosts_line = conf_last(wizard->section, "remote_hosts");
	struct slice rest = wizard->hosts_line ? wizard->hosts_line->value : SLICE(""), host;
	bool more = rest.size != 0;
	wizard->hosts = ARENA_ARRAY(wizard->build->arena, REMOTE_HOSTS_MAX, struct slice);
	if (!wizard->hosts)
		return false;
	while (wizard->host_count < REMOTE_HOSTS_MAX && conf_next_field(&rest, &more, &host))
		wizard->hosts[wizard->host_count++] = conf_strip(host);
	return true;
}

static bool make_auth(struct wizard *wizard, const char *test, const char *prefix,
		      const char *suffix)
{
	if (!is_on(wizard, test))
		return true;
	if (!begin(wizard, prefix))
		return false;
	if (!has_option(wizard, "username"))
		return true;
	return (has_option(wizard, "auth_type") ||
		add(wizard, "auth_type", SLICE("userpass"), NULL)) &&
	       finish(wizard, PJSIP_AUTH, suffix);
}

static bool make_aor(struct wizard *wizard)
{
	struct slice pattern = SLICE("sip:${REMOTE_HOST}");
	const struct conf_variable *line = conf_last(wizard->section, "contact_pattern");
	if (line)
		pattern = line->value;
	if (!begin(wizard, "aor/"))
		return false;
	bool has_contact = has_option(wizard, "contact");
	if (!add_own(wizard, "outbound_proxy"))
		return false;
	for (size_t i = 0; !has_contact && pattern.size && i < wizard->host_count; i++)
		if (!add_pattern(wizard, "contact", pattern, wizard->hosts[i], SLICE("")))
			return false;
	return finish(wizard, PJSIP_AOR, "");
}

static bool add_auth_name(struct wizard *wizard, const char *test, const char *option,
			  const char *suffix)
{
	if (!is_on(wizard, test))
		return true;
	BUFFER_AUTO name = { 0 };
	buffer_append_slice(&name, wizard->section->name);
	buffer_append_string(&name, suffix);
	return !buffer_failed(&name) &&
	       add(wizard, option, buffer_slice(&name), conf_last(wizard->section, test));
}

static bool make_endpoint(struct wizard *wizard)
{
	return begin(wizard, "endpoint/") && add(wizard, "aors", wizard->section->name, NULL) &&
	       add_own(wizard, "outbound_proxy") && add_own(wizard, "transport") &&
	       add_auth_name(wizard, "sends_auth", "outbound_auth", "-oauth") &&
	       add_auth_name(wizard, "accepts_auth", "auth", "-iauth") &&
	       finish(wizard, PJSIP_ENDPOINT, "");
}

static bool make_identify(struct wizard *wizard)
{
	if (is_on(wizard, "accepts_registrations") ||
	    is_on(wizard, "sends_line_with_registrations") || !wizard->host_count)
		return true;
	if (!begin(wizard, "identify/") || !add(wizard, "endpoint", wizard->section->name, NULL))
		return false;
	if (!has_option(wizard, "match"))
		for (size_t i = 0; i < wizard->host_count; i++)
			if (!add(wizard, "match", wizard->hosts[i], wizard->hosts_line))
				return false;
	return finish(wizard, PJSIP_IDENTIFY, "-identify");
}

static bool make_registration(struct wizard *wizard, size_t number)
{
	struct slice server = value_of(wizard, "server_uri_pattern");
	struct slice client = value_of(wizard, "client_uri_pattern");
	struct slice user = is_on(wizard, "sends_auth") ? value_of(wizard, "outbound_auth/username")
							: wizard->section->name;
	if (!server.size)
		server = SLICE("sip:${REMOTE_HOST}");
	if (!client.size)
		client = SLICE("sip:${USERNAME}@${REMOTE_HOST}");
	BUFFER_AUTO suffix = { 0 };
	buffer_format(&suffix, "-reg-%zu", number);
	if (!begin(wizard, "registration/") || !add_own(wizard, "outbound_proxy") ||
	    !add_pattern(wizard, "server_uri", server, wizard->hosts[number], user) ||
	    !add_pattern(wizard, "client_uri", client, wizard->hosts[number], user) ||
	    !add_auth_name(wizard, "sends_auth", "outbound_auth", "-oauth") ||
	    !add_own(wizard, "transport"))
		return false;
	if (is_on(wizard, "sends_line_with_registrations") &&
	    (!add(wizard, "line", SLICE("yes"), NULL) ||
	     !add(wizard, "endpoint", wizard->section->name, NULL)))
		return false;
	return finish(wizard, PJSIP_REGISTRATION, buffer_string(&suffix));
}

bool pjsip_wizard_expand(struct pjsip_build *build, const struct conf_category *section,
			 pjsip_take_object *take, void *context)
{
	struct wizard wizard = {
		.build = build,
		.section = section,
		.take = take,
		.context = context,
	};
	if (!read_hosts(&wizard) || !make_auth(&wizard, "sends_auth", "outbound_auth/", "-oauth") ||
	    !make_auth(&wizard, "accepts_auth", "inbound_auth/", "-iauth") || !make_aor(&wizard) ||
	    !make_endpoint(&wizard) || !make_identify(&wizard))
		return false;
	if (!is_on(&wizard, "sends_registrations"))
		return true;
	for (size_t i = 0; i < wizard.host_count; i++)
		if (!make_registration(&wizard, i))
			return false;
	return true;
}
