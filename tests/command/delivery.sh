#!/bin/bash
# What follows an audit: mail, a hook; and that two do not overlap. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
tests/hosts/lay_out.sh careless "$work/careless"
tests/hosts/lay_out.sh hardened "$work/hardened"
printf '#!/bin/sh\nprintf "%%s\\n" "$@" > %s/arguments\ncat > %s/mail\n' "$work" "$work" > "$work/sendmail"
printf '#!/bin/sh\nenv | grep ^RINGFENCE_ | sort > %s/hooked\n' "$work" > "$work/hook"
printf '#!/bin/sh\nexit 9\n' > "$work/failing"
printf '#!/bin/sh\nsleep 4\n' > "$work/slow"
chmod 755 "$work/sendmail" "$work/hook" "$work/failing" "$work/slow"
printf '[mail]\nsendmail = %s/sendmail\n' "$work" > "$work/ringfence.conf"
audit() { # HOST ARGUMENT...
  timeout 60 "$ringfence" audit -q --no-progress "$work/$1" -f json --config "$work/ringfence.conf" "${@:2}" 2> "$work/error"
}
audit careless -o "$work/first"

# Nothing changed: no mail. The other host's result as the baseline: all of it did.
audit careless -o "$work/same" --baseline "$work/first" --mail admin@example.com
[ ! -e "$work/mail" ]
check 'nothing changed: no mail' $?
audit hardened -o "$work/other" --baseline "$work/first" --mail admin@example.com --mail root
[ "$(cat "$work/arguments")" = $'-t\n-oi' ]
check 'sendmail -t -oi' $?
python3 - "$work/mail" "$work/other/result.json" "$work/other" << 'END'
import email, email.policy, json, sys
message = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
result = json.load(open(sys.argv[2]))
assert message['To'].addresses[0].addr_spec == 'admin@example.com' and 'root' in message['To'], message['To']
assert not message.defects and message['Auto-Submitted'] == 'auto-generated', message.defects
assert f"{result['score']['value']} {result['score']['grade']}" in message['Subject'], message['Subject']
body = message.get_content()
assert 'Fixed:\n' in body and 'SSH-' in body and f'Reports: {sys.argv[3]}\n' in body, body
END
check 'the digest is read by a mail reader' $?
secrets=$(python3 -c 'import json, sys
for finding in json.load(open(sys.argv[1]))["findings"]:
    for row in finding.get("evidence") or []:
        text = str(row.get("text") or "")
        if len(text) > 20: print(text)' "$work/first/result.json")
[ -n "$secrets" ] && ! grep -q -F -- "$secrets" "$work/mail"
check 'no evidence in it' $?
rm -f "$work/mail"
audit careless -o "$work/bad" --min-score 99 --mail root
[ $? = 1 ] && grep -q 'threshold' "$work/mail"
check 'a threshold that is missed: mail' $?
rm -f "$work/mail"

# A host that calls itself a header, and one with another script.
hostile=$'pbx\r\nBcc: thief@example.net\r\n\r\nwords =?UTF-8?Q?x?= \xe0\xa6\xac\xe0\xa6\xbe\xe0\xa6\x82\xe0\xa6\xb2\xe0\xa6\xbe\xe0\xa6\xac\xe0\xa6\xbe\xe0\xa6\x82\xe0\xa6\xb2\xe0\xa6\xbe\xe0\xa6\xac\xe0\xa6\xbe\xe0\xa6\x82\xe0\xa6\xb2\xe0\xa6\xbe'
printf '%s\n' "$hostile" > "$work/hardened/probes/hostname"
audit hardened -o "$work/hostile" --min-score 100 --mail root
python3 - "$work/mail" << 'END'
import email, email.policy, sys
data = open(sys.argv[1], 'rb').read()
message = email.message_from_bytes(data, policy=email.policy.default)
assert sorted(message.keys()) == ['Auto-Submitted', 'Content-Transfer-Encoding', 'Content-Type', 'MIME-Version', 'Subject', 'To'], message.keys()
assert b'\r' not in data and max(map(len, data.split(b'\n'))) < 998
assert message['To'] == 'root' and message['Subject'].startswith('ringfence: pbx\\x0d\\x0aBcc: thief'), message['Subject']
END
check 'a hostile host name stays text' $?
for address in '' '-Xlog' 'a@b,c@d' $'a@b\nBcc: c@d' '|program' '/etc/file' 'a@' '@b' 'a@-b' 'a b' 'a@b@c' '"x"@b'; do
  rm -f "$work/mail"
  audit careless -o "$work/refused" --min-score 99 "--mail=$address"
  [ $? = 2 ] && [ ! -e "$work/mail" ] && [ ! -e "$work/refused" ]
  status=$?
  check "refused: $(printf %q "$address")" $status
done
audit careless -o "$work/refused" --mail root
[ $? = 2 ]
check '--mail without anything to compare with: refused' $?
printf '[mail]\nsendmail = %s/failing\n' "$work" > "$work/ringfence.conf"
audit careless -o "$work/failed" --min-score 99 --mail root
[ $? = 4 ] && grep -q 'exit code 9' "$work/error"
check 'a sendmail that fails: exit code 4' $?

RINGFENCE_SCORE=forged audit careless -o "$work/hooked-run" --baseline "$work/first" --hook "$work/hook"
[ "$(cat "$work/hooked")" = "RINGFENCE_CHANGED=no
RINGFENCE_FOLDER=$work/hooked-run
RINGFENCE_GRADE=F
RINGFENCE_HOST=$(jq -r .target.name "$work/first/result.json")
RINGFENCE_MISSED=no
RINGFENCE_RESULT=$work/hooked-run/result.json
RINGFENCE_SCORE=$(jq .score.value "$work/first/result.json")" ]
check 'a hook knows the result' $?
audit careless -o "$work/hooked-run" --hook "$work/failing"
[ $? = 4 ] && grep -q 'failing ended with exit code 9' "$work/error"
check 'a hook that fails: said, exit code 4' $?
audit careless -o "$work/hooked-run" --hook "$work/nosuch"
[ $? = 2 ]
check 'a hook that is not there: exit code 2' $?

# The slow hook holds the first run; the second ends at once.
overlap() { # NAME ARGUMENT...
  audit careless "${@:2}" --hook "$work/slow" &
  sleep 2
  local start=$SECONDS
  audit careless "${@:2}"
  local status=$?
  [ $status = 4 ] && grep -q 'another audit is running' "$work/error" && [ $((SECONDS - start)) -lt 2 ]
  local held=$?
  check "$1: a second run is refused at once" $held
  wait
  audit careless "${@:2}"
  [ $? != 4 ]
  local free=$?
  check "$1: afterwards it runs" $free
}
overlap 'a folder' -o "$work/locked"
overlap 'a history' -o "$work/locked" --history "$work/kept/history.db"
[ "$(ls -A "$work/locked")" = result.json ] && [ "$(stat -c %a "$work/kept/history.db.lock")" = 600 ]
check 'no file of the lock among the reports' $?
echo "$passed passed, $failed failed"
[ $failed = 0 ]
