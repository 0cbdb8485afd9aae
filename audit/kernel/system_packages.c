/* SPDX-License-Identifier: Apache-2.0
 *
 * Installed packages: dpkg's own status file, else the answer of rpm (or of dpkg-query, where a
 * person saved that).
 */
#include "audit/kernel/system_parts.h"

/* Debian has 65 000 packages in all. */
#define PACKAGES_MAX 100000

struct package_list {
	const struct loader *loader;
	const struct source *source;
	struct system_package *items;
	size_t count;
	size_t capacity;
};

static bool add_package(struct package_list *list, struct slice name, struct slice version)
{
	if (name.size == 0 || version.size == 0 || list->count == PACKAGES_MAX)
		return true;
	struct system_package *items = arena_grow(list->loader->arena, list->items, list->count,
						  &list->capacity, sizeof(*items));
	if (!items)
		return false;
	list->items = items;
	items[list->count++] = (struct system_package){
		.name = name,
		.version = version,
		.origin = origin_of(list->source, version),
	};
	return true;
}

static bool take_field(struct slice line, const char *name, struct slice *value)
{
	if (!slice_starts_with(line, name))
		return false;
	*value = slice_trim(slice_from(line, strlen(name)));
	return true;
}

/* deb822(5) paragraphs; see dpkg(1) on the three words of Status. */
static bool read_dpkg_status(struct package_list *list)
{
	struct slice rest = list->source->bytes, line;
	struct slice name = SLICE(""), version = SLICE(""), state = SLICE("");
	bool is_more = true;
	while (is_more) {
		is_more = slice_next_line(&rest, &line);
		if (is_more && line.size > 0) {
			/* The first byte tells most lines apart. */
			if (line.data[0] == 'P' && take_field(line, "Package:", &name))
				continue;
			if (line.data[0] == 'V' && take_field(line, "Version:", &version))
				continue;
			if (line.data[0] == 'S')
				(void)take_field(line, "Status:", &state);
			continue;
		}
		if (slice_ends_with(state, " ok installed") && !add_package(list, name, version))
			return false;
		name = version = state = SLICE("");
	}
	return true;
}

/* "openssh-server-5.3p1-124.el6_10.x86_64"; rpm of CentOS 5 prints no architecture. */
static bool add_rpm_name(struct package_list *list, struct slice text)
{
	static const char *const architectures[] = { "x86_64", "noarch",  "i386",    "i486",
						     "i586",   "i686",    "aarch64", "armv7hl",
						     "ppc64",  "ppc64le", "s390x",   "(none)" };
	size_t dot = slice_find_last_byte(text, '.');
	for (size_t i = 0; i < ARRAY_SIZE(architectures) && dot < text.size; i++)
		if (slice_is(slice_from(text, dot + 1), architectures[i])) {
			text = slice_part(text, 0, dot);
			break;
		}
	size_t release = slice_find_last_byte(text, '-');
	size_t version = slice_find_last_byte(slice_part(text, 0, release), '-');
	if (release == text.size || version == release)
		return true;
	return add_package(list, slice_part(text, 0, version), slice_from(text, version + 1));
}

/* A line of `rpm -qa`, `dpkg-query -W` ("name:arch TAB version") or `dpkg -l` ("ii name ..."). */
static bool add_package_line(struct package_list *list, struct slice line)
{
	struct slice rest = line, first, second, third;
	if (!slice_next_word(&rest, &first))
		return true;
	if (!slice_next_word(&rest, &second))
		return add_rpm_name(list, first);
	bool is_dpkg_list = slice_is(first, "ii") || slice_is(first, "hi");
	if (is_dpkg_list && slice_next_word(&rest, &third)) {
		first = second;
		second = third;
	}
	return add_package(list, slice_part(first, 0, slice_find_byte(first, ':')), second);
}

bool system_packages_load(const struct loader *loader, struct system_model *model)
{
	struct package_list list = { .loader = loader };
	enum load_status status =
		loader_read(loader, "/var/lib/dpkg/status", &list.source, &model->packages_unread);
	bool is_good = true;
	if (status == LOAD_FOUND) {
		is_good = read_dpkg_status(&list);
	} else {
		enum load_status probe =
			loader_probe(loader, "packages", &list.source, &model->packages_unread);
		/* A tree without /var says nothing of dpkg; the probe's answer then decides. */
		if (probe != LOAD_ABSENT)
			status = probe;
		struct slice rest = probe == LOAD_FOUND ? list.source->bytes : SLICE(""), line;
		while (is_good && slice_next_line(&rest, &line))
			is_good = add_package_line(&list, line);
	}
	model->packages_state = system_state(status);
	model->packages = list.items;
	model->package_count = list.count;
	return is_good;
}
