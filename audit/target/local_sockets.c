/* SPDX-License-Identifier: Apache-2.0
 *
 * The listening sockets from the kernel: sock_diag(7) tells addresses, owners and inodes, one pass
 * over /proc/PID/fd tells whose they are. Written as `ss -H -tulnpe` does.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audit/base/buffer.h"
#include "audit/base/error.h"
#include "audit/target/answer.h"
#include "audit/target/local_process.h"

/* More sockets than that are not a telephone system; and processes that share one. */
#define SOCKETS_MAX 65536
#define HOLDERS_MAX 8

struct diag_socket {
	int family;
	int protocol;
	struct inet_diag_msg message;
	bool is_ipv6_only;
	uint32_t holders[HOLDERS_MAX];
	size_t holder_count;
};

struct diag_sockets {
	struct arena *arena;
	struct diag_socket *items;
	size_t count;
	size_t capacity;
};

static int ask(int netlink, int family, int protocol)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 request;
	} message = {
		.header = {
			.nlmsg_len = sizeof(message),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
		},
		.request = {
			.sdiag_family = (uint8_t)family,
			.sdiag_protocol = (uint8_t)protocol,
			/* An unconnected UDP socket is in the state TCP calls "close". */
			.idiag_states = protocol == IPPROTO_TCP ? 1u << TCP_LISTEN : 1u << TCP_CLOSE,
		},
	};
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	ssize_t sent = sendto(netlink, &message, sizeof(message), 0, (struct sockaddr *)&kernel,
			      sizeof(kernel));
	return sent == (ssize_t)sizeof(message) ? 0 : errno;
}

static bool is_ipv6_only(const struct nlmsghdr *header, const struct inet_diag_msg *message)
{
	size_t left = header->nlmsg_len - NLMSG_LENGTH(sizeof(*message));
	const char *at = (const char *)(message + 1);
	while (left >= sizeof(struct nlattr)) {
		struct nlattr attribute;
		memcpy(&attribute, at, sizeof(attribute));
		size_t size = NLA_ALIGN(attribute.nla_len);
		if (attribute.nla_len < sizeof(attribute) || size > left)
			return false;
		if (attribute.nla_type == INET_DIAG_SKV6ONLY &&
		    attribute.nla_len > sizeof(attribute))
			return at[sizeof(attribute)] != 0;
		at += size;
		left -= size;
	}
	return false;
}

static int add_socket(struct diag_sockets *sockets, int protocol, const struct nlmsghdr *header)
{
	if (header->nlmsg_len < NLMSG_LENGTH(sizeof(struct inet_diag_msg)))
		return EBADMSG;
	if (sockets->count == SOCKETS_MAX)
		return 0;
	struct diag_socket *items = arena_grow(sockets->arena, sockets->items, sockets->count,
					       &sockets->capacity, sizeof(*items));
	if (!items)
		return ENOMEM;
	sockets->items = items;
	struct diag_socket *item = &items[sockets->count++];
	*item = (struct diag_socket){ .protocol = protocol };
	memcpy(&item->message, NLMSG_DATA(header), sizeof(item->message));
	item->family = item->message.idiag_family;
	item->is_ipv6_only = is_ipv6_only(header, NLMSG_DATA(header));
	return 0;
}

