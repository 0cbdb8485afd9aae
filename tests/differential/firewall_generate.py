#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random firewall rulesets of iptables, ip6tables and nftables, with probes that look at their edges.

firewall_generate.py KIND SEED        KIND: iptables, ip6tables, nft; prints the rules, for looking at
As a module: ruleset(kind, seed) and ipsets(kind, seed) -> text; probes(kind, seed, count) -> list of dicts."""
import random
import sys

from firewall_generate_iptables import PORTS, SETS4, SETS6, Iptables
from firewall_generate_nft import Nft


def generator(kind, seed):
    rng = random.Random('%s %d rules' % (kind, seed))
    return Nft(rng) if kind == 'nft' else Iptables(rng, kind == 'ip6tables')


def ruleset(kind, seed):
    return generator(kind, seed).text()


def ipsets(kind, seed):
    """What `ipset save` prints of the sets that those rules name; empty without."""
    return generator(kind, seed).ipsets()


def ipsets_all(six):
    return SETS6 if six else SETS4


SOURCES4 = ['192.0.2.1', '192.0.2.77', '192.0.2.127', '192.0.2.128', '192.0.2.200', '198.51.100.1', '198.51.100.63', '198.51.100.64',
            '198.51.100.127', '198.51.100.128', '203.0.113.9', '203.0.113.15', '203.0.113.16', '10.0.0.5', '10.20.0.5', '172.16.0.9',
            '172.31.255.254', '192.168.1.10', '192.168.2.10', '100.64.0.1', '8.8.4.4']
SOURCES6 = ['2001:db8:9::9', '2001:db8:9::1', '2001:db8:9::100', '2001:db8:5:1::7', '2001:db8:77::5', 'fd00::5', 'fe80::77',
            '2001:db7:ffff::1', '2001:db9::1']


def probes(kind, seed, count):
    r = random.Random('%s %d probes' % (kind, seed))
    six, out = kind == 'ip6tables', []
    for _ in range(count):
        p = {'proto': r.choice(['tcp', 'tcp', 'udp', 'udp', 'icmpv6' if six else 'icmp']),
             'dport': r.choice(PORTS + [1, 1023, 1024, 5059, 5062, 9999, 20001, 65535, 4569, 79, 444]), 'src': r.choice(SOURCES6 if six else SOURCES4),
             'in': r.choice(['eth0', 'eth0', 'eth0', 'eth1'])}
        if r.random() < 0.1:
            p.update({'in': 'lo', 'src': '::1', 'dst': '::1'} if six else {'in': 'lo', 'src': '127.0.0.1', 'dst': '127.0.0.1'})
        if r.random() < 0.15:
            p['sport'] = r.choice([53, 1023, 1024, 40000])
        if p['proto'] == 'tcp' and r.random() < 0.2:
            p['flags'] = r.choice(['S', 'SA', 'A', 'FPU', '', 'SF', 'R', 'FA', 'SU', 'AP'])
        if p['proto'].startswith('icmp') and r.random() < 0.4:
            # Errors carry a packet that conntrack looks into: not among these.
            p['itype'] = r.choice([128, 129, 135, 133] if six else [8, 0, 13, 17])
        if r.random() < 0.05:
            p['proto'] = r.choice([47, 50, 132])
        if r.random() < 0.1:
            p['ttl'] = r.choice([1, 56, 58, 64, 128, 255])
        if p['proto'] == 'udp' and r.random() < 0.2:
            p['payload'] = r.choice(['OPTIONS sip:100@192.0.2.10 SIP/2.0\r\nUser-Agent: friendly-scanner\r\n', 'INVITE sip:1 SIP/2.0', 'REGISTER sip:192.0.2.10', 'x' * 200])
        if r.random() < 0.05:
            p['in'] = 'ppp0'
        out.append(p)
    return out


if __name__ == '__main__':
    print(ruleset(sys.argv[1], int(sys.argv[2])), end='')
