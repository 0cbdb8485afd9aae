#!/bin/bash
# The exposure of a unit as audit/kernel/unit_security.c has it against `systemd-analyze security` of systemd 252: COUNT
# generated units.
set -u
cd "$(dirname "$0")/../.." || exit 1
skip() {
  echo "skipped: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
systemd-analyze --version 2> /dev/null | grep -q '^systemd 252 ' || skip "no systemd-analyze of systemd 252"
program=$(mktemp) || exit 1
trap 'rm -f "$program"' EXIT
# Asked by a program of a few lines, since no command of ringfence prints the exposure alone.
${CC:-gcc} -D_GNU_SOURCE -I. -O1 -o "$program" -x c - -x none "${BUILD:-build/release}/libringfence.a" -lcmocka 2> /dev/null << 'C' || skip "no compiler"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "audit/kernel/unit_security.h"
#include "tests/literal_loader.h"
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		static char text[1 << 16];
		FILE *file = fopen(argv[i], "r");
		if (!file)
			return 1;
		text[fread(text, 1, sizeof(text) - 1, file)] = 0;
		fclose(file);
		struct literal_loader literal;
		literal_loader_init(&literal);
		literal_loader_add(&literal, "/etc/systemd/system/x.service", text);
		struct unit_settings settings;
		struct unit_security security;
		if (!unit_settings_load(&literal.loader, "x.service", &settings) ||
		    !unit_security_of(literal.loader.arena, &settings, &security))
			return 1;
		printf("%u\n", security.exposure);
		literal_loader_done(&literal);
	}
	return 0;
}
C
python3 tests/differential/units_compare.py "$program" "${COUNT:-40}" "${SEED:-ringfence}"
