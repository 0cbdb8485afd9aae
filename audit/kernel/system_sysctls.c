/* SPDX-License-Identifier: Apache-2.0
 *
 * Kernel settings: what runs, and what the files will set at the next boot, in the order of
 * sysctl.d(5), or of the boot scripts of hosts without systemd.
 */
#include <stdlib.h>

#include "audit/base/buffer.h"
#include "audit/kernel/system_parts.h"

/* `sysctl -a` prints about a thousand, more with many interfaces. */
#define SYSCTLS_MAX 50000

struct setting {
	/* Dotted; may hold '*', '?' where it stands for several. */
	struct slice key;
	struct slice value;
	struct origin origin;
	/* "-key" without a value: a pattern before does not count for it. */
	bool is_excluded;
	bool is_pattern;
};

struct sysctl_parse {
	const struct loader *loader;
	struct system_model *model;
	struct setting *settings;
	size_t setting_count;
	size_t setting_capacity;
	struct system_sysctl *items;
	size_t count;
	size_t capacity;
};

/* "net/ipv4/conf/eth0.100/rp_filter" and "net.ipv4.conf.eth0/100.rp_filter" are the same: the first
 * separator decides which one separates (sysctl.d(5)). */
static bool normalise_key(const struct loader *loader, struct slice text, struct slice *ret_key)
{
	size_t dot = slice_find_byte(text, '.'), slash = slice_find_byte(text, '/');
	if (dot <= slash) {
		*ret_key = text;
		return true;
	}
	char *key = slice_to_string(loader->arena, text);
	if (!key)
		return false;
	for (size_t i = 0; i < text.size; i++)
		key[i] = text.data[i] == '/' ? '.' : text.data[i] == '.' ? '/' : text.data[i];
	*ret_key = (struct slice){ .data = key, .size = text.size };
	return true;
}

static bool add_setting(struct sysctl_parse *parse, struct setting setting)
{
	if (parse->setting_count == SYSCTLS_MAX)
		return true;
	struct setting *settings =
		arena_grow(parse->loader->arena, parse->settings, parse->setting_count,
			   &parse->setting_capacity, sizeof(*settings));
	if (!settings)
		return false;
	parse->settings = settings;
	settings[parse->setting_count++] = setting;
	return true;
}

static bool has_glob(struct slice key)
{
	return slice_find_byte(key, '*') < key.size || slice_find_byte(key, '?') < key.size;
}

static bool read_line(struct sysctl_parse *parse, const struct source *source, struct slice line)
{
	line = slice_trim(line);
	if (line.size == 0 || line.data[0] == '#' || line.data[0] == ';')
		return true;
	struct setting setting = { .origin = origin_of(source, line) };
	bool may_fail = line.data[0] == '-';
	if (may_fail)
		line = slice_trim_left(slice_from(line, 1));
	size_t equals = slice_find_byte(line, '=');
	setting.is_excluded = equals == line.size;
	if (setting.is_excluded && !may_fail) {
		return diagnostics_add(&parse->model->diagnostics, parse->loader->arena,
				       DIAGNOSTIC_WARNING, setting.origin,
				       "a sysctl line without '=' is ignored");
	}
	setting.value = slice_trim(slice_from(line, equals + 1));
	if (!normalise_key(parse->loader, slice_trim(slice_part(line, 0, equals)), &setting.key))
		return false;
	setting.is_pattern = has_glob(setting.key);
	return add_setting(parse, setting);
}

static bool read_file(struct sysctl_parse *parse, const char *path)
{
	const struct source *source;
	const struct unread *unread;
	if (loader_read(parse->loader, path, &source, &unread) != LOAD_FOUND)
		return true;
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line))
		if (!read_line(parse, source, line))
			return false;
	return true;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

static int compare_base_names(const void *a, const void *b)
{
	return strcmp(base_name(*(const char *const *)a), base_name(*(const char *const *)b));
}

/* Files of all folders in the order of their names; of two with one name, that of the first folder
 * counts. /run is left out where only a running host has it. */
static bool read_folders(struct sysctl_parse *parse)
{
	static const char *const patterns[] = { "/etc/sysctl.d/*.conf",
						"/usr/local/lib/sysctl.d/*.conf",
						"/usr/lib/sysctl.d/*.conf",
						"/lib/sysctl.d/*.conf" };
	const char **paths = NULL;
	size_t count = 0, capacity = 0;
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		struct path_list found = { .count = 0 };
		const struct unread *unread;
		(void)loader_glob(parse->loader, patterns[i], &found, &unread);
		for (size_t j = 0; j < found.count; j++) {
			bool is_masked = false;
			for (size_t k = 0; k < count && !is_masked; k++)
				is_masked =
					strcmp(base_name(paths[k]), base_name(found.paths[j])) == 0;
			const char **grown = is_masked
						     ? paths
						     : arena_grow(parse->loader->arena, paths,
								  count, &capacity, sizeof(*grown));
			if (!is_masked && !grown)
				return false;
			paths = grown;
			if (!is_masked)
				paths[count++] = found.paths[j];
		}
	}
	if (count > 0)
		qsort(paths, count, sizeof(*paths), compare_base_names);
	for (size_t i = 0; i < count; i++)
		if (!read_file(parse, paths[i]))
			return false;
	return true;
}

