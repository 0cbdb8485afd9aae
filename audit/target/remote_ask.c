/* SPDX-License-Identifier: Apache-2.0
 *
 * An answer is a line "@N found ...", "@N absent" or "@N unreadable WHY"; where bytes belong to it,
 * a line "#SIZE" follows, then just so many bytes and a newline. The size is told first and kept to
 * whatever happens to the file meanwhile, so that the stream of answers can't lose its place.
 */
#include "audit/target/remote_ask.h"

/* What all rounds begin with. A file that shrank meanwhile is filled up with NUL bytes, which
 * no configuration has. */
static const char prelude[] =
	"LC_ALL=C LANG=C; export LC_ALL LANG\n"
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; export PATH\n"
	"no() { case $1 in\n"
	"*'o such file'*|*'ot a directory'*) echo \"@$n absent\";;\n"
	"*'ermission denied'*) echo \"@$n unreadable permission\";;\n"
	"*'levels of symbolic'*) echo \"@$n unreadable loop\";;\n"
	"*) echo \"@$n unreadable other\";; esac; }\n"
	"F='%u %g %a %s %Y %F'; u=`id -u`\n"
	/* For root, a path that the shell itself can't see is not there, and no program is started
	 * to say so: most of what is asked for is absent, and a fork costs more than all else. */
	"e() { [ \"$u\" = 0 ] && [ ! -e \"$1\" ] && [ ! -h \"$1\" ] && echo \"@$n absent\"; }\n"
	"s() { e \"$1\" && return; if v=`stat -L -c \"$F\" \"$1\" 2>&1`; "
	"then echo \"@$n found $v\"; else no \"$v\"; fi; }\n"
	"k() { e \"$1\" && return; if v=`stat -c \"$F\" \"$1\" 2>&1`; "
	"then echo \"@$n found $v\"; else no \"$v\"; fi; }\n"
	"r() { e \"$2\" && return; f=$2; v=`stat -L -c \"$F\" \"$f\" 2>&1` || { no \"$v\"; return; "
	"}\n"
	"case $v in *' regular'*) ;; *) echo \"@$n unreadable kind\"; return;; esac\n"
	"[ -r \"$f\" ] || { echo \"@$n unreadable permission\"; return; }\n"
	"set -- $1 $v; c=$5; [ $c -le $1 ] || c=$1\n"
	"echo \"@$n found $v\"; echo \"#$c\"\n"
	"[ $c = 0 ] || cat \"$f\" /dev/zero 2>/dev/null | head -c $c\n"
	"echo; }\n"
	"l() { e \"$1\" && return; v=`ls -1a \"$1\" 2>&1` || { no \"$v\"; return; }\n"
	"[ -d \"$1\" ] || { echo \"@$n absent\"; return; }\n"
	"echo \"@$n found\"; echo \"#${#v}\"; printf '%s\\n' \"$v\"; }\n"
	"p() { m=$1; shift; command -v \"$1\" >/dev/null 2>&1 || { echo \"@$n absent\"; return; }\n"
	"if [ $m = both ]; then v=`\"$@\" 2>&1 </dev/null`; else v=`\"$@\" 2>/dev/null "
	"</dev/null`; fi\n"
	"x=$?; [ $x = 0 ] || w=`\"$@\" 2>&1 >/dev/null </dev/null | head -n 1`\n"
	"[ $x = 0 ] && w=; echo \"@$n found $x $w\"; echo \"#${#v}\"; printf '%s\\n' \"$v\"; }\n";

static void append_quoted(struct buffer *out, const char *text)
{
	buffer_append_string(out, " '");
	for (; *text; text++) {
		if (*text == '\'')
			buffer_append_string(out, "'\\''");
		else
			buffer_append_byte(out, *text);
	}
	buffer_append_byte(out, '\'');
}

