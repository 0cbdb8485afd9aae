/* SPDX-License-Identifier: Apache-2.0
 *
 * The other way round of ban_proof.h: whom fail2ban would lock out although the site needs them.
 * The host itself, the networks that the site trusts, its trunks, its phones: are they exempt in
 * every jail that bans, and if not, are forged packets enough to have them banned?
 */
#ifndef RINGFENCE_MODEL_BAN_RISK_H
#define RINGFENCE_MODEL_BAN_RISK_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/model/ban_proof.h"

struct arena;
struct jail;
struct model;

/* Subjects that are looked at; a site has a handful. */
#define BAN_RISKS_MAX 64

enum ban_risk_who {
	BAN_RISK_HOST,
	BAN_RISK_TRUSTED,
	BAN_RISK_TRUNK,
	BAN_RISK_PHONES,
	/* The address of phones that are registered now. */
	BAN_RISK_CONTACT,
};

enum ban_risk_answer {
	BAN_RISK_EXEMPT,
	BAN_RISK_BANNED,
	/* Failures of its own ban it, and so does anybody who forges its address: no jail asks
	 * whether an answer to a UDP packet ever came back. */
	BAN_RISK_FORGED,
	/* An ignorecommand decides, or a name in ignoreip. */
	BAN_RISK_UNKNOWN,
};

struct ban_risk {
	enum ban_risk_who who;
	struct prefix prefix;
	enum ban_risk_answer answer;
	/* The jail that bans it; NULL where none does. */
	const struct jail *jail;
	/* Phones behind this one address: one with a wrong password bans all; 0: not counted. */
	size_t phone_count;
};

struct ban_risks {
	const struct ban_risk *risks;
	size_t count;
	bool is_cut;
};

/* Judges the subjects of MODEL by PROOFS into ARENA. A jail that ends no attack bans nobody; no
 * subjects where none does. False when memory is short. */
bool ban_risks_build(struct arena *arena, const struct model *model,
		     const struct ban_proofs *proofs, struct ban_risks *ret_risks) MUST_CHECK;

/* "this host", "trusted network", "trunk", "phone network", "registered phone". */
const char *ban_risk_who_text(enum ban_risk_who who);

#endif
