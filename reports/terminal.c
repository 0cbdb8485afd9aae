/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/terminal.h"

#include "audit/base/attributes.h"
#include "checks/result.h"
#include "checks/score.h"
#include "reports/escape.h"

/* So many findings and services are told without --verbose: a screen, not a scroll. */
#define FINDINGS_SHOWN 10
#define SERVICES_SHOWN 16
#define UNREAD_SHOWN 5
#define CHANGES_SHOWN 10
#define WIDTH_LEAST 40
/* Longer lines than this are hard to read, however wide the window. */
#define WIDTH_MOST 110
#define BAR_COLUMNS 25
#define INDENT 2
/* Behind "never" and a number of attempts. */
#define BAN_COLUMN 10

enum paint {
	PAINT_PLAIN,
	PAINT_BOLD,
	PAINT_DIM,
	PAINT_CRITICAL,
	PAINT_HIGH,
	PAINT_MEDIUM,
	PAINT_LOW,
	PAINT_GOOD,
};

struct screen {
	struct buffer *out;
	const struct terminal_style *style;
	size_t width;
	/* Columns used of the current line. */
	size_t column;
};

static void paint(struct screen *screen, enum paint color)
{
	/* SGR of ECMA-48: the 16 basic colours, which every theme keeps readable. */
	static const char *const codes[] = {
		[PAINT_PLAIN] = "0",       [PAINT_BOLD] = "1",  [PAINT_DIM] = "2",
		[PAINT_CRITICAL] = "1;31", [PAINT_HIGH] = "31", [PAINT_MEDIUM] = "33",
		[PAINT_LOW] = "36",        [PAINT_GOOD] = "32",
	};
	if (screen->style->color)
		buffer_format(screen->out, "\x1b[%sm", codes[color]);
}

static void put(struct screen *screen, const char *text)
{
	size_t before = screen->out->size;
	if (screen->style->utf8)
		escape_visible(screen->out, slice_of(text), ESCAPE_ONE_LINE);
	else
		escape_ascii(screen->out, slice_of(text));
	struct slice added = slice_from(buffer_slice(screen->out), before);
	screen->column += escape_columns(added);
}

static void put_painted(struct screen *screen, enum paint color, const char *text)
{
	paint(screen, color);
	put(screen, text);
	paint(screen, PAINT_PLAIN);
}

static void put_number(struct screen *screen, uint64_t number)
{
	BUFFER_AUTO text = { 0 };
	buffer_append_uint(&text, number);
	put(screen, buffer_string(&text));
}

static void end_line(struct screen *screen)
{
	buffer_append_byte(screen->out, '\n');
	screen->column = 0;
}

static void go_to(struct screen *screen, size_t column)
{
	do
		buffer_append_byte(screen->out, ' ');
	while (++screen->column < column);
}

/* TEXT wrapped between words from the current column on; further lines begin at COLUMN. */
static void put_wrapped(struct screen *screen, size_t column, const char *text)
{
	BUFFER_AUTO seen = { 0 };
	if (screen->style->utf8)
		escape_visible(&seen, slice_of(text), ESCAPE_ONE_LINE);
	else
		escape_ascii(&seen, slice_of(text));
	struct slice rest = buffer_slice(&seen), word;
	bool is_first = true;
	while (slice_next_word(&rest, &word)) {
		size_t columns = escape_columns(word);
		if (!is_first && screen->column + 1 + columns > screen->width) {
			end_line(screen);
			if (column)
				go_to(screen, column);
		} else if (!is_first) {
			go_to(screen, 0);
		}
		buffer_append_slice(screen->out, word);
		screen->column += columns;
		is_first = false;
	}
}

