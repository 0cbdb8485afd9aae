/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/dialplan_pattern.h"

/* What one place of a pattern is worth in sorting; values of main/pbx.c. */
#define RANK_WILDCARD 0x18000
#define RANK_EARLY 0x28000
#define RANK_END 0x30000
#define RANK_BROKEN 0x40000

struct place {
	int rank;
	/* The bytes that it takes, the lowest in the highest bit, as memcmp sorts them. */
	unsigned char bits[32];
};

static void add_byte(struct place *place, unsigned char byte, int *count)
{
	unsigned char mask = (unsigned char)(0x80 >> (byte % 8));
	if (place->bits[byte / 8] & mask)
		return;
	place->bits[byte / 8] |= mask;
	*count += 0x100;
}

static void add_range(struct place *place, unsigned char first, unsigned char last)
{
	int count = 0;
	for (unsigned int byte = first; byte <= last; byte++)
		add_byte(place, (unsigned char)byte, &count);
	place->rank = count | first;
}

/* A "[...]" whose text is SET; false when it takes nothing. */
static bool read_set(struct slice set, struct place *ret_place)
{
	int count = 0;
	unsigned int lowest = 0xff;
	for (size_t i = 0; i < set.size; i++) {
		unsigned char first = (unsigned char)set.data[i], last = first;
		if (i + 2 < set.size && set.data[i + 1] == '-') {
			last = (unsigned char)set.data[i + 2];
			i += 2;
		}
		if (first < lowest)
			lowest = first;
		for (unsigned int byte = first; byte <= last; byte++)
			add_byte(ret_place, (unsigned char)byte, &count);
	}
	ret_place->rank = count | (int)lowest;
	return count > 0;
}

/* Takes the next place off *REST. At the end its rank is RANK_END, and of a broken set
 * RANK_BROKEN; nothing is left then. */
static void next_place(struct slice *rest, struct place *ret_place)
{
	for (;;) {
		*ret_place = (struct place){ .rank = RANK_END };
		while (rest->size && rest->data[0] == '-')
			*rest = slice_from(*rest, 1);
		if (!rest->size)
			return;
		unsigned char byte = (unsigned char)rest->data[0];
		*rest = slice_from(*rest, 1);
		switch (byte) {
		case 'n':
		case 'N':
			add_range(ret_place, '2', '9');
			return;
		case 'x':
		case 'X':
			add_range(ret_place, '0', '9');
			return;
		case 'z':
		case 'Z':
			add_range(ret_place, '1', '9');
			return;
		case '.':
			ret_place->rank = RANK_WILDCARD;
			return;
		case '!':
			ret_place->rank = RANK_EARLY;
			return;
		case '[':
			break;
		default:
			add_range(ret_place, byte, byte);
			return;
		}
		size_t end = slice_find_byte(*rest, ']');
		if (end == rest->size) {
			ret_place->rank = RANK_BROKEN;
			*rest = slice_from(*rest, rest->size);
			return;
		}
		bool takes_some = read_set(slice_part(*rest, 0, end), ret_place);
		*rest = slice_from(*rest, end + 1);
		/* An empty set is passed over. */
		if (takes_some)
			return;
	}
}

static int compare_patterns(struct slice left, struct slice right)
{
	for (;;) {
		struct place a, b;
		next_place(&left, &a);
		next_place(&right, &b);
		if (a.rank != b.rank)
			return a.rank - b.rank;
		int order = memcmp(b.bits, a.bits, sizeof(a.bits));
		if (order || a.rank == RANK_END || a.rank == RANK_BROKEN)
			return order;
	}
}

/* The next byte that is no '-'; -1 at the end. */
static int next_byte(struct slice *rest)
{
	while (rest->size && rest->data[0] == '-')
		*rest = slice_from(*rest, 1);
	if (!rest->size)
		return -1;
	int byte = (unsigned char)rest->data[0];
	*rest = slice_from(*rest, 1);
	return byte;
}

static int compare_literals(struct slice left, struct slice right)
{
	for (;;) {
		int a = next_byte(&left), b = next_byte(&right);
		/* The end is a NUL there, and char is signed on the usual machines. */
		int order = (a < 0 ? 0 : (signed char)a) - (b < 0 ? 0 : (signed char)b);
		if (order || a < 0)
			return order;
	}
}

