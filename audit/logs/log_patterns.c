/* SPDX-License-Identifier: Apache-2.0
 *
 * The messages, a row each. Within a writer the rows are tried in order: the common ones first, a
 * longer prefix before a shorter one that it begins with.
 */
#include "audit/logs/log_patterns.h"

#include "audit/logs/log_shapes.h"

struct log_pattern {
	struct slice prefix;
	/* At the end of the message; empty: anything. */
	struct slice suffix;
	enum log_kind kind;
	log_shape *shape;
};

#define TEXT(literal)                                                                              \
	{                                                                                          \
		.data = literal, .size = sizeof(literal) - 1                                       \
	}
#define NO_TEXT                                                                                    \
	{                                                                                          \
		.data = NULL, .size = 0                                                            \
	}

/* auth.c: auth_log(), auth_maxtries_exceeded(), allowed_user(), getpwnamallow(); auth-pam.c through
 * pam_unix(8); canohost.c up to 7.2, auth.c after; sshd.c, kex.c, packet.c, srclimit.c. */
static const struct log_pattern sshd_rows[] = {
	{ TEXT("Failed password for root from "), NO_TEXT, LOG_SSH_FAILED_PASSWORD_ROOT, NULL },
	{ TEXT("Failed password for invalid user "), NO_TEXT, LOG_SSH_FAILED_PASSWORD_INVALID,
	  log_shape_ssh_attempt },
	/* Up to 4.3. */
	{ TEXT("Failed password for illegal user "), NO_TEXT, LOG_SSH_FAILED_PASSWORD_INVALID,
	  log_shape_ssh_attempt },
	{ TEXT("Failed password for "), NO_TEXT, LOG_SSH_FAILED_PASSWORD_ACCOUNT,
	  log_shape_ssh_attempt },
	{ TEXT("Invalid user "), NO_TEXT, LOG_SSH_INVALID_USER, log_shape_ssh_attempt },
	{ TEXT("Illegal user "), NO_TEXT, LOG_SSH_INVALID_USER, log_shape_ssh_attempt },
	{ TEXT("pam_unix(sshd:auth): authentication failure;"), NO_TEXT, LOG_SSH_PAM_FAILURE,
	  log_shape_pam },
	{ TEXT("pam_sss(sshd:auth): authentication failure;"), NO_TEXT, LOG_SSH_PAM_FAILURE,
	  log_shape_pam },
	{ TEXT("Received disconnect from "), TEXT(" [preauth]"), LOG_SSH_PREAUTH_END,
	  log_shape_first },
	{ TEXT("Disconnected from "), TEXT(" [preauth]"), LOG_SSH_PREAUTH_END, NULL },
	{ TEXT("Disconnecting "), TEXT("Too many authentication failures [preauth]"),
	  LOG_SSH_MAXAUTH, log_shape_nothing },
	{ TEXT("Disconnecting: Too many authentication failures"), NO_TEXT, LOG_SSH_MAXAUTH,
	  log_shape_nothing },
	{ TEXT("error: maximum authentication attempts exceeded for invalid user "), NO_TEXT,
	  LOG_SSH_MAXAUTH, log_shape_ssh_attempt },
	{ TEXT("error: maximum authentication attempts exceeded for "), NO_TEXT, LOG_SSH_MAXAUTH,
	  log_shape_ssh_attempt },
	{ TEXT("Connection closed by "), TEXT(" [preauth]"), LOG_SSH_PREAUTH_END, NULL },
	{ TEXT("Connection reset by "), TEXT(" [preauth]"), LOG_SSH_PREAUTH_END, NULL },
	{ TEXT("Unable to negotiate with "), NO_TEXT, LOG_SSH_PROBE, log_shape_first },
	{ TEXT("Accepted publickey for "), NO_TEXT, LOG_SSH_ACCEPTED_PUBLICKEY,
	  log_shape_ssh_login },
	{ TEXT("Accepted password for "), NO_TEXT, LOG_SSH_ACCEPTED_PASSWORD, log_shape_ssh_login },
	{ TEXT("Accepted keyboard-interactive/pam for "), NO_TEXT, LOG_SSH_ACCEPTED_KEYBOARD,
	  log_shape_ssh_login },
	{ TEXT("Accepted gssapi-with-mic for "), NO_TEXT, LOG_SSH_ACCEPTED_OTHER,
	  log_shape_ssh_login },
	{ TEXT("Accepted hostbased for "), NO_TEXT, LOG_SSH_ACCEPTED_OTHER, log_shape_ssh_login },
	{ TEXT("Accepted none for "), NO_TEXT, LOG_SSH_ACCEPTED_OTHER, log_shape_ssh_login },
	{ TEXT("Failed keyboard-interactive/pam for invalid user "), NO_TEXT,
	  LOG_SSH_FAILED_KEYBOARD, log_shape_ssh_attempt },
	{ TEXT("Failed keyboard-interactive/pam for "), NO_TEXT, LOG_SSH_FAILED_KEYBOARD,
	  log_shape_ssh_attempt },
	{ TEXT("Failed keyboard-interactive for invalid user "), NO_TEXT, LOG_SSH_FAILED_KEYBOARD,
	  log_shape_ssh_attempt },
	{ TEXT("Failed keyboard-interactive for "), NO_TEXT, LOG_SSH_FAILED_KEYBOARD,
	  log_shape_ssh_attempt },
	{ TEXT("Failed publickey for "), NO_TEXT, LOG_SSH_FAILED_OTHER, log_shape_ssh_attempt },
	{ TEXT("Failed none for "), NO_TEXT, LOG_SSH_FAILED_OTHER, log_shape_ssh_attempt },
	{ TEXT("Failed hostbased for "), NO_TEXT, LOG_SSH_FAILED_OTHER, log_shape_ssh_attempt },
	{ TEXT("Failed gssapi-with-mic for "), NO_TEXT, LOG_SSH_FAILED_OTHER,
	  log_shape_ssh_attempt },
	{ TEXT("User "), NO_TEXT, LOG_SSH_REFUSED_USER, log_shape_ssh_refused },
	{ TEXT("reverse mapping checking getaddrinfo for "), NO_TEXT, LOG_SSH_REVERSE_MAPPING,
	  log_shape_bracket_failed },
	{ TEXT("Address "), TEXT(" POSSIBLE BREAK-IN ATTEMPT!"), LOG_SSH_REVERSE_MAPPING,
	  log_shape_first },
	{ TEXT("Address "), TEXT(" does not map back to the address."), LOG_SSH_REVERSE_MAPPING,
	  log_shape_first },
	{ TEXT("Nasty PTR record "), NO_TEXT, LOG_SSH_REVERSE_MAPPING, log_shape_nothing },
	{ TEXT("drop connection #"), NO_TEXT, LOG_SSH_PENALTY, log_shape_bracket_port },
	{ TEXT("Did not receive identification string from "), NO_TEXT, LOG_SSH_PROBE,
	  log_shape_first },
	{ TEXT("Bad protocol version identification "), NO_TEXT, LOG_SSH_PROBE,
	  log_shape_ssh_attempt },
	{ TEXT("banner exchange: Connection from "), NO_TEXT, LOG_SSH_PROBE, log_shape_first },
	{ TEXT("error: kex_exchange_identification: "), NO_TEXT, LOG_SSH_PROBE, log_shape_nothing },
	{ TEXT("PAM "), NO_TEXT, LOG_NOTHING, log_shape_nothing },
};

