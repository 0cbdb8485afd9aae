#!/bin/bash
# Audits each host of tests/hosts that has a folder of its name in tests/golden, and compares every report, and
# what stands on the terminal, with what is stored there. `--update [HOST...]` writes them anew (a HOST named for
# the first time gets its folder): read the difference before you commit it.
set -u
cd "$(dirname "$0")/.." || exit 1
ringfence=${RINGFENCE:-build/release/ringfence}
# The day of all test hosts.
export SOURCE_DATE_EPOCH=1770120000 LC_ALL=C.UTF-8 NO_COLOR=1
formats=csv,html,json,md,xml
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

audit() { # HOST FOLDER
  rm -rf "$work/root"
  tests/hosts/lay_out.sh "$1" "$work/root/$1" || return 1
  "$ringfence" audit "$work/root/$1" -o "$2" -f $formats > "$work/terminal" 2>&1
  local status=$?
  # 3: something of the host could not be read, which is part of the report.
  if [ $status != 0 ] && [ $status != 3 ]; then
    echo "$1: the audit ended with $status:"
    cat "$work/terminal"
    return 1
  fi
  # The last lines name the folder of the reports.
  sed '/^Reports:/,$d' "$work/terminal" > "$2/terminal.txt"
}

# Owners are part of what is judged, and only root can lay them out.
if [ "$(id -u)" != 0 ]; then
  echo 'golden reports need root'
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
fi

hosts() {
  local folder
  for folder in tests/golden/*/; do
    [ -d "tests/hosts/$(basename "$folder")" ] && basename "$folder"
  done
}

if [ "${1:-}" = --update ]; then
  shift
  [ $# = 0 ] && mapfile -t names < <(hosts) && set -- "${names[@]}"
  for host in "$@"; do
    rm -rf "tests/golden/$host"
    mkdir -p "tests/golden/$host"
    audit "$host" "tests/golden/$host" || exit 1
    chmod 755 "tests/golden/$host" && chmod 644 "tests/golden/$host"/*
  done
  exit 0
fi

for host in $(hosts); do
  if ! audit "$host" "$work/$host"; then
    failed=$((failed + 1))
    continue
  fi
  for file in $(cd "$work/$host" && ls; cd "$OLDPWD/tests/golden/$host" && ls); do echo "$file"; done | sort -u |
    while read -r file; do
      if diff -u "tests/golden/$host/$file" "$work/$host/$file" > "$work/difference" 2>&1; then
        echo "ok $host/$file"
      else
        echo "FAILED $host/$file"
        head -n 40 "$work/difference"
      fi
    done > "$work/outcome"
  grep -v '^ok ' "$work/outcome"
  passed=$((passed + $(grep -c '^ok ' "$work/outcome")))
  failed=$((failed + $(grep -c '^FAILED ' "$work/outcome")))
done
[ $failed -gt 0 ] && echo "if the change is meant: make golden-update, and read the difference"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
