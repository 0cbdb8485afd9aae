# SPDX-License-Identifier: Apache-2.0
"""Random rulesets of iptables-save and ip6tables-save, all tables, with ipsets."""

NETS4 = ['192.0.2.0/24', '192.0.2.128/25', '192.0.2.77', '198.51.100.0/24', '198.51.100.64/26', '203.0.113.9',
         '203.0.113.0/28', '10.0.0.0/8', '10.20.0.0/16', '172.16.0.0/12', '192.168.1.0/24', '100.64.0.0/10',
         '192.0.2.0/255.255.255.0', '10.0.0.9/255.0.0.255', '0.0.0.0/0']
NETS6 = ['2001:db8::/32', '2001:db8:9::/48', '2001:db8:9::9', '2001:db8:5:1::/64', 'fd00::/8', 'fe80::/10',
         '2001:db8:77::5', '2001:db8::9/ffff:ffff::ffff', '::/0']
PORTS = [22, 53, 80, 443, 2222, 3306, 5038, 5060, 5061, 8088, 10000, 20000]
RANGES = [(1, 1023), (5060, 5061), (10000, 20000), (1024, 65535), (8000, 9000), (53, 80)]
IFS = ['eth0', 'eth1', 'lo']
ICMP4 = ['echo-request', '8', '3/4', 'any', 'time-exceeded', '0', 'destination-unreachable', 'port-unreachable',
         'echo-reply', 'ping', '8/0', '8/1', '13', 'router-advertisement', '255', 'source-quench', 'ttl-exceeded']
ICMP6 = ['echo-request', '128', '135', '1/4', 'packet-too-big', '128/0', '128/1', 'neighbour-solicitation',
         'router-solicitation', 'echo-reply', 'destination-unreachable', 'parameter-problem', '133']

SETS4 = '''create hip hash:ip family inet hashsize 1024 maxelem 65536
add hip 192.0.2.77
add hip 203.0.113.9
add hip 10.20.0.5
create hnet hash:net family inet hashsize 1024 maxelem 65536
add hnet 198.51.100.0/24
add hnet 198.51.100.64/26 nomatch
add hnet 10.0.0.0/8
create hipport hash:ip,port family inet hashsize 1024 maxelem 65536
add hipport 203.0.113.9,tcp:22
add hipport 192.0.2.77,udp:5060
add hipport 192.0.2.1,icmp:echo-request
create hnetport hash:net,port family inet hashsize 1024 maxelem 65536
add hnetport 192.0.2.0/24,udp:5060
add hnetport 198.51.100.0/24,tcp:80
create bports bitmap:port range 0-65535
add bports 22
add bports 5060-5061
add bports 10000-20000
create bip bitmap:ip range 192.0.2.0/24
add bip 192.0.2.0/25
create hmark hash:ip,mark family inet markmask 0xffffffff hashsize 1024 maxelem 65536
add hmark 203.0.113.9,0x00000001
create hiface hash:net,iface family inet hashsize 1024 maxelem 65536
add hiface 203.0.113.0/24,eth0
add hiface 192.0.2.0/24,eth1
create hmac hash:mac hashsize 1024 maxelem 65536
add hmac 02:00:00:00:00:01
create hipip hash:ip,port,ip family inet hashsize 1024 maxelem 65536
add hipip 203.0.113.9,tcp:22,192.0.2.10
create hnn hash:net,net family inet hashsize 1024 maxelem 65536
add hnn 198.51.100.0/24,192.0.2.0/28
create both list:set size 8
add both hip
add both hnet
create empty hash:ip family inet hashsize 1024 maxelem 65536
'''
SETS6 = '''create hip hash:ip family inet6 hashsize 1024 maxelem 65536
add hip 2001:db8:9::9
add hip fd00::5
create hnet hash:net family inet6 hashsize 1024 maxelem 65536
add hnet 2001:db8::/32
add hnet 2001:db8:5::/48 nomatch
create hipport hash:ip,port family inet6 hashsize 1024 maxelem 65536
add hipport 2001:db8:9::9,tcp:22
create bports bitmap:port range 0-65535
add bports 22
add bports 5060-5061
create both list:set size 8
add both hip
add both hnet
'''
MATCHES4 = ['hip src', 'hnet src', 'hipport src,dst', 'hnetport src,dst', 'bports dst', 'bports src', 'bip src', 'hmark src,src',
            'hiface src,src', 'hmac src', 'hipip src,dst,dst', 'hnn src,dst', 'both src', 'empty src', 'hip dst', 'hnet src,src']