static const struct log_pattern sudo_rows[] = {
	{ TEXT("pam_unix(sudo:auth): authentication failure;"), NO_TEXT, LOG_NOTHING,
	  log_shape_nothing },
	{ NO_TEXT, NO_TEXT, LOG_SUDO_COMMAND, log_shape_sudo },
};

/* shadow's su.c and util-linux's su-common.c. */
static const struct log_pattern su_rows[] = {
	{ TEXT("FAILED SU (to "), NO_TEXT, LOG_SU_FAILED, log_shape_nothing },
	{ TEXT("FAILED su for "), NO_TEXT, LOG_SU_FAILED, log_shape_nothing },
	{ TEXT("(to "), NO_TEXT, LOG_SU_SESSION, log_shape_nothing },
	{ TEXT("Successful su for "), NO_TEXT, LOG_SU_SESSION, log_shape_nothing },
	{ TEXT("pam_unix(su-l:session): session opened for user root"), NO_TEXT, LOG_SU_SESSION,
	  log_shape_nothing },
};

/* channels/chan_sip.c: handle_request_register(), handle_request_invite(), register_verify(). */
static const struct log_pattern chan_sip_rows[] = {
	{ TEXT("Registration from '"), TEXT("' - Wrong password"),
	  LOG_SIP_REGISTRATION_WRONG_PASSWORD, log_shape_sip_registration },
	{ TEXT("Registration from '"), TEXT("' - No matching peer found"),
	  LOG_SIP_REGISTRATION_NO_PEER, log_shape_sip_registration },
	{ TEXT("Registration from '"), TEXT("' - Device does not match ACL"),
	  LOG_SIP_REGISTRATION_ACL, log_shape_sip_registration },
	/* 1.4 to 1.6 */
	{ TEXT("Registration from '"), TEXT("' - ACL error (permit/deny)"),
	  LOG_SIP_REGISTRATION_ACL, log_shape_sip_registration },
	{ TEXT("Registration from '"), TEXT("' - Username/auth name mismatch"),
	  LOG_SIP_REGISTRATION_USERNAME, log_shape_sip_registration },
	{ TEXT("Registration from '"), TEXT("' - Not a local domain"), LOG_SIP_REGISTRATION_OTHER,
	  log_shape_sip_registration },
	{ TEXT("Registration from '"), TEXT("' - Not a local SIP domain"),
	  LOG_SIP_REGISTRATION_OTHER, log_shape_sip_registration },
	{ TEXT("Registration from '"), TEXT("' - Peer is not supposed to register"),
	  LOG_SIP_REGISTRATION_OTHER, log_shape_sip_registration },
	{ TEXT("Registration from '"), TEXT("' - Device not configured to use this transport type"),
	  LOG_SIP_REGISTRATION_OTHER, log_shape_sip_registration },
	{ TEXT("Registration from '"), TEXT("' - Bad password"),
	  LOG_SIP_REGISTRATION_WRONG_PASSWORD, log_shape_sip_registration },
	{ TEXT("Registration from '"), TEXT("' - Unknown error"), LOG_SIP_REGISTRATION_OTHER,
	  log_shape_sip_registration },
	{ TEXT("Call from '"), NO_TEXT, LOG_SIP_EXTENSION_NOT_FOUND, log_shape_sip_call },
	{ TEXT("Registered SIP '"), NO_TEXT, LOG_SIP_REGISTERED, log_shape_sip_registered },
	{ TEXT("    -- Registered SIP '"), NO_TEXT, LOG_SIP_REGISTERED, log_shape_sip_registered },
	{ TEXT("User-Agent: "), NO_TEXT, LOG_SIP_SCANNER, log_shape_scanner },
	/* No address: the security event has it. */
	{ TEXT("Failed to authenticate "), NO_TEXT, LOG_SIP_AUTHENTICATION_FAILED,
	  log_shape_sip_account },
	{ TEXT("Sending fake auth rejection for "), NO_TEXT, LOG_SIP_AUTHENTICATION_FAILED,
	  log_shape_sip_account },
};

