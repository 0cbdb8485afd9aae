/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence show asterisk`: a configuration folder as Asterisk's reader and its SIP drivers
 * understand it. The folder stands for /etc/asterisk, whatever its name.
 */
#include <string.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/json_text.h"
#include "audit/command/commands.h"
#include "audit/command/json_object.h"
#include "audit/command/show_folder.h"
#include "audit/command/show_pjsip.h"
#include "audit/command/show_sip_peer.h"

struct show_options {
	bool json;
	const char *driver;
	const char *version;
	/* The positional argument. */
	const char *folder;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, for programs",
		.offset = offsetof(struct show_options, json),
	},
	{
		.name = "driver",
		.kind = OPTION_TEXT,
		.argument = "DRIVER",
		.help = "sip: chan_sip and sip.conf; pjsip: res_pjsip and pjsip.conf (default: "
			"both)",
		.offset = offsetof(struct show_options, driver),
		.completion = COMPLETE_CHOICES,
		.choices = "sip,pjsip",
	},
	{
		.name = "asterisk",
		.kind = OPTION_TEXT,
		.argument = "VERSION",
		.help = "the Asterisk that reads it, such as 13.38 (default: 16.28)",
		.offset = offsetof(struct show_options, version),
	},
};

static void put_variable(const struct conf_variable *variable, struct buffer *out)
{
	buffer_append_byte(out, '[');
	json_text_append(out, variable->name);
	buffer_append_string(out, ", ");
	json_text_append(out, variable->value);
	buffer_append_string(out, ", ");
	json_text_append(out, slice_of(origin_path(variable->origin)));
	buffer_format(out, ", %u]", origin_line(variable->origin));
}

static void put_category(const struct conf_category *category, struct buffer *out)
{
	buffer_append_byte(out, '[');
	json_text_append(out, category->name);
	buffer_append_string(out, ", ");
	struct json_object flags = json_object_begin(out);
	if (category->is_template)
		json_object_text(&flags, "istemplate", "1");
	if (category->templates.size)
		json_object_slice(&flags, "templates", category->templates);
	json_object_end(&flags);
	buffer_append_string(out, ", [");
	for (size_t i = 0; i < category->variable_count; i++) {
		if (i)
			buffer_append_string(out, ",\n  ");
		put_variable(&category->variables[i], out);
	}
	buffer_append_string(out, "]]");
}

static void put_file(struct json_object *config, const struct conf_file *file)
{
	if (!file || file->state != FACT_PRESENT)
		return;
	json_object_key(config, file->name);
	buffer_append_byte(config->out, '[');
	for (size_t i = 0; i < file->category_count; i++) {
		if (i)
			buffer_append_string(config->out, ",\n ");
		put_category(&file->categories[i], config->out);
	}
	buffer_append_byte(config->out, ']');
}

static void put_peers(struct json_object *root, const struct sip_model *model)
{
	bool has_any = false;
	json_object_key(root, "peers");
	buffer_append_byte(root->out, '{');
	for (size_t i = 0; i < model->peer_count; i++) {
		const struct sip_peer *peer = &model->peers[i];
		/* "sip show" can't be asked for the empty name. */
		if ((!peer->is_peer && !peer->is_user) || peer->name.size == 0)
			continue;
		buffer_append_string(root->out, has_any ? ",\n" : "\n");
		has_any = true;
		json_text_append(root->out, peer->name);
		buffer_append_string(root->out, ": ");
		show_sip_peer(model, peer, root->out);
	}
	buffer_append_byte(root->out, '}');
}

/* {"error": ...}, exit code 2. */
static int print_refusal(const char *folder, const char *message, struct origin origin)
{
	BUFFER_AUTO out = { 0 };
	BUFFER_AUTO path = { 0 };
	const char *inside = origin.source ? show_folder_inside(origin_path(origin)) : NULL;
	buffer_format(&path, "%s%s", folder, inside ? inside : "");
	struct json_object root = json_object_begin(&out);
	json_object_key(&root, "error");
	struct json_object error = json_object_begin(&out);
	json_object_slice(&error, "file", buffer_slice(&path));
	json_object_key(&error, "line");
	buffer_append_uint(&out, origin_line(origin));
	json_object_text(&error, "message", message);
	json_object_end(&error);
	json_object_end(&root);
	buffer_append_byte(&out, '\n');
	int status = command_print(&out);
	return status ? status : 2;
}

static int show(const struct loader *loader, void *context)
{
	const struct show_options *values = context;
	const char *folder = values->folder;
	const char *driver = values->driver;
	struct conf_options options = {
		.directory = SHOW_FOLDER,
		.asterisk_version = asterisk_version_number(
			slice_of(values->version ? values->version : "16.28")),
	};
	const struct acl_file *acls = acl_file_load(loader, &options);
	const struct sip_model *sip = acls ? sip_model_load(loader, &options, acls) : NULL;
	const struct pjsip_model *pjsip = acls ? pjsip_model_load(loader, &options, acls) : NULL;
	struct error error;
	if (!sip || !pjsip) {
		error_memory(&error);
		return command_report_error(&error);
	}
	bool wants_sip = !driver || strcmp(driver, "sip") == 0;
	if (wants_sip && sip->file->is_refused)
		return print_refusal(folder, sip->file->refused.message, sip->file->refused.origin);
	bool wants_pjsip = !driver || strcmp(driver, "pjsip") == 0;
	if (wants_pjsip && pjsip->file->is_refused)
		return print_refusal(folder, pjsip->file->refused.message,
				     pjsip->file->refused.origin);
	BUFFER_AUTO out = { 0 };
	struct json_object root = json_object_begin(&out);
	json_object_key(&root, "config");
	struct json_object config = json_object_begin(&out);
	if (wants_sip) {
		put_file(&config, sip->file);
		put_file(&config, sip->users_file);
	}
	if (wants_pjsip) {
		put_file(&config, pjsip->file);
		put_file(&config, pjsip->wizard_file);
	}
	json_object_end(&config);
	if (wants_sip)
		put_peers(&root, sip);
	if (wants_pjsip)
		show_pjsip(pjsip, &root);
	json_object_end(&root);
	buffer_append_byte(&out, '\n');
	return command_print(&out);
}

static int run(const struct command *command, int argument_count, char **arguments)
{
	struct show_options values = { 0 };
	struct option_positionals positionals;
	struct error error;
	int status;
	if (!command_begin(command, argument_count, arguments, &values, &positionals, &status))
		return status;
	if (positionals.count != 1) {
		error_set(&error, ERROR_USAGE, "one configuration folder is needed");
		return command_report_error(&error);
	}
	values.folder = positionals.items[0];
	return show_folder_run(values.folder, show, &values);
}

const struct command show_asterisk_command = {
	.name = "show asterisk",
	.arguments = "DIR [--driver sip|pjsip]",
	.about = "What Asterisk makes of the configuration folder DIR, as JSON",
	.description =
		"Every category and line as Asterisk's own reader leaves them, templates applied "
		"and "
		"includes read in, each with file and line; then the entries of chan_sip or of "
		"res_pjsip with their effective settings. DIR stands for /etc/asterisk. Lines are "
		"printed as they stand there, secrets included.",
	.examples =
		"ringfence show asterisk --json /etc/asterisk --driver sip\tpeers of chan_sip\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
