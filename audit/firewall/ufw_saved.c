/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/firewall/ufw_saved.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/firewall/ipset_parse.h"
#include "audit/firewall/iptables_parse.h"

/* Files of one family: before, after, user, and where ufw before 0.35 kept the latter. */
enum ufw_file {
	UFW_BEFORE,
	UFW_AFTER,
	UFW_USER,
	UFW_USER_OLD,
	UFW_FILES,
};

static const char *const paths[2][UFW_FILES] = {
	{ "/etc/ufw/before.rules", "/etc/ufw/after.rules", "/etc/ufw/user.rules",
	  "/lib/ufw/user.rules" },
	{ "/etc/ufw/before6.rules", "/etc/ufw/after6.rules", "/etc/ufw/user6.rules",
	  "/lib/ufw/user6.rules" },
};

/* The value that sh gives KEY when it reads SOURCE: the last one, without quotes. */
static struct slice shell_value(const struct source *source, const char *key,
				struct origin *ret_origin)
{
	struct slice value = SLICE(""), rest = source->bytes, line;
	while (slice_next_line(&rest, &line)) {
		line = slice_trim(line);
		size_t size = slice_of(key).size;
		if (!slice_starts_with(line, key) || line.size == size || line.data[size] != '=')
			continue;
		value = slice_from(line, size + 1);
		char quote = value.size ? value.data[0] : 0;
		if (quote == '"' || quote == '\'') {
			value = slice_from(value, 1);
			value = slice_part(value, 0, slice_find_byte(value, quote));
		} else {
			struct slice words = value;
			value = SLICE("");
			(void)slice_next_word(&words, &value);
		}
		*ret_origin = origin_of(source, line);
	}
	return value;
}

bool ufw_is_enabled(const struct loader *loader, struct origin *ret_origin)
{
	const struct source *source;
	const struct unread *unread;
	if (loader_read(loader, "/etc/ufw/ufw.conf", &source, &unread) != LOAD_FOUND)
		return false;
	return slice_is_ignore_case(shell_value(source, "ENABLED", ret_origin), "yes");
}

/* What the start script is told by /etc/default/ufw. */
struct ufw_defaults {
	struct slice input;
	struct slice output;
	struct slice forward;
	bool has_ipv6;
};

static struct slice known_policy(struct slice policy)
{
	return slice_is(policy, "ACCEPT") || slice_is(policy, "REJECT") ? policy : SLICE("DROP");
}

static struct slice chain_policy(struct slice policy)
{
	return slice_is(policy, "ACCEPT") ? policy : SLICE("DROP");
}

/* The chains that ufw makes itself, for one direction. */
static void write_direction(struct buffer *text, const char *prefix, const char *hook,
			    const char *direction, struct slice policy)
{
	static const char *const jumps[] = { "before-logging", "before", "after",
					     "after-logging",  "reject", "track" };
	for (size_t i = 0; i < ARRAY_SIZE(jumps); i++) {
		buffer_format(text, ":%s-%s-%s - [0:0]\n", prefix, jumps[i], direction);
		buffer_format(text, "-A %s -j %s-%s-%s\n", hook, prefix, jumps[i], direction);
	}
	if (slice_is(policy, "REJECT"))
		buffer_format(text, "-A %s-reject-%s -j REJECT\n", prefix, direction);
	if (slice_is(policy, "ACCEPT"))
		buffer_format(text,
			      "-A %s-track-%s -p tcp -m conntrack --ctstate NEW -j ACCEPT\n"
			      "-A %s-track-%s -p udp -m conntrack --ctstate NEW -j ACCEPT\n",
			      prefix, direction, prefix, direction);
	buffer_format(text, ":%s-skip-to-policy-%s - [0:0]\n", prefix, direction);
	buffer_format(text, "-A %s-skip-to-policy-%s -j %.*s\n", prefix, direction,
		      SLICE_ARG(policy));
	buffer_format(text, ":%s-user-%s - [0:0]\n:%s-user-logging-%s - [0:0]\n", prefix, direction,
		      prefix, direction);
	buffer_format(text, ":%s %.*s [0:0]\n", hook, SLICE_ARG(chain_policy(policy)));
}

static void write_frame(struct buffer *text, const struct ufw_defaults *defaults, bool is_ipv6)
{
	const char *prefix = is_ipv6 ? "ufw6" : "ufw";
	buffer_append_string(text, "*filter\n");
	write_direction(text, prefix, "INPUT", "input", defaults->input);
	write_direction(text, prefix, "OUTPUT", "output", defaults->output);
	write_direction(text, prefix, "FORWARD", "forward", defaults->forward);
	buffer_format(text,
		      ":%s-logging-deny - [0:0]\n:%s-logging-allow - [0:0]\n"
		      ":%s-user-limit - [0:0]\n:%s-user-limit-accept - [0:0]\nCOMMIT\n",
		      prefix, prefix, prefix, prefix);
}

/* Text of ours, as a file of rules. */
static void parse_text(struct rule_builder *builder, const struct buffer *text,
		       enum address_family family)
{
	struct source *source = ARENA_NEW(builder->arena, struct source);
	struct slice made = buffer_slice(text);
	char *copy = buffer_failed(text) ? NULL : arena_copy(builder->arena, made.data, made.size);
	if (!source || !copy) {
		builder->is_failed = true;
		return;
	}
	*source = (struct source){ .path = "ufw-init", .bytes = slice_of(copy) };
	iptables_parse(builder, source, family, BACKEND_IPTABLES_NFT);
}

