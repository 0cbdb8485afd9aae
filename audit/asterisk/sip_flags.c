/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/sip_flags.h"

#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"

/* char buf[64] in set_insecure_flags and for directmedia: longer values are cut. */
#define MODE_BYTES 63

/* Options that are ast_true() or not. */
static const struct {
	const char *name;
	uint32_t bit;
} plain_options[] = {
	{ "trustrpid", SIP_TRUST_RPID },
	{ "supportpath", SIP_USE_PATH },
	{ "useclientcode", SIP_USE_CLIENT_CODE },
	{ "promiscredir", SIP_PROMISC_REDIR },
	{ "textsupport", SIP_TEXT },
	{ "allowsubscribe", SIP_SUBSCRIBE },
	{ "ignoresdpversion", SIP_IGNORE_SDP_VERSION },
	{ "rfc2833compensate", SIP_RFC2833_COMPENSATE },
	{ "rtcp_mux", SIP_RTCP_MUX },
};

/* Known and taken by Asterisk, of no interest here. */
static const char *const other_options[] = {
	"rpid_update", "rpid_immediate", "g726nonstandard",
	"faxdetect",   "buggymwi",       "t38pt_usertpsource",
};

void sip_flags_put(uint32_t *values, uint32_t bits, bool on)
{
	if (on)
		*values |= bits;
	else
		*values &= ~bits;
}

static void set_choice(struct sip_flags *flags, uint32_t mask, uint32_t values)
{
	flags->mask |= mask;
	flags->values = (flags->values & ~mask) | values;
}

static void take_send_rpid(struct sip_flags *flags, struct slice value)
{
	/* Nothing is cleared: a later "no" leaves an earlier "yes" of the same section. */
	flags->mask |= SIP_SEND_PAI | SIP_SEND_RPID;
	if (slice_is_ignore_case(value, "pai"))
		flags->values |= SIP_SEND_PAI;
	else if (slice_is_ignore_case(value, "rpid") || conf_is_true(value))
		flags->values |= SIP_SEND_RPID;
}

static void take_trust_outbound(struct sip_flags *flags, struct slice value)
{
	uint32_t bit = 0;
	if (slice_is_ignore_case(value, "legacy"))
		bit = 0;
	else if (conf_is_true(value))
		bit = SIP_TRUST_OUTBOUND_YES;
	else if (conf_is_false(value))
		bit = SIP_TRUST_OUTBOUND_NO;
	set_choice(flags, SIP_TRUST_OUTBOUND_YES | SIP_TRUST_OUTBOUND_NO, bit);
}

static void take_dtmf(struct sip_flags *flags, struct slice value)
{
	static const char *const words[] = {
		[SIP_DTMF_RFC2833] = "rfc2833",     [SIP_DTMF_INBAND] = "inband",
		[SIP_DTMF_INFO] = "info",           [SIP_DTMF_AUTO] = "auto",
		[SIP_DTMF_SHORTINFO] = "shortinfo",
	};
	flags->has_dtmf = true;
	flags->dtmf = SIP_DTMF_RFC2833;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (slice_is_ignore_case(value, words[i]))
			flags->dtmf = (enum sip_dtmf)i;
}

/* Up to 1.8 and 10: yes, no, route, never, force_rport, comedia; "auto_" words from 11 on. */
static void take_nat(struct sip_flags *flags, struct slice value)
{
	const uint32_t all =
		SIP_FORCE_RPORT | SIP_SYMMETRIC_RTP | SIP_AUTO_RPORT | SIP_AUTO_COMEDIA;
	struct slice word;
	bool more = true;
	flags->mask |= all;
	while (conf_next_field(&value, &more, &word)) {
		if (conf_is_false(word)) {
			flags->values &= ~all;
			return;
		}
		if (slice_is_ignore_case(word, "yes")) {
			set_choice(flags, all, SIP_FORCE_RPORT | SIP_SYMMETRIC_RTP);
			return;
		}
		if (slice_is_ignore_case(word, "force_rport")) {
			if (!(flags->values & SIP_AUTO_RPORT))
				flags->values |= SIP_FORCE_RPORT;
		} else if (slice_is_ignore_case(word, "comedia")) {
			if (!(flags->values & SIP_AUTO_COMEDIA))
				flags->values |= SIP_SYMMETRIC_RTP;
		} else if (slice_is_ignore_case(word, "auto_force_rport")) {
			set_choice(flags, SIP_FORCE_RPORT | SIP_AUTO_RPORT, SIP_AUTO_RPORT);
		} else if (slice_is_ignore_case(word, "auto_comedia")) {
			set_choice(flags, SIP_SYMMETRIC_RTP | SIP_AUTO_COMEDIA, SIP_AUTO_COMEDIA);
		}
	}
}

static void take_direct_media(struct sip_flags *flags, struct slice value)
{
	set_choice(flags, SIP_DIRECT_MEDIA | SIP_DIRECT_MEDIA_NAT | SIP_REINVITE_UPDATE, 0);
	if (conf_is_true(value)) {
		flags->values |= SIP_DIRECT_MEDIA | SIP_DIRECT_MEDIA_NAT;
		return;
	}
	if (conf_is_false(value))
		return;
	struct slice rest = slice_part(value, 0, MODE_BYTES), word;
	bool more = true;
	while (conf_next_field(&rest, &more, &word)) {
		if (slice_is_ignore_case(word, "update")) {
			flags->values |= SIP_REINVITE_UPDATE | SIP_DIRECT_MEDIA;
		} else if (slice_is_ignore_case(word, "nonat")) {
			flags->values |= SIP_DIRECT_MEDIA;
			flags->values &= ~(uint32_t)SIP_DIRECT_MEDIA_NAT;
		} else if (slice_is_ignore_case(word, "outgoing")) {
			flags->values |= SIP_DIRECT_MEDIA;
		}
	}
}

