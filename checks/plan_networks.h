/* SPDX-License-Identifier: Apache-2.0
 *
 * The networks that a plan leaves services open to.
 */
#ifndef RINGFENCE_CHECKS_PLAN_NETWORKS_H
#define RINGFENCE_CHECKS_PLAN_NETWORKS_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "checks/plan.h"
#include "checks/plan_build.h"

/* Fills the plan's networks: the settings' trusted ones for management, with phones and trunks for
 * SIP. Where no trusted ones are given, private ranges stand for them (catalogue, status rule 7);
 * where neither phones nor trunks are, the addresses of Asterisk's peers stand for those. Peers
 * outside are warned of. False: memory is short. */
bool plan_networks_fill(const struct plan_request *request, struct plan *plan) MUST_CHECK;

/* The sources of FAMILY. */
struct address_set plan_networks_set(const struct plan_networks *networks,
				     enum address_family family);

bool plan_networks_equal(const struct plan_networks *a, const struct plan_networks *b);

#endif
