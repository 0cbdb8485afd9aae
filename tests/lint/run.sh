#!/bin/bash
# The house rules as programs. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
export BUILD=${BUILD:-build/release}
export CPPFLAGS_ALL=${CPPFLAGS_ALL:-"-I. -I$BUILD/generated -D_GNU_SOURCE $(pkg-config --cflags libxml-2.0 libxslt jansson)"}
passed=0 failed=0
for rule in layers headers words sizes format tidy cppcheck shell; do
  if output=$(bash tests/lint/$rule.sh 2>&1); then
    echo "ok      $rule"
    passed=$((passed + 1))
  else
    echo "FAILED  $rule"
    printf '%s\n' "$output" | head -n 60 | sed 's/^/    /'
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
