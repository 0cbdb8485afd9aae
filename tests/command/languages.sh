#!/bin/bash
# Languages of reports: each text of the templates and of the catalogue stands in po/ringfence.pot, each language has all
# of them, none fuzzy, with the same arguments; reports in each say what they are in, and hold no catalogue text in
# English. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
passed=0 failed=0
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}

po/extract.py "$ringfence" > "$work/now.pot"
diff <(grep -E '^msgid' "$work/now.pot" | sort) <(grep -E '^msgid' po/ringfence.pot | sort) > "$work/diff"
check "po/ringfence.pot has each text (\`make messages\` takes new ones in)" $?
head -n 5 "$work/diff"
result=tests/golden/careless/result.json
"$ringfence" report $result -f md -o - > "$work/en.md"
for po in po/*.po; do
  language=$(basename "$po" .po)
  msgfmt --check-format --check-domain -o /dev/null "$po" 2> "$work/log"
  check "$po: format" $?
  msgcmp "$po" "$work/now.pot" 2> "$work/log"
  check "$po: complete, nothing fuzzy" $?
  head -n 5 "$work/log"
  "$ringfence" report $result --language "$language" -f html,md -o "$work/$language"
  check "$language: report" $?
  grep -q "<html lang=\"$language\"" "$work/$language/report.html"
  check "$language: attribute lang" $?
  ! grep -qF -e 'Root cannot log in over SSH' -e 'Every scanner tries root first' -e 'This host meets it' \
    -e 'places do not meet' -e 'How the score is computed' "$work/$language/report.html" "$work/$language/report.md"
  check "$language: no English of the catalogue" $?
  # Commands and ids are the same in every language.
  diff <(sed -n '/^```sh/,/^```$/p' "$work/en.md") <(sed -n '/^```sh/,/^```$/p' "$work/$language/report.md") > /dev/null &&
    diff <(grep -oE '^### [A-Z0-9]+\\?-[0-9]+' "$work/en.md") <(grep -oE '^### [A-Z0-9]+\\?-[0-9]+' "$work/$language/report.md") > /dev/null
  check "$language: commands and ids untouched" $?
done
grep -q '03.02.2026, 12:00 UTC' "$work/de/report.md"
check "de: date" $?
grep -qE '[0-9],[0-9] %' "$work/de/report.md"
check "de: decimal comma" $?
mkdir "$work/handout" && printf 'name = A\nlanguage = fr\n' > "$work/handout/handout.conf"
"$ringfence" report $result --handout "$work/handout" -f md -o - | grep -q 'Audit de sécurité'
check "the handout's language" $?
! "$ringfence" report $result --language xx -f md -o - > /dev/null 2>&1
check "a language that there is not is refused" $?
echo "$passed passed, $failed failed"
[ $failed = 0 ]
