/* SPDX-License-Identifier: Apache-2.0
 *
 * The modules of FreePBX's GUI with their versions, as each module's module.xml has them.
 */
#ifndef RINGFENCE_ADVISORY_GUI_MODULES_H
#define RINGFENCE_ADVISORY_GUI_MODULES_H

#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

struct gui_module {
	/* "endpoint" */
	struct slice name;
	/* Empty where module.xml has none. */
	struct slice version;
	struct origin origin;
};

struct gui_modules {
	/* FACT_ABSENT: no module's folder was found. */
	enum fact_state state;
	const struct unread *unread;
	const struct gui_module *modules;
	size_t count;
};

/* FreePBX has some 150 in all. */
#define GUI_MODULES_MAX 1000

/* Below FOLDER ("/var/www/html/admin/modules"; "": none was seen). The modules live in the loader's
 * arena; NULL only when memory is short. */
const struct gui_modules *gui_modules_load(const struct loader *loader,
					   const char *folder) MUST_CHECK;

#endif
