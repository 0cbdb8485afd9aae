/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/result_fields.h"

#include <inttypes.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "checks/result.h"
#include "checks/score.h"

static const char *status_word(unsigned int value)
{
	return finding_status_name((enum finding_status)value);
}

static const char *exposure_word(unsigned int value)
{
	return exposure_name((enum exposure)value);
}

static const char *level_word(unsigned int value)
{
	return check_level_name((enum check_level)value);
}

static const char *role_word(unsigned int value)
{
	return evidence_role_name((enum evidence_role)value);
}

static const char *waiver_word(unsigned int value)
{
	return waiver_state_name((enum waiver_state)value);
}

static const char *disruption_word(unsigned int value)
{
	return disruption_name((enum disruption)value);
}

#define TEXT_FIELD(key, member, ...)                                                               \
	{                                                                                          \
		.name = (key), .kind = RESULT_TEXT, .offset = offsetof(RECORD, member),            \
		__VA_ARGS__                                                                        \
	}
#define SENTENCE_FIELD(key, member, ...)                                                           \
	{                                                                                          \
		.name = (key), .kind = RESULT_SENTENCE, .offset = offsetof(RECORD, member),        \
		__VA_ARGS__                                                                        \
	}
#define WORD_FIELD(key, member, list, ...)                                                         \
	{                                                                                          \
		.name = (key), .kind = RESULT_WORD, .offset = offsetof(RECORD, member),            \
		.words = (list), __VA_ARGS__                                                       \
	}
#define ENUM_FIELD(key, member, word, last, ...)                                                   \
	{                                                                                          \
		.name = (key), .kind = RESULT_ENUM, .offset = offsetof(RECORD, member),            \
		.word_of = (word), .largest = (last), __VA_ARGS__                                  \
	}
#define EXPOSURE_FIELD(key, member, ...)                                                           \
	ENUM_FIELD(key, member, exposure_word, EXPOSURE_ANYWHERE, __VA_ARGS__)
#define NUMBER_FIELD(key, member, most, ...)                                                       \
	{                                                                                          \
		.name = (key), .kind = RESULT_NUMBER, .offset = offsetof(RECORD, member),          \
		.largest = (most), __VA_ARGS__                                                     \
	}
#define PLAIN_FIELD(key, member, kind_of, ...)                                                     \
	{                                                                                          \
		.name = (key), .kind = (kind_of), .offset = offsetof(RECORD, member), __VA_ARGS__  \
	}
#define TEXTS_FIELD(key, member, one, ...)                                                         \
	{                                                                                          \
		.name = (key), .kind = RESULT_TEXTS, .offset = offsetof(RECORD, member),           \
		.item = (one), __VA_ARGS__                                                         \
	}
#define ARRAY_FIELD(key, member, count, one, of, ...)                                              \
	{                                                                                          \
		.name = (key), .kind = RESULT_ARRAY, .offset = offsetof(RECORD, member),           \
		.count_offset = offsetof(RECORD, count), .item = (one), .object = (of),            \
		__VA_ARGS__                                                                        \
	}
#define OBJECT_FIELD(key, member, of, ...)                                                         \
	{                                                                                          \
		.name = (key), .kind = RESULT_OBJECT, .offset = offsetof(RECORD, member),          \
		.object = (of), __VA_ARGS__                                                        \
	}
#define POINTER_FIELD(key, member, of)                                                             \
	{                                                                                          \
		.name = (key), .kind = RESULT_POINTER, .offset = offsetof(RECORD, member),         \
		.object = (of), .is_sparse = true                                                  \
	}
/* An object in the format whose fields stand in the struct around it. */
#define INLINE_FIELD(key, of, ...)                                                                 \
	{                                                                                          \
		.name = (key), .kind = RESULT_OBJECT, .offset = 0, .object = (of), __VA_ARGS__     \
	}

#define OBJECT(name, rows)                                                                         \
	static const struct result_object name = {                                                 \
		.size_bytes = sizeof(RECORD),                                                      \
		.fields = (rows),                                                                  \
		.field_count = ARRAY_SIZE(rows),                                                   \
	}

/* Reads better than a boolean in the rows. */
#define REQUIRED .is_required = true
#define SPARSE .is_sparse = true

#define RECORD struct result_tool
static const struct result_field tool_fields[] = {
	TEXT_FIELD("name", name, REQUIRED),
	TEXT_FIELD("version", version, REQUIRED),
};
OBJECT(tool_object, tool_fields);
#undef RECORD

#define RECORD struct result_target
static const struct result_field pbx_fields[] = {
	TEXT_FIELD("name", pbx_name),
	TEXT_FIELD("version", pbx_version),
};
OBJECT(pbx_object, pbx_fields);

