#!/bin/bash
# Rules of both families, half of them each, and twenty services: the processor time to read and evaluate them and to
# tell who reaches each port that they name or a telephone system has (45 of each family), and the memory. It is
# measured in two processes, one a family: the first line tells what starting them costs. The best of 7 runs: the time
# of a busy machine is not the program's.
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
    subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
print(int(min(times) * 1e6), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
PYTHON
}
echo "$(nproc) cores, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)"
status=0
read -r start _ < <(measure --version)
echo "starting the program twice: $((start * 2 / 1000)) ms, a part of each line below"
for count in 100 1000 5000 20000 100000; do
  python3 tests/bench/firewall_rules.py $((count / 2)) > "$work/v4"
  python3 tests/bench/firewall_rules.py $((count / 2)) -6 > "$work/v6"
  read -r time4 memory4 < <(measure show firewall --json --rules "$work/v4")
  read -r time6 memory6 < <(measure show firewall --json --rules "$work/v6" --ipv6)
  time=$((time4 + time6)) memory=$((memory4 > memory6 ? memory4 : memory6))
  echo "$count rules: $((time / 1000)).$(printf %03d $((time % 1000))) ms, $((memory / 1024)) MiB, $((time * 1000 / count)) ns a rule"
  [ $count != 5000 ] || { [ $time -lt 100000 ] && [ $memory -lt 65536 ]; } || { echo 'over the limit of 100 ms and 64 MiB'; status=1; }
done
exit $status
