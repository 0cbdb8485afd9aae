/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/advisory/advisory_table.h"
#include "audit/advisory/gui_modules.h"
#include "audit/asterisk/pbx_model.h"
#include "audit/kernel/system_model.h"
#include "tests/checks/asterisk_case.h"

/* 2026-11-24 */
#define NOW INT64_C(1795478400)

struct version_case {
	struct asterisk_case asterisk;
	struct system_model host;
	struct system_package package;
	struct gui_modules gui;
	struct gui_module module;
};

/* PACKAGE_VERSION NULL: no package, VERSION is the running one. */
static void begin(struct version_case *self, const char *version, enum system_family family,
		  const char *os_id, const char *os_version)
{
	memset(self, 0, sizeof(*self));
	asterisk_case_begin(&self->asterisk, version, "modules.conf", "[modules]\nautoload=yes\n",
			    "sip.conf", "[general]\n[1001]\ntype=friend\nhost=dynamic\n", NULL);
	self->asterisk.site.now = NOW;
	self->host.family = family;
	self->host.os_id = slice_of(os_id);
	self->host.os_version = slice_of(os_version);
	self->asterisk.model.host = &self->host;
	self->asterisk.model.gui_modules = &self->gui;
	self->asterisk.model.advisories = advisory_table_own(self->asterisk.arena);
	assert_non_null(self->asterisk.model.advisories);
	if (family != SYSTEM_UNKNOWN) {
		self->package = (struct system_package){ .name = SLICE("asterisk"),
							 .version = slice_of(version) };
		self->host.packages = &self->package;
		self->host.package_count = 1;
	}
}

static bool says(const struct version_case *self, const char *text)
{
	for (size_t i = 0; i < self->asterisk.verdict.count; i++)
		if (strstr(self->asterisk.verdict.evidence[i].text, text) ||
		    strstr(self->asterisk.verdict.evidence[i].subject, text))
			return true;
	return false;
}

static void assert_asterisk(const char *version, enum system_family family, const char *os_id,
			    const char *os_version, enum finding_status expected, const char *text)
{
	struct version_case self;
	begin(&self, version, family, os_id, os_version);
	enum finding_status status = asterisk_case_status(&self.asterisk, "VER-001");
	if (status != expected || !says(&self, text))
		print_message("%s on %s\n", version, os_id);
	assert_int_equal(status, expected);
	assert_true(says(&self, text));
	asterisk_case_end(&self.asterisk);
}

static void what_is_built_from_source_goes_by_the_projects_numbers(void **state)
{
	(void)state;
	assert_asterisk("20.20.1", SYSTEM_UNKNOWN, "", "", STATUS_PASS, "no hole of the table");
	assert_asterisk("20.20.0", SYSTEM_UNKNOWN, "", "", STATUS_FAIL, "fixed in 20.20.1");
	assert_asterisk("22.10.1", SYSTEM_UNKNOWN, "", "", STATUS_PASS, "");
	assert_asterisk("16.30.0", SYSTEM_UNKNOWN, "", "", STATUS_FAIL, "no fixes since 2023");
	assert_asterisk("1.8.20.0", SYSTEM_UNKNOWN, "", "", STATUS_FAIL, "branch 1.8");
	assert_asterisk("20.9.1-1.sng7", SYSTEM_REDHAT, "sangoma", "7", STATUS_FAIL,
			"GHSA-c4cg-9275-6w44");
}

static void a_back_ported_fix_is_no_hole(void **state)
{
	(void)state;
	assert_asterisk("1:16.28.0~dfsg-0+deb11u10", SYSTEM_DEBIAN, "debian", "11", STATUS_PASS,
			"no hole of the table");
	assert_asterisk("1:16.28.0~dfsg-0+deb11u4", SYSTEM_DEBIAN, "debian", "11", STATUS_FAIL,
			"deb11u5");
	/* The upstream number says vulnerable, and no line tells what this package has. */
	assert_asterisk("1:20.6.0~dfsg-1", SYSTEM_DEBIAN, "ubuntu", "24.04", STATUS_UNKNOWN,
			"GHSA-c4cg-9275-6w44");
	assert_asterisk("20.9.1-1.el9", SYSTEM_REDHAT, "rocky", "9.4", STATUS_UNKNOWN,
			"could not be read");
	assert_asterisk("20.20.1-1.el8", SYSTEM_REDHAT, "rocky", "8.10", STATUS_PASS, "");
	assert_asterisk("13.7.2-1.el6", SYSTEM_REDHAT, "centos", "6.10", STATUS_FAIL,
			"no fixes since 2021");
}

