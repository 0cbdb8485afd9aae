/* SPDX-License-Identifier: Apache-2.0
 *
 * A proof as a table, and as JSON.
 */
#include "audit/base/json_text.h"
#include "audit/base/version.h"
#include "audit/command/proof.h"

static const char *const moment_names[PROOF_MOMENTS] = { "before", "after" };

bool proof_row_agrees(const struct proof_row *row, enum proof_moment moment)
{
	if (row->predicted[moment] == PREDICTED_CONDITION ||
	    row->predicted[moment] == PREDICTED_UNKNOWN)
		return true;
	return (int)row->predicted[moment] == (int)row->seen[moment];
}

size_t proof_disagreements(const struct proof *proof)
{
	size_t count = 0;
	for (enum proof_moment moment = 0; moment < PROOF_MOMENTS; moment++)
		for (size_t i = 0; proof->is_shown[moment] && i < proof->count; i++)
			count += !proof_row_agrees(&proof->rows[i], moment);
	return count;
}

const char *proof_outcome_name(enum trial_outcome outcome)
{
	static const char *const names[] = {
		[TRIAL_DROPPED] = "dropped",
		[TRIAL_REJECTED] = "rejected",
		[TRIAL_PASSED] = "passed",
	};
	return names[outcome];
}

const char *proof_prediction_name(enum proof_prediction prediction)
{
	static const char *const names[] = {
		[PREDICTED_DROPPED] = "dropped", [PREDICTED_REJECTED] = "rejected",
		[PREDICTED_PASSED] = "passed",   [PREDICTED_CONDITION] = "depends",
		[PREDICTED_UNKNOWN] = "unknown",
	};
	return names[prediction];
}

static void write_moment(const struct proof *proof, const struct proof_row *row,
			 enum proof_moment moment, struct buffer *out)
{
	if (!proof->is_shown[moment])
		buffer_format(out, "  %-9s", "-");
	else if (proof_row_agrees(row, moment))
		buffer_format(out, "  %-9s", proof_outcome_name(row->seen[moment]));
	else
		buffer_format(out, "  %s, NOT %s", proof_outcome_name(row->seen[moment]),
			      proof_prediction_name(row->predicted[moment]));
}

void proof_write_text(const struct proof *proof, struct buffer *out)
{
	const char *subject = "";
	buffer_format(out, "%-13s %-28s %-18s  %-9s  %-9s\n", "from", "address", "sends", "before",
		      "after");
	for (size_t i = 0; i < proof->count; i++) {
		const struct proof_row *row = &proof->rows[i];
		BUFFER_AUTO address = { 0 };
		address_format(row->packet.source, &address);
		if (!slice_is(slice_of(subject), row->subject))
			buffer_format(out, "%s\n", row->subject);
		subject = row->subject;
		buffer_format(out, "  %-11s %-28s %-18s", row->who, buffer_string(&address),
			      trial_kind_name(row->packet.kind));
		for (enum proof_moment moment = 0; moment < PROOF_MOMENTS; moment++)
			write_moment(proof, row, moment, out);
		buffer_append_byte(out, '\n');
	}
}

static void json_field(struct buffer *out, const char *name, const char *text)
{
	buffer_format(out, "\"%s\": ", name);
	json_text_append(out, slice_of(text));
}

static void json_address(struct buffer *out, const char *name, struct address address)
{
	BUFFER_AUTO text = { 0 };
	address_format(address, &text);
	json_field(out, name, buffer_string(&text));
}

static void json_row(const struct proof *proof, const struct proof_row *row, struct buffer *out)
{
	buffer_append_string(out, "    {");
	json_field(out, "service", row->subject);
	buffer_append_string(out, ", ");
	json_field(out, "sends", trial_kind_name(row->packet.kind));
	buffer_append_string(out, ", ");
	json_field(out, "who", row->who);
	buffer_append_string(out, ", ");
	json_address(out, "source", row->packet.source);
	buffer_append_string(out, ", ");
	json_address(out, "destination", row->packet.destination);
	buffer_format(out, ", \"sport\": %u, \"dport\": %u", row->packet.source_port,
		      row->packet.port);
	for (enum proof_moment moment = 0; moment < PROOF_MOMENTS; moment++) {
		if (!proof->is_shown[moment])
			continue;
		buffer_format(out, ",\n     \"%s\": {", moment_names[moment]);
		json_field(out, "seen", proof_outcome_name(row->seen[moment]));
		buffer_append_string(out, ", ");
		json_field(out, "predicted", proof_prediction_name(row->predicted[moment]));
		buffer_append_string(out, ", ");
		json_field(out, "why", row->why[moment]);
		buffer_format(out, ", \"agrees\": %s}",
			      proof_row_agrees(row, moment) ? "true" : "false");
	}
	buffer_append_byte(out, '}');
}

void proof_write_json(const struct plan_session *session, const struct proof *proof,
		      struct buffer *out)
{
	buffer_append_string(out, "{\"schema\": \"ringfence-proof/1\", \"tool\": \"ringfence "
				  "" RINGFENCE_VERSION "\",\n ");
	json_field(out, "host", session->plan.host);
	buffer_append_string(out, ", ");
	json_field(out, "made", session->plan.made);
	buffer_append_string(out, ", ");
	json_field(out, "dialect", plan_dialect_name(session->plan.dialect));
	buffer_format(out, ",\n \"disagreements\": %zu,\n \"packets\": [\n",
		      proof_disagreements(proof));
	for (size_t i = 0; i < proof->count; i++) {
		json_row(proof, &proof->rows[i], out);
		buffer_append_string(out, i + 1 < proof->count ? ",\n" : "\n");
	}
	buffer_append_string(out, " ]}\n");
}
