/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/logs/access_log.h"

#include "audit/base/address.h"
#include "audit/logs/log_head.h"
#include "audit/logs/log_patterns.h"

/* Paths and parameters that published exploits of PBX interfaces ask for, and that no page of them
 * links to. */
static const char *const exploits[] = {
	"/recordings/misc/callme_page.php",
	"/admin/ajax.php?module=endpoint&command=model",
	"/vtigercrm/graph.php?current_language=../",
	"/a2billing/customer/templates/default/",
	"/admin/modules/framework/amp_conf/",
	"/admin/config.php?type=tool&display=../",
	"/_asterisk/",
	"/recordings/locale/",
	"/digium_phones/ajax.php?command=",
	"/html/admin/modules/",
	"/../../../etc/asterisk",
	"etc/amportal.conf",
	"/restapps/rest.php",
};

/* "[03/Feb/2026:10:00:05 +0000]" */
static int64_t access_time(struct slice text)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	uint64_t day, year, hours, minutes, seconds;
	if (text.size < 26 || !slice_to_uint64(slice_part(text, 0, 2), &day) ||
	    !slice_to_uint64(slice_part(text, 7, 4), &year) ||
	    !slice_to_uint64(slice_part(text, 12, 2), &hours) ||
	    !slice_to_uint64(slice_part(text, 15, 2), &minutes) ||
	    !slice_to_uint64(slice_part(text, 18, 2), &seconds))
		return 0;
	unsigned int month = 0;
	while (month < 12 && memcmp(text.data + 3, names + 3 * (size_t)month, 3) != 0)
		month++;
	uint64_t zone_hours, zone_minutes;
	if (month == 12 || day > 31 || hours > 23 || minutes > 59 || seconds > 60 ||
	    !slice_to_uint64(slice_part(text, 22, 2), &zone_hours) ||
	    !slice_to_uint64(slice_part(text, 24, 2), &zone_minutes))
		return 0;
	int64_t offset = (int64_t)(zone_hours * 3600 + zone_minutes * 60);
	int64_t local = log_time_utc((int64_t)year, month + 1, (unsigned int)day,
				     (unsigned int)(hours * 3600 + minutes * 60 + seconds));
	return text.data[21] == '-' ? local + offset : local - offset;
}

bool access_log_match(struct slice line, struct log_match *ret_match, int64_t *ret_time)
{
	struct address parsed;
	size_t end = slice_find_byte(slice_part(line, 0, 64), ' ');
	struct slice address = slice_part(line, 0, end);
	if (end < 3 || end >= 64 || !address_parse(address, &parsed))
		return false;
	size_t open = slice_find(slice_part(line, 0, 300), SLICE(" ["));
	struct slice rest = slice_from(line, open + 2);
	size_t quote = slice_find(rest, SLICE("] \""));
	struct slice request = slice_from(rest, quote + 3);
	request = slice_part(request, 0, slice_find_byte(request, '"'));
	for (size_t i = 0; i < ARRAY_SIZE(exploits); i++) {
		if (slice_find(request, slice_of(exploits[i])) == request.size)
			continue;
		*ret_match = (struct log_match){ .kind = LOG_WEB_EXPLOIT, .address = address };
		*ret_time = access_time(rest);
		return true;
	}
	return false;
}
