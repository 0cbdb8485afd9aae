/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/sshd/sshd_apply.h"
#include "audit/sshd/sshd_values.h"

/* Most Port and Subsystem lines that sshd takes (servconf.h). */
#define PORTS_MAX 256
#define SUBSYSTEMS_MAX 256

#define PUBKEY_TOUCH_REQUIRED 1
#define PUBKEY_VERIFY_REQUIRED 4

static void refuse_word(struct sshd_arguments *arguments, struct slice word)
{
	sshd_refuse(arguments->run, arguments->line, "%s takes no \"%.*s\"", arguments->row->name,
		    SLICE_ARG(word));
}

static void add(struct sshd_arguments *arguments, struct sshd_value value)
{
	value.origin = arguments->line->origin;
	if (!sshd_add_value(arguments->run->arena, arguments->setting, value))
		arguments->run->memory_failed = true;
	else
		sshd_mark_set(arguments);
}

static void apply_port(struct sshd_arguments *arguments)
{
	struct slice word;
	if (arguments->setting->count >= PORTS_MAX) {
		sshd_refuse(arguments->run, arguments->line, "there are too many Port lines");
		return;
	}
	if (!sshd_need_argument(arguments, &word))
		return;
	int port = sshd_parse_port(word, arguments->run->facts->services);
	if (port <= 0) {
		refuse_word(arguments, word);
		return;
	}
	add(arguments, (struct sshd_value){ .text = word, .number = port });
}

static bool has_interface(const struct sshd_facts *facts, struct slice name)
{
	if (!facts->interfaces)
		return name.size > 0;
	for (size_t i = 0; i < facts->interface_count; i++)
		if (slice_equal(facts->interfaces[i], name))
			return true;
	return false;
}

static void apply_listen_address(struct sshd_arguments *arguments)
{
	struct slice word, port, domain_word;
	struct sshd_value value = { .number = 0 };
	bool has_port = false;
	if (!sshd_need_argument(arguments, &word))
		return;
	size_t colon = slice_find_byte(word, ':');
	bool bare_ipv6 = slice_find_byte(word, '[') == word.size && colon < word.size &&
			 slice_find_byte(slice_from(word, colon + 1), ':') + colon + 1 < word.size;
	if (bare_ipv6) {
		value.text = word;
	} else if (!sshd_split_host_port(word, &value.text, &port, &has_port)) {
		refuse_word(arguments, word);
		return;
	} else {
		value.text = sshd_clean_host(value.text);
		if (has_port)
			value.number = sshd_parse_port(port, arguments->run->facts->services);
		if (has_port && value.number <= 0) {
			refuse_word(arguments, word);
			return;
		}
	}
	if (sshd_next_argument(arguments, &domain_word)) {
		if (!slice_is(domain_word, "rdomain") ||
		    !sshd_next_argument(arguments, &value.extra) ||
		    !has_interface(arguments->run->facts, value.extra)) {
			refuse_word(arguments, domain_word);
			return;
		}
	}
	add(arguments, value);
}

static void apply_host_key(struct sshd_arguments *arguments)
{
	struct slice word, path;
	if (!sshd_need_argument(arguments, &word) || !arguments->active)
		return;
	if (sshd_absolute_path(arguments, word, &path))
		add(arguments, (struct sshd_value){ .text = path });
}

static void set_text(struct sshd_arguments *arguments, struct slice text)
{
	arguments->setting->text = text;
	sshd_mark_set(arguments);
}

/* Paths of which one word is no path: KEPT, compared with regard to case where EXACT. */
static void apply_path_or(struct sshd_arguments *arguments, const char *kept, bool exact)
{
	struct slice word, path;
	if (!sshd_need_argument(arguments, &word) || !arguments->active ||
	    arguments->setting->is_set)
		return;
	if (exact ? slice_is(word, kept) : slice_is_ignore_case(word, kept))
		set_text(arguments, word);
	else if (sshd_absolute_path(arguments, word, &path))
		set_text(arguments, path);
}

