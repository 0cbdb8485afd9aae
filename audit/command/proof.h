/* SPDX-License-Identifier: Apache-2.0
 *
 * The packets that prove a plan: who sends what to which service, what the evaluator says of it
 * under the rules of before and after, and what the kernel did.
 */
#ifndef RINGFENCE_COMMAND_PROOF_H
#define RINGFENCE_COMMAND_PROOF_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/command/plan_session.h"
#include "audit/prove/packet_trial.h"

enum proof_prediction {
	PREDICTED_DROPPED = TRIAL_DROPPED,
	PREDICTED_REJECTED = TRIAL_REJECTED,
	PREDICTED_PASSED = TRIAL_PASSED,
	/* A rate, a time: either may happen. */
	PREDICTED_CONDITION,
	PREDICTED_UNKNOWN,
};

enum proof_moment {
	PROOF_BEFORE,
	PROOF_AFTER,
	PROOF_MOMENTS,
};

struct proof_row {
	/* "trusted", "phones", "beside trusted", "foreign" */
	const char *who;
	/* "tcp port 22 (sshd)", "ping by IPv4", "traceroute" */
	const char *subject;
	struct trial_packet packet;
	enum proof_prediction predicted[PROOF_MOMENTS];
	/* "filter INPUT -> ringfence rule 3" */
	const char *why[PROOF_MOMENTS];
	enum trial_outcome seen[PROOF_MOMENTS];
};

struct proof {
	/* As the audited host calls the way in; and its addresses. */
	const char *device;
	const struct address *addresses;
	size_t address_count;
	struct proof_row *rows;
	size_t count;
	bool is_shown[PROOF_MOMENTS];
};

/* Chooses packets for SESSION and asks the evaluator. All of it is in the session's arena. */
bool proof_prepare(const struct plan_session *session, struct proof *ret_proof,
		   struct error *error) MUST_CHECK;

/* Sends them under the rules of MOMENT; the capture goes to the descriptor CAPTURE. */
bool proof_show(const struct plan_session *session, struct proof *proof, enum proof_moment moment,
		int capture, struct error *error) MUST_CHECK;

/* Did the kernel do what was predicted? Conditions and what is not known agree with anything. */
bool proof_row_agrees(const struct proof_row *row, enum proof_moment moment);
size_t proof_disagreements(const struct proof *proof);

const char *proof_outcome_name(enum trial_outcome outcome);
const char *proof_prediction_name(enum proof_prediction prediction);

/* For people, a line a packet; and for programs. */
void proof_write_text(const struct proof *proof, struct buffer *out);
void proof_write_json(const struct plan_session *session, const struct proof *proof,
		      struct buffer *out);

#endif
