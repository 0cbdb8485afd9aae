/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_parse.h"

#include "audit/base/arena.h"
#include "audit/sshd/sshd_values.h"

/* The white space of sshd's strdelim; a form feed ends a line only. */
#define WHITESPACE " \t\r\n"

struct parser {
	struct arena *arena;
	struct sshd_version version;
	struct slice services;
	const struct source *source;
	struct sshd_file *file;
	/* Room in file->lines. */
	size_t capacity;
	bool memory_failed;
};

static bool is_white(char byte)
{
	return byte && strchr(WHITESPACE, byte) != NULL;
}

static bool splits_like_a_shell(struct sshd_version version)
{
	return version.release >= SSHD_RELEASE(8, 7);
}

/* strdelim of sshd's misc.c: takes a word off *CURSOR, a NUL-terminated text that it changes.
 * *CURSOR is NULL after the last word. NULL when nothing is left, or a quote is not closed. */
static char *next_delimited(char **cursor, bool split_equals)
{
	char *word = *cursor;
	if (!word)
		return NULL;
	char *end = strpbrk(word, split_equals ? WHITESPACE "\"=" : WHITESPACE "\"");
	if (!end) {
		*cursor = NULL;
		return word;
	}
	if (*end == '"') {
		memmove(end, end + 1, strlen(end));
		end = strchr(end, '"');
		*cursor = end;
		if (!end)
			return NULL;
		*end++ = '\0';
		*cursor = end + strspn(end, WHITESPACE);
		return word;
	}
	bool seen_equals = split_equals && *end == '=';
	*end++ = '\0';
	end += strspn(end, WHITESPACE);
	if (split_equals && *end == '=' && !seen_equals) {
		end++;
		end += strspn(end, WHITESPACE);
	}
	*cursor = end;
	return word;
}

/* Appends WORD to the growing array of the line. */
static bool add_word(struct arena *arena, struct slice **words, size_t *count, size_t *capacity,
		     struct slice word)
{
	struct slice *grown = arena_grow(arena, *words, *count, capacity, sizeof(**words));
	if (!grown)
		return false;
	*words = grown;
	grown[(*count)++] = word;
	return true;
}

/* Copies the token at the beginning of TEXT to TO without quotes and escapes. Returns the bytes
 * that it took; SIZE_MAX when a quote is not closed. */
static size_t copy_token(struct slice text, char *to, size_t *ret_size)
{
	char quote = 0;
	size_t at = 0, size = 0;
	for (; at < text.size; at++) {
		char byte = text.data[at];
		char next = at + 1 < text.size ? text.data[at + 1] : '\0';
		if (byte == '\\' &&
		    (next == '\'' || next == '"' || next == '\\' || (!quote && next == ' '))) {
			at++;
			to[size++] = next;
		} else if (!quote && (byte == ' ' || byte == '\t')) {
			break;
		} else if (!quote && (byte == '"' || byte == '\'')) {
			quote = byte;
		} else if (quote && byte == quote) {
			quote = 0;
		} else {
			to[size++] = byte;
		}
	}
	*ret_size = size;
	return quote ? SIZE_MAX : at;
}

/* No fewer than there are words in TEXT: the runs without blanks. */
static size_t count_words(struct slice text)
{
	size_t count = 0;
	bool blank = true;
	for (size_t i = 0; i < text.size; i++) {
		bool now = text.data[i] == ' ' || text.data[i] == '\t';
		count += blank && !now;
		blank = now;
	}
	return count;
}

bool sshd_split_words(struct arena *arena, struct slice text, const struct slice **ret_words,
		      size_t *ret_count, bool *ret_memory_failed)
{
	size_t count = 0;
	/* One block for both: the words, and their bytes with a NUL after each, which fit since a
	 * word takes at least a byte and a separator. */
	size_t most = count_words(text);
	struct slice *words = arena_allocate(arena, most * sizeof(*words) + text.size + 2);
	*ret_memory_failed = !words;
	*ret_words = words;
	*ret_count = 0;
	if (!words)
		return true;
	char *room = (char *)(words + most);
	for (size_t at = 0; at < text.size;) {
		char byte = text.data[at];
		if (byte == ' ' || byte == '\t') {
			at++;
			continue;
		}
		if (byte == '#')
			break;
		size_t size;
		size_t taken = copy_token(slice_from(text, at), room, &size);
		if (taken == SIZE_MAX)
			return false;
		words[count++] = (struct slice){ .data = room, .size = size };
		room += size + 1;
		at += taken;
	}
	*ret_count = count;
	return true;
}

