/* SPDX-License-Identifier: Apache-2.0
 *
 * Apache's configuration, as far as it decides who is served what: Listen, VirtualHost,
 * DocumentRoot, TLS, redirects to https, allow lists by address, Include. Rules of
 * httpd's server/config.c and mod_authz_host, mod_access_compat (Apache 2.2 to 2.4).
 */
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/kernel/web_config.h"

struct virtual_host {
	struct slice addresses;
	struct web_site site;
};

struct listen_line {
	struct address address;
	uint16_t port;
	bool is_tls;
	struct origin origin;
};

struct apache {
	struct web_config *config;
	struct web_site main;
	struct virtual_host *hosts;
	size_t host_count;
	size_t host_capacity;
	struct listen_line *listens;
	size_t listen_count;
	size_t listen_capacity;
	/* ServerRoot, for relative names. */
	struct slice server_root;
	/* The virtual host that lines belong to; SIZE_MAX: the main server. */
	size_t current_host;
	/* The <Directory> or <Location> that is open, and whether it asks for listed addresses. */
	struct slice folder;
	bool folder_limits;
	bool folder_opens;
};

/* The next argument of a directive, quotes removed. */
static bool next_argument(struct slice *rest, struct slice *ret_argument)
{
	*rest = slice_trim_left(*rest);
	if (!rest->size)
		return false;
	char quote = rest->data[0];
	if (quote == '"' || quote == '\'') {
		*rest = slice_from(*rest, 1);
		size_t end = slice_find_byte(*rest, quote);
		*ret_argument = slice_part(*rest, 0, end);
		*rest = slice_from(*rest, end + 1);
		return true;
	}
	return slice_next_word(rest, ret_argument);
}

static struct web_site *current_site(struct apache *apache)
{
	return apache->current_host == SIZE_MAX ? &apache->main
						: &apache->hosts[apache->current_host].site;
}

static void open_section(struct apache *apache, struct slice line)
{
	struct slice name, argument = { 0 };
	line = slice_from(line, 1);
	size_t end = slice_find_last_byte(line, '>');
	line = slice_part(line, 0, end);
	if (!slice_next_word(&line, &name))
		return;
	if (slice_is_ignore_case(name, "VirtualHost")) {
		struct virtual_host *hosts =
			arena_grow(apache->config->loader->arena, apache->hosts, apache->host_count,
				   &apache->host_capacity, sizeof(*hosts));
		if (!hosts) {
			apache->config->memory_failed = true;
			return;
		}
		apache->hosts = hosts;
		/* What the main server has set so far and later is filled in at the end. */
		hosts[apache->host_count] = (struct virtual_host){ .addresses = slice_trim(line) };
		apache->current_host = apache->host_count++;
	} else if (slice_is_ignore_case(name, "Directory") ||
		   slice_is_ignore_case(name, "Location")) {
		if (!next_argument(&line, &argument))
			return;
		apache->folder = argument;
		/* A location is a path below the site's root; "/" is all of it. */
		if (slice_is_ignore_case(name, "Location"))
			apache->folder = slice_is(argument, "/") ? current_site(apache)->root
								 : (struct slice){ 0 };
		apache->folder_limits = false;
		apache->folder_opens = false;
	}
}

static void close_section(struct apache *apache, struct slice line)
{
	struct slice name = slice_trim(slice_from(line, 2));
	name = slice_part(name, 0, slice_find_byte(name, '>'));
	if (slice_is_ignore_case(name, "VirtualHost")) {
		apache->current_host = SIZE_MAX;
	} else if (slice_is_ignore_case(name, "Directory") ||
		   slice_is_ignore_case(name, "Location")) {
		if (apache->folder.size && apache->folder_limits && !apache->folder_opens)
			web_config_add_guard(apache->config, apache->folder);
		apache->folder = (struct slice){ 0 };
	}
}

static void read_listen(struct apache *apache, const struct source *source, struct slice rest)
{
	struct slice endpoint, protocol = { 0 };
	struct listen_line line = { .origin = origin_of(source, rest) };
	if (!next_argument(&rest, &endpoint) ||
	    !web_parse_endpoint(endpoint, &line.address, &line.port))
		return;
	if (next_argument(&rest, &protocol))
		line.is_tls = slice_is_ignore_case(protocol, "https");
	struct listen_line *listens =
		arena_grow(apache->config->loader->arena, apache->listens, apache->listen_count,
			   &apache->listen_capacity, sizeof(*listens));
	if (!listens || apache->listen_count >= WEB_LISTENERS_MAX) {
		apache->config->memory_failed |= !listens;
		return;
	}
	apache->listens = listens;
	listens[apache->listen_count++] = line;
}

