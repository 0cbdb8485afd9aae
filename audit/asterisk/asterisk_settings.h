/* SPDX-License-Identifier: Apache-2.0
 *
 * The small configuration files of Asterisk: asterisk.conf, modules.conf, rtp.conf, logger.conf,
 * extconfig.conf, features.conf. Values are as Asterisk takes them; FACT_ABSENT means that no file
 * sets it, so the compiled default counts (which checks know by version).
 */
#ifndef RINGFENCE_ASTERISK_ASTERISK_SETTINGS_H
#define RINGFENCE_ASTERISK_ASTERISK_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/asterisk/conf_parse.h"
#include "audit/base/attributes.h"
#include "audit/base/fact.h"
#include "audit/base/loader.h"

enum module_directive {
	MODULE_LOAD,
	MODULE_NOLOAD,
	MODULE_PRELOAD,
	MODULE_REQUIRE,
};

struct module_line {
	/* "chan_sip.so" */
	struct slice name;
	enum module_directive directive;
	struct origin origin;
};

enum module_state {
	/* Positive evidence that it does not run: not in the list of running modules, not on disk,
	 * or kept out by modules.conf. */
	MODULE_NOT_LOADED,
	/* In the list of running modules, or on disk and taken by modules.conf. */
	MODULE_LOADED,
	/* modules.conf takes it if it is on disk, and the modules' folder could not be seen. */
	MODULE_ASSUMED,
	/* Neither list nor modules.conf could be read. */
	MODULE_UNKNOWN,
};

struct extconfig_line {
	/* "sippeers", or a whole file: "sip.conf". */
	struct slice family;
	/* "odbc", "mysql", "pgsql", "curl", "ldap" ... */
	struct slice driver;
	struct origin origin;
};

struct logger_channel {
	/* "messages", "console", "syslog.local0". */
	struct slice name;
	/* As written: "notice,warning,error". */
	struct slice levels;
	struct origin origin;
};

struct asterisk_settings {
	const struct conf_file *asterisk_conf;
	const struct conf_file *modules_conf;
	const struct conf_file *rtp_conf;
	const struct conf_file *logger_conf;
	const struct conf_file *extconfig_conf;
	const struct conf_file *features_conf;

	/* asterisk.conf [options]; values that Asterisk refuses count as 0, as there. */
	struct fact_int max_calls;
	/* Thousandths: 4.0 is 4000. */
	struct fact_int max_load;
	/* MiB */
	struct fact_int min_free_memory;
	struct fact_bool live_dangerously;
	struct fact_bool execute_includes;
	struct fact_slice run_user;
	struct fact_slice run_group;
	/* The host's name in messages, and the default digest realm. */
	struct fact_slice system_name;
	/* asterisk.conf [files] */
	struct fact_slice control_permissions;
	struct fact_slice control_owner;
	struct fact_slice control_group;
	/* asterisk.conf [directories], with the compiled defaults filled in. */
	struct slice module_directory;
	struct slice agi_directory;
	struct slice spool_directory;
	struct slice log_directory;

	/* modules.conf */
	struct fact_bool autoload;
	const struct module_line *module_lines;
	size_t module_line_count;
	/* FACT_PRESENT: running_modules is `module show` of the running Asterisk. */
	enum fact_state running_state;
	/* Sorted names: "app_dial.so". */
	const struct slice *running_modules;
	size_t running_module_count;
	/* FACT_PRESENT: the modules' folder was listed. */
	enum fact_state disk_state;
	const struct slice *disk_modules;
	size_t disk_module_count;

	/* rtp.conf [general] */
	struct fact_int rtp_start;
	struct fact_int rtp_end;
	/* As written: "yes", "no", "seqno". */
	struct fact_slice strict_rtp;

	/* logger.conf */
	struct fact_slice date_format;
	const struct logger_channel *logger_channels;
	size_t logger_channel_count;

	/* extconfig.conf [settings] */
	const struct extconfig_line *realtime;
	size_t realtime_count;
};

/* Reads them through LOADER. The settings live in the loader's arena; NULL only when memory is
 * short. */
const struct asterisk_settings *
asterisk_settings_load(const struct loader *loader, const struct conf_options *options) MUST_CHECK;

/* Does module NAME ("chan_sip.so") run? *RET_ORIGIN, where not NULL, is the line of modules.conf
 * that decided, or ORIGIN_NONE. Rules of main/loader.c: noload beats load and autoload. */
enum module_state asterisk_module_state(const struct asterisk_settings *settings, const char *name,
					struct origin *ret_origin);

/* The line that moves FAMILY ("sippeers", "sip.conf") to a database; NULL when none does. */
const struct extconfig_line *asterisk_realtime(const struct asterisk_settings *settings,
					       const char *family);

/* The default of live_dangerously: on before 12, off since. VERSION is major * 100 + minor. */
bool asterisk_live_dangerously_default(unsigned int version);

#endif
