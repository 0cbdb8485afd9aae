/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/dialplan_model.h"

#include <stdlib.h>

#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/dialplan_pattern.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* AST_PBX_MAX_STACK of main/pbx.c: deepest chain of includes. */
#define INCLUDES_DEEP_MAX 128
/* Deepest nesting of global variables in an extension's name. */
#define GLOBALS_DEEP_MAX 8

/* A step with where it belongs, before sorting. */
struct raw_step {
	struct slice context;
	struct slice extension;
	struct slice caller;
	bool has_caller;
	struct dialplan_step step;
};

struct raw_context {
	struct slice name;
	const struct conf_category *category;
	uint32_t order;
};

struct reading {
	struct arena *arena;
	struct dialplan_model *model;
	struct raw_step *steps;
	size_t step_count;
	size_t step_capacity;
	struct dialplan_global *globals;
	bool memory_failed;
};

static bool is_reserved(struct slice name)
{
	return slice_is_ignore_case(name, "general") || slice_is_ignore_case(name, "globals");
}

static int compare_globals(const void *a, const void *b)
{
	const struct dialplan_global *left = a, *right = b;
	return slice_compare(left->name, right->name);
}

const struct dialplan_global *dialplan_find_global(const struct dialplan_model *model,
						   struct slice name)
{
	struct dialplan_global wanted = { .name = name };
	return model->global_count ? bsearch(&wanted, model->globals, model->global_count,
					     sizeof(*model->globals), compare_globals)
				   : NULL;
}

/* Replaces ${GLOBAL} in TEXT; other variables become empty, as they are at load time. */
static struct slice replace_globals(struct reading *reading, struct slice text, unsigned int depth)
{
	if (slice_find(text, SLICE("${")) == text.size || depth > GLOBALS_DEEP_MAX)
		return text;
	BUFFER_AUTO out = { 0 };
	struct slice rest = text;
	while (rest.size) {
		size_t at = slice_find(rest, SLICE("${"));
		buffer_append_slice(&out, slice_part(rest, 0, at));
		if (at == rest.size)
			break;
		rest = slice_from(rest, at + 2);
		size_t end = slice_find_byte(rest, '}');
		const struct dialplan_global *global =
			dialplan_find_global(reading->model, slice_part(rest, 0, end));
		if (global)
			buffer_append_slice(&out,
					    replace_globals(reading, global->value, depth + 1));
		rest = slice_from(rest, end + 1);
	}
	char *kept = buffer_keep(&out, reading->arena);
	if (!kept) {
		reading->memory_failed = true;
		return text;
	}
	return (struct slice){ .data = kept, .size = out.size };
}

static void read_globals(struct reading *reading)
{
	const struct conf_file *file = reading->model->file;
	size_t count = 0, kept = 0;
	for (size_t i = 0; i < file->category_count; i++)
		if (!file->categories[i].is_template &&
		    slice_is_ignore_case(file->categories[i].name, "globals"))
			count += file->categories[i].variable_count;
	struct dialplan_global *globals =
		ARENA_ARRAY(reading->arena, count, struct dialplan_global);
	struct dialplan_global *unique = ARENA_ARRAY(reading->arena, count, struct dialplan_global);
	if (!globals || !unique) {
		reading->memory_failed = true;
		return;
	}
	size_t at = 0;
	for (size_t i = 0; i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		if (category->is_template || !slice_is_ignore_case(category->name, "globals"))
			continue;
		for (size_t k = 0; k < category->variable_count; k++)
			globals[at++] = (struct dialplan_global){
				.name = category->variables[k].name,
				.value = category->variables[k].value,
				.origin = category->variables[k].origin,
			};
	}
	/* A stable sort by name: qsort with the place in the list as tie-break is not needed, since
	 * the list is walked for equal names by their origin's order below. */
	for (size_t i = 0; i < count; i++)
		unique[i] = globals[i];
	qsort(unique, count, sizeof(*unique), compare_globals);
	for (size_t i = 0; i < count; i++) {
		if (kept && slice_equal(unique[kept - 1].name, unique[i].name))
			continue;
		unique[kept++] = unique[i];
	}
	reading->model->globals = unique;
	reading->model->global_count = kept;
	/* The last setting of a name counts. */
	for (size_t i = 0; i < count; i++) {
		struct dialplan_global *found =
			bsearch(&globals[i], unique, kept, sizeof(*unique), compare_globals);
		if (found)
			*found = globals[i];
	}
}

