/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/model/ban_proof.h"

#include <netinet/in.h>
#include <time.h>

#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/filter_run.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/fail2ban/option_text.h"
#include "audit/kernel/web_model.h"
#include "audit/logs/activity_model.h"
#include "audit/logs/log_patterns.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"

/* The attacker of the lines below; RFC 5737. */
#define ATTACKER "203.0.113.99"
/* As version_number: res_pjsip came with 12, the level security with 10. */
#define PJSIP_SINCE 1200
#define SECURITY_SINCE 1000
/* Lines that one try makes. */
#define LINES_MAX 2
#define COVERAGE_MAX 256

struct attack_line {
	/* Asterisk's level; NULL: not Asterisk's. */
	const char *level;
	/* Its source file, or the whole head of another program. */
	const char *from;
	const char *text;
	enum log_kind kind;
};

struct attack {
	const char *name;
	enum ban_attack_service service;
	uint8_t protocol;
	uint16_t port;
	/* What one try writes. */
	struct attack_line lines[LINES_MAX];
};

#define EVENT(name, service, account, transport)                                                   \
	"SecurityEvent=\"" name "\",EventTV=\"2026-02-03T10:00:04.000+0000\",Severity=\"Error\","  \
	"Service=\"" service "\",EventVersion=\"2\",AccountID=\"" account "\",SessionID=\"0x7f\"," \
	"LocalAddress=\"IPV4/" transport "/192.0.2.1/5060\",RemoteAddress=\"IPV4/" transport       \
	"/" ATTACKER "/5071\",Challenge=\"4a\",ReceivedChallenge=\"4a\",ReceivedHash=\"0f\""
#define CHAN_SIP_LINES(transport)                                                                  \
	{                                                                                          \
		{ "notice", "chan_sip.c",                                                          \
		  "Registration from '<sip:100@192.0.2.1>' failed for '" ATTACKER                  \
		  ":5071' - Wrong password",                                                       \
		  LOG_SIP_REGISTRATION_WRONG_PASSWORD },                                           \
			{ "security", "res_security_log.c",                                        \
			  EVENT("InvalidPassword", "SIP", "100", transport),                       \
			  LOG_SECURITY_INVALID_PASSWORD },                                         \
	}
#define PJSIP_LINES(method, reason, kind, event, event_kind, transport)                            \
	{                                                                                          \
		{ "notice", "res_pjsip/pjsip_distributor.c",                                       \
		  "Request '" method "' from '<sip:100@192.0.2.1>' failed for '" ATTACKER          \
		  ":5071' (callid: 4a0f) - " reason,                                               \
		  kind },                                                                          \
			{ "security", "res_security_log.c",                                        \
			  EVENT(event, "PJSIP", "100", transport), event_kind },                   \
	}

