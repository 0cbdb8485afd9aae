/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reports/writers.h"
#include "tests/filled_result.h"

#define FIELDS 14

/* Takes a record of RFC 4180 off *REST: its fields without quotes, each into FIELDS. */
static size_t next_record(struct slice *rest, struct buffer *fields, size_t most)
{
	size_t count = 0;
	bool in_quotes = false;
	size_t at = 0;
	for (; at < rest->size; at++) {
		char byte = rest->data[at];
		assert_true(count < most);
		if (byte == '"' && in_quotes && at + 1 < rest->size && rest->data[at + 1] == '"')
			buffer_append_byte(&fields[count], rest->data[at++]);
		else if (byte == '"')
			in_quotes = !in_quotes;
		else if (byte == ',' && !in_quotes)
			count++;
		else if (byte == '\n' && !in_quotes)
			break;
		else if (byte != '\r' || in_quotes)
			buffer_append_byte(&fields[count], byte);
	}
	assert_true(at < rest->size);
	*rest = slice_from(*rest, at + 1);
	return count + 1;
}

/* Whatever the texts are: the same records and fields, and none that a spreadsheet computes. */
static void cells_stay_cells(void **state)
{
	(void)state;
	for (size_t i = 0; i < NASTY_COUNT; i++) {
		struct arena *arena = arena_new(0);
		struct filling filling = { .arena = arena,
					   .text = nasty_texts[i],
					   .markdown = "m",
					   .command = "c",
					   .items = 6 };
		struct result result = filled_result(&filling);
		BUFFER_AUTO out = { 0 };
		struct error error;
		assert_true(csv_write(&result, NULL, &out, &error));
		struct slice rest = buffer_slice(&out);
		size_t records = 0;
		while (rest.size) {
			struct buffer fields[FIELDS] = { 0 };
			assert_int_equal(next_record(&rest, fields, FIELDS), FIELDS);
			for (size_t f = 0; f < FIELDS; f++) {
				char first = buffer_string(&fields[f])[0];
				assert_true(!first || !strchr("=+-@\t\r", first));
				buffer_done(&fields[f]);
			}
			records++;
		}
		size_t expected = 1;
		for (size_t f = 0; f < result.finding_count; f++) {
			size_t shown = 0;
			for (size_t e = 0; e < result.findings[f].evidence_count; e++)
				shown += result.findings[f].evidence[e].role != EVIDENCE_PASSES;
			expected += shown ? shown : 1;
		}
		assert_int_equal(records, expected);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_stay_cells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
