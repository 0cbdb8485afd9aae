/* SPDX-License-Identifier: Apache-2.0
 *
 * Who can read, change and run what Asterisk is made of. Where a copy did not keep owners and modes
 * nothing is decided.
 */
#include "audit/base/attributes.h"
#include "audit/kernel/file_model.h"
#include "audit/kernel/system_model.h"
#include "audit/kernel/web_model.h"
#include "audit/model/model.h"
#include "checks/check.h"
#include "checks/pbx_account.h"
#include "checks/remedy.h"
#include "checks/system_remedy.h"
#include "checks/verdict.h"

/* Files shown for one check; a `chmod -R` gone wrong spoils thousands. */
#define FILES_SHOWN_MAX 40

#define OTHERS_MAY_READ 04u
#define OTHERS_MAY_WRITE 02u
#define GROUP_MAY_WRITE 020u

/* What is wrong with FILE, in words; NULL: nothing. *RET_BITS is to be taken from the mode. */
typedef const char *judge_file(const struct model *model, const struct host_file *file,
			       uint32_t *ret_bits);

/* Is PATH below a folder that a web server shows to the world? */
static bool is_served(const struct model *model, const char *path)
{
	for (size_t i = 0; model->web && i < model->web->listener_count; i++) {
		struct slice root = model->web->listeners[i].root;
		while (root.size > 0 && root.data[root.size - 1] == '/')
			root.size--;
		if (root.size > 0 && strncmp(path, root.data, root.size) == 0 &&
		    path[root.size] == '/')
			return true;
	}
	return false;
}

static const char *judge_secret(const struct model *model, const struct host_file *file,
				uint32_t *ret_bits)
{
	if (file->status.kind != FILE_REGULAR)
		return NULL;
	if (is_served(model, file->path))
		return "below a folder that the web server shows";
	*ret_bits = 07;
	return file->status.mode & OTHERS_MAY_READ && file->is_reachable
		       ? "every account of the host can read it"
		       : NULL;
}

static const char *judge_key(const struct model *model, const struct host_file *file,
			     uint32_t *ret_bits)
{
	const char *why = judge_secret(model, file, ret_bits);
	*ret_bits = 037;
	if (!why && file->status.mode & GROUP_MAY_WRITE)
		return "its group can replace it";
	return why;
}

/* Root and the account that Asterisk runs as may change what it runs: it could do so anyhow. */
static const char *judge_program(const struct model *model, const struct host_file *file,
				 uint32_t *ret_bits)
{
	const struct pbx_account run = pbx_account_of(model);
	bool is_startup = file->role == FILE_ROLE_STARTUP;
	bool is_run_user = run.state == FACT_PRESENT && file->status.owner == run.uid;
	bool is_run_group = run.account && file->status.group == run.account->gid;
	*ret_bits = OTHERS_MAY_WRITE | GROUP_MAY_WRITE;
	if (file->status.mode & OTHERS_MAY_WRITE)
		return "every account of the host can change it";
	if (file->status.owner != 0 && is_startup)
		return "root runs it, and it belongs to another account";
	if (file->status.owner != 0 && !is_run_user)
		return "it belongs to an account that is neither root nor Asterisk's";
	if (file->status.mode & GROUP_MAY_WRITE && file->status.group != 0 &&
	    (is_startup || !is_run_group))
		return "its group can change it";
	return NULL;
}

struct file_rule {
	enum file_role roles[2];
	size_t role_count;
	judge_file *judge;
	/* "no file with a secret was found" */
	const char *nothing;
};

static bool has_role(const struct file_rule *rule, enum file_role role)
{
	for (size_t i = 0; i < rule->role_count; i++)
		if (rule->roles[i] == role)
			return true;
	return false;
}

/* The files can't be judged at all: recorded, and false. */
static bool modes_are_known(const struct model *model, struct verdict *verdict)
{
	if (model->files && !model->files->modes_are_lost)
		return true;
	verdict_unknown_because(verdict, "owners and modes of files",
				"this copy of the host's files did not keep them",
				"copy as root with `tar -p` or `rsync -a`, or save "
				"probes/file-modes (`ringfence collect --list`)");
	return false;
}

