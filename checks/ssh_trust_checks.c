/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether sshd's settings can be relied on: Match blocks that take them back, files that others may
 * change, a daemon that runs with other settings, keys for root.
 */
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/sshd/ssh_files.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/ssh_remedy.h"
#include "checks/ssh_scope.h"
#include "checks/verdict.h"

/* SSH-014 */

/* The line of a Match block that gives PERSON more in PLACE than outside all blocks. */
static bool is_weaker(const struct ssh_view *view, const struct ssh_person *person,
		      const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	struct sshd_place outside = *place;
	outside.options = view->sshd->global;
	if (!place->match_count || ssh_place_is_trusted(view, place))
		return false;
	struct sshd_access here = sshd_access_at(&person->user, place);
	struct sshd_access there = sshd_access_at(&person->user, &outside);
	const struct sshd_options *options = place->options;
	const struct sshd_options *global = view->sshd->global;
	unsigned int more = here.methods & ~there.methods;
	const struct {
		bool is_weaker;
		enum sshd_setting_id id;
		const char *text;
	} tests[] = {
		{ person->user.is_root && more &&
			  sshd_number(options, SSHD_PERMIT_ROOT_LOGIN) >
				  sshd_number(global, SSHD_PERMIT_ROOT_LOGIN),
		  SSHD_PERMIT_ROOT_LOGIN, "root gets in here, and not by the global rules" },
		{ (more & SSHD_BY_PASSWORD) && !sshd_flag(global, SSHD_PASSWORD_AUTHENTICATION),
		  SSHD_PASSWORD_AUTHENTICATION,
		  "a password is taken here, and not by the global rules" },
		{ (more & SSHD_BY_KEYBOARD) &&
			  !sshd_flag(global, SSHD_KBD_INTERACTIVE_AUTHENTICATION),
		  SSHD_KBD_INTERACTIVE_AUTHENTICATION,
		  "a password is taken here, and not by the global rules" },
		{ sshd_flag(options, SSHD_PERMIT_EMPTY_PASSWORDS) &&
			  !sshd_flag(global, SSHD_PERMIT_EMPTY_PASSWORDS),
		  SSHD_PERMIT_EMPTY_PASSWORDS,
		  "an empty password is taken here, and not by the global rules" },
		{ here.is_admitted && sshd_flag(options, SSHD_X11_FORWARDING) &&
			  !sshd_flag(global, SSHD_X11_FORWARDING),
		  SSHD_X11_FORWARDING, "X11 is forwarded here, and not by the global rules" },
		{ here.is_admitted && sshd_number(options, SSHD_GATEWAY_PORTS) != SSHD_NO &&
			  sshd_number(global, SSHD_GATEWAY_PORTS) == SSHD_NO,
		  SSHD_GATEWAY_PORTS,
		  "forwarded ports are open to others here, and not by the global rules" },
	};
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++)
		if (tests[i].is_weaker && sshd_get(options, tests[i].id)->is_set) {
			ret_problem->origin = sshd_origin(options, tests[i].id);
			ret_problem->text = tests[i].text;
			return true;
		}
	return false;
}

static bool has_match(const struct sshd_model *sshd)
{
	for (size_t i = 0; i < sshd->file_count; i++)
		for (size_t k = 0; k < sshd->files[i]->count; k++)
			if (sshd->files[i]->lines[k].match)
				return true;
	return false;
}

static void evaluate_match_blocks(const struct check *check, const struct model *model,
				  struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (!ssh_view_begin(&view, model, verdict)) {
		ssh_view_done(&view);
		return;
	}
	if (!has_match(view.sshd))
		verdict_not_applicable(verdict, "sshd's configuration has no Match block");
	else if (!ssh_fail_places(&view, is_weaker, SSH_SUBJECT_PERSON, "sshd") &&
		 !verdict->unknown_count)
		verdict_pass(verdict, ORIGIN_NONE, "sshd",
			     "no Match block gives more to anybody outside the trusted networks");
	ssh_view_done(&view);
}

