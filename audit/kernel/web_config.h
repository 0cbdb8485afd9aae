/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parsers of Apache's and nginx's configuration hand to web_model.c. Private to it.
 */
#ifndef RINGFENCE_KERNEL_WEB_CONFIG_H
#define RINGFENCE_KERNEL_WEB_CONFIG_H

#include "audit/kernel/web_model.h"

/* Deepest nesting of includes and of blocks that is followed; real ones stay under 6. */
#define WEB_DEPTH_MAX 16
/* Most files that one server's configuration is read from. */
#define WEB_FILES_MAX 512
/* Most listeners and sites; a host with more is told so by a diagnostic. */
#define WEB_LISTENERS_MAX 1024

/* Settings that a server or a virtual host has. */
struct web_site {
	struct slice root;
	bool is_tls;
	bool only_redirects;
	struct slice certificate;
	struct slice key;
	struct slice certificate_chain;
	struct slice name;
	struct slice tls_protocols;
	struct slice tls_ciphers;
	struct origin certificate_origin;
	struct origin tls_protocols_origin;
	struct origin tls_ciphers_origin;
};

/* A folder that only listed addresses may see. */
struct web_guard {
	struct slice folder;
};

struct web_config {
	const struct loader *loader;
	struct web_model *model;
	struct web_listener *listeners;
	size_t listener_capacity;
	struct web_guard *guards;
	size_t guard_count;
	size_t guard_capacity;
	size_t file_count;
	bool memory_failed;
};

/* Both read the server's usual main files, with all that they include, into CONFIG. */
void web_apache_read(struct web_config *config);
void web_nginx_read(struct web_config *config);

/* The bytes of PATH, and CONFIG's model told that a server's file is there or unreadable. NULL: no
 * such file, it could not be read, or WEB_FILES_MAX is reached. */
const struct source *web_config_read(struct web_config *config, const char *path);

/* Adds a row; LISTENER is copied. */
void web_config_add_listener(struct web_config *config, const struct web_listener *listener);
void web_config_add_guard(struct web_config *config, struct slice folder);

/* Copies what SITE says of TLS, root and redirects into LISTENER. */
void web_site_apply(const struct web_site *site, struct web_listener *listener);

/* "80", "[::]:443", "192.0.2.1:8080", "*:81". False when there is no port in it. */
bool web_parse_endpoint(struct slice text, struct address *ret_address,
			uint16_t *ret_port) MUST_CHECK;

#endif
