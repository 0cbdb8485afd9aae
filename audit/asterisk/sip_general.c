/* SPDX-License-Identifier: Apache-2.0
 *
 * reload_config of channels/chan_sip.c as far as [general] goes.
 */
#include <string.h>

#include "audit/asterisk/conf_address.h"
#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/sip_build.h"
#include "audit/asterisk/sip_codecs.h"
#include "audit/base/arena.h"

#define SIP_PORT 5060
#define SIPS_PORT 5061
#define QUALIFY_YES_MS 2000
#define KEEPALIVE_YES_S 60
#define SESSION_MINIMUM_S 90
/* AST_MAX_CONTEXT: names of contexts are cut. */
#define CONTEXT_BYTES 79

/* Options that are ast_true() or not, and where they are kept. */
static const struct {
	const char *name;
	size_t offset;
} switches[] = {
	{ "allowguest", offsetof(struct sip_general, allow_guest) },
	{ "alwaysauthreject", offsetof(struct sip_general, always_auth_reject) },
	{ "match_auth_username", offsetof(struct sip_general, match_auth_username) },
	{ "allowexternaldomains", offsetof(struct sip_general, allow_external_domains) },
	{ "auth_message_requests", offsetof(struct sip_general, auth_message_requests) },
	{ "accept_outofcall_message", offsetof(struct sip_general, accept_out_of_call_message) },
	{ "callcounter", offsetof(struct sip_general, call_counter) },
	{ "dynamic_exclude_static", offsetof(struct sip_general, dynamic_exclude_static) },
	{ "dynamic_excludes_static", offsetof(struct sip_general, dynamic_exclude_static) },
	{ "srvlookup", offsetof(struct sip_general, srv_lookup) },
	{ "compactheaders", offsetof(struct sip_general, compact_headers) },
	{ "rtcachefriends", offsetof(struct sip_general, cache_realtime) },
};

static void set_defaults(struct sip_build *build)
{
	struct sip_general *general = &build->model->general;
	unsigned int version = build->options->asterisk_version;
	general->allow_guest.is_on = true;
	/* Yes from 1.8 on, no up to 1.6.2. */
	general->always_auth_reject.is_on = version == 0 || version >= 108;
	general->always_auth_reject.is_unknown = version == 0;
	general->allow_external_domains.is_on = true;
	general->auth_message_requests.is_on = true;
	general->accept_out_of_call_message.is_on = true;
	general->srv_lookup.is_on = true;
	general->flags.values = SIP_SUBSCRIBE | SIP_OVERLAP_YES | SIP_DIRECT_MEDIA;
	/* nat: auto_force_rport from 11 on, force_rport in 1.8.7 to 10, no before. */
	if (version == 0 || version >= 1100)
		general->flags.values |= SIP_AUTO_RPORT;
	else if (version >= 108)
		general->flags.values |= SIP_FORCE_RPORT;
	general->flags.t38_max_datagram = -1;
	general->numbers[SIP_QUALIFY_FREQUENCY] = 60000;
	general->numbers[SIP_BITRATE] = 384;
	general->numbers[SIP_TIMER_T1] = 500;
	general->numbers[SIP_TIMER_B] = 64 * 500;
	general->numbers[SIP_SESSION_REFRESHER] = 2;
	general->numbers[SIP_SESSION_EXPIRES] = 1800;
	general->numbers[SIP_SESSION_MINIMUM] = SESSION_MINIMUM_S;
	general->numbers[SIP_TRANSFER] = 1;
	general->numbers[SIP_MAX_FORWARDS] = 70;
	general->t1_minimum = 100;
	general->transports = general->first_transport = SIP_UDP;
	general->udp.is_enabled = true;
	general->udp.address.family = ADDRESS_IPV4;
	sip_codecs_default(&general->codecs);
}

static bool take_switch(struct sip_general *general, const struct conf_variable *variable)
{
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		if (!slice_is_ignore_case(variable->name, switches[i].name))
			continue;
		struct sip_switch *target =
			(struct sip_switch *)(void *)((char *)general + switches[i].offset);
		*target = (struct sip_switch){
			.is_on = conf_is_true(variable->value),
			.variable = variable,
		};
		return true;
	}
	return false;
}

