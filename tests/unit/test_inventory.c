/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/fleet/inventory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit/base/buffer.h"

/* "name target" of each host, one a line; "line N: MESSAGE" where it is refused. */
static void expect(const char *text, const char *expected)
{
	struct arena *arena = arena_new(0);
	struct inventory inventory;
	struct error error = { .kind = ERROR_NONE };
	BUFFER_AUTO out = { 0 };
	assert_non_null(arena);
	if (inventory_read(slice_of(text), "hosts", arena, &inventory, &error))
		for (size_t i = 0; i < inventory.count; i++)
			buffer_format(&out, "%s %s\n", inventory.hosts[i].name,
				      inventory.hosts[i].target);
	else
		buffer_format(&out, "line %u: %s", error.line, error.message);
	assert_string_equal(buffer_string(&out), expected);
	arena_free(arena);
}

static void lines_are_targets(void **state)
{
	(void)state;
	expect("# all\npbx1\nadmin@192.0.2.1:2222 # old\nssh://root@[2001:db8::1]:22/\n"
	       "/mnt/image/\nlocal\npbx1\n",
	       "pbx1 ssh://pbx1\n192.0.2.1:2222 ssh://admin@192.0.2.1:2222\n"
	       "[2001:db8::1]:22 ssh://root@[2001:db8::1]:22/\nimage /mnt/image/\nlocal local\n");
	expect("\na b\n", "line 2: expected one target on a line");
	expect("# nothing\n", "line 0: there is no host in it");
}

static void variables_follow_precedence(void **state)
{
	(void)state;
	expect("lonely ansible_connection=local\n[pbx]\na[08:10:2] ansible_port=2222\n"
	       "own ansible_user='me'\n[big:children]\npbx\n[big:vars]\nansible_user=parent\n"
	       "[pbx:vars]\nansible_user = child\n[all:vars]\nansible_user=all\n",
	       "lonely local\na08 ssh://child@a08:2222\na10 ssh://child@a10:2222\n"
	       "own ssh://me@own\n");
	expect("[a]\nb[1:]\n", "line 2: expected a range like [01:20] or [a:f]");
	expect("[a:b]\n", "line 1: expected [group], [group:vars] or [group:children]");
}

static void yaml_and_json_say_the_same(void **state)
{
	(void)state;
	static const char hosts[] = "b ssh://root@192.0.2.7:22\n";
	expect("all:\n  vars: {ansible_user: root}\n  children:\n    g:\n      hosts:\n"
	       "        b: {ansible_host: 192.0.2.7, ansible_port: 22}\n",
	       hosts);
	expect("{\"_meta\": {\"hostvars\": {\"b\": {\"ansible_host\": \"192.0.2.7\","
	       "\"ansible_port\": 22}}}, \"all\": {\"children\": [\"g\"], \"vars\":"
	       "{\"ansible_user\": \"root\"}}, \"g\": {\"hosts\": [\"b\"]}}",
	       hosts);
	expect("all:\n  hosts: &x\n    b:\n  vars: *x\n",
	       "line 4: aliases are not read: write the value itself");
}

/* Groups that hold each other end, and so does a nest without end. */
static void circles_end(void **state)
{
	(void)state;
	expect("[a:children]\nb\n[b:children]\na\n[a]\nh\n[b:vars]\nansible_user=u\n",
	       "h ssh://u@h\n");
	expect("[a:children]\nb\nc\nd\n[b:children]\na\nc\nd\n[c:children]\na\nb\nd\n"
	       "[d:children]\na\nb\nc\n[a:vars]\nansible_user=u\n[e]\nh\n",
	       "line 0: \"h\": expected groups that are not so entangled, or in a circle");
	BUFFER_AUTO deep = { 0 };
	buffer_append_string(&deep, "---\n");
	for (int i = 0; i < 1000; i++)
		buffer_append_string(&deep, "[");
	expect(buffer_string(&deep), "line 2: nested too deeply for an inventory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_targets),
		cmocka_unit_test(variables_follow_precedence),
		cmocka_unit_test(yaml_and_json_say_the_same),
		cmocka_unit_test(circles_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
