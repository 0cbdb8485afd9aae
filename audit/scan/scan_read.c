/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_read.h"

#include <jansson.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/scan/scan_target.h"

/* Empty for what is no string. */
static struct slice string_of(const json_t *value)
{
	return (struct slice){ .data = json_string_value(value),
			       .size = json_string_length(value) };
}

static struct slice text_of(const json_t *object, const char *key)
{
	return string_of(json_object_get(object, key));
}

/* What a service told, with `name` and `tls` left out. */
static bool read_facts(json_t *row, struct arena *arena, struct scan_service *service)
{
	const char *key;
	json_t *value;
	service->is_tls = json_is_true(json_object_get(row, "tls"));
	json_object_foreach(row, key, value)
	{
		if (!json_is_string(value) || strcmp(key, "name") == 0)
			continue;
		const char *copy = slice_to_string(arena, slice_of(key));
		if (!copy || !scan_service_tell(service, arena, copy, string_of(value)))
			return false;
	}
	return true;
}

static bool read_port(const json_t *row, struct scan_result *result, struct scan_found *host)
{
	struct slice proto = text_of(row, "proto");
	json_int_t number = json_integer_value(json_object_get(row, "port"));
	struct scan_port port = { .protocol = slice_is(proto, "udp") ? SCAN_UDP : SCAN_TCP };
	const char *state = json_string_value(json_object_get(row, "state"));
	const char *reason = json_string_value(json_object_get(row, "reason"));
	if (number < 1 || number > 65535 || !state || !reason ||
	    !scan_state_find(state, &port.state) || !scan_reason_find(reason, &port.reason) ||
	    (!slice_is(proto, "udp") && !slice_is(proto, "tcp")))
		return false;
	port.port = (uint16_t)number;
	struct slice service = text_of(json_object_get(row, "service"), "name");
	if (service.size > 0) {
		port.service = ARENA_NEW(result->arena, struct scan_service);
		char *name = slice_to_string(result->arena, service);
		if (!port.service || !name)
			return false;
		port.service->name = name;
		if (!read_facts(json_object_get(row, "service"), result->arena, port.service))
			return false;
	}
	return scan_found_append_port(host, result->arena, &port);
}

static bool read_others(const json_t *row, struct scan_result *result, struct scan_found *host)
{
	struct scan_others others = { .protocol = slice_is(text_of(row, "proto"), "udp")
							  ? SCAN_UDP
							  : SCAN_TCP };
	const char *state = json_string_value(json_object_get(row, "state"));
	const char *reason = json_string_value(json_object_get(row, "reason"));
	json_int_t count = json_integer_value(json_object_get(row, "count"));
	if (!state || !reason || count < 0 || count > 65535 ||
	    !scan_state_find(state, &others.state) || !scan_reason_find(reason, &others.reason))
		return false;
	others.count = (size_t)count;
	return scan_found_append_others(host, result->arena, &others);
}

static bool read_host(const json_t *row, struct scan_result *result)
{
	struct scan_found host = { .name = NULL };
	struct slice address = text_of(row, "address");
	if (!address_parse(address, &host.address))
		return false;
	host.zone = scan_zone_of(address);
	struct slice name = text_of(row, "name"), refused = text_of(row, "not_scanned");
	if (name.size > 0 && !(host.name = slice_to_string(result->arena, name)))
		return false;
	if (refused.size > 0 && !(host.refused = slice_to_string(result->arena, refused)))
		return false;
	size_t index;
	const json_t *item;
	json_array_foreach(json_object_get(row, "ports"), index,
			   item) if (!read_port(item, result, &host)) return false;
	json_array_foreach(json_object_get(row, "others"), index,
			   item) if (!read_others(item, result, &host)) return false;
	return scan_result_append(result, &host);
}

static bool read_ports(const json_t *root, const char *key, struct arena *arena,
		       struct scan_ports *ports)
{
	struct slice text = text_of(root, key);
	struct error ignored;
	return text.size == 0 || scan_ports_parse(text, arena, ports, &ignored);
}

/* A number that is not negative; 0 for anything else. */
static uint64_t count_of(const json_t *object, const char *key)
{
	json_int_t number = json_integer_value(json_object_get(object, key));
	return number > 0 ? (uint64_t)number : 0;
}

static bool read_targets(const json_t *list, struct scan_result *result)
{
	size_t count = json_array_size(list);
	if (count == 0)
		return true;
	char **targets = ARENA_ARRAY(result->arena, count, char *);
	for (size_t i = 0; targets && i < count; i++) {
		const json_t *item = json_array_get(list, i);
		targets[i] = slice_to_string(result->arena, string_of(item));
		if (!json_is_string(item) || !targets[i])
			return false;
	}
	result->targets = targets;
	result->target_count = count;
	return targets != NULL;
}

static bool read_root(const json_t *root, struct scan_result *result)
{
	if (!slice_is(text_of(root, "schema"), "ringfence-scan/1") ||
	    !read_ports(root, "tcp_ports", result->arena, &result->tcp) ||
	    !read_ports(root, "udp_ports", result->arena, &result->udp))
		return false;
	const json_t *decided = json_object_get(root, "decided");
	result->decided[SCAN_TCP] = count_of(decided, "tcp");
	result->decided[SCAN_UDP] = count_of(decided, "udp");
	result->silent = count_of(root, "silent_hosts");
	result->names_mean_ipv6 = json_is_true(json_object_get(root, "names_mean_ipv6"));
	if (!read_targets(json_object_get(root, "targets"), result))
		return false;
	result->is_complete = json_is_true(json_object_get(root, "complete"));
	result->method = slice_is(text_of(root, "method"), "syn") ? "syn" : "connect";
	size_t index;
	const json_t *row;
	json_array_foreach(json_object_get(root, "hosts"), index,
			   row) if (!read_host(row, result)) return false;
	return true;
}

bool scan_read(struct slice text, const char *name, struct arena *arena,
	       struct scan_result *ret_result, struct error *error)
{
	struct slice start = slice_trim_left(text);
	if (slice_starts_with(start, "<"))
		return scan_read_nmap(start, name, arena, ret_result, error);
	json_error_t where;
	struct scan_result result = { .arena = arena };
	json_t *root =
		json_loadb(text.data ? text.data : "", text.size, JSON_REJECT_DUPLICATES, &where);
	bool is_read = root && read_root(root, &result);
	json_decref(root);
	if (!is_read) {
		error_set_at(error, ERROR_INPUT, name,
			     root || where.line < 0 ? 0 : (uint32_t)where.line,
			     "this is no scan of ringfence or nmap");
		error_advise(error,
			     "give what `ringfence scan --json HOST` or `nmap -oX -` printed");
		return false;
	}
	*ret_result = result;
	return true;
}