void sip_transports_take(const struct sip_general *general, struct slice list,
			 uint8_t *ret_transports, uint8_t *ret_first)
{
	static const struct {
		const char *word;
		uint8_t bit;
	} words[] = {
		{ "udp", SIP_UDP }, { "wss", SIP_WSS }, { "ws", SIP_WS },
		{ "tcp", SIP_TCP }, { "tls", SIP_TLS },
	};
	struct slice word;
	bool more = true;
	*ret_transports = *ret_first = 0;
	while (conf_next_field(&list, &more, &word)) {
		while (word.size && (unsigned char)word.data[0] < 33)
			word = slice_from(word, 1);
		for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
			struct slice head = slice_part(word, 0, strlen(words[i].word));
			if (!slice_is_ignore_case(head, words[i].word))
				continue;
			bool is_off =
				general && ((words[i].bit == SIP_TCP && !general->tcp.is_enabled) ||
					    (words[i].bit == SIP_TLS && !general->tls.is_enabled));
			if (!is_off)
				*ret_transports |= words[i].bit;
			break;
		}
		if (!*ret_first)
			*ret_first = *ret_transports;
	}
}

static int32_t yes_no_number(struct slice value, int32_t yes)
{
	long number;
	if (slice_is_ignore_case(value, "no"))
		return 0;
	if (slice_is_ignore_case(value, "yes"))
		return yes;
	return conf_scan_number(value, &number) ? (int32_t)number : 0;
}

static int32_t word_index(struct slice value, const char *const *words, size_t count,
			  int32_t fallback)
{
	for (size_t i = 0; i < count; i++)
		if (slice_is_ignore_case(value, words[i]))
			return (int32_t)i;
	return fallback;
}

static int32_t scanned(struct slice value, int32_t fallback)
{
	long number;
	return conf_scan_number(value, &number) ? (int32_t)number : fallback;
}

bool sip_number_take(int32_t *numbers, const int32_t *defaults, int32_t t1_minimum,
		     const struct conf_variable *variable, bool is_general)
{
	static const char *const timers[] = { "accept", "originate", "refuse" };
	static const char *const refreshers[] = { "unknown", "uac", "uas" };
	struct slice name = variable->name, value = variable->value;
	if (slice_is_ignore_case(name, "qualify")) {
		int32_t yes = !is_general && defaults[SIP_QUALIFY] ? defaults[SIP_QUALIFY]
								   : QUALIFY_YES_MS;
		numbers[SIP_QUALIFY] = yes_no_number(value, yes);
	} else if (slice_is_ignore_case(name, "keepalive")) {
		numbers[SIP_KEEPALIVE] = yes_no_number(value, KEEPALIVE_YES_S);
	} else if (slice_is_ignore_case(name, "qualifyfreq")) {
		long seconds;
		numbers[SIP_QUALIFY_FREQUENCY] = conf_scan_number(value, &seconds)
							 ? (int32_t)((uint32_t)seconds * 1000u)
							 : defaults[SIP_QUALIFY_FREQUENCY];
	} else if (slice_is_ignore_case(name, "maxcallbitrate")) {
		int32_t rate = conf_number(value);
		numbers[SIP_BITRATE] = rate < 0 ? defaults[SIP_BITRATE] : rate;
	} else if (slice_is_ignore_case(name, "session-timers")) {
		numbers[SIP_SESSION_TIMERS] =
			word_index(value, timers, ARRAY_SIZE(timers), defaults[SIP_SESSION_TIMERS]);
	} else if (slice_is_ignore_case(name, "session-refresher")) {
		numbers[SIP_SESSION_REFRESHER] = word_index(
			value, refreshers, ARRAY_SIZE(refreshers), defaults[SIP_SESSION_REFRESHER]);
	} else if (slice_is_ignore_case(name, "session-expires")) {
		numbers[SIP_SESSION_EXPIRES] = scanned(value, defaults[SIP_SESSION_EXPIRES]);
	} else if (slice_is_ignore_case(name, "session-minse")) {
		int32_t seconds = scanned(value, defaults[SIP_SESSION_MINIMUM]);
		numbers[SIP_SESSION_MINIMUM] =
			seconds < SESSION_MINIMUM_S ? defaults[SIP_SESSION_MINIMUM] : seconds;
	} else if (slice_is_ignore_case(name, "maxforwards")) {
		int32_t count = scanned(value, 0);
		numbers[SIP_MAX_FORWARDS] =
			count < 1 || count > 255 ? defaults[SIP_MAX_FORWARDS] : count;
	} else if (slice_is_ignore_case(name, "allowtransfer")) {
		numbers[SIP_TRANSFER] = conf_is_true(value);
	} else if (slice_is_ignore_case(name, "autoframing")) {
		numbers[SIP_AUTO_FRAMING] = conf_is_true(value);
	} else if (slice_is_ignore_case(name, "timert1") && !is_general) {
		int32_t time = scanned(value, 0);
		numbers[SIP_TIMER_T1] = time < 200 || time < t1_minimum ? t1_minimum : time;
	} else if (slice_is_ignore_case(name, "timerb") && !is_general) {
		int32_t time = scanned(value, 0);
		numbers[SIP_TIMER_B] = time < 200 ? defaults[SIP_TIMER_B] : time;
	} else {
		return false;
	}
	return true;
}

