/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/connection_cache.h"

#include <stdlib.h>

static void set_text(struct connection_text *text, struct slice value)
{
	if (!value.data)
		return;
	text->is_set = true;
	text->size = value.size < CONNECTION_TEXT_MAX ? value.size : CONNECTION_TEXT_MAX;
	if (text->size)
		memcpy(text->data, value.data, text->size);
}

static bool is_text(const struct connection_text *text, struct slice value)
{
	size_t size = value.size < CONNECTION_TEXT_MAX ? value.size : CONNECTION_TEXT_MAX;
	return text->is_set && text->size == size && memcmp(text->data, value.data, size) == 0;
}

static struct slice text_of(const struct connection_text *text)
{
	return (struct slice){ .data = text->is_set ? text->data : NULL, .size = text->size };
}

void connection_cache_done(struct connection_cache *cache)
{
	free(cache->connections);
	*cache = (struct connection_cache){ 0 };
}

static void remove_at(struct connection_cache *cache, size_t position)
{
	cache->connections[cache->order[position]].is_used = false;
	size_t behind = cache->count - position - 1;
	memmove(cache->order + position, cache->order + position + 1, behind);
	memmove(cache->hashes + position, cache->hashes + position + 1,
		behind * sizeof(cache->hashes[0]));
	cache->count--;
}

/* FNV-1a over the end of the name, where the numbers are. */
static uint32_t hash_of(struct slice name)
{
	uint32_t hash = UINT32_C(2166136261);
	for (size_t i = name.size > 24 ? name.size - 24 : 0; i < name.size; i++)
		hash = (hash ^ (unsigned char)name.data[i]) * UINT32_C(16777619);
	return hash;
}

/* A place for another one. */
static struct connection *add(struct connection_cache *cache, uint32_t hash)
{
	if (!cache->connections)
		cache->connections = calloc(CONNECTIONS_MAX, sizeof(*cache->connections));
	if (!cache->connections)
		return NULL;
	/* fail2ban drops the oldest when it is full, and one more of what is left. */
	if (cache->count == CONNECTIONS_MAX)
		remove_at(cache, 0);
	for (size_t i = 0; i < CONNECTIONS_MAX; i++) {
		if (cache->connections[i].is_used)
			continue;
		struct connection *place = &cache->connections[i];
		place->is_used = true;
		place->name.is_set = place->ip4.is_set = place->ip6.is_set = false;
		place->dns.is_set = place->id.is_set = place->user.is_set = false;
		place->many_users = place->no_fail = place->gained = place->is_pending = false;
		cache->hashes[cache->count] = hash;
		cache->order[cache->count++] = (unsigned char)i;
		return place;
	}
	return NULL;
}

static void add_user(struct connection *connection, struct slice user)
{
	if (!user.size)
		return;
	if (!connection->user.is_set)
		set_text(&connection->user, user);
	else if (!is_text(&connection->user, user))
		connection->many_users = true;
}

static void update(struct connection *connection, const struct failure_groups *groups)
{
	set_text(&connection->ip4, groups->ip4);
	set_text(&connection->ip6, groups->ip6);
	set_text(&connection->dns, groups->dns);
	set_text(&connection->id, groups->id);
	connection->no_fail |= groups->no_fail;
	connection->gained |= groups->gained;
}

static size_t find(const struct connection_cache *cache, struct slice name, uint32_t hash)
{
	for (size_t i = 0; i < cache->count; i++)
		if (cache->hashes[i] == hash &&
		    is_text(&cache->connections[cache->order[i]].name, name))
			return i;
	return cache->count;
}

struct connection *connection_cache_merge(struct connection_cache *cache,
					  struct failure_groups *groups)
{
	uint32_t hash = hash_of(groups->connection);
	size_t position = find(cache, groups->connection, hash);
	struct connection *connection = NULL, *told = NULL;
	if (groups->gained)
		groups->no_fail = true;
	if (position < cache->count) {
		connection = &cache->connections[cache->order[position]];
		add_user(connection, groups->user);
		connection->no_fail = connection->gained = false;
		if (groups->gained)
			connection->is_pending = false;
		update(connection, groups);
		told = connection;
	} else if (!groups->forget && (connection = add(cache, hash)) != NULL) {
		set_text(&connection->name, groups->connection);
		add_user(connection, groups->user);
		update(connection, groups);
		told = connection;
	}
	if (!told) {
		/* Not remembered: the line tells what it tells. */
		return NULL;
	}
	bool counts = told->is_pending || told->many_users;
	told->is_pending = false;
	if (counts)
		told->no_fail = told->gained = false;
	groups->no_fail = told->no_fail;
	groups->gained = told->gained;
	groups->ip4 = text_of(&told->ip4);
	groups->ip6 = text_of(&told->ip6);
	groups->dns = text_of(&told->dns);
	groups->id = text_of(&told->id);
	/* Forgotten, but told once more: the texts stay until the place is used again. */
	if (position < cache->count && groups->forget)
		remove_at(cache, position);
	return connection;
}
