/* SPDX-License-Identifier: Apache-2.0
 *
 * The shapes of Asterisk's messages and of the PBX's web GUI.
 */
#include "audit/base/address.h"
#include "audit/logs/log_patterns.h"
#include "audit/logs/log_shapes.h"

static struct slice bare_address(struct slice text)
{
	struct slice address = text;
	if (text.size && text.data[0] == '[') {
		address = slice_part(text, 1, slice_find_byte(text, ']') - 1);
	} else {
		size_t colon = slice_find_byte(text, ':');
		struct slice rest = slice_from(text, colon + 1);
		if (colon < text.size && slice_find_byte(rest, ':') == rest.size)
			address.size = colon;
	}
	struct address parsed;
	return address_parse(address, &parsed) ? address : (struct slice){ .data = NULL };
}

/* The user part of the first "sip:" or "sips:" address in TEXT; empty when there is none. */
static struct slice sip_user(struct slice text)
{
	size_t at = slice_find_byte(text, '<');
	struct slice rest = slice_from(text, at == text.size ? 0 : at + 1);
	if (!slice_starts_with(rest, "sip"))
		return (struct slice){ .data = NULL };
	rest = slice_from(rest, slice_find_byte(rest, ':') + 1);
	size_t end = 0;
	while (end < rest.size && rest.data[end] != '@' && rest.data[end] != '>' &&
	       rest.data[end] != ';' && rest.data[end] != ':')
		end++;
	return end < rest.size && rest.data[end] == '@' ? slice_part(rest, 0, end)
							: (struct slice){ .data = NULL };
}

/* Every "OPEN ADDR[:PORT] CLOSE" in TEXT is a way to read the line. Takes the last; says if
 * another one names another address. False when there is none. */
static bool take_candidates(struct slice text, struct slice open, struct slice close,
			    struct log_match *match)
{
	bool found = false;
	for (size_t at = slice_find(text, open); at < text.size;) {
		struct slice rest = slice_from(text, at + open.size);
		struct slice window = slice_part(rest, 0, 80 + close.size);
		size_t end = slice_find(window, close);
		/* "UDP:192.0.2.1:5060" of res_pjsip_session. */
		struct slice inner = slice_part(window, 0, end);
		size_t colon = slice_find_byte(inner, ':');
		if (colon < inner.size && colon && byte_is_upper((unsigned char)inner.data[0]) &&
		    byte_is_upper((unsigned char)inner.data[colon - 1]))
			inner = slice_from(inner, colon + 1);
		struct slice address =
			end < window.size ? bare_address(inner) : (struct slice){ .data = NULL };
		if (address.size) {
			if (found && !slice_equal(address, match->address))
				match->is_ambiguous = true;
			match->address = address;
			found = true;
		}
		size_t next = slice_find(rest, open);
		at = next == rest.size ? text.size : at + open.size + next;
	}
	return found;
}

bool log_shape_sip_registration(struct slice body, struct log_match *match)
{
	/* The row's suffix took "' - REASON"; the address is what the last anchor has before it. */
	size_t at = slice_find_last(body, SLICE("' failed for '"));
	if (at == body.size)
		return false;
	match->address = bare_address(slice_from(body, at + 14));
	match->account = sip_user(slice_part(body, 0, at));
	return match->address.size != 0;
}

/* REASON of res_pjsip/pjsip_distributor.c, log_failed_request(), to the end of the line. */
static enum log_kind pjsip_reason(struct slice reason)
{
	static const struct {
		const char *text;
		enum log_kind kind;
	} reasons[] = {
		{ "No matching endpoint found", LOG_PJSIP_NO_ENDPOINT },
		{ "Failed to authenticate", LOG_PJSIP_FAILED_AUTHENTICATION },
		{ "Error to authenticate", LOG_PJSIP_FAILED_AUTHENTICATION },
		{ "Not match Endpoint ACL", LOG_PJSIP_ACL },
		{ "Not match Endpoint Contact ACL", LOG_PJSIP_ACL },
	};
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (slice_starts_with(reason, reasons[i].text))
			return reasons[i].kind;
	return LOG_PJSIP_OTHER;
}

bool log_shape_pjsip_request(struct slice body, struct log_match *match)
{
	size_t end = slice_find_last(body, SLICE(") - "));
	if (end == body.size ||
	    !take_candidates(body, SLICE("' failed for '"), SLICE("' (callid: "), match))
		return false;
	match->kind = pjsip_reason(slice_from(body, end + 4));
	match->account = sip_user(body);
	return true;
}

bool log_shape_sip_call(struct slice body, struct log_match *match)
{
	return slice_find_last(body, SLICE("' rejected because extension not found in context")) <
		       body.size &&
	       take_candidates(body, SLICE("("), SLICE(") to extension '"), match);
}

bool log_shape_iax_from(struct slice body, struct log_match *match)
{
	size_t at = slice_find_last(body, SLICE("' (from "));
	if (at == body.size)
		return false;
	match->account = slice_part(body, 0, at);
	match->address = bare_address(slice_from(body, at + 8));
	return match->address.size != 0;
}

bool log_shape_sip_account(struct slice body, struct log_match *match)
{
	match->account = sip_user(body);
	return true;
}

bool log_shape_acl(struct slice body, struct log_match *match)
{
	return take_candidates(body, SLICE("Rejecting '"), SLICE("' due to a failure to pass ACL"),
			       match);
}

