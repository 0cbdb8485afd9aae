/* SPDX-License-Identifier: Apache-2.0
 *
 * What the applications of the dialplan do to a call, as far as its way goes.
 */
#include "audit/asterisk/dialplan_run.h"

#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"

static struct dialplan_scope scope_of(struct dialplan_running *running,
				      const struct dialplan_state *state)
{
	return (struct dialplan_scope){
		.arena = running->walk->arena,
		.model = running->walk->model,
		.variables = state->variables,
		.context = state->context,
		.extension = state->extension,
		.priority = state->priority,
	};
}

/* The three parts of Goto's argument: [[context,]extension,]priority; empty ones stay what they are
 * (ast_explicit_goto). */
struct place {
	struct slice context;
	struct dialplan_value extension;
	struct slice priority;
};

static struct place parse_place(const struct dialplan_state *state, struct dialplan_value text)
{
	struct slice parts[3] = { { 0 } }, rest = text.text, part;
	size_t count = 0;
	/* Before 1.6 the parts were set off by '|'. */
	char separator = slice_find_byte(rest, ',') < rest.size ? ',' : '|';
	while (count < 3 && slice_next_field(&rest, separator, &part))
		parts[count++] = slice_trim(part);
	struct place place = { .context = state->context, .extension = state->extension };
	if (count == 1) {
		place.priority = parts[0];
	} else if (count == 2) {
		if (parts[0].size)
			place.extension = (struct dialplan_value){ .text = parts[0],
								   .is_dialled = text.is_dialled,
								   .is_raw = text.is_raw };
		place.priority = parts[1];
	} else if (count == 3) {
		if (parts[0].size)
			place.context = parts[0];
		if (parts[1].size)
			place.extension = (struct dialplan_value){ .text = parts[1],
								   .is_dialled = text.is_dialled,
								   .is_raw = text.is_raw };
		place.priority = parts[2];
	}
	return place;
}

/* The priority's number: digits, those with a sign counted from the step that NOW runs, or a label
 * of the extension there (pbx_parse_location); 0: there is none. */
static int priority_of(struct dialplan_running *running, const struct place *place, int now)
{
	long number = 0;
	struct slice digits = slice_from(place->priority, 1);
	bool is_ahead = slice_starts_with(place->priority, "+");
	if ((is_ahead || slice_starts_with(place->priority, "-")) &&
	    conf_scan_number(digits, &number) && number >= 0 && number < INT32_MAX / 2)
		return is_ahead ? now + (int)number : now - (int)number;
	if (conf_scan_number(place->priority, &number))
		return number > 0 && number < INT32_MAX ? (int)number : 0;
	const struct dialplan_model *model = running->walk->model;
	const struct dialplan_context *found;
	const struct dialplan_extension *extension;
	const struct dialplan_step *step =
		dialplan_find_label(model, dialplan_find_context(model, place->context),
				    place->extension.text, place->priority, &found, &extension);
	return step ? step->priority : 0;
}

/* Where STATE goes on only the running call can tell. */
static void note_unknown(struct dialplan_running *running, const struct dialplan_state *state)
{
	if (!running->walk->gaps.unknown_step)
		running->walk->gaps.unknown_step = state->parent->step;
}

static void go_to(struct dialplan_running *running, const struct dialplan_state *state,
		  struct dialplan_value text)
{
	if (text.is_unknown)
		note_unknown(running, state);
	if (text.is_unknown || !text.text.size)
		return;
	struct place place = parse_place(state, text);
	struct dialplan_state next = *state;
	next.context = place.context;
	next.extension = place.extension;
	next.priority = priority_of(running, &place, state->priority);
	if (next.priority > 0)
		dialplan_push(running, &next);
}

static void go_on(struct dialplan_running *running, const struct dialplan_state *state)
{
	struct dialplan_state next = *state;
	next.priority++;
	dialplan_push(running, &next);
}

static bool is_app(struct slice application, const char *name)
{
	return slice_is_ignore_case(application, name);
}

static bool is_one_of(struct slice application, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_app(application, names[i]))
			return true;
	return false;
}

