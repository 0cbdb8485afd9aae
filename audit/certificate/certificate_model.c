/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/certificate/certificate_model.h"

#include <sys/stat.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* The list of authorities as Debian, Red Hat (old and new), and SUSE keep it. */
static const char *const authority_files[] = {
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
	"/etc/ssl/ca-bundle.pem",
};

struct reading {
	const struct loader *loader;
	/* Subjects of the authorities' certificates; read when the first chain asks. */
	bool has_authorities;
	enum fact_state authorities_state;
	const struct slice *authorities;
	size_t authority_count;
};

/* Authorities of a host: Mozilla's list has some 140. */
#define AUTHORITIES_MAX 2000

/* A file of authorities is longer than certificates_parse takes: a part at a time. */
static bool parse_authorities(struct reading *reading, struct slice bytes)
{
	struct arena *arena = reading->loader->arena;
	struct slice *subjects = NULL;
	size_t count = 0, capacity = 0;
	while (bytes.size && count < AUTHORITIES_MAX) {
		size_t end = slice_find(bytes, SLICE("-----END "));
		struct slice rest = slice_from(bytes, end), line;
		(void)slice_next_line(&rest, &line);
		struct slice part = slice_part(bytes, 0, bytes.size - rest.size);
		const struct certificate *certificates;
		size_t found;
		if (!certificates_parse(arena, part, &certificates, &found))
			return false;
		if (found > 0) {
			struct slice *grown =
				arena_grow(arena, subjects, count, &capacity, sizeof(*subjects));
			if (!grown)
				return false;
			subjects = grown;
			subjects[count++] = certificates[0].subject;
		}
		bytes = rest;
	}
	reading->authorities = subjects;
	reading->authority_count = count;
	return true;
}

static bool read_authorities(struct reading *reading)
{
	if (reading->has_authorities)
		return true;
	reading->has_authorities = true;
	for (size_t i = 0; i < ARRAY_SIZE(authority_files); i++) {
		const struct source *source;
		const struct unread *unread;
		enum load_status status =
			loader_read(reading->loader, authority_files[i], &source, &unread);
		if (status == LOAD_ABSENT)
			continue;
		if (status == LOAD_UNREADABLE) {
			reading->authorities_state = FACT_UNREADABLE;
			return true;
		}
		reading->authorities_state = FACT_PRESENT;
		return parse_authorities(reading, source->bytes);
	}
	return true;
}

static bool is_authority(const struct reading *reading, struct slice issuer)
{
	for (size_t i = 0; i < reading->authority_count; i++)
		if (slice_equal(reading->authorities[i], issuer))
			return true;
	return false;
}

static const struct certificate *find_subject(const struct certificate_use *use,
					      struct slice subject)
{
	for (size_t i = 0; i < use->count; i++)
		if (slice_equal(use->certificates[i].subject, subject))
			return &use->certificates[i];
	return NULL;
}

/* By names alone, as a server that sends the file lets its clients do it: signatures are theirs to
 * verify. */
static bool follow_chain(struct reading *reading, struct certificate_use *use)
{
	const struct certificate *certificate = &use->certificates[0];
	for (size_t steps = 0; steps < use->count; steps++) {
		if (certificate->is_self_issued) {
			use->chain = CHAIN_SELF_ISSUED;
			if (steps == 0)
				return true;
			break;
		}
		const struct certificate *next = find_subject(use, certificate->issuer);
		if (!next)
			break;
		certificate = next;
	}
	if (!read_authorities(reading))
		return false;
	struct slice issuer =
		certificate->is_self_issued ? certificate->subject : certificate->issuer;
	if (reading->authorities_state == FACT_PRESENT && is_authority(reading, issuer))
		use->chain = CHAIN_TRUSTED;
	else if (!certificate->is_self_issued)
		use->chain =
			reading->authorities_state == FACT_PRESENT ? CHAIN_OPEN : CHAIN_UNKNOWN;
	return true;
}

/* NULL with *RET_GOOD: a relative name whose folder is not known. */
static const char *absolute_path(const struct reading *reading, const char *folder,
				 struct slice name, bool *ret_good)
{
	*ret_good = true;
	if (!slice_starts_with(name, "/") && !folder)
		return NULL;
	BUFFER_AUTO path = { 0 };
	if (!slice_starts_with(name, "/"))
		buffer_format(&path, "%s/", folder);
	buffer_append_slice(&path, name);
	const char *kept = buffer_keep(&path, reading->loader->arena);
	*ret_good = kept != NULL;
	return kept;
}

static enum fact_state state_of(enum load_status status)
{
	return status == LOAD_FOUND    ? FACT_PRESENT
	       : status == LOAD_ABSENT ? FACT_ABSENT
				       : FACT_UNREADABLE;
}

static const struct unread relative_name = {
	.what = "a certificate with a relative name",
	.why = "it depends on the folder that the service was started in",
	.to_read_it = "write its whole path into the configuration",
};

