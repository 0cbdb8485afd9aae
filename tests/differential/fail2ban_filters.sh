#!/bin/bash
# What fail2ban's filters for sshd and Asterisk find, in all modes, against `ringfence show filter`: over generated logs
# of all forms, and over fail2ban's own sample lines, read from where its package has them.
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
$python -c 'import fail2ban.version as v, sys; sys.exit(not v.version.startswith("1.0."))' || skip "it is not fail2ban 1.0"
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
for kind in sshd asterisk; do
  python3 tests/differential/log_generate.py $kind "${COUNT:-1200}" "${SEED:-1}" "$logs/$kind-generated" || exit 1
done
samples=$($python -c 'import os, fail2ban.tests as t; print(os.path.join(os.path.dirname(t.__file__), "files/logs"))' 2> /dev/null)
filters='sshd;sshd[mode=ddos];sshd[mode=extra];sshd[mode=aggressive];sshd[logtype=rfc5424];sshd[publickey=any];sshd[publickey=invalid];sshd[publickey=ignore];asterisk'
found=()
for kind in sshd asterisk; do
  [ -e "$samples/$kind" ] && found+=("$samples/$kind")
done
$python tests/differential/fail2ban_matches.py /etc/fail2ban "$filters" "$logs"/* "${found[@]}"