static void remedy_match_blocks(const struct check *check, const struct model *model,
				const struct verdict *verdict, struct remedy *remedy)
{
	static const struct ssh_setting_line lines[] = {
		{ SSHD_PERMIT_ROOT_LOGIN, "" },      { SSHD_PASSWORD_AUTHENTICATION, "" },
		{ SSHD_PERMIT_EMPTY_PASSWORDS, "" }, { SSHD_KBD_INTERACTIVE_AUTHENTICATION, "" },
		{ SSHD_X11_FORWARDING, "" },         { SSHD_GATEWAY_PORTS, "" },
	};
	(void)check;
	remedy_command(remedy,
		       "# each line is taken out of its Match block; where it is wanted for "
		       "your own network, put it under `Match Address` with that network");
	ssh_remedy_clear_match(remedy, model, verdict, lines, ARRAY_SIZE(lines));
	ssh_remedy_reload(remedy, model);
	remedy_verify(remedy, "/usr/sbin/sshd -T -C "
			      "user=root,addr=203.0.113.9,host=h,laddr=192.0.2.1,lport=22");
	remedy_disrupts(remedy, DISRUPTION_LOCKOUT_RISK);
}

/* SSH-015 */

#define GROUP_OR_OTHERS_WRITE 022
#define GROUP_OR_OTHERS 077

/* Records a file that could not be looked at; true when there is one to judge. */
static bool is_there(struct verdict *verdict, const struct ssh_file *file)
{
	if (file->state == FACT_UNREADABLE && file->unread)
		verdict_unknown(verdict, file->unread);
	return file->state == FACT_PRESENT;
}

static void judge_mode(struct verdict *verdict, const struct ssh_file *file, unsigned int forbidden,
		       uint32_t owner, const char *what)
{
	const char *path = verdict_text(verdict, slice_of(file->path));
	bool wrong_owner = file->status.owner != 0 && file->status.owner != owner;
	if (wrong_owner)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, path,
			     "%s belongs to user id %u", what, file->status.owner);
	else if (file->status.mode & forbidden)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, path,
			     "%s has mode %04o", what, file->status.mode);
}

/* Up to release 8, Red Hat's host keys are for the group ssh_keys. */
static bool is_red_hat_key(const struct model *model, const struct file_status *status)
{
	const struct system_group *group =
		model->host ? system_find_group(model->host, SLICE("ssh_keys")) : NULL;
	return group && status->group == group->gid && (status->mode & 07137) == 0;
}

static void evaluate_files(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	if (!ssh_is_known(model, verdict))
		return;
	const struct ssh_files *files = model->sshd->host_files;
	if (!files) {
		verdict_unknown_because(verdict, "sshd's files", "they were not looked at", "");
		return;
	}
	for (size_t i = 0; i < files->config_count; i++)
		if (is_there(verdict, &files->config[i]))
			judge_mode(verdict, &files->config[i], GROUP_OR_OTHERS_WRITE, 0,
				   "a part of sshd's configuration");
	for (size_t i = 0; i < files->host_key_count; i++) {
		const struct ssh_file *file = &files->host_keys[i].file;
		if (is_there(verdict, file) && !is_red_hat_key(model, &file->status))
			judge_mode(verdict, file, GROUP_OR_OTHERS, 0, "a private host key");
	}
	for (size_t i = 0; i < files->authorized_count; i++)
		if (is_there(verdict, &files->authorized[i].file))
			judge_mode(verdict, &files->authorized[i].file, GROUP_OR_OTHERS_WRITE,
				   files->authorized[i].uid, "a list of keys that may log in");
	if (!verdict->fail_count && !verdict->unknown_count)
		verdict_pass(verdict, ORIGIN_NONE, "sshd",
			     "nobody but root can change its configuration, read its keys, or "
			     "add keys for others");
}

