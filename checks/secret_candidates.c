/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/secret_candidates.h"

#include "audit/base/attributes.h"

/* Longest name that is turned into candidates; extensions and account names are far shorter. */
#define NAME_BYTES_MAX 80
/* Most times that a name is repeated in a walk: "100100100100". */
#define REPEAT_MAX 4

static const char equals_name[] = "equal to the account's name or number";
static const char reverses_name[] = "the account's name or number written backwards";
static const char repeats_name[] = "the account's name or number, repeated";
static const char extends_name[] = "the account's name or number with a usual ending or beginning";
static const char dated_name[] = "the account's name or number with a year";

/* What people put behind or before an account's name, case ignored. Candidates of a walk use them
 * as written, and with the first letter in upper case. */
static const char *const affixes[] = {
	"1",       "12",     "123",  "1234", "12345", "0",    "00",       "01",
	"!",       "#",      "123!", "abc",  "ext",   "pass", "pw",       "pbx",
	"phone",   "secret", "sip",  "user", "voip",  "xyz",  "asterisk", "password",
	"pass123", "passwd", "@123", "1!",   "exten", "tel",
};

struct published {
	const char *secret;
	const char *where;
};

static const char in_samples[] = "printed in Asterisk's sample files";
static const char in_paper[] = "printed as an example in a paper on securing these servers";
static const char in_every_list[] = "among the first tries of every guesser";

/* Sorted bytewise; a test proves it. */
static const struct published published[] = {
	{ "0000", in_every_list },
	{ "1111", in_every_list },
	{ "1234", in_every_list },
	{ "12345", in_every_list },
	{ "123456", in_every_list },
	{ "12345678", in_every_list },
	{ "123456789", in_every_list },
	{ "1234567890", in_samples },
	{ "1q2w3e4r", in_every_list },
	{ "6001", in_samples },
	{ "6002", in_samples },
	{ "7000", in_samples },
	{ "M0r$H3d!100", in_paper },
	{ "P@ssw0rd", in_every_list },
	{ "Password1", in_every_list },
	{ "aE3%B8*$jk^G", in_samples },
	{ "abc123", in_every_list },
	{ "admin", in_every_list },
	{ "admin123", in_every_list },
	{ "amp109", "the database password that FreePBX shipped" },
	{ "amp111", "the manager password that FreePBX shipped" },
	{ "ampuser", "the database user's name that FreePBX ships" },
	{ "ari_password", "printed in examples for ARI" },
	{ "asterisk", in_every_list },
	{ "blah", in_samples },
	{ "blahpoly", in_samples },
	{ "callweaver", in_every_list },
	{ "changeme", in_every_list },
	{ "default", in_every_list },
	{ "digium", in_samples },
	{ "eLaStIx.2oo7", "a password that Elastix shipped" },
	{ "eLaStIx.asteriskuser.2oo7", "a password that Elastix shipped" },
	{ "elastix", in_every_list },
	{ "elastix123", in_every_list },
	{ "elastix456", "the manager password that Elastix shipped" },
	{ "foomoo", in_samples },
	{ "fpbx", in_every_list },
	{ "freepbx", in_every_list },
	{ "gissadetdu", in_samples },
	{ "guessit", in_samples },
	{ "iSsAbEl.2o17", "a password that Issabel shipped" },
	{ "issabel", in_every_list },
	{ "letmein", in_every_list },
	{ "markpasswd", in_samples },
	{ "moofoo", in_samples },
	{ "mypass", in_samples },
	{ "myscret", in_samples },
	{ "mysecret", in_samples },
	{ "not_very_secret", in_samples },
	{ "not_very_secret_either", in_samples },
	{ "palosanto", "the GUI password that Elastix shipped" },
	{ "pass", in_every_list },
	{ "passw0rd", "the operator panel's password that FreePBX shipped" },
	{ "password", in_every_list },
	{ "peekaboo", in_samples },
	{ "phone", in_every_list },
	{ "qwerty", in_every_list },
	{ "root", in_every_list },
	{ "secret", in_every_list },
	{ "secretpass", in_samples },
	{ "shazbot", in_samples },
	{ "supersecret", in_samples },
	{ "test", in_every_list },
	{ "test123", in_every_list },
	{ "testpass", in_every_list },
	{ "thegrouch", in_samples },
	{ "unsecurepassword", in_samples },
	{ "user", in_every_list },
	{ "voip", in_every_list },
	{ "youwillneverguessit", in_samples },
};

static bool starts_with_ignore_case(struct slice bytes, struct slice start)
{
	return bytes.size >= start.size &&
	       slice_equal_ignore_case(slice_part(bytes, 0, start.size), start);
}

static bool ends_with_ignore_case(struct slice bytes, struct slice end)
{
	return bytes.size >= end.size &&
	       slice_equal_ignore_case(slice_from(bytes, bytes.size - end.size), end);
}

