#!/bin/bash
# 10,000 lines with 1,000 Match blocks: the time that ringfence needs to read and evaluate them for a connection, beside
# the real sshd on the same file. Medians of 15 runs each.
set -u
cd "$(dirname "$0")/../.." || exit 1
program=${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
python3 tests/bench/sshd_blocks.py > "$work/sshd_config" || exit 1
connection=user=root,addr=110.1.2.3,host=h,laddr=192.0.2.1,lport=22
median() { # COMMAND...
  for _ in $(seq 15); do
    local start end
    start=$(date +%s%N)
    "$@" > /dev/null 2>&1
    end=$(date +%s%N)
    echo $(((end - start) / 1000))
  done | sort -n | sed -n 8p
}
ours=$(median "$program" show sshd --json "$work/sshd_config" -C $connection)
empty=$(median "$program" show sshd --json /dev/null -C $connection)
alone=$((ours - empty))
echo "$(wc -l < "$work/sshd_config") lines, $(grep -c ^Match "$work/sshd_config") Match blocks"
echo "ringfence: $((alone / 1000)).$(printf %03d $((alone % 1000))) ms to read and evaluate (limit: 20 ms); $((ours / 1000)) ms with the start of the program"
if [ "$(id -u)" = 0 ] && [ -x /usr/sbin/sshd ]; then
  mkdir -p /run/sshd
  theirs=$(median /usr/sbin/sshd -T -f "$work/sshd_config" -C $connection)
  echo "sshd -T:   $((theirs / 1000)).$(printf %03d $((theirs % 1000))) ms, with its host keys"
fi
