/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/pbx_model.h"

#include "audit/base/arena.h"

struct settings_file {
	const char *path;
	enum pbx_kind kind;
	/* PHP: $amp_conf['KEY'] = 'value'; */
	bool is_php;
};

/* In the order of their say: a later product ships the files of the earlier one too. */
static const struct settings_file files[] = {
	{ .path = "/etc/issabel.conf", .kind = PBX_ISSABEL },
	{ .path = "/etc/elastix.conf", .kind = PBX_ELASTIX },
	{ .path = "/etc/freepbx.conf", .kind = PBX_FREEPBX, .is_php = true },
	{ .path = "/etc/amportal.conf", .kind = PBX_FREEPBX },
};

static const struct {
	const char *key;
	/* Key of the user name that belongs to it; NULL: none. */
	const char *user_key;
	/* The user where the file names none; NULL: not known. */
	const char *user;
	const char *what;
} credential_keys[] = {
	{ "AMPDBPASS", "AMPDBUSER", NULL, "the GUI's database" },
	{ "AMPMGRPASS", "AMPMGRUSER", "admin", "the manager interface" },
	{ "ARI_ADMIN_PASSWORD", "ARI_ADMIN_USERNAME", "admin", "the recordings' page" },
	{ "FOPPASSWORD", NULL, NULL, "the operator panel" },
	{ "FPBX_ARI_PASSWORD", "FPBX_ARI_USER", NULL, "ARI" },
	{ "mysqlrootpwd", NULL, "root", "the database" },
	{ "cyrususerpwd", NULL, "cyrus", "the mail server" },
	{ "amiadminpwd", NULL, "admin", "the manager interface" },
};

struct setting {
	struct slice key;
	struct slice value;
};

/* KEY=VALUE, blanks around both, '#' and ';' lines are comments, the value may be quoted. */
static bool plain_setting(struct slice line, struct setting *ret_setting)
{
	line = slice_trim(line);
	if (!line.size || line.data[0] == '#' || line.data[0] == ';' || line.data[0] == '[')
		return false;
	size_t equal = slice_find_byte(line, '=');
	if (equal == line.size)
		return false;
	struct slice value = slice_trim(slice_from(line, equal + 1));
	if (value.size > 1 && (value.data[0] == '"' || value.data[0] == '\'')) {
		char quote = value.data[0];
		value = slice_from(value, 1);
		value = slice_part(value, 0, slice_find_byte(value, quote));
	}
	*ret_setting = (struct setting){
		.key = slice_trim(slice_part(line, 0, equal)),
		.value = value,
	};
	return true;
}

/* Takes the quoted text at the start of *REST. */
static bool quoted(struct slice *rest, struct slice *ret_text)
{
	*rest = slice_trim_left(*rest);
	if (!rest->size || (rest->data[0] != '\'' && rest->data[0] != '"'))
		return false;
	char quote = rest->data[0];
	*rest = slice_from(*rest, 1);
	size_t end = slice_find_byte(*rest, quote);
	if (end == rest->size)
		return false;
	*ret_text = slice_part(*rest, 0, end);
	*rest = slice_from(*rest, end + 1);
	return true;
}

static bool php_setting(struct slice line, struct setting *ret_setting)
{
	line = slice_trim(line);
	if (!slice_starts_with(line, "$amp_conf["))
		return false;
	struct slice rest = slice_from(line, sizeof("$amp_conf[") - 1);
	if (!quoted(&rest, &ret_setting->key))
		return false;
	size_t equal = slice_find_byte(rest, '=');
	rest = slice_from(rest, equal + 1);
	return quoted(&rest, &ret_setting->value);
}

struct reading {
	struct arena *arena;
	struct pbx_model *model;
	struct pbx_credential *credentials;
	size_t capacity;
};

static bool add_credential(struct reading *reading, const struct source *source,
			   const struct setting *setting, const char *what, struct slice user)
{
	struct pbx_model *model = reading->model;
	struct pbx_credential *items =
		arena_grow(reading->arena, reading->credentials, model->credential_count,
			   &reading->capacity, sizeof(*items));
	if (!items)
		return false;
	reading->credentials = items;
	items[model->credential_count++] = (struct pbx_credential){
		.what = what,
		.key = setting->key,
		.user = user,
		.secret = secret_of(setting->value),
		.origin = origin_of(source, setting->value),
	};
	model->credentials = items;
	return true;
}

static bool next_setting(const struct settings_file *file, struct slice *rest,
			 struct setting *ret_setting)
{
	struct slice line;
	while (slice_next_line(rest, &line))
		if (file->is_php ? php_setting(line, ret_setting)
				 : plain_setting(line, ret_setting))
			return true;
	return false;
}

