/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/model/firewall_build.h"

#include "audit/base/arena.h"
#include "audit/firewall/firewall_model.h"
#include "audit/firewall/reach_model.h"
#include "audit/kernel/system_model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"

static bool fill_addresses(struct arena *arena, const struct system_model *host,
			   struct firewall_host *ret_host)
{
	struct host_address *addresses =
		ARENA_ARRAY(arena, host->address_count, struct host_address);
	if (!addresses)
		return false;
	for (size_t i = 0; i < host->address_count; i++)
		addresses[i] = (struct host_address){
			.interface = host->addresses[i].interface,
			.prefix = host->addresses[i].prefix,
		};
	ret_host->addresses = (struct evaluator_host){
		.addresses = addresses,
		.count = host->address_count,
		.is_known = host->addresses_state == FACT_PRESENT,
	};
	return true;
}

static bool fill_units(struct arena *arena, const struct system_model *host,
		       struct firewall_host *ret_host)
{
	struct slice *units = ARENA_ARRAY(arena, host->unit_count, struct slice);
	if (!units)
		return false;
	for (size_t i = 0; i < host->unit_count; i++)
		if (host->units[i].is_enabled)
			units[ret_host->enabled_unit_count++] = host->units[i].name;
	ret_host->enabled_units = units;
	ret_host->knows_units = host->units_state == FACT_PRESENT;
	return true;
}

static struct reach_query *fill_queries(struct arena *arena, const struct socket_model *sockets)
{
	struct reach_query *queries = ARENA_ARRAY(arena, sockets->count, struct reach_query);
	for (size_t i = 0; queries && i < sockets->count; i++) {
		const struct listening_socket *socket = &sockets->sockets[i];
		queries[i] = (struct reach_query){
			.protocol = (uint8_t)socket->protocol,
			.port = socket->port,
			.address = socket->address,
			.takes_ipv4 = socket->takes_ipv4,
			.interface = socket->interface,
			.process = socket->process,
			.user = socket->user,
			.unit = socket->unit,
			.origin = socket->origin,
		};
	}
	return queries;
}

bool firewall_build(const struct loader *loader, struct model *model)
{
	return firewall_build_beside(loader, model, NULL);
}

bool firewall_build_beside(const struct loader *loader, struct model *model,
			   const struct source *nft)
{
	struct firewall_host host = { .enabled_unit_count = 0, .nft_beside = nft };
	const struct reach_site site = {
		.trusted = model->site->trusted,
		.trusted_count = model->site->trusted_count,
	};
	if (!fill_addresses(loader->arena, model->host, &host) ||
	    !fill_units(loader->arena, model->host, &host))
		return false;
	model->firewall = firewall_model_load(loader, &host);
	struct reach_query *queries = fill_queries(loader->arena, model->sockets);
	if (!model->firewall || !queries)
		return false;
	model->reach = reach_model_load(loader->arena, model->firewall, queries,
					model->sockets->count, &site);
	return model->reach != NULL;
}
