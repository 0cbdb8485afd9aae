#!/bin/bash
# The units as they are installed: what systemd thinks of them, without a running systemd. Ends with "N passed,
# N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
if ! command -v systemd-analyze > /dev/null; then
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
fi
passed=0 failed=0
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
# The threshold is in tenths: 2.0 is too much.
timeout 30 systemd-analyze security --offline=true --threshold=19 --no-pager templates/ringfence-audit.service > /dev/null 2>&1
check 'exposure of the service under 2.0' $?
! timeout 30 systemd-analyze verify templates/ringfence-audit.timer 2>&1 | grep -E 'Unknown (key|section)|Failed to parse|Invalid'
check 'units that systemd understands' $?
! timeout 30 systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' templates/ringfence-audit.timer)" 2>&1 | grep -q -i fail
check 'a time that systemd understands' $?
echo "$passed passed, $failed failed"
[ $failed = 0 ]
