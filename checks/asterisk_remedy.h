/* SPDX-License-Identifier: Apache-2.0
 *
 * Procedure P-AST: changes to Asterisk's configuration files, between a backup of each file and a
 * reload. A remedy calls asterisk_remedy_begin, any number of changes, then asterisk_remedy_end.
 *
 * Where FreePBX, Elastix or Issabel write the file, the change goes into the _custom file that they
 * leave alone, or a comment names the page of the GUI.
 */
#ifndef RINGFENCE_CHECKS_ASTERISK_REMEDY_H
#define RINGFENCE_CHECKS_ASTERISK_REMEDY_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/attributes.h"
#include "audit/base/slice.h"
#include "audit/base/source.h"
#include "checks/remedy.h"

struct conf_category;
struct conf_variable;
struct model;

/* Most changes that are written out as commands; a comment counts the rest. */
#define ASTERISK_REMEDY_CHANGES_MAX 200

/* In a change's text, stands for the phones' networks: those of the settings, else a shell variable
 * that stops the shell with an explanation until it is set. */
#define ASTERISK_PHONES "@PHONES@"

/* In a change's text, stands for a new secret that the shell makes when the command runs, so that
 * no report ever holds it. */
#define ASTERISK_NEW_SECRET "@SECRET@"

/* Where a setting belongs. */
struct asterisk_place {
	/* Of this folder: "sip.conf". Used where the section is nowhere yet. */
	const char *file;
	/* "general", "1001". */
	struct slice section;
	/* The section's header, or ORIGIN_NONE. */
	struct origin header;
	/* The line that sets it now, or ORIGIN_NONE. */
	struct origin line;
	/* Where the GUI has it: "Settings, Asterisk SIP Settings"; NULL: nowhere. */
	const char *page;
};

struct asterisk_change {
	const char *path;
	unsigned int line;
	bool replaces;
	const char *text;
};

struct asterisk_remedy {
	struct remedy *remedy;
	const struct model *model;
	struct asterisk_change changes[ASTERISK_REMEDY_CHANGES_MAX];
	size_t count;
	/* Changes beyond the limit. */
	size_t more;
	/* Files that are appended to: "/etc/asterisk/sip_custom_post.conf". */
	const char *appended[8];
	size_t appended_count;
	bool needs_phones;
};

void asterisk_remedy_begin(struct asterisk_remedy *self, struct remedy *remedy,
			   const struct model *model);

/* Sets KEY to VALUE at PLACE: replaces its line, else adds one under the header, else adds the
 * section. */
void asterisk_remedy_set(struct asterisk_remedy *self, const struct asterisk_place *place,
			 const char *key, const char *value);

/* Adds lines ("deny=0.0.0.0/0\npermit=...", no newline at the end) under the header of PLACE. */
void asterisk_remedy_add(struct asterisk_remedy *self, const struct asterisk_place *place,
			 const char *lines);

/* Turns the line of PLACE into a comment. */
void asterisk_remedy_drop(struct asterisk_remedy *self, const struct asterisk_place *place);

/* Writes the commands: backup, edits, RELOAD ("sip reload"; NULL: Asterisk is restarted), VERIFY
 * lines (each `asterisk -rx` argument, NULL after the last), undo. */
void asterisk_remedy_end(struct asterisk_remedy *self, const char *reload,
			 const char *const *verify);

/* Is PATH written by the GUI of this host, so that the next Apply Config overwrites it? */
bool asterisk_file_is_generated(const struct model *model, const char *path);

#endif