static void evaluate_files(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	const struct file_rule *rule = check->parameters;
	if (!modes_are_known(model, verdict))
		return;
	size_t seen = 0, failed = 0;
	for (size_t i = 0; i < model->files->count; i++) {
		const struct host_file *file = &model->files->files[i];
		uint32_t bits = 0;
		if (!has_role(rule, file->role))
			continue;
		seen++;
		const char *why = rule->judge(model, file, &bits);
		if (why && ++failed <= FILES_SHOWN_MAX)
			verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, file->origin, file->path,
				     "mode %04o, owner %u, group %u: %s", file->status.mode,
				     file->status.owner, file->status.group, why);
	}
	if (failed > FILES_SHOWN_MAX)
		verdict_note(verdict, ORIGIN_NONE, "more files", "%zu more of the same kind",
			     failed - FILES_SHOWN_MAX);
	if (seen > 0 && failed == 0)
		verdict_pass(verdict, ORIGIN_NONE, "files", "%zu looked at", seen);
	for (size_t i = 0; i < rule->role_count; i++)
		if (model->files->unread[rule->roles[i]])
			verdict_unknown(verdict, model->files->unread[rule->roles[i]]);
	if (verdict->count == 0)
		verdict_not_applicable(verdict, "%s", rule->nothing);
}

static void remedy_files(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	const struct file_rule *rule = check->parameters;
	for (size_t i = 0; i < model->files->count; i++) {
		const struct host_file *file = &model->files->files[i];
		uint32_t bits = 0;
		bool is_shown = false;
		for (size_t j = 0; j < verdict->count && !is_shown; j++)
			is_shown = verdict->evidence[j].role == EVIDENCE_FAILS &&
				   strcmp(verdict->evidence[j].subject, file->path) == 0;
		if (!is_shown || !has_role(rule, file->role) || !rule->judge(model, file, &bits))
			continue;
		bool is_foreign = rule->judge == judge_program && file->status.owner != 0 &&
				  !(file->status.mode & OTHERS_MAY_WRITE);
		system_remedy_permission(remedy,
					 &(struct permission_change){
						 .path = slice_of(file->path),
						 .owner = file->status.owner,
						 .group = file->status.group,
						 .mode = file->status.mode,
						 .wanted_owner = is_foreign ? "root:root" : NULL,
						 .mode_without = bits,
					 });
	}
}

/* One subject for each top folder: files lie in it by the thousand. */
struct recording_folder {
	const struct host_file *top;
	size_t files;
	size_t readable;
	const struct host_file *example;
};

static bool is_below(const char *path, const char *folder)
{
	size_t size = strlen(folder);
	return strncmp(path, folder, size) == 0 && path[size] == '/';
}

static void judge_recordings(const struct model *model, const struct recording_folder *folder,
			     struct verdict *verdict)
{
	if (!folder->top)
		return;
	const char *path = folder->top->path;
	if (is_served(model, path))
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, path,
			     "below a folder that the web server shows");
	else if (folder->readable > 0)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, ORIGIN_NONE, path,
			     "every account can read %zu of the %zu files looked at, such as %s",
			     folder->readable, folder->files, folder->example->path);
	else
		verdict_pass(verdict, ORIGIN_NONE, path, "none of %zu files is for everybody",
			     folder->files);
}

static void evaluate_recordings(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	(void)check;
	if (!modes_are_known(model, verdict))
		return;
	struct recording_folder folder = { .top = NULL };
	for (size_t i = 0; i < model->files->count; i++) {
		const struct host_file *file = &model->files->files[i];
		if (file->role != FILE_ROLE_RECORDING)
			continue;
		if (!folder.top || !is_below(file->path, folder.top->path)) {
			judge_recordings(model, &folder, verdict);
			folder = (struct recording_folder){ .top = file };
			continue;
		}
		if (file->status.kind != FILE_REGULAR)
			continue;
		folder.files++;
		if (file->status.mode & OTHERS_MAY_READ && file->is_reachable) {
			folder.readable++;
			folder.example = file;
		}
	}
	judge_recordings(model, &folder, verdict);
	if (model->files->unread[FILE_ROLE_RECORDING])
		verdict_unknown(verdict, model->files->unread[FILE_ROLE_RECORDING]);
	if (verdict->count == 0)
		verdict_not_applicable(verdict,
				       "there are no recordings, voicemail or call records");
}

static void remedy_recordings(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	for (size_t i = 0; i < verdict->count; i++) {
		const struct host_file *file =
			verdict->evidence[i].role != EVIDENCE_FAILS
				? NULL
				: file_model_find(model->files, FILE_ROLE_RECORDING,
						  verdict->evidence[i].subject);
		/* Closing the folder closes all below it. */
		if (file)
			system_remedy_permission(remedy, &(struct permission_change){
								 .path = slice_of(file->path),
								 .owner = file->status.owner,
								 .group = file->status.group,
								 .mode = file->status.mode,
								 .mode_without = 07,
							 });
	}
}

