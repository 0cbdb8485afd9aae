/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/logs/log_shapes.h"

#include "audit/base/address.h"
#include "audit/logs/log_patterns.h"

/* Drops SUFFIX from the end of *TEXT if it is there. */
static bool drop_end(struct slice *text, struct slice suffix)
{
	if (text->size < suffix.size ||
	    memcmp(text->data + text->size - suffix.size, suffix.data, suffix.size) != 0)
		return false;
	text->size -= suffix.size;
	return true;
}

static bool drop_start(struct slice *text, struct slice prefix)
{
	if (text->size < prefix.size || memcmp(text->data, prefix.data, prefix.size) != 0)
		return false;
	*text = slice_from(*text, prefix.size);
	return true;
}

/* Drops " port N" from the end. */
static bool drop_port(struct slice *text)
{
	size_t at = text->size;
	while (at && byte_is_digit((unsigned char)text->data[at - 1]))
		at--;
	struct slice before = { .data = text->data, .size = at };
	if (at == text->size || text->size - at > 5 || !drop_end(&before, SLICE(" port ")))
		return false;
	*text = before;
	return true;
}

/* Takes the last word, which is what stands behind the last blank. */
static struct slice take_last_word(struct slice *text)
{
	size_t at = text->size;
	while (at && text->data[at - 1] != ' ')
		at--;
	struct slice word = slice_from(*text, at);
	text->size = at ? at - 1 : 0;
	return word;
}

/* Bytes that an address is written with: a cheap test before address_parse has the last word. */
static bool looks_like_address(struct slice text)
{
	if (text.size < 2 || text.size > 64)
		return false;
	for (size_t i = 0; i < text.size; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte == '%')
			return i > 1;
		if (!byte_is_digit(byte) && byte != '.' && byte != ':' &&
		    !(byte_to_lower(byte) >= 'a' && byte_to_lower(byte) <= 'f'))
			return false;
	}
	return true;
}

/* "ADDR:PORT", "[ADDR]:PORT", "ADDR" or "[ADDR]" as Asterisk writes it: the address alone; empty
 * when there is none. */
static struct slice without_port(struct slice text)
{
	struct slice address = text;
	if (text.size && text.data[0] == '[') {
		size_t close = slice_find_byte(text, ']');
		address = slice_part(text, 1, close - 1);
	} else {
		size_t colon = slice_find_byte(text, ':');
		/* A second colon makes it a bare IPv6 address. */
		struct slice rest = slice_from(text, colon + 1);
		if (colon < text.size && slice_find_byte(rest, ':') == rest.size)
			address.size = colon;
	}
	return looks_like_address(address) ? address : (struct slice){ .data = NULL };
}

bool log_shape_nothing(struct slice body UNUSED, struct log_match *match UNUSED)
{
	return true;
}

/* TEXT is "USER from ADDR", with what follows removed. */
static bool user_from_address(struct slice text, struct log_match *match)
{
	struct slice address = take_last_word(&text);
	if (!looks_like_address(address))
		return false;
	if (drop_end(&text, SLICE(" from"))) {
		match->account = text;
	} else if (!slice_is(text, "from")) {
		return false;
	}
	match->address = address;
	return true;
}

/* Position behind the first " ssh2" or " ssh1" from FROM on that is followed by ": ", or the size.
 */
static size_t find_key_part(struct slice text, size_t from)
{
	struct slice rest = slice_from(text, from);
	size_t at = slice_find(rest, SLICE(" ssh2: "));
	return at == rest.size ? text.size : from + at;
}

/* All ways to end the user's part before a key: the first, and whether another names another
 * address. */
static bool attempt_with_key(struct slice body, struct log_match *match)
{
	bool found = false;
	for (size_t at = find_key_part(body, 0); at < body.size; at = find_key_part(body, at + 1)) {
		struct log_match other = { .kind = match->kind };
		struct slice head = slice_part(body, 0, at);
		if (!drop_port(&head) || !user_from_address(head, &other))
			continue;
		if (found && !slice_equal(other.address, match->address))
			match->is_ambiguous = true;
		if (!found) {
			match->address = other.address;
			match->account = other.account;
		}
		found = true;
	}
	return found;
}

