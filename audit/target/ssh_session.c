/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/ssh_session.h"

#include <libssh/libssh.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "audit/base/slice.h"

/* A channel's reads come in pieces of SSH's largest packet (RFC 4253 section 6.1). */
#define SSH_PIECE_BYTES 32768
#define SSH_NAME_BYTES_MAX 256
#define SSH_PASSWORD_BYTES_MAX 1024
/* A user mistypes; sshd's own MaxAuthTries is 6. */
#define SSH_PASSWORD_TRIES 3

struct ssh_connection {
	ssh_session session;
	const struct target_options *options;
	char host[SSH_NAME_BYTES_MAX];
	/* One shell for all scripts: the host may allow one session only, and a login shell's own
	 * files are read once. */
	ssh_channel channel;
};

static int64_t clock_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool fail(struct ssh_connection *connection, struct error *error, const char *what)
{
	return error_set_at(error, ERROR_INPUT, connection->host, 0, "%s: %s", what,
			    ssh_get_error(connection->session));
}

/* Another try may help: the host was not there, or went away. */
static void set_unreached(const struct ssh_connection *connection)
{
	if (connection->options->unreached)
		*connection->options->unreached = true;
}

/* Parts of ssh://[user@]host[:port]; an IPv6 address stands in brackets. */
static bool read_place(struct ssh_connection *connection, const char *where, struct error *error)
{
	struct slice rest = slice_of(where);
	if (slice_starts_with(rest, "ssh://"))
		rest = slice_from(rest, 6);
	while (slice_ends_with(rest, "/"))
		rest.size--;
	size_t at = slice_find_last_byte(rest, '@');
	char user[SSH_NAME_BYTES_MAX] = "";
	if (at < rest.size) {
		(void)snprintf(user, sizeof(user), "%.*s", (int)(at < 255 ? at : 255), rest.data);
		rest = slice_from(rest, at + 1);
	}
	uint64_t port = 0;
	bool is_bracketed = slice_starts_with(rest, "[");
	size_t end = is_bracketed ? slice_find_byte(rest, ']') : slice_find_byte(rest, ':');
	struct slice host = is_bracketed ? slice_part(rest, 1, end > 0 ? end - 1 : 0)
					 : slice_part(rest, 0, end);
	rest = slice_from(rest, is_bracketed && end < rest.size ? end + 1 : end);
	if (slice_starts_with(rest, ":") &&
	    (!slice_to_uint64(slice_from(rest, 1), &port) || port == 0 || port > 65535))
		host.size = 0;
	if (host.size == 0 || host.size >= SSH_NAME_BYTES_MAX) {
		error_set(error, ERROR_USAGE, "\"%s\" names no host", where);
		error_advise(error, "write ssh://user@host:port; user and port may be left out");
		return false;
	}
	(void)snprintf(connection->host, sizeof(connection->host), "%.*s", SLICE_ARG(host));
	unsigned int number = (unsigned int)port;
	return ssh_options_set(connection->session, SSH_OPTIONS_HOST, connection->host) == 0 &&
	       (!user[0] || ssh_options_set(connection->session, SSH_OPTIONS_USER, user) == 0) &&
	       (!port || ssh_options_set(connection->session, SSH_OPTIONS_PORT, &number) == 0);
}

static bool ask_about_key(struct ssh_connection *connection)
{
	const struct ask_user *ask = &connection->options->ask;
	ssh_key key = NULL;
	unsigned char *hash = NULL;
	size_t size = 0;
	char *text = NULL;
	BUFFER_AUTO fingerprint = { 0 };
	if (ssh_get_server_publickey(connection->session, &key) == SSH_OK &&
	    ssh_get_publickey_hash(key, SSH_PUBLICKEY_HASH_SHA256, &hash, &size) == SSH_OK)
		text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, size);
	if (text)
		buffer_format(&fingerprint, "%s %s", ssh_key_type_to_char(ssh_key_type(key)), text);
	bool is_right =
		text && !buffer_failed(&fingerprint) && ask->is_key_right &&
		ask->is_key_right(ask->context, connection->host, buffer_string(&fingerprint));
	ssh_string_free_char(text);
	ssh_clean_pubkey_hash(&hash);
	ssh_key_free(key);
	return is_right;
}

