/* SPDX-License-Identifier: Apache-2.0
 *
 * What keeps the service going under load: the limits and restarts of its own service manager, room
 * on the disks, and a plan for floods that no host can stop.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/base/attributes.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"

/* About four descriptors a call: two legs with two sockets each; 2 000 calls. */
#define OPEN_FILES_MIN 8192

/* setrlimit(2) soft limit that the kernel and systemd start services with. */
#define OPEN_FILES_DEFAULT 1024

#define DISK_USE_MAX_PERCENT 90

/* More than one lost packet in a thousand is heard. */
#define UDP_LOSS_SHARE 1000

/* The word of `declared` in the settings that answers DOS-004. */
#define FLOOD_PLAN_WORD "flood-plan"

static bool has_asterisk(const struct model *model)
{
	const struct fact_bool *installed = model->asterisk ? &model->asterisk->is_installed : NULL;
	if (installed && installed->state == FACT_PRESENT)
		return installed->value;
	return model->host->pbx_unit.state == FACT_PRESENT ||
	       system_find_process(model->host, "asterisk") ||
	       system_find_package(model->host, "asterisk");
}

/* "65536", "65536:524288" (soft:hard), "infinity". */
static bool to_limit(struct slice text, int64_t *ret_value)
{
	text = slice_part(text, 0, slice_find_byte(text, ':'));
	if (slice_is(text, "infinity")) {
		*ret_value = INT64_MAX;
		return true;
	}
	return slice_to_int64(text, ret_value);
}

/* maxfiles of asterisk.conf: Asterisk raises its own limit to it (main/asterisk.c). */
static const struct conf_variable *max_files(const struct model *model)
{
	const struct asterisk_settings *settings =
		model->asterisk ? model->asterisk->settings : NULL;
	if (!settings || !settings->asterisk_conf)
		return NULL;
	const struct conf_category *options =
		conf_find_category(settings->asterisk_conf, "options");
	return options ? conf_last(options, "maxfiles") : NULL;
}

struct file_limit {
	int64_t value;
	struct origin origin;
	const char *setter;
};

/* The largest that anybody sets: each of them raises what it finds. */
static struct file_limit open_files(const struct model *model)
{
	struct file_limit limit = { OPEN_FILES_DEFAULT, ORIGIN_NONE, "the system's default" };
	const struct unit_setting *unit =
		unit_settings_find(&model->host->pbx_unit, "Service", "LimitNOFILE");
	const struct conf_variable *own = max_files(model);
	const struct fact_int *script = &model->host->safe_asterisk_files;
	int64_t value;
	if (unit && to_limit(unit->value, &value))
		limit = (struct file_limit){ value, unit->origin, "LimitNOFILE" };
	if (script->state == FACT_PRESENT && script->value > limit.value)
		limit = (struct file_limit){ script->value, script->origin, "safe_asterisk" };
	if (own && slice_to_int64(own->value, &value) && value > limit.value)
		limit = (struct file_limit){ value, own->origin, "maxfiles" };
	return limit;
}

static bool restarts(const struct model *model, struct origin *ret_origin)
{
	const struct unit_setting *restart =
		unit_settings_find(&model->host->pbx_unit, "Service", "Restart");
	*ret_origin = restart ? restart->origin : model->host->has_safe_asterisk.origin;
	return (restart && !slice_is(restart->value, "no")) || model->host->has_safe_asterisk.value;
}

static void judge_disks(const struct model *model, struct verdict *verdict)
{
	static const char *const folders[] = { "/var/log", "/var/spool" };
	const struct system_file_system *last = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		const struct system_file_system *item =
			system_find_file_system(model->host, folders[i]);
		if (!item || (last && slice_equal(item->path, last->path)))
			continue;
		last = item;
		if (item->used_percent > DISK_USE_MAX_PERCENT)
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, item->origin, folders[i],
				     "its file system is %u %% full", item->used_percent);
		else
			verdict_pass(verdict, item->origin, folders[i],
				     "its file system is %u %% full", item->used_percent);
	}
	if (!last)
		verdict_note(verdict, ORIGIN_NONE, "disks", "how full they are was not told");
}

static void evaluate_limits(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	if (!has_asterisk(model)) {
		verdict_not_applicable(verdict, "there is no Asterisk on this host");
		return;
	}
	judge_disks(model, verdict);
	const struct unit_settings *unit = &model->host->pbx_unit;
	if (unit->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, unit->unread);
		return;
	}
	if (unit->state == FACT_ABSENT && !model->host->has_safe_asterisk.value &&
	    !system_find_unit(model->host, "asterisk") &&
	    !system_find_unit(model->host, "freepbx")) {
		verdict_unknown_because(verdict, "how Asterisk is started",
					"neither a unit nor a start script of it was found", "");
		return;
	}
	struct file_limit limit = open_files(model);
	if (limit.value < OPEN_FILES_MIN)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, limit.origin, "open files",
			     "%s allows %lld: a call needs about four", limit.setter,
			     (long long)limit.value);
	else
		verdict_pass(verdict, limit.origin, "open files", "%s allows %lld", limit.setter,
			     (long long)limit.value);
	struct origin origin;
	if (restarts(model, &origin))
		verdict_pass(verdict, origin, "restart", "Asterisk is started again when it dies");
	else
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, origin, "restart",
			     "nothing starts Asterisk again when it dies");
}

