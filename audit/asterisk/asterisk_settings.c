/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/asterisk_settings.h"

#include <stdlib.h>

#include "audit/asterisk/conf_fact.h"
#include "audit/base/arena.h"

/* More modules than any Asterisk has; bounds a hostile folder. */
#define MODULES_MAX 4096

/* sscanf("%lf") for the numbers that people write: digits, a point, digits. In thousandths; 0 for
 * anything else, as main/options.c does. */
static int64_t thousandths(struct slice text)
{
	int64_t whole = 0;
	text = slice_trim(text);
	size_t point = slice_find_byte(text, '.');
	if (point && !conf_leading_number(slice_part(text, 0, point), &whole))
		return 0;
	if (whole < 0 || whole > INT32_MAX)
		return 0;
	int64_t result = whole * 1000, scale = 100;
	for (size_t i = point + 1; i < text.size && byte_is_digit((unsigned char)text.data[i]);
	     i++, scale /= 10)
		result += (text.data[i] - '0') * scale;
	return result;
}

static void read_asterisk_conf(struct asterisk_settings *settings)
{
	const struct conf_file *file = settings->asterisk_conf;
	const enum conf_pick last = CONF_PICK_LAST;
	settings->max_calls = conf_fact_int(file, "options", "maxcalls", last, 0);
	settings->min_free_memory = conf_fact_int(file, "options", "minmemfree", last, 0);
	struct fact_slice load = conf_fact_slice(file, "options", "maxload", last);
	settings->max_load = (struct fact_int){
		.state = load.state,
		.value = load.state == FACT_PRESENT ? thousandths(load.value) : 0,
		.origin = load.origin,
		.unread = load.unread,
	};
	if (settings->max_calls.value < 0)
		settings->max_calls.value = 0;
	if (settings->min_free_memory.value < 0)
		settings->min_free_memory.value = 0;
	settings->live_dangerously = conf_fact_bool(file, "options", "live_dangerously", last);
	settings->execute_includes = conf_fact_bool(file, "options", "execincludes", last);
	settings->run_user = conf_fact_slice(file, "options", "runuser", last);
	settings->run_group = conf_fact_slice(file, "options", "rungroup", last);
	settings->system_name = conf_fact_slice(file, "options", "systemname", last);
	settings->control_permissions = conf_fact_slice(file, "files", "astctlpermissions", last);
	settings->control_owner = conf_fact_slice(file, "files", "astctlowner", last);
	settings->control_group = conf_fact_slice(file, "files", "astctlgroup", last);
}

static struct slice directory(const struct conf_file *file, const char *name, const char *fallback)
{
	struct fact_slice fact = conf_fact_slice(file, "directories", name, CONF_PICK_LAST);
	return fact.state == FACT_PRESENT && fact.value.size ? fact.value : slice_of(fallback);
}

static void read_directories(struct asterisk_settings *settings)
{
	const struct conf_file *file = settings->asterisk_conf;
	settings->module_directory = directory(file, "astmoddir", "");
	settings->agi_directory = directory(file, "astagidir", "/var/lib/asterisk/agi-bin");
	settings->spool_directory = directory(file, "astspooldir", "/var/spool/asterisk");
	settings->log_directory = directory(file, "astlogdir", "/var/log/asterisk");
}

static bool directive_of(struct slice name, enum module_directive *ret_directive)
{
	static const struct {
		const char *name;
		enum module_directive directive;
	} words[] = {
		{ "load", MODULE_LOAD },
		{ "noload", MODULE_NOLOAD },
		{ "preload", MODULE_PRELOAD },
		{ "require", MODULE_REQUIRE },
		{ "load-require", MODULE_REQUIRE },
		{ "preload-require", MODULE_REQUIRE },
	};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (slice_is_ignore_case(name, words[i].name)) {
			*ret_directive = words[i].directive;
			return true;
		}
	}
	return false;
}

static bool read_modules_conf(struct asterisk_settings *settings, struct arena *arena)
{
	const struct conf_file *file = settings->modules_conf;
	settings->autoload = conf_fact_bool(file, "modules", "autoload", CONF_PICK_FIRST);
	const struct conf_category *category =
		file->is_refused ? NULL : conf_find_category(file, "modules");
	if (!category)
		return true;
	struct module_line *lines =
		ARENA_ARRAY(arena, category->variable_count, struct module_line);
	if (!lines)
		return false;
	for (size_t i = 0; i < category->variable_count; i++) {
		const struct conf_variable *variable = &category->variables[i];
		enum module_directive directive;
		if (!directive_of(variable->name, &directive))
			continue;
		lines[settings->module_line_count++] = (struct module_line){
			.name = variable->value,
			.directive = directive,
			.origin = variable->origin,
		};
	}
	settings->module_lines = lines;
	return true;
}

