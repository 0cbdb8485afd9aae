/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban's configuration as a hostile host may have it: the same bytes as jail.conf, a filter and
 * an action. Reaches jail_model_load.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/fail2ban/jail_model.h"
#include "tests/literal_loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = {
		"/etc/fail2ban/jail.conf",
		"/etc/fail2ban/jail.local",
		"/etc/fail2ban/filter.d/a.conf",
		"/etc/fail2ban/action.d/a.conf",
	};
	struct literal_loader literal;
	const struct slice bytes = { .data = (const char *)data, .size = size };
	int64_t seconds;
	if (size > 20000)
		return 0;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/etc/fail2ban", "");
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		literal_loader_add(&literal, paths[i], "")->source.bytes = bytes;
	(void)jail_model_load(&literal.loader, SLICE("1.0.2-2"));
	(void)jail_time_parse(bytes, &seconds);
	literal_loader_done(&literal);
	return 0;
}