static void apply_principals_file(struct sshd_arguments *arguments)
{
	struct slice word, path;
	if (!sshd_need_argument(arguments, &word) || !arguments->active ||
	    arguments->setting->is_set)
		return;
	if (sshd_expand_tilde(arguments, word, &path))
		set_text(arguments, path);
}

static void apply_bind_mask(struct sshd_arguments *arguments)
{
	struct slice word, rest;
	int64_t mask;
	if (!sshd_need_argument(arguments, &word))
		return;
	rest = word;
	if (!sshd_take_long(&rest, 8, &mask) || mask < 0 || mask > 0777) {
		refuse_word(arguments, word);
		return;
	}
	if (!arguments->active)
		return;
	arguments->setting->numbers[0] = mask;
	sshd_mark_set(arguments);
}

static void apply_unused_timeout(struct sshd_arguments *arguments)
{
	struct slice word;
	int64_t seconds = 0;
	if (!sshd_need_argument(arguments, &word))
		return;
	bool none = slice_is_ignore_case(word, "none");
	if (!none)
		seconds = sshd_parse_time(arguments->run->facts->version, word);
	if (seconds < 0) {
		refuse_word(arguments, word);
		return;
	}
	/* "none" is stored even over an earlier line. */
	if (!arguments->active || (arguments->setting->is_set && !none))
		return;
	arguments->setting->numbers[0] = seconds;
	sshd_mark_set(arguments);
}

static void apply_log_word(struct sshd_arguments *arguments)
{
	struct slice word = SLICE("");
	(void)sshd_next_argument(arguments, &word);
	const struct sshd_choice *choice = arguments->row->choices;
	bool debian = arguments->run->facts->version.vendor == SSHD_DEBIAN;
	while (choice->word && (!slice_is_ignore_case(word, choice->word) ||
				(!debian && strcmp(choice->word, "SILENT") == 0)))
		choice++;
	if (!choice->word) {
		refuse_word(arguments, word);
		return;
	}
	if (arguments->setting->is_set || !arguments->active)
		return;
	arguments->setting->numbers[0] = choice->value;
	sshd_mark_set(arguments);
}

/* sscanf(3) of "%d:%d:%d": how many of up to MAXIMUM numbers there are. */
static size_t scan_numbers(struct slice text, size_t maximum, int64_t *numbers)
{
	size_t count = 0;
	while (count < maximum && sshd_take_long(&text, 10, &numbers[count])) {
		numbers[count] = (int32_t)numbers[count];
		count++;
		if (!text.size || text.data[0] != ':')
			break;
		text = slice_from(text, 1);
	}
	return count;
}

static void apply_max_startups(struct sshd_arguments *arguments)
{
	struct slice word;
	int64_t numbers[3] = { -1, -1, -1 };
	if (!sshd_need_argument(arguments, &word))
		return;
	size_t count = scan_numbers(word, 3, numbers);
	if (count == 1)
		numbers[2] = numbers[0];
	bool wrong = count != 1 && count != 3;
	if (count == 3)
		wrong = numbers[0] > numbers[2] || numbers[1] > 100 || numbers[1] < 1;
	if (wrong || numbers[2] <= 0 || numbers[0] <= 0) {
		refuse_word(arguments, word);
		return;
	}
	/* The last line wins, and a single number leaves the rate as it was. */
	arguments->setting->numbers[0] = numbers[0];
	arguments->setting->numbers[2] = numbers[2];
	if (count == 3)
		arguments->setting->numbers[1] = numbers[1];
	arguments->setting->origin = arguments->line->origin;
	arguments->setting->is_set = true;
}

