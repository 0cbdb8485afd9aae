/* SPDX-License-Identifier: Apache-2.0
 *
 * The running processes, from the probe's own format or from what people save by habit: `ps aux`
 * and `ps -ef`.
 */
#include "audit/kernel/system_parts.h"

#define PROCESSES_MAX 100000

/* Width of the field for the program's name in the probe's format. */
#define COMM_WIDTH 16

struct process_list {
	const struct loader *loader;
	const struct system_model *model;
	const struct source *source;
	struct system_process *items;
	size_t count;
	size_t capacity;
	/* Seconds since 1970 at which the answer was taken. */
	int64_t taken;
};

enum ps_format {
	PS_PROBE,
	PS_AUX,
	PS_EF,
};

static bool to_number(struct slice word, uint64_t *ret_value)
{
	return slice_to_uint64(word, ret_value) && *ret_value <= UINT32_MAX;
}

/* The base name of the program in a command line; "sshd: root@pts/0" is sshd. */
static struct slice program_name(struct slice command)
{
	struct slice name = SLICE("");
	(void)slice_next_word(&command, &name);
	size_t slash = slice_find_last_byte(name, '/');
	if (slash < name.size)
		name = slice_from(name, slash + 1);
	if (slice_ends_with(name, ":"))
		name.size--;
	return name;
}

/* "pid uid seconds user comm command": the name is a field of fixed width, as it may hold blanks.
 */
static bool parse_probe_line(const struct process_list *list, struct slice line,
			     struct system_process *process)
{
	struct slice rest = line, pid, uid, seconds, user;
	uint64_t numbers[3];
	if (!slice_next_word(&rest, &pid) || !slice_next_word(&rest, &uid) ||
	    !slice_next_word(&rest, &seconds) || !slice_next_word(&rest, &user) ||
	    !to_number(pid, &numbers[0]) || !to_number(uid, &numbers[1]) ||
	    !slice_to_uint64(seconds, &numbers[2]))
		return false;
	process->pid = (uint32_t)numbers[0];
	process->uid = (uint32_t)numbers[1];
	process->user = user;
	if (list->taken > 0 && numbers[2] < (uint64_t)list->taken)
		process->started = list->taken - (int64_t)numbers[2];
	rest = slice_trim_left(rest);
	process->name = slice_trim(slice_part(rest, 0, COMM_WIDTH));
	process->command = slice_trim(slice_from(rest, COMM_WIDTH));
	return process->name.size > 0;
}

/* SKIPPED words lie between the pid and the command. */
static bool parse_listing_line(const struct process_list *list, struct slice line, size_t skipped,
			       struct system_process *process)
{
	struct slice rest = line, user, pid, word;
	uint64_t number;
	if (!slice_next_word(&rest, &user) || !slice_next_word(&rest, &pid) ||
	    !to_number(pid, &number))
		return false;
	for (size_t i = 0; i < skipped; i++)
		if (!slice_next_word(&rest, &word))
			return false;
	process->pid = (uint32_t)number;
	process->user = user;
	process->command = slice_trim(rest);
	process->name = program_name(process->command);
	const struct system_account *account = system_find_account(list->model, user);
	if (account)
		process->uid = account->uid;
	else if (to_number(user, &number))
		process->uid = (uint32_t)number;
	else
		process->uid = UINT32_MAX;
	return process->command.size > 0;
}

static bool add_process(struct process_list *list, struct slice line, enum ps_format format)
{
	struct system_process process = { .origin = origin_of(list->source, line) };
	bool is_good = format == PS_PROBE ? parse_probe_line(list, line, &process)
		       : format == PS_AUX ? parse_listing_line(list, line, 8, &process)
					  : parse_listing_line(list, line, 5, &process);
	/* Kernel threads, which ps shows in brackets, are no programs. */
	if (!is_good || slice_starts_with(process.command, "[") || list->count == PROCESSES_MAX)
		return true;
	const struct system_account *account = system_find_account_id(list->model, process.uid);
	if (account)
		process.user = account->name;
	struct system_process *items = arena_grow(list->loader->arena, list->items, list->count,
						  &list->capacity, sizeof(*items));
	if (!items)
		return false;
	list->items = items;
	items[list->count++] = process;
	return true;
}

bool system_processes_load(const struct loader *loader, struct system_model *model)
{
	struct process_list list = { .loader = loader, .model = model };
	enum load_status status =
		loader_probe(loader, "processes", &list.source, &model->processes_unread);
	model->processes_state = system_state(status);
	if (status != LOAD_FOUND)
		return true;
	/* A saved answer is as old as its file. */
	list.taken = list.source->modified > 0 ? list.source->modified : model->now;
	enum ps_format format = PS_PROBE;
	struct slice rest = list.source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		struct slice words = line, first;
		if (!slice_next_word(&words, &first))
			continue;
		if (slice_is(first, "USER") || slice_is(first, "UID"))
			format = slice_is(first, "USER") ? PS_AUX : PS_EF;
		else if (!add_process(&list, line, format))
			return false;
	}
	model->processes = list.items;
	model->process_count = list.count;
	return true;
}
