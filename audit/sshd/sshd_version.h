/* SPDX-License-Identifier: Apache-2.0
 *
 * Which sshd a configuration is for: the release decides which keywords exist and what the defaults
 * are; the vendor's patches add to both.
 */
#ifndef RINGFENCE_SSHD_SSHD_VERSION_H
#define RINGFENCE_SSHD_SSHD_VERSION_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

enum sshd_vendor {
	SSHD_UPSTREAM = 1,
	SSHD_DEBIAN = 2,
	SSHD_REDHAT = 4,
};

/* Every vendor, for table rows. */
#define SSHD_ANY_VENDOR 7

/* 9.2 is SSHD_RELEASE(9, 2). */
#define SSHD_RELEASE(major, minor) ((uint16_t)((major)*100 + (minor)))

struct sshd_version {
	uint16_t release;
	enum sshd_vendor vendor;
	/* The text it was read from, or a literal; "OpenSSH_9.2p1 Debian-2+deb12u3". */
	struct slice text;
	/* The distribution's release, where the text tells: 12 of "deb12u3", 8 of "el8_8"; else 0.
	 */
	uint16_t distribution;
	/* The N of Debian's "deb12uN": its backported fixes. */
	uint16_t update;
	/* False: nobody told the version, and RELEASE is a guess. */
	bool is_known;
};

/* The version that stands for "not told": Debian 12's. */
struct sshd_version sshd_version_default(void);

/* Reads "9.2", "9.2p1", "OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15", "1:9.2p1-2+deb12u3" (a
 * Debian package) or "8.7p1-34.el9" (an RPM). VENDOR holds where the text does not tell it. False
 * when there is no version number in TEXT. TEXT must outlive the result. */
bool sshd_version_parse(struct slice text, enum sshd_vendor vendor,
			struct sshd_version *ret_version) MUST_CHECK;

/* "9.2" into BUFFER of at least SSHD_RELEASE_TEXT bytes; returns BUFFER. */
#define SSHD_RELEASE_TEXT 16
const char *sshd_release_text(uint16_t release, char *buffer);

#endif