/* The last value of KEY in the file; empty where there is none. */
static struct slice value_of(const struct settings_file *file, const struct source *source,
			     const char *key)
{
	struct slice rest = source->bytes, value = { 0 };
	struct setting setting;
	while (key && next_setting(file, &rest, &setting))
		if (slice_is(setting.key, key))
			value = setting.value;
	return value;
}

static bool take_setting(struct reading *reading, const struct settings_file *file,
			 const struct source *source, const struct setting *setting)
{
	for (size_t i = 0; i < ARRAY_SIZE(credential_keys); i++) {
		if (!slice_is(setting->key, credential_keys[i].key) || !setting->value.size)
			continue;
		struct slice user = value_of(file, source, credential_keys[i].user_key);
		if (!user.size)
			user = slice_of(credential_keys[i].user);
		return add_credential(reading, source, setting, credential_keys[i].what, user);
	}
	if (slice_is(setting->key, "AUTHTYPE"))
		reading->model->auth_type = (struct fact_slice){
			.state = FACT_PRESENT,
			.value = setting->value,
			.origin = origin_of(source, setting->value),
		};
	return true;
}

static const char *kind_name(enum pbx_kind kind)
{
	switch (kind) {
	case PBX_FREEPBX:
		return "FreePBX";
	case PBX_ELASTIX:
		return "Elastix";
	case PBX_ISSABEL:
		return "Issabel";
	case PBX_NONE:
		break;
	}
	return "";
}

static const struct unread auth_type_in_database = {
	.what = "FreePBX's setting AUTHTYPE",
	.why = "it is kept in the GUI's database",
	.to_read_it = "run `fwconsole setting AUTHTYPE` on the host",
};

static bool read_settings_file(struct reading *reading, const struct loader *loader,
			       const struct settings_file *file)
{
	struct pbx_model *model = reading->model;
	const struct source *source = NULL;
	const struct unread *unread = NULL;
	enum load_status status = loader_read(loader, file->path, &source, &unread);
	if (status == LOAD_ABSENT)
		return true;
	if (model->kind == PBX_NONE) {
		model->kind = file->kind;
		model->seen_by = file->path;
	}
	if (status == LOAD_UNREADABLE) {
		if (model->auth_type.state == FACT_ABSENT)
			model->auth_type =
				(struct fact_slice){ .state = FACT_UNREADABLE, .unread = unread };
		return true;
	}
	struct slice rest = source->bytes;
	struct setting setting;
	while (next_setting(file, &rest, &setting))
		if (!take_setting(reading, file, source, &setting))
			return false;
	return true;
}

/* The text between "<NAME>" and "</NAME>" of a module.xml. */
static struct slice element(struct slice text, struct slice open, struct slice close)
{
	size_t start = slice_find(text, open);
	if (start == text.size)
		return (struct slice){ 0 };
	text = slice_from(text, start + open.size);
	return slice_trim(slice_part(text, 0, slice_find(text, close)));
}

/* FreePBX's version is that of its module "framework". */
static void read_framework(struct pbx_model *model, const struct loader *loader)
{
	static const char *const folders[] = {
		"/var/www/html/admin/modules",
		"/var/www/html/freepbx/admin/modules",
		"/var/www/admin/modules",
	};
	static const char *const manifests[] = {
		"/var/www/html/admin/modules/framework/module.xml",
		"/var/www/html/freepbx/admin/modules/framework/module.xml",
		"/var/www/admin/modules/framework/module.xml",
	};
	model->module_directory = "";
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		const struct source *source = NULL;
		const struct unread *unread = NULL;
		if (loader_read(loader, manifests[i], &source, &unread) != LOAD_FOUND)
			continue;
		model->module_directory = folders[i];
		if (model->kind == PBX_NONE) {
			model->kind = PBX_FREEPBX;
			model->seen_by = manifests[i];
		}
		struct slice version =
			element(source->bytes, SLICE("<version>"), SLICE("</version>"));
		if (version.size && model->kind == PBX_FREEPBX)
			model->version = (struct fact_slice){
				.state = FACT_PRESENT,
				.value = version,
				.origin = origin_of(source, version),
			};
		return;
	}
}

const struct pbx_model *pbx_model_load(const struct loader *loader)
{
	struct pbx_model *model = ARENA_NEW(loader->arena, struct pbx_model);
	if (!model)
		return NULL;
	model->seen_by = "";
	struct reading reading = { .arena = loader->arena, .model = model };
	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (!read_settings_file(&reading, loader, &files[i]))
			return NULL;
	read_framework(model, loader);
	model->name = kind_name(model->kind);
	if (model->kind == PBX_FREEPBX && model->auth_type.state == FACT_ABSENT)
		model->auth_type = (struct fact_slice){
			.state = FACT_UNREADABLE,
			.unread = &auth_type_in_database,
		};
	return model;
}
