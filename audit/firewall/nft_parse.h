/* SPDX-License-Identifier: Apache-2.0
 *
 * nftables' own language, nft(8), as far as rulesets for hosts use it: tables, chains, sets, maps,
 * defines, includes, and commands that add to them. What is not understood inside a rule becomes an
 * unknown condition of that rule; what nft would refuse as a whole breaks the ruleset.
 */
#ifndef RINGFENCE_FIREWALL_NFT_PARSE_H
#define RINGFENCE_FIREWALL_NFT_PARSE_H

#include "audit/base/loader.h"
#include "audit/firewall/rule_build.h"

/* Most files that includes open, and the depth to which they nest (nft: MAX_INCLUDE_DEPTH 16). */
#define NFT_INCLUDES_MAX 256
#define NFT_INCLUDE_DEPTH_MAX 16

struct nft_includes {
	void *context;
	/* The file at PATH, or NULL. */
	const struct source *(*read)(void *context, const char *path);
	/* The files that PATTERN matches; false where that cannot be told. */
	bool (*glob)(void *context, const char *pattern, struct path_list *ret_paths);
	/* Where relative includes are looked for. */
	const char *directory;
};

/* Adds the ruleset of SOURCE to the builder's. Failure of memory is in the builder. */
void nft_parse(struct rule_builder *builder, const struct source *source,
	       const struct nft_includes *includes);

#endif