/* What the programs write for one try of each kind; their sources are named in log_patterns.c. */
static const struct attack attacks[] = {
	{ "SSH password",
	  BAN_SERVICE_SSH,
	  IPPROTO_TCP,
	  22,
	  { { NULL, "Feb  3 10:00:04 host sshd[900]: ",
	      "Failed password for root from " ATTACKER " port 4000 ssh2",
	      LOG_SSH_FAILED_PASSWORD_ROOT } } },
	{ "SIP registration over UDP (chan_sip)", BAN_SERVICE_CHAN_SIP, IPPROTO_UDP, 5060,
	  CHAN_SIP_LINES("UDP") },
	{ "SIP registration over TCP (chan_sip)", BAN_SERVICE_CHAN_SIP, IPPROTO_TCP, 5060,
	  CHAN_SIP_LINES("TCP") },
	{ "SIP call of a stranger over UDP (chan_sip)",
	  BAN_SERVICE_CHAN_SIP,
	  IPPROTO_UDP,
	  5060,
	  { { "notice", "chan_sip.c",
	      "Call from '' (" ATTACKER ":5071) to extension '0044' rejected because extension "
	      "not found in context 'default'.",
	      LOG_SIP_EXTENSION_NOT_FOUND } } },
	{ "SIP registration over UDP (PJSIP)", BAN_SERVICE_PJSIP, IPPROTO_UDP, 5060,
	  PJSIP_LINES("REGISTER", "Failed to authenticate", LOG_PJSIP_FAILED_AUTHENTICATION,
		      "ChallengeResponseFailed", LOG_SECURITY_CHALLENGE_FAILED, "UDP") },
	{ "SIP registration over TCP (PJSIP)", BAN_SERVICE_PJSIP, IPPROTO_TCP, 5060,
	  PJSIP_LINES("REGISTER", "Failed to authenticate", LOG_PJSIP_FAILED_AUTHENTICATION,
		      "ChallengeResponseFailed", LOG_SECURITY_CHALLENGE_FAILED, "TCP") },
	{ "SIP from an unknown endpoint over UDP (PJSIP)", BAN_SERVICE_PJSIP, IPPROTO_UDP, 5060,
	  PJSIP_LINES("INVITE", "No matching endpoint found", LOG_PJSIP_NO_ENDPOINT,
		      "InvalidAccountID", LOG_SECURITY_INVALID_ACCOUNT, "UDP") },
	{ "manager login (AMI)",
	  BAN_SERVICE_MANAGER,
	  IPPROTO_TCP,
	  5038,
	  { { "notice", "manager.c", ATTACKER " failed to authenticate as 'admin'",
	      LOG_AMI_FAILED },
	    { "security", "res_security_log.c", EVENT("InvalidPassword", "AMI", "admin", "TCP"),
	      LOG_SECURITY_INVALID_PASSWORD } } },
	{ "GUI login (Issabel, Elastix)",
	  BAN_SERVICE_GUI,
	  IPPROTO_TCP,
	  443,
	  { { NULL, "[Feb 03 10:00:04] ",
	      "LOGIN admin: Authentication Failure to Web Interface login. Failed password for "
	      "admin from " ATTACKER ".",
	      LOG_GUI_FAILED } } },
	{ "GUI login (FreePBX)",
	  BAN_SERVICE_GUI,
	  IPPROTO_TCP,
	  443,
	  { { NULL, "[2026-02-03 10:00:04] [freepbx_security.NOTICE]: ",
	      "Authentication failure for admin from " ATTACKER " [] []", LOG_GUI_FAILED } } },
};

struct composing {
	const struct loader *loader;
	const struct model *model;
	/* One per jail of the model; NULL where there is none. */
	struct filter_run **runs;
	const char **not_run;
	struct ban_coverage *coverage;
	size_t coverage_count;
	bool memory_failed;
};

bool logger_levels_have(struct slice levels, const char *level)
{
	struct slice word;
	/* "[json]notice,security" */
	if (slice_starts_with(levels, "["))
		levels = slice_from(levels, slice_find_byte(levels, ']') + 1);
	while (option_text_next_word(&levels, &word))
		if (slice_is_ignore_case(word, level) || slice_is(word, "*"))
			return true;
	return false;
}

const struct logger_channel *logger_channel_of(const struct asterisk_settings *settings,
					       const char *path)
{
	struct slice wanted = slice_of(path), folder = settings->log_directory;
	for (size_t i = 0; i < settings->logger_channel_count; i++) {
		struct slice name = settings->logger_channels[i].name;
		if (slice_equal(name, wanted))
			return &settings->logger_channels[i];
		if (wanted.size == folder.size + 1 + name.size &&
		    slice_equal(slice_part(wanted, 0, folder.size), folder) &&
		    wanted.data[folder.size] == '/' &&
		    slice_equal(slice_from(wanted, folder.size + 1), name))
			return &settings->logger_channels[i];
	}
	return NULL;
}

