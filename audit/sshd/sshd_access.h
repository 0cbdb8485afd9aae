/* SPDX-License-Identifier: Apache-2.0
 *
 * Who gets in and how, in one place of sshd_places.h: the lists of users and groups, root's own
 * setting, and the methods that let somebody in (auth.c, auth2.c, auth2-*.c of openssh-portable).
 */
#ifndef RINGFENCE_SSHD_SSHD_ACCESS_H
#define RINGFENCE_SSHD_SSHD_ACCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/sshd/sshd_places.h"

/* Ways in; several may be set. */
enum sshd_method {
	SSHD_BY_KEY = 1,
	SSHD_BY_PASSWORD = 2,
	/* Through PAM: asks for the password, too, and perhaps for more. */
	SSHD_BY_KEYBOARD = 4,
	SSHD_BY_HOST = 8,
	SSHD_BY_GSSAPI = 16,
};

/* Methods that a password satisfies. */
#define SSHD_BY_ANY_PASSWORD (SSHD_BY_PASSWORD | SSHD_BY_KEYBOARD)

struct sshd_access {
	/* False: no method lets the user in. */
	bool is_admitted;
	/* Any one of these is enough. */
	unsigned int methods;
	/* Several that are wanted one after the other (AuthenticationMethods with a comma); 0:
	 * there is no such list in force. The first such list counts. */
	unsigned int combined;
	/* Root logs in only with a key that runs a fixed command. */
	bool forced_commands_only;
	/* What decided: the list that shuts out, PermitRootLogin, or AuthenticationMethods;
	 * ORIGIN_NONE for a default. */
	struct origin why;
	/* In words: "AllowUsers", "PermitRootLogin". */
	const char *by;
};

/* The answer for USER in PLACE. */
struct sshd_access sshd_access_at(const struct sshd_user *user, const struct sshd_place *place);

/* Do the lists of users and groups let USER pass in PLACE? *RET_WHY and *RET_BY (either may be
 * NULL) tell the list that does not. */
bool sshd_lists_admit(const struct sshd_user *user, const struct sshd_place *place,
		      struct origin *ret_why, const char **ret_by);

/* Do the lists of OPTIONS name who may log in: is there an AllowUsers or AllowGroups list? */
bool sshd_has_allow_list(const struct sshd_options *options);

/* Methods that are switched on, whoever logs in. */
unsigned int sshd_enabled_methods(const struct sshd_options *options);

#endif
