/* SPDX-License-Identifier: Apache-2.0
 *
 * nginx's configuration, as far as it decides who is served what: server blocks with listen, root,
 * TLS, redirects, allow and deny. Syntax of nginx's core/ngx_conf_file.c: words, quotes, `;`, `{`,
 * `}`, `#` to the end of the line.
 */
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/kernel/web_config.h"

/* Most words of one directive that are looked at; the rest is skipped. */
#define WORDS_MAX 32

struct nginx_listen {
	struct address address;
	uint16_t port;
	bool is_tls;
	struct origin origin;
};

struct nginx {
	struct web_config *config;
	/* What http blocks set for all servers. */
	struct web_site http;
	struct web_site server;
	struct nginx_listen listens[16];
	size_t listen_count;
	bool in_server;
	bool server_allows;
	bool server_denies_all;
	/* Blocks open inside the server: locations. */
	unsigned int inner_depth;
	unsigned int server_depth;
	unsigned int depth;
};

struct directive {
	struct slice words[WORDS_MAX];
	size_t count;
	/* ';', '{', '}' or 0 at the end. */
	char end;
};

/* One word; quotes are removed. The caller has seen that there is one. */
static struct slice take_word(struct slice *rest)
{
	char first = rest->data[0];
	struct slice word;
	if (first == '"' || first == '\'') {
		*rest = slice_from(*rest, 1);
		size_t end = slice_find_byte(*rest, first);
		word = slice_part(*rest, 0, end);
		*rest = slice_from(*rest, end + 1);
		return word;
	}
	size_t size = 0;
	while (size < rest->size && !byte_is_space((unsigned char)rest->data[size]) &&
	       rest->data[size] != ';' && rest->data[size] != '}') {
		/* A '{' belongs to the word where it follows '$': a variable. */
		if (rest->data[size] == '{' && !(size && rest->data[size - 1] == '$'))
			break;
		if (rest->data[size] == '{')
			size += slice_find_byte(slice_from(*rest, size), '}');
		size++;
	}
	word = slice_part(*rest, 0, size);
	*rest = slice_from(*rest, size);
	return word;
}

static bool next_directive(struct slice *rest, struct directive *ret_directive)
{
	*ret_directive = (struct directive){ .count = 0 };
	while (rest->size) {
		char byte = rest->data[0];
		if (byte_is_space((unsigned char)byte)) {
			*rest = slice_from(*rest, 1);
		} else if (byte == '#') {
			*rest = slice_from(*rest, slice_find_byte(*rest, '\n'));
		} else if (byte == ';' || byte == '{' || byte == '}') {
			*rest = slice_from(*rest, 1);
			ret_directive->end = byte;
			return true;
		} else {
			struct slice word = take_word(rest);
			if (ret_directive->count < WORDS_MAX)
				ret_directive->words[ret_directive->count++] = word;
		}
	}
	return ret_directive->count > 0;
}

static void read_listen(struct nginx *nginx, const struct source *source,
			const struct directive *directive)
{
	if (directive->count < 2 || nginx->listen_count >= ARRAY_SIZE(nginx->listens))
		return;
	struct nginx_listen listen = { .origin = origin_of(source, directive->words[0]) };
	if (!web_parse_endpoint(directive->words[1], &listen.address, &listen.port)) {
		/* "listen 192.0.2.1;" means port 80. */
		if (!address_parse(directive->words[1], &listen.address))
			return;
		listen.port = 80;
	}
	for (size_t i = 2; i < directive->count; i++)
		if (slice_is(directive->words[i], "ssl"))
			listen.is_tls = true;
	nginx->listens[nginx->listen_count++] = listen;
}

static struct slice words_text(const struct directive *directive)
{
	if (directive->count < 2)
		return (struct slice){ 0 };
	struct slice first = directive->words[1], last = directive->words[directive->count - 1];
	return (struct slice){ .data = first.data,
			       .size = (size_t)(last.data + last.size - first.data) };
}

static void read_server_setting(struct nginx *nginx, const struct source *source,
				const struct directive *directive)
{
	struct web_site *site = nginx->in_server ? &nginx->server : &nginx->http;
	struct slice name = directive->words[0];
	struct slice value = directive->count > 1 ? directive->words[1] : (struct slice){ 0 };
	if (slice_is(name, "root") && !nginx->inner_depth) {
		site->root = value;
	} else if (slice_is(name, "ssl")) {
		site->is_tls = slice_is(value, "on");
	} else if (slice_is(name, "ssl_certificate")) {
		site->certificate = value;
		site->certificate_origin = origin_of(source, value);
	} else if (slice_is(name, "ssl_certificate_key")) {
		site->key = value;
	} else if (slice_is(name, "server_name")) {
		site->name = value;
	} else if (slice_is(name, "ssl_protocols")) {
		site->tls_protocols = words_text(directive);
		site->tls_protocols_origin = origin_of(source, value);
	} else if (slice_is(name, "ssl_ciphers")) {
		site->tls_ciphers = value;
		site->tls_ciphers_origin = origin_of(source, value);
	} else if (slice_is(name, "return") && nginx->in_server && !nginx->inner_depth) {
		struct slice target =
			directive->count > 2 ? directive->words[2] : directive->words[1];
		site->only_redirects |= slice_starts_with(target, "https://");
	} else if (slice_is(name, "allow") && !nginx->inner_depth) {
		nginx->server_allows |= !slice_is(value, "all");
	} else if (slice_is(name, "deny") && !nginx->inner_depth) {
		nginx->server_denies_all |= slice_is(value, "all");
	}
}

