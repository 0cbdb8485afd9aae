/* SPDX-License-Identifier: Apache-2.0
 *
 * RTP: whose packets are believed, and whether dead calls end.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_fact.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/address.h"
#include "audit/base/attributes.h"
#include "audit/model/model.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/pjsip_entries.h"
#include "checks/remedy.h"
#include "checks/sip_entries.h"
#include "checks/verdict.h"

static const char see_rtp[] = "Settings, Asterisk SIP Settings, RTP Settings";

/* strictrtp: ast_false switches it off, "seqno" (13.19 and 15.2 on) is a stricter form, anything
 * else that is true switches it on (res_rtp_asterisk.c). Off by default before 11. */
static void evaluate_strict(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct asterisk_settings *settings = model->asterisk->settings;
	const struct fact_slice *strict = &settings->strict_rtp;
	unsigned int version = model->asterisk->version_number;
	const enum exposure none = EXPOSURE_NOT_APPLICABLE;
	if (strict->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, strict->unread);
	} else if (strict->state == FACT_PRESENT) {
		if (conf_is_true(strict->value) || slice_is_ignore_case(strict->value, "seqno"))
			verdict_pass(verdict, strict->origin, "strictrtp", "%s",
				     verdict_text(verdict, strict->value));
		else
			verdict_fail(verdict, none, strict->origin, "strictrtp",
				     "%s: packets from any address enter a call's media",
				     verdict_text(verdict, strict->value));
	} else if (!version) {
		verdict_unknown_because(verdict, "strictrtp",
					"it is not set, it was off by default before Asterisk 11, "
					"and the version is not known",
					"give --allow-asterisk-cli, or set it to yes");
	} else if (version < 1100) {
		verdict_fail(verdict, none, asterisk_file_origin(settings->rtp_conf), "strictrtp",
			     "not set, and off by default in this version");
	} else {
		verdict_pass(verdict, ORIGIN_NONE, "strictrtp",
			     "not set, and on by default in this version");
	}
}

static void remedy_strict(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "rtp show settings", NULL };
	const struct asterisk_settings *settings = model->asterisk->settings;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place place =
		asterisk_place_of(settings->rtp_conf, "general", settings->strict_rtp.origin);
	place.page = see_rtp;
	asterisk_remedy_set(&change, &place, "strictrtp", "yes");
	asterisk_remedy_end(&change, "module reload res_rtp_asterisk.so", verify);
}

/* rtptimeout as chan_sip reads it: the last line counts, and where it is no number of 0 or more, or
 * is not there, INHERITED. */
static int64_t media_timeout(const struct conf_category *category, int64_t inherited)
{
	const struct conf_variable *line = category ? conf_last(category, "rtptimeout") : NULL;
	int64_t value = 0;
	if (!line)
		return inherited;
	return conf_leading_number(line->value, &value) && value >= 0 ? value : inherited;
}

/* What does not end its dead calls, for one driver. */
struct endless {
	size_t count;
	size_t without;
	const char *first;
	struct origin origin;
};

static void add_endless(struct endless *endless, const char *name, struct origin origin)
{
	if (!endless->without++) {
		endless->first = name;
		endless->origin = origin;
	}
}

static void tell_endless(const struct endless *endless, struct verdict *verdict, const char *driver,
			 const char *setting)
{
	if (endless->without)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, endless->origin, driver,
			     "%zu of %zu entries have no %s (the first: %s): a call whose far end "
			     "has died runs on, and is paid",
			     endless->without, endless->count, setting, endless->first);
}

static void judge_sip_dead_calls(const struct model *model, struct verdict *verdict)
{
	struct sip_view view;
	if (!sip_view_begin(&view, verdict, model))
		return;
	const struct sip_model *sip = view.sip;
	int64_t general = media_timeout(sip->general.category, 0);
	struct endless endless = { .count = sip->peer_count };
	for (size_t i = 0; i < sip->peer_count; i++) {
		const struct sip_peer *peer = &sip->peers[i];
		if (media_timeout(peer->category, general) == 0 &&
		    peer->numbers[SIP_SESSION_TIMERS] != 1)
			add_endless(&endless, verdict_text(verdict, peer->name), peer->origin);
	}
	tell_endless(&endless, verdict, "chan_sip", "rtptimeout");
	sip_view_end(&view, verdict, sip->peer_count, "rtptimeout ends calls whose media stops");
}

