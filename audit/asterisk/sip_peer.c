/* SPDX-License-Identifier: Apache-2.0
 *
 * build_peer of channels/chan_sip.c.
 */
#include <limits.h>
#include <string.h>

#include "audit/asterisk/conf_address.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/sip_build.h"
#include "audit/asterisk/sip_codecs.h"
#include "audit/base/arena.h"

/* MAXHOSTNAMELEN, where host= is looked up. */
#define HOST_BYTES 63

static const struct {
	const char *name;
	enum sip_text text;
} text_options[] = {
	{ "context", SIP_CONTEXT },
	{ "subscribecontext", SIP_SUBSCRIBE_CONTEXT },
	{ "outofcall_message_context", SIP_MESSAGE_CONTEXT },
	{ "recordonfeature", SIP_RECORD_ON },
	{ "recordofffeature", SIP_RECORD_OFF },
	{ "language", SIP_LANGUAGE },
	{ "mohsuggest", SIP_MOH_SUGGEST },
	{ "vmexten", SIP_VM_EXTEN },
	{ "tonezone", SIP_TONE_ZONE },
	{ "rtp_engine", SIP_ENGINE },
	{ "secret", SIP_SECRET },
	{ "md5secret", SIP_MD5_SECRET },
	{ "remotesecret", SIP_REMOTE_SECRET },
	{ "description", SIP_DESCRIPTION },
	{ "accountcode", SIP_ACCOUNT_CODE },
	{ "fromuser", SIP_FROM_USER },
	{ "fromdomain", SIP_FROM_DOMAIN },
	{ "username", SIP_USERNAME },
	{ "defaultuser", SIP_USERNAME },
	{ "regexten", SIP_REG_EXTEN },
	{ "parkinglot", SIP_PARKING_LOT },
	{ "callbackextension", SIP_CALLBACK },
	{ "outboundproxy", SIP_OUTBOUND_PROXY },
	{ "fullname", SIP_CID_NAME },
	{ "trunkname", SIP_CID_NAME },
	{ "cid_number", SIP_CID_NUMBER },
	{ "callgroup", SIP_CALL_GROUP },
	{ "pickupgroup", SIP_PICKUP_GROUP },
	{ "namedcallgroup", SIP_NAMED_CALL_GROUP },
	{ "namedpickupgroup", SIP_NAMED_PICKUP_GROUP },
};

enum sip_text sip_text_of(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(text_options); i++)
		if (slice_is_ignore_case(name, text_options[i].name))
			return text_options[i].text;
	return SIP_TEXT_COUNT;
}

void sip_peer_begin(const struct sip_build *build, struct sip_peer *peer)
{
	const struct sip_general *general = &build->model->general;
	peer->flags = general->flags;
	memcpy(peer->numbers, general->numbers, sizeof(peer->numbers));
	peer->numbers[SIP_MAX_FORWARDS] = 0;
	if (general->call_counter.is_on)
		peer->numbers[SIP_CALL_LIMIT] = INT_MAX;
	peer->codecs = general->codecs;
}

struct reading {
	struct sip_build *build;
	struct sip_peer *peer;
	struct sip_flags flags;
	struct acl_builder acl;
	struct acl_builder contact_acl;
	struct acl_builder media_acl;
	bool has_timer_t1;
	bool has_timer_b;
	const char *why;
};

static void take_type(struct sip_peer *peer, const struct conf_variable *variable)
{
	struct slice value = variable->value;
	if (slice_is_ignore_case(value, "peer"))
		peer->is_peer = true;
	else if (slice_is_ignore_case(value, "user"))
		peer->is_user = true;
	else if (slice_is_ignore_case(value, "friend"))
		peer->is_peer = peer->is_user = true;
	else
		return;
	/* The line that made it a user counts, whatever comes after: nothing takes a bit away. */
	if (!peer->type || (peer->is_user && !slice_is_ignore_case(value, "peer")))
		peer->type = variable;
}

static bool take_acl(struct reading *reading, const struct conf_variable *variable,
		     const char **ret_why)
{
	static const struct {
		const char *prefix;
		const char *why;
		bool takes_empty;
	} lists[] = {
		{ "", "a bad permit, deny or acl line", false },
		{ "contact", "a bad contactpermit, contactdeny or contactacl line", false },
		{ "directmedia", "a bad directmedia list", true },
	};
	struct acl_builder *builders[] = { &reading->acl, &reading->contact_acl,
					   &reading->media_acl };
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		enum acl_sense sense;
		if (!acl_sense_of(variable->name, lists[i].prefix, &sense))
			continue;
		if (variable->value.size == 0 && !lists[i].takes_empty)
			return true;
		builders[i]->arena = reading->build->arena;
		if (!acl_builder_add(builders[i], sense, variable,
				     reading->build->options->asterisk_version))
			*ret_why = lists[i].why;
		return true;
	}
	return false;
}

