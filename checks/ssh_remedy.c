/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/ssh_remedy.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/sshd/sshd_model.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

#define DROP_IN_NAME "00-ringfence.conf"

const char *ssh_service_name(const struct model *model)
{
	const struct system_model *host = model->host;
	if (host && (host->family == SYSTEM_DEBIAN || system_find_unit(host, "ssh")))
		return "ssh";
	return "sshd";
}

/* Where sshd is, for a shell whose path may lack it. */
#define SSHD_TEST "/usr/sbin/sshd -t"

static void add_reload(struct remedy *remedy, const struct model *model, bool undo)
{
	const char *name = ssh_service_name(model);
	bool systemd = !model->host || model->host->has_systemd;
	void (*add)(struct remedy *, const char *, ...) = undo ? remedy_undo : remedy_command;
	if (systemd)
		add(remedy, SSHD_TEST " && systemctl reload %s", name);
	else
		add(remedy, SSHD_TEST " && service %s reload", name);
}

void ssh_remedy_reload(struct remedy *remedy, const struct model *model)
{
	remedy_command(remedy, "# keep this session open, and try a new login from another one");
	add_reload(remedy, model, false);
	add_reload(remedy, model, true);
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

/* TEXT for the left side of sed's s command. */
static const char *sed_pattern(struct remedy *remedy, struct slice text)
{
	BUFFER_AUTO pattern = { 0 };
	for (size_t i = 0; i < text.size; i++) {
		if (strchr("\\/.*[]^$", text.data[i]))
			buffer_append_byte(&pattern, '\\');
		buffer_append_byte(&pattern, text.data[i]);
	}
	const char *copy = buffer_keep(&pattern, remedy->arena);
	if (!copy)
		remedy->memory_failed = true;
	return copy ? copy : "";
}

/* TEXT for its right side. */
static const char *sed_replacement(struct remedy *remedy, struct slice text)
{
	BUFFER_AUTO replacement = { 0 };
	for (size_t i = 0; i < text.size; i++) {
		if (strchr("\\/&", text.data[i]))
			buffer_append_byte(&replacement, '\\');
		buffer_append_byte(&replacement, text.data[i]);
	}
	const char *copy = buffer_keep(&replacement, remedy->arena);
	if (!copy)
		remedy->memory_failed = true;
	return copy ? copy : "";
}

static const char *sed_script(struct remedy *remedy, const char *format, const char *first,
			      const char *second)
{
	BUFFER_AUTO script = { 0 };
	buffer_append_string(&script, "s/^");
	buffer_append_string(&script, first);
	buffer_append_string(&script, format);
	buffer_append_string(&script, second);
	buffer_append_byte(&script, '/');
	return remedy_quote(remedy, buffer_slice(&script));
}

/* Keeps the first state of FILE, however many changes and remedies follow; once per remedy. */
static void add_backup(struct remedy *remedy, const char *quoted)
{
	BUFFER_AUTO line = { 0 };
	buffer_format(&line, "cp -an %s %s.rf-bak", quoted, quoted);
	for (size_t i = 0; i < remedy->commands.count; i++)
		if (strcmp(remedy->commands.items[i], buffer_string(&line)) == 0)
			return;
	remedy_command(remedy, "%s", buffer_string(&line));
	remedy_undo(remedy, "cp -a %s.rf-bak %s", quoted, quoted);
}

void ssh_remedy_replace(struct remedy *remedy, const char *file, struct slice old,
			const char *new_text)
{
	const char *quoted = remedy_quote(remedy, slice_of(file));
	const char *pattern = sed_pattern(remedy, old);
	struct slice replacement = new_text ? slice_of(new_text) : SLICE("");
	add_backup(remedy, quoted);
	if (new_text)
		remedy_command(
			remedy, "sed -i %s %s",
			sed_script(remedy, "$/", pattern, sed_replacement(remedy, replacement)),
			quoted);
	else
		remedy_command(remedy, "sed -i %s %s",
			       sed_script(remedy, "$/", pattern, "#ringfence# &"), quoted);
}

/* The line that stands at LINE of the file called PATH; *RET_IN_MATCH: inside a Match block. */
static const struct sshd_line *find_line(const struct sshd_model *sshd, const char *path,
					 unsigned int line, bool *ret_in_match)
{
	for (size_t i = 0; i < sshd->file_count; i++) {
		const struct sshd_file *file = sshd->files[i];
		bool in_match = false;
		if (strcmp(file->source->path, path) != 0)
			continue;
		for (size_t k = 0; k < file->count; k++) {
			if (origin_line(file->lines[k].origin) == line) {
				*ret_in_match = in_match;
				return &file->lines[k];
			}
			in_match = in_match || file->lines[k].match;
		}
	}
	return NULL;
}

bool ssh_verdict_names_line(const struct model *model, const struct verdict *verdict,
			    enum sshd_setting_id id)
{
	for (size_t i = 0; i < verdict->count; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		bool in_match;
		const struct sshd_line *line =
			evidence->role == EVIDENCE_FAILS && evidence->line
				? find_line(model->sshd, evidence->file, evidence->line, &in_match)
				: NULL;
		if (line && line->keyword && line->keyword->action == SSHD_ACTION_SET &&
		    line->keyword->setting == id)
			return true;
	}
	return false;
}

static bool is_wanted(const struct ssh_setting_line *lines, size_t count, enum sshd_setting_id id)
{
	for (size_t i = 0; i < count; i++)
		if (lines[i].id == id)
			return true;
	return false;
}

/* Comments out the lines of Match blocks that the verdict names: a global setting does not reach
 * over them. True when nothing else failed. */
bool ssh_remedy_clear_match(struct remedy *remedy, const struct model *model,
			    const struct verdict *verdict, const struct ssh_setting_line *lines,
			    size_t count)
{
	bool all = true;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		bool in_match = false, seen = false;
		if (evidence->role != EVIDENCE_FAILS)
			continue;
		for (size_t k = 0; k < i && !seen; k++)
			seen = verdict->evidence[k].role == EVIDENCE_FAILS &&
			       verdict->evidence[k].line == evidence->line &&
			       strcmp(verdict->evidence[k].file, evidence->file) == 0;
		const struct sshd_line *line =
			find_line(model->sshd, evidence->file, evidence->line, &in_match);
		bool matters = line && in_match && line->keyword &&
			       line->keyword->action == SSHD_ACTION_SET &&
			       is_wanted(lines, count, line->keyword->setting);
		all = all && matters;
		if (!seen && matters)
			ssh_remedy_replace(remedy, evidence->file, origin_line_text(line->origin),
					   NULL);
	}
	return all;
}

