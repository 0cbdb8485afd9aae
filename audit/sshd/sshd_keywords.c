/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_keywords.h"

#include <stdlib.h>

static const struct sshd_choice flag[] = { { "yes", 1 }, { "no", 0 }, { NULL, 0 } };

static const struct sshd_choice rhosts[] = {
	{ "yes", 1 },
	{ "no", 0 },
	{ "shosts-only", 2 },
	{ NULL, 0 },
};

static const struct sshd_choice families[] = {
	{ "inet", 4 },
	{ "inet6", 6 },
	{ "any", 0 },
	{ NULL, 0 },
};

static const struct sshd_choice root_logins[] = {
	{ "without-password", SSHD_ROOT_NO_PASSWORD },
	{ "prohibit-password", SSHD_ROOT_NO_PASSWORD },
	{ "forced-commands-only", SSHD_ROOT_FORCED_COMMANDS },
	{ "yes", SSHD_ROOT_YES },
	{ "no", SSHD_ROOT_NO },
	{ NULL, 0 },
};

static const struct sshd_choice compressions[] = {
	{ "yes", 1 },
	{ "delayed", 1 },
	{ "no", 0 },
	{ NULL, 0 },
};

static const struct sshd_choice gateways[] = {
	{ "clientspecified", 2 },
	{ "yes", 1 },
	{ "no", 0 },
	{ NULL, 0 },
};

static const struct sshd_choice forwardings[] = {
	{ "yes", SSHD_FORWARD_ALL },     { "all", SSHD_FORWARD_ALL },
	{ "no", SSHD_FORWARD_DENY },     { "remote", SSHD_FORWARD_REMOTE },
	{ "local", SSHD_FORWARD_LOCAL }, { NULL, 0 },
};

static const struct sshd_choice tunnels[] = {
	{ "no", 0 }, { "point-to-point", 1 }, { "ethernet", 2 }, { "yes", 3 }, { NULL, 0 },
};

static const struct sshd_choice hashes[] = {
	{ "MD5", 0 }, { "SHA1", 1 }, { "SHA256", 2 }, { "SHA384", 3 }, { "SHA512", 4 }, { NULL, 0 },
};

static const struct sshd_choice separations[] = {
	{ "yes", 2 }, { "sandbox", 1 }, { "nosandbox", 2 }, { "no", 0 }, { NULL, 0 },
};

/* Debian puts SILENT first, and so prints it for QUIET. */
const struct sshd_choice sshd_log_levels[] = {
	{ "SILENT", SSHD_LOG_QUIET },
	{ "QUIET", SSHD_LOG_QUIET },
	{ "FATAL", SSHD_LOG_FATAL },
	{ "ERROR", SSHD_LOG_ERROR },
	{ "INFO", SSHD_LOG_INFO },
	{ "VERBOSE", SSHD_LOG_VERBOSE_LEVEL },
	{ "DEBUG", SSHD_LOG_DEBUG1 },
	{ "DEBUG1", SSHD_LOG_DEBUG1 },
	{ "DEBUG2", SSHD_LOG_DEBUG2 },
	{ "DEBUG3", SSHD_LOG_DEBUG3 },
	{ NULL, 0 },
};

const struct sshd_choice sshd_facilities[] = {
	{ "DAEMON", 0 },  { "USER", 1 },    { "AUTH", 2 },   { "AUTHPRIV", 3 }, { "LOCAL0", 4 },
	{ "LOCAL1", 5 },  { "LOCAL2", 6 },  { "LOCAL3", 7 }, { "LOCAL4", 8 },   { "LOCAL5", 9 },
	{ "LOCAL6", 10 }, { "LOCAL7", 11 }, { NULL, 0 },
};

#define FLAG(field_name, match, value)                                                             \
	{                                                                                          \
		.name = (field_name), .kind = SSHD_KIND_CHOICE, .choices = flag,                   \
		.from_match = (match), .default_number = (value)                                   \
	}
#define CHOICE(field_name, words, match, value)                                                    \
	{                                                                                          \
		.name = (field_name), .kind = SSHD_KIND_CHOICE, .choices = (words),                \
		.from_match = (match), .default_number = (value)                                   \
	}
#define INTEGER(field_name, match, value)                                                          \
	{                                                                                          \
		.name = (field_name), .kind = SSHD_KIND_INTEGER, .from_match = (match),            \
		.default_number = (value)                                                          \
	}
#define TIME(field_name, match, value)                                                             \
	{                                                                                          \
		.name = (field_name), .kind = SSHD_KIND_TIME, .from_match = (match),               \
		.default_number = (value)                                                          \
	}
#define TEXT(field_name, field_kind, match, value)                                                 \
	{                                                                                          \
		.name = (field_name), .kind = (field_kind), .from_match = (match),                 \
		.default_text = (value)                                                            \
	}
#define ALGORITHMS(field_name, family, match)                                                      \
	{                                                                                          \
		.name = (field_name), .kind = SSHD_KIND_ALGORITHMS, .algorithms = (family),        \
		.from_match = (match)                                                              \
	}
#define OTHER(field_name, field_kind, match)                                                       \
	{                                                                                          \
		.name = (field_name), .kind = (field_kind), .from_match = (match)                  \
	}

