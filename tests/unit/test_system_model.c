/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/kernel/system_model.h"
#include "tests/literal_loader.h"

#define NOW INT64_C(1770000000)

static const struct system_model *load(struct literal_loader *literal)
{
	const struct system_model *model = system_model_load(&literal->loader, NOW);
	assert_non_null(model);
	return model;
}

static void knows_a_debian(void **state)
{
	(void)state;
	struct literal_loader literal;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/etc/os-release",
			   "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n"
			   "VERSION_ID=\"12\"\n");
	literal_loader_add(&literal, "uname",
			   "Linux pbx1 6.1.0-28-amd64 #1 SMP x86_64 GNU/Linux\n");
	literal_loader_add(&literal, "container", "none\n");
	literal_loader_add(&literal, "/var/lib/dpkg/status",
			   "Package: asterisk\nStatus: install ok installed\nVersion: 1:16.28.0\n\n"
			   "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"
			   "Package: held\nStatus: hold ok installed\nVersion: 2\nDescription: x\n"
			   " Version: of nothing\n");
	const struct system_model *model = load(&literal);
	assert_int_equal(model->family, SYSTEM_DEBIAN);
	assert_true(slice_is(model->os_id, "debian"));
	assert_true(slice_is(model->os_version, "12"));
	assert_true(slice_is(model->name, "pbx1"));
	assert_true(slice_is(model->kernel_release.value, "6.1.0-28-amd64"));
	assert_int_equal(model->is_container.state, FACT_PRESENT);
	assert_false(model->is_container.value);
	assert_int_equal(model->package_count, 2);
	assert_true(slice_is(system_find_package(model, "asterisk")->version, "1:16.28.0"));
	assert_null(system_find_package(model, "gone"));
	assert_non_null(system_find_package(model, "held"));
	literal_loader_done(&literal);
}

static void knows_an_old_centos(void **state)
{
	(void)state;
	struct literal_loader literal;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/etc/redhat-release", "CentOS release 6.10 (Final)\n");
	literal_loader_add(&literal, "packages",
			   "openssh-server-5.3p1-124.el6_10.x86_64\nasterisk-11.25.3-1.noarch\n"
			   "gpg-pubkey-c105b9de-4e0fd3a3.(none)\ntzdata-2020a-1.el5\n");
	literal_loader_add(&literal, "/etc/init.d/sshd", "#!/bin/sh\n");
	literal_loader_add(&literal, "/etc/rc3.d/S55sshd", "#!/bin/sh\n");
	literal_loader_add(&literal, "/etc/init.d/iptables", "#!/bin/sh\n");
	const struct system_model *model = load(&literal);
	assert_int_equal(model->family, SYSTEM_REDHAT);
	assert_true(slice_is(model->os_id, "centos"));
	assert_true(slice_is(model->os_version, "6.10"));
	assert_false(model->has_systemd);
	assert_true(slice_is(system_find_package(model, "openssh-server")->version,
			     "5.3p1-124.el6_10"));
	assert_true(slice_is(system_find_package(model, "tzdata")->version, "2020a-1.el5"));
	assert_true(system_find_unit(model, "sshd")->is_enabled);
	assert_true(system_find_unit(model, "sshd")->is_sysv);
	assert_false(system_find_unit(model, "iptables")->is_enabled);
	literal_loader_done(&literal);
}

