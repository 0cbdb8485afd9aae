/* SPDX-License-Identifier: Apache-2.0
 *
 * How full the host is: file systems, and UDP packets that were lost because nobody fetched them.
 */
#include "audit/kernel/system_parts.h"

#define FILE_SYSTEMS_MAX 1024

/* Lines of `df -P -k`: device, blocks, used, available, capacity, mounted on. */
static bool add_file_system(const struct loader *loader, struct system_model *model,
			    struct system_file_system **items, size_t *capacity,
			    const struct source *source, struct slice line)
{
	struct slice rest = line, word, percent = SLICE("");
	for (size_t i = 0; i < 5; i++)
		if (!slice_next_word(&rest, i == 4 ? &percent : &word))
			return true;
	uint64_t number;
	if (!slice_ends_with(percent, "%") ||
	    !slice_to_uint64(slice_part(percent, 0, percent.size - 1), &number) || number > 100 ||
	    model->file_system_count == FILE_SYSTEMS_MAX)
		return true;
	struct system_file_system *grown = arena_grow(
		loader->arena, *items, model->file_system_count, capacity, sizeof(*grown));
	if (!grown)
		return false;
	*items = grown;
	grown[model->file_system_count++] = (struct system_file_system){
		.path = slice_trim(rest),
		.used_percent = (unsigned int)number,
		.origin = origin_of(source, line),
	};
	return true;
}

static bool load_file_systems(const struct loader *loader, struct system_model *model)
{
	const struct source *source;
	enum load_status status = loader_probe(loader, "df", &source, &model->file_systems_unread);
	model->file_systems_state = system_state(status);
	struct slice rest = status == LOAD_FOUND ? source->bytes : SLICE(""), line;
	struct system_file_system *items = NULL;
	size_t capacity = 0;
	while (slice_next_line(&rest, &line))
		if (!add_file_system(loader, model, &items, &capacity, source, line))
			return false;
	model->file_systems = items;
	return true;
}

/* Two lines "Udp:" of /proc/net/snmp: names, then numbers in the same order. */
static void load_udp_counters(const struct loader *loader, struct system_model *model)
{
	const struct source *source;
	struct system_udp_counters *udp = &model->udp;
	enum load_status status = loader_probe(loader, "netstat", &source, &udp->unread);
	udp->state = status == LOAD_UNREADABLE ? FACT_UNREADABLE : FACT_ABSENT;
	if (status != LOAD_FOUND)
		return;
	struct slice rest = source->bytes, line, names = SLICE(""), numbers = SLICE("");
	while (slice_next_line(&rest, &line)) {
		if (!slice_starts_with(line, "Udp:"))
			continue;
		if (names.size == 0)
			names = slice_from(line, 4);
		else
			numbers = slice_from(line, 4);
	}
	struct slice name, number;
	udp->origin = origin_of(source, numbers);
	while (slice_next_word(&names, &name) && slice_next_word(&numbers, &number)) {
		uint64_t value;
		if (!slice_to_uint64(number, &value))
			continue;
		if (slice_is(name, "InDatagrams"))
			udp->received = value;
		if (slice_is(name, "RcvbufErrors")) {
			udp->lost = value;
			udp->state = FACT_PRESENT;
		}
	}
}

bool system_load_load(const struct loader *loader, struct system_model *model)
{
	load_udp_counters(loader, model);
	return load_file_systems(loader, model);
}

const struct system_file_system *system_find_file_system(const struct system_model *model,
							 const char *path)
{
	const struct system_file_system *best = NULL;
	for (size_t i = 0; i < model->file_system_count; i++) {
		const struct system_file_system *item = &model->file_systems[i];
		size_t size = item->path.size;
		bool is_root = slice_is(item->path, "/");
		bool is_below = strncmp(path, item->path.data, size) == 0 &&
				(path[size] == '/' || path[size] == '\0');
		if ((is_root || is_below) && (!best || size > best->path.size))
			best = item;
	}
	return best;
}