static const struct sshd_setting_row settings[SSHD_SETTING_COUNT] = {
	[SSHD_PORT] = OTHER("port", SSHD_KIND_OWN, false),
	[SSHD_ADDRESS_FAMILY] = CHOICE("addressfamily", families, false, 0),
	[SSHD_LISTEN_ADDRESS] = OTHER("listenaddress", SSHD_KIND_OWN, false),
	[SSHD_USE_PAM] = FLAG("usepam", false, SSHD_NO),
	[SSHD_PAM_SERVICE_NAME] = {
		.name = "pamservicename",
		.kind = SSHD_KIND_WORD,
		.from_match = true,
		.default_text = "sshd",
		.since = 908,
	},
	[SSHD_LOGIN_GRACE_TIME] = TIME("logingracetime", false, 120),
	[SSHD_X11_DISPLAY_OFFSET] = INTEGER("x11displayoffset", true, 10),
	[SSHD_MAX_AUTH_TRIES] = INTEGER("maxauthtries", true, 6),
	[SSHD_MAX_SESSIONS] = INTEGER("maxsessions", true, 10),
	[SSHD_CLIENT_ALIVE_INTERVAL] = TIME("clientaliveinterval", true, 0),
	[SSHD_CLIENT_ALIVE_COUNT_MAX] = INTEGER("clientalivecountmax", true, 3),
	[SSHD_REQUIRED_RSA_SIZE] = {
		.name = "requiredrsasize",
		.kind = SSHD_KIND_INTEGER,
		.from_match = true,
		.default_number = 1024,
		.since = 901,
	},
	[SSHD_STREAM_LOCAL_BIND_MASK] = {
		.name = "streamlocalbindmask",
		.kind = SSHD_KIND_OWN,
		.from_match = true,
		.default_number = 0177,
	},
	[SSHD_UNUSED_CONNECTION_TIMEOUT] = {
		.name = "unusedconnectiontimeout",
		.kind = SSHD_KIND_OWN,
		.from_match = true,
		.since = 902,
	},
	[SSHD_PERMIT_ROOT_LOGIN] =
		CHOICE("permitrootlogin", root_logins, true, SSHD_ROOT_NO_PASSWORD),
	[SSHD_IGNORE_RHOSTS] = CHOICE("ignorerhosts", rhosts, true, SSHD_YES),
	[SSHD_IGNORE_USER_KNOWN_HOSTS] = FLAG("ignoreuserknownhosts", false, SSHD_NO),
	[SSHD_HOSTBASED_AUTHENTICATION] = FLAG("hostbasedauthentication", true, SSHD_NO),
	[SSHD_HOSTBASED_USES_NAME_FROM_PACKET_ONLY] =
		FLAG("hostbasedusesnamefrompacketonly", true, SSHD_NO),
	[SSHD_PUBKEY_AUTHENTICATION] = FLAG("pubkeyauthentication", true, SSHD_YES),
	[SSHD_KERBEROS_AUTHENTICATION] = FLAG("kerberosauthentication", true, SSHD_NO),
	[SSHD_KERBEROS_OR_LOCAL_PASSWD] = FLAG("kerberosorlocalpasswd", false, SSHD_YES),
	[SSHD_KERBEROS_TICKET_CLEANUP] = FLAG("kerberosticketcleanup", false, SSHD_YES),
	[SSHD_GSSAPI_AUTHENTICATION] = FLAG("gssapiauthentication", true, SSHD_NO),
	[SSHD_GSSAPI_CLEANUP_CREDENTIALS] = FLAG("gssapicleanupcredentials", false, SSHD_YES),
	[SSHD_GSSAPI_KEY_EXCHANGE] = {
		.name = "gssapikeyexchange",
		.kind = SSHD_KIND_CHOICE,
		.choices = flag,
		.vendors = SSHD_DEBIAN | SSHD_REDHAT,
	},
	[SSHD_GSSAPI_STRICT_ACCEPTOR_CHECK] = {
		.name = "gssapistrictacceptorcheck",
		.kind = SSHD_KIND_CHOICE,
		.choices = flag,
		.default_number = SSHD_YES,
		.vendors = SSHD_DEBIAN | SSHD_REDHAT,
	},
	[SSHD_GSSAPI_STORE_CREDENTIALS_ON_REKEY] = {
		.name = "gssapistorecredentialsonrekey",
		.kind = SSHD_KIND_CHOICE,
		.choices = flag,
		.vendors = SSHD_DEBIAN | SSHD_REDHAT,
	},
	[SSHD_GSSAPI_KEX_ALGORITHMS] = {
		.name = "gssapikexalgorithms",
		.kind = SSHD_KIND_ALGORITHMS,
		.algorithms = SSHD_GSS_KEX,
		.since = 800,
		.vendors = SSHD_DEBIAN | SSHD_REDHAT,
	},
	[SSHD_PASSWORD_AUTHENTICATION] = FLAG("passwordauthentication", true, SSHD_YES),
	[SSHD_KBD_INTERACTIVE_AUTHENTICATION] =
		FLAG("kbdinteractiveauthentication", true, SSHD_YES),
	[SSHD_CHALLENGE_RESPONSE_AUTHENTICATION] = {
		.name = "challengeresponseauthentication",
		.kind = SSHD_KIND_CHOICE,
		.choices = flag,
		.default_number = SSHD_YES,
		.until = 807,
	},
	[SSHD_PRINT_MOTD] = FLAG("printmotd", false, SSHD_YES),
	[SSHD_PRINT_LAST_LOG] = FLAG("printlastlog", false, SSHD_YES),
	[SSHD_X11_FORWARDING] = FLAG("x11forwarding", true, SSHD_NO),
	[SSHD_X11_USE_LOCALHOST] = FLAG("x11uselocalhost", true, SSHD_YES),
	[SSHD_PERMIT_TTY] = FLAG("permittty", true, SSHD_YES),
	[SSHD_PERMIT_USER_RC] = FLAG("permituserrc", true, SSHD_YES),
	[SSHD_STRICT_MODES] = FLAG("strictmodes", false, SSHD_YES),
	[SSHD_TCP_KEEP_ALIVE] = FLAG("tcpkeepalive", false, SSHD_YES),
	[SSHD_PERMIT_EMPTY_PASSWORDS] = FLAG("permitemptypasswords", true, SSHD_NO),
	[SSHD_COMPRESSION] = CHOICE("compression", compressions, false, SSHD_YES),
	[SSHD_GATEWAY_PORTS] = CHOICE("gatewayports", gateways, true, SSHD_NO),
	[SSHD_USE_DNS] = FLAG("usedns", false, SSHD_NO),
	[SSHD_ALLOW_TCP_FORWARDING] =
		CHOICE("allowtcpforwarding", forwardings, true, SSHD_FORWARD_ALL),
	[SSHD_ALLOW_AGENT_FORWARDING] = FLAG("allowagentforwarding", true, SSHD_YES),
	[SSHD_DISABLE_FORWARDING] = FLAG("disableforwarding", true, SSHD_NO),
	[SSHD_ALLOW_STREAM_LOCAL_FORWARDING] =
		CHOICE("allowstreamlocalforwarding", forwardings, true, SSHD_FORWARD_ALL),
	[SSHD_STREAM_LOCAL_BIND_UNLINK] = FLAG("streamlocalbindunlink", true, SSHD_NO),
	[SSHD_USE_PRIVILEGE_SEPARATION] = {
		.name = "useprivilegeseparation",
		.kind = SSHD_KIND_CHOICE,
		.choices = separations,
		.default_number = 1,
		.until = 705,
	},
	[SSHD_FINGERPRINT_HASH] = CHOICE("fingerprinthash", hashes, false, 2),
	[SSHD_EXPOSE_AUTH_INFO] = {
		.name = "exposeauthinfo",
		.kind = SSHD_KIND_CHOICE,
		.choices = flag,
		.from_match = true,
		.since = 706,
	},
	[SSHD_REFUSE_CONNECTION] = {
		.name = "refuseconnection",
		.kind = SSHD_KIND_CHOICE,
		.choices = flag,
		.from_match = true,
		.since = 909,
	},
	[SSHD_PID_FILE] = TEXT("pidfile", SSHD_KIND_PATH, false, "/run/sshd.pid"),
	[SSHD_MODULI_FILE] = {
		.name = "modulifile",
		.kind = SSHD_KIND_PATH,
		.default_text = "/etc/ssh/moduli",
		.since = 806,
	},
	[SSHD_XAUTH_LOCATION] = TEXT("xauthlocation", SSHD_KIND_PATH, false, "/usr/bin/xauth"),
	[SSHD_CIPHERS_LIST] = ALGORITHMS("ciphers", SSHD_CIPHERS, false),
	[SSHD_MACS_LIST] = ALGORITHMS("macs", SSHD_MACS, false),
	[SSHD_BANNER] = TEXT("banner", SSHD_KIND_PATH, true, NULL),
	[SSHD_FORCE_COMMAND] = TEXT("forcecommand", SSHD_KIND_REST, true, NULL),
	[SSHD_CHROOT_DIRECTORY] = TEXT("chrootdirectory", SSHD_KIND_WORD, true, NULL),
	[SSHD_TRUSTED_USER_CA_KEYS] = TEXT("trustedusercakeys", SSHD_KIND_PATH, true, NULL),
	[SSHD_REVOKED_KEYS] = TEXT("revokedkeys", SSHD_KIND_PATH, true, NULL),
	[SSHD_SECURITY_KEY_PROVIDER] = {
		.name = "securitykeyprovider",
		.kind = SSHD_KIND_OWN,
		.default_text = "internal",
		.since = 802,
	},
	[SSHD_AUTHORIZED_PRINCIPALS_FILE] =
		TEXT("authorizedprincipalsfile", SSHD_KIND_OWN, true, NULL),
	[SSHD_VERSION_ADDENDUM] = TEXT("versionaddendum", SSHD_KIND_REST, false, NULL),
	[SSHD_AUTHORIZED_KEYS_COMMAND] =
		TEXT("authorizedkeyscommand", SSHD_KIND_COMMAND, true, NULL),
	[SSHD_AUTHORIZED_KEYS_COMMAND_USER] =
		TEXT("authorizedkeyscommanduser", SSHD_KIND_WORD, true, NULL),
	[SSHD_AUTHORIZED_PRINCIPALS_COMMAND] =
		TEXT("authorizedprincipalscommand", SSHD_KIND_COMMAND, true, NULL),
	[SSHD_AUTHORIZED_PRINCIPALS_COMMAND_USER] =
		TEXT("authorizedprincipalscommanduser", SSHD_KIND_WORD, true, NULL),
	[SSHD_HOST_KEY_AGENT] = TEXT("hostkeyagent", SSHD_KIND_OWN, false, NULL),
	[SSHD_KEX_ALGORITHMS] = ALGORITHMS("kexalgorithms", SSHD_KEX, false),
	[SSHD_CA_SIGNATURE_ALGORITHMS] = {
		.name = "casignaturealgorithms",
		.kind = SSHD_KIND_ALGORITHMS,
		.algorithms = SSHD_CA_SIGNATURES,
		.from_match = true,
		.since = 709,
	},
	[SSHD_HOSTBASED_ACCEPTED_ALGORITHMS] = {
		.name = "hostbasedacceptedalgorithms",
		.kind = SSHD_KIND_ALGORITHMS,
		.algorithms = SSHD_KEYS,
		.from_match = true,
		.old_name = "hostbasedacceptedkeytypes",
		.renamed = 805,
	},
	[SSHD_HOST_KEY_ALGORITHMS] = ALGORITHMS("hostkeyalgorithms", SSHD_KEYS, false),
	[SSHD_PUBKEY_ACCEPTED_ALGORITHMS] = {
		.name = "pubkeyacceptedalgorithms",
		.kind = SSHD_KIND_ALGORITHMS,
		.algorithms = SSHD_KEYS,
		.from_match = true,
		.old_name = "pubkeyacceptedkeytypes",
		.renamed = 805,
	},
	[SSHD_RDOMAIN] = {
		.name = "rdomain",
		.kind = SSHD_KIND_WORD,
		.from_match = true,
		.since = 707,
		.until = 803,
	},
	[SSHD_SSHD_SESSION_PATH] = {
		.name = "sshdsessionpath",
		.kind = SSHD_KIND_PATH,
		.default_text = "/usr/lib/openssh/sshd-session",
		.since = 908,
	},
	[SSHD_PER_SOURCE_PENALTY_EXEMPT_LIST] = {
		.name = "persourcepenaltyexemptlist",
		.kind = SSHD_KIND_OWN,
		.since = 908,
	},
	[SSHD_LOG_LEVEL] = {
		.name = "loglevel",
		.kind = SSHD_KIND_OWN,
		.choices = sshd_log_levels,
		.from_match = true,
		.default_number = SSHD_LOG_INFO,
	},
	[SSHD_SYSLOG_FACILITY] = {
		.name = "syslogfacility",
		.kind = SSHD_KIND_OWN,
		.choices = sshd_facilities,
		.default_number = 2,
	},
	[SSHD_AUTHORIZED_KEYS_FILE] = {
		.name = "authorizedkeysfile",
		.kind = SSHD_KIND_FIRST_LINE,
		.from_match = true,
		.default_text = ".ssh/authorized_keys .ssh/authorized_keys2",
	},
	[SSHD_HOST_KEY] = OTHER("hostkey", SSHD_KIND_OWN, false),
	[SSHD_HOST_CERTIFICATE] = OTHER("hostcertificate", SSHD_KIND_OWN, false),
	[SSHD_ALLOW_USERS] = OTHER("allowusers", SSHD_KIND_LIST, true),
	[SSHD_DENY_USERS] = OTHER("denyusers", SSHD_KIND_LIST, true),
	[SSHD_ALLOW_GROUPS] = OTHER("allowgroups", SSHD_KIND_LIST, true),
	[SSHD_DENY_GROUPS] = OTHER("denygroups", SSHD_KIND_LIST, true),
	[SSHD_ACCEPT_ENV] = OTHER("acceptenv", SSHD_KIND_LIST, true),
	[SSHD_SET_ENV] = {
		.name = "setenv",
		.kind = SSHD_KIND_LIST,
		.from_match = true,
		.since = 708,
	},
	[SSHD_AUTHENTICATION_METHODS] = {
		.name = "authenticationmethods",
		.kind = SSHD_KIND_FIRST_LINE,
		.from_match = true,
		.default_text = "any",
	},
	[SSHD_LOG_VERBOSE] = {
		.name = "logverbose",
		.kind = SSHD_KIND_FIRST_LINE,
		.from_match = true,
		.since = 805,
	},
	[SSHD_CHANNEL_TIMEOUT] = {
		.name = "channeltimeout",
		.kind = SSHD_KIND_FIRST_LINE,
		.from_match = true,
		.since = 902,
	},
	[SSHD_SUBSYSTEM] = OTHER("subsystem", SSHD_KIND_OWN, false),
	[SSHD_MAX_STARTUPS] = OTHER("maxstartups", SSHD_KIND_OWN, false),
	[SSHD_PER_SOURCE_MAX_STARTUPS] = {
		.name = "persourcemaxstartups",
		.kind = SSHD_KIND_OWN,
		.default_number = INT32_MAX,
		.since = 805,
	},
	[SSHD_PER_SOURCE_NET_BLOCK_SIZE] = {
		.name = "persourcenetblocksize",
		.kind = SSHD_KIND_OWN,
		.since = 805,
	},
	[SSHD_PERMIT_TUNNEL] = {
		.name = "permittunnel",
		.kind = SSHD_KIND_EXACT_CHOICE,
		.choices = tunnels,
		.from_match = true,
	},
	[SSHD_IP_QOS] = OTHER("ipqos", SSHD_KIND_OWN, true),
	[SSHD_REKEY_LIMIT] = OTHER("rekeylimit", SSHD_KIND_OWN, true),
	[SSHD_PERMIT_OPEN] = {
		.name = "permitopen",
		.kind = SSHD_KIND_FIRST_LINE,
		.from_match = true,
		.default_text = "any",
	},
	[SSHD_PERMIT_LISTEN] = {
		.name = "permitlisten",
		.kind = SSHD_KIND_FIRST_LINE,
		.from_match = true,
		.default_text = "any",
		.since = 708,
	},
	[SSHD_PERMIT_USER_ENVIRONMENT] = OTHER("permituserenvironment", SSHD_KIND_OWN, true),
	[SSHD_PUBKEY_AUTH_OPTIONS] = {
		.name = "pubkeyauthoptions",
		.kind = SSHD_KIND_OWN,
		.from_match = true,
		.since = 802,
	},
	[SSHD_PER_SOURCE_PENALTIES] = {
		.name = "persourcepenalties",
		.kind = SSHD_KIND_OWN,
		.since = 908,
	},
	/* sshd -T does not print it. */
	[SSHD_DEBIAN_BANNER] = {
		.name = "debianbanner",
		.kind = SSHD_KIND_CHOICE,
		.choices = flag,
		.default_number = SSHD_YES,
		.since = SSHD_NEVER,
	},
	[SSHD_PROTOCOL] = {
		.name = "protocol",
		.kind = SSHD_KIND_WORD,
		.default_text = "2",
		.since = SSHD_NEVER,
	},
};

