#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Random firewall rulesets of iptables, ip6tables and nftables, with probes that look at their edges.

firewall_generate.py KIND SEED        KIND: iptables, ip6tables, nft; prints the rules, for looking at
As a module: ruleset(kind, seed) -> text; probes(kind, seed, count) -> list of dicts."""
import random
import sys

NETS4 = ['192.0.2.0/24', '192.0.2.128/25', '192.0.2.77', '198.51.100.0/24', '198.51.100.64/26', '203.0.113.9',
         '203.0.113.0/28', '10.0.0.0/8', '10.20.0.0/16', '172.16.0.0/12', '192.168.1.0/24', '100.64.0.0/10']
NETS6 = ['2001:db8::/32', '2001:db8:9::/48', '2001:db8:9::9', '2001:db8:5:1::/64', 'fd00::/8', 'fe80::/10',
         '2001:db8:77::5']
PORTS = [22, 53, 80, 443, 2222, 3306, 5038, 5060, 5061, 8088, 10000, 20000]
RANGES = [(1, 1023), (5060, 5061), (10000, 20000), (1024, 65535), (8000, 9000), (53, 80)]
IFS = ['eth0', 'eth1', 'lo']


class Iptables:
    def __init__(self, rng, six):
        self.r, self.six = rng, six
        self.nets = NETS6 if six else NETS4
        self.chains = ['C%d' % i for i in range(rng.randrange(0, 6))]

    def neg(self, p=0.15):
        return '! ' if self.r.random() < p else ''

    def ports(self, sep=':'):
        if self.r.random() < 0.7:
            return str(self.r.choice(PORTS))
        a, b = self.r.choice(RANGES)
        return self.r.choice(['%d%s%d' % (a, sep, b)] * 3 + [sep + str(b), str(a) + sep])

    def state(self):
        words = self.r.sample(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED'], self.r.randrange(1, 4))
        return ','.join(words)

    def match(self):
        r, out = self.r, []
        if r.random() < 0.4:
            out.append('%s-s %s' % (self.neg(), r.choice(self.nets)))
        if r.random() < 0.1:
            out.append('%s-d %s' % (self.neg(), '2001:db8:1::10' if self.six else r.choice(['192.0.2.10', '192.0.2.0/28'])))
        if r.random() < 0.25:
            out.append('%s-i %s' % (self.neg(), r.choice(IFS + ['eth+', 'e+', 'wlan0'])))
        p = r.random()
        if p < 0.4:
            proto = r.choice(['tcp', 'udp'])
            out.append('-p %s' % proto)
            q = r.random()
            if q < 0.5:
                out.append('-m %s %s--dport %s' % (proto, self.neg(), self.ports()))
            elif q < 0.6:
                out.append('-m %s %s--sport %s' % (proto, self.neg(), self.r.choice(['40000', '1024:65535', '53', ':1023'])))
            elif q < 0.8:
                a, b = r.choice(RANGES)
                out.append('-m multiport %s--%s %s,%d:%d' % (self.neg(), r.choice(['dports', 'dports', 'ports', 'sports']),
                                                             ','.join(map(str, r.sample(PORTS, 2))), a, b))
            if proto == 'tcp' and r.random() < 0.3:
                out.append('-m tcp ' + self.neg() + r.choice(['--syn', '--tcp-flags SYN,ACK SYN', '--tcp-flags FIN,SYN,RST,ACK SYN',
                                                              '--tcp-flags ALL FIN,PSH,URG', '--tcp-flags ALL NONE']))
        elif p < 0.5:
            if self.six:
                out.append('-p ipv6-icmp -m icmp6 %s--icmpv6-type %s' % (self.neg(), r.choice(['echo-request', '128', '135', '1/4', 'packet-too-big'])))
            else:
                out.append('-p icmp -m icmp %s--icmp-type %s' % (self.neg(), r.choice(['echo-request', '8', '3/4', 'any', 'time-exceeded', '0'])))
        elif p < 0.55:
            out.append('%s-p %s' % (self.neg(), r.choice(['tcp', 'udp', '47', 'esp', 'sctp'])))
        for chance, make in (
                (0.25, lambda: '-m conntrack %s--ctstate %s' % (self.neg(), self.state())),
                (0.08, lambda: '-m state --state %s' % r.choice(['NEW', 'ESTABLISHED,RELATED', 'INVALID'])),
                (0.06, lambda: '-m iprange %s--src-range %s' % (self.neg(), '2001:db8:9::1-2001:db8:9::ff' if self.six else
                                                                 r.choice(['192.0.2.70-192.0.2.90', '198.51.100.1-203.0.113.20']))),
                (0.05, lambda: '-m addrtype %s--%s-type %s' % (self.neg(), r.choice(['dst', 'dst', 'src']), r.choice(['LOCAL', 'UNICAST', 'MULTICAST']))),
                (0.04, lambda: '-m pkttype %s--pkt-type %s' % (self.neg(), r.choice(['unicast', 'broadcast', 'multicast']))),
                (0.04, lambda: '-m mark %s--mark %s' % (self.neg(), r.choice(['0x1', '0x2/0x3', '0x0/0xff']))),
                (0.03, lambda: '-m mac %s--mac-source %s' % (self.neg(), r.choice(['02:00:00:00:00:01', '02:00:00:00:00:99']))),
                (0.03, lambda: '-m length %s--length %s' % (self.neg(), r.choice(['0:60', '100:1500', '29', '40']))),
                (0.02, lambda: ('-m hl --hl-lt 64' if self.six else '-m ttl --ttl-lt 64')),
                (0.03, lambda: '-m comment --comment "%s"' % r.choice(['a b', 'x', 'says \\"so\\"']))):
            if r.random() < chance:
                out.append(make())
        return out

    def rule(self, chain, deeper):
        r, m = self.r, self.match()
        p = r.random()
        if p < 0.34:
            t = '-j ACCEPT'
        elif p < 0.6:
            t = r.choice(['-j DROP', '-j DROP', '-j REJECT'])
        elif p < 0.68:
            t = '-j RETURN'
        elif p < 0.76:
            t = r.choice(['-j MARK --set-xmark 0x1/0xffffffff', '-j MARK --set-xmark 0x2/0x2', '-j LOG --log-prefix "x y"', '',
                          '-j MARK --set-xmark 0x0/0x1'])
        elif deeper:
            t = '-%s %s' % (r.choice('jjjg'), r.choice(deeper))
        else:
            t = '-j ACCEPT'
        return ' '.join(['-A', chain] + m + ([t] if t else []))

    def text(self):
        r = self.r
        out = ['*filter', ':INPUT %s [0:0]' % r.choice(['ACCEPT', 'DROP']), ':FORWARD ACCEPT [0:0]', ':OUTPUT ACCEPT [0:0]']
        out += [':%s - [0:0]' % c for c in self.chains]
        for i, c in enumerate(['INPUT'] + self.chains):
            for _ in range(r.randrange(1, 12)):
                out.append(self.rule(c, self.chains[i:]))
        return '\n'.join(out + ['COMMIT', ''])


class Nft:
    def __init__(self, rng):
        self.r = rng
        self.chains = ['c%d' % i for i in range(rng.randrange(0, 5))]
        self.sets = {}

    def ne(self, p=0.15):
        return '!= ' if self.r.random() < p else ''

    def addrs(self):
        r = self.r
        q = r.random()
        if q < 0.4:
            return r.choice(NETS4)
        if q < 0.6:
            return r.choice(['192.0.2.70-192.0.2.90', '198.51.100.1-198.51.100.200'])
        if q < 0.8:
            return '{ %s }' % ', '.join(r.sample(['192.0.2.0/26', '192.0.2.77', '198.51.100.64/26', '203.0.113.9', '10.0.0.0/8',
                                                  '172.16.0.1-172.16.0.99', '192.168.1.0/24'], r.randrange(1, 5)))
        return r.choice(['@nets', '@hosts'])

    def ports(self):
        r = self.r
        q = r.random()
        if q < 0.5:
            return r.choice(['22', 'ssh', '5060', 'https', '80', '3306'])
        if q < 0.7:
            return r.choice(['5060-5061', '10000-20000', '1024-65535'])
        if q < 0.9:
            return '{ %s }' % ', '.join(r.sample(['22', '53', '80', '443', '5060-5061', '10000-20000', '3306', '2222'], r.randrange(1, 5)))
        return '@ports'

    def match(self):
        r, out = self.r, []
        tcp = [lambda: 'tcp dport %s%s' % (self.ne(), self.ports()),
               lambda: 'tcp flags %s' % r.choice(['syn', '& (fin|syn|rst|ack) == syn', 'syn / fin,syn,rst,ack', '! syn', '== syn', '!= syn',
                                                 '{ syn, ack }', '& (fin|syn) == fin|syn', 'fin,psh,urg / fin,syn,rst,psh,ack,urg']),
               lambda: 'tcp sport %s%s' % (self.ne(), r.choice(['40000', '1024-65535', '53']))]
        udp = [lambda: 'udp dport %s%s' % (self.ne(), self.ports()), lambda: 'udp sport %s' % r.choice(['40000', '53'])]
        other = [lambda: 'meta l4proto %s%s' % (self.ne(), r.choice(['tcp', 'udp', '{ tcp, udp }', 'icmp', '47'])),
                 lambda: 'ip protocol %s' % r.choice(['tcp', 'icmp', '{ icmp, igmp }']),
                 lambda: 'icmp type %s' % r.choice(['echo-request', '{ echo-request, echo-reply }', '!= echo-request']),
                 lambda: 'th dport %s' % self.ports()]
        for chance, make in (
                (0.4, lambda: 'ip saddr %s%s' % (self.ne(), self.addrs())),
                (0.1, lambda: 'ip daddr %s%s' % (self.ne(), r.choice(['192.0.2.10', '192.0.2.0/28', '127.0.0.0/8']))),
                (0.2, lambda: '%s %s%s' % (r.choice(['iifname', 'iifname', 'meta iifname']), self.ne(),
                                           r.choice(['"eth0"', '"eth1"', '"lo"', '"eth*"', '{ "eth0", "lo" }', 'wlan0']))),
                (0.5, lambda: r.choice(r.choice([tcp, udp, other]))()),
                (0.2, lambda: 'ct state %s' % r.choice(['new', 'established,related', 'invalid', '{ new, untracked }', '!= established',
                                                        '!= { established, related }', 'new,untracked', 'established'])),
                (0.06, lambda: 'meta mark %s' % r.choice(['1', '!= 0', '& 0x2 == 0x2', '{ 1, 2 }'])),
                (0.04, lambda: 'ip saddr . %s dport { 192.0.2.0/24 . 22, 198.51.100.64/26 . 5060-5061, 203.0.113.9 . 80 }' % r.choice(['tcp', 'udp'])),
                (0.04, lambda: 'fib daddr type %s' % r.choice(['local', '!= local', '{ local, broadcast }'])),
                (0.04, lambda: 'meta pkttype %s' % r.choice(['host', 'broadcast', '{ broadcast, multicast }'])),
                (0.03, lambda: 'ip ttl %s' % r.choice(['< 64', '57', '> 100', '<= 57', '!= 57'])),
                (0.03, lambda: 'meta nfproto %s' % r.choice(['ipv4', 'ipv6'])),
                (0.03, lambda: 'ip saddr & 255.255.255.0 == %s' % r.choice(['192.0.2.0', '203.0.113.0']))):
            if r.random() < chance:
                out.append(make())
        return out

    def rule(self, deeper):
        r, m = self.r, self.match()
        if r.random() < 0.15:
            m.append(r.choice(['counter', 'log prefix "x y"', 'counter log']))
        p = r.random()
        if p < 0.36:
            t = 'accept'
        elif p < 0.6:
            t = r.choice(['drop', 'drop', 'reject', 'reject with icmpx type port-unreachable'])
        elif p < 0.66:
            t = 'return'
        elif p < 0.73:
            t = r.choice(['meta mark set 1', 'meta mark set 0x2', 'counter', 'continue'])
        elif p < 0.85:
            go = ['accept', 'drop', 'continue', 'return'] + ['jump ' + c for c in deeper] + ['goto ' + c for c in deeper]
            t = r.choice(['tcp dport vmap { 22 : %s, 80-443 : %s, 5060 : %s }', 'ct state vmap { new : %s, established : %s, invalid : %s }',
                          'ip saddr vmap { 192.0.2.0/24 : %s, 198.51.100.0/24 : %s, 203.0.113.9 : %s }',
                          'iifname vmap { "eth0" : %s, "lo" : %s, "eth1" : %s }',
                          'ip saddr . udp dport vmap { 192.0.2.77 . 5060 : %s, 203.0.113.9 . 22 : %s, 10.20.0.5 . 53 : %s }']) \
                % tuple(r.choice(go) for _ in range(3))
        elif deeper:
            t = '%s %s' % (r.choice(['jump', 'jump', 'goto']), r.choice(deeper))
        else:
            t = 'accept'
        return ' '.join(m + [t])

    def text(self):
        r = self.r
        out = ['define phones = { 198.51.100.0/24, 192.0.2.77 }', 'table inet t {',
               '\tset nets { type ipv4_addr; flags interval; elements = { %s } }' % ', '.join(r.sample(['192.0.2.0/25', '198.51.100.0/24', '10.0.0.0/8', '203.0.113.9'], 3)),
               '\tset hosts { type ipv4_addr; elements = { 192.0.2.77, 203.0.113.9, 192.168.1.10 } }',
               '\tset ports { type inet_service; flags interval; elements = { ssh, 5060-5061, 10000-20000 } }']
        bases = [('i0', 'input', r.choice(['filter', '0', '-10', 'filter + 10']))]
        if r.random() < 0.3:
            bases.append(('i1', 'input', r.choice(['10', '-5', 'mangle', 'security'])))
        if r.random() < 0.25:
            bases.append(('p0', 'prerouting', r.choice(['raw', 'mangle', '-100', '-250'])))
        for i, c in enumerate(self.chains):
            out.append('\tchain %s {' % c)
            out += ['\t\t' + self.rule(self.chains[i + 1:]) for _ in range(r.randrange(1, 8))]
            out.append('\t}')
        for name, hook, priority in bases:
            out.append('\tchain %s {' % name)
            out.append('\t\ttype filter hook %s priority %s; policy %s;' % (hook, priority, r.choice(['accept', 'drop', 'accept'] if hook == 'prerouting' else ['accept', 'drop'])))
            out += ['\t\t' + self.rule(self.chains) for _ in range(r.randrange(1, 12))]
            if r.random() < 0.3:
                out.append('\t\tip saddr $phones udp dport 5060 accept')
            out.append('\t}')
        return '\n'.join(out + ['}', ''])


def ruleset(kind, seed):
    rng = random.Random('%s %d rules' % (kind, seed))
    return Nft(rng).text() if kind == 'nft' else Iptables(rng, kind == 'ip6tables').text()


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
        out.append(p)
    return out


if __name__ == '__main__':
    print(ruleset(sys.argv[1], int(sys.argv[2])), end='')
