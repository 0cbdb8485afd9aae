/* SPDX-License-Identifier: Apache-2.0
 *
 * Asterisk's own HTTP server, ARI, and SIP over WebSocket.
 */
#include <netinet/in.h>

#include "audit/asterisk/admin_access_model.h"
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/asterisk_settings.h"
#include "audit/asterisk/conf_fact.h"
#include "audit/asterisk/sip_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/admin_reach.h"
#include "checks/asterisk_judge.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/secret_strength.h"
#include "checks/verdict.h"

/* Under 10^10 guesses a password falls offline at once (catalogue, part (c) 3). */
#define GUESSES_MINIMUM 100u

static const char unknown_advice[] = "make sockets and rules readable (run as root)";

/* Do entries of chan_sip register over secure WebSocket? */
static bool has_web_phones(const struct model *model)
{
	const struct sip_model *sip = model->asterisk->sip;
	for (size_t i = 0; sip && i < sip->peer_count; i++)
		if (sip->peers[i].transports & SIP_WSS)
			return true;
	return false;
}

static void judge_http(struct verdict *verdict, const struct admin_reach *reach,
		       const char *subject, bool is_for_phones)
{
	if (reach->openness == SERVICE_OPEN && is_for_phones)
		verdict_pass(verdict, reach->origin, subject,
			     "open for telephones in browsers, which entries declare; %s",
			     reach->text);
	else if (reach->openness == SERVICE_OPEN)
		verdict_fail(verdict, reach->exposure, reach->origin, subject, "%s", reach->text);
	else if (reach->openness == SERVICE_UNKNOWN)
		verdict_unknown_because(verdict, subject, reach->text, unknown_advice);
	else
		verdict_pass(verdict, reach->origin, subject, "%s", reach->text);
}

static void evaluate_http(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	if (!admin_http_is_on(model, verdict))
		return;
	struct admin_http_reach reach = admin_http_reach(verdict, model, AUDIENCE_ADMIN);
	judge_http(verdict, &reach.plain, "HTTP server", false);
	judge_http(verdict, &reach.tls, "HTTPS server", has_web_phones(model));
}

static void remedy_http(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "http show status", NULL };
	const struct admin_access_model *admin = model->asterisk->admin;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place place =
		asterisk_place_of(admin->http_file, "general", admin->http.origin);
	place.page = "Settings, Advanced Settings, Asterisk Builtin mini-HTTP server";
	asterisk_remedy_set(&change, &place, "bindaddr", "127.0.0.1");
	asterisk_remedy_end(&change, "module reload http", verify);
	remedy_verify(remedy, "ss -H -ltn 'sport = :%u'", admin->http.port);
}

/* Third number of a version: 2 of "20.18.2~dfsg". */
static unsigned int patch_of(struct slice version)
{
	struct slice field;
	int64_t patch = 0;
	for (unsigned int number = 0; number < 2; number++)
		if (!slice_next_field(&version, '.', &field))
			return 0;
	if (!version.data || !conf_leading_number(version, &patch) || patch < 0 || patch > 999)
		return 0;
	return (unsigned int)patch;
}

enum status_default {
	STATUS_PAGE_ON,
	STATUS_PAGE_OFF,
	STATUS_PAGE_UNKNOWN,
};

/* enable_status was on before 20.18.2, 21.12.1, 22.8.2 and 23.2.2 (GHSA-v6hp-wh3r-cwxh). */
static enum status_default status_default(const struct asterisk_model *asterisk)
{
	static const struct {
		unsigned int major;
		unsigned int minor;
		unsigned int patch;
	} changes[] = { { 20, 18, 2 }, { 21, 12, 1 }, { 22, 8, 2 }, { 23, 2, 2 } };
	unsigned int major = asterisk->version_number / 100;
	unsigned int minor = asterisk->version_number % 100;
	if (!major)
		return STATUS_PAGE_UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		if (major != changes[i].major)
			continue;
		if (minor != changes[i].minor)
			return minor < changes[i].minor ? STATUS_PAGE_ON : STATUS_PAGE_OFF;
		return patch_of(asterisk->version.value) < changes[i].patch ? STATUS_PAGE_ON
									    : STATUS_PAGE_OFF;
	}
	return major < 20 ? STATUS_PAGE_ON : STATUS_PAGE_OFF;
}

