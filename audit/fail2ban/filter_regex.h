/* SPDX-License-Identifier: Apache-2.0
 *
 * fail2ban's expressions (server/failregex.py) for PCRE2: its <TAGS> replaced, and what Python's re
 * writes in another way. Offsets and matches are the same as with Python; what cannot be the same
 * is refused.
 */
#ifndef RINGFENCE_FAIL2BAN_FILTER_REGEX_H
#define RINGFENCE_FAIL2BAN_FILTER_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"

struct arena;
struct buffer;

/* Groups that fail2ban looks at. */
enum filter_group {
	FILTER_IP4,
	FILTER_IP6,
	FILTER_DNS,
	FILTER_ID,
	FILTER_CIDR,
	FILTER_USER,
	FILTER_ALT_USER,
	FILTER_CONNECTION,
	FILTER_NO_FAIL,
	FILTER_GAINED,
	FILTER_FORGET,
	FILTER_CONTENT,
	FILTER_GROUP_COUNT,
};

/* An expression is tried on lines without a byte over 127 and on others by two codes, since \w, \d,
 * \s and '.' mean characters to Python. */
struct filter_regex {
	struct pcre2_real_code_8 *bytes;
	struct pcre2_real_code_8 *characters;
	/* Indexes of the groups; 0: it has none of that name. */
	int groups[FILTER_GROUP_COUNT];
	/* What a text that matches must begin with. */
	struct slice prefix;
	/* As fail2ban has it, its tags replaced. */
	struct slice translated;
};

/* Appends REGEX in PCRE2's language. ALLOW_NAMES: <HOST> may be a name. False: *RET_WHY says what
 * cannot be translated, or what Python would refuse. */
bool filter_regex_translate(struct slice regex, bool allow_names, struct buffer *out,
			    const char **ret_why) MUST_CHECK;

/* Compiles REGEX. False: *RET_WHY says why not, in ARENA; NULL: memory is short. */
bool filter_regex_compile(struct arena *arena, struct slice regex, bool allow_names,
			  struct filter_regex *ret_regex, const char **ret_why) MUST_CHECK;
void filter_regex_done(struct filter_regex *regex);

/* Compiles PATTERN, already in PCRE2's language, with what Python's re means by default; faster
 * where the processor can. NULL: *RET_WHY says why. */
struct pcre2_real_code_8 *filter_pcre_compile(struct arena *arena, struct slice pattern,
					      bool characters, bool ignore_case,
					      const char **ret_why) MUST_CHECK;

#endif