static void take_bind(struct sip_bind *bind, const struct conf_variable *variable)
{
	struct address address;
	uint16_t port;
	if (!conf_parse_address(variable->value, &address, &port))
		return;
	bind->address = address;
	bind->port = port;
	bind->variable = variable;
}

static bool add_domain(struct sip_build *build, size_t *capacity,
		       const struct conf_variable *variable)
{
	struct sip_general *general = &build->model->general;
	size_t comma = slice_find_byte(variable->value, ',');
	struct slice name = conf_strip(slice_part(variable->value, 0, comma));
	if (name.size == 0)
		return true;
	union {
		const struct sip_domain *constant;
		struct sip_domain *mutable;
	} items = { .constant = general->domains };
	struct sip_domain *grown = arena_grow(build->arena, items.mutable, general->domain_count,
					      capacity, sizeof(*grown));
	if (!grown)
		return false;
	grown[general->domain_count++] = (struct sip_domain){
		.name = name,
		.context = conf_strip(slice_from(variable->value, comma + 1)),
		.variable = variable,
	};
	general->domains = grown;
	return true;
}

/* [peer?][transport://]user[@domain][:secret[:authuser]]@host[:port][/extension][~expiry] */
static struct sip_registration split_registration(const struct conf_variable *variable)
{
	struct sip_registration registration = { .variable = variable };
	struct slice text = variable->value;
	size_t at = slice_find_last_byte(text, '@');
	struct slice left = slice_part(text, 0, at);
	struct slice right = slice_from(text, at + 1);
	size_t end = 0;
	while (end < right.size && slice_find_byte(SLICE("/:~?"), right.data[end]) == 4)
		end++;
	registration.host = slice_part(right, 0, end);
	size_t mark = slice_find_byte(left, '?');
	if (mark < left.size)
		left = slice_from(left, mark + 1);
	size_t scheme = slice_find(left, SLICE("://"));
	if (scheme < left.size)
		left = slice_from(left, scheme + 3);
	size_t colon = slice_find_byte(left, ':');
	registration.user = slice_part(left, 0, colon);
	struct slice secret = slice_from(left, colon + 1);
	registration.secret = secret_of(slice_part(secret, 0, slice_find_byte(secret, ':')));
	return registration;
}

static bool add_registration(struct sip_build *build, size_t *capacity,
			     const struct conf_variable *variable)
{
	struct sip_general *general = &build->model->general;
	union {
		const struct sip_registration *constant;
		struct sip_registration *mutable;
	} items = { .constant = general->registrations };
	struct sip_registration *grown = arena_grow(
		build->arena, items.mutable, general->registration_count, capacity, sizeof(*grown));
	if (!grown)
		return false;
	grown[general->registration_count++] = split_registration(variable);
	general->registrations = grown;
	return true;
}

struct reading {
	struct sip_build *build;
	struct sip_general *general;
	struct sip_flags flags;
	struct acl_builder contact_acl;
	size_t domain_capacity;
	size_t registration_capacity;
	int32_t bind_port;
	int32_t defaults[SIP_NUMBER_COUNT];
	bool has_timer_b;
};

static bool refuse(struct sip_build *build, const struct conf_variable *variable, const char *why)
{
	build->model->refused = why;
	build->model->refused_origin = variable->origin;
	return false;
}

