/* SPDX-License-Identifier: Apache-2.0
 *
 * Tokens of nftables' language, as its scanner.l takes them apart.
 */
#ifndef RINGFENCE_FIREWALL_NFT_LEX_H
#define RINGFENCE_FIREWALL_NFT_LEX_H

#include <stdbool.h>

#include "audit/base/slice.h"

enum nft_token_kind {
	NFT_TOKEN_END,
	/* A newline or ';'. */
	NFT_TOKEN_BREAK,
	/* A name, number, address: "tcp", "22", "192.0.2.1", "fe80::1", "eth*", "1d2h". */
	NFT_TOKEN_WORD,
	/* Without its quotes. */
	NFT_TOKEN_STRING,
	/* "$name", without the dollar. */
	NFT_TOKEN_VARIABLE,
	/* "@name", without the at sign. */
	NFT_TOKEN_SET,
	/* One or two characters: "{", "==", "<<". */
	NFT_TOKEN_SIGN,
	/* What no token begins with. */
	NFT_TOKEN_BAD,
};

struct nft_token {
	enum nft_token_kind kind;
	struct slice text;
	/* A ';' rather than a newline. */
	bool is_semicolon;
};

/* Takes the next token off *REST. */
struct nft_token nft_lex(struct slice *rest);

#endif
