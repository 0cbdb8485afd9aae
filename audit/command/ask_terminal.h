/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions to the person at the terminal, whatever standard input and output are.
 */
#ifndef RINGFENCE_COMMAND_ASK_TERMINAL_H
#define RINGFENCE_COMMAND_ASK_TERMINAL_H

#include "audit/target/ask_user.h"

/* Asks on /dev/tty; a password comes from the descriptor *PASSWORD_FD instead where that is not 0,
 * as its next line. PASSWORD_FD must outlive what is returned. */
struct ask_user ask_terminal(const unsigned int *password_fd);

#endif