static void take_text(struct reading *reading, const struct conf_variable *variable)
{
	struct sip_general *general = reading->general;
	enum sip_text text = sip_text_of(variable->name);
	/* rtp_engine is an option of entries alone, though they inherit a default. */
	if (text < SIP_TEXTS_INHERITED && text != SIP_ENGINE)
		general->texts[text] = variable;
	else if (slice_is_ignore_case(variable->name, "realm"))
		general->realm = variable;
	else if (slice_is_ignore_case(variable->name, "useragent"))
		general->user_agent = variable;
	else if (slice_is_ignore_case(variable->name, "regcontext"))
		general->reg_context = variable;
	else if (slice_is_ignore_case(variable->name, "permit") ||
		 slice_is_ignore_case(variable->name, "deny") ||
		 slice_is_ignore_case(variable->name, "acl"))
		general->ignored_acl = general->ignored_acl ? general->ignored_acl : variable;
}

static void take_autocreate(struct sip_general *general, const struct conf_variable *variable)
{
	general->auto_create_peer_line = variable;
	general->auto_create_peer = slice_is_ignore_case(variable->value, "persist")
					    ? SIP_AUTOCREATE_PERSIST
				    : conf_is_true(variable->value) ? SIP_AUTOCREATE_YES
								    : SIP_AUTOCREATE_NO;
}

/* Options about sockets, flags that [general] alone sets at once, and codecs. */
static bool take_other(struct reading *reading, const struct conf_variable *variable)
{
	struct sip_general *general = reading->general;
	struct slice name = variable->name, value = variable->value;
	if (slice_is_ignore_case(name, "bindaddr") || slice_is_ignore_case(name, "udpbindaddr"))
		take_bind(&general->udp, variable);
	else if (slice_is_ignore_case(name, "tcpbindaddr"))
		take_bind(&general->tcp, variable);
	else if (slice_is_ignore_case(name, "tlsbindaddr"))
		take_bind(&general->tls, variable);
	else if (slice_is_ignore_case(name, "bindport"))
		reading->bind_port = scanned(slice_part(value, 0, 5), reading->bind_port);
	else if (slice_is_ignore_case(name, "tcpenable"))
		general->tcp.is_enabled |= !conf_is_false(value);
	else if (slice_is_ignore_case(name, "tlsenable"))
		general->tls.is_enabled = conf_is_true(value);
	else if (slice_is_ignore_case(name, "transport"))
		sip_transports_take(NULL, value, &general->transports, &general->first_transport);
	else if (slice_is_ignore_case(name, "autocreatepeer"))
		take_autocreate(general, variable);
	else if (slice_is_ignore_case(name, "usereqphone"))
		sip_flags_put(&general->flags.values, SIP_USER_PHONE, conf_is_true(value));
	else if (slice_is_ignore_case(name, "use_q850_reason"))
		sip_flags_put(&general->flags.values, SIP_Q850_REASON, conf_is_true(value));
	else if (slice_is_ignore_case(name, "allow") || slice_is_ignore_case(name, "disallow"))
		sip_codecs_take(&general->codecs, value, slice_is_ignore_case(name, "allow"));
	else if (slice_is_ignore_case(name, "timert1"))
		general->numbers[SIP_TIMER_T1] = conf_number(value);
	else if (slice_is_ignore_case(name, "t1min"))
		general->t1_minimum = conf_number(value);
	else if (slice_is_ignore_case(name, "timerb")) {
		/* The number itself is not taken: only one under 500 changes something. */
		if (conf_number(value) < 500)
			general->numbers[SIP_TIMER_B] = general->numbers[SIP_TIMER_T1] * 64;
		reading->has_timer_b = true;
	} else
		return false;
	return true;
}

static bool take_line(struct reading *reading, const struct conf_variable *variable)
{
	struct sip_build *build = reading->build;
	struct sip_general *general = reading->general;
	enum acl_sense sense;
	if (sip_flags_take(&reading->flags, variable->name, variable->value,
			   build->options->asterisk_version) ||
	    take_switch(general, variable) ||
	    sip_number_take(general->numbers, reading->defaults, general->t1_minimum, variable,
			    true) ||
	    take_other(reading, variable))
		return true;
	if (acl_sense_of(variable->name, "contact", &sense)) {
		if (!acl_builder_add(&reading->contact_acl, sense, variable,
				     build->options->asterisk_version))
			return refuse(build, variable, "a bad contact list in [general]");
	} else if (slice_is_ignore_case(variable->name, "domain")) {
		build->memory_failed |= !add_domain(build, &reading->domain_capacity, variable);
	} else if (slice_is_ignore_case(variable->name, "register")) {
		build->memory_failed |=
			!add_registration(build, &reading->registration_capacity, variable);
	} else {
		take_text(reading, variable);
	}
	return !build->memory_failed;
}

