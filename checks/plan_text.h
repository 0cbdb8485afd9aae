/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan's rules in the languages of iptables and nftables.
 */
#ifndef RINGFENCE_CHECKS_PLAN_TEXT_H
#define RINGFENCE_CHECKS_PLAN_TEXT_H

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "checks/plan.h"

/* Ports that one rule names: iptables' XT_MULTI_PORTS. */
#define PLAN_PORTS_MAX 15

/* The rules of our chain, "-A ringfence ..." a line, in the order and with the options that
 * iptables-save prints. */
void plan_text_iptables(const struct plan *plan, enum address_family family, struct buffer *out);

/* The table inet ringfence. */
void plan_text_nft(const struct plan *plan, struct buffer *out);

/* Rich rules of firewalld: a network of an audience is let in, everybody else is not. */
void plan_text_firewalld(const struct plan *plan, struct buffer *out);

/* TEXT, as iptables-save writes it (may be empty), without our chain and the jumps to it. */
void plan_text_strip(struct slice text, struct buffer *out);

/* TEXT, already stripped, with our chain of RULES and a jump to it as the first rule of HOOK in its
 * table filter, which is made where it is not there. */
void plan_text_splice(struct slice text, const char *hook, const char *rules, struct buffer *out);

#endif
