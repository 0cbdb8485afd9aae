/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/asterisk_model.h"

#include "audit/asterisk/acl_model.h"
#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/exec_model.h"
#include "audit/asterisk/iax_model.h"
#include "audit/asterisk/live_model.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/asterisk/voicemail_model.h"
#include "audit/base/arena.h"
#include "audit/base/buffer.h"

/* Where Asterisk looks for asterisk.conf, which may name another folder. */
#define DEFAULT_FOLDER "/etc/asterisk"

static const char *const programs[] = {
	"/usr/sbin/asterisk",
	"/usr/local/sbin/asterisk",
	"/opt/asterisk/sbin/asterisk",
};

/* "16.28.0" from the first line of `core show version`: "Asterisk 16.28.0 built by ...". */
static struct slice version_of_banner(struct slice text)
{
	struct slice line, word;
	while (slice_next_line(&text, &line)) {
		if (!slice_starts_with(line, "Asterisk "))
			continue;
		line = slice_from(line, sizeof("Asterisk ") - 1);
		if (slice_next_word(&line, &word))
			return word;
	}
	return SLICE("");
}

unsigned int asterisk_version_number(struct slice text)
{
	size_t colon = slice_find_byte(text, ':');
	if (colon < text.size)
		text = slice_from(text, colon + 1);
	while (text.size && !byte_is_digit((unsigned char)text.data[0]))
		text = slice_from(text, 1);
	uint64_t parts[2] = { 0, 0 };
	for (size_t i = 0; i < 2; i++) {
		size_t digits = 0;
		while (digits < text.size && byte_is_digit((unsigned char)text.data[digits]))
			digits++;
		if (digits == 0 || digits > 4 ||
		    !slice_to_uint64(slice_part(text, 0, digits), &parts[i]))
			break;
		text = slice_from(text, digits);
		if (!slice_starts_with(text, "."))
			break;
		text = slice_from(text, 1);
	}
	return parts[0] > 99 ? 0 : (unsigned int)(parts[0] * 100 + (parts[1] > 99 ? 99 : parts[1]));
}

static void find_version(const struct loader *loader, struct slice package_version,
			 struct asterisk_model *model)
{
	const struct source *source = NULL;
	const struct unread *unread = NULL;
	enum load_status status =
		loader_probe(loader, "asterisk/core-show-version", &source, &unread);
	struct slice running = status == LOAD_FOUND ? version_of_banner(source->bytes) : SLICE("");
	if (running.size) {
		model->version.state = FACT_PRESENT;
		model->version.value = running;
		model->version.origin = origin_of(source, running);
	} else if (package_version.size) {
		model->version.state = FACT_PRESENT;
		model->version.value = package_version;
	} else if (status == LOAD_UNREADABLE) {
		model->version.state = FACT_UNREADABLE;
		model->version.unread = unread;
	}
	model->version_number = asterisk_version_number(model->version.value);
}

static void find_installation(const struct loader *loader, struct slice package_version,
			      struct asterisk_model *model)
{
	struct path_list files = { 0 };
	struct file_status file;
	const struct unread *unread = NULL;
	enum load_status status = loader_glob(loader, DEFAULT_FOLDER "/*.conf", &files, &unread);
	bool found = package_version.size > 0 || (status == LOAD_FOUND && files.count > 0);
	for (size_t i = 0; i < ARRAY_SIZE(programs) && !found; i++) {
		const struct unread *ignored = NULL;
		found = loader_status(loader, programs[i], false, &file, &ignored) == LOAD_FOUND;
	}
	if (found) {
		model->is_installed.state = FACT_PRESENT;
		model->is_installed.value = true;
	} else if (status == LOAD_UNREADABLE) {
		model->is_installed.state = FACT_UNREADABLE;
		model->is_installed.unread = unread;
	}
}

/* asterisk.conf: another folder for all other files, and whether #exec lines are run. */
static bool read_main_file(const struct loader *loader, struct conf_options *options)
{
	const struct conf_file *file = conf_load(loader, options, DEFAULT_FOLDER "/asterisk.conf");
	if (!file)
		return false;
	const struct conf_category *folders = conf_find_category(file, "directories");
	const struct conf_variable *folder = conf_last(folders, "astetcdir");
	if (folder && slice_starts_with(folder->value, "/")) {
		options->directory = slice_to_string(loader->arena, folder->value);
		if (!options->directory)
			return false;
	}
	const struct conf_variable *exec =
		conf_last(conf_find_category(file, "options"), "execincludes");
	options->exec_includes = exec && conf_is_true(exec->value);
	return true;
}

static bool load_parts(const struct loader *loader, const struct conf_options *options,
		       struct asterisk_model *model)
{
	const struct acl_file *acls = acl_file_load(loader, options);
	model->sip = acls ? sip_model_load(loader, options, acls) : NULL;
	model->pjsip = acls ? pjsip_model_load(loader, options, acls) : NULL;
	model->iax = acls ? iax_model_load(loader, options, acls) : NULL;
	model->settings = asterisk_settings_load(loader, options);
	model->voicemail = voicemail_model_load(loader, options);
	model->admin = acls ? admin_access_model_load(loader, options, acls) : NULL;
	model->dialplan = dialplan_model_load(loader, options);
	model->exec = exec_model_load(loader, options);
	model->pbx = pbx_model_load(loader);
	model->live =
		model->settings ? live_model_load(loader, model->settings->log_directory) : NULL;
	return acls && model->sip && model->pjsip && model->iax && model->admin &&
	       model->settings && model->voicemail && model->dialplan && model->exec &&
	       model->pbx && model->live;
}

const struct asterisk_model *asterisk_model_load(const struct loader *loader,
						 struct slice package_version)
{
	struct asterisk_model *model = ARENA_NEW(loader->arena, struct asterisk_model);
	if (!model)
		return NULL;
	find_installation(loader, package_version, model);
	find_version(loader, package_version, model);
	struct conf_options options = {
		.directory = DEFAULT_FOLDER,
		.asterisk_version = model->version_number,
	};
	if (!read_main_file(loader, &options))
		return NULL;
	model->directory = options.directory;
	return load_parts(loader, &options, model) ? model : NULL;
}