static const struct log_pattern pjsip_distributor_rows[] = {
	{ TEXT("Request "), NO_TEXT, LOG_PJSIP_OTHER, log_shape_pjsip_request },
};

static const struct log_pattern pjsip_session_rows[] = {
	{ TEXT("Call from '"), NO_TEXT, LOG_SIP_EXTENSION_NOT_FOUND, log_shape_sip_call },
	/* From 20 on the endpoint's name comes first: " 100: Call (UDP:...". */
	{ TEXT(" "), NO_TEXT, LOG_SIP_EXTENSION_NOT_FOUND, log_shape_sip_call },
	{ NO_TEXT, NO_TEXT, LOG_SIP_EXTENSION_NOT_FOUND, log_shape_sip_call },
};

static const struct log_pattern pjsip_acl_rows[] = {
	{ TEXT("Incoming SIP message from "), TEXT(" did not pass ACL test"), LOG_SIP_ACL_REJECTED,
	  log_shape_whole },
};

static const struct log_pattern acl_rows[] = {
	{ NO_TEXT, NO_TEXT, LOG_SIP_ACL_REJECTED, log_shape_acl },
};

/* channels/chan_iax2.c: register_verify(), socket_process(). */
static const struct log_pattern iax_rows[] = {
	{ TEXT("Host "), NO_TEXT, LOG_IAX_FAILED, log_shape_first },
	{ TEXT("No registration for peer '"), TEXT(")"), LOG_IAX_FAILED, log_shape_iax_from },
	{ TEXT("Rejected connect attempt from "), NO_TEXT, LOG_IAX_FAILED, log_shape_first },
};

