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
	while (count < room) {
		struct scan_cursor before = *cursor;
		if (!scan_targets_next(targets, cursor, &address, &range))
			break;
		/* The same link-local address on another interface waits for the next batch. */
		if (count > 0 && address_equal(hosts[count - 1].address, address)) {
			*cursor = before;
			break;
		}
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

size_t scan_hosts_find(const struct scan_host *hosts, size_t count, struct address address)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct address at = hosts[middle].address;
		int order = at.family == address.family  ? address_compare(at, address)
			    : at.family < address.family ? -1
							 : 1;
		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return count;
}
