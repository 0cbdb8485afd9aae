/* SPDX-License-Identifier: Apache-2.0
 *
 * Records as a tar archive: a manifest, then the files and the probes' answers under the names that
 * they would have in a copied tree, so that a person can unpack and read it. Only audit/target/
 * includes this.
 */
#ifndef RINGFENCE_TARGET_ARCHIVE_WRITE_H
#define RINGFENCE_TARGET_ARCHIVE_WRITE_H

#include "audit/target/record.h"

struct archive_head {
	const char *host;
	/* Seconds since 1970, UTC. */
	int64_t collected;
	/* As in struct loader. */
	bool modes_are_lost;
};

/* Appends the archive of RECORDS to OUT, COMPRESSION being "gz", "xz", "zst" or "". The same
 * records give the same bytes. False: memory is short or libarchive fails (*ERROR). */
bool archive_write(const struct record_set *records, const struct archive_head *head,
		   const char *compression, struct buffer *out, struct error *error) MUST_CHECK;

#endif
