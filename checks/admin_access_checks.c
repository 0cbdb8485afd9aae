/* SPDX-License-Identifier: Apache-2.0
 *
 * The manager interface, Asterisk's HTTP server and ARI: who reaches them, who may log in, what
 * they may do.
 */
#include <netinet/in.h>

#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/firewall/reach_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/admin_reach.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/secret_strength.h"
#include "checks/verdict.h"

static const char see_manager[] = "Settings, Advanced Settings, Asterisk Manager";

/* One of the two sockets, into VERDICT. */
static void judge_bind(const struct model *model, struct verdict *verdict,
		       const struct admin_bind *bind, const char *subject)
{
	struct admin_reach reach = admin_reach_of(verdict, model, bind, AUDIENCE_ADMIN);
	switch (reach.openness) {
	case SERVICE_OPEN:
		verdict_fail(verdict, reach.exposure, reach.origin, subject, "%s", reach.text);
		break;
	case SERVICE_UNKNOWN:
		verdict_unknown_because(verdict, subject, reach.text,
					"make sockets and rules readable (run as root)");
		break;
	case SERVICE_LISTED:
	case SERVICE_CLOSED:
		verdict_pass(verdict, reach.origin, subject, "%s", reach.text);
		break;
	}
}

static void evaluate_manager_port(const struct check *check, const struct model *model,
				  struct verdict *verdict)
{
	(void)check;
	if (!admin_manager_is_on(model, verdict))
		return;
	const struct admin_access_model *admin = model->asterisk->admin;
	struct admin_bind manager = admin->manager;
	manager.is_enabled = true;
	judge_bind(model, verdict, &manager, "manager interface");
	if (admin->manager_tls.is_enabled)
		judge_bind(model, verdict, &admin->manager_tls, "manager interface over TLS");
}

static void remedy_manager_port(const struct check *check, const struct model *model,
				const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "manager show settings", NULL };
	const struct admin_access_model *admin = model->asterisk->admin;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place place =
		asterisk_place_of(admin->manager_file, "general", admin->manager.origin);
	place.page = see_manager;
	asterisk_remedy_set(&change, &place, "bindaddr", "127.0.0.1");
	asterisk_remedy_end(&change, "manager reload", verify);
	remedy_verify(remedy, "ss -H -ltn 'sport = :%u'", admin->manager.port);
}

static const char *user_subject(struct verdict *verdict, struct slice name)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "manager user %s", verdict_text(verdict, name));
	const char *kept = buffer_keep(&text, verdict->arena);
	if (!kept)
		verdict->memory_failed = true;
	return kept ? kept : "manager user";
}

/* Users that can log in; without one there is nothing to judge. */
static bool has_users(const struct model *model, struct verdict *verdict)
{
	const struct admin_access_model *admin = model->asterisk->admin;
	for (size_t i = 0; i < admin->user_count; i++)
		if (secret_length(admin->users[i].secret))
			return true;
	if (!asterisk_file_unread(admin->manager_file, verdict))
		verdict_not_applicable(verdict, "no manager user has a secret: nobody can log in");
	return false;
}

static void evaluate_manager_sources(const struct check *check, const struct model *model,
				     struct verdict *verdict)
{
	(void)check;
	if (!admin_manager_is_on(model, verdict) || !has_users(model, verdict))
		return;
	const struct admin_access_model *admin = model->asterisk->admin;
	struct admin_reach reach = admin_reach_of(verdict, model, &admin->manager, AUDIENCE_ADMIN);
	bool is_loopback = address_is_loopback(admin->manager.address);
	for (size_t i = 0; i < admin->user_count; i++) {
		const struct manager_user *user = &admin->users[i];
		const char *subject = user_subject(verdict, user->name);
		if (!secret_length(user->secret))
			continue;
		struct address_set beyond = admin_sources_beyond(verdict, model, &user->acl,
								 admin->manager.address.family);
		if (is_loopback)
			verdict_pass(verdict, admin->manager.origin, subject,
				     "the interface is bound to loopback");
		else if (address_set_is_empty(beyond))
			verdict_pass(verdict, user->origin, subject,
				     "limited to the host and trusted networks");
		else if (!user->acl.is_present)
			verdict_fail(verdict, reach.exposure, user->origin, subject,
				     "no permit, deny or acl: any address may log in");
		else if (user->acl.is_inexact)
			verdict_unknown_because(verdict, subject,
						"its source list could not be evaluated exactly",
						"look at its permit, deny and acl lines");
		else
			verdict_fail(verdict, reach.exposure, user->origin, subject,
				     "its list also lets %s in", service_networks(verdict, beyond));
	}
	asterisk_file_unread(admin->manager_file, verdict);
}

