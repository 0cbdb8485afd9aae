/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fail2ban/action_effect.h"

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/fail2ban/jail_model.h"
#include "audit/fail2ban/jail_reader.h"

/* Words of one command; longer ones are not looked at further. */
#define WORDS_MAX 128

/* The words of one command of a shell, quotes taken off. */
struct command_words {
	struct slice items[WORDS_MAX];
	size_t count;
};

struct effect {
	struct jail_action *action;
	/* "tcp udp": what "$proto" runs through; empty: there is no such loop. */
	struct slice loop;
	/* A rule leads packets to where bans are looked up. */
	bool has_hook;
	/* The command that bans. */
	bool is_ban;
};

static bool is_separator(char byte)
{
	return byte == ';' || byte == '|' || byte == '&' || byte == '\n' || byte == '{' ||
	       byte == '}' || byte == '(' || byte == ')' || byte == '`';
}

/* Takes the next command off *REST. */
static bool next_command(struct slice *rest, struct command_words *words)
{
	struct slice text = *rest;
	size_t at = 0;
	words->count = 0;
	while (at < text.size) {
		char byte = text.data[at];
		if (byte_is_space((unsigned char)byte) && byte != '\n') {
			at++;
			continue;
		}
		/* "\{" and a '{' within nft's words stay; a separator ends the command. */
		if (byte != '\\' && is_separator(byte)) {
			at++;
			if (words->count)
				break;
			continue;
		}
		struct slice word;
		if (byte == '\'' || byte == '"') {
			size_t end = slice_find_byte(slice_from(text, at + 1), byte);
			word = slice_part(text, at + 1, end);
			at += end + 2;
		} else {
			size_t start = at;
			while (at < text.size && !byte_is_space((unsigned char)text.data[at]) &&
			       (!is_separator(text.data[at]) ||
				(at > start && text.data[at - 1] == '\\')))
				at++;
			word = slice_part(text, start, at - start);
		}
		if (words->count < WORDS_MAX)
			words->items[words->count++] = word;
	}
	*rest = slice_from(text, at);
	return words->count != 0;
}

static struct slice base_name(struct slice path)
{
	size_t slash = slice_find_last_byte(path, '/');
	return slash < path.size ? slice_from(path, slash + 1) : path;
}

/* The word behind OPTION, or its twin; empty when there is none. */
static struct slice word_behind(const struct command_words *words, const char *option,
				const char *twin)
{
	for (size_t i = 0; i + 1 < words->count; i++)
		if (slice_is(words->items[i], option) || slice_is(words->items[i], twin))
			return words->items[i + 1];
	return (struct slice){ .data = "", .size = 0 };
}

static bool has_word(const struct command_words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (slice_is(words->items[i], word))
			return true;
	return false;
}

static bool names_address(const struct command_words *words)
{
	for (size_t i = 0; i < words->count; i++)
		if (slice_find(words->items[i], SLICE("<ip>")) < words->items[i].size)
			return true;
	return false;
}

/* Protocols and ports of a rule that leads to the bans. Several rules add up. */
static void add_hook(struct effect *effect, struct slice chain, struct slice protocol,
		     struct slice ports)
{
	struct jail_action *action = effect->action;
	if (slice_is(protocol, "$proto"))
		protocol = effect->loop;
	effect->has_hook = true;
	action->is_firewall = true;
	if (chain.size)
		action->chain = chain;
	if (!protocol.size || slice_is_ignore_case(protocol, "all")) {
		action->is_all_protocols = true;
		action->protocol = SLICE("all");
	} else if (!action->is_all_protocols) {
		action->protocol = protocol;
	}
	if (!ports.size)
		action->is_all_ports = true;
	else
		action->port = ports;
}

/* Is CHAIN fail2ban's own, that a rule elsewhere must lead to? */
static bool is_own_chain(struct slice chain)
{
	return slice_starts_with(chain, "f2b-") || slice_starts_with(chain, "fail2ban-");
}

static void read_iptables(struct effect *effect, const struct command_words *words)
{
	struct slice chain = word_behind(words, "-I", "-A");
	struct slice ports = word_behind(words, "--dports", "--dport");
	struct slice protocol = word_behind(words, "-p", "--protocol");
	if (!ports.size)
		ports = word_behind(words, "--destination-ports", "--destination-port");
	if (!chain.size)
		chain = word_behind(words, "--insert", "--append");
	if (!chain.size || is_own_chain(chain) || !word_behind(words, "-j", "--jump").size)
		return;
	add_hook(effect, chain, protocol, ports);
}

/* What stands between braces behind WORD, or the word itself: "dport { 5060, 5061 }". */
static struct slice nft_value(const struct command_words *words, const char *word)
{
	for (size_t i = 0; i + 1 < words->count; i++) {
		if (!slice_is(words->items[i], word))
			continue;
		struct slice value = words->items[i + 1];
		if (slice_is(value, "\\{") && i + 2 < words->count)
			value = words->items[i + 2];
		return value;
	}
	return (struct slice){ .data = "", .size = 0 };
}

