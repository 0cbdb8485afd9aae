#!/bin/bash
# Random rulesets of iptables, ip6tables and nftables, loaded into the kernel and into ringfence: the same packets must
# meet the same verdict. Needs root, and namespaces (made by the test, gone with it).
set -u
cd "$(dirname "$0")/../.." || exit 1
export RINGFENCE=${RINGFENCE:-build/release/ringfence} PYTHONDONTWRITEBYTECODE=1 FRESH_MAX=6
if [ "$(id -u)" != 0 ] || ! unshare -n true 2>/dev/null || ! command -v nft iptables-nft-restore ipset > /dev/null; then
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
fi
passed=0 failed=0
# The rulesets and packets are the same each time, and so is a wrong verdict of ours: what a second run does not show
# was a packet that a busy machine sent before its rules stood. It is told, and does not count.
ask() {
  output=$(timeout 240 python3 tests/differential/firewall_kernel.py "$1" 1 8 60 2>&1)
}
for kind in iptables ip6tables nft; do
  if ask $kind || { printf 'again: %s\n' "$output"; ask $kind; }; then
    echo "ok      $kind: ${output##*$'\n'}"
    passed=$((passed + 1))
  else
    echo "FAILED  $kind"
    printf '%s\n' "$output"
    failed=$((failed + 1))
  fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
