/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_finish.h"

#include <arpa/inet.h>
#include <netinet/ip.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"

#define DEFAULT_PORT 22

static void add(struct sshd_run *run, enum sshd_setting_id id, struct sshd_value value)
{
	if (!sshd_add_value(run->arena, &run->options->settings[id], value))
		run->memory_failed = true;
}

/* Is "none", which takes a value back, what TEXT says? */
static bool is_none(struct slice text)
{
	return slice_is_ignore_case(text, "none");
}

/* Texts that "none" makes empty. */
static const enum sshd_setting_id cleared_by_none[] = {
	SSHD_PID_FILE,
	SSHD_XAUTH_LOCATION,
	SSHD_BANNER,
	SSHD_TRUSTED_USER_CA_KEYS,
	SSHD_REVOKED_KEYS,
	SSHD_SECURITY_KEY_PROVIDER,
	SSHD_AUTHORIZED_PRINCIPALS_FILE,
	SSHD_FORCE_COMMAND,
	SSHD_CHROOT_DIRECTORY,
	SSHD_RDOMAIN,
	SSHD_HOST_KEY_AGENT,
	SSHD_PER_SOURCE_PENALTY_EXEMPT_LIST,
	SSHD_VERSION_ADDENDUM,
};

/* Numeric text of ADDRESS:PORT as getnameinfo(3) and sshd write it. */
static void append_listen(struct buffer *text, struct address address, int64_t port,
			  struct slice domain)
{
	char numeric[INET6_ADDRSTRLEN] = "";
	bool is_ipv6 = address.family == ADDRESS_IPV6;
	(void)inet_ntop(is_ipv6 ? AF_INET6 : AF_INET, address.bytes, numeric, sizeof(numeric));
	buffer_format(text, is_ipv6 ? "[%s]:%lld" : "%s:%lld", numeric, (long long)port);
	if (domain.size) {
		buffer_append_string(text, " rdomain ");
		buffer_append_slice(text, domain);
	}
}

/* Addresses in force while they are found. */
struct listen_list {
	struct sshd_run *run;
	struct sshd_setting *setting;
	int64_t family;
};

static void add_listen(struct listen_list *list, struct address address, int64_t port,
		       struct sshd_value asked)
{
	BUFFER_AUTO text = { 0 };
	append_listen(&text, address, port, asked.extra);
	const char *whole = buffer_keep(&text, list->run->arena);
	struct sshd_value value = {
		.text = slice_of(whole),
		.extra = asked.extra,
		.number = port,
		.origin = asked.origin,
	};
	if (!whole || !sshd_add_value(list->run->arena, list->setting, value))
		list->run->memory_failed = true;
}

static bool takes_family(const struct listen_list *list, enum address_family family)
{
	return list->family == 0 || list->family == (int64_t)family;
}

/* Looks NAME up in the hosts file and adds its addresses in reverse of the resolver's order, which
 * puts IPv6 first. True when there was one. */
static bool add_named(struct listen_list *list, int64_t port, struct sshd_value asked)
{
	bool found = false;
	const enum address_family order[] = { ADDRESS_IPV4, ADDRESS_IPV6 };
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		struct slice rest = list->run->facts->hosts, line;
		while (takes_family(list, order[i]) && slice_next_line(&rest, &line)) {
			struct slice words = slice_part(line, 0, slice_find_byte(line, '#'));
			struct slice word, name;
			struct address address;
			if (!slice_next_word(&words, &word) ||
			    !sshd_parse_address(word, &address) || address.family != order[i])
				continue;
			bool matches = false;
			while (!matches && slice_next_word(&words, &name))
				matches = slice_equal_ignore_case(name, asked.text);
			if (!matches)
				continue;
			add_listen(list, address, port, asked);
			found = true;
		}
	}
	return found;
}

static void add_port(struct listen_list *list, int64_t port, struct sshd_value asked)
{
	struct address address;
	if (!asked.text.data) {
		if (takes_family(list, ADDRESS_IPV6))
			add_listen(list, (struct address){ .family = ADDRESS_IPV6 }, port, asked);
		if (takes_family(list, ADDRESS_IPV4))
			add_listen(list, (struct address){ .family = ADDRESS_IPV4 }, port, asked);
		return;
	}
	bool found = sshd_parse_address(asked.text, &address);
	if (found && !takes_family(list, address.family))
		found = false;
	else if (found)
		add_listen(list, address, port, asked);
	else
		found = add_named(list, port, asked);
	if (!found)
		sshd_refuse(list->run, NULL, "ListenAddress \"%.*s\" is no address of this host",
			    SLICE_ARG(asked.text));
}