int dialplan_pattern_compare(struct slice left, struct slice right)
{
	bool left_is_pattern = dialplan_is_pattern(left);
	bool right_is_pattern = dialplan_is_pattern(right);
	if (left_is_pattern != right_is_pattern)
		return left_is_pattern ? 1 : -1;
	if (!left_is_pattern)
		return compare_literals(left, right);
	return compare_patterns(slice_from(left, 1), slice_from(right, 1));
}

static bool set_takes(struct slice set, char byte)
{
	for (size_t i = 0; i < set.size; i++) {
		if (i + 2 < set.size && set.data[i + 1] == '-') {
			if (byte >= set.data[i] && byte <= set.data[i + 2])
				return true;
			i += 2;
		} else if (byte == set.data[i]) {
			return true;
		}
	}
	return false;
}

static struct slice skip_dashes(struct slice text)
{
	while (text.size && text.data[0] == '-')
		text = slice_from(text, 1);
	return text;
}

static bool byte_in(char byte, char first, char last)
{
	return byte >= first && byte <= last;
}

bool dialplan_pattern_matches(struct slice extension, struct slice number)
{
	if (!dialplan_is_pattern(extension))
		return compare_literals(extension, number) == 0;
	struct slice pattern = slice_from(extension, 1);
	if (dialplan_is_pattern(number) && compare_patterns(pattern, slice_from(number, 1)) == 0)
		return true;
	for (;;) {
		number = skip_dashes(number);
		pattern = skip_dashes(pattern);
		if (!number.size || !pattern.size || pattern.data[0] == '/')
			break;
		char byte = number.data[0];
		bool takes;
		switch (pattern.data[0]) {
		case '[': {
			size_t end = slice_find_byte(pattern, ']');
			if (end == pattern.size)
				return false;
			struct slice set = slice_part(pattern, 1, end - 1);
			pattern = slice_from(pattern, end);
			if (!set.size) {
				pattern = slice_from(pattern, 1);
				continue;
			}
			takes = set_takes(set, byte);
			break;
		}
		case 'n':
		case 'N':
			takes = byte_in(byte, '2', '9');
			break;
		case 'x':
		case 'X':
			takes = byte_in(byte, '0', '9');
			break;
		case 'z':
		case 'Z':
			takes = byte_in(byte, '1', '9');
			break;
		case '.':
		case '!':
			return true;
		default:
			takes = byte == pattern.data[0];
		}
		if (!takes)
			return false;
		number = slice_from(number, 1);
		pattern = slice_from(pattern, 1);
	}
	if (number.size)
		return false;
	return !pattern.size || pattern.data[0] == '/' || pattern.data[0] == '!';
}

bool dialplan_pattern_is_open(struct slice extension)
{
	if (!dialplan_is_pattern(extension))
		return false;
	struct slice rest = slice_from(extension, 1);
	for (;;) {
		struct place place;
		next_place(&rest, &place);
		if (place.rank == RANK_WILDCARD || place.rank == RANK_EARLY)
			return true;
		if (place.rank == RANK_END || place.rank == RANK_BROKEN)
			return false;
	}
}

static unsigned char lowest_of(const struct place *place)
{
	unsigned int byte = 0;
	while (byte < 256 && !(place->bits[byte / 8] & (0x80 >> (byte % 8))))
		byte++;
	return (unsigned char)byte;
}

void dialplan_pattern_example(struct slice extension, struct slice tail, struct buffer *number)
{
	if (!dialplan_is_pattern(extension)) {
		buffer_append_slice(number, extension);
		return;
	}
	struct slice rest = slice_from(extension, 1);
	for (;;) {
		struct place place;
		next_place(&rest, &place);
		if (place.rank == RANK_END || place.rank == RANK_BROKEN)
			return;
		if (place.rank == RANK_WILDCARD || place.rank == RANK_EARLY) {
			buffer_append_slice(number, tail);
			return;
		}
		buffer_append_byte(number, (char)lowest_of(&place));
	}
}
