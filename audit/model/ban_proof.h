/* SPDX-License-Identifier: Apache-2.0
 *
 * For each kind of attack: after how many tries does fail2ban on this host keep the attacker's
 * packets out, or why never? Composed of what the program writes, into which log (logger.conf),
 * what jail reads that log, whether its filter finds the very line, its thresholds, and what its
 * action closes.
 */
#ifndef RINGFENCE_MODEL_BAN_PROOF_H
#define RINGFENCE_MODEL_BAN_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/asterisk/asterisk_settings.h"
#include "audit/base/attributes.h"
#include "audit/base/loader.h"

struct jail;
struct model;

enum ban_attack_service {
	BAN_SERVICE_SSH,
	BAN_SERVICE_CHAN_SIP,
	BAN_SERVICE_PJSIP,
	BAN_SERVICE_MANAGER,
	BAN_SERVICE_GUI,
};

struct ban_proof {
	/* "SIP registration over UDP (chan_sip)" */
	const char *attack;
	enum ban_attack_service service;
	/* Is what it attacks here? The rest is not told where it is not. */
	bool applies;
	/* A packet with a forged source is a whole try: UDP, and no answer is waited for. */
	bool is_forgeable;
	/* Tries until packets drop; 0: never. */
	uint32_t tries;
	/* The jail that does it, or comes nearest; NULL: none. */
	const struct jail *jail;
	/* "never, because ..." without the first two words; NULL where TRIES is not 0. */
	const char *why;
};

/* What a jail's filter makes of the lines that this Asterisk writes. */
struct ban_coverage {
	const struct jail *jail;
	/* "Registration ... Wrong password" */
	const char *line;
	/* Nothing is known where the filter cannot be run. */
	bool is_known;
	bool is_found;
	/* The jail reads a log that such lines go to. */
	bool is_read;
	/* enum log_kind of the line. */
	int kind;
};

struct ban_proofs {
	const struct ban_proof *proofs;
	size_t count;
	const struct ban_coverage *coverage;
	size_t coverage_count;
};

/* Composes them of MODEL. False when memory is short. */
bool ban_proofs_build(const struct loader *loader, const struct model *model,
		      struct ban_proofs *ret_proofs) MUST_CHECK;

/* Does a channel of logger.conf with LEVELS as written take LEVEL ("security")? */
bool logger_levels_have(struct slice levels, const char *level);

/* The channel of logger.conf that writes PATH; NULL: none does. */
const struct logger_channel *logger_channel_of(const struct asterisk_settings *settings,
					       const char *path);

#endif