bool log_shape_ssh_attempt(struct slice body, struct log_match *match)
{
	struct slice text = body;
	(void)drop_end(&text, SLICE(" [preauth]"));
	bool has_protocol = drop_end(&text, SLICE(" ssh2")) || drop_end(&text, SLICE(" ssh1"));
	(void)drop_port(&text);
	if (user_from_address(text, match))
		return true;
	return !has_protocol && attempt_with_key(body, match);
}

bool log_shape_ssh_login(struct slice body, struct log_match *match)
{
	size_t key = find_key_part(body, 0);
	struct slice text = slice_part(body, 0, key);
	if (key == body.size) {
		(void)drop_end(&text, SLICE(" [preauth]"));
		if (!drop_end(&text, SLICE(" ssh2")))
			(void)drop_end(&text, SLICE(" ssh1"));
	}
	return drop_port(&text) && user_from_address(text, match);
}

bool log_shape_ssh_refused(struct slice body, struct log_match *match)
{
	size_t end = slice_find(body, SLICE(" not allowed because"));
	if (end == body.size)
		return false;
	body.size = end;
	size_t from = slice_find(body, SLICE(" from "));
	match->account = slice_part(body, 0, from);
	/* With UseDNS the host is a name: then the line names no address. */
	struct slice host = slice_from(body, from + 6);
	if (looks_like_address(host))
		match->address = host;
	return true;
}

bool log_shape_pam(struct slice body, struct log_match *match)
{
	/* What PAM writes before rhost is fixed text for sshd; the user's name comes last. */
	size_t at = slice_find(body, SLICE(" rhost="));
	if (at == body.size)
		return false;
	struct slice rest = slice_from(body, at + 7);
	struct slice host = slice_part(rest, 0, slice_find_byte(rest, ' '));
	if (looks_like_address(host))
		match->address = host;
	size_t user = slice_find(rest, SLICE(" user="));
	match->account = slice_from(rest, user + 6);
	return true;
}

bool log_shape_ssh_preauth(struct slice body, struct log_match *match)
{
	if (!drop_end(&body, SLICE(" [preauth]")) || !drop_port(&body))
		return false;
	struct slice address = take_last_word(&body);
	if (!looks_like_address(address))
		return false;
	match->address = address;
	if (drop_start(&body, SLICE("authenticating user ")) ||
	    drop_start(&body, SLICE("invalid user ")))
		match->account = body;
	return true;
}

bool log_shape_first(struct slice body, struct log_match *match)
{
	size_t end = 0;
	while (end < body.size && body.data[end] != ' ' && body.data[end] != ',')
		end++;
	struct slice word = slice_part(body, 0, end);
	(void)drop_end(&word, SLICE(":"));
	match->address = without_port(word);
	return match->address.size != 0;
}

bool log_shape_bracket_failed(struct slice body, struct log_match *match)
{
	size_t end = slice_find_last(body, SLICE("] failed"));
	if (end == body.size)
		return true;
	struct slice text = slice_part(body, 0, end);
	struct slice address = slice_from(text, slice_find_last_byte(text, '[') + 1);
	if (looks_like_address(address))
		match->address = address;
	return true;
}

bool log_shape_bracket_port(struct slice body, struct log_match *match)
{
	size_t open = slice_find_byte(body, '[');
	struct slice rest = slice_from(body, open + 1);
	match->address = slice_part(rest, 0, slice_find_byte(rest, ']'));
	return looks_like_address(match->address);
}

bool log_shape_whole(struct slice body, struct log_match *match)
{
	if (body.size > 1 && body.data[0] == '\'' && drop_end(&body, SLICE("'")))
		body = slice_from(body, 1);
	match->address = without_port(body);
	return match->address.size != 0;
}

bool log_shape_last(struct slice body, struct log_match *match)
{
	match->address = without_port(take_last_word(&body));
	return match->address.size != 0;
}

bool log_shape_scanner(struct slice body, struct log_match *match)
{
	/* How the tools call themselves that search the Internet for SIP servers. */
	static const char *const agents[] = {
		"friendly-scanner",
		"friendly-request",
		"sipvicious",
		"sipcli",
		"VaxSIPUserAgent",
		"VaxIPUserAgent",
		"Cisco-SIPGateway/IOS-12.x",
		"eyeBeam release 3006o stamp 17551",
		"pplsip",
		"sundayddr",
		"sip-scan",
		"sipscan",
		"svmap",
		"smap",
		"iWar",
		"SIVuS",
		"Gulp",
		"sipsak",
		"siparmyknife",
		"Test Agent",
		"scanner",
		"voipxx",
		"custom-sip-agent",
	};
	struct slice agent = body;
	struct slice address = take_last_word(&agent);
	if (!drop_end(&agent, SLICE(" from")))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(agents); i++) {
		if (agents[i][0] == agent.data[0] && slice_starts_with(agent, agents[i])) {
			match->address = without_port(address);
			return match->address.size != 0;
		}
	}
	return false;
}

