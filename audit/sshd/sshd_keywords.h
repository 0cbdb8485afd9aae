/* SPDX-License-Identifier: Apache-2.0
 *
 * The vocabulary of sshd_config as tables: a row per setting (how it is printed, what values it
 * takes, its default) and a row per keyword that sets one (where it may stand, which releases and
 * vendors know it). Source: the keyword table, fill_default_server_options and dump_config of
 * openssh-portable servconf.c, releases 7.4 to 9.9, and Debian's and Red Hat's patches to it.
 */
#ifndef RINGFENCE_SSHD_SSHD_KEYWORDS_H
#define RINGFENCE_SSHD_SSHD_KEYWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/slice.h"
#include "audit/sshd/sshd_algorithms.h"
#include "audit/sshd/sshd_version.h"

/* In the order in which sshd -T prints them. */
enum sshd_setting_id {
	SSHD_PORT,
	SSHD_ADDRESS_FAMILY,
	SSHD_LISTEN_ADDRESS,
	SSHD_USE_PAM,
	SSHD_PAM_SERVICE_NAME,
	SSHD_LOGIN_GRACE_TIME,
	SSHD_X11_DISPLAY_OFFSET,
	SSHD_MAX_AUTH_TRIES,
	SSHD_MAX_SESSIONS,
	SSHD_CLIENT_ALIVE_INTERVAL,
	SSHD_CLIENT_ALIVE_COUNT_MAX,
	SSHD_REQUIRED_RSA_SIZE,
	SSHD_STREAM_LOCAL_BIND_MASK,
	SSHD_UNUSED_CONNECTION_TIMEOUT,
	SSHD_PERMIT_ROOT_LOGIN,
	SSHD_IGNORE_RHOSTS,
	SSHD_IGNORE_USER_KNOWN_HOSTS,
	SSHD_HOSTBASED_AUTHENTICATION,
	SSHD_HOSTBASED_USES_NAME_FROM_PACKET_ONLY,
	SSHD_PUBKEY_AUTHENTICATION,
	SSHD_KERBEROS_AUTHENTICATION,
	SSHD_KERBEROS_OR_LOCAL_PASSWD,
	SSHD_KERBEROS_TICKET_CLEANUP,
	SSHD_GSSAPI_AUTHENTICATION,
	SSHD_GSSAPI_CLEANUP_CREDENTIALS,
	SSHD_GSSAPI_KEY_EXCHANGE,
	SSHD_GSSAPI_STRICT_ACCEPTOR_CHECK,
	SSHD_GSSAPI_STORE_CREDENTIALS_ON_REKEY,
	SSHD_GSSAPI_KEX_ALGORITHMS,
	SSHD_PASSWORD_AUTHENTICATION,
	SSHD_KBD_INTERACTIVE_AUTHENTICATION,
	SSHD_CHALLENGE_RESPONSE_AUTHENTICATION,
	SSHD_PRINT_MOTD,
	SSHD_PRINT_LAST_LOG,
	SSHD_X11_FORWARDING,
	SSHD_X11_USE_LOCALHOST,
	SSHD_PERMIT_TTY,
	SSHD_PERMIT_USER_RC,
	SSHD_STRICT_MODES,
	SSHD_TCP_KEEP_ALIVE,
	SSHD_PERMIT_EMPTY_PASSWORDS,
	SSHD_COMPRESSION,
	SSHD_GATEWAY_PORTS,
	SSHD_USE_DNS,
	SSHD_ALLOW_TCP_FORWARDING,
	SSHD_ALLOW_AGENT_FORWARDING,
	SSHD_DISABLE_FORWARDING,
	SSHD_ALLOW_STREAM_LOCAL_FORWARDING,
	SSHD_STREAM_LOCAL_BIND_UNLINK,
	SSHD_USE_PRIVILEGE_SEPARATION,
	SSHD_FINGERPRINT_HASH,
	SSHD_EXPOSE_AUTH_INFO,
	SSHD_REFUSE_CONNECTION,
	SSHD_PID_FILE,
	SSHD_MODULI_FILE,
	SSHD_XAUTH_LOCATION,
	SSHD_CIPHERS_LIST,
	SSHD_MACS_LIST,
	SSHD_BANNER,
	SSHD_FORCE_COMMAND,
	SSHD_CHROOT_DIRECTORY,
	SSHD_TRUSTED_USER_CA_KEYS,
	SSHD_REVOKED_KEYS,
	SSHD_SECURITY_KEY_PROVIDER,
	SSHD_AUTHORIZED_PRINCIPALS_FILE,
	SSHD_VERSION_ADDENDUM,
	SSHD_AUTHORIZED_KEYS_COMMAND,
	SSHD_AUTHORIZED_KEYS_COMMAND_USER,
	SSHD_AUTHORIZED_PRINCIPALS_COMMAND,
	SSHD_AUTHORIZED_PRINCIPALS_COMMAND_USER,
	SSHD_HOST_KEY_AGENT,
	SSHD_KEX_ALGORITHMS,
	SSHD_CA_SIGNATURE_ALGORITHMS,
	SSHD_HOSTBASED_ACCEPTED_ALGORITHMS,
	SSHD_HOST_KEY_ALGORITHMS,
	SSHD_PUBKEY_ACCEPTED_ALGORITHMS,
	SSHD_RDOMAIN,
	SSHD_SSHD_SESSION_PATH,
	SSHD_PER_SOURCE_PENALTY_EXEMPT_LIST,
	SSHD_LOG_LEVEL,
	SSHD_SYSLOG_FACILITY,
	SSHD_AUTHORIZED_KEYS_FILE,
	SSHD_HOST_KEY,
	SSHD_HOST_CERTIFICATE,
	SSHD_ALLOW_USERS,
	SSHD_DENY_USERS,
	SSHD_ALLOW_GROUPS,
	SSHD_DENY_GROUPS,
	SSHD_ACCEPT_ENV,
	SSHD_SET_ENV,
	SSHD_AUTHENTICATION_METHODS,
	SSHD_LOG_VERBOSE,
	SSHD_CHANNEL_TIMEOUT,
	SSHD_SUBSYSTEM,
	SSHD_MAX_STARTUPS,
	SSHD_PER_SOURCE_MAX_STARTUPS,
	SSHD_PER_SOURCE_NET_BLOCK_SIZE,
	SSHD_PERMIT_TUNNEL,
	SSHD_IP_QOS,
	SSHD_REKEY_LIMIT,
	SSHD_PERMIT_OPEN,
	SSHD_PERMIT_LISTEN,
	SSHD_PERMIT_USER_ENVIRONMENT,
	SSHD_PUBKEY_AUTH_OPTIONS,
	SSHD_PER_SOURCE_PENALTIES,
	SSHD_DEBIAN_BANNER,
	/* Not printed: of releases before 7.4 only. */
	SSHD_PROTOCOL,
	SSHD_SETTING_COUNT,
};