/* ufw sets its own file at the end, when it is on (ufw-framework(8)). */
static bool read_ufw(struct sysctl_parse *parse)
{
	const struct source *source;
	const struct unread *unread;
	if (loader_read(parse->loader, "/etc/ufw/ufw.conf", &source, &unread) != LOAD_FOUND)
		return true;
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line))
		if (slice_is_ignore_case(slice_trim(line), "ENABLED=yes"))
			return read_file(parse, "/etc/ufw/sysctl.conf");
	return true;
}

static bool read_files(struct sysctl_parse *parse)
{
	/* systemd-sysctl reads no /etc/sysctl.conf of itself: distributions link it into the
	 * folder. `sysctl --system` and the old boot scripts read it last. */
	return read_folders(parse) &&
	       (parse->model->has_systemd || read_file(parse, "/etc/sysctl.conf")) &&
	       read_ufw(parse);
}

static bool add_item(struct sysctl_parse *parse, struct system_sysctl item)
{
	if (parse->count == SYSCTLS_MAX)
		return true;
	struct system_sysctl *items = arena_grow(parse->loader->arena, parse->items, parse->count,
						 &parse->capacity, sizeof(*items));
	if (!items)
		return false;
	parse->items = items;
	items[parse->count++] = item;
	return true;
}

/* Lines "key = value" of `sysctl -a`. */
static bool read_running(struct sysctl_parse *parse)
{
	const struct source *source;
	struct system_model *model = parse->model;
	enum load_status status =
		loader_probe(parse->loader, "sysctl", &source, &model->sysctls_unread);
	model->sysctls_state = system_state(status);
	struct slice rest = status == LOAD_FOUND ? source->bytes : SLICE(""), line;
	while (slice_next_line(&rest, &line)) {
		size_t equals = slice_find_byte(line, '=');
		if (equals == line.size)
			continue;
		struct system_sysctl item = {
			.key = slice_trim(slice_part(line, 0, equals)),
			.running = {
				.state = FACT_PRESENT,
				.value = slice_trim(slice_from(line, equals + 1)),
				.origin = origin_of(source, slice_trim(line)),
			},
		};
		if (item.key.size > 0 && !add_item(parse, item))
			return false;
	}
	return true;
}

static int compare_items(const void *a, const void *b)
{
	return slice_compare(((const struct system_sysctl *)a)->key,
			     ((const struct system_sysctl *)b)->key);
}

static void sort_items(struct sysctl_parse *parse)
{
	if (parse->count > 0)
		qsort(parse->items, parse->count, sizeof(*parse->items), compare_items);
}

static struct system_sysctl *find_item(const struct sysctl_parse *parse, struct slice key)
{
	const struct system_sysctl wanted = { .key = key };
	if (parse->count == 0)
		return NULL;
	return bsearch(&wanted, parse->items, parse->count, sizeof(wanted), compare_items);
}

/* Keys that a file sets and the running list has not. */
static bool add_keys_of_files(struct sysctl_parse *parse)
{
	size_t running = parse->count;
	for (size_t i = 0; i < parse->setting_count; i++) {
		const struct setting *setting = &parse->settings[i];
		if (setting->is_pattern || setting->is_excluded || setting->key.size == 0)
			continue;
		bool is_known = false;
		const struct system_sysctl wanted = { .key = setting->key };
		if (running > 0)
			is_known = bsearch(&wanted, parse->items, running, sizeof(wanted),
					   compare_items) != NULL;
		for (size_t j = running; j < parse->count && !is_known; j++)
			is_known = slice_equal(parse->items[j].key, setting->key);
		struct system_sysctl item = {
			.key = setting->key,
			.running = {
				.state = parse->model->sysctls_state == FACT_UNREADABLE ?
						 FACT_UNREADABLE :
						 FACT_ABSENT,
				.unread = parse->model->sysctls_unread,
			},
		};
		if (!is_known && !add_item(parse, item))
			return false;
	}
	return true;
}

static void set_persistent(struct system_sysctl *item, const struct setting *setting)
{
	item->persistent = (struct fact_slice){
		.state = FACT_PRESENT,
		.value = setting->value,
		.origin = setting->origin,
	};
}

/* A line for the very key beats every pattern, wherever it stands; among lines of one kind the last
 * wins (systemd's src/sysctl/sysctl.c). */
static void apply_settings(struct sysctl_parse *parse)
{
	for (size_t i = 0; i < parse->setting_count; i++) {
		const struct setting *setting = &parse->settings[i];
		for (size_t j = 0; setting->is_pattern && j < parse->count; j++) {
			struct system_sysctl *item = &parse->items[j];
			if (!slice_glob(setting->key, item->key))
				continue;
			if (setting->is_excluded)
				item->persistent = (struct fact_slice){ .state = FACT_ABSENT };
			else
				set_persistent(item, setting);
		}
	}
	for (size_t i = 0; i < parse->setting_count; i++) {
		const struct setting *setting = &parse->settings[i];
		struct system_sysctl *item =
			setting->is_pattern ? NULL : find_item(parse, setting->key);
		if (item && setting->is_excluded)
			item->persistent = (struct fact_slice){ .state = FACT_ABSENT };
		else if (item)
			set_persistent(item, setting);
	}
}

bool system_sysctls_load(const struct loader *loader, struct system_model *model)
{
	struct sysctl_parse parse = { .loader = loader, .model = model };
	if (!read_files(&parse) || !read_running(&parse))
		return false;
	sort_items(&parse);
	if (!add_keys_of_files(&parse))
		return false;
	sort_items(&parse);
	apply_settings(&parse);
	model->sysctls = parse.items;
	model->sysctl_count = parse.count;
	return true;
}