static void add_ports(struct listen_list *list, struct sshd_value asked)
{
	const struct sshd_setting *ports = &list->run->options->settings[SSHD_PORT];
	if (asked.number > 0) {
		add_port(list, asked.number, asked);
		return;
	}
	for (size_t i = 0; i < ports->count; i++) {
		struct sshd_value value = asked;
		if (!value.origin.source)
			value.origin = ports->values[i].origin;
		add_port(list, ports->values[i].number, value);
	}
}

/* Replaces what ListenAddress lines ask for by addresses and ports; those of one routing domain
 * stand together, in the order in which domains are first named. */
static void resolve_listen_addresses(struct sshd_run *run)
{
	struct sshd_setting *setting = &run->options->settings[SSHD_LISTEN_ADDRESS];
	struct sshd_setting asked = *setting;
	struct listen_list list = {
		.run = run,
		.setting = setting,
		.family = sshd_number(run->options, SSHD_ADDRESS_FAMILY),
	};
	setting->values = NULL;
	setting->count = setting->capacity = 0;
	if (!asked.count) {
		add_ports(&list, (struct sshd_value){ .text = { .data = NULL } });
		return;
	}
	for (size_t i = 0; i < asked.count; i++) {
		bool seen = false;
		for (size_t k = 0; k < i && !seen; k++)
			seen = slice_equal(asked.values[k].extra, asked.values[i].extra);
		for (size_t k = i; k < asked.count && !seen; k++)
			if (slice_equal(asked.values[k].extra, asked.values[i].extra))
				add_ports(&list, asked.values[k]);
	}
}

static void fill_numbers(struct sshd_run *run)
{
	struct sshd_options *options = run->options;
	struct sshd_version version = run->facts->version;
	for (size_t i = 0; i < SSHD_SETTING_COUNT; i++)
		if (options->settings[i].numbers[0] == -1)
			options->settings[i].numbers[0] =
				sshd_default_number(version, (enum sshd_setting_id)i);
	/* 9.2 of Debian kept what upstream had up to 7.7. */
	bool old_classes = version.release < SSHD_RELEASE(7, 8) || version.vendor == SSHD_DEBIAN;
	struct sshd_setting *qos = &options->settings[SSHD_IP_QOS];
	if (!qos->is_set) {
		qos->numbers[0] = old_classes ? IPTOS_LOWDELAY : IPTOS_DSCP_AF21;
		qos->numbers[1] = old_classes ? IPTOS_THROUGHPUT : IPTOS_CLASS_CS1;
	}
	struct sshd_setting *startups = &options->settings[SSHD_MAX_STARTUPS];
	if (!startups->is_set) {
		/* Up to 6.1 there was no random drop. */
		bool old = version.release < SSHD_RELEASE(6, 2);
		startups->numbers[0] = 10;
		startups->numbers[2] = old ? 10 : 100;
	}
	if (startups->numbers[1] == -1)
		startups->numbers[1] = version.release < SSHD_RELEASE(6, 2) ? 100 : 30;
	struct sshd_setting *block = &options->settings[SSHD_PER_SOURCE_NET_BLOCK_SIZE];
	if (!block->is_set) {
		block->numbers[0] = 32;
		block->numbers[1] = 128;
	}
	struct sshd_setting *rekey = &options->settings[SSHD_REKEY_LIMIT];
	if (rekey->numbers[1] == -1)
		rekey->numbers[1] = 0;
}

static void fill_penalties(struct sshd_run *run)
{
	static const int64_t defaults[SSHD_PENALTY_COUNT] = {
		[SSHD_PENALTY_ENABLED] = 1,      [SSHD_PENALTY_CRASH] = 90,
		[SSHD_PENALTY_AUTHFAIL] = 5,     [SSHD_PENALTY_NOAUTH] = 1,
		[SSHD_PENALTY_GRACE] = 10,       [SSHD_PENALTY_REFUSE] = 10,
		[SSHD_PENALTY_MAX] = 600,        [SSHD_PENALTY_MIN] = 15,
		[SSHD_PENALTY_SOURCES4] = 65536, [SSHD_PENALTY_SOURCES6] = 65536,
		[SSHD_PENALTY_OVERFLOW] = 0,     [SSHD_PENALTY_OVERFLOW6] = 0,
	};
	int64_t *penalties = run->options->penalties;
	if (penalties[SSHD_PENALTY_OVERFLOW6] == -1)
		penalties[SSHD_PENALTY_OVERFLOW6] = penalties[SSHD_PENALTY_OVERFLOW];
	if (penalties[SSHD_PENALTY_GRACE] == -1 && run->facts->version.release < SSHD_RELEASE(9, 9))
		penalties[SSHD_PENALTY_GRACE] = 20;
	for (size_t i = 0; i < SSHD_PENALTY_COUNT; i++)
		if (penalties[i] == -1)
			penalties[i] = defaults[i];
}

