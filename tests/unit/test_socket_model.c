/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/base/arena.h"
#include "audit/network/socket_model.h"
#include "tests/literal_loader.h"

static const struct socket_model *load(struct literal_loader *literal, const char *text)
{
	literal_loader_init(literal);
	literal_loader_add(literal, "/etc/passwd",
			   "root:x:0:0::/root:/bin/sh\nasterisk:x:995:995::/:/bin/false\n");
	if (text)
		literal_loader_add(literal, "ss", text);
	const struct socket_model *model = socket_model_load(&literal->loader);
	assert_non_null(model);
	return model;
}

static void reads_current_ss(void **state)
{
	(void)state;
	struct literal_loader literal;
	const struct socket_model *model = load(
		&literal, "udp   UNCONN 0      0      0.0.0.0%eth0:68   0.0.0.0:*    "
			  "users:((\"dhclient\",pid=300,fd=7)) ino:1 sk:1 "
			  "cgroup:/system.slice/x.service <->\n"
			  "udp   UNCONN 0 0 *:5060 *:* users:((\"asterisk\",pid=812,fd=14)) "
			  "uid:995 ino:2 sk:2 "
			  "cgroup:/system.slice/asterisk.service v6only:0 <->\n"
			  "tcp   LISTEN 0 128 [::]:22 [::]:* "
			  "users:((\"sshd\",pid=811,fd=3),(\"systemd\",pid=1,fd=90)) ino:3 sk:3 "
			  "cgroup:/system.slice/ssh.service v6only:1 <->\n"
			  "tcp   LISTEN 0 80 127.0.0.1:3306 0.0.0.0:* ino:4 sk:4 <->\n"
			  "tcp   LISTEN 0 80 [::ffff:192.0.2.7]:80 *:* "
			  "users:((\"a b\",\"x)) uid:7\",pid=9,fd=1)) ino:5 sk:5 <->\n");
	assert_int_equal(model->state, FACT_PRESENT);
	assert_int_equal(model->count, 5);
	assert_false(model->has_all_processes);
	const struct listening_socket *sockets = model->sockets;
	assert_true(slice_is(sockets[0].interface, "eth0"));
	assert_int_equal(sockets[0].port, 68);
	assert_true(slice_is(sockets[1].process, "asterisk"));
	assert_true(slice_is(sockets[1].user, "asterisk"));
	assert_true(slice_is(sockets[1].unit, "asterisk.service"));
	assert_true(sockets[1].takes_ipv4);
	assert_int_equal(sockets[1].address.family, ADDRESS_IPV6);
	assert_int_equal(sockets[1].pid, 812);
	assert_true(slice_is(sockets[2].process, "sshd"));
	assert_true(slice_is(sockets[2].user, "root"));
	assert_false(sockets[2].takes_ipv4);
	assert_true(listening_socket_is_loopback(&sockets[3]));
	assert_int_equal(sockets[3].process.size, 0);
	assert_int_equal(sockets[4].address.family, ADDRESS_IPV4);
	assert_true(slice_is(sockets[4].user, "root"));
	assert_int_equal(origin_line(sockets[3].origin), 4);
	literal_loader_done(&literal);
}

static void reads_old_ss(void **state)
{
	(void)state;
	struct literal_loader literal;
	const struct socket_model *model =
		load(&literal,
		     "Netid  State      Recv-Q Send-Q     Local Address:Port       Peer "
		     "Address:Port\n"
		     "udp    UNCONN     0      0                      *:5060                  *:* "
		     "     users:((\"asterisk\",2101,18))\n"
		     "tcp    LISTEN     0      128                   :::22                   :::* "
		     "     users:((\"sshd\",1500,4))\n"
		     "tcp    LISTEN     0      128                    *:22                    *:* "
		     "     users:((\"sshd\",1500,3))\n");
	assert_int_equal(model->count, 3);
	assert_true(model->has_all_processes);
	assert_int_equal(model->sockets[0].address.family, ADDRESS_IPV4);
	assert_true(slice_is(model->sockets[0].process, "asterisk"));
	assert_int_equal(model->sockets[0].pid, 2101);
	/* Made without -e: whose it is was not told. */
	assert_int_equal(model->sockets[0].user.size, 0);
	assert_int_equal(model->sockets[1].address.family, ADDRESS_IPV6);
	assert_int_equal(model->sockets[2].address.family, ADDRESS_IPV4);
	literal_loader_done(&literal);
}

static void odd_text_is_left_out_and_said(void **state)
{
	(void)state;
	struct literal_loader literal;
	const struct socket_model *model =
		load(&literal, "tcp LISTEN 0 1 192.0.2.1:99999 *:*\n"
			       "tcp LISTEN\n"
			       "udp UNCONN 0 0 nonsense *:*\n"
			       "tcp ESTAB 0 0 192.0.2.1:22 192.0.2.9:5000\n"
			       "\n"
			       "???\n");
	/* A text without one socket is no proof that nobody listens. */
	assert_int_equal(model->state, FACT_UNREADABLE);
	assert_non_null(model->unread);
	assert_int_equal(model->count, 0);
	assert_int_equal(model->diagnostics.count, 3);
	literal_loader_done(&literal);
}

static void unread_is_not_none(void **state)
{
	(void)state;
	struct literal_loader literal;
	const struct socket_model *model = load(&literal, NULL);
	assert_int_equal(model->state, FACT_UNREADABLE);
	assert_int_equal(model->count, 0);
	literal_loader_done(&literal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_current_ss),
		cmocka_unit_test(reads_old_ss),
		cmocka_unit_test(odd_text_is_left_out_and_said),
		cmocka_unit_test(unread_is_not_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
