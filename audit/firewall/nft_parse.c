/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/nft_parse.h"

void nft_parse(struct rule_builder *builder, const struct source *source,
	       const struct nft_includes *includes)
{
	(void)includes;
	ruleset_break(builder, origin_of(source, source->bytes), "nftables' text is not read yet");
}
