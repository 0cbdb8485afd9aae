/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/saved_scan.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/command/saved_result.h"
#include "audit/scan/scan_read.h"

const struct scan_result *saved_scan_load(const char *path, struct arena *arena,
					  struct error *error)
{
	BUFFER_AUTO text = { 0 };
	if (!saved_file_read(path, SCAN_READ_BYTES_MAX, &text, error))
		return NULL;
	struct scan_result *scan = ARENA_NEW(arena, struct scan_result);
	if (!scan) {
		(void)error_memory(error);
		return NULL;
	}
	return scan_read(buffer_slice(&text), path, arena, scan, error) ? scan : NULL;
}