static const struct result_field target_fields[] = {
	TEXT_FIELD("name", name, REQUIRED),
	TEXT_FIELD("kind", kind, REQUIRED),
	TEXT_FIELD("started", started, REQUIRED),
	PLAIN_FIELD("seconds", milliseconds, RESULT_MILLISECONDS),
	TEXT_FIELD("os", os),
	INLINE_FIELD("pbx", &pbx_object),
	TEXT_FIELD("role", role, SPARSE),
};
OBJECT(target_object, target_fields);
#undef RECORD

#define RECORD struct result_group
static const struct result_field group_fields[] = {
	TEXT_FIELD("id", id, REQUIRED),
	TEXT_FIELD("title", title),
	NUMBER_FIELD("value", value, 100, REQUIRED),
	NUMBER_FIELD("pass", pass, UINT32_MAX),
	NUMBER_FIELD("fail", fail, UINT32_MAX),
	NUMBER_FIELD("unknown", unknown, UINT32_MAX),
};
OBJECT(group_object, group_fields);
#undef RECORD

#define RECORD struct result_next
static const struct result_field next_fields[] = {
	WORD_FIELD("grade", grade, "A,B,C,D,F", REQUIRED),
	NUMBER_FIELD("value", value, 100, REQUIRED),
	TEXTS_FIELD("findings", findings, "id"),
};
OBJECT(next_object, next_fields);
#undef RECORD

#define RECORD struct result_score
static const struct result_field score_fields[] = {
	NUMBER_FIELD("value", value, 100, REQUIRED),
	NUMBER_FIELD("low", low, 100, REQUIRED),
	NUMBER_FIELD("unwaived", unwaived, 100, REQUIRED),
	WORD_FIELD("grade", grade, "A,B,C,D,F", REQUIRED),
	NUMBER_FIELD("raw", raw, 100, REQUIRED),
	TEXTS_FIELD("capped_by", capped_by, "cap"),
	PLAIN_FIELD("coverage", coverage, RESULT_THOUSANDTHS, .largest = 1000, REQUIRED),
	PLAIN_FIELD("pass_rate", pass_rate, RESULT_THOUSANDTHS, .largest = 1000, REQUIRED),
	PLAIN_FIELD("deduction", deduction_64ths, RESULT_64THS),
	ARRAY_FIELD("groups", groups, group_count, "group", &group_object),
	POINTER_FIELD("next", next, &next_object),
};
OBJECT(score_object, score_fields);
#undef RECORD

#define RECORD struct evidence
static const struct result_field evidence_fields[] = {
	ENUM_FIELD("role", role, role_word, EVIDENCE_NOTE),
	TEXT_FIELD("subject", subject, REQUIRED),
	TEXT_FIELD("file", file),
	NUMBER_FIELD("line", line, UINT32_MAX),
	EXPOSURE_FIELD("exposure", exposure),
	SENTENCE_FIELD("text", text, REQUIRED),
};
const struct result_object result_evidence = {
	.size_bytes = sizeof(RECORD),
	.fields = evidence_fields,
	.field_count = ARRAY_SIZE(evidence_fields),
};
#undef RECORD

#define RECORD struct remedy
static const struct result_field remedy_fields[] = {
	TEXTS_FIELD("commands", commands, "command", .has_lines = true),
	TEXTS_FIELD("verify", verify, "command", .has_lines = true),
	TEXTS_FIELD("undo", undo, "command", .has_lines = true),
	TEXTS_FIELD("restarts", restarts, "unit"),
	ENUM_FIELD("disruption", disruption, disruption_word, DISRUPTION_LOCKOUT_RISK),
};
OBJECT(remedy_object, remedy_fields);
#undef RECORD

#define RECORD struct result_waiver
static const struct result_field waiver_fields[] = {
	SENTENCE_FIELD("reason", reason, REQUIRED),
	TEXT_FIELD("until", until),
	TEXT_FIELD("by", by),
};
OBJECT(waiver_object, waiver_fields);
#undef RECORD

#define RECORD struct result_override
static const struct result_field override_fields[] = {
	PLAIN_FIELD("severity", severity, RESULT_TENTHS, .largest = 100, REQUIRED),
	SENTENCE_FIELD("reason", reason, REQUIRED),
};
OBJECT(override_object, override_fields);
#undef RECORD

