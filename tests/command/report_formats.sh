#!/bin/bash
# The formats for other programs, given to those programs: xmllint with result.rng, and, where they are installed,
# OpenSCAP and promtool. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
for result in tests/fuzz/corpus/result_json/*.json tests/golden/*/result.json; do
  [ -e "$result" ] || continue
  name=${result#tests/}
  "$ringfence" report "$result" -o "$work" -f xml,junit,xccdf,sarif,prom,json,csv,md,html
  check "$name: report" $?
  xmllint --noout --nonet --relaxng templates/result.rng "$work/result.xml" 2> "$work/log"
  check "$name: result.rng" $?
  xmllint --noout --nonet "$work/junit.xml" "$work/result.xccdf.xml"
  check "$name: XML" $?
  python3 -m json.tool "$work/result.sarif" > /dev/null
  check "$name: SARIF is JSON" $?
  "$ringfence" report "$work/result.json" -f json -o - | cmp -s - "$work/result.json"
  check "$name: JSON read and written again" $?
  if command -v oscap > /dev/null; then
    oscap xccdf validate "$work/result.xccdf.xml" > "$work/log" 2>&1
    check "$name: oscap xccdf validate" $?
    oscap info "$work/result.xccdf.xml" > "$work/log" 2>&1
    check "$name: oscap info" $?
    oscap xccdf generate report "$work/result.xccdf.xml" > "$work/oscap.html" 2> "$work/log"
    check "$name: oscap xccdf generate report" $?
  fi
  if command -v promtool > /dev/null; then
    promtool check metrics < "$work/ringfence.prom"
    check "$name: promtool" $?
  fi
done
# An audit's reports are those that its saved result gives, byte for byte.
export SOURCE_DATE_EPOCH=1770120000
for host in careless hardened; do
  tests/hosts/lay_out.sh $host "$work/host-$host"
  "$ringfence" audit -q "$work/host-$host" -o "$work/audit-$host" -f html,md,json,xml,csv,sarif,xccdf,junit,prom 2> "$work/log"
  "$ringfence" report "$work/audit-$host/result.json" -o "$work/report-$host" -f html,md,json,xml,csv,sarif,xccdf,junit,prom
  diff -rq "$work/audit-$host" "$work/report-$host" > "$work/log"
  ok=$?; check "$host: reports of the saved result are those of the audit: $(head -3 "$work/log")" $ok
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
