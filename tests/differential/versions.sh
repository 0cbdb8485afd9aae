#!/bin/bash
# The order of package versions against dpkg's own: pairs made of pieces that its rules are about.
set -u
cd "$(dirname "$0")/../.." || exit 1
command -v dpkg > /dev/null || {
  echo "skipped: no dpkg"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
program=$(mktemp) || exit 1
trap 'rm -f "$program"' EXIT
# The question is put by a program of three lines, since no command of ringfence compares versions.
${CC:-gcc} -I. -O1 -o "$program" -x c - -x none "${BUILD:-build/release}/libringfence.a" 2> /dev/null << 'C' || {
#include <stdio.h>
#include "audit/advisory/version_compare.h"
int main(int argc, char **argv)
{
	for (int i = 2; i < argc; i += 2)
		printf("%d\n", version_compare_dpkg(slice_of(argv[i - 1]), slice_of(argv[i])));
	return 0;
}
C
  echo "skipped: no compiler"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
mapfile -t pairs < <(python3 - << 'PY'
import random
r = random.Random(4)
pieces = ['1', '0', '10', '01', '2', 'a', 'b', 'Z', '~', '~~', '+', '.', '.', '-', 'deb12u', 'rc', '~dfsg', 'ubuntu0.']
def version():
    text = r.choice(['', '', '1:', '0:']) + r.choice('0123') + ''.join(r.choice(pieces) for _ in range(r.randint(0, 6)))
    return text.rstrip('-:') + r.choice(['', '1', '0'])
for _ in range(40):
    a = version()
    b = a if r.random() < .1 else version() if r.random() < .5 else a[:r.randint(1, len(a))] + r.choice(['', '~', '1', 'a', '0'])
    print(a if a[-1] not in ':-' else a + '1')
    print(b if b[-1] not in ':-' else b + '1')
PY
)
passed=0 failed=0 i=0
while read -r found; do
  a=${pairs[i]} b=${pairs[i + 1]}
  i=$((i + 2))
  expected=0
  if dpkg --compare-versions "$a" lt "$b" 2> /dev/null; then expected=-1; fi
  if dpkg --compare-versions "$a" gt "$b" 2> /dev/null; then expected=1; fi
  if [ "$found" = "$expected" ]; then
    passed=$((passed + 1))
  else
    echo "$a against $b: dpkg says $expected, ringfence $found"
    failed=$((failed + 1))
  fi
done < <("$program" "${pairs[@]}")
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
