/* SPDX-License-Identifier: Apache-2.0
 *
 * The only door to a host. A target reads files, lists folders and answers probes (probe.h); it
 * changes nothing on the host and understands no contents. Models see it as a struct loader.
 */
#ifndef RINGFENCE_TARGET_TARGET_H
#define RINGFENCE_TARGET_TARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/loader.h"
#include "audit/target/ask_user.h"

struct arena;
struct buffer;

enum target_kind {
	TARGET_LOCAL,
	TARGET_DIRECTORY,
	TARGET_ARCHIVE,
	TARGET_SSH,
};

/* Most bytes of one configuration file or probe answer that are held; the rest is cut, and said so.
 */
#define TARGET_FILE_BYTES_MAX ((size_t)16 * 1024 * 1024)

struct target;

struct target_options {
	/* Ask the running Asterisk (`asterisk -rx`, read-only commands of the probe list). */
	bool allow_asterisk_cli;
	/* Longest that one probe command may run; over ssh, one round of questions. */
	unsigned int probe_timeout_ms;
	/* ssh: longest wait for a connection; the configuration instead of ~/.ssh/config, or NULL;
	 * whom to ask about keys and passwords: zeroed, nobody. */
	unsigned int connect_timeout_seconds;
	const char *ssh_config;
	struct ask_user ask;
	/* ssh: where sudo wants a password, ask for it too. */
	bool sudo_password;
	/* ssh: set when the host could not be reached, or broke off: another try may help. NULL:
	 * nobody wants to know. */
	bool *unreached;
};

/* This host. All that is loaded lives in ARENA, which must outlive the target. NULL: *ERROR says
 * why. */
struct target *target_open_local(struct arena *arena, const struct target_options *options,
				 struct error *error) MUST_CHECK;

/* The tree at PATH as a root file system, with probe answers in PATH/probes/. No link is followed
 * out of PATH, no FIFO or device is opened, nothing is written. */
struct target *target_open_directory(struct arena *arena, const char *path,
				     const struct target_options *options,
				     struct error *error) MUST_CHECK;

/* The archive at PATH (.tar, also compressed): what target_pack wrote, which answers each question
 * as the host did, or any tar of a root file system or of /etc, taken as target_open_directory
 * takes a folder. It is unpacked to memory only. */
struct target *target_open_archive(struct arena *arena, const char *path,
				   const struct target_options *options,
				   struct error *error) MUST_CHECK;

/* The host at WHERE, ssh://[user@]host[:port]: nothing but reading commands run there, and nothing
 * is left there. See target_fetch. */
struct target *target_open_ssh(struct arena *arena, const char *where,
			       const struct target_options *options,
			       struct error *error) MUST_CHECK;

/* A target far away collects what it is asked: questions are answered as unreadable at first. This
 * gets the answers to all of them in one go and sets *RET_MORE: build the model again, until there
 * is nothing more to ask. Other targets answer at once and need it not. False: no answer at all to
 * the first round, or memory is short (*ERROR); later trouble is noted as unread. */
bool target_fetch(struct target *target, bool *ret_more, struct error *error) MUST_CHECK;

/* A target that asks INNER and remembers each question with its answer. INNER must outlive it. */
struct target *target_open_recording(struct target *inner, struct error *error) MUST_CHECK;

/* Appends to OUT a tar archive of all that RECORDING was asked and answered, COMPRESSION being
 * "gz", "xz", "zst" or "". COLLECTED is the time in seconds since 1970. */
bool target_pack(const struct target *recording, const char *compression, int64_t collected,
		 struct buffer *out, struct error *error) MUST_CHECK;

/* Frees what the target holds beside the arena (descriptors, children). NULL is allowed. */
void target_close(struct target *target);

/* The loader for models; valid until target_close, as is all that was made with it. */
const struct loader *target_loader(struct target *target);

enum target_kind target_kind_of(const struct target *target);

/* The host's name: its nodename, /etc/hostname of a directory, else the directory's own name. */
const char *target_name(const struct target *target);

/* Everything that was asked for and could not be read, in the order of asking, each once. */
const struct unread *target_unread(const struct target *target, size_t *ret_count);

#endif
