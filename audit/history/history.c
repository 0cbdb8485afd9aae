/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/history/history.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "checks/score.h"
#include "reports/result_json.h"

/* PRAGMA application_id: "ring" in ASCII, so that `file` and we know our own. */
#define APPLICATION_ID 0x72696e67
#define SCHEMA_VERSION 1
/* Another audit may be writing its run; that takes milliseconds. */
#define WAIT_MS 10000
/* No result that ringfence reads is larger. */
#define RESULT_BYTES_MAX ((size_t)512 * 1024 * 1024)

struct history {
	sqlite3 *database;
	/* For messages. */
	char path[256];
};

static bool fails(const struct history *history, enum error_kind kind, struct error *error)
{
	return error_set_at(error, kind, history->path, 0, "the history: %s",
			    sqlite3_errmsg(history->database));
}

void history_close(struct history *history)
{
	if (!history)
		return;
	(void)sqlite3_close(history->database);
	free(history);
}

void history_close_pointer(struct history **history)
{
	history_close(*history);
}

static void end_statement(sqlite3_stmt **statement)
{
	(void)sqlite3_finalize(*statement);
}

#define STATEMENT_AUTO CLEANUP(end_statement) sqlite3_stmt

/* The folder that PATH is in, made where it is not there; the file, private from its first byte
 * on. */
static bool make_file(const char *path, struct error *error)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t size = slash && slash > path ? (size_t)(slash - path) : 0;
	if (size >= sizeof(folder))
		return error_set_at(error, ERROR_WRITE, path, 0, "the name is too long");
	if (size) {
		memcpy(folder, path, size);
		folder[size] = '\0';
		if (mkdir(folder, 0700) != 0 && errno != EEXIST)
			return error_set_at(error, ERROR_WRITE, folder, 0,
					    "cannot make the folder of the history: %s",
					    error_errno_text(errno));
	}
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return error_set_at(error, ERROR_WRITE, path, 0, "cannot open the history: %s",
				    error_errno_text(errno));
	(void)close(fd);
	return true;
}

