/* SPDX-License-Identifier: Apache-2.0
 *
 * Secrets of every kind: composition, guesses, names in disguise, published defaults, reuse,
 * voicemail PINs. Evidence says what is weak about a secret, never what it is.
 */
#include "audit/asterisk/asterisk_model.h"
#include "audit/asterisk/conf_parse.h"
#include "audit/asterisk/voicemail_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/kernel/system_model.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/asterisk_remedy.h"
#include "checks/check.h"
#include "checks/remedy.h"
#include "checks/secret_strength.h"
#include "checks/secret_subjects.h"
#include "checks/verdict.h"

/* Most digests that are tried with candidates, of about 30 microseconds each. */
#define DIGESTS_TRIED_MAX 4000
/* log10 of guesses, in tenths (catalogue, part (c) 3). */
#define GUESSES_BASIC 100u
#define GUESSES_STRICT 140u

/* What was said of a secret of the same make before: most secrets of a host are alike. */
struct secret_words {
	size_t length;
	const char *text;
};

#define SECRET_MAKES 16

struct secret_review {
	struct verdict *verdict;
	const struct model *model;
	struct secret_meter *meter;
	unsigned int threshold;
	/* Looked at and found good. */
	size_t good;
	/* Digests, which this check cannot judge. */
	size_t digests;
	size_t provider;
	/* By the kinds of characters. */
	struct secret_words described[SECRET_MAKES];
	struct secret_words lacking[SECRET_MAKES];
};

static size_t make_of(struct secret_composition composition)
{
	return (size_t)composition.has_upper | (size_t)composition.has_lower << 1 |
	       (size_t)composition.has_digit << 2 | (size_t)composition.has_other << 3;
}

/* Where the words for COMPOSITION stand; their text is NULL when they are still to be made. */
static struct secret_words *words_for(struct secret_words *table,
				      struct secret_composition composition)
{
	struct secret_words *words = &table[make_of(composition)];
	if (words->length != composition.length)
		*words = (struct secret_words){ .length = composition.length };
	return words;
}

static const char *describe(struct secret_review *review, struct secret secret)
{
	struct secret_words *words = words_for(review->described, secret_composition(secret));
	if (!words->text)
		words->text = secret_describe(review->verdict->arena, secret);
	return words->text;
}

static struct secret_account account_of(const struct secret_subject *subject)
{
	return (struct secret_account){
		.names = subject->names,
		.name_count = subject->name_count,
		.realm = subject->realm,
	};
}

/* Records what was left over; TEXT is true of the good ones. */
static void end_review(struct secret_review *review, const char *text)
{
	struct verdict *verdict = review->verdict;
	secret_subjects_unread(review->model, verdict);
	if (review->good)
		verdict_pass(verdict, ORIGIN_NONE, "secrets", "%zu %s", review->good, text);
	else if (!verdict->fail_count && !verdict->unknown_count)
		verdict_not_applicable(verdict, "no such secret is set in any file that was read");
}

static void fail_subject(struct secret_review *review, const struct secret_subject *subject,
			 const char *text)
{
	verdict_fail(review->verdict, subject->exposure, subject->origin,
		     secret_subject_text(review->verdict, subject), "%s: %s",
		     describe(review, subject->secret), text);
}

static const char *missing_classes(struct secret_review *review, struct secret secret)
{
	struct secret_composition composition = secret_composition(secret);
	struct secret_words *words = words_for(review->lacking, composition);
	if (words->text)
		return words->text;
	BUFFER_AUTO text = { 0 };
	const struct {
		bool is_missing;
		const char *name;
	} parts[] = {
		{ composition.length < 6, "six characters" },
		{ !composition.has_upper, "an upper-case letter" },
		{ !composition.has_lower, "a lower-case letter" },
		{ !composition.has_digit, "a digit" },
		{ !composition.has_other, "another character" },
	};
	const char *separator = "lacks ";
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!parts[i].is_missing)
			continue;
		buffer_format(&text, "%s%s", separator, parts[i].name);
		separator = ", ";
	}
	const char *kept = buffer_keep(&text, review->verdict->arena);
	words->text = kept ? kept : "";
	return words->text;
}