/* TEXT up to column END or the end of the line, cut with an ellipsis. */
static void put_cut_at(struct screen *screen, size_t end, const char *text)
{
	BUFFER_AUTO seen = { 0 };
	end = end < screen->width ? end : screen->width;
	size_t room = end > screen->column ? end - screen->column : 0;
	/* No more bytes than could ever be shown, however long the text is. */
	struct slice shown = slice_part(slice_of(text), 0, WIDTH_MOST * 4);
	if (screen->style->utf8)
		escape_visible(&seen, shown, ESCAPE_ONE_LINE);
	else
		escape_ascii(&seen, shown);
	struct slice rest = buffer_slice(&seen);
	if (escape_columns(rest) <= room) {
		buffer_append_slice(screen->out, rest);
		screen->column += escape_columns(rest);
		return;
	}
	const char *mark = screen->style->utf8 ? "\xe2\x80\xa6" : "...";
	size_t mark_columns = escape_columns(slice_of(mark)), used = 0;
	while (rest.size) {
		struct slice one = slice_part(rest, 0, slice_utf8_length(rest));
		if (used + escape_columns(one) + mark_columns > room)
			break;
		used += escape_columns(one);
		buffer_append_slice(screen->out, one);
		rest = slice_from(rest, one.size);
	}
	buffer_append_string(screen->out, mark);
	screen->column += used + mark_columns;
}

static void put_cut(struct screen *screen, const char *text)
{
	put_cut_at(screen, screen->width, text);
}

static void put_heading(struct screen *screen, const char *text)
{
	end_line(screen);
	put_painted(screen, PAINT_BOLD, text);
	end_line(screen);
}

static enum paint band_paint(enum severity_band band)
{
	static const enum paint paints[] = {
		[BAND_LOW] = PAINT_LOW,
		[BAND_MEDIUM] = PAINT_MEDIUM,
		[BAND_HIGH] = PAINT_HIGH,
		[BAND_CRITICAL] = PAINT_CRITICAL,
	};
	return paints[band];
}

static enum paint exposure_paint(enum exposure exposure)
{
	static const enum paint paints[] = {
		[EXPOSURE_NOT_APPLICABLE] = PAINT_DIM, [EXPOSURE_HOST] = PAINT_GOOD,
		[EXPOSURE_NETWORKS] = PAINT_PLAIN,     [EXPOSURE_UNKNOWN] = PAINT_MEDIUM,
		[EXPOSURE_ANYWHERE] = PAINT_HIGH,
	};
	return paints[exposure];
}

static const char *exposure_phrase(enum exposure exposure)
{
	static const char *const phrases[] = {
		[EXPOSURE_NOT_APPLICABLE] = "not reachable",
		[EXPOSURE_HOST] = "this host only",
		[EXPOSURE_NETWORKS] = "some networks",
		[EXPOSURE_UNKNOWN] = "not known",
		[EXPOSURE_ANYWHERE] = "anywhere",
	};
	return phrases[exposure];
}

static enum paint score_paint(unsigned int value)
{
	/* The borders of the grades B and D. */
	if (value >= 75)
		return PAINT_GOOD;
	return value >= 40 ? PAINT_MEDIUM : PAINT_CRITICAL;
}

static void put_target(struct screen *screen, const struct result_target *target)
{
	BUFFER_AUTO text = { 0 };
	paint(screen, PAINT_BOLD);
	put_cut(screen, target->name);
	paint(screen, PAINT_PLAIN);
	end_line(screen);
	if (target->pbx_name[0])
		buffer_format(&text, "%s%s%s; ", target->pbx_name,
			      target->pbx_version[0] ? " " : "", target->pbx_version);
	if (target->os[0])
		buffer_format(&text, "%s; ", target->os);
	buffer_format(&text, "audited %s", target->started);
	if (target->milliseconds)
		buffer_format(&text, " in %llu.%02llu s",
			      (unsigned long long)target->milliseconds / 1000,
			      (unsigned long long)target->milliseconds % 1000 / 10);
	paint(screen, PAINT_DIM);
	put_wrapped(screen, 0, buffer_string(&text));
	paint(screen, PAINT_PLAIN);
	end_line(screen);
}

static void put_bar(struct screen *screen, unsigned int value)
{
	unsigned int filled = (value * BAR_COLUMNS + 50) / 100;
	paint(screen, score_paint(value));
	for (unsigned int i = 0; i < BAR_COLUMNS; i++) {
		if (i == filled)
			paint(screen, PAINT_DIM);
		if (screen->style->utf8)
			put(screen, i < filled ? "\xe2\x96\x88" : "\xe2\x96\x91");
		else
			put(screen, i < filled ? "#" : ".");
	}
	paint(screen, PAINT_PLAIN);
}

