/* SPDX-License-Identifier: Apache-2.0
 *
 * As whom the services that face the network run, and how far systemd shuts them in. Asterisk's own
 * account is FILE-002's business, the web server's WEB-007's.
 */
#include "audit/base/attributes.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/unit_security.h"
#include "audit/model/model.h"
#include "audit/model/service_build.h"
#include "audit/network/socket_model.h"
#include "checks/check.h"
#include "checks/exposure_of.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

/* Settings that are named in evidence, the weightiest first. */
#define MISSING_NAMED_MAX 5

/* The part of their work that reads strangers' bytes is done under another account, or it needs
 * root for every one of them: logins, mounts, tunnels, addresses of the host. */
static const char *const root_by_design[] = {
	"sshd",         "sshd-session", "systemd",         "init",
	"apache2",      "httpd",        "nginx",           "master",
	"dovecot",      "cyrus-master", "exim4",           "exim",
	"smbd",         "nmbd",         "rpcbind",         "rpc.mountd",
	"rpc.statd",    "cupsd",        "xinetd",          "inetd",
	"ntpd",         "chronyd",      "named",           "dnsmasq",
	"vsftpd",       "proftpd",      "pure-ftpd",       "openvpn",
	"charon",       "dhclient",     "dhcpcd",          "NetworkManager",
	"docker-proxy", "dockerd",      "systemd-network", "systemd-resolve",
};

static bool is_root_by_design(struct slice process)
{
	for (size_t i = 0; i < ARRAY_SIZE(root_by_design); i++)
		if (slice_is(process, root_by_design[i]))
			return true;
	return false;
}

/* Records unknown where the list of sockets is not there. */
static bool sockets_are_there(const struct model *model, struct verdict *verdict)
{
	if (model->sockets->state == FACT_PRESENT)
		return true;
	verdict_unknown(verdict, model->sockets->unread);
	return false;
}

/* Several sockets of one program are one subject: is this the first of them? */
static bool is_first(const struct socket_model *sockets, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (!listening_socket_is_loopback(&sockets->sockets[i]) &&
		    slice_equal(sockets->sockets[i].process, sockets->sockets[index].process) &&
		    slice_equal(sockets->sockets[i].user, sockets->sockets[index].user))
			return false;
	return true;
}

static enum exposure exposure_of_socket(const struct model *model,
					const struct listening_socket *socket)
{
	return exposure_of_port(model, (uint8_t)socket->protocol, socket->port);
}

static void judge_account(const struct model *model, const struct listening_socket *socket,
			  struct verdict *verdict)
{
	const char *process = verdict_text(verdict, socket->process);
	if (socket->process.size == 0 || socket->user.size == 0) {
		verdict_unknown_because(
			verdict, "the program behind a socket", "its process is not known",
			"run as root, or save `ss -H -tulnpe` of root as the probe ss");
		return;
	}
	if (!slice_is(socket->user, "root") && !slice_is(socket->user, "0"))
		verdict_pass(verdict, socket->origin, process, "runs as %s",
			     verdict_text(verdict, socket->user));
	else if (is_root_by_design(socket->process))
		verdict_note(verdict, socket->origin, process,
			     "starts as root and hands strangers to lesser accounts, or needs root "
			     "for them");
	else
		verdict_fail(verdict, exposure_of_socket(model, socket), socket->origin, process,
			     "answers %s port %u as root",
			     transport_protocol_name(socket->protocol), socket->port);
}

static void evaluate_accounts(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	(void)check;
	const struct socket_model *sockets = model->sockets;
	if (!sockets_are_there(model, verdict))
		return;
	for (size_t i = 0; i < sockets->count; i++) {
		const struct listening_socket *socket = &sockets->sockets[i];
		/* Without a process too: the kernel's own NFS and WireGuard, seen by root. */
		bool is_kernel = socket->process.size == 0 && sockets->has_all_processes;
		if (listening_socket_is_loopback(socket) || is_kernel || !is_first(sockets, i) ||
		    slice_is(socket->process, "asterisk"))
			continue;
		judge_account(model, socket, verdict);
	}
	if (verdict->fail_count > 0)
		verdict_advice(
			verdict,
			"Give each of these programs an account of its own: User= and Group= "
			"by `systemctl edit UNIT`, its files handed over to it, and "
			"AmbientCapabilities=CAP_NET_BIND_SERVICE where its port is below "
			"1024; or stop it, if nobody needs it.");
	else if (verdict->pass_count + verdict->unknown_count == 0)
		verdict_pass(verdict, ORIGIN_NONE, "listening programs",
			     "none but those that need root answers the network as root");
}

