/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_places.h"

#include <arpa/inet.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/sshd/sshd_cuts.h"

/* Most variants of what an address does not settle, each dimension. */
#define VARIANTS_MAX 16

/* A value of one dimension, and the words for it. */
struct variant {
	struct slice text;
	int port;
	const char *condition;
};

struct variants {
	struct variant items[VARIANTS_MAX];
	size_t count;
};

/* Options for one set of Match lines that hold. */
struct scope {
	const struct sshd_line **matches;
	size_t match_count;
	struct sshd_options options;
	struct scope *next;
};

struct search {
	struct arena *arena;
	const struct sshd_model *model;
	const struct sshd_user *user;
	struct sshd_cuts cuts;
	/* All Match lines, in the order of files. */
	const struct sshd_line **matches;
	size_t match_count;
	size_t match_capacity;
	/* Those whose criteria beside the address hold in the variant at hand. */
	const struct sshd_line **candidates;
	const struct sshd_line **holding;
	struct variants ports;
	struct variants local_addresses;
	struct variants hosts;
	struct scope *scopes;
	struct sshd_place *places;
	size_t count;
	size_t capacity;
	bool is_inexact;
	bool memory_failed;
};

static const char *format(struct search *search, const char *pattern, struct slice text)
{
	BUFFER_AUTO buffer = { 0 };
	buffer_append_string(&buffer, pattern);
	buffer_append_slice(&buffer, text);
	const char *copy = buffer_keep(&buffer, search->arena);
	if (!copy)
		search->memory_failed = true;
	return copy ? copy : "";
}

static void add_variant(struct search *search, struct variants *variants, struct variant variant)
{
	for (size_t i = 0; i < variants->count; i++)
		if (slice_equal(variants->items[i].text, variant.text) &&
		    variants->items[i].port == variant.port)
			return;
	if (variants->count == VARIANTS_MAX) {
		search->is_inexact = true;
		return;
	}
	variants->items[variants->count++] = variant;
}

static const char *address_text(struct search *search, struct address address)
{
	char text[INET6_ADDRSTRLEN] = "";
	(void)inet_ntop(address.family == ADDRESS_IPV6 ? AF_INET6 : AF_INET, address.bytes, text,
			sizeof(text));
	const char *copy = slice_to_string(search->arena, slice_of(text));
	if (!copy)
		search->memory_failed = true;
	return copy ? copy : "";
}

/* A local address inside each network that a Match LocalAddress names. */
static void vary_local_address(struct search *search, const struct sshd_criterion *criterion)
{
	for (size_t i = 0; i < criterion->network_count; i++) {
		const struct sshd_network *network = &criterion->networks[i];
		if (network->kind != SSHD_NETWORK_PREFIX) {
			search->is_inexact = true;
			continue;
		}
		add_variant(
			search, &search->local_addresses,
			(struct variant){
				.text = slice_of(address_text(search, network->prefix.address)),
				.condition = format(search, "to the local address ", network->text),
			});
	}
}

/* A name that a pattern takes: its wildcards filled in. */
static void vary_host(struct search *search, struct slice patterns)
{
	struct slice pattern;
	while (slice_next_field(&patterns, ',', &pattern)) {
		bool negated = pattern.size && pattern.data[0] == '!';
		if (negated)
			pattern = slice_from(pattern, 1);
		char *name = pattern.size ? slice_to_string(search->arena, pattern) : NULL;
		if (!name) {
			search->memory_failed = search->memory_failed || pattern.size > 0;
			continue;
		}
		for (char *byte = name; *byte; byte++)
			if (*byte == '*' || *byte == '?')
				*byte = 'x';
		add_variant(search, &search->hosts,
			    (struct variant){
				    .text = slice_of(name),
				    .condition = format(search, "from a host called ", pattern),
			    });
	}
}

/* Host names are asked for where UseDNS is on; else the address stands for the name. */
static void note_host(struct search *search, struct slice patterns)
{
	struct slice pattern;
	if (sshd_flag(search->model->global, SSHD_USE_DNS)) {
		vary_host(search, patterns);
		return;
	}
	while (slice_next_field(&patterns, ',', &pattern))
		sshd_cut_pattern(&search->cuts,
				 slice_from(pattern, pattern.size && pattern.data[0] == '!'));
}

static void note_criterion(struct search *search, const struct sshd_criterion *criterion)
{
	switch (criterion->kind) {
	case SSHD_CRITERION_ADDRESS:
		sshd_cut_networks(&search->cuts, criterion->networks, criterion->network_count);
		break;
	case SSHD_CRITERION_HOST:
		note_host(search, criterion->argument);
		break;
	case SSHD_CRITERION_LOCAL_ADDRESS:
		vary_local_address(search, criterion);
		break;
	case SSHD_CRITERION_LOCAL_PORT:
		add_variant(search, &search->ports,
			    (struct variant){
				    .port = criterion->port,
				    .condition = format(search, "on port ", criterion->argument),
			    });
		break;
	case SSHD_CRITERION_RDOMAIN:
		search->is_inexact = true;
		break;
	case SSHD_CRITERION_ALL:
	case SSHD_CRITERION_USER:
	case SSHD_CRITERION_GROUP:
	case SSHD_CRITERION_INVALID_USER:
		break;
	}
}

