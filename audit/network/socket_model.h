/* SPDX-License-Identifier: Apache-2.0
 *
 * Who listens where: TCP in LISTEN, UDP bound and unconnected, IPv4 and IPv6, from the probe "ss"
 * (`ss -H -tulnpe`; on the local host the same text made from netlink sock_diag(7) and /proc).
 */
#ifndef RINGFENCE_NETWORK_SOCKET_MODEL_H
#define RINGFENCE_NETWORK_SOCKET_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/error.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

enum transport_protocol {
	TRANSPORT_TCP = 6,
	TRANSPORT_UDP = 17,
};

struct listening_socket {
	enum transport_protocol protocol;
	/* Unspecified (0.0.0.0 or ::) when bound to all addresses. */
	struct address address;
	/* A '::' socket that takes IPv4 too (not IPV6_V6ONLY); ss prints it as '*'. */
	bool takes_ipv4;
	uint16_t port;
	/* Bound to one interface with SO_BINDTODEVICE ("%eth0"), else empty. */
	struct slice interface;
	/* Empty when it could not be read. */
	struct slice process;
	uint32_t pid;
	/* Name from passwd where known, else the number. Empty when unknown. */
	struct slice user;
	/* "ssh.service"; empty when unknown. */
	struct slice unit;
	struct origin origin;
};

struct socket_model {
	/* FACT_UNREADABLE: the list could not be had, and says nothing. */
	enum fact_state state;
	const struct unread *unread;
	/* False when at least one socket's process could not be told (not root). */
	bool has_all_processes;
	const struct listening_socket *sockets;
	size_t count;
	struct diagnostics diagnostics;
};

/* Reads the probe "ss" and passwd through LOADER. The model lives in the loader's arena; NULL only
 * when memory is short. */
struct socket_model *socket_model_load(const struct loader *loader) MUST_CHECK;

/* Is the socket on loopback only? */
bool listening_socket_is_loopback(const struct listening_socket *socket);

/* "tcp" or "udp". */
const char *transport_protocol_name(enum transport_protocol protocol);

#endif
