/* SPDX-License-Identifier: Apache-2.0
 *
 * A host over ssh. The model asks, the questions are collected and sent together, and the model is
 * built again from the answers, until it asks nothing new: includes and the files that they name
 * need a round each, whatever else there is comes in the first. So the same code asks the same
 * questions as on the host itself, and finds the same.
 */
#include "audit/target/memory_tree.h"
#include "audit/target/remote_ask.h"
#include "audit/target/ssh_session.h"

/* Asterisk's own includes nest no deeper than 10, sshd's 16; a glob needs a round for each of its
 * folders. */
#define SSH_ROUNDS_MAX 64

/* All that one round's models may hold, as for any audit. */
#define SSH_ROUND_MEMORY_MAX ((size_t)2 * 1024 * 1024 * 1024)

struct ssh_target {
	struct ssh_connection *connection;
	/* Where answers live. The target's own arena is one for each round, since what the models
	 * of a round made is of no use to the next; NULL in the first. */
	struct arena *kept;
	struct arena *round;
	struct record_set records;
	/* Records before this one are answered. */
	size_t asked;
	size_t rounds;
};

/* The answer to a question; unreadable as long as it was not asked. NULL: memory is short. */
static const struct record *ask(struct target *target, enum question question, const char *key,
				struct target_trouble *trouble)
{
	struct ssh_target *ssh = target->state;
	const struct record *record = record_set_find(&ssh->records, question, key);
	if (!record) {
		const struct record asked = {
			.question = question,
			.key = key,
			.status = LOAD_UNREADABLE,
			.trouble.problem = { "it was not asked", "" },
		};
		if (record_set_add(&ssh->records, &asked))
			record = record_set_find(&ssh->records, question, key);
	}
	if (!record)
		trouble->problem = (struct load_problem){ "out of memory", "" };
	else if (record->status == LOAD_UNREADABLE)
		*trouble = record->trouble;
	return record;
}

static enum load_status ssh_read(struct target *target, const char *path,
				 struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	return record_give(ask(target, QUESTION_READ, path, trouble), ret_bytes);
}

static enum load_status ssh_status(struct target *target, const char *path, bool nofollow,
				   struct file_status *ret_status, struct target_trouble *trouble)
{
	const struct record *record =
		ask(target, nofollow ? QUESTION_LINK_STATUS : QUESTION_STATUS, path, trouble);
	if (record && record->status == LOAD_FOUND)
		*ret_status = record->file;
	return record ? record->status : LOAD_UNREADABLE;
}

static enum load_status ssh_list(struct target *target, const char *path,
				 struct name_list *ret_names, struct target_trouble *trouble)
{
	const struct record *record = ask(target, QUESTION_LIST, path, trouble);
	if (record && record->status == LOAD_FOUND)
		*ret_names = record->names;
	return record ? record->status : LOAD_UNREADABLE;
}

/* Is there surely nothing at PATH? Not while that is not known. */
static bool is_missing(struct target *target, const char *path)
{
	struct target_trouble trouble;
	const struct record *record = ask(target, QUESTION_STATUS, path, &trouble);
	return record && record->status == LOAD_ABSENT;
}

/* Is the program of PROBE, which asks Asterisk, in none of the usual folders, or its control socket
 * in none of the usual places? The local target's rule. */
static bool is_surely_absent(struct target *target, const struct probe *probe)
{
	bool no_program = true, no_socket = true;
	for (size_t i = 0; i < PROBE_FOLDERS; i++) {
		BUFFER_AUTO path = { 0 };
		buffer_format(&path, "%s/%s", probe_folders[i], probe->arguments[0]);
		no_program &= is_missing(target, buffer_string(&path));
	}
	for (size_t i = 0; i < PROBE_ASTERISK_SOCKETS; i++)
		no_socket &= is_missing(target, probe_asterisk_sockets[i]);
	return no_program || no_socket;
}

static enum load_status ssh_probe(struct target *target, const struct probe *probe,
				  struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	if (probe->needs_asterisk_cli && is_surely_absent(target, probe))
		return LOAD_ABSENT;
	if (probe->needs_asterisk_cli && !target->options.allow_asterisk_cli)
		return target_core_refuse_cli(trouble);
	return record_give(ask(target, QUESTION_PROBE, probe->name, trouble), ret_bytes);
}

