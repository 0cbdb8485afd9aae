/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/asterisk_judge.h"

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/firewall/reach_model.h"
#include "audit/model/model.h"
#include "audit/network/socket_model.h"
#include "checks/verdict.h"

bool asterisk_is_there(const struct model *model, struct verdict *verdict)
{
	const struct asterisk_model *asterisk = model->asterisk;
	if (asterisk && asterisk->is_installed.state == FACT_PRESENT)
		return true;
	if (asterisk && asterisk->is_installed.state == FACT_ABSENT)
		verdict_not_applicable(verdict, "no Asterisk is on the host");
	else
		verdict_unknown(verdict, asterisk ? asterisk->is_installed.unread : NULL);
	return false;
}

struct origin asterisk_file_origin(const struct conf_file *file)
{
	return file && file->source ? (struct origin){ .source = file->source } : ORIGIN_NONE;
}

struct asterisk_place asterisk_place_of(const struct conf_file *file, const char *section,
					struct origin line)
{
	const struct conf_category *category = conf_find_category(file, section);
	return (struct asterisk_place){
		.file = file->name,
		.section = slice_of(section),
		.header = category ? category->origin : ORIGIN_NONE,
		.line = line,
	};
}

enum exposure asterisk_port_exposure(const struct model *model, uint8_t protocol, uint16_t port)
{
	if (!model->sockets || model->sockets->state != FACT_PRESENT || !model->reach)
		return EXPOSURE_UNKNOWN;
	enum exposure widest = EXPOSURE_HOST;
	for (size_t i = 0; i < model->reach->count; i++) {
		const struct reach_service *service = &model->reach->services[i];
		if (service->protocol == protocol && service->port == port)
			widest = exposure_wider(widest, service->exposure);
	}
	return widest;
}

bool asterisk_file_unread(const struct conf_file *file, struct verdict *verdict)
{
	if (file->state == FACT_UNREADABLE)
		verdict_unknown(verdict, file->unread);
	else if (file->is_incomplete)
		verdict_unknown(verdict, file->incomplete);
	else
		return false;
	return true;
}
