/* SPDX-License-Identifier: Apache-2.0
 *
 * A connection to a host through libssh: the host's key is verified before anything is sent, the
 * user's own configuration (~/.ssh/config) counts. Only audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_SSH_SESSION_H
#define RINGFENCE_TARGET_SSH_SESSION_H

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/target/target.h"

struct ssh_connection;

/* Connects to WHERE ("ssh://[user@]host[:port]") and logs in: agent, key files, then a password
 * from the terminal or from the descriptor in OPTIONS. A host whose key is unknown is asked about
 * on the terminal, and refused without one; a changed key is refused always. NULL: *ERROR. The
 * caller ends it with ssh_connection_close. */
struct ssh_connection *ssh_connection_open(const char *where, const struct target_options *options,
					   struct error *error) MUST_CHECK;

void ssh_connection_close(struct ssh_connection *connection);

/* The host's name as the user wrote it, without user and port. */
const char *ssh_connection_host(const struct ssh_connection *connection);

/* Runs SCRIPT in the one shell there, which is root's where sudo allows it without asking or with
 * the password of the options, and appends what it prints to OUT, at most LIMIT bytes, for at most
 * the time limit of the options. False: *ERROR says why it ended early; OUT has what came. */
bool ssh_connection_run(struct ssh_connection *connection, struct slice script, size_t limit,
			struct buffer *out, struct error *error) MUST_CHECK;

#endif
