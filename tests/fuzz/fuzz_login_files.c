/* SPDX-License-Identifier: Apache-2.0
 *
 * sudoers, PAM rules and authorized_keys as a hostile host may have them: the same bytes as each.
 * Reaches sudoers_load, pam_stack_load and ssh_keys_parse.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/login/login_model.h"
#include "audit/sshd/ssh_keys.h"
#include "tests/literal_loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct literal_loader literal;
	const struct slice bytes = { .data = (const char *)data, .size = size };
	const struct source source = { .path = "keys", .bytes = bytes };
	const struct ssh_key *keys;
	size_t count;
	if (size > 20000)
		return 0;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/etc/sudoers", "")->source.bytes = bytes;
	literal_loader_add(&literal, "/etc/pam.d/su", "")->source.bytes = bytes;
	const struct login_model *model = login_model_load(&literal.loader);
	if (model) {
		(void)login_su_limit(model);
		for (size_t i = 0; i < model->sudoers.count; i++)
			(void)sudoers_rule_is_for_root(&model->sudoers.rules[i]);
	}
	(void)ssh_keys_parse(literal.loader.arena, &source, &keys, &count);
	literal_loader_done(&literal);
	return 0;
}
