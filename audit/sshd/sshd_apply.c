/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_apply.h"

#include <limits.h>
#include <stdarg.h>

#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/sshd/sshd_values.h"

void sshd_refuse(struct sshd_run *run, const struct sshd_line *line, const char *format, ...)
{
	if (run->is_refused)
		return;
	BUFFER_AUTO text = { 0 };
	va_list arguments;
	va_start(arguments, format);
	buffer_format_list(&text, format, arguments);
	va_end(arguments);
	const char *message = buffer_keep(&text, run->arena);
	if (!message)
		run->memory_failed = true;
	run->is_refused = true;
	run->refusal = (struct sshd_refusal){
		.origin = line ? line->origin : ORIGIN_NONE,
		.line = line ? line->number : 0,
		.message = message ? message : "",
	};
}

bool sshd_next_argument(struct sshd_arguments *arguments, struct slice *ret_word)
{
	if (arguments->next >= arguments->line->word_count)
		return false;
	*ret_word = arguments->line->words[arguments->next++];
	return true;
}

bool sshd_need_argument(struct sshd_arguments *arguments, struct slice *ret_word)
{
	if (sshd_next_argument(arguments, ret_word) && ret_word->size)
		return true;
	sshd_refuse(arguments->run, arguments->line, "%s has no value", arguments->row->name);
	return false;
}

void sshd_mark_set(struct sshd_arguments *arguments)
{
	if (!arguments->setting->is_set)
		arguments->setting->origin = arguments->line->origin;
	arguments->setting->is_set = true;
}

static void set_number(struct sshd_arguments *arguments, int64_t number)
{
	if (!arguments->active || arguments->setting->is_set)
		return;
	arguments->setting->numbers[0] = number;
	sshd_mark_set(arguments);
}

static void set_text(struct sshd_arguments *arguments, struct slice text)
{
	if (!arguments->active || arguments->setting->is_set)
		return;
	arguments->setting->text = text;
	sshd_mark_set(arguments);
}

static struct slice home_of(const struct sshd_facts *facts, struct slice name)
{
	for (size_t i = 0; i < facts->home_count; i++)
		if (slice_equal(facts->homes[i].name, name))
			return facts->homes[i].home;
	return slice_is(name, "root") ? SLICE("/root") : (struct slice){ .data = NULL };
}

/* FIRST, a '/' unless one is there, and SECOND. */
static bool join_path(struct sshd_run *run, struct slice first, struct slice second,
		      struct slice *ret_path)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, first);
	if (!slice_ends_with(first, "/"))
		buffer_append_byte(&text, '/');
	buffer_append_slice(&text, second);
	const char *path = buffer_keep(&text, run->arena);
	if (!path) {
		run->memory_failed = true;
		return false;
	}
	*ret_path = (struct slice){ .data = path, .size = text.size };
	return true;
}

bool sshd_expand_tilde(struct sshd_arguments *arguments, struct slice path, struct slice *ret_path)
{
	if (!path.size || path.data[0] != '~') {
		*ret_path = path;
		return true;
	}
	size_t slash = slice_find_byte(path, '/');
	struct slice name = slice_part(path, 1, slash - 1);
	struct slice rest = slice_from(path, slash);
	while (rest.size && rest.data[0] == '/')
		rest = slice_from(rest, 1);
	struct slice home = home_of(arguments->run->facts, name.size ? name : SLICE("root"));
	if (!home.data) {
		/* sshd ends without a word of where. */
		sshd_refuse(arguments->run, NULL, "~%.*s is nobody's home", SLICE_ARG(name));
		return false;
	}
	return join_path(arguments->run, home, rest, ret_path);
}

bool sshd_absolute_path(struct sshd_arguments *arguments, struct slice path, struct slice *ret_path)
{
	struct slice expanded;
	if (slice_is_ignore_case(path, "none")) {
		*ret_path = SLICE("none");
		return true;
	}
	if (!sshd_expand_tilde(arguments, path, &expanded))
		return false;
	if (expanded.size && expanded.data[0] == '/') {
		*ret_path = expanded;
		return true;
	}
	/* getcwd(3), '/', and the path: "//x" where the daemon runs in "/". */
	BUFFER_AUTO text = { 0 };
	buffer_append_slice(&text, arguments->run->facts->working_directory);
	buffer_append_byte(&text, '/');
	buffer_append_slice(&text, expanded);
	const char *whole = buffer_keep(&text, arguments->run->arena);
	if (!whole) {
		arguments->run->memory_failed = true;
		return false;
	}
	*ret_path = (struct slice){ .data = whole, .size = text.size };
	return true;
}

static void apply_choice(struct sshd_arguments *arguments)
{
	struct slice word;
	struct sshd_version version = arguments->run->facts->version;
	/* Before 7.7, yes and no were compared with regard to case. */
	bool is_flag = slice_is(slice_of(arguments->row->choices[0].word), "yes") &&
		       slice_is(slice_of(arguments->row->choices[1].word), "no") &&
		       !arguments->row->choices[2].word;
	bool exact = arguments->row->kind == SSHD_KIND_EXACT_CHOICE ||
		     (is_flag && version.release < SSHD_RELEASE(7, 7));
	if (!sshd_need_argument(arguments, &word))
		return;
	for (const struct sshd_choice *choice = arguments->row->choices; choice->word; choice++)
		if (exact ? slice_is(word, choice->word)
			  : slice_is_ignore_case(word, choice->word)) {
			set_number(arguments, choice->value);
			return;
		}
	sshd_refuse(arguments->run, arguments->line, "%s takes no \"%.*s\"", arguments->row->name,
		    SLICE_ARG(word));
}

