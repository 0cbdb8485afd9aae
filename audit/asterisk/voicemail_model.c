/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/asterisk/voicemail_model.h"

#include "audit/asterisk/conf_fact.h"
#include "audit/base/arena.h"

struct mailbox_list {
	struct arena *arena;
	struct mailbox *items;
	size_t count;
	size_t capacity;
};

static bool add_mailbox(struct mailbox_list *list, const struct mailbox *mailbox)
{
	struct mailbox *items =
		arena_grow(list->arena, list->items, list->count, &list->capacity, sizeof(*items));
	if (!items)
		return false;
	list->items = items;
	items[list->count++] = *mailbox;
	return true;
}

/* A '-' in front tells app_voicemail that the user may not change the PIN. */
static void set_pin(struct mailbox *mailbox, struct slice password)
{
	mailbox->pin_is_locked = slice_starts_with(password, "-");
	if (mailbox->pin_is_locked)
		password = slice_from(password, 1);
	mailbox->pin = secret_of(password);
}

/* "dialout=fromvm|callback=fromvm": apply_options of app_voicemail.c. */
static void apply_options(struct mailbox *mailbox, struct slice options)
{
	struct slice option;
	while (slice_next_field(&options, '|', &option)) {
		size_t equal = slice_find_byte(option, '=');
		struct slice name = slice_trim(slice_part(option, 0, equal));
		struct slice value = slice_trim(slice_from(option, equal + 1));
		if (slice_is_ignore_case(name, "dialout"))
			mailbox->dialout = value;
		else if (slice_is_ignore_case(name, "callback"))
			mailbox->callback = value;
	}
}

/* "1234 => pin,full name,mail,pager,options" */
static struct mailbox mailbox_of_line(struct slice context, const struct conf_variable *line)
{
	struct mailbox mailbox = {
		.context = context,
		.number = line->name,
		.origin = line->origin,
	};
	struct slice rest = line->value, field;
	if (slice_next_field(&rest, ',', &field))
		set_pin(&mailbox, field);
	if (slice_next_field(&rest, ',', &field))
		mailbox.full_name = field;
	/* The mail and pager addresses. */
	bool more = slice_next_field(&rest, ',', &field);
	more = more && slice_next_field(&rest, ',', &field);
	if (more && rest.data)
		apply_options(&mailbox, rest);
	return mailbox;
}

static bool read_mailboxes(struct mailbox_list *list, const struct conf_file *file)
{
	const struct conf_variable *aliases =
		conf_first(conf_find_category(file, "general"), "aliasescontext");
	for (size_t i = 0; i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		if (category->is_template || slice_is_ignore_case(category->name, "general") ||
		    slice_is_ignore_case(category->name, "zonemessages") ||
		    (aliases && slice_equal_ignore_case(category->name, aliases->value)))
			continue;
		for (size_t k = 0; k < category->variable_count; k++) {
			struct mailbox mailbox =
				mailbox_of_line(category->name, &category->variables[k]);
			if (!add_mailbox(list, &mailbox))
				return false;
		}
	}
	return true;
}

/* users.conf: an entry with hasvoicemail, its own or by [general] (ast_config_option). */
static bool read_users(struct mailbox_list *list, const struct conf_file *file)
{
	const struct conf_category *general = conf_find_category(file, "general");
	for (size_t i = 0; i < file->category_count; i++) {
		const struct conf_category *category = &file->categories[i];
		if (category->is_template || slice_is_ignore_case(category->name, "general"))
			continue;
		const struct conf_variable *has = conf_first(category, "hasvoicemail");
		if (!has)
			has = conf_first(general, "hasvoicemail");
		if (!has || !conf_is_true(has->value))
			continue;
		/* vmsecret beats secret, wherever it stands (apply_options_full). */
		const struct conf_variable *pin = conf_last(category, "vmsecret");
		if (!pin)
			pin = conf_last(category, "secret");
		struct mailbox mailbox = {
			.context = SLICE("default"),
			.number = category->name,
			.origin = pin ? pin->origin : category->origin,
		};
		if (pin)
			set_pin(&mailbox, pin->value);
		if (!add_mailbox(list, &mailbox))
			return false;
	}
	return true;
}

const struct voicemail_model *voicemail_model_load(const struct loader *loader,
						   const struct conf_options *options)
{
	struct voicemail_model *model = ARENA_NEW(loader->arena, struct voicemail_model);
	const struct conf_file *file = conf_load(loader, options, "voicemail.conf");
	const struct conf_file *users = conf_load(loader, options, "users.conf");
	if (!model || !file || !users)
		return NULL;
	struct mailbox_list list = { .arena = loader->arena };
	model->file = file;
	/* Without a voicemail.conf app_voicemail reads neither. */
	if (file->state == FACT_PRESENT && !file->is_refused) {
		if (!read_users(&list, users) || !read_mailboxes(&list, file))
			return NULL;
	}
	model->mailboxes = list.items;
	model->mailbox_count = list.count;
	const enum conf_pick first = CONF_PICK_FIRST;
	model->min_password = conf_fact_int(file, "general", "minpassword", first, 0);
	model->max_logins = conf_fact_int(file, "general", "maxlogins", first, 3);
	model->dialout = conf_fact_slice(file, "general", "dialout", first);
	model->callback = conf_fact_slice(file, "general", "callback", first);
	model->operator_exit = conf_fact_bool(file, "general", "operator", first);
	model->external_password = conf_fact_slice(file, "general", "externpass", first);
	model->external_notify = conf_fact_slice(file, "general", "externnotify", first);
	model->password_location = conf_fact_slice(file, "general", "passwordlocation", first);
	return model;
}
