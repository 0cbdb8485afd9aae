/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/firewall/reach_model.h"
#include "audit/kernel/unit_security.h"
#include "audit/model/service_build.h"
#include "tests/checks/system_host.h"

#define SSHD                                                                                       \
	"tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:* users:((\"sshd\",pid=9,fd=3)) "                     \
	"ino:4 cgroup:/system.slice/ssh.service\n"
#define REDIS "tcp LISTEN 0 128 0.0.0.0:6379 0.0.0.0:* users:((\"redis-server\",pid=7,fd=3)) "
#define REDIS_UNIT "ino:5 cgroup:/system.slice/redis-server.service\n"

static void begin(struct system_host *host, const char *sockets)
{
	system_host_init(host);
	literal_loader_add(&host->literal, "/etc/passwd",
			   "root:x:0:0::/root:/bin/sh\nredis:x:110:110::/:/bin/false\n");

	literal_loader_add(&host->literal, "/lib/systemd/systemd", "");
	if (sockets)
		literal_loader_add(&host->literal, "ss", sockets);
}

static enum finding_status judge(struct system_host *host, const char *id)
{
	static const struct reach_model reach = { .count = 0 };
	system_host_load(host);
	host->model.reach = &reach;
	assert_true(service_build(&host->literal.loader, &host->model));
	return system_host_judge(host, id);
}

static void svc_001(void **state)
{
	(void)state;
	struct system_host host;
	begin(&host, SSHD REDIS "uid:110 " REDIS_UNIT);
	assert_int_equal(judge(&host, "SVC-001"), STATUS_PASS);
	system_host_done(&host);
	/* ss leaves uid:0 out: who owns it is root. */
	begin(&host, SSHD REDIS REDIS_UNIT);
	assert_int_equal(judge(&host, "SVC-001"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 1);
	assert_non_null(host.verdict.advice);
	system_host_done(&host);
	/* Not root: a socket without its process. */
	begin(&host, "tcp LISTEN 0 128 0.0.0.0:6379 0.0.0.0:* ino:5 sk:1\n" SSHD);
	assert_int_equal(judge(&host, "SVC-001"), STATUS_UNKNOWN);
	system_host_done(&host);
	begin(&host, NULL);
	assert_int_equal(judge(&host, "SVC-001"), STATUS_UNKNOWN);
	system_host_done(&host);
	begin(&host, SSHD);
	assert_int_equal(judge(&host, "SVC-001"), STATUS_PASS);
	system_host_done(&host);
}

static void svc_002(void **state)
{
	(void)state;
	struct system_host host;
	begin(&host, SSHD REDIS "uid:110 " REDIS_UNIT);
	literal_loader_add(&host.literal, "/lib/systemd/system/ssh.service",
			   "[Service]\nExecStart=/usr/sbin/sshd -D\n");
	literal_loader_add(&host.literal, "/lib/systemd/system/redis-server.service",
			   "[Service]\nExecStart=/usr/bin/redis-server\n");
	literal_loader_add(&host.literal, "/lib/systemd/system/asterisk.service",
			   "[Service]\nExecStart=/usr/sbin/asterisk -f -U asterisk\n");
	assert_int_equal(judge(&host, "SVC-002"), STATUS_FAIL);
	assert_int_equal(host.verdict.fail_count, 2);
	assert_true(system_host_says(&host.remedy.commands,
				     "/etc/systemd/system/asterisk.service.d/60-ringfence"));
	assert_true(system_host_says(&host.remedy.undo, "60-ringfence-confine.conf"));
	literal_loader_add(&host.literal, "/etc/systemd/system/redis-server.service.d/a.conf",
			   "[Service]\nUser=redis\nProtectSystem=strict\nNoNewPrivileges=yes\n"
			   "CapabilityBoundingSet=\n");
	/* What the remedy writes is enough. */
	literal_loader_add(&host.literal,
			   "/etc/systemd/system/asterisk.service.d/60-ringfence-confine.conf",
			   "[Service]\nProtectSystem=full\nReadWritePaths=-/etc/asterisk\n"
			   "ProtectHome=read-only\nProtectControlGroups=yes\n"
			   "ProtectProc=invisible\nPrivateMounts=yes\n"
			   "CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID "
			   "CAP_KILL CAP_SETGID CAP_SETUID CAP_NET_BIND_SERVICE CAP_NET_ADMIN "
			   "CAP_NET_RAW CAP_IPC_LOCK CAP_SYS_NICE CAP_SYS_RESOURCE\n");
	assert_int_equal(judge(&host, "SVC-002"), STATUS_PASS);
	system_host_done(&host);
	begin(&host, NULL);
	assert_int_equal(judge(&host, "SVC-002"), STATUS_UNKNOWN);
	system_host_done(&host);
	system_host_init(&host);
	literal_loader_add(&host.literal, "/etc/inittab", "");
	assert_int_equal(judge(&host, "SVC-002"), STATUS_NOT_APPLICABLE);
	system_host_done(&host);
}

static void exposure(struct system_host *host, unsigned int wanted)
{
	static const struct slice name = SLICE("x.service");
	const struct service_units *units = service_units_load(&host->literal.loader, &name, 1);
	assert_non_null(units);
	const struct service_unit *unit = service_units_find(units, name);
	assert_non_null(unit);
	assert_int_equal(unit->security.exposure, wanted);
}

/* Figures of `systemd-analyze security --offline=yes` of systemd 252; many more by
 * tests/differential/units.sh. */
static void exposures(void **state)
{
	(void)state;
	static const struct {
		const char *lines;
		unsigned int exposure;
	} cases[] = {
		{ "", 96 },
		{ "DynamicUser=yes\n", 84 },
		{ "DynamicUser=yes\nIPIngressFilterPath=/sys/fs/bpf/x\nProtectClock=yes\n"
		  "CapabilityBoundingSet=~CAP_SYS_ADMIN\n",
		  76 },
		/* A word that is no boolean leaves what stood before. */
		{ "PrivateNetwork=maybe\n", 96 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct system_host host;
		char text[400] = "[Service]\nExecStart=/bin/true\n";
		system_host_init(&host);
		memcpy(text + strlen(text), cases[i].lines, strlen(cases[i].lines) + 1);
		literal_loader_add(&host.literal, "/etc/systemd/system/x.service", text);
		exposure(&host, cases[i].exposure);
		system_host_done(&host);
	}
	assert_string_equal(unit_exposure_name(96), "UNSAFE");
	assert_string_equal(unit_exposure_name(0), "PERFECT");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(svc_001),
		cmocka_unit_test(svc_002),
		cmocka_unit_test(exposures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
