#!/bin/bash
# Logs at disk speed: `ringfence show logs` beside ripgrep counting the lines of the same alternation.
# LOGS names a folder with auth.log and asterisk_full; without it a small one is made of sample lines.
set -eu
cd "$(dirname "$0")/../.."
ringfence=${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=${LOGS:-}
if [ -z "$folder" ]; then
  folder=$work
  for i in $(seq 1 254); do
    echo "Nov  1 00:00:00 pbx01 sshd[$i]: Failed password for root from 203.0.113.$i port 4000 ssh2"
    echo "Nov  1 00:00:00 pbx01 sshd[$i]: Connection closed by 203.0.113.$i port 4000 [preauth]"
  done > "$work/block"
  for i in $(seq 1 254); do
    echo "[2026-11-01 00:00:00] NOTICE[1] chan_sip.c: Registration from '<sip:1@192.0.2.1>' failed for '203.0.113.$i:5' - Wrong password"
    echo "[2026-11-01 00:00:00] VERBOSE[1] pbx.c:     -- Executing [1@from-internal:1] Set(\"SIP/1\") in new stack"
  done > "$work/block2"
  for i in $(seq 1 2000); do cat "$work/block"; done > "$folder/auth.log"
  for i in $(seq 1 2000); do cat "$work/block2"; done > "$folder/asterisk_full"
fi
words='Failed password for|Invalid user|Accepted|maximum authentication|authentication failure|Received disconnect|Disconnected from|Connection closed|Unable to negotiate|COMMAND=|Registration from|Request .REGISTER|rejected because extension|SecurityEvent=|User-Agent:|Registered SIP'
files=("$folder/auth.log" "$folder/asterisk_full")
cat "${files[@]}" > /dev/null
median() { # COMMAND...
  for _ in 1 2 3 4 5; do
    local start end
    start=$(date +%s%N)
    "$@" > /dev/null
    end=$(date +%s%N)
    echo $(((end - start) / 1000000))
  done | sort -n | sed -n 3p
}
bytes=$(cat "${files[@]}" | wc -c)
echo "ringfence show logs: $(median "$ringfence" show logs --json "${files[@]}") ms for $((bytes >> 20)) MiB"
command -v rg > /dev/null && echo "rg -c, same words:   $(median rg -c "$words" "${files[@]}") ms" || echo "rg is not installed"

# A filter of fail2ban, the same lines to both.
if command -v fail2ban-regex > /dev/null; then
  head -n 20000 "$folder/auth.log" > "$work/sample"
  filter() { "$ringfence" show filter --all sshd "$work/sample"; }
  theirs() { fail2ban-regex "$work/sample" sshd; }
  ours_ms=$(median filter) theirs_start=$(date +%s%N)
  theirs > "$work/theirs"
  theirs_ms=$((($(date +%s%N) - theirs_start) / 1000000))
  echo "ringfence show filter: $ours_ms ms for 20000 lines, fail2ban-regex: $theirs_ms ms"
  echo "matched: $(filter | sed -n 's/.*"matched": \([0-9]*\).*/\1/p') and $(sed -n 's/^Lines: .* \([0-9]*\) matched.*/\1/p' "$work/theirs")"
fi