bool dialplan_asks_password(struct slice application, struct slice arguments)
{
	if (is_app(application, "DISA"))
		return !slice_starts_with(slice_trim(arguments), "no-password");
	static const char *const names[] = { "Authenticate", "VMAuthenticate" };
	return is_one_of(application, names, ARRAY_SIZE(names));
}

static struct slice argument_at(struct slice arguments, size_t index)
{
	struct slice argument = { 0 };
	for (size_t i = 0; i <= index; i++)
		if (!dialplan_next_argument(&arguments, &argument))
			return (struct slice){ 0 };
	return slice_trim(argument);
}

/* Gosub(place(arg1,arg2)), Macro(name,arg1,arg2). */
static void call_place(struct dialplan_running *running, const struct dialplan_state *state,
		       struct slice arguments, bool is_macro)
{
	struct dialplan_scope scope = scope_of(running, state);
	size_t depth = state->calls ? state->calls->depth + 1 : 1;
	struct dialplan_call *call = ARENA_NEW(running->walk->arena, struct dialplan_call);
	if (!call || depth > DIALPLAN_CALLS_DEEP_MAX) {
		running->walk->memory_failed |= !call;
		running->walk->gaps.is_cut |= depth > DIALPLAN_CALLS_DEEP_MAX;
		return;
	}
	*call = (struct dialplan_call){
		.outer = state->calls,
		.context = state->context,
		.extension = state->extension,
		.priority = state->priority + 1,
		.is_macro = is_macro,
		.depth = depth,
	};
	struct dialplan_state next = *state;
	next.calls = call;
	struct slice rest = arguments, part;
	struct place place = { 0 };
	if (is_macro) {
		if (!dialplan_next_argument(&rest, &part))
			return;
		BUFFER_AUTO name = { 0 };
		struct dialplan_value macro = dialplan_expand(&scope, slice_trim(part));
		buffer_append_string(&name, "macro-");
		buffer_append_slice(&name, macro.text);
		char *kept = slice_to_string(running->walk->arena, buffer_slice(&name));
		if (macro.is_unknown)
			note_unknown(running, state);
		running->walk->memory_failed |= !kept;
		if (macro.is_unknown || !kept)
			return;
		place.context = slice_of(kept);
		place.extension = (struct dialplan_value){ .text = SLICE("s") };
		place.priority = SLICE("1");
		dialplan_set(&scope, SLICE("MACRO_EXTEN"), state->extension);
		dialplan_set(&scope, SLICE("MACRO_CONTEXT"),
			     (struct dialplan_value){ .text = state->context });
	} else {
		size_t open = slice_find_last_byte(arguments, ')') < arguments.size
				      ? slice_find_byte(arguments, '(')
				      : arguments.size;
		/* A '(' inside of ${...} is no list of arguments. */
		size_t dollar = slice_find(arguments, SLICE("${"));
		if (dollar < open &&
		    slice_find_byte(slice_from(arguments, dollar), '}') + dollar > open)
			open = arguments.size;
		struct dialplan_value where =
			dialplan_expand(&scope, slice_part(arguments, 0, open));
		if (where.is_unknown) {
			note_unknown(running, state);
			return;
		}
		place = parse_place(state, where);
		rest = slice_from(arguments, open + 1);
		rest = slice_part(rest, 0, slice_find_last_byte(rest, ')'));
		if (open >= arguments.size)
			rest = (struct slice){ 0 };
	}
	for (unsigned int i = 1; i < 64 && dialplan_next_argument(&rest, &part); i++) {
		char *argument_name = arena_allocate(running->walk->arena, 8);
		if (!argument_name) {
			running->walk->memory_failed = true;
			return;
		}
		BUFFER_AUTO name = { 0 };
		buffer_format(&name, "ARG%u", i);
		memcpy(argument_name, name.data, name.size);
		dialplan_set(&scope, (struct slice){ .data = argument_name, .size = name.size },
			     dialplan_expand(&scope, slice_trim(part)));
	}
	next.variables = scope.variables;
	next.context = place.context;
	next.extension = place.extension;
	next.priority = priority_of(running, &place, state->priority);
	if (next.priority > 0)
		dialplan_push(running, &next);
}

