/* SPDX-License-Identifier: Apache-2.0
 *
 * Single facts of one process of this host, from /proc/PID. Only audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_LOCAL_PROCESS_H
#define RINGFENCE_TARGET_LOCAL_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/buffer.h"

/* comm of a kernel worker may be longer than the 16 bytes of a program's. */
#define LOCAL_PROCESS_NAME_BYTES 64

/* PROC is a descriptor of /proc. NAME has LOCAL_PROCESS_NAME_BYTES; "" when it has gone. Quotes and
 * bytes that are not printable become '?', so that the text stays one field. */
void local_process_name(int proc, uint32_t pid, char *name);

/* The path in the hierarchy that systemd manages: of version 2, else that named systemd. False
 * when it is not known. */
bool local_process_cgroup(int proc, uint32_t pid, struct buffer *ret_path) MUST_CHECK;

/* Up to SIZE bytes of the file NAME of PID: the number read, 0 when it can't be had. */
size_t local_process_read(int proc, uint32_t pid, const char *name, char *data, size_t size);

#endif
