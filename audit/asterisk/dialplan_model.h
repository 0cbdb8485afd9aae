/* SPDX-License-Identifier: Apache-2.0
 *
 * extensions.conf as pbx/pbx_config.c reads it: contexts with their extensions in the order in
 * which Asterisk tries them, steps by priority, includes, switches, globals.
 */
#ifndef RINGFENCE_ASTERISK_DIALPLAN_MODEL_H
#define RINGFENCE_ASTERISK_DIALPLAN_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/asterisk/conf_parse.h"
#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

/* Most steps of one dialplan; FreePBX writes some thousands. */
#define DIALPLAN_STEPS_MAX 2000000u

struct dialplan_step {
	/* From 1; -1 for a hint. */
	int priority;
	/* Empty: none. */
	struct slice label;
	/* "Dial" */
	struct slice application;
	/* Between the parentheses, variables not replaced. */
	struct slice arguments;
	struct origin origin;
	/* Its line's number in the file, for the order of equal priorities. */
	uint32_t order;
};

struct dialplan_extension {
	/* "_9X." with the global variables replaced. */
	struct slice name;
	/* After '/': only for callers with this number or pattern. */
	struct slice caller;
	bool has_caller;
	/* By priority. */
	const struct dialplan_step *steps;
	size_t step_count;
};

struct dialplan_include {
	/* "outbound", without timing. */
	struct slice context;
	/* "9:00-17:00,mon-fri,*,*"; empty: always. */
	struct slice timing;
	struct origin origin;
};

struct dialplan_switch {
	/* "Realtime/ext@extensions" */
	struct slice text;
	struct origin origin;
};

struct dialplan_context {
	struct slice name;
	/* The first header. */
	struct origin origin;
	/* In the order in which they are tried. */
	const struct dialplan_extension *extensions;
	size_t extension_count;
	const struct dialplan_include *includes;
	size_t include_count;
	const struct dialplan_switch *switches;
	size_t switch_count;
	bool is_incomplete;
};

struct dialplan_global {
	struct slice name;
	struct slice value;
	struct origin origin;
};

struct dialplan_model {
	const struct conf_file *file;
	/* Sorted by name (case matters). */
	const struct dialplan_context *contexts;
	size_t context_count;
	/* Sorted by name; of equal names the last set counts and stands alone. */
	const struct dialplan_global *globals;
	size_t global_count;
	/* extensions.ael or extensions.lua are there: contexts may be missing. NULL: neither. */
	const char *other_file;
	struct diagnostics diagnostics;
};

/* Reads it through LOADER. The model lives in the loader's arena; NULL only when memory is short.
 */
const struct dialplan_model *dialplan_model_load(const struct loader *loader,
						 const struct conf_options *options) MUST_CHECK;

/* NULL when there is none. Logarithmic. */
const struct dialplan_context *dialplan_find_context(const struct dialplan_model *model,
						     struct slice name);
const struct dialplan_global *dialplan_find_global(const struct dialplan_model *model,
						   struct slice name);

/* The step with PRIORITY of the first extension that takes NUMBER and has it: in CONTEXT, then in
 * what it includes, depth first (pbx_find_extension). *RET_CONTEXT and *RET_EXTENSION are where it
 * was found. NULL when there is none. Extensions for single callers are passed over unless
 * ANY_CALLER. */
const struct dialplan_step *dialplan_find_step(const struct dialplan_model *model,
					       const struct dialplan_context *context,
					       struct slice number, int priority, bool any_caller,
					       const struct dialplan_context **ret_context,
					       const struct dialplan_extension **ret_extension);

/* The same by label. */
const struct dialplan_step *dialplan_find_label(const struct dialplan_model *model,
						const struct dialplan_context *context,
						struct slice number, struct slice label,
						const struct dialplan_context **ret_context,
						const struct dialplan_extension **ret_extension);

#endif