void dialplan_go_back(struct dialplan_running *running, const struct dialplan_state *state)
{
	const struct dialplan_call *call = state->calls;
	if (!call)
		return;
	struct dialplan_state next = *state;
	next.calls = call->outer;
	next.context = call->context;
	next.extension = call->extension;
	next.priority = call->priority;
	dialplan_push(running, &next);
}

/* Return(value): GOSUB_RETVAL is empty without one (app_stack.c). */
static void run_return(struct dialplan_running *running, const struct dialplan_state *state,
		       struct slice arguments)
{
	struct dialplan_scope scope = scope_of(running, state);
	struct dialplan_state next = *state;
	dialplan_set(&scope, SLICE("GOSUB_RETVAL"), dialplan_expand(&scope, arguments));
	next.variables = scope.variables;
	dialplan_go_back(running, &next);
}

/* "condition?true:false", the branches not replaced. */
static void branches(struct slice arguments, struct slice *ret_condition, struct slice *ret_true,
		     struct slice *ret_false)
{
	unsigned int depth = 0;
	size_t mark = arguments.size, colon = arguments.size;
	for (size_t i = 0; i < arguments.size; i++) {
		char byte = arguments.data[i];
		if (byte == '{' || byte == '[' || byte == '(')
			depth++;
		else if ((byte == '}' || byte == ']' || byte == ')') && depth)
			depth--;
		else if (!depth && byte == '?' && mark == arguments.size)
			mark = i;
		else if (!depth && byte == ':' && mark < arguments.size && colon == arguments.size)
			colon = i;
	}
	*ret_condition = slice_part(arguments, 0, mark);
	*ret_true = slice_trim(slice_part(arguments, mark + 1, colon - mark - 1));
	*ret_false = slice_trim(slice_from(arguments, colon + 1));
	if (mark == arguments.size)
		*ret_true = *ret_false = (struct slice){ 0 };
}

static void branch_to(struct dialplan_running *running, const struct dialplan_state *state,
		      struct slice target)
{
	struct dialplan_scope scope = scope_of(running, state);
	if (target.size)
		go_to(running, state, dialplan_expand(&scope, target));
	else
		go_on(running, state);
}

static void run_goto_if(struct dialplan_running *running, const struct dialplan_state *state,
			struct slice arguments, bool is_known)
{
	struct slice condition, when_true, when_false;
	struct dialplan_scope scope = scope_of(running, state);
	branches(arguments, &condition, &when_true, &when_false);
	enum dialplan_truth truth =
		is_known ? dialplan_truth_of(dialplan_expand(&scope, condition)) : DIALPLAN_EITHER;
	if (truth != DIALPLAN_TRUE)
		branch_to(running, state, when_false);
	if (truth != DIALPLAN_FALSE)
		branch_to(running, state, when_true);
}

static void run_call_if(struct dialplan_running *running, const struct dialplan_state *state,
			struct slice arguments, bool is_macro)
{
	struct slice condition, when_true, when_false;
	struct dialplan_scope scope = scope_of(running, state);
	branches(arguments, &condition, &when_true, &when_false);
	enum dialplan_truth truth = dialplan_truth_of(dialplan_expand(&scope, condition));
	const struct slice targets[] = { when_false, when_true };
	for (size_t i = 0; i < 2; i++) {
		if ((i == 0 && truth == DIALPLAN_TRUE) || (i == 1 && truth == DIALPLAN_FALSE))
			continue;
		if (targets[i].size)
			call_place(running, state, targets[i], is_macro);
		else
			go_on(running, state);
	}
}

/* "application(arguments)" as ExecIf and Exec have it. */
static void run_text(struct dialplan_running *running, const struct dialplan_state *state,
		     const struct dialplan_node *node, struct slice text)
{
	size_t open = slice_find_byte(text, '(');
	struct slice inner = slice_from(text, open + 1);
	dialplan_run_application(running, state, node, slice_trim(slice_part(text, 0, open)),
				 slice_part(inner, 0, slice_find_last_byte(inner, ')')));
}

