#!/bin/bash
# The scanner against the kernel, in namespaces of its own: what listens is open, what does not is closed or
# filtered, over paths that lose, police and forge. SCANS=20 for the whole matrix; once each without it.
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$(realpath "${RINGFENCE:-build/release/ringfence}")
scans=${SCANS:-1}
if [ "$(id -u)" != 0 ] || ! command -v ip iptables python3 >/dev/null || ! ip netns add rfprobe$$ 2>/dev/null; then
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
ip netns del rfprobe$$
here=rfa$$ there=rfb$$ work=$(mktemp -d)
listener=
finish() {
  [ -n "$listener" ] && kill "$listener" 2>/dev/null
  ip netns del $here 2>/dev/null
  ip netns del $there 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
passed=0 failed=0
check() { # NAME STATUS
  if [ "$2" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED  $1"
    head -n 30 "$work"/out "$work"/err
  fi
}
ip netns add $here && ip netns add $there || exit 1
ip link add va$$ netns $here type veth peer name vb$$ netns $there || exit 1
ip -n $here address add 192.0.2.1/24 dev va$$
ip -n $there address add 192.0.2.2/24 dev vb$$
ip -n $here address add 2001:db8::1/64 dev va$$ nodad
ip -n $there address add 2001:db8::2/64 dev vb$$ nodad
for name in $here $there; do ip -n $name link set lo up; done
ip -n $here link set va$$ up
ip -n $there link set vb$$ up
ports="21 22 80 443 3306 5038 5060 8088 8089 20000 31337 65001"
ip netns exec $there python3 - $ports > "$work/ready" <<'P' &
import socket, sys, threading, time
sockets = []
for port in map(int, sys.argv[1:]):
    s = socket.socket(socket.AF_INET6)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    s.bind(("::", port))
    s.listen(128)
    sockets.append(s)
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(("", 5060))
quiet = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
quiet.bind(("", 5061))
def sip():
    while True:
        text, peer = u.recvfrom(65535)
        lines = text.split(b"\r\n")
        keep = [l for l in lines if l.split(b":")[0] in (b"Via", b"From", b"To", b"Call-ID", b"CSeq")]
        method = text.split(b" ")[0]
        status = b"200 OK" if method == b"OPTIONS" else b"404 Not Found" if b"absent" in text else b"401 Unauthorized"
        pad = b"X-Pad: " + b"x" * 60000 if method == b"OPTIONS" else b"X: y"
        u.sendto(b"\r\n".join([b"SIP/2.0 " + status] + keep + [b"Server: Asterisk PBX 16.28.0", pad, b"", b""]), peer)
threading.Thread(target=sip, daemon=True).start()
print("ready", flush=True)
time.sleep(3600)
P
listener=$!
for _ in $(seq 100); do
  [ -s "$work/ready" ] && break
  sleep 0.1
done
scan() { ip netns exec $here timeout 120 "$ringfence" scan --no-progress "$@" > "$work/out" 2> "$work/err"; }
expected=$(printf '%s\n' $ports)
is_exact() { [ "$(grep -oE '^[0-9]+/tcp open' "$work/out" | cut -d/ -f1)" = "$expected" ]; }
there() { ip netns exec $there "$@"; }

# All ports of a host that answers with resets; no answer is lost, so no port may be called filtered.
for _ in $(seq "$scans"); do
  scan --no-services -p - 192.0.2.2 && is_exact && grep -q '^65523 tcp ports closed (reset)$' "$work/out"
  check "all ports, resets" $?
done
scan --no-services -p 1-9999 2001:db8::2 && [ "$(grep -c '/tcp open' "$work/out")" = 9 ]
check "IPv6" $?
scan --no-services --connect -p 1-9999 192.0.2.2 && [ "$(grep -c '/tcp open' "$work/out")" = 9 ] &&
  grep -q '^9990 tcp ports closed (conn-refused)$' "$work/out"
check "connect()" $?

# Dropped and rejected ports.
multiport=$(echo "$ports" | tr ' ' ,)
there iptables -A INPUT -p tcp -m multiport --dports "$multiport" -j ACCEPT
there iptables -A INPUT -p tcp --dport 23:26 -j REJECT --reject-with icmp-admin-prohibited
there iptables -A INPUT -p tcp -j DROP
for _ in $(seq "$scans"); do
  scan --no-services -p - 192.0.2.2 && is_exact
  check "all ports, dropped" $?
done
scan --no-services -p 20-30 192.0.2.2 && grep -qE "^2[3-6]/tcp filtered  admin-prohibited$" "$work/out" &&
  grep -q '^27/tcp filtered  no-response$' "$work/out"
check "reasons of ICMP" $?
there iptables -F INPUT

# Loss both ways. A reset that is lost five times is not a filtered port.
for loss in 0.01 0.05 0.2; do
  there iptables -t raw -A PREROUTING -p tcp -m statistic --mode random --probability $loss -j DROP
  there iptables -t mangle -A OUTPUT -p tcp -m statistic --mode random --probability $loss -j DROP
  for _ in $(seq "$scans"); do
    scan --no-services -p - 192.0.2.2 && is_exact && grep -q '^65523 tcp ports closed (reset)$' "$work/out"
    check "loss of $loss both ways" $?
  done
  there iptables -t raw -F
  there iptables -t mangle -F
done

# A policer of 1000 packets a second.
there iptables -t raw -A PREROUTING -p tcp -m hashlimit --hashlimit-name rf$$ --hashlimit-above 1000/sec \
  --hashlimit-burst 20 -j DROP
expected=$(printf '%s\n' 21 22 80 443)
for _ in $(seq "$scans"); do
  scan --no-services -p 1-1500 192.0.2.2 && is_exact && grep -q '^1496 tcp ports closed (reset)$' "$work/out"
  check "a policer of 1000 a second" $?
done
there iptables -t raw -F
expected=$(printf '%s\n' $ports)

# Never faster than told: 600 ports at 400 a second take over a second.
begun=$(date +%s%N)
scan --no-services -p 1-600 --rate 400 192.0.2.2
[ $(($(date +%s%N) - begun)) -gt 1300000000 ]
check "--rate" $?

# Nothing goes to broadcast or multicast, nor to any address that was not asked for.
there iptables -t raw -A PREROUTING -i vb$$ -d 192.0.2.2 -p tcp -j ACCEPT
there iptables -t raw -A PREROUTING -i vb$$ -p tcp -j LOG
scan --no-services -p 22,23 192.0.2.0/29
other=$(there iptables -t raw -nvxL PREROUTING | awk '/LOG/ {print $1}')
[ "$other" = 0 ] && grep -q '^22/tcp open' "$work/out"
check "only addresses asked for" $?
there iptables -t raw -F
scan -p 22 192.0.2.255
grep -q 'broadcast' "$work/out"
check "a broadcast address is refused" $?
scan -p 22 224.0.0.1
[ $? = 2 ]
check "multicast is refused" $?

# While it scans it is nobody, without capabilities.
scan --no-services -p - --rate 20000 192.0.2.2 &
child=$!
for _ in $(seq 50); do
  sleep 0.05
  pid=$(ip netns pids $here | head -n 1)
  [ -n "$pid" ] || continue
  for pid in $(ip netns pids $here); do
    grep -q ringfence "/proc/$pid/comm" 2>/dev/null && cp "/proc/$pid/status" "$work/status" 2>/dev/null
  done
  grep -q '^NoNewPrivs:.1' "$work/status" 2>/dev/null && break
done
wait $child
grep -qE '^Uid:\s+65534\s+65534\s+65534\s+65534' "$work/status" &&
  grep -qE '^CapEff:\s+0+$' "$work/status" && grep -qE '^CapPrm:\s+0+$' "$work/status"
check "privileges are gone" $?

# Stopped in the second of two hosts, then gone on with: what both tell together is what one scan tells.
ip -n $there address add 192.0.2.3/24 dev vb$$
scan --no-services -p 1-9999 --json 192.0.2.2-3
cp "$work/out" "$work/whole.json"
there iptables -t raw -A PREROUTING -d 192.0.2.3 -p tcp -j DROP
scan --no-services -p 1-9999 --connect --rate 20000 --json 192.0.2.2-3 &
child=$!
sleep 1.5
for pid in $(ip netns pids $here); do
  grep -q ringfence "/proc/$pid/comm" 2>/dev/null && kill -INT "$pid"
done
wait $child
[ $? = 3 ]
check "a stopped scan ends with 3" $?
cp "$work/out" "$work/stopped.json"
there iptables -t raw -F
scan --no-services --resume "$work/stopped.json" --json
python3 - "$work/stopped.json" "$work/whole.json" "$work/out" 2> "$work/err" <<'P'
import json, sys
stopped, whole, resumed = (json.load(open(path)) for path in sys.argv[1:])
assert not stopped["complete"] and stopped["decided"]["tcp"] == 1, stopped["decided"]
assert resumed["complete"] and resumed["decided"]["tcp"] == 2, resumed["decided"]
def open_ports(scan):
    return [(h["address"], p["port"]) for h in scan["hosts"] for p in h["ports"] if p["state"] == "open"]
assert open_ports(whole) == open_ports(resumed) and len(open_ports(whole)) == 18, open_ports(resumed)
P
check "--resume" $?
scan --resume "$work/whole.json"
[ $? = 2 ] && grep -q 'came to its end' "$work/err"
check "nothing to go on with" $?

# UDP: an answer of 60 KiB, a silent socket, closed ports.
scan --udp 5060-5063 192.0.2.2 && grep -q '^5060/udp open  sip  Asterisk PBX 16.28.0' "$work/out" &&
  grep -q '^5061/udp open|filtered' "$work/out" && grep -q '^5062/udp closed  port-unreach' "$work/out"
check "UDP" $?
scan --udp 5060 --i-may-test --json 192.0.2.2 && grep -q 'its answers tell which extensions exist' "$work/out" &&
  grep -q 'REGISTER of' "$work/err" && python3 -m json.tool < "$work/out" > /dev/null
check "SIP from outside" $?
# Thirty closed ports, of which the kernel tells six at once: the rest is asked for one a second.
scan --no-services --udp 7001-7012 192.0.2.2 && ! grep -q 'open' "$work/out"
check "ICMP's limit" $?

# nmap's XML: by its DTD, through its stylesheet, and read back by an audit.
scan --no-services -p 1-1000 -f nmap 192.0.2.2
cp "$work/out" "$work/scan.xml"
dtd=/usr/share/nmap/nmap.dtd sheet=/usr/share/nmap/nmap.xsl
if [ -e $dtd ] && command -v xmllint >/dev/null; then
  xmllint --nonet --noout --dtdvalid $dtd "$work/scan.xml" 2> "$work/err"
  check "nmap's DTD" $?
fi
if [ -e $sheet ] && command -v xsltproc >/dev/null; then
  xsltproc --nonet $sheet "$work/scan.xml" 2> "$work/err" | grep -q '192\.0\.2\.2'
  check "nmap's stylesheet" $?
fi
there "$ringfence" audit --only NET-005 --scan "$work/scan.xml" -q -f json -o - > "$work/out" 2> "$work/err"
python3 -c '
import json, sys
finding = json.load(open(sys.argv[1]))["findings"][0]
assert finding["id"] == "NET-005" and finding["status"] == "pass", finding' "$work/out" 2>> "$work/err"
check "the inside agrees" $?
# A rule that sends a port elsewhere: open outside, and nothing listens there.
there iptables -t nat -A PREROUTING -p tcp --dport 999 -j REDIRECT --to-ports 80
scan --no-services -p 1-1000 --json 192.0.2.2
cp "$work/out" "$work/scan.json"
there iptables -t nat -F
there "$ringfence" audit --only NET-005 --scan "$work/scan.json" -q -f json -o - > "$work/out" 2> "$work/err"
python3 -c '
import json, sys
finding = json.load(open(sys.argv[1]))["findings"][0]
assert finding["status"] == "fail" and "999" in json.dumps(finding["evidence"]), finding' "$work/out" 2>> "$work/err"
check "a contradiction" $?

# Memory, also for a /16.
peak() { /usr/bin/env python3 -c '
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"; }
ip -n $here route add blackhole 198.18.0.0/16
[ "$(peak ip netns exec $here timeout 100 "$ringfence" scan --no-services -p 22,5060 198.18.0.0/16)" -lt 16384 ]
check "memory of a /16" $?
echo "$passed passed, $failed failed"
[ $failed = 0 ]