#define RECORD struct finding
static const struct result_field finding_fields[] = {
	TEXT_FIELD("id", id, REQUIRED),
	SENTENCE_FIELD("title", title, REQUIRED),
	ENUM_FIELD("status", status, status_word, STATUS_WAIVED, REQUIRED),
	PLAIN_FIELD("severity", severity, RESULT_TENTHS, .largest = 100, REQUIRED),
	PLAIN_FIELD("band", severity, RESULT_BAND),
	EXPOSURE_FIELD("exposure", exposure, REQUIRED),
	NUMBER_FIELD("gain", gain, 100),
	PLAIN_FIELD("deduction", deduction_64ths, RESULT_64THS),
	ENUM_FIELD("level", level, level_word, LEVEL_STRICT),
	PLAIN_FIELD("seed", is_seed, RESULT_BOOL, SPARSE),
	SENTENCE_FIELD("summary", summary, REQUIRED),
	PLAIN_FIELD("why", why, RESULT_MARKDOWN),
	SENTENCE_FIELD("advice", advice, SPARSE),
	ARRAY_FIELD("evidence", evidence, evidence_count, "item", &result_evidence),
	OBJECT_FIELD("remedy", remedy, &remedy_object),
	{
		.name = "references",
		.kind = RESULT_TEXT_ARRAY,
		.offset = offsetof(RECORD, references),
		.count_offset = offsetof(RECORD, reference_count),
		.item = "reference",
	},
	POINTER_FIELD("waiver", waiver, &waiver_object),
	TEXT_FIELD("fingerprint", fingerprint, SPARSE),
	POINTER_FIELD("override", override, &override_object),
};
const struct result_object result_finding = {
	.size_bytes = sizeof(RECORD),
	.fields = finding_fields,
	.field_count = ARRAY_SIZE(finding_fields),
};
#undef RECORD

#define RECORD struct result_reach
static const struct result_field reach_fields[] = {
	TEXTS_FIELD("sources", sources, "source"),
	NUMBER_FIELD("more", more, UINT32_MAX, SPARSE),
	WORD_FIELD("verdict", verdict, "accept,block,condition,unknown", REQUIRED),
	SENTENCE_FIELD("why", why),
	SENTENCE_FIELD("condition", condition, SPARSE),
};
OBJECT(reach_object, reach_fields);
#undef RECORD

#define RECORD struct result_service
static const struct result_field service_fields[] = {
	TEXT_FIELD("proto", protocol, REQUIRED),
	NUMBER_FIELD("port", port, 65535, REQUIRED),
	TEXT_FIELD("address", address),
	TEXT_FIELD("process", process),
	TEXT_FIELD("user", user),
	TEXT_FIELD("unit", unit),
	TEXT_FIELD("name", name),
	EXPOSURE_FIELD("exposure", exposure, REQUIRED),
	EXPOSURE_FIELD("exposure_ipv4", exposure_ipv4),
	EXPOSURE_FIELD("exposure_ipv6", exposure_ipv6),
	ARRAY_FIELD("reach", reach, reach_count, "part", &reach_object),
};
OBJECT(service_object, service_fields);
#undef RECORD

#define RECORD struct result_access
static const struct result_field access_fields[] = {
	TEXT_FIELD("who", who, REQUIRED),
	TEXT_FIELD("how", how, REQUIRED),
	TEXT_FIELD("from", from),
	SENTENCE_FIELD("why", why),
};
OBJECT(access_object, access_fields);
#undef RECORD

#define RECORD struct result_login
static const struct result_field login_fields[] = {
	TEXT_FIELD("when", when),
	TEXT_FIELD("account", account),
	TEXT_FIELD("address", address),
	TEXT_FIELD("method", method),
};
OBJECT(login_object, login_fields);
#undef RECORD

#define RECORD struct result_attacker
static const struct result_field attacker_fields[] = {
	TEXT_FIELD("address", address, REQUIRED),
	TEXT_FIELD("first", first),
	TEXT_FIELD("last", last),
	PLAIN_FIELD("events", events, RESULT_COUNT),
	TEXT_FIELD("kinds", kinds),
	WORD_FIELD("banned", banned, "yes,no,unknown"),
};
OBJECT(attacker_object, attacker_fields);
#undef RECORD

#define RECORD struct result_ban_proof
static const struct result_field ban_proof_fields[] = {
	TEXT_FIELD("attack", attack, REQUIRED),
	PLAIN_FIELD("attempts", attempts, RESULT_COUNT),
	TEXT_FIELD("jail", jail),
	SENTENCE_FIELD("why", why),
};
OBJECT(ban_proof_object, ban_proof_fields);
#undef RECORD

