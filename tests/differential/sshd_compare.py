#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Asks the real sshd and ringfence for the settings of each case below DIR, and prints where they differ:
sshd_compare.py DIR RINGFENCE

A case is a folder with sshd_config, what it includes, and `connections` (a text for -C a line). It becomes /etc/ssh in
a mount namespace of its own, so nothing outside changes; no port is opened. Where sshd refuses a case and names
a line, ringfence must refuse it at a line that sshd names. Ends with "N passed, N failed", counting views: a case and
a connection, or none."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

SSHD = '/usr/sbin/sshd'
SPARE = '/etc/ssh/spare_host_key'


# $1: the folder that becomes /etc/ssh; $2: where answers go; then a connection each ("": none).
ASK = r'''mount --bind "$1" /etc/ssh || exit 1
out=$2 n=0
shift 2
for c; do
  ask() { %s -T -f /etc/ssh/sshd_config ${c:+-C "$c"} "$@" >"$out/$n" 2>"$out/$n.err"; echo $? >"$out/$n.status"; }
  ask
  # sshd wants one host key that it can read; the case's own may not be there.
  grep -q 'no hostkeys available' "$out/$n.err" && ask -h %s
  n=$((n + 1))
done''' % (SSHD, SPARE)


def ask_sshd(etc, connections):
    """For each connection (status, {name: [values]}, places that sshd complains about)"""
    with tempfile.TemporaryDirectory(prefix='ringfence-answers.') as out:
        subprocess.run(['unshare', '-m', 'sh', '-c', ASK, 'sh', etc, out, *connections], timeout=120, check=True)
        for n in range(len(connections)):
            text = {end: open(f'{out}/{n}{end}', encoding='latin1', newline='').read() for end in ('', '.err', '.status')}
            settings = {}
            for line in text[''].split('\n'):
                name, _, value = line.partition(' ')
                if name and value != SPARE:
                    settings.setdefault(name.lower(), []).append(value)
            lines = [l for l in text['.err'].replace('\r', '').split('\n') if not re.search('Deprecated|Unsupported option', l)]
            found = [re.match(r'(/\S+?):? line (\d+)', l) for l in lines]
            yield int(text['.status']), settings, [(m.group(1), int(m.group(2))) for m in found if m]


def ask_ringfence(program, root, extra):
    p = subprocess.run([program, 'show', 'sshd', '--json', '--root', root, root + '/etc/ssh/sshd_config', *extra],
                       capture_output=True, timeout=60, check=False)
    return p.returncode, json.loads(p.stdout.decode('utf-8', 'replace') or '{}')


def as_utf8(value):
    return re.sub('\ufffd+', '\ufffd', value.encode('latin1').decode('utf-8', 'replace'))


def compare(name, root, sshd, ours):
    status, want, places = sshd
    code, got = ours
    if status:
        error = got.get('error') or {}
        at = ((error.get('file') or '').removeprefix(root), error.get('line'))
        if code != 2:
            return [f'{name}: sshd refuses it, ringfence does not']
        if places and at[1] and at not in places:
            return [f'{name}: sshd refuses it at {places[0]}, ringfence at {at}']
        return []
    if code:
        return [f'{name}: sshd takes it, ringfence does not: {got.get("error")}']
    want = {k: [as_utf8(v) for v in values] for k, values in want.items()}
    got = {k: [re.sub('\ufffd+', '\ufffd', v) for v in values] for k, values in got['settings'].items()}
    return [f'{name}: {k}: sshd {want.get(k)}, ringfence {got.get(k)}' for k in sorted({*want, *got}) if want.get(k) != got.get(k)]


def run_case(name, folder, keys, program):
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix='ringfence-sshd.') as root:
        etc = root + '/etc/ssh'
        shutil.copytree(folder, etc)
        os.makedirs(etc + '/sshd_config.d', exist_ok=True)
        for key in os.listdir(keys):
            shutil.copy2(os.path.join(keys, key), etc)
        connections = ['']
        if os.path.exists(etc + '/connections'):
            with open(etc + '/connections', encoding='ascii') as f:
                connections += f.read().split('\n')[:-1]
        for connection, sshd in zip(connections, ask_sshd(etc, connections)):
            extra = ['-C', connection] if connection else []
            wrong = compare(f'{name} [{connection}]', root, sshd, ask_ringfence(program, root, extra))
            print(*wrong, sep='\n', end='\n' if wrong else '')
            passed, failed = passed + (not wrong), failed + bool(wrong)
    return passed, failed


def main():
    top, program = sys.argv[1], os.path.abspath(sys.argv[2])
    os.makedirs('/run/sshd', exist_ok=True)
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix='ringfence-keys.') as keys:
        os.makedirs(keys + '/etc/ssh')
        subprocess.run(['ssh-keygen', '-A', '-f', keys], check=True, capture_output=True)
        for end in ('', '.pub'):
            shutil.copy2(f'{keys}/etc/ssh/ssh_host_ed25519_key{end}', f'{keys}/etc/ssh/{os.path.basename(SPARE)}{end}')
        for name in sorted(os.listdir(top)):
            if os.path.exists(os.path.join(top, name, 'sshd_config')):
                p, f = run_case(name, os.path.join(top, name), keys + '/etc/ssh', program)
                passed, failed = passed + p, failed + f
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main())
