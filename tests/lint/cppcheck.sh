#!/bin/bash
# cppcheck; the exceptions, each with its reason, are in cppcheck.suppress.
set -u
cd "$(dirname "$0")/../.." || exit 1
command -v cppcheck >/dev/null || { echo 'cppcheck is not installed'; exit 1; }
cppcheck -q -j "$(nproc)" --std=c11 --enable=warning,performance,portability --inline-suppr \
  --suppressions-list=tests/lint/cppcheck.suppress --error-exitcode=1 -I. -I"$BUILD/generated" -D_GNU_SOURCE audit checks reports
