/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/ssh_scope.h"

#include <stdarg.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "audit/network/socket_model.h"
#include "audit/sshd/sshd_user_class.h"
#include "checks/service_reach.h"
#include "checks/verdict.h"

/* Most people that one check looks at; more differ in patterns than a configuration of any sense.
 */
#define PEOPLE_MAX 64

/* What one check may need for places and evaluations; a thousand Match blocks take a tenth. */
#define SCRATCH_BYTES_MAX ((size_t)1024 * 1024 * 1024)

/* Most networks that are named in one line of evidence. */
#define SOURCES_SHOWN_MAX 4

struct ssh_people {
	struct arena *arena;
	const struct model *model;
	struct ssh_person *people;
	size_t count;
};

bool ssh_is_known(const struct model *model, struct verdict *verdict)
{
	const struct sshd_model *sshd = model->sshd;
	if (!sshd) {
		verdict_unknown_because(verdict, "sshd's configuration", "it was not looked at",
					"");
		return false;
	}
	if (sshd->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, sshd->unread);
		return false;
	}
	if (sshd->state == FACT_ABSENT) {
		if (sshd->is_installed.state == FACT_UNREADABLE) {
			verdict_unknown(verdict, sshd->is_installed.unread);
			return false;
		}
		bool installed =
			sshd->is_installed.state == FACT_PRESENT && sshd->is_installed.value;
		verdict_not_applicable(verdict,
				       installed ? "sshd is installed, but has no " SSHD_CONFIG_PATH
						   ", without which it does not start"
						 : "no SSH server is installed");
		return false;
	}
	if (sshd->is_installed.state == FACT_ABSENT) {
		verdict_not_applicable(verdict, "no SSH server is installed; " SSHD_CONFIG_PATH
						" is a leftover");
		return false;
	}
	if (sshd->is_refused)
		verdict_note(verdict, sshd->refusal.origin, "sshd",
			     "does not start with these files (%s); judged without that line",
			     sshd->refusal.message);
	return true;
}

bool ssh_groups_of(struct arena *arena, const struct system_model *host,
		   const struct system_account *account, struct sshd_user *user)
{
	struct slice *groups = ARENA_ARRAY(arena, host->group_count, struct slice);
	if (!groups)
		return false;
	for (size_t i = 0; i < host->group_count; i++)
		if (system_account_in_group(host, account, &host->groups[i]))
			groups[user->group_count++] = host->groups[i].name;
	user->groups = groups;
	return true;
}

static bool add_person(struct ssh_people *self, const struct ssh_person *person)
{
	uint64_t kind = sshd_user_class(self->model->sshd, &person->user);
	for (size_t i = 0; i < self->count; i++)
		if (sshd_user_class(self->model->sshd, &self->people[i].user) == kind) {
			/* The stranger is only wanted where nobody is like him. */
			self->people[i].account_count += person->account != NULL;
			self->people[i].is_like_a_stranger |= person->is_like_a_stranger;
			return true;
		}
	if (self->count == PEOPLE_MAX)
		return true;
	self->people[self->count++] = *person;
	return true;
}

static bool add_account(struct ssh_people *self, const struct system_account *account)
{
	struct ssh_person person = {
		.user = { .name = account->name, .is_root = account->uid == 0 },
		.account = account,
		.account_count = 1,
	};
	return ssh_groups_of(self->arena, self->model->host, account, &person.user) &&
	       add_person(self, &person);
}

/* root comes first, whatever passwd says of him. */
static bool add_people(struct ssh_people *self)
{
	static const struct slice root_group = { .data = "root", .size = 4 };
	static const struct slice stranger_group = { .data = "ringfence-strangers", .size = 19 };
	const struct system_model *host = self->model->host;
	const struct ssh_person root = {
		.user = {
			.name = SLICE("root"),
			.groups = &root_group,
			.group_count = 1,
			.is_root = true,
		},
	};
	/* No pattern of any sense names him, and still he is in a group, as everybody. */
	const struct ssh_person stranger = {
		.user = {
			.name = SLICE("ringfence-stranger"),
			.groups = &stranger_group,
			.group_count = 1,
		},
		.is_like_a_stranger = true,
	};
	bool accounts_known = host && host->accounts_state == FACT_PRESENT;
	const struct system_account *account =
		accounts_known ? system_find_account(host, SLICE("root")) : NULL;
	if (account ? !add_account(self, account) : !add_person(self, &root))
		return false;
	for (size_t i = 0; accounts_known && i < host->account_count; i++)
		if (&host->accounts[i] != account && host->accounts[i].has_login_shell &&
		    !add_account(self, &host->accounts[i]))
			return false;
	return add_person(self, &stranger);
}