/* Shells of people who logged in are children of it: what confines it, confines them. */
static bool serves_logins(const struct service_unit *unit)
{
	return slice_is(slice_of(unit->name), "ssh.service") ||
	       slice_is(slice_of(unit->name), "sshd.service");
}

static const char *missing_text(struct verdict *verdict, const struct unit_security *security)
{
	char text[200] = "";
	size_t size = 0;
	for (size_t i = 0; i < security->missing_count && i < MISSING_NAMED_MAX; i++) {
		size_t length = strlen(security->missing[i]);
		if (size + length + 3 > sizeof(text))
			break;
		memcpy(text + size, i ? ", " : "", i ? 2 : 0);
		size += i ? 2 : 0;
		memcpy(text + size, security->missing[i], length);
		size += length;
	}
	return verdict_text(verdict, (struct slice){ .data = text, .size = size });
}

/* The widest exposure of the sockets that UNIT holds. */
static enum exposure exposure_of_unit(const struct model *model, const struct service_unit *unit)
{
	enum exposure widest = EXPOSURE_HOST;
	for (size_t i = 0; i < model->sockets->count; i++) {
		const struct listening_socket *socket = &model->sockets->sockets[i];
		if (slice_is(service_unit_of(model, socket), unit->name))
			widest = exposure_wider(widest, exposure_of_socket(model, socket));
	}
	return widest;
}

static void judge_unit(const struct model *model, const struct service_unit *unit,
		       struct verdict *verdict)
{
	const struct unit_security *security = &unit->security;
	if (unit->settings.state == FACT_UNREADABLE) {
		verdict_unknown(verdict, unit->settings.unread);
		return;
	}
	if (unit->settings.state == FACT_ABSENT) {
		verdict_note(verdict, ORIGIN_NONE, unit->name,
			     "has no unit file: made at run time, or by a start script");
		return;
	}
	const char *level = unit_exposure_name(security->exposure);
	unsigned int whole = security->exposure / 10, tenth = security->exposure % 10;
	struct origin origin = unit->settings.count ? unit->settings.items[0].origin : ORIGIN_NONE;
	if (serves_logins(unit))
		verdict_note(verdict, origin, unit->name,
			     "exposure %u.%u %s; what confines sshd would confine everybody who "
			     "logs in",
			     whole, tenth, level);
	else if (security->exposure >= UNIT_EXPOSURE_UNSAFE)
		verdict_fail(verdict, exposure_of_unit(model, unit), origin, unit->name,
			     "exposure %u.%u %s, as %s; nothing sets %s", whole, tenth, level,
			     security->is_privileged ? "root"
						     : verdict_text(verdict, security->user),
			     missing_text(verdict, security));
	else
		verdict_pass(verdict, origin, unit->name, "exposure %u.%u %s", whole, tenth, level);
}

static void evaluate_confinement(const struct check *check, const struct model *model,
				 struct verdict *verdict)
{
	(void)check;
	if (!model->host->has_systemd) {
		verdict_not_applicable(verdict, "this host starts its services without systemd");
		return;
	}
	if (!sockets_are_there(model, verdict))
		return;
	for (size_t i = 0; i < model->service_units->count; i++)
		judge_unit(model, &model->service_units->units[i], verdict);
	if (!model->sockets->has_all_processes)
		verdict_unknown_because(verdict, "the units behind some sockets",
					"their processes are not known", "run as root");
	if (verdict->fail_count > 0)
		verdict_advice(verdict,
			       "`systemd-analyze security UNIT` lists every setting with its "
			       "weight; `systemctl edit UNIT` adds them. Add a few at a time and "
			       "try the service after each.");
	else if (verdict->pass_count + verdict->unknown_count == 0)
		verdict_pass(verdict, ORIGIN_NONE, "services", "none but sshd faces the network");
}

