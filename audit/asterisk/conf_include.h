/* SPDX-License-Identifier: Apache-2.0
 *
 * Which files an #include names: relative to the configuration folder, through glob(3) with braces
 * (GLOB_NOMAGIC | GLOB_BRACE in main/config.c).
 */
#ifndef RINGFENCE_ASTERISK_CONF_INCLUDE_H
#define RINGFENCE_ASTERISK_CONF_INCLUDE_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/loader.h"
#include "audit/base/slice.h"

/* char fn[256] in config.c: longer paths are cut. */
#define CONF_PATH_BYTES 255
/* Most paths that braces may stand for. */
#define CONF_BRACES_MAX 256

struct conf_paths {
	const char **paths;
	size_t count;
	size_t capacity;
	/* A folder could not be listed: there may be more. */
	const struct unread *unread;
};

/* The paths that NAME stands for below DIRECTORY, in Asterisk's order; those without a wildcard are
 * given whether they exist or not. In the loader's arena. False when memory is short. */
bool conf_include_paths(const struct loader *loader, const char *directory, struct slice name,
			struct conf_paths *ret_paths) MUST_CHECK;

#endif