/* The drop-in's path when it is read before every other file of its folder; else NULL. */
static const char *drop_in_path(struct remedy *remedy, const struct sshd_model *sshd)
{
	BUFFER_AUTO path = { 0 };
	if (!sshd->drop_in_folder.data)
		return NULL;
	buffer_append_slice(&path, sshd->drop_in_folder);
	buffer_append_string(&path, "/" DROP_IN_NAME);
	for (size_t i = 0; i < sshd->file_count; i++) {
		struct slice other = slice_of(sshd->files[i]->source->path);
		struct slice folder = slice_part(other, 0, slice_find_last_byte(other, '/'));
		if (slice_equal(folder, sshd->drop_in_folder) &&
		    slice_compare(other, buffer_slice(&path)) < 0)
			return NULL;
	}
	const char *copy = buffer_keep(&path, remedy->arena);
	if (!copy)
		remedy->memory_failed = true;
	return copy;
}

static void write_drop_in(struct remedy *remedy, const char *path,
			  const struct ssh_setting_line *lines, size_t count)
{
	const char *quoted = remedy_quote(remedy, slice_of(path));
	for (size_t i = 0; i < count; i++)
		remedy_command(remedy, "printf '%%s\\n' %s >> %s",
			       remedy_quote(remedy, slice_of(lines[i].text)), quoted);
	remedy_command(remedy, "chmod 600 %s", quoted);
	for (size_t i = 0; i < count; i++) {
		BUFFER_AUTO script = { 0 };
		buffer_append_string(&script, "/^");
		buffer_append_string(&script, sed_pattern(remedy, slice_of(lines[i].text)));
		buffer_append_string(&script, "$/d");
		remedy_undo(remedy, "sed -i %s %s", remedy_quote(remedy, buffer_slice(&script)),
			    quoted);
	}
}

/* Upwards from the last, so that they stand in their order on the first lines. */
static void write_first_lines(struct remedy *remedy, const struct ssh_setting_line *lines,
			      size_t count)
{
	add_backup(remedy, SSHD_CONFIG_PATH);
	for (size_t i = count; i-- > 0;) {
		BUFFER_AUTO script = { 0 };
		buffer_append_string(&script, "1i ");
		buffer_append_string(&script, lines[i].text);
		remedy_command(remedy, "sed -i %s " SSHD_CONFIG_PATH,
			       remedy_quote(remedy, buffer_slice(&script)));
	}
}

void ssh_remedy_settings(struct remedy *remedy, const struct model *model,
			 const struct verdict *verdict, const struct ssh_setting_line *lines,
			 size_t count)
{
	bool only_match = ssh_remedy_clear_match(remedy, model, verdict, lines, count);
	const char *path = only_match ? NULL : drop_in_path(remedy, model->sshd);
	if (only_match)
		remedy_command(remedy, "# outside Match blocks the setting is right already");
	else if (path)
		write_drop_in(remedy, path, lines, count);
	else
		write_first_lines(remedy, lines, count);
	ssh_remedy_reload(remedy, model);
	for (size_t i = 0; i < count; i++)
		remedy_verify(remedy,
			      "/usr/sbin/sshd -T -C "
			      "user=root,addr=203.0.113.9,host=h,laddr=192.0.2.1,lport=22 | grep "
			      "-i '^%s '",
			      sshd_setting_name(model->sshd->facts.version, lines[i].id));
}