static void review_composition(void *context, const struct secret_subject *subject)
{
	struct secret_review *review = context;
	if (subject->use == SECRET_OF_MAILBOX || subject->use == SECRET_OF_SERVICE)
		return;
	if (subject->form != SECRET_CLEAR) {
		review->digests++;
	} else if (secret_meets_seed_rule(subject->secret)) {
		review->good++;
	} else if (subject->use == SECRET_OF_ACCOUNT) {
		fail_subject(review, subject, missing_classes(review, subject->secret));
	} else {
		/* The provider chose it: told, and not held against the host. */
		review->provider++;
		verdict_note(review->verdict, subject->origin,
			     secret_subject_text(review->verdict, subject),
			     "set by the provider; %s: %s", describe(review, subject->secret),
			     missing_classes(review, subject->secret));
	}
}

static void evaluate_composition(const struct check *check, const struct model *model,
				 struct verdict *verdict)
{
	(void)check;
	struct secret_review review = { .verdict = verdict, .model = model };
	secret_subjects_each(model, review_composition, &review);
	if (review.digests)
		verdict_unknown_because(verdict, "secrets that stand as digests",
					"a digest does not tell what the secret is made of",
					"set new secrets that meet the rule");
	end_review(&review, "secrets have six characters or more of all four classes");
}

static bool review_words(struct secret_review *review)
{
	const struct site *site = review->model->site;
	struct slice words[SECRET_WORDS_MAX];
	size_t count = 0;
	/* What every guesser knows of a telephone system. */
	static const char *const usual[] = { "asterisk", "freepbx",   "elastix", "issabel", "phone",
					     "voip",     "extension", "trunk",   "sip",     "pbx" };
	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		words[count++] = slice_of(usual[i]);
	if (review->model->host && review->model->host->name.size)
		words[count++] = review->model->host->name;
	for (size_t i = 0; site && i < site->word_count && count < SECRET_WORDS_MAX; i++)
		words[count++] = site->words[i];
	review->threshold = site && site->level == SITE_STRICT ? GUESSES_STRICT : GUESSES_BASIC;
	review->meter = secret_meter_new(review->verdict->arena, words, count);
	if (!review->meter)
		review->verdict->memory_failed = true;
	return review->meter != NULL;
}

static bool may_be_guessed(const struct secret_subject *subject)
{
	return subject->use != SECRET_OF_MAILBOX && subject->form == SECRET_CLEAR;
}

static void expect_guesses(void *context, const struct secret_subject *subject)
{
	struct secret_review *review = context;
	struct secret_account account = account_of(subject);
	if (may_be_guessed(subject))
		secret_meter_expect(review->meter, subject->secret, &account);
}

static void review_guesses(void *context, const struct secret_subject *subject)
{
	struct secret_review *review = context;
	if (!may_be_guessed(subject))
		return;
	struct secret_account account = account_of(subject);
	unsigned int tenths = secret_guesses(review->meter, subject->secret, &account);
	if (tenths >= review->threshold) {
		review->good++;
		return;
	}
	verdict_fail(review->verdict, subject->exposure, subject->origin,
		     secret_subject_text(review->verdict, subject),
		     "%s: guessed in about 10^%u tries%s", describe(review, subject->secret),
		     tenths / 10, tenths < 60 ? ", over the network already" : "");
}

static void evaluate_guesses(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	struct secret_review review = { .verdict = verdict, .model = model };
	if (!review_words(&review))
		return;
	secret_subjects_each(model, expect_guesses, &review);
	secret_meter_measure(review.meter);
	secret_subjects_each(model, review_guesses, &review);
	end_review(&review, review.threshold == GUESSES_STRICT
				    ? "secrets need 10^14 guesses or more"
				    : "secrets need 10^10 guesses or more");
}

static bool digest_kind(enum secret_form form, enum secret_digest *ret_kind)
{
	switch (form) {
	case SECRET_IS_MD5:
		*ret_kind = SECRET_DIGEST_MD5;
		return true;
	case SECRET_IS_SHA256:
		*ret_kind = SECRET_DIGEST_SHA256;
		return true;
	case SECRET_IS_SHA512_256:
		*ret_kind = SECRET_DIGEST_SHA512_256;
		return true;
	case SECRET_CLEAR:
	case SECRET_IS_CRYPT:
		break;
	}
	return false;
}