static void tells_passwords_apart(void **state)
{
	(void)state;
	struct literal_loader literal;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/etc/passwd",
			   "root:x:0:0:root:/root:/bin/bash\nempty:x:1:1::/:/bin/sh\n"
			   "locked:x:2:2::/:/usr/sbin/nologin\nnoline:x:3:3::/:\n"
			   "old:x:4:4::/:/bin/sh\nbroken:x:z:1::/:/bin/sh\n+nis::::::\n"
			   "direct::5:5::/:/bin/sh\n");
	literal_loader_add(&literal, "/etc/shadow",
			   "root:$y$j9T$abc$def:19000::::::\nempty::19000::::::\n"
			   "locked:!$6$abc$def:19000::::::\nold:ABCDEFGHIJKLM:1::::::\n");
	literal_loader_add(&literal, "/etc/group", "wheel:x:10:root,old\nusers:x:4:\n");
	const struct system_model *model = load(&literal);
	assert_int_equal(model->account_count, 6);
	const struct system_account *root = system_find_account(model, SLICE("root"));
	assert_int_equal(root->password, PASSWORD_SET);
	assert_true(slice_is(root->hash_method, "yescrypt"));
	assert_int_equal(origin_line(root->shadow_origin), 1);
	assert_true(root->has_login_shell);
	assert_int_equal(system_find_account(model, SLICE("empty"))->password, PASSWORD_EMPTY);
	const struct system_account *locked = system_find_account(model, SLICE("locked"));
	assert_int_equal(locked->password, PASSWORD_LOCKED);
	assert_false(locked->has_login_shell);
	const struct system_account *noline = system_find_account(model, SLICE("noline"));
	assert_int_equal(noline->password, PASSWORD_LOCKED);
	assert_true(noline->has_login_shell);
	const struct system_account *old = system_find_account(model, SLICE("old"));
	assert_true(slice_is(old->hash_method, "des"));
	assert_int_equal(system_find_account(model, SLICE("direct"))->password, PASSWORD_EMPTY);
	const struct system_group *wheel = system_find_group(model, SLICE("wheel"));
	assert_true(system_account_in_group(model, old, wheel));
	assert_true(system_account_in_group(model, old, system_find_group(model, SLICE("users"))));
	assert_false(system_account_in_group(model, noline, wheel));
	literal_loader_done(&literal);
}

static void unreadable_shadow_is_unknown(void **state)
{
	(void)state;
	struct literal_loader literal;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
	literal_loader_add(&literal, "/etc/shadow", "")->is_unreadable = true;
	const struct system_model *model = load(&literal);
	assert_int_equal(model->shadow_state, FACT_UNREADABLE);
	assert_int_equal(model->accounts[0].password, PASSWORD_UNKNOWN);
	literal_loader_done(&literal);
}

static struct slice persistent(const struct system_model *model, const char *key)
{
	const struct system_sysctl *item = system_find_sysctl(model, key);
	assert_non_null(item);
	assert_int_equal(item->persistent.state, FACT_PRESENT);
	return item->persistent.value;
}

static void add_sysctl_files(struct literal_loader *literal)
{
	literal_loader_init(literal);
	literal_loader_add(literal, "sysctl",
			   "net.ipv4.tcp_syncookies = 1\nnet.ipv4.conf.eth0.rp_filter = 2\n"
			   "net.ipv4.conf.all.rp_filter = 0\nnet.ipv4.ipfrag_time = 30\n"
			   "net.ipv4.conf.eth0/100.rp_filter = 0\n");
	literal_loader_add(literal, "/usr/lib/sysctl.d/50-default.conf",
			   "net.ipv4.conf.*.rp_filter = 2\n-net.ipv4.conf.all.rp_filter\n"
			   "net.ipv4.tcp_syncookies = 1\n");
	literal_loader_add(literal, "/etc/sysctl.d/90-site.conf",
			   "# a comment\n; another\nnet/ipv4/conf/eth0.100/rp_filter = 1\n"
			   "net.ipv4.tcp_syncookies=0\nnonsense\n");
	literal_loader_add(literal, "/usr/lib/sysctl.d/90-site.conf",
			   "net.ipv4.ipfrag_time = 99\n");
	literal_loader_add(literal, "/etc/sysctl.conf", "net.ipv4.tcp_syncookies = 2\n");
}

