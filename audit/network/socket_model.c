/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads the text of ss(8), of the oldest releases in the field too: those of iproute2 before 4.x
 * print "*:22" and ":::22" for the two families, and the process without "pid=".
 */
#include "audit/network/socket_model.h"

#include "audit/base/arena.h"

/* More listening sockets are no telephone system, but an attack on us. */
#define SOCKETS_MAX 65536

struct socket_parse {
	struct socket_model *model;
	struct listening_socket *sockets;
	size_t capacity;
	const struct loader *loader;
	const struct source *source;
	const struct source *passwd;
	/* Old format: '*' means IPv4 only. */
	bool is_old;
	bool memory_failed;
};

static void complain(struct socket_parse *parse, struct slice line, const char *text)
{
	if (!diagnostics_add(&parse->model->diagnostics, parse->loader->arena, DIAGNOSTIC_WARNING,
			     origin_of(parse->source, line), "%s", text))
		parse->memory_failed = true;
}

/* "0.0.0.0:22", "[::]:22", "*:22", ":::22", "0.0.0.0%eth0:68", "[fe80::1]%eth0:546", and
 * "fe80::1%eth0:546". */
static bool parse_local(const struct socket_parse *parse, struct slice text,
			struct listening_socket *socket)
{
	size_t colon = slice_find_last_byte(text, ':');
	uint64_t port;
	if (colon == text.size || !slice_to_uint64(slice_from(text, colon + 1), &port) ||
	    port > UINT16_MAX)
		return false;
	socket->port = (uint16_t)port;
	struct slice address = slice_part(text, 0, colon);
	size_t percent = slice_find_byte(address, '%');
	if (percent < address.size) {
		socket->interface = slice_from(address, percent + 1);
		if (slice_ends_with(socket->interface, "]"))
			socket->interface.size--;
		address = slice_part(address, 0, percent);
	}
	if (slice_starts_with(address, "["))
		address = slice_from(address, 1);
	if (slice_ends_with(address, "]"))
		address.size--;
	if (slice_is(address, "*")) {
		socket->address.family = parse->is_old ? ADDRESS_IPV4 : ADDRESS_IPV6;
		socket->takes_ipv4 = !parse->is_old;
		return true;
	}
	if (!address_parse(address, &socket->address))
		return false;
	/* An IPv6 socket on ::ffff:192.0.2.1 gets IPv4 packets only. */
	socket->address = address_unmap(socket->address);
	return true;
}

/* "users:(("sshd",pid=811,fd=3),("systemd",pid=1,fd=90))": with socket activation systemd holds the
 * socket too, so the other one counts. Names may hold any byte but '"' of ours; ss does not escape
 * it, so the end is looked for with what follows. */
static void parse_users(struct slice text, struct listening_socket *socket)
{
	while (text.size > 0) {
		size_t open = slice_find(text, SLICE("(\""));
		if (open == text.size)
			return;
		text = slice_from(text, open + 2);
		size_t end = slice_find(text, SLICE("\",pid="));
		size_t skip = sizeof("\",pid=") - 1;
		if (end == text.size) {
			end = slice_find(text, SLICE("\","));
			skip = sizeof("\",") - 1;
		}
		if (end == text.size)
			return;
		struct slice name = slice_part(text, 0, end);
		text = slice_from(text, end + skip);
		size_t digits = 0;
		while (digits < text.size && byte_is_digit((unsigned char)text.data[digits]))
			digits++;
		uint64_t pid = 0;
		if (!slice_to_uint64(slice_part(text, 0, digits), &pid) || pid > UINT32_MAX)
			pid = 0;
		bool is_better = socket->process.size == 0 || slice_is(socket->process, "systemd");
		bool is_elder = slice_equal(name, socket->process) && pid < socket->pid;
		if (is_better || is_elder) {
			socket->process = name;
			socket->pid = (uint32_t)pid;
		}
	}
}

/* The last part of a control group's path that names a unit. */
static struct slice unit_of_group(struct slice path)
{
	struct slice part, unit = SLICE("");
	while (slice_next_field(&path, '/', &part))
		if (slice_ends_with(part, ".service") || slice_ends_with(part, ".socket"))
			unit = part;
	return unit;
}

/* The name that /etc/passwd gives to number UID; the number where it has none. */
static struct slice user_name(const struct socket_parse *parse, struct slice uid)
{
	struct slice rest = parse->passwd ? parse->passwd->bytes : SLICE("");
	struct slice line;
	while (slice_next_line(&rest, &line)) {
		struct slice name, password, number;
		if (slice_next_field(&line, ':', &name) &&
		    slice_next_field(&line, ':', &password) &&
		    slice_next_field(&line, ':', &number) && slice_equal(number, uid))
			return name;
	}
	return uid;
}

