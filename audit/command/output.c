/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/replace_file.h"
#include "audit/command/pdf.h"

bool output_parse_formats(const char *list, struct output_formats *ret_formats, struct error *error)
{
	struct output_formats formats = { .count = 0 };
	struct slice rest = slice_of(list), word;
	while (slice_next_field(&rest, ',', &word)) {
		word = slice_trim(word);
		const struct report_format *format =
			slice_is(word, pdf_format.name) ? &pdf_format : report_find(word);
		if (!format) {
			error_set(error, ERROR_USAGE, "there is no format \"%.*s\"",
				  SLICE_ARG(word));
			BUFFER_AUTO known = { 0 };
			size_t count;
			const struct report_format *all = report_formats(&count);
			for (size_t i = 0; i < count; i++)
				buffer_format(&known, "%s%s", i ? ", " : "", all[i].name);
			buffer_format(&known, ", %s", pdf_format.name);
			error_advise(error, "formats: %s", buffer_string(&known));
			return false;
		}
		bool seen = false;
		for (size_t i = 0; i < formats.count; i++)
			seen = seen || formats.items[i] == format;
		if (!seen && formats.count < OUTPUT_FORMATS_MAX)
			formats.items[formats.count++] = format;
	}
	*ret_formats = formats;
	return true;
}

void output_want_json(struct output_formats *formats)
{
	const struct report_format *json = report_find(SLICE("json"));
	for (size_t i = 0; i < formats->count; i++)
		if (formats->items[i] == json)
			return;
	if (formats->count < OUTPUT_FORMATS_MAX)
		formats->items[formats->count++] = json;
}

static bool make_folder(const char *path, struct error *error)
{
	if (mkdir(path, 0700) == 0 || errno == EEXIST)
		return true;
	return error_set_at(error, ERROR_WRITE, path, 0, "cannot make the folder: %s",
			    error_errno_text(errno));
}

static bool make_folders(const char *path, struct error *error)
{
	char part[PATH_MAX];
	size_t size = strlen(path);
	if (size == 0 || size >= sizeof(part))
		return error_set(error, ERROR_USAGE,
				 "the output folder's name is empty or too long");
	memcpy(part, path, size + 1);
	for (size_t i = 1; i < size; i++) {
		if (part[i] != '/' || part[i - 1] == '/')
			continue;
		part[i] = '\0';
		if (!make_folder(part, error))
			return false;
		part[i] = '/';
	}
	return make_folder(part, error);
}

int output_open_folder(const char *path, struct error *error)
{
	if (!make_folders(path, error))
		return -1;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		error_set_at(error, ERROR_WRITE, path, 0, "cannot open the folder: %s",
			     error_errno_text(errno));
		error_advise(error, "choose another folder with -o");
	}
	return fd;
}

static bool write_one(int folder, const char *path, const struct report_format *format,
		      const struct buffer *text, struct error *error)
{
	char display[PATH_MAX];
	int length = snprintf(display, sizeof(display), "%s/%s", path, format->file_name);
	if (length < 0 || (size_t)length >= sizeof(display))
		return error_set(error, ERROR_WRITE, "the name of a report is too long");
	return replace_file(folder, format->file_name, display, buffer_slice(text), error);
}

bool output_write(const struct result *result, const struct output_formats *formats,
		  const struct report_options *options, const char *path, struct error *error)
{
	struct buffer texts[OUTPUT_FORMATS_MAX] = { 0 };
	bool done = true;
	for (size_t i = 0; i < formats->count && done; i++)
		done = formats->items[i]->write(result, options, &texts[i], error) &&
		       (!buffer_failed(&texts[i]) || error_memory(error));
	int folder = done ? output_open_folder(path, error) : -1;
	done = done && folder >= 0;
	for (size_t i = 0; i < formats->count && done; i++)
		done = write_one(folder, path, formats->items[i], &texts[i], error);
	if (folder >= 0)
		(void)close(folder);
	for (size_t i = 0; i < formats->count; i++)
		buffer_done(&texts[i]);
	return done;
}

/* Only what signal-safety(7) allows. */
static void end_at_signal(int number)
{
	static const char text[] = "\nringfence: interrupted; no half-written file is left\n";
	(void)number;
	replace_file_abandon();
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(4);
	_exit(4);
}

void output_catch_signals(void)
{
	struct sigaction action = { .sa_handler = end_at_signal };
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGHUP, &action, NULL);
	/* A closed pipe is a failed write like another, told by its errno. */
	(void)signal(SIGPIPE, SIG_IGN);
}

/* Longer names are cut: with the rest of the file's name they must stay under NAME_MAX. */
#define HOST_NAME_BYTES_MAX 64

void output_append_host(struct buffer *out, const char *name)
{
	for (size_t i = 0; i < HOST_NAME_BYTES_MAX && name[i]; i++) {
		unsigned char byte = (unsigned char)name[i];
		bool plain = byte_is_alpha(byte) || byte_is_digit(byte) || byte == '-' ||
			     byte == '_' || (byte == '.' && i > 0);
		buffer_append_byte(out, plain ? (char)byte : '_');
	}
}

void output_append_name(struct buffer *out, const char *host, int64_t when)
{
	BUFFER_AUTO time = { 0 };
	buffer_append_time(&time, when);
	buffer_append_string(out, "ringfence-");
	output_append_host(out, host);
	/* RFC 3339 begins with the day. */
	buffer_format(out, "-%.10s", buffer_string(&time));
}