#define GLOBAL(keyword_name, setting_id)                                                           \
	{                                                                                          \
		.name = (keyword_name), .setting = (setting_id), .in_match_since = SSHD_NEVER      \
	}
#define EVERYWHERE(keyword_name, setting_id)                                                       \
	{                                                                                          \
		.name = (keyword_name), .setting = (setting_id)                                    \
	}
#define IGNORED(keyword_name)                                                                      \
	{                                                                                          \
		.name = (keyword_name), .action = SSHD_ACTION_IGNORE, .in_match_since = SSHD_NEVER \
	}
#define IGNORED_EVERYWHERE(keyword_name)                                                           \
	{                                                                                          \
		.name = (keyword_name), .action = SSHD_ACTION_IGNORE                               \
	}
#define PATCHED(keyword_name, setting_id)                                                          \
	{                                                                                          \
		.name = (keyword_name), .setting = (setting_id), .in_match_since = SSHD_NEVER,     \
		.vendors = SSHD_DEBIAN | SSHD_REDHAT                                               \
	}
#define SINCE(keyword_name, setting_id, in_match, release)                                         \
	{                                                                                          \
		.name = (keyword_name), .setting = (setting_id), .in_match_since = (in_match),     \
		.since = (release)                                                                 \
	}

/* Sorted by name. */
static const struct sshd_keyword keywords[] = {
	EVERYWHERE("acceptenv", SSHD_ACCEPT_ENV),
	GLOBAL("addressfamily", SSHD_ADDRESS_FAMILY),
	IGNORED("afstokenpassing"),
	EVERYWHERE("allowagentforwarding", SSHD_ALLOW_AGENT_FORWARDING),
	EVERYWHERE("allowgroups", SSHD_ALLOW_GROUPS),
	EVERYWHERE("allowstreamlocalforwarding", SSHD_ALLOW_STREAM_LOCAL_FORWARDING),
	EVERYWHERE("allowtcpforwarding", SSHD_ALLOW_TCP_FORWARDING),
	EVERYWHERE("allowusers", SSHD_ALLOW_USERS),
	EVERYWHERE("authenticationmethods", SSHD_AUTHENTICATION_METHODS),
	EVERYWHERE("authorizedkeyscommand", SSHD_AUTHORIZED_KEYS_COMMAND),
	EVERYWHERE("authorizedkeyscommanduser", SSHD_AUTHORIZED_KEYS_COMMAND_USER),
	EVERYWHERE("authorizedkeysfile", SSHD_AUTHORIZED_KEYS_FILE),
	IGNORED_EVERYWHERE("authorizedkeysfile2"),
	EVERYWHERE("authorizedprincipalscommand", SSHD_AUTHORIZED_PRINCIPALS_COMMAND),
	EVERYWHERE("authorizedprincipalscommanduser", SSHD_AUTHORIZED_PRINCIPALS_COMMAND_USER),
	EVERYWHERE("authorizedprincipalsfile", SSHD_AUTHORIZED_PRINCIPALS_FILE),
	EVERYWHERE("banner", SSHD_BANNER),
	SINCE("casignaturealgorithms", SSHD_CA_SIGNATURE_ALGORITHMS, 0, 709),
	{
		.name = "challengeresponseauthentication",
		.setting = SSHD_CHALLENGE_RESPONSE_AUTHENTICATION,
		.in_match_since = SSHD_NEVER,
		.until = 807,
	},
	SINCE("challengeresponseauthentication", SSHD_KBD_INTERACTIVE_AUTHENTICATION, 0, 807),
	SINCE("channeltimeout", SSHD_CHANNEL_TIMEOUT, 0, 902),
	IGNORED("checkmail"),
	EVERYWHERE("chrootdirectory", SSHD_CHROOT_DIRECTORY),
	GLOBAL("ciphers", SSHD_CIPHERS_LIST),
	EVERYWHERE("clientalivecountmax", SSHD_CLIENT_ALIVE_COUNT_MAX),
	EVERYWHERE("clientaliveinterval", SSHD_CLIENT_ALIVE_INTERVAL),
	GLOBAL("compression", SSHD_COMPRESSION),
	{
		.name = "debianbanner",
		.setting = SSHD_DEBIAN_BANNER,
		.in_match_since = SSHD_NEVER,
		.vendors = SSHD_DEBIAN,
	},
	EVERYWHERE("denygroups", SSHD_DENY_GROUPS),
	EVERYWHERE("denyusers", SSHD_DENY_USERS),
	EVERYWHERE("disableforwarding", SSHD_DISABLE_FORWARDING),
	GLOBAL("dsaauthentication", SSHD_PUBKEY_AUTHENTICATION),
	SINCE("exposeauthinfo", SSHD_EXPOSE_AUTH_INFO, 0, 706),
	GLOBAL("fingerprinthash", SSHD_FINGERPRINT_HASH),
	EVERYWHERE("forcecommand", SSHD_FORCE_COMMAND),
	EVERYWHERE("gatewayports", SSHD_GATEWAY_PORTS),
	EVERYWHERE("gssapiauthentication", SSHD_GSSAPI_AUTHENTICATION),
	GLOBAL("gssapicleanupcredentials", SSHD_GSSAPI_CLEANUP_CREDENTIALS),
	PATCHED("gssapicleanupcreds", SSHD_GSSAPI_CLEANUP_CREDENTIALS),
	{
		.name = "gssapienablek5users",
		.action = SSHD_ACTION_IGNORE,
		.vendors = SSHD_REDHAT,
	},
	PATCHED("gssapikexalgorithms", SSHD_GSSAPI_KEX_ALGORITHMS),
	PATCHED("gssapikeyexchange", SSHD_GSSAPI_KEY_EXCHANGE),
	PATCHED("gssapistorecredentialsonrekey", SSHD_GSSAPI_STORE_CREDENTIALS_ON_REKEY),
	GLOBAL("gssapistrictacceptorcheck", SSHD_GSSAPI_STRICT_ACCEPTOR_CHECK),
	{
		.name = "gssapiusesessioncredcache",
		.action = SSHD_ACTION_IGNORE,
		.in_match_since = SSHD_NEVER,
		.vendors = SSHD_DEBIAN | SSHD_REDHAT,
	},
	{
		.name = "gssusesessionccache",
		.action = SSHD_ACTION_IGNORE,
		.in_match_since = SSHD_NEVER,
		.vendors = SSHD_DEBIAN | SSHD_REDHAT,
	},
	SINCE("hostbasedacceptedalgorithms", SSHD_HOSTBASED_ACCEPTED_ALGORITHMS, 0, 805),
	EVERYWHERE("hostbasedacceptedkeytypes", SSHD_HOSTBASED_ACCEPTED_ALGORITHMS),
	EVERYWHERE("hostbasedauthentication", SSHD_HOSTBASED_AUTHENTICATION),
	EVERYWHERE("hostbasedusesnamefrompacketonly", SSHD_HOSTBASED_USES_NAME_FROM_PACKET_ONLY),
	GLOBAL("hostcertificate", SSHD_HOST_CERTIFICATE),
	GLOBAL("hostdsakey", SSHD_HOST_KEY),
	GLOBAL("hostkey", SSHD_HOST_KEY),
	GLOBAL("hostkeyagent", SSHD_HOST_KEY_AGENT),
	GLOBAL("hostkeyalgorithms", SSHD_HOST_KEY_ALGORITHMS),
	SINCE("ignorerhosts", SSHD_IGNORE_RHOSTS, 803, 0),
	GLOBAL("ignoreuserknownhosts", SSHD_IGNORE_USER_KNOWN_HOSTS),
	{
		.name = "include",
		.action = SSHD_ACTION_INCLUDE,
		.since = 802,
	},
	EVERYWHERE("ipqos", SSHD_IP_QOS),
	EVERYWHERE("kbdinteractiveauthentication", SSHD_KBD_INTERACTIVE_AUTHENTICATION),
	GLOBAL("keepalive", SSHD_TCP_KEEP_ALIVE),
	EVERYWHERE("kerberosauthentication", SSHD_KERBEROS_AUTHENTICATION),
	IGNORED("kerberosgetafstoken"),
	GLOBAL("kerberosorlocalpasswd", SSHD_KERBEROS_OR_LOCAL_PASSWD),
	IGNORED("kerberostgtpassing"),
	GLOBAL("kerberosticketcleanup", SSHD_KERBEROS_TICKET_CLEANUP),
	{
		.name = "kerberosuniqueccache",
		.action = SSHD_ACTION_IGNORE,
		.in_match_since = SSHD_NEVER,
		.vendors = SSHD_REDHAT,
	},
	{
		.name = "kerberosusekuserok",
		.action = SSHD_ACTION_IGNORE,
		.vendors = SSHD_REDHAT,
	},
	GLOBAL("kexalgorithms", SSHD_KEX_ALGORITHMS),
	IGNORED("keyregenerationinterval"),
	GLOBAL("listenaddress", SSHD_LISTEN_ADDRESS),
	GLOBAL("logingracetime", SSHD_LOGIN_GRACE_TIME),
	SINCE("loglevel", SSHD_LOG_LEVEL, 706, 0),
	SINCE("logverbose", SSHD_LOG_VERBOSE, 0, 805),
	GLOBAL("macs", SSHD_MACS_LIST),
	{
		.name = "match",
		.action = SSHD_ACTION_MATCH,
	},
	EVERYWHERE("maxauthtries", SSHD_MAX_AUTH_TRIES),
	EVERYWHERE("maxsessions", SSHD_MAX_SESSIONS),
	GLOBAL("maxstartups", SSHD_MAX_STARTUPS),
	SINCE("modulifile", SSHD_MODULI_FILE, SSHD_NEVER, 806),
	IGNORED("pamauthenticationviakbdint"),
	SINCE("pamservicename", SSHD_PAM_SERVICE_NAME, 0, 908),
	EVERYWHERE("passwordauthentication", SSHD_PASSWORD_AUTHENTICATION),
	{
		.name = "permitblacklistedkeys",
		.action = SSHD_ACTION_IGNORE,
		.in_match_since = SSHD_NEVER,
		.vendors = SSHD_DEBIAN,
	},
	EVERYWHERE("permitemptypasswords", SSHD_PERMIT_EMPTY_PASSWORDS),
	SINCE("permitlisten", SSHD_PERMIT_LISTEN, 0, 708),
	EVERYWHERE("permitopen", SSHD_PERMIT_OPEN),
	EVERYWHERE("permitrootlogin", SSHD_PERMIT_ROOT_LOGIN),
	EVERYWHERE("permittty", SSHD_PERMIT_TTY),
	EVERYWHERE("permittunnel", SSHD_PERMIT_TUNNEL),
	GLOBAL("permituserenvironment", SSHD_PERMIT_USER_ENVIRONMENT),
	EVERYWHERE("permituserrc", SSHD_PERMIT_USER_RC),
	SINCE("persourcemaxstartups", SSHD_PER_SOURCE_MAX_STARTUPS, SSHD_NEVER, 805),
	SINCE("persourcenetblocksize", SSHD_PER_SOURCE_NET_BLOCK_SIZE, SSHD_NEVER, 805),
	SINCE("persourcepenalties", SSHD_PER_SOURCE_PENALTIES, SSHD_NEVER, 908),
	SINCE("persourcepenaltyexemptlist", SSHD_PER_SOURCE_PENALTY_EXEMPT_LIST, SSHD_NEVER, 908),
	GLOBAL("pidfile", SSHD_PID_FILE),
	GLOBAL("port", SSHD_PORT),
	GLOBAL("printlastlog", SSHD_PRINT_LAST_LOG),
	GLOBAL("printmotd", SSHD_PRINT_MOTD),
	{
		.name = "protocol",
		.setting = SSHD_PROTOCOL,
		.in_match_since = SSHD_NEVER,
		.until = 704,
	},
	{
		.name = "protocol",
		.action = SSHD_ACTION_IGNORE,
		.in_match_since = SSHD_NEVER,
		.since = 704,
	},
	SINCE("pubkeyacceptedalgorithms", SSHD_PUBKEY_ACCEPTED_ALGORITHMS, 0, 805),
	EVERYWHERE("pubkeyacceptedkeytypes", SSHD_PUBKEY_ACCEPTED_ALGORITHMS),
	EVERYWHERE("pubkeyauthentication", SSHD_PUBKEY_AUTHENTICATION),
	SINCE("pubkeyauthoptions", SSHD_PUBKEY_AUTH_OPTIONS, 0, 802),
	/* Linux has no routing domain of a process. */
	{
		.name = "rdomain",
		.action = SSHD_ACTION_REFUSE,
		.since = 707,
	},
	SINCE("refuseconnection", SSHD_REFUSE_CONNECTION, 0, 909),
	EVERYWHERE("rekeylimit", SSHD_REKEY_LIMIT),
	SINCE("requiredrsasize", SSHD_REQUIRED_RSA_SIZE, 0, 901),
	IGNORED("reversemappingcheck"),
	EVERYWHERE("revokedkeys", SSHD_REVOKED_KEYS),
	IGNORED("rhostsauthentication"),
	IGNORED_EVERYWHERE("rhostsrsaauthentication"),
	IGNORED_EVERYWHERE("rsaauthentication"),
	/* Red Hat's name for RequiredRSASize before upstream had it. */
	{
		.name = "rsaminsize",
		.setting = SSHD_REQUIRED_RSA_SIZE,
		.vendors = SSHD_REDHAT,
	},
	SINCE("securitykeyprovider", SSHD_SECURITY_KEY_PROVIDER, SSHD_NEVER, 802),
	IGNORED("serverkeybits"),
	SINCE("setenv", SSHD_SET_ENV, 0, 708),
	{
		.name = "showpatchlevel",
		.action = SSHD_ACTION_IGNORE,
		.in_match_since = SSHD_NEVER,
		.until = 704,
		.vendors = SSHD_REDHAT,
	},
	{
		.name = "skeyauthentication",
		.setting = SSHD_CHALLENGE_RESPONSE_AUTHENTICATION,
		.in_match_since = SSHD_NEVER,
		.until = 708,
	},
	{
		.name = "skeyauthentication",
		.action = SSHD_ACTION_IGNORE,
		.in_match_since = SSHD_NEVER,
		.since = 708,
		.until = 807,
	},
	SINCE("skeyauthentication", SSHD_KBD_INTERACTIVE_AUTHENTICATION, 0, 807),
	SINCE("sshdsessionpath", SSHD_SSHD_SESSION_PATH, SSHD_NEVER, 908),
	EVERYWHERE("streamlocalbindmask", SSHD_STREAM_LOCAL_BIND_MASK),
	EVERYWHERE("streamlocalbindunlink", SSHD_STREAM_LOCAL_BIND_UNLINK),
	GLOBAL("strictmodes", SSHD_STRICT_MODES),
	SINCE("subsystem", SSHD_SUBSYSTEM, 905, 0),
	GLOBAL("syslogfacility", SSHD_SYSLOG_FACILITY),
	GLOBAL("tcpkeepalive", SSHD_TCP_KEEP_ALIVE),
	EVERYWHERE("trustedusercakeys", SSHD_TRUSTED_USER_CA_KEYS),
	SINCE("unusedconnectiontimeout", SSHD_UNUSED_CONNECTION_TIMEOUT, 0, 902),
	GLOBAL("usedns", SSHD_USE_DNS),
	IGNORED("uselogin"),
	GLOBAL("usepam", SSHD_USE_PAM),
	{
		.name = "useprivilegeseparation",
		.setting = SSHD_USE_PRIVILEGE_SEPARATION,
		.in_match_since = SSHD_NEVER,
		.until = 705,
	},
	{
		.name = "useprivilegeseparation",
		.action = SSHD_ACTION_IGNORE,
		.in_match_since = SSHD_NEVER,
		.since = 705,
	},
	IGNORED("verifyreversemapping"),
	GLOBAL("versionaddendum", SSHD_VERSION_ADDENDUM),
	EVERYWHERE("x11displayoffset", SSHD_X11_DISPLAY_OFFSET),
	EVERYWHERE("x11forwarding", SSHD_X11_FORWARDING),
	EVERYWHERE("x11uselocalhost", SSHD_X11_USE_LOCALHOST),
	GLOBAL("xauthlocation", SSHD_XAUTH_LOCATION),
};

