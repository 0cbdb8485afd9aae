#!/bin/bash
# 50 hostile results (markup, control characters, bidirectional overrides, spreadsheet formulas, fields of 10 MB,
# 100,000 rows) must give a valid report in every format, the same twice; the Markdown must parse back to the
# structure of the result. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
export RINGFENCE=$PWD/${RINGFENCE:-build/release/ringfence}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
timeout 500 python3 tests/command/hostile_results.py "$work"
