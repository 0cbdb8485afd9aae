/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/command/delivery.h"
#include "checks/result.h"

static void addresses(void **state)
{
	static const char *const good[] = { "root", "a@b", "a.b+c=d@pbx1.example.com" };
	static const char *const bad[] = {
		"",    "-t",     "a@",      "@b",  "a@-b",        "a@b@c",  "a,b",
		"|sh", "/etc/x", "\"a\"@b", "a b", "a@b\nBcc: c", "a(b)@c", ":include:x",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_true(delivery_is_address(slice_of(good[i])));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_false(delivery_is_address(slice_of(bad[i])));
}

/* The digest of a host called NAME. */
static void write_digest(const char *name, struct buffer *out)
{
	const char *const to[] = { "root", "a@example.com" };
	const struct result_finding_change rows[] = {
		{ .id = "SSH-001", .title = "Root logs in", .change = "fixed" },
		{ .id = "SIP-004", .title = "Guests call\nout", .change = "new" },
	};
	const struct result_changes changes = {
		.started = "2026-11-23T04:00:00Z",
		.value = 70,
		.grade = "C",
		.findings = rows,
		.finding_count = ARRAY_SIZE(rows),
	};
	const struct result result = {
		.target = { .name = name, .started = "2026-11-24T04:00:00Z" },
		.score = { .value = 63, .grade = "C" },
		.changes = &changes,
	};
	const struct delivery delivery = { .result = &result, .folder = "/nonexistent/report" };
	assert_true(delivery_is_changed(&result));
	delivery_write_digest(&delivery, to, ARRAY_SIZE(to), out);
	assert_false(buffer_failed(out));
}

static void plain_host(void **state)
{
	BUFFER_AUTO out = { 0 };
	(void)state;
	write_digest("pbx1", &out);
	assert_string_equal(buffer_string(&out),
			    "To: root,\n a@example.com\n"
			    "Subject: ringfence: pbx1: 63 C, 1 new, 0 worse, 1 fixed\n"
			    "Auto-Submitted: auto-generated\n"
			    "MIME-Version: 1.0\n"
			    "Content-Type: text/plain; charset=utf-8\n"
			    "Content-Transfer-Encoding: 8bit\n\n"
			    "Host pbx1, audited 2026-11-24T04:00:00Z\n"
			    "Score 63 of 100, grade C (70, C on 2026-11-23)\n"
			    "\nNew:\n  SIP-004  Guests call\\x0aout\n"
			    "\nFixed:\n  SSH-001  Root logs in\n"
			    "\nReports: /nonexistent/report\n");
}

/* Line ends are text; other scripts are encoded words of whole characters (RFC 2047). */
static void hostile_host(void **state)
{
	BUFFER_AUTO out = { 0 };
	(void)state;
	write_digest("p\r\nBcc: t@example.net\n\nx =?UTF-8?Q?y?= "
		     "\xe0\xa6\xac\xe0\xa6\xbe\xe0\xa6\x82\xe0\xa6\xb2\xe0\xa6\xbe",
		     &out);
	struct slice rest = buffer_slice(&out), line;
	bool in_head = true;
	while (slice_next_line(&rest, &line)) {
		in_head = in_head && line.size > 0;
		assert_false(slice_starts_with(line, "Bcc"));
		assert_true(line.size < 400);
		if (in_head)
			assert_true(line.size <= 78 + 10);
		for (size_t i = 0; in_head && i < line.size; i++)
			assert_in_range((unsigned char)line.data[i], ' ', '~');
	}
	const char *text = buffer_string(&out);
	assert_non_null(strstr(text, "\nSubject: =?UTF-8?Q?ringfence=3A=20p=5Cx0d=5Cx0aBcc"));
	assert_non_null(strstr(text, "=E0=A6=AC"));
	assert_non_null(strstr(text, "\nHost p\\x0d\\x0aBcc: t@example.net\\x0a\\x0ax "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(plain_host),
		cmocka_unit_test(hostile_host),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