/* main/manager.c: authenticate(), auth_http_callback(). */
static const struct log_pattern manager_rows[] = {
	{ TEXT("Manager '"), NO_TEXT, LOG_AMI_LOGIN, log_shape_manager_login },
	{ TEXT("  == Manager '"), NO_TEXT, LOG_AMI_LOGIN, log_shape_manager_login },
	{ TEXT("HTTP Manager '"), NO_TEXT, LOG_AMI_LOGIN, log_shape_manager_login },
	{ NO_TEXT, NO_TEXT, LOG_AMI_FAILED, log_shape_manager_failed },
};

/* res/res_security_log.c, main/security_events.c. */
static const struct log_pattern security_rows[] = {
	{ TEXT("SecurityEvent=\"InvalidPassword\""), NO_TEXT, LOG_SECURITY_INVALID_PASSWORD,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"ChallengeSent\""), NO_TEXT, LOG_SECURITY_CHALLENGE_SENT,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"SuccessfulAuth\""), NO_TEXT, LOG_SECURITY_SUCCESS,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"InvalidAccountID\""), NO_TEXT, LOG_SECURITY_INVALID_ACCOUNT,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"ChallengeResponseFailed\""), NO_TEXT, LOG_SECURITY_CHALLENGE_FAILED,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"FailedACL\""), NO_TEXT, LOG_SECURITY_ACL, log_shape_security },
	{ TEXT("SecurityEvent=\"InvalidTransport\""), NO_TEXT, LOG_SECURITY_OTHER_FAILURE,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"RequestNotAllowed\""), NO_TEXT, LOG_SECURITY_OTHER_FAILURE,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"RequestNotSupported\""), NO_TEXT, LOG_SECURITY_OTHER_FAILURE,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"RequestBadFormat\""), NO_TEXT, LOG_SECURITY_OTHER_FAILURE,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"AuthMethodNotAllowed\""), NO_TEXT, LOG_SECURITY_OTHER_FAILURE,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"UnexpectedAddress\""), NO_TEXT, LOG_SECURITY_OTHER_FAILURE,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"SessionLimit\""), NO_TEXT, LOG_SECURITY_OTHER_FAILURE,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"MemoryLimit\""), NO_TEXT, LOG_SECURITY_OTHER_FAILURE,
	  log_shape_security },
	{ TEXT("SecurityEvent=\"LoadAverageLimit\""), NO_TEXT, LOG_SECURITY_OTHER_FAILURE,
	  log_shape_security },
};

