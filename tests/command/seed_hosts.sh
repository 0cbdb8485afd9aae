#!/bin/bash
# The seed paper's server before and after its advice: every check that the paper asks for fails on
# tests/hosts/careless and passes on tests/hosts/hardened, and the score moves from F to A or B.
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=${RINGFENCE:-build/release/ringfence}
# The day of both hosts: 2026-02-03 12:00 UTC.
export SOURCE_DATE_EPOCH=1770120000 LC_ALL=C.UTF-8 NO_COLOR=1
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# The paper's recommendations, all of them; a row that the catalogue loses is a failure here.
ids="SSH-001 SSH-002 SSH-003 SSH-008 ACC-002 SEC-001 SIP-002 SIP-003 SIP-004 SIP-005 SIP-007 PJSIP-005
WEB-001 WEB-002 WEB-008 FW-001 FW-002 FW-006 FW-009 FW-010 FW-011 FW-012 NET-001 NET-002 NET-003 NET-004
KRN-001 KRN-002 KRN-005 KRN-006 KRN-007 DOS-001 DOS-002 DOS-003 DOS-004
F2B-001 F2B-002 F2B-003 F2B-004 F2B-006 F2B-007 F2B-008 F2B-009 F2B-010
LOG-001 LOG-002 LOG-003 LOG-004 LOG-006 LOG-007 LOG-009 LOG-010 LOG-011"

expect() { # WHAT EXPECTED SEEN
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$1: $3, not $2"
  fi
}

audit() { # HOST OPTION...
  local host=$1
  shift
  tests/hosts/lay_out.sh "$host" "$work/$host"
  "$ringfence" audit "$work/$host" --level strict -f json -o - "$@" > "$work/$host.json" 2> "$work/error" || {
    local status=$?
    # 3: something of the host could not be read.
    [ $status = 3 ] || { echo "$host: exit status $status"; cat "$work/error"; failed=$((failed + 1)); }
  }
}

check_host() { # HOST STATUS
  local id status
  for id in $ids; do
    status=$(jq -r --arg id "$id" '[.findings[] | select(.id == $id) | .status] | first // "no such check"' \
      "$work/$1.json")
    expect "$1 $id" "$2" "$status"
    if [ "$status" != "$2" ]; then
      jq -r --arg id "$id" '.findings[] | select(.id == $id) | "    " + .summary' "$work/$1.json"
    fi
  done
}

audit careless
audit hardened --config "$work/hardened/etc/ringfence/ringfence.conf"
check_host careless fail
check_host hardened pass
# What the catalogue marks as the paper's is what this list holds.
expect "checks marked as the paper's" "$(printf '%s\n' $ids | sort | tr '\n' ' ')" \
  "$(jq -r '.findings[] | select(.seed) | .id' "$work/careless.json" | sort | tr '\n' ' ')"
expect "grade of careless" F "$(jq -r .score.grade "$work/careless.json")"
grade=$(jq -r .score.grade "$work/hardened.json")
case $grade in A | B) expect "grade of hardened" "$grade" "$grade" ;; *) expect "grade of hardened" "A or B" "$grade" ;; esac
echo "$passed passed, $failed failed"
[ $failed = 0 ]
