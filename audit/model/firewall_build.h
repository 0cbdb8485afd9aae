/* SPDX-License-Identifier: Apache-2.0
 *
 * The firewall and reach models, fed with addresses, units and sockets of the others.
 */
#ifndef RINGFENCE_MODEL_FIREWALL_BUILD_H
#define RINGFENCE_MODEL_FIREWALL_BUILD_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/loader.h"
#include "audit/model/model.h"

/* Fills firewall and reach of MODEL, whose host and sockets are there. Where the sockets could not
 * be had, reach has ICMP only. False: memory is short. */
bool firewall_build(const struct loader *loader, struct model *model) MUST_CHECK;

/* The same, with the tables of NFT (nftables' text; may be NULL) beside those that run: what would
 * a change do? */
bool firewall_build_beside(const struct loader *loader, struct model *model,
			   const struct source *nft) MUST_CHECK;

#endif
