/* SPDX-License-Identifier: Apache-2.0
 *
 * The small languages inside sshd_config's arguments: numbers, times, ports, sizes, service
 * classes. Each accepts what the C functions behind sshd accept, no more and no less
 * (openssh-portable misc.c, openbsd-compat/strtonum.c, openbsd-compat/fmt_scaled.c).
 */
#ifndef RINGFENCE_SSHD_SSHD_VALUES_H
#define RINGFENCE_SSHD_SSHD_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/sshd/sshd_version.h"

/* strtol(3) in BASE 8, 10 or 0 at the beginning of *REST: blanks, a sign, digits. False, and *REST
 * unchanged, when there are no digits. A number out of range is the largest or smallest. */
bool sshd_take_long(struct slice *rest, unsigned int base, int64_t *ret_number) MUST_CHECK;

/* strtonum(3): TEXT is one decimal number from MINIMUM to MAXIMUM. */
bool sshd_parse_number(struct slice text, int64_t minimum, int64_t maximum,
		       int64_t *ret_number) MUST_CHECK;

/* Seconds of "1h30m", "600", "2d"; -1 when TEXT is no time or more than an int holds. */
int64_t sshd_parse_time(struct sshd_version version, struct slice text);

/* 0 to 65535, by number or by name; -1 when it is neither. SERVICES is the text of services(5), or
 * empty: then a few usual names are known. */
int sshd_parse_port(struct slice text, struct slice services);

/* A DSCP class, an old TOS name or a number; INT_MAX for "none", -1 when it is none of them. */
int sshd_parse_ipqos(struct slice text);

/* The name of VALUE as sshd prints it, or NULL where it prints a hexadecimal number. */
const char *sshd_ipqos_name(int value);

/* "512M", "1.5G", "default" apart: a number with a scale letter. */
bool sshd_parse_scaled(struct slice text, int64_t *ret_number) MUST_CHECK;

/* Splits "host:port", "[v6]:port", "host" off *TEXT: *RET_HOST with its brackets, *RET_REST what
 * follows the separator, *RET_HAS_REST whether there is one. False where sshd says "bad usage"
 * (hpdelim in misc.c). */
bool sshd_split_host_port(struct slice text, struct slice *ret_host, struct slice *ret_rest,
			  bool *ret_has_rest) MUST_CHECK;

/* HOST without the brackets around it. */
struct slice sshd_clean_host(struct slice host);

#endif
