/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/open_target.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

struct target *open_target(struct arena *arena, const char *name, bool allow_asterisk_cli,
			   struct error *error)
{
	const struct target_options options = {
		.allow_asterisk_cli = allow_asterisk_cli,
		.probe_timeout_ms = PROBE_TIMEOUT_MS,
	};
	struct stat status;
	if (strcmp(name, "local") == 0)
		return target_open_local(arena, &options, error);
	if (stat(name, &status) != 0) {
		error_set_at(error, ERROR_INPUT, name, 0, "no such target: %s",
			     error_errno_text(errno));
		error_advise(error, "a target is `local`, a folder that holds a root file system, "
				    "or a .tar archive of one");
		return NULL;
	}
	if (S_ISDIR(status.st_mode))
		return target_open_directory(arena, name, &options, error);
	if (S_ISREG(status.st_mode))
		return target_open_archive(arena, name, &options, error);
	error_set_at(error, ERROR_INPUT, name, 0, "neither a folder nor an archive");
	error_advise(error, "a target is `local`, a folder that holds a root file system, or a "
			    ".tar archive of one");
	return NULL;
}