static int32_t presentation(struct slice value)
{
	static const struct {
		const char *word;
		int32_t number;
	} words[] = {
		{ "allowed_not_screened", 0x00 },  { "allowed_passed_screen", 0x01 },
		{ "allowed_failed_screen", 0x02 }, { "allowed", 0x03 },
		{ "prohib_not_screened", 0x20 },   { "prohib_passed_screen", 0x21 },
		{ "prohib_failed_screen", 0x22 },  { "prohib", 0x23 },
		{ "unavailable", 0x43 },
	};
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (slice_is_ignore_case(value, words[i].word))
			return words[i].number;
	return conf_number(value);
}

static int32_t ama_flags(struct slice value)
{
	static const char *const words[] = { "none", "omit", "billing", "documentation" };
	for (size_t i = 1; i < ARRAY_SIZE(words); i++)
		if (slice_is_ignore_case(value, words[i]))
			return (int32_t)i;
	return slice_is_ignore_case(value, "default") ? 3 : 0;
}

static int32_t at_least_zero(int number)
{
	return number < 0 ? 0 : number;
}

static bool take_number(struct reading *reading, const struct conf_variable *variable)
{
	struct sip_peer *peer = reading->peer;
	const struct sip_general *general = &reading->build->model->general;
	struct slice name = variable->name, value = variable->value;
	if (slice_is_ignore_case(name, "timert1"))
		reading->has_timer_t1 = true;
	if (slice_is_ignore_case(name, "timerb"))
		reading->has_timer_b = true;
	if (sip_number_take(peer->numbers, general->numbers, general->t1_minimum, variable, false))
		return true;
	if (slice_is_ignore_case(name, "callcounter"))
		peer->numbers[SIP_CALL_LIMIT] = conf_is_true(value) ? INT_MAX : 0;
	else if (slice_is_ignore_case(name, "call-limit"))
		peer->numbers[SIP_CALL_LIMIT] = at_least_zero(conf_number(value));
	else if (slice_is_ignore_case(name, "busylevel"))
		peer->numbers[SIP_BUSY_LEVEL] = at_least_zero(conf_number(value));
	else if (slice_is_ignore_case(name, "callingpres"))
		peer->numbers[SIP_CALLING_PRESENTATION] = presentation(value);
	else if (slice_is_ignore_case(name, "amaflags"))
		peer->numbers[SIP_AMA_FLAGS] = ama_flags(value);
	else
		return false;
	return true;
}

static void take_host(struct sip_peer *peer, const struct conf_variable *variable)
{
	peer->is_dynamic = slice_is_ignore_case(variable->value, "dynamic");
	/* A later "dynamic" does not undo the name that was to be looked up. */
	if (!peer->is_dynamic || !peer->host)
		peer->host = variable;
	if (!peer->is_dynamic)
		peer->host = variable;
}

static void take_port(struct sip_peer *peer, struct slice value)
{
	long port;
	peer->port = conf_scan_number(value, &port) && port > 0 && port <= UINT16_MAX
			     ? (uint16_t)port
			     : 0;
}

static bool take_other(struct reading *reading, const struct conf_variable *variable)
{
	struct sip_peer *peer = reading->peer;
	struct slice name = variable->name, value = variable->value;
	if (slice_is_ignore_case(name, "type"))
		take_type(peer, variable);
	else if (slice_is_ignore_case(name, "host"))
		take_host(peer, variable);
	else if (slice_is_ignore_case(name, "port"))
		take_port(peer, value);
	else if (slice_is_ignore_case(name, "transport"))
		sip_transports_take(&reading->build->model->general, value, &peer->transports,
				    &peer->first_transport);
	else if (slice_is_ignore_case(name, "callerid"))
		peer->texts[SIP_CID_NAME] = peer->texts[SIP_CID_NUMBER] = variable;
	else if (slice_is_ignore_case(name, "defaultip"))
		peer->texts[SIP_DEFAULT_ADDRESS] = value.size ? variable : NULL;
	else if (slice_is_ignore_case(name, "mailbox") ||
		 (slice_is_ignore_case(name, "hasvoicemail") && conf_is_true(value) &&
		  !peer->mailbox))
		peer->mailbox = variable;
	else if (slice_is_ignore_case(name, "allow") || slice_is_ignore_case(name, "disallow"))
		sip_codecs_take(&peer->codecs, value, slice_is_ignore_case(name, "allow"));
	else if (slice_is_ignore_case(name, "usereqphone"))
		sip_flags_put(&peer->flags.values, SIP_USER_PHONE, conf_is_true(value));
	else if (slice_is_ignore_case(name, "use_q850_reason"))
		sip_flags_put(&peer->flags.values, SIP_Q850_REASON, conf_is_true(value));
	else if (slice_is_ignore_case(name, "encryption"))
		sip_flags_put(&peer->flags.values, SIP_ENCRYPTION, conf_is_true(value));
	else
		return false;
	return true;
}

