/* SPDX-License-Identifier: Apache-2.0
 *
 * A tree of files that is, or was copied from, the root of a host: a mounted image, a backup, what
 * `collect` wrote, or a copy of /etc alone. What only a running host knows is in its probes/.
 */
#include <stdlib.h>
#include <unistd.h>

#include "audit/base/buffer.h"
#include "audit/target/file_modes.h"
#include "audit/target/file_tree.h"

/* Where a probe's program would be, below the tree. */
static const char *const program_folders[] = {
	"/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin",
};

/* Folders that a host has for certain: where the tree lacks one, its files were not copied. */
static const char *const whole_folders[] = { "/etc", "/usr", "/var" };

/* Folders that hold something on a running host only. */
static const char *const running_folders[] = { "/proc", "/sys", "/dev", "/run", "/var/run" };

struct directory_target {
	struct file_tree tree;
	/* The folder is a copy of /etc itself: "/etc/ssh" is at "/ssh". */
	bool is_etc;
	/* The host's own owners and modes, where somebody noted them. */
	struct file_modes modes;
};

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

static bool has_folder(const struct directory_target *directory, const char *path)
{
	struct file_status status;
	struct load_problem problem;
	return careful_status(directory->tree.root, path, false, &status, &problem) == LOAD_FOUND &&
	       status.kind == FILE_DIRECTORY;
}

/* The path below the tree for PATH, or NULL with the reason why the tree can't have it. */
static const char *place_of(struct target *target, const char *path, struct target_trouble *trouble)
{
	const struct directory_target *directory = target->state;
	if (!directory->is_etc)
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
	const struct directory_target *directory = target->state;
	for (size_t i = 0; i < ARRAY_SIZE(running_folders); i++)
		if (is_below(path, running_folders[i]))
			return only_running(running_folders[i], trouble);
	for (size_t i = 0; i < ARRAY_SIZE(whole_folders) && !directory->is_etc; i++)
		if (is_below(path, whole_folders[i]) && !has_folder(directory, whole_folders[i]))
			return not_copied(whole_folders[i], trouble);
	return LOAD_ABSENT;
}

static enum load_status directory_read(struct target *target, const char *path,
				       struct target_bytes *ret_bytes,
				       struct target_trouble *trouble)
{
	const char *place = place_of(target, path, trouble);
	if (!place)
		return LOAD_UNREADABLE;
	const struct directory_target *directory = target->state;
	enum load_status status = file_tree_read(target, place, ret_bytes, trouble);
	if (status == LOAD_FOUND)
		file_modes_apply(&directory->modes, path, &ret_bytes->status);
	return status == LOAD_ABSENT ? judge_absence(target, path, trouble) : status;
}

static enum load_status directory_status(struct target *target, const char *path, bool nofollow,
					 struct file_status *ret_status,
					 struct target_trouble *trouble)
{
	const char *place = place_of(target, path, trouble);
	if (!place)
		return LOAD_UNREADABLE;
	const struct directory_target *directory = target->state;
	enum load_status status = file_tree_status(target, place, nofollow, ret_status, trouble);
	if (status == LOAD_FOUND)
		file_modes_apply(&directory->modes, path, ret_status);
	return status == LOAD_ABSENT ? judge_absence(target, path, trouble) : status;
}

static enum load_status directory_list(struct target *target, const char *path,
				       struct name_list *ret_names, struct target_trouble *trouble)
{
	const char *place = place_of(target, path, trouble);
	if (!place)
		return LOAD_UNREADABLE;
	enum load_status status = file_tree_list(target, place, ret_names, trouble);
	return status == LOAD_ABSENT ? judge_absence(target, path, trouble) : status;
}

static enum load_status directory_open(struct target *target, const char *path,
				       struct stream *ret_stream, struct target_trouble *trouble)
{
	const char *place = place_of(target, path, trouble);
	if (!place)
		return LOAD_UNREADABLE;
	enum load_status status = file_tree_open(target, place, ret_stream, trouble);
	return status == LOAD_ABSENT ? judge_absence(target, path, trouble) : status;
}

