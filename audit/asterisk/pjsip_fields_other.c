/* SPDX-License-Identifier: Apache-2.0
 *
 * Options of all other objects (res_pjsip/config_*.c, location.c, and the modules around, 13 to
 * 22).
 */
#include "audit/asterisk/pjsip_field_tables.h"

#include "audit/base/attributes.h"

const struct pjsip_field pjsip_auth_fields[] = {
	{ "username", FIELD_TEXT, "", NULL, 0 },
	{ "password", FIELD_TEXT, "", NULL, 0 },
	{ "realm", FIELD_TEXT, "", NULL, 0 },
	{ "nonce_lifetime", FIELD_UNSIGNED, "32", NULL, 0 },
	{ "refresh_token", FIELD_TEXT, "", NULL, 1700 },
	{ "oauth_clientid", FIELD_TEXT, "", NULL, 1700 },
	{ "oauth_secret", FIELD_TEXT, "", NULL, 1700 },
	{ "auth_type", FIELD_WORD, "userpass", "userpass|md5|google_oauth|digest", 0 },
	{ "md5_cred", FIELD_TEXT, "", NULL, 0 },
	{ "password_digest", FIELD_OTHER, "", NULL, 2000 },
	{ "supported_algorithms_uac", FIELD_OTHER, "", NULL, 2000 },
	{ "supported_algorithms_uas", FIELD_OTHER, "", NULL, 2000 },
	{ "type", FIELD_NOTHING, "", NULL, 0 },
	/* The wizard marks what it made. */
	{ "@pjsip_wizard", FIELD_NOTHING, "", NULL, 0 },
};

const size_t pjsip_auth_field_count = ARRAY_SIZE(pjsip_auth_fields);

const struct pjsip_field pjsip_aor_fields[] = {
	{ "minimum_expiration", FIELD_UNSIGNED, "60", NULL, 0 },
	{ "maximum_expiration", FIELD_UNSIGNED, "7200", NULL, 0 },
	{ "default_expiration", FIELD_UNSIGNED, "3600", NULL, 0 },
	{ "qualify_frequency", FIELD_UNSIGNED, "0", NULL, 0 },
	{ "qualify_timeout", FIELD_DOUBLE, "3.0", NULL, 0 },
	{ "authenticate_qualify", FIELD_BOOL, "no", NULL, 0 },
	{ "max_contacts", FIELD_UNSIGNED, "0", NULL, 0 },
	{ "remove_existing", FIELD_BOOL, "no", NULL, 0 },
	{ "mailboxes", FIELD_TEXT, "", NULL, 0 },
	{ "outbound_proxy", FIELD_TEXT, "", NULL, 0 },
	{ "support_path", FIELD_BOOL, "no", NULL, 0 },
	{ "remove_unavailable", FIELD_BOOL, "no", NULL, 0 },
	{ "qualify_2xx_only", FIELD_BOOL, "no", NULL, 2000 },
	{ "contact", FIELD_OTHER, "", NULL, 0 },
	{ "voicemail_extension", FIELD_TEXT, "", NULL, 0 },
	{ "type", FIELD_NOTHING, "", NULL, 0 },
	/* The wizard marks what it made. */
	{ "@pjsip_wizard", FIELD_NOTHING, "", NULL, 0 },
};

const size_t pjsip_aor_field_count = ARRAY_SIZE(pjsip_aor_fields);

const struct pjsip_field pjsip_transport_fields[] = {
	{ "async_operations", FIELD_UNSIGNED, "1", NULL, 0 },
	{ "password", FIELD_TEXT, "", NULL, 0 },
	{ "external_signaling_address", FIELD_TEXT, "", NULL, 0 },
	{ "external_signaling_port", FIELD_UNSIGNED, "0", NULL, 0 },
	{ "external_media_address", FIELD_TEXT, "", NULL, 0 },
	{ "domain", FIELD_TEXT, "", NULL, 0 },
	{ "cos", FIELD_UNSIGNED, "0", NULL, 0 },
	{ "websocket_write_timeout", FIELD_SIGNED, "100", NULL, 0 },
	{ "allow_reload", FIELD_BOOL, "no", NULL, 0 },
	{ "symmetric_transport", FIELD_BOOL, "no", NULL, 0 },
	{ "tcp_keepalive_enable", FIELD_BOOL, "no", NULL, 1800 },
	{ "tcp_keepalive_idle_time", FIELD_SIGNED, "30", NULL, 1800 },
	{ "tcp_keepalive_interval_time", FIELD_SIGNED, "1", NULL, 1800 },
	{ "tcp_keepalive_probe_count", FIELD_SIGNED, "5", NULL, 1800 },
	{ "external_signaling_hostname", FIELD_TEXT, "", NULL, 2000 },
	{ "protocol", FIELD_WORD, "udp", "udp|tcp|tls|ws|wss|flow", 0 },
	{ "bind", FIELD_OTHER, "", NULL, 0 },
	{ "ca_list_file", FIELD_TEXT, "", NULL, 0 },
	{ "ca_list_path", FIELD_TEXT, "", NULL, 0 },
	{ "cert_file", FIELD_TEXT, "", NULL, 0 },
	{ "priv_key_file", FIELD_TEXT, "", NULL, 0 },
	{ "verify_server", FIELD_YES_NO_CAPITAL, "", NULL, 0 },
	{ "verify_client", FIELD_YES_NO_CAPITAL, "", NULL, 0 },
	{ "require_client_cert", FIELD_YES_NO_CAPITAL, "", NULL, 0 },
	{ "allow_wildcard_certs", FIELD_YES_NO_CAPITAL, "", NULL, 0 },
	{ "method", FIELD_OTHER, "", NULL, 0 },
	{ "cipher", FIELD_OTHER, "", NULL, 0 },
	{ "local_net", FIELD_OTHER, "", NULL, 0 },
	{ "tos", FIELD_TOS, "0", NULL, 0 },
	{ "type", FIELD_NOTHING, "", NULL, 0 },
};