static void mend_file(struct remedy *remedy, const struct ssh_file *file, unsigned int forbidden,
		      uint32_t owner)
{
	const char *path = remedy_quote(remedy, slice_of(file->path));
	bool wrong_owner = file->status.owner != 0 && file->status.owner != owner;
	if (file->state != FACT_PRESENT || (!wrong_owner && !(file->status.mode & forbidden)))
		return;
	if (wrong_owner) {
		remedy_command(remedy, "chown %u %s", owner, path);
		remedy_undo(remedy, "chown %u:%u %s", file->status.owner, file->status.group, path);
	}
	if (file->status.mode & forbidden) {
		remedy_command(remedy, "chmod %04o %s", file->status.mode & ~forbidden & 07777,
			       path);
		remedy_undo(remedy, "chmod %04o %s", file->status.mode, path);
	}
	remedy_verify(remedy, "stat -c '%%U:%%G %%a %%n' %s", path);
}

static void remedy_files(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	const struct ssh_files *files = model->sshd->host_files;
	(void)check;
	(void)verdict;
	for (size_t i = 0; i < files->config_count; i++)
		mend_file(remedy, &files->config[i], GROUP_OR_OTHERS_WRITE, 0);
	for (size_t i = 0; i < files->host_key_count; i++)
		if (!is_red_hat_key(model, &files->host_keys[i].file.status))
			mend_file(remedy, &files->host_keys[i].file, GROUP_OR_OTHERS, 0);
	for (size_t i = 0; i < files->authorized_count; i++)
		mend_file(remedy, &files->authorized[i].file, GROUP_OR_OTHERS_WRITE,
			  files->authorized[i].uid);
}

/* SSH-016 */

/* The daemon itself: not the processes of sessions, which are called "sshd: NAME". */
static bool is_listener(const struct system_process *process)
{
	if (!slice_is(process->name, "sshd"))
		return false;
	return slice_find(process->command, SLICE("[listener]")) < process->command.size ||
	       !slice_starts_with(process->command, "sshd:");
}

/* Options that Red Hat's unit takes from the crypto policy, which is evaluated with the files. */
static bool is_policy_option(struct slice word)
{
	static const char *const names[] = {
		"-oCiphers=",
		"-oMACs=",
		"-oKexAlgorithms=",
		"-oGSSAPIKexAlgorithms=",
		"-oGSSAPIKeyExchange=",
		"-oHostKeyAlgorithms=",
		"-oPubkeyAcceptedKeyTypes=",
		"-oCASignatureAlgorithms=",
	};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (slice_starts_with(word, names[i]))
			return true;
	return false;
}

static void judge_options(const struct model *model, struct verdict *verdict,
			  const struct system_process *process)
{
	struct slice rest = process->command, word;
	bool policy = model->sshd->command_line != NULL;
	while (slice_next_word(&rest, &word)) {
		bool overrides = slice_starts_with(word, "-o") || slice_starts_with(word, "-f") ||
				 slice_starts_with(word, "-p");
		if (!overrides || (policy && is_policy_option(word)))
			continue;
		if (word.size == 2 && slice_starts_with(slice_trim(rest), SSHD_CONFIG_PATH))
			continue;
		verdict_fail(verdict, ssh_exposure(model, 0), process->origin, "sshd",
			     "was started with %s, which overrides its files",
			     verdict_text(verdict, word));
	}
}

/* The newest of the files that make up the configuration. */
static const struct source *newest_file(const struct sshd_model *sshd)
{
	const struct source *newest = NULL;
	for (size_t i = 0; i < sshd->file_count; i++)
		if (!newest || sshd->files[i]->source->modified > newest->modified)
			newest = sshd->files[i]->source;
	return newest;
}

static void judge_age(const struct model *model, struct verdict *verdict,
		      const struct system_process *process)
{
	const struct ssh_files *files = model->sshd->host_files;
	const struct source *newest = newest_file(model->sshd);
	int64_t read = process->started;
	/* A reload leaves the process and its start, and writes the pid file anew. */
	if (files && files->last_read.state == FACT_PRESENT && files->last_read.value > read)
		read = files->last_read.value;
	if (!read || !newest)
		return;
	if (newest->modified > read)
		verdict_fail(verdict, ssh_exposure(model, 0),
			     (struct origin){ .source = newest, .first = 0, .end = 0 }, "sshd",
			     "this file was changed after the running sshd read it");
	else
		verdict_pass(verdict, process->origin, "sshd",
			     "read its files after their last change");
}