/* Does the tree hold programs, and the probe's not among them? */
static bool lacks_program(const struct directory_target *directory, const struct probe *probe)
{
	bool has_programs = false;
	for (size_t i = 0; i < ARRAY_SIZE(program_folders); i++) {
		BUFFER_AUTO path = { 0 };
		buffer_format(&path, "%s/%s", program_folders[i], probe->arguments[0]);
		struct file_status status;
		struct load_problem problem;
		/* A link may lead out of the tree (Debian's alternatives): it counts as there. */
		if (careful_status(directory->tree.root, buffer_string(&path), true, &status,
				   &problem) == LOAD_FOUND)
			return false;
		has_programs |= has_folder(directory, program_folders[i]);
	}
	return has_programs;
}

static enum load_status directory_probe(struct target *target, const struct probe *probe,
					struct target_bytes *ret_bytes,
					struct target_trouble *trouble)
{
	const struct directory_target *directory = target->state;
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "/probes/%s", probe->name);
	enum load_status status = file_tree_read(target, buffer_string(&path), ret_bytes, trouble);
	if (status != LOAD_ABSENT)
		return status;
	if (probe->is_absent_without_program && lacks_program(directory, probe))
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

static void directory_close(struct target *target)
{
	struct directory_target *directory = target->state;
	if (directory->tree.root >= 0)
		(void)close(directory->tree.root);
	directory->tree.root = -1;
}

static const struct target_kind_operations directory_operations = {
	.kind = TARGET_DIRECTORY,
	.read = directory_read,
	.status = directory_status,
	.list = directory_list,
	.probe = directory_probe,
	.open = directory_open,
	.close = directory_close,
};

/* The first word of a file of the tree; empty when there is none. */
static struct slice first_word(struct target *target, const char *path)
{
	struct target_bytes bytes;
	struct target_trouble trouble;
	struct slice word = SLICE("");
	if (directory_read(target, path, &bytes, &trouble) == LOAD_FOUND) {
		struct slice rest = bytes.bytes;
		(void)slice_next_word(&rest, &word);
	}
	return word;
}

/* The probe "hostname", /etc/hostname, else the folder's own name. */
static const char *name_of(struct target *target, const char *path)
{
	struct target_bytes bytes;
	struct target_trouble trouble;
	struct slice name = SLICE("");
	if (directory_probe(target, probe_find("hostname"), &bytes, &trouble) == LOAD_FOUND)
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
	if (directory_status(target, "/etc/shadow", false, &status, &trouble) == LOAD_FOUND &&
	    status.mode & 07)
		return true;
	return directory_status(target, "/etc/passwd", false, &status, &trouble) == LOAD_FOUND &&
	       status.owner != 0;
}

static bool read_modes(struct target *target)
{
	struct directory_target *directory = target->state;
	struct target_bytes bytes;
	struct target_trouble trouble;
	if (directory_probe(target, probe_find("file-modes"), &bytes, &trouble) == LOAD_FOUND)
		return file_modes_read(bytes.bytes, target->arena, &directory->modes);
	target->loader.modes_are_lost = has_lost_modes(target);
	return true;
}

struct target *target_open_directory(struct arena *arena, const char *path,
				     const struct target_options *options, struct error *error)
{
	struct target *target = target_core_new(arena, options, &directory_operations, error);
	struct directory_target *directory = ARENA_NEW(arena, struct directory_target);
	if (!target || !directory) {
		error_memory(error);
		return NULL;
	}
	target->state = directory;
	directory->tree.root = file_tree_open_root(path, error);
	if (directory->tree.root < 0)
		return NULL;
	directory->is_etc = !has_folder(directory, "/etc") &&
			    (has_folder(directory, "/ssh") || has_folder(directory, "/asterisk"));
	target->name = name_of(target, path);
	if (!target->name || !read_modes(target)) {
		target_close(target);
		error_memory(error);
		return NULL;
	}
	return target;
}