/* Mounts and capabilities alone, nothing of seccomp: with that systemd would set no_new_privs for
 * a service that has no CAP_SYS_ADMIN, and a voicemail's sendmail, which is set-group-id, would
 * send no more. Voicemail PINs are written back to /etc/asterisk. */
static const char confine_asterisk[] =
	"[Service]\\n"
	"ProtectSystem=full\\n"
	"ReadWritePaths=-/etc/asterisk\\n"
	"ProtectHome=read-only\\n"
	"ProtectControlGroups=yes\\n"
	"ProtectProc=invisible\\n"
	"PrivateMounts=yes\\n"
	"CapabilityBoundingSet=CAP_CHOWN CAP_DAC_OVERRIDE CAP_FOWNER CAP_FSETID CAP_KILL "
	"CAP_SETGID CAP_SETUID CAP_NET_BIND_SERVICE CAP_NET_ADMIN CAP_NET_RAW CAP_IPC_LOCK "
	"CAP_SYS_NICE CAP_SYS_RESOURCE\\n";

static void remedy_confinement(const struct check *check, const struct model *model,
			       const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)model;
	for (size_t i = 0; i < verdict->count; i++) {
		const char *name = verdict->evidence[i].subject;
		const char *unit = remedy_quote(remedy, slice_of(name));
		if (verdict->evidence[i].role != EVIDENCE_FAILS)
			continue;
		if (!slice_is(slice_of(name), "asterisk.service")) {
			remedy_command(remedy, "systemd-analyze security --no-pager %s", unit);
			remedy_command(remedy,
				       "# then add to %s what it can do without, by "
				       "`systemctl edit %s`",
				       unit, unit);
			continue;
		}
		remedy_command(remedy, "mkdir -p /etc/systemd/system/%s.d", unit);
		remedy_command(remedy,
			       "printf '%s' > /etc/systemd/system/%s.d/60-ringfence-confine.conf",
			       confine_asterisk, unit);
		remedy_command(remedy, "systemctl daemon-reload");
		remedy_command(remedy, "# in a quiet hour, as calls end: systemctl restart %s",
			       unit);
		remedy_verify(remedy, "systemd-analyze security --no-pager %s | tail -1", unit);
		remedy_undo(remedy, "rm /etc/systemd/system/%s.d/60-ringfence-confine.conf", unit);
		remedy_undo(remedy, "systemctl daemon-reload");
		remedy_restarts(remedy, name);
		remedy_disrupts(remedy, DISRUPTION_CALLS_DROP);
	}
}

static const struct check rows[] = {
	{
		.id = "SVC-001",
		.title = "Services that face the network do not run as root",
		.why = "A hole in a program that answers strangers then is a hole into root.",
		.evaluates = "The account of each process that listens beyond loopback. Programs "
			     "that hand strangers to lesser accounts, or cannot do without root, "
			     "are named and pass; Asterisk is FILE-002's.",
		.likelihood = 4,
		.impact = 8,
		.level = LEVEL_BASIC,
		.references = { "systemd.exec(5)", "ss(8)" },
		.evaluate = evaluate_accounts,
	},
	{
		.id = "SVC-002",
		.title = "Services that face the network are confined by systemd",
		.why = "Whoever takes over such a service gets what it may do: with nothing set, "
		       "write to /usr, load kernel modules, trace other programs.",
		.evaluates =
			"The exposure level that `systemd-analyze security` of systemd 252 gives "
			"the unit of each program that listens beyond loopback, and Asterisk's, "
			"from unit files and drop-ins. Fails from 9.0 (UNSAFE): next to nothing is "
			"set. sshd is told only. What was set at run time is not seen.",
		.likelihood = 3,
		.impact = 5,
		.level = LEVEL_STRICT,
		.references = { "systemd-analyze(1)", "systemd.exec(5)" },
		.evaluate = evaluate_confinement,
		.remedy = remedy_confinement,
	},
};

CHECK_LIST(service_checks, rows);
