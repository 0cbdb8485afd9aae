/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/ssh_access.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "checks/ssh_scope.h"
#include "checks/verdict.h"

/* Most rows; a table with more is read by nobody. */
#define ROWS_MAX 200

struct table {
	struct arena *arena;
	struct result_access *rows;
	size_t count;
	size_t capacity;
	bool memory_failed;
};

static const struct {
	unsigned int method;
	const char *word;
} words[] = {
	{ SSHD_BY_KEY, "key" },
	{ SSHD_BY_PASSWORD, "password" },
	{ SSHD_BY_KEYBOARD, "password (PAM)" },
	{ SSHD_BY_HOST, "trusted host" },
	{ SSHD_BY_GSSAPI, "Kerberos" },
};

static void append_methods(struct buffer *text, unsigned int methods, const char *between)
{
	bool first = true;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		/* One word for both ways to be asked for it. */
		bool said = words[i].method == SSHD_BY_KEYBOARD && (methods & SSHD_BY_PASSWORD);
		if (!(methods & words[i].method) || said)
			continue;
		if (!first)
			buffer_append_string(text, between);
		buffer_append_string(text, words[i].word);
		first = false;
	}
}

/* "key, password", "key and password", "key with a fixed command", "none". */
static void append_how(struct buffer *text, const struct sshd_access *access)
{
	if (!access->is_admitted) {
		buffer_append_string(text, "none");
		return;
	}
	append_methods(text, access->methods, ", ");
	if (access->methods && access->combined)
		buffer_append_string(text, ", ");
	append_methods(text, access->combined, " and ");
	if (access->forced_commands_only)
		buffer_append_string(text, " with a fixed command");
}

/* What a locked account cannot do, sshd does not know; PAM and crypt(3) do. */
static void apply_account(const struct ssh_person *person, struct sshd_access *access)
{
	if (!person->account || person->account_count > 1 || person->is_like_a_stranger ||
	    person->account->password != PASSWORD_LOCKED)
		return;
	access->methods &= ~(unsigned int)SSHD_BY_ANY_PASSWORD;
	if (access->combined & SSHD_BY_ANY_PASSWORD)
		access->combined = 0;
	access->is_admitted = access->methods || access->combined;
	if (!access->is_admitted)
		access->by = "the locked password";
}

/* Places with one answer, while they are put together. */
struct answer {
	const char *how;
	const char *condition;
	struct sshd_access access;
	struct address_range *ipv4;
	size_t ipv4_count;
	size_t ipv4_capacity;
	struct address_range *ipv6;
	size_t ipv6_count;
	size_t ipv6_capacity;
};

struct answers {
	struct answer *items;
	size_t count;
	size_t capacity;
};

static struct answer *find_answer(struct ssh_view *view, struct answers *answers, const char *how,
				  const struct sshd_access *access, const struct sshd_place *place)
{
	for (size_t i = 0; i < answers->count; i++)
		if (strcmp(answers->items[i].how, how) == 0 &&
		    strcmp(answers->items[i].condition, place->condition) == 0)
			return &answers->items[i];
	struct answer *grown = arena_grow(view->scratch, answers->items, answers->count,
					  &answers->capacity, sizeof(*grown));
	const char *copy = slice_to_string(view->scratch, slice_of(how));
	if (!grown || !copy)
		return NULL;
	answers->items = grown;
	grown[answers->count] = (struct answer){
		.how = copy,
		.condition = place->condition,
		.access = *access,
	};
	return &grown[answers->count++];
}

static bool add_range(struct ssh_view *view, struct answer *answer, const struct sshd_place *place)
{
	bool is_ipv4 = place->first.family == ADDRESS_IPV4;
	struct address_range **list = is_ipv4 ? &answer->ipv4 : &answer->ipv6;
	size_t *count = is_ipv4 ? &answer->ipv4_count : &answer->ipv6_count;
	size_t *capacity = is_ipv4 ? &answer->ipv4_capacity : &answer->ipv6_capacity;
	struct address_range *grown =
		arena_grow(view->scratch, *list, *count, capacity, sizeof(*grown));
	if (!grown)
		return false;
	*list = grown;
	grown[(*count)++] = (struct address_range){ .first = place->first, .last = place->last };
	return true;
}

