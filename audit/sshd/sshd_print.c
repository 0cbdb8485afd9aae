/* SPDX-License-Identifier: Apache-2.0 */
#include <limits.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/sshd/sshd_options.h"
#include "audit/sshd/sshd_values.h"

struct printer {
	struct arena *arena;
	struct sshd_version version;
	const struct sshd_options *options;
	struct sshd_printed *lines;
	size_t count;
	size_t capacity;
	bool memory_failed;
};

static void print_slice(struct printer *printer, enum sshd_setting_id id, struct slice value)
{
	struct sshd_printed *lines = arena_grow(printer->arena, printer->lines, printer->count,
						&printer->capacity, sizeof(*lines));
	if (!lines) {
		printer->memory_failed = true;
		return;
	}
	printer->lines = lines;
	lines[printer->count++] = (struct sshd_printed){
		.name = sshd_setting_name(printer->version, id),
		.value = value,
	};
}

/* A value that is put together. */
static void print_buffer(struct printer *printer, enum sshd_setting_id id, struct buffer *text)
{
	const char *copy = buffer_keep(text, printer->arena);
	if (!copy) {
		printer->memory_failed = true;
		return;
	}
	print_slice(printer, id, (struct slice){ .data = copy, .size = text->size });
}

const char *sshd_choice_word(struct sshd_version version, const struct sshd_options *options,
			     enum sshd_setting_id id)
{
	const struct sshd_choice *choice = sshd_setting_row(id)->choices;
	for (; choice && choice->word; choice++) {
		/* Debian's word for QUIET, in a table of its own. */
		if (version.vendor != SSHD_DEBIAN && strcmp(choice->word, "SILENT") == 0)
			continue;
		if (choice->value == sshd_number(options, id))
			return choice->word;
	}
	return "UNKNOWN";
}

static void print_number(struct printer *printer, enum sshd_setting_id id)
{
	BUFFER_AUTO text = { 0 };
	int64_t number = sshd_number(printer->options, id);
	if (id == SSHD_STREAM_LOCAL_BIND_MASK)
		buffer_format(&text, "0%llo", (unsigned long long)number);
	else
		buffer_format(&text, "%lld", (long long)number);
	print_buffer(printer, id, &text);
}

static void print_text(struct printer *printer, enum sshd_setting_id id)
{
	struct slice text = sshd_get(printer->options, id)->text;
	/* An empty addendum and no addendum are one. */
	bool none = !text.data || (id == SSHD_VERSION_ADDENDUM && !text.size);
	print_slice(printer, id, none ? SLICE("none") : text);
}

static void print_lines(struct printer *printer, enum sshd_setting_id id)
{
	const struct sshd_setting *setting = sshd_get(printer->options, id);
	for (size_t i = 0; i < setting->count; i++) {
		bool is_key = id == SSHD_HOST_KEY || id == SSHD_HOST_CERTIFICATE;
		/* What sshd prints for the pointer that "none" left. */
		bool is_null = is_key && slice_is(setting->values[i].text, "none");
		print_slice(printer, id, is_null ? SLICE("(null)") : setting->values[i].text);
	}
}

static void print_one_line(struct printer *printer, enum sshd_setting_id id)
{
	const struct sshd_setting *setting = sshd_get(printer->options, id);
	BUFFER_AUTO text = { 0 };
	const char *nothing = sshd_setting_row(id)->default_text;
	if (id == SSHD_CHANNEL_TIMEOUT && printer->version.release >= SSHD_RELEASE(9, 3))
		nothing = "none";
	if (!setting->count && !nothing)
		return;
	if (!setting->count)
		buffer_append_string(&text, nothing);
	for (size_t i = 0; i < setting->count; i++) {
		if (i)
			buffer_append_byte(&text, ' ');
		buffer_append_slice(&text, setting->values[i].text);
	}
	print_buffer(printer, id, &text);
}

static void append_ipqos(struct buffer *text, int64_t value)
{
	const char *name = sshd_ipqos_name((int)value);
	if (name)
		buffer_append_string(text, name);
	else
		buffer_format(text, "0x%02x", (unsigned int)value);
}

static void append_penalties(struct printer *printer, struct buffer *text)
{
	const int64_t *penalties = printer->options->penalties;
	const char *words[] = { "permissive", "deny-all" };
	if (!penalties[SSHD_PENALTY_ENABLED]) {
		buffer_append_string(text, "no");
		return;
	}
	buffer_format(text, "crash:%lld authfail:%lld noauth:%lld grace-exceeded:%lld",
		      (long long)penalties[SSHD_PENALTY_CRASH],
		      (long long)penalties[SSHD_PENALTY_AUTHFAIL],
		      (long long)penalties[SSHD_PENALTY_NOAUTH],
		      (long long)penalties[SSHD_PENALTY_GRACE]);
	if (printer->version.release >= SSHD_RELEASE(9, 9))
		buffer_format(text, " refuseconnection:%lld",
			      (long long)penalties[SSHD_PENALTY_REFUSE]);
	buffer_format(text,
		      " max:%lld min:%lld max-sources4:%lld max-sources6:%lld overflow:%s "
		      "overflow6:%s",
		      (long long)penalties[SSHD_PENALTY_MAX],
		      (long long)penalties[SSHD_PENALTY_MIN],
		      (long long)penalties[SSHD_PENALTY_SOURCES4],
		      (long long)penalties[SSHD_PENALTY_SOURCES6],
		      words[penalties[SSHD_PENALTY_OVERFLOW] == 1],
		      words[penalties[SSHD_PENALTY_OVERFLOW6] == 1]);
}

