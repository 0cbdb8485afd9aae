/* SPDX-License-Identifier: Apache-2.0
 *
 * Inside of the pjsip model: what pjsip_model.c, pjsip_object.c and pjsip_wizard.c share.
 */
#ifndef RINGFENCE_ASTERISK_PJSIP_BUILD_H
#define RINGFENCE_ASTERISK_PJSIP_BUILD_H

#include "audit/asterisk/pjsip_model.h"

struct arena;

struct pjsip_build {
	const struct loader *loader;
	struct arena *arena;
	const struct conf_options *options;
	const struct acl_file *acls;
	struct pjsip_model *model;
	bool memory_failed;
};

/* Would Asterisk create an object of TYPE from CATEGORY? False: *RET_WHY and *RET_AT say what it
 * stumbles over, or memory is short. */
bool pjsip_object_is_valid(struct pjsip_build *build, enum pjsip_type type,
			   const struct conf_category *category, const char **ret_why,
			   struct origin *ret_at) MUST_CHECK;

/* permit, deny and acl lines of CATEGORY whose names begin with PREFIX ("", "contact_"). False:
 * a bad one, or memory is short. */
bool pjsip_read_acl(struct pjsip_build *build, const struct conf_category *category,
		    const char *prefix, struct acl *ret_acl) MUST_CHECK;

/* The items of an identify's match lines. False: a bad one, or memory is short. */
bool pjsip_read_matches(struct pjsip_build *build, const struct conf_category *category,
			const struct pjsip_match **ret_matches, size_t *ret_count) MUST_CHECK;

/* Takes an object that the wizard makes: *CATEGORY has its name and lines. False: memory. */
typedef bool pjsip_take_object(void *context, enum pjsip_type type,
			       const struct conf_category *category);

/* The objects that WIZARD, a section of pjsip_wizard.conf, stands for, each given to TAKE. False
 * only when memory is short. */
bool pjsip_wizard_expand(struct pjsip_build *build, const struct conf_category *wizard,
			 pjsip_take_object *take, void *context) MUST_CHECK;

#endif
