/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/open_target.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "audit/command/ask_terminal.h"

static struct target *open_far(struct arena *arena, const char *name,
			       const struct target_wishes *wishes, struct error *error)
{
	unsigned int seconds = wishes->timeout;
	const struct target_options options = {
		.allow_asterisk_cli = wishes->allow_asterisk_cli,
		.probe_timeout_ms = (seconds ? seconds : REMOTE_TIMEOUT_SECONDS) * 1000,
		.connect_timeout_seconds = seconds ? seconds : CONNECT_TIMEOUT_SECONDS,
		.ssh_config = wishes->ssh_config,
		.ask = ask_terminal(&wishes->password_fd),
		.sudo_password = wishes->sudo_password,
		.unreached = wishes->unreached,
	};
	return target_open_ssh(arena, name, &options, error);
}

struct target *open_target(struct arena *arena, const char *name,
			   const struct target_wishes *wishes, struct error *error)
{
	const struct target_options options = {
		.allow_asterisk_cli = wishes->allow_asterisk_cli,
		.probe_timeout_ms = PROBE_TIMEOUT_MS,
	};
	struct stat status;
	if (strncmp(name, "ssh://", 6) == 0)
		return open_far(arena, name, wishes, error);
	if (strcmp(name, "local") == 0)
		return target_open_local(arena, &options, error);
	if (stat(name, &status) != 0) {
		error_set_at(error, ERROR_INPUT, name, 0, "no such target: %s",
			     error_errno_text(errno));
		error_advise(error, "a target is `local`, a folder that holds a root file system, "
				    "a .tar archive of one, or ssh://user@host");
		return NULL;
	}
	if (S_ISDIR(status.st_mode))
		return target_open_directory(arena, name, &options, error);
	if (S_ISREG(status.st_mode))
		return target_open_archive(arena, name, &options, error);
	error_set_at(error, ERROR_INPUT, name, 0, "neither a folder nor an archive");
	error_advise(error, "a target is `local`, a folder that holds a root file system, a "
			    ".tar archive of one, or ssh://user@host");
	return NULL;
}

bool open_target_build(struct target *target, const struct site *site, model_build_step *step,
		       void *step_context, struct model *ret_model, struct error *error)
{
	bool more = true;
	while (more) {
		*ret_model = (struct model){ .site = NULL };
		if (!model_build(target_loader(target), site, step, step_context, ret_model,
				 error) ||
		    !target_fetch(target, &more, error))
			return false;
	}
	return true;
}