static void sysctl_files_in_order_of_systemd(void **state)
{
	(void)state;
	struct literal_loader literal;
	add_sysctl_files(&literal);
	literal_loader_add(&literal, "/usr/lib/systemd/systemd", "");
	const struct system_model *model = load(&literal);
	assert_true(model->has_systemd);
	assert_true(slice_is(persistent(model, "net.ipv4.tcp_syncookies"), "0"));
	assert_true(slice_is(persistent(model, "net.ipv4.conf.eth0.rp_filter"), "2"));
	assert_true(slice_is(persistent(model, "net.ipv4.conf.eth0/100.rp_filter"), "1"));
	assert_int_equal(system_find_sysctl(model, "net.ipv4.conf.all.rp_filter")->persistent.state,
			 FACT_ABSENT);
	/* The file of the same name in /etc masks that of the vendor. */
	assert_int_equal(system_find_sysctl(model, "net.ipv4.ipfrag_time")->persistent.state,
			 FACT_ABSENT);
	const struct system_sysctl *cookies = system_find_sysctl(model, "net.ipv4.tcp_syncookies");
	assert_string_equal(origin_path(cookies->persistent.origin), "/etc/sysctl.d/90-site.conf");
	assert_int_equal(origin_line(cookies->persistent.origin), 4);
	assert_true(slice_is(cookies->running.value, "1"));
	assert_int_equal(model->diagnostics.count, 1);
	literal_loader_done(&literal);
}

static void sysctl_conf_is_last_without_systemd(void **state)
{
	(void)state;
	struct literal_loader literal;
	add_sysctl_files(&literal);
	const struct system_model *model = load(&literal);
	assert_false(model->has_systemd);
	assert_true(slice_is(persistent(model, "net.ipv4.tcp_syncookies"), "2"));
	literal_loader_done(&literal);
}

static void unread_sysctls_still_have_files(void **state)
{
	(void)state;
	struct literal_loader literal;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/etc/sysctl.conf", "net.ipv4.tcp_syncookies = 1\n");
	const struct system_model *model = load(&literal);
	const struct system_sysctl *item = system_find_sysctl(model, "net.ipv4.tcp_syncookies");
	assert_int_equal(item->running.state, FACT_UNREADABLE);
	assert_non_null(item->running.unread);
	assert_int_equal(item->persistent.state, FACT_PRESENT);
	literal_loader_done(&literal);
}

static void units_from_links_and_the_manager(void **state)
{
	(void)state;
	struct literal_loader literal;
	literal_loader_init(&literal);
	literal_loader_add(&literal, "/usr/lib/systemd/systemd", "");
	literal_loader_add(&literal, "/usr/lib/systemd/system/fail2ban.service", "");
	literal_loader_add(&literal, "/usr/lib/systemd/system/nftables.service", "");
	literal_loader_add(&literal, "/etc/systemd/system/multi-user.target.wants/fail2ban.service",
			   "");
	literal_loader_add(&literal, "/etc/systemd/system/multi-user.target.wants/gone.service",
			   "");
	literal_loader_add(&literal, "/etc/systemd/system/gone.service", "")->status.kind =
		FILE_OTHER;
	literal_loader_add(&literal, "/etc/init.d/asterisk", "");
	literal_loader_add(&literal, "/etc/rc3.d/S50asterisk", "");
	literal_loader_add(&literal, "units",
			   "fail2ban.service loaded active running Ban hosts\n"
			   "nftables.service loaded inactive dead nftables\n"
			   "absent.service not-found inactive dead absent.service\n");
	const struct system_model *model = load(&literal);
	const struct system_unit *unit = system_find_unit(model, "fail2ban");
	assert_true(unit->is_enabled && unit->is_active && unit->active_known && !unit->is_sysv);
	unit = system_find_unit(model, "nftables.service");
	assert_true(!unit->is_enabled && !unit->is_active && unit->active_known);
	assert_false(system_find_unit(model, "gone")->is_enabled);
	unit = system_find_unit(model, "asterisk");
	assert_true(unit->is_sysv && unit->is_enabled);
	assert_null(system_find_unit(model, "absent"));
	literal_loader_done(&literal);
}

