/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_user_class.h"

/* FNV-1a, a bit at a time as a byte. */
static void mix(uint64_t *hash, bool bit)
{
	*hash = (*hash ^ (bit ? 0xa5u : 0x5au)) * UINT64_C(0x100000001b3);
}

static bool user_matches(const struct sshd_user *user, struct slice pattern)
{
	return slice_glob(slice_part(pattern, 0, slice_find_byte(pattern, '@')), user->name);
}

static bool group_matches(const struct sshd_user *user, struct slice pattern)
{
	for (size_t i = 0; i < user->group_count; i++)
		if (slice_glob(pattern, user->groups[i]))
			return true;
	return false;
}

static void mix_line(uint64_t *hash, const struct sshd_line *line, const struct sshd_user *user)
{
	for (size_t i = 0; line->match && i < line->match->count; i++) {
		const struct sshd_criterion *criterion = &line->match->criteria[i];
		if (criterion->kind == SSHD_CRITERION_USER)
			mix(hash, sshd_match_pattern_list(user->name, criterion->argument, false) ==
					  SSHD_MATCH_YES);
		else if (criterion->kind == SSHD_CRITERION_GROUP)
			mix(hash, sshd_match_groups(user->groups, user->group_count,
						    criterion->argument));
	}
	if (!line->keyword || line->keyword->action != SSHD_ACTION_SET)
		return;
	enum sshd_setting_id id = line->keyword->setting;
	bool of_users = id == SSHD_ALLOW_USERS || id == SSHD_DENY_USERS;
	bool of_groups = id == SSHD_ALLOW_GROUPS || id == SSHD_DENY_GROUPS;
	for (size_t i = 0; (of_users || of_groups) && i < line->word_count; i++)
		mix(hash, of_users ? user_matches(user, line->words[i])
				   : group_matches(user, line->words[i]));
}

uint64_t sshd_user_class(const struct sshd_model *model, const struct sshd_user *user)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	mix(&hash, user->is_root);
	for (size_t i = 0; i < model->file_count; i++)
		for (size_t k = 0; k < model->files[i]->count; k++)
			mix_line(&hash, &model->files[i]->lines[k], user);
	return hash;
}
