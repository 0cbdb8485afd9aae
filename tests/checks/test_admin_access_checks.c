/* SPDX-License-Identifier: Apache-2.0
 *
 * Literal files read by the real readers, on a literal host with or without sockets.
 */
#include "tests/checks/asterisk_case.h"

#include "tests/checks/literal_host.h"

#define ON "[general]\nenabled=yes\n"
#define TIGHT "deny=0.0.0.0/0.0.0.0\ndeny=::/0\npermit=127.0.0.1/255.255.255.255\n"
#define USER "[crm]\nsecret=vW8kqZt3Lm9xRb5f\n"
#define HTTP "[general]\nenabled=yes\nbindaddr=0.0.0.0\n"

enum host_state {
	/* Nobody listens; rules let nobody in. */
	CLOSED,
	/* The world reaches 5038 and 8088. */
	OPEN,
	UNREAD,
};

static enum finding_status judged(const char *id, enum host_state state, const char *name,
				  const char *text, const char *other_name, const char *other_text)
{
	struct asterisk_case self;
	struct literal_host host;
	asterisk_case_begin(&self, "16.28.0", name, text, other_name, other_text, NULL);
	literal_host_init(&host);
	if (state == OPEN) {
		literal_service(&host, IPPROTO_TCP, 5038, "asterisk", "0.0.0.0/0", REACH_ACCEPT);
		literal_service(&host, IPPROTO_TCP, 8088, "asterisk", "0.0.0.0/0", REACH_ACCEPT);
	}
	if (state == UNREAD)
		host.sockets.state = FACT_UNREADABLE;
	self.model.sockets = &host.sockets;
	self.model.reach = &host.reach;
	self.model.host = &host.host;
	enum finding_status status = asterisk_case_status(&self, id);
	literal_host_done(&host);
	asterisk_case_end(&self);
	return status;
}

static enum finding_status manager(const char *id, enum host_state state, const char *text)
{
	return judged(id, state, "manager.conf", text, NULL, NULL);
}

static void the_port_is_for_this_host(void **state)
{
	(void)state;
	assert_int_equal(manager("AMI-001", OPEN, ON USER TIGHT), STATUS_FAIL);
	assert_int_equal(manager("AMI-001", CLOSED, ON "bindaddr=127.0.0.1\n"), STATUS_PASS);
	assert_int_equal(manager("AMI-001", CLOSED, ON), STATUS_PASS);
	assert_int_equal(manager("AMI-001", UNREAD, ON), STATUS_UNKNOWN);
	assert_int_equal(manager("AMI-001", UNREAD, ON "bindaddr=127.0.0.1\n"), STATUS_PASS);
	assert_int_equal(manager("AMI-001", CLOSED, "[general]\n"), STATUS_NOT_APPLICABLE);
	/* A template is no [general]. */
	assert_int_equal(manager("AMI-001", CLOSED, "[general](!)\nenabled=yes\n"),
			 STATUS_NOT_APPLICABLE);
	/* The file is off, the running Asterisk still listens. */
	assert_int_equal(manager("AMI-001", OPEN, "[general]\nenabled=no\n"), STATUS_FAIL);
	assert_int_equal(manager("AMI-001", CLOSED, NULL), STATUS_UNKNOWN);
}

static void users_limit_their_sources(void **state)
{
	(void)state;
	assert_int_equal(manager("AMI-002", OPEN, ON USER), STATUS_FAIL);
	assert_int_equal(manager("AMI-002", OPEN, ON USER TIGHT), STATUS_PASS);
	/* permit alone denies nobody. */
	assert_int_equal(manager("AMI-002", OPEN, ON USER "permit=127.0.0.1/32\n"), STATUS_FAIL);
	assert_int_equal(
		manager("AMI-002", OPEN, ON USER "deny=0.0.0.0/0\npermit=198.51.100.0/24\n"),
		STATUS_FAIL);
	/* IPv4 alone is not enough where the socket takes IPv6. */
	assert_int_equal(manager("AMI-002", CLOSED, ON "bindaddr=127.0.0.1\n" USER), STATUS_PASS);
	assert_int_equal(manager("AMI-002", OPEN, ON "[crm]\nread=call\n"), STATUS_NOT_APPLICABLE);
	assert_int_equal(manager("AMI-002", OPEN, NULL), STATUS_UNKNOWN);
}

