/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/model/ban_model.h"

#include "audit/base/arena.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/kernel/system_model.h"
#include "audit/logs/activity_model.h"
#include "audit/logs/line_reader.h"
#include "audit/logs/time_zone.h"
#include "audit/model/model.h"
#include "audit/model/site.h"

struct trying {
	const struct loader *loader;
	struct date_clock clock;
	const struct address *self;
	size_t self_count;
	struct ban_model *model;
	uint64_t room;
	bool memory_failed;
};

static int64_t to_utc(void *context, int64_t civil_seconds)
{
	return context ? time_zone_to_utc(context, civil_seconds) : civil_seconds;
}

static void try_lines(struct ban_trial *trial, struct line_reader *reader)
{
	struct slice lines, line;
	while (line_reader_next(reader, &lines)) {
		while (slice_next_line(&lines, &line)) {
			if (line.size && line.data[line.size - 1] == '\r')
				line.size--;
			if (line.size)
				ban_trial_line(trial, line);
		}
	}
}

/* The newest BYTES of the file at PATH. */
static void try_file(struct trying *trying, struct ban_trial *trial, const char *path,
		     uint64_t bytes)
{
	struct stream stream;
	const struct unread *unread;
	if (loader_open(trying->loader, path, &stream, &unread) != LOAD_FOUND)
		return;
	struct line_reader_range range = { .first = 0, .end = UINT64_MAX };
	bool cut = stream.status.size_bytes > bytes && line_reader_can_split(&stream);
	if (cut) {
		range.first = stream.status.size_bytes - bytes;
		trying->model->is_cut = true;
	}
	struct line_reader *reader = line_reader_open(&stream, cut ? &range : NULL);
	if (reader) {
		try_lines(trial, reader);
		ban_trial_end_file(trial);
		line_reader_close(reader);
	} else {
		trying->memory_failed = true;
	}
	stream.close(stream.context);
}

/* A log with its rotated files, the oldest first, as far as there is room. */
static void try_log(struct trying *trying, struct ban_trial *trial, const char *path)
{
	const struct activity_file *files;
	size_t count = activity_find_files(trying->loader, path, &files), from = count;
	uint64_t bytes = 0;
	while (from > 0 && bytes < trying->room)
		bytes += files[--from].status.size_bytes;
	trying->model->is_cut |= from > 0;
	for (size_t i = from; i < count; i++) {
		uint64_t older = bytes - files[i].status.size_bytes;
		uint64_t left = trying->room > older ? trying->room - older : 0;
		/* Only the oldest of them may be too much. */
		try_file(trying, trial, files[i].path, i == from ? left : UINT64_MAX);
	}
}

static bool is_tried(const struct jail *jail)
{
	return jail->is_enabled && !jail->refused && jail->log_count &&
	       jail->filter.fail_regex.size && !slice_starts_with(jail->backend.text, "systemd");
}

static void try_jail(struct trying *trying, const struct jail *jail,
		     struct ban_trial_result *ret_result)
{
	struct ban_trial *trial = ban_trial_new(trying->loader->arena, jail, &trying->clock,
						trying->self, trying->self_count);
	if (!trial) {
		trying->memory_failed = true;
		return;
	}
	size_t files = 0;
	for (size_t i = 0; i < jail->log_count; i++)
		files += jail->logs[i].files.count;
	trying->room = BAN_LOG_BYTES_MAX / (files ? files : 1);
	for (size_t i = 0; i < jail->log_count; i++)
		for (size_t j = 0; j < jail->logs[i].files.count; j++)
			try_log(trying, trial, jail->logs[i].files.paths[j]);
	if (!ban_trial_finish(trial, ret_result))
		trying->memory_failed = true;
}

static bool find_self(struct trying *trying, const struct system_model *host)
{
	size_t count = host ? host->address_count : 0;
	struct address *self = ARENA_ARRAY(trying->loader->arena, count + 1, struct address);
	if (!self)
		return false;
	for (size_t i = 0; i < count; i++)
		self[i] = host->addresses[i].address;
	trying->self = self;
	trying->self_count = count;
	return true;
}

struct ban_model *ban_model_build(const struct loader *loader, const struct model *model)
{
	const struct source *source;
	const struct unread *unread;
	struct time_zone zone;
	struct trying trying = {
		.loader = loader,
		.clock = { .now = model->site->now, .to_utc = to_utc },
		.model = ARENA_NEW(loader->arena, struct ban_model),
	};
	struct ban_trial_result *trials =
		ARENA_ARRAY(loader->arena, BAN_JAILS_MAX, struct ban_trial_result);
	if (!trying.model || !trials || !find_self(&trying, model->host))
		return NULL;
	if (loader_read(loader, "/etc/localtime", &source, &unread) == LOAD_FOUND &&
	    time_zone_parse(loader->arena, source->bytes, &zone))
		trying.clock.context = &zone;
	for (size_t i = 0; i < model->jails->count && trying.model->count < BAN_JAILS_MAX; i++)
		if (is_tried(&model->jails->jails[i]))
			try_jail(&trying, &model->jails->jails[i], &trials[trying.model->count++]);
	trying.model->trials = trials;
	if (!ban_proofs_build(loader, model, &trying.model->proofs) ||
	    !ban_risks_build(loader->arena, model, &trying.model->proofs, &trying.model->risks))
		return NULL;
	return trying.memory_failed ? NULL : trying.model;
}

const struct ban_trial_result *ban_model_find(const struct ban_model *model,
					      const struct jail *jail)
{
	for (size_t i = 0; model && i < model->count; i++)
		if (model->trials[i].jail == jail)
			return &model->trials[i];
	return NULL;
}
