/* SPDX-License-Identifier: Apache-2.0
 *
 * What sshd, sudo, su, Asterisk, the PBX's web GUI and fail2ban write about attempts to get in: a
 * row per message, with the kind of event that it is and where its address and account stand.
 * Which fields a stranger can write, and so must not be trusted, is told at each shape.
 */
#ifndef RINGFENCE_LOGS_LOG_PATTERNS_H
#define RINGFENCE_LOGS_LOG_PATTERNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

/* Each line counts once, under the most specific kind; sums over kinds are in log_sums. The names
 * are part of `ringfence show logs` and of the result: log_kind_name. */
enum log_kind {
	LOG_NOTHING,
	LOG_SSH_FAILED_PASSWORD_ROOT,
	LOG_SSH_FAILED_PASSWORD_INVALID,
	LOG_SSH_FAILED_PASSWORD_ACCOUNT,
	LOG_SSH_FAILED_KEYBOARD,
	LOG_SSH_FAILED_OTHER,
	LOG_SSH_INVALID_USER,
	LOG_SSH_MAXAUTH,
	LOG_SSH_REFUSED_USER,
	LOG_SSH_PAM_FAILURE,
	LOG_SSH_ACCEPTED_PASSWORD,
	LOG_SSH_ACCEPTED_KEYBOARD,
	LOG_SSH_ACCEPTED_PUBLICKEY,
	LOG_SSH_ACCEPTED_OTHER,
	LOG_SSH_REVERSE_MAPPING,
	LOG_SSH_PENALTY,
	LOG_SSH_PROBE,
	LOG_SSH_PREAUTH_END,
	LOG_SUDO_COMMAND,
	LOG_SUDO_FAILED,
	LOG_SU_SESSION,
	LOG_SU_FAILED,
	LOG_SIP_REGISTRATION_WRONG_PASSWORD,
	LOG_SIP_REGISTRATION_NO_PEER,
	LOG_SIP_REGISTRATION_USERNAME,
	LOG_SIP_REGISTRATION_ACL,
	LOG_SIP_REGISTRATION_OTHER,
	LOG_SIP_AUTHENTICATION_FAILED,
	LOG_SIP_EXTENSION_NOT_FOUND,
	LOG_SIP_ACL_REJECTED,
	LOG_SIP_SCANNER,
	LOG_SIP_STRANGER_REJECTED,
	LOG_SIP_REGISTERED,
	LOG_PJSIP_NO_ENDPOINT,
	LOG_PJSIP_FAILED_AUTHENTICATION,
	LOG_PJSIP_ACL,
	LOG_PJSIP_OTHER,
	LOG_SECURITY_INVALID_PASSWORD,
	LOG_SECURITY_INVALID_ACCOUNT,
	LOG_SECURITY_CHALLENGE_FAILED,
	LOG_SECURITY_ACL,
	LOG_SECURITY_OTHER_FAILURE,
	LOG_SECURITY_CHALLENGE_SENT,
	LOG_SECURITY_SUCCESS,
	LOG_IAX_FAILED,
	LOG_AMI_FAILED,
	LOG_AMI_LOGIN,
	LOG_GUI_FAILED,
	LOG_GUI_LOGIN,
	LOG_GUI_ACTION,
	LOG_GUI_COMMAND,
	LOG_WEB_AUTH_FAILED,
	LOG_WEB_EXPLOIT,
	LOG_BAN,
	LOG_UNBAN,
	LOG_BAN_FOUND,
	LOG_ALREADY_BANNED,
	LOG_FIREWALL,
	LOG_KIND_COUNT,
};

/* "ssh-failed-password-root"; never NULL. */
const char *log_kind_name(enum log_kind kind);

/* Which failures measure one and the same try: a SIP registration shows in the notice and in the
 * security event, an SSH guess in up to three lines. The larger stream of a service is its count
 * of tries. */
enum log_stream {
	STREAM_NONE,
	STREAM_SSH_FAILED,
	STREAM_SSH_INVALID_USER,
	STREAM_SSH_PAM,
	STREAM_SIP_NOTICE,
	STREAM_SIP_SECURITY,
	STREAM_GUI,
	STREAM_AMI,
	STREAM_COUNT,
};

enum log_stream log_kind_stream(enum log_kind kind);

/* A login that worked: SSH, GUI, AMI. */
bool log_kind_is_login(enum log_kind kind);

/* Sums over kinds, such as "ssh-failed" and "sip-registration-failed". */
struct log_sum {
	const char *name;
	/* The kinds FIRST to LAST, both included. */
	enum log_kind first;
	enum log_kind last;
};

const struct log_sum *log_sums(size_t *ret_count);

/* Who writes a message: the program of a syslog line, the source file of an Asterisk line. */
enum log_writer {
	WRITER_NONE,
	WRITER_SSHD,
	WRITER_SUDO,
	WRITER_SU,
	WRITER_CHAN_SIP,
	/* res_pjsip/pjsip_distributor.c */
	WRITER_PJSIP_DISTRIBUTOR,
	WRITER_PJSIP_SESSION,
	WRITER_PJSIP_ACL,
	WRITER_PJSIP_REGISTRAR,
	WRITER_ACL,
	WRITER_IAX,
	WRITER_MANAGER,
	WRITER_SECURITY_LOG,
	/* A line of an Asterisk that names no file: any of its messages. */
	WRITER_ASTERISK_UNNAMED,
	/* Dialplan: pbx.c, app_verbose, "Ext. s". */
	WRITER_ASTERISK_DIALPLAN,
	WRITER_GUI,
	WRITER_FAIL2BAN,
	WRITER_KERNEL,
	WRITER_COUNT,
};

/* What one message says. Slices point into the line. */
struct log_match {
	enum log_kind kind;
	/* As it stands there; empty when the message names none. */
	struct slice address;
	struct slice account;
	/* Of the kind; STREAM_NONE for security events of other services than SIP. */
	enum log_stream stream;
	/* Two ways to read the line give two addresses: a forged field. The event counts, for
	 * nobody. */
	bool is_ambiguous;
};

/* Reads the MESSAGE that WRITER wrote (the line without its head and its end). False: it is none
 * of the table's. Linear in the message; no allocation. */
bool log_patterns_match(enum log_writer writer, struct slice message, struct log_match *ret_match);

/* The number of rows, for tests. */
size_t log_patterns_count(void);

/* The writer of a syslog line by its program ("sshd-session"), and of an Asterisk line by its
 * source file ("chan_sip.c", "res_pjsip/pjsip_distributor.c"). */
enum log_writer log_writer_of_program(struct slice program);
enum log_writer log_writer_of_file(struct slice file);

#endif