struct parsed_priority {
	int priority;
	struct slice label;
};

/* "n(label)+2", "1", "hint", "same"; false: Asterisk ignores the line. */
static bool parse_priority(struct slice text, int last, struct parsed_priority *ret_parsed)
{
	text = slice_trim(text);
	size_t open = slice_find_byte(text, '(');
	struct slice name = slice_part(text, 0, open), label = { 0 };
	if (open < text.size) {
		struct slice inner = slice_from(text, open + 1);
		size_t close = slice_find_byte(inner, ')');
		if (close == inner.size)
			return false;
		label = slice_part(inner, 0, close);
	}
	size_t plus = slice_find_byte(name, '+');
	int added = plus < name.size ? conf_number(slice_from(name, plus + 1)) : 0;
	name = slice_part(name, 0, plus);
	long number = 0;
	int priority;
	if (slice_is(name, "hint")) {
		priority = -1;
	} else if (slice_is(name, "next") || slice_is(name, "n")) {
		if (last <= -2)
			return false;
		priority = last + 1;
	} else if (slice_is(name, "same") || slice_is(name, "s")) {
		if (last <= -2)
			return false;
		priority = last;
	} else if (conf_scan_number(name, &number) && number >= 1 && number < INT32_MAX / 2) {
		priority = (int)number;
	} else {
		return false;
	}
	*ret_parsed = (struct parsed_priority){ .priority = priority + added, .label = label };
	return true;
}

/* "Dial(SIP/x,20)": the name before '(', and what is before the last ')'. */
static void split_application(struct slice text, struct dialplan_step *step)
{
	size_t open = slice_find_byte(text, '(');
	struct slice name = slice_part(text, 0, open);
	if (open == text.size || slice_find(name, SLICE("${")) < name.size ||
	    slice_find(name, SLICE("$[")) < name.size) {
		step->application = slice_trim_left(text);
		return;
	}
	struct slice inner = slice_from(text, open + 1);
	step->application = slice_trim_left(name);
	step->arguments = slice_part(inner, 0, slice_find_last_byte(inner, ')'));
}

/* pbx_strsep: a comma inside '(' or quotes does not part the extension. */
static struct slice take_extension(struct slice *rest)
{
	unsigned int depth = 0;
	bool is_quoted = false;
	for (size_t i = 0; i < rest->size; i++) {
		char byte = rest->data[i];
		if (byte == '"')
			is_quoted = !is_quoted;
		else if (is_quoted)
			continue;
		else if (byte == '(' || byte == '[' || byte == '{')
			depth++;
		else if ((byte == ')' || byte == ']' || byte == '}') && depth)
			depth--;
		else if (byte == ',' && !depth) {
			struct slice name = slice_part(*rest, 0, i);
			*rest = slice_from(*rest, i + 1);
			return name;
		}
	}
	struct slice name = *rest;
	*rest = slice_from(*rest, rest->size);
	return name;
}

struct cursor {
	struct slice extension;
	int last;
};