static void remedy_limits(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	struct origin origin;
	const struct unit_settings *unit = &model->host->pbx_unit;
	bool needs_files = open_files(model).value < OPEN_FILES_MIN;
	bool needs_restart = !restarts(model, &origin);
	for (size_t i = 0; i < verdict->count; i++)
		if (verdict->evidence[i].role == EVIDENCE_FAILS &&
		    slice_starts_with(slice_of(verdict->evidence[i].subject), "/var/"))
			remedy_command(remedy, "du -xh --max-depth=2 %s | sort -h | tail",
				       verdict->evidence[i].subject);
	if (!needs_files && !needs_restart)
		return;
	if (unit->state != FACT_PRESENT) {
		remedy_command(remedy,
			       "# start Asterisk with safe_asterisk, and set MAXFILES=65536 "
			       "in it");
		return;
	}
	remedy_command(remedy, "mkdir -p /etc/systemd/system/%s.d", unit->name);
	remedy_command(remedy,
		       "printf '[Service]\\n%s%s' > /etc/systemd/system/%s.d/ringfence.conf",
		       needs_files ? "LimitNOFILE=65536\\n" : "",
		       needs_restart ? "Restart=on-failure\\n" : "", unit->name);
	remedy_command(remedy, "systemctl daemon-reload");
	remedy_command(remedy, "# in a quiet hour, as calls end: systemctl restart %s", unit->name);
	remedy_restarts(remedy, unit->name);
	remedy_disrupts(remedy, DISRUPTION_CALLS_DROP);
	remedy_verify(remedy, "systemctl show %s -p LimitNOFILESoft -p Restart", unit->name);
	remedy_undo(remedy, "rm /etc/systemd/system/%s.d/ringfence.conf", unit->name);
	remedy_undo(remedy, "systemctl daemon-reload");
}

static bool declares_plan(const struct site *site)
{
	for (size_t i = 0; site && i < site->declared_count; i++)
		if (slice_is_ignore_case(site->declared[i], FLOOD_PLAN_WORD))
			return true;
	return false;
}

static void evaluate_bandwidth(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	const struct system_udp_counters *udp = &model->host->udp;
	if (udp->state == FACT_PRESENT && udp->lost > udp->received / UDP_LOSS_SHARE) {
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, udp->origin, "UDP packets",
			     "%llu lost in full buffers beside %llu received since the last start",
			     (unsigned long long)udp->lost, (unsigned long long)udp->received);
		return;
	}
	if (udp->state == FACT_PRESENT)
		verdict_note(verdict, udp->origin, "UDP packets",
			     "%llu lost in full buffers, %llu received since the last start",
			     (unsigned long long)udp->lost, (unsigned long long)udp->received);
	if (declares_plan(model->site))
		verdict_pass(verdict, ORIGIN_NONE, "plan", "the settings declare one (%s)",
			     FLOOD_PLAN_WORD);
	else if (model->site && model->site->trunk_count >= 2)
		verdict_pass(verdict, ORIGIN_NONE, "second path",
			     "the settings name %zu trunk networks", model->site->trunk_count);
	else
		verdict_unknown_because(
			verdict, "what happens when the line itself is flooded",
			"no host can tell: it takes upstream filtering or a second trunk",
			"ask the carrier, then declare `" FLOOD_PLAN_WORD "` or the trunks in "
			"ringfence.conf");
}

static void remedy_bandwidth(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	system_remedy_sysctl(remedy, model, "net.core.rmem_max", "4194304");
	remedy_verify(remedy, "nstat -az UdpRcvbufErrors");
}

static const struct check rows[] = {
	{
		.id = "DOS-003",
		.title = "The service has limits and restarts",
		.why = "Asterisk without room for open files refuses calls long before the machine "
		       "is busy; one that nobody restarts stays dead until somebody notices; a "
		       "full "
		       "disk stops voicemail, recordings and the logs of the attack.",
		.evaluates = "LimitNOFILE and Restart= of Asterisk's unit with its drop-ins, "
			     "safe_asterisk and its MAXFILES, maxfiles of asterisk.conf; how full "
			     "the file systems of /var/log and /var/spool are. Fails under 8192 "
			     "open files, without restart, over 90 %.",
		.likelihood = 3,
		.impact = 6,
		.level = LEVEL_BASIC,
		.is_seed = true,
		.references = { "seed 2.4", "systemd.exec(5)", "safe_asterisk(8)" },
		.evaluate = evaluate_limits,
		.remedy = remedy_limits,
	},
	{
		.id = "DOS-004",
		.title = "Bandwidth floods have a plan",
		.why = "A flood that fills the line cannot be stopped on the host: it takes the "
		       "carrier's filter, or a second way for the calls.",
		.evaluates = "The kernel's count of UDP packets lost in full buffers against those "
			     "received (fails over 1 in 1000); else what the settings declare: "
			     "`flood-plan`, or two trunk networks. Unknown where nobody declared "
			     "anything: this is a question to the owner.",
		.likelihood = 4,
		.impact = 6,
		.level = LEVEL_STRICT,
		.is_seed = true,
		.references = { "seed 2.6" },
		.evaluate = evaluate_bandwidth,
		.remedy = remedy_bandwidth,
	},
};

CHECK_LIST(exhaustion_checks, rows);