#define RECORD struct result_ban_risk
static const struct result_field ban_risk_fields[] = {
	TEXT_FIELD("who", who, REQUIRED),
	TEXT_FIELD("address", address, REQUIRED),
	WORD_FIELD("banned", banned, "yes,no,unknown"),
	TEXT_FIELD("jail", jail),
	SENTENCE_FIELD("why", why),
};
OBJECT(ban_risk_object, ban_risk_fields);
#undef RECORD

#define RECORD struct result_activity
static const struct result_field ban_fields[] = {
	PLAIN_FIELD("known", bans_known, RESULT_BOOL),
	PLAIN_FIELD("count", bans, RESULT_COUNT),
};
OBJECT(ban_object, ban_fields);

static const struct result_field activity_fields[] = {
	TEXT_FIELD("from", from),
	TEXT_FIELD("to", to),
	ARRAY_FIELD("logins", logins, login_count, "login", &login_object),
	ARRAY_FIELD("attackers", attackers, attacker_count, "attacker", &attacker_object),
	PLAIN_FIELD("attacker_total", attacker_total, RESULT_SIZE),
	INLINE_FIELD("bans", &ban_object),
	ARRAY_FIELD("ban_proofs", ban_proofs, ban_proof_count, "proof", &ban_proof_object),
	ARRAY_FIELD("ban_risks", ban_risks, ban_risk_count, "risk", &ban_risk_object),
};
OBJECT(activity_object, activity_fields);
#undef RECORD

#define RECORD struct unread
static const struct result_field unread_fields[] = {
	TEXT_FIELD("what", what, REQUIRED),
	SENTENCE_FIELD("why", why),
	SENTENCE_FIELD("to_read_it", to_read_it),
};
OBJECT(unread_object, unread_fields);
#undef RECORD

#define RECORD struct result_acceptance
static const struct result_field acceptance_fields[] = {
	ENUM_FIELD("state", state, waiver_word, WAIVER_MISSPELT, REQUIRED),
	TEXT_FIELD("check", check, REQUIRED),
	TEXT_FIELD("subject", subject),
	TEXT_FIELD("until", until),
	TEXT_FIELD("by", by),
	NUMBER_FIELD("line", line, UINT32_MAX),
	TEXT_FIELD("evidence", evidence, SPARSE),
	SENTENCE_FIELD("reason", reason),
};
OBJECT(acceptance_object, acceptance_fields);
#undef RECORD

#define RECORD struct result_finding_change
static const struct result_field finding_change_fields[] = {
	TEXT_FIELD("id", id, REQUIRED),
	WORD_FIELD("change", change, "new,worse,better,fixed,lost", REQUIRED),
	TEXT_FIELD("before", before),
	TEXT_FIELD("after", after),
	PLAIN_FIELD("subjects_new", subjects_new, RESULT_SIZE),
	PLAIN_FIELD("subjects_gone", subjects_gone, RESULT_SIZE),
	TEXT_FIELD("exposure_before", exposure_before),
	TEXT_FIELD("exposure_after", exposure_after),
	SENTENCE_FIELD("title", title),
};
OBJECT(finding_change_object, finding_change_fields);
#undef RECORD

#define RECORD struct result_service_change
static const struct result_field service_change_fields[] = {
	TEXT_FIELD("proto", protocol, REQUIRED), NUMBER_FIELD("port", port, 65535, REQUIRED),
	TEXT_FIELD("address", address),          TEXT_FIELD("process", process),
	TEXT_FIELD("ipv4_before", ipv4_before),  TEXT_FIELD("ipv4_after", ipv4_after),
	TEXT_FIELD("ipv6_before", ipv6_before),  TEXT_FIELD("ipv6_after", ipv6_after),
};
OBJECT(service_change_object, service_change_fields);
#undef RECORD

#define RECORD struct result_changes
static const struct result_field changes_fields[] = {
	TEXT_FIELD("started", started, REQUIRED),
	NUMBER_FIELD("value", value, 100, REQUIRED),
	WORD_FIELD("grade", grade, "A,B,C,D,F", REQUIRED),
	PLAIN_FIELD("same", same, RESULT_SIZE),
	ARRAY_FIELD("findings", findings, finding_count, "change", &finding_change_object),
	ARRAY_FIELD("services", services, service_count, "change", &service_change_object),
};
OBJECT(changes_object, changes_fields);
#undef RECORD

#define RECORD struct result_run
static const struct result_field run_fields[] = {
	TEXT_FIELD("started", started, REQUIRED),
	NUMBER_FIELD("value", value, 100, REQUIRED),
	NUMBER_FIELD("low", low, 100),
	WORD_FIELD("grade", grade, "A,B,C,D,F", REQUIRED),
	NUMBER_FIELD("critical", critical, UINT32_MAX),
	NUMBER_FIELD("high", high, UINT32_MAX),
	NUMBER_FIELD("medium", medium, UINT32_MAX),
	NUMBER_FIELD("minor", minor, UINT32_MAX),
	NUMBER_FIELD("unknown", unknown, UINT32_MAX),
};
OBJECT(run_object, run_fields);
#undef RECORD

