/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/pjsip_fields.h"

#include <stdlib.h>
#include <string.h>

#include "audit/asterisk/conf_caller.h"
#include "audit/asterisk/conf_lines.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/conf_value.h"
#include "audit/asterisk/pjsip_field_tables.h"
#include "audit/asterisk/sip_codecs.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"

/* Longest text of a number that is looked at. */
#define NUMBER_BYTES 40

static const struct {
	const char *name;
	const struct pjsip_field *fields;
	const size_t *count;
} types[PJSIP_TYPE_COUNT] = {
	[PJSIP_ENDPOINT] = { "endpoint", pjsip_endpoint_fields, &pjsip_endpoint_field_count },
	[PJSIP_AUTH] = { "auth", pjsip_auth_fields, &pjsip_auth_field_count },
	[PJSIP_AOR] = { "aor", pjsip_aor_fields, &pjsip_aor_field_count },
	[PJSIP_TRANSPORT] = { "transport", pjsip_transport_fields, &pjsip_transport_field_count },
	[PJSIP_IDENTIFY] = { "identify", pjsip_identify_fields, &pjsip_identify_field_count },
	[PJSIP_ACL] = { "acl", pjsip_acl_fields, &pjsip_acl_field_count },
	[PJSIP_REGISTRATION] = { "registration", pjsip_registration_fields,
				 &pjsip_registration_field_count },
	[PJSIP_GLOBAL] = { "global", pjsip_global_fields, &pjsip_global_field_count },
	[PJSIP_SYSTEM] = { "system", pjsip_system_fields, &pjsip_system_field_count },
};

static const char *const other_types[] = {
	"domain_alias",
	"contact",
	"resource_list",
	"phoneprov",
	"outbound-publish",
	"inbound-publication",
	"asterisk-publication",
	"subscription_persistence",
	"wizard",
};

const char *pjsip_type_name(enum pjsip_type type)
{
	return types[type].name;
}

enum pjsip_type pjsip_type_of(struct slice name)
{
	for (size_t i = 0; i < PJSIP_TYPE_COUNT; i++)
		if (slice_is(name, types[i].name))
			return (enum pjsip_type)i;
	return PJSIP_TYPE_COUNT;
}

bool pjsip_type_is_known(struct slice name)
{
	for (size_t i = 0; i < ARRAY_SIZE(other_types); i++)
		if (slice_is(name, other_types[i]))
			return true;
	return pjsip_type_of(name) != PJSIP_TYPE_COUNT;
}

const struct pjsip_field *pjsip_fields(enum pjsip_type type, size_t *ret_count)
{
	*ret_count = *types[type].count;
	return types[type].fields;
}

const struct pjsip_field *pjsip_field_find(enum pjsip_type type, struct slice name)
{
	for (size_t i = 0; i < *types[type].count; i++)
		if (slice_is_ignore_case(name, types[type].fields[i].name))
			return &types[type].fields[i];
	return NULL;
}

/* Takes ">1800" off *ITEM; false where VERSION is older. */
static bool take_since(struct slice *item, unsigned int version)
{
	uint64_t since = 0;
	size_t mark = slice_find_byte(*item, '>');
	if (mark < item->size && !slice_to_uint64(slice_from(*item, mark + 1), &since))
		return false;
	*item = slice_part(*item, 0, mark);
	return version == 0 || version >= since;
}

/* What WORDS shows for VALUE; false: it is none of them. */
static bool find_word(const char *words, struct slice value, unsigned int version,
		      struct slice *ret_shown)
{
	struct slice rest = slice_of(words), item;
	bool case_counts = slice_starts_with(rest, "!");
	if (case_counts)
		rest = slice_from(rest, 1);
	while (slice_next_field(&rest, '|', &item)) {
		if (!take_since(&item, version))
			continue;
		size_t equals = slice_find_byte(item, '=');
		struct slice word = slice_part(item, 0, equals);
		bool matches = slice_is(word, "@true")    ? conf_is_true(value)
			       : slice_is(word, "@false") ? conf_is_false(value)
			       : case_counts              ? slice_equal(word, value)
							  : slice_equal_ignore_case(word, value);
		if (!matches)
			continue;
		*ret_shown = equals < item.size ? slice_from(item, equals + 1) : word;
		return true;
	}
	return false;
}

/* strtoul or strtol with base 0 over the whole of TEXT (PARSE_UINT32, PARSE_INT32). */
static bool parse_number(struct slice text, bool is_signed, int64_t *ret_number)
{
	char copy[NUMBER_BYTES];
	text = slice_trim_left(text);
	if (text.size == 0 || text.size >= sizeof(copy) || (!is_signed && text.data[0] == '-'))
		return false;
	memcpy(copy, text.data, text.size);
	copy[text.size] = '\0';
	char *end;
	long long number = strtoll(copy, &end, 0);
	if (end == copy || *end)
		return false;
	if (is_signed ? number < INT32_MIN || number > INT32_MAX
		      : number < 0 || number > UINT32_MAX)
		return false;
	*ret_number = number;
	return true;
}

