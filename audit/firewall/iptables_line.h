/* SPDX-License-Identifier: Apache-2.0
 *
 * One line of iptables: words, and the options of match modules. Shared by iptables_parse.c (which
 * reads lines), iptables_option.c, iptables_match.c and iptables_target.c (which know the
 * extensions).
 */
#ifndef RINGFENCE_FIREWALL_IPTABLES_LINE_H
#define RINGFENCE_FIREWALL_IPTABLES_LINE_H

#include "audit/firewall/rule_build.h"

/* Most words of one line: iptables-restore's MAX_ARGC is 255. */
#define IPTABLES_WORDS_MAX 255
/* Most match modules of one rule, and most options of all of them. */
#define IPTABLES_MODULES_MAX 64
#define IPTABLES_USES_MAX 128

struct iptables_word {
	struct slice text;
	/* Any part of it stood in quotes: never an option. */
	bool is_quoted;
};

struct iptables_option {
	/* Without "--". NULL ends a list. */
	const char *name;
	/* The name that the module's function asks for, where `name` is another for the same. */
	const char *same_as;
	unsigned int argument_count;
};

struct iptables_use {
	const struct iptables_option *option;
	struct slice values[2];
	bool is_negated;
	/* Index of the module in the rule. */
	size_t module;
};

struct iptables_rule;

struct iptables_module {
	const char *name;
	const struct iptables_option *options;
	/* Appends the module's steps. False: an option's value is not understood. */
	bool (*build)(struct iptables_rule *rule, size_t module);
};

struct iptables_rule {
	struct rule_builder *builder;
	const struct source *source;
	enum address_family family;
	struct origin origin;

	struct iptables_word words[IPTABLES_WORDS_MAX];
	size_t word_count;

	/* A module that is not known has only its name. */
	const struct iptables_module *modules[IPTABLES_MODULES_MAX];
	struct slice module_names[IPTABLES_MODULES_MAX];
	size_t module_count;
	struct iptables_use uses[IPTABLES_USES_MAX];
	size_t use_count;

	/* -p: 0 without. */
	uint8_t protocol;
	bool protocol_is_negated;

	/* -j or -g; empty without. The words of its options. */
	struct slice target;
	bool is_goto;
	size_t target_words[IPTABLES_WORDS_MAX];
	size_t target_word_count;
};

/* NULL: not known. */
const struct iptables_module *iptables_find_module(struct slice name);

/* The option called TEXT (without "--") of MODULE: its full name, or *RET_PARTIAL counts the names
 * that begin so and the last of them is returned. */
const struct iptables_option *iptables_find_option(const struct iptables_module *module,
						   struct slice text, size_t *ret_partial);

/* The use of option NAME by the module at index MODULE, or NULL. */
const struct iptables_use *iptables_find_use(const struct iptables_rule *rule, size_t module,
					     const char *name);

/* Addresses "a", "a/b", "a/mask", lists of them with commas, as a match of FIELD. False: a name, or
 * of another family. */
bool iptables_build_addresses(struct iptables_rule *rule, enum packet_field field,
			      struct slice text, bool is_negated);

/* "5/second", "10/min", "3/h": *RET_SECONDS is the unit. */
bool iptables_parse_rate(struct slice text, uint64_t *ret_count, uint64_t *ret_seconds);

/* "0x1/0xff", "1": value and mask; the mask is all ones without. */
bool iptables_parse_mark(struct slice text, uint32_t *ret_value, uint32_t *ret_mask);

/* Decimal, 0x hexadecimal or 0 octal, as strtoul(3) with base 0. */
bool iptables_parse_number(struct slice text, uint64_t *ret_value);

/* Splits LINE into the rule's words, copied where quotes stand in them. False: more than
 * IPTABLES_WORDS_MAX. */
bool iptables_split_words(struct iptables_rule *rule, struct slice line);

enum iptables_take {
	IPTABLES_TAKE_DONE,
	/* Not an option of this kind. */
	IPTABLES_TAKE_OTHER,
	/* iptables refuses the line. */
	IPTABLES_TAKE_REFUSED,
	/* The line is not for this family. */
	IPTABLES_TAKE_SKIP,
};

/* The words from FIRST on as one rule, into the builder. */
enum iptables_take iptables_build_rule(struct iptables_rule *rule, size_t first);

/* Sets verdict and steps of the builder's rule from target and target_words. */
void iptables_build_target(struct iptables_rule *rule);

#endif