static const struct manager_user *
failed_user(const struct model *model, const struct evidence *evidence, struct verdict *scratch)
{
	const struct admin_access_model *admin = model->asterisk->admin;
	for (size_t i = 0; evidence->role == EVIDENCE_FAILS && i < admin->user_count; i++)
		if (slice_is(slice_of(evidence->subject),
			     user_subject(scratch, admin->users[i].name)))
			return &admin->users[i];
	return NULL;
}

static struct asterisk_place user_place(const struct manager_user *user, struct origin line)
{
	return (struct asterisk_place){
		.file = user->is_from_users ? "users.conf" : "manager.conf",
		.section = user->name,
		.header = user->origin,
		.line = line,
		.page = see_manager,
	};
}

void admin_limit_user(struct asterisk_remedy *change, const struct manager_user *user)
{
	struct asterisk_place place = user_place(user, ORIGIN_NONE);
	for (size_t k = 0; k < user->acl.rule_count; k++) {
		struct asterisk_place old = user_place(user, user->acl.rules[k].variable->origin);
		asterisk_remedy_drop(change, &old);
	}
	asterisk_remedy_add(change, &place,
			    "deny=0.0.0.0/0.0.0.0\ndeny=::/0\n"
			    "permit=127.0.0.1/255.255.255.255");
}

static void remedy_manager_sources(const struct check *check, const struct model *model,
				   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	static const char *const verify[] = { "manager show users", NULL };
	struct verdict scratch = { .arena = remedy->arena };
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < verdict->count; i++) {
		const struct manager_user *user =
			failed_user(model, &verdict->evidence[i], &scratch);
		if (!user)
			continue;
		admin_limit_user(&change, user);
	}
	asterisk_remedy_end(&change, "manager reload", verify);
}

static const struct {
	unsigned int right;
	const char *name;
} strong_rights[] = {
	{ MANAGER_SYSTEM, "system" },
	{ MANAGER_COMMAND, "command" },
	{ MANAGER_CONFIG, "config" },
	{ MANAGER_ORIGINATE, "originate" },
};

static const char *right_names(struct verdict *verdict, unsigned int rights)
{
	BUFFER_AUTO text = { 0 };
	for (size_t i = 0; i < ARRAY_SIZE(strong_rights); i++)
		if (rights & strong_rights[i].right)
			buffer_format(&text, "%s%s", text.size ? ", " : "", strong_rights[i].name);
	const char *kept = buffer_keep(&text, verdict->arena);
	if (!kept)
		verdict->memory_failed = true;
	return kept ? kept : "";
}

/* The user with which the GUI itself drives Asterisk: it needs its rights. */
static bool is_gui_user(const struct model *model, const struct manager_user *user)
{
	const struct pbx_model *pbx = model->asterisk->pbx;
	if (!pbx || pbx->kind == PBX_NONE)
		return false;
	for (size_t i = 0; i < pbx->credential_count; i++)
		if (slice_is(slice_of(pbx->credentials[i].what), "the manager interface") &&
		    slice_equal(pbx->credentials[i].user, user->name))
			return true;
	return slice_is(user->name, "admin") || slice_is(user->name, "cxpanel") ||
	       slice_is(user->name, "firewall");
}