static void append_pubkey_options(struct buffer *text, int64_t bits)
{
	static const char *const words[] = {
		[0] = "none",
		[1] = "touch-required",
		[4] = "verify-required",
		[5] = "touch-required verify-required",
	};
	buffer_append_string(text, words[bits & 5]);
}

/* Settings whose value is put together of several. */
static void print_own(struct printer *printer, enum sshd_setting_id id)
{
	const struct sshd_setting *setting = sshd_get(printer->options, id);
	const int64_t *numbers = setting->numbers;
	BUFFER_AUTO text = { 0 };
	switch (id) {
	case SSHD_UNUSED_CONNECTION_TIMEOUT:
		if (numbers[0])
			buffer_format(&text, "%lld", (long long)numbers[0]);
		else
			buffer_append_string(&text, "none");
		break;
	case SSHD_MAX_STARTUPS:
		buffer_format(&text, "%lld:%lld:%lld", (long long)numbers[0], (long long)numbers[1],
			      (long long)numbers[2]);
		break;
	case SSHD_PER_SOURCE_MAX_STARTUPS:
		if (numbers[0] == INT_MAX)
			buffer_append_string(&text, "none");
		else
			buffer_format(&text, "%lld", (long long)numbers[0]);
		break;
	case SSHD_PER_SOURCE_NET_BLOCK_SIZE:
		buffer_format(&text, "%lld:%lld", (long long)numbers[0], (long long)numbers[1]);
		break;
	case SSHD_IP_QOS:
		append_ipqos(&text, numbers[0]);
		buffer_append_byte(&text, ' ');
		append_ipqos(&text, numbers[1]);
		break;
	case SSHD_REKEY_LIMIT:
		buffer_format(&text, "%llu %lld", (unsigned long long)numbers[0],
			      (long long)numbers[1]);
		break;
	case SSHD_PERMIT_USER_ENVIRONMENT:
		if (setting->text.data)
			buffer_append_slice(&text, setting->text);
		else
			buffer_append_string(&text, numbers[0] == 1 ? "yes" : "no");
		break;
	case SSHD_PUBKEY_AUTH_OPTIONS:
		append_pubkey_options(&text, numbers[0]);
		break;
	case SSHD_PER_SOURCE_PENALTIES:
		append_penalties(printer, &text);
		break;
	default:
		return;
	}
	print_buffer(printer, id, &text);
}

static void print_setting(struct printer *printer, enum sshd_setting_id id)
{
	switch (sshd_setting_row(id)->kind) {
	case SSHD_KIND_CHOICE:
	case SSHD_KIND_EXACT_CHOICE:
		print_slice(printer, id,
			    slice_of(sshd_choice_word(printer->version, printer->options, id)));
		return;
	case SSHD_KIND_INTEGER:
	case SSHD_KIND_TIME:
		print_number(printer, id);
		return;
	case SSHD_KIND_PATH:
	case SSHD_KIND_WORD:
	case SSHD_KIND_REST:
	case SSHD_KIND_COMMAND:
	case SSHD_KIND_ALGORITHMS:
		print_text(printer, id);
		return;
	case SSHD_KIND_LIST:
		print_lines(printer, id);
		return;
	case SSHD_KIND_FIRST_LINE:
		print_one_line(printer, id);
		return;
	case SSHD_KIND_OWN:
		break;
	}
	switch (id) {
	case SSHD_LISTEN_ADDRESS:
	case SSHD_HOST_KEY:
	case SSHD_HOST_CERTIFICATE:
	case SSHD_SUBSYSTEM:
		print_lines(printer, id);
		break;
	case SSHD_LOG_LEVEL:
	case SSHD_SYSLOG_FACILITY:
		print_slice(printer, id,
			    slice_of(sshd_choice_word(printer->version, printer->options, id)));
		break;
	case SSHD_SECURITY_KEY_PROVIDER:
	case SSHD_AUTHORIZED_PRINCIPALS_FILE:
	case SSHD_HOST_KEY_AGENT:
	case SSHD_PER_SOURCE_PENALTY_EXEMPT_LIST:
		print_text(printer, id);
		break;
	case SSHD_STREAM_LOCAL_BIND_MASK:
		print_number(printer, id);
		break;
	default:
		print_own(printer, id);
	}
}

static void print_ports(struct printer *printer)
{
	const struct sshd_setting *ports = sshd_get(printer->options, SSHD_PORT);
	for (size_t i = 0; i < ports->count; i++) {
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "%lld", (long long)ports->values[i].number);
		print_buffer(printer, SSHD_PORT, &text);
	}
}

const struct sshd_printed *sshd_print(struct arena *arena, struct sshd_version version,
				      const struct sshd_options *options, size_t *ret_count)
{
	struct printer printer = { .arena = arena, .version = version, .options = options };
	print_ports(&printer);
	for (size_t i = SSHD_PORT + 1; i < SSHD_SETTING_COUNT; i++)
		if (sshd_setting_is_printed(version, (enum sshd_setting_id)i))
			print_setting(&printer, (enum sshd_setting_id)i);
	if (printer.memory_failed)
		return NULL;
	*ret_count = printer.count;
	return printer.lines;
}
