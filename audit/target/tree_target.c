/* SPDX-License-Identifier: Apache-2.0
 *
 * What a tree of files can tell of the host that it is, or was copied from, and what it can't.
 */
#include "audit/target/tree_target.h"

#include <stdlib.h>

#include "audit/base/buffer.h"

/* Folders that a host has for certain: where the tree lacks one, its files were not copied. */
static const char *const whole_folders[] = { "/etc", "/usr", "/var" };

/* Folders that hold something on a running host only. */
static const char *const running_folders[] = { "/proc", "/sys", "/dev", "/run", "/var/run" };

static bool is_below(const char *path, const char *folder)
{
	size_t size = strlen(folder);
	return strncmp(path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

static enum load_status only_running(const char *folder, struct target_trouble *trouble)
{
	trouble->what = folder;
	trouble->problem = (struct load_problem){
		.why = "only a running host has it, and this is a tree of files",
		.to_read_it = "audit the host itself, or collect it there",
	};
	return LOAD_UNREADABLE;
}

static enum load_status not_copied(const char *folder, struct target_trouble *trouble)
{
	trouble->what = folder;
	trouble->problem = (struct load_problem){
		.why = "not part of this tree of files",
		.to_read_it = "copy it too",
	};
	return LOAD_UNREADABLE;
}

static bool has_folder(struct target *target, const char *path)
{
	const struct tree_target *tree = target->state;
	struct file_status status;
	struct target_trouble trouble;
	return tree->operations->status(target, path, false, &status, &trouble) == LOAD_FOUND &&
	       status.kind == FILE_DIRECTORY;
}

/* The path below the tree for PATH, or NULL with the reason why the tree can't have it. */
static const char *place_of(struct target *target, const char *path, struct target_trouble *trouble)
{
	const struct tree_target *tree = target->state;
	if (!tree->is_etc)
		return path;
	if (!is_below(path, "/etc")) {
		(void)not_copied("everything outside /etc", trouble);
		return NULL;
	}
	return path[4] ? path + 4 : "/";
}

/* A file that is not in the tree is absent from the host only if its folder was copied. */
static enum load_status judge_absence(struct target *target, const char *path,
				      struct target_trouble *trouble)
{
	const struct tree_target *tree = target->state;
	for (size_t i = 0; i < ARRAY_SIZE(running_folders); i++)
		if (is_below(path, running_folders[i]))
			return only_running(running_folders[i], trouble);
	for (size_t i = 0; i < ARRAY_SIZE(whole_folders) && !tree->is_etc; i++)
		if (is_below(path, whole_folders[i]) && !has_folder(target, whole_folders[i]))
			return not_copied(whole_folders[i], trouble);
	return LOAD_ABSENT;
}

enum load_status tree_target_read(struct target *target, const char *path,
				  struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	const char *place = place_of(target, path, trouble);
	if (!place)
		return LOAD_UNREADABLE;
	const struct tree_target *tree = target->state;
	enum load_status status = tree->operations->read(target, place, ret_bytes, trouble);
	if (status == LOAD_FOUND)
		file_modes_apply(&tree->modes, path, &ret_bytes->status);
	return status == LOAD_ABSENT ? judge_absence(target, path, trouble) : status;
}

enum load_status tree_target_status(struct target *target, const char *path, bool nofollow,
				    struct file_status *ret_status, struct target_trouble *trouble)
{
	const char *place = place_of(target, path, trouble);
	if (!place)
		return LOAD_UNREADABLE;
	const struct tree_target *tree = target->state;
	enum load_status status =
		tree->operations->status(target, place, nofollow, ret_status, trouble);
	if (status == LOAD_FOUND)
		file_modes_apply(&tree->modes, path, ret_status);
	return status == LOAD_ABSENT ? judge_absence(target, path, trouble) : status;
}

enum load_status tree_target_list(struct target *target, const char *path,
				  struct name_list *ret_names, struct target_trouble *trouble)
{
	const char *place = place_of(target, path, trouble);
	if (!place)
		return LOAD_UNREADABLE;
	const struct tree_target *tree = target->state;
	enum load_status status = tree->operations->list(target, place, ret_names, trouble);
	return status == LOAD_ABSENT ? judge_absence(target, path, trouble) : status;
}

enum load_status tree_target_open(struct target *target, const char *path,
				  struct stream *ret_stream, struct target_trouble *trouble)
{
	const char *place = place_of(target, path, trouble);
	if (!place)
		return LOAD_UNREADABLE;
	const struct tree_target *tree = target->state;
	enum load_status status = tree->operations->open(target, place, ret_stream, trouble);
	return status == LOAD_ABSENT ? judge_absence(target, path, trouble) : status;
}

/* Does the tree hold programs, and the probe's not among them? */
static bool lacks_program(struct target *target, const struct probe *probe)
{
	const struct tree_target *tree = target->state;
	bool has_programs = false;
	for (size_t i = 0; i < PROBE_FOLDERS; i++) {
		BUFFER_AUTO path = { 0 };
		buffer_format(&path, "%s/%s", probe_folders[i], probe->arguments[0]);
		struct file_status status;
		struct target_trouble trouble;
		/* A link may lead out of the tree (Debian's alternatives): it counts as there. */
		if (tree->operations->status(target, buffer_string(&path), true, &status,
					     &trouble) == LOAD_FOUND)
			return false;
		has_programs |= has_folder(target, probe_folders[i]);
	}
	return has_programs;
}

enum load_status tree_target_probe(struct target *target, const struct probe *probe,
				   struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	const struct tree_target *tree = target->state;
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "/probes/%s", probe->name);
	enum load_status status =
		tree->operations->read(target, buffer_string(&path), ret_bytes, trouble);
	if (status != LOAD_ABSENT)
		return status;
	if (probe->is_absent_without_program && lacks_program(target, probe))
		return LOAD_ABSENT;
	if (probe->is_optional)
		return LOAD_ABSENT;
	if (probe->needs_asterisk_cli) {
		trouble->what = "what the running Asterisk says";
		trouble->problem = (struct load_problem){
			.why = "the tree has no answers of it in probes/asterisk/",
			.to_read_it = "save what `ringfence collect --list` names",
		};
		return LOAD_UNREADABLE;
	}
	BUFFER_AUTO advice = { 0 };
	buffer_format(&advice, "save the output of `%s` as probes/%s", probe->command, probe->name);
	char *text = slice_to_string(target->arena, buffer_slice(&advice));
	trouble->problem = (struct load_problem){
		.why = "the tree has no answer to this question in probes/",
		.to_read_it = text ? text : "",
	};
	return LOAD_UNREADABLE;
}

/* The first word of a file of the tree; empty when there is none. */
static struct slice first_word(struct target *target, const char *path)
{
	struct target_bytes bytes;
	struct target_trouble trouble;
	struct slice word = SLICE("");
	if (tree_target_read(target, path, &bytes, &trouble) == LOAD_FOUND) {
		struct slice rest = bytes.bytes;
		(void)slice_next_word(&rest, &word);
	}
	return word;
}

/* The probe "hostname", /etc/hostname, else the own name of the folder or archive. */
static const char *name_of(struct target *target, const char *path)
{
	struct target_bytes bytes;
	struct target_trouble trouble;
	struct slice name = SLICE("");
	if (tree_target_probe(target, probe_find("hostname"), &bytes, &trouble) == LOAD_FOUND)
		name = slice_trim(bytes.bytes);
	if (name.size == 0)
		name = first_word(target, "/etc/hostname");
	if (name.size == 0) {
		name = slice_of(path);
		while (name.size > 1 && slice_ends_with(name, "/"))
			name.size--;
		size_t slash = slice_find_last_byte(name, '/');
		if (slash + 1 < name.size)
			name = slice_from(name, slash + 1);
	}
	/* DNS allows no longer name. */
	return slice_to_string(target->arena, slice_part(name, 0, 253));
}

/* No host lets everybody read its shadow file, and root owns its passwd: a tree where it is
 * otherwise was copied without owners and modes. */
static bool has_lost_modes(struct target *target)
{
	struct file_status status;
	struct target_trouble trouble;
	if (tree_target_status(target, "/etc/shadow", false, &status, &trouble) == LOAD_FOUND &&
	    status.mode & 07)
		return true;
	return tree_target_status(target, "/etc/passwd", false, &status, &trouble) == LOAD_FOUND &&
	       status.owner != 0;
}

static bool read_modes(struct target *target)
{
	struct tree_target *tree = target->state;
	struct target_bytes bytes;
	struct target_trouble trouble;
	if (tree_target_probe(target, probe_find("file-modes"), &bytes, &trouble) == LOAD_FOUND)
		return file_modes_read(bytes.bytes, target->arena, &tree->modes);
	target->loader.modes_are_lost = has_lost_modes(target);
	return true;
}

bool tree_target_begin(struct target *target, const char *path)
{
	struct tree_target *tree = target->state;
	tree->is_etc = !has_folder(target, "/etc") &&
		       (has_folder(target, "/ssh") || has_folder(target, "/asterisk"));
	target->name = name_of(target, path);
	return target->name && read_modes(target);
}