static void read_nft(struct effect *effect, const struct command_words *words)
{
	if (!has_word(words, "rule") || !(has_word(words, "add") || has_word(words, "insert")))
		return;
	struct slice ports = nft_value(words, "dport");
	struct slice protocol = nft_value(words, "l4proto");
	for (size_t i = 0; i < words->count && !protocol.size; i++)
		if (slice_is(words->items[i], "tcp") || slice_is(words->items[i], "udp") ||
		    slice_is(words->items[i], "$proto"))
			protocol = words->items[i];
	struct slice chain = (struct slice){ .data = "", .size = 0 };
	for (size_t i = 0; i + 3 < words->count; i++)
		if (slice_is(words->items[i], "rule"))
			chain = words->items[i + 3];
	/* The ports are what an echo prints; they are the action's own then. */
	if (slice_starts_with(ports, "$"))
		ports = effect->action->port.size ? effect->action->port : ports;
	add_hook(effect, chain, protocol, ports);
}

/* firewall-cmd: --direct with iptables' words, or a rich rule. */
static void read_firewalld(struct effect *effect, const struct command_words *words)
{
	for (size_t i = 0; i < words->count; i++) {
		struct slice word = words->items[i];
		if (slice_find(word, SLICE("rule family=")) < word.size) {
			bool has_port = slice_find(word, SLICE("port port=")) < word.size;
			add_hook(effect, SLICE(""),
				 has_port ? effect->action->protocol : SLICE("all"),
				 has_port ? effect->action->port : SLICE(""));
			return;
		}
		if (slice_is(word, "--add-rule") && i + 3 < words->count &&
		    !is_own_chain(words->items[i + 3]))
			add_hook(effect, words->items[i + 3],
				 word_behind(words, "-p", "--protocol"),
				 word_behind(words, "--dports", "--dport"));
	}
}

/* "for proto in $(echo 'tcp,udp' | sed ...)": the list behind echo. */
static void see_loop(struct effect *effect, const struct command_words *words)
{
	if (words->count == 2 && slice_is(words->items[0], "echo") && !effect->loop.size)
		effect->loop = words->items[1];
}

static void read_command(struct effect *effect, const struct command_words *words)
{
	struct jail_action *action = effect->action;
	size_t first = 0;
	while (first + 1 < words->count &&
	       (slice_is(words->items[first], "then") || slice_is(words->items[first], "do") ||
		slice_is(words->items[first], "if") || slice_is(words->items[first], "sudo")))
		first++;
	struct slice tool = base_name(words->items[first]);
	bool bans = effect->is_ban && names_address(words);
	see_loop(effect, words);
	if (slice_starts_with(tool, "iptables") || slice_starts_with(tool, "ip6tables") ||
	    slice_is(tool, "<iptables>")) {
		read_iptables(effect, words);
		action->tool = SLICE("iptables");
	} else if (slice_is(tool, "nft") || slice_is(tool, "<nftables>")) {
		read_nft(effect, words);
		action->tool = SLICE("nft");
	} else if (slice_is(tool, "firewall-cmd")) {
		read_firewalld(effect, words);
		action->tool = SLICE("firewall-cmd");
	} else if (bans && (slice_is(tool, "ufw") || slice_starts_with(tool, "shorewall"))) {
		add_hook(effect, SLICE(""), SLICE("all"), SLICE(""));
		action->tool = slice_is(tool, "ufw") ? SLICE("ufw") : SLICE("shorewall");
	} else if (bans && slice_is(tool, "ip") && has_word(words, "route")) {
		/* The way back is closed, not the way in: a request over UDP is still heard. */
		add_hook(effect, SLICE(""), SLICE("tcp"), SLICE(""));
		action->tool = SLICE("ip");
	} else if (bans && (slice_is(tool, "pfctl") || slice_is(tool, "ipfw"))) {
		add_hook(effect, SLICE(""), action->protocol, action->port);
		action->tool = tool;
	}
}

bool action_effect_find(struct arena *arena, const struct jail_action_text *text,
			struct jail_action *action)
{
	static const char *const parts[] = { "actionstart", "actionban" };
	struct effect effect = { .action = action };
	struct command_words *words = ARENA_NEW(arena, struct command_words);
	if (!words)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct slice rest = option_map_text(&text->options, parts[i]);
		effect.is_ban = i == 1;
		while (next_command(&rest, words))
			read_command(&effect, words);
	}
	/* A tool that only lists, or fills a set that no rule asks for, keeps nobody out. */
	if (!effect.has_hook)
		action->is_firewall = action->is_all_ports = action->is_all_protocols = false;
	return true;
}
