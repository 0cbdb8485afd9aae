/* SPDX-License-Identifier: Apache-2.0
 *
 * Layouts: channels/chan_sip.c (_sip_show_peers), res/res_pjsip/location.c (contact CLI formatter),
 * main/cli.c ("core show channels concise"), cdr/cdr_csv.c (order of fields).
 */
#include "audit/asterisk/live_model.h"

#include <time.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

struct rows {
	void *items;
	size_t count;
	size_t capacity;
};

static void *rows_add(struct arena *arena, struct rows *rows, size_t size)
{
	void *items = arena_grow(arena, rows->items, rows->count, &rows->capacity, size);
	if (!items)
		return NULL;
	rows->items = items;
	return (char *)items + rows->count++ * size;
}

static bool add_contact(struct arena *arena, struct rows *rows, struct live_contact contact)
{
	struct live_contact *row = rows_add(arena, rows, sizeof(*row));
	if (row)
		*row = contact;
	return row != NULL;
}

bool live_parse_sip_peers(const struct source *source, struct arena *arena,
			  struct live_model *model)
{
	struct rows rows = { .items = NULL };
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		struct slice words = line, name, host, dynamic = SLICE("");
		struct address address;
		if (!slice_next_word(&words, &name) || !slice_next_word(&words, &host) ||
		    !address_parse(host, &address))
			continue;
		(void)slice_next_word(&words, &dynamic);
		struct live_contact contact = {
			.account = slice_part(name, 0, slice_find_byte(name, '/')),
			.address = address_unmap(address),
			.is_dynamic = slice_is(dynamic, "D"),
			.origin = origin_of(source, line),
		};
		if (!add_contact(arena, &rows, contact))
			return false;
	}
	model->contacts = rows.items;
	model->contact_count = rows.count;
	model->contacts_state = FACT_PRESENT;
	return true;
}

/* The host part of "sip:1001@203.0.113.77:5071;transport=udp" or "sips:...@[2001:db8::1]". */
static bool uri_address(struct slice uri, struct address *ret_address)
{
	size_t at = slice_find_last_byte(uri, '@');
	struct slice host = at < uri.size ? slice_from(uri, at + 1)
					  : slice_from(uri, slice_find_byte(uri, ':') + 1);
	if (slice_starts_with(host, "["))
		host = slice_part(host, 1, slice_find_byte(host, ']') - 1);
	else
		for (size_t i = 0; i < host.size; i++)
			if (host.data[i] == ':' || host.data[i] == ';' || host.data[i] == '>')
				host.size = i;
	return address_parse(host, ret_address);
}

bool live_parse_pjsip_contacts(const struct source *source, struct arena *arena,
			       struct live_model *model)
{
	/* Behind those of chan_sip, where both run. */
	struct rows rows = { .items = NULL };
	for (size_t i = 0; i < model->contact_count; i++)
		if (!add_contact(arena, &rows, model->contacts[i]))
			return false;
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		/* "  Contact:  1001/sip:1001@203.0.113.77:5071 0a1b2c Avail 12.3" */
		struct slice words = line, label, contact_text;
		if (!slice_next_word(&words, &label) || !slice_is(label, "Contact:") ||
		    !slice_next_word(&words, &contact_text))
			continue;
		size_t slash = slice_find_byte(contact_text, '/');
		struct address address;
		if (slash == contact_text.size ||
		    !uri_address(slice_from(contact_text, slash + 1), &address))
			continue;
		struct live_contact contact = {
			.account = slice_part(contact_text, 0, slash),
			.address = address_unmap(address),
			.is_dynamic = true,
			.origin = origin_of(source, line),
		};
		if (!add_contact(arena, &rows, contact))
			return false;
	}
	model->contacts = rows.items;
	model->contact_count = rows.count;
	model->contacts_state = FACT_PRESENT;
	return true;
}

/* "1001" of "SIP/1001-00000001", "PJSIP/1001-00000001". */
static struct slice channel_account(struct slice channel)
{
	struct slice name = slice_from(channel, slice_find_byte(channel, '/') + 1);
	return slice_part(name, 0, slice_find_last_byte(name, '-'));
}

bool live_parse_channels(const struct source *source, struct arena *arena, struct live_model *model)
{
	/* Channel!Context!Extension!Priority!State!Application!Data!CallerID!...!Duration!... */
	enum {
		FIELDS = 14,
		EXTENSION = 2,
		APPLICATION = 5,
		DURATION_13 = 11,
		DURATION_OLD = 10
	};
	struct rows rows = { .items = NULL };
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		struct slice fields[FIELDS] = { 0 }, left = line;
		size_t count = 0;
		while (count < FIELDS && slice_next_field(&left, '!', &fields[count]))
			count++;
		if (count <= DURATION_OLD || !slice_is(fields[APPLICATION], "Dial"))
			continue;
		struct live_call *call = rows_add(arena, &rows, sizeof(*call));
		if (!call)
			return false;
		*call = (struct live_call){
			.channel = fields[0],
			.account = channel_account(fields[0]),
			.number = fields[EXTENSION],
			.origin = origin_of(source, line),
		};
		/* Asterisk 12 put the peer account before the duration. */
		if (!slice_to_uint64(fields[count == FIELDS ? DURATION_13 : DURATION_OLD],
				     &call->seconds))
			call->seconds = 0;
	}
	model->calls = rows.items;
	model->call_count = rows.count;
	model->calls_state = FACT_PRESENT;
	return true;
}

