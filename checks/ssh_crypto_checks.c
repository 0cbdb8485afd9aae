/* SPDX-License-Identifier: Apache-2.0
 *
 * What sshd offers: algorithms, host keys, forwarding, trust in other hosts, what it logs.
 */
#include "audit/base/arena.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/sshd/ssh_files.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/ssh_remedy.h"
#include "checks/ssh_scope.h"
#include "checks/verdict.h"

/* SSH-009 */

struct weak_pattern {
	enum sshd_setting_id setting;
	const char *pattern;
	const char *reason;
	bool strict_only;
};

static const struct weak_pattern weak_patterns[] = {
	{ SSHD_CIPHERS_LIST, "*-cbc", "CBC mode", false },
	{ SSHD_CIPHERS_LIST, "*-cbc@*", "CBC mode", false },
	{ SSHD_CIPHERS_LIST, "arcfour*", "RC4", false },
	{ SSHD_MACS_LIST, "*md5*", "MD5", false },
	{ SSHD_MACS_LIST, "hmac-sha1-96*", "cut to 96 bits", false },
	{ SSHD_MACS_LIST, "hmac-ripemd160*", "an old hash", false },
	{ SSHD_MACS_LIST, "umac-64*", "64 bits", true },
	{ SSHD_MACS_LIST, "hmac-sha1*", "SHA-1", true },
	{ SSHD_KEX_ALGORITHMS, "*-group1-sha1", "a group of 1024 bits", false },
	{ SSHD_KEX_ALGORITHMS, "*-sha1", "SHA-1", false },
	{ SSHD_GSSAPI_KEX_ALGORITHMS, "gss-group1-sha1-*", "a group of 1024 bits", false },
	{ SSHD_GSSAPI_KEX_ALGORITHMS, "gss-*-sha1-*", "SHA-1", false },
};

static const char *weakness_of(enum sshd_setting_id setting, struct slice name, bool strict)
{
	for (size_t i = 0; i < ARRAY_SIZE(weak_patterns); i++)
		if (weak_patterns[i].setting == setting &&
		    (strict || !weak_patterns[i].strict_only) &&
		    slice_glob(slice_of(weak_patterns[i].pattern), name))
			return weak_patterns[i].reason;
	return NULL;
}

/* "3des-cbc (CBC mode), aes128-cbc (CBC mode)", or empty. */
static void append_weak(struct buffer *text, enum sshd_setting_id setting, struct slice list,
			bool strict)
{
	struct slice name;
	while (slice_next_field(&list, ',', &name)) {
		const char *reason = weakness_of(setting, name, strict);
		if (!reason)
			continue;
		if (text->size)
			buffer_append_string(text, ", ");
		buffer_append_slice(text, name);
		buffer_format(text, " (%s)", reason);
	}
}

static bool list_has(struct slice list, const char *pattern)
{
	struct slice name;
	while (slice_next_field(&list, ',', &name))
		if (slice_glob(slice_of(pattern), name))
			return true;
	return false;
}

/* CVE-2023-48795 needs one of these, and no strict key exchange. */
static bool offers_terrapin(const struct sshd_options *options)
{
	struct slice ciphers = sshd_get(options, SSHD_CIPHERS_LIST)->text;
	struct slice macs = sshd_get(options, SSHD_MACS_LIST)->text;
	return list_has(ciphers, "chacha20-poly1305@openssh.com") ||
	       (list_has(ciphers, "*-cbc*") && list_has(macs, "*-etm@*"));
}

enum fixed {
	FIXED_YES,
	FIXED_NO,
	FIXED_NOT_TOLD,
};

/* Strict key exchange came with 9.6; Debian 12 has it since its second update. What Red Hat and
 * other releases of Debian carry back, a version number does not tell. */
static enum fixed has_strict_kex(struct sshd_version version)
{
	if (version.release >= SSHD_RELEASE(9, 6))
		return FIXED_YES;
	if (version.vendor == SSHD_DEBIAN && version.distribution == 12)
		return version.update >= 2 ? FIXED_YES : FIXED_NO;
	return version.vendor == SSHD_UPSTREAM && version.is_known ? FIXED_NO : FIXED_NOT_TOLD;
}

