/* SPDX-License-Identifier: Apache-2.0
 *
 * Names, streams and sums of the kinds of events.
 */
#include "audit/logs/log_patterns.h"

struct kind_row {
	const char *name;
	enum log_stream stream;
	bool is_login;
};

static const struct kind_row kinds[LOG_KIND_COUNT] = {
	[LOG_NOTHING] = { "nothing", STREAM_NONE, false },
	[LOG_SSH_FAILED_PASSWORD_ROOT] = { "ssh-failed-password-root", STREAM_SSH_FAILED, false },
	[LOG_SSH_FAILED_PASSWORD_INVALID] = { "ssh-failed-password-invalid-user", STREAM_SSH_FAILED,
					      false },
	[LOG_SSH_FAILED_PASSWORD_ACCOUNT] = { "ssh-failed-password-account", STREAM_SSH_FAILED,
					      false },
	[LOG_SSH_FAILED_KEYBOARD] = { "ssh-failed-keyboard-interactive", STREAM_SSH_FAILED, false },
	/* Offering a key that does not fit is no guess: people do it with every agent. */
	[LOG_SSH_FAILED_OTHER] = { "ssh-failed-other", STREAM_NONE, false },
	[LOG_SSH_INVALID_USER] = { "ssh-invalid-user", STREAM_SSH_INVALID_USER, false },
	[LOG_SSH_MAXAUTH] = { "ssh-maxauth", STREAM_NONE, false },
	[LOG_SSH_REFUSED_USER] = { "ssh-refused-user", STREAM_NONE, false },
	[LOG_SSH_PAM_FAILURE] = { "ssh-pam-failure", STREAM_SSH_PAM, false },
	[LOG_SSH_ACCEPTED_PASSWORD] = { "ssh-accepted-password", STREAM_NONE, true },
	[LOG_SSH_ACCEPTED_KEYBOARD] = { "ssh-accepted-keyboard-interactive", STREAM_NONE, true },
	[LOG_SSH_ACCEPTED_PUBLICKEY] = { "ssh-accepted-publickey", STREAM_NONE, true },
	[LOG_SSH_ACCEPTED_OTHER] = { "ssh-accepted-other", STREAM_NONE, true },
	[LOG_SSH_REVERSE_MAPPING] = { "ssh-reverse-mapping", STREAM_NONE, false },
	[LOG_SSH_PENALTY] = { "ssh-penalty", STREAM_NONE, false },
	[LOG_SSH_PROBE] = { "ssh-probe", STREAM_NONE, false },
	[LOG_SSH_PREAUTH_END] = { "ssh-preauth-disconnect", STREAM_NONE, false },
	[LOG_SUDO_COMMAND] = { "sudo", STREAM_NONE, false },
	[LOG_SUDO_FAILED] = { "sudo-failed", STREAM_NONE, false },
	[LOG_SU_SESSION] = { "su", STREAM_NONE, false },
	[LOG_SU_FAILED] = { "su-failed", STREAM_NONE, false },
	[LOG_SIP_REGISTRATION_WRONG_PASSWORD] = { "sip-registration-failed-wrong-password",
						  STREAM_SIP_NOTICE, false },
	[LOG_SIP_REGISTRATION_NO_PEER] = { "sip-registration-failed-no-peer", STREAM_SIP_NOTICE,
					   false },
	[LOG_SIP_REGISTRATION_USERNAME] = { "sip-registration-failed-username-mismatch",
					    STREAM_SIP_NOTICE, false },
	[LOG_SIP_REGISTRATION_ACL] = { "sip-registration-failed-acl", STREAM_SIP_NOTICE, false },
	[LOG_SIP_REGISTRATION_OTHER] = { "sip-registration-failed-other", STREAM_SIP_NOTICE,
					 false },
	[LOG_SIP_AUTHENTICATION_FAILED] = { "sip-authentication-failed", STREAM_SIP_NOTICE, false },
	[LOG_SIP_EXTENSION_NOT_FOUND] = { "sip-extension-not-found", STREAM_SIP_NOTICE, false },
	[LOG_SIP_ACL_REJECTED] = { "sip-acl-rejected", STREAM_SIP_NOTICE, false },
	[LOG_SIP_SCANNER] = { "sip-scanner", STREAM_NONE, false },
	[LOG_SIP_STRANGER_REJECTED] = { "sip-stranger-rejected", STREAM_SIP_NOTICE, false },
	[LOG_SIP_REGISTERED] = { "sip-registered", STREAM_NONE, false },
	[LOG_PJSIP_NO_ENDPOINT] = { "pjsip-no-endpoint", STREAM_SIP_NOTICE, false },
	[LOG_PJSIP_FAILED_AUTHENTICATION] = { "pjsip-authentication-failed", STREAM_SIP_NOTICE,
					      false },
	[LOG_PJSIP_ACL] = { "pjsip-acl-rejected", STREAM_SIP_NOTICE, false },
	[LOG_PJSIP_OTHER] = { "pjsip-failed-other", STREAM_SIP_NOTICE, false },
	[LOG_SECURITY_INVALID_PASSWORD] = { "security-invalid-password", STREAM_SIP_SECURITY,
					    false },
	[LOG_SECURITY_INVALID_ACCOUNT] = { "security-invalid-account", STREAM_SIP_SECURITY, false },
	[LOG_SECURITY_CHALLENGE_FAILED] = { "security-challenge-failed", STREAM_SIP_SECURITY,
					    false },
	[LOG_SECURITY_ACL] = { "security-acl-failed", STREAM_SIP_SECURITY, false },
	[LOG_SECURITY_OTHER_FAILURE] = { "security-other-failure", STREAM_SIP_SECURITY, false },
	/* A challenge is the ordinary first answer to a request, no failure. */
	[LOG_SECURITY_CHALLENGE_SENT] = { "security-challenge-sent", STREAM_NONE, false },
	[LOG_SECURITY_SUCCESS] = { "security-successful", STREAM_NONE, false },
	[LOG_IAX_FAILED] = { "iax-failed", STREAM_SIP_NOTICE, false },
	[LOG_AMI_FAILED] = { "ami-failed", STREAM_AMI, false },
	[LOG_AMI_LOGIN] = { "ami-login", STREAM_NONE, true },
	[LOG_GUI_FAILED] = { "gui-login-failed", STREAM_GUI, false },
	[LOG_GUI_LOGIN] = { "gui-login", STREAM_NONE, true },
	[LOG_GUI_ACTION] = { "gui-action", STREAM_NONE, false },
	[LOG_GUI_COMMAND] = { "gui-command-page", STREAM_NONE, false },
	[LOG_WEB_AUTH_FAILED] = { "web-authentication-failed", STREAM_GUI, false },
	[LOG_WEB_EXPLOIT] = { "web-exploit", STREAM_NONE, false },
	[LOG_BAN] = { "fail2ban-ban", STREAM_NONE, false },
	[LOG_UNBAN] = { "fail2ban-unban", STREAM_NONE, false },
	[LOG_BAN_FOUND] = { "fail2ban-found", STREAM_NONE, false },
	[LOG_ALREADY_BANNED] = { "fail2ban-already-banned", STREAM_NONE, false },
	[LOG_FIREWALL] = { "firewall-logged", STREAM_NONE, false },
};

