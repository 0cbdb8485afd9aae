/* SPDX-License-Identifier: Apache-2.0
 *
 * How Asterisk is started and kept running: its unit, or the script safe_asterisk that came with it
 * long before systemd.
 */
#include "audit/kernel/system_parts.h"

static const char *const script_paths[] = { "/usr/sbin/safe_asterisk", "/sbin/safe_asterisk" };

/* Scripts that start it, of packages and of FreePBX. */
static const char *const starters[] = { "/etc/init.d/asterisk", "/etc/rc.d/init.d/asterisk",
					"/etc/init.d/freepbx", "/etc/rc.d/rc.local" };

/* "MAXFILES=32768" or "SYSMAXFILES=": contrib/scripts/safe_asterisk sets both limits from them. */
static void read_limits(const struct source *source, struct system_model *model)
{
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		struct slice text = slice_trim(line);
		uint64_t value;
		if (slice_starts_with(text, "MAXFILES=") &&
		    slice_to_uint64(slice_trim(slice_from(text, 9)), &value) && value <= INT64_MAX)
			model->safe_asterisk_files = (struct fact_int){
				.state = FACT_PRESENT,
				.value = (int64_t)value,
				.origin = origin_of(source, line),
			};
	}
}

static bool mentions_script(const struct source *source)
{
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line))
		if (!slice_starts_with(slice_trim_left(line), "#") &&
		    slice_find(line, SLICE("safe_asterisk")) < line.size)
			return true;
	return false;
}

static void find_script(const struct loader *loader, struct system_model *model)
{
	const struct source *source;
	const struct unread *unread;
	const struct system_process *process = system_find_process(model, "safe_asterisk");
	if (process)
		model->has_safe_asterisk = (struct fact_bool){ .state = FACT_PRESENT,
							       .value = true,
							       .origin = process->origin };
	for (size_t i = 0; i < ARRAY_SIZE(starters) && !model->has_safe_asterisk.value; i++)
		if (loader_read(loader, starters[i], &source, &unread) == LOAD_FOUND &&
		    mentions_script(source))
			model->has_safe_asterisk = (struct fact_bool){
				.state = FACT_PRESENT,
				.value = true,
				.origin = origin_of(source, source->bytes),
			};
	for (size_t i = 0; i < ARRAY_SIZE(script_paths) && model->has_safe_asterisk.value; i++)
		if (loader_read(loader, script_paths[i], &source, &unread) == LOAD_FOUND) {
			read_limits(source, model);
			return;
		}
}

static void find_start_user(const struct loader *loader, struct system_model *model)
{
	static const char *const files[] = { "/etc/default/asterisk", "/etc/sysconfig/asterisk" };
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		const struct source *source;
		const struct unread *unread;
		if (loader_read(loader, files[i], &source, &unread) != LOAD_FOUND)
			continue;
		struct slice rest = source->bytes, line;
		while (slice_next_line(&rest, &line)) {
			struct slice text = slice_trim(line);
			if (!slice_starts_with(text, "AST_USER="))
				continue;
			text = slice_from(text, strlen("AST_USER="));
			if (text.size >= 2 && strchr("\"'", text.data[0]))
				text = slice_part(text, 1, text.size - 2);
			model->pbx_start_user = (struct fact_slice){
				.state = text.size > 0 ? FACT_PRESENT : FACT_ABSENT,
				.value = text,
				.origin = origin_of(source, line),
			};
		}
	}
}

/* "660 995 995 /var/run/asterisk/asterisk.ctl" of stat(1). */
static void find_control_socket(const struct loader *loader, struct system_model *model)
{
	const struct source *source;
	struct system_control_socket *socket = &model->control_socket;
	enum load_status status = loader_probe(loader, "asterisk-socket", &source, &socket->unread);
	socket->state = status == LOAD_UNREADABLE ? FACT_UNREADABLE : FACT_ABSENT;
	if (status != LOAD_FOUND)
		return;
	struct slice rest = source->bytes, mode, words[2];
	uint64_t numbers[2];
	if (!slice_next_word(&rest, &mode) || !slice_to_octal(mode, 5, &socket->mode))
		return;
	for (size_t i = 0; i < 2; i++)
		if (!slice_next_word(&rest, &words[i]) || !slice_to_uint64(words[i], &numbers[i]) ||
		    numbers[i] > UINT32_MAX)
			return;
	socket->owner = (uint32_t)numbers[0];
	socket->group = (uint32_t)numbers[1];
	socket->origin = origin_of(source, mode);
	socket->state = FACT_PRESENT;
}

bool system_pbx_load(const struct loader *loader, struct system_model *model)
{
	if (!unit_settings_load(loader, "asterisk.service", &model->pbx_unit))
		return false;
	if (model->pbx_unit.state == FACT_ABSENT &&
	    !unit_settings_load(loader, "freepbx.service", &model->pbx_unit))
		return false;
	find_script(loader, model);
	find_start_user(loader, model);
	find_control_socket(loader, model);
	return true;
}
