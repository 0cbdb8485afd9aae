/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/show_sip_peer.h"

#include <string.h>

#include "audit/asterisk/conf_caller.h"
#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/sip_codecs.h"
#include "audit/asterisk/sip_model.h"
#include "audit/command/json_object.h"

#define SIP_PORT 5060
#define SIPS_PORT 5061

struct entry {
	const struct sip_model *model;
	const struct sip_peer *peer;
	struct json_object object;
};

static bool has(const struct entry *entry, uint32_t flag)
{
	return (entry->peer->flags.values & flag) != 0;
}

static struct slice text(const struct entry *entry, enum sip_text which)
{
	return sip_peer_text(entry->model, entry->peer, which);
}

static void put_yes(struct entry *entry, const char *key, bool on)
{
	json_object_text(&entry->object, key, on ? "Yes" : "No");
}

static void put_y(struct entry *entry, const char *key, bool on)
{
	json_object_text(&entry->object, key, on ? "Y" : "N");
}

static void put_text(struct entry *entry, const char *key, enum sip_text which)
{
	json_object_slice(&entry->object, key, conf_strip(text(entry, which)));
}

static void put_text_or(struct entry *entry, const char *key, enum sip_text which,
			const char *nothing)
{
	struct slice value = conf_strip(text(entry, which));
	json_object_slice(&entry->object, key, value.size ? value : slice_of(nothing));
}

static void put_number(struct entry *entry, const char *key, enum sip_number which,
		       const char *unit)
{
	json_object_format(&entry->object, key, "%d%s", entry->peer->numbers[which], unit);
}

static void put_word(struct entry *entry, const char *key, enum sip_number which,
		     const char *const *words, size_t count)
{
	int32_t index = entry->peer->numbers[which];
	json_object_text(&entry->object, key,
			 index >= 0 && (size_t)index < count ? words[index] : "Unknown");
}

static void put_secrets(struct entry *entry)
{
	json_object_text(&entry->object, "Secret",
			 text(entry, SIP_SECRET).size ? "<Set>" : "<Not set>");
	json_object_text(&entry->object, "MD5Secret",
			 text(entry, SIP_MD5_SECRET).size ? "<Set>" : "<Not set>");
}

static void put_presentation(struct entry *entry)
{
	static const struct {
		int32_t number;
		const char *name;
	} names[] = {
		{ 0x00, "Presentation Allowed, Not Screened" },
		{ 0x01, "Presentation Allowed, Passed Screen" },
		{ 0x02, "Presentation Allowed, Failed Screen" },
		{ 0x03, "Presentation Allowed, Network Number" },
		{ 0x20, "Presentation Prohibited, Not Screened" },
		{ 0x21, "Presentation Prohibited, Passed Screen" },
		{ 0x22, "Presentation Prohibited, Failed Screen" },
		{ 0x23, "Presentation Prohibited, Network Number" },
		{ 0x40, "Number Unavailable" },
		{ 0x41, "Number Unavailable" },
		{ 0x42, "Number Unavailable" },
		{ 0x43, "Number Unavailable" },
	};
	const char *name = "unknown";
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].number == entry->peer->numbers[SIP_CALLING_PRESENTATION])
			name = names[i].name;
	json_object_text(&entry->object, "CallingPres", name);
}

static void put_ama_flags(struct entry *entry)
{
	static const char *const words[] = { "Unknown", "OMIT", "BILLING", "DOCUMENTATION" };
	put_word(entry, "AMA flags", SIP_AMA_FLAGS, words, ARRAY_SIZE(words));
}

static void put_group(struct entry *entry, const char *key, enum sip_text which)
{
	uint64_t group = conf_group(text(entry, which));
	BUFFER_AUTO list = { 0 };
	for (unsigned int i = 0; i < 64; i++) {
		if (!(group >> i & 1))
			continue;
		if (list.size)
			buffer_append_string(&list, ", ");
		buffer_append_uint(&list, i);
	}
	json_object_slice(&entry->object, key, buffer_slice(&list));
}

static void put_caller_id(struct entry *entry)
{
	const struct conf_variable *name = entry->peer->texts[SIP_CID_NAME];
	const struct conf_variable *number = entry->peer->texts[SIP_CID_NUMBER];
	BUFFER_AUTO merged = { 0 };
	conf_caller_merge(name, number, &merged);
	json_object_slice(&entry->object, "Callerid", conf_strip(buffer_slice(&merged)));
}

