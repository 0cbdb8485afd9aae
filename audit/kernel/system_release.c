/* SPDX-License-Identifier: Apache-2.0
 *
 * Which system this is: os-release(5), the release files of older distributions, the kernel, and
 * whether systemd runs it.
 */
#include "audit/base/buffer.h"
#include "audit/kernel/system_parts.h"

/* A distribution's own name for itself in /etc/redhat-release, and its os-release ID. */
struct release_name {
	const char *begins;
	const char *id;
};

static const struct release_name release_names[] = {
	{ "AlmaLinux", "almalinux" }, { "CentOS", "centos" },   { "Fedora", "fedora" },
	{ "Oracle", "ol" },           { "Red Hat", "rhel" },    { "Rocky", "rocky" },
	{ "SHMZ", "shmz" },           { "Sangoma", "sangoma" }, { "Scientific", "scientific" },
};

static const char *const redhat_ids[] = { "almalinux", "amzn",  "centos",  "fedora",     "ol",
					  "rhel",      "rocky", "sangoma", "scientific", "shmz" };
static const char *const debian_ids[] = { "debian", "devuan", "linuxmint", "raspbian", "ubuntu" };

static bool is_one_of(struct slice word, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_is(word, list[i]))
			return true;
	return false;
}

static enum system_family family_of(struct slice words)
{
	struct slice word;
	while (slice_next_word(&words, &word)) {
		if (is_one_of(word, debian_ids, ARRAY_SIZE(debian_ids)))
			return SYSTEM_DEBIAN;
		if (is_one_of(word, redhat_ids, ARRAY_SIZE(redhat_ids)))
			return SYSTEM_REDHAT;
	}
	return SYSTEM_UNKNOWN;
}

/* Values may be quoted as in a shell; ours never hold an escape. */
static struct slice unquote(struct slice value)
{
	value = slice_trim(value);
	if (value.size >= 2 && (value.data[0] == '"' || value.data[0] == '\'') &&
	    value.data[value.size - 1] == value.data[0])
		return slice_part(value, 1, value.size - 2);
	return value;
}

static void read_os_release(const struct source *source, struct system_model *model)
{
	struct slice rest = source->bytes, line, like = SLICE("");
	while (slice_next_line(&rest, &line)) {
		line = slice_trim(line);
		size_t equals = slice_find_byte(line, '=');
		if (equals == line.size || line.data[0] == '#')
			continue;
		struct slice name = slice_part(line, 0, equals);
		struct slice value = unquote(slice_from(line, equals + 1));
		if (slice_is(name, "PRETTY_NAME"))
			model->os_name = (struct fact_slice){
				.state = FACT_PRESENT,
				.value = value,
				.origin = origin_of(source, line),
			};
		else if (slice_is(name, "ID"))
			model->os_id = value;
		else if (slice_is(name, "VERSION_ID"))
			model->os_version = value;
		else if (slice_is(name, "ID_LIKE"))
			like = value;
	}
	model->family = family_of(model->os_id);
	if (model->family == SYSTEM_UNKNOWN)
		model->family = family_of(like);
	if (model->family == SYSTEM_UNKNOWN && model->os_id.size > 0)
		model->family = SYSTEM_OTHER;
}

/* "CentOS release 6.10 (Final)", "Red Hat Enterprise Linux Server release 6.5 (Santiago)". */
static void read_redhat_release(const struct source *source, struct system_model *model)
{
	struct slice rest = source->bytes, line, word;
	if (!slice_next_line(&rest, &line))
		return;
	line = slice_trim(line);
	model->os_name = (struct fact_slice){
		.state = FACT_PRESENT,
		.value = line,
		.origin = origin_of(source, line),
	};
	model->family = SYSTEM_REDHAT;
	for (size_t i = 0; i < ARRAY_SIZE(release_names); i++)
		if (slice_starts_with(line, release_names[i].begins))
			model->os_id = slice_of(release_names[i].id);
	while (slice_next_word(&line, &word))
		if (byte_is_digit((unsigned char)word.data[0])) {
			model->os_version = word;
			break;
		}
}

