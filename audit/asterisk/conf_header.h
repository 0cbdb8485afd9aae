/* SPDX-License-Identifier: Apache-2.0
 *
 * A category's header: its name, templates, "(+)" and filters.
 */
#ifndef RINGFENCE_ASTERISK_CONF_HEADER_H
#define RINGFENCE_ASTERISK_CONF_HEADER_H

#include "audit/asterisk/conf_build.h"

/* "[name]" or "[name](options)", the parenthesis right behind the bracket: the line in PLACE. Where
 * it ends well, the lines that follow belong to PLACE->category. */
enum conf_outcome conf_read_header(struct conf_parse *parse, struct conf_place *place);

#endif
