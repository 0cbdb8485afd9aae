/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/command/ask_terminal.h"

#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static bool is_key_right(const void *context, const char *host, const char *fingerprint)
{
	(void)context;
	char answer[16] = "";
	FILE *terminal = fopen("/dev/tty", "r+e");
	if (!terminal)
		return false;
	(void)fprintf(terminal,
		      "The key of %s is not known here: %s\nIs it the host's? Type yes to trust "
		      "it: ",
		      host, fingerprint);
	(void)fflush(terminal);
	if (!fgets(answer, sizeof(answer), terminal))
		answer[0] = '\0';
	(void)fclose(terminal);
	return strcmp(answer, "yes\n") == 0;
}

/* Byte by byte: what follows the line is not ours. */
static bool read_line(int fd, char *line, size_t size)
{
	size_t used = 0;
	while (used + 1 < size && read(fd, line + used, 1) == 1 && line[used] != '\n')
		used++;
	line[used] = '\0';
	return used > 0;
}

static bool password(const void *context, const char *host, char *text, size_t size)
{
	const unsigned int *password_fd = context;
	struct termios before;
	if (*password_fd)
		return read_line((int)*password_fd, text, size);
	FILE *terminal = fopen("/dev/tty", "r+e");
	if (!terminal)
		return false;
	bool done = tcgetattr(fileno(terminal), &before) == 0;
	if (done) {
		struct termios silent = before;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		(void)tcsetattr(fileno(terminal), TCSAFLUSH, &silent);
		(void)fprintf(terminal, "Password at %s: ", host);
		(void)fflush(terminal);
		/* Not through stdio, whose buffer would keep it. */
		done = read_line(fileno(terminal), text, size);
		(void)tcsetattr(fileno(terminal), TCSAFLUSH, &before);
		(void)fprintf(terminal, "\n");
	}
	(void)fclose(terminal);
	return done;
}

struct ask_user ask_terminal(const unsigned int *password_fd)
{
	return (struct ask_user){
		.context = password_fd,
		.is_key_right = is_key_right,
		.password = password,
		.can_repeat = *password_fd == 0,
	};
}
