/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/certificate/tls_policy.h"

/* Nested .include lines that are followed; Red Hat's has one. */
#define INCLUDE_DEPTH_MAX 4
#define SECTION_NAME_MAX 128

struct reading {
	const struct loader *loader;
	/* What is looked for: VALUE of KEY in SECTION, the last one counts. */
	struct slice section;
	const char *key;
	struct fact_slice found;
	bool is_incomplete;
	const struct unread *unread;
};

enum tls_version tls_version_of(struct slice word)
{
	static const struct {
		const char *name;
		enum tls_version version;
	} names[] = {
		{ "SSLv3", TLS_VERSION_SSL3 },  { "TLSv1", TLS_VERSION_1_0 },
		{ "TLSv1.0", TLS_VERSION_1_0 }, { "TLSv1.1", TLS_VERSION_1_1 },
		{ "TLSv1.2", TLS_VERSION_1_2 }, { "TLSv1.3", TLS_VERSION_1_3 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_is_ignore_case(word, names[i].name))
			return names[i].version;
	return TLS_VERSION_NONE;
}

const char *tls_version_name(enum tls_version version)
{
	static const char *const names[] = { "no known version", "SSL 3.0", "TLS 1.0",
					     "TLS 1.1",          "TLS 1.2", "TLS 1.3" };
	return names[version];
}

static void read_file(struct reading *reading, const char *path, struct slice section,
		      unsigned int depth);

/* ".include FILE" or ".include = FILE"; a folder's *.cnf and *.conf are not followed. */
static bool take_include(struct reading *reading, struct slice line, struct slice section,
			 unsigned int depth)
{
	static const char word[] = ".include";
	if (!slice_starts_with(line, word))
		return false;
	struct slice name = slice_trim(slice_from(line, sizeof(word) - 1));
	if (name.size && name.data[0] == '=')
		name = slice_trim(slice_from(name, 1));
	char *path = slice_to_string(reading->loader->arena, name);
	if (path && path[0] == '/' && depth < INCLUDE_DEPTH_MAX)
		read_file(reading, path, section, depth + 1);
	return true;
}

static void take_line(struct reading *reading, const struct source *source, struct slice line,
		      struct slice section)
{
	size_t equal = slice_find_byte(line, '=');
	struct slice key = slice_trim(slice_part(line, 0, equal));
	/* "SECTION::KEY" sets it wherever it stands; Red Hat's file has "TLS.MinProtocol". */
	bool is_key = slice_is_ignore_case(key, reading->key) ||
		      (slice_starts_with(key, "TLS.") &&
		       slice_is_ignore_case(slice_from(key, 4), reading->key));
	if (equal == line.size || !is_key || !slice_equal(section, reading->section))
		return;
	struct slice value = slice_trim(slice_from(line, equal + 1));
	reading->found = (struct fact_slice){
		.state = FACT_PRESENT,
		.value = value,
		.origin = origin_of(source, value),
	};
}

static void read_file(struct reading *reading, const char *path, struct slice section,
		      unsigned int depth)
{
	const struct source *source;
	const struct unread *unread;
	enum load_status status = loader_read(reading->loader, path, &source, &unread);
	if (status == LOAD_UNREADABLE) {
		reading->is_incomplete = true;
		reading->unread = unread;
	}
	if (status != LOAD_FOUND)
		return;
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		line = slice_trim(slice_part(line, 0, slice_find_byte(line, '#')));
		if (!line.size || take_include(reading, line, section, depth))
			continue;
		if (line.data[0] == '[')
			section = slice_trim(slice_part(slice_from(line, 1), 0,
							slice_find_byte(slice_from(line, 1), ']')));
		else
			take_line(reading, source, line, section);
	}
}

static struct fact_slice look_up(struct reading *reading, struct slice section, const char *key)
{
	static const char *const files[] = { "/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf" };
	reading->section = section;
	reading->key = key;
	reading->found = (struct fact_slice){ .state = FACT_ABSENT };
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		read_file(reading, files[i], SLICE(""), 0);
	return reading->found;
}

struct tls_policy tls_policy_load(const struct loader *loader)
{
	static const char *const steps[] = { "openssl_conf", "ssl_conf", "system_default",
					     "MinProtocol" };
	struct reading reading = { .loader = loader };
	struct fact_slice found = { .value = SLICE("") };
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		found = look_up(&reading, found.value, steps[i]);
		if (found.state != FACT_PRESENT || found.value.size > SECTION_NAME_MAX)
			break;
	}
	struct tls_policy policy = { .state = FACT_ABSENT };
	if (found.state == FACT_PRESENT && slice_is(slice_of(reading.key), "MinProtocol")) {
		policy.lowest = tls_version_of(found.value);
		policy.state = policy.lowest ? FACT_PRESENT : FACT_ABSENT;
		policy.origin = found.origin;
	} else if (reading.is_incomplete) {
		policy.state = FACT_UNREADABLE;
		policy.unread = reading.unread;
	}
	return policy;
}
