/* SPDX-License-Identifier: Apache-2.0
 *
 * What the SSH checks share: the people who may try to log in, the places that they may come from,
 * and one evidence line for each setting that lets too much happen there.
 */
#ifndef RINGFENCE_CHECKS_SSH_SCOPE_H
#define RINGFENCE_CHECKS_SSH_SCOPE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/address_set.h"
#include "audit/base/attributes.h"
#include "audit/base/exposure.h"
#include "audit/kernel/system_model.h"
#include "audit/sshd/sshd_access.h"
#include "audit/sshd/sshd_model.h"
#include "audit/sshd/sshd_places.h"

struct arena;
struct model;
struct verdict;

/* One who stands for all whom the configuration does not tell apart. */
struct ssh_person {
	struct sshd_user user;
	/* NULL: nobody of /etc/passwd, but one whom no pattern names. */
	const struct system_account *account;
	/* Accounts that it stands for, itself included; 0 for the stranger. */
	size_t account_count;
	/* An account that no pattern names is treated the same. */
	bool is_like_a_stranger;
	/* "root", "alice", "alice and 2 more accounts", "any other account, such as bob". */
	const char *subject;
	struct sshd_places places;
};

/* The people of one host with their places: the same for every check, so made once. Opaque. */
struct ssh_people;

/* For MODEL, to be put into its ssh_people while checks run. NULL where sshd is not known or memory
 * is short: then each look makes its own. */
struct ssh_people *ssh_people_new(const struct model *model) MUST_CHECK;
void ssh_people_free(struct ssh_people *people);

/* One check's look at sshd. */
struct ssh_view {
	/* Dies with the view; what is kept goes through the verdict. */
	struct arena *scratch;
	struct verdict *verdict;
	const struct model *model;
	const struct sshd_model *sshd;
	const struct ssh_person *people;
	size_t count;
	/* Where the model has none to share. */
	struct ssh_people *own_people;
	bool memory_failed;
};

/* Opens VIEW. False: there is nothing to look at, and VERDICT says why (no sshd, not readable).
 * Always close it with ssh_view_done. */
bool ssh_view_begin(struct ssh_view *view, const struct model *model,
		    struct verdict *verdict) MUST_CHECK;
void ssh_view_done(struct ssh_view *view);

/* The first half of it: is there an sshd whose settings are known? For checks that need no people.
 */
bool ssh_is_known(const struct model *model, struct verdict *verdict) MUST_CHECK;

/* What a test finds wrong in one place. */
struct ssh_problem {
	/* ORIGIN_NONE: the default does it. */
	struct origin origin;
	/* "a password lets root in (PermitRootLogin yes)": the end of a sentence about the subject.
	 * Literal, or in the view's scratch. */
	const char *text;
};

/* Is something wrong with PERSON in PLACE? */
typedef bool ssh_test(const struct ssh_view *view, const struct ssh_person *person,
		      const struct sshd_place *place, struct ssh_problem *ret_problem);

enum ssh_subject {
	/* A line of evidence for each person and problem. */
	SSH_SUBJECT_PERSON,
	/* A line for each problem, whomever it is about. */
	SSH_SUBJECT_SETTING,
};

/* Records a failure for each problem that TEST finds, with the sources that it holds for. Returns
 * how many; none and an inexact view is recorded as unknown. SUBJECT names the evidence of
 * SSH_SUBJECT_SETTING. */
size_t ssh_fail_places(struct ssh_view *view, ssh_test *test, enum ssh_subject kind,
		       const char *subject);

/* The same, as notes that decide nothing. */
size_t ssh_note_places(struct ssh_view *view, ssh_test *test, enum ssh_subject kind,
		       const char *subject);

/* Who reaches sshd through the firewall: on PORT, or (0) on any. */
enum exposure ssh_exposure(const struct model *model, uint16_t port);

/* Is all of PLACE inside networks that the site trusts? (Places are cut at their borders.) */
bool ssh_place_is_trusted(const struct ssh_view *view, const struct sshd_place *place);

/* "anywhere", "192.0.2.0/24 and 198.51.100.7", of sets of both families. In ARENA. */
const char *ssh_sources_text(struct arena *arena, struct address_set ipv4, struct address_set ipv6);

/* Does the site want the strict level? */
bool ssh_is_strict(const struct model *model);

/* The version of sshd is known, or the setting is set by a line. */
bool ssh_is_certain(const struct ssh_view *view, const struct sshd_options *options,
		    enum sshd_setting_id id);

/* A text for a problem, in the view's scratch; "" when memory is short. */
const char *ssh_format(const struct ssh_view *view, const char *format, ...) PRINTF_LIKE(2, 3);

/* Builds the groups of ACCOUNT in ARENA; false when memory is short. */
bool ssh_groups_of(struct arena *arena, const struct system_model *host,
		   const struct system_account *account, struct sshd_user *user) MUST_CHECK;

#endif
