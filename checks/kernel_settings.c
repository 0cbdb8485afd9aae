/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/kernel_settings.h"

#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/check.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"

static struct sysctl_number to_number(const struct fact_slice *fact)
{
	struct sysctl_number number = { .state = fact->state, .origin = fact->origin };
	if (fact->state == FACT_PRESENT && !slice_to_int64(fact->value, &number.value))
		number.state = FACT_UNREADABLE;
	return number;
}

struct sysctl_number sysctl_number(const struct model *model, const char *key)
{
	const struct system_sysctl *item = system_find_sysctl(model->host, key);
	if (item)
		return to_number(&item->running);
	return (struct sysctl_number){
		.state = model->host->sysctls_state == FACT_PRESENT ? FACT_ABSENT : FACT_UNREADABLE,
	};
}

struct sysctl_number sysctl_number_at_boot(const struct model *model, const char *key)
{
	const struct system_sysctl *item = system_find_sysctl(model->host, key);
	if (item)
		return to_number(&item->persistent);
	return (struct sysctl_number){ .state = FACT_ABSENT };
}

void sysctl_unknown(const struct model *model, const char *key, struct verdict *verdict)
{
	const struct system_sysctl *item = system_find_sysctl(model->host, key);
	if (item && item->running.unread)
		verdict_unknown(verdict, item->running.unread);
	else if (model->host->sysctls_unread)
		verdict_unknown(verdict, model->host->sysctls_unread);
	else
		verdict_unknown_because(verdict, key, "the kernel's answer has no number for it",
					"give the whole output of `sysctl -a`");
}

bool kernel_is_ours(const struct model *model, struct verdict *verdict)
{
	const struct fact_bool *container = &model->host->is_container;
	if (container->state != FACT_PRESENT || !container->value)
		return true;
	verdict_not_applicable(verdict,
			       "a container: the kernel and its settings are the outer host's");
	return false;
}

static bool is_good(const struct model *model, const struct sysctl_rule *rule, int64_t value)
{
	bool is_strict = model->site && model->site->level == SITE_STRICT;
	int64_t max = is_strict && rule->strict_max ? rule->strict_max : rule->max;
	return value >= rule->min && value <= max;
}

enum rule_outcome {
	RULE_GOOD,
	RULE_BAD_NOW,
	/* Good as it runs, and a file or the kernel itself undoes it at the next start. */
	RULE_BAD_AT_BOOT,
	RULE_UNKNOWN,
	RULE_SKIPPED,
};

static enum rule_outcome judge(const struct model *model, const struct sysctl_rule *rule,
			       struct sysctl_number *ret_now, struct sysctl_number *ret_boot)
{
	*ret_now = sysctl_number(model, rule->key);
	*ret_boot = sysctl_number_at_boot(model, rule->key);
	if (ret_boot->state == FACT_ABSENT && rule->boot_default != SYSCTL_DEFAULT_VARIES) {
		ret_boot->state = FACT_PRESENT;
		ret_boot->value = rule->boot_default;
	}
	bool is_bad_at_boot =
		ret_boot->state == FACT_PRESENT && !is_good(model, rule, ret_boot->value);
	if (ret_now->state == FACT_PRESENT && !is_good(model, rule, ret_now->value))
		return RULE_BAD_NOW;
	if (ret_now->state == FACT_PRESENT)
		return is_bad_at_boot ? RULE_BAD_AT_BOOT : RULE_GOOD;
	if (is_bad_at_boot && ret_boot->origin.source)
		return RULE_BAD_AT_BOOT;
	return rule->is_optional && ret_now->state == FACT_ABSENT ? RULE_SKIPPED : RULE_UNKNOWN;
}

static void record(const struct model *model, const struct sysctl_rule *rule,
		   struct verdict *verdict)
{
	struct sysctl_number now, boot;
	switch (judge(model, rule, &now, &boot)) {
	case RULE_GOOD:
		verdict_pass(verdict, now.origin, rule->key, "%lld", (long long)now.value);
		break;
	case RULE_BAD_NOW:
		if (boot.origin.source && is_good(model, rule, boot.value))
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, now.origin, rule->key,
				     "%lld now, although %s sets %lld: it was not applied",
				     (long long)now.value, origin_path(boot.origin),
				     (long long)boot.value);
		else
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE,
				     boot.origin.source ? boot.origin : now.origin, rule->key,
				     "%lld", (long long)now.value);
		break;
	case RULE_BAD_AT_BOOT:
		if (boot.origin.source)
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, boot.origin, rule->key,
				     "the next start sets it to %lld", (long long)boot.value);
		else
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, now.origin, rule->key,
				     "%lld now, but no file keeps it: the next start sets %lld",
				     (long long)now.value, (long long)boot.value);
		break;
	case RULE_UNKNOWN:
		sysctl_unknown(model, rule->key, verdict);
		break;
	case RULE_SKIPPED:
		break;
	}
}

void sysctl_rules_evaluate(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	const struct sysctl_rules *rules = check->parameters;
	if (!kernel_is_ours(model, verdict))
		return;
	for (size_t i = 0; i < rules->count; i++)
		record(model, &rules->rules[i], verdict);
}

void sysctl_rules_remedy(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	(void)verdict;
	const struct sysctl_rules *rules = check->parameters;
	for (size_t i = 0; i < rules->count; i++) {
		struct sysctl_number now, boot;
		enum rule_outcome outcome = judge(model, &rules->rules[i], &now, &boot);
		if (outcome == RULE_BAD_NOW || outcome == RULE_BAD_AT_BOOT)
			system_remedy_sysctl(remedy, model, rules->rules[i].key,
					     rules->rules[i].value);
	}
}
