#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Units made of settings that confine, and of mistakes in them: does ringfence give each the exposure that
`systemd-analyze security` does? units_compare.py PROGRAM COUNT [SEED]
PROGRAM prints the exposure in tenths for each unit file named, a line each."""
import os
import random
import re
import subprocess
import sys
import tempfile

FLAGS = ['PrivateDevices', 'PrivateMounts', 'PrivateNetwork', 'PrivateTmp', 'PrivateUsers', 'ProtectControlGroups', 'ProtectKernelModules',
         'ProtectKernelTunables', 'ProtectKernelLogs', 'ProtectClock', 'ProtectHostname', 'LockPersonality', 'MemoryDenyWriteExecute',
         'NoNewPrivileges', 'RemoveIPC', 'RestrictRealtime', 'RestrictSUIDSGID', 'DynamicUser']
BOOL = ['yes', 'no', 'true', 'on', 'off', '1', '0', 'Yes', 'y', 't', 'f', 'maybe', '']
CAPS = ['CAP_SYS_ADMIN', 'CAP_NET_ADMIN', 'cap_setuid', 'CAP_CHOWN', 'CAP_NET_BIND_SERVICE', 'CAP_SYS_PTRACE', 'CAP_KILL', 'CAP_BPF', 'CAP_SYSLOG',
        'CAP_MKNOD', 'CAP_SYS_TIME', 'CAP_NOT_THERE', 'CAP_LEASE', 'CAP_AUDIT_WRITE', 'CAP_DAC_OVERRIDE', 'CAP_SYS_RESOURCE']
CALLS = ['@system-service', '@swap', '@mount', '@privileged', '@resources', '@clock', '@raw-io', '@reboot', '@module', '@debug', '@obsolete', '@basic-io',
         '@chown', '@setuid', '@cpu-emulation', '@network-io', '@known', '@file-system', 'mount', 'ptrace', 'chown', 'read', 'swapon:EPERM', 'nice', '@default']
FAMILIES = ['AF_INET', 'AF_INET6', 'AF_UNIX', 'AF_NETLINK', 'AF_PACKET', 'AF_VSOCK', 'AF_BLUETOOTH']
SPACES = ['user', 'mnt', 'ipc', 'pid', 'net', 'uts', 'cgroup']
NETS = ['any', 'localhost', 'link-local', 'multicast', '192.0.2.0/24', '127.0.0.0/8', '::1/128', '0.0.0.0/0', '::/0', '192.0.2.7', '::1']


def some(r, words, most=4):
    return ' '.join(r.sample(words, r.randint(1, most)))


def turned(r, words, most=4):
    k = r.random()
    if k < 0.08:
        return r.choice(['', '~'])
    return ('~' if k < 0.5 else '') + some(r, words, most)


def setting(r):
    name = r.choice(FLAGS + ['other'] * 14)
    if name != 'other':
        return name + r.choice(['=', ' = ']) + r.choice(BOOL)
    name, value = r.choice([
        ('User', lambda: r.choice(['root', '0', 'nobody', 'daemon', '', 'www-data'])), ('SupplementaryGroups', lambda: r.choice(['adm', 'adm tty', ''])),
        ('ProtectHome', lambda: r.choice(['yes', 'no', 'read-only', 'tmpfs', 'x', ''])), ('ProtectSystem', lambda: r.choice(['yes', 'no', 'full', 'strict', 'x', ''])),
        ('RootDirectory', lambda: r.choice(['/', '/srv/x', ''])), ('CapabilityBoundingSet', lambda: turned(r, CAPS)),
        ('CapabilityBoundingSet', lambda: turned(r, CAPS)), ('AmbientCapabilities', lambda: turned(r, CAPS)), ('UMask', lambda: r.choice(['0077', '022', '007', '0027', '000', '8', ''])),
        ('KeyringMode', lambda: r.choice(['inherit', 'private', 'shared', 'x'])), ('ProtectProc', lambda: r.choice(['noaccess', 'invisible', 'ptraceable', 'default', 'x'])),
        ('ProcSubset', lambda: r.choice(['pid', 'all', 'x'])), ('NotifyAccess', lambda: r.choice(['all', 'main', 'none', 'exec'])),
        ('Delegate', lambda: r.choice(['yes', 'no', 'cpu memory', ''])), ('RestrictNamespaces', lambda: r.choice(['yes', 'no', '~user', turned(r, SPACES), turned(r, SPACES), ''])),
        ('RestrictAddressFamilies', lambda: r.choice(['none', turned(r, FAMILIES), turned(r, FAMILIES), ''])),
        ('SystemCallArchitectures', lambda: r.choice(['native', 'x86-64', 'native x86', ''])), ('SystemCallFilter', lambda: turned(r, CALLS)),
        ('SystemCallFilter', lambda: turned(r, CALLS)), ('IPAddressDeny', lambda: r.choice(['any', 'any', some(r, NETS), ''])),
        ('IPAddressAllow', lambda: r.choice([some(r, NETS, 2), 'localhost', ''])), ('DevicePolicy', lambda: r.choice(['closed', 'strict', 'auto', 'x'])),
        ('DeviceAllow', lambda: r.choice(['/dev/null rw', 'char-rtc r', ''])), ('IPIngressFilterPath', lambda: '/sys/fs/bpf/x')])
    return name + '=' + value()


def unit(r):
    lines = ['[Unit]', 'Description=x']
    if r.random() < 0.15:
        lines.append('DefaultDependencies=' + r.choice(['no', 'yes']))
    lines += ['[Service]', 'ExecStart=/bin/true'] + [setting(r) for _ in range(r.choice([1, 3, 8, 20, 40]))]
    return '\n'.join(lines) + '\n'


def main():
    program, count, seed = sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else '1'
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix='ringfence-units.') as top:
        paths = [os.path.join(top, f'unit{i}.service') for i in range(count)]
        for i, path in enumerate(paths):
            with open(path, 'w', encoding='ascii') as f:
                f.write(unit(random.Random(f'{seed}-{i}')))
        ours = subprocess.run([program, *paths], capture_output=True, text=True, check=True, timeout=60).stdout.split()
        for path, own in zip(paths, ours):
            p = subprocess.run(['systemd-analyze', 'security', '--offline=yes', '--no-pager', path], capture_output=True, text=True, check=False, timeout=60,
                               env={**os.environ, 'LC_ALL': 'C.UTF-8', 'SYSTEMD_LOG_LEVEL': 'crit'})
            found = re.search(r'Overall exposure level for \S+: (\d+)\.(\d)', p.stdout)
            if not found:
                continue
            want = int(found[1]) * 10 + int(found[2])
            good = want == int(own)
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(f'{os.path.basename(path)}: systemd-analyze {want}, ringfence {own}')
                if os.environ.get('SHOW'):
                    print(open(path, encoding='ascii').read())
    print(f'{passed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main() if len(sys.argv) > 2 else __doc__)
