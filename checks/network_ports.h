/* SPDX-License-Identifier: Apache-2.0
 *
 * Which services the group NET knows, by port and by program: the one table that its checks and the
 * plan read.
 */
#ifndef RINGFENCE_CHECKS_NETWORK_PORTS_H
#define RINGFENCE_CHECKS_NETWORK_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct reach_service;

struct network_port {
	/* Bit 0: TCP, bit 1: UDP. */
	uint8_t protocols;
	uint16_t first;
	uint16_t last;
	const char *name;
};

struct network_process {
	/* comm, as ss prints it: at most 15 bytes. */
	const char *name;
	/* What to stop; NULL: the unit of the socket. */
	const char *unit;
};

struct network_class {
	/* The row that judges it: "NET-001". */
	const char *check;
	const struct network_port *ports;
	size_t port_count;
	/* Count on any port. Ends with a row without name; NULL: none. */
	const struct network_process *processes;
	/* The port counts only when it is this process's, or nobody's that is known. */
	const char *only_process;
	/* What it is called when nothing listens: "no database listens". */
	const char *nothing;
	/* Private networks are too many already. */
	bool networks_fail;
};

extern const struct network_class network_class_databases;
extern const struct network_class network_class_sharing;
extern const struct network_class network_class_mail;
extern const struct network_class network_class_clear_text;
extern const struct network_class network_class_signalling;

/* The program of SERVICE where CLASS names it, else NULL. */
const struct network_process *network_class_process(const struct network_class *class,
						    const struct reach_service *service);

/* What SERVICE is as a member of CLASS: a name for people; NULL when it is none. */
const char *network_class_member(const struct network_class *class,
				 const struct reach_service *service);

/* The check that judges SERVICE by its port or program, here or in the groups of Asterisk's own
 * interfaces: "NET-001", "AMI-001"; NULL when none does. SSH, SIP and the web server are not asked
 * for (service_is_ssh and its like in checks/service_reach.h). */
const char *network_check_of(const struct reach_service *service);

#endif
