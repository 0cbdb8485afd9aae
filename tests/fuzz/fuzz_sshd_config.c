/* SPDX-License-Identifier: Apache-2.0
 *
 * sshd_config as a hostile host may have it. The first byte chooses the release; a byte 0xff begins
 * the next included file (/etc/ssh/0, 1, ...). Reaches sshd_parse_file, sshd_apply_line,
 * sshd_evaluate, sshd_print, sshd_find_places and sshd_access_at.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audit/sshd/sshd_access.h"
#include "audit/sshd/sshd_model.h"
#include "audit/sshd/sshd_user_class.h"
#include "tests/literal_loader.h"

static const struct {
	uint16_t release;
	enum sshd_vendor vendor;
} versions[] = {
	{ 902, SSHD_DEBIAN }, { 503, SSHD_REDHAT },   { 704, SSHD_REDHAT }, { 800, SSHD_REDHAT },
	{ 807, SSHD_REDHAT }, { 904, SSHD_UPSTREAM }, { 908, SSHD_DEBIAN }, { 909, SSHD_UPSTREAM },
};

static const char *const names[] = { "/etc/ssh/0", "/etc/ssh/1", "/etc/ssh/2" };

static void look(const struct loader *loader, const struct sshd_model *model)
{
	const struct slice group = SLICE("wheel");
	const struct sshd_connection connection = {
		.user = SLICE("root"),
		.host = SLICE("h.example.net"),
		.address = SLICE("192.0.2.9"),
		.local_address = SLICE("2001:db8::1"),
		.local_port = 22,
		.groups = &group,
		.group_count = 1,
	};
	const struct sshd_user user = {
		.name = SLICE("root"),
		.groups = &group,
		.group_count = 1,
		.is_root = true,
	};
	struct sshd_options options;
	struct sshd_refusal refusal;
	struct sshd_places places;
	size_t count;
	if (!model->global)
		return;
	if (!sshd_evaluate(loader->arena, model, &connection, &options, &refusal) ||
	    !sshd_print(loader->arena, model->facts.version, &options, &count))
		abort();
	(void)sshd_user_class(model, &user);
	if (!sshd_find_places(loader->arena, model, &user, NULL, 0, &places))
		return;
	for (size_t i = 0; i < places.count; i++)
		(void)sshd_access_at(&user, &places.items[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct literal_loader literal;
	if (!size || size > 20000)
		return 0;
	literal_loader_init(&literal);
	arena_free(literal.loader.arena);
	literal.loader.arena = arena_new((size_t)512 * 1024 * 1024);
	const uint8_t choice = data[0];
	struct slice rest = { .data = (const char *)data + 1, .size = size - 1 }, part;
	struct slice main_file = SLICE("");
	for (size_t i = 0; i <= ARRAY_SIZE(names) && slice_next_field(&rest, '\xff', &part); i++) {
		if (i == 0)
			main_file = part;
		else
			literal_loader_add(&literal, names[i - 1], "")->source.bytes = part;
	}
	const struct source source = { .path = SSHD_CONFIG_PATH, .bytes = main_file };
	const struct sshd_request request = {
		.facts = {
			.version = {
				.release = versions[choice % ARRAY_SIZE(versions)].release,
				.vendor = versions[choice % ARRAY_SIZE(versions)].vendor,
				.is_known = true,
			},
			.working_directory = SLICE("/"),
			.hosts = SLICE("127.0.0.1 localhost\n::1 localhost\n"),
		},
	};
	const struct sshd_model *model = sshd_model_load_source(&literal.loader, &request, &source);
	if (model)
		look(&literal.loader, model);
	literal_loader_done(&literal);
	return 0;
}
