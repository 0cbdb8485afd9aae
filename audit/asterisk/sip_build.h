/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside of the sip model: what sip_model.c, sip_general.c and sip_peer.c share.
 */
#ifndef RINGFENCE_ASTERISK_SIP_BUILD_H
#define RINGFENCE_ASTERISK_SIP_BUILD_H

#include "audit/asterisk/sip_model.h"

struct arena;

struct sip_build {
	struct arena *arena;
	const struct conf_options *options;
	const struct acl_file *acls;
	struct sip_model *model;
	bool memory_failed;
};

/* Reads the first [general] of model->file into model->general. False: chan_sip refuses to load
 * (model->refused says why), or memory is short. */
bool sip_general_read(struct sip_build *build) MUST_CHECK;

/* Takes the transports of a comma list: a bit each, and the first valid one. GENERAL may be NULL
 * while it is being read: then every word counts. */
void sip_transports_take(const struct sip_general *general, struct slice list,
			 uint8_t *ret_transports, uint8_t *ret_first);

/* Where an entry text is stored for option NAME; SIP_TEXT_COUNT: none. */
enum sip_text sip_text_of(struct slice name);

/* Options of a number that [general] and entries share, on NUMBERS; false: another option. */
bool sip_number_take(int32_t *numbers, const int32_t *defaults, int32_t t1_minimum,
		     const struct conf_variable *variable, bool is_general);

/* An entry with the defaults of [general]. */
void sip_peer_begin(const struct sip_build *build, struct sip_peer *peer);

struct sip_peer_lines {
	/* users.conf's [general], or NULL. */
	const struct conf_category *first;
	const struct conf_category *own;
};

/* Reads the lines into PEER, which is new (sip_peer_begin) or has been read from another section of
 * the same name (is_merged). False: chan_sip drops the entry; *RET_WHY and *RET_AT say why; or
 * memory is short. */
bool sip_peer_read(struct sip_build *build, struct sip_peer *peer,
		   const struct sip_peer_lines *lines, const char **ret_why,
		   struct origin *ret_at) MUST_CHECK;

#endif