static void run_exec_if(struct dialplan_running *running, const struct dialplan_state *state,
			const struct dialplan_node *node, struct slice arguments)
{
	struct slice condition, when_true, when_false;
	struct dialplan_scope scope = scope_of(running, state);
	branches(arguments, &condition, &when_true, &when_false);
	enum dialplan_truth truth = dialplan_truth_of(dialplan_expand(&scope, condition));
	if (truth != DIALPLAN_TRUE) {
		if (when_false.size)
			run_text(running, state, node, when_false);
		else
			go_on(running, state);
	}
	if (truth != DIALPLAN_FALSE) {
		if (when_true.size)
			run_text(running, state, node, when_true);
		else
			go_on(running, state);
	}
}

static void run_set(struct dialplan_running *running, const struct dialplan_state *state,
		    struct slice arguments, bool is_multiple)
{
	struct dialplan_scope scope = scope_of(running, state);
	struct slice part;
	while (arguments.data) {
		if (is_multiple) {
			if (!dialplan_next_argument(&arguments, &part))
				break;
		} else {
			part = arguments;
			arguments = (struct slice){ 0 };
		}
		size_t equal = slice_find_byte(part, '=');
		struct dialplan_value name =
			dialplan_expand(&scope, slice_trim(slice_part(part, 0, equal)));
		if (equal == part.size || name.is_unknown)
			continue;
		struct slice key = name.text;
		if (slice_starts_with(key, "GLOBAL(") && slice_ends_with(key, ")"))
			key = slice_part(key, 7, key.size - 8);
		struct dialplan_value value = dialplan_expand(&scope, slice_from(part, equal + 1));
		if (value.text.size > 1 && value.text.data[0] == '"' &&
		    slice_ends_with(value.text, "\""))
			value.text = slice_part(value.text, 1, value.text.size - 2);
		dialplan_set(&scope, key, value);
	}
	struct dialplan_state next = *state;
	next.variables = scope.variables;
	next.priority++;
	dialplan_push(running, &next);
}

static bool tell(struct dialplan_running *running, const struct dialplan_event *event)
{
	if (running->walk->visit(running->walk->context, event))
		running->is_done = true;
	return running->is_done;
}

static bool has_unknown(struct slice text)
{
	return slice_find_byte(text, EXPAND_UNKNOWN) < text.size;
}

/* Is it not known who is called by "Technology/party/number" or "Technology/number@party"? */
static bool party_is_unknown(struct slice target)
{
	size_t slash = slice_find_byte(target, '/');
	struct slice resource = slice_from(target, slash + 1);
	size_t at = slice_find_last_byte(resource, '@');
	size_t second = slice_find_byte(resource, '/');
	struct slice party = at < resource.size       ? slice_from(resource, at + 1)
			     : second < resource.size ? slice_part(resource, 0, second)
						      : (struct slice){ 0 };
	return has_unknown(slice_part(target, 0, slash)) || has_unknown(party);
}

/* Dial(a&b,timeout,options), Page(a&b,options), Originate(a,...). */
static void run_dial(struct dialplan_running *running, const struct dialplan_state *state,
		     const struct dialplan_node *node, struct slice application,
		     struct slice arguments)
{
	struct dialplan_scope scope = scope_of(running, state);
	struct slice targets = argument_at(arguments, 0), target;
	struct dialplan_event event = {
		.node = node,
		.application = application,
		.arguments = arguments,
		.options = argument_at(arguments, is_app(application, "Page") ? 1 : 2),
	};
	while (slice_next_field(&targets, '&', &target)) {
		event.target = dialplan_expand(&scope, slice_trim(target));
		/* A variable may hold several. */
		struct slice rest = event.target.text, one;
		struct dialplan_value whole = event.target;
		while (slice_next_field(&rest, '&', &one)) {
			event.target.text = one;
			event.target.is_unknown = whole.is_unknown;
			if (tell(running, &event))
				return;
			if (whole.is_dialled && party_is_unknown(one))
				note_unknown(running, state);
			if (whole.is_unknown || !slice_starts_with(one, "Local/"))
				continue;
			/* Local/extension@context[/n] runs there, with the caller's choice. */
			struct slice place = slice_from(one, 6);
			place = slice_part(place, 0, slice_find_byte(place, '/'));
			size_t at = slice_find_byte(place, '@');
			struct dialplan_state next = *state;
			next.extension = (struct dialplan_value){
				.text = slice_part(place, 0, at),
				.is_dialled = whole.is_dialled,
				.is_raw = whole.is_raw,
			};
			next.context =
				at < place.size ? slice_from(place, at + 1) : SLICE("default");
			next.priority = 1;
			next.calls = NULL;
			dialplan_push(running, &next);
		}
	}
}

