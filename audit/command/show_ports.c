/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence show ports`: who listens where, on this host or in a directory.
 */
#include <jansson.h>

#include "audit/base/arena.h"
#include "audit/command/commands.h"
#include "audit/network/socket_model.h"
#include "audit/target/target.h"

/* A list of sockets is small; what is more is an attack on us. */
#define PORTS_MEMORY_BYTES ((size_t)256 * 1024 * 1024)
#define PORTS_TIMEOUT_MS 10000

struct ports_options {
	bool json;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, for programs",
		.offset = offsetof(struct ports_options, json),
	},
};

static void format_address(const struct listening_socket *socket, struct buffer *text)
{
	address_format(socket->address, text);
	if (socket->interface.size > 0) {
		buffer_append_byte(text, '%');
		buffer_append_slice(text, socket->interface);
	}
}

/* Names come from processes, so any byte may be in them: what is not UTF-8 becomes '?'. */
static json_t *json_text(struct slice slice)
{
	if (slice_is_utf8(slice))
		return json_stringn(slice.data ? slice.data : "", slice.size);
	BUFFER_AUTO text = { 0 };
	for (size_t i = 0; i < slice.size; i++)
		buffer_append_byte(&text,
				   (unsigned char)slice.data[i] < 0x80 ? slice.data[i] : '?');
	struct slice clean = buffer_slice(&text);
	return json_stringn(clean.data, clean.size);
}

static bool add_json(json_t *list, const struct listening_socket *socket)
{
	BUFFER_AUTO address = { 0 };
	format_address(socket, &address);
	json_t *row =
		json_pack("{s:s, s:o, s:i, s:o, s:o, s:o, s:b, s:i}", "proto",
			  transport_protocol_name(socket->protocol), "address",
			  json_text(buffer_slice(&address)), "port", (int)socket->port, "process",
			  json_text(socket->process), "user", json_text(socket->user), "unit",
			  json_text(socket->unit), "takes_ipv4",
			  socket->takes_ipv4 || socket->address.family == ADDRESS_IPV4, "pid",
			  (int)socket->pid);
	return json_array_append_new(list, row) == 0;
}

static int append_chunk(const char *data, size_t size, void *out)
{
	buffer_append(out, data, size);
	return buffer_failed(out) ? -1 : 0;
}

static bool write_json(const struct socket_model *model, struct buffer *out)
{
	json_t *list = json_array();
	bool is_good = list != NULL;
	for (size_t i = 0; i < model->count && is_good; i++)
		is_good = add_json(list, &model->sockets[i]);
	json_t *root = is_good ? json_pack("{s:O}", "sockets", list) : NULL;
	is_good = root && json_dump_callback(root, append_chunk, out, JSON_INDENT(2)) == 0;
	json_decref(root);
	json_decref(list);
	buffer_append_byte(out, '\n');
	return is_good;
}

/* Control bytes of a name must not reach a terminal. */
static void append_printable(struct buffer *out, struct slice text)
{
	if (text.size == 0)
		buffer_append_byte(out, '-');
	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		buffer_append_byte(out, byte < ' ' || byte >= 0x7f ? '?' : text.data[i]);
	}
}

static void write_table(const struct socket_model *model, struct buffer *out)
{
	for (size_t i = 0; i < model->count; i++) {
		const struct listening_socket *socket = &model->sockets[i];
		BUFFER_AUTO address = { 0 };
		format_address(socket, &address);
		buffer_format(out, "%s  %-24s %5u  ", transport_protocol_name(socket->protocol),
			      socket->takes_ipv4 ? "*" : buffer_string(&address), socket->port);
		append_printable(out, socket->process);
		buffer_append_string(out, "  ");
		append_printable(out, socket->user);
		buffer_append_string(out, "  ");
		append_printable(out, socket->unit);
		buffer_append_byte(out, '\n');
	}
}

static int show(const struct ports_options *options, const struct socket_model *model)
{
	struct error error;
	if (model->state != FACT_PRESENT) {
		error_set(&error, ERROR_READ, "the listening sockets could not be read: %s",
			  model->unread ? model->unread->why : "nothing can tell them");
		error_advise(&error, "%s", model->unread ? model->unread->to_read_it : "");
		return command_report_error(&error);
	}
	BUFFER_AUTO out = { 0 };
	if (!options->json) {
		write_table(model, &out);
	} else if (!write_json(model, &out)) {
		(void)error_memory(&error);
		return command_report_error(&error);
	}
	return command_print(&out);
}

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct ports_options options = { .json = false };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &positionals, &status))
		return status;
	struct error error;
	if (positionals.count > 1) {
		error_set(&error, ERROR_USAGE, "one directory at a time");
		return command_report_error(&error);
	}
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(PORTS_MEMORY_BYTES);
	if (!arena) {
		(void)error_memory(&error);
		return command_report_error(&error);
	}
	const struct target_options target_options = { .probe_timeout_ms = PORTS_TIMEOUT_MS };
	struct target *target = positionals.count == 0
					? target_open_local(arena, &target_options, &error)
					: target_open_directory(arena, positionals.items[0],
								&target_options, &error);
	if (!target)
		return command_report_error(&error);
	const struct socket_model *model = socket_model_load(target_loader(target));
	if (model)
		status = show(&options, model);
	target_close(target);
	if (model)
		return status;
	(void)error_memory(&error);
	return command_report_error(&error);
}

const struct command show_ports_command = {
	.name = "show ports",
	.arguments = "[DIRECTORY]",
	.about = "who listens where: address, port, process, user, unit",
	.description =
		"TCP sockets that listen and UDP sockets that are bound but not connected, of both "
		"families. On this host the kernel is asked (sock_diag); only root sees the "
		"processes of other users. In a DIRECTORY it is probes/ss that is read.",
	.examples = "ringfence show ports --json\tthe sockets of this host\n"
		    "ringfence show ports /backup/pbx1\tthose of a collected host\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
