#!/bin/bash
# No secret of the test hosts (tests/hosts/*.secrets) may be in anything that ringfence writes: every report, its
# messages, and, where gdb is and we are root, the memory that a core image would hold.
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=${RINGFENCE:-build/release/ringfence}
export SOURCE_DATE_EPOCH=1770120000 LC_ALL=C.UTF-8 NO_COLOR=1
passed=0 failed=0 skipped=0
work=$(mktemp -d) || exit 1
pid=
trap '[ -z "$pid" ] || kill "$pid" 2> /dev/null; rm -rf "$work"' EXIT

expect_none() { # WHAT HOST PATH...
  local what=$1 host=$2 found
  shift 2
  found=$(grep -rFlaf "tests/hosts/$host.secrets" "$@")
  if [ -z "$found" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "$what of $host holds a secret: $found"
  fi
}

# Stops an audit in the midst of its writing, by a pipe that nobody empties, and looks into its memory.
look_into_memory() { # HOST
  local host=$1
  mkfifo "$work/pipe"
  "$ringfence" audit "$work/$host" -q -f json -o - > "$work/pipe" 2> /dev/null &
  pid=$!
  exec 9< "$work/pipe"
  # One byte through the pipe: the result is made, and its writing has begun.
  head -c 1 <&9 > /dev/null
  if timeout 60 gcore -o "$work/core" "$pid" > "$work/gcore.log" 2>&1; then
    # The names of the checks are in the image, so it is one.
    if grep -qaF 'SIP-001' "$work/core.$pid"; then
      # Defaults of phones and distributions that SEC-003 tries are constants of the program, which a core holds too:
      # each may be there as often as the program has it.
      while read -r secret; do
        [ "$(grep -oaF -- "$secret" "$work/core.$pid" | wc -l)" -le "$(grep -oaF -- "$secret" "$ringfence" | wc -l)" ] ||
          echo "$secret"
      done < "tests/hosts/$host.secrets" > "$work/found"
      if [ -s "$work/found" ]; then
        failed=$((failed + 1))
        echo "the core image of $host holds $(wc -l < "$work/found") secrets"
      else
        passed=$((passed + 1))
      fi
    else
      failed=$((failed + 1))
      echo "the core image of $host holds no finding"
    fi
  else
    skipped=$((skipped + 1))
  fi
  cat <&9 > /dev/null
  exec 9<&-
  wait "$pid"
  pid=
  rm -f "$work/pipe" "$work"/core.*
}

formats=$("$ringfence" audit -f none-such 2>&1 | sed -n 's/.*formats: //p' | tr -d ' ')
for secrets in tests/hosts/*.secrets; do
  host=$(basename "$secrets" .secrets)
  tests/hosts/lay_out.sh "$host" "$work/$host"
  # A list that names nothing of the host would prove nothing.
  if ! grep -rqaFf "$secrets" "$work/$host"; then
    failed=$((failed + 1))
    echo "tests/hosts/$host has none of its secrets"
  fi
  "$ringfence" audit "$work/$host" --level strict --verbose --no-progress \
    -f "$formats" -o "$work/out-$host" > "$work/out-$host.stdout" 2> "$work/out-$host.stderr"
  [ -s "$work/out-$host/result.json" ] || { failed=$((failed + 1)); echo "$host: no result"; continue; }
  expect_none 'a report' "$host" "$work/out-$host"
  expect_none 'what the audit prints' "$host" "$work/out-$host.stdout" "$work/out-$host.stderr"
  "$ringfence" plan "$work/out-$host/result.json" > "$work/plan-$host" 2>&1
  expect_none 'the plan' "$host" "$work/plan-$host"
  if [ "$(id -u)" = 0 ] && command -v gcore > /dev/null; then
    look_into_memory "$host"
  else
    skipped=$((skipped + 1))
  fi
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
