/* SPDX-License-Identifier: Apache-2.0
 *
 * One entry of chan_sip as `sip show peer`, `sip show user` and the manager action SIPshowpeer
 * print it.
 */
#ifndef RINGFENCE_COMMAND_SHOW_SIP_PEER_H
#define RINGFENCE_COMMAND_SHOW_SIP_PEER_H

struct buffer;
struct sip_model;
struct sip_peer;

/* Appends the JSON object of PEER. Fields that only a running Asterisk or a name server knows are
 * left out. */
void show_sip_peer(const struct sip_model *model, const struct sip_peer *peer, struct buffer *out);

#endif