static void judge_terrapin(const struct model *model, struct verdict *verdict)
{
	const struct sshd_options *global = model->sshd->global;
	struct origin origin = sshd_origin(global, SSHD_CIPHERS_LIST);
	if (!offers_terrapin(global))
		return;
	switch (has_strict_kex(model->sshd->facts.version)) {
	case FIXED_YES:
		break;
	case FIXED_NO:
		verdict_fail(verdict, ssh_exposure(model, 0), origin, "Terrapin",
			     "chacha20-poly1305 or CBC with -etm is offered without strict key "
			     "exchange (CVE-2023-48795)");
		break;
	case FIXED_NOT_TOLD:
		verdict_note(
			verdict, origin, "Terrapin",
			"CVE-2023-48795 matters unless the distribution has carried strict key "
			"exchange back");
		break;
	}
}

static void evaluate_algorithms(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	static const enum sshd_setting_id ids[] = {
		SSHD_CIPHERS_LIST,
		SSHD_MACS_LIST,
		SSHD_KEX_ALGORITHMS,
		SSHD_GSSAPI_KEX_ALGORITHMS,
	};
	(void)check;
	if (!ssh_is_known(model, verdict))
		return;
	const struct sshd_options *global = model->sshd->global;
	bool strict = ssh_is_strict(model);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		const struct sshd_setting *setting = sshd_get(global, ids[i]);
		BUFFER_AUTO weak = { 0 };
		if (ids[i] == SSHD_GSSAPI_KEX_ALGORITHMS &&
		    !sshd_flag(global, SSHD_GSSAPI_KEY_EXCHANGE))
			continue;
		append_weak(&weak, ids[i], setting->text, strict);
		if (weak.size && !model->sshd->facts.version.is_known && !setting->is_set)
			verdict_unknown_because(verdict, "the default algorithms of sshd",
						"its version is not known",
						"give the package list or the output of `sshd -V`");
		else if (weak.size)
			verdict_fail(verdict, ssh_exposure(model, 0), setting->origin,
				     sshd_setting_row(ids[i])->name, "%s%s",
				     verdict_text(verdict, buffer_slice(&weak)),
				     setting->is_set ? "" : ", by default");
	}
	judge_terrapin(model, verdict);
	if (!verdict->fail_count && !verdict->unknown_count)
		verdict_pass(verdict, sshd_origin(global, SSHD_CIPHERS_LIST), "sshd",
			     "offers strong algorithms only");
}

/* LIST without what is weak, as a line. */
static const char *strong_line(struct remedy *remedy, const char *keyword, enum sshd_setting_id id,
			       struct slice list)
{
	BUFFER_AUTO text = { 0 };
	struct slice name;
	buffer_format(&text, "%s ", keyword);
	size_t empty = text.size;
	while (slice_next_field(&list, ',', &name)) {
		/* The strict list leaves nothing to mend at either level. */
		if (weakness_of(id, name, true))
			continue;
		if (text.size > empty)
			buffer_append_byte(&text, ',');
		buffer_append_slice(&text, name);
	}
	const char *copy = buffer_failed(&text) || text.size == empty
				   ? NULL
				   : slice_to_string(remedy->arena, buffer_slice(&text));
	return copy;
}

static void remedy_algorithms(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	static const struct {
		enum sshd_setting_id id;
		const char *keyword;
		const char *fallback;
	} lists[] = {
		{ SSHD_CIPHERS_LIST, "Ciphers", "Ciphers aes256-ctr,aes192-ctr,aes128-ctr" },
		{ SSHD_MACS_LIST, "MACs", "MACs hmac-sha2-512,hmac-sha2-256" },
		{ SSHD_KEX_ALGORITHMS, "KexAlgorithms",
		  "KexAlgorithms diffie-hellman-group-exchange-sha256" },
	};
	struct ssh_setting_line lines[ARRAY_SIZE(lists)];
	size_t count = 0;
	(void)check;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		BUFFER_AUTO weak = { 0 };
		struct slice list = sshd_get(model->sshd->global, lists[i].id)->text;
		append_weak(&weak, lists[i].id, list, ssh_is_strict(model));
		if (!weak.size)
			continue;
		const char *line = strong_line(remedy, lists[i].keyword, lists[i].id, list);
		lines[count++] = (struct ssh_setting_line){
			lists[i].id,
			line ? line : lists[i].fallback,
		};
	}
	if (model->sshd->command_line) {
		remedy_command(remedy,
			       "# the system-wide crypto policy wins over sshd_config here");
		remedy_command(remedy, "update-crypto-policies --set DEFAULT:NO-SHA1");
		ssh_remedy_reload(remedy, model);
		return;
	}
	if (count)
		ssh_remedy_settings(remedy, model, verdict, lines, count);
	else
		remedy_command(remedy, "# upgrade openssh-server to a version with strict key "
				       "exchange (9.6, or your distribution's fix)");
}