/* timers=always: pjproject refreshes the session whatever the other side says. */
static bool pjsip_ends_dead_calls(const struct pjsip_endpoint *endpoint)
{
	const struct conf_variable *timeout = conf_last(endpoint->object.category, "rtp_timeout");
	const struct conf_variable *timers = conf_last(endpoint->object.category, "timers");
	int64_t seconds = 0;
	if (timeout && pjsip_field_number(timeout->value, &seconds) && seconds > 0)
		return true;
	return timers && (slice_is_ignore_case(timers->value, "always") ||
			  slice_is_ignore_case(timers->value, "forced"));
}

static void judge_pjsip_dead_calls(const struct model *model, struct verdict *verdict)
{
	struct pjsip_view view;
	if (!pjsip_view_begin(&view, verdict, model))
		return;
	const struct pjsip_model *pjsip = view.pjsip;
	struct endless endless = { .count = pjsip->endpoint_count };
	for (size_t i = 0; i < pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &pjsip->endpoints[i];
		if (!pjsip_ends_dead_calls(endpoint))
			add_endless(&endless, verdict_text(verdict, endpoint->object.name),
				    endpoint->object.origin);
	}
	tell_endless(&endless, verdict, "PJSIP", "rtp_timeout");
	pjsip_view_end(&view, verdict, pjsip->endpoint_count,
		       "rtp_timeout ends calls whose media stops", "PJSIP has no endpoint");
}

static void evaluate_dead_calls(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	judge_sip_dead_calls(model, verdict);
	judge_pjsip_dead_calls(model, verdict);
}

static void remedy_sip_dead_calls(const struct model *model, struct remedy *remedy)
{
	static const char *const verify[] = { "sip show settings", NULL };
	const struct conf_file *file = model->asterisk->sip->file;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	static const char *const keys[][2] = { { "rtptimeout", "60" },
					       { "rtpholdtimeout", "300" } };
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		struct fact_slice line =
			conf_fact_slice(file, "general", keys[i][0], CONF_PICK_LAST);
		struct asterisk_place place = asterisk_place_of(file, "general", line.origin);
		place.page = "Settings, Asterisk SIP Settings, Chan SIP Settings";
		asterisk_remedy_set(&change, &place, keys[i][0], keys[i][1]);
	}
	asterisk_remedy_end(&change, "sip reload", verify);
}

static void remedy_pjsip_dead_calls(const struct model *model, struct remedy *remedy)
{
	static const char *const verify[] = { "pjsip show endpoints", NULL };
	const struct pjsip_model *pjsip = model->asterisk->pjsip;
	static const char *const keys[][2] = { { "rtp_timeout", "60" },
					       { "rtp_timeout_hold", "300" } };
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < pjsip->endpoint_count; i++) {
		const struct pjsip_object *object = &pjsip->endpoints[i].object;
		if (pjsip_ends_dead_calls(&pjsip->endpoints[i]))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(keys); k++) {
			struct asterisk_place place =
				pjsip_place(object, conf_last(object->category, keys[k][0]));
			asterisk_remedy_set(&change, &place, keys[k][0], keys[k][1]);
		}
	}
	asterisk_remedy_end(&change, "pjsip reload", verify);
}

static void remedy_dead_calls(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	for (size_t i = 0; i < verdict->count; i++) {
		if (verdict->evidence[i].role != EVIDENCE_FAILS)
			continue;
		if (slice_is(slice_of(verdict->evidence[i].subject), "chan_sip"))
			remedy_sip_dead_calls(model, remedy);
		else
			remedy_pjsip_dead_calls(model, remedy);
	}
}

/* Entries whose media may go straight to the other side, by what the channel drivers allow
 * (sip_get_rtp_peer, chan_pjsip_get_rtp_peer): both legs must. "nonat" and
 * disable_direct_media_on_nat keep it off for phones behind a NAT alone, so not for those inside.
 */
struct straight_media {
	size_t phones;
	/* Static entries that were looked at. */
	size_t looked_at;
};

static bool sip_allows_straight(const struct sip_peer *peer)
{
	return (peer->flags.values & SIP_DIRECT_MEDIA) && !(peer->flags.values & SIP_ENCRYPTION) &&
	       !peer->has_direct_media_acl;
}