const size_t pjsip_transport_field_count = ARRAY_SIZE(pjsip_transport_fields);

const struct pjsip_field pjsip_identify_fields[] = {
	{ "endpoint", FIELD_TEXT, "", NULL, 0 },
	{ "match_header", FIELD_TEXT, "", NULL, 0 },
	{ "srv_lookups", FIELD_BOOL, "yes", NULL, 0 },
	{ "match_request_uri", FIELD_TEXT, "", NULL, 1800 },
	{ "match", FIELD_OTHER, "", NULL, 0 },
	{ "type", FIELD_NOTHING, "", NULL, 0 },
	/* The wizard marks what it made. */
	{ "@pjsip_wizard", FIELD_NOTHING, "", NULL, 0 },
};

const size_t pjsip_identify_field_count = ARRAY_SIZE(pjsip_identify_fields);

const struct pjsip_field pjsip_acl_fields[] = {
	{ "permit", FIELD_ACL, "", NULL, 0 },       { "deny", FIELD_ACL, "", NULL, 0 },
	{ "acl", FIELD_ACL, "", NULL, 0 },          { "contact_permit", FIELD_ACL, "", NULL, 0 },
	{ "contact_deny", FIELD_ACL, "", NULL, 0 }, { "contact_acl", FIELD_ACL, "", NULL, 0 },
	{ "type", FIELD_NOTHING, "", NULL, 0 },
};

const size_t pjsip_acl_field_count = ARRAY_SIZE(pjsip_acl_fields);

const struct pjsip_field pjsip_registration_fields[] = {
	{ "server_uri", FIELD_TEXT, "", NULL, 0 },
	{ "client_uri", FIELD_TEXT, "", NULL, 0 },
	{ "contact_user", FIELD_TEXT, "", NULL, 0 },
	{ "transport", FIELD_TEXT, "", NULL, 0 },
	{ "outbound_proxy", FIELD_TEXT, "", NULL, 0 },
	{ "expiration", FIELD_UNSIGNED, "3600", NULL, 0 },
	{ "retry_interval", FIELD_UNSIGNED, "60", NULL, 0 },
	{ "forbidden_retry_interval", FIELD_UNSIGNED, "0", NULL, 0 },
	{ "fatal_retry_interval", FIELD_UNSIGNED, "0", NULL, 0 },
	{ "max_retries", FIELD_UNSIGNED, "10", NULL, 0 },
	{ "auth_rejection_permanent", FIELD_BOOL, "yes", NULL, 0 },
	{ "support_path", FIELD_BOOL, "no", NULL, 0 },
	{ "line", FIELD_BOOL, "no", NULL, 0 },
	{ "endpoint", FIELD_TEXT, "", NULL, 0 },
	{ "max_random_initial_delay", FIELD_UNSIGNED, "10", NULL, 0 },
	{ "contact_header_params", FIELD_TEXT, "", NULL, 1700 },
	{ "support_outbound", FIELD_YES_NO, "no", NULL, 1700 },
	{ "user_agent", FIELD_TEXT, "", NULL, 2100 },
	{ "outbound_auth", FIELD_LIST, "", NULL, 0 },
	{ "security_negotiation", FIELD_NOTHING, "no", NULL, 1800 },
	{ "security_mechanisms", FIELD_NOTHING, "", NULL, 1800 },
	{ "type", FIELD_NOTHING, "", NULL, 0 },
	/* The wizard marks what it made. */
	{ "@pjsip_wizard", FIELD_NOTHING, "", NULL, 0 },
};

