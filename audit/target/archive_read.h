/* SPDX-License-Identifier: Apache-2.0
 *
 * A tar archive, compressed or not, into memory, with bounds on all that a hostile one can say.
 * Only audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_ARCHIVE_READ_H
#define RINGFENCE_TARGET_ARCHIVE_READ_H

#include "audit/target/memory_tree.h"
#include "audit/target/record.h"

/* The member of an archive that says what was asked and answered when `collect` made it. */
#define ARCHIVE_MANIFEST "ringfence-answers"
#define ARCHIVE_MANIFEST_VERSION "ringfence-answers 1"

/* All that one archive may unpack to: more than the configuration and logs of any PBX, less than a
 * bomb needs. */
#define ARCHIVE_BYTES_MAX ((size_t)1024 * 1024 * 1024)
#define ARCHIVE_MEMBERS_MAX 400000

struct archive_content {
	struct memory_tree tree;
	/* The answers of the manifest, with their bytes out of the tree; empty where there is no
	 * manifest. */
	struct record_set records;
	bool has_manifest;
	/* From the manifest: the host's name; "" where it tells none. */
	const char *host;
	/* As in struct loader. */
	bool modes_are_lost;
	/* Members that were left out because of their name or kind. */
	size_t refused;
	/* The first of them, and why. */
	const char *refused_name;
	const char *refused_why;
};

/* Unpacks the file at PATH into ARENA. False: it can't be read, is no tar archive, ends early, is
 * larger than the limits, or its manifest is not what its members are (*ERROR says what). */
bool archive_read_file(const char *path, struct arena *arena, struct archive_content *ret_content,
		       struct error *error) MUST_CHECK;

#endif
