/* SPDX-License-Identifier: Apache-2.0
 *
 * Kernel settings as checks look at them: a number that must lie in a range, both now and after the
 * next start.
 */
#ifndef RINGFENCE_CHECKS_KERNEL_SETTINGS_H
#define RINGFENCE_CHECKS_KERNEL_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/base/fact.h"

struct check;
struct model;
struct remedy;
struct verdict;

#define SYSCTL_RULES_MAX 4

/* The kernel's own value depends on its version or on the memory. */
#define SYSCTL_DEFAULT_VARIES INT64_MIN

struct sysctl_rule {
	const char *key;
	int64_t min;
	int64_t max;
	/* At strict, where lower than max; 0: the same. */
	int64_t strict_max;
	/* What the kernel starts with where no file sets it. */
	int64_t boot_default;
	/* What the remedy sets. */
	const char *value;
	/* Not every kernel has it. */
	bool is_optional;
};

/* The `parameters` of a check. */
struct sysctl_rules {
	size_t count;
	struct sysctl_rule rules[SYSCTL_RULES_MAX];
};

struct sysctl_number {
	/* FACT_ABSENT: the list was read and has no such key. FACT_UNREADABLE also for what is no
	 * number. */
	enum fact_state state;
	int64_t value;
	struct origin origin;
};

/* The running value, and the one that files set at boot. */
struct sysctl_number sysctl_number(const struct model *model, const char *key);
struct sysctl_number sysctl_number_at_boot(const struct model *model, const char *key);

/* Records unknown for KEY, with the reason that the model has. */
void sysctl_unknown(const struct model *model, const char *key, struct verdict *verdict);

/* False, with not applicable recorded, in a container: its kernel belongs to the host around it. */
bool kernel_is_ours(const struct model *model, struct verdict *verdict);

/* Of struct check. */
void sysctl_rules_evaluate(const struct check *check, const struct model *model,
			   struct verdict *verdict);
void sysctl_rules_remedy(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy);

#endif
