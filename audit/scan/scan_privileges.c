/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/scan/scan_privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "audit/base/slice.h"

/* Debian's and the kernel's number (/proc/sys/kernel/overflowuid), where passwd has no nobody. */
#define NOBODY_ID 65534

static bool get_capabilities(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	return syscall(SYS_capget, &header, data) == 0;
}

bool scan_privileges_are_there(void)
{
	struct __user_cap_data_struct data[2] = { 0 };
	return get_capabilities(data) && data[0].effective & 1U << CAP_NET_RAW;
}

static bool environment_id(const char *name, uint32_t *ret_id)
{
	uint64_t number;
	if (!slice_to_uint64(slice_of(getenv(name)), &number) || number == 0 ||
	    number >= UINT32_MAX)
		return false;
	*ret_id = (uint32_t)number;
	return true;
}

static bool become_user(void)
{
	uid_t user = NOBODY_ID;
	gid_t group = NOBODY_ID;
	if (!environment_id("SUDO_UID", &user) || !environment_id("SUDO_GID", &group)) {
		const struct passwd *nobody = getpwnam("nobody");
		user = nobody && nobody->pw_uid ? nobody->pw_uid : NOBODY_ID;
		group = nobody && nobody->pw_gid ? nobody->pw_gid : NOBODY_ID;
	}
	return setgroups(0, NULL) == 0 && setresgid(group, group, group) == 0 &&
	       setresuid(user, user, user) == 0 && setresuid(0, 0, 0) != 0;
}

bool scan_privileges_drop(struct error *error)
{
	if (geteuid() == 0 && !become_user())
		return error_set(error, ERROR_INTERNAL, "privileges could not be dropped: %s",
				 error_errno_text(errno));
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };
	if (syscall(SYS_capset, &header, none) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !get_capabilities(none) ||
	    none[0].effective || none[0].permitted || none[1].effective || none[1].permitted)
		return error_set(error, ERROR_INTERNAL, "capabilities could not be dropped: %s",
				 error_errno_text(errno));
	return true;
}
