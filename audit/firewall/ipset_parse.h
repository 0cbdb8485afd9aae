/* SPDX-License-Identifier: Apache-2.0
 *
 * What `ipset save` writes: create and add lines, as sets outside tables. ipset(8).
 */
#ifndef RINGFENCE_FIREWALL_IPSET_PARSE_H
#define RINGFENCE_FIREWALL_IPSET_PARSE_H

#include "audit/firewall/rule_build.h"

/* Adds the sets of SOURCE to the builder's ruleset. The columns of a set follow the words of its
 * type: an address each for "ip" and "net", protocol and port for "port" of a hash (the port alone
 * in bitmap:port), the interface, the MAC, the mark. A set of a type that is not known has unknown
 * content. Failure of memory is in the builder. */
void ipset_parse(struct rule_builder *builder, const struct source *source);

#endif
