/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_options.h"

#include "audit/base/arena.h"

void sshd_options_init(struct sshd_options *options)
{
	memset(options, 0, sizeof(*options));
	for (size_t i = 0; i < SSHD_SETTING_COUNT; i++)
		for (size_t k = 0; k < ARRAY_SIZE(options->settings[i].numbers); k++)
			options->settings[i].numbers[k] = -1;
	for (size_t i = 0; i < SSHD_PENALTY_COUNT; i++)
		options->penalties[i] = -1;
}

bool sshd_add_value(struct arena *arena, struct sshd_setting *setting, struct sshd_value value)
{
	struct sshd_value *values = arena_grow(arena, setting->values, setting->count,
					       &setting->capacity, sizeof(value));
	if (!values)
		return false;
	setting->values = values;
	values[setting->count++] = value;
	return true;
}