static void put_caps(struct screen *screen, const struct result_score *score)
{
	if (score->capped_by.count == 0)
		return;
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "held at %u by ", score->value);
	for (size_t i = 0; i < score->capped_by.count; i++)
		buffer_format(&text, "%s%s", i ? ", " : "", score->capped_by.items[i]);
	buffer_format(&text, " (%u without the cap)", score->raw);
	go_to(screen, INDENT);
	put_wrapped(screen, INDENT, buffer_string(&text));
	end_line(screen);
}

static void put_score(struct screen *screen, const struct result_score *score)
{
	BUFFER_AUTO text = { 0 };
	end_line(screen);
	go_to(screen, INDENT);
	buffer_format(&text, "%u of 100, grade %s", score->value, score->grade);
	put_painted(screen, score_paint(score->value), buffer_string(&text));
	if (screen->column + 2 + BAR_COLUMNS <= screen->width) {
		go_to(screen, screen->column + 2);
		put_bar(screen, score->value);
	}
	end_line(screen);
	put_caps(screen, score);
	buffer_clear(&text);
	if (score->low != score->value)
		buffer_format(&text, "%u at worst; ", score->low);
	if (score->unwaived != score->value)
		buffer_format(&text, "%u without waivers; ", score->unwaived);
	buffer_format(&text, "%u.%u %% of the checks that apply were decided", score->coverage / 10,
		      score->coverage % 10);
	go_to(screen, INDENT);
	paint(screen, PAINT_DIM);
	put_wrapped(screen, INDENT, buffer_string(&text));
	paint(screen, PAINT_PLAIN);
	end_line(screen);
}

static void put_count(struct screen *screen, size_t count, enum paint color, const char *what)
{
	if (count == 0)
		return;
	BUFFER_AUTO text = { 0 };
	buffer_format(&text, "%zu %s", count, what);
	if (screen->column > INDENT && screen->column + 3 + text.size > screen->width) {
		end_line(screen);
		go_to(screen, INDENT);
	} else if (screen->column > INDENT) {
		go_to(screen, screen->column + 3);
	}
	put_painted(screen, color, buffer_string(&text));
}

static void put_counts(struct screen *screen, const struct result *result)
{
	size_t failed[BAND_CRITICAL + 1] = { 0 }, others[STATUS_WAIVED + 1] = { 0 };
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct finding *finding = &result->findings[i];
		if (finding->status == STATUS_FAIL)
			failed[severity_band_of(finding->severity)]++;
		else
			others[finding->status]++;
	}
	end_line(screen);
	go_to(screen, INDENT);
	for (size_t band = BAND_CRITICAL + 1; band-- > 0;)
		put_count(screen, failed[band], band_paint((enum severity_band)band),
			  severity_band_name((enum severity_band)band));
	put_count(screen, others[STATUS_PASS], PAINT_GOOD, "passed");
	put_count(screen, others[STATUS_UNKNOWN], PAINT_MEDIUM, "undecided");
	put_count(screen, others[STATUS_WAIVED], PAINT_PLAIN, "accepted");
	put_count(screen, others[STATUS_NOT_APPLICABLE], PAINT_DIM, "not applicable");
	end_line(screen);
}

/* Does COMMAND only make ready: a comment, a copy kept for the undo, an empty file? */
static bool is_preparation(const char *command)
{
	static const char *const beginnings[] = { "#",       "cp -a",         "touch ",
						  "mkdir ",  "iptables-save", "nft list",
						  "(sleep ", "systemd-run " };
	for (size_t i = 0; i < ARRAY_SIZE(beginnings); i++)
		if (slice_starts_with(slice_of(command), beginnings[i]))
			return true;
	return command[0] == '\0';
}

