/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/exposure_of.h"

#include "audit/firewall/reach_model.h"
#include "audit/model/model.h"
#include "audit/network/socket_model.h"

enum exposure exposure_of_port(const struct model *model, uint8_t protocol, uint16_t port)
{
	if (!model->sockets || model->sockets->state != FACT_PRESENT)
		return EXPOSURE_UNKNOWN;
	return reach_of_port(model->reach, protocol, port);
}

enum exposure exposure_of_process(const struct model *model, const char *process,
				  uint8_t fallback_protocol, uint16_t fallback_port)
{
	const struct socket_model *sockets = model->sockets;
	if (!sockets || sockets->state != FACT_PRESENT || !model->reach)
		return EXPOSURE_UNKNOWN;
	enum exposure widest = EXPOSURE_HOST;
	bool seen = false;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (!slice_is(service->process, process))
			continue;
		seen = true;
		widest = exposure_wider(widest, service->exposure);
	}
	if (seen || sockets->has_all_processes)
		return widest;
	return reach_of_port(model->reach, fallback_protocol, fallback_port);
}
