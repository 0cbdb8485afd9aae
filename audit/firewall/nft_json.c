/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/nft_json.h"

void nft_json_parse(struct rule_builder *builder, const struct source *source)
{
	if (slice_find(source->bytes, SLICE("\"chain\"")) < source->bytes.size &&
	    builder->ruleset->table_count == 0)
		ruleset_break(builder, origin_of(source, source->bytes),
			      "nftables' list is not read yet");
}
