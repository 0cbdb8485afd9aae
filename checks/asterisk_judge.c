/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/asterisk_judge.h"

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/model/model.h"
#include "checks/verdict.h"

bool asterisk_is_there(const struct model *model, struct verdict *verdict)
{
	const struct asterisk_model *asterisk = model->asterisk;
	if (asterisk && asterisk->is_installed.state == FACT_PRESENT)
		return true;
	if (asterisk && asterisk->is_installed.state == FACT_ABSENT)
		verdict_not_applicable(verdict, "no Asterisk is on the host");
	else
		verdict_unknown(verdict, asterisk ? asterisk->is_installed.unread : NULL);
	return false;
}

struct origin asterisk_file_origin(const struct conf_file *file)
{
	struct origin origin = ORIGIN_NONE;
	if (file)
		origin.source = file->source;
	return origin;
}

struct asterisk_place asterisk_place_of(const struct conf_file *file, const char *section,
					struct origin line)
{
	const struct conf_category *category = conf_find_category(file, section);
	return (struct asterisk_place){
		.file = file->name,
		.section = slice_of(section),
		.header = category ? category->origin : ORIGIN_NONE,
		.line = line,
	};
}

bool asterisk_file_unread(const struct conf_file *file, struct verdict *verdict)
{
	if (file->state == FACT_UNREADABLE)
		verdict_unknown(verdict, file->unread);
	else if (file->is_incomplete)
		verdict_unknown(verdict, file->incomplete);
	else
		return false;
	return true;
}