static void review_names(void *context, const struct secret_subject *subject)
{
	struct secret_review *review = context;
	struct secret_account account = account_of(subject);
	enum secret_digest kind;
	const char *phrase;
	if (subject->use == SECRET_OF_MAILBOX || subject->form == SECRET_IS_CRYPT)
		return;
	if (digest_kind(subject->form, &kind)) {
		if (review->digests++ >= DIGESTS_TRIED_MAX)
			return;
		phrase = secret_digest_guessed(subject->secret, kind,
					       subject->user.size ? subject->user : subject->name,
					       &account);
	} else {
		phrase = secret_repeats(subject->secret, &account);
	}
	if (!phrase) {
		review->good++;
	} else if (subject->form == SECRET_CLEAR) {
		fail_subject(review, subject, phrase);
	} else {
		verdict_fail(review->verdict, subject->exposure, subject->origin,
			     secret_subject_text(review->verdict, subject),
			     "the secret behind the digest is %s", phrase);
	}
}

static void evaluate_names(const struct check *check, const struct model *model,
			   struct verdict *verdict)
{
	(void)check;
	struct secret_review review = { .verdict = verdict, .model = model };
	secret_subjects_each(model, review_names, &review);
	if (review.digests > DIGESTS_TRIED_MAX)
		verdict_unknown_because(verdict, "digests beyond the first 4000",
					"trying each costs too long", "set new secrets");
	end_review(&review, "secrets do not follow from their account's names");
}

static void review_published(void *context, const struct secret_subject *subject)
{
	struct secret_review *review = context;
	/* PINs have a check of their own. */
	if (subject->use == SECRET_OF_MAILBOX || subject->form != SECRET_CLEAR)
		return;
	const char *phrase = secret_published(subject->secret);
	if (phrase)
		fail_subject(review, subject, phrase);
	else
		review->good++;
}

static void evaluate_published(const struct check *check, const struct model *model,
			       struct verdict *verdict)
{
	(void)check;
	struct secret_review review = { .verdict = verdict, .model = model };
	secret_subjects_each(model, review_published, &review);
	end_review(&review, "secrets are in no list of defaults");
}

/* Secrets by their bytes, to find those with two owners. */
struct shared_slot {
	struct secret secret;
	struct slice first_name;
	const char *first_kind;
	bool is_used;
	bool is_shared;
};

struct sharing {
	struct secret_review review;
	struct shared_slot *slots;
	size_t slot_count;
	size_t subject_count;
	bool is_telling;
};

static bool may_share(const struct secret_subject *subject)
{
	return subject->form == SECRET_CLEAR &&
	       (subject->use == SECRET_OF_ACCOUNT || subject->use == SECRET_OF_SERVICE);
}

static void count_subject(void *context, const struct secret_subject *subject)
{
	struct sharing *sharing = context;
	sharing->subject_count += may_share(subject);
}

static struct shared_slot *shared_slot_of(struct sharing *sharing, struct secret secret)
{
	size_t at = (size_t)secret_hash(secret, (uint64_t)(uintptr_t)sharing->slots) &
		    (sharing->slot_count - 1);
	while (sharing->slots[at].is_used && !secret_equal(sharing->slots[at].secret, secret))
		at = (at + 1) & (sharing->slot_count - 1);
	return &sharing->slots[at];
}

static void review_sharing(void *context, const struct secret_subject *subject)
{
	struct sharing *sharing = context;
	if (!may_share(subject))
		return;
	struct shared_slot *slot = shared_slot_of(sharing, subject->secret);
	if (sharing->is_telling) {
		if (slot->is_shared)
			verdict_fail(sharing->review.verdict, subject->exposure, subject->origin,
				     secret_subject_text(sharing->review.verdict, subject),
				     "the same secret as %s %s and maybe others", slot->first_kind,
				     verdict_text(sharing->review.verdict, slot->first_name));
		else
			sharing->review.good++;
	} else if (!slot->is_used) {
		*slot = (struct shared_slot){
			.secret = subject->secret,
			.first_name = subject->name,
			.first_kind = subject->kind,
			.is_used = true,
		};
	} else if (!slice_equal(slot->first_name, subject->name)) {
		/* One account that stands in two files (the manager user of a GUI) has one secret
		 * by nature. */
		slot->is_shared = true;
	}
}