/* The keys that main/security_events.c may write behind RemoteAddress. */
static bool is_known_key(struct slice key)
{
	static const char *const keys[] = {
		"Module",        "SessionTV",          "ACLName",          "RequestType",
		"RequestParams", "AuthMethod",         "UsingPassword",    "ExpectedAddress",
		"Challenge",     "Response",           "ExpectedResponse", "ReceivedChallenge",
		"ReceivedHash",  "AttemptedTransport",
	};
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (slice_is(key, keys[i]))
			return true;
	return false;
}

/* TAIL is what follows RemoteAddress's value: `",Key="value",Key="value"`. */
static bool tail_is_known(struct slice tail)
{
	while (tail.size > 1) {
		if (tail.data[0] != '"' || tail.data[1] != ',')
			return false;
		struct slice rest = slice_from(tail, 2);
		size_t equals = slice_find_byte(rest, '=');
		if (!is_known_key(slice_part(rest, 0, equals)))
			return false;
		rest = slice_from(rest, equals + 1);
		if (!rest.size || rest.data[0] != '"')
			return false;
		rest = slice_from(rest, 1);
		tail = slice_from(rest, slice_find_byte(rest, '"'));
	}
	return tail.size == 1 && tail.data[0] == '"';
}

/* VALUE is `IPV4/UDP/ADDR/PORT` and more behind it; true for a whole address. */
static bool security_address(struct slice value, struct slice *ret_address, struct slice *ret_tail)
{
	size_t end = slice_find_byte(value, '"');
	struct slice text = slice_part(value, 0, end), part = text;
	*ret_tail = slice_from(value, end);
	for (unsigned int field = 0; field < 3; field++)
		if (!slice_next_field(&text, '/', &part))
			return false;
	*ret_address = bare_address(part);
	return ret_address->size != 0;
}

static struct slice security_value(struct slice body, struct slice key)
{
	size_t at = slice_find(body, key);
	struct slice rest = slice_from(body, at + key.size);
	return slice_part(rest, 0, slice_find_byte(rest, '"'));
}

bool log_shape_security(struct slice body, struct log_match *match)
{
	bool found = false;
	struct slice key = SLICE(",RemoteAddress=\"");
	struct slice rest = body;
	for (size_t at = slice_find(rest, key); at < rest.size; at = slice_find(rest, key)) {
		rest = slice_from(rest, at + key.size);
		struct slice address, tail;
		if (!security_address(rest, &address, &tail))
			continue;
		if (found && !slice_equal(address, match->address))
			match->is_ambiguous = true;
		match->address = address;
		/* The last one decides; keys that Asterisk does not write make it a forgery. */
		found = true;
		if (slice_find(rest, key) == rest.size && !tail_is_known(tail))
			match->is_ambiguous = true;
	}
	struct slice service = security_value(body, SLICE(",Service=\""));
	if (!slice_is(service, "SIP") && !slice_is(service, "PJSIP"))
		match->stream = STREAM_NONE;
	match->account = security_value(body, SLICE(",AccountID=\""));
	return found;
}

bool log_shape_sip_registered(struct slice body, struct log_match *match)
{
	size_t end = slice_find_byte(body, '\'');
	match->account = slice_part(body, 0, end);
	struct slice rest = slice_from(body, end + 1);
	if (!slice_starts_with(rest, " at "))
		return false;
	rest = slice_from(rest, 4);
	match->address = bare_address(slice_part(rest, 0, slice_find_byte(rest, ' ')));
	return match->address.size != 0;
}

/* Pages of the GUI that run commands as root or in Asterisk. */
static bool is_command_page(struct slice text)
{
	static const char *const pages[] = { "Asterisk-Cli", "Asterisk CLI", "Shell",
					     "Asterisk File Editor" };
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		if (slice_find(text, slice_of(pages[i])) < text.size)
			return true;
	return false;
}

bool log_shape_elastix(struct slice body, struct log_match *match)
{
	/* The name is what the form sent; the address stands last, before the full stop, or before
	 * " using two factor authentication." */
	struct slice text = body;
	if (!slice_starts_with(body, "NAVIGATION ") && !slice_starts_with(body, "LOGIN "))
		return false;
	size_t factor = slice_find_last(text, SLICE(" using two factor authentication."));
	if (factor < text.size && factor + 33 == text.size)
		text.size = factor;
	else if (slice_ends_with(text, "."))
		text.size--;
	size_t from = slice_find_last(text, SLICE(" from "));
	if (from == text.size)
		return false;
	match->address = bare_address(slice_from(text, from + 6));
	text.size = from;
	if (slice_starts_with(body, "NAVIGATION ")) {
		match->kind = is_command_page(text) ? LOG_GUI_COMMAND : LOG_GUI_ACTION;
	} else if (slice_find(text,
			      SLICE(": Web Interface login successful. Accepted password for ")) <
		   text.size) {
		match->kind = LOG_GUI_LOGIN;
	} else if (slice_find(text, SLICE("Authentication Failure to Web Interface login")) <
			   text.size ||
		   slice_find(text, SLICE("Failed password for")) < text.size) {
		match->kind = LOG_GUI_FAILED;
	} else {
		return false;
	}
	match->stream = log_kind_stream(match->kind);
	size_t space = slice_find_byte(body, ' ');
	struct slice name = slice_from(body, space + 1);
	match->account = slice_part(name, 0, slice_find_byte(name, ':'));
	return match->address.size != 0;
}

bool log_shape_freepbx(struct slice body, struct log_match *match)
{
	size_t from = slice_find_last(body, SLICE(" from "));
	if (from == body.size)
		return false;
	match->account = slice_part(body, 0, from);
	match->address = bare_address(slice_trim(slice_from(body, from + 6)));
	return match->address.size != 0;
}
