/* SPDX-License-Identifier: Apache-2.0
 *
 * What services say, to every parser: SIP, SSH with KEXINIT, HTTP, MySQL, IAX2, Redis, AMI,
 * greetings.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/scan/service_parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool (*const parsers[])(struct slice, struct service_answer *) = {
		service_parse_ssh,   service_parse_http,     service_parse_sip,
		service_parse_ami,   service_parse_mysql,    service_parse_iax,
		service_parse_redis, service_parse_greeting,
	};
	const struct slice text = { .data = (const char *)data, .size = size };
	for (size_t i = 0; i < sizeof(parsers) / sizeof(parsers[0]); i++) {
		struct service_answer answer = { 0 };
		if (parsers[i](text, &answer) != (answer.name != NULL))
			__builtin_trap();
		for (size_t k = 0; k < answer.count; k++)
			if (!slice_is_utf8(service_answer_fact(&answer, answer.facts[k].key)))
				__builtin_trap();
		service_answer_done(&answer);
	}
	return 0;
}
