/* SPDX-License-Identifier: Apache-2.0
 *
 * What fail2ban's jails would have done with this host's logs, and what they did.
 */
#ifndef RINGFENCE_MODEL_BAN_MODEL_H
#define RINGFENCE_MODEL_BAN_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/loader.h"
#include "audit/fail2ban/ban_trial.h"
#include "audit/model/ban_proof.h"
#include "audit/model/ban_risk.h"

struct model;

/* The newest bytes of a jail's logs that are tried; at some 100 MiB/s. */
#define BAN_LOG_BYTES_MAX ((uint64_t)64 * 1024 * 1024)
/* Jails that are tried. */
#define BAN_JAILS_MAX 32

struct ban_model {
	/* One per enabled jail that reads files and is not skipped. */
	const struct ban_trial_result *trials;
	size_t count;
	/* Older parts of logs were left out. */
	bool is_cut;
	struct ban_proofs proofs;
	struct ban_risks risks;
};

/* Tries the jails of MODEL, which is complete but for this. NULL when memory is short. */
struct ban_model *ban_model_build(const struct loader *loader,
				  const struct model *model) MUST_CHECK;

/* The trial of JAIL; NULL: there was none. */
const struct ban_trial_result *ban_model_find(const struct ban_model *model,
					      const struct jail *jail);

#endif
