/* SPDX-License-Identifier: Apache-2.0
 *
 * YAML of an inventory through libyaml's events. Anchors and aliases, by which a small file can
 * grow without end, are refused; plain scalars stay text, but numbers that are a port.
 */
#include <yaml.h>

#include "audit/fleet/inventory_forms.h"

struct yaml_reading {
	struct inventory_reading *inventory;
	yaml_parser_t parser;
};

static json_t *refuse(struct yaml_reading *reading, size_t line, const char *why)
{
	error_set_at(reading->inventory->error, ERROR_INPUT, reading->inventory->name,
		     (uint32_t)line + 1, "%s", why);
	return NULL;
}

static bool next(struct yaml_reading *reading, yaml_event_t *event)
{
	if (yaml_parser_parse(&reading->parser, event))
		return true;
	const char *why = reading->parser.problem ? reading->parser.problem : "not YAML";
	(void)refuse(reading, reading->parser.problem_mark.line, why);
	return false;
}

static json_t *scalar(const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t size = event->data.scalar.length;
	bool is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	struct slice slice = { .data = text, .size = size };
	if (is_plain && (size == 0 || slice_is(slice, "~") || slice_is(slice, "null")))
		return json_null();
	return json_stringn(text, size);
}

static json_t *node(struct yaml_reading *reading, yaml_event_t *event, unsigned int depth);

static json_t *mapping(struct yaml_reading *reading, unsigned int depth)
{
	json_t *object = json_object();
	yaml_event_t key, value;
	while (object) {
		if (!next(reading, &key))
			break;
		if (key.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&key);
			return object;
		}
		bool is_name = key.type == YAML_SCALAR_EVENT;
		if (!is_name)
			(void)refuse(reading, key.start_mark.line, "expected a name");
		bool has_value = is_name && next(reading, &value);
		json_t *below = has_value ? node(reading, &value, depth + 1) : NULL;
		bool is_set =
			below && json_object_setn_new(object, (const char *)key.data.scalar.value,
						      key.data.scalar.length, below) == 0;
		if (below && !is_set)
			(void)refuse(reading, key.start_mark.line, "expected a name in UTF-8");
		if (has_value)
			yaml_event_delete(&value);
		yaml_event_delete(&key);
		if (!is_set)
			break;
	}
	json_decref(object);
	return NULL;
}

static json_t *sequence(struct yaml_reading *reading, unsigned int depth)
{
	json_t *list = json_array();
	yaml_event_t event;
	while (list && next(reading, &event)) {
		bool is_end = event.type == YAML_SEQUENCE_END_EVENT;
		json_t *below = is_end ? NULL : node(reading, &event, depth + 1);
		yaml_event_delete(&event);
		if (is_end)
			return list;
		if (!below || json_array_append_new(list, below) != 0)
			break;
	}
	json_decref(list);
	return NULL;
}

/* Recurses no deeper than INVENTORY_DEPTH_MAX. */
static json_t *node(struct yaml_reading *reading, yaml_event_t *event, unsigned int depth)
{
	size_t line = event->start_mark.line;
	if (depth > INVENTORY_DEPTH_MAX)
		return refuse(reading, line, "nested too deeply for an inventory");
	switch (event->type) {
	case YAML_SCALAR_EVENT: {
		json_t *value = scalar(event);
		return value ? value : refuse(reading, line, "expected text in UTF-8");
	}
	case YAML_MAPPING_START_EVENT:
		return mapping(reading, depth);
	case YAML_SEQUENCE_START_EVENT:
		return sequence(reading, depth);
	case YAML_ALIAS_EVENT:
		return refuse(reading, line, "aliases are not read: write the value itself");
	default:
		return refuse(reading, line, "expected a value");
	}
}

json_t *inventory_yaml(struct inventory_reading *inventory, struct slice text)
{
	struct yaml_reading reading = { .inventory = inventory };
	json_t *tree = NULL;
	if (!yaml_parser_initialize(&reading.parser)) {
		error_memory(inventory->error);
		return NULL;
	}
	yaml_parser_set_input_string(&reading.parser, (const unsigned char *)text.data, text.size);
	yaml_event_t event;
	while (!tree && next(&reading, &event)) {
		bool is_start = event.type == YAML_STREAM_START_EVENT ||
				event.type == YAML_DOCUMENT_START_EVENT;
		if (!is_start)
			tree = node(&reading, &event, 0);
		yaml_event_delete(&event);
		if (!is_start)
			break;
	}
	yaml_parser_delete(&reading.parser);
	return tree;
}
