/* SPDX-License-Identifier: Apache-2.0
 *
 * While a category is new its variables grow in one scratch array; they move to the arena once, at
 * their size.
 */
#include "audit/asterisk/conf_build.h"

#include <string.h>

#include "audit/base/arena.h"

bool conf_is_since(const struct conf_parse *parse, unsigned int version)
{
	unsigned int actual = parse->options->asterisk_version;
	return actual == 0 || actual >= version;
}

struct origin conf_place_origin(const struct conf_place *place)
{
	return origin_of(place->source, conf_strip(place->line.raw));
}

enum conf_outcome conf_out_of_memory(struct conf_parse *parse)
{
	parse->memory_failed = true;
	return CONF_STOPPED;
}

void conf_warn(struct conf_parse *parse, const struct conf_place *place, const char *message)
{
	if (!diagnostics_add(&parse->file->diagnostics, parse->arena, DIAGNOSTIC_WARNING,
			     conf_place_origin(place), "%s", message))
		parse->memory_failed = true;
}

/* In an included file this only ends the file; the including one does not notice. */
enum conf_outcome conf_refuse(struct conf_parse *parse, const struct conf_place *place,
			      const char *message)
{
	if (place->level == 1) {
		parse->file->is_refused = true;
		parse->file->refused = (struct diagnostic){
			.level = DIAGNOSTIC_ERROR,
			.origin = conf_place_origin(place),
			.message = message,
		};
	}
	if (!diagnostics_add(&parse->file->diagnostics, parse->arena, DIAGNOSTIC_ERROR,
			     conf_place_origin(place), "%s", message))
		parse->memory_failed = true;
	return CONF_REFUSED;
}

/* A part of the file is not known; the first reason is kept. */
void conf_mark_incomplete(struct conf_parse *parse, const struct unread *unread)
{
	parse->file->is_incomplete = true;
	if (!parse->file->incomplete)
		parse->file->incomplete = unread;
}

enum conf_outcome conf_stop_at_limit(struct conf_parse *parse, const char *why)
{
	struct unread *unread = ARENA_NEW(parse->arena, struct unread);
	if (!unread)
		return conf_out_of_memory(parse);
	*unread = (struct unread){
		.what = parse->file->name,
		.why = why,
		.to_read_it = "",
	};
	conf_mark_incomplete(parse, unread);
	return CONF_STOPPED;
}

/* A slice that outlives the line. */
bool conf_keep_text(struct conf_parse *parse, const struct conf_place *place, struct slice text,
		    struct slice *ret_text)
{
	if (place->line.is_edited && text.size) {
		text.data = arena_copy(parse->arena, text.data, text.size);
		if (!text.data) {
			parse->memory_failed = true;
			return false;
		}
	}
	*ret_text = text;
	return true;
}

/* The variables of CATEGORY, wherever they are. */
struct conf_variable *conf_variables_of(const struct conf_parse *parse, uint32_t category,
					size_t *ret_count)
{
	if (category == parse->fresh_owner) {
		*ret_count = parse->fresh_count;
		return parse->fresh;
	}
	*ret_count = parse->categories[category].public.variable_count;
	return parse->categories[category].items;
}

/* Moves the newest category's variables to the arena. */
bool conf_settle_fresh(struct conf_parse *parse)
{
	if (parse->fresh_owner == CONF_NONE)
		return true;
	struct conf_parse_category *owner = &parse->categories[parse->fresh_owner];
	if (parse->fresh_count) {
		owner->items = ARENA_ARRAY(parse->arena, parse->fresh_count, struct conf_variable);
		if (!owner->items) {
			parse->memory_failed = true;
			return false;
		}
		memcpy(owner->items, parse->fresh, parse->fresh_count * sizeof(*owner->items));
	}
	owner->public.variable_count = owner->capacity = parse->fresh_count;
	parse->fresh_owner = CONF_NONE;
	parse->fresh_count = 0;
	return true;
}

enum conf_outcome conf_append_variable(struct conf_parse *parse, uint32_t category,
				       const struct conf_variable *variable)
{
	if (parse->variable_total >= CONF_VARIABLES_MAX)
		return conf_stop_at_limit(parse, "it has more variables than ringfence reads");
	parse->variable_total++;
	if (category == parse->fresh_owner) {
		struct conf_variable *grown =
			arena_grow(parse->scratch, parse->fresh, parse->fresh_count,
				   &parse->fresh_capacity, sizeof(*grown));
		if (!grown)
			return conf_out_of_memory(parse);
		parse->fresh = grown;
		grown[parse->fresh_count++] = *variable;
		return CONF_GO_ON;
	}
	struct conf_parse_category *owner = &parse->categories[category];
	struct conf_variable *grown =
		arena_grow(parse->arena, owner->items, owner->public.variable_count,
			   &owner->capacity, sizeof(*grown));
	if (!grown)
		return conf_out_of_memory(parse);
	owner->items = grown;
	grown[owner->public.variable_count++] = *variable;
	return CONF_GO_ON;
}

bool conf_spend(struct conf_parse *parse, size_t steps)
{
	parse->work += steps;
	return parse->work <= CONF_WORK_MAX;
}