/* The first number that SQL gives; -1 when it gives none. */
static int64_t ask_number(const struct history *history, const char *sql)
{
	STATEMENT_AUTO *statement = NULL;
	if (sqlite3_prepare_v2(history->database, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_ROW)
		return -1;
	return sqlite3_column_int64(statement, 0);
}

static bool is_empty(const struct history *history)
{
	return ask_number(history, "SELECT count(*) FROM sqlite_schema") == 0;
}

static bool make_schema(const struct history *history, struct error *error)
{
	static const char sql[] =
		"BEGIN IMMEDIATE;"
		"CREATE TABLE IF NOT EXISTS run (id INTEGER PRIMARY KEY, host TEXT NOT NULL,"
		" started TEXT NOT NULL, value INTEGER NOT NULL, low INTEGER NOT NULL,"
		" grade TEXT NOT NULL, critical INTEGER NOT NULL, high INTEGER NOT NULL,"
		" medium INTEGER NOT NULL, minor INTEGER NOT NULL, unknown INTEGER NOT NULL,"
		" bytes INTEGER NOT NULL, result BLOB NOT NULL, UNIQUE (host, started)) STRICT;"
		"PRAGMA application_id = 1919512167;"
		"PRAGMA user_version = 1;"
		"COMMIT;";
	_Static_assert(APPLICATION_ID == 1919512167 && SCHEMA_VERSION == 1, "as in the text");
	if (sqlite3_exec(history->database, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	(void)fails(history, ERROR_WRITE, error);
	(void)sqlite3_exec(history->database, "ROLLBACK", NULL, NULL, NULL);
	return false;
}

/* Is it a history that this version knows? */
static bool check_schema(const struct history *history, struct error *error)
{
	int64_t application = ask_number(history, "PRAGMA application_id");
	int64_t version = ask_number(history, "PRAGMA user_version");
	if (application == APPLICATION_ID && version == SCHEMA_VERSION)
		return true;
	if (application == APPLICATION_ID)
		return error_set_at(error, ERROR_INPUT, history->path, 0,
				    "a newer ringfence wrote this history");
	return error_set_at(error, ERROR_INPUT, history->path, 0,
			    "this is not a history of ringfence");
}

static bool is_remote(const char *path, struct error *error)
{
	if (!strstr(path, "://"))
		return false;
	error_set(error, ERROR_USAGE, "a history is a file; \"%s\" is not", path);
	error_advise(error, "give a path, for example " HISTORY_FILE);
	return true;
}

bool history_open(const char *path, enum history_use use, struct history **ret_history,
		  struct error *error)
{
	if (is_remote(path, error) || (use == HISTORY_WRITE && !make_file(path, error)))
		return false;
	CLEANUP(history_close_pointer) struct history *history = calloc(1, sizeof(*history));
	if (!history)
		return error_memory(error);
	size_t size = strlen(path);
	memcpy(history->path, path, size < sizeof(history->path) ? size : 255);
	int flags = use == HISTORY_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
	if (sqlite3_open_v2(path, &history->database, flags, NULL) != SQLITE_OK)
		return fails(history, ERROR_INPUT, error);
	(void)sqlite3_busy_timeout(history->database, WAIT_MS);
	/* The file may come from anywhere: no function or view of its own may run. */
	(void)sqlite3_db_config(history->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(history->database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	if (use == HISTORY_WRITE && is_empty(history) && !make_schema(history, error))
		return false;
	if (!check_schema(history, error))
		return false;
	*ret_history = history;
	history = NULL;
	return true;
}

struct result_run history_run_of(const struct result *result)
{
	struct result_run run = {
		.started = result->target.started,
		.value = result->score.value,
		.low = result->score.low,
		.grade = result->score.grade,
	};
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct finding *finding = &result->findings[i];
		run.unknown += finding->status == STATUS_UNKNOWN;
		if (finding->status != STATUS_FAIL)
			continue;
		switch (severity_band_of(finding->severity)) {
		case BAND_CRITICAL:
			run.critical++;
			break;
		case BAND_HIGH:
			run.high++;
			break;
		case BAND_MEDIUM:
			run.medium++;
			break;
		case BAND_LOW:
			run.minor++;
			break;
		}
	}
	return run;
}

/* The result as it is kept: JSON, compressed. */
static bool pack(const struct result *result, struct buffer *packed, size_t *ret_bytes,
		 struct error *error)
{
	BUFFER_AUTO text = { 0 };
	struct result kept = *result;
	kept.changes = NULL;
	kept.history = NULL;
	kept.history_count = 0;
	if (!result_json_write(&kept, NULL, &text, error))
		return false;
	uLong size = compressBound(text.size);
	char *room = buffer_reserve(packed, size);
	if (!room || compress2((Bytef *)room, &size, (const Bytef *)text.data, text.size,
			       Z_DEFAULT_COMPRESSION) != Z_OK)
		return error_memory(error);
	buffer_commit(packed, size);
	*ret_bytes = text.size;
	return true;
}

static bool bind_run(sqlite3_stmt *statement, const char *host, const struct result_run *run)
{
	const unsigned int numbers[] = { run->value,  run->low,   run->critical, run->high,
					 run->medium, run->minor, run->unknown };
	bool done = sqlite3_bind_text(statement, 1, host, -1, SQLITE_STATIC) == SQLITE_OK &&
		    sqlite3_bind_text(statement, 2, run->started, -1, SQLITE_STATIC) == SQLITE_OK &&
		    sqlite3_bind_text(statement, 3, run->grade, -1, SQLITE_STATIC) == SQLITE_OK;
	for (size_t i = 0; done && i < ARRAY_SIZE(numbers); i++)
		done = sqlite3_bind_int64(statement, (int)i + 4, numbers[i]) == SQLITE_OK;
	return done;
}

bool history_add(struct history *history, const struct result *result, struct error *error)
{
	static const char sql[] =
		"INSERT OR REPLACE INTO run (host, started, grade, value, low, critical, high,"
		" medium, minor, unknown, bytes, result) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)";
	BUFFER_AUTO packed = { 0 };
	STATEMENT_AUTO *statement = NULL;
	const struct result_run run = history_run_of(result);
	size_t bytes = 0;
	if (!pack(result, &packed, &bytes, error))
		return false;
	if (sqlite3_prepare_v2(history->database, sql, -1, &statement, NULL) != SQLITE_OK ||
	    !bind_run(statement, result->target.name, &run) ||
	    sqlite3_bind_int64(statement, 11, (sqlite3_int64)bytes) != SQLITE_OK ||
	    sqlite3_bind_blob64(statement, 12, packed.data, packed.size, SQLITE_STATIC) !=
		    SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_DONE)
		return fails(history, ERROR_WRITE, error);
	return true;
}

bool history_prune(struct history *history, const char *host, unsigned int runs, const char *oldest,
		   struct error *error)
{
	static const char sql[] =
		"DELETE FROM run WHERE host = ?1 AND (started < ?2 OR (?3 > 0 AND id NOT IN"
		" (SELECT id FROM run WHERE host = ?1 ORDER BY started DESC LIMIT ?3)))";
	STATEMENT_AUTO *statement = NULL;
	if (sqlite3_prepare_v2(history->database, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(statement, 1, host, -1, SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_bind_text(statement, 2, oldest, -1, SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_bind_int64(statement, 3, runs) != SQLITE_OK ||
	    sqlite3_step(statement) != SQLITE_DONE)
		return fails(history, ERROR_WRITE, error);
	return true;
}

static const char *column_text(sqlite3_stmt *statement, int column, struct arena *arena)
{
	const unsigned char *text = sqlite3_column_text(statement, column);
	int size = sqlite3_column_bytes(statement, column);
	return text ? arena_copy(arena, text, (size_t)size) : NULL;
}

static unsigned int column_number(sqlite3_stmt *statement, int column)
{
	sqlite3_int64 number = sqlite3_column_int64(statement, column);
	return number < 0 || number > UINT_MAX ? 0 : (unsigned int)number;
}

static bool read_run(sqlite3_stmt *statement, struct arena *arena, struct result_run *ret_run)
{
	*ret_run = (struct result_run){
		.started = column_text(statement, 0, arena),
		.grade = column_text(statement, 1, arena),
		.value = column_number(statement, 2),
		.low = column_number(statement, 3),
		.critical = column_number(statement, 4),
		.high = column_number(statement, 5),
		.medium = column_number(statement, 6),
		.minor = column_number(statement, 7),
		.unknown = column_number(statement, 8),
	};
	return ret_run->started && ret_run->grade;
}

bool history_runs(struct history *history, const char *host, const char *before, size_t limit,
		  struct arena *arena, const struct result_run **ret_runs, size_t *ret_count,
		  struct error *error)
{
	static const char sql[] =
		"SELECT * FROM (SELECT started, grade, min(value, 100), min(low, 100), critical,"
		" high, medium, minor, unknown FROM run WHERE host = ?1 AND (?2 = '' OR"
		" started < ?2) AND grade IN ('A','B','C','D','F')"
		" ORDER BY started DESC LIMIT ?3) ORDER BY started";
	STATEMENT_AUTO *statement = NULL;
	struct result_run *runs = NULL;
	size_t count = 0, capacity = 0;
	int status = SQLITE_ERROR;
	if (sqlite3_prepare_v2(history->database, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(statement, 1, host, -1, SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_bind_text(statement, 2, before, -1, SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_bind_int64(statement, 3, (sqlite3_int64)limit) != SQLITE_OK)
		return fails(history, ERROR_INPUT, error);
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		runs = arena_grow(arena, runs, count, &capacity, sizeof(*runs));
		if (!runs || !read_run(statement, arena, &runs[count++]))
			return error_memory(error);
	}
	if (status != SQLITE_DONE)
		return fails(history, ERROR_INPUT, error);
	*ret_runs = runs;
	*ret_count = count;
	return true;
}

static bool unpack(const struct history *history, sqlite3_stmt *statement, struct arena *arena,
		   struct result *ret_result, struct error *error)
{
	BUFFER_AUTO text = { 0 };
	sqlite3_int64 bytes = sqlite3_column_int64(statement, 0);
	const void *packed = sqlite3_column_blob(statement, 1);
	int packed_size = sqlite3_column_bytes(statement, 1);
	if (bytes <= 0 || (size_t)bytes > RESULT_BYTES_MAX || !packed)
		return error_set_at(error, ERROR_INPUT, history->path, 0,
				    "the history: a run has no result of a size that can be");
	uLong size = (uLong)bytes;
	char *room = buffer_reserve(&text, size);
	if (!room)
		return error_memory(error);
	if (uncompress((Bytef *)room, &size, packed, (uLong)packed_size) != Z_OK)
		return error_set_at(error, ERROR_INPUT, history->path, 0,
				    "the history: a run's result is damaged");
	buffer_commit(&text, size);
	return result_json_read(buffer_slice(&text), history->path, arena, ret_result, error);
}

bool history_last(struct history *history, const char *host, const char *before,
		  struct arena *arena, struct result *ret_result, bool *ret_found,
		  struct error *error)
{
	static const char sql[] = "SELECT bytes, result FROM run WHERE host = ?1 AND (?2 = '' OR"
				  " started < ?2) ORDER BY started DESC LIMIT 1";
	STATEMENT_AUTO *statement = NULL;
	if (sqlite3_prepare_v2(history->database, sql, -1, &statement, NULL) != SQLITE_OK ||
	    sqlite3_bind_text(statement, 1, host, -1, SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_bind_text(statement, 2, before, -1, SQLITE_STATIC) != SQLITE_OK)
		return fails(history, ERROR_INPUT, error);
	int status = sqlite3_step(statement);
	*ret_found = status == SQLITE_ROW;
	if (status == SQLITE_ROW)
		return unpack(history, statement, arena, ret_result, error);
	return status == SQLITE_DONE || fails(history, ERROR_INPUT, error);
}

bool history_hosts(struct history *history, struct arena *arena, const char *const **ret_hosts,
		   size_t *ret_count, struct error *error)
{
	static const char sql[] = "SELECT DISTINCT host FROM run ORDER BY host";
	STATEMENT_AUTO *statement = NULL;
	const char **hosts = NULL;
	size_t count = 0, capacity = 0;
	int status = SQLITE_ERROR;
	if (sqlite3_prepare_v2(history->database, sql, -1, &statement, NULL) != SQLITE_OK)
		return fails(history, ERROR_INPUT, error);
	while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
		hosts = arena_grow(arena, hosts, count, &capacity, sizeof(*hosts));
		if (!hosts || !(hosts[count++] = column_text(statement, 0, arena)))
			return error_memory(error);
	}
	if (status != SQLITE_DONE)
		return fails(history, ERROR_INPUT, error);
	*ret_hosts = hosts;
	*ret_count = count;
	return true;
}
