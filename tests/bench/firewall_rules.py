# SPDX-License-Identifier: Apache-2.0
"""COUNT rules of iptables-save (or of ip6tables-save with -6) as a busy telephone system has them: networks, ports,
bans of fail2ban, and twenty services at the end."""
import sys

count, six = int(sys.argv[1]), '-6' in sys.argv
print('*filter\n:INPUT DROP [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:f2b - [0:0]\n:phones - [0:0]')
print('-A INPUT -i lo -j ACCEPT\n-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT\n-A INPUT -j f2b')
for i in range(count // 2):
    print('-A f2b -s %s -j DROP' % ('2001:db8:%x:%x::/64' % (i >> 12, i & 0xfff) if six else '198.%d.%d.%d' % (18 + (i >> 16), i >> 8 & 255, i & 255)))
print('-A INPUT -p udp -m udp --dport 5060 -j phones')
for i in range(count // 2):
    print('-A phones -s %s -j ACCEPT' % ('2001:db8:%x:%x::/64' % (0x1000 + (i >> 12), i & 0xfff) if six else '10.%d.%d.0/28' % (i >> 8 & 255, i & 255)))
for port in (22, 25, 53, 80, 110, 123, 143, 443, 465, 587, 993, 995, 3306, 4569, 5038, 5061, 8088, 8089, 10000, 20000):
    print('-A INPUT -p tcp -m tcp --dport %d -s %s -j ACCEPT' % (port, '2001:db8::/32' if six else '192.0.2.0/24'))
print('COMMIT')