static void evaluate_running(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	const struct system_model *host = model->host;
	bool found = false;
	(void)check;
	if (!ssh_is_known(model, verdict))
		return;
	if (model->sshd->is_refused)
		verdict_fail(verdict, ssh_exposure(model, 0), model->sshd->refusal.origin, "sshd",
			     "would not start again with these files: %s",
			     model->sshd->refusal.message);
	if (!host || host->processes_state != FACT_PRESENT) {
		if (host && host->processes_unread)
			verdict_unknown(verdict, host->processes_unread);
		else
			verdict_unknown_because(verdict, "the running processes",
						"they are not known", "audit the running host");
		return;
	}
	for (size_t i = 0; i < host->process_count; i++) {
		if (!is_listener(&host->processes[i]))
			continue;
		found = true;
		judge_options(model, verdict, &host->processes[i]);
		judge_age(model, verdict, &host->processes[i]);
	}
	if (!found && !verdict->fail_count)
		verdict_not_applicable(verdict, "sshd does not run");
}

static void remedy_running(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	if (model->sshd->is_refused)
		remedy_command(remedy, "# first mend what `/usr/sbin/sshd -t` names");
	remedy_command(remedy, "/usr/sbin/sshd -t");
	remedy_command(remedy, "# options that override the files stand in /etc/default/ssh, "
			       "/etc/sysconfig/sshd or the unit; take them out there");
	ssh_remedy_reload(remedy, model);
	remedy_verify(remedy, "ps -o lstart,args -C sshd");
}

/* SSH-017 */

static bool root_comes_by_key(const struct ssh_view *view)
{
	for (size_t i = 0; i < view->count; i++) {
		const struct ssh_person *person = &view->people[i];
		for (size_t k = 0; person->user.is_root && k < person->places.count; k++) {
			struct sshd_access access =
				sshd_access_at(&person->user, &person->places.items[k]);
			if ((access.methods | access.combined) & SSHD_BY_KEY)
				return true;
		}
	}
	return false;
}

/* What is wrong with KEY for root, or NULL. */
static const char *key_problem(const struct ssh_key *key, bool forced_only)
{
	if (slice_is(key->type, "ssh-dss"))
		return "a DSA key";
	if (slice_is(key->type, "ssh-rsa") && key->bits && key->bits < 2048)
		return "an RSA key of less than 2048 bits";
	if (!key->from.data && !(forced_only && key->has_command))
		return "is taken from every address: it has no from=";
	return NULL;
}

static void judge_root_keys(const struct ssh_view *view, struct verdict *verdict)
{
	const struct ssh_files *files = view->sshd->host_files;
	bool forced = sshd_number(view->sshd->global, SSHD_PERMIT_ROOT_LOGIN) ==
		      SSHD_ROOT_FORCED_COMMANDS;
	for (size_t i = 0; i < files->authorized_count; i++) {
		const struct ssh_authorized_file *file = &files->authorized[i];
		if (file->uid != 0)
			continue;
		if (file->file.state == FACT_UNREADABLE && file->file.unread)
			verdict_unknown(verdict, file->file.unread);
		for (size_t k = 0; k < file->key_count; k++) {
			const struct ssh_key *key = &file->keys[k];
			const char *problem = key_problem(key, forced);
			struct slice name = key->comment.size ? key->comment : key->type;
			if (problem)
				verdict_fail(verdict, ssh_exposure(view->model, 0), key->origin,
					     verdict_text(verdict, name), "%s", problem);
			else
				verdict_note(verdict, key->origin, verdict_text(verdict, name),
					     "may log in as root from %s",
					     key->from.data ? verdict_text(verdict, key->from)
							    : "anywhere, for one command");
		}
	}
}

