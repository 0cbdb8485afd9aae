/* SPDX-License-Identifier: Apache-2.0
 *
 * What the system lets programs negotiate with OpenSSL: the lowest version of TLS by openssl.cnf
 * and what it includes (Debian's system_default_sect, Red Hat's crypto policy), and by the
 * library's own security level. Programs that set a version themselves (Apache, nginx) may go below
 * the file's.
 */
#ifndef RINGFENCE_CERTIFICATE_TLS_POLICY_H
#define RINGFENCE_CERTIFICATE_TLS_POLICY_H

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

enum tls_version {
	/* Not known. */
	TLS_VERSION_NONE,
	TLS_VERSION_SSL3,
	TLS_VERSION_1_0,
	TLS_VERSION_1_1,
	TLS_VERSION_1_2,
	TLS_VERSION_1_3,
};

struct tls_policy {
	/* FACT_PRESENT: a file sets the lowest version. FACT_ABSENT: none does. FACT_UNREADABLE: a
	 * file of it could not be read. */
	enum fact_state state;
	const struct unread *unread;
	enum tls_version lowest;
	struct origin origin;
};

/* Reads it through LOADER: MinProtocol of the section that openssl_conf, ssl_conf and
 * system_default lead to (config(5), SSL_CONF_cmd(3)). */
struct tls_policy tls_policy_load(const struct loader *loader) MUST_CHECK;

/* "TLSv1.2", "1.2", "TLSv1", "SSLv3"; TLS_VERSION_NONE for another word. */
enum tls_version tls_version_of(struct slice word);

/* "TLS 1.0" */
const char *tls_version_name(enum tls_version version);

#endif
