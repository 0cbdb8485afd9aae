/* SPDX-License-Identifier: Apache-2.0
 *
 * What a guesser tries first: the account's own names in their usual disguises, and secrets that
 * manuals, samples and products have printed. Works on bytes that secret_strength.c hands in.
 */
#ifndef RINGFENCE_CHECKS_SECRET_CANDIDATES_H
#define RINGFENCE_CHECKS_SECRET_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/base/slice.h"

/* How BYTES follow from NAME (letter case ignored), as a phrase, or NULL. */
const char *candidate_repeats(struct slice bytes, struct slice name);

/* Where BYTES have been published, or NULL. */
const char *candidate_published(struct slice bytes);

/* Told each candidate with its phrase; true stops the walk. */
typedef bool candidate_visit(void *context, struct slice candidate, const char *phrase);

/* Walks the candidates that follow from NAME, then false; or true as soon as VISIT says so. Each
 * one is also named by candidate_repeats (a test proves it). Fewer than 100 for a name. */
bool candidate_each_of_name(struct slice name, candidate_visit *visit, void *context);

/* The same over the published secrets. */
bool candidate_each_published(candidate_visit *visit, void *context);

#endif