/* FreePBX's dialplan for calls without an account: Log(WARNING,"Rejecting ..."). */
static const struct log_pattern dialplan_rows[] = {
	{ TEXT("\"Rejecting unknown SIP connection from "), TEXT("\""), LOG_SIP_STRANGER_REJECTED,
	  log_shape_whole },
	{ TEXT("Rejecting unknown SIP connection from "), NO_TEXT, LOG_SIP_STRANGER_REJECTED,
	  log_shape_whole },
};

static const struct log_pattern gui_rows[] = {
	{ TEXT("Authentication failure for "), NO_TEXT, LOG_GUI_FAILED, log_shape_freepbx },
	/* The row's shape needs the first word: NAVIGATION or LOGIN. */
	{ NO_TEXT, NO_TEXT, LOG_GUI_ACTION, log_shape_elastix },
};

static const struct log_pattern fail2ban_rows[] = {
	{ NO_TEXT, NO_TEXT, LOG_BAN, log_shape_fail2ban },
};

static const struct log_pattern kernel_rows[] = {
	{ NO_TEXT, NO_TEXT, LOG_FIREWALL, log_shape_firewall },
};

struct writer_rows {
	const struct log_pattern *rows;
	size_t count;
};

#define ROWS(array)                                                                                \
	{                                                                                          \
		.rows = (array), .count = ARRAY_SIZE(array)                                        \
	}

static const struct writer_rows writers[WRITER_COUNT] = {
	[WRITER_SSHD] = ROWS(sshd_rows),
	[WRITER_SUDO] = ROWS(sudo_rows),
	[WRITER_SU] = ROWS(su_rows),
	[WRITER_CHAN_SIP] = ROWS(chan_sip_rows),
	[WRITER_PJSIP_DISTRIBUTOR] = ROWS(pjsip_distributor_rows),
	[WRITER_PJSIP_SESSION] = ROWS(pjsip_session_rows),
	[WRITER_PJSIP_ACL] = ROWS(pjsip_acl_rows),
	[WRITER_ACL] = ROWS(acl_rows),
	[WRITER_IAX] = ROWS(iax_rows),
	[WRITER_MANAGER] = ROWS(manager_rows),
	[WRITER_SECURITY_LOG] = ROWS(security_rows),
	[WRITER_ASTERISK_DIALPLAN] = ROWS(dialplan_rows),
	[WRITER_GUI] = ROWS(gui_rows),
	[WRITER_FAIL2BAN] = ROWS(fail2ban_rows),
	[WRITER_KERNEL] = ROWS(kernel_rows),
};

/* Four bytes at a time: most rows are told apart by them, without a call. */
static inline bool may_begin(struct slice text, struct slice prefix)
{
	uint32_t a, b;
	if (prefix.size < sizeof(a) || text.size < sizeof(a))
		return true;
	memcpy(&a, text.data, sizeof(a));
	memcpy(&b, prefix.data, sizeof(b));
	return a == b;
}

static inline bool may_end(struct slice text, struct slice suffix)
{
	uint32_t a, b;
	if (suffix.size < sizeof(a) || text.size < sizeof(a))
		return true;
	memcpy(&a, text.data + text.size - sizeof(a), sizeof(a));
	memcpy(&b, suffix.data + suffix.size - sizeof(b), sizeof(b));
	return a == b;
}

static bool row_matches(const struct log_pattern *row, struct slice message,
			struct log_match *match)
{
	if (message.size < row->prefix.size + row->suffix.size ||
	    (row->prefix.size && memcmp(message.data, row->prefix.data, row->prefix.size) != 0))
		return false;
	if (row->suffix.size && memcmp(message.data + message.size - row->suffix.size,
				       row->suffix.data, row->suffix.size) != 0)
		return false;
	*match = (struct log_match){ .kind = row->kind, .stream = log_kind_stream(row->kind) };
	/* The name of an account and what follows it end at the message's own end. */
	if (!row->shape) {
		struct slice body = slice_from(message, row->prefix.size);
		if (row->kind == LOG_SSH_PREAUTH_END)
			return log_shape_ssh_preauth(body, match);
		/* "root" is part of this row's prefix, the words around the address are not. */
		size_t before = row->prefix.size - (sizeof("root from ") - 1);
		return log_shape_ssh_attempt(slice_from(message, before), match) &&
		       slice_is(match->account, "root");
	}
	size_t size = message.size - row->prefix.size - row->suffix.size;
	return row->shape(slice_part(message, row->prefix.size, size), match);
}

