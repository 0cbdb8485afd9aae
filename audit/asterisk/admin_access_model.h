/* SPDX-License-Identifier: Apache-2.0
 *
 * The doors for programs: the manager interface (manager.conf, users.conf), Asterisk's own HTTP
 * server (http.conf) and ARI (ari.conf), as main/manager.c, main/http.c and res/ari read them.
 */
#ifndef RINGFENCE_ASTERISK_ADMIN_ACCESS_MODEL_H
#define RINGFENCE_ASTERISK_ADMIN_ACCESS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/asterisk/acl_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/base/secret.h"

/* Bits of read and write, in the order of perms[] of main/manager.c. */
enum manager_right {
	MANAGER_SYSTEM = 1 << 0,
	MANAGER_CALL = 1 << 1,
	MANAGER_LOG = 1 << 2,
	MANAGER_VERBOSE = 1 << 3,
	MANAGER_COMMAND = 1 << 4,
	MANAGER_AGENT = 1 << 5,
	MANAGER_USER = 1 << 6,
	MANAGER_CONFIG = 1 << 7,
	MANAGER_DTMF = 1 << 8,
	MANAGER_REPORTING = 1 << 9,
	MANAGER_CDR = 1 << 10,
	MANAGER_DIALPLAN = 1 << 11,
	MANAGER_ORIGINATE = 1 << 12,
	MANAGER_AGI = 1 << 13,
	MANAGER_CC = 1 << 14,
	MANAGER_AOC = 1 << 15,
	MANAGER_TEST = 1 << 16,
	MANAGER_SECURITY = 1 << 17,
	MANAGER_MESSAGE = 1 << 18,
	MANAGER_ALL = (1 << 19) - 1,
};

/* A listening socket that a file asks for. */
struct admin_bind {
	/* False: nothing listens. */
	bool is_enabled;
	/* Unspecified: all addresses. */
	struct address address;
	uint16_t port;
	/* The line that names the address; ORIGIN_NONE: the default. */
	struct origin origin;
};

/* ast_tls_read_conf; NULL: the default. */
struct admin_tls {
	const struct conf_variable *certificate;
	const struct conf_variable *key;
	const struct conf_variable *cipher;
	/* tlsdisablev1, tlsdisablev11: what is not switched off by a line has the default of the
	 * version. */
	const struct conf_variable *disable_v1;
	const struct conf_variable *disable_v11;
};

struct manager_user {
	struct slice name;
	/* Empty: nobody can log in as this user. */
	struct secret secret;
	/* enum manager_right */
	unsigned int read;
	unsigned int write;
	struct acl acl;
	bool is_from_users;
	/* The section's header, and the lines; ORIGIN_NONE where there is none. */
	struct origin origin;
	struct origin secret_origin;
	struct origin read_origin;
	struct origin write_origin;
};

struct ari_user {
	struct slice name;
	struct secret password;
	/* password_format=crypt */
	bool is_crypt;
	bool is_read_only;
	struct acl acl;
	struct origin origin;
	struct origin password_origin;
};

struct admin_access_model {
	const struct conf_file *manager_file;
	const struct conf_file *http_file;
	const struct conf_file *ari_file;
	const struct conf_file *prometheus_file;

	struct fact_bool manager_enabled;
	struct admin_bind manager;
	struct admin_bind manager_tls;
	struct admin_tls manager_certificate;
	/* AMI over HTTP; needs the HTTP server too. */
	struct fact_bool web_enabled;
	/* Seconds, sessions; with the defaults 30 and 50. */
	struct fact_int auth_timeout;
	struct fact_int auth_limit;
	const struct manager_user *users;
	size_t user_count;

	struct fact_bool http_enabled;
	struct admin_bind http;
	struct admin_bind https;
	struct admin_tls http_certificate;
	struct fact_bool http_static;
	struct fact_bool http_status;

	/* ari.conf [general] enabled, by default yes once the file is there. */
	struct fact_bool ari_enabled;
	struct fact_slice ari_origins;
	const struct ari_user *ari_users;
	size_t ari_user_count;
};

/* ACLS may be NULL (no acl.conf). The model lives in the loader's arena; NULL only when memory is
 * short. */
const struct admin_access_model *admin_access_model_load(const struct loader *loader,
							 const struct conf_options *options,
							 const struct acl_file *acls) MUST_CHECK;

/* The rights that a word list gives: get_perm of main/manager.c, which takes a word that is a
 * beginning of a right's name, unless it is the last one, for that right. */
unsigned int manager_rights_of(struct slice words);

#endif