/* The first command that mends something, else the advice. */
static const char *first_hint(const struct finding *finding)
{
	for (size_t i = 0; i < finding->remedy.commands.count; i++) {
		const char *command = finding->remedy.commands.items[i];
		if (!is_preparation(command))
			return command;
	}
	return finding->advice;
}

static void put_finding(struct screen *screen, const struct finding *finding)
{
	enum severity_band band = severity_band_of(finding->severity);
	go_to(screen, INDENT);
	put_painted(screen, band_paint(band), severity_band_name(band));
	go_to(screen, INDENT + 10);
	paint(screen, PAINT_BOLD);
	put_cut_at(screen, INDENT + 19, finding->id);
	paint(screen, PAINT_PLAIN);
	go_to(screen, INDENT + 20);
	put_wrapped(screen, INDENT + 20, finding->title);
	if (finding->gain) {
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "+%u", finding->gain);
		if (screen->column + 1 + text.size > screen->width)
			end_line(screen);
		go_to(screen, screen->column ? 0 : INDENT + 20);
		put_painted(screen, PAINT_GOOD, buffer_string(&text));
	}
	end_line(screen);
	go_to(screen, INDENT + 20);
	put_cut(screen, finding->summary);
	end_line(screen);
	const char *hint = first_hint(finding);
	if (!hint[0])
		return;
	go_to(screen, INDENT + 20);
	paint(screen, PAINT_DIM);
	put(screen, screen->style->utf8 ? "\xe2\x86\x92 " : "> ");
	put_cut(screen, hint);
	paint(screen, PAINT_PLAIN);
	end_line(screen);
}

/* Does A stand before B? By severity, then by what its remedy gains; then as the catalogue has it.
 */
static bool is_before(const struct finding *a, const struct finding *b)
{
	if (a->severity != b->severity)
		return a->severity > b->severity;
	if (a->deduction_64ths != b->deduction_64ths)
		return a->deduction_64ths > b->deduction_64ths;
	return a < b;
}

/* The failed finding that follows AFTER (NULL: the first), by is_before. */
static const struct finding *next_worst(const struct result *result, const struct finding *after)
{
	const struct finding *worst = NULL;
	for (size_t i = 0; i < result->finding_count; i++) {
		const struct finding *finding = &result->findings[i];
		if (finding->status == STATUS_FAIL && (!after || is_before(after, finding)) &&
		    (!worst || is_before(finding, worst)))
			worst = finding;
	}
	return worst;
}

static void put_more(struct screen *screen, size_t more)
{
	if (more == 0)
		return;
	go_to(screen, INDENT);
	put(screen, "and ");
	put_number(screen, more);
	put(screen, " more");
	end_line(screen);
}

static void put_findings(struct screen *screen, const struct result *result)
{
	size_t failed = 0, shown = 0;
	for (size_t i = 0; i < result->finding_count; i++)
		failed += result->findings[i].status == STATUS_FAIL;
	if (failed == 0)
		return;
	put_heading(screen, "Worst first");
	size_t most = screen->style->verbose ? FINDINGS_SHOWN * 10 : FINDINGS_SHOWN;
	for (const struct finding *finding = NULL;
	     shown < most && (finding = next_worst(result, finding));) {
		put_finding(screen, finding);
		shown++;
	}
	put_more(screen, failed - shown);
}

static void put_family(struct screen *screen, const char *family, enum exposure exposure)
{
	if (exposure == EXPOSURE_NOT_APPLICABLE)
		return;
	put(screen, family);
	put(screen, " ");
	put_painted(screen, exposure_paint(exposure), exposure_phrase(exposure));
}

