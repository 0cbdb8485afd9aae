/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/prove/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/base/buffer.h"

/* What a program says that fails is kept up to here. */
#define COMPLAINT_BYTES_MAX 4096

static bool system_error(struct error *error, const char *what)
{
	error_set(error, ERROR_READ, "%s: %s", what, error_errno_text(errno));
	if (errno == EPERM)
		error_advise(error, "run as root, outside a container without privileges");
	return false;
}

static int fresh(struct error *error)
{
	if (unshare(CLONE_NEWNET) != 0) {
		(void)system_error(error, "no network namespace can be made");
		return -1;
	}
	int fd = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		(void)system_error(error, "/proc/thread-self/ns/net");
	return fd;
}

bool namespace_enter(int namespace, struct error *error)
{
	return setns(namespace, CLONE_NEWNET) == 0 ||
	       system_error(error, "the network namespace cannot be entered");
}

/* A file without a name that holds TEXT, from its beginning. */
static int text_file(struct slice text)
{
	int fd = memfd_create("ringfence", MFD_CLOEXEC);
	for (size_t done = 0; fd >= 0 && done < text.size;) {
		ssize_t wrote = write(fd, text.data + done, text.size - done);
		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote <= 0) {
			(void)close(fd);
			return -1;
		}
		done += (size_t)wrote;
	}
	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_SET);
	return fd;
}

static void run_child(const char *const *arguments, int input, int output)
{
	if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0)
		_exit(127);
	execvp(arguments[0], (char *const *)(uintptr_t)arguments);
	_exit(127);
}

/* The first line that says something: what follows it is advice. */
static void complain(const char *program, int status, int output, struct error *error)
{
	char text[COMPLAINT_BYTES_MAX];
	struct slice first = SLICE(""), line;
	ssize_t size = pread(output, text, sizeof(text), 0);
	struct slice rest = { text, size > 0 ? (size_t)size : 0 };
	while (slice_next_line(&rest, &line))
		if (!first.size && !slice_starts_with(line, "#"))
			first = slice_trim(line);
	BUFFER_AUTO words = { 0 };
	buffer_append_printable(&words, first);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127 && !first.size)
		error_set(error, ERROR_READ, "%s cannot be run", program);
	else
		error_set(error, ERROR_READ, "%s does not take this here: %s", program,
			  buffer_string(&words));
}

bool namespace_run(const char *const *arguments, struct slice input, struct error *error)
{
	int status = -1, in = text_file(input), out = memfd_create("ringfence", MFD_CLOEXEC);
	pid_t child = in >= 0 && out >= 0 ? fork() : -1;
	bool done = false;
	if (child == 0)
		run_child(arguments, in, out);
	if (child < 0) {
		(void)system_error(error, arguments[0]);
	} else {
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
		done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
		if (!done)
			complain(arguments[0], status, out, error);
	}
	if (in >= 0)
		(void)close(in);
	if (out >= 0)
		(void)close(out);
	return done;
}

/* A setting of this namespace's; kernels without it are as they should be. */
static void set_kernel(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (write(fd, value, strlen(value)) < 0)
		errno = 0;
	(void)close(fd);
}

/* No answer may be left out because there were many, and no source because of where it comes from:
 * the rules alone decide. */
static void open_host(void)
{
	set_kernel("/proc/sys/net/ipv4/icmp_ratelimit", "0");
	set_kernel("/proc/sys/net/ipv6/icmp/ratelimit", "0");
	/* Nor by the budget that all namespaces share (icmp_global_allow): a rejection that is not
	 * sent would look like a drop. Type 255 is none. */
	set_kernel("/proc/sys/net/ipv4/icmp_ratemask", "0");
	set_kernel("/proc/sys/net/ipv6/icmp/ratemask", "255");
	set_kernel("/proc/sys/net/ipv4/conf/all/rp_filter", "0");
	set_kernel("/proc/sys/net/ipv4/conf/default/rp_filter", "0");
	set_kernel("/proc/sys/net/ipv6/conf/default/accept_ra", "0");
}