static void fill_lists(struct sshd_run *run)
{
	static const char *const keys[] = {
		"/etc/ssh/ssh_host_rsa_key",
		"/etc/ssh/ssh_host_dsa_key",
		"/etc/ssh/ssh_host_ecdsa_key",
		"/etc/ssh/ssh_host_ed25519_key",
	};
	struct sshd_options *options = run->options;
	if (!options->settings[SSHD_PORT].count)
		add(run, SSHD_PORT,
		    (struct sshd_value){ .text = SLICE("22"), .number = DEFAULT_PORT });
	if (!options->settings[SSHD_HOST_KEY].count)
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
			bool is_dsa = i == 1;
			if (is_dsa && run->facts->version.release >= SSHD_RELEASE(7, 7))
				continue;
			add(run, SSHD_HOST_KEY, (struct sshd_value){ .text = slice_of(keys[i]) });
		}
	if (!options->settings[SSHD_AUTHORIZED_KEYS_FILE].count) {
		add(run, SSHD_AUTHORIZED_KEYS_FILE,
		    (struct sshd_value){ .text = SLICE(".ssh/authorized_keys") });
		add(run, SSHD_AUTHORIZED_KEYS_FILE,
		    (struct sshd_value){ .text = SLICE(".ssh/authorized_keys2") });
	}
	/* A lone "any" or "none" says nothing. */
	struct sshd_setting *methods = &options->settings[SSHD_AUTHENTICATION_METHODS];
	if (methods->count == 1 && slice_is_ignore_case(methods->values[0].text, "any"))
		methods->count = 0;
	struct sshd_setting *timeouts = &options->settings[SSHD_CHANNEL_TIMEOUT];
	if (timeouts->count == 1 && is_none(timeouts->values[0].text))
		timeouts->count = 0;
}

static void fill_texts(struct sshd_run *run)
{
	for (size_t i = 0; i < SSHD_SETTING_COUNT; i++) {
		struct sshd_setting *setting = &run->options->settings[i];
		const struct sshd_setting_row *row = sshd_setting_row((enum sshd_setting_id)i);
		if (!setting->is_set && row->default_text)
			setting->text = slice_of(row->default_text);
	}
	struct sshd_setting *protocol = &run->options->settings[SSHD_PROTOCOL];
	if (!protocol->is_set && run->facts->version.release < SSHD_RELEASE(5, 4))
		protocol->text = SLICE("2,1");
	for (size_t i = 0; i < ARRAY_SIZE(cleared_by_none); i++) {
		struct sshd_setting *setting = &run->options->settings[cleared_by_none[i]];
		if (is_none(setting->text))
			setting->text = (struct slice){ .data = NULL };
	}
}

static void assemble(struct sshd_run *run)
{
	for (size_t i = 0; i < SSHD_SETTING_COUNT; i++) {
		struct sshd_setting *setting = &run->options->settings[i];
		const struct sshd_setting_row *row = sshd_setting_row((enum sshd_setting_id)i);
		if (row->kind != SSHD_KIND_ALGORITHMS)
			continue;
		switch (sshd_assemble_algorithms(run->arena, run->facts->version, row->algorithms,
						 setting->text, &setting->text)) {
		case SSHD_ASSEMBLED:
			/* sshd assembles its lists again for each connection, and takes one that is
			 * empty by then for one that was never set. */
			if (!setting->text.size)
				setting->text = sshd_default_algorithms(run->facts->version,
									row->algorithms);
			break;
		case SSHD_ASSEMBLY_REFUSED:
			sshd_refuse(run, NULL, "%s leaves no algorithm", row->name);
			setting->text =
				sshd_default_algorithms(run->facts->version, row->algorithms);
			break;
		case SSHD_ASSEMBLY_NO_MEMORY:
			run->memory_failed = true;
			break;
		}
	}
}

void sshd_fill_defaults(struct sshd_run *run)
{
	struct sshd_setting *challenge =
		&run->options->settings[SSHD_CHALLENGE_RESPONSE_AUTHENTICATION];
	struct sshd_setting *interactive =
		&run->options->settings[SSHD_KBD_INTERACTIVE_AUTHENTICATION];
	fill_lists(run);
	fill_numbers(run);
	resolve_listen_addresses(run);
	fill_penalties(run);
	fill_texts(run);
	assemble(run);
	/* Before 8.7 there were two names for one thing: the older one switched the newer on. */
	if (run->facts->version.release < SSHD_RELEASE(8, 7) && challenge->numbers[0] == 1) {
		interactive->numbers[0] = 1;
		if (challenge->is_set)
			interactive->origin = challenge->origin;
	}
}