static void evaluate_sharing(const struct check *check, const struct model *model,
			     struct verdict *verdict)
{
	(void)check;
	struct sharing sharing = { .review = { .verdict = verdict, .model = model } };
	secret_subjects_each(model, count_subject, &sharing);
	sharing.slot_count = 16;
	while (sharing.slot_count < sharing.subject_count * 2)
		sharing.slot_count *= 2;
	sharing.slots = ARENA_ARRAY(verdict->arena, sharing.slot_count, struct shared_slot);
	if (!sharing.slots) {
		verdict->memory_failed = true;
		return;
	}
	secret_subjects_each(model, review_sharing, &sharing);
	sharing.is_telling = true;
	secret_subjects_each(model, review_sharing, &sharing);
	end_review(&sharing.review, "secrets belong to one account each");
}

static void evaluate_pins(const struct check *check, const struct model *model,
			  struct verdict *verdict)
{
	(void)check;
	const struct voicemail_model *voicemail =
		model->asterisk ? model->asterisk->voicemail : NULL;
	if (!voicemail || voicemail->file->state == FACT_UNREADABLE) {
		verdict_unknown(verdict, voicemail ? voicemail->file->unread : NULL);
		return;
	}
	if (voicemail->file->state == FACT_ABSENT) {
		verdict_not_applicable(verdict,
				       "no voicemail.conf: app_voicemail does not load without it");
		return;
	}
	if (!voicemail->mailbox_count && !voicemail->file->is_incomplete) {
		verdict_not_applicable(verdict, "voicemail.conf has no mailbox");
		return;
	}
	size_t good = 0;
	for (size_t i = 0; i < voicemail->mailbox_count; i++) {
		const struct mailbox *mailbox = &voicemail->mailboxes[i];
		struct secret_account account = { .names = &mailbox->number, .name_count = 1 };
		const char *fault = secret_pin_fault(mailbox->pin, &account);
		if (!fault) {
			good++;
			continue;
		}
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE, mailbox->origin,
			     verdict_text(verdict, mailbox->number), "mailbox's PIN is %s%s", fault,
			     mailbox->pin_is_locked ? ", and the user cannot change it" : "");
	}
	if (voicemail->file->is_incomplete)
		verdict_unknown(verdict, voicemail->file->incomplete);
	if (voicemail->min_password.state == FACT_UNREADABLE)
		verdict_unknown(verdict, voicemail->min_password.unread);
	else if (voicemail->min_password.value < 6)
		verdict_fail(verdict, EXPOSURE_NOT_APPLICABLE,
			     voicemail->min_password.state == FACT_PRESENT
				     ? voicemail->min_password.origin
				     : voicemail->mailboxes[0].origin,
			     "minpassword", "is %s: users may choose shorter PINs than six digits",
			     voicemail->min_password.state == FACT_PRESENT ? "under 6" : "not set");
	if (good)
		verdict_pass(verdict, ORIGIN_NONE, "mailboxes", "%zu PINs of six or more digits",
			     good);
}

static void remedy_secrets(const struct check *check, const struct model *model,
			   const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)model;
	remedy_command(remedy, "# A new secret for each account named in the evidence, here and in "
			       "the phone:");
	remedy_command(remedy, "openssl rand -base64 18");
	const char *last = "";
	for (size_t i = 0; i < verdict->count; i++) {
		const struct evidence *evidence = &verdict->evidence[i];
		if (evidence->role != EVIDENCE_FAILS || !*evidence->file ||
		    slice_is(slice_of(last), evidence->file))
			continue;
		last = evidence->file;
		const char *file = remedy_quote(remedy, slice_of(last));
		remedy_command(remedy, "cp -a %s %s.rf-bak && chmod 600 %s.rf-bak", file, file,
			       file);
		remedy_command(remedy, "# change the lines in %s (a generated file: in the GUI)",
			       file);
		remedy_undo(remedy, "cp -a %s.rf-bak %s", file, file);
		if (remedy->commands.count > 40)
			break;
	}
	remedy_command(remedy, "asterisk -rx 'core reload'");
	remedy_verify(remedy, "ringfence audit --only 'SEC-*'");
	remedy_undo(remedy, "asterisk -rx 'core reload'");
	remedy_disrupts(remedy, DISRUPTION_RELOAD);
}

static void remedy_pins(const struct check *check, const struct model *model,
			const struct verdict *verdict, struct remedy *remedy)
{
	(void)check;
	(void)verdict;
	static const char *const verify[] = { "voicemail show users", NULL };
	const struct voicemail_model *voicemail = model->asterisk->voicemail;
	const struct conf_category *general = conf_find_category(voicemail->file, "general");
	struct asterisk_remedy change;
	asterisk_remedy_begin(&change, remedy, model);
	const struct asterisk_place place = {
		.file = "voicemail.conf",
		.section = SLICE("general"),
		.header = general ? general->origin : ORIGIN_NONE,
		.line = voicemail->min_password.origin,
		.page = "Settings, Voicemail Admin",
	};
	asterisk_remedy_set(&change, &place, "minpassword", "6");
	asterisk_remedy_end(&change, "voicemail reload", verify);
	remedy_command(remedy, "# and a new PIN for each mailbox named in the evidence");
}