static void evaluate_manager_rights(const struct check *check, const struct model *model,
				    struct verdict *verdict)
{
	(void)check;
	if (!admin_manager_is_on(model, verdict) || !has_users(model, verdict))
		return;
	const struct admin_access_model *admin = model->asterisk->admin;
	struct admin_reach reach = admin_reach_of(verdict, model, &admin->manager, AUDIENCE_ADMIN);
	const unsigned int strong =
		MANAGER_SYSTEM | MANAGER_COMMAND | MANAGER_CONFIG | MANAGER_ORIGINATE;
	for (size_t i = 0; i < admin->user_count; i++) {
		const struct manager_user *user = &admin->users[i];
		const char *subject = user_subject(verdict, user->name);
		unsigned int rights = user->write & strong;
		if (!secret_length(user->secret))
			continue;
		struct origin origin =
			user->write_origin.source ? user->write_origin : user->origin;
		if (rights && !is_gui_user(model, user)) {
			verdict_fail(verdict, reach.exposure, origin, subject,
				     "may write %s: each is as good as a shell or free calls",
				     right_names(verdict, rights));
			if (user->write == MANAGER_ALL && !user->acl.is_present)
				verdict_severity(verdict, 75);
		} else if (rights) {
			verdict_pass(verdict, origin, subject,
				     "the GUI's own user, which needs its rights");
		} else {
			verdict_pass(verdict, origin, subject, "may not command or originate");
		}
	}
	asterisk_file_unread(admin->manager_file, verdict);
}

static void remedy_manager_rights(const struct check *check, const struct model *model,
				  const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	static const char *const verify[] = { "manager show users", NULL };
	struct verdict scratch = { .arena = remedy->arena };
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	for (size_t i = 0; i < verdict->count; i++) {
		const struct manager_user *user =
			failed_user(model, &verdict->evidence[i], &scratch);
		if (!user)
			continue;
		struct asterisk_place read = user_place(user, user->read_origin);
		struct asterisk_place write = user_place(user, user->write_origin);
		asterisk_remedy_set(&change, &read, "read", "call,reporting");
		asterisk_remedy_set(&change, &write, "write", "call");
	}
	asterisk_remedy_end(&change, "manager reload", verify);
}

static void evaluate_manager_tls(const struct check *check, const struct model *model,
				 struct verdict *verdict)
{
	(void)check;
	if (!admin_manager_is_on(model, verdict) || !has_users(model, verdict))
		return;
	const struct admin_access_model *admin = model->asterisk->admin;
	struct admin_reach reach = admin_reach_of(verdict, model, &admin->manager, AUDIENCE_ADMIN);
	if (address_is_loopback(admin->manager.address) || reach.openness == SERVICE_CLOSED) {
		verdict_pass(verdict, admin->manager.origin, "manager interface",
			     "nothing of it crosses a network");
		return;
	}
	for (size_t i = 0; i < admin->user_count; i++) {
		const struct manager_user *user = &admin->users[i];
		const char *subject = user_subject(verdict, user->name);
		if (!secret_length(user->secret))
			continue;
		if (admin_acl_is_loopback(&user->acl))
			verdict_pass(verdict, user->origin, subject, "logs in from this host only");
		else if (admin->manager_tls.is_enabled)
			verdict_pass(verdict, admin->manager_tls.origin, subject,
				     "may log in over TLS");
		else
			verdict_fail(verdict, reach.exposure, user->origin, subject,
				     "may log in over the network, and tlsenable is off");
	}
}