static void judge_status_page(const struct model *model, struct verdict *verdict,
			      const struct admin_http_reach *reach)
{
	const struct fact_bool *status = &model->asterisk->admin->http_status;
	if (status->state == FACT_PRESENT) {
		if (status->value)
			verdict_fail(verdict, reach->exposure, status->origin, "/httpstatus",
				     "on, and open to strangers");
		else
			verdict_pass(verdict, status->origin, "/httpstatus", "off");
		return;
	}
	switch (status_default(model->asterisk)) {
	case STATUS_PAGE_ON:
		verdict_fail(verdict, reach->exposure,
			     asterisk_file_origin(model->asterisk->admin->http_file), "/httpstatus",
			     "on by default in this version, and open to strangers");
		break;
	case STATUS_PAGE_OFF:
		verdict_pass(verdict, ORIGIN_NONE, "/httpstatus", "off by default in this version");
		break;
	case STATUS_PAGE_UNKNOWN:
		verdict_unknown_because(verdict, "enable_status",
					"it is not set, and its default depends on the version",
					"give --allow-asterisk-cli, or set it");
		break;
	}
}

static void evaluate_pages(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	if (!admin_http_is_on(model, verdict))
		return;
	const struct admin_access_model *admin = model->asterisk->admin;
	struct admin_http_reach reach = admin_http_reach(verdict, model, AUDIENCE_ADMIN);
	if (reach.openness == SERVICE_UNKNOWN) {
		verdict_unknown_because(verdict, "HTTP server", "who reaches it is not known",
					unknown_advice);
		return;
	}
	if (reach.openness != SERVICE_OPEN) {
		verdict_pass(verdict, reach.plain.origin, "HTTP server",
			     "its pages are for this host and listed networks only");
		return;
	}
	judge_status_page(model, verdict, &reach);
	if (admin->http_static.state == FACT_PRESENT && admin->http_static.value)
		verdict_fail(verdict, reach.exposure, admin->http_static.origin, "enable_static",
			     "static files are served to strangers");
	const struct conf_category *metrics = conf_find_category(admin->prometheus_file, "general");
	const struct conf_variable *enabled = conf_last(metrics, "enabled");
	if (admin->prometheus_file->state == FACT_PRESENT && enabled &&
	    conf_is_true(enabled->value) && !conf_last(metrics, "auth_username"))
		verdict_fail(verdict, reach.exposure, enabled->origin, "/metrics",
			     "Prometheus metrics without auth_username");
}

static void remedy_pages(const struct check *check, const struct model *model,
			 const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "http show status", NULL };
	const struct admin_access_model *admin = model->asterisk->admin;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place status =
		asterisk_place_of(admin->http_file, "general", admin->http_status.origin);
	struct asterisk_place fixed =
		asterisk_place_of(admin->http_file, "general", admin->http_static.origin);
	asterisk_remedy_set(&change, &status, "enable_status", "no");
	asterisk_remedy_set(&change, &fixed, "enable_static", "no");
	asterisk_remedy_end(&change, "module reload http", verify);
	remedy_verify(remedy,
		      "curl -s -o /dev/null -w '%%{http_code}\\n' "
		      "http://127.0.0.1:%u/httpstatus",
		      admin->http.port);
}

static void judge_ari_user(const struct model *model, struct verdict *verdict,
			   struct secret_meter *meter, const struct admin_http_reach *reach,
			   const struct ari_user *user)
{
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "ARI user %s", verdict_text(verdict, user->name));
	const char *subject = buffer_string(&text);
	struct secret_account account = { .names = &user->name, .name_count = 1 };
	struct origin origin = user->password_origin.source ? user->password_origin : user->origin;
	if (!secret_length(user->password)) {
		verdict_pass(verdict, user->origin, subject, "has no password: cannot log in");
		return;
	}
	bool is_weak = !user->is_crypt &&
		       secret_guesses(meter, user->password, &account) < GUESSES_MINIMUM;
	bool is_readable = !user->is_crypt && origin.source && !origin.source->is_probe &&
			   (origin.source->mode & 04);
	bool has_list =
		user->acl.is_present && admin_ari_knows_acls(model->asterisk->version_number);
	if (is_weak)
		verdict_fail(verdict, reach->exposure, origin, subject, "password is weak: %s",
			     secret_describe(verdict->arena, user->password));
	else if (is_readable)
		verdict_fail(verdict, reach->exposure, origin, subject,
			     "its plain password stands in a file that everybody may read");
	else if (reach->openness == SERVICE_OPEN && !has_list)
		verdict_fail(verdict, reach->exposure, origin, subject,
			     user->acl.is_present
				     ? "strangers reach ARI, and this version ignores its list"
				     : "strangers reach ARI, and no list limits its sources");
	else if (reach->openness == SERVICE_UNKNOWN)
		verdict_unknown_because(verdict, subject, "who reaches ARI is not known",
					unknown_advice);
	else
		verdict_pass(verdict, origin, subject, "%s%s",
			     user->is_crypt ? "hashed password" : "strong password",
			     user->is_read_only ? ", may only read" : "");
}

