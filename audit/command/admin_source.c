/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/admin_source.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <utmpx.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/command/settings.h"

/* sshd, shell, sudo, its helper, a script or two. */
#define ANCESTORS_MAX 16
/* An environment is at most ARG_MAX; ours are shorter. */
#define ENVIRONMENT_BYTES_MAX ((size_t)1 << 20)

struct source_list {
	struct arena *arena;
	struct plan_keep *items;
	size_t count;
	size_t capacity;
	bool is_failed;
};

static void add(struct source_list *list, struct prefix network, const char *why)
{
	if (network.address.family == ADDRESS_NONE || address_is_loopback(network.address))
		return;
	for (size_t i = 0; i < list->count; i++)
		if (prefix_contains_prefix(list->items[i].network, network))
			return;
	struct plan_keep *items =
		arena_grow(list->arena, list->items, list->count, &list->capacity, sizeof(*items));
	const char *kept = arena_copy(list->arena, why, strlen(why));
	if (!items || !kept) {
		list->is_failed = true;
		return;
	}
	list->items = items;
	items[list->count++] = (struct plan_keep){ .network = network, .why = kept };
}

static void add_address(struct source_list *list, struct address address, const char *why)
{
	address = address_unmap(address);
	add(list, prefix_make(address, address_bits(address.family)), why);
}

/* "192.0.2.7 50022 192.0.2.1 22": sshd(8), ENVIRONMENT. False: no such text. */
static bool add_connection(struct source_list *list, struct slice text)
{
	struct slice word;
	struct address address;
	if (!slice_next_word(&text, &word) || !address_parse(word, &address))
		return false;
	add_address(list, address, "SSH_CONNECTION");
	return true;
}

static bool read_proc(unsigned long pid, const char *name, struct buffer *out)
{
	char path[64];
	(void)snprintf(path, sizeof(path), "/proc/%lu/%s", pid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t got = 0;
	while (out->size < ENVIRONMENT_BYTES_MAX) {
		char *room = buffer_reserve(out, 4096);
		got = room ? read(fd, room, 4096) : -1;
		if (got <= 0)
			break;
		buffer_commit(out, (size_t)got);
	}
	(void)close(fd);
	return got >= 0 && !buffer_failed(out);
}

/* The fourth field of stat; the second is in parentheses and may hold anything. */
static unsigned long parent_of(unsigned long pid)
{
	BUFFER_AUTO stat = { 0 };
	uint64_t parent = 0;
	struct slice word;
	if (!read_proc(pid, "stat", &stat))
		return 0;
	struct slice all = buffer_slice(&stat);
	struct slice rest = slice_from(all, slice_find_last_byte(all, ')') + 1);
	/* The process's state, then its parent (proc(5)). */
	for (int i = 0; i < 2; i++)
		if (!slice_next_word(&rest, &word))
			return 0;
	if (!slice_to_uint64(word, &parent))
		return 0;
	return (unsigned long)parent;
}

static bool add_of_process(struct source_list *list, unsigned long pid)
{
	static const char name[] = "SSH_CONNECTION=";
	BUFFER_AUTO environment = { 0 };
	struct slice field;
	if (!read_proc(pid, "environ", &environment))
		return false;
	struct slice rest = buffer_slice(&environment);
	while (slice_next_field(&rest, '\0', &field))
		if (slice_starts_with(field, name))
			return add_connection(list, slice_from(field, sizeof(name) - 1));
	return false;
}

static void add_session(struct source_list *list, bool this_host)
{
	const char *own = getenv("SSH_CONNECTION");
	if (own) {
		(void)add_connection(list, slice_of(own));
		return;
	}
	unsigned long pid = (unsigned long)getppid();
	for (int i = 0; this_host && i < ANCESTORS_MAX && pid > 1; i++) {
		if (add_of_process(list, pid))
			return;
		pid = parent_of(pid);
	}
}

static void add_logins(struct source_list *list)
{
	const struct utmpx *row;
	setutxent();
	while ((row = getutxent())) {
		static const uint8_t none[16] = { 0 };
		struct address address = { .family = ADDRESS_IPV6 };
		if (row->ut_type != USER_PROCESS || memcmp(row->ut_addr_v6, none, 16) == 0)
			continue;
		/* An IPv4 address stands in the first word alone: utmp(5). */
		if (memcmp(&row->ut_addr_v6[1], none, 12) == 0)
			address.family = ADDRESS_IPV4;
		memcpy(address.bytes, row->ut_addr_v6, address.family == ADDRESS_IPV4 ? 4 : 16);
		BUFFER_AUTO why = { 0 };
		buffer_append_string(&why, "logged in as ");
		buffer_append_printable(
			&why, (struct slice){ row->ut_user,
					      strnlen(row->ut_user, sizeof(row->ut_user)) });
		add_address(list, address, buffer_string(&why));
	}
	endutxent();
}

bool admin_sources_find(const struct option_values *keeps, bool this_host, struct arena *arena,
			const struct plan_keep **ret_keeps, size_t *ret_count, struct error *error)
{
	struct source_list list = { .arena = arena };
	for (size_t i = 0; i < keeps->count; i++) {
		const struct prefix *networks = NULL;
		size_t count = 0;
		if (!settings_add_networks(slice_of(keeps->items[i]), arena, &networks, &count,
					   error))
			return false;
		for (size_t n = 0; n < count; n++)
			add(&list, networks[n], "--keep");
	}
	add_session(&list, this_host);
	if (this_host)
		add_logins(&list);
	*ret_keeps = list.items;
	*ret_count = list.count;
	return !list.is_failed || error_memory(error);
}
