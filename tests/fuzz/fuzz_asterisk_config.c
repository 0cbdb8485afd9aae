/* SPDX-License-Identifier: Apache-2.0
 *
 * /etc/asterisk as a hostile host may have it. The first byte chooses the version of Asterisk and
 * the file that begins; a byte 0xff begins the next file of the list. Reaches the reader of the
 * configuration language, its includes, and the models of chan_sip, res_pjsip, IAX, voicemail, AMI,
 * ARI, access lists and users.conf.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/base/attributes.h"
#include "tests/literal_loader.h"

static const char *const names[] = {
	"/etc/asterisk/sip.conf",
	"/etc/asterisk/pjsip.conf",
	"/etc/asterisk/pjsip_wizard.conf",
	"/etc/asterisk/users.conf",
	"/etc/asterisk/acl.conf",
	"/etc/asterisk/voicemail.conf",
	"/etc/asterisk/manager.conf",
	"/etc/asterisk/ari.conf",
	"/etc/asterisk/http.conf",
	"/etc/asterisk/iax.conf",
	"/etc/asterisk/extensions.conf",
	"/etc/asterisk/asterisk.conf",
	"/etc/asterisk/extconfig.conf",
	"/etc/asterisk/modules.conf",
	"/etc/asterisk/sip_additional.conf",
};

static const char *const versions[] = { "16.28.0", "1.4.44", "1.8.20.0", "11.25.3",
					"13.38.3", "22.1.0", "" };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct literal_loader literal;
	if (!size || size > 20000)
		return 0;
	literal_loader_init(&literal);
	arena_free(literal.loader.arena);
	literal.loader.arena = arena_new((size_t)512 * 1024 * 1024);
	const size_t first = data[0] % ARRAY_SIZE(names);
	const char *version = versions[data[0] / ARRAY_SIZE(names) % ARRAY_SIZE(versions)];
	struct slice rest = { .data = (const char *)data + 1, .size = size - 1 }, part;
	for (size_t i = 0; i < ARRAY_SIZE(names) && slice_next_field(&rest, '\xff', &part); i++)
		literal_loader_add(&literal, names[(first + i) % ARRAY_SIZE(names)], "")
			->source.bytes = part;
	/* Memory may be short: NULL is an answer. */
	(void)!asterisk_model_load(&literal.loader, slice_of(version));
	literal_loader_done(&literal);
	return 0;
}
