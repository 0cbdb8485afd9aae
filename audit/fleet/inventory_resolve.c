/* SPDX-License-Identifier: Apache-2.0
 *
 * Ansible's precedence, as its documentation on inventories has it: variables of `all` first, then
 * of parent groups, child groups (at the same depth by name, the last wins), and of the host.
 */
#include <string.h>

#include "audit/base/buffer.h"
#include "audit/fleet/inventory_forms.h"

/* Looks into groups, all hosts together: a thousand hosts in a hundred groups need a million;
 * groups in a circle would never end. */
#define RESOLVE_LOOKS_MAX 5000000

/* `groups`: name to {"hosts": {}, "vars": {}, "children": {}, "depth": N}, flat. */
struct resolving {
	struct inventory_reading *reading;
	json_t *groups;
	/* By name, in the order in which they were met. */
	json_t *hosts;
	size_t looks;
};

static bool wrong(const struct resolving *resolving, const char *name, const char *expected)
{
	return error_set_at(resolving->reading->error, ERROR_INPUT, resolving->reading->name, 0,
			    "\"%s\": expected %s", name, expected);
}

static json_t *object_in(json_t *parent, const char *key)
{
	json_t *object = json_object_get(parent, key);
	if (object)
		return object;
	return json_object_set_new(parent, key, json_object()) == 0 ? json_object_get(parent, key)
								    : NULL;
}

static bool add_variables(json_t *into, json_t *variables)
{
	return !json_is_object(variables) || json_object_update(into, variables) == 0;
}

/* Hosts stand in an object with their variables, or in a list of names. */
static bool add_hosts(struct resolving *resolving, const char *group, json_t *into, json_t *hosts)
{
	const char *name;
	json_t *value;
	size_t index;
	if (!hosts || json_is_null(hosts))
		return true;
	if (!json_is_object(hosts) && !json_is_array(hosts))
		return wrong(resolving, group, "hosts with their variables, or a list of names");
	json_object_foreach(hosts, name, value)
	{
		json_t *own = object_in(resolving->hosts, name);
		if (!own || !add_variables(own, value) ||
		    json_object_set_new(into, name, json_true()) != 0)
			return error_memory(resolving->reading->error);
	}
	json_array_foreach(hosts, index, value)
	{
		name = json_string_value(value);
		if (!name)
			return wrong(resolving, group, "a list of names");
		if (!object_in(resolving->hosts, name) ||
		    json_object_set_new(into, name, json_true()) != 0)
			return error_memory(resolving->reading->error);
	}
	return true;
}

static bool add_group(struct resolving *resolving, const char *name, json_t *value,
		      unsigned int depth)
{
	const char *child;
	json_t *below;
	size_t index;
	if (depth > INVENTORY_DEPTH_MAX)
		return wrong(resolving, name, "groups that nest less deeply");
	json_t *group = object_in(resolving->groups, name);
	json_t *hosts = group ? object_in(group, "hosts") : NULL;
	json_t *variables = group ? object_in(group, "vars") : NULL;
	json_t *children = group ? object_in(group, "children") : NULL;
	if (!hosts || !variables || !children)
		return error_memory(resolving->reading->error);
	if (!value || json_is_null(value))
		return true;
	/* Old scripts give a group as the list of its hosts. */
	if (json_is_array(value))
		return add_hosts(resolving, name, hosts, value);
	if (!json_is_object(value))
		return wrong(resolving, name, "a group with hosts, vars or children");
	if (!add_variables(variables, json_object_get(value, "vars")))
		return error_memory(resolving->reading->error);
	if (!add_hosts(resolving, name, hosts, json_object_get(value, "hosts")))
		return false;
	json_t *list = json_object_get(value, "children");
	json_object_foreach(list, child, below)
	{
		if (json_object_set_new(children, child, json_true()) != 0)
			return error_memory(resolving->reading->error);
		if (!add_group(resolving, child, below, depth + 1))
			return false;
	}
	json_array_foreach(list, index, below)
	{
		child = json_string_value(below);
		if (!child)
			return wrong(resolving, name, "a list of groups as children");
		if (json_object_set_new(children, child, json_true()) != 0)
			return error_memory(resolving->reading->error);
	}
	return true;
}

/* Depths grow from `all` downwards; a circle stops at the limit. */
static bool set_depths(struct resolving *resolving)
{
	const char *name, *child;
	json_t *group, *mark;
	bool changed = true;
	for (unsigned int round = 0; changed && round < INVENTORY_DEPTH_MAX; round++) {
		changed = false;
		json_object_foreach(resolving->groups, name, group)
		{
			json_int_t depth = json_integer_value(json_object_get(group, "depth"));
			json_object_foreach(json_object_get(group, "children"), child, mark)
			{
				json_t *below = json_object_get(resolving->groups, child);
				if (!below ||
				    json_integer_value(json_object_get(below, "depth")) > depth)
					continue;
				if (json_object_set_new(below, "depth", json_integer(depth + 1)))
					return error_memory(resolving->reading->error);
				changed = true;
			}
		}
	}
	return true;
}