static void apply_net_block_size(struct sshd_arguments *arguments)
{
	struct slice word;
	int64_t numbers[2] = { 0, 0 };
	if (!sshd_need_argument(arguments, &word))
		return;
	size_t count = scan_numbers(word, 2, numbers);
	if (!count || numbers[0] < 0 || numbers[0] > 32 ||
	    (count == 2 && (numbers[1] < 0 || numbers[1] > 128))) {
		refuse_word(arguments, word);
		return;
	}
	if (!arguments->active)
		return;
	/* With one number sshd leaves the other to chance: it prints what its stack held. */
	arguments->setting->numbers[0] = numbers[0];
	arguments->setting->numbers[1] = numbers[1];
	arguments->setting->origin = arguments->line->origin;
	arguments->setting->is_set = true;
}

static void apply_source_startups(struct sshd_arguments *arguments)
{
	struct slice word;
	int64_t number = INT_MAX;
	if (!sshd_need_argument(arguments, &word))
		return;
	if (!slice_is(word, "none") && !sshd_parse_number(word, 0, INT_MAX, &number)) {
		refuse_word(arguments, word);
		return;
	}
	bool first_wins = arguments->run->facts->version.release >= SSHD_RELEASE(9, 7);
	if (!arguments->active || (first_wins && arguments->setting->is_set))
		return;
	arguments->setting->numbers[0] = number;
	arguments->setting->origin = arguments->line->origin;
	arguments->setting->is_set = true;
}

static void apply_ipqos(struct sshd_arguments *arguments)
{
	struct slice word;
	int64_t numbers[2];
	for (size_t i = 0; i < 2; i++) {
		bool given = i == 0 ? sshd_need_argument(arguments, &word)
				    : sshd_next_argument(arguments, &word);
		if (!given && i == 0)
			return;
		if (!given) {
			numbers[1] = numbers[0];
			break;
		}
		numbers[i] = sshd_parse_ipqos(word);
		if (numbers[i] < 0) {
			refuse_word(arguments, word);
			return;
		}
	}
	if (!arguments->active)
		return;
	arguments->setting->numbers[0] = numbers[0];
	arguments->setting->numbers[1] = numbers[1];
	arguments->setting->origin = arguments->line->origin;
	arguments->setting->is_set = true;
}

static void apply_rekey_limit(struct sshd_arguments *arguments)
{
	struct slice word;
	int64_t bytes = 0, seconds = -1;
	if (!sshd_need_argument(arguments, &word))
		return;
	if (!slice_is(word, "default") &&
	    (!sshd_parse_scaled(word, &bytes) || (bytes != 0 && bytes < 16))) {
		refuse_word(arguments, word);
		return;
	}
	if (arguments->active && arguments->setting->numbers[0] == -1) {
		arguments->setting->numbers[0] = bytes;
		sshd_mark_set(arguments);
	}
	if (!sshd_next_argument(arguments, &word) || slice_is(word, "none"))
		return;
	seconds = word.size ? sshd_parse_time(arguments->run->facts->version, word) : -1;
	if (seconds < 0) {
		refuse_word(arguments, word);
		return;
	}
	if (arguments->active && arguments->setting->numbers[1] == -1)
		arguments->setting->numbers[1] = seconds;
}

static void apply_user_environment(struct sshd_arguments *arguments)
{
	struct slice word;
	if (!sshd_need_argument(arguments, &word) || !arguments->active ||
	    arguments->setting->is_set)
		return;
	bool no = slice_is(word, "no");
	if (!no && !slice_is(word, "yes"))
		arguments->setting->text = word;
	arguments->setting->numbers[0] = no ? 0 : 1;
	sshd_mark_set(arguments);
}

static void apply_pubkey_options(struct sshd_arguments *arguments)
{
	struct slice word;
	int64_t bits = 0;
	while (sshd_next_argument(arguments, &word)) {
		if (slice_is_ignore_case(word, "none"))
			continue;
		if (slice_is_ignore_case(word, "touch-required")) {
			bits |= PUBKEY_TOUCH_REQUIRED;
		} else if (slice_is_ignore_case(word, "verify-required") &&
			   arguments->run->facts->version.release >= SSHD_RELEASE(8, 4)) {
			bits |= PUBKEY_VERIFY_REQUIRED;
		} else {
			refuse_word(arguments, word);
			arguments->next = arguments->line->word_count;
			return;
		}
	}
	if (!arguments->active || arguments->setting->is_set)
		return;
	arguments->setting->numbers[0] = bits;
	sshd_mark_set(arguments);
}

