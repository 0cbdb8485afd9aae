/* SPDX-License-Identifier: Apache-2.0
 *
 * What a service offers by TLS: the lowest version, and whether its cipher list has something weak
 * in it. Words of Apache, nginx, Asterisk and OpenSSL.
 */
#ifndef RINGFENCE_CHECKS_TLS_OFFER_H
#define RINGFENCE_CHECKS_TLS_OFFER_H

#include "audit/base/slice.h"
#include "audit/certificate/tls_policy.h"

/* The lowest version of SSLProtocol's words ("all -SSLv3 -TLSv1"); ALL_HAS_SSL3 before Apache 2.4.
 * TLS_VERSION_NONE: none is left. */
enum tls_version tls_lowest_of_apache(struct slice words, bool all_has_ssl3);

/* The lowest of nginx's list ("TLSv1.2 TLSv1.3"). */
enum tls_version tls_lowest_of_list(struct slice words);

/* The first word of an OpenSSL cipher list that lets null, anonymous, export, RC4, DES or MD5
 * ciphers in and is not taken out again with '!'; empty: none. "HIGH" and "DEFAULT" do not. */
struct slice tls_weak_cipher(struct slice list);

/* "@SECLEVEL=0" undoes what OpenSSL 3 forbids by itself. */
bool tls_ciphers_lower_level(struct slice list);

#endif
