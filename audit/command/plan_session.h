/* SPDX-License-Identifier: Apache-2.0
 *
 * What `ringfence plan` and `ringfence prove` have in common: the host that is meant, its model,
 * its findings, and the plan for it.
 */
#ifndef RINGFENCE_COMMAND_PLAN_SESSION_H
#define RINGFENCE_COMMAND_PLAN_SESSION_H

#include <stdbool.h>

#include "audit/base/attributes.h"
#include "audit/base/error.h"
#include "audit/command/options.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/plan_build.h"
#include "checks/result.h"

struct arena;
struct target;

/* The options that both commands have. */
struct plan_options {
	const char *target;
	const char *config;
	const char *dialect;
	struct option_values trusted;
	struct option_values phones;
	struct option_values trunks;
	struct option_values keep;
};

/* Their rows, for a struct whose first member is a struct plan_options. */
#define PLAN_OPTION_ROWS                                                                           \
	{                                                                                          \
		.name = "trusted",                                                                 \
		.kind = OPTION_LIST,                                                               \
		.argument = "CIDR",                                                                \
		.help = "a network that may reach management services; repeatable",                \
		.offset = offsetof(struct plan_options, trusted),                                  \
	},                                                                                         \
		{                                                                                  \
			.name = "phones",                                                          \
			.kind = OPTION_LIST,                                                       \
			.argument = "CIDR",                                                        \
			.help = "a network of phones, which may reach SIP; repeatable",            \
			.offset = offsetof(struct plan_options, phones),                           \
		},                                                                                 \
		{                                                                                  \
			.name = "trunks",                                                          \
			.kind = OPTION_LIST,                                                       \
			.argument = "CIDR",                                                        \
			.help = "a network of SIP providers; repeatable",                          \
			.offset = offsetof(struct plan_options, trunks),                           \
		},                                                                                 \
		{                                                                                  \
			.name = "keep",                                                            \
			.kind = OPTION_LIST,                                                       \
			.argument = "CIDR",                                                        \
			.help = "refuse a plan that would cut this network off SSH; repeatable",   \
			.offset = offsetof(struct plan_options, keep),                             \
		},                                                                                 \
		{                                                                                  \
			.name = "dialect",                                                         \
			.kind = OPTION_TEXT,                                                       \
			.argument = "NAME",                                                        \
			.help = "whose rules to write (default: as the host does it)",             \
			.offset = offsetof(struct plan_options, dialect),                          \
			.completion = COMPLETE_CHOICES,                                            \
			.choices = "iptables,nftables,firewalld,ufw,freepbx",                      \
		},                                                                                 \
		{                                                                                  \
			.name = "target",                                                          \
			.kind = OPTION_TEXT,                                                       \
			.argument = "TARGET",                                                      \
			.help = "where the rules are, for a RESULT of another place than this "    \
				"host",                                                            \
			.offset = offsetof(struct plan_options, target),                           \
			.completion = COMPLETE_FOLDER,                                             \
		},                                                                                 \
	{                                                                                          \
		.name = "config", .kind = OPTION_TEXT, .argument = "FILE",                         \
		.help = "site settings and waivers (default "                                      \
			"/etc/ringfence/ringfence.conf, if there)",                                \
		.offset = offsetof(struct plan_options, config), .completion = COMPLETE_FILE,      \
	}

struct plan_session {
	struct arena *arena;
	struct target *target;
	struct site site;
	struct model model;
	/* Loaded, or just made. */
	struct result result;
	struct plan plan;
	struct plan_models models;
};

/* Opens what NAME means (NULL: this host; a result; a folder), and makes the plan. False with
 * *ERROR as plan_build has it; ERROR_INPUT also where NAME is nothing that can be planned for. Call
 * plan_session_close either way. */
bool plan_session_open(struct plan_session *session, const char *name,
		       const struct plan_options *options, struct error *error) MUST_CHECK;
void plan_session_close(struct plan_session *session);

#endif
