/* SPDX-License-Identifier: Apache-2.0
 *
 * This host: files below "/", probes from the kernel where it can tell, else from the fixed
 * commands.
 */
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "audit/base/buffer.h"
#include "audit/target/answer.h"
#include "audit/target/file_tree.h"
#include "audit/target/run_probe.h"

struct local_target {
	struct file_tree tree;
	/* Answers of a group that was run as a whole, by their place in probe_list. */
	struct probe_run *runs;
	bool group_was_run[PROBE_FAIL2BAN + 1];
};

static bool exists(struct target *target, const char *path)
{
	struct file_status status;
	struct target_trouble trouble;
	return file_tree_status(target, path, false, &status, &trouble) == LOAD_FOUND;
}

/* The old interface holds no rules as long as none of its tables was made. Only root may read the
 * list: others hear it from the program. */
static bool has_no_legacy_tables(struct target *target, const char *list)
{
	struct target_bytes bytes;
	struct target_trouble trouble;
	enum load_status status = file_tree_read(target, list, &bytes, &trouble);
	return status == LOAD_ABSENT || (status == LOAD_FOUND && bytes.bytes.size == 0);
}

/* Is it certain without running the command that there is nothing to tell? */
static bool is_surely_absent(struct target *target, const struct probe *probe)
{
	if (!run_probe_has_program(probe))
		return true;
	if (strcmp(probe->name, "iptables-legacy-save") == 0)
		return has_no_legacy_tables(target, "/proc/net/ip_tables_names");
	if (strcmp(probe->name, "ip6tables-legacy-save") == 0)
		return has_no_legacy_tables(target, "/proc/net/ip6_tables_names");
	if (probe->group == PROBE_FAIL2BAN)
		return !exists(target, "/run/fail2ban/fail2ban.sock") &&
		       !exists(target, "/var/run/fail2ban/fail2ban.sock");
	if (!probe->needs_asterisk_cli)
		return false;
	for (size_t i = 0; i < PROBE_ASTERISK_SOCKETS; i++)
		if (exists(target, probe_asterisk_sockets[i]))
			return false;
	return true;
}

/* Runs PROBE, and with it all of its group that can be run. */
static void run_group(struct target *target, const struct probe *probe)
{
	struct local_target *local = target->state;
	size_t count, chosen = 0;
	const struct probe *all = probe_list(&count);
	struct probe_run *runs = ARENA_ARRAY(target->arena, count, struct probe_run);
	if (!runs)
		return;
	for (size_t i = 0; i < count; i++) {
		bool is_wanted = probe->group == PROBE_ALONE ? &all[i] == probe
							     : all[i].group == probe->group;
		if (is_wanted && is_surely_absent(target, &all[i]))
			local->runs[i] =
				(struct probe_run){ .probe = &all[i], .status = LOAD_ABSENT };
		else if (is_wanted)
			runs[chosen++].probe = &all[i];
	}
	run_probes(runs, chosen, target->options.probe_timeout_ms, TARGET_FILE_BYTES_MAX,
		   target->arena);
	for (size_t i = 0; i < chosen; i++)
		local->runs[runs[i].probe - all] = runs[i];
}

static enum load_status local_run(struct target *target, const struct probe *probe,
				  struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	struct local_target *local = target->state;
	size_t count;
	const struct probe *all = probe_list(&count);
	const struct probe_run *run = &local->runs[probe - all];
	if (!run->probe)
		run_group(target, probe);
	if (!run->probe) {
		trouble->problem = (struct load_problem){ "out of memory", "" };
		return LOAD_UNREADABLE;
	}
	trouble->problem = run->problem;
	if (run->status == LOAD_FOUND)
		*ret_bytes = (struct target_bytes){ .bytes = run->output, .is_cut = run->is_cut };
	return run->status;
}

struct kernel_answer {
	const char *probe;
	local_answer *answer;
};

static const struct kernel_answer kernel_answers[] = {
	{ "addresses", local_addresses_answer },
	{ "asterisk-socket", local_asterisk_socket_answer },
	{ "container", local_container_answer },
	{ "deleted-files", local_deleted_files_answer },
	{ "df", local_df_answer },
	{ "processes", local_processes_answer },
	{ "ss", local_sockets_answer },
	{ "sysctl", local_sysctl_answer },
	{ "uname", local_uname_answer },
	{ "units", local_units_answer },
};

static enum load_status ask_kernel(struct target *target, const struct probe *probe,
				   struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	for (size_t i = 0; i < ARRAY_SIZE(kernel_answers); i++) {
		if (strcmp(kernel_answers[i].probe, probe->name) != 0)
			continue;
		enum load_status status = kernel_answers[i].answer(target, ret_bytes, trouble);
		/* An old or narrowed kernel may not answer us, but the program that knows it. */
		if (status == LOAD_UNREADABLE && geteuid() == 0 && run_probe_has_program(probe))
			return local_run(target, probe, ret_bytes, trouble);
		return status;
	}
	return local_run(target, probe, ret_bytes, trouble);
}

static enum load_status local_probe(struct target *target, const struct probe *probe,
				    struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	if (probe->kernel_file)
		return file_tree_read(target, probe->kernel_file, ret_bytes, trouble);
	if (probe->is_kernel_made)
		return ask_kernel(target, probe, ret_bytes, trouble);
	if (probe->needs_asterisk_cli && !target->options.allow_asterisk_cli) {
		if (is_surely_absent(target, probe))
			return LOAD_ABSENT;
		return target_core_refuse_cli(trouble);
	}
	return local_run(target, probe, ret_bytes, trouble);
}

static void local_close(struct target *target)
{
	struct local_target *local = target->state;
	if (local->tree.root >= 0)
		(void)close(local->tree.root);
	local->tree.root = -1;
}

static const struct target_kind_operations local_operations = {
	.kind = TARGET_LOCAL,
	.read = file_tree_read,
	.status = file_tree_status,
	.list = file_tree_list,
	.probe = local_probe,
	.open = file_tree_open,
	.close = local_close,
};

struct target *target_open_local(struct arena *arena, const struct target_options *options,
				 struct error *error)
{
	struct target *target = target_core_new(arena, options, &local_operations, error);
	struct local_target *local = ARENA_NEW(arena, struct local_target);
	size_t count;
	(void)probe_list(&count);
	if (!target || !local || !(local->runs = ARENA_ARRAY(arena, count, struct probe_run))) {
		error_memory(error);
		return NULL;
	}
	target->state = local;
	struct utsname names;
	if (uname(&names) == 0)
		target->name = arena_copy(arena, names.nodename, strlen(names.nodename));
	local->tree.root = file_tree_open_root("/", error);
	if (local->tree.root < 0)
		return NULL;
	if (!target->name || !target->name[0])
		target->name = "localhost";
	return target;
}