static void evaluate_ari_users(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	if (!admin_ari_is_on(model, verdict))
		return;
	const struct admin_access_model *admin = model->asterisk->admin;
	struct admin_http_reach reach = admin_http_reach(verdict, model, AUDIENCE_ADMIN);
	struct secret_meter *meter =
		secret_meter_new(verdict->arena, model->site ? model->site->words : NULL,
				 model->site ? model->site->word_count : 0);
	if (!meter) {
		verdict->memory_failed = true;
		return;
	}
	for (size_t i = 0; i < admin->ari_user_count; i++)
		judge_ari_user(model, verdict, meter, &reach, &admin->ari_users[i]);
	if (!asterisk_file_unread(admin->ari_file, verdict) && !admin->ari_user_count)
		verdict_not_applicable(verdict, "ari.conf has no user");
}

static void remedy_ari_users(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	const char *file =
		remedy_quote(remedy, slice_of(model->asterisk->admin->ari_file->source->path));
	remedy_command(remedy, "cp -a %s %s.rf-bak", file, file);
	remedy_command(remedy, "mkpasswd -m sha-512   # asks for a new, long password");
	remedy_command(remedy,
		       "# in %s, for each user named in the evidence: password_format=crypt, "
		       "password= what mkpasswd printed, read_only=yes for monitors",
		       file);
	remedy_command(remedy, "chmod o-rwx %s", file);
	remedy_command(remedy, "asterisk -rx 'module reload res_ari.so'");
	remedy_verify(remedy, "asterisk -rx 'ari show users'");
	remedy_undo(remedy, "cp -a %s.rf-bak %s", file, file);
	remedy_undo(remedy, "asterisk -rx 'module reload res_ari.so'");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

static void evaluate_ari_origins(const struct check *check, const struct model *model,
				 struct verdict *verdict)
{
	(void)check;
	if (!admin_ari_is_on(model, verdict))
		return;
	const struct fact_slice *origins = &model->asterisk->admin->ari_origins;
	struct admin_http_reach reach = admin_http_reach(verdict, model, AUDIENCE_ADMIN);
	struct slice rest = origins->value, word;
	if (origins->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, origins->unread);
		return;
	}
	while (origins->state == FACT_PRESENT && slice_next_field(&rest, ',', &word)) {
		if (!slice_is(slice_trim(word), "*"))
			continue;
		verdict_fail(verdict, reach.exposure, origins->origin, "allowed_origins",
			     "*: any web page that a user opens may call ARI in his name");
		return;
	}
	verdict_pass(verdict, origins->origin, "allowed_origins", "names no wildcard");
}

static void remedy_ari_origins(const struct check *check, const struct model *model,
			       const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "ari show status", NULL };
	const struct admin_access_model *admin = model->asterisk->admin;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	struct asterisk_place place =
		asterisk_place_of(admin->ari_file, "general", admin->ari_origins.origin);
	asterisk_remedy_set(&change, &place, "allowed_origins", "");
	asterisk_remedy_end(&change, "module reload res_ari.so", verify);
}

static void evaluate_websocket(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	if (!admin_http_is_on(model, verdict))
		return;
	const struct asterisk_settings *settings = model->asterisk->settings;
	const struct sip_model *sip = model->asterisk->sip;
	struct fact_bool enabled =
		conf_fact_bool(sip->file, "general", "websocket_enabled", CONF_PICK_LAST);
	enum module_state module = asterisk_module_state(settings, "res_http_websocket.so", NULL);
	enum module_state chan_sip = asterisk_module_state(settings, "chan_sip.so", NULL);
	bool sip_answers = sip->is_loaded && chan_sip != MODULE_NOT_LOADED &&
			   (enabled.state != FACT_PRESENT || enabled.value);
	enum module_state pjsip =
		asterisk_module_state(settings, "res_pjsip_transport_websocket.so", NULL);
	bool pjsip_answers = pjsip == MODULE_LOADED;
	if (module == MODULE_NOT_LOADED || (!sip_answers && !pjsip_answers)) {
		verdict_not_applicable(verdict, "no SIP stack answers over WebSocket");
		return;
	}
	struct admin_http_reach reach = admin_http_reach(verdict, model, AUDIENCE_ADMIN);
	if (reach.plain.openness == SERVICE_OPEN)
		verdict_fail(verdict, reach.plain.exposure, reach.plain.origin, "/ws",
			     "SIP over WebSocket without TLS; %s", reach.plain.text);
	else if (reach.plain.openness == SERVICE_UNKNOWN)
		verdict_unknown_because(verdict, "/ws", reach.plain.text, unknown_advice);
	else
		verdict_pass(verdict, reach.plain.origin, "/ws",
			     "strangers do not reach it without TLS");
}

