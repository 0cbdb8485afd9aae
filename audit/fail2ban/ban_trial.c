/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/ban_trial.h"

#include <math.h>
#include <stdlib.h>

#include "audit/base/arena.h"
#include "audit/fail2ban/filter_run.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/fail2ban/option_text.h"

/* observer.py, failureFound: the weight of a failure doubles with each ban, up to this often. */
#define BAN_DOUBLINGS_MAX 20

struct failure {
	int64_t time;
	uint32_t address;
	/* Lines of one moment keep their order. */
	uint32_t order;
};

struct counted_address {
	struct address address;
	/* FailTicket: first and last failure, how many; 0: none is counted. */
	int64_t first, last;
	int64_t retry;
	/* Until when it is banned. */
	int64_t banned_until;
	uint32_t bans;
};

struct ban_trial {
	struct arena *arena;
	const struct jail *jail;
	struct filter_run *run;
	struct ban_trial_result result;
	const struct address *self;
	size_t self_count;

	struct failure *failures;
	size_t failure_count, failure_capacity;
	struct counted_address *addresses;
	size_t address_count, address_capacity;
	/* Index + 1 of an address, by hash. */
	uint32_t *slots;
	size_t slot_count;

	struct ban_prediction *bans;
	size_t ban_count, ban_capacity;
	bool memory_failed;
};

struct ban_trial *ban_trial_new(struct arena *arena, const struct jail *jail,
				const struct date_clock *clock, const struct address *self,
				size_t self_count)
{
	struct ban_trial *trial = calloc(1, sizeof(*trial));
	const struct filter_options options = { .clock = *clock };
	if (!trial)
		return NULL;
	trial->arena = arena;
	trial->jail = jail;
	trial->self = self;
	trial->self_count = self_count;
	trial->result.jail = jail;
	trial->slot_count = 1024;
	trial->slots = calloc(trial->slot_count, sizeof(*trial->slots));
	const char *why = NULL;
	bool runs =
		trial->slots && filter_run_new(arena, &jail->filter, &options, &trial->run, &why);
	if (!runs && !why) {
		free(trial->slots);
		free(trial);
		return NULL;
	}
	trial->result.not_run = why;
	return trial;
}

enum jail_exemption jail_exempts(const struct jail *jail, struct prefix prefix)
{
	struct slice rest = jail->ignore_ip.text, word;
	enum jail_exemption otherwise =
		jail->ignore_command.text.size ? JAIL_EXEMPTION_UNKNOWN : JAIL_EXEMPTS_NOT;
	while (option_text_next_word(&rest, &word)) {
		struct prefix exempt;
		if (!word.size)
			continue;
		if (!prefix_parse(word, &exempt))
			otherwise = JAIL_EXEMPTION_UNKNOWN;
		else if (prefix_contains_prefix(exempt, prefix))
			return JAIL_EXEMPTS;
	}
	return otherwise;
}

static bool is_ignored(const struct ban_trial *trial, struct address address)
{
	for (size_t i = 0; trial->jail->ignores_self && i < trial->self_count; i++)
		if (address_equal(trial->self[i], address))
			return true;
	return jail_exempts(trial->jail, prefix_make(address, address_bits(address.family))) ==
	       JAIL_EXEMPTS;
}

static size_t hash_of(const struct address *address)
{
	uint64_t hash = UINT64_C(14695981039346656037) ^ address->family;
	for (size_t i = 0; i < sizeof(address->bytes); i++)
		hash = (hash ^ address->bytes[i]) * UINT64_C(1099511628211);
	return (size_t)(hash ^ hash >> 32);
}

static void *grown(void *items, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return items;
	size_t more = *capacity ? *capacity * 2 : 256;
	void *copy = reallocarray(items, more, size);
	if (copy)
		*capacity = more;
	return copy;
}

static bool grow_slots(struct ban_trial *trial)
{
	size_t count = trial->slot_count * 2;
	uint32_t *slots = calloc(count, sizeof(*slots));
	if (!slots)
		return false;
	for (size_t i = 0; i < trial->address_count; i++) {
		size_t at = hash_of(&trial->addresses[i].address) & (count - 1);
		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = (uint32_t)i + 1;
	}
	free(trial->slots);
	trial->slots = slots;
	trial->slot_count = count;
	return true;
}

/* The index of ADDRESS; SIZE_MAX: there are too many, or memory is short. */
static size_t need_address(struct ban_trial *trial, const struct address *address)
{
	if (trial->address_count * 2 >= trial->slot_count && !grow_slots(trial)) {
		trial->memory_failed = true;
		return SIZE_MAX;
	}
	size_t mask = trial->slot_count - 1, at = hash_of(address) & mask;
	for (; trial->slots[at]; at = (at + 1) & mask)
		if (address_equal(trial->addresses[trial->slots[at] - 1].address, *address))
			return trial->slots[at] - 1;
	if (trial->address_count == BAN_TRIAL_ADDRESSES_MAX)
		return SIZE_MAX;
	struct counted_address *addresses = grown(trial->addresses, trial->address_count,
						  &trial->address_capacity, sizeof(*addresses));
	if (!addresses) {
		trial->memory_failed = true;
		return SIZE_MAX;
	}
	trial->addresses = addresses;
	addresses[trial->address_count] = (struct counted_address){ .address = *address };
	trial->slots[at] = (uint32_t)++trial->address_count;
	return trial->address_count - 1;
}

/* How long the next ban of one that was banned COUNT times is; 0: for ever. */
static int64_t ban_length(const struct jail *jail, uint32_t count)
{
	if (jail->ban_time < 0)
		return 0;
	if (!jail->ban_time_increments || !count)
		return jail->ban_time;
	int64_t seconds;
	/* What is not understood makes no ban shorter. */
	return ban_growth_seconds(&jail->ban_growth, jail->ban_time, count, &seconds)
		       ? seconds
		       : jail->ban_time;
}

