/* SPDX-License-Identifier: Apache-2.0
 *
 * Packages against the table of known holes, for the checks of versions.
 */
#ifndef RINGFENCE_CHECKS_VERSION_JUDGE_H
#define RINGFENCE_CHECKS_VERSION_JUDGE_H

#include <stdbool.h>

#include "audit/advisory/advisory_table.h"
#include "audit/base/exposure.h"
#include "audit/base/source.h"

struct model;
struct system_package;
struct verdict;

/* "debian-12", "rhel-9" (for its rebuilds), "ubuntu-22.04"; in the verdict's arena, "" where the
 * system is not known. */
struct slice version_scope(struct verdict *verdict, const struct model *model);

/* PACKAGE of this host as PRODUCT of the table. */
struct version_subject version_of_package(struct verdict *verdict, const struct model *model,
					  const struct system_package *package,
					  const char *product);

/* May a hole be left out, since what it needs is not there? NULL: none may. */
typedef bool version_is_out_of_reach(const struct model *model, const struct advisory *hole);

/* Records each open and each undecided hole of SUBJECT, and a pass when there is none. NAME is
 * shown: "openssh-server 1:9.2p1-2". */
void version_judge_holes(struct verdict *verdict, const struct model *model,
			 const struct version_subject *subject, const char *name,
			 struct origin origin, enum exposure exposure,
			 version_is_out_of_reach *is_out_of_reach);

/* Records that the table is older than half a year, as a note. */
void version_note_age(struct verdict *verdict, const struct model *model);

#endif
