/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/conf_fact.h"

/* More digits than any of Asterisk's "%30d" settings mean. */
#define NUMBER_DIGITS_MAX 18

struct fact_slice conf_fact_slice(const struct conf_file *file, const char *category,
				  const char *name, enum conf_pick pick)
{
	struct fact_slice fact = { .state = FACT_ABSENT };
	if (file->state == FACT_UNREADABLE) {
		fact.state = FACT_UNREADABLE;
		fact.unread = file->unread;
		return fact;
	}
	if (file->state == FACT_ABSENT || file->is_refused)
		return fact;
	const struct conf_category *found = conf_find_category(file, category);
	const struct conf_variable *variable =
		pick == CONF_PICK_FIRST ? conf_first(found, name) : conf_last(found, name);
	if (variable) {
		fact.state = FACT_PRESENT;
		fact.value = variable->value;
		fact.origin = variable->origin;
	} else if (found ? found->is_incomplete : file->is_incomplete) {
		fact.state = FACT_UNREADABLE;
		fact.unread = file->incomplete;
	}
	return fact;
}

struct fact_bool conf_fact_bool_of(struct fact_slice from, bool value)
{
	return (struct fact_bool){
		.state = from.state,
		.value = from.state == FACT_PRESENT && value,
		.origin = from.origin,
		.unread = from.unread,
	};
}

struct fact_bool conf_fact_bool(const struct conf_file *file, const char *category,
				const char *name, enum conf_pick pick)
{
	struct fact_slice fact = conf_fact_slice(file, category, name, pick);
	return conf_fact_bool_of(fact, conf_is_true(fact.value));
}

bool conf_leading_number(struct slice text, int64_t *ret_value)
{
	text = slice_trim_left(text);
	size_t digits = text.size && (text.data[0] == '-' || text.data[0] == '+') ? 1 : 0;
	size_t end = digits;
	while (end < text.size && byte_is_digit((unsigned char)text.data[end]))
		end++;
	if (end == digits || end - digits > NUMBER_DIGITS_MAX)
		return false;
	return slice_to_int64(slice_part(text, 0, end), ret_value);
}

struct fact_int conf_fact_int(const struct conf_file *file, const char *category, const char *name,
			      enum conf_pick pick, int64_t fallback)
{
	struct fact_slice fact = conf_fact_slice(file, category, name, pick);
	int64_t value = fallback;
	if (fact.state != FACT_PRESENT || !conf_leading_number(fact.value, &value))
		value = fallback;
	return (struct fact_int){
		.state = fact.state,
		.value = value,
		.origin = fact.origin,
		.unread = fact.unread,
	};
}