/* SSH-010 */

#define RSA_BITS_BASIC 2048
#define RSA_BITS_STRICT 3072

static void judge_host_key(const struct model *model, struct verdict *verdict,
			   const struct ssh_host_key *host_key)
{
	const struct ssh_key *key = host_key->key;
	const char *path = verdict_text(verdict, slice_of(host_key->file.path));
	unsigned int wanted = ssh_is_strict(model) ? RSA_BITS_STRICT : RSA_BITS_BASIC;
	if (slice_is(key->type, "ssh-dss"))
		verdict_fail(verdict, ssh_exposure(model, 0), key->origin, path,
			     "a DSA key of %u bits", key->bits);
	else if (slice_is(key->type, "ssh-rsa") && key->bits && key->bits < wanted)
		verdict_fail(verdict, ssh_exposure(model, 0), key->origin, path,
			     "an RSA key of %u bits, under %u", key->bits, wanted);
	else
		verdict_pass(verdict, key->origin, path, "%s", verdict_text(verdict, key->type));
}

static void evaluate_host_keys(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	if (!ssh_is_known(model, verdict))
		return;
	const struct ssh_files *files = model->sshd->host_files;
	for (size_t i = 0; files && i < files->host_key_count; i++) {
		const struct ssh_host_key *host_key = &files->host_keys[i];
		/* A key that is not there is not offered. */
		if (host_key->key)
			judge_host_key(model, verdict, host_key);
		else if (host_key->file.state != FACT_ABSENT)
			verdict_note(verdict, host_key->origin,
				     verdict_text(verdict, slice_of(host_key->file.path)),
				     "has no public half beside it to look at");
	}
	if (!verdict->fail_count && !verdict->pass_count)
		verdict_unknown_because(verdict, "sshd's host keys",
					"none of their public halves could be read",
					"give /etc/ssh/ssh_host_*_key.pub");
}

static void remedy_host_keys(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	const struct ssh_files *files = model->sshd->host_files;
	(void)check;
	(void)verdict;
	remedy_command(remedy,
		       "[ -e /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -f "
		       "/etc/ssh/ssh_host_ed25519_key -N ''");
	for (size_t i = 0; i < files->host_key_count; i++) {
		const struct ssh_host_key *host_key = &files->host_keys[i];
		if (!host_key->key)
			continue;
		const char *path = remedy_quote(remedy, slice_of(host_key->file.path));
		if (slice_is(host_key->key->type, "ssh-dss")) {
			remedy_command(remedy, "mv %s %s.rf-bak", path, path);
			remedy_undo(remedy, "mv %s.rf-bak %s", path, path);
		} else if (slice_is(host_key->key->type, "ssh-rsa") && host_key->key->bits &&
			   host_key->key->bits < RSA_BITS_STRICT) {
			remedy_command(remedy, "mv %s %s.rf-bak && mv %s.pub %s.pub.rf-bak", path,
				       path, path, path);
			remedy_command(remedy, "ssh-keygen -q -t rsa -b 4096 -f %s -N ''", path);
			remedy_undo(remedy, "mv %s.rf-bak %s && mv %s.pub.rf-bak %s.pub", path,
				    path, path, path);
			remedy_verify(remedy, "ssh-keygen -lf %s", path);
		}
	}
	remedy_command(remedy, "# users see a changed host key once: tell them its fingerprint");
	ssh_remedy_reload(remedy, model);
}

/* SSH-011 */

