/* SPDX-License-Identifier: Apache-2.0
 *
 * What the user told about the site: options and ringfence.conf. Checks read it as part of the
 * model.
 */
#ifndef RINGFENCE_MODEL_SITE_H
#define RINGFENCE_MODEL_SITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/slice.h"

struct advisory_table;
struct tariff;

enum site_level {
	SITE_BASIC,
	SITE_STRICT,
};

struct site_waiver {
	/* Glob over ids. */
	struct slice check;
	/* Glob over subjects; "*" when not given. */
	struct slice subject;
	struct slice reason;
	struct slice by;
	/* Fingerprint of what was accepted (checks/waiver.h); empty: whatever it covers. */
	struct slice evidence;
	/* Seconds since 1970 UTC; 0: no end. */
	int64_t until;
	/* As written: "2027-03-31", or "". */
	struct slice until_text;
	/* Line in the configuration file. */
	uint32_t line;
};

/* Another severity than the catalogue's, for this site. */
struct site_severity {
	/* Glob over ids. */
	struct slice check;
	/* 0 to 100; UINT_MAX: not given yet. */
	unsigned int tenths;
	struct slice reason;
	/* Line in the configuration file. */
	uint32_t line;
};

/* Where runs are kept, and how long. */
struct site_history {
	/* Empty: nowhere. */
	struct slice file;
	/* The newest runs of a host that are kept; 0: all. */
	unsigned int runs;
	/* Runs older than this are dropped; 0: none. */
	unsigned int days;
};

struct site {
	enum site_level level;
	/* Networks that may reach management services (ADMIN); none: private ranges count as
	 * networks. */
	const struct prefix *trusted;
	size_t trusted_count;
	/* Where phones and trunks are (PHONES, TRUNK); may be empty. */
	const struct prefix *phones;
	size_t phone_count;
	const struct prefix *trunks;
	size_t trunk_count;
	/* Digest methods that every phone can: "SHA-256". */
	const struct slice *phone_digests;
	size_t phone_digest_count;
	/* Words that a guesser would try: company, city, street. */
	const struct slice *words;
	size_t word_count;
	/* Services that the owner declares as meant to be open: "443/tcp". */
	const struct slice *declared;
	size_t declared_count;
	const struct site_waiver *waivers;
	size_t waiver_count;
	const struct site_severity *severities;
	size_t severity_count;
	struct site_history history;
	/* Program that takes mail as sendmail does; empty: the usual one. */
	struct slice sendmail;
	/* The file with what calls cost (audit/model/tariff.h); empty: none. */
	struct slice tariff_file;
	/* What was read of it; NULL: nothing. */
	const struct tariff *tariff;
	/* What the host is for, in the site's words. */
	struct slice role;
	/* Given by --advisories; NULL: those that are linked in. */
	const struct advisory_table *advisories;
	/* Seconds since 1970 UTC: the time of the audit. */
	int64_t now;
};

/* Is ADDRESS in a network that the site trusts for management? Where none was given, in a private
 * range (catalogue, status rule 7). */
bool site_trusts(const struct site *site, struct address address);

#endif
