/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/target/answer.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/mman.h>

#include "audit/base/buffer.h"

bool answer_begin(struct answer *answer)
{
	*answer = (struct answer){ .size = 0 };
	void *pages = mmap(NULL, TARGET_FILE_BYTES_MAX, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (pages == MAP_FAILED)
		return false;
	(void)madvise(pages, TARGET_FILE_BYTES_MAX, MADV_DONTDUMP);
	answer->pages = pages;
	return true;
}

void answer_append(struct answer *answer, const void *data, size_t size)
{
	size_t room = TARGET_FILE_BYTES_MAX - answer->size;
	if (size > room) {
		answer->is_cut = true;
		size = room;
	}
	if (size > 0)
		memcpy(answer->pages + answer->size, data, size);
	answer->size += size;
}

void answer_format(struct answer *answer, const char *format, ...)
{
	BUFFER_AUTO text = { 0 };
	va_list arguments;
	va_start(arguments, format);
	buffer_format_list(&text, format, arguments);
	va_end(arguments);
	struct slice bytes = buffer_slice(&text);
	answer_append(answer, bytes.data, bytes.size);
	answer->is_cut |= buffer_failed(&text);
}

enum load_status answer_finish(struct answer *answer, struct arena *arena,
			       struct target_bytes *ret_bytes, struct target_trouble *trouble)
{
	char *data = arena_allocate_secret(arena, answer->size);
	if (data && answer->size > 0)
		memcpy(data, answer->pages, answer->size);
	if (data)
		*ret_bytes = (struct target_bytes){
			.bytes = { .data = data, .size = answer->size },
			.is_cut = answer->is_cut,
		};
	answer_done(answer);
	return data ? LOAD_FOUND : careful_errno(ENOMEM, &trouble->problem);
}

void answer_done(struct answer *answer)
{
	if (!answer->pages)
		return;
	explicit_bzero(answer->pages, answer->size);
	(void)munmap(answer->pages, TARGET_FILE_BYTES_MAX);
	answer->pages = NULL;
}