bool pjsip_field_number(struct slice text, int64_t *ret_number)
{
	return parse_number(text, false, ret_number);
}

static bool parse_double(struct slice text, double *ret_number)
{
	char copy[NUMBER_BYTES];
	if (text.size == 0 || text.size >= sizeof(copy))
		return false;
	memcpy(copy, text.data, text.size);
	copy[text.size] = '\0';
	char *end;
	*ret_number = strtod(copy, &end);
	return end != copy && !*end;
}

/* ast_str2tos: a number up to 255, or the name of a DSCP code point. */
static bool parse_tos(struct slice text, int64_t *ret_tos)
{
	static const struct {
		const char *name;
		uint8_t dscp;
	} points[] = {
		{ "CS0", 0 },   { "CS1", 8 },   { "AF11", 10 }, { "AF12", 12 }, { "AF13", 14 },
		{ "CS2", 16 },  { "AF21", 18 }, { "AF22", 20 }, { "AF23", 22 }, { "CS3", 24 },
		{ "AF31", 26 }, { "AF32", 28 }, { "AF33", 30 }, { "CS4", 32 },  { "AF41", 34 },
		{ "AF42", 36 }, { "AF43", 38 }, { "CS5", 40 },  { "EF", 46 },   { "CS6", 48 },
		{ "CS7", 56 },
	};
	long number = 0;
	/* sscanf("%30i"): hexadecimal too. */
	if (slice_starts_with(text, "0x") ? parse_number(text, false, ret_tos)
					  : conf_scan_number(text, &number)) {
		if (!slice_starts_with(text, "0x"))
			*ret_tos = number;
		*ret_tos &= 0xff;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(points); i++) {
		if (slice_is_ignore_case(text, points[i].name)) {
			*ret_tos = points[i].dscp << 2;
			return true;
		}
	}
	return false;
}

static bool accepts_list(const struct pjsip_field *field, struct slice value, unsigned int version)
{
	struct slice item, shown;
	bool more = true;
	while (field->words && conf_next_field(&value, &more, &item)) {
		item = conf_strip(item);
		if (item.size && !find_word(field->words, item, version, &shown))
			return false;
	}
	return true;
}

bool pjsip_field_accepts(const struct pjsip_field *field, struct slice value, unsigned int version)
{
	struct slice shown;
	int64_t number;
	long integer;
	double decimal;
	switch (field->kind) {
	case FIELD_UNSIGNED:
		return parse_number(value, false, &number);
	case FIELD_SIGNED:
		return parse_number(value, true, &number);
	case FIELD_DOUBLE:
		return parse_double(value, &decimal);
	case FIELD_WORD:
		return find_word(field->words, value, version, &shown);
	case FIELD_NOTHING:
		return !field->words || find_word(field->words, value, version, &shown);
	case FIELD_OTHER:
		/* callerid_privacy takes the number of a presentation, too. */
		return !field->words || find_word(field->words, value, version, &shown) ||
		       conf_scan_number(value, &integer);
	case FIELD_LIST:
		return accepts_list(field, value, version);
	case FIELD_TOS:
		return parse_tos(value, &number);
	case FIELD_VARIABLE:
		return value.size == 0 || slice_find_byte(value, '=') < value.size;
	case FIELD_CODECS:
		/* An empty "allow=" is an unknown format, an empty "disallow=" nothing. */
		return value.size ? sip_codecs_are_known(value)
				  : slice_is(slice_of(field->name), "disallow");
	default:
		return true;
	}
}

static bool is_in_list(struct slice list, struct slice word)
{
	struct slice item;
	bool more = true;
	while (conf_next_field(&list, &more, &item))
		if (slice_equal_ignore_case(conf_strip(item), word))
			return true;
	return false;
}

/* Lists of WORDS, if it has any, name each once, as WORDS spells it (ident_handler). */
static void format_list(const char *words, struct slice value, struct buffer *out)
{
	const struct slice all = value;
	struct slice item;
	bool more = true, is_first = true;
	while (conf_next_field(&value, &more, &item)) {
		item = conf_strip(item);
		if (item.size == 0)
			continue;
		if (words && is_in_list(slice_part(all, 0, (size_t)(item.data - all.data)), item))
			continue;
		if (words)
			(void)find_word(words, item, 0, &item);
		if (!is_first)
			buffer_append_byte(out, ',');
		is_first = false;
		buffer_append_slice(out, item);
	}
}

static void format_codecs(const struct conf_category *category, struct buffer *out)
{
	struct sip_codecs codecs = { 0 };
	for (size_t i = 0; i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		bool is_allow = slice_is_ignore_case(line->name, "allow");
		if (is_allow || slice_is_ignore_case(line->name, "disallow"))
			sip_codecs_take(&codecs, line->value, is_allow);
	}
	sip_codecs_format(&codecs, out);
}

