/* SPDX-License-Identifier: Apache-2.0
 *
 * Which logs there are, in which order their files are read, and what comes out.
 */
#include "audit/logs/activity_model.h"

#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/logs/activity_tally.h"
#include "audit/logs/journal_lines.h"
#include "audit/logs/log_scan.h"
#include "audit/logs/time_zone.h"

/* A log with its rotated files is read up to this, newest files first: at a GiB in a second, an
 * audit stays usable beside a log that nobody rotates. */
#define SET_BYTES_MAX ((uint64_t)8 * 1024 * 1024 * 1024)
/* Files of one set. */
#define SET_FILES_MAX 400
#define OLDEST_SECONDS ((int64_t)90 * 86400)
#define LOGS_MAX 64

struct log_place {
	enum activity_log_role role;
	const char *path;
};

/* Where distributions, Asterisk and the PBX distributions put them. */
static const struct log_place places[] = {
	{ ACTIVITY_LOG_AUTH, "/var/log/auth.log" },
	{ ACTIVITY_LOG_AUTH, "/var/log/secure" },
	{ ACTIVITY_LOG_ASTERISK, "/var/log/asterisk/messages" },
	{ ACTIVITY_LOG_ASTERISK, "/var/log/asterisk/messages.log" },
	{ ACTIVITY_LOG_ASTERISK, "/var/log/asterisk/full" },
	{ ACTIVITY_LOG_ASTERISK, "/var/log/asterisk/full.log" },
	{ ACTIVITY_LOG_ASTERISK, "/var/log/asterisk/security" },
	{ ACTIVITY_LOG_ASTERISK, "/var/log/asterisk/security.log" },
	{ ACTIVITY_LOG_ASTERISK, "/var/log/asterisk/security_log" },
	{ ACTIVITY_LOG_ASTERISK, "/var/log/asterisk/fail2ban" },
	{ ACTIVITY_LOG_GUI, "/var/log/asterisk/freepbx_security.log" },
	{ ACTIVITY_LOG_GUI, "/var/log/elastix/audit.log" },
	{ ACTIVITY_LOG_GUI, "/var/log/issabel/audit.log" },
	{ ACTIVITY_LOG_WEB, "/var/log/apache2/access.log" },
	{ ACTIVITY_LOG_WEB, "/var/log/httpd/access_log" },
	{ ACTIVITY_LOG_WEB, "/var/log/httpd/ssl_access_log" },
	{ ACTIVITY_LOG_WEB, "/var/log/nginx/access.log" },
	{ ACTIVITY_LOG_FAIL2BAN, "/var/log/fail2ban.log" },
};

struct gather {
	const struct loader *loader;
	const struct activity_request *request;
	struct time_zone zone;
	const struct time_zone *zone_or_utc;
	struct tally *total;
	struct activity_log *logs;
	size_t log_count;
	bool memory_failed;
};

/* Is REST what rotation puts behind a name: "", ".1", ".2.gz", "-20260101", "-20260101.xz"? */
static bool is_rotation(struct slice rest)
{
	if (rest.size == 0)
		return true;
	return rest.size >= 2 && (rest.data[0] == '.' || rest.data[0] == '-') &&
	       byte_is_digit((unsigned char)rest.data[1]);
}

static int compare_files(const void *a, const void *b)
{
	const struct activity_file *first = a, *second = b;
	if (first->status.modified != second->status.modified)
		return first->status.modified < second->status.modified ? -1 : 1;
	/* messages.1 is older than messages. */
	return -slice_compare(slice_of(first->path), slice_of(second->path));
}

/* The files of the set at PATH, oldest first. */
static size_t find_files(struct gather *gather, const char *path, struct activity_file **ret_files)
{
	const struct loader *loader = gather->loader;
	const struct unread *unread;
	struct path_list list;
	BUFFER_AUTO pattern = { 0 };
	buffer_format(&pattern, "%s*", path);
	*ret_files = ARENA_ARRAY(loader->arena, SET_FILES_MAX, struct activity_file);
	if (!*ret_files || buffer_failed(&pattern)) {
		gather->memory_failed = true;
		return 0;
	}
	if (loader_glob(loader, buffer_string(&pattern), &list, &unread) != LOAD_FOUND)
		list.count = 0;
	size_t count = 0, base = strlen(path);
	for (size_t i = 0; i < list.count && count < SET_FILES_MAX; i++) {
		struct activity_file *file = &(*ret_files)[count];
		file->path = list.paths[i];
		if (is_rotation(slice_of(list.paths[i] + base)) &&
		    loader_status(loader, file->path, false, &file->status, &unread) ==
			    LOAD_FOUND &&
		    file->status.kind == FILE_REGULAR)
			count++;
	}
	qsort(*ret_files, count, sizeof(**ret_files), compare_files);
	return count;
}