/* How arguments are read, stored and printed. */
enum sshd_kind {
	/* One of a few words; stored as a number. */
	SSHD_KIND_CHOICE,
	/* The same, compared with regard to case. */
	SSHD_KIND_EXACT_CHOICE,
	SSHD_KIND_INTEGER,
	SSHD_KIND_TIME,
	/* A path; made absolute. */
	SSHD_KIND_PATH,
	/* One argument as it stands. */
	SSHD_KIND_WORD,
	/* The rest of the line as it stands. */
	SSHD_KIND_REST,
	/* The same, an absolute path or "none". */
	SSHD_KIND_COMMAND,
	SSHD_KIND_ALGORITHMS,
	/* Several arguments; lines add up, each value is printed on a line. */
	SSHD_KIND_LIST,
	/* Several arguments; the first line wins, printed on one line. */
	SSHD_KIND_FIRST_LINE,
	/* None of these: a function of its own in sshd_apply.c and sshd_print.c. */
	SSHD_KIND_OWN,
};

struct sshd_choice {
	const char *word;
	int value;
};

enum {
	SSHD_NO = 0,
	SSHD_YES = 1
};

enum sshd_root_login {
	SSHD_ROOT_NO = 0,
	SSHD_ROOT_FORCED_COMMANDS = 1,
	SSHD_ROOT_NO_PASSWORD = 2,
	SSHD_ROOT_YES = 3,
};

