/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of nftables' data types (nft(8), "DATA TYPES") as numbers.
 */
#ifndef RINGFENCE_FIREWALL_NFT_VALUE_H
#define RINGFENCE_FIREWALL_NFT_VALUE_H

#include "audit/firewall/nft_rule.h"

/* EXPRESSION, a value, prefix or range of TYPE, as a range. False: it is none, or not understood.
 */
bool nft_value_range(enum nft_type type, const struct nft_expression *expression,
		     struct value_range *ret_range);

/* EXPRESSION, a value, list or operation of TYPE, as bits joined by or. */
bool nft_value_bits(enum nft_type type, const struct nft_expression *expression,
		    unsigned __int128 *ret_bits);

#endif
