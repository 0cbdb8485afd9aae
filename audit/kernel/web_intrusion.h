/* SPDX-License-Identifier: Apache-2.0
 *
 * Signs that somebody has put something into the web server's folders or into the crontabs of its
 * users: PHP that runs what a request brings, hidden scripts, lines that fetch and run. Signs are
 * reasons to look, no proofs.
 */
#ifndef RINGFENCE_KERNEL_WEB_INTRUSION_H
#define RINGFENCE_KERNEL_WEB_INTRUSION_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

struct web_sign {
	/* "/var/www/html/x.php" */
	const char *path;
	/* "runs what a request brings: eval($_POST". */
	const char *what;
	struct origin origin;
};

struct web_intrusion {
	const struct web_sign *signs;
	size_t sign_count;
	/* PHP files whose text was looked at. */
	size_t file_count;
	/* There are more than were looked at. */
	bool is_cut;
	/* Something could not be read; NULL: nothing hindered. */
	const struct unread *unread;
};

/* Files and bytes that are looked at: a GUI's own files near the root are some hundreds. */
#define WEB_INTRUSION_FILES_MAX 600
#define WEB_INTRUSION_BYTES_MAX ((size_t)8 * 1024 * 1024)

/* Below ROOTS (COUNT of them, "/var/www/html"), three folders deep, and the crontabs. NULL only
 * when memory is short. */
const struct web_intrusion *web_intrusion_load(const struct loader *loader,
					       const struct slice *roots, size_t count) MUST_CHECK;

#endif
