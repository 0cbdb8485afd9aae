/* SPDX-License-Identifier: Apache-2.0
 *
 * What chan_iax2 makes of iax.conf and users.conf (set_config, build_user and build_peer of
 * channels/chan_iax2.c). A friend is a user and a peer of one name.
 */
#ifndef RINGFENCE_ASTERISK_IAX_MODEL_H
#define RINGFENCE_ASTERISK_IAX_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/asterisk/acl_model.h"
#include "audit/base/attributes.h"
#include "audit/base/secret.h"

struct conf_category;
struct conf_file;
struct conf_options;
struct conf_variable;
struct loader;

/* Bits of auth=. */
enum iax_auth {
	IAX_PLAINTEXT = 1,
	IAX_MD5 = 2,
	IAX_RSA = 4,
};

enum iax_call_token {
	/* Required, unless the address is in a calltokenoptional range. */
	IAX_TOKEN_DEFAULT,
	IAX_TOKEN_YES,
	/* Not until the other side has shown that it can. */
	IAX_TOKEN_AUTO,
	IAX_TOKEN_NO,
};

struct iax_entry {
	struct slice name;
	struct origin origin;
	/* May call in, may be called and register. */
	bool is_user;
	bool is_peer;
	bool is_from_users;
	const struct conf_category *category;
	/* NULL: none. For a user several secret lines are all taken. */
	const struct conf_variable *secret;
	/* inkeys or dbsecret: proof of another kind. */
	const struct conf_variable *keys;
	/* The first context= line; a user may have more. NULL: "default". */
	const struct conf_variable *context;
	/* host=; NULL: none. */
	const struct conf_variable *host;
	bool is_dynamic;
	struct acl acl;
	/* enum iax_auth, with the default where nothing is said. */
	unsigned int auth;
	const struct conf_variable *auth_line;
	enum iax_call_token call_token;
	const struct conf_variable *call_token_line;
	bool has_encryption;
	bool forces_encryption;
	const struct conf_variable *max_auth_requests;
};

struct iax_registration {
	const struct conf_variable *variable;
	struct slice user;
	struct secret secret;
	struct slice host;
};

struct iax_model {
	const struct conf_file *file;
	const struct conf_file *users_file;
	/* chan_iax2 has a configuration: it does not load without iax.conf. */
	bool is_loaded;
	bool is_realtime;
	/* [general] */
	const struct conf_category *general;
	uint16_t port;
	/* enum iax_auth of [general]; 0: not set. */
	unsigned int auth;
	const struct conf_variable *auth_line;
	bool forces_encryption;
	bool delays_reject;
	const struct conf_variable *delay_reject_line;
	/* calltokenoptional= lines: networks without tokens. */
	const struct acl_rule *token_optional;
	size_t token_optional_count;
	const struct iax_registration *registrations;
	size_t registration_count;
	const struct iax_entry *entries;
	size_t entry_count;
	unsigned int asterisk_version;
};

/* ACLS may be NULL (no acl.conf). The model lives in the loader's arena; NULL only when memory is
 * short. */
const struct iax_model *iax_model_load(const struct loader *loader,
				       const struct conf_options *options,
				       const struct acl_file *acls) MUST_CHECK;

/* Neither secret nor keys: a call is taken without any proof. */
bool iax_entry_is_open(const struct iax_entry *entry);

/* The context that calls of ENTRY begin in. */
struct slice iax_entry_context(const struct iax_entry *entry);

#endif