size_t activity_find_files(const struct loader *loader, const char *path,
			   const struct activity_file **ret_files)
{
	struct gather gather = { .loader = loader };
	struct activity_file *files = NULL;
	size_t count = find_files(&gather, path, &files);
	*ret_files = files;
	return count;
}

static void read_file(struct gather *gather, struct activity_log *log, const char *path,
		      struct tally *tally)
{
	struct stream stream;
	struct log_scan_result result;
	const struct unread *unread;
	if (loader_open(gather->loader, path, &stream, &unread) != LOAD_FOUND) {
		if (log->state != FACT_PRESENT) {
			log->state = FACT_UNREADABLE;
			log->unread = unread;
		}
		return;
	}
	if (!log_scan_stream(&stream, gather->zone_or_utc, gather->request->now, tally, &result))
		gather->memory_failed = true;
	else {
		log->state = FACT_PRESENT;
		log->file_count++;
		log->read_bytes += result.bytes;
		log->line_count += result.lines;
		log->cut_lines += result.cut_lines;
		if (result.broke_off)
			log->note = "a file of it breaks off (damaged or cut archive)";
		log->size_bytes = stream.status.size_bytes;
		log->mode = stream.status.mode;
		log->modified = stream.status.modified;
	}
	stream.close(stream.context);
}

static struct activity_log *add_log(struct gather *gather, enum activity_log_role role,
				    const char *path)
{
	if (gather->log_count == LOGS_MAX)
		return NULL;
	struct activity_log *log = &gather->logs[gather->log_count++];
	*log = (struct activity_log){ .role = role, .path = path };
	return log;
}

static void finish_log(struct gather *gather, struct activity_log *log, struct tally *tally)
{
	struct tally_span span = tally_span(tally);
	log->first = span.first;
	log->last = span.last;
	log->gap_seconds = span.gap_seconds;
	log->gap_start = span.gap_start;
	memcpy(log->counts, tally_counts(tally), sizeof(log->counts));
	if (!tally_merge(gather->total, tally, TALLY_SAME_EVENTS))
		gather->memory_failed = true;
}

/* The set at PATH; not listed where there is nothing of it. */
static void read_set(struct gather *gather, enum activity_log_role role, const char *path)
{
	struct activity_file *files;
	size_t count = find_files(gather, path, &files);
	if (count == 0)
		return;
	struct activity_log *log = add_log(gather, role, path);
	struct tally *tally = tally_new_like(gather->total);
	if (!log || !tally) {
		gather->memory_failed |= !tally;
		tally_free(tally);
		return;
	}
	int64_t age =
		gather->request->oldest_seconds ? gather->request->oldest_seconds : OLDEST_SECONDS;
	size_t from = count;
	uint64_t bytes = 0;
	while (from > 0) {
		const struct file_status *status = &files[from - 1].status;
		bytes += status->size_bytes;
		if (from < count &&
		    (bytes > SET_BYTES_MAX || status->modified < gather->request->now - age)) {
			log->note = "older files of it were left out";
			break;
		}
		from--;
	}
	for (size_t i = from; i < count && !gather->memory_failed; i++)
		read_file(gather, log, files[i].path, tally);
	finish_log(gather, log, tally);
	tally_free(tally);
}

static bool is_listed(const struct gather *gather, const char *path)
{
	for (size_t i = 0; i < gather->log_count; i++)
		if (slice_is(slice_of(path), gather->logs[i].path))
			return true;
	return false;
}

static bool has_role(const struct gather *gather, enum activity_log_role role)
{
	for (size_t i = 0; i < gather->log_count; i++)
		if (gather->logs[i].role == role && gather->logs[i].state != FACT_ABSENT)
			return true;
	return false;
}

static void read_journal(struct gather *gather)
{
	BUFFER_AUTO lines = { 0 };
	const struct unread *unread = NULL;
	struct activity_log *log = add_log(gather, ACTIVITY_LOG_AUTH, "the journal");
	struct tally *tally = tally_new_like(gather->total);
	if (!log || !tally) {
		gather->memory_failed |= !tally;
		tally_free(tally);
		return;
	}
	log->state = journal_lines_read(gather->loader->arena, gather->request->now, &lines,
					&log->note, &unread);
	log->unread = unread;
	if (log->state == FACT_PRESENT) {
		struct slice text = buffer_slice(&lines);
		log_scan_lines(text, NULL, gather->request->now, tally);
		log->read_bytes = text.size;
		log->file_count = 1;
		finish_log(gather, log, tally);
		log->modified = log->last;
	}
	tally_free(tally);
}

