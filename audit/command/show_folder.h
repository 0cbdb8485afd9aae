/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder of files that stands for /etc/asterisk, whatever its name.
 */
#ifndef RINGFENCE_COMMAND_SHOW_FOLDER_H
#define RINGFENCE_COMMAND_SHOW_FOLDER_H

#include "audit/base/loader.h"

struct arena;

#define SHOW_FOLDER "/etc/asterisk"

struct show_folder {
	const struct loader *inner;
	struct arena *arena;
};

/* A loader under which the root of INNER is called /etc/asterisk, and nothing else exists: no other
 * file, no probe. FOLDER must outlive it. */
struct loader show_folder_loader(struct show_folder *folder, const struct loader *inner,
				 struct arena *arena);

/* PATH as INNER knows it; NULL when it is not in /etc/asterisk. */
const char *show_folder_inside(const char *path);

#endif