/* The part after '@' of an AllowUsers or DenyUsers word. */
static void note_user_pattern(struct search *search, struct slice word)
{
	size_t at = slice_find_byte(word, '@');
	struct slice hosts = slice_from(word, at + 1), rest = hosts;
	struct sshd_network network;
	if (at == word.size)
		return;
	while (sshd_next_network(&rest, &network))
		sshd_cut_networks(&search->cuts, &network, 1);
	if (sshd_flag(search->model->global, SSHD_USE_DNS))
		vary_host(search, hosts);
}

static void note_line(struct search *search, const struct sshd_line *line)
{
	if (!line->keyword)
		return;
	if (line->keyword->action == SSHD_ACTION_SET &&
	    (line->keyword->setting == SSHD_ALLOW_USERS ||
	     line->keyword->setting == SSHD_DENY_USERS))
		for (size_t i = 0; i < line->word_count; i++)
			note_user_pattern(search, line->words[i]);
	if (!line->match || line->match->error)
		return;
	for (size_t i = 0; i < line->match->count; i++)
		note_criterion(search, &line->match->criteria[i]);
	const struct sshd_line **grown =
		arena_grow(search->arena, search->matches, search->match_count,
			   &search->match_capacity, sizeof(*grown));
	if (!grown) {
		search->memory_failed = true;
		return;
	}
	search->matches = grown;
	grown[search->match_count++] = line;
}

/* Ports that are listened on, where a LocalPort matters; each dimension has at least one variant.
 */
static void complete_variants(struct search *search)
{
	const struct sshd_setting *listen = sshd_get(search->model->global, SSHD_LISTEN_ADDRESS);
	bool port_matters = search->ports.count > 0;
	search->ports.count = 0;
	for (size_t i = 0; port_matters && i < listen->count; i++) {
		BUFFER_AUTO number = { 0 };
		buffer_format(&number, "%d", (int)listen->values[i].number);
		add_variant(search, &search->ports,
			    (struct variant){
				    .port = (int)listen->values[i].number,
				    .condition = format(search, "on port ", buffer_slice(&number)),
			    });
	}
	/* A single port is no condition. */
	if (search->ports.count == 1)
		search->ports.items[0].condition = "";
	if (!search->ports.count)
		add_variant(search, &search->ports,
			    (struct variant){ .port = 22, .condition = "" });
	/* RFC 6666's discard prefix: no host has such an address, so no network that names a real
	 * one holds it. */
	add_variant(search, &search->local_addresses,
		    (struct variant){ .text = SLICE("100::1"), .condition = "" });
	add_variant(search, &search->hosts, (struct variant){ .condition = "" });
}

/* Does CRITERION, beside the address, hold? Those that the address settles are left for later. */
static bool may_hold(const struct search *search, const struct sshd_criterion *criterion,
		     const struct sshd_connection *connection)
{
	bool by_name = sshd_flag(search->model->global, SSHD_USE_DNS) && connection->host.data;
	if (criterion->kind == SSHD_CRITERION_ADDRESS ||
	    (criterion->kind == SSHD_CRITERION_HOST && !by_name))
		return true;
	const struct sshd_match_line one = { .criteria = criterion, .count = 1 };
	return sshd_match_holds(&one, connection);
}

static size_t find_candidates(struct search *search, const struct sshd_connection *connection)
{
	size_t count = 0;
	for (size_t i = 0; i < search->match_count; i++) {
		const struct sshd_match_line *match = search->matches[i]->match;
		size_t k = 0;
		while (k < match->count && may_hold(search, &match->criteria[k], connection))
			k++;
		if (k == match->count)
			search->candidates[count++] = search->matches[i];
	}
	return count;
}

/* The scope of the COUNT lines in search->holding, evaluated once. */
static const struct scope *find_scope(struct search *search, size_t count,
				      const struct sshd_connection *connection)
{
	size_t bytes = count * sizeof(search->holding[0]);
	for (struct scope *scope = search->scopes; scope; scope = scope->next)
		if (scope->match_count == count &&
		    (!count || memcmp(scope->matches, search->holding, bytes) == 0))
			return scope;
	struct scope *scope = ARENA_NEW(search->arena, struct scope);
	const struct sshd_line **copy = ARENA_ARRAY(search->arena, count, const struct sshd_line *);
	if (!scope || !copy ||
	    !sshd_evaluate(search->arena, search->model, connection, &scope->options, NULL)) {
		search->memory_failed = true;
		return NULL;
	}
	if (count)
		memcpy(copy, search->holding, bytes);
	scope->matches = copy;
	scope->match_count = count;
	scope->next = search->scopes;
	search->scopes = scope;
	return scope;
}