bool log_shape_manager_failed(struct slice body, struct log_match *match)
{
	size_t end = slice_find_byte(body, ' ');
	struct slice address = slice_part(body, 0, end), rest = slice_from(body, end);
	if (!looks_like_address(address) ||
	    !(drop_start(&rest, SLICE(" failed to authenticate as '")) ||
	      drop_start(&rest, SLICE(" tried to authenticate with nonexistent user '")) ||
	      drop_start(&rest, SLICE(" failed to pass IP ACL as '")) ||
	      drop_start(&rest, SLICE(" is not permitted to log in as '"))))
		return false;
	(void)drop_end(&rest, SLICE("'"));
	match->address = address;
	match->account = rest;
	return true;
}

bool log_shape_manager_login(struct slice body, struct log_match *match)
{
	match->address = without_port(take_last_word(&body));
	if (!match->address.size || !drop_end(&body, SLICE("' logged on from")))
		return false;
	match->account = body;
	return true;
}

bool log_shape_fail2ban(struct slice body, struct log_match *match)
{
	static const struct {
		struct slice word;
		enum log_kind kind;
	} words[] = {
		{ { "Found ", 6 }, LOG_BAN_FOUND },
		{ { "Ban ", 4 }, LOG_BAN },
		{ { "Unban ", 6 }, LOG_UNBAN },
		{ { "Restore Ban ", 12 }, LOG_BAN },
	};
	/* Logger names end in '.': the message follows "NOTICE [jail] ". */
	size_t open = slice_find(body, SLICE(" ["));
	while (open + 2 < body.size && byte_is_digit((unsigned char)body.data[open + 2])) {
		struct slice rest = slice_from(body, open + 2);
		size_t next = slice_find(rest, SLICE(" ["));
		open = next == rest.size ? body.size : open + 2 + next;
	}
	struct slice rest = slice_from(body, open + 2);
	size_t close = slice_find_byte(rest, ']');
	match->account = slice_part(rest, 0, close);
	rest = slice_trim(slice_from(rest, close + 1));
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (drop_start(&rest, words[i].word)) {
			match->kind = words[i].kind;
			match->address = slice_part(rest, 0, slice_find_byte(rest, ' '));
			return looks_like_address(match->address);
		}
	}
	if (!drop_end(&rest, SLICE(" already banned")))
		return false;
	match->kind = LOG_ALREADY_BANNED;
	match->address = rest;
	return looks_like_address(rest);
}

bool log_shape_sudo(struct slice body, struct log_match *match)
{
	/* "admin : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=..."; a failure has its reason first:
	 * "admin : 3 incorrect password attempts ; TTY=..." (sudo, logging.c). */
	body = slice_trim_left(body);
	size_t colon = slice_find(body, SLICE(" : "));
	if (colon == body.size)
		return false;
	match->account = slice_part(body, 0, colon);
	struct slice rest = slice_from(body, colon + 3);
	if (drop_start(&rest, SLICE("TTY=")) || drop_start(&rest, SLICE("PWD=")))
		return slice_find(rest, SLICE("COMMAND=")) < rest.size;
	bool failed = slice_find(rest, SLICE("incorrect password attempt")) < rest.size ||
		      drop_start(&rest, SLICE("user NOT in sudoers")) ||
		      drop_start(&rest, SLICE("command not allowed")) ||
		      drop_start(&rest, SLICE("a password is required"));
	match->kind = LOG_SUDO_FAILED;
	return failed;
}

bool log_shape_firewall(struct slice body, struct log_match *match)
{
	/* The rule's own prefix comes before IN=, the packet's fields after it. */
	size_t in = slice_find(body, SLICE("IN="));
	struct slice rest = slice_from(body, in);
	size_t source = slice_find(rest, SLICE(" SRC="));
	if (source == rest.size || slice_find(rest, SLICE(" PROTO=")) == rest.size)
		return false;
	rest = slice_from(rest, source + 5);
	match->address = slice_part(rest, 0, slice_find_byte(rest, ' '));
	return looks_like_address(match->address);
}