static void read_step(struct reading *reading, struct slice context,
		      const struct conf_variable *line, struct cursor *cursor)
{
	struct slice rest = line->value;
	if (slice_is_ignore_case(line->name, "exten"))
		cursor->extension = replace_globals(reading, take_extension(&rest), 0);
	else if (!cursor->extension.size)
		return;
	struct raw_step raw = { .context = context, .extension = cursor->extension };
	size_t slash = slice_find_byte(raw.extension, '/');
	if (slash < raw.extension.size) {
		raw.caller = slice_from(raw.extension, slash + 1);
		raw.has_caller = true;
		raw.extension = slice_part(raw.extension, 0, slash);
	}
	size_t comma = slice_find_byte(rest, ',');
	struct parsed_priority parsed;
	if (!parse_priority(slice_part(rest, 0, comma), cursor->last, &parsed))
		return;
	raw.step = (struct dialplan_step){
		.priority = parsed.priority,
		.label = parsed.label,
		.origin = line->origin,
		.order = (uint32_t)reading->step_count,
	};
	split_application(slice_from(rest, comma + 1), &raw.step);
	cursor->last = parsed.priority;
	if (reading->step_count >= DIALPLAN_STEPS_MAX) {
		diagnostics_add(&reading->model->diagnostics, reading->arena, DIAGNOSTIC_WARNING,
				line->origin, "more than %u steps; the rest is not looked at",
				DIALPLAN_STEPS_MAX);
		return;
	}
	struct raw_step *steps = arena_grow(reading->arena, reading->steps, reading->step_count,
					    &reading->step_capacity, sizeof(*steps));
	if (!steps) {
		reading->memory_failed = true;
		return;
	}
	reading->steps = steps;
	steps[reading->step_count++] = raw;
}

static int compare_names(struct slice a, struct slice b)
{
	return slice_compare(a, b);
}

static int compare_raw_contexts(const void *a, const void *b)
{
	const struct raw_context *left = a, *right = b;
	int order = compare_names(left->name, right->name);
	return order ? order : (left->order > right->order) - (left->order < right->order);
}

static int compare_raw_steps(const void *a, const void *b)
{
	const struct raw_step *left = a, *right = b;
	int order = compare_names(left->context, right->context);
	if (!order)
		order = dialplan_pattern_compare(left->extension, right->extension);
	/* Of one extension, those for single callers come first (ast_add_extension2_lockopt). */
	if (!order)
		order = (int)right->has_caller - (int)left->has_caller;
	if (!order && left->has_caller)
		order = dialplan_pattern_compare(left->caller, right->caller);
	if (!order)
		order = (left->step.priority > right->step.priority) -
			(left->step.priority < right->step.priority);
	return order ? order
		     : (left->step.order > right->step.order) -
			       (left->step.order < right->step.order);
}

static bool same_extension(const struct raw_step *a, const struct raw_step *b)
{
	return slice_equal(a->context, b->context) &&
	       dialplan_pattern_compare(a->extension, b->extension) == 0 &&
	       a->has_caller == b->has_caller &&
	       (!a->has_caller || dialplan_pattern_compare(a->caller, b->caller) == 0);
}

/* Turns the sorted raw steps FIRST to END, all of one context, into its extensions. */
static void build_extensions(struct reading *reading, struct dialplan_context *context,
			     size_t first, size_t end)
{
	struct dialplan_extension *extensions =
		ARENA_ARRAY(reading->arena, end - first, struct dialplan_extension);
	struct dialplan_step *steps =
		ARENA_ARRAY(reading->arena, end - first, struct dialplan_step);
	if (!extensions || !steps) {
		reading->memory_failed = true;
		return;
	}
	size_t used = 0;
	for (size_t i = first; i < end; i++) {
		const struct raw_step *raw = &reading->steps[i];
		bool is_new = i == first || !same_extension(&reading->steps[i - 1], raw);
		if (is_new)
			extensions[context->extension_count++] = (struct dialplan_extension){
				.name = raw->extension,
				.caller = raw->caller,
				.has_caller = raw->has_caller,
				.steps = &steps[used],
			};
		struct dialplan_extension *extension = &extensions[context->extension_count - 1];
		/* A priority that is there already is refused: the first line stays. */
		if (!is_new && steps[used - 1].priority == raw->step.priority)
			continue;
		steps[used++] = raw->step;
		extension->step_count++;
	}
	context->extensions = extensions;
}