static bool logs_wrongly(const struct ssh_view *view, const struct ssh_person *person,
			 const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	int64_t level = sshd_number(place->options, SSHD_LOG_LEVEL);
	(void)person;
	if (level == SSHD_LOG_INFO || level == SSHD_LOG_VERBOSE_LEVEL)
		return false;
	ret_problem->origin = sshd_origin(place->options, SSHD_LOG_LEVEL);
	ret_problem->text = ssh_format(
		view, "LogLevel is %s, which %s",
		sshd_choice_word(view->sshd->facts.version, place->options, SSHD_LOG_LEVEL),
		level < SSHD_LOG_INFO ? "hides failed logins" : "writes private things to the log");
	return true;
}

static void evaluate_log_level(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (ssh_view_begin(&view, model, verdict) &&
	    !ssh_fail_places(&view, logs_wrongly, SSH_SUBJECT_SETTING, "sshd") &&
	    !verdict->unknown_count)
		verdict_pass(verdict, sshd_origin(view.sshd->global, SSHD_LOG_LEVEL), "sshd",
			     "LogLevel is %s, SyslogFacility %s",
			     sshd_choice_word(view.sshd->facts.version, view.sshd->global,
					      SSHD_LOG_LEVEL),
			     sshd_choice_word(view.sshd->facts.version, view.sshd->global,
					      SSHD_SYSLOG_FACILITY));
	ssh_view_done(&view);
}

static void remedy_log_level(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	static const struct ssh_setting_line lines[] = { { SSHD_LOG_LEVEL, "LogLevel VERBOSE" } };
	(void)check;
	ssh_remedy_settings(remedy, model, verdict, lines, ARRAY_SIZE(lines));
}

/* SSH-012 */

/* DisableForwarding left X11 and the agent out until 10.0 (CVE-2025-32728), in Debian 12 until its
 * sixth update. */
static bool disables_all(struct sshd_version version)
{
	return version.release >= SSHD_RELEASE(10, 0) ||
	       (version.vendor == SSHD_DEBIAN && version.distribution == 12 && version.update >= 6);
}

static bool forwards(const struct ssh_view *view, const struct ssh_person *person,
		     const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	const struct sshd_options *options = place->options;
	bool disabled = sshd_flag(options, SSHD_DISABLE_FORWARDING);
	bool all_disabled = disabled && disables_all(view->sshd->facts.version);
	int64_t tcp =
		disabled ? SSHD_FORWARD_DENY : sshd_number(options, SSHD_ALLOW_TCP_FORWARDING);
	bool remote = tcp == SSHD_FORWARD_ALL || tcp == SSHD_FORWARD_REMOTE;
	enum sshd_setting_id id = SSHD_SETTING_COUNT;
	const char *name = "";
	if (!sshd_access_at(&person->user, place).is_admitted)
		return false;
	if (remote && sshd_number(options, SSHD_GATEWAY_PORTS) != SSHD_NO)
		id = SSHD_GATEWAY_PORTS, name = "GatewayPorts";
	else if (!all_disabled && sshd_flag(options, SSHD_X11_FORWARDING))
		id = SSHD_X11_FORWARDING, name = "X11Forwarding";
	else if (ssh_is_strict(view->model) && !ssh_place_is_trusted(view, place)) {
		if (tcp != SSHD_FORWARD_DENY)
			id = SSHD_ALLOW_TCP_FORWARDING, name = "AllowTcpForwarding";
		else if (!all_disabled && sshd_flag(options, SSHD_ALLOW_AGENT_FORWARDING))
			id = SSHD_ALLOW_AGENT_FORWARDING, name = "AllowAgentForwarding";
		else if (!disabled && sshd_number(options, SSHD_PERMIT_TUNNEL) != 0)
			id = SSHD_PERMIT_TUNNEL, name = "PermitTunnel";
	}
	if (id == SSHD_SETTING_COUNT)
		return false;
	ret_problem->origin = sshd_origin(options, id);
	ret_problem->text = ssh_format(view, "%s is %s%s", name,
				       sshd_choice_word(view->sshd->facts.version, options, id),
				       ret_problem->origin.source ? "" : " by default");
	return true;
}