/* The busiest first: failures, then everything, then the address, so that the order is fixed. */
static int compare_sources(const void *a, const void *b)
{
	const struct activity_source *first = a, *second = b;
	uint64_t first_failures = activity_source_failures(first);
	uint64_t second_failures = activity_source_failures(second);
	if (first_failures != second_failures)
		return first_failures > second_failures ? -1 : 1;
	return address_compare(first->address, second->address);
}

static int compare_logins(const void *a, const void *b)
{
	const struct activity_login *first = a, *second = b;
	if (first->last != second->last)
		return first->last > second->last ? -1 : 1;
	int order = address_compare(first->address, second->address);
	return order ? order : slice_compare(first->account, second->account);
}

static uint64_t stream_sum(const struct tally_source *source, enum log_stream stream)
{
	uint64_t sum = 0;
	for (size_t kind = 0; kind < LOG_KIND_COUNT; kind++)
		if (log_kind_stream((enum log_kind)kind) == stream)
			sum += source->counts[kind];
	return sum;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static bool copy_source(struct arena *arena, const struct tally *tally,
			const struct tally_source *from, struct activity_source *to)
{
	*to = (struct activity_source){
		.address = from->address,
		.first = from->first,
		.last = from->last,
		.ssh_failures = larger(stream_sum(from, STREAM_SSH_FAILED),
				       larger(stream_sum(from, STREAM_SSH_INVALID_USER),
					      stream_sum(from, STREAM_SSH_PAM))),
		.sip_failures = larger(stream_sum(from, STREAM_SIP_NOTICE),
				       stream_sum(from, STREAM_SIP_SECURITY)),
		.gui_failures = stream_sum(from, STREAM_GUI),
		.ami_failures = stream_sum(from, STREAM_AMI),
		.ssh_day_max = larger(from->day_max[STREAM_SSH_FAILED],
				      larger(from->day_max[STREAM_SSH_INVALID_USER],
					     from->day_max[STREAM_SSH_PAM])),
		.sip_day_max = larger(from->day_max[STREAM_SIP_NOTICE],
				      from->day_max[STREAM_SIP_SECURITY]),
		.tripped_ssh = from->tripped_ssh,
		.tripped_sip = from->tripped_sip,
		.account_count = from->account_count,
		.more_accounts = from->more_accounts,
		.bans = from->bans,
		.last_ban = from->last_ban,
		.is_banned = from->is_banned,
	};
	memcpy(to->counts, from->counts, sizeof(to->counts));
	struct slice *accounts = ARENA_ARRAY(arena, from->account_count, struct slice);
	if (!accounts)
		return false;
	for (size_t i = 0; i < from->account_count; i++) {
		struct slice name = tally_account(tally, from->accounts[i]);
		char *copy = slice_to_string(arena, name);
		if (!copy)
			return false;
		accounts[i] = (struct slice){ .data = copy, .size = name.size };
	}
	to->accounts = accounts;
	return true;
}

static bool copy_logins(struct arena *arena, const struct tally *tally,
			struct activity_model *model)
{
	size_t count = tally_login_count(tally);
	struct activity_login *logins = ARENA_ARRAY(arena, count, struct activity_login);
	if (!logins)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct tally_login *from = tally_login_at(tally, i);
		struct slice name = tally_account(tally, from->account);
		char *copy = slice_to_string(arena, name);
		if (!copy)
			return false;
		logins[i] = (struct activity_login){
			.address = from->address,
			.account = { .data = copy, .size = name.size },
			.kind = from->kind,
			.first = from->first,
			.last = from->last,
			.count = from->count,
			.failures_before = from->failures_before,
			.same_account_before = from->same_account_before,
			.failures_login = from->failures_login,
		};
	}
	qsort(logins, count, sizeof(*logins), compare_logins);
	model->logins = logins;
	model->login_count = count;
	model->more_logins = tally_more_logins(tally);
	return true;
}

