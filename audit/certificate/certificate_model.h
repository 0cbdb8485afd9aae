/* SPDX-License-Identifier: Apache-2.0
 *
 * The certificates and private keys that the services of a host are configured with: what is in
 * them, whether they belong together, who may read the key. Who uses them is told by the caller.
 */
#ifndef RINGFENCE_CERTIFICATE_CERTIFICATE_MODEL_H
#define RINGFENCE_CERTIFICATE_CERTIFICATE_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/certificate/certificate_parse.h"
#include "audit/certificate/tls_policy.h"

enum certificate_service {
	CERTIFICATE_OF_SIP,
	CERTIFICATE_OF_PJSIP,
	CERTIFICATE_OF_DTLS,
	CERTIFICATE_OF_MANAGER,
	CERTIFICATE_OF_HTTP,
	CERTIFICATE_OF_WEB,
};

/* A service that is told to use a certificate. */
struct certificate_request {
	enum certificate_service service;
	/* "PJSIP transport tls", "web server, port 443". */
	const char *what;
	/* As written; relative names are below FOLDER. KEY empty: in the certificate's file. */
	struct slice certificate;
	struct slice key;
	/* More of the chain, in a file of its own; may be empty. */
	struct slice chain;
	/* Where relative names begin; NULL: not known, so they are not looked at. */
	const char *folder;
	/* The name that clients call this service by, where its configuration tells it; may be
	 * empty. */
	struct slice host_name;
	/* TCP; 0: none of its own, as for media. */
	uint16_t port;
	struct origin origin;
};

enum certificate_chain {
	/* It ends in the service's own file: a self-issued certificate. */
	CHAIN_SELF_ISSUED,
	/* The last of the file was issued by an authority that this host trusts. */
	CHAIN_TRUSTED,
	/* An issuer is neither in the file nor among the host's authorities. */
	CHAIN_OPEN,
	/* The host's list of authorities could not be read. */
	CHAIN_UNKNOWN,
};

struct certificate_use {
	enum certificate_service service;
	const char *what;
	struct origin origin;
	struct slice host_name;
	uint16_t port;
	/* Absolute. */
	const char *path;
	/* FACT_ABSENT: no such file. FACT_PRESENT with count 0: no certificate is in it. */
	enum fact_state state;
	const struct unread *unread;
	/* FACT_ABSENT, and its folder is there: it is not only the copy that lacks it. */
	bool folder_exists;
	/* The service's own comes first. */
	const struct certificate *certificates;
	size_t count;
	enum certificate_chain chain;

	const char *key_path;
	enum fact_state key_state;
	const struct unread *key_unread;
	enum private_key_match key_match;
	/* Of the key's file; meaningless where modes_are_lost. */
	uint32_t key_mode;
	uint32_t key_owner;
	uint32_t key_group;
	/* Every folder above the key lets others through. */
	bool key_is_reachable;
};

struct certificate_model {
	const struct certificate_use *uses;
	size_t count;
	/* More services than CERTIFICATE_USES_MAX: the rest was not looked at. */
	bool is_cut;
	bool modes_are_lost;
	/* What OpenSSL lets programs negotiate. */
	struct tls_policy policy;
};

/* Hundreds of virtual hosts are a web farm, not a telephone system. */
#define CERTIFICATE_USES_MAX 512

/* Reads what REQUESTS name through LOADER. The model lives in the loader's arena; NULL only when
 * memory is short. */
const struct certificate_model *certificate_model_load(const struct loader *loader,
						       const struct certificate_request *requests,
						       size_t count) MUST_CHECK;

#endif