/* A trunk in the house's own network learns nothing new. */
static bool is_outside(struct address address)
{
	return address.family == ADDRESS_NONE ||
	       !(address_is_private(address) || address_is_loopback(address));
}

static void add_sip_media(const struct sip_model *sip, struct straight_media *media,
			  struct verdict *verdict)
{
	for (size_t i = 0; i < sip->peer_count; i++) {
		const struct sip_peer *peer = &sip->peers[i];
		bool is_trunk = sip_peer_is_static(peer) && is_outside(peer->address);
		if (!is_trunk && sip_allows_straight(peer))
			media->phones++;
		media->looked_at += is_trunk;
		if (!is_trunk || !sip_allows_straight(peer))
			continue;
		if (verdict)
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, peer->origin,
				     sip_peer_subject(verdict, peer),
				     "directmedia is on: calls tell this trunk the phones' inner "
				     "addresses");
	}
}

static bool pjsip_allows_straight(const struct pjsip_endpoint *endpoint)
{
	const struct conf_category *category = endpoint->object.category;
	const struct conf_variable *encryption = conf_last(category, "media_encryption");
	const struct conf_variable *direct = conf_last(category, "direct_media");
	return (!direct || conf_is_true(direct->value)) &&
	       (!encryption || slice_is_ignore_case(encryption->value, "no"));
}

/* The host of "sip:user@192.0.2.9:5060" as an address; false for names. */
static bool contact_address(struct slice uri, struct address *ret_address)
{
	size_t at = slice_find_last_byte(uri, '@');
	struct slice host = at < uri.size ? slice_from(uri, at + 1)
					  : slice_from(uri, slice_find_byte(uri, ':') + 1);
	if (slice_starts_with(host, "["))
		return address_parse(slice_part(host, 1, slice_find_byte(host, ']') - 1),
				     ret_address);
	host = slice_part(host, 0, slice_find_byte(host, ';'));
	return address_parse(slice_part(host, 0, slice_find_byte(host, ':')), ret_address);
}

static bool aor_leads_outside(const struct pjsip_aor *aor)
{
	const struct conf_category *category = aor->object.category;
	for (size_t i = 0; aor->has_static_contact && i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		struct address address = { .family = ADDRESS_NONE };
		if (!slice_is_ignore_case(line->name, "contact"))
			continue;
		if (!contact_address(line->value, &address) || is_outside(address))
			return true;
	}
	return false;
}

static bool pjsip_is_outside_trunk(const struct pjsip_model *pjsip,
				   const struct pjsip_endpoint *endpoint)
{
	struct slice names = endpoint->aors ? endpoint->aors->value : SLICE(""), name;
	while (slice_next_field(&names, ',', &name)) {
		const struct pjsip_aor *aor = pjsip_find_aor(pjsip, slice_trim(name));
		if (aor && aor_leads_outside(aor))
			return true;
	}
	return false;
}

static void add_pjsip_media(const struct pjsip_model *pjsip, struct straight_media *media,
			    struct verdict *verdict)
{
	for (size_t i = 0; i < pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &pjsip->endpoints[i];
		const struct pjsip_object *object = &endpoint->object;
		bool is_trunk = pjsip_is_outside_trunk(pjsip, endpoint);
		bool is_straight = pjsip_allows_straight(endpoint);
		if (!is_trunk && is_straight)
			media->phones++;
		media->looked_at += is_trunk;
		if (!is_trunk || !is_straight)
			continue;
		if (verdict)
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, object->origin,
				     pjsip_subject(verdict, "endpoint", object->name),
				     "direct_media is on: calls tell this trunk the phones' inner "
				     "addresses");
	}
}

