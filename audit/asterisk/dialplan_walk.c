/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/dialplan_walk.h"

#include "audit/asterisk/dialplan_pattern.h"
#include "audit/asterisk/dialplan_run.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* Slots of the table of states that have been run; a power of two over the most steps. */
#define STATES 131072u
/* What stands for "." in a number made from a pattern: a national number of a range that Ofcom
 * keeps for fiction. */
#define NUMBER_TAIL "441632960000"

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 0xbf58476d1ce4e5b9u;
	return hash ^ hash >> 29;
}

static uint64_t mix_slice(uint64_t hash, struct slice text)
{
	for (size_t i = 0; i < text.size; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * 1099511628211u;
	return mix(hash, text.size);
}

static uint64_t state_hash(const struct dialplan_state *state)
{
	uint64_t hash = mix_slice(1, state->context);
	hash = mix_slice(hash, state->extension.text);
	hash = mix(hash, (uint64_t)(unsigned int)state->priority);
	hash = mix(hash, state->variables ? state->variables->hash : 0);
	hash = mix(hash, (uint64_t)(uintptr_t)state->entry);
	for (const struct dialplan_call *call = state->calls; call; call = call->outer) {
		hash = mix_slice(hash, call->context);
		hash = mix_slice(hash, call->extension.text);
		hash = mix(hash, (uint64_t)(unsigned int)call->priority);
	}
	return hash ? hash : 1;
}

/* Has the state run before? Notes it. */
static bool was_seen(struct dialplan_running *running, uint64_t hash)
{
	size_t at = (size_t)hash & (STATES - 1);
	while (running->seen[at] && running->seen[at] != hash)
		at = (at + 1) & (STATES - 1);
	if (running->seen[at])
		return true;
	running->seen[at] = hash;
	return false;
}

void dialplan_push(struct dialplan_running *running, const struct dialplan_state *state)
{
	struct dialplan_state *copy = ARENA_NEW(running->walk->arena, struct dialplan_state);
	if (!copy) {
		running->walk->memory_failed = true;
		running->is_done = true;
		return;
	}
	*copy = *state;
	copy->next = running->pending;
	running->pending = copy;
}

void dialplan_add_start(struct dialplan_running *running, const struct dialplan_context *context,
			const struct dialplan_node *parent)
{
	if (!context)
		return;
	for (size_t i = 0; i < running->entry_count; i++)
		if (running->entries[i].context == context)
			return;
	if (running->entry_count == DIALPLAN_WALK_CONTEXTS_MAX) {
		running->walk->gaps.is_cut = true;
		return;
	}
	running->entries[running->entry_count++] =
		(struct dialplan_start){ .context = context, .parent = parent };
}

static void run_state(struct dialplan_running *running, const struct dialplan_state *state)
{
	const struct dialplan_model *model = running->walk->model;
	const struct dialplan_context *found = NULL;
	const struct dialplan_extension *extension = NULL;
	const struct dialplan_step *step = dialplan_find_step(
		model, dialplan_find_context(model, state->context), state->extension.text,
		state->priority, true, &found, &extension);
	if (!step) {
		/* A macro that has run out goes back to where it was called. */
		if (state->calls && state->calls->is_macro && state->priority > 1)
			dialplan_go_back(running, state);
		return;
	}
	struct dialplan_node *node = ARENA_NEW(running->walk->arena, struct dialplan_node);
	if (!node) {
		running->walk->memory_failed = true;
		return;
	}
	*node = (struct dialplan_node){
		.step = step,
		.context = found,
		.extension = extension,
		.parent = state->parent,
		.number = state->number,
		.entry = state->entry,
	};
	struct dialplan_state here = *state;
	here.parent = node;
	/* Here the extension holds what the pattern takes. */
	here.extension.is_raw &= dialplan_pattern_is_open(extension->name);
	dialplan_run_application(running, &here, node, step->application, step->arguments);
}

static void run_pending(struct dialplan_running *running)
{
	while (running->pending && !running->is_done) {
		const struct dialplan_state *state = running->pending;
		running->pending = state->next;
		if (was_seen(running, state_hash(state)))
			continue;
		if (running->steps++ >= DIALPLAN_WALK_STEPS_MAX) {
			running->walk->gaps.is_cut = true;
			running->is_done = true;
			return;
		}
		run_state(running, state);
	}
}

static void dial_number(struct dialplan_running *running, const struct dialplan_start *entry,
			struct slice number)
{
	struct dialplan_state state = {
		.context = entry->context->name,
		.extension = { .text = number, .is_dialled = true, .is_raw = true },
		.priority = 1,
		.parent = entry->parent,
		.number = number,
		.entry = entry->context,
	};
	dialplan_push(running, &state);
	run_pending(running);
}

/* Names that Asterisk itself goes to: nobody can dial "h" or "t" on a keypad, but a SIP caller can
 * ask for "s". */
static bool is_dialable(struct slice name)
{
	return name.size && !slice_is(name, "h") && !slice_is(name, "t") && !slice_is(name, "i") &&
	       !slice_is(name, "T") && !slice_is(name, "e") && !slice_is(name, "failed");
}

/* Dials one number for each extension of CONTEXT and of what it includes. */
static void dial_extensions(struct dialplan_running *running, const struct dialplan_start *entry,
			    const struct dialplan_context *context,
			    const struct dialplan_context **stack, size_t *depth)
{
	const struct dialplan_model *model = running->walk->model;
	if (!context)
		return;
	for (size_t i = 0; i < *depth; i++)
		if (stack[i] == context)
			return;
	if (*depth >= DIALPLAN_WALK_CONTEXTS_MAX) {
		running->walk->gaps.is_cut = true;
		return;
	}
	stack[(*depth)++] = context;
	if (context->switch_count && !running->walk->gaps.unread_switch)
		running->walk->gaps.unread_switch = &context->switches[0];
	for (size_t i = 0; i < context->extension_count && !running->is_done; i++) {
		const struct dialplan_extension *extension = &context->extensions[i];
		BUFFER_AUTO number = { 0 };
		if (!is_dialable(extension->name))
			continue;
		dialplan_pattern_example(extension->name, SLICE(NUMBER_TAIL), &number);
		char *kept = slice_to_string(running->walk->arena, buffer_slice(&number));
		if (!kept) {
			running->walk->memory_failed = true;
			return;
		}
		dial_number(running, entry, (struct slice){ .data = kept, .size = number.size });
	}
	for (size_t i = 0; i < context->include_count && !running->is_done; i++)
		dial_extensions(running, entry,
				dialplan_find_context(model, context->includes[i].context), stack,
				depth);
}

bool dialplan_gaps_none(const struct dialplan_gaps *gaps)
{
	return !gaps->is_cut && !gaps->unread_switch && !gaps->unknown_step;
}

void dialplan_gaps_add(struct dialplan_gaps *gaps, const struct dialplan_gaps *more)
{
	gaps->is_cut |= more->is_cut;
	if (!gaps->unread_switch)
		gaps->unread_switch = more->unread_switch;
	if (!gaps->unknown_step)
		gaps->unknown_step = more->unknown_step;
}

void dialplan_walk_run(struct dialplan_walk *walk, const struct dialplan_context *context)
{
	struct dialplan_running running = { .walk = walk };
	running.seen = ARENA_ARRAY(walk->arena, STATES, uint64_t);
	if (!running.seen) {
		walk->memory_failed = true;
		return;
	}
	dialplan_add_start(&running, context, NULL);
	for (size_t i = 0; i < running.entry_count && !running.is_done; i++) {
		const struct dialplan_start entry = running.entries[i];
		for (size_t k = 0; k < walk->number_count && !running.is_done; k++)
			dial_number(&running, &entry, walk->numbers[k]);
		if (walk->only_numbers)
			continue;
		const struct dialplan_context *stack[DIALPLAN_WALK_CONTEXTS_MAX] = { NULL };
		size_t depth = 0;
		dial_extensions(&running, &entry, entry.context, stack, &depth);
	}
}
