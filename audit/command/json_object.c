/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/json_object.h"

void json_object_format(struct json_object *object, const char *key, const char *format, ...)
{
	BUFFER_AUTO text = { 0 };
	va_list arguments;
	va_start(arguments, format);
	buffer_format_list(&text, format, arguments);
	va_end(arguments);
	json_object_slice(object, key, buffer_slice(&text));
	object->out->failed |= buffer_failed(&text);
}
