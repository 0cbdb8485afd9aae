/* SPDX-License-Identifier: Apache-2.0
 *
 * systemd's units from the service manager itself, over its bus, as
 * `systemctl list-units --all --plain --no-legend --no-pager` prints them.
 */
#include <errno.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "audit/target/answer.h"

/* The manager answers within milliseconds or not at all. */
#define BUS_TIMEOUT_US UINT64_C(2000000)

/* Root can talk to the manager itself where there is no message bus. */
static int open_private(sd_bus **ret_bus)
{
	sd_bus *bus = NULL;
	int result = sd_bus_new(&bus);
	if (result >= 0)
		result = sd_bus_set_address(bus, "unix:path=/run/systemd/private");
	if (result >= 0)
		result = sd_bus_start(bus);
	if (result < 0) {
		sd_bus_unref(bus);
		return result;
	}
	*ret_bus = bus;
	return 0;
}

/* One unit: name, description, load state, active state, sub state, followed, path, job. */
static int write_unit(sd_bus_message *reply, struct answer *answer)
{
	const char *name, *description, *load, *active, *sub, *following, *path, *job, *job_path;
	uint32_t job_id;
	int result = sd_bus_message_read(reply, "(ssssssouso)", &name, &description, &load, &active,
					 &sub, &following, &path, &job_id, &job, &job_path);
	if (result > 0)
		answer_format(answer, "%s %s %s %s %s\n", name, load, active, sub, description);
	return result;
}

static int list_units(sd_bus *bus, struct answer *answer)
{
	sd_bus_message *call = NULL, *reply = NULL;
	int result = sd_bus_message_new_method_call(
		bus, &call, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
		"org.freedesktop.systemd1.Manager", "ListUnits");
	if (result >= 0)
		result = sd_bus_call(bus, call, BUS_TIMEOUT_US, NULL, &reply);
	if (result >= 0)
		result = sd_bus_message_enter_container(reply, 'a', "(ssssssouso)");
	while (result > 0)
		result = write_unit(reply, answer);
	sd_bus_message_unref(reply);
	sd_bus_message_unref(call);
	return result;
}

enum load_status local_units_answer(struct target *target, struct target_bytes *ret_bytes,
				    struct target_trouble *trouble)
{
	if (sd_booted() <= 0)
		return LOAD_ABSENT;
	struct answer answer;
	if (!answer_begin(&answer))
		return careful_errno(ENOMEM, &trouble->problem);
	sd_bus *bus = NULL;
	int result = sd_bus_open_system(&bus);
	if (result < 0)
		result = open_private(&bus);
	if (result >= 0)
		result = list_units(bus, &answer);
	sd_bus_unref(bus);
	if (result >= 0)
		return answer_finish(&answer, target->arena, ret_bytes, trouble);
	answer_done(&answer);
	enum load_status status = careful_errno(-result, &trouble->problem);
	if (status == LOAD_ABSENT)
		trouble->problem = (struct load_problem){ "systemd's bus does not answer", "" };
	return LOAD_UNREADABLE;
}
