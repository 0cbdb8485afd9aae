/* SPDX-License-Identifier: Apache-2.0
 *
 * The programs that #exec lines of Asterisk's configuration run, and who may change them.
 */
#ifndef RINGFENCE_ASTERISK_EXEC_MODEL_H
#define RINGFENCE_ASTERISK_EXEC_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

struct conf_options;

/* Most #exec lines that are looked at. */
#define EXEC_LINES_MAX 1000

/* A program or the folder that it lies in. */
struct exec_place {
	/* FACT_ABSENT: not there. */
	enum fact_state state;
	const struct unread *unread;
	const char *path;
	struct file_status status;
};

struct exec_line {
	/* "/usr/local/bin/peers", without its arguments. */
	struct slice program;
	struct origin origin;
	/* PROGRAM is no absolute path: the shell looks for it. */
	bool is_searched;
	struct exec_place file;
	struct exec_place folder;
};

struct exec_model {
	const struct exec_line *lines;
	size_t count;
	/* There are more, or a configuration file could not be read. */
	bool is_cut;
	const struct unread *unread;
	/* Owners and modes are not those of the host. */
	bool modes_are_lost;
};

/* Looks through the files of the configuration folder and one folder below it; nothing where
 * OPTIONS has exec_includes off. The model lives in the loader's arena; NULL only when memory is
 * short. */
const struct exec_model *exec_model_load(const struct loader *loader,
					 const struct conf_options *options) MUST_CHECK;

/* Only root may change PLACE. */
bool exec_place_is_safe(const struct exec_place *place);

#endif
