#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What ringfence says of callers and numbers, against a real Asterisk that has loaded the same files.

calls.py ROOT RINGFENCE CASE...   in a mount and a network namespace of its own (run.sh makes them)

For each case every address tries every user, without and with passwords: what `ringfence show calls`
says must happen, happens, and the numbers that it says reach the trunk are those that the trunk is
called with. Then `ringfence audit`: each number that DIAL-001 names reaches the trunk, and where
DIAL-001 passes nothing did without a password."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from asterisk_process import Asterisk
from sip_client import Caller, Trunk

SERVER = '192.0.2.1'
TRUNK = '198.51.100.20'
# A stranger, a phone of the house, the carrier from the usual port and from another.
SOURCES = [('203.0.113.66', 5060), ('192.0.2.50', 5060), ('198.51.100.30', 5060), ('198.51.100.30', 5070)]
# As many as one `show calls` takes.
SPECS = 60


def read_case(folder):
    """Users with their passwords, numbers and addresses of the file `calls`."""
    users, numbers, sources = {}, [], []
    with open(os.path.join(folder, 'calls'), encoding='utf-8') as file:
        for line in file:
            words = line.split('#')[0].split()
            if words[:1] == ['user']:
                users[words[1]] = words[2] if len(words) > 2 else None
            elif words[:1] == ['number']:
                numbers.append(words[1])
            elif words[:1] == ['from']:
                sources.append((words[1], int(words[2])))
    return users, numbers, sources or SOURCES


def ask(ringfence, etc, specs):
    """The verdicts of `show calls`, one for each of SPECS."""
    verdicts = []
    for i in range(0, len(specs), SPECS):
        command = [ringfence, 'show', 'calls', '--json', etc]
        for spec in specs[i:i + SPECS]:
            command += ['-C', ','.join(f'{k}={v}' for k, v in spec.items())]
        out = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
        verdicts += [json.loads(line) for line in out.splitlines()]
    return verdicts


def trunk_numbers(dials):
    """The numbers that reach the trunk by these targets of Dial."""
    numbers = []
    for target in dials:
        for pattern in (r'^(?:PJ)?SIP/(?:trunk)/sip:([^@]*)@', r'^(?:PJ)?SIP/trunk/(.+)$',
                        r'^(?:PJ)?SIP/(.+)@trunk$', rf'^SIP/(.+)@{re.escape(TRUNK)}$'):
            found = re.match(pattern, target)
            if found:
                numbers.append(found.group(1))
                break
    return sorted(numbers)


def was_let_in(codes, method):
    """By the codes that came back: not asked, not sent away at the door."""
    if method == 'REGISTER':
        return 200 in codes
    return bool(codes) and codes[0] not in (500, 503) and not set(codes) & {401, 403, 407}


class Report:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good, text):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f'  {text}', flush=True)


def try_all(case, etc, ringfence, driver, method, callers, trunk, report):
    """Every address, user and number; the calls that reached the trunk without a password."""
    users, numbers, sources = read_case(case)
    specs = [{'driver': driver, 'addr': address, 'port': port, 'user': user, 'domain': SERVER,
              'number': number, 'method': method.lower()}
             for address, port in sources for user in users
             for number in (numbers if method == 'INVITE' else ['-'])]
    open_calls = []
    for spec, verdict in zip(specs, ask(ringfence, etc, specs)):
        caller = callers[(spec['addr'], spec['port'])]
        user, outcome = spec['user'], verdict['outcome']
        tries = [('no password', None, outcome == 'open')]
        if outcome != 'open':
            tries.append(('a wrong password', 'n0t-it', False))
            if users[user]:
                tries.append(('the password', users[user], outcome == 'challenged'))
        for text, password, expected in tries:
            trunk.take()
            codes = caller.request(method, user, spec['number'], password)
            name = (f'{os.path.basename(case)}: {method} {user} {spec["number"]} from {spec["addr"]}:'
                    f'{spec["port"]}, {text}')
            report.check(outcome != 'unknown' and was_let_in(codes, method) == expected,
                         f'{name}: ringfence says {outcome} ({verdict["why"]}), Asterisk {codes}')
            if method != 'INVITE':
                continue
            reached = sorted(trunk.take())
            told = trunk_numbers(verdict['dials']) if expected else []
            report.check(reached == told, f'{name}: ringfence says the trunk gets {told}, it got {reached}')
            if reached and password is None:
                open_calls.append((spec, verdict))
    return open_calls


