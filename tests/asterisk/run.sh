#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ringfence's verdicts on callers against a real Asterisk. As root; run.sh [CASE...]
# run.sh --dialplan [SEED]: its reading of generated dialplans.
# The Asterisk: ASTERISK_ROOT (a root file system with one), or / where asterisk is on the PATH, or what
# prepare_root.sh made. Without any, one line says so.
set -u
here=$(dirname "$(realpath "$0")")
ringfence=$(realpath "${RINGFENCE:-$here/../../build/release/ringfence}")
cd "$here" || exit 1

[ -x "$ringfence" ] || { echo "no $ringfence: make first" && exit 1; }

skip() {
  echo "asterisk calls: $1"
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
}

root=
for place in "${ASTERISK_ROOT:-}" / /var/lib/ringfence-oracle/bullseye "${RINGFENCE_CACHE:-$HOME/.cache/ringfence}/asterisk16"; do
  [ -n "$place" ] && [ -x "${place%/}/usr/sbin/asterisk" ] && root=$place && break
done
[ -n "$root" ] || skip 'no Asterisk here (ASTERISK_ROOT, the PATH, or tests/asterisk/prepare_root.sh)'
[ "$(id -u)" = 0 ] || skip 'root is needed'
unshare -m -n true 2> /dev/null || skip 'no namespaces here'
command -v ip > /dev/null || skip 'ip is needed'
if [ "${1:-}" = --dialplan ]; then
  exec unshare -m -n --propagation private timeout 120 python3 dialplan.py "$root" "$ringfence" "${2:-1}"
fi
cases=("$@")
[ ${#cases[@]} -gt 0 ] || cases=(cases/*/)
exec unshare -m -n --propagation private timeout 300 python3 calls.py "$root" "$ringfence" "${cases[@]}"