static bool holds(struct resolving *resolving, json_t *group, const char *host, unsigned int depth)
{
	const char *child;
	json_t *mark;
	if (json_object_get(json_object_get(group, "hosts"), host))
		return true;
	if (depth == INVENTORY_DEPTH_MAX || ++resolving->looks > RESOLVE_LOOKS_MAX)
		return false;
	json_object_foreach(json_object_get(group, "children"), child, mark)
	{
		json_t *below = json_object_get(resolving->groups, child);
		if (below && below != group && holds(resolving, below, host, depth + 1))
			return true;
	}
	return false;
}

/* The value of KEY for HOST; NULL where nobody says it. */
static json_t *value_of(struct resolving *resolving, const char *host, const char *key)
{
	json_t *best = json_object_get(json_object_get(resolving->hosts, host), key);
	const char *name, *best_name = "";
	json_t *group;
	json_int_t best_depth = -2;
	if (best)
		return best;
	json_object_foreach(resolving->groups, name, group)
	{
		bool is_all = strcmp(name, "all") == 0;
		json_int_t depth =
			is_all ? -1 : json_integer_value(json_object_get(group, "depth"));
		json_t *value = json_object_get(json_object_get(group, "vars"), key);
		if (!value || depth < best_depth ||
		    (depth == best_depth && strcmp(name, best_name) < 0) ||
		    (!is_all && !holds(resolving, group, host, 0)))
			continue;
		best = value;
		best_depth = depth;
		best_name = name;
	}
	return best;
}

/* As text in the arena; "" where nobody says it. NULL: *ERROR. */
static const char *text_of(struct resolving *resolving, const char *host, const char *key,
			   const char *old_key)
{
	struct inventory_reading *reading = resolving->reading;
	json_t *value = value_of(resolving, host, key);
	if (!value && old_key)
		value = value_of(resolving, host, old_key);
	BUFFER_AUTO text = { 0 };
	if (json_is_integer(value))
		buffer_format(&text, "%lld", (long long)json_integer_value(value));
	else if (json_is_string(value))
		buffer_append_string(&text, json_string_value(value));
	if (strstr(buffer_string(&text), "{{")) {
		error_set_at(reading->error, ERROR_INPUT, reading->name, 0,
			     "host \"%s\": %s is a template, which is not evaluated here", host,
			     key);
		error_advise(reading->error,
			     "give the output of `ansible-inventory --list` after resolving it, or "
			     "write the value");
		return NULL;
	}
	const char *kept = buffer_keep(&text, reading->arena);
	if (!kept)
		error_memory(reading->error);
	return kept;
}

static bool add_host(struct resolving *resolving, const char *name)
{
	struct inventory_reading *reading = resolving->reading;
	const char *host = text_of(resolving, name, "ansible_host", "ansible_ssh_host");
	const char *port =
		host ? text_of(resolving, name, "ansible_port", "ansible_ssh_port") : NULL;
	const char *user =
		port ? text_of(resolving, name, "ansible_user", "ansible_ssh_user") : NULL;
	const char *connection = user ? text_of(resolving, name, "ansible_connection", NULL) : NULL;
	if (!connection)
		return false;
	if (resolving->looks > RESOLVE_LOOKS_MAX)
		return wrong(resolving, name, "groups that are not so entangled, or in a circle");
	if (strcmp(connection, "local") == 0)
		return inventory_add(reading, name, "local");
	const char *place = inventory_place(reading, user, *host ? host : name, port);
	return place && inventory_add(reading, name, place);
}

bool inventory_resolve(struct inventory_reading *reading, json_t *tree)
{
	struct resolving resolving = {
		.reading = reading,
		.groups = json_object(),
		.hosts = json_object(),
	};
	const char *name;
	json_t *value;
	bool done = resolving.groups && resolving.hosts && json_is_object(tree);
	if (!done)
		error_set_at(reading->error, ERROR_INPUT, reading->name, 0,
			     "expected groups of hosts");
	json_t *meta = json_object_get(json_object_get(tree, "_meta"), "hostvars");
	if (done)
		json_object_foreach(tree, name, value)
		{
			if (strcmp(name, "_meta") != 0)
				done = done && add_group(&resolving, name, value, 0);
		}
	if (done)
		json_object_foreach(meta, name, value)
		{
			json_t *own = object_in(resolving.hosts, name);
			if (!own || !add_variables(own, value))
				done = error_memory(reading->error);
		}
	done = done && set_depths(&resolving);
	if (done)
		json_object_foreach(resolving.hosts, name, value)
		{
			done = done && add_host(&resolving, name);
		}
	json_decref(resolving.groups);
	json_decref(resolving.hosts);
	return done;
}
