/* SPDX-License-Identifier: Apache-2.0
 *
 * The notations inside fail2ban's values (helpers.py): NAME[option=value, option="value"], lists of
 * these, words, and <tags>.
 */
#ifndef RINGFENCE_FAIL2BAN_OPTION_TEXT_H
#define RINGFENCE_FAIL2BAN_OPTION_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/fail2ban/option_map.h"

struct arena;

enum option_text_status {
	OPTION_TEXT_READ,
	/* fail2ban refuses it. */
	OPTION_TEXT_WRONG,
	OPTION_TEXT_MEMORY,
};

/* NAME[option=value, ...][...]: the name, as written, and the options with ORIGIN. */
enum option_text_status option_text_parse(struct arena *arena, struct slice text,
					  struct origin origin, struct slice *ret_name,
					  struct option_map *ret_options) MUST_CHECK;

/* Takes the next NAME[...] off a list of them between white space, its end included. False at the
 * end. */
bool option_text_next(struct slice *rest, struct slice *ret_item);

/* Takes the next word off a list with blanks, commas and line ends between. */
bool option_text_next_word(struct slice *rest, struct slice *ret_word);

/* Takes the next "<tag>" in TEXT at or behind FROM: its place, and its end in *RET_END. The size of
 * TEXT when there is none. */
size_t option_text_find_tag(struct slice text, size_t from, size_t *ret_end);

/* What stands for a tag that is no option. False: refused, or memory is short. *RET_VALUE with data
 * NULL: nothing does. */
typedef bool option_text_more(void *context, struct slice tag, struct slice *ret_value);

/* Options of OPTIONS with the <tags> in their values replaced by other options, or by what MORE
 * gives; tags in IGNORED, a list of COUNT names, stay. Values longer than
 * INI_VALUE_BYTES_MAX and tags that name themselves are WRONG. */
enum option_text_status option_text_substitute(struct arena *arena,
					       const struct option_map *options,
					       const struct slice *ignored, size_t count,
					       option_text_more *more, void *context,
					       struct option_map *ret_options) MUST_CHECK;

#endif
