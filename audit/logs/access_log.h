/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of web servers: the access log in the common and combined formats of Apache and nginx, of
 * which requests that only an exploit for a PBX makes count, and Apache's failed logins of its
 * error log.
 */
#ifndef RINGFENCE_LOGS_ACCESS_LOG_H
#define RINGFENCE_LOGS_ACCESS_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/slice.h"

struct log_match;

/* False: LINE is no such line, or nothing to count. The request and the user agent are the
 * stranger's; the address stands before them. */
bool access_log_match(struct slice line, struct log_match *ret_match, int64_t *ret_time);

#endif
