/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/kernel/file_secrets.h"

#include "audit/base/attributes.h"

/* Parts of a key's name that tell a secret: "md5secret", "AMPDBPASS", "ari_password", "dbpwd". */
static const char *const telling_names[] = { "secret", "pass", "pwd", "md5_cred", "password" };

/* Keys that have such a part and hold none. */
static const char *const harmless_names[] = {
	"passwordlength", "minpassword", "minsecret",        "passthru",
	"bypass",         "compass",     "encompass",        "passlength",
	"pass_through",   "externpass",  "externpassnotify", "externpasscheck"
};

static bool contains_ignore_case(struct slice text, const char *part)
{
	size_t size = strlen(part);
	for (size_t i = 0; i + size <= text.size; i++)
		if (slice_is_ignore_case(slice_part(text, i, size), part))
			return true;
	return false;
}

static bool is_telling(struct slice key)
{
	for (size_t i = 0; i < ARRAY_SIZE(harmless_names); i++)
		if (contains_ignore_case(key, harmless_names[i]))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(telling_names); i++)
		if (contains_ignore_case(key, telling_names[i]))
			return true;
	return false;
}

static bool is_number(struct slice text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!byte_is_digit((unsigned char)text.data[i]))
			return false;
	return text.size > 0;
}

/* "register => user:secret@host", "auth = user:secret@realm" */
static bool is_login(struct slice key, struct slice value)
{
	if (!slice_is_ignore_case(key, "register") && !slice_is_ignore_case(key, "auth"))
		return false;
	size_t at = slice_find_last_byte(value, '@');
	return at < value.size && slice_find_byte(slice_part(value, 0, at), ':') < at;
}

static bool holds_secret(struct slice line, bool is_voicemail)
{
	line = slice_trim(line);
	/* PHP of FreePBX: $amp_conf["AMPDBPASS"] = "..."; comments of all the languages. */
	if (line.size == 0 || strchr(";#[*/", line.data[0]))
		return false;
	size_t equals = slice_find_byte(line, '=');
	if (equals == line.size)
		return false;
	struct slice key = slice_trim(slice_part(line, 0, equals));
	struct slice value = slice_from(line, equals + 1);
	if (slice_starts_with(value, ">"))
		value = slice_from(value, 1);
	value = slice_part(value, 0, slice_find_byte(value, ';'));
	value = slice_trim(value);
	if (value.size == 0 || slice_is(value, "\"\"") || slice_is(value, "''"))
		return false;
	/* "1234 => PIN,Name": a '-' in front forbids to change it, and it stays a PIN. */
	if (is_voicemail && is_number(key))
		return value.data[0] != ',';
	return is_telling(key) || is_login(key, value);
}

struct slice file_secrets_find(const char *path, struct slice bytes)
{
	const char *slash = strrchr(path, '/');
	bool is_voicemail = slash && strncmp(slash, "/voicemail", 10) == 0;
	struct slice line;
	while (slice_next_line(&bytes, &line))
		if (holds_secret(line, is_voicemail))
			return line;
	return SLICE("");
}

bool file_secrets_has_key(struct slice bytes)
{
	struct slice begin = SLICE("-----BEGIN ");
	for (;;) {
		size_t at = slice_find(bytes, begin);
		if (at == bytes.size)
			return false;
		bytes = slice_from(bytes, at + begin.size);
		struct slice label = slice_part(bytes, 0, slice_find_byte(bytes, '\n'));
		size_t end = slice_find(label, SLICE("-----"));
		if (end < label.size && slice_ends_with(slice_part(label, 0, end), "PRIVATE KEY"))
			return true;
	}
}

bool file_secrets_next_exec(struct slice *rest, struct slice *ret_program)
{
	struct slice line, word, program;
	while (slice_next_line(rest, &line)) {
		if (!slice_next_word(&line, &word) || !slice_is_ignore_case(word, "#exec") ||
		    !slice_next_word(&line, &program))
			continue;
		if (program.size > 1 && strchr("\"'<", program.data[0]))
			program = slice_from(program, 1);
		while (program.size > 0 && strchr("\"'>", program.data[program.size - 1]))
			program.size--;
		if (!slice_starts_with(program, "/"))
			continue;
		*ret_program = program;
		return true;
	}
	return false;
}
