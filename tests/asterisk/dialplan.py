#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which steps a number runs through: `ringfence show calls` against a real Asterisk, over a generated dialplan
of patterns, includes, labels, jumps, subroutines and macros.

dialplan.py ROOT RINGFENCE SEED   in a mount and a network namespace of its own (run.sh makes them)

Each step of interest is a Dial of a technology that does not exist, with a name of its own. The manager starts a
Local channel for each number, and tells by Newexten what ran."""
import os
import random
import socket
import subprocess
import sys
import tempfile

from asterisk_process import Asterisk
from calls import Report, ask

CONTEXTS = 30
NUMBERS_EACH = 12
MANAGER = ('[general]\nenabled = yes\nport = 5038\nbindaddr = 127.0.0.1\ndisplayconnects = no\n'
           '[calls]\nsecret = 5uQp-71kd-Wo2x\ndeny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.1/255.255.255.255\n'
           'read = system,call,dialplan\nwrite = command,originate\n')
# What stands in a pattern.
PARTS = ['X', 'X', 'Z', 'N', 'x', 'n', 'z', '1', '2', '3', '0', '9', '*', '[1-4]', '[2-57]', '[369]', '[0-9]', '[a-c]',
         '-', '[13-5]', '+', 'a']
ENDS = ['', '', '', '.', '!']
DIGITS = '0123456789'


class Plan:
    def __init__(self, rng):
        self.rng, self.steps = rng, 0
        self.names = [f'c{i}' for i in range(CONTEXTS)]

    def step(self):
        self.steps += 1
        return f'Dial(Nope/t/{self.steps}x${{EXTEN}})'

    def extension(self):
        if self.rng.random() < 0.35:
            return ''.join(self.rng.choice(DIGITS[:4]) for _ in range(self.rng.randint(1, 3)))
        text = '_' + ''.join(self.rng.choice(PARTS) for _ in range(self.rng.randint(1, 3))) + self.rng.choice(ENDS)
        return text if text not in ('_-', '_--', '_---') else '_X'

    def jump(self, at):
        """A step that leads on, to contexts further down only, so that nothing runs in circles."""
        there = self.names[self.rng.randint(at + 1, CONTEXTS - 1)] if at + 1 < CONTEXTS else 'end'
        number = ''.join(self.rng.choice(DIGITS[:4]) for _ in range(self.rng.randint(1, 3)))
        return self.rng.choice([
            f'Goto({there},{number},1)', f'Goto({there},${{EXTEN}},1)', f'Goto({there},${{EXTEN:1}},1)',
            f'Goto({there},{number}${{EXTEN:-1}},1)', f'GotoIf($[${{LEN(${{EXTEN}})}} > 2]?{there},${{EXTEN}},1)',
            f'GotoIf($["${{EXTEN:0:1}}" = "1"]?{there},{number},1:{there},${{EXTEN}},1)',
            f'Gosub(sub,s,1({number},${{EXTEN}}))', f'Macro(out,{number},${{EXTEN}})',
            f'Goto({there},{number},2)', f'ExecIf($[${{LEN(${{EXTEN}})}} >= 2]?Goto({there},{number},1))',
            f'Goto({there},${{EXTEN:2}},1)', f'Goto(+{self.rng.randint(1, 2)})',
            f'Set(V=${{EXTEN:1:2}})', 'Dial(Nope/t/v${V})', f'Set(V=$[{number}+1])', 'Hangup()'])

    def context(self, at):
        lines = [f'[{self.names[at]}]']
        for _ in range(self.rng.randint(2, 7)):
            lines.append(f'exten => {self.extension()},{self.rng.choice([1, 1, 1, 1, 1, 1, 2])},{self.step()}')
            for _ in range(self.rng.randint(0, 3)):
                label = self.rng.choice(['', '', '(here)', '(there)'])
                lines.append(f' same => n{label},{self.jump(at) if self.rng.random() < 0.5 else self.step()}')
            if self.rng.random() < 0.2:
                lines.append(f' same => n,{self.rng.choice(["Goto(here)", "GotoIf($[1 = 2]?here:there)"])}')
                lines[-1] = lines[-1] if not any('(here)' in i or '(there)' in i for i in lines) else ' same => n,NoOp()'
        # Only contexts further down, as with jumps.
        for _ in range(self.rng.choice([0, 1, 1, 2]) if at + 1 < CONTEXTS else 0):
            lines.append(f'include => {self.rng.choice(self.names[at + 1:])}')
        return lines

    def text(self):
        lines = ['[general]', 'static=yes', '[sub]', f'exten => s,1,{self.step()}a${{ARG1}}b${{ARG2}}'.replace(')a', 'a')
                 .replace('ARG2}', 'ARG2})'), ' same => n,Return()', '[macro-out]', 'exten => s,1,Dial(Nope/t/m${ARG1}n'
                 '${ARG2}o${MACRO_EXTEN})', '[end]', f'exten => _X.,1,{self.step()}']
        for at in range(CONTEXTS):
            lines += self.context(at)
        return '\n'.join(lines) + '\n'

    def number(self):
        pool = DIGITS[:5] * 3 + DIGITS + '*+abcx-'
        return ''.join(self.rng.choice(pool) for _ in range(self.rng.randint(1, 4)))


def write_files(etc, plan):
    os.mkdir(etc)
    with open(os.path.join(etc, 'extensions.conf'), 'w', encoding='utf-8') as file:
        file.write(plan.text())
    with open(os.path.join(etc, 'manager.conf'), 'w', encoding='utf-8') as file:
        file.write(MANAGER)
    with open(os.path.join(etc, 'sip.conf'), 'w', encoding='utf-8') as file:
        file.write('[general]\nallowguest=no\nudpbindaddr=127.0.0.1\n')
        for name in plan.names:
            file.write(f'[u-{name}]\ntype=friend\nhost=dynamic\ncontext={name}\n')


class Watcher:
    """The manager: starts a call, and tells the targets of Dial that ran."""

    def __init__(self):
        self.link = socket.create_connection(('127.0.0.1', 5038), timeout=20)
        self.link.sendall(b'Action: Login\r\nUsername: calls\r\nSecret: 5uQp-71kd-Wo2x\r\n\r\n')
        self.rest, self.count = b'', 0

    def messages(self):
        while True:
            while b'\r\n\r\n' in self.rest:
                text, self.rest = self.rest.split(b'\r\n\r\n', 1)
                yield dict(line.split(': ', 1) for line in text.decode('latin1').split('\r\n') if ': ' in line)
            data = self.link.recv(65536)
            if not data:
                return
            self.rest += data

    def run(self, number, context):
        self.count += 1
        self.link.sendall((f'Action: Originate\r\nChannel: Local/{number}@{context}/n\r\nApplication: NoOp\r\n'
                           f'Async: true\r\nTimeout: 5000\r\nActionID: {self.count}\r\n\r\n').encode())
        ran, is_answered, is_gone = [], False, False
        for message in self.messages():
            event, ours = message.get('Event'), message.get('Channel', '').startswith(f'Local/{number}@{context}-')
            # After the call Asterisk looks for "h", which patterns may take too: no caller gets that far.
            if event == 'Newexten' and message.get('Application') == 'Dial' and message.get('Extension') != 'h':
                ran.append(message['AppData'])
            is_answered |= event == 'OriginateResponse' and message.get('ActionID') == str(self.count)
            is_gone |= event == 'Hangup' and ours and message['Channel'].endswith(';2')
            if is_answered and is_gone:
                return ran
        raise ConnectionError(f'the manager hung up at {number} in {context}')


def main():
    root, ringfence, seed = sys.argv[1], os.path.abspath(sys.argv[2]), int(sys.argv[3])
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    plan, report = Plan(random.Random(seed)), Report()
    with tempfile.TemporaryDirectory() as work:
        etc = os.path.join(work, 'etc')
        write_files(etc, plan)
        tries = [(name, plan.number()) for name in plan.names for _ in range(NUMBERS_EACH)]
        specs = [{'driver': 'sip', 'addr': '203.0.113.9', 'user': f'u-{name}', 'number': number} for name, number in tries]
        verdicts = ask(ringfence, etc, specs)
        with Asterisk(root, etc, 'sip') as asterisk:
            watcher = Watcher()
            for (name, number), verdict in zip(tries, verdicts):
                try:
                    ran = sorted(set(watcher.run(number, name)))
                except OSError:
                    print(asterisk.log()[-2000:])
                    raise
                told = sorted(set(verdict['dials']))
                report.check(ran == told, f'seed {seed}, {number} in {name}: ringfence {told}, Asterisk {ran}')
        if os.environ.get('KEEP'):
            subprocess.run(['cp', '-r', etc, os.environ['KEEP']], check=True)
    print(f'{report.passed} passed, {report.failed} failed')
    return 1 if report.failed else 0


if __name__ == '__main__':
    sys.exit(main())
