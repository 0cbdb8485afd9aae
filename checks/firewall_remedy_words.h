/* SPDX-License-Identifier: Apache-2.0
 *
 * Networks and ports as words of firewall commands: what firewall_remedy.c and
 * firewall_remedy_default.c share.
 */
#ifndef RINGFENCE_CHECKS_FIREWALL_REMEDY_WORDS_H
#define RINGFENCE_CHECKS_FIREWALL_REMEDY_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "checks/service_reach.h"

struct model;
struct remedy;

/* The networks that the settings name for an audience, in up to three lists. */
struct audience_networks {
	const struct prefix *lists[3];
	size_t counts[3];
};

struct audience_networks audience_networks(const struct model *model,
					   enum service_audience audience);

bool audience_is_given(const struct audience_networks *networks);

/* A text per network of FAMILY, SEPARATOR between them; empty when there is none. In the arena. */
const char *audience_words(struct remedy *remedy, const struct audience_networks *networks,
			   enum address_family family, const char *separator);

/* The shell variable that stands for an audience without networks: "ADMIN", "PHONES". */
const char *audience_variable(enum service_audience audience);

/* A command that stops the shell until that variable is set; once a remedy. */
void audience_ask(struct remedy *remedy, enum service_audience audience);

/* "tcp" or "udp". */
const char *remedy_protocol_name(uint8_t protocol);

/* "5060", or "5060:5061" with SEPARATOR between. In the arena. */
const char *remedy_port_words(struct remedy *remedy, uint16_t first, uint16_t last, char separator);

/* The table inet ringfence with its chain, once a remedy. */
void firewall_remedy_nft_table(struct remedy *remedy);

#endif