/* The line as it stands in the log, the time in the format of logger.conf. */
static bool write_line(const struct composing *composing, const struct attack_line *line,
		       struct buffer *out)
{
	char text[128] = "Feb  3 10:00:04";
	const struct tm moment = {
		.tm_year = 126, .tm_mon = 1, .tm_mday = 3, .tm_hour = 10, .tm_sec = 4, .tm_wday = 2
	};
	if (!line->level) {
		buffer_append_string(out, line->from);
		buffer_append_string(out, line->text);
		return !buffer_failed(out);
	}
	const struct asterisk_settings *settings = composing->model->asterisk->settings;
	const struct conf_category *general =
		settings->logger_conf ? conf_find_category(settings->logger_conf, "general") : NULL;
	const struct conf_variable *format = general ? conf_last(general, "dateformat") : NULL;
	if (format) {
		BUFFER_AUTO pattern = { 0 };
		/* "%q", "%3q": Asterisk's own parts of a second. */
		for (size_t i = 0; i < format->value.size; i++) {
			struct slice rest = slice_from(format->value, i);
			if (slice_starts_with(rest, "%q") || slice_starts_with(rest, "%3q")) {
				buffer_append_string(&pattern, "000");
				i += rest.data[1] == 'q' ? 1 : 2;
			} else {
				buffer_append_byte(&pattern, format->value.data[i]);
			}
		}
/* The pattern is the host's own: strftime takes any. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		if (strftime(text, sizeof(text), buffer_string(&pattern), &moment) == 0)
			text[0] = '\0';
#pragma GCC diagnostic pop
	}
	BUFFER_AUTO level = { 0 };
	for (const char *byte = line->level; *byte; byte++)
		buffer_append_byte(&level, (char)(*byte - 'a' + 'A'));
	buffer_format(out, "[%s] %s[900] %s: %s", text, buffer_string(&level), line->from,
		      line->text);
	return !buffer_failed(out);
}

/* The jail's filter, ready; NULL: it cannot be run, or memory is short. */
static struct filter_run *need_run(struct composing *composing, size_t index)
{
	const struct jail *jail = &composing->model->jails->jails[index];
	const struct filter_options options = {
		.clock = { .now = composing->model->site->now },
	};
	if (composing->runs[index] || composing->not_run[index])
		return composing->runs[index];
	if (!filter_run_new(composing->loader->arena, &jail->filter, &options,
			    &composing->runs[index], &composing->not_run[index])) {
		composing->runs[index] = NULL;
		composing->memory_failed |= !composing->not_run[index];
	}
	return composing->runs[index];
}

static bool finds(struct composing *composing, size_t index, const struct attack_line *line)
{
	struct filter_failure failures[FILTER_FAILURES_MAX];
	struct filter_run *run = need_run(composing, index);
	BUFFER_AUTO text = { 0 };
	size_t count;
	if (!run || !write_line(composing, line, &text))
		return false;
	(void)filter_run_line(run, buffer_slice(&text), failures, &count);
	return count && slice_is(failures[0].id, ATTACKER);
}

/* The log that the GUI of ATTACK writes. */
static const char *gui_log(const struct attack *attack)
{
	return strstr(attack->name, "FreePBX") ? "/freepbx_security.log" : "/audit.log";
}

/* How many of the jail's logs take LINE. */
static size_t logs_with(const struct composing *composing, const struct jail *jail,
			const struct attack *attack, const struct attack_line *line)
{
	size_t count = 0;
	for (size_t i = 0; i < jail->log_count; i++) {
		for (size_t j = 0; j < jail->logs[i].files.count; j++) {
			const char *path = jail->logs[i].files.paths[j];
			struct slice text = slice_of(path);
			if (line->level) {
				const struct logger_channel *channel = logger_channel_of(
					composing->model->asterisk->settings, path);
				count +=
					channel && logger_levels_have(channel->levels, line->level);
			} else if (attack->service == BAN_SERVICE_SSH) {
				count += slice_ends_with(text, "/auth.log") ||
					 slice_ends_with(text, "/secure");
			} else {
				count += slice_ends_with(text, gui_log(attack));
			}
		}
	}
	if (!line->level && attack->service == BAN_SERVICE_SSH &&
	    slice_starts_with(jail->backend.text, "systemd"))
		count = 1;
	return count;
}

static void add_coverage(struct composing *composing, size_t index, const struct attack *attack,
			 const struct attack_line *line, bool found)
{
	const struct jail *jail = &composing->model->jails->jails[index];
	if (composing->coverage_count == COVERAGE_MAX)
		return;
	composing->coverage[composing->coverage_count++] = (struct ban_coverage){
		.jail = jail,
		.line = line->text,
		.is_known = composing->runs[index] != NULL,
		.is_found = found,
		.is_read = logs_with(composing, jail, attack, line) != 0,
		.kind = (int)line->kind,
	};
}

static bool names_protocol(const struct jail_action *action, uint8_t protocol)
{
	const char *name = protocol == IPPROTO_UDP ? "udp" : "tcp";
	return action->is_all_protocols ||
	       slice_find(action->protocol, slice_of(name)) < action->protocol.size;
}

/* "5060,5061", "0:65535", "ssh": is PORT among them? Names of services that sshd and the web have
 * are known. */
static bool names_port(const struct jail_action *action, uint16_t port)
{
	struct slice rest = action->port, word;
	if (action->is_all_ports)
		return true;
	while (option_text_next_word(&rest, &word)) {
		size_t colon = slice_find_byte(word, ':');
		if (colon == word.size)
			colon = slice_find_byte(word, '-');
		uint64_t first, last;
		if (slice_to_uint64(slice_part(word, 0, colon), &first) &&
		    (colon == word.size ? (last = first, true)
					: slice_to_uint64(slice_from(word, colon + 1), &last))) {
			if (port >= first && port <= last)
				return true;
		} else if ((slice_is(word, "ssh") && port == 22) ||
			   (slice_is(word, "http") && port == 80) ||
			   (slice_is(word, "https") && port == 443) ||
			   (slice_is(word, "sip") && port == 5060)) {
			return true;
		}
	}
	return false;
}

/* The port that the attacked service listens on. */
static uint16_t port_of(const struct model *model, const struct attack *attack)
{
	const char *process = attack->service == BAN_SERVICE_SSH ? "sshd" : "asterisk";
	if (attack->service == BAN_SERVICE_GUI || !model->sockets)
		return attack->port;
	uint16_t other = 0;
	for (size_t i = 0; i < model->sockets->count; i++) {
		const struct listening_socket *socket = &model->sockets->sockets[i];
		if ((int)socket->protocol != attack->protocol ||
		    !slice_is(socket->process, process))
			continue;
		if (socket->port == attack->port)
			return attack->port;
		if (attack->service == BAN_SERVICE_SSH)
			other = socket->port;
	}
	return other ? other : attack->port;
}

static bool is_closed(const struct model *model, const struct jail *jail,
		      const struct attack *attack)
{
	uint16_t port = port_of(model, attack);
	for (size_t i = 0; i < jail->action_count; i++) {
		const struct jail_action *action = &jail->actions[i];
		if (action->is_firewall && names_protocol(action, attack->protocol) &&
		    names_port(action, port))
			return true;
	}
	return false;
}

/* Is there a log that this GUI writes? */
static bool has_gui_log(const struct model *model, const struct attack *attack)
{
	for (size_t i = 0; model->activity && i < model->activity->log_count; i++)
		if (model->activity->logs[i].role == ACTIVITY_LOG_GUI &&
		    slice_ends_with(slice_of(model->activity->logs[i].path), gui_log(attack)))
			return true;
	return false;
}

static bool applies(const struct model *model, const struct attack *attack)
{
	const struct asterisk_model *asterisk = model->asterisk;
	bool has_asterisk = asterisk && asterisk->is_installed.state == FACT_PRESENT &&
			    asterisk->is_installed.value && asterisk->settings;
	const struct asterisk_settings *settings = has_asterisk ? asterisk->settings : NULL;
	switch (attack->service) {
	case BAN_SERVICE_SSH:
		return model->sshd != NULL;
	case BAN_SERVICE_CHAN_SIP:
	case BAN_SERVICE_PJSIP: {
		const char *module =
			attack->service == BAN_SERVICE_PJSIP ? "res_pjsip.so" : "chan_sip.so";
		enum module_state state = settings ? asterisk_module_state(settings, module, NULL)
						   : MODULE_NOT_LOADED;
		if (attack->service == BAN_SERVICE_PJSIP && settings && asterisk->version_number &&
		    asterisk->version_number < PJSIP_SINCE)
			return false;
		return state == MODULE_LOADED || state == MODULE_ASSUMED;
	}
	case BAN_SERVICE_MANAGER:
		return has_asterisk && asterisk->admin &&
		       asterisk->admin->manager_enabled.state == FACT_PRESENT &&
		       asterisk->admin->manager_enabled.value;
	case BAN_SERVICE_GUI:
		return model->web && model->web->has_gui && has_gui_log(model, attack);
	}
	return false;
}

/* How far a jail is from keeping an attacker out: the larger, the nearer. */
enum nearness {
	NO_JAIL,
	JAIL_NOT_RUN,
	FILTER_MISSES,
	LOG_MISSES,
	ACTION_MISSES,
	ATTACKER_IGNORED,
	KEEPS_OUT,
};

static const char *const reasons[] = {
	[NO_JAIL] = "no jail that works watches it",
	[JAIL_NOT_RUN] = "the jail's filter could not be tried",
	[FILTER_MISSES] = "the jail's filter does not find the line that is written",
	[LOG_MISSES] = "the line does not go to a log that the jail reads",
	[ACTION_MISSES] = "the ban does not close this port and protocol",
	[ATTACKER_IGNORED] = "the jail bans after no number of tries",
};

static enum nearness try_jail(struct composing *composing, size_t index,
			      const struct attack *attack, uint32_t *ret_tries)
{
	const struct jail *jail = &composing->model->jails->jails[index];
	size_t found = 0, counted = 0;
	if (!jail->is_enabled || jail->refused)
		return NO_JAIL;
	for (size_t i = 0; i < LINES_MAX && attack->lines[i].text; i++) {
		const struct attack_line *line = &attack->lines[i];
		unsigned int version = line->level ? composing->model->asterisk->version_number : 0;
		if (version && version < SECURITY_SINCE && strcmp(line->level, "security") == 0)
			continue;
		bool finds_it = finds(composing, index, line);
		add_coverage(composing, index, attack, line, finds_it);
		found += finds_it;
		counted += finds_it ? logs_with(composing, jail, attack, line) : 0;
	}
	if (!composing->runs[index])
		return JAIL_NOT_RUN;
	if (!found)
		return FILTER_MISSES;
	if (!counted)
		return LOG_MISSES;
	if (!is_closed(composing->model, jail, attack))
		return ACTION_MISSES;
	if (jail->max_retry < 1)
		return ATTACKER_IGNORED;
	/* A try that writes two lines that are found counts twice. */
	*ret_tries = (uint32_t)(((uint64_t)jail->max_retry + counted - 1) / counted);
	return KEEPS_OUT;
}

/* Is the jail meant for this service, by its filter or its logs? */
static bool is_meant_for(const struct jail *jail, enum ban_attack_service service)
{
	if (service == BAN_SERVICE_SSH)
		return slice_starts_with(jail->filter.name, "sshd");
	if (service == BAN_SERVICE_GUI)
		return slice_find(jail->filter.name, SLICE("pbx")) < jail->filter.name.size ||
		       slice_starts_with(jail->filter.name, "issabel") ||
		       slice_starts_with(jail->filter.name, "elastix");
	return slice_starts_with(jail->filter.name, "asterisk");
}

/* A registration answers a challenge first; a stranger's call and a request of an unknown endpoint
 * are written down at their first packet. */
static bool is_forgeable(const struct attack *attack)
{
	return attack->protocol == IPPROTO_UDP &&
	       (attack->lines[0].kind == LOG_SIP_EXTENSION_NOT_FOUND ||
		attack->lines[0].kind == LOG_PJSIP_NO_ENDPOINT);
}

static void compose(struct composing *composing, const struct attack *attack,
		    struct ban_proof *proof)
{
	const struct jail_model *jails = composing->model->jails;
	enum nearness nearest = NO_JAIL;
	*proof = (struct ban_proof){
		.attack = attack->name,
		.service = attack->service,
		.is_forgeable = is_forgeable(attack),
		.applies = applies(composing->model, attack),
	};
	for (size_t i = 0; proof->applies && i < jails->count; i++) {
		uint32_t tries = 0;
		enum nearness near = try_jail(composing, i, attack, &tries);
		/* That a jail for something else finds nothing is no news. */
		if (near <= FILTER_MISSES && !is_meant_for(&jails->jails[i], attack->service))
			continue;
		if (near < nearest || (near == nearest && near != KEEPS_OUT) ||
		    (near == KEEPS_OUT && proof->tries && tries >= proof->tries))
			continue;
		nearest = near;
		proof->tries = near == KEEPS_OUT ? tries : 0;
		proof->jail = near == NO_JAIL ? NULL : &jails->jails[i];
	}
	proof->why = nearest == KEEPS_OUT ? NULL : reasons[nearest];
}

bool ban_proofs_build(const struct loader *loader, const struct model *model,
		      struct ban_proofs *ret_proofs)
{
	struct arena *arena = loader->arena;
	const struct jail_model *jails = model->jails;
	struct composing composing = {
		.loader = loader,
		.model = model,
		.runs = arena_allocate_array(arena, jails->count + 1, sizeof(struct filter_run *)),
		.not_run = arena_allocate_array(arena, jails->count + 1, sizeof(const char *)),
		.coverage = ARENA_ARRAY(arena, COVERAGE_MAX, struct ban_coverage),
	};
	struct ban_proof *proofs = ARENA_ARRAY(arena, ARRAY_SIZE(attacks), struct ban_proof);
	*ret_proofs = (struct ban_proofs){ 0 };
	if (!composing.runs || !composing.not_run || !composing.coverage || !proofs)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(attacks); i++)
		compose(&composing, &attacks[i], &proofs[i]);
	for (size_t i = 0; i < jails->count; i++)
		filter_run_free(composing.runs[i]);
	*ret_proofs = (struct ban_proofs){
		.proofs = proofs,
		.count = ARRAY_SIZE(attacks),
		.coverage = composing.coverage,
		.coverage_count = composing.coverage_count,
	};
	return !composing.memory_failed;
}
