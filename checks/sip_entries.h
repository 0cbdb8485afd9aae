/* SPDX-License-Identifier: Apache-2.0
 *
 * What all checks of chan_sip's entries ask first: is there something to judge, who reaches it, and
 * does an entry's source list keep somebody out.
 */
#ifndef RINGFENCE_CHECKS_SIP_ENTRIES_H
#define RINGFENCE_CHECKS_SIP_ENTRIES_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/exposure.h"
#include "audit/base/source.h"
#include "checks/sip_sources.h"

struct asterisk_place;
struct conf_variable;
struct model;
struct sip_model;
struct sip_peer;
struct verdict;

struct sip_view {
	const struct model *model;
	const struct sip_model *sip;
	/* Of the SIP sockets. */
	enum exposure exposure;
	/* Those that reach chan_sip. */
	struct sip_families families;
};

/* Is chan_sip there and its configuration known? False: recorded in VERDICT as not applicable or
 * unknown. */
bool sip_view_begin(struct sip_view *view, struct verdict *verdict, const struct model *model);

/* Call it last: records what could not be seen (a database, an #exec), and a pass when nothing
 * failed and something was looked at: COUNT entries, of which TEXT is true. */
void sip_view_end(const struct sip_view *view, struct verdict *verdict, size_t count,
		  const char *text);

/* Who reaches PEER: the sockets' exposure, less where its own list lets only private networks in.
 */
enum exposure sip_peer_exposure(const struct sip_view *view, const struct sip_peer *peer);

/* "peer 1001", "user 1001", "friend 1001". */
const char *sip_peer_subject(struct verdict *verdict, const struct sip_peer *peer);

/* The line, or the section's header. */
struct origin sip_line_or_section(const struct conf_variable *line, const struct sip_peer *peer);

/* For a remedy: PEER's section, and the LINE of it that is to change (NULL: none). */
struct asterisk_place sip_peer_place(const struct sip_peer *peer, const struct conf_variable *line);

/* For a remedy: [general], and the LINE of it that is to change (NULL: none). */
struct asterisk_place sip_general_place(const struct sip_model *sip,
					const struct conf_variable *line);

#endif
