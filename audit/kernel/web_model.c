/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kernel/web_model.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/kernel/web_config.h"

/* Most tool pages that are listed. */
#define PAGES_MAX 256

const struct source *web_config_read(struct web_config *config, const char *path)
{
	const struct source *source = NULL;
	struct web_model *model = config->model;
	if (config->file_count++ >= WEB_FILES_MAX)
		return NULL;
	enum load_status status = loader_read(config->loader, path, &source, &model->unread);
	if (status == LOAD_FOUND)
		model->state = FACT_PRESENT;
	else if (status == LOAD_UNREADABLE && model->state == FACT_ABSENT)
		model->state = FACT_UNREADABLE;
	return status == LOAD_FOUND ? source : NULL;
}

void web_config_add_listener(struct web_config *config, const struct web_listener *listener)
{
	struct web_model *model = config->model;
	if (model->listener_count >= WEB_LISTENERS_MAX) {
		if (model->listener_count == WEB_LISTENERS_MAX)
			diagnostics_add(&model->diagnostics, config->loader->arena,
					DIAGNOSTIC_WARNING, listener->origin,
					"more than %d listeners; the rest is not looked at",
					WEB_LISTENERS_MAX);
		return;
	}
	struct web_listener *items =
		arena_grow(config->loader->arena, config->listeners, model->listener_count,
			   &config->listener_capacity, sizeof(*items));
	if (!items) {
		config->memory_failed = true;
		return;
	}
	config->listeners = items;
	items[model->listener_count++] = *listener;
	model->listeners = items;
}

void web_config_add_guard(struct web_config *config, struct slice folder)
{
	struct web_guard *items =
		arena_grow(config->loader->arena, config->guards, config->guard_count,
			   &config->guard_capacity, sizeof(*items));
	if (!items) {
		config->memory_failed = true;
		return;
	}
	config->guards = items;
	items[config->guard_count++].folder = folder;
}

void web_site_apply(const struct web_site *site, struct web_listener *listener)
{
	if (site->root.size)
		listener->root = site->root;
	listener->is_tls |= site->is_tls;
	listener->only_redirects |= site->only_redirects;
	if (site->certificate.size) {
		listener->certificate = site->certificate;
		listener->certificate_origin = site->certificate_origin;
	}
	if (site->key.size)
		listener->key = site->key;
	if (site->certificate_chain.size)
		listener->certificate_chain = site->certificate_chain;
	if (site->name.size)
		listener->name = site->name;
	if (site->tls_protocols.size) {
		listener->tls_protocols = site->tls_protocols;
		listener->tls_protocols_origin = site->tls_protocols_origin;
	}
	if (site->tls_ciphers.size) {
		listener->tls_ciphers = site->tls_ciphers;
		listener->tls_ciphers_origin = site->tls_ciphers_origin;
	}
}

bool web_parse_endpoint(struct slice text, struct address *ret_address, uint16_t *ret_port)
{
	uint64_t port;
	struct address address = { .family = ADDRESS_NONE };
	size_t colon = slice_find_last_byte(text, ':');
	bool has_host = colon < text.size && !slice_ends_with(text, "]");
	if (!slice_to_uint64(has_host ? slice_from(text, colon + 1) : text, &port) || port == 0 ||
	    port > UINT16_MAX)
		return false;
	if (has_host) {
		struct slice host = slice_part(text, 0, colon);
		if (slice_starts_with(host, "[") && slice_ends_with(host, "]"))
			host = slice_part(host, 1, host.size - 2);
		if (host.size && !slice_is(host, "*") && !slice_is(host, "_default_") &&
		    !address_parse(host, &address))
			address.family = ADDRESS_NONE;
	}
	*ret_address = address;
	*ret_port = (uint16_t)port;
	return true;
}

bool web_is_server_process(struct slice process)
{
	return slice_is(process, "httpd") || slice_is(process, "apache2") ||
	       slice_is(process, "nginx") || slice_is(process, "lighttpd");
}

