/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/conf_value.h"

#include <limits.h>

#define SCAN_DIGITS_MAX 30

bool conf_scan_number(struct slice text, long *ret_number)
{
	text = slice_trim_left(text);
	bool is_negative = slice_starts_with(text, "-");
	size_t room = SCAN_DIGITS_MAX;
	if (is_negative || slice_starts_with(text, "+")) {
		text = slice_from(text, 1);
		room--;
	}
	long number = 0;
	size_t digits = 0;
	while (digits < text.size && digits < room &&
	       byte_is_digit((unsigned char)text.data[digits])) {
		if (number <= INT_MAX)
			number = number * 10 + (text.data[digits] - '0');
		digits++;
	}
	if (digits == 0)
		return false;
	if (is_negative)
		number = -number;
	*ret_number = number > INT_MAX ? INT_MAX : number < INT_MIN ? INT_MIN : number;
	return true;
}

int conf_number(struct slice text)
{
	long number = 0;
	(void)conf_scan_number(text, &number);
	return (int)number;
}

bool conf_next_field(struct slice *rest, bool *more, struct slice *ret_field)
{
	if (!*more)
		return false;
	size_t comma = slice_find_byte(*rest, ',');
	*ret_field = slice_part(*rest, 0, comma);
	*more = comma < rest->size;
	*rest = slice_from(*rest, comma + 1);
	return true;
}