/* Does a rewrite or redirect send every path to https? */
static bool redirects_all(struct slice name, struct slice rest)
{
	struct slice word;
	if (slice_is_ignore_case(name, "RewriteRule")) {
		if (!next_argument(&rest, &word))
			return false;
		static const char *const all[] = { "^",       ".*",     "(.*)",     "^(.*)$",
						   "^/?(.*)", "^/",     "^.*$",     "^/(.*)$",
						   "^(.*)",   "^/(.*)", "^/?(.*)$", "^/.*$" };
		bool matches_all = false;
		for (size_t i = 0; i < ARRAY_SIZE(all); i++)
			matches_all = matches_all || slice_is(word, all[i]);
		return matches_all && next_argument(&rest, &word) &&
		       slice_starts_with(word, "https://");
	}
	if (!slice_is_ignore_case(name, "Redirect") &&
	    !slice_is_ignore_case(name, "RedirectPermanent"))
		return false;
	bool from_root = false;
	while (next_argument(&rest, &word)) {
		if (from_root)
			return slice_starts_with(word, "https://");
		from_root = slice_is(word, "/");
	}
	return false;
}

/* "Require ip 192.0.2.0/24", "Require local", "Allow from 192.0.2.0/24"; "Require all granted" and
 * "Allow from all" open it. */
static void read_access(struct apache *apache, struct slice name, struct slice rest)
{
	struct slice first, second;
	if (!next_argument(&rest, &first))
		return;
	if (!next_argument(&rest, &second))
		second = (struct slice){ 0 };
	if (slice_is_ignore_case(name, "Require")) {
		if (slice_is_ignore_case(first, "ip") || slice_is_ignore_case(first, "local") ||
		    slice_is_ignore_case(first, "host"))
			apache->folder_limits = true;
		else if (slice_is_ignore_case(first, "all"))
			apache->folder_opens |= slice_is_ignore_case(second, "granted");
	} else if (slice_is_ignore_case(first, "from")) {
		bool is_all = slice_is_ignore_case(second, "all");
		if (slice_is_ignore_case(name, "Allow"))
			apache->folder_opens |= is_all;
		else
			apache->folder_limits |= is_all;
	}
}

static void set_fact(struct fact_slice *fact, const struct source *source, struct slice value)
{
	*fact = (struct fact_slice){
		.state = FACT_PRESENT,
		.value = value,
		.origin = origin_of(source, value),
	};
}

static void read_options(struct apache *apache, const struct source *source, struct slice rest)
{
	struct slice word;
	if (!apache->folder.size)
		return;
	while (next_argument(&rest, &word))
		if (slice_is_ignore_case(word, "Indexes") ||
		    slice_is_ignore_case(word, "+Indexes") || slice_is_ignore_case(word, "All"))
			apache->config->model->indexes = (struct fact_bool){
				.state = FACT_PRESENT,
				.value = true,
				.origin = origin_of(source, word),
			};
}

/* "https://pbx.example.com:443" names the same host as "pbx.example.com". */
static struct slice server_name_of(struct slice value)
{
	size_t scheme = slice_find(value, SLICE("://"));
	if (scheme < value.size)
		value = slice_from(value, scheme + 3);
	size_t colon = slice_find_last_byte(value, ':');
	return slice_ends_with(value, "]") ? value : slice_part(value, 0, colon);
}

static void read_setting(struct apache *apache, const struct source *source, struct slice name,
			 struct slice rest)
{
	struct web_site *site = current_site(apache);
	struct slice arguments = slice_trim(rest), value = { 0 };
	struct web_model *model = apache->config->model;
	if (!next_argument(&rest, &value))
		return;
	if (slice_is_ignore_case(name, "DocumentRoot")) {
		site->root = value;
	} else if (slice_is_ignore_case(name, "SSLEngine")) {
		site->is_tls = slice_is_ignore_case(value, "on");
	} else if (slice_is_ignore_case(name, "SSLCertificateFile")) {
		site->certificate = value;
		site->certificate_origin = origin_of(source, value);
	} else if (slice_is_ignore_case(name, "SSLCertificateKeyFile")) {
		site->key = value;
	} else if (slice_is_ignore_case(name, "SSLCertificateChainFile")) {
		site->certificate_chain = value;
	} else if (slice_is_ignore_case(name, "ServerName")) {
		site->name = server_name_of(value);
	} else if (slice_is_ignore_case(name, "SSLProtocol")) {
		site->tls_protocols = arguments;
		site->tls_protocols_origin = origin_of(source, arguments);
	} else if (slice_is_ignore_case(name, "SSLCipherSuite")) {
		site->tls_ciphers = value;
		site->tls_ciphers_origin = origin_of(source, value);
	} else if (slice_is_ignore_case(name, "ServerRoot")) {
		apache->server_root = value;
	} else if (slice_is_ignore_case(name, "User")) {
		set_fact(&model->user, source, value);
	} else if (slice_is_ignore_case(name, "ServerTokens")) {
		set_fact(&model->tokens, source, value);
	} else if (slice_is_ignore_case(name, "TraceEnable")) {
		set_fact(&model->trace, source, value);
	}
}