def try_witnesses(case, etc, ringfence, driver, trunk, callers, open_calls, report):
    """DIAL-001 of a whole audit against what was seen."""
    with tempfile.TemporaryDirectory() as work:
        root = os.path.join(work, 'root')
        shutil.copytree(etc, os.path.join(root, 'etc', 'asterisk'))
        subprocess.run([ringfence, 'audit', root, '-o', os.path.join(work, 'out'), '-f', 'json', '--quiet',
                        '--only', 'DIAL-001'], check=False, capture_output=True, timeout=60)
        with open(os.path.join(work, 'out', 'result.json'), encoding='utf-8') as file:
            findings = json.load(file)['findings']
    finding = next(f for f in findings if f['id'] == 'DIAL-001')
    name = os.path.basename(case)
    report.check((finding['status'] == 'fail') == bool(open_calls),
                 f'{name}: DIAL-001 is {finding["status"]}, and {len(open_calls)} calls reached the trunk '
                 'without a password')
    users, _, sources = read_case(case)
    for evidence in finding['evidence']:
        found = re.match(r'dialling (\S+) in context (\S+) places a call', evidence['text'])
        if not found:
            continue
        number, context = found.groups()
        specs = [{'driver': driver, 'addr': a, 'port': p, 'user': u, 'domain': SERVER, 'number': number}
                 for a, p in sources for u in users]
        ways = [s for s, v in zip(specs, ask(ringfence, etc, specs))
                if v['outcome'] == 'open' and v['context'] == context]
        report.check(bool(ways), f'{name}: nobody can try the witness {number} in {context}')
        for spec in ways:
            trunk.take()
            callers[(spec['addr'], spec['port'])].request('INVITE', spec['user'], number)
            report.check(bool(trunk.take()), f'{name}: the witness {number} in {context} by {spec["user"]} '
                         f'from {spec["addr"]} did not reach the trunk')


def try_case(root, ringfence, case, trunk, report):
    with tempfile.TemporaryDirectory() as work:
        etc = os.path.join(work, 'etc')
        shutil.copytree(case, etc)
        driver = 'pjsip' if os.path.exists(os.path.join(etc, 'pjsip.conf')) else 'sip'
        with Asterisk(root, etc, driver) as asterisk:
            callers = {source: Caller(*source, SERVER) for source in SOURCES}
            calls = try_all(case, etc, ringfence, driver, 'INVITE', callers, trunk, report)
            try_witnesses(case, etc, ringfence, driver, trunk, callers, calls, report)
            # Last: who has registered is known by his address from then on.
            try_all(case, etc, ringfence, driver, 'REGISTER', callers, trunk, report)
            if os.environ.get('SHOW_LOG'):
                print(asterisk.log(), flush=True)
            for caller in callers.values():
                caller.close()


def main():
    root, ringfence, cases = sys.argv[1], os.path.abspath(sys.argv[2]), sys.argv[3:]
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    for address in sorted({SERVER, TRUNK} | {a for a, _ in SOURCES}):
        subprocess.run(['ip', 'address', 'add', address + '/32', 'dev', 'lo'], check=True)
    trunk, report = Trunk(TRUNK), Report()
    trunk.start()
    for case in cases:
        before = report.passed, report.failed
        try_case(root, ringfence, case.rstrip('/'), trunk, report)
        print(f'{"ok" if report.failed == before[1] else "FAILED"}: {os.path.basename(case.rstrip("/"))} '
              f'({report.passed - before[0]} compared)', flush=True)
    print(f'{report.passed} passed, {report.failed} failed')
    return 1 if report.failed else 0


if __name__ == '__main__':
    sys.exit(main())
