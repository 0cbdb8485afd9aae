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
for kind in iptables ip6tables nft; do
  if output=$(timeout 240 python3 tests/differential/firewall_kernel.py $kind 1 8 60 2>&1); then
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
