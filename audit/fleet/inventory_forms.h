/* SPDX-License-Identifier: Apache-2.0
 *
 * Ansible's three forms, all as one tree: { GROUP: { "hosts": { HOST: VARIABLES }, "vars": {...},
 * "children": { GROUP: ... } } }, which is what its YAML is. Only audit/fleet/ includes this.
 */
#ifndef RINGFENCE_FLEET_INVENTORY_FORMS_H
#define RINGFENCE_FLEET_INVENTORY_FORMS_H

#include <jansson.h>

#include "audit/base/text_map.h"
#include "audit/fleet/inventory.h"

/* Groups in groups, and nodes in nodes of YAML; a person's inventory has five. */
#define INVENTORY_DEPTH_MAX 32

/* What is being read, and what was found. */
struct inventory_reading {
	const char *name;
	struct arena *arena;
	struct inventory_host *hosts;
	/* Their names. */
	struct text_map names;
	size_t count;
	size_t capacity;
	struct error *error;
};

/* The tree of TEXT; NULL with the reading's error. The caller ends it with json_decref. */
json_t *inventory_ini(struct inventory_reading *reading, struct slice text) MUST_CHECK;
json_t *inventory_yaml(struct inventory_reading *reading, struct slice text) MUST_CHECK;

/* Finds the hosts of TREE and where they are, by Ansible's precedence: the host's own variables,
 * then those of its groups, the deepest first. */
bool inventory_resolve(struct inventory_reading *reading, json_t *tree) MUST_CHECK;

/* Adds a host unless one has its name. */
bool inventory_add(struct inventory_reading *reading, const char *name,
		   const char *target) MUST_CHECK;

/* "ssh://[user@]host[:port]" in the arena; USER and PORT may be NULL. */
char *inventory_place(struct inventory_reading *reading, const char *user, const char *host,
		      const char *port) MUST_CHECK;

#endif
