/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/conf_value.h"

#include <stdint.h>

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
	int64_t number = 0;
	size_t digits = 0;
	while (digits < text.size && digits < room &&
	       byte_is_digit((unsigned char)text.data[digits])) {
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, text.data[digits] - '0', &number))
			number = INT64_MAX;
		digits++;
	}
	if (digits == 0)
		return false;
	/* strtol gives a long of 64 bits, and its lower half is what int gets. */
	if (is_negative)
		number = number == INT64_MAX ? INT64_MIN : -number;
	*ret_number = (int32_t)(uint32_t)(uint64_t)number;
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
