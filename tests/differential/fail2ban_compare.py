#!/usr/bin/python3
# Compares what fail2ban makes of its configuration (as `fail2ban-client -d` prints it) with `ringfence show fail2ban` over folders of configurations.
import json, logging, os, subprocess, sys

from fail2ban.client.configurator import Configurator
from fail2ban.version import version as fail2ban_version

logging.getLogger("fail2ban").setLevel(logging.CRITICAL + 1)


def truth(folder):
    """What `fail2ban-client -c FOLDER -d` does, without a process for each."""
    configurator = Configurator(force_enable=False)
    configurator.setBaseDir(folder)
    try:
        configurator.Reload()
        configurator.readAll()
        configurator.getOptions(None, {})
        configurator.convertToProtocol(allow_no_files=True)
        return 0, configurator.getConfigStream(), ""
    except Exception as error:
        return 1, [], str(error)


def answer(folder, version):
    run = subprocess.run([os.environ.get("RINGFENCE", "build/release/ringfence"), "show", "fail2ban", "--fail2ban", version,
                          folder], capture_output=True, text=True)
    try:
        return run.returncode, json.loads(run.stdout)
    except json.JSONDecodeError:
        return run.returncode, None


def settle(commands):
    """Without what is not a jail's; files of a glob in one order; the words of an error left out."""
    out, files = [], []
    for command in commands:
        if command[0] == "config-error":
            words = command[1].split("'")
            command = ["config-error", words[1] if len(command) == 2 else command[1]]
        if command[0] in ("start",) or (command[0] == "set" and len(command) == 3):
            continue
        if len(command) > 2 and command[2] == "addlogpath":
            files.append(command)
            continue
        out += sorted(files) + [command]
        files = []
    return out + sorted(files)


def compare(folder, version):
    status, commands, said = truth(folder)
    ours, result = answer(folder, version)
    if result is None:
        return 0, ["no answer, exit status %d" % ours]
    if (status != 0) != ("refused" in result):
        return 0, ["fail2ban: %s; ringfence: %s" % (said.strip().splitlines()[-1:] if status else "takes it",
                                                   result.get("refused", "takes it"))]
    if status:
        return 1, []
    theirs, mine = settle(commands), settle(result["commands"])
    differ = []
    for number in range(max(len(theirs), len(mine))):
        a = theirs[number] if number < len(theirs) else None
        b = mine[number] if number < len(mine) else None
        if a != b:
            differ.append("fail2ban  %s\n    ringfence %s" % (a, b))
    return len(theirs), differ


def main():
    agree = differ = 0
    for folder in sys.argv[1:]:
        count, lines = compare(folder, fail2ban_version)
        agree += count - min(count, len(lines))
        differ += len(lines)
        for line in lines[:2]:
            print("%s: %s" % (folder, line[:700]))
    print("%d agree, %d differ" % (agree, differ))
    sys.exit(differ != 0)


main()
