#!/bin/bash
# Every script parses.
set -u
cd "$(dirname "$0")/../.." || exit 1
bad=0
for script in $(git ls-files '*.sh' .ci/run); do bash -n "$script" || bad=1; done
exit $bad
