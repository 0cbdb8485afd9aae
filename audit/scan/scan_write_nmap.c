/* SPDX-License-Identifier: Apache-2.0
 *
 * libxml2's writer, so that nothing a host said can break the document. Elements and attributes are
 * those that nmap.dtd requires, in its order.
 */
#include "audit/scan/scan_write_nmap.h"

#include <inttypes.h>
#include <libxml/xmlwriter.h>
#include <stdarg.h>

#include "audit/base/version.h"
#include "audit/scan/scan_write.h"

/* Of the DTD that is followed. */
#define NMAP_XML_VERSION "1.05"

/* The first failure sticks, as in a buffer. */
struct writer {
	xmlTextWriterPtr xml;
	bool has_failed;
};

static void begin(struct writer *writer, const char *name)
{
	writer->has_failed |= xmlTextWriterStartElement(writer->xml, (const xmlChar *)name) < 0;
}

static void end(struct writer *writer)
{
	writer->has_failed |= xmlTextWriterEndElement(writer->xml) < 0;
}

static void attribute(struct writer *writer, const char *name, const char *format, ...)
	PRINTF_LIKE(3, 4);

static void attribute(struct writer *writer, const char *name, const char *format, ...)
{
	BUFFER_AUTO raw = { 0 };
	BUFFER_AUTO text = { 0 };
	va_list list;
	va_start(list, format);
	buffer_format_list(&raw, format, list);
	va_end(list);
	/* XML 1.0 2.2 has no control characters. */
	buffer_append_printable(&text, buffer_slice(&raw));
	writer->has_failed |=
		xmlTextWriterWriteAttribute(writer->xml, (const xmlChar *)name,
					    (const xmlChar *)buffer_string(&text)) < 0;
}

static void write_scaninfo(struct writer *writer, const char *type, const char *protocol,
			   const struct scan_ports *ports)
{
	if (ports->count == 0)
		return;
	BUFFER_AUTO services = { 0 };
	scan_write_ports(ports, &services);
	begin(writer, "scaninfo");
	attribute(writer, "type", "%s", type);
	attribute(writer, "protocol", "%s", protocol);
	attribute(writer, "numservices", "%zu", ports->count);
	attribute(writer, "services", "%s", buffer_string(&services));
	end(writer);
}

static void write_service(struct writer *writer, const struct scan_service *service)
{
	static const char *const products[] = { "product", "server", "user-agent", "banner" };
	begin(writer, "service");
	attribute(writer, "name", "%s", service->name);
	for (size_t i = 0; i < ARRAY_SIZE(products); i++) {
		struct slice value = scan_service_fact(service, products[i]);
		if (value.size == 0)
			continue;
		attribute(writer, "product", "%.*s", SLICE_ARG(value));
		break;
	}
	if (service->is_tls)
		attribute(writer, "tunnel", "ssl");
	attribute(writer, "method", "probed");
	attribute(writer, "conf", "10");
	end(writer);
}

static void write_port(struct writer *writer, const struct scan_port *port)
{
	begin(writer, "port");
	attribute(writer, "protocol", "%s", scan_protocol_name(port->protocol));
	attribute(writer, "portid", "%u", port->port);
	begin(writer, "state");
	attribute(writer, "state", "%s", scan_state_name(port->state));
	attribute(writer, "reason", "%s", scan_reason_name(port->reason));
	attribute(writer, "reason_ttl", "0");
	end(writer);
	if (port->service)
		write_service(writer, port->service);
	end(writer);
}

static void write_others(struct writer *writer, const struct scan_others *others)
{
	begin(writer, "extraports");
	attribute(writer, "state", "%s", scan_state_name(others->state));
	attribute(writer, "count", "%zu", others->count);
	begin(writer, "extrareasons");
	attribute(writer, "reason", "%s", scan_reason_name(others->reason));
	attribute(writer, "count", "%zu", others->count);
	attribute(writer, "proto", "%s", scan_protocol_name(others->protocol));
	end(writer);
	end(writer);
}