static int compare_slices(const void *a, const void *b)
{
	return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* `module show`: a table whose first column is the module's file name. */
static bool read_running_modules(struct asterisk_settings *settings, const struct loader *loader)
{
	const struct source *source = NULL;
	const struct unread *unread = NULL;
	if (loader_probe(loader, "asterisk/module-show", &source, &unread) != LOAD_FOUND)
		return true;
	struct slice rest = source->bytes, line, word, *names = NULL;
	size_t capacity = 0;
	while (slice_next_line(&rest, &line) && settings->running_module_count < MODULES_MAX) {
		if (!slice_next_word(&line, &word) || !slice_ends_with(word, ".so"))
			continue;
		struct slice *grown =
			arena_grow(loader->arena, names, settings->running_module_count, &capacity,
				   sizeof(*names));
		if (!grown)
			return false;
		names = grown;
		names[settings->running_module_count++] = word;
	}
	/* An answer without a module is none: "Unable to connect to remote asterisk". */
	if (!names)
		return true;
	qsort(names, settings->running_module_count, sizeof(*names), compare_slices);
	settings->running_modules = names;
	settings->running_state = FACT_PRESENT;
	return true;
}

static bool list_folder(struct asterisk_settings *settings, const struct loader *loader,
			const char *pattern)
{
	struct path_list paths;
	const struct unread *unread = NULL;
	if (loader_glob(loader, pattern, &paths, &unread) != LOAD_FOUND || !paths.count)
		return true;
	struct slice *names = ARENA_ARRAY(loader->arena, paths.count, struct slice);
	if (!names)
		return false;
	for (size_t i = 0; i < paths.count; i++) {
		struct slice path = slice_of(paths.paths[i]);
		size_t slash = slice_find_last_byte(path, '/');
		names[i] = slash < path.size ? slice_from(path, slash + 1) : path;
	}
	qsort(names, paths.count, sizeof(*names), compare_slices);
	settings->disk_modules = names;
	settings->disk_module_count = paths.count;
	settings->disk_state = FACT_PRESENT;
	return true;
}

static bool read_disk_modules(struct asterisk_settings *settings, const struct loader *loader)
{
	/* Where distributions and a plain `make install` put them. */
	static const char *const patterns[] = {
		"/usr/lib/*/asterisk/modules/*.so",
		"/usr/lib64/asterisk/modules/*.so",
		"/usr/lib/asterisk/modules/*.so",
	};
	if (settings->module_directory.size) {
		char *folder =
			ARENA_ARRAY(loader->arena, settings->module_directory.size + 6, char);
		if (!folder)
			return false;
		memcpy(folder, settings->module_directory.data, settings->module_directory.size);
		memcpy(folder + settings->module_directory.size, "/*.so", 6);
		if (!list_folder(settings, loader, folder))
			return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(patterns) && settings->disk_state != FACT_PRESENT; i++)
		if (!list_folder(settings, loader, patterns[i]))
			return false;
	return true;
}

static bool read_logger_conf(struct asterisk_settings *settings, struct arena *arena)
{
	const struct conf_file *file = settings->logger_conf;
	settings->date_format = conf_fact_slice(file, "general", "dateformat", CONF_PICK_FIRST);
	const struct conf_category *category =
		file->is_refused ? NULL : conf_find_category(file, "logfiles");
	if (!category)
		return true;
	struct logger_channel *channels =
		ARENA_ARRAY(arena, category->variable_count, struct logger_channel);
	if (!channels)
		return false;
	for (size_t i = 0; i < category->variable_count; i++)
		channels[i] = (struct logger_channel){
			.name = category->variables[i].name,
			.levels = category->variables[i].value,
			.origin = category->variables[i].origin,
		};
	settings->logger_channels = channels;
	settings->logger_channel_count = category->variable_count;
	return true;
}

static bool read_extconfig_conf(struct asterisk_settings *settings, struct arena *arena)
{
	const struct conf_file *file = settings->extconfig_conf;
	const struct conf_category *category =
		file->is_refused ? NULL : conf_find_category(file, "settings");
	if (!category)
		return true;
	struct extconfig_line *lines =
		ARENA_ARRAY(arena, category->variable_count, struct extconfig_line);
	if (!lines)
		return false;
	for (size_t i = 0; i < category->variable_count; i++) {
		const struct conf_variable *variable = &category->variables[i];
		size_t comma = slice_find_byte(variable->value, ',');
		lines[i] = (struct extconfig_line){
			.family = variable->name,
			.driver = slice_trim(slice_part(variable->value, 0, comma)),
			.origin = variable->origin,
		};
	}
	settings->realtime = lines;
	settings->realtime_count = category->variable_count;
	return true;
}

static void read_rtp_conf(struct asterisk_settings *settings)
{
	const struct conf_file *file = settings->rtp_conf;
	settings->rtp_start = conf_fact_int(file, "general", "rtpstart", CONF_PICK_FIRST, 0);
	settings->rtp_end = conf_fact_int(file, "general", "rtpend", CONF_PICK_FIRST, 0);
	settings->strict_rtp = conf_fact_slice(file, "general", "strictrtp", CONF_PICK_FIRST);
}

const struct asterisk_settings *asterisk_settings_load(const struct loader *loader,
						       const struct conf_options *options)
{
	struct arena *arena = loader->arena;
	struct asterisk_settings *settings = ARENA_NEW(arena, struct asterisk_settings);
	if (!settings)
		return NULL;
	settings->asterisk_conf = conf_load(loader, options, "asterisk.conf");
	settings->modules_conf = conf_load(loader, options, "modules.conf");
	settings->rtp_conf = conf_load(loader, options, "rtp.conf");
	settings->logger_conf = conf_load(loader, options, "logger.conf");
	settings->extconfig_conf = conf_load(loader, options, "extconfig.conf");
	settings->features_conf = conf_load(loader, options, "features.conf");
	if (!settings->asterisk_conf || !settings->modules_conf || !settings->rtp_conf ||
	    !settings->logger_conf || !settings->extconfig_conf || !settings->features_conf)
		return NULL;
	read_asterisk_conf(settings);
	read_directories(settings);
	read_rtp_conf(settings);
	if (!read_modules_conf(settings, arena) || !read_disk_modules(settings, loader) ||
	    !read_logger_conf(settings, arena) || !read_extconfig_conf(settings, arena))
		return NULL;
	/* The running list is asked for only where the disk does not tell. */
	if (settings->disk_state == FACT_PRESENT && settings->modules_conf->state == FACT_PRESENT)
		return settings;
	return read_running_modules(settings, loader) ? settings : NULL;
}

static bool list_has(const struct slice *names, size_t count, const char *name)
{
	struct slice wanted = slice_of(name);
	return count && bsearch(&wanted, names, count, sizeof(*names), compare_slices);
}

/* main/loader.c resource_name_match: case and ".so" do not matter. */
static bool is_module(struct slice name, const char *wanted)
{
	if (slice_ends_with(name, ".so"))
		name = slice_part(name, 0, name.size - 3);
	struct slice base = slice_of(wanted);
	if (slice_ends_with(base, ".so"))
		base = slice_part(base, 0, base.size - 3);
	return slice_equal_ignore_case(name, base);
}

enum module_state asterisk_module_state(const struct asterisk_settings *settings, const char *name,
					struct origin *ret_origin)
{
	struct origin origin = ORIGIN_NONE;
	bool is_kept_out = false, is_named = false;
	for (size_t i = 0; i < settings->module_line_count; i++) {
		const struct module_line *line = &settings->module_lines[i];
		if (!is_module(line->name, name) || is_kept_out)
			continue;
		is_kept_out = line->directive == MODULE_NOLOAD;
		is_named = true;
		origin = line->origin;
	}
	bool loads_all = settings->autoload.state == FACT_PRESENT && settings->autoload.value;
	if (!is_named)
		origin = settings->autoload.origin;
	if (ret_origin)
		*ret_origin = origin;
	if (settings->running_state == FACT_PRESENT)
		return list_has(settings->running_modules, settings->running_module_count, name)
			       ? MODULE_LOADED
			       : MODULE_NOT_LOADED;
	bool is_on_disk = settings->disk_state == FACT_PRESENT &&
			  list_has(settings->disk_modules, settings->disk_module_count, name);
	if (settings->disk_state == FACT_PRESENT && !is_on_disk)
		return MODULE_NOT_LOADED;
	if (settings->modules_conf->state != FACT_PRESENT)
		return MODULE_UNKNOWN;
	if (is_kept_out || (!is_named && !loads_all))
		return MODULE_NOT_LOADED;
	return is_on_disk ? MODULE_LOADED : MODULE_ASSUMED;
}

const struct extconfig_line *asterisk_realtime(const struct asterisk_settings *settings,
					       const char *family)
{
	for (size_t i = 0; i < settings->realtime_count; i++)
		if (slice_is_ignore_case(settings->realtime[i].family, family))
			return &settings->realtime[i];
	return NULL;
}

bool asterisk_live_dangerously_default(unsigned int version)
{
	return version != 0 && version < 1200;
}