static void ban(struct ban_trial *trial, struct counted_address *counted, int64_t time)
{
	int64_t length = ban_length(trial->jail, counted->bans);
	counted->banned_until = length ? time + length : INT64_MAX;
	counted->bans++;
	if (trial->ban_count == BAN_TRIAL_BANS_MAX) {
		trial->result.more_bans = true;
	} else {
		struct ban_prediction *bans =
			arena_grow(trial->arena, trial->bans, trial->ban_count,
				   &trial->ban_capacity, sizeof(*bans));
		if (!bans) {
			trial->memory_failed = true;
			return;
		}
		trial->bans = bans;
		bans[trial->ban_count++] = (struct ban_prediction){
			.address = counted->address,
			.when = time,
			.tries = (uint32_t)counted->retry,
			.until = length ? time + length : 0,
		};
	}
	counted->retry = 0;
}

/* FailManager.addFailure, FailTicket.adjustTime; what is older than findtime has been cleaned up.
 */
static void count_failure(struct ban_trial *trial, const struct failure *failure)
{
	struct counted_address *counted = &trial->addresses[failure->address];
	int64_t time = failure->time, window = trial->jail->find_time;
	/* Its packets would not have come. */
	if (time < counted->banned_until)
		return;
	if (counted->retry && counted->last <= time - window)
		counted->retry = 0;
	if (!counted->retry) {
		counted->first = counted->last = time;
	} else if (time > counted->last) {
		if (counted->first < time - window) {
			/* Slower than findtime: fail2ban estimates by the rate so far. */
			counted->retry = (int64_t)nearbyint((double)counted->retry /
							    (double)(time - counted->first) *
							    (double)window);
			counted->first = time - window;
		}
		counted->last = time;
	}
	counted->retry++;
	/* The observer adds to the failures of one that was banned before: each is 2, 3, 5, 9 ...,
	 * where the one that the filter counted is not enough. */
	if (trial->jail->ban_time_increments && counted->bans &&
	    counted->retry < trial->jail->max_retry) {
		uint32_t doublings =
			counted->bans < BAN_DOUBLINGS_MAX ? counted->bans : BAN_DOUBLINGS_MAX;
		int64_t weight = (INT64_C(1) << (doublings - 1)) + 1;
		counted->retry +=
			(weight < trial->jail->max_retry ? weight : trial->jail->max_retry) - 1;
	}
	if (counted->retry >= trial->jail->max_retry)
		ban(trial, counted, time);
}

static int compare_failures(const void *a, const void *b)
{
	const struct failure *first = a, *second = b;
	if (first->time != second->time)
		return first->time < second->time ? -1 : 1;
	return (first->order > second->order) - (first->order < second->order);
}

static void count_failures(struct ban_trial *trial)
{
	if (trial->failure_count > 1)
		qsort(trial->failures, trial->failure_count, sizeof(*trial->failures),
		      compare_failures);
	for (size_t i = 0; i < trial->failure_count; i++)
		count_failure(trial, &trial->failures[i]);
	trial->failure_count = 0;
}

static void keep_failure(struct ban_trial *trial, const struct filter_failure *found)
{
	struct address address;
	if (!found->has_time) {
		trial->result.undated++;
		return;
	}
	if (found->is_name || !address_parse(found->id, &address)) {
		trial->result.named++;
		return;
	}
	address = address_unmap(address);
	if (is_ignored(trial, address)) {
		trial->result.ignored++;
		return;
	}
	size_t index = need_address(trial, &address);
	if (index == SIZE_MAX) {
		trial->result.dropped++;
		return;
	}
	/* Too many at once: those so far are counted, in their own order. */
	if (trial->failure_count == BAN_TRIAL_FAILURES_MAX)
		count_failures(trial);
	struct failure *failures = grown(trial->failures, trial->failure_count,
					 &trial->failure_capacity, sizeof(*failures));
	if (!failures) {
		trial->memory_failed = true;
		return;
	}
	trial->failures = failures;
	failures[trial->failure_count] = (struct failure){
		.time = found->time,
		.address = (uint32_t)index,
		.order = (uint32_t)trial->failure_count,
	};
	trial->failure_count++;
}

void ban_trial_line(struct ban_trial *trial, struct slice line)
{
	struct filter_failure failures[FILTER_FAILURES_MAX];
	size_t count;
	if (!trial->run)
		return;
	trial->result.lines++;
	enum filter_line_status status = filter_run_line(trial->run, line, failures, &count);
	trial->result.matched += status == FILTER_LINE_MATCHED;
	trial->result.unknown += status == FILTER_LINE_UNKNOWN;
	for (size_t i = 0; i < count; i++)
		if (!failures[i].is_no_failure && failures[i].id.size)
			keep_failure(trial, &failures[i]);
}

void ban_trial_end_file(struct ban_trial *trial)
{
	trial->result.file_count++;
}

bool ban_trial_finish(struct ban_trial *trial, struct ban_trial_result *ret_result)
{
	count_failures(trial);
	trial->result.bans = trial->bans;
	trial->result.ban_count = trial->ban_count;
	*ret_result = trial->result;
	bool good = !trial->memory_failed;
	filter_run_free(trial->run);
	free(trial->failures);
	free(trial->addresses);
	free(trial->slots);
	free(trial);
	return good;
}

const struct ban_prediction *ban_trial_find(const struct ban_trial_result *result,
					    struct address address)
{
	for (size_t i = 0; i < result->ban_count; i++)
		if (address_equal(result->bans[i].address, address))
			return &result->bans[i];
	return NULL;
}
