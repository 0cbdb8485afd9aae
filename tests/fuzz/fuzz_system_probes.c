/* SPDX-License-Identifier: Apache-2.0
 *
 * The answers and files that describe a host (ss, ps, sysctl, packages, units, addresses, passwd
 * ...) as a hostile host may give them: the same bytes as each. Reaches system_model_load and
 * socket_model_load.
 */
#include <stddef.h>
#include <stdint.h>

#include "audit/kernel/system_model.h"
#include "audit/network/socket_model.h"
#include "tests/literal_loader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"addresses",
		"asterisk-socket",
		"container",
		"deleted-files",
		"df",
		"hostname",
		"netstat",
		"packages",
		"processes",
		"ss",
		"sysctl",
		"uname",
		"units",
		"/etc/os-release",
		"/etc/redhat-release",
		"/etc/passwd",
		"/etc/shadow",
		"/etc/group",
		"/etc/sysctl.conf",
		"/etc/sysctl.d/60-a.conf",
		"/etc/default/asterisk",
		"/etc/inittab",
		"/usr/sbin/safe_asterisk",
		"/etc/systemd/system/asterisk.service",
		"/etc/systemd/system/asterisk.service.d/a.conf",
	};
	struct literal_loader literal;
	const struct slice bytes = { .data = (const char *)data, .size = size };
	if (size > 8000)
		return 0;
	literal_loader_init(&literal);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		literal_loader_add(&literal, names[i], "")->source.bytes = bytes;
	/* The first bit tells whether dpkg's list is there, which is read before rpm's answer. */
	if (size && (data[0] & 1))
		literal_loader_add(&literal, "/var/lib/dpkg/status", "")->source.bytes = bytes;
	const struct system_model *model = system_model_load(&literal.loader, 1770000000);
	if (model) {
		(void)system_find_sysctl(model, "net.ipv4.tcp_syncookies");
		(void)system_find_unit(model, "asterisk");
		(void)system_find_file_system(model, "/var/log");
	}
	(void)socket_model_load(&literal.loader);
	literal_loader_done(&literal);
	return 0;
}
