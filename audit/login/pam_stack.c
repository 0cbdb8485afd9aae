/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/login/pam_stack.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

#define PAM_FOLDER "/etc/pam.d/"

struct reading {
	const struct loader *loader;
	struct pam_stack *stack;
	struct pam_rule *rules;
	size_t capacity;
	bool memory_failed;
};

static void read_service(struct reading *reading, struct slice service, struct slice only_type,
			 unsigned int depth);

static void add_rule(struct reading *reading, const struct pam_rule *rule)
{
	if (reading->stack->count >= PAM_RULES_MAX)
		return;
	struct pam_rule *grown =
		arena_grow(reading->loader->arena, reading->rules, reading->stack->count,
			   &reading->capacity, sizeof(*grown));
	if (!grown) {
		reading->memory_failed = true;
		return;
	}
	reading->rules = grown;
	grown[reading->stack->count++] = *rule;
	reading->stack->rules = grown;
}

/* A control is a word, or everything up to ']'. */
static bool take_control(struct slice *rest, struct slice *ret_control)
{
	*rest = slice_trim_left(*rest);
	if (!rest->size || rest->data[0] != '[')
		return slice_next_word(rest, ret_control);
	size_t end = slice_find_byte(*rest, ']');
	*ret_control = slice_part(*rest, 0, end + 1);
	*rest = slice_from(*rest, end + 1);
	return true;
}

static void read_line(struct reading *reading, const struct source *source, struct slice line,
		      struct slice only_type, unsigned int depth)
{
	struct slice rest = slice_trim(slice_part(line, 0, slice_find_byte(line, '#')));
	struct pam_rule rule = { .origin = origin_of(source, line) };
	struct slice target;
	if (!slice_next_word(&rest, &rule.type))
		return;
	if (slice_is(rule.type, "@include")) {
		if (slice_next_word(&rest, &target))
			read_service(reading, target, only_type, depth + 1);
		return;
	}
	if (slice_starts_with(rule.type, "-"))
		rule.type = slice_from(rule.type, 1);
	if (only_type.size && !slice_equal_ignore_case(rule.type, only_type))
		return;
	if (!take_control(&rest, &rule.control) || !slice_next_word(&rest, &target))
		return;
	if (slice_is(rule.control, "include") || slice_is(rule.control, "substack")) {
		read_service(reading, target, rule.type, depth + 1);
		return;
	}
	size_t slash = slice_find_last_byte(target, '/');
	rule.module = slash < target.size ? slice_from(target, slash + 1) : target;
	rule.arguments = slice_trim(rest);
	add_rule(reading, &rule);
}

static void read_service(struct reading *reading, struct slice service, struct slice only_type,
			 unsigned int depth)
{
	BUFFER_AUTO path = { 0 };
	const struct source *source = NULL;
	const struct unread *unread = NULL;
	if (depth > PAM_DEPTH_MAX)
		return;
	if (!slice_starts_with(service, "/"))
		buffer_append_string(&path, PAM_FOLDER);
	buffer_append_slice(&path, service);
	switch (loader_read(reading->loader, buffer_string(&path), &source, &unread)) {
	case LOAD_FOUND:
		break;
	case LOAD_ABSENT:
		return;
	case LOAD_UNREADABLE:
		reading->stack->state = FACT_UNREADABLE;
		reading->stack->unread = unread;
		return;
	}
	if (reading->stack->state == FACT_ABSENT)
		reading->stack->state = FACT_PRESENT;
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line) && !reading->memory_failed &&
	       reading->stack->count < PAM_RULES_MAX)
		read_line(reading, source, line, only_type, depth);
}

bool pam_stack_load(const struct loader *loader, const char *service, struct pam_stack *ret_stack)
{
	*ret_stack = (struct pam_stack){ .state = FACT_ABSENT };
	struct reading reading = { .loader = loader, .stack = ret_stack };
	read_service(&reading, slice_of(service), SLICE(""), 0);
	return !reading.memory_failed;
}

bool pam_rule_has(const struct pam_rule *rule, const char *name)
{
	struct slice rest = rule->arguments, word;
	while (slice_next_word(&rest, &word))
		if (slice_is(slice_part(word, 0, slice_find_byte(word, '=')), name))
			return true;
	return false;
}