static const struct check rows[] = {
	{
		.id = "SEC-001",
		.title = "Secrets meet the paper's composition rule",
		.why = "A secret of few kinds of characters falls to guessing within minutes, and "
		       "a stolen account calls at the owner's cost. The rule is a floor: meeting "
		       "it alone does not make a secret strong (SEC-002).",
		.evaluates =
			"Each secret by which an account may log in here, as Asterisk has it after "
			"its own unescaping and trimming: six bytes or more, with an upper-case "
			"and a lower-case letter, a digit and another byte. Secrets of trunks and "
			"registrations are set by the provider and told apart; a digest cannot be "
			"judged.",
		.likelihood = 7,
		.impact = 6,
		.is_seed = true,
		.references = { "seed 4.6" },
		.evaluate = evaluate_composition,
		.remedy = remedy_secrets,
	},
	{
		.id = "SEC-002",
		.title = "Secrets resist guessing",
		.why = "\"Pass1!\" meets every composition rule and is among the first thousands "
		       "of guesses. One sniffed login is enough to try billions a second "
		       "elsewhere.",
		.evaluates =
			"The guesses that zxcvbn expects, told the account's names, the host's "
			"name and the site's words: under 10^10 fails, at strict under 10^14. The "
			"first 100 bytes count.",
		.likelihood = 9,
		.impact = 9,
		.references = { "zxcvbn", "Asterisk README-SERIOUSLY" },
		.evaluate = evaluate_guesses,
		.remedy = remedy_secrets,
	},
	{
		.id = "SEC-003",
		.title = "No secret equals or repeats its account name",
		.why = "The extension as its own secret is the first try of every scanner.",
		.evaluates =
			"Name, extension, mailbox, caller id number and user name: equal, "
			"backwards, repeated, with a usual word or a year. Digests (md5secret, "
			"md5_cred, password_digest of MD5, SHA-256 and SHA-512-256) are tried with "
			"the same few hundred candidates, with the effective realm.",
		.likelihood = 10,
		.impact = 9,
		.references = { "Asterisk README-SERIOUSLY", "svcrack's defaults",
				"res_pjsip/config_auth.c" },
		.evaluate = evaluate_names,
		.remedy = remedy_secrets,
	},
	{
		.id = "SEC-004",
		.title = "No default, sample or published secret",
		.why = "Secrets that a product ships or a manual prints are known to everybody.",
		.evaluates = "Secrets of accounts, manager users, databases and GUI settings files "
			     "against a list of what Asterisk's samples, FreePBX, Elastix, Issabel "
			     "and papers have printed.",
		.likelihood = 10,
		.impact = 10,
		.references = { "Asterisk README-SERIOUSLY", "Elastix, Issabel, FreePBX sources" },
		.evaluate = evaluate_published,
		.remedy = remedy_secrets,
	},
	{
		.id = "SEC-005",
		.title = "No secret is shared between accounts",
		.why = "Whoever reads one phone's secret has all the others.",
		.evaluates =
			"The same bytes under two names, in one or several files. A secret in a "
			"template counts for every heir. Trunks and PINs are not compared.",
		.likelihood = 6,
		.impact = 6,
		.references = { "Asterisk README-SERIOUSLY" },
		.evaluate = evaluate_sharing,
		.remedy = remedy_secrets,
	},
	{
		.id = "SEC-006",
		.title = "Voicemail PINs are not guessable",
		.why = "A mailbox is opened from any telephone in the world; with it go the "
		       "messages, and on some systems outgoing calls.",
		.evaluates =
			"Each mailbox's PIN in voicemail.conf and users.conf: six digits or more, "
			"not the mailbox, no run, no single key; and minpassword, by default 0.",
		.likelihood = 7,
		.impact = 6,
		.references = { "app_voicemail.c", "voicemail.conf.sample" },
		.evaluate = evaluate_pins,
		.remedy = remedy_pins,
	},
};

CHECK_LIST(secret_checks, rows);
