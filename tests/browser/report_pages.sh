#!/bin/bash
# The HTML reports in a real browser: at 360, 768 and 1280 pixels, light and dark, and on paper. Nothing may stand
# out or scroll sideways, no text may be too faint (WCAG 2.2 AA), no request be made, no message come on the console,
# and the outline, labels and links must hold. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
if ! command -v chromium > /dev/null; then
  echo 'chromium is not installed'
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
fi
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

browse() { # LOG OPTION...
  local log=$1
  shift
  # Nothing of the browser's own may reach a network either.
  timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars \
    --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage \
    --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$work/profile" --allow-file-access-from-files \
    --enable-logging=stderr "$@" 2> "$log"
}

measure() { # NAME PAGE SCHEME
  local scheme=1
  [ "$3" = dark ] && scheme=0
  browse "$work/log" --blink-settings=preferredColorScheme=$scheme --virtual-time-budget=60000 --dump-dom \
    "file://$PWD/tests/browser/measure.html?file://$2" > "$work/dom"
  sed -n '/<pre id="wrong">/,/<\/pre>/p' "$work/dom" | sed 's/.*<pre id="wrong">//; s/<\/pre>.*//' > "$work/wrong"
  grep -q "^done [1-9][0-9]* $3" "$work/wrong"
  check "$1, $3: measured to the end" $?
  grep -vE '^done |^$' "$work/wrong" > "$work/faults"
  head -n 20 "$work/faults"
  [ ! -s "$work/faults" ]
  check "$1, $3: layout, contrast, outline" $?
  ! grep -E 'CONSOLE' "$work/log"
  check "$1, $3: silent console" $?
}

paper() { # NAME PAGE
  browse "$work/log" --no-pdf-header-footer --print-to-pdf="$work/page.pdf" "file://$2"
  [ "$(grep -ac '/Type /Page$' "$work/page.pdf")" -ge 1 ]
  check "$1: on paper" $?
}

page() { # NAME RESULT
  if ! "$ringfence" report "$2" -f html -o "$work/$1"; then
    check "$1: report" 1
    return
  fi
  measure "$1" "$work/$1/report.html" light
  measure "$1" "$work/$1/report.html" dark
  paper "$1" "$work/$1/report.html"
}

# A result whose texts are as wide and odd as can be.
python3 - tests/fuzz/corpus/result_json/small.json "$work/odd.json" << 'END'
import json, sys
result = json.load(open(sys.argv[1]))
words = {"grade", "status", "band", "exposure", "exposure_ipv4", "exposure_ipv6", "level", "role", "verdict", "banned",
         "disruption", "schema", "id"}
odd = "W" * 300 + " <b>&amp;</b> \u202eabc \u09ac\u09be\u0982\u09b2\u09be " + "\u65e5\u672c" * 80
def change(value, name=""):
    if isinstance(value, dict):
        return {key: change(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [change(inner, name) for inner in value]
    return odd if isinstance(value, str) and name not in words else value
json.dump(change(result), open(sys.argv[2], "w"))
END

page small tests/fuzz/corpus/result_json/small.json
page odd "$work/odd.json"
page empty tests/fuzz/corpus/result_json/least.json
for result in tests/golden/*/result.json; do
  [ -e "$result" ] && page "$(basename "$(dirname "$result")")" "$result"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