static void ask_probe(const char *name, struct buffer *out)
{
	const struct probe *probe = probe_find(name);
	if (!probe)
		return;
	buffer_append_string(out, probe->with_error_output ? "p both" : "p out");
	for (size_t i = 0; probe->arguments[i]; i++)
		append_quoted(out, probe->arguments[i]);
}

void remote_ask_write(const struct record_set *questions, size_t first, struct buffer *out)
{
	static const char *const functions[QUESTION_KINDS] = {
		[QUESTION_READ] = "r", [QUESTION_OPEN] = "r",        [QUESTION_STATUS] = "s",
		[QUESTION_LIST] = "l", [QUESTION_LINK_STATUS] = "k",
	};
	buffer_append_string(out, prelude);
	for (size_t i = first; i < questions->count; i++) {
		const struct record *record = questions->items[i];
		buffer_format(out, "n=%zu; ", i);
		if (record->question == QUESTION_PROBE) {
			ask_probe(record->key, out);
		} else {
			buffer_append_string(out, functions[record->question]);
			if (record->question == QUESTION_READ)
				buffer_format(out, " %zu", TARGET_FILE_BYTES_MAX);
			if (record->question == QUESTION_OPEN)
				buffer_format(out, " %zu", REMOTE_STREAM_BYTES_MAX);
			append_quoted(out, record->key);
		}
		buffer_append_byte(out, '\n');
	}
	buffer_append_string(out, "echo @end\n");
}

static void set_trouble(struct record *record, const char *why, const char *to_read_it)
{
	record->status = LOAD_UNREADABLE;
	record->trouble.problem = (struct load_problem){ why, to_read_it };
}

static void set_reason(struct record *record, struct slice reason)
{
	if (slice_is(reason, "permission"))
		set_trouble(record, "permission denied",
			    "log in as root, or as a user who may sudo without a password");
	else if (slice_is(reason, "loop"))
		set_trouble(record, "symbolic links that lead round in a circle", "mend the link");
	else if (slice_is(reason, "kind"))
		set_trouble(record, "not a regular file", "");
	else
		set_trouble(record, "it could not be read", "");
}

/* The words of `stat -c %F`, of GNU and of busybox. */
static enum file_kind kind_of(struct slice words)
{
	if (slice_starts_with(words, "regular"))
		return FILE_REGULAR;
	if (slice_is(words, "directory"))
		return FILE_DIRECTORY;
	if (slice_is(words, "symbolic link"))
		return FILE_LINK;
	return slice_is(words, "socket") ? FILE_SOCKET : FILE_OTHER;
}

static bool read_file(struct slice text, struct file_status *ret_file)
{
	struct slice words[5];
	uint64_t owner, group;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!slice_next_word(&text, &words[i]))
			return false;
	if (!slice_to_uint64(words[0], &owner) || owner > UINT32_MAX ||
	    !slice_to_uint64(words[1], &group) || group > UINT32_MAX ||
	    !slice_to_uint64(words[3], &ret_file->size_bytes) ||
	    !slice_to_int64(words[4], &ret_file->modified) ||
	    !slice_to_octal(words[2], MODE_DIGITS_MAX, &ret_file->mode))
		return false;
	ret_file->owner = (uint32_t)owner;
	ret_file->group = (uint32_t)group;
	ret_file->kind = kind_of(slice_trim(text));
	return true;
}

static bool read_names(struct record *record, struct slice bytes, struct arena *arena)
{
	size_t capacity = 0;
	struct slice line;
	while (slice_next_line(&bytes, &line)) {
		if (line.size == 0 || slice_is(line, ".") || slice_is(line, "..") ||
		    slice_find_byte(line, '/') < line.size || memchr(line.data, '\0', line.size))
			continue;
		if (record->names.count == CAREFUL_NAMES_MAX) {
			record->names.is_cut = true;
			return true;
		}
		char **names = arena_grow(arena, record->names.names, record->names.count,
					  &capacity, sizeof(*names));
		char *name = names ? slice_to_string(arena, line) : NULL;
		if (!name)
			return false;
		record->names.names = names;
		record->names.names[record->names.count++] = name;
	}
	return true;
}