/* Words by strdelim, of releases before 8.7. An empty word ends the list, as sshd's loops do. */
static void split_delimited(struct parser *parser, struct sshd_line *line, bool split_equals)
{
	char *copy = slice_to_string(parser->arena, line->rest);
	struct slice *words = NULL;
	size_t capacity = 0;
	char *word;
	if (!copy) {
		parser->memory_failed = true;
		return;
	}
	while ((word = next_delimited(&copy, split_equals)) && *word)
		if (!add_word(parser->arena, &words, &line->word_count, &capacity,
			      slice_of(word))) {
			parser->memory_failed = true;
			return;
		}
	line->words = words;
}

static const struct {
	const char *name;
	enum sshd_criterion_kind kind;
	uint16_t since;
} criteria_names[] = {
	{ "all", SSHD_CRITERION_ALL, 0 },
	{ "user", SSHD_CRITERION_USER, 0 },
	{ "group", SSHD_CRITERION_GROUP, 0 },
	{ "host", SSHD_CRITERION_HOST, 0 },
	{ "address", SSHD_CRITERION_ADDRESS, 0 },
	{ "localaddress", SSHD_CRITERION_LOCAL_ADDRESS, 0 },
	{ "localport", SSHD_CRITERION_LOCAL_PORT, 0 },
	{ "rdomain", SSHD_CRITERION_RDOMAIN, 707 },
	{ "invalid-user", SSHD_CRITERION_INVALID_USER, 909 },
};

static bool find_criterion(struct sshd_version version, struct slice name,
			   enum sshd_criterion_kind *ret_kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(criteria_names); i++)
		if (version.release >= criteria_names[i].since &&
		    slice_is_ignore_case(name, criteria_names[i].name)) {
			*ret_kind = criteria_names[i].kind;
			return true;
		}
	return false;
}

/* Fills the entries of an address list; an error text when sshd refuses it. */
static const char *read_networks(struct parser *parser, struct sshd_criterion *criterion)
{
	struct sshd_network *networks = NULL;
	struct sshd_network network;
	struct slice rest = criterion->argument;
	size_t capacity = 0;
	while (sshd_next_network(&rest, &network)) {
		if (network.kind == SSHD_NETWORK_INVALID)
			return "an address in the Match list is empty or has bits set under its "
			       "mask";
		struct sshd_network *grown =
			arena_grow(parser->arena, networks, criterion->network_count, &capacity,
				   sizeof(*networks));
		if (!grown) {
			parser->memory_failed = true;
			return NULL;
		}
		networks = grown;
		networks[criterion->network_count++] = network;
	}
	criterion->networks = networks;
	return NULL;
}

/* Words of a Match line, by whichever splitting the release uses. */
struct match_words {
	char *cursor;
	const struct slice *words;
	size_t left;
};

static bool next_match_word(struct match_words *from, struct slice *ret_word)
{
	if (from->words) {
		if (!from->left)
			return false;
		*ret_word = *from->words++;
		from->left--;
		return true;
	}
	char *word = next_delimited(&from->cursor, true);
	if (!word)
		return false;
	*ret_word = slice_of(word);
	return true;
}

static bool is_comment(struct slice word)
{
	return word.size && word.data[0] == '#';
}

/* "user=alice" as one word. 9.9p2 took it in again, which 9.9p1 had lost with the old splitting. */
static bool split_criterion(struct sshd_version version, struct slice *name,
			    struct slice *ret_argument)
{
	enum sshd_criterion_kind kind;
	size_t equals = slice_find_byte(*name, '=');
	bool is_first = version.release == SSHD_RELEASE(9, 9) &&
			slice_find(version.text, SLICE("9.9p1")) < version.text.size;
	if (version.release < SSHD_RELEASE(9, 9) || is_first || equals == name->size)
		return false;
	struct slice word = slice_part(*name, 0, equals);
	if (!find_criterion(version, word, &kind) || kind == SSHD_CRITERION_ALL ||
	    kind == SSHD_CRITERION_INVALID_USER)
		return false;
	*ret_argument = slice_from(*name, equals + 1);
	*name = word;
	return true;
}