static struct slice without_slash(struct slice folder)
{
	while (folder.size > 1 && slice_ends_with(folder, "/"))
		folder = slice_part(folder, 0, folder.size - 1);
	return folder;
}

/* Is PATH FOLDER itself, or below it? */
static bool is_below(struct slice path, struct slice folder)
{
	folder = without_slash(folder);
	path = without_slash(path);
	return folder.size && path.size >= folder.size &&
	       slice_equal(slice_part(path, 0, folder.size), folder) &&
	       (path.size == folder.size || path.data[folder.size] == '/' || folder.size == 1);
}

static const char *joined(struct web_config *config, struct slice folder, const char *name)
{
	BUFFER_AUTO path = { 0 };
	buffer_append_slice(&path, without_slash(folder));
	buffer_append_string(&path, name);
	const char *text = buffer_keep(&path, config->loader->arena);
	if (!text)
		config->memory_failed = true;
	return text;
}

static bool exists(struct web_config *config, const char *path)
{
	struct file_status status;
	const struct unread *unread = NULL;
	return path && loader_status(config->loader, path, false, &status, &unread) == LOAD_FOUND;
}

/* Files that only a PBX GUI has below its root. */
static const char *gui_in(struct web_config *config, struct slice root)
{
	static const char *const marks[] = {
		"/admin/config.php",
		"/libs/paloSantoACL.class.php",
		"/freepbx/admin/config.php",
	};
	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		const char *path = joined(config, root, marks[i]);
		if (exists(config, path))
			return path;
	}
	return NULL;
}

/* Settings files of a GUI; enough where the web roots are not to be seen. */
static const char *gui_settings(struct web_config *config)
{
	static const char *const paths[] = { "/etc/issabel.conf", "/etc/elastix.conf",
					     "/etc/freepbx.conf", "/etc/amportal.conf" };
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (exists(config, paths[i]))
			return paths[i];
	return NULL;
}

static void find_gui(struct web_config *config)
{
	struct web_model *model = config->model;
	model->gui_seen_by = "";
	model->gui_root = "";
	for (size_t i = 0; i < model->listener_count && !model->has_gui; i++) {
		const char *mark = gui_in(config, config->listeners[i].root);
		if (!mark)
			continue;
		model->has_gui = true;
		model->gui_seen_by = mark;
		model->gui_root = joined(config, config->listeners[i].root, "");
	}
	if (!model->has_gui) {
		const char *mark = gui_in(config, SLICE("/var/www/html"));
		model->gui_root = mark ? "/var/www/html" : "";
		if (!mark)
			mark = gui_settings(config);
		model->has_gui = mark != NULL;
		model->gui_seen_by = mark ? mark : "";
	}
	if (!model->gui_root)
		model->gui_root = "";
	/* Where only the settings file is seen, the GUI may be behind any site. */
	for (size_t i = 0; i < model->listener_count && model->has_gui; i++)
		config->listeners[i].serves_gui =
			!*model->gui_root ||
			is_below(config->listeners[i].root, slice_of(model->gui_root));
}

static void apply_guards(struct web_config *config)
{
	for (size_t i = 0; i < config->model->listener_count; i++)
		for (size_t k = 0; k < config->guard_count; k++)
			config->listeners[i].has_allow_list |=
				is_below(config->listeners[i].root, config->guards[k].folder);
}

struct page_pattern {
	const char *pattern;
	enum web_page_kind kind;
};

static const struct page_pattern page_patterns[] = {
	{ "/phpMyAdmin", WEB_PAGE_TOOL },  { "/phpmyadmin", WEB_PAGE_TOOL },
	{ "/pma", WEB_PAGE_TOOL },         { "/vtigercrm", WEB_PAGE_TOOL },
	{ "/a2billing", WEB_PAGE_TOOL },   { "/recordings", WEB_PAGE_TOOL },
	{ "/panel", WEB_PAGE_TOOL },       { "/adminer*.php", WEB_PAGE_TOOL },
	{ "/.git", WEB_PAGE_COPY },        { "/.svn", WEB_PAGE_COPY },
	{ "/*.sql", WEB_PAGE_COPY },       { "/*.sql.gz", WEB_PAGE_COPY },
	{ "/*.tar.gz", WEB_PAGE_COPY },    { "/*.tgz", WEB_PAGE_COPY },
	{ "/*.zip", WEB_PAGE_COPY },       { "/*.bak", WEB_PAGE_COPY },
	{ "/backup*", WEB_PAGE_COPY },     { "/info.php", WEB_PAGE_INFO },
	{ "/phpinfo.php", WEB_PAGE_INFO }, { "/test.php", WEB_PAGE_INFO },
};

