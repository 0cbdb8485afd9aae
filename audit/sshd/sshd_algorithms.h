/* SPDX-License-Identifier: Apache-2.0
 *
 * Which algorithms an sshd knows and offers by default, and what it makes of the lists in its
 * configuration: `+`, `-`, `^` and wildcards (openssh-portable myproposal.h, kex.c, cipher.c,
 * mac.c, sshkey.c).
 */
#ifndef RINGFENCE_SSHD_SSHD_ALGORITHMS_H
#define RINGFENCE_SSHD_SSHD_ALGORITHMS_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/sshd/sshd_version.h"

struct arena;

enum sshd_algorithm_family {
	SSHD_CIPHERS,
	SSHD_MACS,
	SSHD_KEX,
	/* Host key, hostbased and public key algorithms. */
	SSHD_KEYS,
	SSHD_CA_SIGNATURES,
	/* Debian's and Red Hat's GSSAPI key exchange. */
	SSHD_GSS_KEX,
};

/* Would sshd take LIST as an argument of a keyword of FAMILY? */
bool sshd_algorithms_are_valid(struct sshd_version version, enum sshd_algorithm_family family,
			       struct slice list);

/* What an sshd offers by default; a comma list. */
struct slice sshd_default_algorithms(struct sshd_version version,
				     enum sshd_algorithm_family family);

enum sshd_assembly {
	SSHD_ASSEMBLED,
	/* sshd ends with an error: nothing is left, or a '!' where none may be. */
	SSHD_ASSEMBLY_REFUSED,
	SSHD_ASSEMBLY_NO_MEMORY,
};

/* The list that is in force when the configuration says LIST (empty: nothing). In ARENA, or a
 * literal. It is empty where `-` takes everything away. */
enum sshd_assembly sshd_assemble_algorithms(struct arena *arena, struct sshd_version version,
					    enum sshd_algorithm_family family, struct slice list,
					    struct slice *ret_list) MUST_CHECK;

#endif