static bool collect_answers(struct ssh_view *view, const struct ssh_person *person,
			    struct answers *answers)
{
	for (size_t i = 0; i < person->places.count; i++) {
		const struct sshd_place *place = &person->places.items[i];
		struct sshd_access access = sshd_access_at(&person->user, place);
		BUFFER_AUTO how = { 0 };
		apply_account(person, &access);
		append_how(&how, &access);
		struct answer *answer =
			find_answer(view, answers, buffer_string(&how), &access, place);
		if (buffer_failed(&how) || !answer || !add_range(view, answer, place))
			return false;
	}
	return true;
}

static const char *keep(struct table *table, struct buffer *text)
{
	const char *copy = buffer_keep(text, table->arena);
	if (!copy)
		table->memory_failed = true;
	return copy ? copy : "";
}

static const char *why_text(struct table *table, const struct sshd_access *access)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, access->by[0] ? access->by : "the defaults of sshd");
	if (access->why.source)
		buffer_format(&text, " (%s:%u)", origin_path(access->why),
			      origin_line(access->why));
	return keep(table, &text);
}

static void add_row(struct table *table, struct ssh_view *view, const struct ssh_person *person,
		    const struct answer *answer)
{
	struct address_set ipv4, ipv6;
	if (table->count >= ROWS_MAX)
		return;
	struct result_access *grown = arena_grow(table->arena, table->rows, table->count,
						 &table->capacity, sizeof(*grown));
	if (!grown ||
	    !address_set_of_ranges(view->scratch, ADDRESS_IPV4, answer->ipv4, answer->ipv4_count,
				   &ipv4) ||
	    !address_set_of_ranges(view->scratch, ADDRESS_IPV6, answer->ipv6, answer->ipv6_count,
				   &ipv6)) {
		table->memory_failed = true;
		return;
	}
	table->rows = grown;
	BUFFER_AUTO who = { 0 };
	BUFFER_AUTO how = { 0 };
	BUFFER_AUTO from = { 0 };
	buffer_append_string(&who, person->subject);
	buffer_append_string(&how, answer->how);
	buffer_append_string(&from, ssh_sources_text(view->scratch, ipv4, ipv6));
	if (answer->condition[0])
		buffer_format(&from, ", %s", answer->condition);
	grown[table->count++] = (struct result_access){
		.who = keep(table, &who),
		.how = keep(table, &how),
		.from = keep(table, &from),
		.why = why_text(table, &answer->access),
	};
}

static bool add_person(struct table *table, struct ssh_view *view, const struct ssh_person *person)
{
	struct answers answers = { .count = 0 };
	if (!collect_answers(view, person, &answers))
		return false;
	for (size_t i = 0; i < answers.count; i++)
		add_row(table, view, person, &answers.items[i]);
	return true;
}

bool ssh_access_rows(struct arena *arena, const struct model *model,
		     const struct result_access **ret_rows, size_t *ret_count)
{
	struct verdict verdict = { .arena = arena };
	struct table table = { .arena = arena };
	struct ssh_view view;
	bool good = true;
	*ret_rows = NULL;
	*ret_count = 0;
	if (ssh_view_begin(&view, model, &verdict))
		for (size_t i = 0; i < view.count && good; i++)
			good = add_person(&table, &view, &view.people[i]);
	good = good && !view.memory_failed && !table.memory_failed && !verdict.memory_failed;
	ssh_view_done(&view);
	if (!good)
		return false;
	*ret_rows = table.rows;
	*ret_count = table.count;
	return true;
}
