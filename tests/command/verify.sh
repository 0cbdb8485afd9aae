#!/bin/bash
# A result against the archive that it was made of: the same bytes, or the first line that differs. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
export LC_ALL=C.UTF-8 NO_COLOR=1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
tests/hosts/lay_out.sh careless "$work/careless"
"$ringfence" collect "$work/careless" -q -o "$work/careless.tar.gz" 2> /dev/null
"$ringfence" audit "$work/careless.tar.gz" -q -f json,md --level strict --trusted 192.0.2.0/24 -o "$work/result" 2> /dev/null
verify() { # RESULT [OPTION...]
  local result=$1
  shift
  "$ringfence" verify "$result" "$work/careless.tar.gz" "$@" > "$work/out" 2> "$work/error"
}
verify "$work/result" --level strict --trusted 192.0.2.0/24
[ $? = 0 ]; ok=$?; check "the result of an audit: $(head -3 "$work/out" "$work/error")" $ok
grep -q 'every byte' "$work/out"; check 'it says so' $?
# Nothing of the clock is in it: an hour later, as another user of the machine would see it.
SOURCE_DATE_EPOCH=1790000000 verify "$work/result/result.json" --level strict --trusted 192.0.2.0/24
check 'at another time' $?
verify "$work/result"
[ $? = 1 ]; check 'other options: exit 1' $?
tampered() { # WHAT SED
  sed "$2" "$work/result/result.json" > "$work/tampered.json"
  ! cmp -s "$work/result/result.json" "$work/tampered.json"; check "$1: it was changed" $?
  verify "$work/tampered.json" --level strict --trusted 192.0.2.0/24
  [ $? = 1 ]; check "$1: exit 1" $?
  grep -q 'the archive says' "$work/out"; check "$1: the line is shown" $?
}
tampered 'a better score' 's/^    "value": 0,/    "value": 90,/'
tampered 'a finding that passes' '0,/"status": "fail"/s//"status": "pass"/'
tampered 'a blank at an end' '5s/$/ /'
verify "$work/none"
[ $? = 2 ]; check 'a result that is not there: exit 2' $?
"$ringfence" verify "$work/result" > /dev/null 2>&1
[ $? = 2 ]; check 'no archive: exit 2' $?
echo "$passed passed, $failed failed"
[ $failed = 0 ]
