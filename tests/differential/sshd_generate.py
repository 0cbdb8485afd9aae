#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes sshd configurations for comparison with the real sshd: sshd_generate.py DIR COUNT [SEED]

Each case is a folder that stands for /etc/ssh: sshd_config, what it includes, and `connections`, a text for
`sshd -T -C` a line. The same seed gives the same cases. They mix every keyword, quoting, Match with all criteria,
Include, algorithm lists, and mistakes: most cases are taken by sshd, some are refused. Every third case is a small
one about values that hardly any keyword expects."""
import os
import random
import sys

CIPHERS = ['aes128-ctr', 'aes256-ctr', 'aes128-gcm@openssh.com', 'chacha20-poly1305@openssh.com', '3des-cbc', 'aes256-cbc']
MACS = ['hmac-sha2-256', 'hmac-sha2-512-etm@openssh.com', 'umac-128@openssh.com', 'hmac-sha1', 'hmac-md5-96']
KEX = ['curve25519-sha256', 'ecdh-sha2-nistp256', 'diffie-hellman-group14-sha1', 'diffie-hellman-group16-sha512',
       'sntrup761x25519-sha512@openssh.com', 'diffie-hellman-group1-sha1', 'gss-gex-sha1-']
KEYS = ['ssh-ed25519', 'ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512', 'ecdsa-sha2-nistp256', 'ssh-dss', 'ssh-rsa-cert-v01@openssh.com',
        'sk-ssh-ed25519@openssh.com', 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com', 'RSA', 'ed25519', 'ecdsa', 'null']
WILD = ['*cbc', '*sha1*', 'ssh-*', '*-cert-*', 'hmac-*', '*', 'aes*-ctr', 'ecdh-*', '?*', 'diffie*', '!ssh-rsa', '*@openssh.com']
NETS = ['192.0.2.0/24', '203.0.113.9', '198.51.100.0/25', '2001:db8::/32', '2001:db8::1', '10.0.0.0/8', '192.168.0.0/16', '127.0.0.1',
        '192.168.*', '203.0.113.?', '*', '::1', '203.0.113.9/32', '0.0.0.0/0', '10.0.0.1/8', '192.168.1', '0x7f.1', '!203.0.113.9',
        '!10.0.0.0/8', '127.0.0.1/33', '', 'fe80::/10', '1.2.3.4/24', '192.0.2.0/0x18', '::/0']
USERS = ['root', 'nobody', 'alice', 'bob', 'daemon', 'r*', 'n?body', '*', '!root', 'www-data', 'root,!nobody', '!*,root', 'ROOT']
GROUPS = ['root', 'nogroup', 'wheel', 'r*', '!nogroup', 'daemon', '*', 'adm,sudo']
HOSTS = ['x', 'localhost', '*.lan', 'X.LAN', '!x', '*', 'x.lan,localhost', '*.example.net', '203.0.113.9']
METHODS = ['publickey', 'password', 'keyboard-interactive', 'publickey,password', 'publickey,keyboard-interactive:pam', 'any', 'hostbased',
           'gssapi-with-mic', 'none', 'publickey,publickey', 'keyboard-interactive:', 'gssapi-keyex']
FLAG = ['yes', 'no', 'Yes', 'NO']
TIMES = ['0', '30', '2m', '1h30m', '1d', '1w', '90S', '1M', ' 5', '+7', '1h 30m', '2147483647']
INTS = ['0', '1', '3', '10', '22', '2147483647', '007', '+5', ' 4']
PATHS = ['/etc/issue.net', 'none', 'NONE', 'keys/one', '~/file', '~root/file', '/a b/c', './x', '~']


def algorithms(r, names):
    some = r.sample(names, r.randint(1, 3))
    if r.random() < (0.3 if names is KEYS else 0.04):
        some.insert(r.randrange(len(some) + 1), r.choice(WILD if r.random() < 0.3 else ['ssh-*', '*-cert-*', '*', 'ecdsa-*']))
    if r.random() < 0.04:
        some.insert(r.randrange(len(some) + 1), r.choice(['', 'nonsense', 'none']))
    return r.choice(['', '', '+', '-', '^', '-']) + ','.join(some)


def several(r, words, most=3):
    return [r.choice(words) for _ in range(r.randint(1, most))]


def user_at(r):
    u = r.choice(USERS[:9])
    return u if r.random() < 0.6 else u + '@' + r.choice(NETS + HOSTS)


# keyword -> (may stand in Match, arguments)
KEYWORDS = {
    'AcceptEnv': (1, lambda r: several(r, ['LANG', 'LC_*', 'TERM', 'X?', 'A=B'] if r.random() < .1 else ['LANG', 'LC_*', 'TERM'])),
    'AddressFamily': (0, lambda r: [r.choice(['any', 'inet', 'inet6', 'ANY', 'any'])]),
    'AllowAgentForwarding': (1, lambda r: [r.choice(FLAG)]),
    'AllowGroups': (1, lambda r: several(r, GROUPS)),
    'AllowStreamLocalForwarding': (1, lambda r: [r.choice(['yes', 'all', 'no', 'local', 'remote'])]),
    'AllowTcpForwarding': (1, lambda r: [r.choice(['yes', 'all', 'no', 'local', 'remote', 'ALL'])]),
    'AllowUsers': (1, lambda r: [user_at(r) for _ in range(r.randint(1, 3))]),
    'AuthenticationMethods': (1, lambda r: several(r, METHODS, 2)),
    'AuthorizedKeysCommand': (1, lambda r: [r.choice(['/usr/bin/keys', '/usr/bin/keys %u "a b"', 'none', 'NONE', 'keys'])]),
    'AuthorizedKeysCommandUser': (1, lambda r: [r.choice(['nobody', 'none', 'root'])]),
    'AuthorizedKeysFile': (1, lambda r: several(r, ['.ssh/authorized_keys', '/etc/ssh/keys/%u', 'none', '~/k', 'a b']))
    ,
    'AuthorizedPrincipalsCommand': (1, lambda r: [r.choice(['/usr/bin/p', '/usr/bin/p %u', 'none'])]),
    'AuthorizedPrincipalsCommandUser': (1, lambda r: ['nobody']),
    'AuthorizedPrincipalsFile': (1, lambda r: [r.choice(['/etc/ssh/p/%u', 'none', 'NONE', '~/p'])]),
    'Banner': (1, lambda r: [r.choice(PATHS)]),
    'CASignatureAlgorithms': (1, lambda r: [algorithms(r, KEYS)]),
    'ChallengeResponseAuthentication': (1, lambda r: [r.choice(FLAG)]),
    'ChannelTimeout': (1, lambda r: several(r, ['session=5m', 'x11-connection=30', 'none', '*=1h', 'session', '=5'], 2)),
    'ChrootDirectory': (1, lambda r: [r.choice(['/srv/%u', 'none', 'NONE', '%h', 'rel'])]),
    'Ciphers': (0, lambda r: [algorithms(r, CIPHERS)]),
    'ClientAliveCountMax': (1, lambda r: [r.choice(INTS)]),
    'ClientAliveInterval': (1, lambda r: [r.choice(TIMES)]),
    'Compression': (0, lambda r: [r.choice(['yes', 'no', 'delayed', 'Delayed'])]),
    'DebianBanner': (0, lambda r: [r.choice(FLAG)]),
    'DenyGroups': (1, lambda r: several(r, GROUPS)),
    'DenyUsers': (1, lambda r: [user_at(r) for _ in range(r.randint(1, 3))]),
    'DisableForwarding': (1, lambda r: [r.choice(FLAG)]),
    'ExposeAuthInfo': (1, lambda r: [r.choice(FLAG)]),
    'FingerprintHash': (0, lambda r: [r.choice(['md5', 'sha256', 'SHA1', 'sha512', 'sha3'])]),
    'ForceCommand': (1, lambda r: [r.choice(['internal-sftp', '/bin/echo "a b"  # c', 'none', "x 'y", 'NONE'])]),
    'GSSAPIAuthentication': (1, lambda r: [r.choice(FLAG)]),
    'GSSAPICleanupCredentials': (0, lambda r: [r.choice(FLAG)]),
    'GSSAPIKeyExchange': (0, lambda r: [r.choice(FLAG)]),
    'GSSAPIKexAlgorithms': (0, lambda r: [r.choice(['gss-gex-sha1-', 'gss-group14-sha256-,gss-gex-sha1-', 'gss-group16-sha512-x', 'gss-x'])]),
    'GSSAPIStoreCredentialsOnRekey': (0, lambda r: [r.choice(FLAG)]),
    'GSSAPIStrictAcceptorCheck': (0, lambda r: [r.choice(FLAG)]),
    'GatewayPorts': (1, lambda r: [r.choice(['yes', 'no', 'clientspecified'])]),
    'HostCertificate': (0, lambda r: [r.choice(PATHS)]),
    'HostKey': (0, lambda r: [r.choice(['/etc/ssh/ssh_host_rsa_key', '/etc/ssh/ssh_host_ed25519_key', '/etc/ssh/ssh_host_ecdsa_key', 'none',
                                        '/nowhere/key', 'rel_key'])]),
    'HostKeyAgent': (0, lambda r: [r.choice(['SSH_AUTH_SOCK', '/run/agent', 'none', 'agent.sock'])]),
    'HostKeyAlgorithms': (0, lambda r: [algorithms(r, KEYS)]),
    'HostbasedAcceptedAlgorithms': (1, lambda r: [algorithms(r, KEYS)]),
    'HostbasedAcceptedKeyTypes': (1, lambda r: [algorithms(r, KEYS)]),
    'HostbasedAuthentication': (1, lambda r: [r.choice(FLAG)]),
    'HostbasedUsesNameFromPacketOnly': (1, lambda r: [r.choice(FLAG)]),
    'IPQoS': (1, lambda r: several(r, ['af21', 'cs1', 'ef', 'none', 'lowdelay', 'throughput', '0x10', '8', '255', 'LE', '020', '256', 'x'], 2)),
    'IgnoreRhosts': (1, lambda r: [r.choice(['yes', 'no', 'shosts-only'])]),
    'IgnoreUserKnownHosts': (0, lambda r: [r.choice(FLAG)]),
    'KbdInteractiveAuthentication': (1, lambda r: [r.choice(FLAG)]),
    'KerberosAuthentication': (1, lambda r: [r.choice(FLAG)]),
    'KerberosGetAFSToken': (0, lambda r: [r.choice(FLAG)]),
    'KerberosOrLocalPasswd': (0, lambda r: [r.choice(FLAG)]),
    'KerberosTicketCleanup': (0, lambda r: [r.choice(FLAG)]),
    'KexAlgorithms': (0, lambda r: [algorithms(r, KEX)]),
    'KeyRegenerationInterval': (0, lambda r: ['3600']),
    'ListenAddress': (0, lambda r: [r.choice(['0.0.0.0', '::', '192.0.2.1:2222', '[2001:db8::1]:22', '[::1]', '127.0.0.1', '2001:db8::5',
                                              '127.1', 'localhost', '192.0.2.1:ssh', '[192.0.2.7]:99', '192.0.2.1:0', 'no.such.name.invalid'])]),
    'LogLevel': (1, lambda r: [r.choice(['QUIET', 'FATAL', 'ERROR', 'INFO', 'VERBOSE', 'debug', 'DEBUG1', 'DEBUG3', 'silent', 'LOUD'])]),
    'LogVerbose': (1, lambda r: several(r, ['kex.c:*:1000', '*:fn():*', 'packet.c'], 2) if r.random() < .9 else ['none']),
    'LoginGraceTime': (0, lambda r: [r.choice(TIMES)]),
    'MACs': (0, lambda r: [algorithms(r, MACS)]),
    'MaxAuthTries': (1, lambda r: [r.choice(INTS)]),
    'MaxSessions': (1, lambda r: [r.choice(INTS)]),
    'MaxStartups': (0, lambda r: [r.choice(['10', '10:30:100', '5:50:60', '3:100:3', '100:30:10', '10:0:20', '10:30', '0', '7x', '4:5:6x'])]),
    'ModuliFile': (0, lambda r: [r.choice(PATHS)]),
    'PasswordAuthentication': (1, lambda r: [r.choice(FLAG)]),
    'PerSourceMaxStartups': (0, lambda r: [r.choice(['none', '5', '0', 'NONE'])]),
    'PerSourceNetBlockSize': (0, lambda r: [r.choice(['24:64', '32:128', '0:0', '33:1', '24:129'])]),
    'PermitEmptyPasswords': (1, lambda r: [r.choice(FLAG)]),
    'PermitListen': (1, lambda r: several(r, ['any', 'none', '8080', 'localhost:80', '*:99', '[::1]:5', 'x', 'host:*'], 2)),
    'PermitOpen': (1, lambda r: several(r, ['any', 'none', 'host:80', '192.0.2.1:443', '[2001:db8::1]:22', 'host', 'host:*', 'host/22'], 2)),
    'PermitRootLogin': (1, lambda r: [r.choice(['yes', 'no', 'without-password', 'prohibit-password', 'forced-commands-only', 'No', 'maybe'])]),
    'PermitTTY': (1, lambda r: [r.choice(FLAG)]),
    'PermitTunnel': (1, lambda r: [r.choice(['yes', 'no', 'point-to-point', 'ethernet', 'Yes'])]),
    'PermitUserEnvironment': (0, lambda r: [r.choice(['yes', 'no', 'LANG,LC_*', 'Yes'])]),
    'PermitUserRC': (1, lambda r: [r.choice(FLAG)]),
    'PidFile': (0, lambda r: [r.choice(PATHS)]),
    'Port': (0, lambda r: [r.choice(['22', '2222', '10', 'ssh', '65535', '0022', '0', '65536', 'nosuchport', '+23'])]),
    'PrintLastLog': (0, lambda r: [r.choice(FLAG)]),
    'PrintMotd': (0, lambda r: [r.choice(FLAG)]),
    'Protocol': (0, lambda r: [r.choice(['2', '1', '2,1'])]),
    'PubkeyAcceptedAlgorithms': (1, lambda r: [algorithms(r, KEYS)]),
    'PubkeyAcceptedKeyTypes': (1, lambda r: [algorithms(r, KEYS)]),
    'PubkeyAuthOptions': (1, lambda r: several(r, ['none', 'touch-required', 'verify-required', 'Touch-Required'], 2)),
    'PubkeyAuthentication': (1, lambda r: [r.choice(FLAG)]),
    'RSAAuthentication': (1, lambda r: [r.choice(FLAG)]),
    'RekeyLimit': (1, lambda r: [r.choice(['1G', '512M', 'default', '16', '15', '1.5G', '0', '2g', '1x', '-1', '20 ', '1E'])] +
                   ([r.choice(['1h', 'none', '30', 'x'])] if r.random() < .5 else [])),
    'RequiredRSASize': (1, lambda r: [r.choice(['1024', '2048', '3072', '0'])]),
    'RevokedKeys': (1, lambda r: [r.choice(PATHS)]),
    'SecurityKeyProvider': (0, lambda r: [r.choice(['internal', 'Internal', '/usr/lib/sk.so', 'none', 'sk.so'])]),
    'SetEnv': (1, lambda r: several(r, ['A=1', 'B=2', 'A=3', 'C=x y', 'D=', 'E'] if r.random() < .2 else ['A=1', 'B=2', 'A=3'])),
    'SkeyAuthentication': (1, lambda r: [r.choice(FLAG)]),
    'StreamLocalBindMask': (1, lambda r: [r.choice(['0177', '0', '777', '0022', '1000', '07x', '9', '-1'])]),
    'StreamLocalBindUnlink': (1, lambda r: [r.choice(FLAG)]),
    'StrictModes': (0, lambda r: [r.choice(FLAG)]),
    'Subsystem': (0, lambda r: [r.choice(['sftp', 'netconf', 'x', 'y']), r.choice(['/usr/lib/openssh/sftp-server', 'internal-sftp', 'a b']),
                                *([r.choice(['-f', 'AUTH', 'q r', '-l INFO'])] if r.random() < .4 else [])]),
    'SyslogFacility': (0, lambda r: [r.choice(['AUTH', 'AUTHPRIV', 'LOCAL0', 'local7', 'DAEMON', 'KERN'])]),
    'TCPKeepAlive': (0, lambda r: [r.choice(FLAG)]),
    'KeepAlive': (0, lambda r: [r.choice(FLAG)]),
    'TrustedUserCAKeys': (1, lambda r: [r.choice(PATHS)]),
    'UnusedConnectionTimeout': (1, lambda r: [r.choice(['none', 'None', '5m', '0', '90'])]),
    'UseDNS': (0, lambda r: [r.choice(FLAG)]),
    'UseLogin': (0, lambda r: [r.choice(FLAG)]),
    'UsePAM': (0, lambda r: [r.choice(FLAG)]),
    'UsePrivilegeSeparation': (0, lambda r: [r.choice(['yes', 'sandbox'])]),
    'VersionAddendum': (0, lambda r: [r.choice(['none', 'hello there', 'x # y', 'None', '"q"'])]),
    'X11DisplayOffset': (1, lambda r: [r.choice(INTS)]),
    'X11Forwarding': (1, lambda r: [r.choice(FLAG)]),
    'X11UseLocalhost': (1, lambda r: [r.choice(FLAG)]),
    'XAuthLocation': (0, lambda r: [r.choice(PATHS)]),
    'RDomain': (1, lambda r: ['%D']),
}
# Values that sshd refuses: rare, so that most cases are compared in full.
WRONG = {'maybe', 'LOUD', 'KERN', '10:30', '0', '7x', '100:30:10', '10:0:20', 'sha3', 'gss-x', 'session', '=5', 'keys', 'x', '15', '1x', '-1',
         '1000', '9', '1y', '33:1', '24:129', 'NONE', '65536', 'nosuchport', 'host', 'host/22', '256', 'Touch-Required ', 'vrf0', 'E', 'A=B',
         '192.0.2.1:0', 'no.such.name.invalid', '20 ', ' 4', ' 5', 'nonsense', 'other'}
RISKY = ['ListenAddress', 'HostKeyAgent', 'RDomain', 'AuthorizedKeysCommand', 'AuthorizedPrincipalsCommand', 'AuthenticationMethods',
         'CASignatureAlgorithms', 'GSSAPIKexAlgorithms', 'ChannelTimeout', 'PermitOpen', 'PermitListen', 'PermitTunnel', 'IPQoS', 'FingerprintHash',
         'MaxStartups', 'PerSourceNetBlockSize', 'Port', 'RekeyLimit', 'StreamLocalBindMask', 'SyslogFacility', 'LogVerbose', 'AddressFamily']


def case_of(r, name):
    return r.choice([name, name, name.lower(), name.upper(), name.swapcase()])


def quote(r, word):
    k = r.random()
    if ' ' in word and '"' not in word and k < 0.98:
        return '"' + word + '"' if k < 0.6 else word.replace(' ', '\\ ')
    if k < 0.75 or not word:
        return word
    if k < 0.88 and '"' not in word:
        return '"' + word + '"'
    if k < 0.92 and "'" not in word and '"' not in word:
        return "'" + word + "'"
    if k < 0.96:
        return word.replace(' ', '\\ ').replace('"', '\\"')
    return '"' + word[:1] + '"' + word[1:] if '"' not in word else word


def setting(r, in_match, careful):
    names = [n for n in KEYWORDS if (KEYWORDS[n][0] or not in_match)]
    if careful:
        names = [n for n in names if n not in RISKY or r.random() < 0.12]
    name = r.choice(names)
    words = KEYWORDS[name][1](r)
    for _ in range(8):
        if not careful or not any(w in WRONG for w in words):
            break
        words = KEYWORDS[name][1](r)
    if careful and any(set(w.split(',')) & {'nonsense', 'none', '', '!ssh-rsa'} and '@' not in w and ',' in w for w in words):
        words = KEYWORDS[name][1](r)
    raw = name in ('ForceCommand', 'VersionAddendum', 'AuthorizedKeysCommand', 'AuthorizedPrincipalsCommand')
    text = ' '.join(w if raw else quote(r, w) for w in words)
    sep = r.choice([' ', ' ', ' ', '  ', '\t', '=', ' = ', ' ='])
    line = case_of(r, name) + sep + text
    if r.random() < 0.1 and not raw:
        line += r.choice([' # comment', '  ', '\t', ' #', '\f', ' \r'])
    if name == 'RDomain' and careful:
        line = '#' + line
    return r.choice(['', '', '', '  ', '\t']) + line


def mistake(r):
    return r.choice(['NoSuchKeyword yes', 'PermitRootLogin', 'PermitRootLogin maybe', 'X11Forwarding yes no', 'Port', 'Banner "unclosed', 'Match',
                     'Match user', 'Match all user x', 'Match nosuch x', 'Include', 'MaxAuthTries x', 'Ciphers nonsense', 'LoginGraceTime 1y',
                     "Banner 'x", 'Match localport x', 'Match address 10.0.0.1/8', 'Match address ,', 'Match user root extra', 'UsePAM maybe',
                     'AllowUsers x@10.0.0.1/8', '\fPort 22', 'Match user root # c', '"PermitRootLogin" no', 'Permit"RootLogin" no'])


def criterion(r):
    kind = r.choice(['User', 'Group', 'Host', 'Address', 'LocalAddress', 'user', 'ADDRESS', 'User', 'Address'] + (['LocalPort', 'RDomain'] if r.random() < 0.12 else []))
    low = kind.lower()
    value = {'user': lambda: r.choice(USERS), 'group': lambda: r.choice(GROUPS), 'host': lambda: r.choice(HOSTS),
             'address': lambda: ','.join(several(r, NETS[:14], 2)), 'localaddress': lambda: ','.join(several(r, NETS[:12], 2)),
             'localport': lambda: r.choice(['22', '2222', 'ssh', '0']), 'rdomain': lambda: r.choice(['vrf0', '*'])}[low]()
    return kind + r.choice([' ', ' ', '=', '  ']) + (('"%s"' % value) if r.random() < 0.15 else value)


def match_line(r):
    if r.random() < 0.08:
        return r.choice(['Match all', 'match ALL', 'Match all # c', 'Match=all'])
    return 'Match ' + ' '.join(criterion(r) for _ in range(r.choice([1, 1, 1, 2, 3])))


def block(r, in_match, depth, files, careful, folder):
    out = []
    for _ in range(r.randint(1, 9)):
        k = r.random()
        if k < 0.06:
            out.append(r.choice(['', '# ' + setting(r, in_match, careful).strip(), '   ', '#PermitRootLogin yes']))
        elif k < 0.12 and depth < 3:
            out.append(include(r, in_match, depth, files, careful, folder))
        elif k < (0.121 if careful else 0.16):
            out.append(mistake(r))
        else:
            out.append(setting(r, in_match, careful))
    return out


def include(r, in_match, depth, files, careful, folder):
    k = r.random()
    if k < 0.1:
        return 'Include ' + r.choice(['/nowhere/*.conf', 'none.d/*', '~/x', 'sshd_config.d/none-*.conf', '"sshd_config.d/zz*" /nowhere'])
    if k < 0.2:
        return 'Include /etc/ssh/sshd_config.d/*.conf'
    name = 'part%d.conf' % len(files)
    files[name] = None
    files[name] = text(r, in_match, depth + 1, files, careful, folder)
    path = r.choice(['/etc/ssh/' + name, name, '"/etc/ssh/%s"' % name, name.replace('part', 'p?rt'), name + ' ' + name])
    return r.choice(['Include ', 'include\t', 'Include=']) + path


def text(r, in_match, depth, files, careful, folder):
    lines = block(r, in_match, depth, files, careful, folder)
    for _ in range(r.choice([0, 1, 1, 2, 3]) if depth == 0 else r.choice([0, 0, 1])):
        lines.append(match_line(r))
        lines += block(r, True, depth, files, careful, folder)
    end = r.choice(['\n', '\n', '\n', '\r\n'])
    whole = end.join(lines) + (end if r.random() < 0.9 else '')
    if r.random() < 0.01:
        at = r.randrange(len(whole) + 1)
        whole = whole[:at] + '\0' + whole[at:]
    return whole


# Values that hardly any keyword expects: overflows, signs, bases, units, bytes, lengths, quotes that do not close.
ODD = ['-1', '--1', '+', '-', '0x10', '0x', '1e3', '99999999999999999999', '4294967295', '4294967296', '2147483648', '-2147483648', '١', '1.5', '1,5',
       '9223372036854775807', '18446744073709551616', '0x7fffffff', '1w2d3h4m5s', '5m5', '9999999999w', '1d-1h', '1H2M', 's', '1ss', '3550w5d3h14m7s',
       '3551w', '0w', '00000000000000000001', '17179869184G', '8388608T', '1K', '0K', '16E', '1.G', '4G none', 'default default', 'none none',
       '10:30:60:1', ':::', '1::2', '1:1:1', '010:030:0100', '1:101:2', '1:100:1', '32:128:1', '32', ':128', '-1:0', '00', '08', '0o17', '0777', '01777',
       'yes,no', 'yes;', 'YES', 'true', 'on', 'any any', 'none any', 'any none', '*', '!*', '!', '?', '[', '[]', '[::', '::]:22', '[::1]:', ':22',
       '[::1]x:22', '::1/22', '192.0.2.1:', '192.0.2.1:22:22', '192.0.2.1/24', '*:22', '*:*', '[*]:*', 'localhost:*', 'a@b@c', '@', 'a@', '@b', '%', '%%',
       '%q', '%h%u%%', '%i', '~', '~nobody-such/x', '//', '.', '..', '/', '""', "''", '" "', '"a', "'a", 'a"', 'a"b"c', '"a"b', '"a""b"', '\\', '\\\\', 'a\\',
       '\\"', '"\\""', "'\\''", '"\\n"', '# x', '"#x"', 'x#y', 'x #y', '\t', '\x0b', '\x0c', '\xa0', '\xff', 'é', '=', '==', '= =', '=x', 'x=', 'a=b=c', ',', ',,',
       'a,', ',a', 'a,,b', '+', '^', '+a', '-*', '^*', '+*', '-', '+,', '^aes128-ctr', '+aes128-ctr,aes128-ctr', '-aes*', '^ssh-rsa,ssh-rsa', 'default', 'a' * 300,
       'x' * 1025, 'y' * 5000, 'a ' * 70, 'k,' * 200, '10.0.0.0/8,' * 40 + '!127.0.0.1', 'none', 'NONE', 'all', 'AF11', 'cs8', 'af44 ef', 'le', '0xff', '63 64',
       'session=', '=', 'session=5=5', '*=none', 'agent-connection=0', 'A=\x01', '"A=a b" B=', 'A="x"', '1A=x', 'a b c d e f', 'internal-sftp -l', 'publickey,',
       ',publickey', 'publickey:pam', 'publickey any', 'any publickey', 'password:x', 'keyboard-interactive:pam,publickey', 'publickey,password:pam,none']


def odd_line(r, in_match):
    name = r.choice([n for n in KEYWORDS if n != 'RDomain' and (KEYWORDS[n][0] or not in_match or r.random() < 0.05)])
    words = [r.choice(ODD)]
    if r.random() < 0.25:
        words += KEYWORDS[name][1](r)
    if r.random() < 0.25:
        words = KEYWORDS[name][1](r) + words
    sep = r.choice([' ', ' ', ' ', '\t', '=', ' = ', '  =  ', '', ' == ', '\x0b', '\xa0'] if r.random() < 0.3 else [' '])
    return case_of(r, name) + sep + ' '.join(words)


def odd_match(r):
    odd = r.choice(ODD + ['', '!', '!root,*', '*,!root', 'root,,x', '10.0.0.0/0', '::/0,!::1', '203.0.113.9/32,!203.0.113.9', '203.0.113.*', '22,2222', '0022'])
    kind = r.choice(['User', 'Group', 'Host', 'Address', 'LocalAddress', 'LocalPort', 'RDomain', 'all', 'Exec', 'Final', 'Canonical', 'OriginalHost'])
    rest = r.choice(['', '', ' user root', ' all', ' address *', ' # c', ' user'])
    return 'Match' + r.choice([' ', ' ', '\t', '=', '']) + kind + r.choice([' ', ' ', '=', '']) + odd + rest


# One or two oddities a case, with lines round them that show what they did.
def odd_case(r):
    lines = ['PermitRootLogin no'] if r.random() < 0.5 else []
    if r.random() < 0.3:
        lines += [odd_match(r), r.choice(['PermitRootLogin yes', 'X11Forwarding no', odd_line(r, True)])]
    else:
        lines.append(odd_line(r, False))
    if r.random() < 0.3:
        lines += [r.choice(['Match user root', 'Match all', 'Match address 203.0.113.0/24']), odd_line(r, True)]
    lines += r.choice([[], ['MaxAuthTries 3'], ['Match all', 'MaxAuthTries 2']])
    whole = r.choice(['\n', '\n', '\r\n']).join(lines) + r.choice(['\n', '', '\r'])
    if r.random() < 0.08:
        at = r.randrange(len(whole) + 1)
        whole = whole[:at] + r.choice(['\0', '\x1a', '\xfe\xff', '\xef\xbb\xbf', '\\\n', '\r', '\x7f']) + whole[at:]
    return whole


def connection(r):
    words = []
    for name, values in (('user', ['root', 'nobody', 'daemon', 'alice']), ('host', ['x', 'x.lan', 'localhost', 'h.example.net']),
                         ('addr', ['203.0.113.9', '192.168.1.10', '127.0.0.1', '2001:db8::1', '10.1.2.3', '198.51.100.7', 'notanaddress']),
                         ('laddr', ['192.0.2.1', '127.0.0.1', '2001:db8::5', '192.168.1.1']), ('lport', ['22', '2222', 'ssh']),
                         ('rdomain', ['vrf0'])):
        if r.random() < (0.2 if name == 'rdomain' else 0.93):
            words.append(name + '=' + r.choice(values))
    return ','.join(words) or 'user=root'


def generate(top, count, seed):
    for i in range(count):
        r = random.Random('%s-%d' % (seed, i))
        folder = os.path.join(top, 'case%04d' % i)
        files = {}
        careful = r.random() < 0.85
        odd = i % 3 == 2
        main = odd_case(r) if odd else text(r, False, 0, files, careful, folder)
        if not odd and r.random() < 0.5:
            main = 'Include /etc/ssh/sshd_config.d/*.conf\n' + main
            for k in range(r.randint(0, 3)):
                name = 'sshd_config.d/%d-x.%s' % (r.randint(10, 99), r.choice(['conf', 'conf', 'conf', 'bak']))
                files[name] = None
                files[name] = text(r, False, 2, files, careful, folder)
        files['sshd_config'] = main
        files['connections'] = ''.join(connection(r) + '\n' for _ in range(4))
        for name, body in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'wb') as f:
                f.write(body.encode('latin1') if max(body, default=' ') < '\u0100' else body.encode('utf-8'))


if __name__ == '__main__':
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    generate(sys.argv[1], int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else '1')
