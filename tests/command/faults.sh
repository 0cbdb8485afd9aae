#!/bin/bash
# A full disk, a read-only folder, a signal at any moment, hostile files, a normal user: nothing half-written is left,
# the message is clear, everything else stands. Ends with "N passed, N failed, N skipped".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"
passed=0 failed=0 skipped=0
check() {
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
tests/hosts/lay_out.sh careless "$work/careless"
host=$work/careless
root=$([ "$(id -u)" = 0 ] && echo yes || echo no)

# A full disk.
if [ $root = yes ] && unshare -m true 2>/dev/null; then
  mkdir "$work/small"
  unshare -m sh -c "mount -t tmpfs -o size=20k none $work/small && $ringfence audit $host -q -o $work/small/out 2> $work/err; echo \$? > $work/status; ls -A $work/small/out > $work/left"
  [ "$(cat "$work/status")" = 4 ]; ok=$?; check "a full disk: exit $(cat "$work/status"), expected 4" $ok
  grep -q 'No space left' "$work/err"; check 'a full disk is named' $?
  ! grep -q 'new$' "$work/left"; check 'a full disk leaves no temporary file' $?
  # A read-only folder: root passes over mode bits, so a read-only mount.
  mkdir "$work/readonly"
  unshare -m sh -c "mount -t tmpfs none $work/readonly && mount -o remount,ro $work/readonly && $ringfence audit $host -q -o $work/readonly/out 2> $work/err; echo \$? > $work/status"
  [ "$(cat "$work/status")" = 4 ]; ok=$?; check "a read-only folder: exit $(cat "$work/status"), expected 4" $ok
  grep -q 'Read-only file system' "$work/err"; check 'a read-only folder is named' $?
else
  skipped=$((skipped + 5))
fi

# A signal at any moment: 25 delays over the run's length.
for i in $(seq 0 24); do
  rm -rf "$work/signal"
  "$ringfence" audit $host -q -o "$work/signal" 2> "$work/err" &
  pid=$!
  sleep "0.$(printf '%03d' $((i * 4)))"
  kill -INT $pid 2>/dev/null
  wait $pid
  status=$?
  # Done already (0, 1 or 3), or ended by the signal (4; 130 before the handler stands).
  case $status in 0 | 1 | 3 | 4 | 130) ok=0 ;; *) ok=1 ;; esac
  [ -z "$(ls -A "$work/signal" 2>/dev/null | grep 'new$')" ] || ok=1
  for file in "$work"/signal/*.json; do
    [ -e "$file" ] && ! python3 -m json.tool "$file" > /dev/null && ok=1
  done
  [ $ok = 0 ] || { echo "signal after $((i * 4)) ms: exit $status"; ls -A "$work/signal"; }
  [ $ok = 0 ] || break
done
check 'SIGINT at any moment' $ok

# Files that are not what they should be; each gives a line in `unread`, and the other findings stand.
copy() { rm -rf "$work/host"; cp -a $host "$work/host"; }
audit() { "$ringfence" audit "$work/host" -q -o "$work/out" 2> "$work/err"; status=$?; }
unread() { # FILE: a line in `unread` that names it, and at least 40 decided findings
  python3 - "$work/out/result.json" "$1" <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
assert any(name in u['what'] and u['why'] for u in r['unread'] for name in sys.argv[2].split('|')), r['unread']
assert sum(f['status'] in ('pass', 'fail') for f in r['findings']) >= 40
PY
}
for file in etc/ssh/sshd_config etc/asterisk/sip.conf probes/iptables-save; do
  for kind in loop fifo huge binary empty missing; do
    copy
    path=$work/host/$file
    case $kind in
    loop) rm "$path"; ln -s "$(basename "$file")" "$path" ;;
    fifo) rm "$path"; mkfifo "$path" ;;
    huge) truncate -s 200M "$path" ;;
    binary) head -c 65536 /dev/urandom > "$path" ;;
    empty) : > "$path" ;;
    missing) rm "$path" ;;
    esac
    rm -rf "$work/out"
    timeout 20 "$ringfence" audit "$work/host" -q -o "$work/out" 2> "$work/err"
    status=$?
    case $status in 0 | 1 | 3) ok=0 ;; *) ok=1 ;; esac
    case $kind in
    loop | fifo | huge) [ $ok = 0 ] && { unread "$(case $file in probes/*) echo 'firewall rules|iptables-save' ;; *) basename "$file" ;; esac)" || ok=1; } ;;
    esac
    check "$file $kind: exit $status" $ok
  done
done

# As a normal user.
if [ $root = yes ]; then
  install -m 755 "$ringfence" "$work/ringfence"
  install -d -o nobody "$work/nobody"
  (cd "$work/nobody" && setpriv --reuid=65534 --regid=65534 --clear-groups "$work/ringfence" audit -q -o "$work/nobody/out" 2> "$work/err")
  status=$?
  [ $status = 3 ]; check "a normal user: exit $status, expected 3" $?
  python3 - "$work/nobody/out/result.json" <<'PY'
import json, sys
r = json.load(open(sys.argv[1]))
assert any(f['status'] == 'unknown' for f in r['findings'])
assert any('root' in u['to_read_it'] for u in r['unread']), r['unread']
PY
  check 'a normal user is told what to do' $?
else
  skipped=$((skipped + 2))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
