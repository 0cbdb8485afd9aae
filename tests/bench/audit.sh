#!/bin/bash
# A local audit beside Lynis's groups ssh and firewalls: medians over RUNS runs each (default 7), in turn.
set -eu
cd "$(dirname "$0")/../.."
ringfence=${RINGFENCE:-build/release/ringfence} runs=${RUNS:-7}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
command -v lynis > /dev/null || { echo 'lynis is not installed: make bench installs it'; exit 1; }
python3 - "$ringfence" "$runs" "$work" <<'PY'
import os, resource, statistics, subprocess, sys, time
ringfence, runs, work = sys.argv[1], int(sys.argv[2]), sys.argv[3]
commands = {
    'ringfence audit': [ringfence, 'audit', '-q', '-o', work + '/out'],
    'lynis, groups ssh and firewalls': ['lynis', 'audit', 'system', '--tests-from-group', 'ssh firewalls', '--quick', '--no-log'],
}
wall, peak = {k: [] for k in commands}, {k: [] for k in commands}
for i in range(runs + 1):
    for name, command in commands.items():
        start = time.monotonic()
        p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        _, _, usage = os.wait4(p.pid, 0)
        if i:
            wall[name].append(time.monotonic() - start)
            peak[name].append(usage.ru_maxrss / 1024)
for name in commands:
    print(f'{name}: median {statistics.median(wall[name]):.3f} s (min {min(wall[name]):.3f}, max {max(wall[name]):.3f}), '
          f'peak {max(peak[name]):.1f} MiB')
a, b = (statistics.median(wall[n]) for n in commands)
print(f'ratio of medians: {a / b:.3f}')
PY
