/* SPDX-License-Identifier: Apache-2.0
 *
 * Which certificates this host's services are told to use: from Asterisk's and the web server's
 * configuration to requests for the certificate model.
 */
#ifndef RINGFENCE_MODEL_CERTIFICATE_BUILD_H
#define RINGFENCE_MODEL_CERTIFICATE_BUILD_H

#include "audit/base/attributes.h"

struct certificate_model;
struct loader;
struct model;

/* MODEL has Asterisk and the web server. NULL only when memory is short. */
const struct certificate_model *certificates_build(const struct loader *loader,
						   const struct model *model) MUST_CHECK;

#endif