static void put_service(struct screen *screen, const struct result_service *service)
{
	BUFFER_AUTO text = { 0 };
	go_to(screen, INDENT);
	buffer_format(&text, "%s", service->protocol);
	if (service->port)
		buffer_format(&text, " %u", service->port);
	put_cut_at(screen, INDENT + 10, buffer_string(&text));
	go_to(screen, INDENT + 11);
	buffer_clear(&text);
	buffer_append_string(&text, service->name);
	if (service->process[0] && strcmp(service->name, service->process) != 0)
		buffer_format(&text, "%s%s", text.size ? ", " : "", service->process);
	size_t column = INDENT + 11 + 22;
	bool is_narrow = screen->width < column + 22;
	put_cut_at(screen, is_narrow ? screen->width : column - 1, buffer_string(&text));
	if (is_narrow) {
		end_line(screen);
		column = INDENT + 11;
	}
	go_to(screen, column);
	put_family(screen, "IPv4", service->exposure_ipv4);
	if (service->exposure_ipv4 != EXPOSURE_NOT_APPLICABLE &&
	    service->exposure_ipv6 != EXPOSURE_NOT_APPLICABLE) {
		if (screen->width < column + 42)
			end_line(screen);
		go_to(screen, screen->column ? column + 21 : column);
	}
	put_family(screen, "IPv6", service->exposure_ipv6);
	end_line(screen);
}

static void put_services(struct screen *screen, const struct result *result)
{
	size_t shown = 0;
	size_t most = screen->style->verbose ? result->service_count : SERVICES_SHOWN;
	if (result->service_count == 0)
		return;
	put_heading(screen, "Who can reach what");
	/* What is reached by more stands first. */
	for (unsigned int exposure = EXPOSURE_ANYWHERE + 1; exposure-- > 0;)
		for (size_t i = 0; i < result->service_count && shown < most; i++) {
			if (result->services[i].exposure != exposure)
				continue;
			put_service(screen, &result->services[i]);
			shown++;
		}
	put_more(screen, result->service_count - shown);
}

static void put_unread(struct screen *screen, const struct result *result)
{
	size_t most = screen->style->verbose ? result->unread_count : UNREAD_SHOWN;
	if (result->unread_count == 0)
		return;
	put_heading(screen, "Could not be read");
	for (size_t i = 0; i < result->unread_count && i < most; i++) {
		const struct unread *unread = &result->unread[i];
		BUFFER_AUTO text = { 0 };
		buffer_format(&text, "%s: %s", unread->what, unread->why);
		if (unread->to_read_it[0])
			buffer_format(&text, " (%s)", unread->to_read_it);
		go_to(screen, INDENT);
		put_wrapped(screen, INDENT + 2, buffer_string(&text));
		end_line(screen);
	}
	put_more(screen, result->unread_count > most ? result->unread_count - most : 0);
}

/* Findings of CHANGES that changed so. */
static size_t count_changes(const struct result_changes *changes, const char *change)
{
	size_t count = 0;
	for (size_t i = 0; i < changes->finding_count; i++)
		count += strcmp(changes->findings[i].change, change) == 0;
	return count;
}

static void put_change(struct screen *screen, const struct result_finding_change *row)
{
	go_to(screen, INDENT);
	put_painted(screen, PAINT_DIM, row->change);
	go_to(screen, INDENT + 8);
	put_cut_at(screen, INDENT + 20, row->id);
	go_to(screen, INDENT + 21);
	put_wrapped(screen, INDENT + 21, row->title);
	end_line(screen);
}

static void put_changes(struct screen *screen, const struct result *result)
{
	static const char *const words[] = { "new", "worse", "lost", "better", "fixed" };
	const struct result_changes *changes = result->changes;
	BUFFER_AUTO text = { 0 };
	if (!changes)
		return;
	put_heading(screen, "What changed");
	buffer_format(&text, "Since %s, when the score was %u (%s):", changes->started,
		      changes->value, changes->grade);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		buffer_format(&text, " %zu %s,", count_changes(changes, words[i]), words[i]);
	buffer_format(&text, " %zu as before; %zu services reached by others.", changes->same,
		      changes->service_count);
	go_to(screen, INDENT);
	put_wrapped(screen, INDENT, buffer_string(&text));
	end_line(screen);
	size_t shown = 0, most = screen->style->verbose ? SIZE_MAX : CHANGES_SHOWN;
	for (size_t word = 0; word < ARRAY_SIZE(words); word++)
		for (size_t i = 0; i < changes->finding_count && shown < most; i++) {
			if (strcmp(changes->findings[i].change, words[word]) != 0)
				continue;
			put_change(screen, &changes->findings[i]);
			shown++;
		}
	put_more(screen, changes->finding_count - shown);
}