static bool match_rows(enum log_writer writer, struct slice message, struct log_match *ret_match)
{
	const struct writer_rows *rows = &writers[writer];
	for (size_t i = 0; i < rows->count; i++) {
		const struct log_pattern *row = &rows->rows[i];
		if ((row->prefix.size && message.size && row->prefix.data[0] != message.data[0]) ||
		    !may_end(message, row->suffix) || !may_begin(message, row->prefix))
			continue;
		if (row_matches(row, message, ret_match))
			return ret_match->kind != LOG_NOTHING;
	}
	return false;
}

bool log_patterns_match(enum log_writer writer, struct slice message, struct log_match *ret_match)
{
	static const enum log_writer any_of_asterisk[] = {
		WRITER_CHAN_SIP, WRITER_PJSIP_DISTRIBUTOR, WRITER_SECURITY_LOG,
		WRITER_IAX,      WRITER_MANAGER,           WRITER_PJSIP_ACL,
		WRITER_ACL,      WRITER_ASTERISK_DIALPLAN,
	};
	if (writer != WRITER_ASTERISK_UNNAMED)
		return match_rows(writer, message, ret_match);
	for (size_t i = 0; i < ARRAY_SIZE(any_of_asterisk); i++)
		if (match_rows(any_of_asterisk[i], message, ret_match))
			return true;
	return false;
}

size_t log_patterns_count(void)
{
	size_t count = 0;
	for (size_t i = 0; i < WRITER_COUNT; i++)
		count += writers[i].count;
	return count;
}

struct name_row {
	struct slice name;
	enum log_writer writer;
};

/* From 9.8 on sshd-session writes what sshd did, from 10.0 on sshd-auth what comes before the
 * login. */
static const struct name_row programs[] = {
	{ TEXT("sshd"), WRITER_SSHD },      { TEXT("sshd-session"), WRITER_SSHD },
	{ TEXT("sshd-auth"), WRITER_SSHD }, { TEXT("sudo"), WRITER_SUDO },
	{ TEXT("su"), WRITER_SU },          { TEXT("kernel"), WRITER_KERNEL },
};

static const struct name_row files[] = {
	{ TEXT("chan_sip.c"), WRITER_CHAN_SIP },
	{ TEXT("res_security_log.c"), WRITER_SECURITY_LOG },
	{ TEXT("res_pjsip/pjsip_distributor.c"), WRITER_PJSIP_DISTRIBUTOR },
	{ TEXT("res_pjsip_session.c"), WRITER_PJSIP_SESSION },
	{ TEXT("res_pjsip_acl.c"), WRITER_PJSIP_ACL },
	{ TEXT("acl.c"), WRITER_ACL },
	{ TEXT("chan_iax2.c"), WRITER_IAX },
	{ TEXT("manager.c"), WRITER_MANAGER },
	{ TEXT("Ext. s"), WRITER_ASTERISK_DIALPLAN },
	{ TEXT("app_verbose.c"), WRITER_ASTERISK_DIALPLAN },
	{ TEXT("pbx_builtins.c"), WRITER_ASTERISK_DIALPLAN },
	{ TEXT(""), WRITER_ASTERISK_UNNAMED },
};

static enum log_writer find_name(const struct name_row *rows, size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].name.size == name.size &&
		    (!name.size || memcmp(rows[i].name.data, name.data, name.size) == 0))
			return rows[i].writer;
	return WRITER_NONE;
}

enum log_writer log_writer_of_program(struct slice program)
{
	return find_name(programs, ARRAY_SIZE(programs), program);
}

enum log_writer log_writer_of_file(struct slice file)
{
	return find_name(files, ARRAY_SIZE(files), file);
}
