/* SPDX-License-Identifier: Apache-2.0
 *
 * What all checks of PJSIP ask first: is it there and known, and who reaches it.
 */
#ifndef RINGFENCE_CHECKS_PJSIP_ENTRIES_H
#define RINGFENCE_CHECKS_PJSIP_ENTRIES_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/exposure.h"
#include "audit/base/slice.h"
#include "checks/sip_sources.h"

struct asterisk_place;
struct conf_variable;
struct model;
struct pjsip_endpoint;
struct pjsip_model;
struct pjsip_object;
struct verdict;

struct pjsip_view {
	const struct model *model;
	const struct pjsip_model *pjsip;
	/* Of the transports' sockets. */
	enum exposure exposure;
	struct sip_families families;
	/* Some type=acl object lets only limited sources in, before anybody is identified. */
	bool is_limited;
};

/* Is chan_pjsip there and its configuration known? False: recorded in VERDICT as not applicable or
 * unknown. */
bool pjsip_view_begin(struct pjsip_view *view, struct verdict *verdict, const struct model *model);

/* Call it last: records what could not be seen, and a pass when nothing failed and something was
 * looked at: COUNT objects, of which TEXT is true; NOTHING says why it does not apply else. */
void pjsip_view_end(const struct pjsip_view *view, struct verdict *verdict, size_t count,
		    const char *text, const char *nothing);

/* Who reaches ENDPOINT: the sockets' exposure, less what its own and the global lists keep out. */
enum exposure pjsip_endpoint_exposure(const struct pjsip_view *view,
				      const struct pjsip_endpoint *endpoint);

/* "endpoint 1001" */
const char *pjsip_subject(struct verdict *verdict, const char *type, struct slice name);

/* For a remedy: the object's section, and the LINE of it that is to change (NULL: none). */
struct asterisk_place pjsip_place(const struct pjsip_object *object,
				  const struct conf_variable *line);

#endif
