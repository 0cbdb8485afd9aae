#!/bin/bash
# Whom fail2ban would ban, in which order, when, after how many failures: its own filter and counters against
# `ringfence show filter --bans`, over generated logs in which some guess fast and some slowly.
set -u
cd "$(dirname "$0")/../.." || exit 1
export RINGFENCE=${RINGFENCE:-build/release/ringfence}
skip() {
  echo "skipped: $1"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
}
python=/usr/bin/python3
$python -c 'import fail2ban' 2> /dev/null || skip "fail2ban is not installed"
$python -c 'import fail2ban.version as v, sys; sys.exit(not v.version.startswith("1.0."))' || skip "it is not fail2ban 1.0"
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
python3 - "$logs" << 'END' || exit 1
import random, sys, time
rng = random.Random(8)
for kind in "sshd", "asterisk":
    now, lines = 1700000000, []
    for _ in range(6000):
        now += rng.choice([0, 0, 1, 1, 2, 5, 60, 900 if rng.random() < .05 else 1])
        address = "192.0.2.%d" % min(rng.randrange(1, 60), rng.randrange(1, 254))
        stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))
        if kind == "sshd":
            lines.append("%s host sshd[%d]: Failed password for root from %s port 4000 ssh2" % (stamp, rng.randrange(99999), address))
        else:
            lines.append("[%s] NOTICE[900] chan_sip.c: Registration from '<sip:1@192.0.2.200>' failed for '%s:5060' - Wrong password"
                         % (stamp, address))
    open("%s/%s" % (sys.argv[1], kind), "w").write("\n".join(lines) + "\n")
END
passed=0 failed=0
for limits in "3 600" "5 60" "2 10" "4 86400"; do
  for kind in sshd asterisk; do
    # shellcheck disable=SC2086
    if $python tests/differential/fail2ban_bans.py /etc/fail2ban $kind $limits "$logs/$kind"; then
      passed=$((passed + 1))
    else
      failed=$((failed + 1))
    fi
  done
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
