/* SPDX-License-Identifier: Apache-2.0
 *
 * What the running Asterisk has going on: who is registered from where, the calls that are up, and
 * the records of past calls. From the probes `asterisk -rx "sip show peers"`, "pjsip show
 * contacts", "core show channels concise", and from cdr-csv/Master.csv.
 */
#ifndef RINGFENCE_ASTERISK_LIVE_MODEL_H
#define RINGFENCE_ASTERISK_LIVE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

/* An account with the address that it is reached at. */
struct live_contact {
	struct slice account;
	struct address address;
	/* It registered; false: its address is configured. */
	bool is_dynamic;
	struct origin origin;
};

struct live_call {
	/* "SIP/1001-00000001" */
	struct slice channel;
	/* The channel's account: "1001". */
	struct slice account;
	/* The number that was dialled. */
	struct slice number;
	uint64_t seconds;
	struct origin origin;
};

struct call_record {
	struct slice account;
	struct slice number;
	/* It went out by a Dial; an inner call, an announcement, voicemail did not. */
	bool is_dialled;
	/* Seconds since 1970; the record's own clock (local time unless cdr.conf says usegmtime),
	 * read as UTC: for the distance between calls, not for the hour of day. */
	int64_t start;
	uint64_t seconds;
	bool is_answered;
	struct origin origin;
};

/* Records that are kept of Master.csv: the newest. */
#define CALL_RECORDS_MAX 100000

struct live_model {
	/* FACT_UNREADABLE: Asterisk was not asked, or did not answer. */
	enum fact_state contacts_state;
	const struct unread *contacts_unread;
	const struct live_contact *contacts;
	size_t contact_count;

	enum fact_state calls_state;
	const struct unread *calls_unread;
	const struct live_call *calls;
	size_t call_count;

	/* FACT_ABSENT: no Master.csv; the records may be in a database. */
	enum fact_state records_state;
	const struct unread *records_unread;
	const struct call_record *records;
	size_t record_count;
};

/* Reads them through LOADER; LOG_DIRECTORY is astlogdir ("/var/log/asterisk"). The model lives in
 * the loader's arena; NULL only when memory is short. */
const struct live_model *live_model_load(const struct loader *loader,
					 struct slice log_directory) MUST_CHECK;

/* Parsers of the bytes, for tests and fuzzing. False only when memory is short. */
bool live_parse_sip_peers(const struct source *source, struct arena *arena,
			  struct live_model *model) MUST_CHECK;
bool live_parse_pjsip_contacts(const struct source *source, struct arena *arena,
			       struct live_model *model) MUST_CHECK;
bool live_parse_channels(const struct source *source, struct arena *arena,
			 struct live_model *model) MUST_CHECK;
bool live_parse_records(const struct source *source, struct arena *arena,
			struct live_model *model) MUST_CHECK;

#endif