static bool load_names(const struct loader *loader, struct system_model *model)
{
	static const char *const files[] = { "/etc/os-release", "/usr/lib/os-release" };
	static const char *const old_files[] = { "/etc/redhat-release", "/etc/centos-release" };
	const struct source *source;
	const struct unread *unread = NULL;
	enum load_status status = LOAD_ABSENT;
	for (size_t i = 0; i < ARRAY_SIZE(files) && status == LOAD_ABSENT; i++)
		status = loader_read(loader, files[i], &source, &unread);
	if (status == LOAD_FOUND)
		read_os_release(source, model);
	for (size_t i = 0; i < ARRAY_SIZE(old_files) && model->os_name.state != FACT_PRESENT; i++)
		if (loader_read(loader, old_files[i], &source, &unread) == LOAD_FOUND)
			read_redhat_release(source, model);
	if (model->os_name.state == FACT_PRESENT)
		return true;
	if (loader_read(loader, "/etc/debian_version", &source, &unread) == LOAD_FOUND) {
		model->family = SYSTEM_DEBIAN;
		model->os_id = SLICE("debian");
		model->os_version = slice_trim(source->bytes);
		BUFFER_AUTO name = { 0 };
		buffer_format(&name, "Debian %.*s", SLICE_ARG(model->os_version));
		model->os_name = (struct fact_slice){
			.state = FACT_PRESENT,
			.value = slice_of(slice_to_string(loader->arena, buffer_slice(&name))),
			.origin = origin_of(source, model->os_version),
		};
		return model->os_name.value.data != NULL;
	}
	if (status == LOAD_UNREADABLE) {
		model->os_name.state = FACT_UNREADABLE;
		model->os_name.unread = unread;
	}
	return true;
}

static void load_kernel(const struct loader *loader, struct system_model *model)
{
	const struct source *source;
	const struct unread *unread = NULL;
	enum load_status status = loader_probe(loader, "uname", &source, &unread);
	model->kernel_release.state = system_state(status);
	model->kernel_release.unread = unread;
	if (status != LOAD_FOUND) {
		if (loader_read(loader, "/etc/hostname", &source, &unread) == LOAD_FOUND)
			model->name = slice_trim(source->bytes);
		return;
	}
	struct slice rest = source->bytes, word;
	/* `uname -a`: system, node, release. `uname -r` alone: the release. */
	struct slice words[3] = { SLICE(""), SLICE(""), SLICE("") };
	size_t count = 0;
	while (count < ARRAY_SIZE(words) && slice_next_word(&rest, &word))
		words[count++] = word;
	model->name = count == 3 ? words[1] : SLICE("");
	model->kernel_release.value = count == 3 ? words[2] : words[0];
	model->kernel_release.origin = origin_of(source, model->kernel_release.value);
}

static void load_container(const struct loader *loader, struct system_model *model)
{
	const struct source *source;
	const struct unread *unread = NULL;
	enum load_status status = loader_probe(loader, "container", &source, &unread);
	model->is_container.state = system_state(status);
	model->is_container.unread = unread;
	if (status != LOAD_FOUND)
		return;
	struct slice kind = slice_trim(source->bytes);
	model->is_container.value = kind.size > 0 && !slice_is(kind, "none");
	model->is_container.origin = origin_of(source, kind);
}

/* Its program or its folder may come with a package although something else started the host: then
 * the local target says that it has no units. */
static void load_systemd(const struct loader *loader, struct system_model *model)
{
	static const char *const signs[] = { "/usr/lib/systemd/systemd", "/lib/systemd/systemd",
					     "/etc/systemd/system" };
	struct file_status status;
	const struct unread *unread;
	bool is_there = false;
	for (size_t i = 0; i < ARRAY_SIZE(signs) && !is_there; i++)
		is_there = loader_status(loader, signs[i], false, &status, &unread) == LOAD_FOUND;
	const struct source *source;
	model->has_systemd =
		is_there && loader_probe(loader, "units", &source, &unread) != LOAD_ABSENT;
}

bool system_release_load(const struct loader *loader, struct system_model *model)
{
	if (!load_names(loader, model))
		return false;
	load_kernel(loader, model);
	load_container(loader, model);
	load_systemd(loader, model);
	return true;
}