/* Waivers that do not hold: somebody believes that they do. */
static void put_acceptances(struct screen *screen, const struct result *result)
{
	static const char *const words[] = {
		[WAIVER_HOLDS] = "",
		[WAIVER_PARTLY] = "something else of this check fails too, so it stays open",
		[WAIVER_EXPIRED] = "its last day is over",
		[WAIVER_CHANGED] = "what it covers is not what was accepted",
		[WAIVER_UNUSED] = "nothing that fails is covered by it",
		[WAIVER_MISSPELT] = "no check has such an id",
	};
	bool is_first = true;
	for (size_t i = 0; i < result->acceptance_count; i++) {
		const struct result_acceptance *row = &result->acceptances[i];
		BUFFER_AUTO text = { 0 };
		if (row->state == WAIVER_HOLDS)
			continue;
		if (is_first)
			put_heading(screen, "Waivers that do not hold");
		is_first = false;
		buffer_format(&text, "%s, subject %s (line %u): %s", row->check, row->subject,
			      row->line, words[row->state]);
		go_to(screen, INDENT);
		put_wrapped(screen, INDENT + 2, buffer_string(&text));
		end_line(screen);
	}
}

static void put_passed(struct screen *screen, const struct result *result)
{
	put_heading(screen, "Passed");
	for (size_t i = 0; i < result->finding_count; i++) {
		if (result->findings[i].status != STATUS_PASS)
			continue;
		go_to(screen, INDENT);
		put_painted(screen, PAINT_GOOD, screen->style->utf8 ? "\xe2\x9c\x93 " : "ok ");
		put_cut_at(screen, INDENT + 12, result->findings[i].id);
		go_to(screen, INDENT + 13);
		put_wrapped(screen, INDENT + 13, result->findings[i].title);
		end_line(screen);
	}
}

/* How each kind of attack ends, and who else would be kept out. */
static void put_bans(struct screen *screen, const struct result_activity *activity)
{
	if (activity->ban_proof_count)
		put_heading(screen, "Attempts until the packets drop");
	for (size_t i = 0; i < activity->ban_proof_count; i++) {
		const struct result_ban_proof *proof = &activity->ban_proofs[i];
		go_to(screen, INDENT);
		if (proof->attempts)
			put_number(screen, proof->attempts);
		else
			put_painted(screen, PAINT_HIGH, "never");
		go_to(screen, BAN_COLUMN);
		put_cut(screen, proof->attack);
		end_line(screen);
		if (proof->attempts)
			continue;
		go_to(screen, BAN_COLUMN);
		put_wrapped(screen, BAN_COLUMN, proof->why);
		end_line(screen);
	}
	for (size_t i = 0; i < activity->ban_risk_count; i++) {
		const struct result_ban_risk *risk = &activity->ban_risks[i];
		BUFFER_AUTO text = { 0 };
		if (strcmp(risk->banned, "yes") != 0)
			continue;
		buffer_format(&text, "%s %s would be banned, too (jail %s): %s", risk->who,
			      risk->address, risk->jail, risk->why);
		go_to(screen, INDENT);
		put_wrapped(screen, INDENT, buffer_string(&text));
		end_line(screen);
	}
}

void terminal_write_summary(const struct result *result, const struct terminal_style *style,
			    struct buffer *out)
{
	struct screen screen = { .out = out, .style = style, .width = style->width };
	if (screen.width < WIDTH_LEAST)
		screen.width = WIDTH_LEAST;
	if (screen.width > WIDTH_MOST)
		screen.width = WIDTH_MOST;
	put_target(&screen, &result->target);
	put_score(&screen, &result->score);
	put_counts(&screen, result);
	put_changes(&screen, result);
	put_findings(&screen, result);
	put_acceptances(&screen, result);
	put_services(&screen, result);
	put_bans(&screen, &result->activity);
	put_unread(&screen, result);
	if (style->verbose)
		put_passed(&screen, result);
	end_line(&screen);
}
