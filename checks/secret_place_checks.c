/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets that stand where they do not belong: in steps of the dialplan, in its globals, on command
 * lines, in registrations that every account of the host can read.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/dialplan_expand.h"
#include "audit/asterisk/dialplan_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/kernel/file_model.h"
#include "audit/model/model.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/dialplan_hunt.h"
#include "checks/remedy.h"
#include "checks/verdict.h"

#define MODE_OTHERS_READ 04u

/* Not empty, and nothing in it is replaced when it runs. */
static bool is_literal(struct slice text)
{
	text = slice_trim(text);
	return text.size && slice_find(text, SLICE("${")) == text.size &&
	       slice_find(text, SLICE("$[")) == text.size;
}

/* "SIP/user:secret@host", "IAX2/user:secret@host/number": does a secret stand in it? "[key]" names
 * a key (chan_iax2.c parse_dial_string). */
static bool target_has_secret(struct slice target)
{
	size_t slash = slice_find_byte(target, '/');
	struct slice technology = slice_trim(slice_part(target, 0, slash));
	struct slice resource = slice_from(target, slash < target.size ? slash + 1 : slash);
	struct slice user = slice_part(resource, 0, slice_find_byte(resource, '@'));
	size_t colon = slice_find_byte(user, ':');
	if (!slice_is_ignore_case(technology, "SIP") && !slice_is_ignore_case(technology, "IAX2") &&
	    !slice_is_ignore_case(technology, "IAX"))
		return false;
	if (user.size == resource.size || colon == user.size)
		return false;
	struct slice secret = slice_from(user, colon + 1);
	return is_literal(secret) && secret.data[0] != '[';
}

static bool targets_have_secret(struct slice targets)
{
	struct slice target;
	while (slice_next_field(&targets, '&', &target))
		if (target_has_secret(target))
			return true;
	return false;
}

/* `mysql -pSECRET`, `--password=SECRET`. */
static bool command_has_secret(struct slice command)
{
	static const char option[] = "--password=";
	size_t at = slice_find(command, SLICE("--password="));
	if (at < command.size)
		return is_literal(slice_part(slice_from(command, at + sizeof(option) - 1), 0, 2));
	at = slice_find(command, SLICE("mysql"));
	if (at == command.size)
		return false;
	struct slice rest = slice_from(command, at), word;
	while (slice_next_word(&rest, &word))
		if (slice_starts_with(word, "-p") && is_literal(slice_from(word, 2)))
			return true;
	return false;
}

/* An argument "password=...", as scripts are handed them. */
static bool argument_has_secret(struct slice arguments)
{
	static const char *const keys[] = { "password", "passwd", "secret" };
	struct slice argument;
	while (dialplan_next_argument(&arguments, &argument)) {
		size_t equals = slice_find_byte(argument, '=');
		struct slice key = slice_trim(slice_part(argument, 0, equals));
		if (equals == argument.size || !is_literal(slice_from(argument, equals + 1)))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
			if (slice_is_ignore_case(key, keys[i]))
				return true;
	}
	return false;
}

static bool is_number(struct slice text)
{
	text = slice_trim(text);
	return text.size && byte_is_digit((unsigned char)text.data[0]);
}

/* The value of "${NAME}" where [globals] sets it, else TEXT. *RET_GLOBAL: the global; NULL. */
static struct slice through_global(const struct dialplan_model *dialplan, struct slice text,
				   const struct dialplan_global **ret_global)
{
	text = slice_trim(text);
	*ret_global = NULL;
	if (!slice_starts_with(text, "${") || text.data[text.size - 1] != '}')
		return text;
	*ret_global = dialplan_find_global(dialplan, slice_part(text, 2, text.size - 3));
	return *ret_global ? (*ret_global)->value : text;
}

/* What of a secret stands in STEP; NULL: nothing. *RET_GLOBAL: where it stands instead. */
static const char *step_fault(const struct dialplan_model *dialplan,
			      const struct dialplan_step *step,
			      const struct dialplan_global **ret_global)
{
	static const char *const runners[] = { "System", "TrySystem", "AGI", "DeadAGI", "EAGI" };
	struct slice rest = step->arguments, first = { 0 };
	*ret_global = NULL;
	(void)dialplan_next_argument(&rest, &first);
	if (slice_is_ignore_case(step->application, "Dial"))
		return targets_have_secret(first) ? "the password of another host" : NULL;
	if (slice_is_ignore_case(step->application, "DISA"))
		return is_number(through_global(dialplan, first, ret_global)) ? "the code for DISA"
									      : NULL;
	if (slice_is_ignore_case(step->application, "Authenticate")) {
		struct slice code = through_global(dialplan, first, ret_global);
		/* A path is a file of codes, or with the option d a key of the database. */
		return is_literal(code) && !slice_starts_with(code, "/") ? "the code that is asked"
									 : NULL;
	}
	for (size_t i = 0; i < ARRAY_SIZE(runners); i++)
		if (slice_is_ignore_case(step->application, runners[i]) &&
		    (command_has_secret(step->arguments) || argument_has_secret(step->arguments)))
			return "a password for a program";
	return NULL;
}

