/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/asterisk_remedy.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/model/site.h"

/* Edits in one sed command, so that lines stay readable. */
#define EDITS_PER_COMMAND 20

/* The files of the GUIs that people may write: what [general] includes, and what follows all other
 * sections. */
static const struct {
	const char *file;
	const char *general;
	const char *sections;
} custom_files[] = {
	{ "sip", "sip_general_custom.conf", "sip_custom_post.conf" },
	{ "pjsip", "pjsip.endpoint_custom_post.conf", "pjsip.endpoint_custom_post.conf" },
	{ "iax", "iax_general_custom.conf", "iax_custom_post.conf" },
	{ "extensions", "extensions_custom.conf", "extensions_custom.conf" },
	{ "manager", "manager_custom.conf", "manager_custom.conf" },
	{ "http", "http_custom.conf", "http_custom.conf" },
	{ "rtp", "rtp_custom.conf", "rtp_custom.conf" },
	{ "features", "features_general_custom.conf", "features_general_custom.conf" },
	{ "logger", "logger_general_custom.conf", "logger_logfiles_custom.conf" },
	{ "voicemail", "vm_general.inc", "voicemail.conf" },
};

static const char *folder_of(const struct model *model)
{
	const char *folder = model->asterisk ? model->asterisk->directory : NULL;
	return folder ? folder : "/etc/asterisk";
}

static enum pbx_kind pbx_of(const struct model *model)
{
	return model->asterisk && model->asterisk->pbx ? model->asterisk->pbx->kind : PBX_NONE;
}

bool asterisk_file_is_generated(const struct model *model, const char *path)
{
	return pbx_of(model) != PBX_NONE &&
	       slice_find(slice_of(path), SLICE("_custom")) == strlen(path);
}

void asterisk_remedy_begin(struct asterisk_remedy *self, struct remedy *remedy,
			   const struct model *model)
{
	self->remedy = remedy;
	self->model = model;
	self->count = self->more = self->appended_count = 0;
	self->needs_phones = false;
}

static const char *keep(struct asterisk_remedy *self, struct buffer *text)
{
	char *kept = buffer_keep(text, self->remedy->arena);
	if (!kept)
		self->remedy->memory_failed = true;
	return kept ? kept : "";
}

static void change(struct asterisk_remedy *self, struct origin origin, bool replaces,
		   const char *text)
{
	if (self->count == ASTERISK_REMEDY_CHANGES_MAX) {
		self->more++;
		return;
	}
	self->changes[self->count++] = (struct asterisk_change){
		.path = origin_path(origin),
		.line = origin_line(origin),
		.replaces = replaces,
		.text = text,
	};
}

/* TEXT in single quotes for the shell, with the phones' networks outside of them. For sed a
 * backslash and a newline are written as escapes. */
static void append_quoted(struct asterisk_remedy *self, struct buffer *out, struct slice text,
			  bool is_for_sed)
{
	while (text.size) {
		if (slice_starts_with(text, ASTERISK_PHONES)) {
			buffer_append_string(out, "'\"$PHONES\"'");
			self->needs_phones = true;
			text = slice_from(text, sizeof(ASTERISK_PHONES) - 1);
			continue;
		}
		if (slice_starts_with(text, ASTERISK_NEW_SECRET)) {
			buffer_append_string(out, "'\"$(openssl rand -base64 18)\"'");
			text = slice_from(text, sizeof(ASTERISK_NEW_SECRET) - 1);
			continue;
		}
		char byte = text.data[0];
		if (byte == '\'')
			buffer_append_string(out, "'\\''");
		else if (byte == '\n' && is_for_sed)
			buffer_append_string(out, "\\n");
		else if (byte == '\\' && is_for_sed)
			buffer_append_string(out, "\\\\");
		else
			buffer_append_byte(out, byte);
		text = slice_from(text, 1);
	}
}

static void remember_appended(struct asterisk_remedy *self, const char *path)
{
	for (size_t i = 0; i < self->appended_count; i++)
		if (strcmp(self->appended[i], path) == 0)
			return;
	if (self->appended_count < ARRAY_SIZE(self->appended))
		self->appended[self->appended_count++] = path;
}