static void put_sessions(struct entry *entry, const char *minimum_key)
{
	static const char *const timers[] = { "Accept", "Originate", "Refuse" };
	static const char *const refreshers[] = { "unknown", "uac", "uas" };
	put_word(entry, "Sess-Timers", SIP_SESSION_TIMERS, timers, ARRAY_SIZE(timers));
	put_word(entry, "Sess-Refresh", SIP_SESSION_REFRESHER, refreshers, ARRAY_SIZE(refreshers));
	put_number(entry, "Sess-Expires", SIP_SESSION_EXPIRES, " secs");
	put_number(entry, minimum_key, SIP_SESSION_MINIMUM, " secs");
	put_text(entry, "RTP Engine", SIP_ENGINE);
}

/* The part that `sip show peer` and `sip show user` have in common. */
static void put_common(struct entry *entry)
{
	json_object_slice(&entry->object, "Name", conf_strip(entry->peer->name));
	put_secrets(entry);
	put_text(entry, "Context", SIP_CONTEXT);
	put_text(entry, "Language", SIP_LANGUAGE);
	/* Zones are known to indications.conf alone. */
	if (text(entry, SIP_TONE_ZONE).size == 0)
		json_object_text(&entry->object, "Tonezone", "<Not set>");
	if (text(entry, SIP_ACCOUNT_CODE).size)
		put_text(entry, "Accountcode", SIP_ACCOUNT_CODE);
	put_ama_flags(entry);
	json_object_text(&entry->object, "Transfer mode",
			 entry->peer->numbers[SIP_TRANSFER] ? "open" : "closed");
	put_number(entry, "MaxCallBR", SIP_BITRATE, " kbps");
	put_presentation(entry);
	put_number(entry, "Call limit", SIP_CALL_LIMIT, "");
	put_group(entry, "Callgroup", SIP_CALL_GROUP);
	put_group(entry, "Pickupgroup", SIP_PICKUP_GROUP);
	if (text(entry, SIP_NAMED_CALL_GROUP).size == 0)
		json_object_text(&entry->object, "Named Callgr", "");
	if (text(entry, SIP_NAMED_PICKUP_GROUP).size == 0)
		json_object_text(&entry->object, "Nam. Pickupgr", "");
	put_caller_id(entry);
	put_yes(entry, "ACL", entry->peer->acl.is_present);
	put_yes(entry, "Auto-Framing", entry->peer->numbers[SIP_AUTO_FRAMING] != 0);
}

static const char *nat_word(const struct entry *entry, uint32_t automatic, uint32_t flag)
{
	if (has(entry, automatic))
		return has(entry, flag) ? "Auto (Yes)" : "Auto (No)";
	return has(entry, flag) ? "Yes" : "No";
}

static const char *nat_letter(const struct entry *entry, uint32_t automatic, uint32_t flag)
{
	if (has(entry, automatic))
		return has(entry, flag) ? "A" : "a";
	return has(entry, flag) ? "Y" : "N";
}

static const char *insecure_word(const struct entry *entry)
{
	bool port = has(entry, SIP_INSECURE_PORT), invite = has(entry, SIP_INSECURE_INVITE);
	return port && invite ? "port,invite" : port ? "port" : invite ? "invite" : "no";
}

static void put_media(struct entry *entry)
{
	uint32_t fax = entry->peer->flags.values & SIP_T38_MASK;
	put_yes(entry, "T.38 support", fax != 0);
	json_object_text(&entry->object, "T.38 EC mode",
			 fax == SIP_T38_MASK    ? "Redundancy"
			 : fax == SIP_T38_FEC   ? "FEC"
			 : fax == SIP_T38_PLAIN ? "None"
						: "Unknown");
	json_object_format(&entry->object, "T.38 MaxDtgrm", "%u",
			   (unsigned int)entry->peer->flags.t38_max_datagram);
	put_yes(entry, "DirectMedia", has(entry, SIP_DIRECT_MEDIA));
	put_yes(entry, "PromiscRedir", has(entry, SIP_PROMISC_REDIR));
	put_yes(entry, "User=Phone", has(entry, SIP_USER_PHONE));
	put_yes(entry, "Video Support", has(entry, SIP_VIDEO | SIP_VIDEO_ALWAYS));
	put_yes(entry, "Text Support", has(entry, SIP_TEXT));
	put_yes(entry, "Ign SDP ver", has(entry, SIP_IGNORE_SDP_VERSION));
	put_yes(entry, "RTCP Mux", has(entry, SIP_RTCP_MUX));
	put_yes(entry, "Encryption", has(entry, SIP_ENCRYPTION));
	put_yes(entry, "Use Reason", has(entry, SIP_Q850_REASON));
}