static void judge_context(const struct dialplan_model *dialplan,
			  const struct dialplan_context *context, struct verdict *verdict)
{
	BUFFER_AUTO subject = { 0 };
	buffer_format(&subject, "context %s", verdict_text(verdict, context->name));
	const char *kept = verdict_text(verdict, buffer_slice(&subject));
	for (size_t i = 0; i < context->extension_count; i++) {
		const struct dialplan_extension *extension = &context->extensions[i];
		for (size_t k = 0; k < extension->step_count; k++) {
			const struct dialplan_step *step = &extension->steps[k];
			const struct dialplan_global *global;
			const char *fault = step_fault(dialplan, step, &global);
			if (!fault)
				continue;
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE,
				     global ? global->origin : step->origin, kept,
				     "%s stands in %s of extension %s", fault,
				     verdict_text(verdict, step->application),
				     verdict_text(verdict, extension->name));
		}
	}
}

static void judge_registrations(const struct model *model, struct verdict *verdict)
{
	const struct sip_model *sip = model->asterisk->sip;
	if (!sip || !model->files || model->files->modes_are_lost)
		return;
	for (size_t i = 0; i < sip->general.registration_count; i++) {
		const struct sip_registration *registration = &sip->general.registrations[i];
		struct origin origin = registration->variable->origin;
		const struct host_file *file =
			file_model_find(model->files, FILE_ROLE_SECRETS, origin_path(origin));
		if (!file || !file->is_reachable || !(file->status.mode & MODE_OTHERS_READ) ||
		    !secret_length(registration->secret))
			continue;
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, origin,
			     verdict_text(verdict, registration->user),
			     "the password of a registration stands in a file that every account "
			     "of the host can read");
	}
}

static void evaluate_places(const struct check *check, const struct model *model,
			    struct verdict *verdict)
{
	(void)check;
	if (!dialplan_is_there(model, verdict))
		return;
	const struct dialplan_model *dialplan = model->asterisk->dialplan;
	const struct dialplan_gaps none = { .is_cut = false };
	for (size_t i = 0; i < dialplan->context_count; i++)
		judge_context(dialplan, &dialplan->contexts[i], verdict);
	for (size_t i = 0; i < dialplan->global_count; i++)
		if (targets_have_secret(dialplan->globals[i].value))
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, dialplan->globals[i].origin,
				     verdict_text(verdict, dialplan->globals[i].name),
				     "the password of another host stands in a global variable");
	judge_registrations(model, verdict);
	dialplan_note_unread(dialplan, &none, verdict);
	if (!verdict->fail_count)
		verdict_pass(verdict, ORIGIN_NONE, "dialplan", "no secret stands in it");
}

static void remedy_places(const struct check *check, const struct model *model,
			  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	const char *last = "";
	for (size_t i = 0; i < verdict->count && remedy->commands.count < 40; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		if (evidence->role != EVIDENCE_FAILS || !*evidence->file ||
		    slice_is(slice_of(last), evidence->file))
			continue;
		const char *file = remedy_quote(remedy, slice_of(evidence->file));
		last = evidence->file;
		if (asterisk_file_is_generated(model, evidence->file)) {
			remedy_command(remedy,
				       "# %s is written by the GUI: Applications, DISA, PIN Sets, "
				       "and Connectivity, Trunks",
				       file);
			continue;
		}
		remedy_command(remedy, "cp -a %s %s.rf-bak && chmod 600 %s.rf-bak", file, file,
			       file);
		remedy_undo(remedy, "cp -a %s.rf-bak %s", file, file);
	}
	remedy_command(remedy, "# codes: one a line in /etc/asterisk/pins.conf (0640, of "
			       "Asterisk's group), then Authenticate(/etc/asterisk/pins.conf)");
	remedy_command(remedy,
		       "# passwords of other hosts: into a peer of sip.conf or iax.conf, or "
		       "an auth of pjsip.conf, then Dial(SIP/peer/number)");
	remedy_command(remedy, "# databases: into a .my.cnf of mode 0600");
	remedy_command(remedy, "# and change each of them: it has been read");
	remedy_command(remedy, "asterisk -rx 'core reload'");
	remedy_verify(remedy, "ringfence audit --only SEC-007");
	remedy_undo(remedy, "asterisk -rx 'core reload'");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

static const struct check rows[] = {
	{
		.id = "SEC-007",
		.title = "Secrets are not in the dialplan or on command lines",
		.why = "The dialplan is shown by the console, copied into mails to the supporter "
		       "and read by more people than any file of passwords; a command line is "
		       "seen by every account of the host.",
		.evaluates =
			"Dial with user:secret@host, in a step or a global variable; DISA and "
			"Authenticate with the code itself, also by a global; mysql -p and "
			"--password= in System and AGI, and arguments password= and secret=; "
			"register lines of chan_sip in files that others can read. Crontabs and "
			"the histories of shells are not looked into.",
		.likelihood = 4,
		.impact = 6,
		.level = LEVEL_STRICT,
		.references = { "extensions.conf.sample", "app_authenticate.c", "app_disa.c" },
		.evaluate = evaluate_places,
		.remedy = remedy_places,
	},
};

CHECK_LIST(secret_place_checks, rows);