static bool verify_host(struct ssh_connection *connection, struct error *error)
{
	switch (ssh_session_is_known_server(connection->session)) {
	case SSH_KNOWN_HOSTS_OK:
		return true;
	case SSH_KNOWN_HOSTS_CHANGED:
	case SSH_KNOWN_HOSTS_OTHER:
		error_set_at(error, ERROR_INPUT, connection->host, 0,
			     "its host key is not the one that is known: nothing was sent to it");
		error_advise(error,
			     "find out why it changed; then `ssh-keygen -R %s`, and log in "
			     "by ssh once",
			     connection->host);
		return false;
	case SSH_KNOWN_HOSTS_NOT_FOUND:
	case SSH_KNOWN_HOSTS_UNKNOWN:
		if (ask_about_key(connection))
			return ssh_session_update_known_hosts(connection->session) == SSH_OK ||
			       fail(connection, error, "its key could not be kept");
		error_set_at(error, ERROR_INPUT, connection->host, 0,
			     "its host key is not known, and nobody said that it is right");
		error_advise(error, "log in by ssh once, or add the key to known_hosts");
		return false;
	default:
		return fail(connection, error, "its host key can't be verified");
	}
}

static int answer_prompts(struct ssh_connection *connection, const char *password)
{
	int status = ssh_userauth_kbdint(connection->session, NULL, NULL);
	while (status == SSH_AUTH_INFO) {
		int count = ssh_userauth_kbdint_getnprompts(connection->session);
		for (int i = 0; i < count; i++) {
			char echo = 0;
			(void)ssh_userauth_kbdint_getprompt(connection->session, (unsigned int)i,
							    &echo);
			/* A question whose answer may be seen is no question for a password. */
			if (ssh_userauth_kbdint_setanswer(connection->session, (unsigned int)i,
							  echo ? "" : password) < 0)
				return SSH_AUTH_ERROR;
		}
		status = ssh_userauth_kbdint(connection->session, NULL, NULL);
	}
	return status;
}

static int try_password(struct ssh_connection *connection, unsigned int methods)
{
	char password[SSH_PASSWORD_BYTES_MAX] = "";
	int status = SSH_AUTH_DENIED;
	const struct ask_user *ask = &connection->options->ask;
	for (int i = 0; i < (ask->can_repeat ? SSH_PASSWORD_TRIES : 1); i++) {
		if (!ask->password ||
		    !ask->password(ask->context, connection->host, password, sizeof(password)))
			break;
		if (methods & SSH_AUTH_METHOD_PASSWORD)
			status = ssh_userauth_password(connection->session, NULL, password);
		else
			status = answer_prompts(connection, password);
		if (status != SSH_AUTH_DENIED)
			break;
	}
	explicit_bzero(password, sizeof(password));
	return status;
}

static bool log_in(struct ssh_connection *connection, struct error *error)
{
	int status = ssh_userauth_none(connection->session, NULL);
	unsigned int methods = (unsigned int)ssh_userauth_list(connection->session, NULL);
	if (status != SSH_AUTH_SUCCESS && status != SSH_AUTH_ERROR &&
	    methods & SSH_AUTH_METHOD_PUBLICKEY)
		status = ssh_userauth_publickey_auto(connection->session, NULL, NULL);
	if (status == SSH_AUTH_DENIED || status == SSH_AUTH_PARTIAL) {
		methods = (unsigned int)ssh_userauth_list(connection->session, NULL);
		if (methods & (SSH_AUTH_METHOD_PASSWORD | SSH_AUTH_METHOD_INTERACTIVE))
			status = try_password(connection, methods);
	}
	if (status == SSH_AUTH_SUCCESS)
		return true;
	fail(connection, error, "could not log in");
	error_advise(error, "load a key into the agent, or name one in ~/.ssh/config");
	return false;
}

static bool send_script(struct ssh_connection *connection, struct slice script, struct error *error)
{
	while (script.size > 0) {
		uint32_t size =
			script.size < SSH_PIECE_BYTES ? (uint32_t)script.size : SSH_PIECE_BYTES;
		int sent = ssh_channel_write(connection->channel, script.data, size);
		if (sent <= 0) {
			set_unreached(connection);
			return fail(connection, error, "the connection broke");
		}
		script = slice_from(script, (size_t)sent);
	}
	return true;
}

