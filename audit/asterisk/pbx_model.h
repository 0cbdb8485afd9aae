/* SPDX-License-Identifier: Apache-2.0
 *
 * The PBX product around Asterisk: FreePBX, Elastix, Issabel; its version, its settings files with
 * their credentials, and what they say of the GUI.
 */
#ifndef RINGFENCE_ASTERISK_PBX_MODEL_H
#define RINGFENCE_ASTERISK_PBX_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"
#include "audit/base/secret.h"

enum pbx_kind {
	/* No sign of any of them. */
	PBX_NONE,
	PBX_FREEPBX,
	PBX_ELASTIX,
	PBX_ISSABEL,
};

/* A name and password of a settings file: database, manager, GUI. */
struct pbx_credential {
	/* What it opens, in plain words: "the database", "the manager interface". */
	const char *what;
	/* The key of the password: "AMPDBPASS". */
	struct slice key;
	/* May be empty. */
	struct slice user;
	struct secret secret;
	struct origin origin;
};

struct pbx_model {
	enum pbx_kind kind;
	/* "FreePBX"; "" for PBX_NONE. */
	const char *name;
	/* The file that gave it away. */
	const char *seen_by;
	struct fact_slice version;
	/* How the GUI asks for a login: "none", "database", "webserver", "usermanager". */
	struct fact_slice auth_type;
	const struct pbx_credential *credentials;
	size_t credential_count;
	/* The folder of the FreePBX GUI's modules: "/var/www/html/admin/modules"; "" when not seen.
	 */
	const char *module_directory;
};

/* Reads the known files through LOADER. The model lives in the loader's arena; NULL only when
 * memory is short. */
const struct pbx_model *pbx_model_load(const struct loader *loader) MUST_CHECK;

#endif