#define RECORD struct result
static const struct result_field result_rows[] = {
	OBJECT_FIELD("tool", tool, &tool_object, REQUIRED),
	OBJECT_FIELD("target", target, &target_object, REQUIRED),
	OBJECT_FIELD("score", score, &score_object, REQUIRED),
	ARRAY_FIELD("findings", findings, finding_count, "finding", &result_finding, REQUIRED),
	ARRAY_FIELD("services", services, service_count, "service", &service_object),
	ARRAY_FIELD("access", access, access_count, "login", &access_object),
	OBJECT_FIELD("activity", activity, &activity_object),
	ARRAY_FIELD("unread", unread, unread_count, "fact", &unread_object),
	ARRAY_FIELD("waivers", acceptances, acceptance_count, "waiver", &acceptance_object, SPARSE),
	POINTER_FIELD("changes", changes, &changes_object),
	ARRAY_FIELD("history", history, history_count, "run", &run_object, SPARSE),
};

const struct result_object result_root = {
	.size_bytes = sizeof(struct result),
	.fields = result_rows,
	.field_count = ARRAY_SIZE(result_rows),
};
#undef RECORD

const void *result_field_items(const void *record, const struct result_field *field,
			       size_t *ret_count)
{
	const void *at = result_field_at(record, field);
	if (field->kind == RESULT_TEXTS) {
		const struct text_list *list = at;
		*ret_count = list->count;
		return list->items;
	}
	*ret_count = *(const size_t *)(const void *)((const char *)record + field->count_offset);
	return *(const void *const *)at;
}

const char *result_field_text(const void *record, const struct result_field *field)
{
	const void *at = result_field_at(record, field);
	if (field->kind == RESULT_ENUM)
		return field->word_of(*(const unsigned int *)at);
	if (field->kind == RESULT_BAND)
		return severity_band_name(severity_band_of(*(const unsigned int *)at));
	const char *text = *(const char *const *)at;
	return text ? text : "";
}

bool result_field_is_left_out(const void *record, const struct result_field *field)
{
	if (!field->is_sparse)
		return false;
	const void *at = result_field_at(record, field);
	switch (field->kind) {
	case RESULT_TEXT:
	case RESULT_SENTENCE:
		return result_field_text(record, field)[0] == '\0';
	case RESULT_BOOL:
		return !*(const bool *)at;
	case RESULT_NUMBER:
		return *(const unsigned int *)at == 0;
	case RESULT_POINTER:
		return *(const void *const *)at == NULL;
	case RESULT_ARRAY:
		return *(const size_t *)(const void *)((const char *)record +
						       field->count_offset) == 0;
	default:
		return false;
	}
}

/* VALUE / 10^DIGITS, without zeros at the end. */
static void append_decimal(struct buffer *out, uint64_t value, unsigned int digits)
{
	uint64_t scale = 1;
	for (unsigned int i = 0; i < digits; i++)
		scale *= 10;
	while (digits > 1 && value % 10 == 0) {
		value /= 10;
		scale /= 10;
		digits--;
	}
	buffer_format(out, "%" PRIu64 ".%0*" PRIu64, value / scale, (int)digits, value % scale);
}

bool result_field_number(const void *record, const struct result_field *field, struct buffer *out)
{
	const void *at = result_field_at(record, field);
	switch (field->kind) {
	case RESULT_BOOL:
		buffer_append_string(out, *(const bool *)at ? "true" : "false");
		return true;
	case RESULT_NUMBER:
		buffer_append_uint(out, *(const unsigned int *)at);
		return true;
	case RESULT_SIZE:
		buffer_append_uint(out, *(const size_t *)at);
		return true;
	case RESULT_COUNT:
		buffer_append_uint(out, *(const uint64_t *)at);
		return true;
	case RESULT_TENTHS:
		append_decimal(out, *(const unsigned int *)at, 1);
		return true;
	case RESULT_THOUSANDTHS:
		append_decimal(out, *(const unsigned int *)at, 3);
		return true;
	case RESULT_MILLISECONDS:
		append_decimal(out, *(const uint64_t *)at, 3);
		return true;
	case RESULT_64THS:
		/* 1/64 is 0.015625: six digits are exact. */
		append_decimal(out, *(const uint64_t *)at * 15625, 6);
		return true;
	default:
		return false;
	}
}
