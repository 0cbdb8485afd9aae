/* SPDX-License-Identifier: Apache-2.0
 *
 * For one SIP request without credentials: which entry chan_sip or res_pjsip takes the caller for,
 * and whether it lets him in, asks for a password, or refuses whatever he answers.
 */
#ifndef RINGFENCE_ASTERISK_ADMISSION_MODEL_H
#define RINGFENCE_ASTERISK_ADMISSION_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"

struct pjsip_model;
struct sip_model;

/* Over UDP. */
struct admission_request {
	struct address address;
	uint16_t port;
	/* The user of From; of To, for REGISTER. */
	struct slice user;
	/* The host of From: endpoints may be called "user@host". May be empty. */
	struct slice domain;
	bool is_register;
};

enum admission_outcome {
	/* In, without a password. */
	ADMISSION_OPEN,
	/* In with the entry's password. */
	ADMISSION_CHALLENGED,
	/* No password helps. */
	ADMISSION_REFUSED,
	/* Something that decides is not known: names to be resolved, a database. */
	ADMISSION_UNKNOWN,
};

struct admission {
	enum admission_outcome outcome;
	/* The entry or endpoint; empty: a guest, or nobody. */
	struct slice entry;
	/* Where a call begins; empty where none does. */
	struct slice context;
	/* What decided: "guest", "by name", "by address", "no entry", "source list" ... */
	const char *why;
	/* The entry's section; ORIGIN_NONE without one. */
	struct origin origin;
};

/* check_user_full, check_peer_ok and register_verify of chan_sip.c. SIP domains and callback
 * extensions are left aside. Linear in the entries. */
struct admission admission_of_sip(const struct sip_model *sip,
				  const struct admission_request *request);

/* endpoint_lookup of pjsip_distributor.c with the identifiers by address, name and anonymous, then
 * the source lists, then res_pjsip_registrar.c. Identifying by headers is left aside. */
struct admission admission_of_pjsip(const struct pjsip_model *pjsip,
				    const struct admission_request *request);

/* "open", "challenged", "refused", "unknown" */
const char *admission_outcome_text(enum admission_outcome outcome);

#endif
