/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/local_process.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

size_t local_process_read(int proc, uint32_t pid, const char *name, char *data, size_t size)
{
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "%u/%s", pid, name);
	int fd = openat(proc, buffer_string(&path), O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	size_t done = 0;
	while (done < size) {
		ssize_t got = read(fd, data + done, size - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	(void)close(fd);
	return done;
}

void local_process_name(int proc, uint32_t pid, char *name)
{
	size_t size = local_process_read(proc, pid, "comm", name, LOCAL_PROCESS_NAME_BYTES - 1);
	while (size > 0 && name[size - 1] == '\n')
		size--;
	name[size] = '\0';
	for (char *at = name; *at; at++)
		if ((unsigned char)*at < ' ' || (unsigned char)*at > '~' || *at == '"')
			*at = '?';
}

/* Lines "ID:CONTROLLERS:PATH"; see cgroups(7). */
bool local_process_cgroup(int proc, uint32_t pid, struct buffer *ret_path)
{
	char data[4096];
	size_t size = local_process_read(proc, pid, "cgroup", data, sizeof(data));
	struct slice rest = { .data = data, .size = size }, line;
	struct slice path = SLICE("");
	while (slice_next_line(&rest, &line)) {
		struct slice number, controllers;
		if (!slice_next_field(&line, ':', &number) ||
		    !slice_next_field(&line, ':', &controllers) || !line.data)
			continue;
		if (slice_is(controllers, "name=systemd") && line.size > 1)
			path = line;
		else if (controllers.size == 0 && (line.size > 1 || path.size == 0))
			path = line;
	}
	for (size_t i = 0; i < path.size; i++)
		if (byte_is_space((unsigned char)path.data[i]))
			path.size = i;
	buffer_append_slice(ret_path, path);
	return path.size > 0 && !buffer_failed(ret_path);
}