/* Applications after which the caller's channel is gone. */
static const char *const ends[] = { "Hangup", "Congestion", "Busy", "HangupCauseClear" };
static const char *const collects_digits[] = { "WaitExten", "Background", "BackGroundDetect" };
static const char *const dials[] = { "Dial", "Page", "Originate", "RetryDial", "FollowMe" };

static const char *const runs_commands[] = { "System",  "TrySystem", "AGI",         "EAGI",
					     "DeadAGI", "FastAGI",   "ExternalIVR", "MixMonitor",
					     "Monitor", "Exec",      "TryExec" };

void dialplan_run_application(struct dialplan_running *running, const struct dialplan_state *state,
			      const struct dialplan_node *node, struct slice application,
			      struct slice arguments)
{
	const struct dialplan_model *model = running->walk->model;
	bool is_dial = is_one_of(application, dials, ARRAY_SIZE(dials));
	struct dialplan_event event = {
		.node = node,
		.application = application,
		.arguments = arguments,
	};
	if (is_one_of(application, runs_commands, ARRAY_SIZE(runs_commands)) ||
	    slice_find(arguments, SLICE("SHELL(")) < arguments.size) {
		struct dialplan_scope scope = scope_of(running, state);
		event.target = dialplan_expand(&scope, arguments);
	}
	if (!is_dial && tell(running, &event))
		return;
	if (is_app(application, "Goto")) {
		struct dialplan_scope scope = scope_of(running, state);
		go_to(running, state, dialplan_expand(&scope, arguments));
	} else if (is_app(application, "GotoIf")) {
		run_goto_if(running, state, arguments, true);
	} else if (is_app(application, "GotoIfTime")) {
		run_goto_if(running, state, arguments, false);
	} else if (is_app(application, "Gosub") || is_app(application, "Macro")) {
		call_place(running, state, arguments, is_app(application, "Macro"));
	} else if (is_app(application, "GosubIf") || is_app(application, "MacroIf")) {
		run_call_if(running, state, arguments, is_app(application, "MacroIf"));
	} else if (is_app(application, "Return")) {
		run_return(running, state, arguments);
	} else if (is_app(application, "MacroExit")) {
		dialplan_go_back(running, state);
	} else if (is_app(application, "ExecIf")) {
		run_exec_if(running, state, node, arguments);
	} else if (is_app(application, "Exec") || is_app(application, "TryExec")) {
		run_text(running, state, node, arguments);
	} else if (is_app(application, "Set") || is_app(application, "SetVar")) {
		run_set(running, state, arguments, false);
	} else if (is_app(application, "MSet")) {
		run_set(running, state, arguments, true);
	} else if (is_dial) {
		run_dial(running, state, node, application, arguments);
		go_on(running, state);
	} else if (is_app(application, "DISA")) {
		struct slice context = argument_at(arguments, 1);
		if (!dialplan_asks_password(application, arguments))
			dialplan_add_start(running,
					   dialplan_find_context(
						   model, context.size ? context : SLICE("disa")),
					   node);
	} else if (dialplan_asks_password(application, arguments) ||
		   is_one_of(application, ends, ARRAY_SIZE(ends))) {
		return;
	} else {
		if (is_one_of(application, collects_digits, ARRAY_SIZE(collects_digits)))
			dialplan_add_start(running, dialplan_find_context(model, state->context),
					   node);
		go_on(running, state);
	}
}
