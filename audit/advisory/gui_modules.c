/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/advisory/gui_modules.h"

#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* The first <version> of module.xml is the module's own; those of its changes come later and have
 * other names. */
static struct slice version_in(struct slice bytes)
{
	size_t begin = slice_find(bytes, SLICE("<version>"));
	struct slice rest = slice_from(bytes, begin + strlen("<version>"));
	size_t end = slice_find_byte(rest, '<');
	return end < rest.size ? slice_trim(slice_part(rest, 0, end)) : SLICE("");
}

/* ".../modules/NAME/module.xml" */
static struct slice name_of(const char *path)
{
	struct slice folder = slice_of(path);
	folder = slice_part(folder, 0, slice_find_last_byte(folder, '/'));
	return slice_from(folder, slice_find_last_byte(folder, '/') + 1);
}

static bool read_module(const struct loader *loader, const char *path, struct gui_module *module)
{
	const struct source *source;
	const struct unread *unread;
	if (loader_read(loader, path, &source, &unread) != LOAD_FOUND)
		return false;
	module->name = name_of(path);
	module->version = version_in(source->bytes);
	module->origin = origin_of(source, module->version);
	return true;
}

const struct gui_modules *gui_modules_load(const struct loader *loader, const char *folder)
{
	struct gui_modules *result = ARENA_NEW(loader->arena, struct gui_modules);
	if (!result || !*folder)
		return result;
	BUFFER_AUTO pattern = { 0 };
	buffer_format(&pattern, "%s/*/module.xml", folder);
	const char *text = buffer_keep(&pattern, loader->arena);
	struct path_list paths;
	if (!text)
		return NULL;
	enum load_status status = loader_glob(loader, text, &paths, &result->unread);
	if (status == LOAD_UNREADABLE)
		result->state = FACT_UNREADABLE;
	if (status != LOAD_FOUND || !paths.count)
		return result;
	size_t most = paths.count < GUI_MODULES_MAX ? paths.count : GUI_MODULES_MAX;
	struct gui_module *modules = ARENA_ARRAY(loader->arena, most, struct gui_module);
	if (!modules)
		return NULL;
	for (size_t i = 0; i < most; i++)
		result->count += read_module(loader, paths.paths[i], &modules[result->count]);
	result->modules = modules;
	result->state = FACT_PRESENT;
	return result;
}