/* Timers that do not fit each other (RFC 3261, 17.1.1.2). */
static void settle_timers(struct sip_general *general, bool has_timer_b)
{
	int32_t *t1 = &general->numbers[SIP_TIMER_T1], *b = &general->numbers[SIP_TIMER_B];
	if (*t1 < general->t1_minimum)
		*t1 = general->t1_minimum;
	/* The product wraps, as it does in the daemon. */
	if (*b >= (int32_t)((uint32_t)*t1 * 64u))
		return;
	if (!has_timer_b) {
		*b = (int32_t)((uint32_t)*t1 * 64u);
		return;
	}
	*t1 = *b / 64;
	if (*t1 < general->t1_minimum) {
		*t1 = general->t1_minimum;
		*b = (int32_t)((uint32_t)*t1 * 64u);
	}
}

static void settle_sockets(struct sip_general *general, int32_t bind_port)
{
	if (bind_port)
		general->udp.port = (uint16_t)bind_port;
	if (!general->udp.port)
		general->udp.port = SIP_PORT;
	if (!general->tcp.variable) {
		general->tcp.address = general->udp.address;
		general->tcp.port = general->udp.port;
	}
	if (!general->tcp.port)
		general->tcp.port = SIP_PORT;
	if (!general->tls.variable)
		general->tls.address = general->udp.address;
	if (!general->tls.port)
		general->tls.port = SIPS_PORT;
	uint8_t off = 0;
	if (!general->tcp.is_enabled)
		off |= SIP_TCP;
	if (!general->tls.is_enabled)
		off |= SIP_TLS;
	general->transports &= (uint8_t)~off;
	general->first_transport &= (uint8_t)~off;
	if (!general->transports)
		general->transports = general->first_transport = SIP_UDP;
	else if (!general->first_transport)
		general->first_transport = SIP_UDP;
}

static const struct conf_category *second_general(const struct conf_file *file,
						  const struct conf_category *first)
{
	for (size_t i = 0; i < file->category_count; i++)
		if (&file->categories[i] != first && !file->categories[i].is_template &&
		    slice_is_ignore_case(file->categories[i].name, "general"))
			return &file->categories[i];
	return NULL;
}

bool sip_general_read(struct sip_build *build)
{
	struct sip_general *general = &build->model->general;
	struct reading reading = {
		.build = build,
		.general = general,
		.contact_acl = { .arena = build->arena },
	};
	set_defaults(build);
	memcpy(reading.defaults, general->numbers, sizeof(reading.defaults));
	general->category = conf_find_category(build->model->file, "general");
	general->ignored = second_general(build->model->file, general->category);
	for (size_t i = 0; general->category && i < general->category->variable_count; i++)
		if (!take_line(&reading, &general->category->variables[i]))
			return false;
	sip_flags_apply(&general->flags, &reading.flags);
	general->flags.mask = 0;
	settle_timers(general, reading.has_timer_b);
	settle_sockets(general, reading.bind_port);
	if (!general->allow_external_domains.is_on && general->domain_count == 0)
		general->allow_external_domains.is_on = true;
	if (reading.contact_acl.is_present &&
	    !acl_builder_finish(&reading.contact_acl, build->acls, &general->contact_acl)) {
		build->memory_failed = true;
		return false;
	}
	return true;
}

struct slice sip_general_text(const struct sip_general *general, enum sip_text text)
{
	static const char *const defaults[SIP_TEXTS_INHERITED] = {
		[SIP_CONTEXT] = "default",    [SIP_RECORD_ON] = "automon",
		[SIP_RECORD_OFF] = "automon", [SIP_VM_EXTEN] = "asterisk",
		[SIP_ENGINE] = "asterisk",
	};
	if (text >= SIP_TEXTS_INHERITED)
		return SLICE("");
	if (!general->texts[text])
		return slice_of(defaults[text]);
	return slice_part(general->texts[text]->value, 0, CONTEXT_BYTES);
}
