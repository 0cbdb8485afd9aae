/* SPDX-License-Identifier: Apache-2.0
 *
 * An object of JSON whose values are strings, written straight into a buffer.
 */
#ifndef RINGFENCE_COMMAND_JSON_OBJECT_H
#define RINGFENCE_COMMAND_JSON_OBJECT_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/json_text.h"

struct json_object {
	struct buffer *out;
	bool has_fields;
};

static inline struct json_object json_object_begin(struct buffer *out)
{
	buffer_append_byte(out, '{');
	return (struct json_object){ .out = out };
}

static inline void json_object_end(struct json_object *object)
{
	buffer_append_byte(object->out, '}');
}

/* The key; its value is what the caller appends next. */
static inline void json_object_key(struct json_object *object, const char *key)
{
	if (object->has_fields)
		buffer_append_string(object->out, ", ");
	object->has_fields = true;
	json_text_append(object->out, slice_of(key));
	buffer_append_string(object->out, ": ");
}

static inline void json_object_slice(struct json_object *object, const char *key,
				     struct slice value)
{
	json_object_key(object, key);
	json_text_append(object->out, value);
}

static inline void json_object_text(struct json_object *object, const char *key, const char *value)
{
	json_object_slice(object, key, slice_of(value));
}

void json_object_format(struct json_object *object, const char *key, const char *format, ...)
	PRINTF_LIKE(3, 4);

#endif
