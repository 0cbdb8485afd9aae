/* SPDX-License-Identifier: Apache-2.0
 *
 * Users whom the configuration does not tell apart: one of them stands for all.
 */
#ifndef RINGFENCE_SSHD_SSHD_USER_CLASS_H
#define RINGFENCE_SSHD_SSHD_USER_CLASS_H

#include <stdint.h>

#include "audit/sshd/sshd_places.h"

/* The same number for two users for whom every Match User and Group, and every entry of AllowUsers,
 * DenyUsers, AllowGroups and DenyGroups, gives the same answer, and who are root or are not. */
uint64_t sshd_user_class(const struct sshd_model *model, const struct sshd_user *user);

#endif
