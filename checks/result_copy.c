/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/result_copy.h"

#include <netinet/in.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "checks/result_activity.h"
#include "checks/ssh_access.h"

/* Most prefixes that are named for one part of a service's sources; the rest is counted. */
#define SOURCES_SHOWN_MAX 64

/* SLICE as valid UTF-8 without control bytes; "" when memory is short, with *FAILED set. */
static const char *text_of(struct arena *arena, struct slice slice, bool *failed)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_printable(&text, slice);
	char *kept = buffer_keep(&text, arena);
	if (!kept)
		*failed = true;
	return kept ? kept : "";
}

static const char *buffer_kept(struct arena *arena, struct buffer *text, bool *failed)
{
	char *kept = buffer_keep(text, arena);
	if (!kept)
		*failed = true;
	return kept ? kept : "";
}

static const char *protocol_name(uint8_t protocol)
{
	switch (protocol) {
	case IPPROTO_TCP:
		return "tcp";
	case IPPROTO_UDP:
		return "udp";
	case IPPROTO_ICMP:
		return "icmp";
	case IPPROTO_ICMPV6:
		return "icmpv6";
	}
	return "other";
}

static const char *reach_verdict_name(enum reach_verdict verdict)
{
	static const char *const names[] = {
		[REACH_ACCEPT] = "accept",
		[REACH_BLOCK] = "block",
		[REACH_CONDITION] = "condition",
		[REACH_UNKNOWN] = "unknown",
	};
	return names[verdict];
}

static bool copy_sources(struct arena *arena, struct address_set set, struct result_reach *row)
{
	const struct prefix *prefixes;
	size_t count;
	bool failed = false;
	if (!address_set_prefixes(arena, set, &prefixes, &count))
		return false;
	size_t shown = count < SOURCES_SHOWN_MAX ? count : SOURCES_SHOWN_MAX;
	row->sources.items = ARENA_ARRAY(arena, shown, const char *);
	if (!row->sources.items)
		return false;
	for (size_t i = 0; i < shown; i++) {
		BUFFER_AUTO text = { 0 };
		prefix_format(prefixes[i], &text);
		row->sources.items[row->sources.count++] = buffer_kept(arena, &text, &failed);
	}
	row->more = count - shown;
	return !failed;
}

static bool copy_part(struct arena *arena, const struct reach_part *part, struct result_reach *row)
{
	bool failed = false;
	BUFFER_AUTO why = { 0 };
	if (part->why.source)
		buffer_format(&why, "%s:%u: ", origin_path(part->why), origin_line(part->why));
	buffer_append_string(&why, part->path ? part->path : "");
	*row = (struct result_reach){
		.verdict = reach_verdict_name(part->verdict),
		.why = text_of(arena, buffer_slice(&why), &failed),
		.condition =
			text_of(arena, slice_of(part->condition ? part->condition : ""), &failed),
	};
	return !buffer_failed(&why) && !failed && copy_sources(arena, part->sources, row);
}

static bool copy_service(struct arena *arena, const struct reach_service *service,
			 struct result_service *row)
{
	bool failed = false;
	BUFFER_AUTO address = { 0 };
	if (service->takes_ipv4 && address_is_unspecified(service->address))
		buffer_append_string(&address, "*");
	else
		address_format(service->address, &address);
	*row = (struct result_service){
		.protocol = protocol_name(service->protocol),
		.port = service->port,
		.address = buffer_kept(arena, &address, &failed),
		.process = text_of(arena, service->process, &failed),
		.user = text_of(arena, service->user, &failed),
		.unit = text_of(arena, service->unit, &failed),
		.name = text_of(arena, slice_of(service->name ? service->name : ""), &failed),
		.exposure = service->exposure,
		.exposure_ipv4 = service->exposure_ipv4,
		.exposure_ipv6 = service->exposure_ipv6,
		.reach_count = service->part_count,
	};
	struct result_reach *parts = ARENA_ARRAY(arena, service->part_count, struct result_reach);
	if (!parts || failed)
		return false;
	row->reach = parts;
	for (size_t i = 0; i < service->part_count; i++)
		if (!copy_part(arena, &service->parts[i], &parts[i]))
			return false;
	return true;
}

static bool copy_services(struct arena *arena, const struct reach_model *reach,
			  struct result *result)
{
	struct result_service *rows = ARENA_ARRAY(arena, reach->count, struct result_service);
	if (!rows)
		return false;
	for (size_t i = 0; i < reach->count; i++)
		if (!copy_service(arena, &reach->services[i], &rows[i]))
			return false;
	result->services = rows;
	result->service_count = reach->count;
	return true;
}

static const char *fact_text(struct arena *arena, const struct fact_slice *fact, bool *failed)
{
	return fact->state == FACT_PRESENT ? text_of(arena, fact->value, failed) : "";
}

/* The GUI's product where there is one, else the PBX itself. */
static void copy_pbx(struct arena *arena, const struct asterisk_model *asterisk,
		     struct result_target *target, bool *failed)
{
	if (asterisk->pbx && asterisk->pbx->kind != PBX_NONE) {
		target->pbx_name = asterisk->pbx->name;
		target->pbx_version = fact_text(arena, &asterisk->pbx->version, failed);
	} else if (asterisk->is_installed.state == FACT_PRESENT && asterisk->is_installed.value) {
		target->pbx_name = "Asterisk";
		target->pbx_version = fact_text(arena, &asterisk->version, failed);
	}
}

bool result_copy_model(struct arena *arena, const struct model *model, struct result *result)
{
	bool failed = false;
	if (model->host)
		result->target.os = fact_text(arena, &model->host->os_name, &failed);
	if (model->asterisk)
		copy_pbx(arena, model->asterisk, &result->target, &failed);
	if (model->reach && !copy_services(arena, model->reach, result))
		return false;
	if (model->sshd && !ssh_access_rows(arena, model, &result->access, &result->access_count))
		return false;
	if (model->activity && !result_copy_activity(arena, model, &result->activity))
		return false;
	return !failed;
}
