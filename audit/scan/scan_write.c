/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_write.h"

#include <inttypes.h>
#include <net/if.h>

#include "audit/base/json_text.h"

void scan_write_ports(const struct scan_ports *ports, struct buffer *out)
{
	for (size_t i = 0; i < ports->count;) {
		size_t last = i;
		while (last + 1 < ports->count && ports->ports[last + 1] == ports->ports[last] + 1)
			last++;
		buffer_format(out, "%s%u", i ? "," : "", ports->ports[i]);
		if (last > i)
			buffer_format(out, "-%u", ports->ports[last]);
		i = last + 1;
	}
}

static void write_address(const struct scan_found *host, struct buffer *out)
{
	address_format(host->address, out);
	char interface[IF_NAMESIZE];
	if (host->zone && if_indextoname(host->zone, interface))
		buffer_format(out, "%%%s", interface);
}

/* The facts that people want on the line of the port, in this order. */
static const char *const line_facts[] = {
	"product", "banner",   "server",  "user-agent", "title",
	"version", "protocol", "subject", "finding",
};

static void write_line(const struct scan_port *port, struct buffer *out)
{
	buffer_format(out, "%u/%s %s", port->port, scan_protocol_name(port->protocol),
		      scan_state_name(port->state));
	const struct scan_service *service = port->service;
	if (service) {
		buffer_format(out, "  %s%s", service->name, service->is_tls ? " (TLS)" : "");
		for (size_t i = 0; i < ARRAY_SIZE(line_facts); i++) {
			struct slice value = scan_service_fact(service, line_facts[i]);
			if (value.size == 0)
				continue;
			buffer_append_string(out, "  ");
			buffer_append_printable(out, slice_part(value, 0, 100));
		}
	} else if (port->state != STATE_OPEN) {
		buffer_format(out, "  %s", scan_reason_name(port->reason));
	}
	buffer_append_byte(out, '\n');
}

void scan_write_text(const struct scan_result *result, struct buffer *out)
{
	for (size_t i = 0; i < result->count; i++) {
		const struct scan_found *host = &result->hosts[i];
		buffer_append_string(out, i ? "\n" : "");
		if (host->name) {
			buffer_append_printable(out, slice_of(host->name));
			buffer_append_string(out, " (");
		}
		write_address(host, out);
		buffer_append_string(out, host->name ? ")\n" : "\n");
		if (host->refused)
			buffer_format(out, "not scanned: %s\n", host->refused);
		for (size_t k = 0; k < host->count; k++)
			write_line(&host->ports[k], out);
		for (size_t k = 0; k < host->other_count; k++)
			buffer_format(out, "%zu %s ports %s (%s)\n", host->others[k].count,
				      scan_protocol_name(host->others[k].protocol),
				      scan_state_name(host->others[k].state),
				      scan_reason_name(host->others[k].reason));
	}
	if (result->silent)
		buffer_format(out, "\n%" PRIu64 " hosts did not answer\n", result->silent);
	if (!result->is_complete)
		buffer_append_string(out, "\nstopped before the end: this is what was known; what "
					  "--json prints then, --resume goes on with\n");
}

static void write_pair(struct buffer *out, const char *key, struct slice value)
{
	json_text_append(out, slice_of(key));
	buffer_append_string(out, ": ");
	json_text_append(out, value);
}

static void write_service(const struct scan_service *service, struct buffer *out)
{
	buffer_append_string(out, ", \"service\": {");
	write_pair(out, "name", slice_of(service->name));
	buffer_append_string(out, service->is_tls ? ", \"tls\": true" : "");
	for (size_t i = 0; i < service->count; i++) {
		buffer_append_string(out, ", ");
		write_pair(out, service->facts[i].key, service->facts[i].value);
	}
	buffer_append_byte(out, '}');
}

static void write_host(const struct scan_found *host, struct buffer *out)
{
	BUFFER_AUTO address = { 0 };
	write_address(host, &address);
	buffer_append_string(out, "  {");
	write_pair(out, "address", buffer_slice(&address));
	if (host->name) {
		buffer_append_string(out, ", ");
		write_pair(out, "name", slice_of(host->name));
	}
	if (host->refused) {
		buffer_append_string(out, ", ");
		write_pair(out, "not_scanned", slice_of(host->refused));
	}
	buffer_append_string(out, ", \"ports\": [");
	for (size_t i = 0; i < host->count; i++) {
		const struct scan_port *port = &host->ports[i];
		buffer_format(out,
			      "%s\n    {\"proto\": \"%s\", \"port\": %u, \"state\": \"%s\", "
			      "\"reason\": \"%s\"",
			      i ? "," : "", scan_protocol_name(port->protocol), port->port,
			      scan_state_name(port->state), scan_reason_name(port->reason));
		if (port->service)
			write_service(port->service, out);
		buffer_append_byte(out, '}');
	}
	buffer_append_string(out, "],\n   \"others\": [");
	for (size_t i = 0; i < host->other_count; i++)
		buffer_format(out,
			      "%s{\"proto\": \"%s\", \"state\": \"%s\", \"reason\": \"%s\", "
			      "\"count\": %zu}",
			      i ? ", " : "", scan_protocol_name(host->others[i].protocol),
			      scan_state_name(host->others[i].state),
			      scan_reason_name(host->others[i].reason), host->others[i].count);
	buffer_append_string(out, "]}");
}

void scan_write_json(const struct scan_result *result, struct buffer *out)
{
	buffer_append_string(out, "{\"schema\": \"ringfence-scan/1\", \"started\": \"");
	buffer_append_time(out, result->started);
	buffer_format(out,
		      "\", \"seconds\": %.3f, \"method\": \"%s\", \"complete\": %s, "
		      "\"tcp_ports\": \"",
		      result->seconds, result->method, result->is_complete ? "true" : "false");
	scan_write_ports(&result->tcp, out);
	buffer_append_string(out, "\", \"udp_ports\": \"");
	scan_write_ports(&result->udp, out);
	buffer_append_string(out, "\", \"targets\": [");
	for (size_t i = 0; i < result->target_count; i++) {
		buffer_append_string(out, i ? ", " : "");
		json_text_append(out, slice_of(result->targets[i]));
	}
	buffer_format(out,
		      "], \"names_mean_ipv6\": %s, \"decided\": {\"tcp\": %" PRIu64
		      ", \"udp\": %" PRIu64 "}",
		      result->names_mean_ipv6 ? "true" : "false", result->decided[SCAN_TCP],
		      result->decided[SCAN_UDP]);
	buffer_format(out, ", \"silent_hosts\": %" PRIu64 ",\n \"hosts\": [", result->silent);
	for (size_t i = 0; i < result->count; i++) {
		buffer_append_string(out, i ? ",\n" : "\n");
		write_host(&result->hosts[i], out);
	}
	buffer_append_string(out, "]}\n");
}