static bool needs_user(const struct sshd_options *options, enum sshd_setting_id command,
		       enum sshd_setting_id user)
{
	const struct sshd_setting *setting = &options->settings[command];
	return setting->text.size && !is_none(setting->text) && !options->settings[user].is_set;
}

void sshd_check_sense(struct sshd_run *run)
{
	const struct sshd_options *options = run->options;
	const struct sshd_setting *methods = &options->settings[SSHD_AUTHENTICATION_METHODS];
	if (needs_user(options, SSHD_AUTHORIZED_KEYS_COMMAND, SSHD_AUTHORIZED_KEYS_COMMAND_USER))
		sshd_refuse(run, NULL,
			    "AuthorizedKeysCommand is set without AuthorizedKeysCommandUser");
	if (needs_user(options, SSHD_AUTHORIZED_PRINCIPALS_COMMAND,
		       SSHD_AUTHORIZED_PRINCIPALS_COMMAND_USER))
		sshd_refuse(run, NULL,
			    "AuthorizedPrincipalsCommand is set without "
			    "AuthorizedPrincipalsCommandUser");
	bool satisfied = methods->count == 0;
	for (size_t i = 0; i < methods->count && !satisfied; i++)
		satisfied = sshd_methods_are_valid(run->facts->version, methods->values[i].text,
						   options);
	if (!satisfied)
		sshd_refuse(run, NULL,
			    "no list of AuthenticationMethods consists of methods that are on");
}

/* 9.5 and later: a Match block replaces a subsystem of the same name, or adds one. */
static void merge_subsystems(struct sshd_run *run, const struct sshd_setting *from)
{
	struct sshd_setting *to = &run->options->settings[SSHD_SUBSYSTEM];
	struct sshd_setting merged = { .is_set = to->is_set, .origin = to->origin };
	for (size_t i = 0; i < to->count; i++)
		if (!sshd_add_value(run->arena, &merged, to->values[i]))
			run->memory_failed = true;
	for (size_t i = 0; i < from->count && !run->memory_failed; i++) {
		size_t at = 0;
		while (at < merged.count &&
		       !slice_equal(merged.values[at].extra, from->values[i].extra))
			at++;
		if (at < merged.count)
			merged.values[at] = from->values[i];
		else if (!sshd_add_value(run->arena, &merged, from->values[i]))
			run->memory_failed = true;
	}
	to->values = merged.values;
	to->count = merged.count;
	to->capacity = merged.capacity;
}

static void copy_setting(struct sshd_run *run, enum sshd_setting_id id,
			 const struct sshd_setting *from)
{
	struct sshd_setting *to = &run->options->settings[id];
	const struct sshd_setting_row *row = sshd_setting_row(id);
	switch (id) {
	case SSHD_PERMIT_USER_ENVIRONMENT:
		/* Only the list of names is taken over. */
		if (from->text.data)
			to->text = from->text;
		return;
	case SSHD_REKEY_LIMIT:
		/* A time may be set by another line than the size. */
		for (size_t i = 0; i < 2; i++)
			if (from->numbers[i] != -1)
				to->numbers[i] = from->numbers[i];
		to->origin = from->origin;
		to->is_set = true;
		return;
	case SSHD_FORCE_COMMAND:
	case SSHD_CHROOT_DIRECTORY:
		*to = *from;
		if (is_none(to->text))
			to->text = (struct slice){ .data = NULL };
		return;
	default:
		*to = *from;
	}
	if (row->kind == SSHD_KIND_ALGORITHMS) {
		enum sshd_assembly result = sshd_assemble_algorithms(
			run->arena, run->facts->version, row->algorithms, to->text, &to->text);
		if (result == SSHD_ASSEMBLY_NO_MEMORY)
			run->memory_failed = true;
		else if (result == SSHD_ASSEMBLY_REFUSED)
			sshd_refuse(run, NULL, "%s leaves no algorithm", row->name);
	}
}

void sshd_copy_from_match(struct sshd_run *run, const struct sshd_options *from)
{
	for (size_t i = 0; i < SSHD_SETTING_COUNT; i++) {
		enum sshd_setting_id id = (enum sshd_setting_id)i;
		if (!from->settings[i].is_set)
			continue;
		if (sshd_setting_row(id)->from_match)
			copy_setting(run, id, &from->settings[i]);
		else if (id == SSHD_SUBSYSTEM && run->facts->version.release >= SSHD_RELEASE(9, 5))
			merge_subsystems(run, &from->settings[i]);
	}
}