static void remedy_manager_tls(const struct check *check, const struct model *model,
			       const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "manager show settings", NULL };
	const struct admin_access_model *admin = model->asterisk->admin;
	const struct conf_category *general = conf_find_category(admin->manager_file, "general");
	const struct conf_variable *enable = conf_last(general, "tlsenable");
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place place = asterisk_place_of(admin->manager_file, "general",
							enable ? enable->origin : ORIGIN_NONE);
	asterisk_remedy_set(&change, &place, "tlsenable", "yes");
	if (!admin->manager_certificate.certificate) {
		place.line = ORIGIN_NONE;
		asterisk_remedy_set(&change, &place, "tlscertfile",
				    "/etc/asterisk/keys/asterisk.pem");
	}
	asterisk_remedy_end(&change, "manager reload", verify);
	remedy_verify(remedy, "openssl s_client -connect 127.0.0.1:%u </dev/null",
		      admin->manager_tls.port);
}

static void evaluate_manager_web(const struct check *check, const struct model *model,
				 struct verdict *verdict)
{
	(void)check;
	if (!asterisk_is_there(model, verdict))
		return;
	const struct admin_access_model *admin = model->asterisk->admin;
	if (admin->web_enabled.state == FACT_UNREADABLE ||
	    admin->http_enabled.state == FACT_UNREADABLE) {
		verdict_unknown(verdict, admin->web_enabled.state == FACT_UNREADABLE
						 ? admin->web_enabled.unread
						 : admin->http_enabled.unread);
	} else if (!admin->web_enabled.value) {
		verdict_pass(verdict, admin->web_enabled.origin, "webenabled",
			     "off: the manager is not offered over HTTP");
	} else if (!admin->http.is_enabled && !admin->https.is_enabled) {
		verdict_pass(verdict, admin->http_enabled.origin, "http.conf",
			     "webenabled is on, but the HTTP server is off");
	} else {
		if (admin->http.is_enabled)
			judge_bind(model, verdict, &admin->http, "manager over HTTP");
		if (admin->https.is_enabled)
			judge_bind(model, verdict, &admin->https, "manager over HTTPS");
	}
}

static void remedy_manager_web(const struct check *check, const struct model *model,
			       const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "manager show settings", NULL };
	const struct admin_access_model *admin = model->asterisk->admin;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place place =
		asterisk_place_of(admin->manager_file, "general", admin->web_enabled.origin);
	asterisk_remedy_set(&change, &place, "webenabled", "no");
	asterisk_remedy_end(&change, "manager reload", verify);
}

static void evaluate_manager_sessions(const struct check *check, const struct model *model,
				      struct verdict *verdict)
{
	(void)check;
	if (!admin_manager_is_on(model, verdict))
		return;
	const struct admin_access_model *admin = model->asterisk->admin;
	struct admin_reach reach = admin_reach_of(verdict, model, &admin->manager, AUDIENCE_ADMIN);
	bool is_long = admin->auth_timeout.value > 60, is_many = admin->auth_limit.value > 100;
	if (reach.openness == SERVICE_CLOSED)
		verdict_pass(verdict, reach.origin, "manager interface",
			     "only this host reaches it");
	else if (reach.openness == SERVICE_UNKNOWN && (is_long || is_many))
		verdict_unknown_because(verdict, "manager interface", reach.text,
					"make sockets and rules readable (run as root)");
	else if (!is_long && !is_many)
		verdict_pass(verdict, admin->auth_timeout.origin, "authtimeout, authlimit",
			     "%lld s, %lld sessions", (long long)admin->auth_timeout.value,
			     (long long)admin->auth_limit.value);
	if (reach.openness == SERVICE_CLOSED || reach.openness == SERVICE_UNKNOWN)
		return;
	if (is_long)
		verdict_fail(verdict, reach.exposure, admin->auth_timeout.origin, "authtimeout",
			     "%lld s: a session may wait so long without a login",
			     (long long)admin->auth_timeout.value);
	if (is_many)
		verdict_fail(verdict, reach.exposure, admin->auth_limit.origin, "authlimit",
			     "%lld sessions may wait without a login",
			     (long long)admin->auth_limit.value);
}

