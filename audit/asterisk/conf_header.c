/* SPDX-License-Identifier: Apache-2.0
 *
 * Category headers: process_text_line of main/config.c where the line begins with '['.
 */
#include "audit/asterisk/conf_header.h"

#include "audit/asterisk/conf_filter.h"
#include "audit/asterisk/conf_index.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* char name[80] of struct ast_category. */
#define CATEGORY_NAME_BYTES 79

/* The first category that NAME finds, as category_get_sep does: an empty name is that of all. */
static uint32_t find_to_extend(struct conf_parse *parse, struct slice name, struct slice filter)
{
	bool any = name.size == 0 && conf_is_since(parse, CONF_VERSION_13);
	uint32_t category = any ? 0 : conf_index_first(parse->index, name);
	while (category != CONF_NONE && category < parse->count) {
		size_t count;
		const struct conf_variable *variables = conf_variables_of(parse, category, &count);
		bool is_template = parse->categories[category].public.is_template;
		if (!conf_is_since(parse, CONF_VERSION_13) ||
		    conf_filter_matches(filter, is_template, variables, count))
			return category;
		if (!conf_spend(parse, 1 + (filter.size ? count : 0)))
			return CONF_NONE;
		category = any ? category + 1 : conf_index_next(parse->index, name, category);
	}
	return CONF_NONE;
}

static uint32_t find_base(const struct conf_parse *parse, struct slice name)
{
	if (name.size == 0 && conf_is_since(parse, CONF_VERSION_13))
		return parse->count ? 0 : CONF_NONE;
	return conf_index_first(parse->index, name);
}

/* A category in the making: it joins the others when its header is read. */
struct header {
	/* Cut as Asterisk cuts it, and as written, which is what "(+)" looks for. */
	struct slice name;
	struct slice written;
	bool is_template;
	/* "(+)" was seen: the category that the lines go to, and the header is none of its own. */
	uint32_t target;
	struct buffer templates;
	bool is_incomplete;
};

static enum conf_outcome inherit(struct conf_parse *parse, struct header *header, uint32_t base)
{
	size_t count;
	(void)conf_variables_of(parse, base, &count);
	struct slice base_name = parse->categories[base].public.name;
	if (header->templates.size)
		buffer_append_byte(&header->templates, ',');
	buffer_append_slice(&header->templates, base_name);
	header->is_incomplete |= parse->categories[base].public.is_incomplete;
	for (size_t i = 0; i < count; i++) {
		/* Asked anew each time: the array moves while it grows, and may be its own heir. */
		size_t now;
		struct conf_variable copy = conf_variables_of(parse, base, &now)[i];
		copy.is_inherited = true;
		enum conf_outcome outcome = conf_append_variable(parse, header->target, &copy);
		if (outcome != CONF_GO_ON)
			return outcome;
	}
	return CONF_GO_ON;
}

/* "(+FILTER)": what the header has inherited so far moves to the category that it extends. */
static enum conf_outcome extend(struct conf_parse *parse, const struct conf_place *place,
				struct header *header, struct slice filter)
{
	uint32_t target = find_to_extend(parse, header->written, filter);
	if (target == CONF_NONE)
		return conf_refuse(parse, place,
				   "[name](+) and no category of that name to add to");
	if (header->target != parse->count) {
		header->target = target;
		return CONF_GO_ON;
	}
	/* The slot was never counted: give its variables away and forget it. */
	size_t count = parse->fresh_count;
	parse->fresh_owner = CONF_NONE;
	parse->fresh_count = 0;
	header->target = target;
	buffer_clear(&header->templates);
	if (conf_is_since(parse, CONF_VERSION_11)) {
		parse->current = target;
		parse->categories[target].public.is_template |= header->is_template;
	}
	header->is_template = false;
	for (size_t i = 0; i < count; i++) {
		enum conf_outcome outcome = conf_append_variable(parse, target, &parse->fresh[i]);
		if (outcome != CONF_GO_ON)
			return outcome;
	}
	return CONF_GO_ON;
}