/* Sums are made at once, not left to a card that is not there: the capture is to read well. */
static void sum_at_once(const char *device)
{
	struct ethtool_value off = { .cmd = ETHTOOL_STXCSUM, .data = 0 };
	struct ifreq request = { .ifr_data = (char *)(void *)&off };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", device);
	if (fd < 0)
		return;
	if (ioctl(fd, SIOCETHTOOL, &request) != 0)
		errno = 0;
	(void)close(fd);
}

static void append_mac(struct buffer *out, const uint8_t *mac)
{
	for (size_t i = 0; i < 6; i++)
		buffer_format(out, "%s%02x", i ? ":" : "", mac[i]);
}

/* Routers whose Ethernet address is known: nobody is asked for it. */
static void host_lines(const struct namespace_pair *pair, const char *device,
		       const struct address *addresses, size_t count, struct buffer *out)
{
	bool has_ipv6 = false;
	buffer_format(out, "link set lo up\nlink set dev %s addrgenmode none\n", device);
	buffer_format(out, "link set dev %s address ", device);
	append_mac(out, pair->host_mac);
	buffer_format(out, " up\n");
	for (size_t i = 0; i < count; i++) {
		bool is_ipv6 = addresses[i].family == ADDRESS_IPV6;
		has_ipv6 = has_ipv6 || is_ipv6;
		buffer_append_string(out, "address add ");
		prefix_format(prefix_make(addresses[i], address_bits(addresses[i].family)), out);
		buffer_format(out, " dev %s%s\n", device, is_ipv6 ? " nodad" : "");
	}
	buffer_append_string(out, "neighbour add 169.254.255.254 lladdr ");
	append_mac(out, pair->peer_mac);
	buffer_format(out, " nud permanent dev %s\n", device);
	buffer_format(out, "route add default via 169.254.255.254 dev %s onlink\n", device);
	if (!has_ipv6)
		return;
	buffer_append_string(out, "neighbour add fe80::ff:fe lladdr ");
	append_mac(out, pair->peer_mac);
	buffer_format(out, " nud permanent dev %s\n", device);
	buffer_format(out, "route add ::/0 via fe80::ff:fe dev %s onlink\n", device);
}

static bool run_lines(struct buffer *lines, struct error *error)
{
	static const char *const batch[] = { "ip", "-batch", "-", NULL };
	return buffer_failed(lines) ? error_memory(error)
				    : namespace_run(batch, buffer_slice(lines), error);
}

static bool join(const struct namespace_pair *pair, const char *device,
		 const struct address *addresses, size_t count, struct error *error)
{
	BUFFER_AUTO peer = { 0 };
	BUFFER_AUTO host = { 0 };
	set_kernel("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
	buffer_format(&peer, "link add " NAMESPACE_PEER_DEVICE " address ");
	append_mac(&peer, pair->peer_mac);
	buffer_format(&peer, " type veth peer name %s netns /proc/%d/fd/%d\n", device,
		      (int)getpid(), pair->host);
	buffer_append_string(&peer, "link set " NAMESPACE_PEER_DEVICE " up\n");
	if (!run_lines(&peer, error) || !namespace_enter(pair->host, error))
		return false;
	open_host();
	sum_at_once(device);
	host_lines(pair, device, addresses, count, &host);
	return run_lines(&host, error) && namespace_enter(pair->peer, error);
}

bool namespace_pair_make(struct namespace_pair *pair, const char *device,
			 const struct address *addresses, size_t count, struct error *error)
{
	*pair = (struct namespace_pair){
		.host = -1,
		.peer = -1,
		/* Locally administered (RFC 7042, 2.1). */
		.host_mac = { 2, 0, 0, 0, 0, 1 },
		.peer_mac = { 2, 0, 0, 0, 0, 2 },
	};
	pair->host = fresh(error);
	if (pair->host < 0)
		return false;
	pair->peer = fresh(error);
	return pair->peer >= 0 && join(pair, device, addresses, count, error);
}

void namespace_pair_close(struct namespace_pair *pair)
{
	if (pair->host >= 0)
		(void)close(pair->host);
	if (pair->peer >= 0)
		(void)close(pair->peer);
	pair->host = pair->peer = -1;
}