/* Reads the argument of CRITERION; an error text when sshd refuses it. */
static const char *read_criterion(struct parser *parser, struct slice argument,
				  struct sshd_criterion *criterion)
{
	if (!argument.size || is_comment(argument))
		return "a Match criterion has no value";
	criterion->argument = argument;
	if (criterion->kind == SSHD_CRITERION_ADDRESS ||
	    criterion->kind == SSHD_CRITERION_LOCAL_ADDRESS)
		return read_networks(parser, criterion);
	if (criterion->kind == SSHD_CRITERION_LOCAL_PORT) {
		criterion->port = sshd_parse_port(argument, parser->services);
		if (criterion->port < 0)
			return "the LocalPort of a Match is no port";
	}
	return NULL;
}

/* The criteria of a Match line (match_cfg_line in servconf.c). */
static const char *read_criteria(struct parser *parser, struct match_words *from,
				 struct sshd_match_line *match)
{
	struct sshd_criterion *criteria = NULL;
	size_t capacity = 0;
	struct slice name, extra;
	while (next_match_word(from, &name) && name.size) {
		struct sshd_criterion criterion = { .argument = SLICE("") };
		if (is_comment(name)) {
			*from = (struct match_words){ .cursor = NULL };
			break;
		}
		struct slice argument = SLICE("");
		bool is_joined = split_criterion(parser->version, &name, &argument);
		if (!find_criterion(parser->version, name, &criterion.kind))
			return "sshd knows no such Match criterion";
		if (criterion.kind == SSHD_CRITERION_ALL) {
			bool more = next_match_word(from, &extra) && extra.size;
			if (match->count || (more && !is_comment(extra)))
				return "\"all\" must stand alone after Match";
			if (more)
				*from = (struct match_words){ .cursor = NULL };
		} else if (criterion.kind != SSHD_CRITERION_INVALID_USER) {
			if (!is_joined && !next_match_word(from, &argument))
				argument = SLICE("");
			const char *error = read_criterion(parser, argument, &criterion);
			if (error)
				return error;
		}
		struct sshd_criterion *grown = arena_grow(parser->arena, criteria, match->count,
							  &capacity, sizeof(*criteria));
		if (!grown) {
			parser->memory_failed = true;
			return NULL;
		}
		criteria = grown;
		criteria[match->count++] = criterion;
		match->criteria = criteria;
		if (criterion.kind == SSHD_CRITERION_ALL)
			return NULL;
	}
	return match->count ? NULL : "Match needs a criterion";
}

static void parse_match(struct parser *parser, struct sshd_line *line)
{
	struct sshd_match_line *match = ARENA_NEW(parser->arena, struct sshd_match_line);
	struct match_words from = { .cursor = NULL };
	if (parser->version.release >= SSHD_RELEASE(9, 9) && line->word_count) {
		from.words = line->words;
		from.left = line->word_count;
	} else {
		from.cursor = slice_to_string(parser->arena, line->rest);
	}
	if (!match || (!from.words && !from.cursor)) {
		parser->memory_failed = true;
		return;
	}
	match->error = read_criteria(parser, &from, match);
	match->has_extra = from.left > 0 || (from.cursor && *from.cursor);
	line->match = match;
}

static void split_arguments(struct parser *parser, struct sshd_line *line)
{
	bool memory_failed = false;
	if (splits_like_a_shell(parser->version)) {
		if (!sshd_split_words(parser->arena, line->rest, &line->words, &line->word_count,
				      &memory_failed))
			line->error = "a quote is not closed";
		parser->memory_failed = parser->memory_failed || memory_failed;
		return;
	}
	/* SetEnv's arguments hold '='. */
	bool split_equals = !line->keyword || line->keyword->action != SSHD_ACTION_SET ||
			    line->keyword->setting != SSHD_SET_ENV;
	split_delimited(parser, line, split_equals);
}