const struct sshd_setting_row *sshd_setting_row(enum sshd_setting_id id)
{
	return &settings[id];
}

const struct sshd_keyword *sshd_keyword_list(size_t *ret_count)
{
	*ret_count = ARRAY_SIZE(keywords);
	return keywords;
}

const char *sshd_setting_name(struct sshd_version version, enum sshd_setting_id id)
{
	const struct sshd_setting_row *row = &settings[id];
	return row->old_name && version.release < row->renamed ? row->old_name : row->name;
}

static bool is_in(struct sshd_version version, uint16_t since, uint16_t until, unsigned int vendors)
{
	return version.release >= since && (!until || version.release < until) &&
	       (!vendors || (vendors & version.vendor));
}

bool sshd_setting_is_printed(struct sshd_version version, enum sshd_setting_id id)
{
	const struct sshd_setting_row *row = &settings[id];
	return is_in(version, row->since, row->until, row->vendors);
}

int64_t sshd_default_number(struct sshd_version version, enum sshd_setting_id id)
{
	uint16_t release = version.release;
	switch (id) {
	case SSHD_PERMIT_ROOT_LOGIN:
		/* Red Hat kept the old default in 7.4 (RHEL 7). */
		if (release < SSHD_RELEASE(7, 0) ||
		    (version.vendor == SSHD_REDHAT && release < SSHD_RELEASE(8, 0)))
			return SSHD_ROOT_YES;
		break;
	case SSHD_USE_DNS:
		if (release < SSHD_RELEASE(6, 8))
			return SSHD_YES;
		break;
	case SSHD_KBD_INTERACTIVE_AUTHENTICATION:
		if (release < SSHD_RELEASE(8, 7))
			return SSHD_NO;
		break;
	case SSHD_GSSAPI_STRICT_ACCEPTOR_CHECK:
		if (release < SSHD_RELEASE(7, 5) && version.vendor == SSHD_UPSTREAM)
			return SSHD_NO;
		break;
	default:
		break;
	}
	return settings[id].default_number;
}

bool sshd_keyword_is_for_match(struct sshd_version version, const struct sshd_keyword *keyword)
{
	return keyword->in_match_since != SSHD_NEVER && version.release >= keyword->in_match_since;
}

/* NAME against a lower-case WORD: under 0, 0, over 0. */
static int compare_name(struct slice name, const char *word)
{
	for (size_t i = 0; i < name.size; i++) {
		int difference =
			byte_to_lower((unsigned char)name.data[i]) - (unsigned char)word[i];
		/* Also where WORD ends: its NUL is smaller than any byte of a name. */
		if (difference)
			return difference;
	}
	return word[name.size] ? -1 : 0;
}

const struct sshd_keyword *sshd_find_keyword(struct sshd_version version, struct slice name)
{
	size_t low = 0, high = ARRAY_SIZE(keywords);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_name(name, keywords[middle].name) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < ARRAY_SIZE(keywords) && compare_name(name, keywords[low].name) == 0; low++) {
		const struct sshd_keyword *keyword = &keywords[low];
		if (is_in(version, keyword->since, keyword->until, keyword->vendors))
			return keyword;
	}
	return NULL;
}