/* printf LINES >> PATH */
static void append_to(struct asterisk_remedy *self, const char *path, struct slice lines)
{
	BUFFER_AUTO command = { 0 };
	struct slice line;
	if (self->count + self->more >= ASTERISK_REMEDY_CHANGES_MAX) {
		self->more++;
		return;
	}
	buffer_append_string(&command, "printf '%s\\n'");
	while (slice_next_line(&lines, &line)) {
		buffer_append_string(&command, " '");
		append_quoted(self, &command, line, false);
		buffer_append_byte(&command, '\'');
	}
	buffer_format(&command, " >> %s", remedy_quote(self->remedy, slice_of(path)));
	remember_appended(self, path);
	change(self, ORIGIN_NONE, false, keep(self, &command));
}

static bool is_general(const struct asterisk_place *place)
{
	return slice_is_ignore_case(place->section, "general");
}

static const char *custom_file(struct asterisk_remedy *self, const struct asterisk_place *place)
{
	struct slice base = slice_of(place->file);
	base = slice_part(base, 0, slice_find_byte(base, '.'));
	const char *name = NULL;
	for (size_t i = 0; i < ARRAY_SIZE(custom_files); i++)
		if (slice_is(base, custom_files[i].file))
			name = is_general(place) ? custom_files[i].general
						 : custom_files[i].sections;
	BUFFER_AUTO path = { 0 };
	if (!name)
		return NULL;
	buffer_format(&path, "%s/%s", folder_of(self->model), name);
	return keep(self, &path);
}

/* Adds LINES for a section whose file the GUI writes. */
static void add_custom(struct asterisk_remedy *self, const struct asterisk_place *place,
		       const char *lines)
{
	BUFFER_AUTO text = { 0 };
	const char *path = custom_file(self, place);
	if (!is_general(place)) {
		buffer_append_byte(&text, '[');
		buffer_append_slice(&text, place->section);
		buffer_append_string(&text, "](+)\n");
	}
	buffer_append_string(&text, lines);
	if (place->page)
		remedy_command(self->remedy, "# %s: in the GUI this is %s", place->file,
			       place->page);
	if (path)
		append_to(self, path, slice_of(keep(self, &text)));
}

static bool is_generated(const struct asterisk_remedy *self, const struct asterisk_place *place)
{
	const char *path = place->line.source     ? origin_path(place->line)
			   : place->header.source ? origin_path(place->header)
						  : place->file;
	return asterisk_file_is_generated(self->model, path);
}

void asterisk_remedy_add(struct asterisk_remedy *self, const struct asterisk_place *place,
			 const char *lines)
{
	if (is_generated(self, place)) {
		add_custom(self, place, lines);
	} else if (place->header.source) {
		change(self, place->header, false, lines);
	} else {
		BUFFER_AUTO path = { 0 };
		BUFFER_AUTO text = { 0 };
		buffer_format(&path, "%s/%s", folder_of(self->model), place->file);
		buffer_append_byte(&text, '[');
		buffer_append_slice(&text, place->section);
		buffer_format(&text, "]\n%s", lines);
		append_to(self, keep(self, &path), slice_of(keep(self, &text)));
	}
}

void asterisk_remedy_set(struct asterisk_remedy *self, const struct asterisk_place *place,
			 const char *key, const char *value)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%s=%s", key, value);
	const char *line = keep(self, &text);
	if (place->line.source && !is_generated(self, place))
		change(self, place->line, true, line);
	else
		asterisk_remedy_add(self, place, line);
}

void asterisk_remedy_drop(struct asterisk_remedy *self, const struct asterisk_place *place)
{
	if (!place->line.source)
		return;
	if (is_generated(self, place))
		remedy_command(self->remedy, "# %s line %u is written by the GUI: %s",
			       origin_path(place->line), origin_line(place->line),
			       place->page ? place->page : "change it there");
	else
		change(self, place->line, true, "");
}

static int compare_changes(const void *a, const void *b)
{
	const struct asterisk_change *first = a, *second = b;
	int order = strcmp(first->path, second->path);
	if (order)
		return order;
	return first->line < second->line ? -1 : first->line > second->line;
}

/* One sed command for the changes from FIRST to END, all of one file. Line numbers are those of the
 * file as it was read, whatever the other edits add. */