static void read_general_setting(struct nginx *nginx, const struct source *source,
				 const struct directive *directive)
{
	struct web_model *model = nginx->config->model;
	struct slice name = directive->words[0];
	struct slice value = directive->count > 1 ? directive->words[1] : (struct slice){ 0 };
	struct fact_slice fact = {
		.state = FACT_PRESENT,
		.value = value,
		.origin = origin_of(source, value),
	};
	if (slice_is(name, "user"))
		model->user = fact;
	else if (slice_is(name, "server_tokens"))
		model->tokens = fact;
	else if (slice_is(name, "autoindex") && slice_is(value, "on"))
		model->indexes = (struct fact_bool){
			.state = FACT_PRESENT,
			.value = true,
			.origin = fact.origin,
		};
}

static void end_server(struct nginx *nginx)
{
	if (!nginx->listen_count) {
		/* Without a listen line: *:80 (ngx_http_core_module). */
		nginx->listens[nginx->listen_count++] = (struct nginx_listen){ .port = 80 };
	}
	for (size_t i = 0; i < nginx->listen_count; i++) {
		struct web_listener row = {
			.server = WEB_NGINX,
			.folder = SLICE("/etc/nginx"),
			.address = nginx->listens[i].address,
			.port = nginx->listens[i].port,
			.is_tls = nginx->listens[i].is_tls,
			.has_allow_list = nginx->server_allows && nginx->server_denies_all,
			.origin = nginx->listens[i].origin,
		};
		web_site_apply(&nginx->http, &row);
		row.only_redirects = false;
		web_site_apply(&nginx->server, &row);
		web_config_add_listener(nginx->config, &row);
	}
}

static void open_block(struct nginx *nginx, const struct directive *directive)
{
	nginx->depth++;
	if (!nginx->in_server && directive->count && slice_is(directive->words[0], "server")) {
		nginx->in_server = true;
		nginx->server_depth = nginx->depth;
		nginx->server = (struct web_site){ .is_tls = false };
		nginx->listen_count = 0;
		nginx->inner_depth = 0;
		nginx->server_allows = false;
		nginx->server_denies_all = false;
	} else if (nginx->in_server) {
		nginx->inner_depth++;
	}
}

static void close_block(struct nginx *nginx)
{
	if (nginx->in_server && nginx->depth == nginx->server_depth) {
		end_server(nginx);
		nginx->in_server = false;
	} else if (nginx->in_server && nginx->inner_depth) {
		nginx->inner_depth--;
	}
	if (nginx->depth)
		nginx->depth--;
}

static void read_pattern(struct nginx *nginx, struct slice pattern, unsigned int include_depth);

static void read_file(struct nginx *nginx, const char *path, unsigned int include_depth)
{
	const struct source *source = web_config_read(nginx->config, path);
	if (!source)
		return;
	struct slice rest = source->bytes;
	struct directive directive;
	while (next_directive(&rest, &directive)) {
		if (directive.end == '}') {
			close_block(nginx);
		} else if (directive.end == '{') {
			open_block(nginx, &directive);
		} else if (!directive.count) {
			continue;
		} else if (slice_is(directive.words[0], "include")) {
			if (directive.count > 1)
				read_pattern(nginx, directive.words[1], include_depth + 1);
		} else if (slice_is(directive.words[0], "listen") && nginx->in_server) {
			read_listen(nginx, source, &directive);
		} else {
			read_server_setting(nginx, source, &directive);
			read_general_setting(nginx, source, &directive);
		}
	}
}

static void read_pattern(struct nginx *nginx, struct slice pattern, unsigned int include_depth)
{
	BUFFER_AUTO path = { 0 };
	struct path_list paths;
	const struct unread *unread = NULL;
	const struct loader *loader = nginx->config->loader;
	if (include_depth > WEB_DEPTH_MAX || !pattern.size)
		return;
	if (pattern.data[0] != '/')
		buffer_append_string(&path, "/etc/nginx/");
	buffer_append_slice(&path, pattern);
	char *name = slice_to_string(loader->arena, buffer_slice(&path));
	if (!name || buffer_failed(&path)) {
		nginx->config->memory_failed = true;
		return;
	}
	if (loader_glob(loader, name, &paths, &unread) != LOAD_FOUND)
		return;
	for (size_t i = 0; i < paths.count; i++)
		read_file(nginx, paths.paths[i], include_depth);
}

void web_nginx_read(struct web_config *config)
{
	struct nginx nginx = { .config = config };
	read_file(&nginx, "/etc/nginx/nginx.conf", 0);
}
