/* SPDX-License-Identifier: Apache-2.0
 *
 * Feeds the sshd model from the host model: which package, which vendor, whose home.
 */
#ifndef RINGFENCE_MODEL_SSHD_BUILD_H
#define RINGFENCE_MODEL_SSHD_BUILD_H

#include "audit/base/attributes.h"
#include "audit/base/loader.h"

struct sshd_model;
struct system_model;

/* The model of the host's sshd; the version is that of the package, else what the probe
 * "sshd-version" says. NULL only when memory is short. */
struct sshd_model *sshd_build(const struct loader *loader,
			      const struct system_model *host) MUST_CHECK;

#endif