static enum conf_outcome header_option(struct conf_parse *parse, const struct conf_place *place,
				       struct header *header, struct slice option)
{
	if (slice_is(option, "!")) {
		if (header->target == parse->count)
			header->is_template = true;
		else
			parse->categories[header->target].public.is_template = true;
		return CONF_GO_ON;
	}
	bool is_addition = conf_is_since(parse, CONF_VERSION_13) ? slice_starts_with(option, "+")
								 : slice_is(option, "+");
	if (is_addition)
		return extend(parse, place, header, slice_from(option, 1));
	uint32_t base = find_base(parse, option);
	if (base == CONF_NONE)
		return conf_refuse(parse, place, "it inherits from a category that does not exist");
	return inherit(parse, header, base);
}

static bool join_templates(struct conf_parse *parse, struct header *header,
			   struct conf_parse_category *category)
{
	if (header->templates.size == 0)
		return true;
	struct slice before = category->public.templates;
	if (before.size) {
		struct buffer *after = &header->templates;
		BUFFER_AUTO joined = { 0 };
		buffer_append_slice(&joined, before);
		buffer_append_byte(&joined, ',');
		buffer_append_slice(&joined, buffer_slice(after));
		buffer_clear(after);
		buffer_append_slice(after, buffer_slice(&joined));
		(void)conf_spend(parse, before.size);
	}
	struct slice all = buffer_slice(&header->templates);
	char *copy = arena_copy(parse->arena, all.data, all.size);
	if (!copy || buffer_failed(&header->templates))
		return false;
	category->public.templates = (struct slice){ .data = copy, .size = all.size };
	return true;
}

/* Makes the header's own category one of the file's. */
static enum conf_outcome finish_header(struct conf_parse *parse, struct conf_place *place,
				       struct header *header)
{
	struct conf_parse_category *category = &parse->categories[header->target];
	if (header->target == parse->count) {
		category->public.name = header->name;
		category->public.is_template = header->is_template;
		category->public.origin = conf_place_origin(place);
		if (!conf_index_add(parse->index, parse->arena, header->name))
			return conf_out_of_memory(parse);
		parse->current = header->target;
		parse->count++;
	}
	category->public.is_incomplete |= header->is_incomplete;
	place->category = header->target;
	return join_templates(parse, header, category) ? CONF_GO_ON : conf_out_of_memory(parse);
}

static enum conf_outcome begin_category(struct conf_parse *parse, struct conf_place *place,
					struct header *header)
{
	if (!conf_settle_fresh(parse))
		return CONF_STOPPED;
	struct conf_parse_category *grown = arena_grow(
		parse->scratch, parse->categories, parse->count, &parse->capacity, sizeof(*grown));
	if (!grown)
		return conf_out_of_memory(parse);
	parse->categories = grown;
	grown[parse->count] = (struct conf_parse_category){ 0 };
	header->target = parse->fresh_owner = (uint32_t)parse->count;
	return conf_keep_text(parse, place, header->name, &header->name) ? CONF_GO_ON
									 : CONF_STOPPED;
}

/* "[name]" or "[name](options)", the parenthesis right behind the bracket. */
enum conf_outcome conf_read_header(struct conf_parse *parse, struct conf_place *place)
{
	struct slice text = slice_from(place->line.text, 1);
	size_t bracket = slice_find_byte(text, ']');
	if (bracket == text.size)
		return conf_refuse(parse, place, "a category without its closing ']'");
	struct slice options = slice_from(text, bracket + 1);
	bool has_options = slice_starts_with(options, "(");
	size_t parenthesis = slice_find_byte(options, ')');
	if (has_options && parenthesis == options.size)
		return conf_refuse(parse, place, "category options without their closing ')'");

	struct slice name = slice_part(text, 0, bracket);
	struct header header = {
		.name = slice_part(name, 0, CATEGORY_NAME_BYTES),
		.written = name,
	};
	enum conf_outcome outcome = begin_category(parse, place, &header);
	if (has_options) {
		options = slice_part(options, 1, parenthesis - 1);
		struct slice option;
		bool more = true;
		while (outcome == CONF_GO_ON && more) {
			size_t comma = slice_find_byte(options, ',');
			option = slice_part(options, 0, comma);
			more = comma < options.size;
			options = slice_from(options, comma + 1);
			outcome = header_option(parse, place, &header, option);
		}
	}
	if (outcome == CONF_GO_ON)
		outcome = finish_header(parse, place, &header);
	else if (header.target == parse->count && parse->fresh_owner == header.target) {
		parse->fresh_owner = CONF_NONE;
		parse->fresh_count = 0;
	}
	buffer_done(&header.templates);
	return outcome;
}
