#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The kernel's own verdict about packets, against ringfence's (root).

firewall_kernel.py KIND FIRST LAST COUNT    rulesets FIRST to LAST of firewall_generate.py, COUNT packets each
firewall_kernel.py KIND FILE... COUNT       the rules of each FILE

A namespace of our own holds the rules; a veth leads to a second one, from where each packet is sent as a frame with
its very addresses. nftables chains before and behind all others note the mark that each packet carries (IPv4
identification, IPv6 flow label); the last one drops, so that every packet is the first of its connection. Rules that
remember are loaded anew for each packet. Ends with "N agree, M differ, U unknown"."""
import ctypes
import ipaddress
import json
import os
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

import firewall_generate

RINGFENCE = os.environ.get('RINGFENCE', 'build/release/ringfence')
NEWNET = 0x40000000
REMEMBERS = re.compile(r'-m (limit|hashlimit|recent|connlimit|statistic|quota|connbytes)\b|-j SET\b|\blimit rate\b|'
                       r'\bct count\b|\bmeter\b|\b(add|update) @|\bquota\b|\bnumgen\b')
# Packets of a ruleset that remembers: each costs a load of the rules.
FRESH_MAX = int(os.environ.get('FRESH_MAX', '10'))

WATCH = '''
table {f} watch {{
  set wire {{ typeof {mark}; size 65536; flags dynamic; }}
  set before {{ typeof {mark}; size 65536; flags dynamic; }}
  set after {{ typeof {mark}; size 65536; flags dynamic; }}
  chain wire {{ type filter hook prerouting priority -2000; add @wire {{ {mark} }}; }}
  chain before {{ type filter hook input priority -2000; add @before {{ {mark} }}; }}
  chain after {{ type filter hook input priority 2000; add @after {{ {mark} }} drop; }}
}}
'''

PROTOCOLS = {'icmp': 1, 'igmp': 2, 'tcp': 6, 'udp': 17, 'gre': 47, 'esp': 50, 'ah': 51, 'icmpv6': 58, 'sctp': 132}


def checksum(data):
    data += b'\0' * (len(data) & 1)
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def crc32c(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
    return crc ^ 0xffffffff


def upper(probe, number, mark):
    """The bytes behind the IP header, and where the checksum stands in them"""
    ports = struct.pack('!HH', probe.get('sport', 40000), probe.get('dport', 5060))
    if number == 6:
        flags = sum(1 << 'FSRPAU'.index(c) for c in probe.get('flags', 'S'))
        return ports + struct.pack('!IIBBHHH', 7 * mark, 0, 0x50, flags, 64240, 0, 0), 16
    if number == 17:
        payload = probe.get('payload', 'x').encode()
        return ports + struct.pack('!HH', 8 + len(payload), 0) + payload, 6
    if number in (1, 58):
        kind = probe.get('itype', 8 if number == 1 else 128)
        return struct.pack('!BBHHH', kind, probe.get('icode', 0), 0, mark & 0xffff, 1) + bytes(8), 2
    if number == 132:
        bare = ports + struct.pack('!II', 0, 0) + struct.pack('!BBHIIHHI', 1, 0, 20, mark, 65535, 1, 1, 1)
        return bare[:8] + struct.pack('<I', crc32c(bare)) + bare[12:], None
    return bytes(16), None


def packet(probe, mark, six):
    src = ipaddress.ip_address(probe.get('src', '2001:db8:9::9' if six else '203.0.113.9')).packed
    dst = ipaddress.ip_address(probe.get('dst', '2001:db8:1::10' if six else '192.0.2.10')).packed
    name = probe.get('proto', 'udp')
    number = PROTOCOLS[name] if name in PROTOCOLS else int(name)
    body, at = upper(probe, number, mark)
    if at is not None:
        pseudo = b'' if number == 1 else src + dst + struct.pack('!IBBBB', len(body), 0, 0, 0, number)
        body = body[:at] + struct.pack('!H', checksum(pseudo + body) or (0xffff if number == 17 else 0)) + body[at + 2:]
    ttl = probe.get('ttl', 57)
    if six:
        return struct.pack('!IHBB', 6 << 28 | mark, len(body), number, ttl) + src + dst + body
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(body), mark, 0x4000, ttl, number, 0) + src + dst
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + body


def run(*command, text=''):
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=60)


def must(*command, text=''):
    done = run(*command, text=text)
    if done.returncode:
        raise RuntimeError('%s: %s' % (' '.join(command), done.stderr.strip()))


class Nft:
    """libnftables, which nft is made of: no process for each command."""

    def __init__(self):
        self.nftables = ctypes.CDLL('libnftables.so.1')
        self.nftables.nft_ctx_new.restype = ctypes.c_void_p
        for name in ('nft_ctx_get_output_buffer', 'nft_ctx_get_error_buffer'):
            getattr(self.nftables, name).restype = ctypes.c_char_p
        self.context = ctypes.c_void_p(self.nftables.nft_ctx_new(0))
        self.nftables.nft_ctx_buffer_output(self.context)
        self.nftables.nft_ctx_buffer_error(self.context)
        self.nftables.nft_ctx_output_set_flags(self.context, 1 << 4)     # NFT_CTX_OUTPUT_JSON

    def run(self, text='', path=None):
        """What is printed, or RuntimeError"""
        failed = self.nftables.nft_run_cmd_from_filename(self.context, path.encode()) if path else \
            self.nftables.nft_run_cmd_from_buffer(self.context, text.encode())
        printed = self.nftables.nft_ctx_get_output_buffer(self.context)
        error = self.nftables.nft_ctx_get_error_buffer(self.context)
        if failed:
            raise RuntimeError('refused: ' + error.decode().strip()[:2000])
        return printed.decode()


class Kernel:
    def __init__(self, six):
        self.six, self.sockets, self.addresses = six, {}, set()
        libc = ctypes.CDLL(None, use_errno=True)
        for self.outside in (True, False):
            if libc.unshare(NEWNET):
                raise OSError(ctypes.get_errno(), 'unshare')
            if self.outside:
                outside = os.open('/proc/self/ns/net', os.O_RDONLY)
        inside = os.open('/proc/self/ns/net', os.O_RDONLY)
        must('ip', 'link', 'set', 'lo', 'up')
        for key in ('all', 'default'):
            for name, value in (('ipv4/conf/%s/rp_filter', '0'), ('ipv4/conf/%s/accept_local', '1'),
                                ('ipv4/conf/%s/route_localnet', '1'), ('ipv6/conf/%s/accept_dad', '0')):
                with open('/proc/sys/net/' + name % key, 'w') as f:
                    f.write(value)
        for number, name in enumerate(('eth0', 'eth1', 'ppp0')):
            holder = subprocess.Popen(['sleep', '60'], preexec_fn=lambda: libc.setns(outside, NEWNET))
            far = 'far%d' % number
            must('ip', 'link', 'add', name, 'type', 'veth', 'peer', 'name', far, 'netns', str(holder.pid))
            must('ip', 'link', 'set', name, 'up')
            own = bytes.fromhex(re.search('ether ([0-9a-f:]+)', run('ip', '-o', 'link', 'show', name).stdout)[1].replace(':', ''))
            libc.setns(outside, NEWNET)
            must('ip', 'link', 'set', far, 'up')
            end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            end.bind((far, 0))
            libc.setns(inside, NEWNET)
            holder.kill()
            holder.wait()
            self.sockets[name] = (end, own + bytes.fromhex('020000000001'))
        end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        end.bind(('lo', 0))
        self.sockets['lo'] = (end, bytes(12))
        if six:
            must('ip', '-6', 'addr', 'add', 'fe80::1/64', 'dev', 'eth0', 'nodad')
            must('ip', '-6', 'route', 'add', 'default', 'dev', 'eth0')
        else:
            must('ip', 'route', 'add', 'default', 'dev', 'eth0', 'scope', 'link')
        time.sleep(0.2)
        self.nft = Nft()
        # Kinds of ipset that this kernel does not have: their sets are left out, and so the rules that name them.
        self.missing = {line.split()[1] for line in firewall_generate.ipsets_all(six).splitlines()
                        if line.startswith('create') and run('ipset', 'restore', text=line + '\n').returncode}
        run('ipset', 'destroy')

    def load(self, kind, path):
        family = 'ip6' if self.six else 'ip'
        self.nft.run('flush ruleset')
        if kind == 'nft':
            self.nft.run(path=path)
        else:
            sets = path + '.ipset'
            if os.path.exists(sets):
                with open(sets) as f:
                    text = ''.join(line for line in f if line.split()[1] not in self.missing)
                with open(sets, 'w') as f:
                    f.write(text)
                # Rules let go of their sets a moment after they are gone: the sets stay.
                must('ipset', '-exist', 'restore', text=text + 'flush empty\n' * ('empty' in text))
            with open(path) as f:
                done = run('ip6tables-nft-restore' if self.six else 'iptables-nft-restore', text=f.read())
            if done.returncode:
                raise RuntimeError('refused: ' + done.stderr.strip()[:400])
        self.nft.run(WATCH.format(f=family, mark='ip6 flowlabel' if self.six else 'ip id'))

    def marks(self):
        """The marks seen on the wire, before the input hook and behind it"""
        found = {'wire': set(), 'before': set(), 'after': set()}
        for item in json.loads(self.nft.run('list table %s watch' % ('ip6' if self.six else 'ip')))['nftables']:
            for element in item.get('set', {}).get('elem', []):
                found[item['set']['name']].add(element if isinstance(element, int) else element['elem']['val'])
        return found

    def send(self, probes):
        frames = []
        for number, probe in enumerate(probes, 1):
            address = probe.get('dst', '2001:db8:1::10' if self.six else '192.0.2.10')
            if address not in self.addresses and not address.startswith('127.'):
                self.addresses.add(address)
                run('ip', *(['-6'] if self.six else []), 'addr', 'add', address + ('/128' if self.six else '/32'), 'dev', 'lo')
            end, head = self.sockets[probe.get('in', 'eth0')]
            frames.append((end, head + (b'\x86\xdd' if self.six else b'\x08\0') + packet(probe, number, self.six)))
        left = list(range(len(frames)))
        for _ in range(5):
            for number in left:
                frames[number][0].send(frames[number][1])
            time.sleep(0.003)
            found = self.marks()
            left = [n for n in left if n + 1 not in found['wire']]
            if not left:
                break
        # The last ones may still be on their way through the hooks.
        time.sleep(0.005)
        found = self.marks()
        wire, before, after = found['wire'], found['before'], found['after']
        return ['lost' if n not in wire else 'accept' if n in after else 'block' if n in before else 'undelivered'
                for n in range(1, len(frames) + 1)]

    def judge(self, kind, path, probes, remembers):
        """The rules of PATH are loaded."""
        if not remembers:
            return self.send(probes)
        verdicts = []
        for number, probe in enumerate(probes):
            if number:
                self.load(kind, path)
            verdicts += self.send([probe])
        return verdicts


def ask_ringfence(kind, path, probes):
    with open(path + '.probes', 'w') as f:
        f.writelines(json.dumps(p) + '\n' for p in probes)
    sets = ['--ipset', path + '.ipset'] if os.path.exists(path + '.ipset') else []
    done = run(RINGFENCE, 'show', 'firewall', '--json', '--rules', path, *sets, *['--ipv6'] * (kind == 'ip6tables'),
               *['--nft'] * (kind == 'nft'), '--probes', path + '.probes')
    if done.returncode:
        return [{'verdict': 'refused', 'why': done.stderr.strip()}] * len(probes)
    return [json.loads(line) for line in done.stdout.splitlines()]


def settle(kernel, kind, path, tally):
    """Blanks the lines that the kernel or its tools refuse: random rules contradict themselves at times."""
    for _ in range(60):
        try:
            kernel.load(kind, path)
            return
        except RuntimeError as error:
            with open(path) as f:
                lines = f.read().split('\n')
            refused = {int(a or b) - 1 for a, b in re.findall(re.escape(path) + r':(\d+):|line:? (\d+)', str(error))}
            refused = {n for n in refused if n < len(lines) and lines[n].strip() not in ('', '}', 'COMMIT') and not lines[n].endswith('{')}
            if not refused:
                raise
            for number in refused:
                if os.environ.get('TELL_REFUSED'):
                    print('refused:', lines[number].strip())
                lines[number] = ''
            tally['lines'] += len(refused)
            with open(path, 'w') as f:
                f.write('\n'.join(lines))


def compare(kernel, kind, path, label, probes, tally):
    with open(path) as f:
        remembers = bool(REMEMBERS.search(f.read()))
    if remembers:
        probes = probes[:FRESH_MAX]
    try:
        settle(kernel, kind, path, tally)
        truth = kernel.judge(kind, path, probes, remembers)
    except RuntimeError as error:
        print('%s: %s' % (label, error), flush=True)
        tally['refused'] += 1
        return
    with open(path) as f:
        lines, told = f.read().split('\n'), set()
    for probe, wanted, got in zip(probes, truth, ask_ringfence(kind, path, probes)):
        if wanted == 'lost':
            tally['lost'] += 1
        elif got['verdict'] == 'unknown':
            tally['unknown'] += 1
            if os.environ.get('TELL_UNKNOWN'):
                number = re.search(r':(\d+)', got['why'])
                print('unknown %s %s %s' % (label, got['why'].replace(path, ''), lines[int(number[1]) - 1].strip() if number else ''), flush=True)
        elif got['verdict'] == wanted:
            tally['agree'] += 1
        else:
            tally['differ'] += 1
            if got['why'] not in told:
                print('%s %s: the kernel says %s, ringfence %s (%s)' % (label, json.dumps(probe), wanted, got['verdict'],
                                                                         got['why'].replace(path, 'line')), flush=True)
                number = re.search(r':(\d+)', got['why'])
                print('    ' + lines[int(number[1]) - 1].strip() if number else '')
            told.add(got['why'])


def main():
    kind, numbers = sys.argv[1], sys.argv[2:]
    six, tally = kind == 'ip6tables', dict.fromkeys(('agree', 'differ', 'unknown', 'refused', 'lost', 'lines'), 0)
    kernel = Kernel(six)
    with tempfile.TemporaryDirectory(prefix='ringfence.') as folder:
        if not numbers[0].isdigit():
            for number, given in enumerate(numbers[:-1]):
                path = '%s/%d' % (folder, number)
                shutil.copyfile(given, path)
                compare(kernel, kind, path, given, firewall_generate.probes(kind, number, int(numbers[-1])), tally)
        else:
            for seed in range(int(numbers[0]), int(numbers[1]) + 1):
                path = '%s/%d' % (folder, seed)
                with open(path, 'w') as f:
                    f.write(firewall_generate.ruleset(kind, seed))
                sets = firewall_generate.ipsets(kind, seed)
                if sets:
                    with open(path + '.ipset', 'w') as f:
                        f.write(sets)
                compare(kernel, kind, path, '%s %d' % (kind, seed), firewall_generate.probes(kind, seed, int(numbers[2])), tally)
    print('%(agree)d agree, %(differ)d differ, %(unknown)d unknown, %(refused)d rulesets refused, %(lost)d lost, %(lines)d lines left out' % tally)
    return tally['differ'] or tally['refused'] or not tally['agree']


if __name__ == '__main__':
    sys.exit(bool(main()))
