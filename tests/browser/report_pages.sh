#!/bin/bash
# The HTML reports in a real browser: at 360, 768 and 1280 pixels, light and dark, and on paper. Nothing may stand
# out or scroll sideways, no text may be too faint (WCAG 2.2 AA), no request be made, no message come on the console,
# the outline, labels and links must hold, and the buttons copy exactly the commands of the result. Where npm can get
# it, axe-core looks for what else a reader could miss. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
if ! command -v chromium > /dev/null; then
  echo 'chromium is not installed'
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
fi
passed=0 failed=0 skipped=0
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

copies() { # NAME RESULT
  sed -n '/<pre id="copied">/,/<\/pre>/p' "$work/dom" > "$work/copied"
  python3 - "$work/copied" "$2" << 'END'
import html, json, re, sys
copied = json.loads(html.unescape(re.search(r'<pre id="copied">(.*)</pre>', open(sys.argv[1]).read(), re.S).group(1)))
result = json.load(open(sys.argv[2]))
wanted = []
for finding in result["findings"]:
    for part in ("commands", "verify", "undo"):
        lines = finding.get("remedy", {}).get(part, [])
        told = finding["remedy"]["commands"] or finding.get("advice")
        if finding["status"] == "fail" and told and lines:
            wanted.append("".join(line + "\n" for line in lines))
if sorted(copied) != sorted(wanted):
    print(f"{len(copied)} copied, {len(wanted)} wanted")
    for one in sorted(set(wanted) - set(copied))[:2] + sorted(set(copied) - set(wanted))[:2]:
        print(repr(one))
    sys.exit(1)
END
  check "$1: the buttons copy the commands" $?
}

# axe-core sees a copy of the page without its policy, since it must run inside.
axe_file=
if command -v npm > /dev/null && (cd "$work" && timeout 25 npm pack --silent axe-core@4.10.2 > /dev/null 2>&1); then
  tar -xzf "$work"/axe-core-*.tgz -C "$work" package/axe.min.js && axe_file=$work/package/axe.min.js
fi
mkdir "$work/bare"
cp templates/report.* "$work/bare"
sed -i '/http-equiv="Content-Security-Policy"/d' "$work/bare/report.xsl"

axe() { # NAME RESULT SCHEME
  local scheme=1
  [ "$3" = dark ] && scheme=0
  if [ -z "$axe_file" ]; then
    echo "$1, $3: axe-core could not be had from npm"
    skipped=$((skipped + 1))
    return
  fi
  "$ringfence" report "$2" -f html --templates "$work/bare" -o "$work/bare/$1"
  browse "$work/log" --blink-settings=preferredColorScheme=$scheme --remote-debugging-port=0 \
    "file://$PWD/tests/browser/measure.html?file://$work/bare/$1/report.html,file://$axe_file" > /dev/null &
  local browser=$!
  for _ in $(seq 200); do
    grep -qE '"AXE (done|failed)' "$work/log" && break
    sleep 0.5
  done
  # `browse` runs it under timeout, which hands the signal on.
  pkill -TERM -P $browser
  wait $browser 2> /dev/null
  if ! grep -qE '"AXE (done|failed)' "$work/log"; then
    echo "$1, $3: axe-core did not end within 100 s: a busy machine"
    skipped=$((skipped + 1))
    return
  fi
  grep -q "\"AXE done $3" "$work/log" && ! grep -E '"AXE ' "$work/log" | grep -v '"AXE done'
  check "$1, $3: axe-core" $?
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
  # What would mislead a reader is shown escaped, and so not copied as it is.
  [ "$3" = light ] && [ "$1" != odd ] && copies "$1" "$4"
  ! grep -E 'CONSOLE' "$work/log"
  check "$1, $3: silent console" $?
}

paper() { # NAME RESULT
  # The printer says how large its paper is; here the style sheet says it for once.
  local size
  for size in A4 letter; do
    cp templates/report.* "$work/bare"
    echo "@page { size: $size }" >> "$work/bare/report.css"
    "$ringfence" report "$2" -f html --templates "$work/bare" -o "$work/paper"
    browse "$work/log" --no-pdf-header-footer --print-to-pdf="$work/$size.pdf" "file://$work/paper/report.html"
    [ "$(grep -ac '/Type /Page$' "$work/$size.pdf")" -ge 1 ]
    check "$1: on $size" $?
  done
}

page() { # NAME RESULT quick|light|dark
  if ! "$ringfence" report "$2" -f html -o "$work/$1"; then
    check "$1: report" 1
    return
  fi
  measure "$1" "$work/$1/report.html" light "$2"
  measure "$1" "$work/$1/report.html" dark "$2"
  [ "$3" = quick ] || axe "$1" "$2" "$3"
  [ "$3" = dark ] && paper "$1" "$2"
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

page small tests/fuzz/corpus/result_json/small.json quick
page odd "$work/odd.json" quick
page empty tests/fuzz/corpus/result_json/least.json quick
# The one with most in it, and the one that is quickly printed.
page careless tests/golden/careless/result.json light
page hardened tests/golden/hardened/result.json dark
echo "$passed passed, $failed failed$([ $skipped -gt 0 ] && echo ", $skipped skipped")"
[ $failed = 0 ]
