/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/firewall_remedy_words.h"

#include <netinet/in.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/remedy.h"

static const char *keep(struct remedy *remedy, struct buffer *text)
{
	char *kept = buffer_keep(text, remedy->arena);
	if (!kept)
		remedy->memory_failed = true;
	return kept ? kept : "";
}

struct audience_networks audience_networks(const struct model *model,
					   enum service_audience audience)
{
	struct audience_networks networks = { .counts = { 0 } };
	const struct site *site = model->site;
	if (!site)
		return networks;
	networks.lists[0] = site->trusted;
	networks.counts[0] = site->trusted_count;
	if (audience == AUDIENCE_PHONES) {
		networks.lists[1] = site->phones;
		networks.counts[1] = site->phone_count;
		networks.lists[2] = site->trunks;
		networks.counts[2] = site->trunk_count;
	}
	return networks;
}

bool audience_is_given(const struct audience_networks *networks)
{
	return networks->counts[0] + networks->counts[1] + networks->counts[2] > 0;
}

const char *audience_words(struct remedy *remedy, const struct audience_networks *networks,
			   enum address_family family, const char *separator)
{
	BUFFER_AUTO text = { 0 };
	for (size_t list = 0; list < ARRAY_SIZE(networks->lists); list++)
		for (size_t i = 0; i < networks->counts[list]; i++) {
			if (networks->lists[list][i].address.family != family)
				continue;
			if (text.size)
				buffer_append_string(&text, separator);
			prefix_format(networks->lists[list][i], &text);
		}
	return keep(remedy, &text);
}

const char *audience_variable(enum service_audience audience)
{
	return audience == AUDIENCE_ADMIN ? "ADMIN" : "PHONES";
}

void audience_ask(struct remedy *remedy, enum service_audience audience)
{
	const char *name = audience_variable(audience);
	BUFFER_AUTO text = { 0 };
	buffer_format(&text,
		      ": \"${%s:?set %s first, such as %s='192.0.2.0/24 198.51.100.7': %s}\"", name,
		      name, name,
		      audience == AUDIENCE_ADMIN ? "the networks you log in from"
						 : "the networks of phones and trunks");
	const char *line = keep(remedy, &text);
	for (size_t i = 0; i < remedy->commands.count; i++)
		if (slice_is(slice_of(remedy->commands.items[i]), line))
			return;
	remedy_command(remedy, "%s", line);
}

const char *remedy_protocol_name(uint8_t protocol)
{
	return protocol == IPPROTO_UDP ? "udp" : "tcp";
}

const char *remedy_port_words(struct remedy *remedy, uint16_t first, uint16_t last, char separator)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_uint(&text, first);
	if (last != first) {
		buffer_append_byte(&text, separator);
		buffer_append_uint(&text, last);
	}
	return keep(remedy, &text);
}