/* "deny/permit", or the first named list. */
static void format_acl(const struct pjsip_field *field, const struct conf_category *category,
		       struct buffer *out)
{
	bool is_contact = slice_starts_with(slice_of(field->name), "contact_");
	struct slice named = SLICE("");
	for (size_t i = 0; i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		struct slice name = line->name;
		bool has_prefix = slice_starts_with(name, "contact_");
		if (has_prefix != is_contact || line->value.size == 0)
			continue;
		if (has_prefix)
			name = slice_from(name, sizeof("contact_") - 1);
		if (slice_is_ignore_case(name, "deny") || slice_is_ignore_case(name, "permit")) {
			buffer_append_string(out, "deny/permit");
			return;
		}
		if (slice_is_ignore_case(name, "acl") && named.size == 0)
			named = conf_strip(
				slice_part(line->value, 0, slice_find_byte(line->value, ',')));
	}
	buffer_append_slice(out, named);
}

static void format_group(struct slice value, struct buffer *out)
{
	uint64_t group = conf_group(value);
	bool is_first = true;
	for (unsigned int i = 0; i < 64; i++) {
		if (!(group >> i & 1))
			continue;
		if (!is_first)
			buffer_append_string(out, ", ");
		is_first = false;
		buffer_append_uint(out, i);
	}
}

static void format_caller(struct slice value, struct buffer *out)
{
	BUFFER_AUTO name = { 0 };
	BUFFER_AUTO number = { 0 };
	conf_caller_split(value, &name, &number);
	if (name.size && number.size)
		buffer_format(out, "\"%s\" <%s>", buffer_string(&name), buffer_string(&number));
	else if (name.size)
		buffer_append_slice(out, buffer_slice(&name));
	else if (number.size)
		buffer_append_slice(out, buffer_slice(&number));
	else
		buffer_append_string(out, "<unknown>");
}

static void format_variables(const struct conf_category *category, struct buffer *out)
{
	bool is_first = true;
	for (size_t i = 0; i < category->variable_count; i++) {
		const struct conf_variable *line = &category->variables[i];
		if (!slice_is_ignore_case(line->name, "set_var") || line->value.size == 0)
			continue;
		/* A later line of the same variable stands in the place of the first. */
		size_t equals = slice_find_byte(line->value, '=');
		struct slice key = slice_part(line->value, 0, equals), value = line->value;
		bool is_repeated = false;
		for (size_t j = 0; j < category->variable_count; j++) {
			const struct conf_variable *other = &category->variables[j];
			if (j == i || !slice_is_ignore_case(other->name, "set_var") ||
			    !slice_equal(
				    slice_part(other->value, 0, slice_find_byte(other->value, '=')),
				    key))
				continue;
			is_repeated |= j < i;
			if (j > i)
				value = other->value;
		}
		if (is_repeated)
			continue;
		if (!is_first)
			buffer_append_byte(out, ',');
		is_first = false;
		buffer_append_slice(out, value);
	}
}

static void format_number(const struct pjsip_field *field, struct slice value, struct buffer *out)
{
	int64_t number = 0;
	bool is_good = field->kind == FIELD_TOS
			       ? parse_tos(value, &number)
			       : parse_number(value, field->kind == FIELD_SIGNED, &number);
	if (is_good)
		buffer_format(out, "%lld", (long long)number);
}

void pjsip_field_format(const struct pjsip_field *field, const struct conf_category *category,
			struct buffer *out)
{
	const struct conf_variable *line = conf_last(category, field->name);
	struct slice value = line ? line->value : slice_of(field->default_text);
	struct slice shown = SLICE("");
	double decimal = 0;
	switch (field->kind) {
	case FIELD_BOOL:
		buffer_append_string(out, conf_is_true(value) ? "true" : "false");
		break;
	case FIELD_YES_NO:
		buffer_append_string(out, conf_is_true(value) ? "yes" : "no");
		break;
	case FIELD_YES_NO_CAPITAL:
		buffer_append_string(out, conf_is_true(value) ? "Yes" : "No");
		break;
	case FIELD_UNSIGNED:
	case FIELD_SIGNED:
	case FIELD_TOS:
		format_number(field, value, out);
		break;
	case FIELD_DOUBLE:
		(void)parse_double(value, &decimal);
		buffer_format(out, "%f", decimal);
		break;
	case FIELD_WORD:
		(void)find_word(field->words, value, 0, &shown);
		buffer_append_slice(out, shown);
		break;
	case FIELD_CODECS:
		format_codecs(category, out);
		break;
	case FIELD_LIST:
		format_list(field->words, value, out);
		break;
	case FIELD_ACL:
		format_acl(field, category, out);
		break;
	case FIELD_CALLER_ID:
		format_caller(value, out);
		break;
	case FIELD_GROUP:
		format_group(value, out);
		break;
	case FIELD_VARIABLE:
		format_variables(category, out);
		break;
	default:
		buffer_append_slice(out, value);
		break;
	}
}
