/* SPDX-License-Identifier: Apache-2.0
 *
 * The yes-and-no options that [general] and each entry of sip.conf share: handle_common_options,
 * handle_t38_options and sip_parse_nat_option of channels/chan_sip.c.
 */
#ifndef RINGFENCE_ASTERISK_SIP_FLAGS_H
#define RINGFENCE_ASTERISK_SIP_FLAGS_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/slice.h"

enum sip_flag {
	SIP_TRUST_RPID = 1 << 0,
	SIP_USE_PATH = 1 << 1,
	SIP_SEND_PAI = 1 << 2,
	SIP_SEND_RPID = 1 << 3,
	SIP_TRUST_OUTBOUND_NO = 1 << 4,
	SIP_TRUST_OUTBOUND_YES = 1 << 5,
	SIP_USE_CLIENT_CODE = 1 << 6,
	SIP_FORCE_RPORT = 1 << 7,
	SIP_SYMMETRIC_RTP = 1 << 8,
	SIP_AUTO_RPORT = 1 << 9,
	SIP_AUTO_COMEDIA = 1 << 10,
	SIP_DIRECT_MEDIA = 1 << 11,
	SIP_DIRECT_MEDIA_NAT = 1 << 12,
	SIP_REINVITE_UPDATE = 1 << 13,
	SIP_INSECURE_PORT = 1 << 14,
	SIP_INSECURE_INVITE = 1 << 15,
	SIP_PROMISC_REDIR = 1 << 16,
	SIP_VIDEO = 1 << 17,
	SIP_VIDEO_ALWAYS = 1 << 18,
	SIP_TEXT = 1 << 19,
	SIP_OVERLAP_YES = 1 << 20,
	SIP_OVERLAP_DTMF = 1 << 21,
	SIP_SUBSCRIBE = 1 << 22,
	SIP_IGNORE_SDP_VERSION = 1 << 23,
	SIP_RFC2833_COMPENSATE = 1 << 24,
	SIP_RTCP_MUX = 1 << 25,
	SIP_T38_PLAIN = 1 << 26,
	SIP_T38_FEC = 1 << 27,
	SIP_USER_PHONE = 1 << 28,
	SIP_Q850_REASON = 1 << 29,
	SIP_ENCRYPTION = 1 << 30,
};

#define SIP_T38_MASK ((uint32_t)(SIP_T38_PLAIN | SIP_T38_FEC))
#define SIP_INSECURE_MASK ((uint32_t)(SIP_INSECURE_PORT | SIP_INSECURE_INVITE))

enum sip_dtmf {
	SIP_DTMF_RFC2833,
	SIP_DTMF_INBAND,
	SIP_DTMF_INFO,
	SIP_DTMF_AUTO,
	SIP_DTMF_SHORTINFO,
};

/* Options as they are read: VALUES of the bits in MASK. */
struct sip_flags {
	uint32_t values;
	uint32_t mask;
	enum sip_dtmf dtmf;
	bool has_dtmf;
	/* 0 no, 1 never, 2 yes. */
	uint8_t progress_inband;
	bool has_progress_inband;
	/* t38pt_udptl=...,maxdatagram=N; -1 when not given. */
	int32_t t38_max_datagram;
	bool has_t38_max_datagram;
};

/* Takes the option NAME = VALUE in; false when it is none of them. */
bool sip_flags_take(struct sip_flags *flags, struct slice name, struct slice value,
		    unsigned int asterisk_version);

/* Sets or clears one bit, leaving the mask alone. */
void sip_flags_put(uint32_t *values, uint32_t bits, bool on);

/* TARGET with what OVER has. */
void sip_flags_apply(struct sip_flags *target, const struct sip_flags *over);

#endif