static void remedy_websocket(const struct check *check, const struct model *model,
			     const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "http show status", NULL };
	const struct conf_file *file = model->asterisk->sip->file;
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	if (file->state == FACT_PRESENT) {
		struct fact_slice line =
			conf_fact_slice(file, "general", "websocket_enabled", CONF_PICK_LAST);
		struct asterisk_place place = asterisk_place_of(file, "general", line.origin);
		asterisk_remedy_set(&change, &place, "websocket_enabled", "no");
	}
	struct asterisk_place bind = asterisk_place_of(model->asterisk->admin->http_file, "general",
						       model->asterisk->admin->http.origin);
	asterisk_remedy_set(&change, &bind, "bindaddr", "127.0.0.1");
	asterisk_remedy_end(&change, "core reload", verify);
}

static const struct check rows[] = {
	{
		.id = "HTTP-001",
		.title = "The built-in HTTP server stays inside",
		.why = "ARI, the manager over HTTP, SIP over WebSocket and provisioning hang on "
		       "it: each a door of its own.",
		.evaluates =
			"http.conf enabled, bindaddr (without one nothing listens), bindport, "
			"tlsbindaddr, the sockets that listen, and the firewall's rules. TLS may "
			"be open where entries with transport wss are declared.",
		.likelihood = 7,
		.impact = 8,
		.references = { "main/http.c" },
		.evaluate = evaluate_http,
		.remedy = remedy_http,
	},
	{
		.id = "HTTP-002",
		.title = "No status page, static files or metrics in the open",
		.why = "They tell versions, addresses and calls, and hand out files.",
		.evaluates =
			"enable_status (its default by version), enable_static, prometheus.conf "
			"without auth_username, where strangers reach the server.",
		.likelihood = 6,
		.impact = 6,
		.references = { "GHSA-v6hp-wh3r-cwxh" },
		.evaluate = evaluate_pages,
		.remedy = remedy_pages,
	},
	{
		.id = "HTTP-003",
		.title = "ARI users are strong and limited",
		.why = "An ARI user places calls, listens in and changes configuration objects.",
		.evaluates =
			"ari.conf users: zxcvbn's guesses of a plain password (under 10^10), a "
			"plain password in a file that others may read, and whether strangers "
			"reach ARI without a source list. Lists count from 20.19, 22.9 and 23.3 "
			"on: older versions ignore them.",
		.likelihood = 5,
		.impact = 9,
		.references = { "ari.conf.sample", "GHSA-wcvv-g26m-wx5c" },
		.evaluate = evaluate_ari_users,
		.remedy = remedy_ari_users,
	},
	{
		.id = "HTTP-004",
		.title = "ARI does not trust every web page",
		.why = "With a wildcard, a page that an administrator opens can use ARI from his "
		       "browser.",
		.evaluates = "ari.conf [general] allowed_origins holds *.",
		.likelihood = 4,
		.impact = 8,
		.references = { "res_ari.c" },
		.evaluate = evaluate_ari_origins,
		.remedy = remedy_ari_origins,
	},
	{
		.id = "HTTP-005",
		.title = "WebSocket SIP uses TLS only",
		.why = "Secrets' digests and calls cross the network in clear otherwise.",
		.evaluates = "res_http_websocket with chan_sip's websocket_enabled (on by default) "
			     "or PJSIP's transport, and who reaches the plain HTTP port.",
		.likelihood = 5,
		.impact = 6,
		.references = { "AST-2018-009", "chan_sip.c" },
		.evaluate = evaluate_websocket,
		.remedy = remedy_websocket,
	},
};

CHECK_LIST(http_checks, rows);
