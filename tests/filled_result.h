/* SPDX-License-Identifier: Apache-2.0
 *
 * A result in which every text is the same given one, made by walking the rows of the format: so no
 * field can be forgotten. Words, numbers and enumerations get valid values.
 */
#ifndef RINGFENCE_TESTS_FILLED_RESULT_H
#define RINGFENCE_TESTS_FILLED_RESULT_H

#include <stdlib.h>
#include <string.h>

#include "audit/base/arena.h"
#include "checks/result.h"
#include "reports/result_fields.h"

struct filling {
	struct arena *arena;
	const char *text;
	/* For Markdown fields. */
	const char *markdown;
	/* For commands. */
	const char *command;
	/* Items of each list. */
	size_t items;
	unsigned int number;
};

static void *filled_memory(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static void fill_record(struct filling *filling, const struct result_object *object, char *record);

static void fill_list(struct filling *filling, const struct result_field *field, char *record)
{
	size_t count = filling->items;
	if (field->kind == RESULT_ARRAY) {
		char *items = filled_memory(
			arena_allocate_array(filling->arena, count, field->object->size_bytes));
		for (size_t i = 0; i < count; i++)
			fill_record(filling, field->object, items + i * field->object->size_bytes);
		memcpy(record + field->offset, &items, sizeof(items));
		memcpy(record + field->count_offset, &count, sizeof(count));
		return;
	}
	bool is_command = strcmp(field->item, "command") == 0;
	const char **items = filled_memory(ARENA_ARRAY(filling->arena, count, const char *));
	for (size_t i = 0; i < count; i++)
		items[i] = is_command ? filling->command : filling->text;
	if (field->kind == RESULT_TEXTS) {
		struct text_list list = { .items = items, .count = count, .capacity = count };
		memcpy(record + field->offset, &list, sizeof(list));
	} else {
		memcpy(record + field->offset, &items, sizeof(items));
		memcpy(record + field->count_offset, &count, sizeof(count));
	}
}

static const char *first_word(struct filling *filling, const char *words)
{
	return filled_memory(arena_copy(filling->arena, words, strcspn(words, ",")));
}

static void fill_field(struct filling *filling, const struct result_field *field, char *record)
{
	void *at = record + field->offset;
	const char *text = field->kind == RESULT_MARKDOWN ? filling->markdown : filling->text;
	uint64_t large = ++filling->number;
	switch (field->kind) {
	case RESULT_TEXT:
	case RESULT_SENTENCE:
	case RESULT_MARKDOWN:
		memcpy(at, &text, sizeof(text));
		break;
	case RESULT_WORD:
		text = first_word(filling, field->words);
		memcpy(at, &text, sizeof(text));
		break;
	case RESULT_ENUM:
	case RESULT_NUMBER:
	case RESULT_TENTHS:
	case RESULT_THOUSANDTHS:
		*(unsigned int *)at = (unsigned int)(large % (field->largest + 1ul));
		break;
	case RESULT_BOOL:
		*(bool *)at = true;
		break;
	case RESULT_SIZE:
		*(size_t *)at = (size_t)large;
		break;
	case RESULT_COUNT:
	case RESULT_MILLISECONDS:
	case RESULT_64THS:
		memcpy(at, &large, sizeof(large));
		break;
	case RESULT_BAND:
		break;
	case RESULT_TEXTS:
	case RESULT_TEXT_ARRAY:
	case RESULT_ARRAY:
		fill_list(filling, field, record);
		break;
	case RESULT_OBJECT:
		fill_record(filling, field->object, at);
		break;
	case RESULT_POINTER: {
		char *inner =
			filled_memory(arena_allocate(filling->arena, field->object->size_bytes));
		fill_record(filling, field->object, inner);
		memcpy(at, &inner, sizeof(inner));
		break;
	}
	}
}

static void fill_record(struct filling *filling, const struct result_object *object, char *record)
{
	for (size_t i = 0; i < object->field_count; i++)
		fill_field(filling, &object->fields[i], record);
}

/* Lives in FILLING's arena. */
static inline struct result filled_result(struct filling *filling)
{
	struct result result;
	memset(&result, 0, sizeof(result));
	filling->number = 0;
	fill_record(filling, &result_root, (char *)&result);
	/* A finding of each status in turn. */
	struct finding *findings = (struct finding *)(uintptr_t)result.findings;
	for (size_t i = 0; i < result.finding_count; i++)
		findings[i].status = (enum finding_status)(i % (STATUS_WAIVED + 1));
	return result;
}

/* Texts made to break out of every format. */
static const char *const nasty_texts[] = {
	"<script>alert(1)</script>",
	"</style></title></textarea><img src=x onerror=alert(1)>",
	"\"><svg/onload=alert(1)>",
	"' onmouseover='alert(1)",
	"&lt;b&gt; &amp;#x3c; &#60;i&#62;",
	"]]><!-- --><![CDATA[ <?php ?> <!DOCTYPE x>",
	"{{7*7}} ${7*7} <%= 7*7 %>",
	"# heading",
	"- item\n- item",
	"1. item",
	"12345) item",
	"> quote",
	"===",
	"---",
	"***",
	"```\ncode\n```",
	"`code` ``more`` `",
	"``` `` ` ```` |",
	"~~~ strike ~~~ ~~x~~",
	"[link](javascript:alert(1)) ![image](https://example.com/x.png)",
	"[ref]: https://example.com/ \"title\"",
	"<https://example.com/> https://example.com/ www.example.com a@example.com @somebody #1",
	"@@a@ `@` \\@",
	"a | b | c\n|---|---|",
	"\\| \\` \\* \\\\",
	"*emphasis* _emphasis_ **strong** __strong__ * _",
	"    indented",
	"\tindented",
	"trailing  \nbreak\\\nnext",
	"$x$ $$y$$ :smile: <!-- c -->",
	"=1+1",
	"=cmd|' /C calc'!A0",
	"+1+1",
	"-1+1",
	"@SUM(A1)",
	" =1+1",
	"\t=1+1",
	"\r=1+1",
	"\xef\xbc\x9d"
	"1+1",
	"a,b;c\"d\"\"e\r\nf,g",
	"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]8;;https://example.com/\x1b\\link",
	"\x9b"
	"31m \xc2\x9b"
	"31m \x7f\x08\x08",
	"abc\xe2\x80\xae"
	"fed\xe2\x80\xac \xe2\x81\xa6x\xe2\x81\xa9",
	"zero\xe2\x80\x8bwidth\xef\xbb\xbf\xc2\xad \xf3\xa0\x80\xa1",
	"\xff\xfe\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80",
	"\xef\xbf\xbf \xef\xbf\xbe",
	"line\nline\r\nline\xe2\x80\xa8line",
	"HELP\n# TYPE x gauge\nx 1",
	"\xe0\xa6\xac\xe0\xa6\xbe\xe0\xa6\x82\xe0\xa6\xb2\xe0\xa6\xbe \xe6\x97\xa5\xe6\x9c\xac "
	"\xf0\x9f\x93\x9e",
	"%s%n%x ../../../etc/passwd file:///etc/passwd",
};

#define NASTY_COUNT (sizeof(nasty_texts) / sizeof(nasty_texts[0]))

#endif