static void rights_are_few(void **state)
{
	(void)state;
	assert_int_equal(manager("AMI-003", OPEN, ON USER TIGHT "write=call\n"), STATUS_PASS);
	assert_int_equal(manager("AMI-003", OPEN, ON USER TIGHT "write=call,originate\n"),
			 STATUS_FAIL);
	assert_int_equal(manager("AMI-003", OPEN, ON USER TIGHT "write=all\n"), STATUS_FAIL);
	/* A word before the last may be the beginning of a right: "sys" gives system. */
	assert_int_equal(manager("AMI-003", OPEN, ON USER TIGHT "write=sys,call\n"), STATUS_FAIL);
	/* The last must be all of it; blanks belong to the word. */
	assert_int_equal(manager("AMI-003", OPEN, ON USER TIGHT "write=call, system\n"),
			 STATUS_PASS);
	assert_int_equal(manager("AMI-003", CLOSED, "[general]\n"), STATUS_NOT_APPLICABLE);
	assert_int_equal(manager("AMI-003", OPEN, NULL), STATUS_UNKNOWN);
}

static void other_hosts_use_tls(void **state)
{
	(void)state;
	const char *away = ON USER "deny=0.0.0.0/0\npermit=198.51.100.0/24\n";
	assert_int_equal(manager("AMI-004", OPEN, away), STATUS_FAIL);
	assert_int_equal(manager("AMI-004", OPEN,
				 ON "tlsenable=yes\n" USER "deny=0.0.0.0/0\ndeny=::/0\n"
				    "permit=198.51.100.0/24\n"),
			 STATUS_PASS);
	assert_int_equal(manager("AMI-004", OPEN, ON USER TIGHT), STATUS_PASS);
	assert_int_equal(manager("AMI-004", OPEN, ON), STATUS_NOT_APPLICABLE);
	assert_int_equal(manager("AMI-004", OPEN, NULL), STATUS_UNKNOWN);
}

static void the_manager_is_not_on_the_web(void **state)
{
	(void)state;
	const char *web = ON "webenabled=yes\n";
	assert_int_equal(judged("AMI-005", OPEN, "manager.conf", web, "http.conf", HTTP),
			 STATUS_FAIL);
	assert_int_equal(judged("AMI-005", OPEN, "manager.conf", ON, "http.conf", HTTP),
			 STATUS_PASS);
	assert_int_equal(judged("AMI-005", CLOSED, "manager.conf", web, NULL, NULL), STATUS_PASS);
	assert_int_equal(judged("AMI-005", UNREAD, "manager.conf", web, "http.conf", HTTP),
			 STATUS_UNKNOWN);
	assert_int_equal(judged("AMI-005", OPEN, "manager.conf", NULL, NULL, NULL), STATUS_UNKNOWN);
}

static void waiting_sessions_are_few(void **state)
{
	(void)state;
	assert_int_equal(manager("AMI-006", OPEN, ON "authtimeout=300\n"), STATUS_FAIL);
	assert_int_equal(manager("AMI-006", OPEN, ON "authlimit=5000\n"), STATUS_FAIL);
	assert_int_equal(manager("AMI-006", OPEN, ON), STATUS_PASS);
	assert_int_equal(manager("AMI-006", CLOSED, ON "authtimeout=300\nbindaddr=127.0.0.1\n"),
			 STATUS_PASS);
	assert_int_equal(manager("AMI-006", UNREAD, ON "authtimeout=300\n"), STATUS_UNKNOWN);
	assert_int_equal(manager("AMI-006", CLOSED, "[general]\n"), STATUS_NOT_APPLICABLE);
}

static enum finding_status http(const char *id, enum host_state state, const char *text)
{
	return judged(id, state, "http.conf", text, NULL, NULL);
}

