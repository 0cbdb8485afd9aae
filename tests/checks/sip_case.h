/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of Asterisk's configuration on literal files: the model is made by the real readers, the
 * rest of the host is nothing but an exposure.
 */
#ifndef RINGFENCE_TESTS_SIP_CASE_H
#define RINGFENCE_TESTS_SIP_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/asterisk/asterisk_model.h"
#include "audit/base/arena.h"
#include "audit/base/attributes.h"
#include "audit/base/buffer.h"
#include "audit/model/model.h"
#include "audit/model/site.h"
#include "checks/catalogue.h"
#include "checks/remedy.h"
#include "checks/verdict.h"
#include "tests/memory_loader.h"

#define CASE_FILES_MAX 8

struct sip_case {
	struct arena *arena;
	struct memory_file files[CASE_FILES_MAX];
	struct memory_files memory;
	struct site site;
	struct model model;
	struct verdict verdict;
	struct remedy remedy;
};

/* NAME, TEXT, NAME, TEXT ... NULL: files of /etc/asterisk; VERSION as of the package. */
UNUSED static void sip_case_begin(struct sip_case *self, const char *version, ...)
{
	memset(self, 0, sizeof(*self));
	self->arena = arena_new(0);
	assert_non_null(self->arena);
	self->memory = (struct memory_files){ .arena = self->arena, .files = self->files };
	va_list arguments;
	va_start(arguments, version);
	const char *name;
	while ((name = va_arg(arguments, const char *))) {
		BUFFER_AUTO path = { 0 };
		buffer_format(&path, "/etc/asterisk/%s", name);
		struct memory_file *file = &self->files[self->memory.count++];
		file->path = slice_to_string(self->arena, buffer_slice(&path));
		file->text = va_arg(arguments, const char *);
		/* A NULL text is a file that could not be read. */
		file->is_unreadable = file->text == NULL;
	}
	va_end(arguments);
	struct loader loader = memory_loader(&self->memory);
	self->model.site = &self->site;
	self->model.asterisk = asterisk_model_load(&loader, slice_of(version));
	assert_non_null(self->model.asterisk);
}

UNUSED static void sip_case_end(struct sip_case *self)
{
	arena_free(self->arena);
}

/* What check ID says. */
UNUSED static enum finding_status sip_case_status(struct sip_case *self, const char *id)
{
	const struct check *check = catalogue_find(slice_of(id));
	assert_non_null(check);
	self->verdict = (struct verdict){ .arena = self->arena };
	check->evaluate(check, &self->model, &self->verdict);
	assert_false(self->verdict.memory_failed);
	if (self->verdict.fail_count && check->remedy) {
		self->remedy = (struct remedy){ .arena = self->arena };
		check->remedy(check, &self->model, &self->verdict, &self->remedy);
		assert_false(self->remedy.memory_failed);
	}
	return verdict_status(&self->verdict);
}

/* One check over one sip.conf of Asterisk 16. */
UNUSED static void assert_sip(const char *id, const char *sip_conf, enum finding_status expected)
{
	struct sip_case self;
	sip_case_begin(&self, "1:16.28.0~dfsg-0", "sip.conf", sip_conf, NULL);
	enum finding_status status = sip_case_status(&self, id);
	if (status != expected)
		print_message("%s over:\n%s\n", id, sip_conf ? sip_conf : "(unreadable)");
	assert_int_equal(status, expected);
	sip_case_end(&self);
}

/* Is TEXT in some line of LIST? */
UNUSED static bool list_mentions(const struct text_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (strstr(list->items[i], text))
			return true;
	return false;
}

#endif
