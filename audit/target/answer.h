/* SPDX-License-Identifier: Apache-2.0
 *
 * The text of a probe's answer that the local target writes itself. It is built in pages of its own
 * that are wiped afterwards: command lines hold passwords. Only audit/target/ includes this.
 */
#ifndef RINGFENCE_TARGET_ANSWER_H
#define RINGFENCE_TARGET_ANSWER_H

#include "audit/base/attributes.h"
#include "audit/target/target_core.h"

struct answer {
	char *pages;
	size_t size;
	/* More than TARGET_FILE_BYTES_MAX was written. */
	bool is_cut;
};

/* False when memory is short. The caller ends it with answer_finish or answer_done. */
bool answer_begin(struct answer *answer) MUST_CHECK;

void answer_append(struct answer *answer, const void *data, size_t size);
void answer_format(struct answer *answer, const char *format, ...) PRINTF_LIKE(2, 3);

/* Moves the text into secret memory of ARENA. */
enum load_status answer_finish(struct answer *answer, struct arena *arena,
			       struct target_bytes *ret_bytes, struct target_trouble *trouble);

/* Wipes and frees. */
void answer_done(struct answer *answer);

/* What the kernel tells without any program, each as the probe's command would print it. */
typedef enum load_status local_answer(struct target *target, struct target_bytes *ret_bytes,
				      struct target_trouble *trouble);
local_answer local_sockets_answer;
local_answer local_processes_answer;
local_answer local_deleted_files_answer;
local_answer local_sysctl_answer;
local_answer local_addresses_answer;
local_answer local_units_answer;
local_answer local_uname_answer;
local_answer local_container_answer;
local_answer local_df_answer;
local_answer local_asterisk_socket_answer;

#endif
