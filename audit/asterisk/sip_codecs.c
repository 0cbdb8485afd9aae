/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/sip_codecs.h"

#include <string.h>

#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/buffer.h"

/* The formats of Asterisk 16 in the order of their registration (main/codec_builtin.c), which is
 * the order that "all" gives; Debian's adds AMR. */
static const char *const names[] = {
	"amr",      "amrwb",  "codec2",  "g723",    "ulaw",    "alaw",   "gsm",     "g726",
	"g726aal2", "adpcm",  "slin",    "slin12",  "slin16",  "slin24", "slin32",  "slin44",
	"slin48",   "slin96", "slin192", "lpc10",   "g729",    "speex",  "speex16", "speex32",
	"ilbc",     "g722",   "siren7",  "siren14", "testlaw", "g719",   "opus",    "jpeg",
	"png",      "h261",   "h263",    "h263p",   "h264",    "h265",   "mpeg4",   "vp8",
	"vp9",      "red",    "t140",    "t38",     "silk8",   "silk12", "silk16",  "silk24",
};

_Static_assert(ARRAY_SIZE(names) <= SIP_CODECS_MAX, "every format needs room");

static size_t find(struct slice name)
{
	size_t i = 0;
	while (i < ARRAY_SIZE(names) && !slice_is_ignore_case(name, names[i]))
		i++;
	return i;
}

static void drop(struct sip_codecs *codecs, size_t index)
{
	uint8_t kept = 0;
	for (uint8_t i = 0; i < codecs->count; i++)
		if (codecs->items[i] != index)
			codecs->items[kept++] = codecs->items[i];
	codecs->count = kept;
}

static void append(struct sip_codecs *codecs, size_t index)
{
	for (uint8_t i = 0; i < codecs->count; i++)
		if (codecs->items[i] == index)
			return;
	codecs->items[codecs->count++] = (uint8_t)index;
}

static void append_all(struct sip_codecs *codecs)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		append(codecs, i);
}

void sip_codecs_default(struct sip_codecs *codecs)
{
	codecs->count = 0;
	sip_codecs_take(codecs, SLICE("ulaw,alaw,gsm,h263"), true);
}

static bool take_item(struct sip_codecs *codecs, struct slice item, bool is_allowed)
{
	if (slice_starts_with(item, "!")) {
		is_allowed = !is_allowed;
		item = slice_from(item, 1);
	}
	size_t colon = slice_find_last_byte(item, ':');
	if (colon < item.size) {
		long framing;
		if (!conf_scan_number(slice_from(item, colon + 1), &framing) || framing < 0)
			return false;
		item = slice_part(item, 0, colon);
	}
	bool is_all = slice_is_ignore_case(item, "all");
	size_t index = find(item);
	if (is_all && is_allowed)
		append_all(codecs);
	else if (is_all)
		codecs->count = 0;
	else if (index < ARRAY_SIZE(names) && is_allowed)
		append(codecs, index);
	else if (index < ARRAY_SIZE(names))
		drop(codecs, index);
	return is_all || index < ARRAY_SIZE(names);
}

static bool take_list(struct sip_codecs *codecs, struct slice list, bool is_allowed)
{
	bool is_known = true;
	if (list.size == 0)
		return !is_allowed;
	if (list.size > 1 && slice_starts_with(list, "(") && slice_ends_with(list, ")")) {
		list = slice_part(list, 1, list.size - 2);
		if (is_allowed)
			codecs->count = 0;
		else
			append_all(codecs);
	}
	size_t at = 0;
	while (at <= list.size) {
		size_t end = at;
		while (end < list.size && list.data[end] != ',' && list.data[end] != '|')
			end++;
		is_known &=
			take_item(codecs, conf_strip(slice_part(list, at, end - at)), is_allowed);
		at = end + 1;
	}
	return is_known;
}

void sip_codecs_take(struct sip_codecs *codecs, struct slice list, bool is_allowed)
{
	(void)take_list(codecs, list, is_allowed);
}

bool sip_codecs_are_known(struct slice list)
{
	struct sip_codecs ignored = { 0 };
	return take_list(&ignored, list, true);
}

void sip_codecs_format(const struct sip_codecs *codecs, struct buffer *out)
{
	buffer_append_byte(out, '(');
	if (codecs->count == 0)
		buffer_append_string(out, "nothing");
	for (uint8_t i = 0; i < codecs->count; i++) {
		if (i)
			buffer_append_byte(out, '|');
		buffer_append_string(out, names[codecs->items[i]]);
	}
	buffer_append_byte(out, ')');
}
