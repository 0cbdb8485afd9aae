#!/bin/bash
# ringfence's reading of fail2ban's configuration against fail2ban itself: the shipped one and COUNT generated ones.
set -u
cd "$(dirname "$0")/../.." || exit 1
export RINGFENCE=${RINGFENCE:-build/release/ringfence}
skip() {
  echo "skipped: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
python=/usr/bin/python3
$python -c 'import fail2ban' 2> /dev/null || skip "fail2ban is not installed"
# Other versions read some options in another way.
$python -c 'import fail2ban.version as v, sys; sys.exit(not v.version.startswith("1.0."))' || skip "it is not fail2ban 1.0"
cases=$(mktemp -d) || exit 1
trap 'rm -rf "$cases"' EXIT
$python tests/differential/fail2ban_generate.py "$cases" "${COUNT:-100}" "${SEED:-1}" || exit 1
if $python tests/differential/fail2ban_compare.py /etc/fail2ban "$cases"/*; then
  echo "$(($(find "$cases" -mindepth 1 -maxdepth 1 | wc -l) + 1)) passed, 0 failed"
else
  echo "0 passed, 1 failed"
  exit 1
fi
