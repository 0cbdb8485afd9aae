/* SPDX-License-Identifier: Apache-2.0
 *
 * The values of all settings at one moment: while a configuration is read (what its lines set so
 * far), and afterwards (what is in force for a connection).
 */
#ifndef RINGFENCE_SSHD_SSHD_OPTIONS_H
#define RINGFENCE_SSHD_SSHD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/slice.h"
#include "audit/base/source.h"
#include "audit/sshd/sshd_keywords.h"

struct arena;

/* One value of a setting that has several. */
struct sshd_value {
	/* AllowUsers: the pattern; ListenAddress: the host; Subsystem: name, command, arguments. */
	struct slice text;
	/* ListenAddress: the routing domain; Subsystem: the name. */
	struct slice extra;
	/* Port; ListenAddress: the port, 0 for all of Port. */
	int64_t number;
	struct origin origin;
};

struct sshd_setting {
	/* A line set it; else the values are the default (or nothing, while reading). */
	bool is_set;
	/* Choices, integers, times. MaxStartups: begin, rate, full. IPQoS: interactive, bulk.
	 * RekeyLimit: bytes, seconds. PerSourceNetBlockSize: IPv4, IPv6. */
	int64_t numbers[3];
	struct slice text;
	struct sshd_value *values;
	size_t count;
	size_t capacity;
	/* Where it was set; ORIGIN_NONE for a default. */
	struct origin origin;
};

enum sshd_penalty {
	SSHD_PENALTY_ENABLED,
	SSHD_PENALTY_CRASH,
	SSHD_PENALTY_AUTHFAIL,
	SSHD_PENALTY_NOAUTH,
	SSHD_PENALTY_GRACE,
	SSHD_PENALTY_REFUSE,
	SSHD_PENALTY_MAX,
	SSHD_PENALTY_MIN,
	SSHD_PENALTY_SOURCES4,
	SSHD_PENALTY_SOURCES6,
	SSHD_PENALTY_OVERFLOW,
	SSHD_PENALTY_OVERFLOW6,
	SSHD_PENALTY_COUNT,
};

struct sshd_options {
	struct sshd_setting settings[SSHD_SETTING_COUNT];
	/* PerSourcePenalties; -1: not set. */
	int64_t penalties[SSHD_PENALTY_COUNT];
};

/* Nothing set. */
void sshd_options_init(struct sshd_options *options);

static inline const struct sshd_setting *sshd_get(const struct sshd_options *options,
						  enum sshd_setting_id id)
{
	return &options->settings[id];
}

/* The number of a choice, integer or time in force. */
static inline int64_t sshd_number(const struct sshd_options *options, enum sshd_setting_id id)
{
	return options->settings[id].numbers[0];
}

/* A yes/no setting in force. */
static inline bool sshd_flag(const struct sshd_options *options, enum sshd_setting_id id)
{
	return options->settings[id].numbers[0] != 0;
}

static inline struct origin sshd_origin(const struct sshd_options *options, enum sshd_setting_id id)
{
	return options->settings[id].origin;
}

/* Appends a value; false when memory is short. */
bool sshd_add_value(struct arena *arena, struct sshd_setting *setting, struct sshd_value value);

/* The word that VERSION prints for a choice setting, "UNKNOWN" for a number without a word. */
const char *sshd_choice_word(struct sshd_version version, const struct sshd_options *options,
			     enum sshd_setting_id id);

/* One line of sshd -T. */
struct sshd_printed {
	const char *name;
	struct slice value;
};

/* All settings as sshd -T of VERSION prints them, in its order. In ARENA; NULL when memory is
 * short.
 */
const struct sshd_printed *sshd_print(struct arena *arena, struct sshd_version version,
				      const struct sshd_options *options, size_t *ret_count);

#endif