/* Does the answer end with MARK on a line of its own? */
static bool has_ended(const struct buffer *out, size_t first, struct slice mark)
{
	struct slice text = slice_from(buffer_slice(out), first);
	if (slice_ends_with(text, "\n"))
		text.size--;
	return text.size >= mark.size &&
	       slice_equal(slice_from(text, text.size - mark.size), mark) &&
	       (text.size == mark.size || text.data[text.size - mark.size - 1] == '\n');
}

/* What the shell says in its standard error: kept until it holds PROMPT, at most one piece. */
static bool has_prompt(struct ssh_connection *connection, struct slice prompt,
		       struct buffer *complaints)
{
	char piece[4096];
	int got;
	while ((got = ssh_channel_read_nonblocking(connection->channel, piece, sizeof(piece), 1)) >
	       0)
		/* A host that floods it must fill neither the window nor our memory. */
		if (complaints->size < SSH_PIECE_BYTES)
			buffer_append(complaints, piece, (size_t)got);
	return prompt.size > 0 &&
	       slice_find(buffer_slice(complaints), prompt) < buffer_slice(complaints).size;
}

/* Reads until MARK stands on the last line of OUT, or PROMPT (may be empty) in standard error. */
static bool receive(struct ssh_connection *connection, struct slice mark, struct slice prompt,
		    size_t limit, struct buffer *out, struct error *error)
{
	int64_t end = clock_ms() + connection->options->probe_timeout_ms;
	BUFFER_AUTO complaints = { 0 };
	size_t first = out->size;
	while (!has_ended(out, first, mark) && !has_prompt(connection, prompt, &complaints)) {
		int64_t left = end - clock_ms();
		if (left <= 0)
			return error_set_at(error, ERROR_LIMIT, connection->host, 0,
					    "did not answer in time");
		char *place = buffer_reserve(out, SSH_PIECE_BYTES);
		if (!place)
			return error_memory(error);
		int wait_ms = prompt.size > 0 ? 50 : 1000;
		int got = ssh_channel_read_timeout(connection->channel, place, SSH_PIECE_BYTES, 0,
						   left < wait_ms ? (int)left : wait_ms);
		if (got == SSH_ERROR || (got <= 0 && ssh_channel_is_eof(connection->channel))) {
			set_unreached(connection);
			return got == SSH_ERROR ? fail(connection, error, "the connection broke")
						: error_set_at(error, ERROR_INPUT, connection->host,
							       0, "the shell there ended early");
		}
		if (got > 0)
			buffer_commit(out, (size_t)got);
		if (out->size - first > limit)
			return error_set_at(error, ERROR_LIMIT, connection->host, 0,
					    "sent more than an audit reads");
	}
	return true;
}

/* Runs SCRIPT in the shell. Its end is a line that no file of the host can hold by chance or by
 * intent, since it is made anew each time. */
static bool run_script(struct ssh_connection *connection, struct slice script, size_t limit,
		       struct buffer *out, struct error *error)
{
	uint64_t number;
	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		return error_set(error, ERROR_INTERNAL, "the kernel gives no random numbers");
	BUFFER_AUTO mark = { 0 };
	BUFFER_AUTO last = { 0 };
	buffer_format(&mark, "@done %016llx", (unsigned long long)number);
	/* In two parts, so that a shell that echoes its input does not end it. */
	buffer_format(&last, "echo @done' %016llx'\n", (unsigned long long)number);
	if (buffer_failed(&mark) || buffer_failed(&last))
		return error_memory(error);
	return send_script(connection, script, error) &&
	       send_script(connection, buffer_slice(&last), error) &&
	       receive(connection, buffer_slice(&mark), SLICE(""), limit, out, error);
}

/* Root's shell in the place of the user's. It is sent alone: what follows before it runs would be
 * read by the shell that is there. */
