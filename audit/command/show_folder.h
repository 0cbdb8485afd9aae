/* SPDX-License-Identifier: Apache-2.0
 *
 * A folder of files that stands for /etc/asterisk, whatever its name.
 */
#ifndef RINGFENCE_COMMAND_SHOW_FOLDER_H
#define RINGFENCE_COMMAND_SHOW_FOLDER_H

#include "audit/base/loader.h"

#define SHOW_FOLDER "/etc/asterisk"

/* Opens the configuration folder PATH of this machine, calls SHOW with CONTEXT and a loader under
 * which its root is called /etc/asterisk and nothing else exists: no other file, no probe. Returns
 * the exit code of SHOW, or that of the error that is printed. */
int show_folder_run(const char *path, int (*show)(const struct loader *loader, void *context),
		    void *context);

/* PATH below the folder; NULL when it is not in /etc/asterisk. */
const char *show_folder_inside(const char *path);

#endif