static bool is_affix(struct slice bytes)
{
	/* A separator between the word and the name hides nothing. */
	const struct slice before = SLICE("-_.@"), after = SLICE("-_.");
	if (bytes.size > 1 && slice_find_byte(before, bytes.data[0]) < before.size)
		bytes = slice_from(bytes, 1);
	else if (bytes.size > 1 && slice_find_byte(after, bytes.data[bytes.size - 1]) < after.size)
		bytes = slice_part(bytes, 0, bytes.size - 1);
	for (size_t i = 0; i < ARRAY_SIZE(affixes); i++)
		if (slice_is_ignore_case(bytes, affixes[i]))
			return true;
	return false;
}

static bool is_year(struct slice bytes)
{
	return bytes.size == 4 && byte_is_digit((unsigned char)bytes.data[2]) &&
	       byte_is_digit((unsigned char)bytes.data[3]) &&
	       (slice_starts_with(bytes, "19") || slice_starts_with(bytes, "20"));
}

static bool is_reverse(struct slice bytes, struct slice name)
{
	if (bytes.size != name.size || name.size < 2)
		return false;
	for (size_t i = 0; i < name.size; i++)
		if (byte_to_lower((unsigned char)bytes.data[i]) !=
		    byte_to_lower((unsigned char)name.data[name.size - 1 - i]))
			return false;
	return true;
}

static bool is_repetition(struct slice bytes, struct slice name)
{
	if (bytes.size <= name.size)
		return false;
	/* A last, cut repetition counts too: "10011001100". */
	for (size_t i = 0; i < bytes.size; i++)
		if (byte_to_lower((unsigned char)bytes.data[i]) !=
		    byte_to_lower((unsigned char)name.data[i % name.size]))
			return false;
	return name.size > 1 || bytes.size <= 8;
}

const char *candidate_repeats(struct slice bytes, struct slice name)
{
	if (!bytes.size || !name.size)
		return NULL;
	if (slice_equal_ignore_case(bytes, name))
		return equals_name;
	if (is_reverse(bytes, name))
		return reverses_name;
	if (is_repetition(bytes, name))
		return repeats_name;
	/* One letter inside a longer word is no name. */
	if (name.size < 2 || bytes.size <= name.size)
		return NULL;
	struct slice rest = { 0 };
	if (starts_with_ignore_case(bytes, name))
		rest = slice_from(bytes, name.size);
	else if (ends_with_ignore_case(bytes, name))
		rest = slice_part(bytes, 0, bytes.size - name.size);
	else
		return NULL;
	if (is_year(rest))
		return dated_name;
	return is_affix(rest) ? extends_name : NULL;
}

const char *candidate_published(struct slice bytes)
{
	size_t low = 0, high = ARRAY_SIZE(published);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = slice_compare(slice_of(published[middle].secret), bytes);
		if (order == 0)
			return published[middle].where;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool candidate_each_published(candidate_visit *visit, void *context)
{
	for (size_t i = 0; i < ARRAY_SIZE(published); i++)
		if (visit(context, slice_of(published[i].secret), published[i].where))
			return true;
	return false;
}

/* FIRST and then SECOND, in TEXT. */
static struct slice joined(char *text, struct slice first, struct slice second)
{
	memcpy(text, first.data, first.size);
	memcpy(text + first.size, second.data, second.size);
	return (struct slice){ .data = text, .size = first.size + second.size };
}

bool candidate_each_of_name(struct slice name, candidate_visit *visit, void *context)
{
	char text[NAME_BYTES_MAX * REPEAT_MAX];
	if (!name.size || name.size > NAME_BYTES_MAX)
		return false;
	if (visit(context, name, equals_name))
		return true;
	for (size_t i = 0; i < name.size; i++)
		text[i] = name.data[name.size - 1 - i];
	struct slice built = { .data = text, .size = name.size };
	if (name.size > 1 && visit(context, built, reverses_name))
		return true;
	for (unsigned int times = 2; times <= REPEAT_MAX; times++) {
		for (unsigned int copy = 0; copy < times; copy++)
			memcpy(text + copy * name.size, name.data, name.size);
		built = (struct slice){ .data = text, .size = times * name.size };
		if (visit(context, built, repeats_name))
			return true;
	}
	if (name.size < 2)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(affixes); i++) {
		struct slice affix = slice_of(affixes[i]);
		if (visit(context, joined(text, name, affix), extends_name) ||
		    visit(context, joined(text, affix, name), extends_name))
			return true;
	}
	for (unsigned int year = 2000; year <= 2030; year++) {
		char digits[4] = { (char)('0' + year / 1000), (char)('0' + year / 100 % 10),
				   (char)('0' + year / 10 % 10), (char)('0' + year % 10) };
		struct slice ending = { .data = digits, .size = sizeof(digits) };
		if (visit(context, joined(text, name, ending), dated_name))
			return true;
	}
	return false;
}