/* AllowTcpForwarding, AllowStreamLocalForwarding */
enum sshd_forwarding {
	SSHD_FORWARD_DENY = 0,
	SSHD_FORWARD_REMOTE = 1,
	SSHD_FORWARD_LOCAL = 2,
	SSHD_FORWARD_ALL = 3,
};

enum sshd_log_level {
	SSHD_LOG_QUIET,
	SSHD_LOG_FATAL,
	SSHD_LOG_ERROR,
	SSHD_LOG_INFO,
	SSHD_LOG_VERBOSE_LEVEL,
	SSHD_LOG_DEBUG1,
	SSHD_LOG_DEBUG2,
	SSHD_LOG_DEBUG3,
};

struct sshd_setting_row {
	/* As sshd -T prints it. */
	const char *name;
	enum sshd_kind kind;
	/* Ends with a NULL word. */
	const struct sshd_choice *choices;
	enum sshd_algorithm_family algorithms;
	/* A Match block changes it for a connection. */
	bool from_match;
	/* What holds when no line sets it, unless sshd_default_number tells otherwise. */
	int64_t default_number;
	const char *default_text;
	/* Releases whose sshd -T prints it: from SINCE, before UNTIL (0: no limit), of VENDORS
	 * (0: all). */
	uint16_t since;
	uint16_t until;
	unsigned int vendors;
	/* The name before RENAMED. */
	const char *old_name;
	uint16_t renamed;
};

const struct sshd_setting_row *sshd_setting_row(enum sshd_setting_id id);

/* The name that sshd of VERSION prints for ID. */
const char *sshd_setting_name(struct sshd_version version, enum sshd_setting_id id);

/* Does sshd -T of VERSION print ID? */
bool sshd_setting_is_printed(struct sshd_version version, enum sshd_setting_id id);

/* The number that holds when no line sets ID. */
int64_t sshd_default_number(struct sshd_version version, enum sshd_setting_id id);

enum sshd_action {
	SSHD_ACTION_SET,
	SSHD_ACTION_MATCH,
	SSHD_ACTION_INCLUDE,
	/* Read and passed over, with or without a word in the log. */
	SSHD_ACTION_IGNORE,
	/* Known, but this platform's sshd ends when it sees it. */
	SSHD_ACTION_REFUSE,
};

struct sshd_keyword {
	/* Lower case. */
	const char *name;
	enum sshd_action action;
	enum sshd_setting_id setting;
	/* The first release that takes it inside a Match block; 0: all, SSHD_NEVER: none. */
	uint16_t in_match_since;
	uint16_t since;
	uint16_t until;
	unsigned int vendors;
};

#define SSHD_NEVER UINT16_MAX

/* The keyword called NAME (case ignored) that sshd of VERSION knows, or NULL. */
const struct sshd_keyword *sshd_find_keyword(struct sshd_version version, struct slice name);

/* May KEYWORD stand inside a Match block? */
bool sshd_keyword_is_for_match(struct sshd_version version, const struct sshd_keyword *keyword);

/* Words of LogLevel, SyslogFacility, PermitTunnel and FingerprintHash, for their own readers. */
extern const struct sshd_choice sshd_log_levels[];
extern const struct sshd_choice sshd_facilities[];

/* All rows, for tests: sorted by name. */
const struct sshd_keyword *sshd_keyword_list(size_t *ret_count);

#endif
