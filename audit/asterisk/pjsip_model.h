/* SPDX-License-Identifier: Apache-2.0
 *
 * What res_pjsip makes of pjsip.conf and pjsip_wizard.conf: objects of each type as sorcery's
 * configuration wizard creates them (res_sorcery_config.c), with what drops an object or a whole
 * type.
 */
#ifndef RINGFENCE_ASTERISK_PJSIP_MODEL_H
#define RINGFENCE_ASTERISK_PJSIP_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/asterisk/acl_model.h"
#include "audit/asterisk/pjsip_fields.h"
#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/fact.h"
#include "audit/base/secret.h"

struct conf_category;
struct conf_file;
struct conf_index;
struct conf_options;
struct conf_variable;
struct loader;

/* An object that Asterisk has. */
struct pjsip_object {
	struct slice name;
	/* The section's header. */
	struct origin origin;
	/* Its section; one made by the wizard has lines that stand in pjsip_wizard.conf. */
	const struct conf_category *category;
	bool is_from_wizard;
};

/* Bits of identify_by. */
enum pjsip_identify_by {
	PJSIP_BY_USERNAME = 1,
	PJSIP_BY_AUTH_USERNAME = 2,
	PJSIP_BY_IP = 4,
	PJSIP_BY_HEADER = 8,
	PJSIP_BY_OTHER = 16,
};

struct pjsip_endpoint {
	struct pjsip_object object;
	struct slice context;
	/* auth=: NULL or empty: none is asked for. */
	const struct conf_variable *auth;
	const struct conf_variable *aors;
	/* enum pjsip_identify_by */
	unsigned int identify_by;
	/* permit, deny, acl of the endpoint (13.10 and later). */
	struct acl acl;
	struct acl contact_acl;
};

struct pjsip_auth {
	struct pjsip_object object;
	struct slice username;
	struct slice realm;
	/* Of auth_type userpass. */
	struct secret password;
	/* Of auth_type md5: MD5 over username:realm:password. */
	struct secret md5;
	const struct conf_variable *secret_line;
	/* "userpass", "md5", ... */
	struct slice type;
};

struct pjsip_aor {
	struct pjsip_object object;
	/* 0: nobody can register. */
	uint32_t max_contacts;
	const struct conf_variable *max_contacts_line;
	bool remove_existing;
	bool remove_unavailable;
	/* contact= lines. */
	bool has_static_contact;
};

enum pjsip_match_kind {
	PJSIP_MATCH_NETWORK,
	/* A name that res_pjsip looks up. */
	PJSIP_MATCH_HOST,
};

struct pjsip_match {
	enum pjsip_match_kind kind;
	struct prefix network;
	/* 0: any. */
	uint16_t port;
	/* The item as written. */
	struct slice text;
	const struct conf_variable *variable;
};

struct pjsip_identify {
	struct pjsip_object object;
	struct slice endpoint;
	const struct pjsip_match *matches;
	size_t match_count;
	/* match_header, match_request_uri: what the caller writes. */
	const struct conf_variable *header;
};

struct pjsip_transport {
	struct pjsip_object object;
	/* "udp", "tcp", "tls", "ws", "wss", "flow" */
	struct slice protocol;
	struct address address;
	uint16_t port;
	/* Lines of the section; NULL: not set. */
	const struct conf_variable *method;
	const struct conf_variable *cipher;
	const struct conf_variable *cert_file;
	const struct conf_variable *priv_key_file;
	const struct conf_variable *domain;
	bool verifies_server;
	bool verifies_client;
};

/* type=acl: before anybody is identified, for all SIP. */
struct pjsip_acl {
	struct pjsip_object object;
	struct acl acl;
	struct acl contact_acl;
};

struct pjsip_registration {
	struct pjsip_object object;
	struct slice server_uri;
	struct slice client_uri;
	struct slice outbound_auth;
	/* line=yes with endpoint=: calls on this registration are the endpoint's. */
	struct slice endpoint;
};

/* An object or a whole type that Asterisk does not take. */
struct pjsip_refusal {
	enum pjsip_type type;
	struct slice name;
	struct origin origin;
	const char *why;
	/* No object of the type is loaded. */
	bool is_whole_type;
};

struct pjsip_model {
	const struct conf_file *file;
	const struct conf_file *wizard_file;
	const struct acl_file *acl_file;
	/* pjsip.conf is there and Asterisk reads it. */
	bool is_loaded;
	/* Some type comes from a database (extconfig.conf, sorcery.conf): more may exist. */
	bool is_realtime;
	const struct conf_variable *realtime_line;

	const struct pjsip_endpoint *endpoints;
	size_t endpoint_count;
	const struct pjsip_auth *auths;
	size_t auth_count;
	const struct pjsip_aor *aors;
	size_t aor_count;
	const struct pjsip_identify *identifies;
	size_t identify_count;
	const struct pjsip_transport *transports;
	size_t transport_count;
	const struct pjsip_acl *acls;
	size_t acl_count;
	const struct pjsip_registration *registrations;
	size_t registration_count;
	/* NULL: none, the defaults count. */
	const struct conf_category *global_section;
	const struct conf_category *system_section;
	const struct pjsip_refusal *refusals;
	size_t refusal_count;
	/* Sections of a type that no module knows, or without one: the first. */
	const struct conf_category *unknown_type;
	unsigned int asterisk_version;
	/* For pjsip_find_...; NULL in literals of tests: they walk then. */
	const struct conf_index *endpoint_index;
	const struct conf_index *auth_index;
	const struct conf_index *aor_index;
};

/* ACLS may be NULL (no acl.conf). The model lives in the loader's arena; NULL only when memory is
 * short. */
const struct pjsip_model *pjsip_model_load(const struct loader *loader,
					   const struct conf_options *options,
					   const struct acl_file *acls) MUST_CHECK;

/* By name, case counts; NULL: none. Constant cost. */
const struct pjsip_endpoint *pjsip_find_endpoint(const struct pjsip_model *model,
						 struct slice name);
const struct pjsip_auth *pjsip_find_auth(const struct pjsip_model *model, struct slice name);
const struct pjsip_aor *pjsip_find_aor(const struct pjsip_model *model, struct slice name);

/* The last line NAME of [global]; NULL: the default. */
const struct conf_variable *pjsip_global_line(const struct pjsip_model *model, const char *name);

/* Does ENDPOINT ask callers for a password: one of its auth objects exists? An auth that names
 * nothing that exists lets nobody in. */
bool pjsip_endpoint_asks(const struct pjsip_endpoint *endpoint);

/* Do auth objects of an Asterisk of VERSION (2012 for 20.12) know digests beside MD5, and secrets
 * kept as digests of them? Since 20.12, 22.2 and 23.0. */
bool pjsip_has_digests(unsigned int version);

/* The identify objects of ENDPOINT, one after the other: the first after AFTER (NULL: from the
 * beginning); NULL: no more. Linear in the identifies. */
const struct pjsip_identify *pjsip_next_identify(const struct pjsip_model *model,
						 const struct pjsip_endpoint *endpoint,
						 const struct pjsip_identify *after);

#endif
