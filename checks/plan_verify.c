/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules to come against those that run, as functions: set against set, for every service and
 * every question that was asked of both.
 */
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/reach_model.h"
#include "checks/plan_build.h"
#include "checks/plan_networks.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

static const enum address_family families[] = { ADDRESS_IPV4, ADDRESS_IPV6 };

/* The sources of FAMILY that are let in, or may be. */
static bool let_in(struct arena *arena, const struct reach_part *parts, size_t count,
		   enum address_family family, struct address_set *ret_set)
{
	*ret_set = address_set_empty(family);
	bool is_good = true;
	for (size_t i = 0; is_good && i < count; i++)
		if (parts[i].sources.family == family && parts[i].verdict != REACH_BLOCK)
			is_good = address_set_union(arena, *ret_set, parts[i].sources, ret_set);
	return is_good;
}

static const struct plan_service *planned(const struct plan *plan,
					  const struct reach_service *service)
{
	for (size_t i = 0; i < plan->service_count && !service->is_loopback; i++)
		if (plan->services[i].protocol == service->protocol &&
		    plan->services[i].port == service->port)
			return &plan->services[i];
	return NULL;
}

struct verification {
	const struct plan_request *request;
	struct plan *plan;
	const struct reach_model *before;
	const struct reach_model *after;
	struct verdict words;
	struct error *error;
};

/* The sources of one service that were let in, and will be. */
struct passage {
	struct address_set before;
	struct address_set after;
};

static bool passage_of(struct verification *check, size_t index, enum address_family family,
		       struct passage *ret_passage)
{
	struct arena *arena = check->request->loader->arena;
	const struct reach_service *before = &check->before->services[index];
	const struct reach_service *after = &check->after->services[index];
	return let_in(arena, before->parts, before->part_count, family, &ret_passage->before) &&
	       let_in(arena, after->parts, after->part_count, family, &ret_passage->after);
}

static bool complain(struct verification *check, const char *subject, const struct passage *passage,
		     const char *what)
{
	struct verdict *words = &check->words;
	return error_set(check->error, ERROR_INTERNAL,
			 "%s would %s: let in before: %s; with the change: %s", subject, what,
			 service_networks(words, passage->before),
			 service_networks(words, passage->after));
}

/* Exactly those of the audience that were let in before are let in after. */
static bool verify_service(struct verification *check, size_t index)
{
	struct arena *arena = check->request->loader->arena;
	const struct reach_service *service = &check->before->services[index];
	const struct plan_service *plan = planned(check->plan, service);
	const char *subject = service_subject(&check->words, service);
	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		struct passage passage;
		if (!passage_of(check, index, families[i], &passage))
			return error_memory(check->error);
		struct address_set wanted = passage.before;
		if (plan &&
		    !address_set_intersection(
			    arena, passage.before,
			    plan_networks_set(&check->plan->networks[plan->audience], families[i]),
			    &wanted))
			return error_memory(check->error);
		if (address_set_equal(passage.after, wanted))
			continue;
		if (address_set_covers(wanted, passage.after))
			return complain(check, subject, &passage, "be cut off from its networks");
		return complain(check, subject, &passage, "not be closed");
	}
	return true;
}

/* Loopback, replies, ICMP errors, forwarding, ports without a socket: nothing of them changes. */
static bool verify_answers(struct verification *check)
{
	struct arena *arena = check->request->loader->arena;
	for (size_t i = 0; i < check->before->answer_count; i++) {
		const struct reach_answer *before = &check->before->answers[i];
		const struct reach_answer *after =
			reach_find_answer(check->after, before->question, before->family);
		struct passage passage;
		if (!after)
			continue;
		if (!let_in(arena, before->parts, before->part_count, before->family,
			    &passage.before) ||
		    !let_in(arena, after->parts, after->part_count, before->family, &passage.after))
			return error_memory(check->error);
		if (!address_set_equal(passage.before, passage.after))
			return complain(check, "what is no service", &passage, "change");
	}
	return true;
}

static bool cut_off(struct verification *check, const struct plan_keep *keep,
		    const struct reach_service *service)
{
	BUFFER_AUTO network = { 0 };
	prefix_format(keep->network, &network);
	error_set(
		check->error, ERROR_INPUT,
		"refused: this plan would lock out %s (%s), which reaches %s now and would not any "
		"more",
		buffer_string(&network), keep->why, service_subject(&check->words, service));
	error_advise(check->error,
		     check->plan->is_private
			     ? "name the networks that you manage this host from: --trusted %s"
			     : "trust it too: --trusted %s",
		     buffer_string(&network));
	return false;
}

static bool verify_keep(struct verification *check, const struct plan_keep *keep)
{
	struct arena *arena = check->request->loader->arena;
	enum address_family family = keep->network.address.family;
	struct address_set source, reached;
	bool is_reached = false, is_ssh_there = false;
	if (!address_set_of_prefix(arena, keep->network, &source))
		return error_memory(check->error);
	for (size_t i = 0; i < check->before->count; i++) {
		const struct reach_service *service = &check->before->services[i];
		struct passage passage;
		if (service->is_loopback || !service_is_ssh(check->request->model, service))
			continue;
		is_ssh_there = true;
		if (!passage_of(check, i, family, &passage) ||
		    !address_set_intersection(arena, source, passage.before, &reached))
			return error_memory(check->error);
		if (address_set_is_empty(reached))
			continue;
		is_reached = true;
		if (!address_set_covers(passage.after, reached))
			return cut_off(check, keep, service);
	}
	BUFFER_AUTO network = { 0 };
	prefix_format(keep->network, &network);
	const char *what = is_reached     ? ""
			   : is_ssh_there ? " does not reach SSH by the rules that run now"
					  : " has no SSH to lose: none listens";
	return plan_say(is_reached ? &check->plan->kept : &check->plan->warnings, arena,
			"%s (%s)%s", buffer_string(&network), keep->why, what) ||
	       error_memory(check->error);
}

bool plan_verify(const struct plan_request *request, struct plan *plan,
		 const struct plan_models *models, struct error *error)
{
	struct verification check = {
		.request = request,
		.plan = plan,
		.before = models->before.reach,
		.after = models->after.reach,
		.words = { .arena = request->loader->arena },
		.error = error,
	};
	if (check.before->count != check.after->count)
		return error_set(error, ERROR_INTERNAL, "the services changed with the rules");
	for (size_t i = 0; i < request->keep_count; i++)
		if (!verify_keep(&check, &request->keeps[i]))
			return false;
	for (size_t i = 0; i < check.before->count; i++)
		if (!verify_service(&check, i))
			return false;
	return verify_answers(&check) && (!check.words.memory_failed || error_memory(error));
}
