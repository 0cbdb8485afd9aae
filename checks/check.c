/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/check.h"

unsigned int check_severity(const struct check *check)
{
	/* The largest t with (2t - 1)^2 <= 400 * L * I: ten times the root, rounded half up. */
	unsigned int target = 400u * check->likelihood * check->impact;
	unsigned int tenths = 0;
	while ((2 * tenths + 1) * (2 * tenths + 1) <= target)
		tenths++;
	return tenths;
}
