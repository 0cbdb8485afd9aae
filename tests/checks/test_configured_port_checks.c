/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/sip_model.h"
#include "tests/checks/literal_host.h"

struct configured {
	struct literal_host host;
	struct listening_socket sockets[4];
	struct asterisk_settings settings;
	struct sip_model sip;
	struct admin_access_model admin;
	struct asterisk_model asterisk;
};

static const struct slice running[] = { { .data = "chan_sip.so", .size = 11 } };

/* chan_sip on UDP 5060 of all addresses, and nothing else. */
static void begin(struct configured *self)
{
	*self = (struct configured){
		.sip = { .is_loaded = true },
		.settings = { .running_state = FACT_PRESENT,
			      .running_modules = running,
			      .running_module_count = ARRAY_SIZE(running) },
	};
	literal_host_init(&self->host);
	self->sip.general.udp = (struct sip_bind){ .is_enabled = true, .port = 5060 };
	self->asterisk = (struct asterisk_model){
		.settings = &self->settings,
		.sip = &self->sip,
		.admin = &self->admin,
	};
	self->host.model.asterisk = &self->asterisk;
	self->host.sockets.sockets = self->sockets;
}

static void listens(struct configured *self, enum transport_protocol protocol, const char *address,
		    uint16_t port, const char *process)
{
	self->sockets[self->host.sockets.count++] = (struct listening_socket){
		.protocol = protocol,
		.address = literal_prefix(address).address,
		.port = port,
		.process = slice_of(process),
	};
}

static void ports_as_configured_pass(void **state)
{
	(void)state;
	struct configured self;
	begin(&self);
	assert_int_equal(literal_judge(&self.host, "NET-009"), STATUS_NOT_APPLICABLE);
	listens(&self, TRANSPORT_UDP, "0.0.0.0/32", 5060, "asterisk");
	/* Media. */
	listens(&self, TRANSPORT_UDP, "0.0.0.0/32", 12000, "asterisk");
	listens(&self, TRANSPORT_TCP, "0.0.0.0/32", 22, "sshd");
	assert_int_equal(literal_judge(&self.host, "NET-009"), STATUS_PASS);
	literal_host_done(&self.host);
}

static void what_does_not_listen_fails(void **state)
{
	(void)state;
	struct configured self;
	begin(&self);
	listens(&self, TRANSPORT_UDP, "127.0.0.1/32", 5060, "asterisk");
	self.sip.general.tls = (struct sip_bind){ .is_enabled = true, .port = 5061 };
	assert_int_equal(literal_judge(&self.host, "NET-009"), STATUS_FAIL);
	assert_int_equal(self.host.verdict.fail_count, 1);
	/* Bound to another address than the file says. */
	self.sip.general.tls.is_enabled = false;
	self.sip.general.udp.address = literal_prefix("192.0.2.1/32").address;
	assert_int_equal(literal_judge(&self.host, "NET-009"), STATUS_FAIL);
	literal_host_done(&self.host);
}

static void another_program_on_the_port_fails(void **state)
{
	(void)state;
	struct configured self;
	begin(&self);
	listens(&self, TRANSPORT_UDP, "0.0.0.0/32", 5060, "kamailio");
	listens(&self, TRANSPORT_UDP, "0.0.0.0/32", 4569, "asterisk");
	assert_int_equal(literal_judge(&self.host, "NET-009"), STATUS_FAIL);
	/* Whose it is could not be told: it may be Asterisk's. */
	self.sockets[0].process = SLICE("");
	assert_int_equal(literal_judge(&self.host, "NET-009"), STATUS_PASS);
	literal_host_done(&self.host);
}

static void a_port_that_no_file_asks_for_fails(void **state)
{
	(void)state;
	struct configured self;
	begin(&self);
	listens(&self, TRANSPORT_UDP, "0.0.0.0/32", 5060, "asterisk");
	listens(&self, TRANSPORT_TCP, "0.0.0.0/32", 5038, "asterisk");
	assert_int_equal(literal_judge(&self.host, "NET-009"), STATUS_FAIL);
	self.admin.manager = (struct admin_bind){ .is_enabled = true, .port = 5038 };
	assert_int_equal(literal_judge(&self.host, "NET-009"), STATUS_PASS);
	literal_host_done(&self.host);
}

static void without_sockets_it_is_unknown(void **state)
{
	(void)state;
	struct configured self;
	begin(&self);
	self.host.sockets.state = FACT_ABSENT;
	assert_int_equal(literal_judge(&self.host, "NET-009"), STATUS_UNKNOWN);
	literal_host_done(&self.host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports_as_configured_pass),
		cmocka_unit_test(what_does_not_listen_fails),
		cmocka_unit_test(another_program_on_the_port_fails),
		cmocka_unit_test(a_port_that_no_file_asks_for_fails),
		cmocka_unit_test(without_sockets_it_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
