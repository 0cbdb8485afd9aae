/* SPDX-License-Identifier: Apache-2.0
 *
 * What conf_parse.c and conf_header.c share: the file in the making. Nothing else includes it.
 */
#ifndef RINGFENCE_ASTERISK_CONF_BUILD_H
#define RINGFENCE_ASTERISK_CONF_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/asterisk/conf_index.h"
#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"

struct arena;

/* What the reader does from Asterisk 13 on, and from 11 on. 0 is an unknown version: the newest. */
#define CONF_VERSION_13 1300u
#define CONF_VERSION_11 1100u

enum conf_outcome {
	CONF_GO_ON,
	/* Asterisk calls the file invalid; file->refused has the reason. */
	CONF_REFUSED,
	/* Memory or one of our limits. */
	CONF_STOPPED,
};

struct conf_parse_category {
	struct conf_category public;
	struct conf_variable *items;
	size_t capacity;
};

struct conf_parse {
	const struct loader *loader;
	const struct conf_options *options;
	struct arena *arena;
	struct arena *scratch;
	struct conf_file *file;
	struct conf_parse_category *categories;
	size_t count;
	size_t capacity;
	struct conf_index *index;
	/* cfg->current: where an included file's first lines go. */
	uint32_t current;
	/* The newest category, whose variables are still in `fresh`; CONF_NONE: none is. */
	uint32_t fresh_owner;
	struct conf_variable *fresh;
	size_t fresh_count;
	size_t fresh_capacity;
	unsigned int include_level;
	size_t variable_total;
	size_t byte_total;
	size_t include_total;
	uint64_t work;
	bool memory_failed;
};

/* Where the parser stands in one file: local variables of config_text_file_load. */
struct conf_place {
	const struct source *source;
	/* CONF_NONE: before any category. */
	uint32_t category;
	/* Only the main file is at level 1. */
	unsigned int level;
	struct conf_line line;
};

/* Is the configuration read by an Asterisk of VERSION (CONF_VERSION_...) or newer? */
bool conf_is_since(const struct conf_parse *parse, unsigned int version);

/* The line that is being read, without the blanks round it. */
struct origin conf_place_origin(const struct conf_place *place);

/* Each ends the parsing, or notes that it was only warned; MESSAGE and WHY are literals. A refusal
 * in an included file only ends that file; the including one does not notice. */
enum conf_outcome conf_out_of_memory(struct conf_parse *parse);
enum conf_outcome conf_refuse(struct conf_parse *parse, const struct conf_place *place,
			      const char *message);
enum conf_outcome conf_stop_at_limit(struct conf_parse *parse, const char *why);
void conf_warn(struct conf_parse *parse, const struct conf_place *place, const char *message);

/* A part of the file is not known; the first reason is kept. */
void conf_mark_incomplete(struct conf_parse *parse, const struct unread *unread);

/* A slice that outlives the line: a copy in the arena where the line was edited. False, and
 * memory_failed, when memory is short. */
bool conf_keep_text(struct conf_parse *parse, const struct conf_place *place, struct slice text,
		    struct slice *ret_text) MUST_CHECK;

/* The variables of CATEGORY, wherever they are, until the next is added. */
struct conf_variable *conf_variables_of(const struct conf_parse *parse, uint32_t category,
					size_t *ret_count);

/* Moves the newest category's variables to the arena. False, and memory_failed, when memory is
 * short. */
bool conf_settle_fresh(struct conf_parse *parse) MUST_CHECK;

enum conf_outcome conf_append_variable(struct conf_parse *parse, uint32_t category,
				       const struct conf_variable *variable);

/* Counts STEPS of work that is not linear in the input; false when CONF_WORK_MAX is used up. */
bool conf_spend(struct conf_parse *parse, size_t steps);

#endif
