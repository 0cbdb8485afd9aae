/* SPDX-License-Identifier: Apache-2.0
 *
 * Asterisk as configured on this host: pointers to the parts. None is NULL in an audit.
 */
#ifndef RINGFENCE_ASTERISK_ASTERISK_MODEL_H
#define RINGFENCE_ASTERISK_ASTERISK_MODEL_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

struct admin_access_model;
struct asterisk_settings;
struct dialplan_model;
struct exec_model;
struct iax_model;
struct live_model;
struct pbx_model;
struct pjsip_model;
struct sip_model;
struct voicemail_model;

struct asterisk_model {
	/* Is there an Asterisk on the host? Present/true: its configuration folder with a *.conf,
	 * its program, or its package. Absent: none of them. */
	struct fact_bool is_installed;
	/* "16.28.0~dfsg-0+deb11u4", "1.8.20.0"; from the CLI probe, the package, or asterisk.conf's
	 * neighbours. */
	struct fact_slice version;
	/* major * 100 + minor (1.8: 108, 16.28: 1628); 0 when not known. */
	unsigned int version_number;
	/* "/etc/asterisk" */
	const char *directory;

	/* sip_model.h: chan_sip with users.conf. */
	const struct sip_model *sip;
	/* pjsip_model.h */
	const struct pjsip_model *pjsip;
	/* iax_model.h */
	const struct iax_model *iax;
	/* dialplan_model.h */
	const struct dialplan_model *dialplan;
	/* admin_access_model.h: manager.conf, http.conf, ari.conf */
	const struct admin_access_model *admin;
	/* voicemail_model.h */
	const struct voicemail_model *voicemail;
	/* asterisk_settings.h: asterisk.conf, modules.conf, rtp.conf, logger.conf, extconfig.conf
	 */
	const struct asterisk_settings *settings;
	/* exec_model.h: programs of #exec lines */
	const struct exec_model *exec;
	/* live_model.h: contacts and calls of the running Asterisk, records of past calls */
	const struct live_model *live;
	/* pbx_model.h: FreePBX, Elastix, Issabel around it */
	const struct pbx_model *pbx;
};

/* Reads everything through LOADER. The model lives in the loader's arena; NULL only when memory is
 * short. PACKAGE_VERSION is the version of the package "asterisk" where one is installed, else
 * empty. */
const struct asterisk_model *asterisk_model_load(const struct loader *loader,
						 struct slice package_version) MUST_CHECK;

/* major * 100 + minor of "1.8.20.0", "1:16.28.0~dfsg-0", "certified/18.9-cert1", "GIT-16-..."; 0
 * when there is none. */
unsigned int asterisk_version_number(struct slice text);

#endif