static void add_place(struct search *search, struct address first, struct address last,
		      const struct sshd_connection *shared, const char *condition,
		      size_t candidate_count)
{
	if (search->count >= SSHD_PLACES_MAX) {
		search->is_inexact = true;
		return;
	}
	struct sshd_connection *connection = ARENA_NEW(search->arena, struct sshd_connection);
	struct sshd_place *grown = arena_grow(search->arena, search->places, search->count,
					      &search->capacity, sizeof(*grown));
	if (!connection || !grown) {
		search->memory_failed = true;
		return;
	}
	search->places = grown;
	*connection = *shared;
	connection->address = slice_of(address_text(search, first));
	if (!connection->host.data)
		connection->host = connection->address;
	size_t holding = 0;
	for (size_t i = 0; i < candidate_count; i++)
		if (sshd_match_holds(search->candidates[i]->match, connection))
			search->holding[holding++] = search->candidates[i];
	const struct scope *scope = find_scope(search, holding, connection);
	if (!scope)
		return;
	grown[search->count++] = (struct sshd_place){
		.first = first,
		.last = last,
		.condition = condition,
		.connection = connection,
		.options = &scope->options,
		.matches = scope->matches,
		.match_count = scope->match_count,
	};
}

static void add_family(struct search *search, const struct address *cuts, size_t count,
		       const struct sshd_connection *connection, const char *condition,
		       size_t candidate_count)
{
	for (size_t i = 0; i < count && !search->memory_failed; i++) {
		struct address last = { .family = cuts[i].family };
		if (i + 1 < count)
			last = sshd_address_before(cuts[i + 1]);
		else
			memset(last.bytes, 0xff, address_bits(last.family) / 8);
		add_place(search, cuts[i], last, connection, condition, candidate_count);
	}
}

static const char *join_conditions(struct search *search, const struct variant *const *variants,
				   size_t count)
{
	BUFFER_AUTO text = { 0 };
	for (size_t i = 0; i < count; i++) {
		if (!variants[i]->condition[0])
			continue;
		if (text.size)
			buffer_append_string(&text, ", ");
		buffer_append_string(&text, variants[i]->condition);
	}
	return format(search, "", buffer_slice(&text));
}

static void add_variants(struct search *search)
{
	for (size_t p = 0; p < search->ports.count; p++)
		for (size_t l = 0; l < search->local_addresses.count; l++)
			for (size_t h = 0; h < search->hosts.count; h++) {
				const struct variant *const chosen[] = {
					&search->ports.items[p],
					&search->local_addresses.items[l],
					&search->hosts.items[h],
				};
				struct sshd_connection connection = {
					.user = search->user->name,
					.host = chosen[2]->text,
					.local_address = chosen[1]->text,
					.local_port = chosen[0]->port,
					.groups = search->user->groups,
					.group_count = search->user->group_count,
				};
				const char *condition =
					join_conditions(search, chosen, ARRAY_SIZE(chosen));
				size_t candidates = find_candidates(search, &connection);
				add_family(search, search->cuts.ipv4, search->cuts.ipv4_count,
					   &connection, condition, candidates);
				add_family(search, search->cuts.ipv6, search->cuts.ipv6_count,
					   &connection, condition, candidates);
			}
}

bool sshd_find_places(struct arena *arena, const struct sshd_model *model,
		      const struct sshd_user *user, const struct prefix *extra, size_t extra_count,
		      struct sshd_places *ret_places)
{
	struct search *search = ARENA_NEW(arena, struct search);
	if (!search)
		return false;
	search->arena = arena;
	search->model = model;
	search->user = user;
	search->cuts.arena = arena;
	for (size_t i = 0; i < extra_count; i++)
		sshd_cut_prefix(&search->cuts, extra[i]);
	for (size_t i = 0; i < model->file_count; i++)
		for (size_t k = 0; k < model->files[i]->count; k++)
			note_line(search, &model->files[i]->lines[k]);
	sshd_cuts_finish(&search->cuts);
	complete_variants(search);
	search->candidates = ARENA_ARRAY(arena, search->match_count, const struct sshd_line *);
	search->holding = ARENA_ARRAY(arena, search->match_count, const struct sshd_line *);
	if (!search->candidates || !search->holding || search->memory_failed)
		return false;
	add_variants(search);
	if (search->memory_failed || search->cuts.memory_failed)
		return false;
	*ret_places = (struct sshd_places){
		.items = search->places,
		.count = search->count,
		.is_inexact = search->is_inexact || search->cuts.is_inexact,
	};
	return true;
}
