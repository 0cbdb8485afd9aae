/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/translate.h"

#include <string.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "checks/result.h"
#include "reports/language.h"

struct translating {
	const struct language *language;
	struct arena *arena;
	bool memory_failed;
};

/* Sentences that are made with what was found (checks/result_build.c, the models), the more special
 * first. %1 and so on may be anything. */
static const char *const sentences[] = {
	MESSAGE("%1 places do not meet this: %2 and others."),
	MESSAGE("%1 places do not meet this: %2."),
	MESSAGE("It could not be decided: %1."),
	MESSAGE("any other account, such as %1"),
	MESSAGE("%1; from anywhere"),
	MESSAGE("%1; from anywhere outside the trusted networks"),
};

/* And words that a result has for itself. */
static const char *const words[] UNUSED = {
	MESSAGE("This host meets it."),
	MESSAGE("It could not be decided."),
	MESSAGE("critical"),
	MESSAGE("high"),
	MESSAGE("medium"),
	MESSAGE("low"),
	MESSAGE("new"),
	MESSAGE("worse"),
	MESSAGE("better"),
	MESSAGE("fixed"),
	MESSAGE("lost"),
	MESSAGE("yes"),
	MESSAGE("no"),
	MESSAGE("unknown"),
	MESSAGE("any other account"),
	MESSAGE("anywhere"),
	MESSAGE("none"),
	MESSAGE("key"),
	MESSAGE("password"),
	MESSAGE("the defaults of sshd"),
	MESSAGE("run as root"),
	MESSAGE("only a running host has it, and this is a tree of files"),
	MESSAGE("audit the host itself, or collect it there"),
	MESSAGE("the tree has no answers of it in probes/asterisk/"),
	MESSAGE("save what `ringfence collect --list` names"),
	MESSAGE("what the running Asterisk says"),
	MESSAGE("give --allow-asterisk-cli"),
};

static const char *keep(struct translating *translating, const struct buffer *text,
			const char *otherwise)
{
	const char *kept = buffer_keep(text, translating->arena);
	translating->memory_failed = translating->memory_failed || !kept;
	return kept ? kept : otherwise;
}

/* TEXT as a whole, or as one of the sentences. */
static const char *translated(struct translating *translating, const char *text)
{
	const char *found = language_text(translating->language, text);
	if (found != text)
		return found;
	for (size_t i = 0; i < ARRAY_SIZE(sentences); i++) {
		BUFFER_AUTO out = { 0 };
		if (language_match(&out, translating->language, sentences[i], slice_of(text)))
			return keep(translating, &out, text);
	}
	return text;
}

/* Each word of a list with commas between. */
static const char *translated_list(struct translating *translating, const char *text)
{
	BUFFER_AUTO out = { 0 };
	struct slice rest = slice_of(text), word;
	while (slice_next_field(&rest, ',', &word)) {
		const char *one = slice_to_string(translating->arena, slice_trim(word));
		translating->memory_failed = translating->memory_failed || !one;
		if (out.size)
			buffer_append_string(&out, ", ");
		buffer_append_string(&out, one ? translated(translating, one) : "");
	}
	return keep(translating, &out, text);
}

/* COUNT records of SIZE bytes, copied; NULL where there are none, or memory is short. */
static void *copied(struct translating *translating, const void *records, size_t count, size_t size)
{
	if (count == 0)
		return NULL;
	void *copies = arena_allocate_array(translating->arena, count, size);
	if (copies)
		memcpy(copies, records, count * size);
	else
		translating->memory_failed = true;
	return copies;
}

#define COPIED(translating, records, count) copied(translating, records, count, sizeof(*(records)))

static void translate_findings(struct translating *translating, struct result *result)
{
	struct finding *findings = COPIED(translating, result->findings, result->finding_count);
	for (size_t i = 0; findings && i < result->finding_count; i++) {
		struct finding *finding = &findings[i];
		finding->title = language_text(translating->language, finding->title);
		finding->why = language_text(translating->language, finding->why);
		finding->summary = translated(translating, finding->summary);
		finding->advice = translated(translating, finding->advice);
	}
	result->findings = findings ? findings : result->findings;
}

static void translate_groups(struct translating *translating, struct result_score *score)
{
	struct result_group *groups = COPIED(translating, score->groups, score->group_count);
	for (size_t i = 0; groups && i < score->group_count; i++)
		groups[i].title = language_text(translating->language, groups[i].title);
	score->groups = groups ? groups : score->groups;
}

static void translate_access(struct translating *translating, struct result *result)
{
	struct result_access *access = COPIED(translating, result->access, result->access_count);
	for (size_t i = 0; access && i < result->access_count; i++) {
		access[i].who = translated(translating, access[i].who);
		access[i].how = translated_list(translating, access[i].how);
		access[i].from = translated_list(translating, access[i].from);
		access[i].why = translated(translating, access[i].why);
	}
	result->access = access ? access : result->access;
}

static void translate_unread(struct translating *translating, struct result *result)
{
	struct unread *unread = COPIED(translating, result->unread, result->unread_count);
	for (size_t i = 0; unread && i < result->unread_count; i++) {
		unread[i].what = language_text(translating->language, unread[i].what);
		unread[i].why = translated(translating, unread[i].why);
		unread[i].to_read_it = translated(translating, unread[i].to_read_it);
	}
	result->unread = unread ? unread : result->unread;
}

static void translate_changes(struct translating *translating, struct result *result)
{
	struct result_changes *changes = COPIED(translating, result->changes, 1);
	if (!changes)
		return;
	struct result_finding_change *findings =
		COPIED(translating, changes->findings, changes->finding_count);
	for (size_t i = 0; findings && i < changes->finding_count; i++)
		findings[i].title = language_text(translating->language, findings[i].title);
	changes->findings = findings ? findings : changes->findings;
	result->changes = changes;
}

bool translate_result(const struct result *result, const struct language *language,
		      struct arena *arena, struct result *ret_result)
{
	struct translating translating = { .language = language, .arena = arena };
	struct result told = *result;
	translate_findings(&translating, &told);
	translate_groups(&translating, &told.score);
	translate_access(&translating, &told);
	translate_unread(&translating, &told);
	if (told.changes)
		translate_changes(&translating, &told);
	if (translating.memory_failed)
		return false;
	*ret_result = told;
	return true;
}
