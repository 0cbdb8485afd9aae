/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks over one pjsip.conf, with the sections that the cases share.
 */
#ifndef RINGFENCE_TESTS_PJSIP_CASE_H
#define RINGFENCE_TESTS_PJSIP_CASE_H

#include "tests/checks/asterisk_case.h"

#define TRANSPORT "[udp]\ntype=transport\nbind=0.0.0.0:5060\n"
#define PHONE                                                                                      \
	"[1001]\ntype=endpoint\nauth=1001\naors=1001\n"                                            \
	"[1001]\ntype=auth\nusername=1001\npassword=x7Kq2mPw9\n"                                   \
	"[1001]\ntype=aor\nmax_contacts=1\n"
#define IDENTIFY "[trunk]\ntype=identify\nendpoint=trunk\n"

UNUSED static void assert_pjsip(const char *id, const char *pjsip_conf,
				enum finding_status expected)
{
	struct asterisk_case self;
	asterisk_case_begin(&self, "1:16.28.0~dfsg-0", "pjsip.conf", pjsip_conf, "modules.conf",
			    "[modules]\nautoload=yes\n", NULL);
	enum finding_status status = asterisk_case_status(&self, id);
	if (status != expected)
		print_message("%s over:\n%s\n", id, pjsip_conf ? pjsip_conf : "(unreadable)");
	assert_int_equal(status, expected);
	asterisk_case_end(&self);
}

/* What every check of PJSIP says where there is none, or it can't be seen. */
UNUSED static void pjsip_assert_common(const char *const *ids, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct asterisk_case self;
		assert_pjsip(ids[i], NULL, STATUS_UNKNOWN);
		assert_pjsip(ids[i], "[a](nothing)\n", STATUS_UNKNOWN);
		asterisk_case_begin(&self, "", NULL);
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_NOT_APPLICABLE);
		asterisk_case_end(&self);
		asterisk_case_begin(&self, "1.8.20", "pjsip.conf", PHONE, NULL);
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_NOT_APPLICABLE);
		asterisk_case_end(&self);
		asterisk_case_begin(&self, "16.28", "pjsip.conf", PHONE, "modules.conf",
				    "[modules]\nautoload=yes\nnoload=res_pjsip.so\n", NULL);
		assert_int_equal(asterisk_case_status(&self, ids[i]), STATUS_NOT_APPLICABLE);
		asterisk_case_end(&self);
	}
}

#endif
