/* SPDX-License-Identifier: Apache-2.0
 *
 * Finds the command in its table and runs it.
 */
#include <stdio.h>

int main(void)
{
	puts("ringfence " RINGFENCE_VERSION);
	return 0;
}