static enum load_status ssh_open(struct target *target, const char *path, struct stream *ret_stream,
				 struct target_trouble *trouble)
{
	const struct record *record = ask(target, QUESTION_OPEN, path, trouble);
	if (!record || record->status != LOAD_FOUND)
		return record ? record->status : LOAD_UNREADABLE;
	if (record->is_cut)
		(void)target_core_note(target, path, "only its beginning was fetched",
				       "audit the host itself");
	return memory_stream(record->bytes, &record->file, ret_stream, &trouble->problem);
}

/* The host's own name, once it was told. */
static void take_name(struct target *target)
{
	struct ssh_target *ssh = target->state;
	const struct record *record = record_set_find(&ssh->records, QUESTION_PROBE, "hostname");
	struct slice name = record ? slice_trim(record->bytes) : SLICE("");
	/* DNS allows no longer name. */
	char *text = record && record->status == LOAD_FOUND && name.size > 0
			     ? slice_to_string(ssh->kept, slice_part(name, 0, 253))
			     : NULL;
	if (text)
		target->name = text;
}

/* Frees what the last round made, and begins another. */
static bool begin_round(struct target *target)
{
	struct ssh_target *ssh = target->state;
	struct arena *round = arena_new(SSH_ROUND_MEMORY_MAX);
	if (!round)
		return false;
	arena_free(ssh->round);
	ssh->round = round;
	target->arena = round;
	target->loader.arena = round;
	target->unread = NULL;
	target->unread_capacity = 0;
	target_core_forget(target);
	return true;
}

static bool ssh_fetch(struct target *target, bool *ret_more, struct error *error)
{
	struct ssh_target *ssh = target->state;
	BUFFER_AUTO script = { 0 };
	BUFFER_AUTO answer = { 0 };
	if (ssh->asked == ssh->records.count || ssh->rounds == SSH_ROUNDS_MAX)
		return true;
	remote_ask_write(&ssh->records, ssh->asked, &script);
	if (buffer_failed(&script))
		return error_memory(error);
	bool done = ssh_connection_run(ssh->connection, buffer_slice(&script),
				       REMOTE_ROUND_BYTES_MAX, &answer, error);
	if (!done && ssh->rounds == 0)
		return false;
	/* Kept in secret memory, since any file may hold a secret. */
	char *bytes = arena_allocate_secret(ssh->kept, answer.size + 1);
	if (!bytes)
		return error_memory(error);
	if (answer.size > 0) {
		memcpy(bytes, answer.data, answer.size);
		explicit_bzero(answer.data, answer.size);
	}
	const struct slice kept = { .data = bytes, .size = answer.size };
	if (!remote_ask_read(&ssh->records, ssh->asked, kept,
			     done ? "the host did not answer this question"
				  : "the connection ended before it was answered"))
		return error_memory(error);
	ssh->asked = ssh->records.count;
	/* After a break nothing more is sent: what is asked from now on stays unread. */
	ssh->rounds = done ? ssh->rounds + 1 : SSH_ROUNDS_MAX;
	take_name(target);
	*ret_more = true;
	return begin_round(target) || error_memory(error);
}

static void ssh_close(struct target *target)
{
	struct ssh_target *ssh = target->state;
	ssh_connection_close(ssh->connection);
	ssh->connection = NULL;
	arena_free(ssh->round);
	ssh->round = NULL;
}

static const struct target_kind_operations ssh_operations = {
	.kind = TARGET_SSH,
	.read = ssh_read,
	.status = ssh_status,
	.list = ssh_list,
	.probe = ssh_probe,
	.open = ssh_open,
	.fetch = ssh_fetch,
	.close = ssh_close,
};

struct target *target_open_ssh(struct arena *arena, const char *where,
			       const struct target_options *options, struct error *error)
{
	struct target *target = target_core_new(arena, options, &ssh_operations, error);
	struct ssh_target *ssh = ARENA_NEW(arena, struct ssh_target);
	struct target_trouble trouble;
	if (!target || !ssh) {
		error_memory(error);
		return NULL;
	}
	target->state = ssh;
	ssh->kept = arena;
	record_set_init(&ssh->records, arena);
	ssh->connection = ssh_connection_open(where, &target->options, error);
	if (!ssh->connection)
		return NULL;
	const char *host = ssh_connection_host(ssh->connection);
	target->name = arena_copy(arena, host, strlen(host));
	if (!target->name || !ask(target, QUESTION_PROBE, "hostname", &trouble)) {
		target_close(target);
		error_memory(error);
		return NULL;
	}
	return target;
}
