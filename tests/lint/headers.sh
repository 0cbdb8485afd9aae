#!/bin/bash
# Every header compiles alone and is guarded.
set -u
cd "$(dirname "$0")/../.." || exit 1
bad=0
for header in $(git ls-files 'audit/*.h' 'checks/*.h' 'reports/*.h'); do
  [ "$header" = audit/base/banned.h ] && continue
  printf '#include "%s"\n#include "%s"\n' "$header" "$header" |
    eval gcc -std=gnu17 -fsyntax-only -Wall -Wextra -Werror $CPPFLAGS_ALL -x c - || { echo "$header"; bad=1; }
done
exit $bad
