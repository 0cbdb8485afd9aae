/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/source_space.h"

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"

/* Node 0 is the empty set and node 1 everything, at any level. A tree is at most 31 levels deep, so
 * recursion is too. */
enum {
	NODE_NONE,
	NODE_ALL,
	NODE_FIRST
};

void source_space_init(struct source_space *space, enum address_family family)
{
	*space = (struct source_space){ .family = family, .node_count = NODE_FIRST };
}

void source_space_done(struct source_space *space)
{
	free(space->starts);
	free(space->nodes);
	*space = (struct source_space){ .family = space->family };
}

static unsigned __int128 last_value(enum address_family family)
{
	return family == ADDRESS_IPV4 ? UINT32_MAX : MATCH_MASK_ALL;
}

static void add_start(struct source_space *space, unsigned __int128 value)
{
	if (space->is_failed)
		return;
	if (space->count == space->start_capacity) {
		size_t capacity = space->start_capacity ? space->start_capacity * 2 : 64;
		unsigned __int128 *starts = reallocarray(space->starts, capacity, sizeof(*starts));
		if (!starts) {
			space->is_failed = true;
			return;
		}
		space->starts = starts;
		space->start_capacity = capacity;
	}
	space->starts[space->count++] = value;
}

void source_space_cut(struct source_space *space, unsigned __int128 first, unsigned __int128 last)
{
	add_start(space, first);
	if (last < last_value(space->family))
		add_start(space, last + 1);
}

static int compare_values(const void *a, const void *b)
{
	unsigned __int128 x, y;
	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x < y ? -1 : x > y;
}

bool source_space_seal(struct source_space *space)
{
	add_start(space, 0);
	if (space->is_failed)
		return false;
	qsort(space->starts, space->count, sizeof(*space->starts), compare_values);
	size_t kept = 1;
	for (size_t i = 1; i < space->count; i++)
		if (space->starts[i] != space->starts[kept - 1] &&
		    space->starts[i] <= last_value(space->family))
			space->starts[kept++] = space->starts[i];
	space->count = kept;
	space->levels = 0;
	while (((size_t)1 << space->levels) < kept)
		space->levels++;
	return true;
}

static uint32_t make_node(struct source_space *space, uint32_t left, uint32_t right)
{
	if (left == right && left <= NODE_ALL)
		return left;
	if (space->node_count >= space->node_capacity) {
		uint32_t capacity = space->node_capacity ? space->node_capacity * 2 : 1024;
		struct source_node *nodes =
			capacity > space->node_capacity
				? reallocarray(space->nodes, capacity, sizeof(*nodes))
				: NULL;
		if (!nodes) {
			space->is_failed = true;
			return NODE_NONE;
		}
		space->nodes = nodes;
		space->node_capacity = capacity;
	}
	space->nodes[space->node_count] = (struct source_node){ .left = left, .right = right };
	return space->node_count++;
}

