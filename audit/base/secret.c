/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/base/secret.h"

struct secret secret_of(struct slice bytes)
{
	return (struct secret){ .hidden = bytes };
}

size_t secret_length(struct secret secret)
{
	return secret.hidden.size;
}

bool secret_equal(struct secret a, struct secret b)
{
	if (a.hidden.size != b.hidden.size)
		return false;
	unsigned int difference = 0;
	for (size_t i = 0; i < a.hidden.size; i++)
		difference |= (unsigned int)((unsigned char)a.hidden.data[i] ^
					     (unsigned char)b.hidden.data[i]);
	return difference == 0;
}

struct slice secret_reveal(struct secret secret)
{
	return secret.hidden;
}
