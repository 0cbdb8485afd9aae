/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kernel/web_intrusion.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* One file of a GUI has some hundred KiB at most; larger ones are data. */
#define FILE_BYTES_MAX ((uint64_t)512 * 1024)

struct search {
	const struct loader *loader;
	struct web_intrusion *result;
	struct web_sign *signs;
	size_t capacity;
	size_t bytes;
	bool memory_failed;
};

/* What web shells are made of. Blanks are not between the parts: those who write them save bytes,
 * and programs that are meant to be read do not write so. */
static const char *const php_marks[] = {
	"eval($_",
	"eval(base64_decode(",
	"eval(gzinflate(",
	"eval(gzuncompress(",
	"eval(str_rot13(",
	"assert($_",
	"system($_",
	"passthru($_",
	"shell_exec($_",
	"exec($_",
	"popen($_",
	"proc_open($_",
	"eval(stripslashes($_",
	"create_function('',$_",
	"call_user_func($_",
	"include($_GET",
};

static bool is_name_byte(unsigned char byte)
{
	return byte_is_alpha(byte) || byte_is_digit(byte) || byte == '_';
}

/* The first text of a PHP file that runs what a request brings; empty: none. */
static struct slice find_php(struct slice bytes)
{
	for (size_t i = 0; i < ARRAY_SIZE(php_marks); i++) {
		struct slice mark = slice_of(php_marks[i]), rest = bytes;
		for (size_t at = slice_find(rest, mark); at < rest.size;
		     at = slice_find(rest, mark)) {
			const char *found = rest.data + at;
			/* curl_exec($_ is another function. */
			if (found == bytes.data || !is_name_byte((unsigned char)found[-1]))
				return (struct slice){ .data = found, .size = mark.size };
			rest = slice_from(rest, at + 1);
		}
	}
	return SLICE("");
}

/* Does a crontab's LINE fetch something and hand it to a shell? */
static bool is_fetching(struct slice line)
{
	bool fetches = slice_find(line, SLICE("curl ")) < line.size ||
		       slice_find(line, SLICE("wget ")) < line.size;
	bool from_afar = slice_find(line, SLICE("http://")) < line.size ||
			 slice_find(line, SLICE("https://")) < line.size ||
			 slice_find(line, SLICE("ftp://")) < line.size;
	bool is_near = slice_find(line, SLICE("://127.0.0.1")) < line.size ||
		       slice_find(line, SLICE("://localhost")) < line.size;
	struct slice word = slice_trim(line);
	return fetches && from_afar && !is_near && word.size && word.data[0] != '#';
}

static void add_sign(struct search *search, const char *path, const char *what,
		     struct origin origin)
{
	struct web_sign *grown =
		arena_grow(search->loader->arena, search->signs, search->result->sign_count,
			   &search->capacity, sizeof(*grown));
	if (!grown) {
		search->memory_failed = true;
		return;
	}
	search->signs = grown;
	grown[search->result->sign_count++] =
		(struct web_sign){ .path = path, .what = what, .origin = origin };
}

static void read_php(struct search *search, const char *path)
{
	const struct source *source;
	const struct unread *unread = NULL;
	struct file_status status;
	if (loader_status(search->loader, path, false, &status, &unread) != LOAD_FOUND ||
	    status.kind != FILE_REGULAR || status.size_bytes > FILE_BYTES_MAX)
		return;
	if (search->result->file_count == WEB_INTRUSION_FILES_MAX ||
	    search->bytes + status.size_bytes > WEB_INTRUSION_BYTES_MAX) {
		search->result->is_cut = true;
		return;
	}
	if (loader_read(search->loader, path, &source, &unread) != LOAD_FOUND) {
		search->result->unread = unread;
		return;
	}
	search->result->file_count++;
	search->bytes += source->bytes.size;
	struct slice mark = find_php(source->bytes);
	if (mark.size)
		add_sign(search, path, "runs what a request or a coded text brings",
			 origin_of(source, mark));
}

/* A script or page whose name hides it: ".clean.sh", ".x.php". */
static void read_hidden(struct search *search, const char *path)
{
	add_sign(search, path, "a hidden script", ORIGIN_NONE);
}

static void visit(struct search *search, struct slice root, const char *pattern,
		  void (*read)(struct search *search, const char *path))
{
	BUFFER_AUTO text = { 0 };
	struct path_list paths;
	const struct unread *unread = NULL;
	buffer_append_slice(&text, root);
	buffer_append_string(&text, pattern);
	const char *whole = buffer_keep(&text, search->loader->arena);
	if (!whole) {
		search->memory_failed = true;
		return;
	}
	enum load_status status = loader_glob(search->loader, whole, &paths, &unread);
	if (status == LOAD_UNREADABLE)
		search->result->unread = unread;
	for (size_t i = 0; status != LOAD_ABSENT && i < paths.count; i++)
		read(search, paths.paths[i]);
}

static void read_crontab(struct search *search, const char *path)
{
	const struct source *source;
	const struct unread *unread = NULL;
	enum load_status status = loader_read(search->loader, path, &source, &unread);
	if (status == LOAD_UNREADABLE)
		search->result->unread = unread;
	if (status != LOAD_FOUND)
		return;
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line))
		if (is_fetching(line))
			add_sign(search, path, "a crontab line fetches from elsewhere",
				 origin_of(source, line));
}

const struct web_intrusion *web_intrusion_load(const struct loader *loader,
					       const struct slice *roots, size_t count)
{
	static const char *const php[] = { "/*.php", "/*/*.php", "/*/*/*.php" };
	static const char *const hidden[] = { "/.*.php", "/.*.sh", "/*/.*.php", "/*/.*.sh" };
	static const char *const crontabs[] = {
		"/var/spool/cron/asterisk",
		"/var/spool/cron/apache",
		"/var/spool/cron/crontabs/asterisk",
		"/var/spool/cron/crontabs/www-data",
	};
	struct web_intrusion *result = ARENA_NEW(loader->arena, struct web_intrusion);
	struct search search = { .loader = loader, .result = result };
	if (!result)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(hidden); k++)
			visit(&search, roots[i], hidden[k], read_hidden);
		for (size_t k = 0; k < ARRAY_SIZE(php); k++)
			visit(&search, roots[i], php[k], read_php);
	}
	for (size_t i = 0; i < ARRAY_SIZE(crontabs); i++)
		read_crontab(&search, crontabs[i]);
	result->signs = search.signs;
	return search.memory_failed ? NULL : result;
}