/* The enum keeps the members of a sum next to each other. */
static const struct log_sum sums[] = {
	{ "ssh-failed", LOG_SSH_FAILED_PASSWORD_ROOT, LOG_SSH_FAILED_OTHER },
	{ "ssh-failed-password", LOG_SSH_FAILED_PASSWORD_ROOT, LOG_SSH_FAILED_PASSWORD_ACCOUNT },
	{ "ssh-accepted", LOG_SSH_ACCEPTED_PASSWORD, LOG_SSH_ACCEPTED_OTHER },
	{ "sip-registration-failed", LOG_SIP_REGISTRATION_WRONG_PASSWORD,
	  LOG_SIP_REGISTRATION_OTHER },
	{ "pjsip-failed", LOG_PJSIP_NO_ENDPOINT, LOG_PJSIP_OTHER },
	{ "security-event", LOG_SECURITY_INVALID_PASSWORD, LOG_SECURITY_SUCCESS },
	{ "security-failed", LOG_SECURITY_INVALID_PASSWORD, LOG_SECURITY_OTHER_FAILURE },
};

const char *log_kind_name(enum log_kind kind)
{
	return kind < LOG_KIND_COUNT ? kinds[kind].name : "nothing";
}

enum log_stream log_kind_stream(enum log_kind kind)
{
	return kinds[kind].stream;
}

bool log_kind_is_login(enum log_kind kind)
{
	return kinds[kind].is_login;
}

const struct log_sum *log_sums(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(sums);
	return sums;
}