static const char *describe(struct ssh_people *self, const struct ssh_person *person)
{
	BUFFER_AUTO text = { 0 };
	if (!person->account && !person->user.is_root)
		return "any account that no rule names";
	if (person->is_like_a_stranger && !person->user.is_root)
		buffer_append_string(&text, "any other account, such as ");
	buffer_append_printable(&text, person->user.name);
	if (person->account_count > 1 && !person->is_like_a_stranger)
		buffer_format(&text, " and %zu more account%s", person->account_count - 1,
			      person->account_count > 2 ? "s" : "");
	return buffer_keep(&text, self->arena);
}

/* The borders of site_trusts, with the private networks where no network is given. */
static const struct prefix *trust_borders(struct ssh_people *self, size_t *ret_count)
{
	const struct site *site = self->model->site;
	size_t private_count, count = 0;
	const struct prefix *private = address_private_networks(&private_count);
	struct prefix *borders = ARENA_ARRAY(
		self->arena, private_count + 1 + (site ? site->trusted_count : 0), struct prefix);
	if (!borders)
		return NULL;
	for (size_t i = 0; i < private_count; i++)
		borders[count++] = private[i];
	if (prefix_parse(SLICE("::ffff:0:0/96"), &borders[count]))
		count++;
	for (size_t i = 0; site && i < site->trusted_count; i++)
		borders[count++] = site->trusted[i];
	*ret_count = count;
	return borders;
}

static bool find_all_places(struct ssh_people *self)
{
	size_t border_count = 0;
	const struct prefix *borders = trust_borders(self, &border_count);
	if (!borders)
		return false;
	for (size_t i = 0; i < self->count; i++) {
		struct ssh_person *person = &self->people[i];
		person->subject = describe(self, person);
		if (!person->subject ||
		    !sshd_find_places(self->arena, self->model->sshd, &person->user, borders,
				      border_count, &person->places))
			return false;
	}
	return true;
}

struct ssh_people *ssh_people_new(const struct model *model)
{
	if (!model->sshd || model->sshd->state != FACT_PRESENT)
		return NULL;
	struct arena *arena = arena_new(SCRATCH_BYTES_MAX);
	struct ssh_people *self = arena ? ARENA_NEW(arena, struct ssh_people) : NULL;
	if (!self) {
		arena_free(arena);
		return NULL;
	}
	self->arena = arena;
	self->model = model;
	self->people = ARENA_ARRAY(arena, PEOPLE_MAX, struct ssh_person);
	if (!self->people || !add_people(self) || !find_all_places(self)) {
		arena_free(arena);
		return NULL;
	}
	return self;
}

void ssh_people_free(struct ssh_people *people)
{
	if (people)
		arena_free(people->arena);
}

bool ssh_view_begin(struct ssh_view *view, const struct model *model, struct verdict *verdict)
{
	*view = (struct ssh_view){ .verdict = verdict, .model = model, .sshd = model->sshd };
	if (!ssh_is_known(model, verdict))
		return false;
	const struct ssh_people *people = model->ssh_people;
	if (!people)
		people = view->own_people = ssh_people_new(model);
	view->scratch = arena_new(SCRATCH_BYTES_MAX);
	if (!view->scratch) {
		verdict->memory_failed = true;
		return false;
	}
	if (!people) {
		verdict_unknown_because(verdict, "sshd's Match blocks",
					"they take more memory than is allowed", "");
		return false;
	}
	view->people = people->people;
	view->count = people->count;
	return true;
}

void ssh_view_done(struct ssh_view *view)
{
	if (view->memory_failed)
		view->verdict->memory_failed = true;
	ssh_people_free(view->own_people);
	arena_free(view->scratch);
	view->scratch = NULL;
}

enum exposure ssh_exposure(const struct model *model, uint16_t port)
{
	const struct reach_model *reach = model->reach;
	enum exposure widest = EXPOSURE_HOST;
	bool found = false;
	if (!reach || !model->sockets || model->sockets->state != FACT_PRESENT)
		return EXPOSURE_UNKNOWN;
	for (size_t i = 0; i < reach->count; i++) {
		const struct reach_service *service = &reach->services[i];
		if (!service_is_ssh(model, service) || (port && service->port != port))
			continue;
		widest = exposure_wider(widest, service->exposure);
		found = true;
	}
	/* Nothing listens; unless it is one of those whose program is not known. */
	return found || model->sockets->has_all_processes ? widest : EXPOSURE_UNKNOWN;
}

bool ssh_place_is_trusted(const struct ssh_view *view, const struct sshd_place *place)
{
	static const struct site no_site = { .trusted_count = 0 };
	return site_trusts(view->model->site ? view->model->site : &no_site, place->first);
}

