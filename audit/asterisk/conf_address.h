/* SPDX-License-Identifier: Apache-2.0
 *
 * Addresses as ast_sockaddr_parse of main/netsock2.c takes them: numeric, with an optional port.
 */
#ifndef RINGFENCE_ASTERISK_CONF_ADDRESS_H
#define RINGFENCE_ASTERISK_CONF_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/slice.h"

/* A numeric address without port: also "10.1" and "0x0a000001", as getaddrinfo with
 * AI_NUMERICHOST takes them, and in brackets. False on names and anything else. */
bool conf_parse_host(struct slice text, struct address *ret_address) MUST_CHECK;

/* "address", "address:port", "[address]:port"; port 0 when there is none. */
bool conf_parse_address(struct slice text, struct address *ret_address,
			uint16_t *ret_port) MUST_CHECK;

/* The same as pjlib reads a bind address: inet_aton(3) ends an IPv4 address at a blank, and what
 * follows is ignored (pj_sockaddr_parse). */
bool conf_parse_bind(struct slice text, struct address *ret_address, uint16_t *ret_port);

#endif
