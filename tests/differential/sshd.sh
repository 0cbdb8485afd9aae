#!/bin/bash
# ringfence's reading of sshd_config against the real sshd: the cases of tests/cases/sshd, and COUNT generated ones.
set -u
cd "$(dirname "$0")/../.." || exit 1
program=${RINGFENCE:-build/release/ringfence}
skip() {
  echo "skipped: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
[ "$(id -u)" = 0 ] || skip "root is needed for a mount namespace"
[ -x /usr/sbin/sshd ] || skip "no /usr/sbin/sshd"
unshare -m true 2>/dev/null || skip "no mount namespaces here"
# Other builds differ in their patches; ringfence show takes Debian 12's when none is named.
/usr/sbin/sshd -V 2>&1 | grep -q '^OpenSSH_9\.2.*' && grep -q '^VERSION_ID="12"' /etc/os-release ||
  skip "the sshd here is not Debian 12's"
cases=$(mktemp -d) || exit 1
trap 'rm -rf "$cases"' EXIT
cp -r tests/cases/sshd/. "$cases"/ || exit 1
python3 tests/differential/sshd_generate.py "$cases" "${COUNT:-24}" "${SEED:-ringfence}" || exit 1
python3 tests/differential/sshd_compare.py "$cases" "$program"
