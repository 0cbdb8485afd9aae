/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_resume.h"

static void drop_undecided(struct scan_found *host, uint64_t index, const uint64_t *decided)
{
	size_t kept = 0;
	for (size_t i = 0; i < host->count; i++) {
		if (index >= decided[host->ports[i].protocol])
			continue;
		host->ports[kept] = host->ports[i];
		host->ports[kept++].service = NULL;
	}
	host->count = kept;
	kept = 0;
	for (size_t i = 0; i < host->other_count; i++)
		if (index < decided[host->others[i].protocol])
			host->others[kept++] = host->others[i];
	host->other_count = kept;
}

bool scan_resume(struct scan_result *result, const struct scan_targets *targets,
		 struct error *error)
{
	size_t kept = 0;
	for (size_t i = 0; i < result->count; i++) {
		struct scan_found *host = &result->hosts[i];
		uint64_t index;
		if (!scan_targets_index(targets, host->address, host->zone, &index)) {
			error_set(error, ERROR_INPUT,
				  "a host of the stopped scan is none of what was to be scanned");
			error_advise(error, "a name may have another address now: scan anew");
			return false;
		}
		drop_undecided(host, index, result->decided);
		if (host->count > 0 || host->other_count > 0 || host->refused)
			result->hosts[kept++] = *host;
	}
	result->count = kept;
	return true;
}