/* Version 1.4 took "yes" and "very"; later ones only warn of them. */
static void take_insecure(struct sip_flags *flags, struct slice value, unsigned int version)
{
	set_choice(flags, SIP_INSECURE_MASK, 0);
	if (value.size == 0 || conf_is_false(value))
		return;
	if (version && version < 106) {
		if (slice_is_ignore_case(value, "very")) {
			flags->values |= SIP_INSECURE_MASK;
			return;
		}
		if (conf_is_true(value)) {
			flags->values |= SIP_INSECURE_PORT;
			return;
		}
	}
	struct slice rest = slice_part(value, 0, MODE_BYTES), word;
	bool more = true;
	while (conf_next_field(&rest, &more, &word)) {
		if (slice_is_ignore_case(word, "port"))
			flags->values |= SIP_INSECURE_PORT;
		else if (slice_is_ignore_case(word, "invite"))
			flags->values |= SIP_INSECURE_INVITE;
	}
}

static void take_video(struct sip_flags *flags, struct slice value)
{
	if (slice_is_ignore_case(value, "always"))
		set_choice(flags, SIP_VIDEO_ALWAYS, SIP_VIDEO_ALWAYS);
	else
		set_choice(flags, SIP_VIDEO, conf_is_true(value) ? SIP_VIDEO : 0);
}

static void take_overlap(struct sip_flags *flags, struct slice value)
{
	uint32_t bit = conf_is_true(value)                   ? SIP_OVERLAP_YES
		       : slice_is_ignore_case(value, "dtmf") ? SIP_OVERLAP_DTMF
							     : 0;
	set_choice(flags, SIP_OVERLAP_YES | SIP_OVERLAP_DTMF, bit);
}

static void take_t38(struct sip_flags *flags, struct slice value)
{
	static const char limit[] = "maxdatagram=";
	struct slice word;
	bool more = true;
	flags->mask |= SIP_T38_MASK;
	while (conf_next_field(&value, &more, &word)) {
		long number;
		if (conf_is_true(word) || slice_is_ignore_case(word, "fec")) {
			set_choice(flags, SIP_T38_MASK, SIP_T38_FEC);
		} else if (slice_is_ignore_case(word, "redundancy")) {
			set_choice(flags, SIP_T38_MASK, SIP_T38_MASK);
		} else if (slice_is_ignore_case(word, "none")) {
			set_choice(flags, SIP_T38_MASK, SIP_T38_PLAIN);
		} else if (slice_is_ignore_case(slice_part(word, 0, sizeof(limit) - 1), limit)) {
			flags->has_t38_max_datagram = true;
			flags->t38_max_datagram =
				conf_scan_number(slice_from(word, sizeof(limit) - 1), &number)
					? (int32_t)number
					: -1;
		}
	}
}

static void take_progress(struct sip_flags *flags, struct slice value)
{
	flags->has_progress_inband = true;
	flags->progress_inband = conf_is_true(value)                    ? 2
				 : slice_is_ignore_case(value, "never") ? 1
									: 0;
}

bool sip_flags_take(struct sip_flags *flags, struct slice name, struct slice value,
		    unsigned int asterisk_version)
{
	for (size_t i = 0; i < ARRAY_SIZE(plain_options); i++) {
		if (slice_is_ignore_case(name, plain_options[i].name)) {
			set_choice(flags, plain_options[i].bit,
				   conf_is_true(value) ? plain_options[i].bit : 0);
			return true;
		}
	}
	if (slice_is_ignore_case(name, "insecure"))
		take_insecure(flags, value, asterisk_version);
	else if (slice_is_ignore_case(name, "nat"))
		take_nat(flags, value);
	else if (slice_is_ignore_case(name, "directmedia") ||
		 slice_is_ignore_case(name, "canreinvite"))
		take_direct_media(flags, value);
	else if (slice_is_ignore_case(name, "dtmfmode"))
		take_dtmf(flags, value);
	else if (slice_is_ignore_case(name, "sendrpid"))
		take_send_rpid(flags, value);
	else if (slice_is_ignore_case(name, "trust_id_outbound"))
		take_trust_outbound(flags, value);
	else if (slice_is_ignore_case(name, "videosupport"))
		take_video(flags, value);
	else if (slice_is_ignore_case(name, "allowoverlap"))
		take_overlap(flags, value);
	else if (slice_is_ignore_case(name, "t38pt_udptl"))
		take_t38(flags, value);
	else if (slice_is_ignore_case(name, "progressinband"))
		take_progress(flags, value);
	else
		goto others;
	return true;
others:
	for (size_t i = 0; i < ARRAY_SIZE(other_options); i++)
		if (slice_is_ignore_case(name, other_options[i]))
			return true;
	return false;
}

void sip_flags_apply(struct sip_flags *target, const struct sip_flags *over)
{
	target->values = (target->values & ~over->mask) | (over->values & over->mask);
	if (over->has_dtmf)
		target->dtmf = over->dtmf;
	if (over->has_progress_inband)
		target->progress_inband = over->progress_inband;
	if (over->has_t38_max_datagram)
		target->t38_max_datagram = over->t38_max_datagram;
}