MATCHES6 = ['hip src', 'hnet src', 'hipport src,dst', 'bports dst', 'both src']


class Iptables:
    def __init__(self, rng, six):
        self.r, self.six = rng, six
        self.nets = NETS6 if six else NETS4
        self.remembers = rng.random() < 0.12
        self.has_sets = rng.random() < 0.25

    def neg(self, p=0.15):
        return '! ' if self.r.random() < p else ''

    def ports(self, sep=':'):
        if self.r.random() < 0.7:
            return str(self.r.choice(PORTS + ['ssh', 'sip', 'domain']))
        a, b = self.r.choice(RANGES)
        return self.r.choice(['%d%s%d' % (a, sep, b)] * 3 + [sep + str(b), str(a) + sep])

    def state(self):
        return ','.join(self.r.sample(['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'UNTRACKED', 'DNAT'], self.r.randrange(1, 4)))

    def transport(self, proto):
        r, out = self.r, []
        q = r.random()
        if q < 0.45:
            out.append('-m %s %s--dport %s' % (proto, self.neg(), self.ports()))
        elif q < 0.55:
            out.append('-m %s %s--sport %s' % (proto, self.neg(), r.choice(['40000', '1024:65535', '53', ':1023'])))
        elif q < 0.8:
            a, b = r.choice(RANGES)
            out.append('-m multiport %s--%s %s' % (
                self.neg(), r.choice(['dports', 'dports', 'ports', 'sports']),
                r.choice(['%d,%d,%d:%d' % (*r.sample(PORTS, 2), a, b), '%d:%d' % (a, b), 'ssh,%d' % r.choice(PORTS)])))
        if proto == 'tcp' and r.random() < 0.35:
            out.append('-m tcp ' + self.neg() + r.choice(
                ['--syn', '--tcp-flags SYN,ACK SYN', '--tcp-flags FIN,SYN,RST,ACK SYN', '--tcp-flags ALL FIN,PSH,URG',
                 '--tcp-flags ALL NONE', '--tcp-flags ALL ALL', '--tcp-flags SYN,FIN SYN,FIN', '--tcp-option 2',
                 '--tcp-flags RST RST']))
        if proto == 'udp' and r.random() < 0.06:
            out.append('-m string %s--algo %s --string %s%s' % ('', r.choice(['bm', 'kmp']), r.choice(['friendly-scanner', '"REGISTER sip"', 'INVITE']),
                                                                r.choice(['', '', ' --to 65535', ' --from 20 --to 60'])))
        return out

    def match(self):
        r, out = self.r, []
        if r.random() < 0.4:
            out.append('%s-s %s' % (self.neg(), r.choice(self.nets)))
        if r.random() < 0.1:
            out.append('%s-d %s' % (self.neg(), '2001:db8:1::10' if self.six else r.choice(['192.0.2.10', '192.0.2.0/28'])))
        if r.random() < 0.25:
            out.append('%s-i %s' % (self.neg(), r.choice(IFS + ['eth+', 'e+', 'wlan0', 'ppp+', '+'])))
        p = r.random()
        if p < 0.42:
            proto = r.choice(['tcp', 'udp'])
            out += ['-p %s' % proto] + self.transport(proto)
        elif p < 0.52:
            if self.six:
                out.append('-p ipv6-icmp -m icmp6 %s--icmpv6-type %s' % (self.neg(), r.choice(ICMP6)))
            else:
                out.append('-p icmp -m icmp %s--icmp-type %s' % (self.neg(), r.choice(ICMP4)))
        elif p < 0.57:
            out.append('%s-p %s' % (self.neg(), r.choice(['tcp', 'udp', '47', 'esp', 'sctp', 'all'])))
        elif p < 0.59:
            out.append('-p sctp -m sctp %s--dport %s' % (self.neg(), self.ports()))
        return out + [make() for chance, make in self.extras() if r.random() < chance]

    def extras(self):
        r = self.r
        return [
            (0.22, lambda: '-m conntrack %s--ctstate %s' % (self.neg(), self.state())),
            (0.03, lambda: '-m conntrack %s--ctproto %s' % (self.neg(), r.choice(['tcp', 'udp', '17']))),
            (0.03, lambda: '-m conntrack --ctdir %s' % r.choice(['ORIGINAL', 'REPLY'])),
            (0.03, lambda: '-m conntrack %s--ctstatus %s' % (self.neg(), r.choice(['NONE', 'CONFIRMED', 'EXPECTED', 'SEEN_REPLY,ASSURED']))),
            (0.02, lambda: '-m conntrack %s--ctorigsrc %s' % (self.neg(), '2001:db8:9::/48' if self.six else r.choice(['192.0.2.0/24', '203.0.113.9']))),
            (0.02, lambda: '-m conntrack %s--ctorigdst %s' % (self.neg(), '2001:db8:1::10' if self.six else '192.0.2.10')),
            (0.02, lambda: '-m conntrack %s--ctorigdstport %s' % (self.neg(), self.ports())),
            (0.02, lambda: '-m conntrack %s--ctreplsrc %s' % (self.neg(), '2001:db8:1::10' if self.six else '192.0.2.10')),
            (0.07, lambda: '-m state %s--state %s' % (self.neg(), r.choice(['NEW', 'ESTABLISHED,RELATED', 'INVALID', 'NEW,INVALID', 'UNTRACKED']))),
            (0.06, lambda: '-m iprange %s--src-range %s' % (self.neg(), '2001:db8:9::1-2001:db8:9::ff' if self.six else
                                                             r.choice(['192.0.2.70-192.0.2.90', '198.51.100.1-203.0.113.20']))),
            (0.02, lambda: '-m iprange %s--dst-range %s' % (self.neg(), '2001:db8:1::1-2001:db8:1::ff' if self.six else '192.0.2.1-192.0.2.20')),
            (0.05, lambda: '-m addrtype %s--%s-type %s' % (self.neg(), r.choice(['dst', 'dst', 'src']),
                                                            r.choice(['LOCAL', 'UNICAST', 'MULTICAST', 'LOCAL,UNICAST', 'BROADCAST,MULTICAST']))),
            (0.04, lambda: '-m pkttype %s--pkt-type %s' % (self.neg(), r.choice(['unicast', 'broadcast', 'multicast']))),
            (0.05, lambda: '-m mark %s--mark %s' % (self.neg(), r.choice(['0x1', '0x2/0x3', '0x0/0xff', '0', '5']))),
            (0.04, lambda: '-m connmark %s--mark %s' % (self.neg(), r.choice(['0x1', '0x0/0xff', '0x4/0x4']))),
            (0.03, lambda: '-m mac %s--mac-source %s' % (self.neg(), r.choice(['02:00:00:00:00:01', '02:00:00:00:00:99']))),
            (0.03, lambda: '-m length %s--length %s' % (self.neg(), r.choice(['0:60', '100:1500', '29', '40', '60:']))),
            (0.03, lambda: '-m %s' % r.choice(['hl --hl-lt 64', 'hl --hl-gt 57', 'hl ! --hl-eq 57'] if self.six else
                                               ['ttl --ttl-lt 64', 'ttl --ttl-gt 57', 'ttl ! --ttl-eq 57', 'ttl --ttl-eq 57'])),
            (0.03, lambda: '-m dscp %s%s' % (self.neg(), r.choice(['--dscp 0x2e', '--dscp 0', '--dscp-class CS1', '--dscp-class EF']))),
            (0.03, lambda: '-m tos %s--tos %s' % (self.neg(), r.choice(['0x10', '0x00/0xff', 'Minimize-Delay', '0x2/0x3']))),
            (0.01, lambda: '-m ecn %s--ecn-ip-ect %d' % (self.neg(), r.randrange(0, 4))),
            (0.02, lambda: '-m helper --helper %s' % r.choice(['sip', 'ftp'])),
            (0.02, lambda: '-m physdev %s--physdev-in %s' % (self.neg(), r.choice(['eth0', 'eth+']))),
            (0.02, lambda: '-m policy --dir in --pol %s' % r.choice(['none', 'ipsec'])),
            (0.01, lambda: '-m frag --fragmore' if self.six else self.r.choice(['-f', '! -f'])),
            (0.02, lambda: '-m comment --comment "%s"' % r.choice(['a b', 'x', 'says \\"so\\"', '-j DROP', "it's"])),
            (0.004, lambda: '-m time --timestart 08:00 --timestop 18:00'),
            (0.004, lambda: '-m u32 --u32 "%s"' % r.choice(['6&0xFF=0x11', '0>>22&0x3C@0&0xFFFF=0x16'])),
            (0.004, lambda: '-m socket'),
            (0.3 if self.has_sets else 0, lambda: '-m set %s--match-set %s' % (self.neg(), r.choice(MATCHES6 if self.six else MATCHES4))),
            (0.25 if self.remembers else 0, self.memory)]

    def memory(self):
        r = self.r
        return r.choice([
            '-m limit --limit %s' % r.choice(['5/sec', '10/min', '1/hour --limit-burst 1', '3/day', '5/s --limit-burst 20']),
            '-m hashlimit --hashlimit-name h%d --hashlimit-mode %s --hashlimit-%s %s' % (
                r.randrange(3), r.choice(['srcip', 'srcip,dstport', 'dstip']), r.choice(['upto', 'above']),
                r.choice(['5/sec', '10/min --hashlimit-burst 1', '30/sec --hashlimit-burst 60'])),
            '-m recent %s--name r%d %s' % (self.neg(), r.randrange(3), r.choice(
                ['--set', '--rcheck', '--update --seconds 60', '--update --seconds 60 --hitcount 2', '--rcheck --seconds 60 --hitcount 1',
                 '--remove', '--set --rsource', '--rcheck --rdest'])),
            '-m connlimit %s' % r.choice(['--connlimit-above 0', '--connlimit-above 3', '--connlimit-upto 1', '--connlimit-upto 0',
                                           '--connlimit-above 3 --connlimit-mask 24']),
            '-m statistic --mode nth --every %d --packet %d' % (r.choice([(1, 0), (3, 0), (3, 2)])),
            '-m quota --quota %s' % r.choice(['0', '100000', '30']),
            '-m connbytes --connbytes %s --connbytes-dir both --connbytes-mode %s' % (r.choice(['0:', '100000:', '0:100']), r.choice(['bytes', 'packets']))])

    def action(self, table, deeper):
        r = self.r
        p = r.random()
        if p < 0.32:
            return '-j ACCEPT'
        if p < 0.56:
            return r.choice(['-j DROP', '-j DROP', '-j REJECT', '-p tcp -j REJECT --reject-with tcp-reset']) if table == 'filter' else '-j DROP'
        if p < 0.64:
            return '-j RETURN'
        if p < 0.74:
            return r.choice(['-j MARK --set-xmark 0x1/0xffffffff', '-j MARK --set-xmark 0x2/0x2', '-j LOG --log-prefix "x y"', '',
                             '-j MARK --set-xmark 0x0/0x1', '-j NFLOG --nflog-group 3', '-j CONNMARK --set-xmark 0x4/0xffffffff',
                             '-j CONNMARK --save-mark --nfmask 0xffffffff --ctmask 0xffffffff',
                             '-j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff', '-j MARK --set-mark 5',
                             '-j MARK --or-mark 0x4', '-j MARK --and-mark 0xfe'] +
                            (['-j SET --add-set empty src'] if self.has_sets and self.remembers and not self.six else []))
        if deeper:
            return '-%s %s' % (r.choice('jjjg'), r.choice(deeper))
        return '-j ACCEPT'

    def special(self, table, chain):
        """What only that table does"""
        r = self.r
        if table == 'raw' and chain == 'PREROUTING':
            return r.choice(['-j NOTRACK', '-j CT --notrack', '-j CT --helper sip', '-j DROP'])
        if table == 'mangle' and chain == 'PREROUTING':
            return r.choice(['-j HL --hl-set 9' if self.six else '-j TTL --ttl-set 9', '-j DSCP --set-dscp 0x2e', '-j TOS --set-tos 0x10', '-j DROP',
                             '-j MARK --set-mark 1'])
        if table == 'nat' and chain == 'PREROUTING':
            own, far = ('2001:db8:1::10', '2001:db8:f::1') if self.six else ('192.0.2.10', '192.0.2.99')
            form = '[%s]:%d' if self.six else '%s:%d'
            return r.choice(['-p udp -j REDIRECT --to-ports 5060', '-p tcp -j REDIRECT --to-ports 22', '-j DNAT --to-destination ' + own,
                             '-p udp -j DNAT --to-destination ' + form % (own, 5061), '-p tcp -j DNAT --to-destination ' + form % (own, 80),
                             '-p tcp -j DNAT --to-destination ' + far, '-j ACCEPT', '-j RETURN'])
        return None

    def table(self, table, bases, policies):
        r = self.r
        chains = ['%s%d' % (table[0].upper(), i) for i in range(r.randrange(0, 6 if table == 'filter' else 3))]
        out = ['*' + table] + [':%s %s [0:0]' % (b, r.choice(policies)) for b in bases] + [':%s - [0:0]' % c for c in chains]
        for i, c in enumerate(bases[:1 if table == 'filter' else 9] + chains):
            deeper = chains if c in bases else chains[chains.index(c) + 1:]
            for _ in range(r.randrange(1, 12 if table == 'filter' else 4)):
                special = self.special(table, c) if r.random() < 0.6 else None
                text = special or (self.action(table, deeper) if table != 'nat' else r.choice(['-j RETURN', '-j ACCEPT', '']))
                words = self.match()
                if special and '-p ' in special:
                    words = [w for w in words if not w.startswith(('-p ', '! -p', '-m tcp', '-m udp', '-m multiport', '-m icmp', '-m string', '-m sctp'))]
                out.append(' '.join(['-A', c] + words + ([text] if text else [])))
        return out + ['COMMIT']

    def text(self):
        r, out = self.r, []
        if r.random() < 0.25:
            out += self.table('raw', ['PREROUTING'], ['ACCEPT', 'ACCEPT', 'ACCEPT', 'DROP'])
        if r.random() < 0.25:
            out += self.table('mangle', ['PREROUTING', 'INPUT'], ['ACCEPT'])
        if r.random() < 0.25:
            out += self.table('nat', ['PREROUTING', 'INPUT'], ['ACCEPT'])
        out += self.table('filter', ['INPUT', 'FORWARD', 'OUTPUT'], ['ACCEPT', 'DROP'])
        if r.random() < 0.1:
            out += self.table('security', ['INPUT'], ['ACCEPT', 'ACCEPT', 'DROP'])
        return '\n'.join(out + [''])

    def ipsets(self):
        return (SETS6 if self.six else SETS4) if self.has_sets else ''
