/* SPDX-License-Identifier: Apache-2.0
 *
 * How the address and the account are found in a message, for log_patterns.c. Each shape says
 * which part of the message a stranger writes, and reads from the side that he does not.
 */
#ifndef RINGFENCE_LOGS_LOG_SHAPES_H
#define RINGFENCE_LOGS_LOG_SHAPES_H

#include <stdbool.h>

#include "audit/base/slice.h"

struct log_match;

/* BODY is the message between the row's prefix and suffix. False: the message is not what the row
 * stands for. */
typedef bool log_shape(struct slice body, struct log_match *match);

/* No address in it. */
log_shape log_shape_nothing;
/* "USER from ADDR port N ssh2", also with " [preauth]" behind, with ": KEY" behind "ssh2", or (old)
 * without port. USER and KEY are the stranger's. */
log_shape log_shape_ssh_attempt;
/* The same of a login that worked: USER is an account of the host, KEY is what it accepted. */
log_shape log_shape_ssh_login;
/* "USER from HOST not allowed because ..." */
log_shape log_shape_ssh_refused;
/* "... ruser= rhost=ADDR  user=USER" */
log_shape log_shape_pam;
/* "[authenticating user root|invalid user X] ADDR port N [preauth]" at the end. */
log_shape log_shape_ssh_preauth;
/* "ADDR" and then a blank, ':' or ',' at the start; the rest is anything. */
log_shape log_shape_first;
/* "... [ADDR] failed" */
log_shape log_shape_bracket_failed;
/* "[ADDR]:PORT on ..." */
log_shape log_shape_bracket_port;
/* "ADDR" or "ADDR:PORT" and nothing else, perhaps in single quotes. */
log_shape log_shape_whole;
/* Blank and "ADDR" or "ADDR:PORT" at the end. */
log_shape log_shape_last;
/* "FROM' failed for 'ADDR:PORT": chan_sip; FROM is the stranger's. */
log_shape log_shape_sip_registration;
/* "METHOD from 'FROM' failed for 'ADDR:PORT' (callid: ID) - REASON": FROM and ID are. */
log_shape log_shape_pjsip_request;
/* "FROM (ADDR:PORT) to extension 'EXT' rejected ...": FROM and EXT are. */
log_shape log_shape_sip_call;
/* "PEER' (from ADDR", without the closing bracket; PEER is the stranger's. */
log_shape log_shape_iax_from;
/* A SIP From of its own, with the account in it. */
log_shape log_shape_sip_account;
/* "...Rejecting 'ADDR' due to a failure to pass ACL ..." */
log_shape log_shape_acl;
/* ",EventTV=...,RemoteAddress="IPV4/UDP/ADDR/PORT",...": AccountID and SessionID are. */
log_shape log_shape_security;
/* "'EXT' at ADDR:PORT" */
log_shape log_shape_sip_registered;
/* "AGENT from ADDR:PORT", where AGENT is a known scanner's. */
log_shape log_shape_scanner;
/* "ADDR failed to authenticate as 'USER'" and the like: the manager. */
log_shape log_shape_manager_failed;
/* "USER' logged on from ADDR" */
log_shape log_shape_manager_login;
/* "[JAIL] Ban ADDR" and its kin; sets the kind. */
log_shape log_shape_fail2ban;
/* "   admin : TTY=... ; COMMAND=..." of sudo(8); sets the kind. */
log_shape log_shape_sudo;
/* "NAVIGATION admin: User admin visited ... from ADDR.", "LOGIN admin: ..."; sets the kind. */
log_shape log_shape_elastix;
/* "Authentication failure for USER from ADDR" at the end. */
log_shape log_shape_freepbx;
/* "IN=eth0 OUT= ... SRC=ADDR DST=..." of the kernel's LOG target. */
log_shape log_shape_firewall;

#endif