/* False: the entry is dropped. */
static bool take_line(struct reading *reading, const struct conf_variable *variable)
{
	struct sip_peer *peer = reading->peer;
	if (sip_flags_take(&reading->flags, variable->name, variable->value,
			   reading->build->options->asterisk_version)) {
		if (slice_is_ignore_case(variable->name, "insecure"))
			peer->insecure = variable;
		return true;
	}
	if (take_other(reading, variable) || take_number(reading, variable))
		return true;
	if (take_acl(reading, variable, &reading->why))
		return !reading->why;
	enum sip_text text = sip_text_of(variable->name);
	if (text == SIP_OUTBOUND_PROXY && variable->value.size == 0)
		return true;
	if (text != SIP_TEXT_COUNT)
		peer->texts[text] = variable;
	return true;
}

static bool take_section(struct reading *reading, const struct conf_category *category,
			 struct origin *ret_at)
{
	for (size_t i = 0; category && i < category->variable_count; i++) {
		if (!take_line(reading, &category->variables[i])) {
			*ret_at = category->variables[i].origin;
			return false;
		}
	}
	return true;
}

static void settle_timers(const struct reading *reading)
{
	int32_t minimum = reading->build->model->general.t1_minimum;
	int32_t *t1 = &reading->peer->numbers[SIP_TIMER_T1];
	int32_t *b = &reading->peer->numbers[SIP_TIMER_B];
	/* The product wraps, as it does in the daemon. */
	if (*b >= (int32_t)((uint32_t)*t1 * 64u))
		return;
	if (reading->has_timer_b && reading->has_timer_t1)
		return;
	if (!reading->has_timer_b) {
		*b = (int32_t)((uint32_t)*t1 * 64u);
		return;
	}
	*t1 = *b / 64;
	if (*t1 < minimum) {
		*t1 = minimum;
		*b = (int32_t)((uint32_t)*t1 * 64u);
	}
	*t1 = *b / 64;
}

/* False: the name of the host can't be looked up at all. */
static bool settle_host(struct sip_peer *peer, const char **ret_why)
{
	if (!peer->host || slice_is_ignore_case(peer->host->value, "dynamic"))
		return true;
	struct slice host = slice_part(peer->host->value, 0, HOST_BYTES);
	host = slice_part(host, 0, slice_find_byte(host, ';'));
	if (host.size == 0) {
		*ret_why = "an empty host";
		return false;
	}
	/* "address:port" is looked up as a name, and is none. */
	if (!conf_parse_host(host, &peer->address))
		peer->address = (struct address){ 0 };
	return true;
}

static bool settle_lists(struct reading *reading)
{
	struct sip_peer *peer = reading->peer;
	peer->has_direct_media_acl |= reading->media_acl.is_present;
	return (!reading->acl.is_present ||
		acl_builder_finish(&reading->acl, reading->build->acls, &peer->acl)) &&
	       (!reading->contact_acl.is_present ||
		acl_builder_finish(&reading->contact_acl, reading->build->acls,
				   &peer->contact_acl));
}

/* A second section of the same name goes on with the lists of the first. */
static bool resume_list(struct acl_builder *builder, struct arena *arena, const struct acl *acl)
{
	builder->arena = arena;
	builder->is_present = acl->is_present;
	for (size_t i = 0; i < acl->rule_count; i++) {
		struct acl_rule *grown = arena_grow(arena, builder->rules, builder->rule_count,
						    &builder->rule_capacity, sizeof(*grown));
		if (!grown)
			return false;
		builder->rules = grown;
		grown[builder->rule_count++] = acl->rules[i];
	}
	for (size_t i = 0; i < acl->name_count; i++) {
		struct slice *grown = arena_grow(arena, builder->names, builder->name_count,
						 &builder->name_capacity, sizeof(*grown));
		if (!grown)
			return false;
		builder->names = grown;
		grown[builder->name_count++] = acl->names[i];
	}
	return true;
}

bool sip_peer_read(struct sip_build *build, struct sip_peer *peer,
		   const struct sip_peer_lines *lines, const char **ret_why, struct origin *ret_at)
{
	struct reading reading = { .build = build, .peer = peer };
	if (peer->is_merged &&
	    (!resume_list(&reading.acl, build->arena, &peer->acl) ||
	     !resume_list(&reading.contact_acl, build->arena, &peer->contact_acl))) {
		build->memory_failed = true;
		return false;
	}
	/* build_peer forgets these of an entry that is already there. */
	peer->transports = peer->first_transport = 0;
	peer->texts[SIP_NAMED_CALL_GROUP] = peer->texts[SIP_NAMED_PICKUP_GROUP] = NULL;
	peer->mailbox = NULL;
	if (!take_section(&reading, lines->first, ret_at) ||
	    !take_section(&reading, lines->own, ret_at)) {
		*ret_why = reading.why;
		return false;
	}
	settle_timers(&reading);
	if (!peer->first_transport) {
		peer->transports = build->model->general.transports;
		peer->first_transport = build->model->general.first_transport;
	}
	sip_flags_apply(&peer->flags, &reading.flags);
	peer->flags.mask = 0;
	if (!settle_host(peer, ret_why)) {
		*ret_at = peer->host->origin;
		return false;
	}
	if (!settle_lists(&reading)) {
		build->memory_failed = true;
		return false;
	}
	return true;
}
