/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_cookie.h"

#include <endian.h>
#include <string.h>

struct state {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t value, unsigned int bits)
{
	return value << bits | value >> (64 - bits);
}

static inline void round_once(struct state *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static inline void take(struct state *s, uint64_t word)
{
	s->v3 ^= word;
	round_once(s);
	round_once(s);
	s->v0 ^= word;
}

uint64_t scan_siphash(const struct scan_key *key, const void *data, size_t size)
{
	struct state s = {
		.v0 = key->words[0] ^ 0x736f6d6570736575U,
		.v1 = key->words[1] ^ 0x646f72616e646f6dU,
		.v2 = key->words[0] ^ 0x6c7967656e657261U,
		.v3 = key->words[1] ^ 0x7465646279746573U,
	};
	const uint8_t *bytes = data;
	size_t at = 0;
	for (; at + 8 <= size; at += 8) {
		uint64_t word;
		memcpy(&word, bytes + at, 8);
		take(&s, le64toh(word));
	}
	uint64_t last = (uint64_t)size << 56;
	for (size_t i = 0; at + i < size; i++)
		last |= (uint64_t)bytes[at + i] << (8 * i);
	take(&s, last);
	s.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		round_once(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

uint32_t scan_cookie(const struct scan_key *key, const struct address *address, uint16_t port,
		     uint16_t our_port)
{
	uint8_t text[20];
	size_t size = address->family == ADDRESS_IPV6 ? 16 : 4;
	memcpy(text, address->bytes, size);
	memcpy(text + size, &port, 2);
	memcpy(text + size + 2, &our_port, 2);
	return (uint32_t)scan_siphash(key, text, size + 4);
}
