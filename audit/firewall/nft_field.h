/* SPDX-License-Identifier: Apache-2.0
 *
 * The fields that nftables' rules name, and what of a packet each is.
 */
#ifndef RINGFENCE_FIREWALL_NFT_FIELD_H
#define RINGFENCE_FIREWALL_NFT_FIELD_H

#include "audit/firewall/nft_rule.h"

struct nft_field {
	const char *scope;
	const char *name;
	enum nft_type type;
	enum packet_field field;
	uint8_t shift;
	/* 0: all. */
	uint32_t mask;
	/* 4 or 6: packets of that family only. */
	uint8_t family;
	/* Packets of that protocol only; 0: any. */
	uint8_t protocol;
	/* A first packet has no such thing: never matches. */
	bool is_never;
	/* Has one value for any first packet, 0. */
	bool is_zero;
	/* Read out of the transport header of any protocol. */
	bool is_raw;
	/* Conntrack's port of any protocol. */
	bool is_tuple;
	/* Understood, but for the moment or the sender to decide, however it is asked. */
	bool is_condition;
};

/* The row of a NFT_FIELD; NULL: another kind of expression, or a field that is not known. */
const struct nft_field *nft_find_field(const struct nft_expression *expression);

#endif