/* Reads the answers to one question. 0 or an errno value. */
static int take_answers(int netlink, int protocol, struct diag_sockets *sockets)
{
	_Alignas(struct nlmsghdr) char data[32768];
	for (;;) {
		ssize_t got = recv(netlink, data, sizeof(data), 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? errno : EBADMSG;
		size_t left = (size_t)got;
		const struct nlmsghdr *header = (const struct nlmsghdr *)(const void *)data;
		for (; NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
			if (header->nlmsg_type == NLMSG_DONE)
				return 0;
			if (header->nlmsg_type == NLMSG_ERROR) {
				const struct nlmsgerr *error = NLMSG_DATA(header);
				return error->error ? -error->error : EBADMSG;
			}
			int number = add_socket(sockets, protocol, header);
			if (number != 0)
				return number;
		}
	}
}

static int ask_kernel(struct diag_sockets *sockets)
{
	static const int families[] = { AF_INET, AF_INET6 };
	static const int protocols[] = { IPPROTO_TCP, IPPROTO_UDP };
	int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	if (netlink < 0)
		return errno;
	int number = 0;
	for (size_t f = 0; f < ARRAY_SIZE(families) && number == 0; f++)
		for (size_t p = 0; p < ARRAY_SIZE(protocols) && number == 0; p++) {
			number = ask(netlink, families[f], protocols[p]);
			if (number == 0)
				number = take_answers(netlink, protocols[p], sockets);
		}
	(void)close(netlink);
	return number;
}

static int compare_inode(const void *a, const void *b)
{
	uint32_t first = ((const struct diag_socket *)a)->message.idiag_inode;
	uint32_t second = ((const struct diag_socket *)b)->message.idiag_inode;
	return (first > second) - (first < second);
}

static struct diag_socket *find_inode(const struct diag_sockets *sockets, uint64_t inode)
{
	struct diag_socket key = { .message.idiag_inode = (uint32_t)inode };
	if (sockets->count == 0 || inode == 0 || inode > UINT32_MAX)
		return NULL;
	return bsearch(&key, sockets->items, sockets->count, sizeof(key), compare_inode);
}

/* Notes PID at each of our sockets among its open files. */
static void look_into_process(struct diag_sockets *sockets, int proc, const char *pid_text,
			      uint32_t pid)
{
	BUFFER_AUTO path = { 0 };
	buffer_format(&path, "%s/fd", pid_text);
	int fd = openat(proc, buffer_string(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
	if (!folder) {
		if (fd >= 0)
			(void)close(fd);
		return;
	}
	const struct dirent *entry;
	while ((entry = readdir(folder)) != NULL) {
		char link[64];
		ssize_t size = readlinkat(fd, entry->d_name, link, sizeof(link));
		struct slice text = { .data = link, .size = size > 0 ? (size_t)size : 0 };
		uint64_t inode;
		if (!slice_starts_with(text, "socket:[") || !slice_ends_with(text, "]") ||
		    !slice_to_uint64(slice_part(text, 8, text.size - 9), &inode))
			continue;
		struct diag_socket *found = find_inode(sockets, inode);
		if (!found || found->holder_count == HOLDERS_MAX ||
		    (found->holder_count > 0 && found->holders[found->holder_count - 1] == pid))
			continue;
		found->holders[found->holder_count++] = pid;
	}
	(void)closedir(folder);
}

static void find_holders(struct diag_sockets *sockets, int proc)
{
	int copy = openat(proc, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = copy >= 0 ? fdopendir(copy) : NULL;
	if (!folder) {
		if (copy >= 0)
			(void)close(copy);
		return;
	}
	const struct dirent *entry;
	while ((entry = readdir(folder)) != NULL) {
		uint64_t pid;
		if (slice_to_uint64(slice_of(entry->d_name), &pid) && pid <= UINT32_MAX)
			look_into_process(sockets, proc, entry->d_name, (uint32_t)pid);
	}
	(void)closedir(folder);
}

static void write_address(struct answer *answer, const struct diag_socket *item)
{
	const struct inet_diag_sockid *id = &item->message.id;
	char text[INET6_ADDRSTRLEN] = "";
	char interface[IF_NAMESIZE] = "";
	static const uint32_t none[4];
	bool is_any = memcmp(id->idiag_src, none, sizeof(none)) == 0;
	(void)inet_ntop(item->family, id->idiag_src, text, sizeof(text));
	if (item->family == AF_INET6 && is_any && !item->is_ipv6_only)
		answer_format(answer, "*");
	else
		answer_format(answer, item->family == AF_INET6 ? "[%s]" : "%s", text);
	if (id->idiag_if && if_indextoname(id->idiag_if, interface))
		answer_format(answer, "%%%s", interface);
	answer_format(answer, ":%u ", ntohs(id->idiag_sport));
	if (item->family == AF_INET6)
		answer_format(answer, "%s", is_any && !item->is_ipv6_only ? "*:*" : "[::]:*");
	else
		answer_format(answer, "0.0.0.0:*");
}

static void write_holders(struct answer *answer, const struct diag_socket *item, int proc)
{
	for (size_t i = 0; i < item->holder_count; i++) {
		char name[LOCAL_PROCESS_NAME_BYTES];
		local_process_name(proc, item->holders[i], name);
		/* The descriptor's number is of no use to anybody here. */
		answer_format(answer, "%s(\"%s\",pid=%u,fd=0)", i == 0 ? " users:(" : ",", name,
			      item->holders[i]);
	}
	if (item->holder_count > 0)
		answer_format(answer, ")");
}

static void write_socket(struct answer *answer, const struct diag_socket *item, int proc)
{
	answer_format(answer, "%s %u %u ",
		      item->protocol == IPPROTO_TCP ? "tcp LISTEN" : "udp UNCONN",
		      item->message.idiag_rqueue, item->message.idiag_wqueue);
	write_address(answer, item);
	write_holders(answer, item, proc);
	if (item->message.idiag_uid)
		answer_format(answer, " uid:%u", item->message.idiag_uid);
	answer_format(answer, " ino:%u sk:0", item->message.idiag_inode);
	BUFFER_AUTO group = { 0 };
	if (item->holder_count > 0 && local_process_cgroup(proc, item->holders[0], &group))
		answer_format(answer, " cgroup:%s", buffer_string(&group));
	if (item->family == AF_INET6)
		answer_format(answer, " v6only:%d", item->is_ipv6_only);
	answer_format(answer, " <->\n");
}

enum load_status local_sockets_answer(struct target *target, struct target_bytes *ret_bytes,
				      struct target_trouble *trouble)
{
	struct diag_sockets sockets = { .arena = target->arena };
	int number = ask_kernel(&sockets);
	struct answer answer;
	if (number == 0 && !answer_begin(&answer))
		number = ENOMEM;
	if (number != 0) {
		trouble->problem = (struct load_problem){ error_errno_text(number), "" };
		return LOAD_UNREADABLE;
	}
	if (sockets.count > 0)
		qsort(sockets.items, sockets.count, sizeof(*sockets.items), compare_inode);
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (proc >= 0)
		find_holders(&sockets, proc);
	for (size_t i = 0; i < sockets.count; i++)
		write_socket(&answer, &sockets.items[i], proc);
	if (proc >= 0)
		(void)close(proc);
	return answer_finish(&answer, target->arena, ret_bytes, trouble);
}