static void parse_extras(const struct socket_parse *parse, struct slice rest,
			 struct listening_socket *socket)
{
	/* Only what lies behind the process is made of plain words: its name may hold blanks. */
	size_t users = slice_find(rest, SLICE("users:(("));
	if (users < rest.size) {
		struct slice text = slice_from(rest, users);
		size_t end = slice_find_last(text, SLICE("))"));
		parse_users(slice_part(text, 0, end + 2), socket);
		rest = end < text.size ? slice_from(text, end + 2) : SLICE("");
	}
	bool has_details = false;
	struct slice word, uid = SLICE("0");
	while (slice_next_word(&rest, &word)) {
		if (slice_starts_with(word, "uid:"))
			uid = slice_from(word, 4);
		else if (slice_starts_with(word, "ino:"))
			has_details = true;
		else if (slice_starts_with(word, "cgroup:"))
			socket->unit = unit_of_group(slice_from(word, 7));
		else if (slice_is(word, "v6only:0") && socket->address.family == ADDRESS_IPV6 &&
			 address_is_unspecified(socket->address))
			socket->takes_ipv4 = true;
	}
	/* ss leaves out "uid:" for root. */
	if (has_details)
		socket->user = user_name(parse, uid);
}

static void parse_line(struct socket_parse *parse, struct slice line)
{
	struct slice rest = line, protocol, state, queue, local, peer;
	if (!slice_next_word(&rest, &protocol))
		return;
	struct listening_socket socket = { .origin = origin_of(parse->source, line) };
	if (slice_is(protocol, "tcp"))
		socket.protocol = TRANSPORT_TCP;
	else if (slice_is(protocol, "udp"))
		socket.protocol = TRANSPORT_UDP;
	else
		return;
	bool is_whole = slice_next_word(&rest, &state) && slice_next_word(&rest, &queue) &&
			slice_next_word(&rest, &queue) && slice_next_word(&rest, &local) &&
			slice_next_word(&rest, &peer);
	if (!is_whole || !parse_local(parse, local, &socket)) {
		complain(parse, line, "not a line of ss: the socket is left out");
		return;
	}
	if (!slice_is(state, "LISTEN") && !slice_is(state, "UNCONN"))
		return;
	parse_extras(parse, rest, &socket);
	if (parse->model->count == SOCKETS_MAX) {
		complain(parse, line, "too many sockets: the rest is left out");
		return;
	}
	struct listening_socket *items =
		arena_grow(parse->loader->arena, parse->sockets, parse->model->count,
			   &parse->capacity, sizeof(*items));
	if (!items) {
		parse->memory_failed = true;
		return;
	}
	parse->sockets = items;
	items[parse->model->count++] = socket;
	if (socket.process.size == 0)
		parse->model->has_all_processes = false;
}

struct socket_model *socket_model_load(const struct loader *loader)
{
	struct socket_model *model = ARENA_NEW(loader->arena, struct socket_model);
	if (!model)
		return NULL;
	struct socket_parse parse = { .model = model, .loader = loader };
	enum load_status status = loader_probe(loader, "ss", &parse.source, &model->unread);
	model->state = status == LOAD_FOUND    ? FACT_PRESENT
		       : status == LOAD_ABSENT ? FACT_ABSENT
					       : FACT_UNREADABLE;
	if (status != LOAD_FOUND)
		return model;
	const struct unread *ignored;
	(void)loader_read(loader, "/etc/passwd", &parse.passwd, &ignored);
	struct slice bytes = parse.source->bytes;
	parse.is_old = slice_find(bytes, SLICE(" :::")) < bytes.size ||
		       (slice_find(bytes, SLICE("users:((")) < bytes.size &&
			slice_find(bytes, SLICE(",pid=")) == bytes.size);
	model->has_all_processes = true;
	struct slice line;
	while (slice_next_line(&bytes, &line) && !parse.memory_failed)
		parse_line(&parse, line);
	model->sockets = parse.sockets;
	/* Text in which nothing is a socket is not "nobody listens". */
	if (model->count == 0 && model->diagnostics.count > 0) {
		static const struct unread not_of_ss = {
			.what = "the listening sockets",
			.why = "the text is not what ss prints",
			.to_read_it = "save the output of `ss -H -tulnpe` again",
		};
		model->state = FACT_UNREADABLE;
		model->unread = &not_of_ss;
		loader_note(loader, not_of_ss.what, not_of_ss.why, not_of_ss.to_read_it);
	}
	return parse.memory_failed ? NULL : model;
}

bool listening_socket_is_loopback(const struct listening_socket *socket)
{
	return address_is_loopback(address_unmap(socket->address)) ||
	       slice_is(socket->interface, "lo");
}

const char *transport_protocol_name(enum transport_protocol protocol)
{
	return protocol == TRANSPORT_TCP ? "tcp" : "udp";
}
