/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that have no place here. The Makefile includes this header into every file of ours (not
 * into tests): use of one is a compile error.
 */
#ifndef RINGFENCE_BASE_BANNED_H
#define RINGFENCE_BASE_BANNED_H

#include <alloca.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#undef alloca
#undef strcpy
#undef strcat
#undef strncpy
#undef strtok
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strtok gets atoi atol scanf sscanf alloca
#pragma GCC poison system popen

#endif
