/* SPDX-License-Identifier: Apache-2.0
 *
 * Every secret that the models found, one after the other, with what belongs to it: whose it is,
 * what form it has, who could try it.
 */
#ifndef RINGFENCE_CHECKS_SECRET_SUBJECTS_H
#define RINGFENCE_CHECKS_SECRET_SUBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/exposure.h"
#include "audit/base/secret.h"
#include "audit/base/source.h"

struct model;
struct verdict;

enum secret_use {
	/* A phone, a user, a peer logs in with it here. */
	SECRET_OF_ACCOUNT,
	/* The entry of a trunk with a fixed host: the provider sets it. */
	SECRET_OF_TRUNK,
	/* This host logs in with it elsewhere. */
	SECRET_OF_REGISTRATION,
	/* Manager, ARI, database, GUI. */
	SECRET_OF_SERVICE,
	/* A mailbox's PIN. */
	SECRET_OF_MAILBOX,
};

enum secret_form {
	SECRET_CLEAR,
	/* A digest in place of the secret: it can be tried, not measured. */
	SECRET_IS_MD5,
	SECRET_IS_SHA256,
	SECRET_IS_SHA512_256,
	/* crypt(3) */
	SECRET_IS_CRYPT,
};

#define SECRET_NAMES_MAX 5

struct secret_subject {
	enum secret_use use;
	enum secret_form form;
	/* "SIP friend", "manager user", "mailbox". */
	const char *kind;
	struct slice name;
	/* The name, extension, mailbox, caller id number. */
	struct slice names[SECRET_NAMES_MAX];
	size_t name_count;
	/* For digests; an empty user is the name. */
	struct slice user;
	struct slice realm;
	struct secret secret;
	struct origin origin;
	enum exposure exposure;
};

typedef void secret_visit(void *context, const struct secret_subject *subject);

/* Tells VISIT of each secret that is set (empty ones are none). Linear. */
void secret_subjects_each(const struct model *model, secret_visit *visit, void *context);

/* Records in VERDICT what may hold secrets and could not be read. */
void secret_subjects_unread(const struct model *model, struct verdict *verdict);

/* "SIP friend 1001"; in the verdict's arena. */
const char *secret_subject_text(struct verdict *verdict, const struct secret_subject *subject);

#endif