static void apply_subsystem(struct sshd_arguments *arguments)
{
	struct slice name, command, word;
	bool modern = arguments->run->facts->version.release >= SSHD_RELEASE(9, 5);
	if (!modern && arguments->setting->count >= SUBSYSTEMS_MAX) {
		sshd_refuse(arguments->run, arguments->line, "there are too many subsystems");
		return;
	}
	if (!sshd_need_argument(arguments, &name))
		return;
	if (!arguments->active) {
		(void)sshd_next_argument(arguments, &word);
		if (modern)
			arguments->next = arguments->line->word_count;
		return;
	}
	for (size_t i = 0; i < arguments->setting->count; i++) {
		if (!slice_equal(arguments->setting->values[i].extra, name))
			continue;
		if (!modern)
			sshd_refuse(arguments->run, arguments->line,
				    "subsystem \"%.*s\" is defined twice", SLICE_ARG(name));
		arguments->next = arguments->line->word_count;
		return;
	}
	if (!sshd_need_argument(arguments, &command))
		return;
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, name);
	buffer_append_byte(&text, ' ');
	buffer_append_slice(&text, command);
	while (sshd_next_argument(arguments, &word)) {
		buffer_append_byte(&text, ' ');
		buffer_append_slice(&text, word);
	}
	const char *whole = buffer_keep(&text, arguments->run->arena);
	if (!whole)
		arguments->run->memory_failed = true;
	else
		add(arguments, (struct sshd_value){ .text = slice_of(whole), .extra = name });
}

static const struct {
	const char *name;
	enum sshd_penalty penalty;
	bool is_count;
} penalty_words[] = {
	{ "crash:", SSHD_PENALTY_CRASH, false },
	{ "authfail:", SSHD_PENALTY_AUTHFAIL, false },
	{ "noauth:", SSHD_PENALTY_NOAUTH, false },
	{ "grace-exceeded:", SSHD_PENALTY_GRACE, false },
	{ "refuseconnection:", SSHD_PENALTY_REFUSE, false },
	{ "max:", SSHD_PENALTY_MAX, false },
	{ "min:", SSHD_PENALTY_MIN, false },
	{ "max-sources4:", SSHD_PENALTY_SOURCES4, true },
	{ "max-sources6:", SSHD_PENALTY_SOURCES6, true },
};

/* One word of PerSourcePenalties: its penalty and value; false when sshd knows no such word. */
static bool read_penalty(struct sshd_version version, struct slice word,
			 enum sshd_penalty *ret_penalty, int64_t *ret_value)
{
	if (slice_is(word, "overflow:deny-all") || slice_is(word, "overflow:permissive")) {
		*ret_penalty = SSHD_PENALTY_OVERFLOW;
		*ret_value = slice_ends_with(word, "all");
		return true;
	}
	if (slice_is(word, "overflow6:deny-all") || slice_is(word, "overflow6:permissive")) {
		*ret_penalty = SSHD_PENALTY_OVERFLOW6;
		*ret_value = slice_ends_with(word, "all");
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(penalty_words); i++) {
		if (!slice_starts_with(word, penalty_words[i].name))
			continue;
		struct slice value = slice_from(word, strlen(penalty_words[i].name));
		*ret_penalty = penalty_words[i].penalty;
		if (penalty_words[i].is_count)
			return sshd_parse_number(value, 0, INT_MAX, ret_value);
		*ret_value = sshd_parse_time(version, value);
		return *ret_value >= 0;
	}
	return false;
}

