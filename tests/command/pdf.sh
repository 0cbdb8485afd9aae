#!/bin/bash
# --format pdf: printed by the Chromium and the WeasyPrint of this machine; what is said where there is none. Ends
# with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
result=tests/golden/hardened/result.json
mkdir "$work/none" "$work/tmp" "$work/slow" "$work/bad"
export TMPDIR=$work/tmp
count_pages() { # FILE
  if command -v pdfinfo > /dev/null; then pdfinfo "$1" | sed -n 's/^Pages: *//p'; else grep -a -c '/Type */Page\b' "$1"; fi
}
for program in chromium weasyprint; do
  found=$(command -v $program) || continue
  mkdir "$work/$program"
  # As it stands under its own name: the wrapper of a distribution looks at it.
  printf '#!/bin/sh\nPATH=%s:/usr/local/bin:/usr/bin:/bin exec %s "$@"\n' "$(dirname "$found")" "$found" > "$work/$program/$program"
  chmod 755 "$work/$program/$program"
  timeout 200 env PATH="$work/$program" "$ringfence" report $result -f pdf,json -o "$work/out-$program" 2> "$work/log"
  status=$?
  check "$program: report: $(head -2 "$work/log")" $status
  pdf=$work/out-$program/report.pdf
  [ "$(head -c 5 "$pdf" 2> "$work/log")" = %PDF- ]
  check "$program: a PDF" $?
  [ "$(count_pages "$pdf")" -ge 5 ]
  check "$program: its pages" $?
  [ "$(stat -c %a "$pdf")" = 600 ]
  check "$program: only its owner reads it" $?
  [ -z "$(ls -A "$work/tmp")" ]
  check "$program: nothing temporary is left" $?
done
PATH=$work/none "$ringfence" report $result -f pdf -o "$work/out-none" 2> "$work/log"
[ $? = 2 ]
check 'no program: exit code 2' $?
grep -q chromium "$work/log" && grep -q weasyprint "$work/log"
check 'no program: both packages are named' $?
[ ! -e "$work/out-none" ] && [ -z "$(ls -A "$work/tmp")" ]
check 'no program: nothing is written' $?
# One that fails, one that makes something else.
printf '#!/bin/sh\nexit 7\n' > "$work/bad/chromium"
printf '#!/bin/sh\necho words > "$3"\n' > "$work/bad/weasyprint"
chmod 755 "$work/bad/chromium" "$work/bad/weasyprint"
PATH=$work/bad "$ringfence" report $result -f pdf -o "$work/out-bad" 2> "$work/log"
[ $? = 4 ] && [ ! -e "$work/out-bad" ] && [ -z "$(ls -A "$work/tmp")" ]
check 'programs that fail: exit code 4, nothing is left' $?
# Interrupted: the program dies, and the folder goes.
printf '#!/bin/sh\necho $$ > %s\nexec /bin/sleep 60\n' "$work/slow.pid" > "$work/slow/weasyprint"
chmod 755 "$work/slow/weasyprint"
PATH=$work/slow "$ringfence" report $result -f pdf -o "$work/out-slow" 2> "$work/log" &
for _ in $(seq 50); do [ -s "$work/slow.pid" ] && break; sleep 0.1; done
kill -TERM $!
wait $!
[ $? = 4 ] && [ -z "$(ls -A "$work/tmp")" ] && [ ! -e "$work/out-slow" ]
check 'interrupted: exit code 4, nothing is left' $?
! kill -0 "$(cat "$work/slow.pid")" 2> "$work/log"
check 'interrupted: the program is gone' $?
echo "$passed passed, $failed failed"
[ $failed = 0 ]
