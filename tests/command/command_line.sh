#!/bin/bash
# What the command line promises: exit codes, help, thresholds, repeatable output, the score recomputed, secrets
# that never come out. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
exits() { # WANTED WHAT COMMAND...
  local wanted=$1 what=$2
  shift 2
  "$@" > "$work/out" 2> "$work/err" < /dev/null
  local got=$?
  [ $got = "$wanted" ]
  check "$what: exit $got, expected $wanted" $?
}
# The day of the hosts.
export SOURCE_DATE_EPOCH=1770120000
for host in careless hardened; do
  tests/hosts/lay_out.sh $host "$work/hosts/$host"
done

exits 0 'help' "$ringfence" --help
exits 0 'version' "$ringfence" --version
exits 2 'unknown command' "$ringfence" nosuch
exits 2 'unknown option' "$ringfence" audit --nosuch
grep -q 'audit --help' "$work/err"; check 'an unknown option says where to look' $?
exits 2 'a typing mistake' "$ringfence" audit --fromat md
grep -q 'did you mean --format' "$work/err"; check 'a typing mistake is recognised' $?
exits 2 'no such target' "$ringfence" audit "$work/nosuch"
exits 2 'no such format' "$ringfence" audit -f nosuch "$work/hosts/careless"
exits 2 'no such check' "$ringfence" audit --only NOSUCH-1 "$work/hosts/careless"
exits 2 'a broken settings file' sh -c "printf '[site]\ntrusted = x\n' > $work/bad.conf; exec $ringfence audit --config $work/bad.conf $work/hosts/careless"
grep -q 'bad.conf:2' "$work/err"; check 'settings errors name the line' $?
for command in audit checks show report collect 'show sshd' 'show asterisk' 'show firewall' 'show logs' 'show ports'; do
  exits 0 "$command --help" "$ringfence" $command --help
  grep -q 'Examples:' "$work/out"; check "$command --help teaches by examples" $?
done
for host in careless hardened; do
  "$ringfence" audit "$work/hosts/$host" -o "$work/$host.a" -f html,md,json,xml,csv > "$work/$host.terminal" 2>&1
  [ $? -le 3 ]; check "$host is audited" $?
  "$ringfence" audit "$work/hosts/$host" -o "$work/$host.b" -f html,md,json,xml,csv -q
  diff -r "$work/$host.a" "$work/$host.b" > /dev/null; check "$host: two runs are alike to the byte" $?
  [ "$(stat -c %a "$work/$host.a/report.html")" = 600 ]; check "$host: reports are private" $?
  "$ringfence" report "$work/$host.a/result.json" -o "$work/$host.c" -f html,md,json,xml,csv > /dev/null
  diff -r "$work/$host.a" "$work/$host.c" > /dev/null; check "$host: report tells what audit told" $?
  ! grep -rlFf "tests/hosts/$host.secrets" "$work/$host.a" "$work/$host.terminal"
  check "$host: no secret comes out" $?
done
python3 tests/command/score_from_json.py "$work"/*.a/result.json > "$work/score"
ok=$?; check "the score recomputed: $(grep -v ' findings$' "$work/score" | head -n 3)" $ok
exits 1 'a score under the wanted one' "$ringfence" audit "$work/hosts/careless" -q -o "$work/x" --min-score 99
exits 1 'a finding as grave as that' "$ringfence" audit "$work/hosts/careless" -q -o "$work/x" --fail-on high
exits 2 '-o - with several formats' "$ringfence" audit "$work/hosts/careless" -o -
"$ringfence" audit "$work/hosts/careless" -f json -o - | python3 -c 'import json, sys; json.load(sys.stdin)'
check '-o - prints JSON' $?
"$ringfence" audit "$work/hosts/careless" -q -o "$work/only" --only 'SSH-001'
python3 -c 'import json, sys; assert [f["id"] for f in json.load(open(sys.argv[1]))["findings"]] == ["SSH-001"]' "$work/only/result.json"
check '--only takes one check' $?
printf '[waiver]\ncheck = SSH-001\nreason = lab\nuntil = 2099-01-01\n' > "$work/waiver.conf"
"$ringfence" audit "$work/hosts/careless" -q -o "$work/waived" --only 'SSH-001' --config "$work/waiver.conf"
python3 - "$work/waived/result.json" <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
f = r['findings'][0]
assert f['status'] == 'waived' and f['waiver']['reason'] == 'lab', f
assert r['score']['value'] == 100 and r['score']['unwaived'] < 100, r['score']
PY
check 'a waiver changes the waived score alone' $?
echo "$passed passed, $failed failed"
[ $failed = 0 ]
