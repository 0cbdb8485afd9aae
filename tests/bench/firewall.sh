#!/bin/bash
# Rules of both families, half of them each, and twenty services that listen: the processor time of an audit that reads
# and evaluates them and judges who reaches each service, beyond that of the same audit with one rule; and the memory of
# it all. The best of 7 runs: the time of a busy machine is not the program's.
# The limits are those of 5,000 rules: 100 ms and 64 MiB; the lines show how the cost grows from 100 to 100,000.
set -u
cd "$(dirname "$0")/../.." || exit 1
program=${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
measure() { # ARGUMENT...: microseconds and KiB
  python3 - "$program" "$@" <<'PYTHON'
import resource, subprocess, sys
times = []
for _ in range(7):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    # 3: a folder of a few files leaves much unread.
    assert subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode in (0, 3)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
print(int(min(times) * 1e6), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PYTHON
}
echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
status=0
host=$work/host
mkdir -p "$host/etc" "$host/probes"
cp tests/hosts/careless/probes/addresses tests/hosts/careless/probes/hostname "$host/probes/"
inode=9000
for port in 22 25 53 80 110 123 143 443 465 587 993 995 3306 4569 5038 5061 8088 8089 10000 20000; do
  inode=$((inode + 1))
  echo "tcp LISTEN 0 128 *:$port *:* users:((\"service$port\",pid=$port,fd=4)) ino:$inode sk:1 <->"
done > "$host/probes/ss"
audit() { measure audit "$host" --only FW-001,FW-002,FW-004,NET-001 -q -f json -o -; }
printf '*filter\n:INPUT DROP [0:0]\nCOMMIT\n' | tee "$host/probes/iptables-save" > "$host/probes/ip6tables-save"
read -r start _ < <(audit)
echo "an audit with one rule: $((start / 1000)) ms"
for count in 100 1000 5000 20000 100000; do
  python3 tests/bench/firewall_rules.py $((count / 2)) > "$host/probes/iptables-save"
  python3 tests/bench/firewall_rules.py $((count / 2)) -6 > "$host/probes/ip6tables-save"
  read -r time memory < <(audit)
  time=$((time - start))
  echo "$count rules: $((time / 1000)).$(printf %03d $((time % 1000))) ms more, $((memory / 1024)) MiB, $((time * 1000 / count)) ns a rule"
  [ $count != 5000 ] || { [ $time -lt 100000 ] && [ $memory -lt 65536 ]; } || { echo 'over the limit of 100 ms and 64 MiB'; status=1; }
done
exit $status