static void write_host(struct writer *writer, const struct scan_found *host)
{
	BUFFER_AUTO address = { 0 };
	address_format(host->address, &address);
	begin(writer, "host");
	begin(writer, "status");
	attribute(writer, "state", "up");
	attribute(writer, "reason", "user-set");
	attribute(writer, "reason_ttl", "0");
	end(writer);
	begin(writer, "address");
	attribute(writer, "addr", "%s", buffer_string(&address));
	attribute(writer, "addrtype", host->address.family == ADDRESS_IPV6 ? "ipv6" : "ipv4");
	end(writer);
	begin(writer, "hostnames");
	if (host->name) {
		begin(writer, "hostname");
		attribute(writer, "name", "%s", host->name);
		attribute(writer, "type", "user");
		end(writer);
	}
	end(writer);
	begin(writer, "ports");
	for (size_t i = 0; i < host->other_count; i++)
		write_others(writer, &host->others[i]);
	for (size_t i = 0; i < host->count; i++)
		write_port(writer, &host->ports[i]);
	end(writer);
	end(writer);
}

static void write_end(struct writer *writer, const struct scan_result *result)
{
	double finished = (double)result->started + result->seconds;
	begin(writer, "runstats");
	begin(writer, "finished");
	attribute(writer, "time", "%.0f", finished);
	attribute(writer, "elapsed", "%.2f", result->seconds);
	attribute(writer, "exit", result->is_complete ? "success" : "error");
	end(writer);
	begin(writer, "hosts");
	attribute(writer, "up", "%zu", result->count);
	attribute(writer, "down", "%" PRIu64, result->silent);
	attribute(writer, "total", "%" PRIu64, result->asked);
	end(writer);
	end(writer);
}

bool scan_write_nmap(const struct scan_result *result, const char *arguments, struct buffer *out,
		     struct error *error)
{
	xmlBufferPtr memory = xmlBufferCreate();
	struct writer writer = { .xml = memory ? xmlNewTextWriterMemory(memory, 0) : NULL };
	if (!writer.xml) {
		if (memory)
			xmlBufferFree(memory);
		return error_memory(error);
	}
	writer.has_failed |= xmlTextWriterSetIndent(writer.xml, 1) < 0;
	writer.has_failed |= xmlTextWriterStartDocument(writer.xml, NULL, "UTF-8", NULL) < 0;
	writer.has_failed |=
		xmlTextWriterWriteDTD(writer.xml, (const xmlChar *)"nmaprun", NULL, NULL, NULL) < 0;
	begin(&writer, "nmaprun");
	/* The DTD knows no other word; args and version tell who it was. */
	attribute(&writer, "scanner", "nmap");
	attribute(&writer, "args", "%s", arguments);
	attribute(&writer, "start", "%" PRId64, result->started);
	attribute(&writer, "version", RINGFENCE_VERSION);
	attribute(&writer, "xmloutputversion", NMAP_XML_VERSION);
	write_scaninfo(&writer, result->method, "tcp", &result->tcp);
	write_scaninfo(&writer, "udp", "udp", &result->udp);
	begin(&writer, "verbose");
	attribute(&writer, "level", "0");
	end(&writer);
	begin(&writer, "debugging");
	attribute(&writer, "level", "0");
	end(&writer);
	for (size_t i = 0; i < result->count; i++)
		if (!result->hosts[i].refused)
			write_host(&writer, &result->hosts[i]);
	write_end(&writer, result);
	end(&writer);
	writer.has_failed |= xmlTextWriterEndDocument(writer.xml) < 0;
	xmlFreeTextWriter(writer.xml);
	if (!writer.has_failed)
		buffer_append(out, xmlBufferContent(memory), (size_t)xmlBufferLength(memory));
	xmlBufferFree(memory);
	return !writer.has_failed || error_memory(error);
}
