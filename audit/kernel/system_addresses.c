/* SPDX-License-Identifier: Apache-2.0
 *
 * The host's own addresses, from `ip -j address`, or from `ip address` of hosts whose ip(8) knows
 * no JSON.
 */
#include <jansson.h>

#include "audit/kernel/system_parts.h"

#define ADDRESSES_MAX 65536

struct address_list {
	const struct loader *loader;
	struct system_address *items;
	size_t count;
	size_t capacity;
};

static bool add_address(struct address_list *list, struct slice interface, struct slice text,
			unsigned int length, bool is_loopback)
{
	struct system_address item = { .interface = interface,
				       .is_loopback_interface = is_loopback };
	struct address address;
	if (!address_parse(text, &address) || length > address_bits(address.family) ||
	    list->count == ADDRESSES_MAX)
		return true;
	item.address = address;
	item.prefix = prefix_make(address, length);
	struct system_address *items = arena_grow(list->loader->arena, list->items, list->count,
						  &list->capacity, sizeof(*items));
	if (!items)
		return false;
	list->items = items;
	items[list->count++] = item;
	return true;
}

static bool has_loopback_flag(const json_t *row)
{
	size_t index;
	json_t *flag;
	json_array_foreach(json_object_get(row, "flags"), index,
			   flag) if (json_is_string(flag) &&
				     strcmp(json_string_value(flag), "LOOPBACK") == 0) return true;
	return false;
}

static bool add_json_row(struct address_list *list, const json_t *row)
{
	const char *name = json_string_value(json_object_get(row, "ifname"));
	char *interface = name ? arena_copy(list->loader->arena, name, strlen(name)) : NULL;
	if (!interface)
		return !name;
	size_t index;
	json_t *item;
	json_array_foreach(json_object_get(row, "addr_info"), index, item)
	{
		const char *local = json_string_value(json_object_get(item, "local"));
		json_int_t length = json_integer_value(json_object_get(item, "prefixlen"));
		if (local && length >= 0 && length <= 128 &&
		    !add_address(list, slice_of(interface), slice_of(local), (unsigned int)length,
				 has_loopback_flag(row)))
			return false;
	}
	return true;
}

static bool read_json(struct address_list *list, const struct source *source,
		      struct system_model *model)
{
	json_error_t error;
	json_t *rows =
		json_loadb(source->bytes.data, source->bytes.size, JSON_REJECT_DUPLICATES, &error);
	if (!rows)
		return diagnostics_add(&model->diagnostics, list->loader->arena, DIAGNOSTIC_ERROR,
				       origin_of(source, source->bytes),
				       "not JSON of ip(8): no address is known");
	size_t index;
	json_t *row;
	bool is_good = true;
	json_array_foreach(rows, index, row) is_good = is_good && add_json_row(list, row);
	json_decref(rows);
	return is_good;
}

/* "2: eth0: <BROADCAST,UP> mtu 1500 ..." and, further in, "inet 192.0.2.7/24 brd ...". */
static bool read_text(struct address_list *list, const struct source *source)
{
	struct slice rest = source->bytes, line, interface = SLICE("");
	bool is_loopback = false;
	while (slice_next_line(&rest, &line)) {
		struct slice words = line, first, second;
		if (!slice_next_word(&words, &first) || !slice_next_word(&words, &second))
			continue;
		if (slice_ends_with(first, ":") && slice_ends_with(second, ":")) {
			interface = slice_part(second, 0, second.size - 1);
			interface.size = slice_find_byte(interface, '@');
			is_loopback = slice_find(line, SLICE("LOOPBACK")) < line.size;
			continue;
		}
		if (!slice_is(first, "inet") && !slice_is(first, "inet6"))
			continue;
		size_t slash = slice_find_byte(second, '/');
		uint64_t length = slice_is(first, "inet") ? 32 : 128;
		if (slash < second.size &&
		    (!slice_to_uint64(slice_from(second, slash + 1), &length) || length > 128))
			continue;
		if (!add_address(list, interface, slice_part(second, 0, slash),
				 (unsigned int)length, is_loopback))
			return false;
	}
	return true;
}

bool system_addresses_load(const struct loader *loader, struct system_model *model)
{
	struct address_list list = { .loader = loader };
	const struct source *source;
	enum load_status status =
		loader_probe(loader, "addresses", &source, &model->addresses_unread);
	model->addresses_state = system_state(status);
	if (status != LOAD_FOUND)
		return true;
	bool is_json = slice_starts_with(slice_trim_left(source->bytes), "[");
	if (is_json ? !read_json(&list, source, model) : !read_text(&list, source))
		return false;
	if (model->diagnostics.count > 0 && list.count == 0)
		model->addresses_state = FACT_UNREADABLE;
	model->addresses = list.items;
	model->address_count = list.count;
	return true;
}
