/* SPDX-License-Identifier: Apache-2.0
 *
 * An archive that somebody sends: its members, links and manifest. The bytes are put behind a path
 * of their own, since that is what a target opens.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/target/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char path[64];
	int fd = memfd_create("archive", MFD_CLOEXEC);
	struct arena *arena = arena_new((size_t)64 * 1024 * 1024);
	const struct target_options options = { .probe_timeout_ms = 1 };
	struct error error;
	if (fd < 0 || !arena || write(fd, data, size) != (ssize_t)size)
		_exit(1);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	struct target *target = target_open_archive(arena, path, &options, &error);
	if (target) {
		const struct loader *loader = target_loader(target);
		const struct source *source;
		const struct unread *unread;
		struct path_list paths;
		(void)loader_read(loader, "/etc/passwd", &source, &unread);
		(void)loader_read(loader, "/etc/ssh/sshd_config", &source, &unread);
		(void)loader_glob(loader, "/etc/*/*.conf", &paths, &unread);
		(void)loader_probe(loader, "ss", &source, &unread);
	}
	target_close(target);
	arena_free(arena);
	(void)close(fd);
	return 0;
}
