/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/sshd/sshd_walk.h"

/* How a file is read, by what includes it. */
enum walk_mode {
	/* As its lines say. */
	WALK_NORMAL,
	/* Included from a block that does not hold: nothing in it does. */
	WALK_NEVER,
	/* In the second reading: lines count from the first Match on. */
	WALK_MATCH_ONLY,
};

/* Text against a criterion, where the connection tells the text. */
static bool text_matches(struct slice text, const struct sshd_criterion *criterion)
{
	return text.data &&
	       sshd_match_pattern_list(text, criterion->argument, false) == SSHD_MATCH_YES;
}

static bool holds(const struct sshd_criterion *criterion, const struct sshd_connection *connection)
{
	switch (criterion->kind) {
	case SSHD_CRITERION_ALL:
		return true;
	case SSHD_CRITERION_USER:
		return text_matches(connection->user, criterion);
	case SSHD_CRITERION_GROUP:
		return connection->user.data &&
		       sshd_match_groups(connection->groups, connection->group_count,
					 criterion->argument);
	case SSHD_CRITERION_HOST:
		return connection->host.data &&
		       sshd_match_host(connection->host, criterion->argument) == SSHD_MATCH_YES;
	case SSHD_CRITERION_ADDRESS:
		return connection->address.data &&
		       sshd_match_networks(connection->address, criterion->networks,
					   criterion->network_count) == SSHD_MATCH_YES;
	case SSHD_CRITERION_LOCAL_ADDRESS:
		return connection->local_address.data &&
		       sshd_match_networks(connection->local_address, criterion->networks,
					   criterion->network_count) == SSHD_MATCH_YES;
	case SSHD_CRITERION_LOCAL_PORT:
		return connection->local_port == criterion->port;
	case SSHD_CRITERION_RDOMAIN:
		return text_matches(connection->rdomain, criterion);
	case SSHD_CRITERION_INVALID_USER:
		return connection->is_invalid_user;
	}
	return false;
}

bool sshd_match_holds(const struct sshd_match_line *match, const struct sshd_connection *connection)
{
	if (match->error)
		return false;
	for (size_t i = 0; i < match->count; i++)
		if (!holds(&match->criteria[i], connection))
			return false;
	return true;
}

/* sshd wants the port of a connection wherever one is asked for, even if another criterion has
 * failed already. */
static bool lacks_port(const struct sshd_match_line *match,
		       const struct sshd_connection *connection)
{
	for (size_t i = 0; i < match->count; i++)
		if (match->criteria[i].kind == SSHD_CRITERION_LOCAL_PORT)
			return connection->local_port == 0;
	return false;
}

/* In the first reading only "all" holds, and from 9.9 on "invalid-user", which sshd takes for true
 * as long as there is no connection. */
static bool holds_without_connection(const struct sshd_match_line *match)
{
	if (match->error)
		return false;
	for (size_t i = 0; i < match->count; i++)
		if (match->criteria[i].kind != SSHD_CRITERION_ALL &&
		    match->criteria[i].kind != SSHD_CRITERION_INVALID_USER)
			return false;
	return true;
}

static bool walk_match(struct sshd_walk *walk, const struct sshd_line *line, enum walk_mode mode)
{
	const struct sshd_match_line *match = line->match;
	bool active;
	if (match->error) {
		sshd_refuse(&walk->run, line, "%s", match->error);
		return false;
	}
	if (!walk->connection || mode == WALK_NEVER) {
		active = holds_without_connection(match);
	} else {
		if (lacks_port(match, walk->connection))
			sshd_refuse(&walk->run, NULL,
				    "Match LocalPort needs the port of the connection");
		active = sshd_match_holds(match, walk->connection);
	}
	if (match->has_extra)
		sshd_refuse(&walk->run, line, "something follows the criteria of Match");
	return active && mode != WALK_NEVER;
}

static void walk_file(struct sshd_walk *walk, const struct sshd_file *file, enum walk_mode mode,
		      bool active, unsigned int depth);

static void walk_include(struct sshd_walk *walk, struct sshd_line *line, enum walk_mode mode,
			 bool active, unsigned int depth)
{
	enum walk_mode inner = WALK_NORMAL;
	if (mode == WALK_MATCH_ONLY)
		inner = WALK_MATCH_ONLY;
	else if (!active)
		inner = WALK_NEVER;
	if (!line->word_count)
		sshd_refuse(&walk->run, line, "Include names no file");
	if (!line->includes && walk->include && !walk->include(walk, line))
		return;
	if (!line->includes)
		return;
	for (size_t i = 0; i < line->word_count; i++)
		for (size_t k = 0; k < line->includes[i].count && !walk->is_stopped; k++)
			walk_file(walk, line->includes[i].files[k], inner, active, depth + 1);
}

/* Whether LINE must be looked at where its block does not hold, in the second reading: everything
 * that depends on the line alone was checked in the first. */
static bool matters_inactive(const struct sshd_line *line)
{
	return line->keyword->setting == SSHD_AUTHENTICATION_METHODS;
}

static void walk_setting(struct sshd_walk *walk, const struct sshd_line *line, bool active)
{
	struct sshd_version version = walk->run.facts->version;
	if (!active && walk->connection && !matters_inactive(line))
		return;
	if (!active && !sshd_keyword_is_for_match(version, line->keyword)) {
		if (!walk->connection)
			sshd_refuse(&walk->run, line, "%.*s may not stand inside a Match block",
				    SLICE_ARG(line->name));
		return;
	}
	switch (line->keyword->action) {
	case SSHD_ACTION_SET:
		sshd_apply_line(&walk->run, line, active);
		break;
	case SSHD_ACTION_REFUSE:
		sshd_refuse(&walk->run, line, "%.*s is not supported on Linux",
			    SLICE_ARG(line->name));
		break;
	case SSHD_ACTION_IGNORE:
	case SSHD_ACTION_MATCH:
	case SSHD_ACTION_INCLUDE:
		break;
	}
}

static void walk_file(struct sshd_walk *walk, const struct sshd_file *file, enum walk_mode mode,
		      bool active, unsigned int depth)
{
	if (depth > SSHD_INCLUDE_DEPTH_MAX) {
		sshd_refuse(&walk->run, NULL, "files include each other more than %d deep",
			    SSHD_INCLUDE_DEPTH_MAX);
		walk->is_stopped = true;
		return;
	}
	for (size_t i = 0; i < file->count && !walk->is_stopped; i++) {
		struct sshd_line *line = &file->lines[i];
		if (++walk->lines_seen > SSHD_LINES_MAX) {
			sshd_refuse(&walk->run, line, "more than %d lines are included",
				    SSHD_LINES_MAX);
			walk->is_stopped = true;
		} else if (!line->keyword) {
			sshd_refuse(&walk->run, line, "sshd knows no keyword \"%.*s\"",
				    SLICE_ARG(line->name));
		} else if (line->error) {
			sshd_refuse(&walk->run, line, "%s", line->error);
		} else if (line->keyword->action == SSHD_ACTION_MATCH) {
			active = walk_match(walk, line, mode);
			if (mode == WALK_MATCH_ONLY)
				mode = WALK_NORMAL;
		} else if (line->keyword->action == SSHD_ACTION_INCLUDE) {
			walk_include(walk, line, mode, active, depth);
		} else {
			walk_setting(walk, line, active);
		}
	}
}

void sshd_walk_file(struct sshd_walk *walk, const struct sshd_file *file)
{
	bool first = walk->connection == NULL;
	walk_file(walk, file, first ? WALK_NORMAL : WALK_MATCH_ONLY, first, 0);
}