static void a_hole_in_a_module_that_is_not_loaded_does_not_count(void **state)
{
	(void)state;
	struct version_case self;
	begin(&self, "20.8.0", SYSTEM_UNKNOWN, "", "");
	asterisk_case_status(&self.asterisk, "VER-001");
	size_t all = self.asterisk.verdict.fail_count;
	asterisk_case_end(&self.asterisk);
	asterisk_case_begin(&self.asterisk, "20.8.0", "modules.conf",
			    "[modules]\nautoload=yes\nnoload=chan_unistim.so\n", NULL);
	self.asterisk.site.now = NOW;
	self.asterisk.model.host = &self.host;
	self.asterisk.model.advisories = advisory_table_own(self.asterisk.arena);
	assert_int_equal(asterisk_case_status(&self.asterisk, "VER-001"), STATUS_FAIL);
	assert_int_equal(self.asterisk.verdict.fail_count, all - 1);
	assert_true(says(&self, "chan_unistim.so is not loaded"));
	asterisk_case_end(&self.asterisk);
}

static void an_unknown_version_is_unknown_and_none_does_not_apply(void **state)
{
	(void)state;
	struct version_case self;
	begin(&self, "", SYSTEM_UNKNOWN, "", "");
	assert_int_equal(asterisk_case_status(&self.asterisk, "VER-001"), STATUS_UNKNOWN);
	assert_int_equal(asterisk_case_status(&self.asterisk, "VER-003"), STATUS_UNKNOWN);
	asterisk_case_end(&self.asterisk);
	asterisk_case_begin(&self.asterisk, "", NULL);
	assert_int_equal(asterisk_case_status(&self.asterisk, "VER-001"), STATUS_NOT_APPLICABLE);
	assert_int_equal(asterisk_case_status(&self.asterisk, "VER-002"), STATUS_NOT_APPLICABLE);
	assert_int_equal(asterisk_case_status(&self.asterisk, "VER-003"), STATUS_NOT_APPLICABLE);
	asterisk_case_end(&self.asterisk);
}

static void chan_sip_counts_from_17(void **state)
{
	(void)state;
	struct version_case self;
	begin(&self, "20.20.1", SYSTEM_UNKNOWN, "", "");
	assert_int_equal(asterisk_case_status(&self.asterisk, "VER-003"), STATUS_FAIL);
	asterisk_case_end(&self.asterisk);
	begin(&self, "16.28.0", SYSTEM_UNKNOWN, "", "");
	assert_int_equal(asterisk_case_status(&self.asterisk, "VER-003"), STATUS_PASS);
	asterisk_case_end(&self.asterisk);
}

static void assert_gui(enum pbx_kind kind, const char *version, const char *module,
		       const char *module_version, enum finding_status expected)
{
	struct version_case self;
	begin(&self, "20.20.1", SYSTEM_UNKNOWN, "", "");
	struct pbx_model pbx = {
		.kind = kind,
		.name = "the GUI",
		.seen_by = "",
		.module_directory = "",
		.version = { .state = version ? FACT_PRESENT : FACT_ABSENT },
	};
	if (version)
		pbx.version.value = slice_of(version);
	if (module) {
		self.module = (struct gui_module){ .name = slice_of(module),
						   .version = slice_of(module_version) };
		self.gui = (struct gui_modules){ .state = FACT_PRESENT,
						 .modules = &self.module,
						 .count = 1 };
	}
	struct asterisk_model asterisk = *self.asterisk.model.asterisk;
	asterisk.pbx = &pbx;
	self.asterisk.model.asterisk = &asterisk;
	assert_int_equal(asterisk_case_status(&self.asterisk, "VER-002"), expected);
	asterisk_case_end(&self.asterisk);
}

static void the_gui_and_its_modules_are_judged(void **state)
{
	(void)state;
	assert_gui(PBX_FREEPBX, "17.0.23", "endpoint", "17.0.6", STATUS_PASS);
	assert_gui(PBX_FREEPBX, "17.0.23", "endpoint", "17.0.2", STATUS_FAIL);
	assert_gui(PBX_FREEPBX, "16.0.44", "framework", "16.0.40", STATUS_FAIL);
	assert_gui(PBX_FREEPBX, "16.0.44", "announcement", "13.0.1", STATUS_PASS);
	assert_gui(PBX_FREEPBX, "13.0.197", "announcement", "13.0.1", STATUS_FAIL);
	assert_gui(PBX_FREEPBX, "17.0.23", NULL, NULL, STATUS_UNKNOWN);
	assert_gui(PBX_FREEPBX, NULL, NULL, NULL, STATUS_UNKNOWN);
	assert_gui(PBX_ELASTIX, "2.5.0", NULL, NULL, STATUS_FAIL);
	assert_gui(PBX_ISSABEL, "5.0.0", NULL, NULL, STATUS_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_built_from_source_goes_by_the_projects_numbers),
		cmocka_unit_test(a_back_ported_fix_is_no_hole),
		cmocka_unit_test(a_hole_in_a_module_that_is_not_loaded_does_not_count),
		cmocka_unit_test(an_unknown_version_is_unknown_and_none_does_not_apply),
		cmocka_unit_test(chan_sip_counts_from_17),
		cmocka_unit_test(the_gui_and_its_modules_are_judged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
