/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/model/service_build.h"

#include "audit/base/arena.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/unit_security.h"
#include "audit/model/model.h"
#include "audit/network/socket_model.h"

/* A host with more services than this is none that a person reads a table of. */
#define SERVICE_UNITS_MAX 64

/* Programs whose unit has another name; the first that the host has. */
static const struct {
	const char *process;
	const char *unit;
} other_names[] = {
	{ "sshd", "ssh.service" },
	{ "mysqld", "mysql.service" },
	{ "mysqld", "mariadb.service" },
	{ "mariadbd", "mariadb.service" },
	{ "master", "postfix.service" },
	{ "asterisk", "freepbx.service" },
	{ "cyrus-master", "cyrus-imapd.service" },
	{ "chronyd", "chrony.service" },
	{ "rpc.statd", "rpc-statd.service" },
	{ "smbd", "smb.service" },
};

static struct slice unit_by_process(const struct model *model, struct slice process)
{
	const struct system_unit *unit;
	for (size_t i = 0; process.size && i < model->host->unit_count; i++) {
		unit = &model->host->units[i];
		if (!unit->is_sysv && unit->name.size == process.size + strlen(".service") &&
		    slice_equal(slice_part(unit->name, 0, process.size), process))
			return unit->name;
	}
	for (size_t i = 0; i < ARRAY_SIZE(other_names); i++) {
		unit = slice_is(process, other_names[i].process)
			       ? system_find_unit(model->host, other_names[i].unit)
			       : NULL;
		if (unit && !unit->is_sysv)
			return unit->name;
	}
	return SLICE("");
}

struct slice service_unit_of(const struct model *model, const struct listening_socket *socket)
{
	if (slice_ends_with(socket->unit, ".service"))
		return socket->unit;
	/* A session or a container of somebody's: no unit confines it. */
	if (socket->unit.size && !slice_ends_with(socket->unit, ".socket"))
		return SLICE("");
	return unit_by_process(model, socket->process);
}

static void add_name(struct slice *names, size_t *count, struct slice name)
{
	for (size_t i = 0; i < *count; i++)
		if (slice_equal(names[i], name))
			return;
	if (name.size && *count < SERVICE_UNITS_MAX)
		names[(*count)++] = name;
}

bool service_build(const struct loader *loader, struct model *model)
{
	struct slice names[SERVICE_UNITS_MAX];
	size_t count = 0;
	if (model->host->pbx_unit.state == FACT_PRESENT)
		add_name(names, &count, slice_of(model->host->pbx_unit.name));
	for (size_t i = 0; model->host->has_systemd && i < model->sockets->count; i++)
		if (!listening_socket_is_loopback(&model->sockets->sockets[i]))
			add_name(names, &count,
				 service_unit_of(model, &model->sockets->sockets[i]));
	model->service_units = service_units_load(loader, names, count);
	return model->service_units != NULL;
}