/* iptables-restore -n empties a chain of the user's that the file declares. */
static void empty_declared(const struct ruleset *ruleset, const struct source *source)
{
	struct slice rest = source->bytes, line, name;
	while (slice_next_line(&rest, &line)) {
		line = slice_trim(line);
		if (!slice_starts_with(line, ":"))
			continue;
		line = slice_from(line, 1);
		if (!slice_next_word(&line, &name))
			continue;
		for (size_t t = 0; t < ruleset->table_count; t++) {
			const struct rule_table *table = ruleset->tables[t];
			for (size_t c = 0; c < table->chain_count; c++)
				if (slice_equal(table->chains[c]->name, name) &&
				    table->chains[c]->hook == HOOK_NONE)
					table->chains[c]->rule_count = 0;
		}
	}
}

static void parse_files(struct rule_builder *builder, const struct source *const *files,
			enum address_family family)
{
	const char *prefix = family == ADDRESS_IPV6 ? "ufw6" : "ufw";
	const struct source *user = files[UFW_USER] ? files[UFW_USER] : files[UFW_USER_OLD];
	const struct source *const order[] = { files[UFW_BEFORE], files[UFW_AFTER], user };
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (order[i]) {
			empty_declared(builder->ruleset, order[i]);
			iptables_parse(builder, order[i], family, BACKEND_IPTABLES_NFT);
		}
	if (!user || !user->bytes.size)
		return;
	static const char *const directions[] = { "input", "output", "forward" };
	BUFFER_AUTO text = { 0 };
	buffer_append_string(&text, "*filter\n");
	for (size_t i = 0; i < ARRAY_SIZE(directions); i++)
		buffer_format(&text, "-A %s-before-%s -j %s-user-%s\n", prefix, directions[i],
			      prefix, directions[i]);
	buffer_append_string(&text, "COMMIT\n");
	parse_text(builder, &text, family);
}

static bool build_rules(const struct loader *loader, enum address_family family,
			const struct ufw_defaults *defaults, const struct source *const *files,
			struct firewall_rules *rules)
{
	struct rule_builder builder = { .arena = loader->arena,
					.ruleset = ruleset_new(loader->arena) };
	const struct source *ipsets;
	const struct unread *unread;
	BUFFER_AUTO text = { 0 };
	if (!builder.ruleset)
		return false;
	if (loader_probe(loader, "ipset", &ipsets, &unread) == LOAD_FOUND)
		ipset_parse(&builder, ipsets);
	if (family == ADDRESS_IPV6 && !defaults->has_ipv6) {
		buffer_append_string(&text, "*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [0:0]\n"
					    ":OUTPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\n"
					    "-A OUTPUT -o lo -j ACCEPT\nCOMMIT\n");
		parse_text(&builder, &text, family);
	} else {
		write_frame(&text, defaults, family == ADDRESS_IPV6);
		parse_text(&builder, &text, family);
		parse_files(&builder, files, family);
	}
	ruleset_finish(&builder);
	rules->ruleset = builder.ruleset;
	return !builder.is_failed;
}

bool ufw_saved_load(const struct loader *loader, enum address_family family,
		    struct firewall_rules *ret_rules)
{
	const bool is_ipv6 = family == ADDRESS_IPV6;
	const struct source *files[UFW_FILES] = { NULL };
	const struct source *source;
	struct origin origin;
	*ret_rules = (struct firewall_rules){
		.state = FACT_ABSENT,
		.path = is_ipv6 ? "/etc/ufw/user6.rules" : "/etc/ufw/user.rules",
		.covers_ipv4 = !is_ipv6,
		.covers_ipv6 = is_ipv6,
	};
	if (!ufw_is_enabled(loader, &origin))
		return true;
	bool is_readable =
		loader_read(loader, "/etc/default/ufw", &source, &ret_rules->unread) == LOAD_FOUND;
	for (size_t i = 0; is_readable && i < UFW_FILES; i++) {
		const struct source *file;
		switch (loader_read(loader, paths[is_ipv6][i], &file, &ret_rules->unread)) {
		case LOAD_FOUND:
			files[i] = file;
			break;
		case LOAD_ABSENT:
			break;
		case LOAD_UNREADABLE:
			is_readable = false;
		}
	}
	/* ufw never runs without before.rules: a tree that lacks it was not copied whole. */
	if (!is_readable || !files[UFW_BEFORE]) {
		ret_rules->state = FACT_UNREADABLE;
		return true;
	}
	const struct ufw_defaults defaults = {
		.input = known_policy(shell_value(source, "DEFAULT_INPUT_POLICY", &origin)),
		.output = known_policy(shell_value(source, "DEFAULT_OUTPUT_POLICY", &origin)),
		.forward = known_policy(shell_value(source, "DEFAULT_FORWARD_POLICY", &origin)),
		.has_ipv6 = slice_is_ignore_case(shell_value(source, "IPV6", &origin), "yes"),
	};
	ret_rules->state = FACT_PRESENT;
	ret_rules->source = files[UFW_USER] ? files[UFW_USER] : files[UFW_BEFORE];
	return build_rules(loader, family, &defaults, files, ret_rules);
}
