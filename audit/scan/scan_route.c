/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_route.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

/* The port of connect() says nothing to the routes. */
#define ANY_PORT 9

socklen_t scan_route_sockaddr(struct address address, uint16_t port, uint32_t zone,
			      struct sockaddr_storage *ret_name)
{
	memset(ret_name, 0, sizeof(*ret_name));
	if (address.family == ADDRESS_IPV6) {
		struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
					    .sin6_port = htons(port),
					    .sin6_scope_id = zone };
		memcpy(&in6.sin6_addr, address.bytes, 16);
		memcpy(ret_name, &in6, sizeof(in6));
		return sizeof(in6);
	}
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };
	memcpy(&in.sin_addr, address.bytes, 4);
	memcpy(ret_name, &in, sizeof(in));
	return sizeof(in);
}

struct address scan_route_address(const struct sockaddr_storage *name, uint16_t *ret_port)
{
	struct address address = { .family = ADDRESS_NONE };
	uint16_t port = 0;
	if (name->ss_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, name, sizeof(in));
		address.family = ADDRESS_IPV4;
		memcpy(address.bytes, &in.sin_addr, 4);
		port = ntohs(in.sin_port);
	} else if (name->ss_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, name, sizeof(in6));
		address.family = ADDRESS_IPV6;
		memcpy(address.bytes, &in6.sin6_addr, 16);
		port = ntohs(in6.sin6_port);
		address = address_unmap(address);
	}
	if (ret_port)
		*ret_port = port;
	return address;
}

bool scan_route_source(struct address target, uint32_t zone, struct address *ret_source,
		       int *ret_errno)
{
	struct sockaddr_storage name;
	socklen_t size = scan_route_sockaddr(target, ANY_PORT, zone, &name);
	int fd = socket(name.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_found = fd >= 0 && connect(fd, (const struct sockaddr *)&name, size) == 0;
	size = sizeof(name);
	is_found = is_found && getsockname(fd, (struct sockaddr *)&name, &size) == 0;
	*ret_errno = errno;
	if (fd >= 0)
		(void)close(fd);
	if (is_found)
		*ret_source = scan_route_address(&name, NULL);
	return is_found && ret_source->family == target.family;
}

static unsigned int mask_length(const struct sockaddr *mask)
{
	struct sockaddr_storage name = { 0 };
	if (!mask)
		return 0;
	bool is_ipv6 = mask->sa_family == AF_INET6;
	memcpy(&name, mask, is_ipv6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
	struct address bits = scan_route_address(&name, NULL);
	unsigned int length = 0, most = address_bits(bits.family);
	while (length < most && bits.bytes[length / 8] & 0x80 >> length % 8)
		length++;
	return length;
}

static bool find(struct address target, bool wants_network)
{
	struct ifaddrs *list = NULL;
	if (getifaddrs(&list) != 0)
		return false;
	bool is_found = false;
	for (const struct ifaddrs *row = list; row && !is_found; row = row->ifa_next) {
		if (!row->ifa_addr ||
		    (row->ifa_addr->sa_family != AF_INET && row->ifa_addr->sa_family != AF_INET6))
			continue;
		struct sockaddr_storage name = { 0 };
		memcpy(&name, row->ifa_addr,
		       row->ifa_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
							    : sizeof(struct sockaddr_in));
		struct address ours = scan_route_address(&name, NULL);
		if (ours.family != target.family)
			continue;
		if (wants_network)
			is_found = prefix_contains(prefix_make(ours, mask_length(row->ifa_netmask)),
						   target);
		else
			is_found = address_equal(ours, target);
	}
	freeifaddrs(list);
	return is_found;
}

bool scan_route_is_ours(struct address address)
{
	return find(address, false);
}

bool scan_route_is_near(struct address target)
{
	return address_is_loopback(target) || address_is_link_local(target) || find(target, true);
}
