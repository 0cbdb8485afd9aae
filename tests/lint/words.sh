#!/bin/bash
# Words that must not stand in the tree, names that say nothing, calls that only some files may make.
set -u
cd "$(dirname "$0")/../.." || exit 1
bad=0
found() { [ -n "$2" ] && { echo "$1"; printf '%s\n' "$2" | head -n 20; bad=1; }; }
sources=$(git ls-files '*.c' '*.h' | grep -v '^tests/')
found 'unfinished:' "$(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' $sources)"
found 'names that say nothing:' "$(git ls-files | grep -E '(^|/)(utils?|misc|helpers?|common)\.[ch]$')"
found 'two files of one name:' "$(git ls-files 'audit/*.[ch]' 'checks/*.[ch]' 'reports/*.[ch]' | xargs -n1 basename | sort | uniq -d)"
found 'no licence line:' "$(for f in $sources; do head -n 1 "$f" | grep -q SPDX || echo "$f"; done)"
# A secret's bytes are seen by the code that measures them, and by the models that compare them, alone.
found 'secret_reveal:' "$(grep -ln 'secret_reveal(' $sources |
  grep -vE '^(audit/base/secret\.[ch]|audit/asterisk/.*\.c|audit/kernel/.*_model\.c|checks/secret_strength\.c)$')"
# Only the command prints.
found 'prints:' "$(grep -nE '\b(printf|puts|fprintf|perror)\(' $(printf '%s\n' $sources | grep -vE '^audit/(command/|main\.c)') )"
exit $bad