static void apply_penalties(struct sshd_arguments *arguments)
{
	int64_t *penalties = arguments->run->options->penalties;
	struct slice word;
	if (!sshd_next_argument(arguments, &word)) {
		sshd_refuse(arguments->run, arguments->line, "persourcepenalties has no value");
		return;
	}
	do {
		enum sshd_penalty penalty = SSHD_PENALTY_ENABLED;
		int64_t value = 0;
		bool no = slice_is_ignore_case(word, "no");
		bool switches = no || slice_is_ignore_case(word, "yes");
		if (switches)
			value = !no;
		if ((switches && arguments->next < arguments->line->word_count) ||
		    (!switches &&
		     !read_penalty(arguments->run->facts->version, word, &penalty, &value))) {
			refuse_word(arguments, word);
			arguments->next = arguments->line->word_count;
			return;
		}
		if (!arguments->active || penalties[penalty] != -1)
			continue;
		penalties[penalty] = value;
		if (!switches)
			penalties[SSHD_PENALTY_ENABLED] = 1;
		sshd_mark_set(arguments);
	} while (sshd_next_argument(arguments, &word));
}

static void apply_exempt_list(struct sshd_arguments *arguments)
{
	struct slice word;
	if (!sshd_need_argument(arguments, &word))
		return;
	if (sshd_match_address((struct slice){ .data = NULL }, word) != SSHD_MATCH_NO) {
		refuse_word(arguments, word);
		return;
	}
	if (arguments->active && !arguments->setting->is_set)
		set_text(arguments, word);
}

void sshd_apply_own(struct sshd_arguments *arguments)
{
	switch (arguments->id) {
	case SSHD_PORT:
		apply_port(arguments);
		break;
	case SSHD_LISTEN_ADDRESS:
		apply_listen_address(arguments);
		break;
	case SSHD_HOST_KEY:
	case SSHD_HOST_CERTIFICATE:
		apply_host_key(arguments);
		break;
	case SSHD_SECURITY_KEY_PROVIDER:
		apply_path_or(arguments, "internal", false);
		break;
	case SSHD_HOST_KEY_AGENT:
		apply_path_or(arguments, "SSH_AUTH_SOCK", true);
		break;
	case SSHD_AUTHORIZED_PRINCIPALS_FILE:
		apply_principals_file(arguments);
		break;
	case SSHD_STREAM_LOCAL_BIND_MASK:
		apply_bind_mask(arguments);
		break;
	case SSHD_UNUSED_CONNECTION_TIMEOUT:
		apply_unused_timeout(arguments);
		break;
	case SSHD_LOG_LEVEL:
	case SSHD_SYSLOG_FACILITY:
		apply_log_word(arguments);
		break;
	case SSHD_MAX_STARTUPS:
		apply_max_startups(arguments);
		break;
	case SSHD_PER_SOURCE_NET_BLOCK_SIZE:
		apply_net_block_size(arguments);
		break;
	case SSHD_PER_SOURCE_MAX_STARTUPS:
		apply_source_startups(arguments);
		break;
	case SSHD_IP_QOS:
		apply_ipqos(arguments);
		break;
	case SSHD_REKEY_LIMIT:
		apply_rekey_limit(arguments);
		break;
	case SSHD_PERMIT_USER_ENVIRONMENT:
		apply_user_environment(arguments);
		break;
	case SSHD_PUBKEY_AUTH_OPTIONS:
		apply_pubkey_options(arguments);
		break;
	case SSHD_SUBSYSTEM:
		apply_subsystem(arguments);
		break;
	case SSHD_PER_SOURCE_PENALTIES:
		apply_penalties(arguments);
		break;
	case SSHD_PER_SOURCE_PENALTY_EXEMPT_LIST:
		apply_exempt_list(arguments);
		break;
	default:
		sshd_refuse(arguments->run, arguments->line, "%s is not understood",
			    arguments->row->name);
	}
}
