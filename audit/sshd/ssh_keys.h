/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys in OpenSSH's text form, with the options that authorized_keys puts before them
 * (sshd(8), AUTHORIZED_KEYS FILE FORMAT; RFC 4253 section 6.6).
 */
#ifndef RINGFENCE_SSHD_SSH_KEYS_H
#define RINGFENCE_SSHD_SSH_KEYS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"

struct arena;

struct ssh_key {
	/* "ssh-ed25519", as written. */
	struct slice type;
	/* The base64 text: equal for equal keys. */
	struct slice blob;
	/* Size in bits; 0 where the type has no size to choose, or the blob cannot be read. */
	unsigned int bits;
	struct slice comment;
	/* All before the type; empty: no options. */
	struct slice options;
	/* from="...", without the quotes; NULL data: not there. */
	struct slice from;
	bool has_command;
	/* Is for a certificate authority. */
	bool is_authority;
	struct origin origin;
};

/* Most keys of one file; more are not looked at. */
#define SSH_KEYS_MAX 2000

/* The keys of SOURCE, one a line; what is no key is passed over, as sshd does. False when memory is
 * short. */
bool ssh_keys_parse(struct arena *arena, const struct source *source,
		    const struct ssh_key **ret_keys, size_t *ret_count) MUST_CHECK;

#endif