static void processes_of_three_formats(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"       812        995          100 995                              asterisk      "
		"   "
		"/usr/sbin/asterisk -f -U asterisk\n"
		"         2          0          100 root                             kthreadd      "
		"   "
		"[kthreadd]\n",
		"USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND\n"
		"asterisk 812 0.1 2.0 1 2 ? Ssl 10:00 0:01 /usr/sbin/asterisk -f -U asterisk\n"
		"root 2 0.0 0.0 0 0 ? S 10:00 0:00 [kthreadd]\n",
		"UID PID PPID C STIME TTY TIME CMD\n"
		"asterisk 812 1 0 10:00 ? 00:00:01 /usr/sbin/asterisk -f -U asterisk\n",
	};
	for (size_t i = 0; i < 3; i++) {
		struct literal_loader literal;
		literal_loader_init(&literal);
		literal_loader_add(&literal, "/etc/passwd",
				   "asterisk:x:995:995::/var/lib/asterisk:/bin/false\n");
		literal_loader_add(&literal, "processes", texts[i]);
		const struct system_model *model = load(&literal);
		assert_int_equal(model->process_count, 1);
		const struct system_process *process = system_find_process(model, "asterisk");
		assert_non_null(process);
		assert_int_equal(process->pid, 812);
		assert_int_equal(process->uid, 995);
		assert_true(slice_is(process->user, "asterisk"));
		assert_true(slice_is(process->command, "/usr/sbin/asterisk -f -U asterisk"));
		assert_int_equal(process->started, i == 0 ? NOW - 100 : 0);
		literal_loader_done(&literal);
	}
}

static void addresses_of_two_formats(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"[{\"ifname\":\"lo\",\"flags\":[\"LOOPBACK\",\"UP\"],\"addr_info\":[{\"family\":"
		"\"inet\",\"local\":\"127.0.0.1\",\"prefixlen\":8}]},{\"ifname\":\"eth0\","
		"\"flags\":[\"UP\"],\"addr_info\":[{\"family\":\"inet6\",\"local\":\"2001:db8::7\","
		"\"prefixlen\":64},{\"local\":5},{}]}]",
		"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue\n"
		"    inet 127.0.0.1/8 scope host lo\n"
		"2: eth0: <BROADCAST,MULTICAST,UP> mtu 1500\n"
		"    inet6 2001:db8::7/64 scope global\n",
	};
	for (size_t i = 0; i < 2; i++) {
		struct literal_loader literal;
		literal_loader_init(&literal);
		literal_loader_add(&literal, "addresses", texts[i]);
		const struct system_model *model = load(&literal);
		assert_int_equal(model->address_count, 2);
		assert_true(model->addresses[0].is_loopback_interface);
		assert_true(slice_is(model->addresses[1].interface, "eth0"));
		assert_false(model->addresses[1].is_loopback_interface);
		assert_int_equal(model->addresses[1].prefix.length, 64);
		assert_int_equal(model->addresses[1].address.bytes[15], 7);
		assert_int_equal(model->addresses[1].prefix.address.bytes[15], 0);
		literal_loader_done(&literal);
	}
}

static void nothing_at_all(void **state)
{
	(void)state;
	struct literal_loader literal;
	literal_loader_init(&literal);
	const struct system_model *model = load(&literal);
	assert_int_equal(model->os_name.state, FACT_ABSENT);
	assert_int_equal(model->packages_state, FACT_UNREADABLE);
	assert_int_equal(model->accounts_state, FACT_ABSENT);
	assert_int_equal(model->processes_state, FACT_UNREADABLE);
	assert_null(system_find_sysctl(model, "net.ipv4.tcp_syncookies"));
	assert_null(system_find_unit(model, "ssh"));
	literal_loader_done(&literal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_a_debian),
		cmocka_unit_test(knows_an_old_centos),
		cmocka_unit_test(tells_passwords_apart),
		cmocka_unit_test(unreadable_shadow_is_unknown),
		cmocka_unit_test(sysctl_files_in_order_of_systemd),
		cmocka_unit_test(sysctl_conf_is_last_without_systemd),
		cmocka_unit_test(unread_sysctls_still_have_files),
		cmocka_unit_test(units_from_links_and_the_manager),
		cmocka_unit_test(processes_of_three_formats),
		cmocka_unit_test(addresses_of_two_formats),
		cmocka_unit_test(nothing_at_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