/* Index of the piece that holds VALUE. */
static size_t piece_of(const struct source_space *space, unsigned __int128 value)
{
	size_t low = 0, high = space->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (space->starts[middle] <= value)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The places FIRST..LAST of the tree that begins at place BASE with LEVEL levels. */
static uint32_t range_node(struct source_space *space, unsigned int level, size_t base,
			   size_t first, size_t last)
{
	size_t end = base + ((size_t)1 << level) - 1;
	if (last < base || first > end)
		return NODE_NONE;
	if (first <= base && last >= end)
		return NODE_ALL;
	size_t half = (size_t)1 << (level - 1);
	uint32_t left = range_node(space, level - 1, base, first, last);
	uint32_t right = range_node(space, level - 1, base + half, first, last);
	return make_node(space, left, right);
}

struct source_set source_range(struct source_space *space, unsigned __int128 first,
			       unsigned __int128 last)
{
	size_t from = piece_of(space, first), to = piece_of(space, last);
	/* Places behind the last piece belong to it, so that all of the space is NODE_ALL. */
	if (to == space->count - 1)
		to = ((size_t)1 << space->levels) - 1;
	return (struct source_set){ range_node(space, space->levels, 0, from, to) };
}

static uint32_t node_union(struct source_space *space, uint32_t a, uint32_t b)
{
	if (a == NODE_NONE || b == NODE_ALL || a == b)
		return b;
	if (b == NODE_NONE || a == NODE_ALL)
		return a;
	struct source_node x = space->nodes[a], y = space->nodes[b];
	uint32_t left = node_union(space, x.left, y.left);
	uint32_t right = node_union(space, x.right, y.right);
	if (left == x.left && right == x.right)
		return a;
	if (left == y.left && right == y.right)
		return b;
	return make_node(space, left, right);
}

static uint32_t node_intersection(struct source_space *space, uint32_t a, uint32_t b)
{
	if (a == NODE_NONE || b == NODE_ALL || a == b)
		return a;
	if (b == NODE_NONE || a == NODE_ALL)
		return b;
	struct source_node x = space->nodes[a], y = space->nodes[b];
	uint32_t left = node_intersection(space, x.left, y.left);
	uint32_t right = node_intersection(space, x.right, y.right);
	if (left == x.left && right == x.right)
		return a;
	if (left == y.left && right == y.right)
		return b;
	return make_node(space, left, right);
}

static uint32_t node_difference(struct source_space *space, uint32_t a, uint32_t b)
{
	if (a == NODE_NONE || b == NODE_ALL || a == b)
		return NODE_NONE;
	if (b == NODE_NONE)
		return a;
	struct source_node y = space->nodes[b];
	struct source_node x = a == NODE_ALL
				       ? (struct source_node){ .left = NODE_ALL, .right = NODE_ALL }
				       : space->nodes[a];
	uint32_t left = node_difference(space, x.left, y.left);
	uint32_t right = node_difference(space, x.right, y.right);
	if (a != NODE_ALL && left == x.left && right == x.right)
		return a;
	return make_node(space, left, right);
}

struct source_set source_union(struct source_space *space, struct source_set a, struct source_set b)
{
	return (struct source_set){ node_union(space, a.node, b.node) };
}

struct source_set source_intersection(struct source_space *space, struct source_set a,
				      struct source_set b)
{
	return (struct source_set){ node_intersection(space, a.node, b.node) };
}

struct source_set source_difference(struct source_space *space, struct source_set a,
				    struct source_set b)
{
	return (struct source_set){ node_difference(space, a.node, b.node) };
}

bool source_contains(const struct source_space *space, struct source_set set,
		     unsigned __int128 value)
{
	uint32_t node = set.node;
	if (node <= NODE_ALL)
		return node == NODE_ALL;
	size_t piece = piece_of(space, value);
	for (unsigned int level = space->levels; node > NODE_ALL; level--) {
		struct source_node x = space->nodes[node];
		node = piece >> (level - 1) & 1 ? x.right : x.left;
	}
	return node == NODE_ALL;
}

unsigned __int128 source_first(const struct source_space *space, struct source_set set)
{
	size_t base = 0;
	unsigned int level = space->levels;
	uint32_t node = set.node;
	while (node > NODE_ALL) {
		level--;
		struct source_node x = space->nodes[node];
		if (x.left == NODE_NONE) {
			base += (size_t)1 << level;
			node = x.right;
		} else {
			node = x.left;
		}
	}
	return base < space->count ? space->starts[base] : 0;
}

/* Ranges as they come out of the tree, in order. */
struct range_list {
	struct arena *arena;
	struct address_range *ranges;
	size_t count;
	size_t capacity;
	bool is_failed;
	/* One past the last value of the last range, to join what touches. */
	unsigned __int128 next;
};

static void add_pieces(const struct source_space *space, struct range_list *list, size_t first,
		       size_t last)
{
	if (first >= space->count || list->is_failed)
		return;
	unsigned __int128 from = space->starts[first];
	unsigned __int128 to =
		last + 1 < space->count ? space->starts[last + 1] - 1 : last_value(space->family);
	if (list->count && list->next == from) {
		list->ranges[list->count - 1].last = rule_address_of_value(space->family, to);
	} else {
		struct address_range *ranges = arena_grow(list->arena, list->ranges, list->count,
							  &list->capacity, sizeof(*ranges));
		if (!ranges) {
			list->is_failed = true;
			return;
		}
		list->ranges = ranges;
		ranges[list->count++] = (struct address_range){
			.first = rule_address_of_value(space->family, from),
			.last = rule_address_of_value(space->family, to),
		};
	}
	list->next = to + 1;
}

static void walk_node(const struct source_space *space, struct range_list *list, uint32_t node,
		      unsigned int level, size_t base)
{
	if (node == NODE_NONE)
		return;
	if (node == NODE_ALL) {
		add_pieces(space, list, base, base + ((size_t)1 << level) - 1);
		return;
	}
	struct source_node x = space->nodes[node];
	walk_node(space, list, x.left, level - 1, base);
	walk_node(space, list, x.right, level - 1, base + ((size_t)1 << (level - 1)));
}

bool source_addresses(const struct source_space *space, struct source_set set, struct arena *arena,
		      struct address_set *ret_set)
{
	if (set.node == NODE_ALL) {
		*ret_set = address_set_all(space->family);
		return true;
	}
	struct range_list list = { .arena = arena };
	walk_node(space, &list, set.node, space->levels, 0);
	*ret_set = (struct address_set){
		.family = space->family,
		.ranges = list.ranges,
		.count = list.count,
	};
	return !list.is_failed;
}