static void put_identity(struct entry *entry)
{
	put_yes(entry, "Trust RPID", has(entry, SIP_TRUST_RPID));
	put_yes(entry, "Send RPID", has(entry, SIP_SEND_RPID | SIP_SEND_PAI));
	put_yes(entry, "Path support", has(entry, SIP_USE_PATH));
	json_object_text(&entry->object, "TrustIDOutbnd",
			 has(entry, SIP_TRUST_OUTBOUND_YES)  ? "Yes"
			 : has(entry, SIP_TRUST_OUTBOUND_NO) ? "No"
							     : "Legacy");
	put_yes(entry, "Subscriptions", has(entry, SIP_SUBSCRIBE));
	json_object_text(&entry->object, "Overlap dial",
			 has(entry, SIP_OVERLAP_YES)    ? "Yes"
			 : has(entry, SIP_OVERLAP_DTMF) ? "DTMF"
							: "No");
}

/* Where it is, as far as no name has to be looked up. */
static void put_addresses(struct entry *entry)
{
	const struct sip_peer *peer = entry->peer;
	bool is_static = peer->host && !slice_is_ignore_case(peer->host->value, "dynamic");
	json_object_slice(&entry->object, "ToHost",
			  is_static ? conf_strip(peer->host->value) : SLICE(""));
	if (is_static && peer->address.family == ADDRESS_NONE)
		return;
	if (!is_static) {
		json_object_text(&entry->object, "Addr->IP", "(null)");
		return;
	}
	uint16_t port = peer->is_dynamic ? 0 : peer->port;
	if (!port)
		port = peer->first_transport & SIP_TLS ? SIPS_PORT : SIP_PORT;
	BUFFER_AUTO address = { 0 };
	address_format(peer->address, &address);
	bool is_ipv6 = peer->address.family == ADDRESS_IPV6;
	json_object_format(&entry->object, "Addr->IP", is_ipv6 ? "[%s]:%u" : "%s:%u",
			   buffer_string(&address), port);
}

static const char *transport_word(unsigned transport)
{
	switch (transport) {
	case SIP_UDP:
		return "UDP";
	case SIP_TCP:
		return "TCP";
	case SIP_TLS:
		return "TLS";
	case SIP_WS:
	case SIP_WSS:
		return "WS";
	default:
		return "UNKNOWN";
	}
}

static void put_transports(struct entry *entry)
{
	BUFFER_AUTO list = { 0 };
	json_object_text(&entry->object, "Prim.Transp.",
			 transport_word(entry->peer->first_transport));
	for (unsigned bit = SIP_UDP; bit <= SIP_WSS; bit <<= 1) {
		if (!(entry->peer->transports & bit))
			continue;
		if (list.size)
			buffer_append_byte(&list, ',');
		buffer_append_string(&list, bit == SIP_WSS ? "WSS" : transport_word(bit));
	}
	json_object_slice(&entry->object, "Allowed.Trsp", buffer_slice(&list));
}

static void put_codecs(struct entry *entry)
{
	BUFFER_AUTO codecs = { 0 };
	sip_codecs_format(&entry->peer->codecs, &codecs);
	json_object_slice(&entry->object, "Codecs", buffer_slice(&codecs));
}

static void put_peer(struct entry *entry)
{
	static const char *const dtmf[] = {
		[SIP_DTMF_RFC2833] = "rfc2833",     [SIP_DTMF_INBAND] = "inband",
		[SIP_DTMF_INFO] = "info",           [SIP_DTMF_AUTO] = "auto",
		[SIP_DTMF_SHORTINFO] = "shortinfo",
	};
	put_common(entry);
	put_text(entry, "Description", SIP_DESCRIPTION);
	json_object_text(&entry->object, "Remote Secret",
			 text(entry, SIP_REMOTE_SECRET).size ? "<Set>" : "<Not set>");
	put_text(entry, "Record On feature", SIP_RECORD_ON);
	put_text(entry, "Record Off feature", SIP_RECORD_OFF);
	put_text_or(entry, "Subscr.Cont.", SIP_SUBSCRIBE_CONTEXT, "<Not set>");
	if (text(entry, SIP_FROM_USER).size)
		put_text(entry, "FromUser", SIP_FROM_USER);
	put_text(entry, "MOH Suggest", SIP_MOH_SUGGEST);
	put_text(entry, "VM Extension", SIP_VM_EXTEN);
	put_number(entry, "Max forwards", SIP_MAX_FORWARDS, "");
	if (entry->peer->numbers[SIP_BUSY_LEVEL])
		put_number(entry, "Busy level", SIP_BUSY_LEVEL, "");
	put_yes(entry, "Dynamic", entry->peer->is_dynamic);
	json_object_text(&entry->object, "Insecure", insecure_word(entry));
	json_object_text(&entry->object, "Force rport",
			 nat_word(entry, SIP_AUTO_RPORT, SIP_FORCE_RPORT));
	json_object_text(&entry->object, "Symmetric RTP",
			 nat_word(entry, SIP_AUTO_COMEDIA, SIP_SYMMETRIC_RTP));
	put_yes(entry, "ContactACL", entry->peer->contact_acl.is_present);
	put_yes(entry, "DirectMedACL", entry->peer->has_direct_media_acl);
	put_media(entry);
	put_identity(entry);
	json_object_text(&entry->object, "DTMFmode", dtmf[entry->peer->flags.dtmf]);
	put_number(entry, "Timer T1", SIP_TIMER_T1, "");
	put_number(entry, "Timer B", SIP_TIMER_B, "");
	put_addresses(entry);
	put_transports(entry);
	put_text(entry, "Def. Username", SIP_USERNAME);
	put_codecs(entry);
	put_number(entry, "Qualify Freq", SIP_QUALIFY_FREQUENCY, " ms");
	json_object_format(&entry->object, "Keepalive", "%d ms",
			   (int)((uint32_t)entry->peer->numbers[SIP_KEEPALIVE] * 1000u));
	put_sessions(entry, "Min-Sess");
	put_text(entry, "Parkinglot", SIP_PARKING_LOT);
	if (!entry->peer->numbers[SIP_QUALIFY])
		json_object_text(&entry->object, "Status", "Unmonitored");
}