static void evaluate_forwarding(const struct check *check, const struct model *model,
				struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (ssh_view_begin(&view, model, verdict) &&
	    !ssh_fail_places(&view, forwards, SSH_SUBJECT_SETTING, "sshd") &&
	    !verdict->unknown_count)
		verdict_pass(verdict, sshd_origin(view.sshd->global, SSHD_X11_FORWARDING), "sshd",
			     "forwards neither X11 nor ports for others%s",
			     ssh_is_strict(model) ? ", nor anything else from outside" : "");
	ssh_view_done(&view);
}

static void remedy_forwarding(const struct check *check, const struct model *model,
			      const struct verdict *verdict, struct remedy *remedy)
{
	struct ssh_setting_line lines[] = {
		{ SSHD_X11_FORWARDING, "X11Forwarding no" },
		{ SSHD_GATEWAY_PORTS, "GatewayPorts no" },
		{ SSHD_ALLOW_TCP_FORWARDING, "AllowTcpForwarding no" },
		{ SSHD_ALLOW_AGENT_FORWARDING, "AllowAgentForwarding no" },
		{ SSHD_PERMIT_TUNNEL, "PermitTunnel no" },
	};
	(void)check;
	ssh_remedy_settings(remedy, model, verdict, lines,
			    ssh_is_strict(model) ? ARRAY_SIZE(lines) : 2);
}

/* SSH-013 */

static bool trusts(const struct ssh_view *view, const struct ssh_person *person,
		   const struct sshd_place *place, struct ssh_problem *ret_problem)
{
	const struct sshd_options *options = place->options;
	struct sshd_version version = view->sshd->facts.version;
	struct slice protocol = sshd_get(options, SSHD_PROTOCOL)->text;
	const struct {
		bool fails;
		enum sshd_setting_id id;
		const char *text;
	} tests[] = {
		{ sshd_flag(options, SSHD_HOSTBASED_AUTHENTICATION), SSHD_HOSTBASED_AUTHENTICATION,
		  "HostbasedAuthentication is yes: whoever owns a trusted host gets in" },
		{ sshd_number(options, SSHD_IGNORE_RHOSTS) == SSHD_NO, SSHD_IGNORE_RHOSTS,
		  "IgnoreRhosts is no: users say which hosts to trust" },
		{ sshd_number(options, SSHD_PERMIT_USER_ENVIRONMENT) == SSHD_YES &&
			  !sshd_get(options, SSHD_PERMIT_USER_ENVIRONMENT)->text.data,
		  SSHD_PERMIT_USER_ENVIRONMENT,
		  "PermitUserEnvironment is yes: LD_PRELOAD gets round fixed commands" },
		{ !sshd_flag(options, SSHD_STRICT_MODES), SSHD_STRICT_MODES,
		  "StrictModes is no: keys that others may write are taken" },
		{ version.release < SSHD_RELEASE(7, 4) &&
			  slice_find_byte(protocol, '1') < protocol.size,
		  SSHD_PROTOCOL, "Protocol 1 is offered" },
		{ ssh_is_strict(view->model) && sshd_flag(options, SSHD_PERMIT_USER_RC),
		  SSHD_PERMIT_USER_RC, "PermitUserRC is yes: ~/.ssh/rc runs at each login" },
	};
	(void)person;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		if (!tests[i].fails)
			continue;
		ret_problem->origin = sshd_origin(options, tests[i].id);
		ret_problem->text = tests[i].text;
		return true;
	}
	return false;
}

static void evaluate_trust(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	struct ssh_view view;
	(void)check;
	if (ssh_view_begin(&view, model, verdict) &&
	    !ssh_fail_places(&view, trusts, SSH_SUBJECT_SETTING, "sshd") && !verdict->unknown_count)
		verdict_pass(verdict, ORIGIN_NONE, "sshd",
			     "trusts no other host, and no user's settings");
	ssh_view_done(&view);
}