/* One line, a NUL-terminated copy that may be changed. NUMBER and ORIGIN tell where it stood. */
static void parse_line(struct parser *parser, char *text, uint32_t number, struct origin origin)
{
	size_t size = strlen(text);
	/* The first byte stays, whatever it is. */
	while (size > 1 && (is_white(text[size - 1]) || text[size - 1] == '\f'))
		text[--size] = '\0';
	char *rest = text;
	char *keyword = next_delimited(&rest, true);
	if (keyword && !*keyword)
		keyword = next_delimited(&rest, true);
	if (!keyword || !*keyword || *keyword == '#')
		return;
	struct sshd_line line = {
		.number = number,
		.origin = origin,
		.name = slice_of(keyword),
		.rest = slice_of(rest),
	};
	line.keyword = sshd_find_keyword(parser->version, line.name);
	if (!line.rest.size && splits_like_a_shell(parser->version))
		line.error = "nothing stands after the keyword";
	else
		split_arguments(parser, &line);
	if (line.keyword && line.keyword->action == SSHD_ACTION_MATCH && !line.error)
		parse_match(parser, &line);
	if (parser->file->count < parser->capacity)
		parser->file->lines[parser->file->count++] = line;
}

/* Appends one physical line to TO as sshd loads it: blanks before it dropped, all from a NUL byte
 * on dropped, its end of line included unless a NUL came first. Returns the new end. */
static char *load_line(struct slice line, bool ended, bool cut_comments, char *to)
{
	size_t first = 0;
	while (first < line.size &&
	       (line.data[first] == ' ' || line.data[first] == '\t' || line.data[first] == '\r'))
		first++;
	/* Before 8.7 a '#' cut the line before its blanks were looked at; the result is the same.
	 */
	size_t end = slice_find_byte(line, '\0');
	bool has_nul = end < line.size;
	if (cut_comments) {
		size_t hash = slice_find_byte(slice_part(line, 0, end), '#');
		if (hash < end) {
			end = hash;
			has_nul = false;
		}
	}
	if (first < end) {
		memcpy(to, line.data + first, end - first);
		to += end - first;
	}
	if (ended && !has_nul)
		*to++ = '\n';
	return to;
}

/* Lines that may say something: neither blank nor a comment from their beginning. */
static size_t count_lines(struct slice text)
{
	size_t count = 0;
	struct slice line;
	while (slice_next_line(&text, &line)) {
		size_t first = 0;
		while (first < line.size && is_white(line.data[first]))
			first++;
		count += first < line.size && line.data[first] != '#';
	}
	return count;
}

struct sshd_file *sshd_parse_file(struct arena *arena, struct sshd_version version,
				  struct slice services, const struct source *source)
{
	struct sshd_file *file = ARENA_NEW(arena, struct sshd_file);
	char *text = arena_allocate(arena, source->bytes.size + 1);
	if (!file || !text)
		return NULL;
	size_t capacity = count_lines(source->bytes);
	file->lines = ARENA_ARRAY(arena, capacity, struct sshd_line);
	if (!file->lines)
		return NULL;
	file->source = source;
	struct parser parser = {
		.arena = arena,
		.version = version,
		.services = services,
		.source = source,
		.file = file,
		.capacity = capacity,
	};
	bool cut_comments = !splits_like_a_shell(version);
	struct slice rest = source->bytes, line;
	uint32_t number = 1;
	char *begin = text, *end = text;
	/* Where the line that is being put together starts in the file. */
	const char *first = rest.data;
	while (slice_next_line(&rest, &line)) {
		if (begin == end)
			first = line.data;
		bool ended = line.data + line.size < source->bytes.data + source->bytes.size;
		end = load_line(line, ended, cut_comments, end);
		if (end > begin && end[-1] == '\n') {
			end[-1] = '\0';
		} else if (!rest.size) {
			*end = '\0';
		} else {
			continue;
		}
		size_t offset = (size_t)(first - source->bytes.data);
		struct origin origin = {
			.source = source,
			.first = offset,
			.end = (size_t)(line.data + line.size - source->bytes.data),
		};
		parse_line(&parser, begin, number++, origin);
		if (parser.memory_failed)
			return NULL;
		begin = end;
	}
	return file;
}
