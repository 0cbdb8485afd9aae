/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of services, protocols and ICMP types as rules use them. Ports: the names of the usual
 * /etc/services; a name that is not here is not guessed.
 */
#ifndef RINGFENCE_FIREWALL_PORT_NAMES_H
#define RINGFENCE_FIREWALL_PORT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/slice.h"

/* "ssh" or "22". False: not known, or over 65535. */
bool port_parse(struct slice text, uint16_t *ret_port) MUST_CHECK;

/* "22", "1000:2000", ":1023", "1024:" with SEPARATOR ':' or '-'. */
bool port_range_parse(struct slice text, char separator, uint16_t *ret_first,
		      uint16_t *ret_last) MUST_CHECK;

/* The service's name for people: "ssh", "sip"; "" where there is none. */
const char *port_service_name(uint8_t protocol, uint16_t port);

/* "tcp" or "6"; "all" is 0. */
bool protocol_parse(struct slice text, uint8_t *ret_protocol) MUST_CHECK;
/* "tcp"; NULL where there is no name. */
const char *protocol_name(uint8_t protocol);

/* "echo-request", "8", "3/4", "any". Codes run from *RET_FIRST_CODE to *RET_LAST_CODE. Names are
 * those of iptables-extensions(8) and nft(8). A type of 255 means any in IPv4 ("any"). */
bool icmp_type_parse(enum address_family family, struct slice text, uint8_t *ret_first_type,
		     uint8_t *ret_last_type, uint8_t *ret_first_code,
		     uint8_t *ret_last_code) MUST_CHECK;

#endif