static void remedy_trust(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	struct ssh_setting_line lines[6] = {
		{ SSHD_HOSTBASED_AUTHENTICATION, "HostbasedAuthentication no" },
		{ SSHD_IGNORE_RHOSTS, "IgnoreRhosts yes" },
		{ SSHD_PERMIT_USER_ENVIRONMENT, "PermitUserEnvironment no" },
		{ SSHD_STRICT_MODES, "StrictModes yes" },
	};
	size_t count = 4;
	(void)check;
	if (model->sshd->facts.version.release < SSHD_RELEASE(7, 4))
		lines[count++] = (struct ssh_setting_line){ SSHD_PROTOCOL, "Protocol 2" };
	if (ssh_is_strict(model))
		lines[count++] =
			(struct ssh_setting_line){ SSHD_PERMIT_USER_RC, "PermitUserRC no" };
	ssh_remedy_settings(remedy, model, verdict, lines, count);
}

static const struct check rows[] = {
	{
		.id = "SSH-009",
		.title = "Only strong ciphers, MACs and key exchanges",
		.why = "An algorithm that is broken in ten years lets whoever records a session "
		       "today read it then; some let an attacker on the way change it now.",
		.evaluates =
			"Ciphers, MACs and KexAlgorithms in force, with `+`, `-`, `^` and "
			"wildcards "
			"worked out over the version's own defaults, and Red Hat's crypto policy "
			"where it wins. CBC, RC4, MD5, MACs cut to 96 bits and SHA-1 key exchanges "
			"are weak; at strict also SHA-1 MACs and 64-bit tags. Terrapin "
			"(CVE-2023-48795) counts only where the fix is known to be missing.",
		.likelihood = 4,
		.impact = 6,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) Ciphers", "myproposal.h", "CVE-2023-48795",
				"CIS 5.1.6", "ssh-audit" },
		.evaluate = evaluate_algorithms,
		.remedy = remedy_algorithms,
	},
	{
		.id = "SSH-010",
		.title = "Host keys are strong and its own",
		.why = "Who can copy or compute the host key can pretend to be this host and read "
		       "every password typed into it.",
		.evaluates = "Type and size of the public halves of all HostKey files: DSA and "
			     "short RSA keys fail.",
		.likelihood = 4,
		.impact = 6,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) HostKey", "Lynis", "dev-sec ssh-baseline" },
		.evaluate = evaluate_host_keys,
		.remedy = remedy_host_keys,
	},
	{
		.id = "SSH-011",
		.title = "sshd logs at INFO or more",
		.why = "fail2ban and people see attacks in the log only when sshd writes them "
		       "there.",
		.evaluates = "LogLevel in force for every account and address: INFO or VERBOSE. "
			     "Lower ones hide failed logins, DEBUG ones write too much.",
		.likelihood = 4,
		.impact = 5,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) LogLevel", "CIS 5.1.14", "seed 4.2" },
		.evaluate = evaluate_log_level,
		.remedy = remedy_log_level,
	},
	{
		.id = "SSH-012",
		.title = "Forwarding is off where not used",
		.why = "A tunnel through SSH goes round the firewall, to the manager interface and "
		       "the database on 127.0.0.1.",
		.evaluates =
			"GatewayPorts and X11Forwarding in force for everybody who is "
			"admitted; at strict also AllowTcpForwarding, AllowAgentForwarding and "
			"PermitTunnel from outside. DisableForwarding counts, for X11 and the "
			"agent only where CVE-2025-32728 is fixed.",
		.likelihood = 4,
		.impact = 5,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) DisableForwarding", "CVE-2025-32728", "CIS 5.1.8" },
		.evaluate = evaluate_forwarding,
		.remedy = remedy_forwarding,
	},
	{
		.id = "SSH-013",
		.title = "No trust by host, rhosts or user environment",
		.why = "Trust in another host makes its break-in one of this host, too.",
		.evaluates = "HostbasedAuthentication, IgnoreRhosts, PermitUserEnvironment, "
			     "StrictModes, before 7.4 Protocol; at strict PermitUserRC.",
		.likelihood = 3,
		.impact = 8,
		.level = LEVEL_BASIC,
		.references = { "sshd_config(5) HostbasedAuthentication", "CIS 5.1.10",
				"CIS 5.1.11", "CIS 5.1.21" },
		.evaluate = evaluate_trust,
		.remedy = remedy_trust,
	},
};

CHECK_LIST(ssh_crypto_checks, rows);
