/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/sshd/sshd_apply.h"
#include "audit/sshd/sshd_values.h"

/* From 9.7 on, a list keyword without any argument is refused. */
static bool refuses_nothing(const struct sshd_arguments *arguments)
{
	return arguments->run->facts->version.release >= SSHD_RELEASE(9, 7);
}

static void add(struct sshd_arguments *arguments, struct slice text)
{
	if (!sshd_add_value(arguments->run->arena, arguments->setting,
			    (struct sshd_value){ .text = text, .origin = arguments->line->origin }))
		arguments->run->memory_failed = true;
	else
		sshd_mark_set(arguments);
}

/* Why sshd refuses WORD in the list, or NULL. */
static const char *list_word_error(const struct sshd_arguments *arguments, struct slice word)
{
	switch (arguments->id) {
	case SSHD_ALLOW_USERS:
	case SSHD_DENY_USERS:
		if (!word.size || !sshd_user_pattern_is_valid(word))
			return "is no pattern of users";
		break;
	case SSHD_ALLOW_GROUPS:
	case SSHD_DENY_GROUPS:
		if (!word.size)
			return "is empty";
		break;
	case SSHD_ACCEPT_ENV:
		if (!word.size || slice_find_byte(word, '=') < word.size)
			return "is no name of a variable";
		break;
	case SSHD_SET_ENV:
		if (!word.size || slice_find_byte(word, '=') == word.size)
			return "is not NAME=VALUE";
		break;
	default:
		break;
	}
	return NULL;
}

/* Does the list set the variable of WORD already? */
static bool sets_variable(const struct sshd_setting *setting, struct slice word)
{
	struct slice name = slice_part(word, 0, slice_find_byte(word, '=') + 1);
	for (size_t i = 0; i < setting->count; i++)
		if (slice_equal(slice_part(setting->values[i].text, 0, name.size), name))
			return true;
	return false;
}

void sshd_apply_list(struct sshd_arguments *arguments)
{
	/* SetEnv is printed like a list, yet its first line wins. */
	bool first_line_only = arguments->id == SSHD_SET_ENV;
	bool stores = arguments->active && !(first_line_only && arguments->setting->count);
	struct slice word;
	if (!arguments->line->word_count && refuses_nothing(arguments)) {
		sshd_refuse(arguments->run, arguments->line, "%s has no value",
			    arguments->row->name);
		return;
	}
	while (sshd_next_argument(arguments, &word)) {
		const char *error = list_word_error(arguments, word);
		if (error) {
			sshd_refuse(arguments->run, arguments->line, "\"%.*s\" in %s %s",
				    SLICE_ARG(word), arguments->row->name, error);
			arguments->next = arguments->line->word_count;
			return;
		}
		if (stores && !(first_line_only && sets_variable(arguments->setting, word)))
			add(arguments, word);
	}
}

/* "pattern=interval" of ChannelTimeout. */
static bool is_channel_timeout(struct sshd_version version, struct slice word)
{
	size_t equals = slice_find_byte(word, '=');
	return equals > 0 && equals < word.size &&
	       sshd_parse_time(version, slice_from(word, equals + 1)) >= 0;
}

static const struct {
	const char *name;
	enum sshd_setting_id setting;
	unsigned int vendors;
} methods[] = {
	/* Always on: it finds out what is allowed. */
	{ "none", SSHD_SETTING_COUNT, 0 },
	{ "publickey", SSHD_PUBKEY_AUTHENTICATION, 0 },
	{ "gssapi-keyex", SSHD_GSSAPI_KEY_EXCHANGE, SSHD_DEBIAN | SSHD_REDHAT },
	{ "gssapi-with-mic", SSHD_GSSAPI_AUTHENTICATION, 0 },
	{ "password", SSHD_PASSWORD_AUTHENTICATION, 0 },
	{ "keyboard-interactive", SSHD_KBD_INTERACTIVE_AUTHENTICATION, 0 },
	{ "hostbased", SSHD_HOSTBASED_AUTHENTICATION, 0 },
};

static bool method_is_valid(struct sshd_version version, struct slice method,
			    const struct sshd_options *enabled)
{
	method = slice_part(method, 0, slice_find_byte(method, ':'));
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		if (!slice_is(method, methods[i].name) ||
		    (methods[i].vendors && !(methods[i].vendors & version.vendor)))
			continue;
		return !enabled || methods[i].setting == SSHD_SETTING_COUNT ||
		       sshd_flag(enabled, methods[i].setting);
	}
	return false;
}

bool sshd_methods_are_valid(struct sshd_version version, struct slice list,
			    const struct sshd_options *enabled)
{
	struct slice method;
	if (!list.size)
		return false;
	while (slice_next_field(&list, ',', &method))
		if (!method_is_valid(version, method, enabled))
			return false;
	return true;
}

/* State of one first-line setting while its words are looked at. */
struct first_line {
	size_t seen;
	bool any_seen;
};

