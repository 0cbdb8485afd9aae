/* SPDX-License-Identifier: Apache-2.0
 *
 * One host as its programs understand it: pointers to the models, no fields of its own. A pointer
 * is never NULL in an audit; test literals may leave out what a check does not look at.
 */
#ifndef RINGFENCE_MODEL_MODEL_H
#define RINGFENCE_MODEL_MODEL_H

struct activity_model;
struct advisory_table;
struct asterisk_model;
struct ban_model;
struct certificate_model;
struct firewall_model;
struct gui_modules;
struct jail_model;
struct login_model;
struct reach_model;
struct scan_result;
struct service_units;
struct site;
struct socket_model;
struct ssh_people;
struct sshd_model;
struct system_model;
struct file_model;
struct web_intrusion;
struct web_model;

struct model {
	const struct site *site;
	/* audit/kernel/system_model.h, audit/kernel/file_model.h */
	const struct system_model *host;
	const struct file_model *files;
	/* audit/network/socket_model.h */
	const struct socket_model *sockets;
	/* audit/kernel/unit_security.h: units whose sockets face the network, and Asterisk's */
	const struct service_units *service_units;
	/* audit/firewall/firewall_model.h (rules, live and saved), reach_model.h (what they do) */
	const struct firewall_model *firewall;
	const struct reach_model *reach;
	/* audit/sshd/sshd_model.h */
	const struct sshd_model *sshd;
	/* Made by the checks for themselves while they run (checks/ssh_scope.h); else NULL. */
	const struct ssh_people *ssh_people;
	/* audit/login/login_model.h: su, sudo, PAM */
	const struct login_model *login;
	/* audit/asterisk/asterisk_model.h: sip, pjsip, iax, dialplan, manager, http, ... */
	const struct asterisk_model *asterisk;
	/* audit/certificate/certificate_model.h: what Asterisk and the web server use */
	const struct certificate_model *certificates;
	/* audit/kernel/web_model.h: web server and GUI of the PBX */
	const struct web_model *web;
	/* audit/kernel/web_intrusion.h */
	const struct web_intrusion *web_intrusion;
	/* audit/advisory/advisory_table.h: known holes; gui_modules.h: the GUI's modules */
	const struct advisory_table *advisories;
	const struct gui_modules *gui_modules;
	/* audit/fail2ban/jail_model.h */
	const struct jail_model *jails;
	/* audit/model/ban_model.h: what the jails would have done */
	const struct ban_model *bans;
	/* audit/logs/activity_model.h */
	const struct activity_model *activity;
	/* audit/scan/scan_result.h: what a scan from outside saw; NULL: none was given */
	const struct scan_result *outside;
};

#endif
