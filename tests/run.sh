#!/bin/bash
# Runs groups of tests (all, unit, golden, differential, host, lint ...) and ends with "N passed, N failed".
# Each test program or script prints its own lines; a script ends with "N passed, N failed" too, or its exit
# status counts as one test. RINGFENCE is the program, BUILD the folder of the test programs.
set -u
cd "$(dirname "$0")/.." || exit 1
export RINGFENCE=${RINGFENCE:-build/release/ringfence} BUILD=${BUILD:-build/release}
passed=0 failed=0 skipped=0
log=$(mktemp -d) || exit 1
trap 'rm -rf "$log"' EXIT

count() { # NAME STATUS FILE
  local name=$1 status=$2 file=$3 ok bad
  ok=$(grep -oE '^\[  PASSED  \] [0-9]+ test' "$file" | awk '{n += $4} END {print n + 0}')
  bad=$(grep -oE '^\[  FAILED  \] [0-9]+ test' "$file" | awk '{n += $4} END {print n + 0}')
  local line
  line=$(grep -oE '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$file" | tail -n 1)
  if [ -n "$line" ]; then
    read -r ok _ bad _ skip _ <<<"$line"
    skipped=$((skipped + ${skip:-0}))
  fi
  [ "$ok" = 0 ] && [ "$bad" = 0 ] && { [ "$status" = 0 ] && ok=1 || bad=1; }
  # A program that died after its last counted test has failed, whatever it counted.
  [ "$status" != 0 ] && [ "$bad" = 0 ] && bad=1
  passed=$((passed + ok)) failed=$((failed + bad))
  if [ "$bad" != 0 ]; then
    echo "FAILED  $name"
    grep -vE '^\[ +(RUN|OK) +\]' "$file" | tail -n 60 | sed 's/^/    /'
  else
    printf 'ok      %s (%s)\n' "$name" "$ok"
  fi
}

run() { # NAME COMMAND...
  local name=$1 file=$log/out
  shift
  timeout 900 "$@" >"$file" 2>&1 </dev/null
  count "$name" $? "$file"
}

unit() {
  local program
  for program in "$BUILD"/tests/{unit,checks,properties,fault}/*; do
    [ -f "$program" ] && [ -x "$program" ] || continue
    if [ -n "${VALGRIND:-}" ]; then
      # A whole audit runs code that PCRE2 makes for its patterns: it reads whole vectors, beyond what memcheck knows.
      undefined=yes
      [[ $program != */fault/* ]] || undefined=no
      run "${program#"$BUILD"/}" valgrind -q --error-exitcode=99 --leak-check=full --undef-value-errors=$undefined \
        "$program"
    else
      run "${program#"$BUILD"/}" "$program"
    fi
  done
}

scripts() { # FOLDER
  local script
  for script in tests/"$1"/*.sh; do
    [ -e "$script" ] && run "$script" bash "$script"
  done
}

for group in "$@"; do
  case $group in
  unit) unit ;;
  golden) run tests/golden.sh bash tests/golden.sh ;;
  lint) run tests/lint/run.sh bash tests/lint/run.sh ;;
  all)
    unit
    run tests/golden.sh bash tests/golden.sh
    for folder in command differential browser; do scripts $folder; done
    ;;
  *) scripts "$group" ;;
  esac
done
echo "$passed passed, $failed failed$([ $skipped -gt 0 ] && echo ", $skipped skipped")"
[ $failed = 0 ]