const char *ssh_format(const struct ssh_view *view, const char *format, ...)
{
	BUFFER_AUTO text = { 0 };
	va_list arguments;
	va_start(arguments, format);
	buffer_format_list(&text, format, arguments);
	va_end(arguments);
	const char *copy = buffer_keep(&text, view->scratch);
	if (!copy)
		view->verdict->memory_failed = true;
	return copy ? copy : "";
}

bool ssh_is_strict(const struct model *model)
{
	return model->site && model->site->level == SITE_STRICT;
}

bool ssh_is_certain(const struct ssh_view *view, const struct sshd_options *options,
		    enum sshd_setting_id id)
{
	return view->sshd->facts.version.is_known || sshd_get(options, id)->is_set;
}

/* One problem with the sources that it holds for, while it is put together. */
struct collected {
	struct ssh_problem problem;
	const struct ssh_person *person;
	struct address_range *ipv4;
	size_t ipv4_count;
	size_t ipv4_capacity;
	struct address_range *ipv6;
	size_t ipv6_count;
	size_t ipv6_capacity;
	/* Only under this condition; NULL: none, or in some place without one. */
	const char *condition;
	/* Some of it is outside the networks that the site trusts. */
	bool is_outside;
};

struct collection {
	struct collected *items;
	size_t count;
	size_t capacity;
};

static struct collected *find_collected(struct ssh_view *view, struct collection *collection,
					const struct ssh_person *person,
					const struct ssh_problem *problem,
					const struct sshd_place *place)
{
	for (size_t i = 0; i < collection->count; i++) {
		struct collected *one = &collection->items[i];
		if (one->person == person && one->problem.origin.source == problem->origin.source &&
		    one->problem.origin.first == problem->origin.first &&
		    strcmp(one->problem.text, problem->text) == 0)
			return one;
	}
	struct collected *grown = arena_grow(view->scratch, collection->items, collection->count,
					     &collection->capacity, sizeof(*grown));
	if (!grown) {
		view->memory_failed = true;
		return NULL;
	}
	collection->items = grown;
	grown[collection->count] = (struct collected){
		.problem = *problem,
		.person = person,
		.condition = place->condition,
	};
	return &grown[collection->count++];
}

static void add_range(struct ssh_view *view, struct collected *one, const struct sshd_place *place)
{
	bool is_ipv4 = place->first.family == ADDRESS_IPV4;
	struct address_range **list = is_ipv4 ? &one->ipv4 : &one->ipv6;
	size_t *count = is_ipv4 ? &one->ipv4_count : &one->ipv6_count;
	size_t *capacity = is_ipv4 ? &one->ipv4_capacity : &one->ipv6_capacity;
	struct address_range *grown =
		arena_grow(view->scratch, *list, *count, capacity, sizeof(*grown));
	if (!grown) {
		view->memory_failed = true;
		return;
	}
	*list = grown;
	grown[(*count)++] = (struct address_range){ .first = place->first, .last = place->last };
	if (strcmp(one->condition, place->condition) != 0)
		one->condition = "";
	one->is_outside = one->is_outside || !ssh_place_is_trusted(view, place);
}

static void collect(struct ssh_view *view, ssh_test *test, enum ssh_subject kind,
		    struct collection *collection)
{
	for (size_t i = 0; i < view->count; i++) {
		const struct ssh_person *person = &view->people[i];
		for (size_t k = 0; k < person->places.count && !view->memory_failed; k++) {
			const struct sshd_place *place = &person->places.items[k];
			struct ssh_problem problem = { .text = "" };
			if (!test(view, person, place, &problem))
				continue;
			struct collected *one = find_collected(
				view, collection, kind == SSH_SUBJECT_PERSON ? person : NULL,
				&problem, place);
			if (one)
				add_range(view, one, place);
		}
	}
}

/* Up to SOURCES_SHOWN_MAX networks of SET, and how many more. */
static void append_networks(struct arena *arena, struct buffer *text, struct address_set set,
			    bool *failed)
{
	const struct prefix *prefixes = NULL;
	size_t count = 0;
	if (!address_set_prefixes(arena, set, &prefixes, &count)) {
		*failed = true;
		return;
	}
	size_t shown = count > SOURCES_SHOWN_MAX ? SOURCES_SHOWN_MAX - 1 : count;
	for (size_t i = 0; i < shown; i++) {
		if (i)
			buffer_append_string(text, ", ");
		prefix_format(prefixes[i], text);
	}
	if (shown < count)
		buffer_format(text, " and %zu more networks", count - shown);
}

