/* SPDX-License-Identifier: Apache-2.0
 *
 * `ringfence show calls`: what becomes of one SIP request, by a configuration folder: whom Asterisk
 * takes the caller for, whether it asks for a password, and what a number dialled there reaches.
 */
#include <string.h>

#include "audit/asterisk/admission_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/dialplan_walk.h"
#include "audit/asterisk/pjsip_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/json_text.h"
#include "audit/command/commands.h"
#include "audit/command/json_object.h"
#include "audit/command/show_folder.h"

/* Most targets of one call that are printed. */
#define DIALS_MAX 64

struct show_options {
	bool json;
	const char *version;
	struct option_values calls;
};

static const struct option_row rows[] = {
	{
		.name = "json",
		.kind = OPTION_FLAG,
		.help = "as JSON, for programs",
		.offset = offsetof(struct show_options, json),
	},
	{
		.letter = 'C',
		.kind = OPTION_LIST,
		.argument = "SPEC",
		.help = "this call: driver=sip|pjsip,addr=A,port=P,user=U,domain=D,number=N; "
			"method=register for a registration; may be repeated",
		.offset = offsetof(struct show_options, calls),
	},
	{
		.name = "asterisk",
		.kind = OPTION_TEXT,
		.argument = "VERSION",
		.help = "the Asterisk that reads it, such as 13.38 (default: 16.28)",
		.offset = offsetof(struct show_options, version),
	},
};

struct call {
	bool is_pjsip;
	struct slice number;
	struct admission_request request;
};

static bool read_word(struct call *call, struct slice word)
{
	size_t equal = slice_find_byte(word, '=');
	struct slice name = slice_part(word, 0, equal), value = slice_from(word, equal + 1);
	uint64_t port;
	if (slice_is(name, "addr"))
		return address_parse(value, &call->request.address);
	if (slice_is(name, "user"))
		call->request.user = value;
	else if (slice_is(name, "domain"))
		call->request.domain = value;
	else if (slice_is(name, "number"))
		call->number = value;
	else if (slice_is(name, "driver") && (slice_is(value, "sip") || slice_is(value, "pjsip")))
		call->is_pjsip = slice_is(value, "pjsip");
	else if (slice_is(name, "method") &&
		 (slice_is(value, "register") || slice_is(value, "invite")))
		call->request.is_register = slice_is(value, "register");
	else if (slice_is(name, "port") && slice_to_uint64(value, &port) && port <= UINT16_MAX)
		call->request.port = (uint16_t)port;
	else
		return false;
	return true;
}

static bool read_call(struct call *call, const char *spec, struct error *error)
{
	struct slice rest = slice_of(spec), word;
	*call = (struct call){ .request = { .port = 5060 } };
	while (slice_next_field(&rest, ',', &word) && word.size)
		if (!read_word(call, word))
			return error_set(error, ERROR_USAGE, "-C knows no \"%.*s\"",
					 SLICE_ARG(word));
	if (call->request.address.family == ADDRESS_NONE)
		return error_set(error, ERROR_USAGE, "-C needs addr=, where the call comes from");
	return true;
}

struct dials {
	struct buffer *out;
	size_t count;
};

static bool tell_dial(void *context, const struct dialplan_event *event)
{
	struct dials *dials = context;
	static const char *const names[] = { "Dial", "Page", "Originate", "RetryDial" };
	bool is_dial = false;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		is_dial |= slice_is_ignore_case(event->application, names[i]);
	if (!is_dial || !event->target.text.size || event->target.is_unknown ||
	    slice_starts_with(event->target.text, "Local/"))
		return false;
	if (dials->count++)
		buffer_append_string(dials->out, ", ");
	json_text_append(dials->out, event->target.text);
	return dials->count >= DIALS_MAX;
}

static void put_dials(const struct asterisk_model *asterisk, const struct call *call,
		      struct slice context, struct arena *arena, struct json_object *object)
{
	struct dials dials = { .out = object->out };
	struct dialplan_walk walk = {
		.model = asterisk->dialplan,
		.arena = arena,
		.visit = tell_dial,
		.context = &dials,
		.numbers = &call->number,
		.number_count = 1,
		.only_numbers = true,
	};
	json_object_key(object, "dials");
	buffer_append_byte(object->out, '[');
	const struct dialplan_context *found = dialplan_find_context(asterisk->dialplan, context);
	if (found && call->number.size)
		dialplan_walk_run(&walk, found);
	buffer_append_byte(object->out, ']');
	if (!dialplan_gaps_none(&walk.gaps) || walk.memory_failed || dials.count >= DIALS_MAX)
		json_object_text(object, "incomplete", "yes");
}

static void put_call(const struct asterisk_model *asterisk, const struct call *call,
		     struct arena *arena, struct buffer *out)
{
	struct admission admission = call->is_pjsip
					     ? admission_of_pjsip(asterisk->pjsip, &call->request)
					     : admission_of_sip(asterisk->sip, &call->request);
	struct json_object object = json_object_begin(out);
	json_object_text(&object, "outcome", admission_outcome_text(admission.outcome));
	json_object_slice(&object, "entry", admission.entry);
	json_object_text(&object, "why", admission.why);
	json_object_format(&object, "place", "%s:%u", origin_path(admission.origin),
			   origin_line(admission.origin));
	if (!call->request.is_register) {
		json_object_slice(&object, "context", admission.context);
		put_dials(asterisk, call, admission.context, arena, &object);
	}
	json_object_end(&object);
	buffer_append_byte(out, '\n');
}

static int show(const struct loader *loader, void *context)
{
	const struct show_options *values = context;
	struct error error;
	BUFFER_AUTO out = { 0 };
	const struct asterisk_model *asterisk =
		asterisk_model_load(loader, slice_of(values->version ? values->version : "16.28"));
	if (!asterisk) {
		error_memory(&error);
		return command_report_error(&error);
	}
	for (size_t i = 0; i < values->calls.count; i++) {
		struct call call;
		if (!read_call(&call, values->calls.items[i], &error))
			return command_report_error(&error);
		put_call(asterisk, &call, loader->arena, &out);
	}
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
	if (positionals.count != 1 || !values.calls.count) {
		error_set(&error, ERROR_USAGE, "a configuration folder and a -C are needed");
		return command_report_error(&error);
	}
	return show_folder_run(positionals.items[0], show, &values);
}

const struct command show_calls_command = {
	.name = "show calls",
	.arguments = "DIR -C SPEC",
	.about = "What becomes of one SIP call by the configuration folder DIR, as JSON",
	.description =
		"For each -C a line: whom Asterisk takes the caller for; \"open\" (in without a "
		"password), \"challenged\" (the entry's password lets in), \"refused\" or "
		"\"unknown\"; the context where the call begins; and what the number dialled there "
		"reaches, where it can be told. DIR stands for /etc/asterisk. Nothing is sent "
		"anywhere.",
	.examples = "ringfence show calls --json /etc/asterisk -C "
		    "driver=sip,addr=203.0.113.9,user=1001,number=00441632960000\ta call from "
		    "outside in the name of 1001\n",
	.options = rows,
	.option_count = ARRAY_SIZE(rows),
	.run = run,
};
