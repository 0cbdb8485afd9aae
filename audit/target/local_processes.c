/* SPDX-License-Identifier: Apache-2.0
 *
 * The processes of this host from /proc, as `ps -eww -o
 * pid:10=,uid:10=,etimes:12=,user:32=,comm:16=,args=` prints them, but with the number in the place
 * of the user's name: asking for names may ask a directory service. Kernel threads are left out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/base/error.h"
#include "audit/target/answer.h"
#include "audit/target/local_process.h"

/* A command line is cut here, as its end says nothing more. */
#define COMMAND_BYTES_MAX 8192

/* PF_KTHREAD of include/linux/sched.h. */
#define PROCESS_IS_KERNEL_THREAD 0x00200000u

/* Field numbers of proc_pid_stat(5), counted behind the name, which may hold anything. */
#define STAT_FIELD_FLAGS (9 - 3)
#define STAT_FIELD_START (22 - 3)

struct stat_fields {
	uint64_t flags;
	uint64_t start_ticks;
};

static bool read_stat(int proc, uint32_t pid, struct stat_fields *ret_fields)
{
	char data[1024];
	struct slice text = { .data = data,
			      .size = local_process_read(proc, pid, "stat", data, sizeof(data)) };
	size_t end = slice_find_last_byte(text, ')');
	if (end >= text.size)
		return false;
	text = slice_from(text, end + 1);
	struct slice word;
	struct stat_fields fields = { .flags = 0 };
	bool is_complete = false;
	for (size_t i = 0; slice_next_word(&text, &word); i++) {
		if (i == STAT_FIELD_FLAGS && !slice_to_uint64(word, &fields.flags))
			return false;
		if (i == STAT_FIELD_START)
			is_complete = slice_to_uint64(word, &fields.start_ticks);
	}
	*ret_fields = fields;
	return is_complete;
}

/* NUL-separated arguments as one line; bytes that would end or shift it become '?'. */
static void write_command(struct answer *answer, int proc, uint32_t pid, const char *name)
{
	char data[COMMAND_BYTES_MAX];
	size_t size = local_process_read(proc, pid, "cmdline", data, sizeof(data));
	while (size > 0 && data[size - 1] == '\0')
		size--;
	for (size_t i = 0; i < size; i++) {
		if (data[i] == '\0')
			data[i] = ' ';
		else if ((unsigned char)data[i] < ' ' || data[i] == 0x7f)
			data[i] = '?';
	}
	if (size > 0)
		answer_append(answer, data, size);
	else
		answer_format(answer, "[%s]", name);
	explicit_bzero(data, sizeof(data));
}

static void write_process(struct answer *answer, int proc, uint32_t pid, uint64_t uptime)
{
	struct stat_fields fields;
	struct stat status;
	char path[16], name[LOCAL_PROCESS_NAME_BYTES];
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%u", pid);
	struct slice number = buffer_slice(&text);
	if (number.size >= sizeof(path))
		return;
	memcpy(path, number.data, number.size);
	path[number.size] = '\0';
	if (!read_stat(proc, pid, &fields) || fields.flags & PROCESS_IS_KERNEL_THREAD ||
	    fstatat(proc, path, &status, 0) != 0)
		return;
	long ticks = sysconf(_SC_CLK_TCK);
	uint64_t start = fields.start_ticks / (ticks > 0 ? (uint64_t)ticks : 100);
	local_process_name(proc, pid, name);
	answer_format(answer, "%10u %10u %12llu %-32u %-16s ", pid, status.st_uid,
		      (unsigned long long)(uptime > start ? uptime - start : 0), status.st_uid,
		      name);
	write_command(answer, proc, pid, name);
	answer_append(answer, "\n", 1);
}

typedef void visit_process(struct answer *answer, int proc, uint32_t pid, uint64_t uptime);

static enum load_status visit_all(struct target *target, visit_process *visit,
				  struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	struct answer answer;
	if (!answer_begin(&answer))
		return careful_errno(ENOMEM, &trouble->problem);
	DIR *folder = opendir("/proc");
	struct timespec uptime = { .tv_sec = 0 };
	if (!folder || clock_gettime(CLOCK_BOOTTIME, &uptime) != 0) {
		if (folder)
			(void)closedir(folder);
		answer_done(&answer);
		trouble->problem = (struct load_problem){ "/proc is not mounted", "mount /proc" };
		return LOAD_UNREADABLE;
	}
	const struct dirent *entry;
	while ((entry = readdir(folder)) != NULL) {
		uint64_t pid;
		if (slice_to_uint64(slice_of(entry->d_name), &pid) && pid <= UINT32_MAX)
			visit(&answer, dirfd(folder), (uint32_t)pid, (uint64_t)uptime.tv_sec);
	}
	(void)closedir(folder);
	return answer_finish(&answer, target->arena, ret_bytes, trouble);
}

enum load_status local_processes_answer(struct target *target, struct target_bytes *ret_bytes,
					struct target_trouble *trouble)
{
	return visit_all(target, write_process, ret_bytes, trouble);
}

/* Large enough for a line of maps with the longest path. */
#define MAPS_CHUNK_BYTES ((size_t)64 * 1024)

static void write_deleted_line(struct answer *answer, uint32_t pid, struct slice line)
{
	if (!slice_ends_with(line, " (deleted)") || slice_find_byte(line, '/') == line.size)
		return;
	answer_format(answer, "/proc/%u/maps:", pid);
	answer_append(answer, line.data, line.size);
	answer_append(answer, "\n", 1);
}

static void write_deleted(struct answer *answer, int proc, uint32_t pid, uint64_t uptime)
{
	(void)uptime;
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "%u/maps", pid);
	int fd = openat(proc, buffer_string(&path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	char data[MAPS_CHUNK_BYTES];
	size_t kept = 0;
	for (;;) {
		ssize_t got = read(fd, data + kept, sizeof(data) - kept);
		if (got <= 0)
			break;
		struct slice rest = { .data = data, .size = kept + (size_t)got };
		for (;;) {
			size_t end = slice_find_byte(rest, '\n');
			if (end == rest.size)
				break;
			write_deleted_line(answer, pid, slice_part(rest, 0, end));
			rest = slice_from(rest, end + 1);
		}
		/* A line longer than the chunk is no path that exists. */
		kept = rest.size < sizeof(data) ? rest.size : 0;
		memmove(data, rest.data, kept);
	}
	(void)close(fd);
}

enum load_status local_deleted_files_answer(struct target *target, struct target_bytes *ret_bytes,
					    struct target_trouble *trouble)
{
	if (geteuid() != 0) {
		trouble->problem = (struct load_problem){ "permission denied", "run as root" };
		return LOAD_UNREADABLE;
	}
	return visit_all(target, write_deleted, ret_bytes, trouble);
}