/* A command's exit status counts as the local target counts it. */
static bool read_probe(struct record *record, struct slice head, struct slice bytes,
		       struct arena *arena)
{
	const struct probe *probe = probe_find(record->key);
	struct slice status;
	if (!slice_next_word(&head, &status))
		status = SLICE("1");
	record->bytes = bytes;
	record->is_cut = bytes.size > TARGET_FILE_BYTES_MAX;
	record->bytes = slice_part(bytes, 0, TARGET_FILE_BYTES_MAX);
	if (slice_is(status, "0") || (probe && probe->may_fail))
		return true;
	char *said = slice_to_string(arena, slice_part(slice_trim(head), 0, 200));
	if (!said)
		return false;
	set_trouble(record, *said ? said : "its command failed and said nothing",
		    "log in as root, or as a user who may sudo without a password");
	return true;
}

/* Without its program most facts are positively absent; what every kernel has is merely not told.
 */
static void set_absent(struct record *record)
{
	const struct probe *probe =
		record->question == QUESTION_PROBE ? probe_find(record->key) : NULL;
	record->status = LOAD_ABSENT;
	if (probe && probe->is_kernel_made && !probe->is_optional)
		set_trouble(record, "the host has not the command that tells it",
			    "install iproute2 and procps there");
}

static bool read_found(struct record *record, struct slice head, struct slice bytes,
		       struct arena *arena)
{
	record->status = LOAD_FOUND;
	if (record->question == QUESTION_PROBE)
		return read_probe(record, head, bytes, arena);
	if (record->question == QUESTION_LIST)
		return read_names(record, bytes, arena);
	if (!read_file(head, &record->file)) {
		set_trouble(record, "stat on the host says what this program can't read", "");
		return true;
	}
	if (question_has_bytes(record->question)) {
		record->bytes = bytes;
		record->is_cut = record->file.size_bytes > bytes.size;
	}
	return true;
}

/* The bytes after a line "#SIZE". False: the stream ends before them. */
static bool take_bytes(struct slice *rest, struct slice *ret_bytes)
{
	struct slice line;
	uint64_t size;
	struct slice after = *rest;
	if (!slice_next_line(&after, &line) || !slice_starts_with(line, "#") ||
	    !slice_to_uint64(slice_from(line, 1), &size) || size >= after.size)
		return false;
	*ret_bytes = slice_part(after, 0, (size_t)size);
	*rest = slice_from(after, (size_t)size + 1);
	return true;
}

static bool has_bytes(const struct record *record)
{
	return question_has_bytes(record->question) || record->question == QUESTION_LIST;
}

bool remote_ask_read(struct record_set *questions, size_t first, struct slice answer,
		     const char *why)
{
	struct slice rest = answer, line, word, number;
	for (size_t i = first; i < questions->count; i++)
		set_trouble(questions->items[i], why, "");
	while (slice_next_line(&rest, &line)) {
		uint64_t index;
		/* Whatever a login script prints is not ours. */
		if (!slice_starts_with(line, "@") || !slice_next_word(&line, &number) ||
		    !slice_to_uint64(slice_from(number, 1), &index) || index < first ||
		    index >= questions->count || !slice_next_word(&line, &word))
			continue;
		struct record *record = questions->items[index];
		struct slice bytes = SLICE("");
		if (slice_is(word, "absent")) {
			set_absent(record);
		} else if (slice_is(word, "unreadable")) {
			set_reason(record, slice_trim(line));
		} else if (slice_is(word, "found")) {
			if (has_bytes(record) && !take_bytes(&rest, &bytes))
				return true;
			if (!read_found(record, line, bytes, questions->arena))
				return false;
		}
	}
	return true;
}