/* One family: "any IPv4 address", "any IPv4 address but 192.0.2.0/24", or its networks. */
static void append_family(struct arena *arena, struct buffer *text, struct address_set set,
			  bool *failed)
{
	const char *name = set.family == ADDRESS_IPV4 ? "any IPv4 address" : "any IPv6 address";
	struct address_set rest;
	if (address_set_is_empty(set))
		return;
	if (text->size)
		buffer_append_string(text, ", ");
	if (!address_set_difference(arena, address_set_all(set.family), set, &rest)) {
		*failed = true;
		return;
	}
	/* A few holes are told by themselves. */
	if (rest.count >= set.count && !address_set_is_empty(rest)) {
		append_networks(arena, text, set, failed);
		return;
	}
	buffer_append_string(text, name);
	if (address_set_is_empty(rest))
		return;
	buffer_append_string(text, " but ");
	append_networks(arena, text, rest, failed);
}

const char *ssh_sources_text(struct arena *arena, struct address_set ipv4, struct address_set ipv6)
{
	BUFFER_AUTO text = { 0 };
	bool failed = false;
	if (address_set_is_all(ipv4) && address_set_is_all(ipv6))
		return "anywhere";
	if (address_set_is_empty(ipv4) && address_set_is_empty(ipv6))
		return "nowhere";
	append_family(arena, &text, ipv4, &failed);
	append_family(arena, &text, ipv6, &failed);
	const char *copy = failed ? NULL : buffer_keep(&text, arena);
	return copy ? copy : "";
}

/* Is every place outside the trusted networks in one of the sets? */
static bool covers_outside(const struct ssh_view *view, struct address_set ipv4,
			   struct address_set ipv6)
{
	const struct sshd_places *places = &view->people[0].places;
	for (size_t i = 0; i < places->count; i++) {
		const struct sshd_place *place = &places->items[i];
		if (!ssh_place_is_trusted(view, place) &&
		    !address_set_contains(place->first.family == ADDRESS_IPV4 ? ipv4 : ipv6,
					  place->first))
			return false;
	}
	return true;
}

static const char *sources_of(struct ssh_view *view, const struct collected *one)
{
	struct address_set ipv4 = address_set_empty(ADDRESS_IPV4);
	struct address_set ipv6 = address_set_empty(ADDRESS_IPV6);
	if (!address_set_of_ranges(view->scratch, ADDRESS_IPV4, one->ipv4, one->ipv4_count,
				   &ipv4) ||
	    !address_set_of_ranges(view->scratch, ADDRESS_IPV6, one->ipv6, one->ipv6_count, &ipv6))
		view->memory_failed = true;
	bool whole = address_set_is_all(ipv4) && address_set_is_all(ipv6);
	if (!whole && covers_outside(view, ipv4, ipv6))
		return "anywhere outside the trusted networks";
	return ssh_sources_text(view->scratch, ipv4, ipv6);
}

static bool has_inexact_places(const struct ssh_view *view)
{
	for (size_t i = 0; i < view->count; i++)
		if (view->people[i].places.is_inexact)
			return true;
	return false;
}

static size_t record(struct ssh_view *view, ssh_test *test, enum ssh_subject kind,
		     const char *subject, bool as_note)
{
	struct collection collection = { .count = 0 };
	enum exposure reach = ssh_exposure(view->model, 0);
	collect(view, test, kind, &collection);
	for (size_t i = 0; i < collection.count; i++) {
		const struct collected *one = &collection.items[i];
		const char *who = one->person ? one->person->subject : subject;
		const char *from = sources_of(view, one);
		enum exposure exposure = reach;
		if (!one->is_outside && exposure > EXPOSURE_NETWORKS)
			exposure = EXPOSURE_NETWORKS;
		if (as_note)
			verdict_note(view->verdict, one->problem.origin, who, "%s; from %s%s%s",
				     one->problem.text, from, one->condition[0] ? ", " : "",
				     one->condition);
		else
			verdict_fail(view->verdict, exposure, one->problem.origin, who,
				     "%s; from %s%s%s", one->problem.text, from,
				     one->condition[0] ? ", " : "", one->condition);
	}
	return collection.count;
}

size_t ssh_fail_places(struct ssh_view *view, ssh_test *test, enum ssh_subject kind,
		       const char *subject)
{
	size_t count = record(view, test, kind, subject, false);
	if (!count && has_inexact_places(view))
		verdict_unknown_because(view->verdict, "what sshd does for every address",
					"a Match or AllowUsers pattern cannot be followed exactly",
					"write networks as CIDR, 192.0.2.0/24");
	return count;
}

size_t ssh_note_places(struct ssh_view *view, ssh_test *test, enum ssh_subject kind,
		       const char *subject)
{
	return record(view, test, kind, subject, true);
}