static void evaluate_root_keys(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (!ssh_view_begin(&view, model, verdict)) {
		ssh_view_done(&view);
		return;
	}
	if (!root_comes_by_key(&view)) {
		verdict_pass(verdict, sshd_origin(view.sshd->global, SSHD_PERMIT_ROOT_LOGIN),
			     "root", "no key lets root in");
	} else if (!view.sshd->host_files) {
		verdict_unknown_because(verdict, "root's authorized_keys", "it was not looked at",
					"");
	} else {
		size_t before = verdict->count;
		judge_root_keys(&view, verdict);
		if (!verdict->fail_count && !verdict->unknown_count)
			verdict_pass(
				verdict, ORIGIN_NONE, "root",
				verdict->count == before
					? "has no key that could log in"
					: "every key for root is strong, and bound to addresses");
	}
	ssh_view_done(&view);
}

static void remedy_root_keys(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	const struct ssh_files *files = model->sshd->host_files;
	(void)check;
	(void)verdict;
	for (size_t i = 0; i < files->authorized_count; i++) {
		const struct ssh_authorized_file *file = &files->authorized[i];
		if (file->uid != 0 || !file->key_count)
			continue;
		const char *path = remedy_quote(remedy, slice_of(file->file.path));
		remedy_command(remedy, "cp -an %s %s.rf-bak", path, path);
		remedy_command(remedy,
			       "# delete the keys that nobody needs, and bind the others to your "
			       "networks: put from=\"192.0.2.0/24\",no-port-forwarding before "
			       "each");
		remedy_command(remedy, "${EDITOR:-vi} %s", path);
		remedy_verify(remedy, "ssh-keygen -lf %s", path);
		remedy_undo(remedy, "cp -a %s.rf-bak %s", path, path);
	}
	remedy_disrupts(remedy, DISRUPTION_LOCKOUT_RISK);
}

static const struct check rows[] = {
	{
		.id = "SSH-014",
		.title = "No Match block weakens the global rules",
		.why = "A rule at the top of the file reassures, and a block at its end takes it "
		       "back for the very people whom it was meant for.",
		.evaluates =
			"For every account, every address outside the trusted networks and every "
			"Match block, in included files too: does it get a way in, an empty "
			"password or a forwarding that it would not get without the block?",
		.likelihood = 5,
		.impact = 8,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) Match", "servconf.c" },
		.evaluate = evaluate_match_blocks,
		.remedy = remedy_match_blocks,
	},
	{
		.id = "SSH-015",
		.title = "sshd's files are root's and private",
		.why = "Who can write sshd's configuration or a list of keys can log in as "
		       "anybody; who can read a host key can pretend to be this host.",
		.evaluates = "Owner and mode of sshd_config, of what it includes, of the folders, "
			     "of private host keys and of authorized_keys files.",
		.likelihood = 3,
		.impact = 9,
		.level = LEVEL_BASIC,
		.references = { "sshd(8) FILES", "CIS 5.1.1", "CIS 5.1.2" },
		.evaluate = evaluate_files,
		.remedy = remedy_files,
	},
	{
		.id = "SSH-016",
		.title = "The running sshd uses the file on disk",
		.why = "A change that sshd has not read protects nothing; a file that it refuses "
		       "locks everybody out at the next restart.",
		.evaluates = "Would sshd take these files? Did the running one start or reload "
			     "after their last change, and without -f, -o or -p?",
		.likelihood = 4,
		.impact = 6,
		.level = LEVEL_BASIC,
		.references = { "sshd(8)", "servconf.c" },
		.evaluate = evaluate_running,
		.remedy = remedy_running,
	},
	{
		.id = "SSH-017",
		.title = "Keys for root are few and restricted",
		.why = "A key left behind by an old administrator, or by an intruder, opens the "
		       "host as root from anywhere.",
		.evaluates = "Every key in root's AuthorizedKeysFile files, while a key lets root "
			     "in: without from=, DSA, or RSA under 2048 bits fails.",
		.likelihood = 5,
		.impact = 9,
		.level = LEVEL_BASIC,
		.references = { "sshd(8) AUTHORIZED_KEYS FILE FORMAT" },
		.evaluate = evaluate_root_keys,
		.remedy = remedy_root_keys,
	},
};

CHECK_LIST(ssh_trust_checks, rows);
