/* SPDX-License-Identifier: Apache-2.0
 *
 * Asterisk's source lists (permit, deny, acl=NAME with acl.conf) as exact sets of addresses, the
 * way main/acl.c applies them: everything is allowed at first, the last matching line of a list
 * wins, lines of one family say nothing of the other, and every list must allow.
 */
#ifndef RINGFENCE_ASTERISK_ACL_MODEL_H
#define RINGFENCE_ASTERISK_ACL_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/address.h"
#include "audit/base/address_set.h"
#include "audit/base/attributes.h"
#include "audit/base/loader.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"

struct arena;
struct conf_options;
struct conf_variable;

/* Most rules of one list; more are not evaluated, and the set is said to be inexact. */
#define ACL_RULES_MAX 65536

struct acl_rule {
	bool is_permit;
	struct prefix network;
	/* A mask with holes: NETWORK is the smallest prefix around it. */
	bool has_holes;
	const struct conf_variable *variable;
};

/* A named list of acl.conf, or one that is asked for and is not there. */
struct acl_named {
	struct slice name;
	struct origin origin;
	const struct acl_rule *rules;
	size_t rule_count;
};

struct acl_file {
	/* acl.conf could be read, and Asterisk takes it. */
	bool is_loaded;
	/* It is there and Asterisk refuses it: lists that name it then allow everybody. */
	bool is_refused;
	/* It could not be read. */
	const struct unread *unread;
	const struct acl_named *lists;
	size_t count;
};

/* What one entry's lines make together. A zeroed one allows everybody. */
struct acl {
	/* Lines of its own, in order. */
	const struct acl_rule *rules;
	size_t rule_count;
	/* "acl=" names, in order. */
	const struct slice *names;
	size_t name_count;
	/* Something is there: what "sip show peer" calls ACL: Yes. */
	bool is_present;
	/* Who passes. */
	struct address_set ipv4;
	struct address_set ipv6;
	/* Who the permit lines name, whatever the order makes of them. */
	struct address_set permitted_ipv4;
	struct address_set permitted_ipv6;
	/* A name that acl.conf does not have: nobody passes. */
	bool names_missing_list;
	/* A name, and no acl.conf that loads: everybody passes that list. */
	bool names_list_without_file;
	/* The sets are too wide: a mask with holes, a limit, an unread acl.conf. */
	bool is_inexact;
};

/* Reads acl.conf. NULL only when memory is short. */
const struct acl_file *acl_file_load(const struct loader *loader,
				     const struct conf_options *options) MUST_CHECK;

/* A list in the making. */
struct acl_builder {
	struct arena *arena;
	struct acl_rule *rules;
	size_t rule_count;
	size_t rule_capacity;
	struct slice *names;
	size_t name_count;
	size_t name_capacity;
	bool is_present;
	bool is_cut;
	bool memory_failed;
};

enum acl_sense {
	ACL_DENY,
	ACL_PERMIT,
	ACL_NAME,
};

/* Adds the comma list VALUE of VARIABLE (ast_append_acl). ASTERISK_VERSION under 1100 takes one
 * network a line. False: a bad entry, for which the driver drops the whole object; what came before
 * it is in the list. */
bool acl_builder_add(struct acl_builder *builder, enum acl_sense sense,
		     const struct conf_variable *variable,
		     unsigned int asterisk_version) MUST_CHECK;

/* Evaluates it against FILE (may be NULL: no acl.conf). False only when memory is short. Cost
 * n log n in the rules. */
bool acl_builder_finish(struct acl_builder *builder, const struct acl_file *file,
			struct acl *ret_acl) MUST_CHECK;

/* Does it keep some address of the family out? */
bool acl_restricts(const struct acl *acl, enum address_family family);

/* Does it let nobody but the hosts of LIMIT or fewer addresses of each family in? */
bool acl_is_narrow(const struct acl *acl, unsigned int ipv4_length, unsigned int ipv6_length);

/* Does it let ADDRESS through? */
bool acl_allows(const struct acl *acl, struct address address);

/* The mask behind the '/' of a network: a number of bits, or an address of FAMILY. *RET_LENGTH are
 * the leading bits that it keeps, *RET_HOLES whether others follow. False: it is none. */
bool acl_parse_mask(struct slice text, enum address_family family, unsigned int *ret_length,
		    bool *ret_holes) MUST_CHECK;

/* Sense of a variable's name: "permit", "deny", "acl", with PREFIX ("contact", "") before it. */
bool acl_sense_of(struct slice name, const char *prefix, enum acl_sense *ret_sense);

#endif