static bool append_chain(struct reading *reading, struct slice chain, const char *folder,
			 struct certificate_use *use)
{
	bool good;
	const char *path = absolute_path(reading, folder, chain, &good);
	const struct source *source;
	const struct unread *unread;
	if (!good)
		return false;
	if (!path || loader_read(reading->loader, path, &source, &unread) != LOAD_FOUND)
		return true;
	const struct certificate *more;
	size_t count;
	if (!certificates_parse(reading->loader->arena, source->bytes, &more, &count))
		return false;
	struct certificate *all =
		ARENA_ARRAY(reading->loader->arena, use->count + count + 1, struct certificate);
	if (!all)
		return false;
	for (size_t i = 0; i < use->count; i++)
		all[i] = use->certificates[i];
	for (size_t i = 0; i < count; i++)
		all[use->count + i] = more[i];
	use->certificates = all;
	use->count += count;
	return true;
}

static bool folder_exists(const struct loader *loader, const char *path)
{
	struct file_status status;
	const struct unread *unread;
	struct slice name = slice_of(path);
	const char *folder = slice_to_string(loader->arena,
					     slice_part(name, 0, slice_find_last_byte(name, '/')));
	return loader->is_this_machine ||
	       (folder && loader_status(loader, folder, false, &status, &unread) == LOAD_FOUND);
}

static bool read_chain(struct reading *reading, const struct certificate_request *request,
		       struct certificate_use *use)
{
	bool good;
	use->path = absolute_path(reading, request->folder, request->certificate, &good);
	if (!good)
		return false;
	if (!use->path) {
		use->path = "";
		use->state = FACT_UNREADABLE;
		use->unread = &relative_name;
		return true;
	}
	const struct source *source;
	use->state = state_of(loader_read(reading->loader, use->path, &source, &use->unread));
	if (use->state == FACT_ABSENT)
		use->folder_exists = folder_exists(reading->loader, use->path);
	if (use->state != FACT_PRESENT)
		return true;
	if (!certificates_parse(reading->loader->arena, source->bytes, &use->certificates,
				&use->count))
		return false;
	if (!use->count)
		return true;
	if (request->chain.size && !append_chain(reading, request->chain, request->folder, use))
		return false;
	return follow_chain(reading, use);
}

/* The folders above PATH, as others see them. What can't be asked counts as open. */
static bool lets_others_through(const struct loader *loader, const char *path)
{
	struct slice rest = slice_of(path);
	for (size_t slash = slice_find_last_byte(rest, '/'); slash > 0 && slash < rest.size;
	     slash = slice_find_last_byte(rest, '/')) {
		struct file_status status;
		const struct unread *unread;
		rest = slice_part(rest, 0, slash);
		const char *folder = slice_to_string(loader->arena, rest);
		if (folder &&
		    loader_status(loader, folder, false, &status, &unread) == LOAD_FOUND &&
		    !(status.mode & S_IXOTH))
			return false;
	}
	return true;
}

static bool read_key(struct reading *reading, const struct certificate_request *request,
		     struct certificate_use *use)
{
	bool good = true;
	use->key_path = request->key.size
				? absolute_path(reading, request->folder, request->key, &good)
				: use->path;
	if (!good)
		return false;
	if (!use->key_path || !*use->key_path) {
		use->key_path = "";
		use->key_state = FACT_UNREADABLE;
		use->key_unread = &relative_name;
		return true;
	}
	const struct source *source;
	use->key_state =
		state_of(loader_read(reading->loader, use->key_path, &source, &use->key_unread));
	if (use->key_state != FACT_PRESENT)
		return true;
	use->key_mode = source->mode;
	use->key_owner = source->owner;
	use->key_group = source->group;
	use->key_is_reachable = lets_others_through(reading->loader, source->path);
	if (use->count > 0)
		use->key_match = private_key_compare(source->bytes, &use->certificates[0]);
	return true;
}

const struct certificate_model *certificate_model_load(const struct loader *loader,
						       const struct certificate_request *requests,
						       size_t count)
{
	struct reading reading = { .loader = loader };
	struct certificate_model *model = ARENA_NEW(loader->arena, struct certificate_model);
	size_t taken = count > CERTIFICATE_USES_MAX ? CERTIFICATE_USES_MAX : count;
	struct certificate_use *uses =
		ARENA_ARRAY(loader->arena, taken + 1, struct certificate_use);
	if (!model || !uses)
		return NULL;
	for (size_t i = 0; i < taken; i++) {
		const struct certificate_request *request = &requests[i];
		uses[i] = (struct certificate_use){
			.service = request->service,
			.what = request->what,
			.origin = request->origin,
			.host_name = request->host_name,
			.port = request->port,
		};
		if (!read_chain(&reading, request, &uses[i]) ||
		    !read_key(&reading, request, &uses[i]))
			return NULL;
	}
	*model = (struct certificate_model){
		.uses = uses,
		.count = taken,
		.is_cut = taken < count,
		.modes_are_lost = loader->modes_are_lost,
		.policy = tls_policy_load(loader),
	};
	return model;
}