/* Phones of one driver and trunks of the other meet as well. */
static void evaluate_straight(const struct check *check, const struct model *model,
			      struct verdict *verdict)
{
	struct sip_view sip;
	struct pjsip_view pjsip;
	struct straight_media media = { .phones = 0 };
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	bool has_sip = sip_view_begin(&sip, verdict, model);
	bool has_pjsip = pjsip_view_begin(&pjsip, verdict, model);
	if (has_sip)
		add_sip_media(sip.sip, &media, NULL);
	if (has_pjsip)
		add_pjsip_media(pjsip.pjsip, &media, NULL);
	size_t looked_at = media.looked_at;
	if (media.phones && has_sip)
		add_sip_media(sip.sip, &media, verdict);
	if (media.phones && has_pjsip)
		add_pjsip_media(pjsip.pjsip, &media, verdict);
	if (has_sip)
		sip_view_end(&sip, verdict, looked_at,
			     "no call tells a trunk the phones' addresses");
	if (has_pjsip)
		pjsip_view_end(&pjsip, verdict, looked_at,
			       "no call tells a trunk the phones' addresses",
			       "no trunk outside of the own networks");
}

static void remedy_straight(const struct check *check, const struct model *model,
			    const struct verdict *verdict, struct remedy *remedy)
{
	static const char *const verify_sip[] = { "sip show peers", NULL };
	static const char *const verify_pjsip[] = { "pjsip show endpoints", NULL };
	const struct sip_model *sip = model->asterisk->sip;
	const struct pjsip_model *pjsip = model->asterisk->pjsip;
	struct asterisk_remedy change;
	(void)check;
	(void)verdict;
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < sip->peer_count; i++) {
		const struct sip_peer *peer = &sip->peers[i];
		if (!sip_peer_is_static(peer) || !is_outside(peer->address) ||
		    !sip_allows_straight(peer))
			continue;
		struct asterisk_place place =
			sip_peer_place(peer, conf_last(peer->category, "directmedia"));
		asterisk_remedy_set(&change, &place, "directmedia", "no");
	}
	if (change.count)
		asterisk_remedy_end(&change, "sip reload", verify_sip);
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < pjsip->endpoint_count; i++) {
		const struct pjsip_endpoint *endpoint = &pjsip->endpoints[i];
		if (!pjsip_is_outside_trunk(pjsip, endpoint) || !pjsip_allows_straight(endpoint))
			continue;
		struct asterisk_place place = pjsip_place(
			&endpoint->object, conf_last(endpoint->object.category, "direct_media"));
		asterisk_remedy_set(&change, &place, "direct_media", "no");
	}
	if (change.count)
		asterisk_remedy_end(&change, "pjsip reload", verify_pjsip);
}

static const struct check rows[] = {
	{
		.id = "RTP-001",
		.title = "Strict RTP is on",
		.why = "Without it anybody who sends packets to a call's port is heard in the "
		       "call, or receives its sound.",
		.evaluates = "rtp.conf [general] strictrtp: yes or seqno; unset it is off before "
			     "Asterisk 11 and on since.",
		.likelihood = 5,
		.impact = 6,
		.references = { "res_rtp_asterisk.c", "AST-2017-005", "AST-2017-008" },
		.evaluate = evaluate_strict,
		.remedy = remedy_strict,
	},
	{
		.id = "RTP-002",
		.title = "Dead calls end",
		.why = "A call that nobody hears any more still costs by the minute, and takes a "
		       "channel.",
		.evaluates = "The effective rtptimeout of each entry of chan_sip, its own or that "
			     "of [general], and rtp_timeout of each endpoint of PJSIP (0 and "
			     "unset mean never); session timers that this host starts "
			     "(session-timers=originate, timers=always) do as well.",
		.likelihood = 4,
		.impact = 6,
		.references = { "seed 2.4", "sip.conf.sample" },
		.evaluate = evaluate_dead_calls,
		.remedy = remedy_dead_calls,
	},
	{
		.id = "RTP-003",
		.title = "Media leaks no inner addresses",
		.why = "With direct media the trunk is told the address of each phone: a map of "
		       "the inner network, and one-way sound where it can't be reached.",
		.evaluates =
			"directmedia (chan_sip) and direct_media (PJSIP), both yes by default, of "
			"entries with a fixed address outside of the private networks, where "
			"phones "
			"have it on too: Asterisk joins the two only where both allow it. SRTP and "
			"directmediapermit/deny keep it off.",
		.likelihood = 2,
		.impact = 4,
		.level = LEVEL_STRICT,
		.references = { "sip.conf.sample", "chan_sip.c", "chan_pjsip.c" },
		.evaluate = evaluate_straight,
		.remedy = remedy_straight,
	},
};

CHECK_LIST(media_checks, rows);
