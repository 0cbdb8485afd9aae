/* SPDX-License-Identifier: Apache-2.0
 *
 * nmap's XML: nmaprun, scaninfo, host, address, ports, extraports, port, state, service. The names
 * are those of nmap.dtd.
 */
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#include "audit/base/arena.h"
#include "audit/scan/scan_read.h"

static bool is_element(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0;
}

static const xmlNode *find_child(const xmlNode *node, const char *name)
{
	for (const xmlNode *child = node->children; child; child = child->next)
		if (is_element(child, name))
			return child;
	return NULL;
}

/* The value of attribute NAME in ARENA; "" when there is none; NULL when memory is short. */
static const char *attribute(const xmlNode *node, const char *name, struct arena *arena)
{
	xmlChar *value = node ? xmlGetNoNsProp(node, (const xmlChar *)name) : NULL;
	const char *copy = value ? slice_to_string(arena, slice_of((const char *)value)) : "";
	xmlFree(value);
	return copy;
}

static bool read_port(const xmlNode *node, struct scan_result *result, struct scan_found *host)
{
	struct arena *arena = result->arena;
	const xmlNode *state = find_child(node, "state"), *service = find_child(node, "service");
	const char *protocol = attribute(node, "protocol", arena);
	const char *number = attribute(node, "portid", arena);
	const char *state_name = attribute(state, "state", arena);
	const char *reason = attribute(state, "reason", arena);
	const char *name = attribute(service, "name", arena);
	if (!protocol || !number || !state_name || !reason || !name)
		return false;
	uint64_t value;
	struct scan_port port = { .protocol = strcmp(protocol, "udp") == 0 ? SCAN_UDP : SCAN_TCP };
	/* sctp and ip are not ours; "unfiltered" and "closed|filtered" are of scans not ours. */
	if ((strcmp(protocol, "udp") != 0 && strcmp(protocol, "tcp") != 0) ||
	    !scan_state_find(state_name, &port.state))
		return true;
	if (!slice_to_uint64(slice_of(number), &value) || value < 1 || value > 65535)
		return false;
	port.port = (uint16_t)value;
	if (!scan_reason_find(reason, &port.reason))
		port.reason = REASON_NO_RESPONSE;
	if (*name) {
		port.service = ARENA_NEW(arena, struct scan_service);
		if (!port.service)
			return false;
		port.service->name = name;
	}
	return scan_found_append_port(host, arena, &port);
}

static bool read_extraports(const xmlNode *node, struct scan_result *result,
			    struct scan_found *host)
{
	const xmlNode *why = find_child(node, "extrareasons");
	const char *state = attribute(node, "state", result->arena);
	const char *count = attribute(node, "count", result->arena);
	const char *protocol = attribute(why, "proto", result->arena);
	uint64_t value;
	if (!state || !count || !protocol)
		return false;
	struct scan_others others = { .protocol =
					      strcmp(protocol, "udp") == 0 ? SCAN_UDP : SCAN_TCP };
	if (!scan_state_find(state, &others.state) || !slice_to_uint64(slice_of(count), &value) ||
	    value > 65535)
		return true;
	others.count = (size_t)value;
	return scan_found_append_others(host, result->arena, &others);
}

static bool read_address(const xmlNode *node, struct arena *arena, struct scan_found *host)
{
	const char *type = attribute(node, "addrtype", arena);
	const char *text = attribute(node, "addr", arena);
	return type && text &&
	       (strcmp(type, "mac") == 0 || address_parse(slice_of(text), &host->address));
}

static bool read_host(const xmlNode *node, struct scan_result *result)
{
	struct scan_found host = { .name = NULL };
	for (const xmlNode *child = node->children; child; child = child->next)
		if (is_element(child, "address") && !read_address(child, result->arena, &host))
			return false;
	const xmlNode *ports = find_child(node, "ports");
	for (const xmlNode *child = ports ? ports->children : NULL; child; child = child->next) {
		if (is_element(child, "port") && !read_port(child, result, &host))
			return false;
		if (is_element(child, "extraports") && !read_extraports(child, result, &host))
			return false;
	}
	if (host.address.family == ADDRESS_NONE)
		return false;
	return scan_result_append(result, &host);
}

static bool read_scaninfo(const xmlNode *node, struct scan_result *result)
{
	const char *protocol = attribute(node, "protocol", result->arena);
	const char *services = attribute(node, "services", result->arena);
	struct error ignored;
	if (!protocol || !services)
		return false;
	if (strcmp(protocol, "udp") != 0 && strcmp(protocol, "tcp") != 0)
		return true;
	return scan_ports_parse(slice_of(services), result->arena,
				strcmp(protocol, "udp") == 0 ? &result->udp : &result->tcp,
				&ignored);
}

static bool read_document(xmlDoc *document, struct scan_result *result)
{
	const xmlNode *root = xmlDocGetRootElement(document);
	if (!root || !is_element(root, "nmaprun"))
		return false;
	for (const xmlNode *child = root->children; child; child = child->next) {
		if (is_element(child, "scaninfo") && !read_scaninfo(child, result))
			return false;
		if (is_element(child, "host") && !read_host(child, result))
			return false;
	}
	return true;
}

bool scan_read_nmap(struct slice text, const char *name, struct arena *arena,
		    struct scan_result *ret_result, struct error *error)
{
	struct scan_result result = { .arena = arena, .is_complete = true, .method = "syn" };
	xmlDoc *document =
		text.size <= SCAN_READ_BYTES_MAX
			? xmlReadMemory(text.data, (int)text.size, NULL, NULL,
					XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING)
			: NULL;
	bool is_read = document && read_document(document, &result);
	xmlFreeDoc(document);
	if (!is_read) {
		error_set_at(error, ERROR_INPUT, name, 0, "this is no XML of nmap");
		error_advise(error, "give what `nmap -oX -` or `ringfence scan -f nmap` printed");
		return false;
	}
	*ret_result = result;
	return true;
}