/* Takes one field of a CSV line off *REST: quoted with doubled quotes inside, or bare. The quotes'
 * content is given as it stands. */
static bool next_csv_field(struct slice *rest, struct slice *ret_field)
{
	if (!rest->data)
		return false;
	if (!slice_starts_with(*rest, "\""))
		return slice_next_field(rest, ',', ret_field);
	size_t end = 1;
	while (end < rest->size &&
	       (rest->data[end] != '"' || (end + 1 < rest->size && rest->data[end + 1] == '"')))
		end += rest->data[end] == '"' ? 2 : 1;
	*ret_field = slice_part(*rest, 1, end - 1);
	struct slice after = slice_from(*rest, end + 1), nothing;
	if (after.size == 0)
		after.data = NULL;
	*rest = after;
	if (after.data)
		(void)slice_next_field(rest, ',', &nothing);
	return true;
}

/* "2026-02-03 02:00:00" as if it were UTC; 0 for anything else. */
static int64_t record_time(struct slice text)
{
	uint64_t part[6];
	static const size_t first[6] = { 0, 5, 8, 11, 14, 17 };
	static const size_t size[6] = { 4, 2, 2, 2, 2, 2 };
	if (text.size != 19)
		return 0;
	for (size_t i = 0; i < 6; i++)
		if (!slice_to_uint64(slice_part(text, first[i], size[i]), &part[i]))
			return 0;
	struct tm date = {
		.tm_year = (int)part[0] - 1900,
		.tm_mon = (int)part[1] - 1,
		.tm_mday = (int)part[2],
		.tm_hour = (int)part[3],
		.tm_min = (int)part[4],
		.tm_sec = (int)part[5],
	};
	time_t seconds = timegm(&date);
	return seconds == (time_t)-1 ? 0 : (int64_t)seconds;
}

bool live_parse_records(const struct source *source, struct arena *arena, struct live_model *model)
{
	enum {
		SOURCE = 1,
		DESTINATION = 2,
		CHANNEL = 5,
		LAST_APPLICATION = 7,
		START = 9,
		BILLED = 13,
		DISPOSITION = 14,
		FIELDS = 15,
	};
	struct rows rows = { .items = NULL };
	struct slice rest = source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		struct slice fields[FIELDS] = { 0 }, left = line;
		size_t count = 0;
		while (count < FIELDS && next_csv_field(&left, &fields[count]))
			count++;
		int64_t start = record_time(fields[START]);
		if (count < FIELDS || start == 0)
			continue;
		struct call_record *record = rows_add(arena, &rows, sizeof(*record));
		if (!record)
			return false;
		struct slice account = channel_account(fields[CHANNEL]);
		*record = (struct call_record){
			.account = account.size ? account : fields[SOURCE],
			.number = fields[DESTINATION],
			.is_dialled = slice_is_ignore_case(fields[LAST_APPLICATION], "Dial"),
			.start = start,
			.is_answered = slice_is_ignore_case(fields[DISPOSITION], "ANSWERED"),
			.origin = origin_of(source, line),
		};
		if (!slice_to_uint64(fields[BILLED], &record->seconds))
			record->seconds = 0;
	}
	size_t skip = rows.count > CALL_RECORDS_MAX ? rows.count - CALL_RECORDS_MAX : 0;
	model->records = (struct call_record *)rows.items + skip;
	model->record_count = rows.count - skip;
	model->records_state = FACT_PRESENT;
	return true;
}

static enum fact_state state_of(enum load_status status)
{
	return status == LOAD_FOUND    ? FACT_PRESENT
	       : status == LOAD_ABSENT ? FACT_ABSENT
				       : FACT_UNREADABLE;
}

static bool load_contacts(const struct loader *loader, struct live_model *model)
{
	const struct source *sip, *pjsip;
	const struct unread *sip_unread = NULL, *pjsip_unread = NULL;
	enum load_status sip_status =
		loader_probe(loader, "asterisk/sip-show-peers", &sip, &sip_unread);
	enum load_status pjsip_status =
		loader_probe(loader, "asterisk/pjsip-show-contacts", &pjsip, &pjsip_unread);
	model->contacts_state = state_of(sip_status == LOAD_FOUND ? sip_status : pjsip_status);
	model->contacts_unread = sip_unread ? sip_unread : pjsip_unread;
	if (sip_status == LOAD_FOUND && !live_parse_sip_peers(sip, loader->arena, model))
		return false;
	return pjsip_status != LOAD_FOUND || live_parse_pjsip_contacts(pjsip, loader->arena, model);
}

const struct live_model *live_model_load(const struct loader *loader, struct slice log_directory)
{
	struct live_model *model = ARENA_NEW(loader->arena, struct live_model);
	if (!model || !load_contacts(loader, model))
		return NULL;
	const struct source *source;
	enum load_status status =
		loader_probe(loader, "asterisk/core-show-channels", &source, &model->calls_unread);
	model->calls_state = state_of(status);
	if (status == LOAD_FOUND && !live_parse_channels(source, loader->arena, model))
		return NULL;
	BUFFER_AUTO path = { 0 };
	buffer_append_slice(&path, log_directory);
	buffer_append_string(&path, "/cdr-csv/Master.csv");
	const char *kept = buffer_keep(&path, loader->arena);
	if (!kept)
		return NULL;
	status = loader_read(loader, kept, &source, &model->records_unread);
	model->records_state = state_of(status);
	if (status == LOAD_FOUND && !live_parse_records(source, loader->arena, model))
		return NULL;
	return model;
}
