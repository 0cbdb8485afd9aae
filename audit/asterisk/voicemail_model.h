/* SPDX-License-Identifier: Apache-2.0
 *
 * voicemail.conf and the mailboxes of users.conf as app_voicemail.c reads them.
 */
#ifndef RINGFENCE_ASTERISK_VOICEMAIL_MODEL_H
#define RINGFENCE_ASTERISK_VOICEMAIL_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/asterisk/conf_parse.h"
#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/base/secret.h"

struct mailbox {
	struct slice context;
	struct slice number;
	/* Without the leading '-'. Empty: no PIN is asked. */
	struct secret pin;
	/* A '-' before the PIN: the user cannot change it. */
	bool pin_is_locked;
	/* passwordlocation=spooldir: the PIN of the file counts only until the user changes it. */
	struct slice full_name;
	/* Contexts that the mailbox's own options dial into; empty: those of [general]. */
	struct slice dialout;
	struct slice callback;
	struct origin origin;
};

struct voicemail_model {
	const struct conf_file *file;
	const struct mailbox *mailboxes;
	size_t mailbox_count;
	/* [general] */
	struct fact_int min_password;
	struct fact_int max_logins;
	struct fact_slice dialout;
	struct fact_slice callback;
	struct fact_bool operator_exit;
	struct fact_slice external_password;
	struct fact_slice external_notify;
	struct fact_slice password_location;
};

/* Reads it through LOADER. The model lives in the loader's arena; NULL only when memory is short.
 */
const struct voicemail_model *voicemail_model_load(const struct loader *loader,
						   const struct conf_options *options) MUST_CHECK;

#endif
