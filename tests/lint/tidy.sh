#!/bin/bash
# clang-tidy over all sources; .clang-tidy names the exceptions and why.
set -u
cd "$(dirname "$0")/../.." || exit 1
command -v clang-tidy >/dev/null || { echo 'clang-tidy is not installed'; exit 1; }
# A clang-tidy that ends badly is a failure of its own, whatever it printed before.
git ls-files 'audit/*.c' 'checks/*.c' 'reports/*.c' |
  xargs -P "$(nproc)" -n 4 sh -c 'eval clang-tidy --quiet "$@" -- -std=gnu17 $CPPFLAGS_ALL' sh > build/tidy.log 2> build/tidy.err
status=$?
if grep -E '(warning|error):' build/tidy.log; then
  exit 1
fi
[ $status = 0 ] || { echo "clang-tidy ended with $status:"; tail -n 20 build/tidy.err; exit 1; }