static void the_http_server_stays_inside(void **state)
{
	(void)state;
	assert_int_equal(http("HTTP-001", OPEN, HTTP), STATUS_FAIL);
	assert_int_equal(http("HTTP-001", CLOSED, "[general]\nenabled=yes\nbindaddr=127.0.0.1\n"),
			 STATUS_PASS);
	/* Without an address nothing listens. */
	assert_int_equal(http("HTTP-001", CLOSED, "[general]\nenabled=yes\n"),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(http("HTTP-001", UNREAD, HTTP), STATUS_UNKNOWN);
	assert_int_equal(http("HTTP-001", OPEN, NULL), STATUS_UNKNOWN);
}

static void pages_are_off(void **state)
{
	(void)state;
	/* On by default in 16. */
	assert_int_equal(http("HTTP-002", OPEN, HTTP), STATUS_FAIL);
	assert_int_equal(http("HTTP-002", OPEN, HTTP "enable_status=no\n"), STATUS_PASS);
	assert_int_equal(http("HTTP-002", OPEN, HTTP "enable_status=no\nenablestatic=yes\n"),
			 STATUS_FAIL);
	assert_int_equal(http("HTTP-002", CLOSED, HTTP), STATUS_PASS);
	assert_int_equal(http("HTTP-002", UNREAD, HTTP), STATUS_UNKNOWN);
	assert_int_equal(http("HTTP-002", CLOSED, "[general]\n"), STATUS_NOT_APPLICABLE);
}

static enum finding_status ari(const char *id, enum host_state state, const char *text)
{
	return judged(id, state, "http.conf", HTTP, "ari.conf", text);
}

static void ari_users_are_strong(void **state)
{
	(void)state;
	const char *weak = "[general]\n[app]\ntype=user\npassword=secret\n";
	const char *strong = "[general]\n[app]\ntype=user\npassword=vW8kqZt3Lm9xRb5f\n";
	assert_int_equal(ari("HTTP-003", CLOSED, weak), STATUS_FAIL);
	assert_int_equal(ari("HTTP-003", CLOSED, strong), STATUS_PASS);
	assert_int_equal(ari("HTTP-003", OPEN, strong), STATUS_FAIL);
	assert_int_equal(ari("HTTP-003", UNREAD, strong), STATUS_UNKNOWN);
	assert_int_equal(ari("HTTP-003", CLOSED, "[general]\nenabled=no\n"), STATUS_NOT_APPLICABLE);
	assert_int_equal(ari("HTTP-003", CLOSED, NULL), STATUS_UNKNOWN);
}

static void ari_names_its_pages(void **state)
{
	(void)state;
	assert_int_equal(ari("HTTP-004", OPEN, "[general]\nallowed_origins = *\n"), STATUS_FAIL);
	assert_int_equal(ari("HTTP-004", OPEN, "[general]\nallowed_origins=https://app.example\n"),
			 STATUS_PASS);
	assert_int_equal(ari("HTTP-004", OPEN, "[general]\n"), STATUS_PASS);
	assert_int_equal(ari("HTTP-004", OPEN, NULL), STATUS_UNKNOWN);
	assert_int_equal(http("HTTP-004", CLOSED, HTTP), STATUS_NOT_APPLICABLE);
}

static void websockets_use_tls(void **state)
{
	(void)state;
	const char *sip = "[general]\n[2041]\ntype=friend\nhost=dynamic\n";
	assert_int_equal(judged("HTTP-005", OPEN, "http.conf", HTTP, "sip.conf", sip), STATUS_FAIL);
	assert_int_equal(judged("HTTP-005", OPEN, "http.conf", HTTP, "sip.conf",
				"[general]\nwebsocket_enabled=no\n"),
			 STATUS_NOT_APPLICABLE);
	assert_int_equal(judged("HTTP-005", CLOSED, "http.conf", HTTP, "sip.conf", sip),
			 STATUS_PASS);
	assert_int_equal(judged("HTTP-005", UNREAD, "http.conf", HTTP, "sip.conf", sip),
			 STATUS_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_port_is_for_this_host),
		cmocka_unit_test(users_limit_their_sources),
		cmocka_unit_test(rights_are_few),
		cmocka_unit_test(other_hosts_use_tls),
		cmocka_unit_test(the_manager_is_not_on_the_web),
		cmocka_unit_test(waiting_sessions_are_few),
		cmocka_unit_test(the_http_server_stays_inside),
		cmocka_unit_test(pages_are_off),
		cmocka_unit_test(ari_users_are_strong),
		cmocka_unit_test(ari_names_its_pages),
		cmocka_unit_test(websockets_use_tls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
