#!/usr/bin/python3
# Whom fail2ban's own filter and counters ban, line by line with the clock at the line's own time, against
# `ringfence show filter --bans`: the same addresses, in the same order, at the same times.
import json, logging, os, subprocess, sys

from fail2ban.server.failmanager import FailManagerEmpty
from fail2ban.server.ipdns import DNSUtils
from fail2ban.server.mytime import MyTime
from fail2ban.server.ticket import FailTicket

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from fail2ban_matches import RINGFENCE, canonical, load

DNSUtils.dnsToIp = staticmethod(lambda name: set())


def truth(text, folder, log, retries, window):
    found = load(text, folder, False)
    found.failManager.setMaxRetry(retries)
    found.failManager.setMaxTime(window)
    banned, out = {}, []
    for line in open(log, "rb").read().split(b"\n"):
        line = line.decode("utf-8", "replace").rstrip("\r\n")
        if not line:
            continue
        for _, address, when, fail in found.processLine(line):
            if when is None or banned.get(str(address), 0) > when:
                continue
            MyTime.setTime(when)
            found.failManager.cleanup(when)
            ticket = FailTicket(address, when, data=fail)
            if found.failManager.addFailure(ticket) >= retries:
                try:
                    got = found.failManager.toBan(address)
                except FailManagerEmpty:
                    continue
                banned[str(address)] = when + 600
                out.append([canonical(str(got.getID())), int(when), got.getRetry()])
    MyTime.setTime(None)
    return out


arguments = sys.argv[1:]
folder, text, retries, window = arguments[0], arguments[1], int(arguments[2]), int(arguments[3])
passed = failed = 0
for log in arguments[4:]:
    theirs = truth(text, folder, log, retries, window)
    run = subprocess.run([RINGFENCE, "show", "filter", "--bans", "--config", folder, "--maxretry", str(retries), "--findtime",
                          str(window), text, log], capture_output=True, text=True)
    ours = [[canonical(ban[0]), ban[1], ban[2]] for ban in json.loads(run.stdout)["bans"]]
    print("%s: %d bans" % (os.path.basename(log), len(theirs)))
    same = theirs == ours
    passed += same
    failed += not same
    if not same:
        for number in range(max(len(theirs), len(ours))):
            a, b = theirs[number : number + 1], ours[number : number + 1]
            if a != b:
                print("  ban %d: fail2ban %s, ringfence %s" % (number, a, b))
                break
print("%d passed, %d failed" % (passed, failed))
sys.exit(failed != 0)