static bool become_root(struct ssh_connection *connection, struct error *error)
{
	static const char sudo[] = "exec sudo -S -p @password sh -s\n";
	char password[SSH_PASSWORD_BYTES_MAX] = "";
	const struct ask_user *ask = &connection->options->ask;
	BUFFER_AUTO question = { 0 };
	BUFFER_AUTO said = { 0 };
	buffer_format(&question, "%s for sudo", connection->host);
	if (!ask->password ||
	    !ask->password(ask->context, buffer_string(&question), password, sizeof(password) - 1))
		return error_set_at(error, ERROR_INPUT, connection->host, 0,
				    "sudo wants a password, and nobody gave one");
	size_t size = strlen(password);
	password[size] = '\n';
	bool done = send_script(connection, slice_of(sudo), error) &&
		    receive(connection, SLICE("@never"), SLICE("@password"), SSH_PIECE_BYTES, &said,
			    error) &&
		    send_script(connection, (struct slice){ .data = password, .size = size + 1 },
				error);
	explicit_bzero(password, sizeof(password));
	if (!done)
		return false;
	/* A wrong one is asked for again: the second prompt says so. */
	static const char check[] = "echo @root\n";
	buffer_clear(&said);
	done = send_script(connection, slice_of(check), error) &&
	       receive(connection, SLICE("@root"), SLICE("@password"), SSH_PIECE_BYTES, &said,
		       error) &&
	       has_ended(&said, 0, SLICE("@root"));
	return done || error_set_at(error, ERROR_INPUT, connection->host, 0,
				    "sudo did not take the password");
}

/* Opens the one shell, and makes it root's where that can be had. */
static bool open_shell(struct ssh_connection *connection, struct error *error)
{
	BUFFER_AUTO said = { 0 };
	static const char question[] =
		"if [ `id -u` = 0 ]; then echo @root; "
		"elif sudo -n true >/dev/null 2>&1; then echo @sudo; else echo @user; fi\n";
	connection->channel = ssh_channel_new(connection->session);
	if (!connection->channel)
		return error_memory(error);
	if (ssh_channel_open_session(connection->channel) != SSH_OK ||
	    ssh_channel_request_exec(connection->channel, "exec sh -s") != SSH_OK)
		return fail(connection, error, "no command can be run there");
	if (!run_script(connection, slice_of(question), SSH_PIECE_BYTES, &said, error))
		return false;
	struct slice text = buffer_slice(&said);
	if (slice_find(text, SLICE("@sudo\n")) < text.size)
		return send_script(connection, SLICE("exec sudo -n sh -s\n"), error);
	if (slice_find(text, SLICE("@user\n")) < text.size && connection->options->sudo_password)
		return become_root(connection, error);
	return true;
}

struct ssh_connection *ssh_connection_open(const char *where, const struct target_options *options,
					   struct error *error)
{
	struct ssh_connection *connection = calloc(1, sizeof(*connection));
	if (!connection) {
		error_memory(error);
		return NULL;
	}
	connection->options = options;
	connection->session = ssh_new();
	long seconds = options->connect_timeout_seconds;
	bool done = connection->session != NULL || error_memory(error);
	done = done && read_place(connection, where, error);
	if (done && (ssh_options_set(connection->session, SSH_OPTIONS_TIMEOUT, &seconds) != 0 ||
		     ssh_options_parse_config(connection->session, options->ssh_config) != 0))
		done = fail(connection, error, "the ssh configuration can't be used");
	if (done && ssh_connect(connection->session) != SSH_OK) {
		set_unreached(connection);
		done = fail(connection, error, "no connection");
	}
	done = done && verify_host(connection, error) && log_in(connection, error) &&
	       open_shell(connection, error);
	if (done)
		return connection;
	ssh_connection_close(connection);
	return NULL;
}

void ssh_connection_close(struct ssh_connection *connection)
{
	if (!connection)
		return;
	if (connection->channel) {
		(void)ssh_channel_close(connection->channel);
		ssh_channel_free(connection->channel);
	}
	if (connection->session) {
		ssh_disconnect(connection->session);
		ssh_free(connection->session);
	}
	free(connection);
}

const char *ssh_connection_host(const struct ssh_connection *connection)
{
	return connection->host;
}

bool ssh_connection_run(struct ssh_connection *connection, struct slice script, size_t limit,
			struct buffer *out, struct error *error)
{
	return run_script(connection, script, limit, out, error);
}