static void read_other_lines(struct reading *reading, struct dialplan_context *context,
			     const struct conf_category *category,
			     struct dialplan_include *includes, struct dialplan_switch *switches)
{
	for (size_t i = 0; i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		if (slice_is_ignore_case(line->name, "include")) {
			struct slice value = replace_globals(reading, line->value, 0);
			size_t mark = slice_find_byte(value, '|');
			size_t comma = slice_find_byte(value, ',');
			size_t end = mark < comma ? mark : comma;
			includes[context->include_count++] = (struct dialplan_include){
				.context = slice_trim(slice_part(value, 0, end)),
				.timing = slice_trim(slice_from(value, end + 1)),
				.origin = line->origin,
			};
		} else if (slice_is_ignore_case(line->name, "switch") ||
			   slice_is_ignore_case(line->name, "lswitch") ||
			   slice_is_ignore_case(line->name, "eswitch")) {
			switches[context->switch_count++] = (struct dialplan_switch){
				.text = line->value,
				.origin = line->origin,
			};
		}
	}
	context->is_incomplete |= category->is_incomplete;
}

/* One context out of all sections of its name: FIRST to END of RAW. */
static void build_context(struct reading *reading, const struct raw_context *raw, size_t first,
			  size_t end, struct dialplan_context *context)
{
	size_t lines = 0;
	for (size_t i = first; i < end; i++)
		lines += raw[i].category->variable_count;
	*context = (struct dialplan_context){
		.name = raw[first].name,
		.origin = raw[first].category->origin,
	};
	struct dialplan_include *includes =
		ARENA_ARRAY(reading->arena, lines, struct dialplan_include);
	struct dialplan_switch *switches =
		ARENA_ARRAY(reading->arena, lines, struct dialplan_switch);
	if (!includes || !switches) {
		reading->memory_failed = true;
		return;
	}
	for (size_t i = first; i < end; i++)
		read_other_lines(reading, context, raw[i].category, includes, switches);
	context->includes = includes;
	context->switches = switches;
}

static void read_contexts(struct reading *reading)
{
	const struct conf_file *file = reading->model->file;
	struct raw_context *raw =
		ARENA_ARRAY(reading->arena, file->category_count, struct raw_context);
	struct dialplan_context *contexts =
		ARENA_ARRAY(reading->arena, file->category_count, struct dialplan_context);
	size_t raw_count = 0, count = 0;
	if (!raw || !contexts) {
		reading->memory_failed = true;
		return;
	}
	for (size_t i = 0; i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		struct cursor cursor = { .last = -2 };
		if (category->is_template || is_reserved(category->name))
			continue;
		raw[raw_count] = (struct raw_context){ .name = category->name,
						       .category = category,
						       .order = (uint32_t)raw_count };
		raw_count++;
		for (size_t k = 0; k < category->variable_count; k++) {
			const struct conf_variable *line = &category->variables[k];
			if (slice_is_ignore_case(line->name, "exten") ||
			    slice_is_ignore_case(slice_part(line->name, 0, 4), "same"))
				read_step(reading, category->name, line, &cursor);
		}
	}
	qsort(raw, raw_count, sizeof(*raw), compare_raw_contexts);
	if (reading->step_count)
		qsort(reading->steps, reading->step_count, sizeof(*reading->steps),
		      compare_raw_steps);
	size_t step = 0;
	for (size_t i = 0; i < raw_count && !reading->memory_failed;) {
		size_t end = i + 1;
		while (end < raw_count && slice_equal(raw[end].name, raw[i].name))
			end++;
		struct dialplan_context *context = &contexts[count++];
		build_context(reading, raw, i, end, context);
		size_t step_end = step;
		while (step_end < reading->step_count &&
		       slice_equal(reading->steps[step_end].context, context->name))
			step_end++;
		build_extensions(reading, context, step, step_end);
		step = step_end;
		i = end;
	}
	reading->model->contexts = contexts;
	reading->model->context_count = count;
}

static const char *other_dialplan(const struct loader *loader, const struct conf_options *options)
{
	static const char *const names[] = { "extensions.ael", "extensions.lua" };
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		BUFFER_AUTO path = { 0 };
		struct file_status status;
		const struct unread *unread = NULL;
		buffer_format(&path, "%s/%s", options->directory, names[i]);
		if (loader_status(loader, buffer_string(&path), false, &status, &unread) ==
			    LOAD_FOUND &&
		    status.size_bytes)
			return names[i];
	}
	return NULL;
}