const size_t pjsip_registration_field_count = ARRAY_SIZE(pjsip_registration_fields);

const struct pjsip_field pjsip_global_fields[] = {
	{ "max_forwards", FIELD_UNSIGNED, "70", NULL, 0 },
	{ "user_agent", FIELD_TEXT, NULL, NULL, 0 },
	{ "default_outbound_endpoint", FIELD_TEXT, "default_outbound_endpoint", NULL, 0 },
	{ "debug", FIELD_TEXT, "no", NULL, 0 },
	{ "endpoint_identifier_order", FIELD_TEXT, "ip,username,anonymous", NULL, 0 },
	{ "keep_alive_interval", FIELD_UNSIGNED, "90", NULL, 0 },
	{ "max_initial_qualify_time", FIELD_UNSIGNED, "0", NULL, 0 },
	{ "default_from_user", FIELD_TEXT, "asterisk", NULL, 0 },
	{ "default_voicemail_extension", FIELD_TEXT, "", NULL, 0 },
	{ "regcontext", FIELD_TEXT, "", NULL, 0 },
	{ "contact_expiration_check_interval", FIELD_UNSIGNED, "30", NULL, 0 },
	{ "disable_multi_domain", FIELD_BOOL, "no", NULL, 0 },
	{ "unidentified_request_count", FIELD_UNSIGNED, "5", NULL, 0 },
	{ "unidentified_request_period", FIELD_UNSIGNED, "5", NULL, 0 },
	{ "unidentified_request_prune_interval", FIELD_UNSIGNED, "30", NULL, 0 },
	{ "default_realm", FIELD_TEXT, "asterisk", NULL, 0 },
	{ "mwi_tps_queue_high", FIELD_UNSIGNED, "500", NULL, 0 },
	{ "mwi_tps_queue_low", FIELD_SIGNED, "-1", NULL, 0 },
	{ "mwi_disable_initial_unsolicited", FIELD_BOOL, "no", NULL, 0 },
	{ "ignore_uri_user_options", FIELD_BOOL, "no", NULL, 0 },
	{ "use_callerid_contact", FIELD_YES_NO, "no", NULL, 0 },
	{ "send_contact_status_on_update_registration", FIELD_YES_NO, "no", NULL, 0 },
	{ "norefersub", FIELD_YES_NO, "yes", NULL, 0 },
	{ "allow_sending_180_after_183", FIELD_BOOL, "no", NULL, 0 },
	{ "all_codecs_on_empty_reinvite", FIELD_BOOL, "no", NULL, 1800 },
	{ "default_auth_algorithms_uas", FIELD_TEXT, "MD5", NULL, 2000 },
	{ "default_auth_algorithms_uac", FIELD_TEXT, "MD5", NULL, 2000 },
	{ "taskprocessor_overload_trigger", FIELD_WORD, "global", "none|global|pjsip_only", 0 },
	{ "type", FIELD_NOTHING, "", NULL, 0 },
};

const size_t pjsip_global_field_count = ARRAY_SIZE(pjsip_global_fields);

const struct pjsip_field pjsip_system_fields[] = {
	{ "timer_t1", FIELD_UNSIGNED, "500", NULL, 0 },
	{ "timer_b", FIELD_UNSIGNED, "32000", NULL, 0 },
	{ "compact_headers", FIELD_BOOL, "no", NULL, 0 },
	{ "threadpool_initial_size", FIELD_UNSIGNED, "0", NULL, 0 },
	{ "threadpool_auto_increment", FIELD_UNSIGNED, "5", NULL, 0 },
	{ "threadpool_idle_timeout", FIELD_UNSIGNED, "60", NULL, 0 },
	{ "threadpool_max_size", FIELD_UNSIGNED, "50", NULL, 0 },
	{ "disable_tcp_switch", FIELD_BOOL, "yes", NULL, 0 },
	{ "follow_early_media_fork", FIELD_BOOL, "yes", NULL, 0 },
	{ "accept_multiple_sdp_answers", FIELD_BOOL, "no", NULL, 0 },
	{ "disable_rport", FIELD_BOOL, "no", NULL, 0 },
	{ "taskpool_minimum_size", FIELD_UNSIGNED, "4", NULL, 2000 },
	{ "taskpool_initial_size", FIELD_UNSIGNED, "4", NULL, 2000 },
	{ "taskpool_auto_increment", FIELD_UNSIGNED, "1", NULL, 2000 },
	{ "taskpool_idle_timeout", FIELD_UNSIGNED, "60", NULL, 2000 },
	{ "taskpool_max_size", FIELD_UNSIGNED, "50", NULL, 2000 },
	{ "type", FIELD_NOTHING, "", NULL, 0 },
};

const size_t pjsip_system_field_count = ARRAY_SIZE(pjsip_system_fields);
