/* SPDX-License-Identifier: Apache-2.0
 *
 * The JSON that `nft -j list ruleset` writes (libnftables-json(5)).
 */
#ifndef RINGFENCE_FIREWALL_NFT_JSON_H
#define RINGFENCE_FIREWALL_NFT_JSON_H

#include "audit/firewall/rule_build.h"

/* Adds the ruleset of SOURCE to the builder's. Tables that the ruleset already has from
 * iptables-save of the nf_tables variant are left out: the list does not tell their extensions.
 * Failure of memory is in the builder. */
void nft_json_parse(struct rule_builder *builder, const struct source *source);

#endif
