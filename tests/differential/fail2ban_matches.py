#!/usr/bin/python3
# Compares what fail2ban's filters find in logs with `ringfence show filter`: the lines counted as fail2ban-regex counts
# them, and each failure (line, address, time) as a running fail2ban finds it.
import ipaddress, json, logging, os, subprocess, sys

from fail2ban.client.filterreader import FilterReader
from fail2ban.helpers import extractOptions
from fail2ban.server.filter import Filter
from fail2ban.server.ipdns import DNSUtils

logging.getLogger("fail2ban").setLevel(logging.CRITICAL + 1)
# Names are not looked up, but told: neither side knows the answer.
DNSUtils.dnsToIp = staticmethod(lambda name: {name})
RINGFENCE = os.environ.get("RINGFENCE", "build/release/ringfence")


def load(text, folder, every):
    name, options = extractOptions(text)
    reader = FilterReader(name, "a-jail", options, share_config={}, basedir=folder)
    if not reader.read():
        raise ValueError("no filter " + text)
    reader.applyAutoOptions("auto")
    reader.getOptions(None)
    found = Filter(None)
    found.checkFindTime = False
    found.checkAllRegex = every
    found.ignorePending = not every
    for command in reader.convert():
        values = command[3] if command[0] == "multi-set" else command[3:]
        for value in values:
            if command[2] == "addfailregex":
                found.addFailRegex(value)
            elif command[2] == "addignoreregex":
                found.addIgnoreRegex(value)
            elif command[2] == "prefregex":
                found.prefRegex = value
            elif command[2] == "datepattern":
                found.setDatePattern(value)
            elif command[2] == "maxlines":
                found.setMaxLines(int(value))
            elif command[2] == "usedns":
                found.setUseDns(value)
    return found


def truth(text, folder, log, every):
    found = load(text, folder, every)
    counts, failures, ignored = {"matched": 0, "ignored": 0, "missed": 0}, [], [False]
    found.onIgnoreRegex = lambda *_: ignored.__setitem__(0, True)
    for number, line in enumerate(open(log, "rb").read().split(b"\n"), 1):
        line = line.decode("utf-8", "replace").rstrip("\r\n")
        if not line or line.startswith("#"):
            continue
        ignored[0] = False
        rows = found.processLine(line)
        good = [row for row in rows if not (every and row[3].get("nofail"))]
        if ignored[0] or len(good) < len(rows):
            counts["ignored"] += 1
        elif good:
            counts["matched"] += 1
        else:
            counts["missed"] += 1
        failures += [[number, str(row[1]) if row[1] is not None else "", int(row[2] or 0)] for row in good]
    return counts, failures


def answer(text, folder, log, every):
    command = [RINGFENCE, "show", "filter", "--failures", "--config", folder] + (["--all"] if every else []) + [text, log]
    run = subprocess.run(command, capture_output=True, text=True)
    try:
        return json.loads(run.stdout)
    except json.JSONDecodeError:
        return {"error": run.stderr.strip() or run.stdout[-200:]}


def canonical(address):
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return address.lower()


def compare(text, folder, log, every):
    counts, failures = truth(text, folder, log, every)
    mine = answer(text, folder, log, every)
    if "error" in mine:
        return 0, [mine["error"]]
    differ = ["%s: fail2ban %d, ringfence %d" % (key, counts[key], mine[key]) for key in counts if counts[key] != mine[key]]
    # Without a date a running fail2ban takes the present: only that there is one counts.
    theirs = sorted((line, canonical(address), when) for line, address, when in failures)
    ours = sorted((line, canonical(address), when) for line, address, when in mine["failures"])
    known = {(line, address) for line, address, when in theirs if when == 0}
    ours = [(line, address, 0 if (line, address) in known else when) for line, address, when in ours]
    differ += ["only fail2ban: %s" % (row,) for row in theirs if row not in ours][:3]
    differ += ["only ringfence: %s" % (row,) for row in ours if row not in theirs][:3]
    return sum(counts.values()), differ


def main():
    folder, filters, logs = sys.argv[1], sys.argv[2].split(";"), sys.argv[3:]
    passed = failed = lines = 0
    for log in logs:
        for text in filters:
            for every in (False, True):
                count, differ = compare(text, folder, log, every)
                lines += count
                passed += not differ
                failed += bool(differ)
                for line in differ[:6]:
                    print("%s %s%s: %s" % (os.path.basename(log), text, " (all)" if every else "", line))
    print("%d lines" % lines)
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
