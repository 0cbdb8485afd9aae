/* SPDX-License-Identifier: Apache-2.0
 *
 * What chan_sip makes of sip.conf and users.conf: [general], and each user, peer and friend with
 * its effective settings (build_peer and reload_config of channels/chan_sip.c).
 */
#ifndef RINGFENCE_ASTERISK_SIP_MODEL_H
#define RINGFENCE_ASTERISK_SIP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/asterisk/acl_model.h"
#include "audit/asterisk/sip_flags.h"
#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/secret.h"

struct conf_category;
struct conf_file;
struct conf_options;
struct conf_variable;
struct loader;

/* Texts of an entry; NULL in `texts` means the default. */
enum sip_text {
	SIP_CONTEXT,
	SIP_SUBSCRIBE_CONTEXT,
	SIP_MESSAGE_CONTEXT,
	SIP_RECORD_ON,
	SIP_RECORD_OFF,
	SIP_LANGUAGE,
	SIP_MOH_SUGGEST,
	SIP_VM_EXTEN,
	SIP_TONE_ZONE,
	SIP_ENGINE,
	/* Up to here an entry takes the value of [general] where it has none. */
	SIP_TEXTS_INHERITED,
	SIP_SECRET = SIP_TEXTS_INHERITED,
	SIP_MD5_SECRET,
	SIP_REMOTE_SECRET,
	SIP_DESCRIPTION,
	SIP_ACCOUNT_CODE,
	SIP_FROM_USER,
	SIP_FROM_DOMAIN,
	SIP_USERNAME,
	SIP_REG_EXTEN,
	SIP_PARKING_LOT,
	SIP_CALLBACK,
	SIP_OUTBOUND_PROXY,
	/* callerid, fullname, trunkname: the variable's name says which. */
	SIP_CID_NAME,
	/* callerid, cid_number */
	SIP_CID_NUMBER,
	SIP_CALL_GROUP,
	SIP_PICKUP_GROUP,
	SIP_NAMED_CALL_GROUP,
	SIP_NAMED_PICKUP_GROUP,
	SIP_DEFAULT_ADDRESS,
	SIP_TEXT_COUNT,
};

enum sip_number {
	SIP_CALL_LIMIT,
	SIP_BUSY_LEVEL,
	SIP_MAX_FORWARDS,
	/* Milliseconds; 0: not monitored. */
	SIP_QUALIFY,
	SIP_QUALIFY_FREQUENCY,
	SIP_KEEPALIVE,
	SIP_BITRATE,
	SIP_TIMER_T1,
	SIP_TIMER_B,
	/* 0 accept, 1 originate, 2 refuse; -1: as the word is unknown */
	SIP_SESSION_TIMERS,
	/* 0 unknown, 1 uac, 2 uas */
	SIP_SESSION_REFRESHER,
	SIP_SESSION_EXPIRES,
	SIP_SESSION_MINIMUM,
	SIP_CALLING_PRESENTATION,
	SIP_AMA_FLAGS,
	SIP_AUTO_FRAMING,
	/* 1: any call may be transferred. */
	SIP_TRANSFER,
	SIP_NUMBER_COUNT,
};

enum sip_transport {
	SIP_UDP = 1,
	SIP_TCP = 2,
	SIP_TLS = 4,
	SIP_WS = 8,
	SIP_WSS = 16,
};

/* Formats that can be allowed: sip_codecs.h. */
#define SIP_CODECS_MAX 48

struct sip_codecs {
	uint8_t count;
	/* Indices of the table in sip_codecs.c, in order of preference. */
	uint8_t items[SIP_CODECS_MAX];
};

struct sip_peer {
	struct slice name;
	/* The section's header. */
	struct origin origin;
	/* Type bits: a friend has both. Users are found by their From name, peers by address. */
	bool is_user;
	bool is_peer;
	/* Of users.conf, with hassip. */
	bool is_from_users;
	/* Its own section, for values that the model does not carry. */
	const struct conf_category *category;
	/* The line that made it a user, a peer; NULL: users.conf. */
	const struct conf_variable *type;

	/* host=dynamic, or an address or name. Neither: nobody can be reached or recognised. */
	bool is_dynamic;
	const struct conf_variable *host;
	/* The host as an address; family ADDRESS_NONE for names, which this reader does not
	 * resolve. */
	struct address address;
	/* 0: the default of the transport. */
	uint16_t port;

	struct sip_flags flags;
	/* The insecure= line that counts; NULL: the one of [general], or none. */
	const struct conf_variable *insecure;
	struct acl acl;
	struct acl contact_acl;
	bool has_direct_media_acl;
	const struct conf_variable *texts[SIP_TEXT_COUNT];
	/* mailbox lines and hasvoicemail, in order: the last that is set. */
	const struct conf_variable *mailbox;
	int32_t numbers[SIP_NUMBER_COUNT];
	/* enum sip_transport */
	uint8_t transports;
	uint8_t first_transport;
	struct sip_codecs codecs;
	/* The same name in another section before: both are one entry. */
	bool is_merged;
	/* An #exec stood in the section. */
	bool is_incomplete;
};

