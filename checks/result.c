/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/result.h"

const char *finding_status_name(enum finding_status status)
{
	static const char *const names[] = {
		[STATUS_FAIL] = "fail",       [STATUS_PASS] = "pass",
		[STATUS_UNKNOWN] = "unknown", [STATUS_NOT_APPLICABLE] = "not-applicable",
		[STATUS_WAIVED] = "waived",
	};
	return names[status];
}

const char *exposure_name(enum exposure exposure)
{
	static const char *const names[] = {
		[EXPOSURE_NOT_APPLICABLE] = "not-applicable",
		[EXPOSURE_HOST] = "host",
		[EXPOSURE_NETWORKS] = "networks",
		[EXPOSURE_UNKNOWN] = "unknown",
		[EXPOSURE_ANYWHERE] = "anywhere",
	};
	return names[exposure];
}

const char *check_level_name(enum check_level level)
{
	return level == LEVEL_STRICT ? "strict" : "basic";
}

const char *evidence_role_name(enum evidence_role role)
{
	static const char *const names[] = {
		[EVIDENCE_FAILS] = "fails",
		[EVIDENCE_PASSES] = "passes",
		[EVIDENCE_UNDECIDED] = "undecided",
		[EVIDENCE_NOTE] = "note",
	};
	return names[role];
}

const char *waiver_state_name(enum waiver_state state)
{
	static const char *const names[] = {
		[WAIVER_HOLDS] = "holds",     [WAIVER_PARTLY] = "partly",
		[WAIVER_EXPIRED] = "expired", [WAIVER_CHANGED] = "changed",
		[WAIVER_UNUSED] = "unused",   [WAIVER_MISSPELT] = "misspelt",
	};
	return names[state];
}
