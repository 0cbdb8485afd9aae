/* SPDX-License-Identifier: Apache-2.0
 *
 * The web servers (Apache, nginx) and what of a PBX GUI they serve: ports, document roots,
 * redirects, allow lists; pages below the roots that should not be there.
 */
#ifndef RINGFENCE_KERNEL_WEB_MODEL_H
#define RINGFENCE_KERNEL_WEB_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

enum web_server {
	WEB_APACHE,
	WEB_NGINX,
};

/* One site behind one listening port; a port with several virtual hosts has several rows. */
struct web_listener {
	enum web_server server;
	/* Family ADDRESS_NONE: every address. */
	struct address address;
	uint16_t port;
	bool is_tls;
	/* May be empty. */
	struct slice root;
	/* The root holds a PBX GUI, or lies below one that does. */
	bool serves_gui;
	/* It answers with a redirect to https for everything. */
	bool only_redirects;
	/* Its root is only for listed addresses ("Require ip", "Allow from", nginx allow). */
	bool has_allow_list;
	/* TLS: as written, may be empty. */
	struct slice certificate;
	struct slice key;
	/* Apache's SSLCertificateChainFile; may be empty. */
	struct slice certificate_chain;
	/* Where relative names of certificates begin: "/etc/nginx". */
	struct slice folder;
	/* The first of ServerName, server_name; may be empty. */
	struct slice name;
	struct slice tls_protocols;
	struct slice tls_ciphers;
	/* Where they are written; ORIGIN_NONE: not set. */
	struct origin certificate_origin;
	struct origin tls_protocols_origin;
	struct origin tls_ciphers_origin;
	/* The Listen or listen line. */
	struct origin origin;
};

enum web_page_kind {
	/* phpMyAdmin, vtigercrm, a2billing ... */
	WEB_PAGE_TOOL,
	/* .git, *.sql, archives. */
	WEB_PAGE_COPY,
	/* info.php */
	WEB_PAGE_INFO,
};

struct web_page {
	/* "/var/www/html/phpMyAdmin" */
	const char *path;
	enum web_page_kind kind;
};

struct web_model {
	/* FACT_ABSENT: no configuration of a web server. FACT_UNREADABLE: it is there, and could
	 * not be read. */
	enum fact_state state;
	const struct unread *unread;
	/* A PBX GUI is on the host: by its files below a root, or by its settings file. */
	bool has_gui;
	/* The file that gave it away; "" without a GUI. */
	const char *gui_seen_by;
	/* "/var/www/html"; "" where not seen. */
	const char *gui_root;
	const struct web_listener *listeners;
	size_t listener_count;
	const struct web_page *pages;
	size_t page_count;

	/* Apache's User, ServerTokens, TraceEnable; nginx's user, server_tokens. */
	struct fact_slice user;
	struct fact_slice tokens;
	struct fact_slice trace;
	/* "Options Indexes" or "autoindex on" over a root: the line. */
	struct fact_bool indexes;
	/* php.ini */
	struct fact_slice expose_php;
	struct fact_slice display_errors;
	struct diagnostics diagnostics;
};

/* Reads it through LOADER. The model lives in the loader's arena; NULL only when memory is short.
 */
const struct web_model *web_model_load(const struct loader *loader) MUST_CHECK;

/* Is PROCESS a web server's name: httpd, apache2, nginx, lighttpd? */
bool web_is_server_process(struct slice process);

#endif