static const struct file_rule secret_rule = {
	.roles = { FILE_ROLE_SECRETS },
	.role_count = 1,
	.judge = judge_secret,
	.nothing = "no file with a secret was found",
};
static const struct file_rule program_rule = {
	.roles = { FILE_ROLE_PROGRAM, FILE_ROLE_STARTUP },
	.role_count = 2,
	.judge = judge_program,
	.nothing = "no program of Asterisk was found",
};
static const struct file_rule key_rule = {
	.roles = { FILE_ROLE_KEY },
	.role_count = 1,
	.judge = judge_key,
	.nothing = "no private key was found",
};
static const struct file_rule copy_rule = {
	.roles = { FILE_ROLE_COPY },
	.role_count = 1,
	.judge = judge_secret,
	.nothing = "no copy of such files was found",
};

static const struct check rows[] = {
	{
		.id = "FILE-001",
		.title = "Files with secrets are not for everybody",
		.why = "Any account of the host, a web script included, can read the secrets of "
		       "all "
		       "phones, trunks and databases from a file that is open to all.",
		.evaluates =
			"Files of /etc/asterisk, FreePBX, Elastix, Issabel and database clients "
			"in which a secret stands: readable by others, with every folder above "
			"letting them through; or below a web server's root.",
		.likelihood = 5,
		.impact = 8,
		.level = LEVEL_BASIC,
		.references = { "README-SERIOUSLY.bestpractices.md" },
		.evaluate = evaluate_files,
		.remedy = remedy_files,
		.parameters = &secret_rule,
	},
	{
		.id = "FILE-003",
		.title = "No one else can change what Asterisk runs",
		.why = "Who can change a module, an AGI script or a start script runs his own code "
		       "as Asterisk, and through startup.d as root.",
		.evaluates =
			"Modules, agi-bin, #exec programs, the two programs and startup.d with "
			"their folders: writable by others or a foreign group, or owned by an "
			"account other than root and Asterisk's; startup.d must be root's.",
		.likelihood = 4,
		.impact = 10,
		.level = LEVEL_BASIC,
		.references = { "GHSA-v9q8-9j8m-5xwp" },
		.evaluate = evaluate_files,
		.remedy = remedy_files,
		.parameters = &program_rule,
	},
	{
		.id = "FILE-005",
		.title = "Recordings, voicemail and call records are private",
		.why = "They are other people's talks: the law protects them, and whoever reads "
		       "them "
		       "knows the business.",
		.evaluates =
			"Files below monitor, voicemail and cdr-csv: readable by others, with "
			"every folder above letting them through; or below a web server's root.",
		.likelihood = 4,
		.impact = 7,
		.level = LEVEL_BASIC,
		.references = { "app_voicemail.c", "GDPR article 32" },
		.evaluate = evaluate_recordings,
		.remedy = remedy_recordings,
	},
	{
		.id = "FILE-006",
		.title = "Private keys are private",
		.why = "Whoever has the key can pretend to be this server, and can read recorded "
		       "traffic where the key exchange allows it.",
		.evaluates = "Files with a PEM private key in /etc/asterisk, its keys folder, "
			     "/etc/ssl/private, /etc/pki/tls/private, Let's Encrypt and web server "
			     "folders: any permission for others, or write for the group.",
		.likelihood = 4,
		.impact = 8,
		.level = LEVEL_BASIC,
		.references = { "CIS 5.1.2" },
		.evaluate = evaluate_files,
		.remedy = remedy_files,
		.parameters = &key_rule,
	},
	{
		.id = "FILE-007",
		.title = "No copies of secrets lie about",
		.why = "Yesterday's sip.conf.bak holds today's secrets, and nobody guards it.",
		.evaluates = "Backups beside the configuration (*.bak, *.old, *~, NAME.conf.*), in "
			     "/var/spool/asterisk/backup and /tmp, and histories of commands: "
			     "readable by others, or below a web server's root.",
		.likelihood = 4,
		.impact = 7,
		.level = LEVEL_BASIC,
		.references = { "field practice" },
		.evaluate = evaluate_files,
		.remedy = remedy_files,
		.parameters = &copy_rule,
	},
};

CHECK_LIST(file_checks, rows);