static void add_page(struct web_config *config, struct web_page **pages, size_t *capacity,
		     const char *path, enum web_page_kind kind)
{
	struct web_model *model = config->model;
	for (size_t i = 0; i < model->page_count; i++)
		if (slice_is(slice_of(path), model->pages[i].path))
			return;
	if (model->page_count >= PAGES_MAX)
		return;
	struct web_page *items = arena_grow(config->loader->arena, *pages, model->page_count,
					    capacity, sizeof(*items));
	if (!items) {
		config->memory_failed = true;
		return;
	}
	*pages = items;
	items[model->page_count++] = (struct web_page){ .path = path, .kind = kind };
	model->pages = items;
}

static void find_pages(struct web_config *config)
{
	struct web_page *pages = NULL;
	size_t capacity = 0;
	struct web_model *model = config->model;
	for (size_t i = 0; i < model->listener_count; i++) {
		struct slice root = config->listeners[i].root;
		bool seen = false;
		for (size_t k = 0; k < i; k++)
			seen = seen || slice_equal(config->listeners[k].root, root);
		if (seen || !root.size)
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(page_patterns); k++) {
			struct path_list paths;
			const struct unread *unread = NULL;
			const char *pattern = joined(config, root, page_patterns[k].pattern);
			if (!pattern ||
			    loader_glob(config->loader, pattern, &paths, &unread) != LOAD_FOUND)
				continue;
			for (size_t m = 0; m < paths.count; m++)
				add_page(config, &pages, &capacity, paths.paths[m],
					 page_patterns[k].kind);
		}
	}
}

/* php.ini: "name = value", ';' begins a comment; the last line wins. */
static void read_php(struct web_config *config)
{
	static const char *const patterns[] = { "/etc/php.ini", "/etc/php/*/apache2/php.ini",
						"/etc/php/*/fpm/php.ini" };
	struct web_model *model = config->model;
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct path_list paths;
		const struct unread *unread = NULL;
		if (loader_glob(config->loader, patterns[i], &paths, &unread) != LOAD_FOUND)
			continue;
		for (size_t k = 0; k < paths.count; k++) {
			const struct source *source = NULL;
			if (loader_read(config->loader, paths.paths[k], &source, &unread) !=
			    LOAD_FOUND)
				continue;
			struct slice rest = source->bytes, line;
			while (slice_next_line(&rest, &line)) {
				line = slice_part(line, 0, slice_find_byte(line, ';'));
				size_t equal = slice_find_byte(line, '=');
				struct slice name = slice_trim(slice_part(line, 0, equal));
				struct fact_slice fact = {
					.state = FACT_PRESENT,
					.value = slice_trim(slice_from(line, equal + 1)),
					.origin = origin_of(source, line),
				};
				if (slice_is_ignore_case(name, "expose_php"))
					model->expose_php = fact;
				else if (slice_is_ignore_case(name, "display_errors"))
					model->display_errors = fact;
			}
		}
	}
}

const struct web_model *web_model_load(const struct loader *loader)
{
	struct web_model *model = ARENA_NEW(loader->arena, struct web_model);
	if (!model)
		return NULL;
	struct web_config config = { .loader = loader, .model = model };
	web_apache_read(&config);
	web_nginx_read(&config);
	find_gui(&config);
	apply_guards(&config);
	find_pages(&config);
	read_php(&config);
	return config.memory_failed ? NULL : model;
}
