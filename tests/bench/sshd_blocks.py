#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints an sshd_config of 10,000 lines with 1,000 Match blocks."""
for i in range(1000):
    a = '%d.%d.%d.0/24' % (10 + i % 100, i // 4 % 256, i % 256)
    head = ['Match Address %s' % a, 'Match User user%d,!user%d' % (i, i + 1), 'Match Group group%d Address %s' % (i, a),
            'Match LocalPort %d Host *.example%d.net' % (1024 + i, i)][i % 4]
    print(head)
    print('  PermitRootLogin no\n  PasswordAuthentication no\n  X11Forwarding "no"\n  AllowTcpForwarding local\n  MaxAuthTries 3\n'
          '  AcceptEnv LANG LC_*\n  Banner /etc/issue.net\n  ForceCommand internal-sftp\n  ChrootDirectory /srv/%u # home')