static void apply_integer(struct sshd_arguments *arguments)
{
	struct slice word = SLICE("");
	int64_t number = 0;
	(void)sshd_next_argument(arguments, &word);
	if (arguments->run->facts->version.release < SSHD_RELEASE(7, 7)) {
		/* atoi(3) */
		struct slice rest = word;
		if (!word.size) {
			sshd_refuse(arguments->run, arguments->line, "%s has no value",
				    arguments->row->name);
			return;
		}
		if (sshd_take_long(&rest, 10, &number))
			number = (int32_t)number;
	} else if (!sshd_parse_number(word, 0, INT_MAX, &number)) {
		sshd_refuse(arguments->run, arguments->line, "%s needs a number, not \"%.*s\"",
			    arguments->row->name, SLICE_ARG(word));
		return;
	}
	set_number(arguments, number);
}

static void apply_time(struct sshd_arguments *arguments)
{
	struct slice word;
	if (!sshd_need_argument(arguments, &word))
		return;
	int64_t seconds = sshd_parse_time(arguments->run->facts->version, word);
	if (seconds < 0) {
		sshd_refuse(arguments->run, arguments->line, "%s needs a time, not \"%.*s\"",
			    arguments->row->name, SLICE_ARG(word));
		return;
	}
	set_number(arguments, seconds);
}

static void apply_path(struct sshd_arguments *arguments)
{
	struct slice word, path;
	if (!sshd_need_argument(arguments, &word) || !arguments->active ||
	    arguments->setting->is_set)
		return;
	if (sshd_absolute_path(arguments, word, &path))
		set_text(arguments, path);
}

static void apply_word(struct sshd_arguments *arguments)
{
	struct slice word;
	if (sshd_need_argument(arguments, &word))
		set_text(arguments, word);
}

/* What follows the keyword, without the blanks before it. */
static struct slice rest_of_line(const struct sshd_line *line)
{
	struct slice rest = line->rest;
	while (rest.size && strchr(" \t\r\n", rest.data[0]))
		rest = slice_from(rest, 1);
	return rest;
}

static void apply_rest(struct sshd_arguments *arguments)
{
	struct slice rest = rest_of_line(arguments->line);
	if (!arguments->line->rest.size) {
		sshd_refuse(arguments->run, arguments->line, "%s has no value",
			    arguments->row->name);
		return;
	}
	if (arguments->id == SSHD_VERSION_ADDENDUM && slice_find_byte(rest, '\r') < rest.size) {
		sshd_refuse(arguments->run, arguments->line,
			    "versionaddendum holds a carriage return");
		return;
	}
	set_text(arguments, rest);
	arguments->next = arguments->line->word_count;
}

static void apply_command(struct sshd_arguments *arguments)
{
	struct slice rest = rest_of_line(arguments->line);
	if (!slice_starts_with(rest, "/") && !slice_is_ignore_case(rest, "none")) {
		sshd_refuse(arguments->run, arguments->line, "%s must be an absolute path",
			    arguments->row->name);
		return;
	}
	arguments->next = arguments->line->word_count;
	/* Up to 9.3 both commands looked at the first one only: AuthorizedPrincipalsCommand was
	 * dropped after an AuthorizedKeysCommand, and its last line won otherwise. */
	if (arguments->run->facts->version.release < SSHD_RELEASE(9, 4) &&
	    arguments->id == SSHD_AUTHORIZED_PRINCIPALS_COMMAND) {
		if (!arguments->active ||
		    arguments->run->options->settings[SSHD_AUTHORIZED_KEYS_COMMAND].is_set)
			return;
		arguments->setting->is_set = false;
	}
	set_text(arguments, rest);
}

static void apply_algorithms(struct sshd_arguments *arguments)
{
	struct slice word;
	if (!sshd_need_argument(arguments, &word))
		return;
	if (!sshd_algorithms_are_valid(arguments->run->facts->version, arguments->row->algorithms,
				       word)) {
		sshd_refuse(arguments->run, arguments->line,
			    "%s names an algorithm that sshd does not know: \"%.*s\"",
			    arguments->row->name, SLICE_ARG(word));
		return;
	}
	set_text(arguments, word);
}

static void apply_by_kind(struct sshd_arguments *arguments)
{
	switch (arguments->row->kind) {
	case SSHD_KIND_CHOICE:
	case SSHD_KIND_EXACT_CHOICE:
		apply_choice(arguments);
		break;
	case SSHD_KIND_INTEGER:
		apply_integer(arguments);
		break;
	case SSHD_KIND_TIME:
		apply_time(arguments);
		break;
	case SSHD_KIND_PATH:
		apply_path(arguments);
		break;
	case SSHD_KIND_WORD:
		apply_word(arguments);
		break;
	case SSHD_KIND_REST:
		apply_rest(arguments);
		break;
	case SSHD_KIND_COMMAND:
		apply_command(arguments);
		break;
	case SSHD_KIND_ALGORITHMS:
		apply_algorithms(arguments);
		break;
	case SSHD_KIND_LIST:
		sshd_apply_list(arguments);
		break;
	case SSHD_KIND_FIRST_LINE:
		sshd_apply_first_line(arguments);
		break;
	case SSHD_KIND_OWN:
		sshd_apply_own(arguments);
		break;
	}
}

void sshd_apply_line(struct sshd_run *run, const struct sshd_line *line, bool active)
{
	enum sshd_setting_id id = line->keyword->setting;
	struct sshd_arguments arguments = {
		.run = run,
		.line = line,
		.setting = &run->options->settings[id],
		.row = sshd_setting_row(id),
		.id = id,
		.active = active,
	};
	apply_by_kind(&arguments);
	if (arguments.next < line->word_count)
		sshd_refuse(run, line, "\"%.*s\" follows the value of %s",
			    SLICE_ARG(line->words[arguments.next]), arguments.row->name);
}