static void put_manager(struct entry *entry)
{
	put_y(entry, "SecretExist", text(entry, SIP_SECRET).size != 0);
	put_y(entry, "RemoteSecretExist", text(entry, SIP_REMOTE_SECRET).size != 0);
	put_y(entry, "MD5SecretExist", text(entry, SIP_MD5_SECRET).size != 0);
	json_object_slice(&entry->object, "Context", text(entry, SIP_CONTEXT));
	put_number(entry, "Call-limit", SIP_CALL_LIMIT, "");
	put_number(entry, "Busy-level", SIP_BUSY_LEVEL, "");
	put_y(entry, "Dynamic", entry->peer->is_dynamic);
	json_object_text(&entry->object, "SIP-AuthInsecure", insecure_word(entry));
	json_object_text(&entry->object, "SIP-Forcerport",
			 nat_letter(entry, SIP_AUTO_RPORT, SIP_FORCE_RPORT));
	json_object_text(&entry->object, "SIP-Comedia",
			 nat_letter(entry, SIP_AUTO_COMEDIA, SIP_SYMMETRIC_RTP));
	put_y(entry, "ACL", entry->peer->acl.is_present);
	put_y(entry, "SIP-DirectMedia", has(entry, SIP_DIRECT_MEDIA));
	put_y(entry, "SIP-PromiscRedir", has(entry, SIP_PROMISC_REDIR));
	put_y(entry, "SIP-UserPhone", has(entry, SIP_USER_PHONE));
	put_y(entry, "SIP-VideoSupport", has(entry, SIP_VIDEO));
	put_y(entry, "SIP-T.38Support", has(entry, SIP_T38_MASK));
	put_y(entry, "SIP-Encryption", has(entry, SIP_ENCRYPTION));
	put_y(entry, "SIP-Use-Reason-Header", has(entry, SIP_Q850_REASON));
	json_object_slice(&entry->object, "SIP-RTP-Engine", text(entry, SIP_ENGINE));
	json_object_slice(&entry->object, "Default-Username", text(entry, SIP_USERNAME));
	put_codecs(entry);
}

void show_sip_peer(const struct sip_model *model, const struct sip_peer *peer, struct buffer *out)
{
	struct entry entry = { .model = model, .peer = peer, .object = json_object_begin(out) };
	const char *kind = peer->is_peer && peer->is_user ? "friend"
			   : peer->is_peer                ? "peer"
							  : "user";
	/* Nobody can ask the real one for a name with such bytes. */
	if (slice_find_byte(peer->name, '"') == peer->name.size)
		json_object_text(&entry.object, "kind", kind);
	if (peer->is_peer) {
		put_peer(&entry);
		json_object_key(&entry.object, "ami");
		struct entry manager = { model, peer, json_object_begin(out) };
		put_manager(&manager);
		json_object_end(&manager.object);
	}
	if (peer->is_user) {
		json_object_key(&entry.object, "user");
		struct entry user = { model, peer, json_object_begin(out) };
		put_common(&user);
		put_sessions(&user, "Sess-Min-SE");
		json_object_end(&user.object);
	}
	json_object_end(&entry.object);
}
