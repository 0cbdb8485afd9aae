/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_host.h"

#include "audit/scan/scan_target.h"

bool scan_watch_is_stopped(const struct scan_watch *watch)
{
	return watch->is_stopped && watch->is_stopped(watch->context);
}

uint64_t scan_clock_ns(clockid_t clock)
{
	struct timespec now = { 0 };
	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * SECOND_NS + (uint64_t)now.tv_nsec;
}

size_t scan_hosts_take(const struct scan_targets *targets, struct scan_cursor *cursor,
		       struct scan_host *hosts, size_t room, uint8_t *reasons, size_t ports)
{
	struct address address;
	const struct scan_range *range;
	size_t count = 0;
	while (count < room && scan_targets_next(targets, cursor, &address, &range)) {
		hosts[count] = (struct scan_host){
			.address = address,
			.zone = range->zone,
			.name = range->name,
			.reasons = reasons + count * ports,
		};
		count++;
	}
	return count;
}