static void read_pattern(struct apache *apache, struct slice pattern, unsigned int depth);

static void read_directive(struct apache *apache, const struct source *source, struct slice line,
			   unsigned int depth)
{
	struct slice name, rest = line, value;
	if (line.data[0] == '<') {
		if (slice_starts_with(line, "</"))
			close_section(apache, line);
		else
			open_section(apache, line);
		return;
	}
	if (!slice_next_word(&rest, &name))
		return;
	rest = slice_trim(rest);
	if (slice_is_ignore_case(name, "Include") ||
	    slice_is_ignore_case(name, "IncludeOptional")) {
		if (next_argument(&rest, &value))
			read_pattern(apache, value, depth + 1);
	} else if (slice_is_ignore_case(name, "Listen")) {
		read_listen(apache, source, rest);
	} else if (slice_is_ignore_case(name, "Require") || slice_is_ignore_case(name, "Allow") ||
		   slice_is_ignore_case(name, "Deny")) {
		read_access(apache, name, rest);
	} else if (slice_is_ignore_case(name, "Options")) {
		read_options(apache, source, rest);
	} else if (redirects_all(name, rest)) {
		current_site(apache)->only_redirects = true;
	} else {
		read_setting(apache, source, name, rest);
	}
}

static void read_file(struct apache *apache, const char *path, unsigned int depth)
{
	const struct source *source = web_config_read(apache->config, path);
	if (!source)
		return;
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		line = slice_trim(line);
		if (line.size && line.data[0] != '#')
			read_directive(apache, source, line, depth);
	}
}

/* A name or a glob, relative to ServerRoot; a folder means all files in it. */
static void read_pattern(struct apache *apache, struct slice pattern, unsigned int depth)
{
	BUFFER_AUTO path = { 0 };
	struct path_list paths;
	struct file_status status;
	const struct unread *unread = NULL;
	const struct loader *loader = apache->config->loader;
	if (depth > WEB_DEPTH_MAX || !pattern.size)
		return;
	if (pattern.data[0] != '/') {
		buffer_append_slice(&path, apache->server_root);
		buffer_append_byte(&path, '/');
	}
	buffer_append_slice(&path, pattern);
	if (loader_status(loader, buffer_string(&path), false, &status, &unread) == LOAD_FOUND &&
	    status.kind == FILE_DIRECTORY)
		buffer_append_string(&path, "/*");
	char *name = slice_to_string(loader->arena, buffer_slice(&path));
	if (!name || buffer_failed(&path)) {
		apache->config->memory_failed = true;
		return;
	}
	if (loader_glob(loader, name, &paths, &unread) != LOAD_FOUND)
		return;
	for (size_t i = 0; i < paths.count; i++)
		read_file(apache, paths.paths[i], depth);
}

/* Does one of the addresses of a VirtualHost take PORT? */
static bool host_takes_port(const struct virtual_host *host, uint16_t port)
{
	struct slice rest = host->addresses, word;
	while (slice_next_word(&rest, &word)) {
		struct address address;
		uint16_t host_port = 0;
		size_t colon = slice_find_last_byte(word, ':');
		bool has_port = colon < word.size && !slice_ends_with(word, "]");
		if (!has_port || slice_is(slice_from(word, colon + 1), "*") ||
		    (web_parse_endpoint(word, &address, &host_port) && host_port == port))
			return true;
	}
	return false;
}

static void add_rows(struct apache *apache)
{
	for (size_t i = 0; i < apache->listen_count; i++) {
		const struct listen_line *listen = &apache->listens[i];
		bool has_host = false;
		struct web_listener row = {
			.server = WEB_APACHE,
			.address = listen->address,
			.port = listen->port,
			.is_tls = listen->is_tls,
			.folder = apache->server_root,
			.origin = listen->origin,
		};
		for (size_t k = 0; k < apache->host_count; k++) {
			if (!host_takes_port(&apache->hosts[k], listen->port))
				continue;
			struct web_listener host_row = row;
			web_site_apply(&apache->main, &host_row);
			host_row.only_redirects = false;
			web_site_apply(&apache->hosts[k].site, &host_row);
			web_config_add_listener(apache->config, &host_row);
			has_host = true;
		}
		if (has_host)
			continue;
		web_site_apply(&apache->main, &row);
		web_config_add_listener(apache->config, &row);
	}
}

void web_apache_read(struct web_config *config)
{
	static const struct {
		const char *main;
		const char *server_root;
	} layouts[] = {
		{ "/etc/httpd/conf/httpd.conf", "/etc/httpd" },
		{ "/etc/apache2/apache2.conf", "/etc/apache2" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++) {
		struct apache apache = {
			.config = config,
			.server_root = slice_of(layouts[i].server_root),
			.current_host = SIZE_MAX,
		};
		read_file(&apache, layouts[i].main, 0);
		add_rows(&apache);
	}
}