/* Why sshd refuses WORD, or NULL. */
static const char *first_line_word_error(struct sshd_arguments *arguments,
					 const struct first_line *state, struct slice word)
{
	bool is_last = arguments->next == arguments->line->word_count;
	bool modern = arguments->run->facts->version.release >= SSHD_RELEASE(9, 7);
	switch (arguments->id) {
	case SSHD_AUTHORIZED_KEYS_FILE:
		return word.size ? NULL : "is empty";
	case SSHD_LOG_VERBOSE:
		if (!word.size)
			return "is empty";
		if (slice_is_ignore_case(word, "none") && (state->seen || !is_last))
			return "must stand alone";
		return NULL;
	case SSHD_CHANNEL_TIMEOUT:
		if (slice_is_ignore_case(word, "none"))
			return (state->seen && modern) || !is_last ? "must stand alone" : NULL;
		return is_channel_timeout(arguments->run->facts->version, word)
			       ? NULL
			       : "is no PATTERN=TIME";
	case SSHD_AUTHENTICATION_METHODS:
		if (slice_is(word, "any")) {
			/* Up to 9.6 sshd looked at what was stored before, not at this line. */
			bool others = modern ? state->seen > 0 : arguments->setting->count > 0;
			return others ? "must stand alone" : NULL;
		}
		if (state->any_seen)
			return "stands beside \"any\"";
		return sshd_methods_are_valid(arguments->run->facts->version, word, NULL)
			       ? NULL
			       : "names a method that sshd does not know";
	default:
		return NULL;
	}
}

/* HOST:PORT of PermitOpen and PermitListen; NULL and *RET_STORED, or an error. */
static const char *read_permit(struct sshd_arguments *arguments, struct slice word,
			       struct slice *ret_stored)
{
	struct slice host, port = word;
	bool has_port = true;
	*ret_stored = word;
	if (arguments->id == SSHD_PERMIT_LISTEN && slice_find_byte(word, ':') == word.size) {
		BUFFER_AUTO text = { 0 };
		buffer_append_string(&text, "*:");
		buffer_append_slice(&text, word);
		const char *stored = buffer_keep(&text, arguments->run->arena);
		if (!stored)
			arguments->run->memory_failed = true;
		*ret_stored = slice_of(stored);
	} else if (!sshd_split_host_port(word, &host, &port, &has_port)) {
		return "has no host";
	}
	if (!has_port ||
	    (!slice_is(port, "*") && sshd_parse_port(port, arguments->run->facts->services) <= 0))
		return "has no port";
	return NULL;
}

static void apply_permits(struct sshd_arguments *arguments)
{
	bool modern = arguments->run->facts->version.release >= SSHD_RELEASE(9, 7);
	bool stores = arguments->active && !arguments->setting->count;
	struct slice word, stored;
	if (!sshd_need_argument(arguments, &word))
		return;
	for (size_t seen = 0;; seen++) {
		bool is_word = slice_is(word, "any") || slice_is(word, "none");
		const char *error = NULL;
		stored = word;
		if (is_word && modern && seen)
			error = "must stand alone";
		else if (!is_word || (seen && !modern))
			error = read_permit(arguments, word, &stored);
		if (error) {
			sshd_refuse(arguments->run, arguments->line, "\"%.*s\" in %s %s",
				    SLICE_ARG(word), arguments->row->name, error);
			arguments->next = arguments->line->word_count;
			return;
		}
		if (stores)
			add(arguments, stored);
		/* The old loop looked no further after "any" or "none", or at an empty word. */
		if (is_word && !modern)
			return;
		if (!sshd_next_argument(arguments, &word) || (!word.size && !modern))
			return;
	}
}

void sshd_apply_first_line(struct sshd_arguments *arguments)
{
	if (arguments->id == SSHD_PERMIT_OPEN || arguments->id == SSHD_PERMIT_LISTEN) {
		apply_permits(arguments);
		return;
	}
	struct first_line state = { .seen = 0 };
	bool stores = arguments->active && !arguments->setting->count;
	struct slice word, stored;
	bool needs_one = refuses_nothing(arguments) || arguments->id == SSHD_AUTHENTICATION_METHODS;
	if (!arguments->line->word_count && needs_one) {
		sshd_refuse(arguments->run, arguments->line, "%s has no value",
			    arguments->row->name);
		return;
	}
	while (sshd_next_argument(arguments, &word)) {
		const char *error = first_line_word_error(arguments, &state, word);
		if (error) {
			sshd_refuse(arguments->run, arguments->line, "\"%.*s\" in %s %s",
				    SLICE_ARG(word), arguments->row->name, error);
			arguments->next = arguments->line->word_count;
			return;
		}
		state.seen++;
		state.any_seen = state.any_seen || slice_is(word, "any");
		stored = word;
		if (arguments->id == SSHD_AUTHORIZED_KEYS_FILE &&
		    !sshd_expand_tilde(arguments, word, &stored))
			return;
		if (stores)
			add(arguments, stored);
	}
}
