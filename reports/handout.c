/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/handout.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "checks/result.h"
#include "reports/language.h"

static void close_file(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

struct reading {
	const char *folder;
	struct arena *arena;
	struct error *error;
};

/* The file NAME of the folder into OUT; *RET_FOUND false where there is none. */
static bool read_file(const struct reading *reading, const char *name, size_t largest,
		      struct buffer *out, bool *ret_found)
{
	BUFFER_AUTO path = { 0 };
	struct stat status;
	buffer_format(&path, "%s/%s", reading->folder, name);
	CLEANUP(close_file)
	int fd = open(buffer_string(&path), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	*ret_found = fd >= 0;
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return true;
	bool is_file = fd >= 0 && fstat(fd, &status) == 0;
	if (is_file && (!S_ISREG(status.st_mode) || (size_t)status.st_size > largest)) {
		errno = S_ISREG(status.st_mode) ? EFBIG : EINVAL;
		is_file = false;
	}
	while (is_file && out->size <= largest) {
		char *room = buffer_reserve(out, 65536);
		ssize_t size = room ? read(fd, room, 65536) : -1;
		if (size < 0 && room && errno == EINTR)
			continue;
		if (size == 0)
			return true;
		if (size < 0)
			break;
		buffer_commit(out, (size_t)size);
	}
	return error_set_at(reading->error, ERROR_INPUT, buffer_string(&path), 0,
			    "cannot read this part of the handout: %s", error_errno_text(errno));
}

/* A text of the folder; "" where there is none. */
static bool read_text(const struct reading *reading, const char *name, const char **ret_text)
{
	BUFFER_AUTO text = { 0 };
	bool found;
	if (!read_file(reading, name, HANDOUT_TEXT_BYTES_MAX, &text, &found))
		return false;
	if (!slice_is_utf8(buffer_slice(&text)) ||
	    slice_find_byte(buffer_slice(&text), '\0') < text.size)
		return error_set_at(reading->error, ERROR_INPUT, name, 0,
				    "this text of the handout is not UTF-8");
	*ret_text = buffer_keep(&text, reading->arena);
	return *ret_text || error_memory(reading->error);
}

static const char *image_type(const struct buffer *bytes)
{
	struct slice head = buffer_slice(bytes);
	if (slice_starts_with(head, "\x89PNG"))
		return "image/png";
	if (slice_starts_with(head, "\xff\xd8\xff"))
		return "image/jpeg";
	if (slice_starts_with(head, "<svg") || slice_starts_with(head, "<?xml"))
		return "image/svg+xml";
	return NULL;
}

/* As an image, an SVG runs and loads nothing. */
static bool read_logo(const struct reading *reading, const char *name, const char **ret_logo)
{
	BUFFER_AUTO bytes = { 0 };
	BUFFER_AUTO text = { 0 };
	bool found;
	if (slice_find(slice_of(name), SLICE("..")) < strlen(name) || name[0] == '/')
		return error_set(reading->error, ERROR_INPUT,
				 "the logo of a handout is a file of its folder");
	if (!read_file(reading, name, HANDOUT_LOGO_BYTES_MAX, &bytes, &found))
		return false;
	const char *type = found ? image_type(&bytes) : NULL;
	if (!type)
		return error_set_at(reading->error, ERROR_INPUT, name, 0,
				    "the logo of a handout is a PNG, JPEG or SVG file of its "
				    "folder");
	buffer_format(&text, "data:%s;base64,", type);
	char *room = buffer_reserve(&text, bytes.size * 4 / 3 + 8);
	if (!room)
		return error_memory(reading->error);
	int size = EVP_EncodeBlock((unsigned char *)room, (const unsigned char *)bytes.data,
				   (int)bytes.size);
	buffer_commit(&text, (size_t)size);
	*ret_logo = buffer_keep(&text, reading->arena);
	return *ret_logo || error_memory(reading->error);
}

static bool is_color(struct slice text)
{
	bool is_right = text.size == 7 && text.data[0] == '#';
	for (size_t i = 1; is_right && i < text.size; i++)
		is_right = byte_is_digit((unsigned char)text.data[i]) ||
			   ((text.data[i] | 0x20) >= 'a' && (text.data[i] | 0x20) <= 'f');
	return is_right;
}

/* ",words,met," out of "words, met"; each must be a section that can be left out. */
static const char *sections(const struct reading *reading, struct slice list)
{
	static const char known[] =
		",changes,trend,next,services,access,activity,unread,met,score,words,";
	BUFFER_AUTO out = { 0 };
	struct slice word;
	buffer_append_byte(&out, ',');
	while (slice_next_field(&list, ',', &word)) {
		BUFFER_AUTO wanted = { 0 };
		buffer_format(&wanted, ",%.*s,", SLICE_ARG(slice_trim(word)));
		if (slice_find(slice_of(known), buffer_slice(&wanted)) >= strlen(known)) {
			error_set(reading->error, ERROR_INPUT,
				  "there is no section \"%.*s\" that can be left out",
				  SLICE_ARG(slice_trim(word)));
			error_advise(reading->error, "sections: %s", known);
			return NULL;
		}
		buffer_append_string(&out, buffer_string(&wanted) + 1);
	}
	const char *kept = buffer_keep(&out, reading->arena);
	if (!kept)
		error_memory(reading->error);
	return kept;
}

static bool set(const struct reading *reading, struct handout *handout, struct slice name,
		struct slice value)
{
	const char *text = slice_to_string(reading->arena, value);
	if (!text)
		return error_memory(reading->error);
	if (slice_is(name, "name"))
		handout->name = text;
	else if (slice_is(name, "customer"))
		handout->customer = text;
	else if (slice_is(name, "confidentiality"))
		handout->confidentiality = text;
	else if (slice_is(name, "color") && is_color(value))
		handout->color = text;
	else if (slice_is(name, "color"))
		return error_set(reading->error, ERROR_INPUT,
				 "a color is written as #0b5a7d, not \"%s\"", text);
	else if (slice_is(name, "language") && language_find(value))
		handout->language = language_find(value);
	else if (slice_is(name, "language"))
		return error_set(reading->error, ERROR_INPUT,
				 "a language is one of " LANGUAGE_CHOICES ", not \"%s\"", text);
	else if (slice_is(name, "logo"))
		return read_logo(reading, text, &handout->logo);
	else if (slice_is(name, "leave_out"))
		return (handout->leave_out = sections(reading, value)) != NULL;
	else
		return error_set(reading->error, ERROR_INPUT,
				 "handout.conf knows name, customer, confidentiality, color, logo, "
				 "language and leave_out, not \"%.*s\"",
				 SLICE_ARG(name));
	return true;
}

static bool read_settings(const struct reading *reading, struct handout *handout)
{
	const char *text = "";
	uint32_t number = 0;
	if (!read_text(reading, "handout.conf", &text))
		return false;
	struct slice rest = slice_of(text), line;
	if (rest.size == 0)
		return error_set_at(reading->error, ERROR_INPUT, reading->folder, 0,
				    "a handout is a folder with a file handout.conf");
	while (slice_next_line(&rest, &line)) {
		number++;
		line = slice_trim(line);
		if (line.size == 0 || line.data[0] == '#')
			continue;
		size_t equals = slice_find_byte(line, '=');
		bool done =
			equals < line.size
				? set(reading, handout, slice_trim(slice_part(line, 0, equals)),
				      slice_trim(slice_from(line, equals + 1)))
				: error_set(reading->error, ERROR_INPUT, "expected `name = value`");
		if (done)
			continue;
		if (reading->error && !reading->error->file[0]) {
			memcpy(reading->error->file, "handout.conf", sizeof("handout.conf"));
			reading->error->line = number;
		}
		return false;
	}
	return true;
}

/* An id names a file: only what ids are made of. */
static bool is_plain_id(const char *id)
{
	size_t size = strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-");
	return size > 0 && size < 64 && id[size] == '\0';
}

bool handout_read(const char *path, const struct result *result, struct arena *arena,
		  struct handout *ret_handout, struct error *error)
{
	const struct reading reading = { path, arena, error };
	struct handout handout = { "", "", "", "", "", "", "", "", NULL, NULL };
	const char **comments = ARENA_ARRAY(arena, result->finding_count, const char *);
	if (!comments)
		return error_memory(error);
	*error = (struct error){ .kind = ERROR_NONE };
	if (!read_settings(&reading, &handout) ||
	    !read_text(&reading, "introduction.md", &handout.introduction) ||
	    !read_text(&reading, "closing.md", &handout.closing))
		return false;
	for (size_t i = 0; i < result->finding_count; i++) {
		BUFFER_AUTO name = { 0 };
		comments[i] = "";
		if (!is_plain_id(result->findings[i].id))
			continue;
		buffer_format(&name, "findings/%s.md", result->findings[i].id);
		if (!read_text(&reading, buffer_string(&name), &comments[i]))
			return false;
	}
	handout.comments = comments;
	*ret_handout = handout;
	return true;
}
