#!/bin/bash
# A real sshd and a real fail2ban in a network namespace: five addresses guess, fail2ban bans in its firewall, and
# `ringfence show filter --bans` over the same log names the same addresses in the same order. Then packets really drop.
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$(realpath "${RINGFENCE:-build/release/ringfence}")
skip() {
  echo "skipped: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
[ "$(id -u)" = 0 ] || skip "root is needed for a network namespace"
for program in /usr/sbin/sshd ssh ssh-keygen fail2ban-server iptables ip; do
  command -v $program > /dev/null || skip "no $program"
done
name=rf-ban-$$
ip netns add $name 2> /dev/null || skip "no network namespaces here"
work=$(mktemp -d) || exit 1
pids=()
# shellcheck disable=SC2317
finish() {
  ip netns exec $name fail2ban-client -c "$work/fail2ban" -s "$work/socket" stop > /dev/null 2>&1
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null; done
  ip netns pids $name 2> /dev/null | xargs -r kill 2> /dev/null
  ip netns del $name
  rm -rf "$work"
}
trap finish EXIT
run() { ip netns exec $name "$@"; }
run ip link set lo up
for host in 1 2 3 4 5 200; do run ip address add 192.0.2.$host/32 dev lo; done
run iptables -L -n > /dev/null 2>&1 || skip "no iptables in a namespace here"

ssh-keygen -q -t ed25519 -N '' -f "$work/key" || exit 1
printf '%s\n' 'Port 2222' 'ListenAddress 192.0.2.200' "HostKey $work/key" "PidFile none" 'UsePAM no' \
  'PasswordAuthentication no' 'LogLevel INFO' > "$work/sshd_config"
mkdir -p /run/sshd
# sshd on standard error writes no heads: they are put before its lines as a syslogd would.
run /usr/sbin/sshd -D -e -f "$work/sshd_config" 2>&1 | python3 -u -c '
import sys, time
for line in sys.stdin:
    print(time.strftime("%b %e %H:%M:%S"), "host sshd[900]:", line.rstrip("\r\n"), flush=True)
' > "$work/auth.log" &
pids+=($!)

cp -r /etc/fail2ban "$work/fail2ban" || exit 1
rm -f "$work"/fail2ban/jail.d/* "$work"/fail2ban/*.local
printf '%s\n' '[DEFAULT]' 'backend = polling' 'bantime = 10m' 'findtime = 10m' 'maxretry = 3' 'usedns = no' \
  'banaction = iptables-allports' '[sshd]' 'enabled = true' "logpath = $work/auth.log" > "$work/fail2ban/jail.local"
printf '%s\n' '[Definition]' "logtarget = $work/fail2ban.log" "dbfile = None" > "$work/fail2ban/fail2ban.local"
run fail2ban-server -c "$work/fail2ban" -s "$work/socket" -p "$work/pid" -b start > "$work/start" 2>&1
for _ in $(seq 100); do
  run fail2ban-client -s "$work/socket" ping > /dev/null 2>&1 && grep -q "Jail 'sshd' started" "$work/fail2ban.log" && break
  sleep 0.1
done
grep -q "Jail 'sshd' started" "$work/fail2ban.log" 2> /dev/null || skip "fail2ban does not start here: $(tail -n 1 "$work/start")"

try() { # ADDRESS
  run timeout 5 ssh -F none -b "$1" -p 2222 -o BatchMode=yes -o ConnectTimeout=3 -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o PreferredAuthentications=none "nobody$RANDOM@192.0.2.200" true 2> /dev/null
}
for _ in $(seq 50); do
  run bash -c 'exec 3<> /dev/tcp/192.0.2.200/2222' 2> /dev/null && break
  sleep 0.1
done
# The third of each: 4 first, then 1, then 5; 2 and 3 stop at two.
for host in 1 4 2 4 5 4 1 3 5 1 2 5 3; do try 192.0.2.$host; done
for _ in $(seq 100); do
  [ "$(grep -c ' Ban ' "$work/fail2ban.log")" -ge 3 ] && break
  sleep 0.1
done
sleep 1
happened=$(sed -n 's/.* NOTICE  *\[sshd\] Ban \(.*\)/\1/p' "$work/fail2ban.log" | tr '\n' ' ')
predicted=$("$ringfence" show filter --bans --maxretry 3 --findtime 10m --config "$work/fail2ban" sshd "$work/auth.log" |
  sed -n 's/^  \["\([^"]*\)".*/\1/p' | tr '\n' ' ')
echo "happened:  $happened"
echo "predicted: $predicted"
passed=0 failed=0
expect() { # WHAT, then a command
  if "${@:2}"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
expect "three addresses are banned" [ "$happened" = "192.0.2.4 192.0.2.1 192.0.2.5 " ]
expect "the prediction is what happened" [ "$predicted" = "$happened" ]
before=$(wc -l < "$work/auth.log")
try 192.0.2.4
expect "packets of a banned address drop" [ "$(wc -l < "$work/auth.log")" = "$before" ]
try 192.0.2.2
expect "others still get through" [ "$(wc -l < "$work/auth.log")" != "$before" ]
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
