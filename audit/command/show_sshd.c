/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence show sshd`: the settings that sshd would use, as `sshd -T` prints them, from files
 * alone. What a file includes, and the accounts and host names that it depends on, are looked for
 * below --root; accounts, hosts(5) and services(5) are this host's where the folder has none.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <net/if.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/base/arena.h"
#include "audit/command/commands.h"
#include "audit/sshd/sshd_model.h"
#include "audit/sshd/sshd_values.h"
#include "audit/target/target.h"

/* A configuration is small; what needs more is an attack on us. */
#define SHOW_MEMORY_BYTES ((size_t)512 * 1024 * 1024)
#define SHOW_TIMEOUT_MS 10000
/* Most groups of one account that are looked at. */
#define GROUPS_MAX 1024

struct show_options {
	bool json;
	const char *root;
	const char *openssh;
	struct option_values connection;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, for programs (there is no other form yet)",
		.offset = offsetof(struct show_options, json),
	},
	{
		.name = "root",
		.kind = OPTION_TEXT,
		.argument = "DIR",
		.help = "look for included files below DIR instead of /",
		.offset = offsetof(struct show_options, root),
		.completion = COMPLETE_FOLDER,
	},
	{
		.name = "openssh",
		.kind = OPTION_TEXT,
		.argument = "VERSION",
		.help = "the version to evaluate for: \"8.0\" (as Debian builds it), "
			"\"8.7p1-34.el9\", \"9.6 upstream\"",
		.offset = offsetof(struct show_options, openssh),
	},
	{
		.letter = 'C',
		.kind = OPTION_LIST,
		.argument = "SPEC",
		.help = "for this connection: user=U,addr=A,host=H,laddr=L,lport=P,rdomain=R",
		.offset = offsetof(struct show_options, connection),
	},
};

/* Everything of one run. */
struct show {
	struct arena *arena;
	const struct loader *loader;
	/* "" where there is no --root. */
	const char *root;
	struct sshd_request request;
	struct sshd_connection connection;
	struct slice groups[GROUPS_MAX];
	struct error error;
};

/* The bytes of PATH on this machine; false with *ERROR. */
static bool read_here(struct arena *arena, const char *path, struct source **ret_source,
		      struct error *error)
{
	BUFFER_AUTO bytes = { 0 };
	struct stat status;
	ssize_t got = -1;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &status) < 0)
		goto failed;
	while (bytes.size <= TARGET_FILE_BYTES_MAX) {
		char *room = buffer_reserve(&bytes, 65536);
		if (!room) {
			close(fd);
			return error_memory(error);
		}
		got = read(fd, room, 65536);
		/* A folder reads as an empty file, as with sshd. */
		if (got < 0 && errno == EISDIR)
			got = 0;
		if (got <= 0)
			break;
		buffer_commit(&bytes, (size_t)got);
	}
	if (got < 0)
		goto failed;
	close(fd);
	if (bytes.size > TARGET_FILE_BYTES_MAX)
		return error_set_at(error, ERROR_LIMIT, path, 0, "the file is too large");
	struct source *source = ARENA_NEW(arena, struct source);
	const char *copy = slice_to_string(arena, buffer_slice(&bytes));
	const char *name = slice_to_string(arena, slice_of(path));
	if (!source || !copy || !name)
		return error_memory(error);
	*source = (struct source){
		.path = name,
		.bytes = { .data = copy, .size = bytes.size },
		.owner = status.st_uid,
		.group = status.st_gid,
		.mode = status.st_mode & 07777,
		.modified = status.st_mtime,
	};
	*ret_source = source;
	return true;
failed:
	error_set_at(error, ERROR_INPUT, path, 0, "%s", error_errno_text(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

/* A file of the target, or this machine's where it has none; empty where neither has it. */
static struct slice read_either(struct show *show, const char *path)
{
	const struct source *source;
	const struct unread *unread;
	struct source *here = NULL;
	struct error error;
	if (loader_read(show->loader, path, &source, &unread) == LOAD_FOUND)
		return source->bytes;
	if (show->root[0] && read_here(show->arena, path, &here, &error) && here)
		return here->bytes;
	return SLICE("");
}

static void take_field(struct slice *line, struct slice *ret_field)
{
	if (!slice_next_field(line, ':', ret_field))
		*ret_field = SLICE("");
}

/* The home folders of passwd(5), for "~name". */
static bool read_homes(struct show *show, struct slice passwd)
{
	struct slice rest = passwd, line;
	struct sshd_home *homes = NULL;
	size_t count = 0, capacity = 0;
	while (slice_next_line(&rest, &line)) {
		struct slice fields[6];
		for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
			take_field(&line, &fields[i]);
		struct sshd_home *grown =
			arena_grow(show->arena, homes, count, &capacity, sizeof(*homes));
		if (!grown)
			return error_memory(&show->error);
		homes = grown;
		homes[count++] = (struct sshd_home){ .name = fields[0], .home = fields[5] };
	}
	show->request.facts.homes = homes;
	show->request.facts.home_count = count;
	return true;
}

/* The primary group's number of USER in passwd(5), as text; empty when there is no such user. */
static struct slice primary_group(struct slice passwd, struct slice user)
{
	struct slice line;
	while (slice_next_line(&passwd, &line)) {
		struct slice name, skipped, gid;
		take_field(&line, &name);
		take_field(&line, &skipped);
		take_field(&line, &skipped);
		take_field(&line, &gid);
		if (slice_equal(name, user))
			return gid;
	}
	return SLICE("");
}

static bool is_member(struct slice members, struct slice user)
{
	struct slice member;
	while (slice_next_field(&members, ',', &member))
		if (slice_equal(member, user))
			return true;
	return false;
}

static void read_groups(struct show *show, struct slice passwd, struct slice groups)
{
	struct sshd_connection *connection = &show->connection;
	struct slice gid = primary_group(passwd, connection->user), line;
	connection->groups = show->groups;
	if (!gid.size)
		return;
	while (slice_next_line(&groups, &line) && connection->group_count < GROUPS_MAX) {
		struct slice name, skipped, number, members;
		take_field(&line, &name);
		take_field(&line, &skipped);
		take_field(&line, &number);
		take_field(&line, &members);
		if (slice_equal(number, gid) || is_member(slice_trim(members), connection->user))
			show->groups[connection->group_count++] = name;
	}
}

/* One word of -C; false when sshd does not know it. */
static bool read_spec_word(struct sshd_connection *connection, struct slice word,
			   struct slice services)
{
	static const struct {
		const char *name;
		size_t offset;
	} texts[] = {
		{ "addr=", offsetof(struct sshd_connection, address) },
		{ "host=", offsetof(struct sshd_connection, host) },
		{ "user=", offsetof(struct sshd_connection, user) },
		{ "laddr=", offsetof(struct sshd_connection, local_address) },
		{ "rdomain=", offsetof(struct sshd_connection, rdomain) },
	};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (!slice_starts_with(word, texts[i].name))
			continue;
		struct slice value = slice_from(word, strlen(texts[i].name));
		memcpy((char *)connection + texts[i].offset, &value, sizeof(value));
		return true;
	}
	if (slice_is(word, "invalid-user")) {
		connection->is_invalid_user = true;
		return true;
	}
	if (!slice_starts_with(word, "lport="))
		return false;
	connection->local_port = sshd_parse_port(slice_from(word, sizeof("lport=") - 1), services);
	return connection->local_port >= 0;
}

static bool read_spec(struct show *show, const struct option_values *values)
{
	for (size_t i = 0; i < values->count; i++) {
		struct slice rest = slice_of(values->items[i]), word;
		while (slice_next_field(&rest, ',', &word) && word.size)
			if (!read_spec_word(&show->connection, word, show->request.facts.services))
				return error_set(&show->error, ERROR_USAGE, "-C knows no \"%.*s\"",
						 SLICE_ARG(word));
	}
	return true;
}

static bool read_interfaces(struct show *show)
{
	struct if_nameindex *list = if_nameindex();
	size_t count = 0;
	while (list && list[count].if_index)
		count++;
	struct slice *names = ARENA_ARRAY(show->arena, count, struct slice);
	for (size_t i = 0; names && i < count; i++) {
		const char *copy = slice_to_string(show->arena, slice_of(list[i].if_name));
		if (!copy)
			names = NULL;
		else
			names[i] = slice_of(copy);
	}
	if (list)
		if_freenameindex(list);
	show->request.facts.interfaces = names;
	show->request.facts.interface_count = count;
	return names ? true : error_memory(&show->error);
}

/* What sshd asks the host for. */
static bool read_facts(struct show *show, const struct show_options *options)
{
	struct sshd_facts *facts = &show->request.facts;
	facts->version = sshd_version_default();
	if (options->openssh &&
	    !sshd_version_parse(slice_of(options->openssh), SSHD_DEBIAN, &facts->version))
		return error_set(&show->error, ERROR_USAGE, "\"%s\" is no version of OpenSSH",
				 options->openssh);
	char *folder = getcwd(NULL, 0);
	const char *copy = folder ? slice_to_string(show->arena, slice_of(folder)) : "/";
	free(folder);
	if (!copy)
		return error_memory(&show->error);
	facts->working_directory = slice_of(copy);
	facts->services = read_either(show, "/etc/services");
	facts->hosts = read_either(show, "/etc/hosts");
	struct slice passwd = read_either(show, "/etc/passwd");
	if (!read_interfaces(show) || !read_homes(show, passwd) ||
	    !read_spec(show, &options->connection))
		return false;
	if (show->connection.user.data)
		read_groups(show, passwd, read_either(show, "/etc/group"));
	return true;
}

static int append_chunk(const char *data, size_t size, void *out)
{
	buffer_append(out, data, size);
	return buffer_failed(out) ? -1 : 0;
}

/* Bytes as UTF-8: a run of bytes that are none becomes one U+FFFD. */
static json_t *json_text(struct slice slice)
{
	BUFFER_AUTO text = { 0 };
	bool bad_before = false;
	if (slice_is_utf8(slice))
		return json_stringn(slice.data ? slice.data : "", slice.size);
	for (size_t at = 0; at < slice.size;) {
		size_t size = 1;
		while (size < 4 && at + size <= slice.size &&
		       !slice_is_utf8(slice_part(slice, at, size)))
			size++;
		struct slice piece = slice_part(slice, at, size);
		if (piece.size == size && slice_is_utf8(piece)) {
			buffer_append_slice(&text, piece);
			bad_before = false;
			at += size;
			continue;
		}
		if (!bad_before)
			buffer_append_string(&text, "\xef\xbf\xbd");
		bad_before = true;
		at++;
	}
	struct slice clean = buffer_slice(&text);
	return json_stringn(clean.data, clean.size);
}

static bool write_json(json_t *root, struct buffer *out)
{
	bool good = root && json_dump_callback(root, append_chunk, out, JSON_INDENT(2)) == 0;
	json_decref(root);
	if (good)
		buffer_append_byte(out, '\n');
	return good;
}

static json_t *settings_json(const struct sshd_printed *lines, size_t count)
{
	json_t *settings = json_object();
	for (size_t i = 0; settings && i < count; i++) {
		json_t *values = json_object_get(settings, lines[i].name);
		if (!values) {
			values = json_array();
			if (json_object_set_new(settings, lines[i].name, values) < 0)
				break;
		}
		if (json_array_append_new(values, json_text(lines[i].value)) < 0)
			break;
	}
	return json_pack("{s:o}", "settings", settings);
}

/* The path of ORIGIN on this machine. */
static void append_path(const struct show *show, const struct source *main_source,
			struct origin origin, struct buffer *text)
{
	if (origin.source && origin.source != main_source)
		buffer_append_string(text, show->root);
	buffer_append_string(text, origin_path(origin));
}

static json_t *refusal_json(const struct show *show, const struct source *main_source,
			    const struct sshd_refusal *refusal)
{
	BUFFER_AUTO path = { 0 };
	append_path(show, main_source, refusal->origin, &path);
	json_t *file = refusal->origin.source ? json_text(buffer_slice(&path)) : json_null();
	json_t *line = refusal->line ? json_integer(refusal->line) : json_null();
	return json_pack("{s:{s:o,s:o,s:o}}", "error", "file", file, "line", line, "message",
			 json_text(slice_of(refusal->message)));
}

static int show_model(struct show *show, const struct source *source)
{
	struct sshd_options options;
	struct sshd_refusal refusal = { .message = NULL };
	BUFFER_AUTO out = { 0 };
	struct sshd_model *model = sshd_model_load_source(show->loader, &show->request, source);
	if (!model) {
		(void)error_memory(&show->error);
		return command_report_error(&show->error);
	}
	if (model->state == FACT_UNREADABLE) {
		error_set_at(&show->error, ERROR_READ, model->unread->what, 0, "%s",
			     model->unread->why);
		return command_report_error(&show->error);
	}
	if (model->is_refused)
		refusal = model->refusal;
	else if (!sshd_evaluate(show->arena, model, &show->connection, &options, &refusal))
		(void)error_memory(&show->error);
	if (refusal.message) {
		if (!write_json(refusal_json(show, source, &refusal), &out))
			(void)error_memory(&show->error);
		int status = command_print(&out);
		return status ? status : 2;
	}
	size_t count = 0;
	const struct sshd_printed *lines =
		show->error.kind ? NULL
				 : sshd_print(show->arena, model->facts.version, &options, &count);
	if (!lines || !write_json(settings_json(lines, count), &out)) {
		(void)error_memory(&show->error);
		return command_report_error(&show->error);
	}
	return command_print(&out);
}

static int show_file(struct show *show, const struct show_options *options, const char *path)
{
	struct source *source = NULL;
	if (!read_facts(show, options) || !read_here(show->arena, path, &source, &show->error))
		return command_report_error(&show->error);
	return show_model(show, source);
}

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct show_options options = { .json = false };
	struct option_positionals positionals;
	int status;
	if (!command_begin(command, argument_count, arguments, &options, &positionals, &status))
		return status;
	struct error error = { .kind = ERROR_NONE };
	if (positionals.count > 1) {
		error_set(&error, ERROR_USAGE, "one file at a time, please");
		return command_report_error(&error);
	}
	CLEANUP(arena_free_pointer) struct arena *arena = arena_new(SHOW_MEMORY_BYTES);
	struct show *show = arena ? ARENA_NEW(arena, struct show) : NULL;
	if (!show) {
		(void)error_memory(&error);
		return command_report_error(&error);
	}
	show->arena = arena;
	show->root = options.root ? options.root : "";
	const struct target_options target_options = { .probe_timeout_ms = SHOW_TIMEOUT_MS };
	struct target *target = target_open_directory(arena, options.root ? options.root : "/",
						      &target_options, &error);
	if (!target)
		return command_report_error(&error);
	show->loader = target_loader(target);
	status = show_file(show, &options,
			   positionals.count ? positionals.items[0] : SSHD_CONFIG_PATH);
	target_close(target);
	return status;
}

const struct command show_sshd_command = {
	.name = "show sshd",
	.arguments = "[FILE]",
	.about = "The settings that sshd would use, as `sshd -T` prints them",
	.description =
		"Reads FILE (default: /etc/ssh/sshd_config) as sshd would, with what it includes, "
		"and prints every setting in force; nothing of this host's sshd is asked. With -C, "
		"the settings for one connection.\n"
		"Where sshd would refuse the file, the place and the reason are printed and the "
		"exit code is 2.",
	.examples = "ringfence show sshd --json\tthis host's settings\n"
		    "ringfence show sshd --json --root /mnt/image "
		    "/mnt/image/etc/ssh/sshd_config\tthose of a mounted image\n"
		    "ringfence show sshd --json -C "
		    "user=root,addr=203.0.113.9,host=h,laddr=192.0.2.1,lport=22\tfor root from "
		    "outside\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