/* register => lines: accounts of this host elsewhere. */
struct sip_registration {
	const struct conf_variable *variable;
	/* Parts of [peer?][transport://]user[@domain][:secret[:authuser]]@host[:port][/extension].
	 */
	struct slice user;
	struct secret secret;
	struct slice host;
};

struct sip_bind {
	/* False: nothing listens. */
	bool is_enabled;
	struct address address;
	uint16_t port;
	/* NULL: the default. */
	const struct conf_variable *variable;
};

enum sip_autocreate {
	SIP_AUTOCREATE_NO,
	SIP_AUTOCREATE_YES,
	SIP_AUTOCREATE_PERSIST,
};

struct sip_domain {
	struct slice name;
	/* May be empty. */
	struct slice context;
	const struct conf_variable *variable;
};

/* A setting of [general] that is on or off, with the line that decides; NULL: the default. */
struct sip_switch {
	bool is_on;
	const struct conf_variable *variable;
	/* The default differs between versions, the line is absent and the version unknown. */
	bool is_unknown;
};

struct sip_general {
	/* The first [general]; NULL: there is none. */
	const struct conf_category *category;
	/* Further sections of that name, which chan_sip does not look at: the first of them. */
	const struct conf_category *ignored;
	struct sip_switch allow_guest;
	struct sip_switch always_auth_reject;
	struct sip_switch match_auth_username;
	struct sip_switch allow_external_domains;
	struct sip_switch auth_message_requests;
	struct sip_switch accept_out_of_call_message;
	struct sip_switch call_counter;
	struct sip_switch dynamic_exclude_static;
	struct sip_switch srv_lookup;
	struct sip_switch compact_headers;
	struct sip_switch cache_realtime;
	enum sip_autocreate auto_create_peer;
	const struct conf_variable *auto_create_peer_line;
	/* texts[SIP_CONTEXT] etc.; sip_general_text gives the default where NULL. */
	const struct conf_variable *texts[SIP_TEXT_COUNT];
	const struct conf_variable *realm;
	/* asterisk.conf's systemname stands in for the realm. */
	struct slice system_name;
	const struct conf_variable *user_agent;
	const struct conf_variable *reg_context;
	/* permit and deny in [general] do not exist: the first such line. */
	const struct conf_variable *ignored_acl;
	struct acl contact_acl;
	struct sip_flags flags;
	int32_t numbers[SIP_NUMBER_COUNT];
	uint8_t transports;
	uint8_t first_transport;
	struct sip_codecs codecs;
	struct sip_bind udp;
	struct sip_bind tcp;
	struct sip_bind tls;
	const struct sip_domain *domains;
	size_t domain_count;
	const struct sip_registration *registrations;
	size_t registration_count;
	int32_t t1_minimum;
};

struct sip_model {
	/* sip.conf: its state says whether there is one. */
	const struct conf_file *file;
	const struct conf_file *users_file;
	const struct acl_file *acl_file;
	/* chan_sip would load it: present, not refused, no bad line that stops the module. */
	bool is_loaded;
	/* Why not; NULL when loaded or absent. */
	const char *refused;
	struct origin refused_origin;
	/* Entries or the whole file come from a database (extconfig.conf): more may exist. */
	bool is_realtime;
	const struct conf_variable *realtime_line;
	struct sip_general general;
	/* In the order of their making; templates never. */
	const struct sip_peer *peers;
	size_t peer_count;
	/* Sections that chan_sip drops: no type, a bad ACL, no host name. */
	const struct diagnostic *dropped;
	size_t dropped_count;
	unsigned int asterisk_version;
};

/* ACLS may be NULL (no acl.conf). The model lives in the loader's arena; NULL only when memory is
 * short. */
const struct sip_model *sip_model_load(const struct loader *loader,
				       const struct conf_options *options,
				       const struct acl_file *acls) MUST_CHECK;

/* A text of [general], or its default. */
struct slice sip_general_text(const struct sip_general *general, enum sip_text text);

/* A text of PEER: its own, else that of [general] for those that are inherited, else "". */
struct slice sip_peer_text(const struct sip_model *model, const struct sip_peer *peer,
			   enum sip_text text);

/* The secret that PEER must know to call in; empty: none. sip_peer_md5_secret counts before it. */
struct secret sip_peer_secret(const struct sip_peer *peer);
struct secret sip_peer_md5_secret(const struct sip_peer *peer);

/* Neither secret nor md5secret: whoever is taken for PEER is let in (check_auth). */
bool sip_peer_is_open(const struct sip_peer *peer);

/* The realm that md5secret is made with. */
struct slice sip_realm(const struct sip_model *model);

/* By name, case ignored as chan_sip does; NULL when there is none. Linear. */
const struct sip_peer *sip_peer_find(const struct sip_model *model, struct slice name);

/* host= with an address or a name. */
bool sip_peer_is_static(const struct sip_peer *peer);

#endif
