#!/bin/bash
# `ringfence plan` end to end, in network namespaces of its own with a copy of /etc: exposures close, trusted networks
# pass, nobody is locked out, undo gives back the same bytes, the timed undo fires, twice is once.
set -u
cd "$(dirname "$0")/../.." || exit 1
export RINGFENCE=${RINGFENCE:-build/release/ringfence}
if [ "$(id -u)" != 0 ] || ! unshare -n -m true 2>/dev/null; then
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
fi
if [ -z "${PLAN_INSIDE:-}" ]; then
  # The host of the test: its own interfaces, rules and /etc.
  PLAN_INSIDE=1 exec unshare -n -m --propagation private bash "$0"
fi
export LC_ALL=C.UTF-8 NO_COLOR=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
unset SSH_CONNECTION SSH_CLIENT
ringfence=$PWD/$RINGFENCE
[ "${RINGFENCE#/}" = "$RINGFENCE" ] || ringfence=$RINGFENCE
packets=$PWD/tests/command/plan_packets.py
passed=0 failed=0
work=$(mktemp -d) || exit 1
children=()
finish() {
  [ ${#children[@]} -eq 0 ] || kill "${children[@]}" 2>/dev/null
  umount -l /etc 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
cp -a /etc "$work/etc" && mount --bind "$work/etc" /etc || exit 1
export STATE_DIRECTORY=$work/state

is() { # NAME SEEN WANTED
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s: seen, wanted:\n%s\n--\n%s\n' "$1" "$2" "$3"
  fi
}

# The host 192.0.2.1 with two neighbours: "trusted" 192.0.2.2 and "foreign" 198.51.100.2.
ip link set lo up
neighbour() { # NAME IPV4 IPV4_OF_HOST IPV6 IPV6_OF_HOST
  unshare -n sleep 600 &
  local pid=$!
  children+=("$pid")
  eval "$1=$pid"
  until [ "$(readlink "/proc/$pid/ns/net")" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
  ip link add "to-$1" type veth peer name eth0 netns "$pid"
  ip address add "$3/24" dev "to-$1" && ip address add "$5/64" dev "to-$1" nodad && ip link set "to-$1" up
  nsenter -t "$pid" -n sh -c "ip link set lo up; ip address add $2/24 dev eth0; ip address add $4/64 dev eth0 nodad;
    ip link set eth0 up; ip route add default via $3; ip -6 route add default via $5"
}
neighbour trusted 192.0.2.2 192.0.2.1 2001:db8:1::2 2001:db8:1::1
neighbour foreign 198.51.100.2 198.51.100.1 2001:db8:2::2 2001:db8:2::1

# Real sockets under the names of real programs.
serve() { # NAME PROTO:PORT...
  "$packets" listen "$@" >"$work/$1.ready" &
  children+=("$!")
  local tries=0
  until [ -s "$work/$1.ready" ] || [ $tries -gt 100 ]; do sleep 0.05; tries=$((tries + 1)); done
}
serve sshd tcp:22
serve asterisk udp:5060 tcp:5060 tcp:5038
serve mysqld tcp:3306
serve httpd tcp:80 tcp:443
services=(tcp:22 udp:5060 tcp:5060 tcp:5038 tcp:3306 tcp:80 tcp:443 ping)

open_from() { # NAME ADDRESS: the services that answer
  nsenter -t "${!1}" -n "$packets" ask "$2" "${services[@]}" | sed -n 's/ open$//p' | paste -sd' '
}
everything="${services[*]}"
trust="--trusted 192.0.2.0/24 --trusted 2001:db8:1::/64"

iptables_now() { iptables-save | sed -e '/^#/d' -e 's/\[[0-9:]*\]/[0:0]/'; ip6tables-save | sed -e '/^#/d' -e 's/\[[0-9:]*\]/[0:0]/'; }
nftables_now() { nft list ruleset; }

# The same story for each dialect.
story() { # DIALECT
  local dialect=$1 plan=$work/plan-$1.sh before
  before=$("$1_now")
  is "$dialect: before, foreign" "$(open_from foreign 198.51.100.1)" "$everything"
  is "$dialect: before, foreign by IPv6" "$(open_from foreign 2001:db8:2::1)" "$everything"
  # shellcheck disable=SC2086
  "$ringfence" plan $trust -o "$plan" 2>"$work/told"
  is "$dialect: plan is written" "$? $(grep -c "for $dialect" "$plan")" "0 1"
  dash -n "$plan"
  is "$dialect: it is plain shell" "$?" 0
  dash "$plan" test >/dev/null 2>&1
  is "$dialect: test touches nothing" "$? $("$1_now")" "0 $before"

  dash "$plan" >"$work/told" 2>&1
  is "$dialect: apply" "$? $(grep -c SECOND "$work/told")" "0 1"
  is "$dialect: foreign" "$(open_from foreign 198.51.100.1)" ""
  is "$dialect: foreign by IPv6" "$(open_from foreign 2001:db8:2::1)" ""
  is "$dialect: trusted" "$(open_from trusted 192.0.2.1)" "$everything"
  is "$dialect: trusted by IPv6" "$(open_from trusted 2001:db8:1::1)" "$everything"
  dash "$plan" confirm >"$work/told" 2>&1
  is "$dialect: confirm" "$?" 0
  local after
  after=$("$1_now")
  dash "$plan" >"$work/told" 2>&1
  is "$dialect: twice is once" "$? $("$1_now")" "0 $after"
  # shellcheck disable=SC2086
  "$ringfence" plan $trust -o "$work/again.sh" 2>/dev/null
  is "$dialect: the same plan again" "$(grep -v '^#' "$work/again.sh" | cksum)" "$(grep -v '^#' "$plan" | cksum)"
  dash "$plan" undo >"$work/told" 2>&1
  is "$dialect: undo" "$? $("$1_now")" "0 $before"
  is "$dialect: nothing stays in /etc" "$(diff -r --no-dereference "$work/etc" "$work/etc.before" 2>&1)" ""
  is "$dialect: nothing stays of the state" "$(ls "$STATE_DIRECTORY" 2>/dev/null)" ""
  is "$dialect: after undo, foreign" "$(open_from foreign 198.51.100.1)" "$everything"

  # Nobody confirms: it takes itself back, though the shell that applied it is gone.
  (UNDO_SECONDS=4 setsid dash "$plan" >/dev/null 2>&1)
  local tries=0
  while [ "$("$1_now")" != "$before" ] && [ $tries -lt 150 ]; do
    sleep 0.1
    tries=$((tries + 1))
  done
  is "$dialect: the timed undo fires" "$([ $tries -gt 0 ] && echo later) $("$1_now")" "later $before"
  is "$dialect: nothing to confirm any more" "$(dash "$plan" confirm >/dev/null 2>&1; echo $?)" 1
}

refusals() { # DIALECT
  # shellcheck disable=SC2086
  SSH_CONNECTION="198.51.100.2 40000 198.51.100.1 22" "$ringfence" plan $trust -o "$work/no.sh" 2>"$work/told"
  is "$1: who is connected is not locked out" "$? $(grep -c 'lock out 198.51.100.2/32 (SSH_CONNECTION)' "$work/told")" "2 1"
  # shellcheck disable=SC2086
  "$ringfence" plan $trust --keep 2001:db8:2::/64 -o "$work/no.sh" 2>"$work/told"
  is "$1: nor is --keep" "$? $(grep -c 'lock out 2001:db8:2::/64 (--keep)' "$work/told")" "2 1"
  is "$1: and nothing is written" "$(ls "$work/no.sh" 2>&1 | grep -c 'No such')" 1
  # shellcheck disable=SC2086
  SSH_CONNECTION="192.0.2.2 40000 192.0.2.1 22" "$ringfence" plan $trust 2>&1 >/dev/null | grep -q '^Not locked out: 192.0.2.2/32'
  is "$1: a trusted one is told" "$?" 0
}

# iptables, with a policy and rules that let everything in, and its persistence.
mkdir -p /etc/iptables
iptables-restore <<'END'
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:f2b-sshd - [0:0]
-A INPUT -p tcp -m multiport --dports 22 -j f2b-sshd
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A INPUT -p tcp -j ACCEPT
-A INPUT -p udp -j ACCEPT
-A f2b-sshd -j RETURN
COMMIT
END
iptables-save | grep -v f2b >/etc/iptables/rules.v4
ip6tables-save >/etc/iptables/rules.v6
cp -a /etc "$work/etc.before"
story iptables
refusals iptables
dash "$work/plan-iptables.sh" >/dev/null 2>&1 && dash "$work/plan-iptables.sh" confirm >/dev/null 2>&1
iptables-restore --test </etc/iptables/rules.v4 && ip6tables-restore --test </etc/iptables/rules.v6
is "iptables: what is kept loads" "$?" 0
is "iptables: and no more than ours is added" "$(diff <(sed '/ringfence/d' /etc/iptables/rules.v4) "$work/etc.before/iptables/rules.v4")" ""
iptables -A INPUT -p tcp --dport 8 -j DROP
is "iptables: undo leaves what others changed since" \
  "$(dash "$work/plan-iptables.sh" undo >"$work/told" 2>&1; echo $?) $(iptables -S INPUT | grep -c -e ringfence) $(iptables -S INPUT | grep -c 'dport 8')" "1 0 1"
nft flush ruleset
rm -rf "$STATE_DIRECTORY" "$work/etc.before"

# nftables.
cat >/etc/nftables.conf <<'END'
#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	set bad { type ipv4_addr; flags interval; elements = { 203.0.113.0/24 } }
	chain input {
		type filter hook input priority 0; policy drop;
		ct state established,related accept
		iif lo accept
		ip saddr @bad drop
		meta l4proto { tcp, udp, icmp, ipv6-icmp } accept
	}
}
END
nft -f /etc/nftables.conf
cp -a /etc "$work/etc.before"
story nftables
refusals nftables

echo "$passed passed, $failed failed"
[ $failed = 0 ]