const struct dialplan_model *dialplan_model_load(const struct loader *loader,
						 const struct conf_options *options)
{
	struct dialplan_model *model = ARENA_NEW(loader->arena, struct dialplan_model);
	if (!model)
		return NULL;
	model->file = conf_load(loader, options, "extensions.conf");
	if (!model->file)
		return NULL;
	model->other_file = other_dialplan(loader, options);
	if (model->file->state != FACT_PRESENT || model->file->is_refused)
		return model;
	struct reading reading = { .arena = loader->arena, .model = model };
	read_globals(&reading);
	if (!reading.memory_failed)
		read_contexts(&reading);
	return reading.memory_failed ? NULL : model;
}

static int compare_contexts(const void *a, const void *b)
{
	const struct dialplan_context *left = a, *right = b;
	return compare_names(left->name, right->name);
}

const struct dialplan_context *dialplan_find_context(const struct dialplan_model *model,
						     struct slice name)
{
	struct dialplan_context wanted = { .name = name };
	return model->context_count ? bsearch(&wanted, model->contexts, model->context_count,
					      sizeof(*model->contexts), compare_contexts)
				    : NULL;
}

struct search {
	const struct dialplan_model *model;
	struct slice number;
	int priority;
	/* Wanted instead of the priority where not empty. */
	struct slice label;
	bool any_caller;
	const struct dialplan_context *stack[INCLUDES_DEEP_MAX];
	size_t depth;
	const struct dialplan_context *context;
	const struct dialplan_extension *extension;
};

static const struct dialplan_step *step_of(const struct search *search,
					   const struct dialplan_extension *extension)
{
	for (size_t i = 0; i < extension->step_count; i++) {
		const struct dialplan_step *step = &extension->steps[i];
		if (search->label.size ? slice_equal(step->label, search->label)
				       : step->priority == search->priority)
			return step;
	}
	return NULL;
}

static const struct dialplan_step *search_context(struct search *search,
						  const struct dialplan_context *context)
{
	if (search->depth >= INCLUDES_DEEP_MAX)
		return NULL;
	for (size_t i = 0; i < search->depth; i++)
		if (search->stack[i] == context)
			return NULL;
	for (size_t i = 0; i < context->extension_count; i++) {
		const struct dialplan_extension *extension = &context->extensions[i];
		if ((extension->has_caller && !search->any_caller) ||
		    !dialplan_pattern_matches(extension->name, search->number))
			continue;
		const struct dialplan_step *step = step_of(search, extension);
		if (!step)
			continue;
		search->context = context;
		search->extension = extension;
		return step;
	}
	/* The stack is never popped there: a context is looked at once in one search. */
	search->stack[search->depth++] = context;
	for (size_t i = 0; i < context->include_count; i++) {
		const struct dialplan_context *included =
			dialplan_find_context(search->model, context->includes[i].context);
		const struct dialplan_step *step =
			included ? search_context(search, included) : NULL;
		if (step)
			return step;
	}
	return NULL;
}

static const struct dialplan_step *run_search(struct search *search,
					      const struct dialplan_context *context,
					      const struct dialplan_context **ret_context,
					      const struct dialplan_extension **ret_extension)
{
	const struct dialplan_step *step = context ? search_context(search, context) : NULL;
	if (step) {
		*ret_context = search->context;
		*ret_extension = search->extension;
	}
	return step;
}

const struct dialplan_step *dialplan_find_step(const struct dialplan_model *model,
					       const struct dialplan_context *context,
					       struct slice number, int priority, bool any_caller,
					       const struct dialplan_context **ret_context,
					       const struct dialplan_extension **ret_extension)
{
	struct search search = {
		.model = model,
		.number = number,
		.priority = priority,
		.any_caller = any_caller,
	};
	return run_search(&search, context, ret_context, ret_extension);
}

const struct dialplan_step *dialplan_find_label(const struct dialplan_model *model,
						const struct dialplan_context *context,
						struct slice number, struct slice label,
						const struct dialplan_context **ret_context,
						const struct dialplan_extension **ret_extension)
{
	struct search search = {
		.model = model,
		.number = number,
		.label = label,
		.any_caller = true,
	};
	return run_search(&search, context, ret_context, ret_extension);
}