static void remedy_manager_sessions(const struct check *check, const struct model *model,
				    const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "manager show settings", NULL };
	const struct admin_access_model *admin = model->asterisk->admin;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place timeout =
		asterisk_place_of(admin->manager_file, "general", admin->auth_timeout.origin);
	struct asterisk_place limit =
		asterisk_place_of(admin->manager_file, "general", admin->auth_limit.origin);
	asterisk_remedy_set(&change, &timeout, "authtimeout", "10");
	asterisk_remedy_set(&change, &limit, "authlimit", "20");
	asterisk_remedy_end(&change, "manager reload", verify);
}

static const struct check rows[] = {
	{
		.id = "AMI-001",
		.title = "The manager port is not reachable from outside",
		.why = "Whoever logs in to the manager interface commands Asterisk; it has no "
		       "defence of its own against guessing.",
		.evaluates = "manager.conf [general] enabled, port (5038), bindaddr (unset: all "
			     "addresses), tlsbindaddr (5039), the sockets that listen, and the "
			     "firewall's rules.",
		.likelihood = 9,
		.impact = 10,
		.references = { "manager.conf.sample", "main/manager.c" },
		.evaluate = evaluate_manager_port,
		.remedy = remedy_manager_port,
	},
	{
		.id = "AMI-002",
		.title = "Every manager user limits its sources",
		.why = "A leaked manager password is worth nothing where the user's list admits "
		       "this host alone.",
		.evaluates =
			"Each user's permit, deny and acl lines as main/acl.c evaluates them: who "
			"is let in beyond this host and the trusted networks. Users without a "
			"secret cannot log in and do not count.",
		.likelihood = 6,
		.impact = 9,
		.references = { "main/manager.c", "main/acl.c" },
		.evaluate = evaluate_manager_sources,
		.remedy = remedy_manager_sources,
	},
	{
		.id = "AMI-003",
		.title = "Manager users hold few rights",
		.why = "system, command, config and originate each mean a shell on the host or "
		       "calls at the owner's cost.",
		.evaluates = "Each user's write= words as Asterisk reads them (a word before the "
			     "last need only be the beginning of a right's name). The GUI's own "
			     "user is left out.",
		.likelihood = 5,
		.impact = 9,
		.references = { "Asterisk README-SERIOUSLY", "AST-2012-004",
				"GHSA-c4cg-9275-6w44" },
		.evaluate = evaluate_manager_rights,
		.remedy = remedy_manager_rights,
	},
	{
		.id = "AMI-004",
		.title = "AMI over the network is encrypted",
		.why = "The manager's password and every call's data travel in clear otherwise.",
		.evaluates = "Users whose list admits other hosts, while tlsenable is off.",
		.likelihood = 4,
		.impact = 7,
		.level = LEVEL_STRICT,
		.references = { "manager.conf.sample" },
		.evaluate = evaluate_manager_tls,
		.remedy = remedy_manager_tls,
	},
	{
		.id = "AMI-005",
		.title = "AMI over HTTP is off",
		.why = "It is the manager interface once more, on a port that web pages can "
		       "reach too.",
		.evaluates = "webenabled of manager.conf with an HTTP server that http.conf "
			     "starts, and who reaches its port.",
		.likelihood = 6,
		.impact = 8,
		.references = { "manager.conf.sample" },
		.evaluate = evaluate_manager_web,
		.remedy = remedy_manager_web,
	},
	{
		.id = "AMI-006",
		.title = "Unauthenticated AMI sessions are bounded",
		.why = "Sessions that wait without a login cost memory and threads.",
		.evaluates = "authtimeout (30 s) over 60 or authlimit (50) over 100, where others "
			     "than this host reach the port.",
		.likelihood = 3,
		.impact = 4,
		.level = LEVEL_STRICT,
		.references = { "AST-2014-007" },
		.evaluate = evaluate_manager_sessions,
		.remedy = remedy_manager_sessions,
	},
};

CHECK_LIST(admin_access_checks, rows);
