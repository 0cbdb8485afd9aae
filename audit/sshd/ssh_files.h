/* SPDX-License-Identifier: Apache-2.0
 *
 * The files that sshd trusts: its configuration, host keys, authorized keys, with owners and modes,
 * and the time at which the daemon last read its configuration.
 */
#ifndef RINGFENCE_SSHD_SSH_FILES_H
#define RINGFENCE_SSHD_SSH_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/sshd/ssh_keys.h"
#include "audit/sshd/sshd_model.h"

/* A file or folder; STATE tells whether it is there. */
struct ssh_file {
	const char *path;
	enum fact_state state;
	const struct unread *unread;
	struct file_status status;
};

struct ssh_host_key {
	/* As HostKey names it. */
	struct ssh_file file;
	/* Its public half, from PATH.pub; NULL: not there. */
	const struct ssh_key *key;
	/* Where HostKey was set. */
	struct origin origin;
};

/* One authorized keys file of one account. */
struct ssh_authorized_file {
	struct slice account;
	uint32_t uid;
	struct ssh_file file;
	const struct ssh_key *keys;
	size_t key_count;
};

struct ssh_account {
	struct slice name;
	struct slice home;
	uint32_t uid;
};

/* Most accounts whose keys are looked at. */
#define SSH_ACCOUNTS_MAX 1000

struct ssh_files {
	/* The main file and what it includes, and the folders that they are in. */
	const struct ssh_file *config;
	size_t config_count;
	const struct ssh_host_key *host_keys;
	size_t host_key_count;
	/* Of accounts that can log in; absent files are left out. */
	const struct ssh_authorized_file *authorized;
	size_t authorized_count;
	/* The limit of accounts was reached. */
	bool is_cut;
	/* Time of the pid file, which sshd writes at its start and at each reload; seconds since
	 * 1970 UTC. */
	struct fact_int last_read;
};

/* Looks at the files of SSHD, which has settings, and at the keys of ACCOUNTS. NULL only when
 * memory is short. */
struct ssh_files *ssh_files_load(const struct loader *loader, const struct sshd_model *sshd,
				 const struct ssh_account *accounts, size_t count) MUST_CHECK;

#endif