static const char *sed_command(struct asterisk_remedy *self, size_t first, size_t end)
{
	BUFFER_AUTO command = { 0 };
	buffer_append_string(&command, "sed -i");
	for (size_t i = first; i < end; i++) {
		const struct asterisk_change *edit = &self->changes[i];
		if (edit->replaces && edit->text[0] == '\0') {
			buffer_format(&command, " -e '%us/^/;/'", edit->line);
			continue;
		}
		buffer_format(&command, " -e '%u%s\\", edit->line, edit->replaces ? "c" : "a");
		append_quoted(self, &command, slice_of(edit->text), true);
		buffer_append_byte(&command, '\'');
	}
	buffer_append_byte(&command, ' ');
	buffer_append_string(&command,
			     remedy_quote(self->remedy, slice_of(self->changes[first].path)));
	return keep(self, &command);
}

static size_t end_of_file_changes(const struct asterisk_remedy *self, size_t first)
{
	size_t end = first;
	while (end < self->count && strcmp(self->changes[end].path, self->changes[first].path) == 0)
		end++;
	return end;
}

static void back_up(struct asterisk_remedy *self, const char *path, bool may_be_absent)
{
	const char *word = remedy_quote(self->remedy, slice_of(path));
	if (may_be_absent)
		remedy_command(self->remedy, "touch %s", word);
	remedy_command(self->remedy, "cp -a %s %s.rf-bak", word, word);
	remedy_undo(self->remedy, "cp -a %s.rf-bak %s", word, word);
}

/* The phones' networks of the settings, or a line that stops without them. */
static void name_phones(struct asterisk_remedy *self)
{
	const struct site *site = self->model->site;
	if (!site || site->phone_count == 0) {
		remedy_command(self->remedy, ": \"${PHONES:?set PHONES to the phones' network, "
					     "such as PHONES=198.51.100.0/24}\"");
		return;
	}
	BUFFER_AUTO list = { 0 };
	for (size_t i = 0; i < site->phone_count; i++) {
		if (i)
			buffer_append_byte(&list, ',');
		prefix_format(site->phones[i], &list);
	}
	remedy_command(self->remedy, "PHONES=%s", remedy_quote(self->remedy, buffer_slice(&list)));
}

static bool mentions_phones(const struct asterisk_remedy *self)
{
	for (size_t i = 0; i < self->count; i++)
		if (strstr(self->changes[i].text, ASTERISK_PHONES))
			return true;
	return self->needs_phones;
}

static void write_changes(struct asterisk_remedy *self)
{
	size_t end;
	for (size_t first = 0; first < self->count; first = end) {
		end = end_of_file_changes(self, first);
		/* Without a path: a whole command that appends. */
		if (self->changes[first].path[0] == '\0') {
			for (size_t i = first; i < end; i++)
				remedy_command(self->remedy, "%s", self->changes[i].text);
			continue;
		}
		for (size_t i = first; i < end; i += EDITS_PER_COMMAND)
			remedy_command(self->remedy, "%s",
				       sed_command(self, i,
						   i + EDITS_PER_COMMAND < end
							   ? i + EDITS_PER_COMMAND
							   : end));
	}
}

static void reload(struct asterisk_remedy *self, const char *command)
{
	const char *line;
	if (pbx_of(self->model) == PBX_FREEPBX)
		line = "fwconsole reload";
	else if (!command)
		line = "systemctl restart asterisk 2>/dev/null || service asterisk restart";
	else {
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "asterisk -rx '%s'", command);
		line = keep(self, &text);
	}
	remedy_command(self->remedy, "%s", line);
	remedy_undo(self->remedy, "%s", line);
	remedy_disrupts(self->remedy, command ? DISRUPTION_RELOAD : DISRUPTION_CALLS_DROP);
	if (!command)
		remedy_restarts(self->remedy, "asterisk.service");
}

void asterisk_remedy_end(struct asterisk_remedy *self, const char *reload_command,
			 const char *const *verify)
{
	qsort(self->changes, self->count, sizeof(self->changes[0]), compare_changes);
	if (mentions_phones(self))
		name_phones(self);
	for (size_t first = 0; first < self->count; first = end_of_file_changes(self, first))
		if (self->changes[first].path[0])
			back_up(self, self->changes[first].path, false);
	for (size_t i = 0; i < self->appended_count; i++)
		back_up(self, self->appended[i], true);
	write_changes(self);
	if (self->more)
		remedy_command(self->remedy, "# and %zu more of the same kind: run ringfence again",
			       self->more);
	if (self->count)
		reload(self, reload_command);
	for (; *verify; verify++)
		remedy_verify(self->remedy, "asterisk -rx %s",
			      remedy_quote(self->remedy, slice_of(*verify)));
}
