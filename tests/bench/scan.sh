#!/bin/bash
# The scanner beside nmap and masscan: all 65,535 TCP ports of a host across a veth pair, 12 of them open; closed
# ports reset, then dropped. Medians of RUNS (5) runs, taken in turn; every run's open ports are compared. Root.
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$(realpath "${RINGFENCE:-build/release/ringfence}")
runs=${RUNS:-5}
[ "$(id -u)" = 0 ] || { echo "scan: root is needed for namespaces"; exit 0; }
here=rba$$ there=rbb$$ work=$(mktemp -d)
listener=
finish() {
  [ -n "$listener" ] && kill "$listener" 2>/dev/null
  ip netns del $here 2>/dev/null
  ip netns del $there 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
ip netns add $here && ip netns add $there || exit 1
ip link add va$$ netns $here type veth peer name vb$$ netns $there || exit 1
ip -n $here address add 192.0.2.1/24 dev va$$
ip -n $there address add 192.0.2.2/24 dev vb$$
ip -n $here link set va$$ up
ip -n $there link set vb$$ up
ports="21 22 80 443 3306 5038 5060 8088 8089 20000 31337 65001"
ip netns exec $there python3 -c '
import socket, sys, time
sockets = []
for port in map(int, sys.argv[1:]):
    s = socket.socket()
    s.bind(("", port))
    s.listen(128)
    sockets.append(s)
print("ready", flush=True)
time.sleep(36000)' $ports > "$work/ready" &
listener=$!
for _ in $(seq 100); do
  [ -s "$work/ready" ] && break
  sleep 0.1
done
# masscan asks only routers for their hardware address.
mac=$(ip -n $there -br link show vb$$ | awk '{print $3}')
timed() { # NAME COMMAND...
  local name=$1 begun right
  shift
  begun=$(date +%s%N)
  ip netns exec $here "$@" > "$work/out" 2>/dev/null
  echo $((($(date +%s%N) - begun) / 1000000)) >> "$work/$name.ms"
  right=$(grep -oE '([0-9]+/tcp +open|port [0-9]+/tcp)' "$work/out" | grep -oE '[0-9]+' | sort -n | tr '\n' ' ')
  [ "$right" = "$ports " ] && echo right >> "$work/$name.right"
}
tell() { # NAME LABEL
  local median right
  median=$(sort -n "$work/$1.ms" | sed -n "$(((runs + 1) / 2))p")
  right=$(cat "$work/$1.right" 2>/dev/null | wc -l)
  printf '  %-44s %6s ms, all 12 and no other in %s of %s\n' "$2" "$median" "$right" "$runs"
  rm -f "$work/$1.ms" "$work/$1.right"
}
echo "closed ports reset"
for _ in $(seq "$runs"); do
  timed ringfence "$ringfence" scan --no-services -p - 192.0.2.2
  timed nmap timeout 120 nmap -sS -p- -n -Pn -T4 192.0.2.2
  timed masscan timeout 60 masscan -p1-65535 --rate 100000 --wait 1 --interface va$$ --adapter-ip 192.0.2.1 \
    --router-mac "$mac" 192.0.2.2
done
tell ringfence "ringfence scan"
tell nmap "nmap -sS -p- -n -Pn -T4"
tell masscan "masscan --rate 100000 --wait 1"
ip netns exec $there iptables -A INPUT -p tcp -m multiport --dports "$(echo "$ports" | tr ' ' ,)" -j ACCEPT
ip netns exec $there iptables -A INPUT -p tcp -j DROP
echo "closed ports dropped"
for _ in $(seq "$runs"); do
  timed ringfence "$ringfence" scan --no-services -p - 192.0.2.2
  timed nmap timeout 120 nmap -sS -p- -n -Pn --min-rate 100000 --max-retries 1 192.0.2.2
done
tell ringfence "ringfence scan"
tell nmap "nmap --min-rate 100000 --max-retries 1"
ip netns exec $here python3 - "$ringfence" <<'P'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "scan", "--no-services", "-p", "-", "192.0.2.2"], stdout=subprocess.DEVNULL)
print("peak memory of ringfence scan: %d KiB" % resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
P
