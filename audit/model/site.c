/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/model/site.h"

bool site_trusts(const struct site *site, struct address address)
{
	address = address_unmap(address);
	if (address_is_loopback(address))
		return true;
	if (site->trusted_count == 0)
		return address_is_private(address);
	for (size_t i = 0; i < site->trusted_count; i++)
		if (prefix_contains(site->trusted[i], address))
			return true;
	return false;
}
