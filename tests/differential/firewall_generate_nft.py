# SPDX-License-Identifier: Apache-2.0
"""Random rulesets of nftables' text."""

NETS4 = ['192.0.2.0/24', '192.0.2.128/25', '192.0.2.77', '198.51.100.0/24', '198.51.100.64/26', '203.0.113.9',
         '203.0.113.0/28', '10.0.0.0/8', '10.20.0.0/16', '172.16.0.0/12', '192.168.1.0/24', '100.64.0.0/10']


class Nft:
    def __init__(self, rng):
        self.r = rng
        self.chains = ['c%d' % i for i in range(rng.randrange(0, 5))]
        self.remembers = rng.random() < 0.1

    def ne(self, p=0.15):
        return '!= ' if self.r.random() < p else ''

    def addrs(self):
        r, q = self.r, self.r.random()
        if q < 0.35:
            return r.choice(NETS4)
        if q < 0.5:
            return r.choice(['192.0.2.70-192.0.2.90', '198.51.100.1-198.51.100.200'])
        if q < 0.6:
            return r.choice(['$phones', '$one'])
        if q < 0.8:
            return '{ %s }' % ', '.join(r.sample(['192.0.2.0/26', '192.0.2.77', '198.51.100.64/26', '203.0.113.9', '10.0.0.0/8',
                                                  '172.16.0.1-172.16.0.99', '192.168.1.0/24'], r.randrange(1, 5)))
        return r.choice(['@nets', '@hosts', '@none'])

    def ports(self):
        r, q = self.r, self.r.random()
        if q < 0.5:
            return r.choice(['22', 'ssh', '5060', 'https', '80', '3306', '$web'])
        if q < 0.7:
            return r.choice(['5060-5061', '10000-20000', '1024-65535'])
        if q < 0.9:
            return '{ %s }' % ', '.join(r.sample(['22', '53', '80', '443', '5060-5061', '10000-20000', '3306', '2222'], r.randrange(1, 5)))
        return '@ports'

    def tcp(self):
        r = self.r
        return r.choice([
            lambda: 'tcp dport %s%s' % (self.ne(), self.ports()),
            lambda: 'tcp dport %s%s' % (self.ne(), self.ports()),
            lambda: 'tcp flags %s' % r.choice(
                ['syn', '& (fin|syn|rst|ack) == syn', 'syn / fin,syn,rst,ack', '! syn', '== syn', '!= syn', '{ syn, ack }',
                 '& (fin|syn) == fin|syn', 'fin,psh,urg / fin,syn,rst,psh,ack,urg', '& (fin|syn|rst|psh|ack|urg) < fin',
                 '& (syn|ack) != syn', '{ syn, syn|ack }', 'syn,ack', '!= { fin, syn }', '& syn != 0', '== 0x0', '& (fin|syn|rst|psh|ack|urg) == 0x0']),
            lambda: 'tcp sport %s%s' % (self.ne(), r.choice(['40000', '1024-65535', '53', '< 1024', '>= 1024'])),
            lambda: 'tcp dport %s %d' % (r.choice(['<', '>', '<=', '>=']), r.choice([22, 1024, 5060, 1])),
            lambda: 'tcp dport & 1 == %d' % r.randrange(2)])()

    def udp(self):
        r = self.r
        return r.choice([
            lambda: 'udp dport %s%s' % (self.ne(), self.ports()),
            lambda: 'udp sport %s' % r.choice(['40000', '53', '!= 40000', '1024-65535']),
            lambda: r.choice(['udp dport 5060', 'udp dport != 22']) if r.random() < 0.8 else 'udp length %s' % r.choice(['9', '< 20', '8-12', '> 100'])])()

    def other(self):
        r = self.r
        return r.choice([
            lambda: 'meta l4proto %s%s' % (self.ne(), r.choice(['tcp', 'udp', '{ tcp, udp }', 'icmp', '47', '{ icmp, ipv6-icmp }'])),
            lambda: 'ip protocol %s' % r.choice(['tcp', 'icmp', '{ icmp, igmp }', '!= udp'] + (['vmap { tcp : continue, udp : return }'] if r.random() < 0.1 else [])),
            lambda: 'icmp type %s' % r.choice(['echo-request', '{ echo-request, echo-reply }', '!= echo-request', 'timestamp-request']),
            lambda: 'icmp code %s' % r.choice(['0', '!= 0', '1']),
            lambda: 'icmp type . icmp code { echo-request . 0, timestamp-request . 0 }',
            lambda: 'th dport %s%s' % (self.ne(), self.ports()) if r.random() < 0.3 else
                    'meta l4proto { tcp, udp } th dport %s%s' % (self.ne(), self.ports()),
            lambda: 'sctp dport %s' % self.ports()])()

    def match(self):
        r, out = self.r, []
        for chance, make in (
                (0.4, lambda: 'ip saddr %s%s' % (self.ne(), self.addrs())),
                (0.1, lambda: 'ip daddr %s%s' % (self.ne(), r.choice(['192.0.2.10', '192.0.2.0/28', '127.0.0.0/8', '{ 192.0.2.1-192.0.2.20, 127.0.0.1 }']))),
                (0.2, lambda: '%s %s%s' % (r.choice(['iifname', 'iifname', 'meta iifname']), self.ne(),
                                           r.choice(['"eth0"', '"eth1"', '"lo"', '"eth*"', '{ "eth0", "lo" }', 'wlan0', '{ "eth*", "lo" }']))),
                (0.04, lambda: 'iif %s%s' % (self.ne(), r.choice(['lo', 'eth0', '{ lo, eth1 }']))),
                (0.5, lambda: r.choice([self.tcp, self.udp, self.other])()),
                (0.2, lambda: 'ct state %s' % r.choice(
                    ['new', 'established,related', 'invalid', '{ new, untracked }', '!= established', '!= { established, related }', 'new,untracked',
                     'established', '{ invalid }', 'untracked', '! invalid', '& (new|untracked) != 0', '& new == new', '!= new,established'])),
                (0.03, lambda: 'ct status %s' % r.choice(['dnat', '!= dnat', 'confirmed', '& dnat == dnat', 'expected,seen-reply'])),
                (0.03, lambda: 'ct direction %s' % r.choice(['original', 'reply', '!= reply'])),
                (0.03, lambda: 'ct mark %s' % r.choice(['0', '1', '!= 0', '& 0x4 == 0x4', '{ 0, 1 }'])),
                (0.02, lambda: 'ct original ip saddr %s%s' % (self.ne(), r.choice(NETS4))),
                (0.02, lambda: 'ct original ip daddr 192.0.2.10'),
                (0.02, lambda: 'ct protocol %s' % r.choice(['tcp', 'udp'])),
                (0.02, lambda: 'ct l3proto ipv4'),
                (0.06, lambda: 'meta mark %s' % r.choice(['1', '!= 0', '& 0x2 == 0x2', '{ 1, 2 }', '0x1-0x3', '< 2', '& 0x3 != 0x1'])),
                (0.05, lambda: 'ip saddr . %s dport %s%s' % (r.choice(['tcp', 'udp']), self.ne(),
                                                             r.choice(['{ 192.0.2.0/24 . 22, 198.51.100.64/26 . 5060-5061, 203.0.113.9 . 80 }', '@pairs']))),
                (0.03, lambda: 'meta l4proto . th dport { tcp . 22, udp . 5060, udp . 10000-20000 }'),
                (0.03, lambda: 'iifname . ip saddr { "eth0" . 203.0.113.9, "eth1" . 192.0.2.77 }'),
                (0.02, lambda: 'meta l4proto . ip saddr . th dport @triples'),
                (0.04, lambda: 'fib daddr %stype %s' % (r.choice(['', '', '. iif ']), r.choice(['local', '!= local', '{ local, broadcast }']))),
                (0.02, lambda: 'fib saddr type %s' % r.choice(['local', '!= local', 'unicast', '{ local, multicast }'])),
                (0.02, lambda: 'fib saddr . iif oif %s' % r.choice(['missing', 'exists', '0', '!= 0'])),
                (0.04, lambda: 'meta pkttype %s' % r.choice(['host', 'broadcast', '{ broadcast, multicast }', 'unicast', '!= host'])),
                (0.04, lambda: 'ip ttl %s' % r.choice(['< 64', '57', '> 100', '<= 57', '!= 57', '{ 57, 64 }', '60-255'])),
                (0.03, lambda: 'meta nfproto %s' % r.choice(['ipv4', 'ipv6', '!= ipv6', '{ ipv4, ipv6 }'])),
                (0.03, lambda: 'meta length %s' % r.choice(['< 60', '40', '29-40', '> 1000'])),
                (0.03, lambda: 'ip length %s' % r.choice(['< 60', '40', '29-40', '!= 29'])),
                (0.03, lambda: 'ip dscp %s' % r.choice(['cs0', '!= cs1', '{ cs0, ef }', 'ef', '< 10', 'be'])),
                (0.02, lambda: 'ip frag-off & 0x1fff %s' % r.choice(['!= 0', '== 0'])),
                (0.02, lambda: 'ip hdrlength %s' % r.choice(['5', '> 5', '!= 5'])),
                (0.003, lambda: 'ip version 4'),
                (0.02, lambda: 'exthdr %s %s' % (r.choice(['hbh', 'frag']), r.choice(['exists', 'missing']))),
                (0.02, lambda: 'meta protocol %s' % r.choice(['ip', 'ip6', '!= ip6', '{ ip, ip6 }'])),
                (0.02, lambda: 'ether saddr %s' % r.choice(['02:00:00:00:00:01', '!= 02:00:00:00:00:01', '{ 02:00:00:00:00:02 }'])),
                (0.02, lambda: 'meta iiftype %s' % r.choice(['loopback', '!= loopback', 'loopback', '!= loopback'] + (['ether'] if r.random() < 0.1 else []))),
                (0.02, lambda: 'meta secpath %s' % r.choice(['exists', 'missing'])),
                (0.02, lambda: 'ip saddr & %s' % r.choice(['255.255.255.0 == 192.0.2.0', '255.255.255.0 == 203.0.113.0', '0.0.0.255 == 0.0.0.9', '255.0.0.0 != 10.0.0.0'])),
                (0.02, lambda: 'ip saddr %s' % r.choice(['< 192.0.2.128', '>= 198.51.100.0', '> 10.0.0.0'])),
                (0.002, lambda: '@nh,96,32 0xcb007109'),
                (0.002, lambda: '@th,16,16 5060'),
                (0.004, lambda: r.choice(['meta day Monday', 'meta hour "08:00"-"17:00"', 'meta random < 1000', 'jhash ip saddr mod 2 0'])),
                (0.004, lambda: r.choice(['socket transparent 1', 'osf name "Linux"', 'ct id 5', 'ct expiration < 1h', 'ct bytes > 100', 'ct label 5'])),
                (0.2 if self.remembers else 0, self.memory)):
            if r.random() < chance:
                out.append(make())
        return out

    def memory(self):
        return self.r.choice(['limit rate 5/second', 'limit rate over 5/second', 'limit rate 10/minute burst 1 packets', 'limit rate over 2/hour burst 3 packets',
                              'ct count over 10', 'ct count over 0', 'ct count 3', 'quota over 1 mbytes', 'quota 1 mbytes', 'quota over 10 bytes',
                              'add @seen { ip saddr }', 'update @seen { ip saddr limit rate 3/second }', 'ip saddr @seen',
                              'meter m%d { ip saddr limit rate over 3/second }' % self.r.randrange(9), 'numgen inc mod 2 0', 'numgen inc mod 3 { 0, 1 }',
                              'limit rate 400 bytes/second', 'limit rate over 1 mbytes/second burst 2 mbytes'])

    def maps(self, deeper):
        r = self.r
        go = ['accept', 'drop', 'continue', 'return'] + ['jump ' + c for c in deeper] + ['goto ' + c for c in deeper]
        text = r.choice(['tcp dport vmap { 22 : %s, 80-443 : %s, 5060 : %s }', 'ct state vmap { new : %s, established : %s, invalid : %s }',
                         'ct state vmap { new : %s, established : %s, related : %s, invalid : drop, untracked : accept }',
                         'ip saddr vmap { 192.0.2.0/24 : %s, 198.51.100.0/24 : %s, 203.0.113.9 : %s }',
                         'ip saddr vmap { 192.0.2.0/24 : %s, 10.0.0.0/8 : %s, * : %s }',
                         'iifname vmap { "eth0" : %s, "lo" : %s, "eth1" : %s }', 'meta l4proto vmap { tcp : %s, udp : %s, icmp : %s }',
                         'meta mark vmap { 0 : %s, 1 : %s, 2 : %s }', 'icmp type vmap { echo-request : %s, echo-reply : %s, timestamp-request : %s }',
                         'meta l4proto . th dport vmap { tcp . 22 : %s, udp . 5060 : %s, udp . 10000-20000 : %s }',
                         'ip saddr . udp dport vmap { 192.0.2.77 . 5060 : %s, 203.0.113.9 . 22 : %s, 10.20.0.5 . 53 : %s }',
                         'tcp flags vmap { syn : %s, ack : %s, syn|ack : %s }', 'ip protocol vmap { tcp : %s, udp : %s, 47 : %s }'])
        return text % tuple(r.choice(go) for _ in range(3))

    def rule(self, deeper):
        r, m = self.r, self.match()
        if r.random() < 0.15:
            m.append(r.choice(['counter', 'log prefix "x y"', 'counter log', 'counter packets 5 bytes 9', 'log group 3', 'log flags all']))
        p = r.random()
        if p < 0.36:
            t = 'accept'
        elif p < 0.58:
            t = r.choice(['drop', 'drop', 'reject', 'reject with icmpx type port-unreachable', 'reject with icmp type host-prohibited'])
        elif p < 0.64:
            t = 'return'
        elif p < 0.73:
            t = r.choice(['meta mark set 1', 'meta mark set 0x2', 'counter', 'continue', 'ct mark set 1', 'ct mark set meta mark', 'meta mark set ct mark',
                          'meta mark set meta mark or 0x4', 'meta mark set meta mark and 0x2', 'mark set 3', 'ip dscp set ef', 'meta priority set 1',
                          'meta mark set mark xor 1'])
        elif p < 0.85:
            t = r.choice([self.maps(deeper), self.maps(deeper), 'ip saddr vmap @verdicts'] + (['tcp dport vmap @jumps'] if deeper is self.chains else []))
        elif deeper:
            t = '%s %s' % (r.choice(['jump', 'jump', 'goto']), r.choice(deeper))
        else:
            t = 'accept'
        if r.random() < 0.05:
            t += ' comment "%s"' % r.choice(['a b', 'drop all', 'x'])
        return ' '.join(m + [t])

    def header(self):
        r = self.r
        return ['define phones = { 198.51.100.0/24, 192.0.2.77 }', 'define one = 203.0.113.9', 'define web = { 80, 443 }', 'table inet t {',
                '\tset nets { type ipv4_addr; flags interval; elements = { %s } }' % ', '.join(r.sample(['192.0.2.0/25', '198.51.100.0/24', '10.0.0.0/8', '203.0.113.9'], 3)),
                '\tset hosts { type ipv4_addr; elements = { 192.0.2.77, 203.0.113.9, 192.168.1.10 } }',
                '\tset none { type ipv4_addr; }', '\tset seen { type ipv4_addr; flags dynamic,timeout; timeout 1m; }',
                '\tset ports { type inet_service; flags interval; elements = { ssh, 5060-5061, 10000-20000 } }',
                '\tset pairs { type ipv4_addr . inet_service; flags interval; elements = { 192.0.2.0/24 . 5060-5061, 203.0.113.9 . 22 } }',
                '\tset triples { typeof meta l4proto . ip saddr . th dport; flags interval; elements = { tcp . 203.0.113.0/24 . 22, udp . 192.0.2.0-192.0.2.99 . 5060 } }',
                '\tmap jumps { type inet_service : verdict; elements = { 22 : accept, 5060 : %s, 80 : drop } }' % (
                    r.choice(['jump ' + self.chains[-1], 'goto ' + self.chains[-1]]) if self.chains else 'drop'),
                '\tmap verdicts { type ipv4_addr : verdict; flags interval; elements = { 192.0.2.0/24 : drop, 10.0.0.0/8 : accept, 203.0.113.9 : return } }']

    def nat(self):
        r = self.r
        text = r.choice(['udp dport %d redirect to :%d', 'tcp dport %d redirect to :%d', 'udp dport %d dnat ip to 192.0.2.10:%d', 'tcp dport %d dnat ip to 192.0.2.10:%d',
                         'tcp dport %d dnat ip to 192.0.2.99:%d', 'ip saddr 192.0.2.0/24 udp dport %d redirect to :%d'])
        return text % (r.choice([80, 443, 5060, 22, 2222]), r.choice([5060, 22, 8088, 5061]))

    def text(self):
        r = self.r
        out = self.header()
        bases = [('i0', 'filter', 'input', r.choice(['filter', '0', '-10', 'filter + 10', 'filter - 1']))]
        if r.random() < 0.3:
            bases.append(('i1', 'filter', 'input', r.choice(['10', '-5', 'mangle', 'security'])))
        if r.random() < 0.25:
            bases.append(('p0', 'filter', 'prerouting', r.choice(['raw', 'mangle', '-100', '-250', '-201', '-199'])))
        for i, c in enumerate(self.chains):
            out += ['\tchain %s {' % c] + ['\t\t' + self.rule(self.chains[i + 1:]) for _ in range(r.randrange(1, 8))] + ['\t}']
        for name, kind, hook, priority in bases:
            out.append('\tchain %s {' % name)
            out.append('\t\ttype %s hook %s priority %s; policy %s;' % (kind, hook, priority, r.choice(['accept', 'accept', 'drop'] if hook == 'prerouting' else ['accept', 'drop'])))
            out += ['\t\t' + self.rule(self.chains) for _ in range(r.randrange(1, 12))]
            if r.random() < 0.3:
                out.append('\t\tip saddr $phones udp dport 5060 accept')
            out.append('\t}')
        if r.random() < 0.2:
            out += ['\tchain raw {', '\t\ttype filter hook prerouting priority raw; policy accept;',
                    '\t\t%s notrack' % ' '.join(self.match()), '\t\tudp dport 53 notrack accept', '\t}']
        if r.random() < 0.2:
            out += ['\tchain natpre {', '\t\ttype nat hook prerouting priority dstnat; policy accept;', '\t\t' + self.nat(), '\t\t' + self.nat(), '\t}']
        out.append('}')
        if r.random() < 0.2:
            out += ['table ip second {', '\tchain in {', '\t\ttype filter hook input priority %s; policy accept;' % r.choice(['-20', '20', 'filter']),
                    '\t\tip saddr %s drop' % r.choice(NETS4), '\t\ttcp dport 3306 drop', '\t}', '}', 'add rule ip second in udp dport 69 drop',
                    'insert rule ip second in ip saddr 192.0.2.1 accept']
        if r.random() < 0.1:
            out += ['table netdev early {', '\tchain in {', '\t\ttype filter hook ingress device eth0 priority 0; policy accept;',
                    '\t\tip saddr %s drop' % r.choice(NETS4), '\t\tudp dport 69 drop', '\t}', '}']
        return '\n'.join(out + [''])

    def ipsets(self):
        return ''