static struct activity_model *finish(struct gather *gather)
{
	struct arena *arena = gather->loader->arena;
	const struct tally *tally = gather->total;
	struct activity_model *model = ARENA_NEW(arena, struct activity_model);
	size_t count = tally_source_count(tally);
	struct activity_source *sources = ARENA_ARRAY(arena, count, struct activity_source);
	if (!model || !sources || gather->memory_failed)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (!copy_source(arena, tally, tally_source_at(tally, i), &sources[i]))
			return NULL;
	qsort(sources, count, sizeof(*sources), compare_sources);
	struct tally_span span = tally_span(tally);
	model->logs = gather->logs;
	model->log_count = gather->log_count;
	model->sources = sources;
	model->source_count = count;
	model->dropped_sources = tally_dropped(tally);
	model->ambiguous_count = tally_ambiguous(tally);
	model->first = span.first;
	model->last = span.last;
	memcpy(model->counts, tally_counts(tally), sizeof(model->counts));
	return copy_logins(arena, tally, model) ? model : NULL;
}

static bool gather_begin(struct gather *gather, const struct loader *loader,
			 const struct activity_request *request)
{
	const struct source *source;
	const struct unread *unread;
	*gather = (struct gather){ .loader = loader, .request = request };
	gather->logs = ARENA_ARRAY(loader->arena, LOGS_MAX, struct activity_log);
	gather->total = tally_new(request->trip_failures, request->trip_seconds);
	if (!gather->logs || !gather->total) {
		tally_free(gather->total);
		return false;
	}
	if (loader_read(loader, "/etc/localtime", &source, &unread) == LOAD_FOUND &&
	    time_zone_parse(loader->arena, source->bytes, &gather->zone))
		gather->zone_or_utc = &gather->zone;
	return true;
}

struct activity_model *activity_model_load(const struct loader *loader,
					   const struct activity_request *request)
{
	struct gather gather;
	if (!gather_begin(&gather, loader, request))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		read_set(&gather, places[i].role, places[i].path);
	for (size_t i = 0; i < request->asterisk_log_count; i++)
		if (!is_listed(&gather, request->asterisk_logs[i]))
			read_set(&gather, ACTIVITY_LOG_ASTERISK, request->asterisk_logs[i]);
	if (!has_role(&gather, ACTIVITY_LOG_AUTH)) {
		(void)add_log(&gather, ACTIVITY_LOG_AUTH, places[0].path);
		if (request->read_journal)
			read_journal(&gather);
	}
	struct activity_model *model = finish(&gather);
	tally_free(gather.total);
	if (model && !login_records_load(loader, request->now, &model->records))
		return NULL;
	return model;
}

struct activity_model *activity_model_read(const struct loader *loader, const char *const *paths,
					   size_t count, const struct activity_request *request)
{
	struct gather gather;
	if (!gather_begin(&gather, loader, request))
		return NULL;
	for (size_t i = 0; i < count && !gather.memory_failed; i++) {
		struct activity_log *log = add_log(&gather, ACTIVITY_LOG_AUTH, paths[i]);
		if (!log)
			break;
		read_file(&gather, log, paths[i], gather.total);
	}
	struct activity_model *model = finish(&gather);
	tally_free(gather.total);
	return model;
}

const struct activity_log *activity_newest_log(const struct activity_model *model,
					       enum activity_log_role role)
{
	const struct activity_log *newest = NULL;
	for (size_t i = 0; i < model->log_count; i++) {
		const struct activity_log *log = &model->logs[i];
		if (log->role == role && log->state == FACT_PRESENT &&
		    (!newest || log->modified > newest->modified))
			newest = log;
	}
	return newest;
}

const struct activity_source *activity_find_source(const struct activity_model *model,
						   struct address address)
{
	for (size_t i = 0; i < model->source_count; i++)
		if (address_equal(model->sources[i].address, address))
			return &model->sources[i];
	return NULL;
}

uint64_t activity_source_failures(const struct activity_source *source)
{
	return source->ssh_failures + source->sip_failures + source->gui_failures +
	       source->ami_failures;
}

const char *activity_login_method(const struct activity_login *login)
{
	switch (login->kind) {
	case LOG_SSH_ACCEPTED_PASSWORD:
		return "ssh-password";
	case LOG_SSH_ACCEPTED_KEYBOARD:
		return "ssh-keyboard-interactive";
	case LOG_SSH_ACCEPTED_PUBLICKEY:
		return "ssh-publickey";
	case LOG_SSH_ACCEPTED_OTHER:
		return "ssh-other";
	case LOG_GUI_LOGIN:
		return "gui";
	case LOG_AMI_LOGIN:
		return "ami";
	default:
		return "other";
	}
}
