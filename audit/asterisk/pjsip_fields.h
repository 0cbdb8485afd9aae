/* SPDX-License-Identifier: Apache-2.0
 *
 * The options of res_pjsip's objects, as they are registered with sorcery: name, kind, default, and
 * the first version that knows it. One table serves validation (an unknown or bad option drops the
 * object), the model and `show`.
 */
#ifndef RINGFENCE_ASTERISK_PJSIP_FIELDS_H
#define RINGFENCE_ASTERISK_PJSIP_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/slice.h"

struct buffer;
struct conf_category;

/* The first version that the tables know nothing of: major * 100. */
#define PJSIP_FIELDS_VERSION_END 2300u

enum pjsip_type {
	PJSIP_ENDPOINT,
	PJSIP_AUTH,
	PJSIP_AOR,
	PJSIP_TRANSPORT,
	PJSIP_IDENTIFY,
	PJSIP_ACL,
	PJSIP_REGISTRATION,
	PJSIP_GLOBAL,
	PJSIP_SYSTEM,
	PJSIP_TYPE_COUNT,
};

enum pjsip_kind {
	/* Taken and not shown. */
	FIELD_NOTHING,
	FIELD_TEXT,
	/* Shown as true, false. */
	FIELD_BOOL,
	/* Shown as yes, no. */
	FIELD_YES_NO,
	/* Shown as Yes, No. */
	FIELD_YES_NO_CAPITAL,
	FIELD_UNSIGNED,
	FIELD_SIGNED,
	/* Shown with six decimals. */
	FIELD_DOUBLE,
	/* One of `words`. */
	FIELD_WORD,
	FIELD_CODECS,
	/* Comma list, shown without blanks and empty items. */
	FIELD_LIST,
	/* permit, deny, acl: all lines count. */
	FIELD_ACL,
	FIELD_CALLER_ID,
	FIELD_GROUP,
	/* name=value; all lines count. */
	FIELD_VARIABLE,
	/* A number, or a DSCP name. */
	FIELD_TOS,
	/* Taken, and its text is made elsewhere. */
	FIELD_OTHER,
};

struct pjsip_field {
	const char *name;
	enum pjsip_kind kind;
	/* NULL: depends on the build. */
	const char *default_text;
	/* "a|b=c": a, and b which is shown as c; "@true=yes": what ast_true takes; "a>1800": from
	 * that version on; a '!' at the beginning: case counts. */
	const char *words;
	/* major * 100; 0: in every version from 13 on. */
	unsigned int since;
};

/* "endpoint", as type= has it. */
const char *pjsip_type_name(enum pjsip_type type);

/* The type called NAME (case counts); PJSIP_TYPE_COUNT: another. */
enum pjsip_type pjsip_type_of(struct slice name);

/* Types that res_pjsip's modules know and this reader does not go into. */
bool pjsip_type_is_known(struct slice name);

/* The table of TYPE. */
const struct pjsip_field *pjsip_fields(enum pjsip_type type, size_t *ret_count);

/* The row of NAME (case ignored); NULL: no version knows it. */
const struct pjsip_field *pjsip_field_find(enum pjsip_type type, struct slice name);

/* Would an Asterisk of VERSION (major * 100; 0: the newest) take VALUE? Where it would not, the
 * object is dropped. */
bool pjsip_field_accepts(const struct pjsip_field *field, struct slice value, unsigned int version);

/* TEXT as a FIELD_UNSIGNED: decimal, "0x10", "010". */
bool pjsip_field_number(struct slice text, int64_t *ret_number);

/* Appends the effective value of FIELD in CATEGORY as `pjsip show` prints it. */
void pjsip_field_format(const struct pjsip_field *field, const struct conf_category *category,
			struct buffer *out);

#endif
