/* SPDX-License-Identifier: Apache-2.0
 *
 * Which of two package versions is newer: as dpkg says (deb-version(7)), and as rpm says
 * (rpm-version(7), rpmvercmp). The project's own versions, "20.9.2", "8.5p1", "18.9-cert11",
 * compare the same under both but for a letter after digits; they take rpm's rules.
 */
#ifndef RINGFENCE_ADVISORY_VERSION_COMPARE_H
#define RINGFENCE_ADVISORY_VERSION_COMPARE_H

#include "audit/base/slice.h"

/* Under 0: A is older than B; 0: equal; over 0: newer. "[EPOCH:]UPSTREAM[-REVISION]". */
int version_compare_dpkg(struct slice a, struct slice b);

/* "[EPOCH:]VERSION[-RELEASE]"; where one of them has no release, releases are not compared. */
int version_compare_rpm(struct slice a, struct slice b);

/* Without epoch and revision: "1:9.2p1-2+deb12u3" is "9.2p1", "16.28.0~dfsg-0" is "16.28.0". */
struct slice version_upstream_part(struct slice version);

/* The number before the first '.', or for 1.x the first two: "20", "1.8". */
struct slice version_branch(struct slice version);

#endif
