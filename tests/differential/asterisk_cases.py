#!/usr/bin/env python3
"""Seeded configurations for a real Asterisk and for `ringfence show asterisk` to be held against each other.

asterisk_cases.py sip|pjsip COUNT SEED DIR     writes DIR/NNN/ with sip.conf or pjsip.conf and what they include
"""
import os
import random
import sys

YES = ['yes', 'no', 'true', 'off', '1', '0', 'maybe', 'YES', 'On', '']
NETWORK = ['0.0.0.0/0.0.0.0', '0.0.0.0/0', '::/0', '198.51.100.0/24', '203.0.113.10', '203.0.113.10/32', '2001:db8::/32',
           '192.0.2.0/255.255.255.0', '!198.51.100.7', '198.51.100.0/24,203.0.113.0/28', '10.1', '198.51.100.9/255.0.255.0']
BAD_NETWORK = ['nonsense', '198.51.100.0/33', '198.51.100.1:5060', '', '198.51.100.0/24,', ' 198.51.100.1, 203.0.113.1']
CODECS = ['ulaw', 'alaw', 'gsm', 'g729', 'all', '!all', 'ulaw,alaw', 'g722:20', 'h264', 'nosuch', 'opus', 'speex', '!alaw', '(ulaw|gsm)']
NUMBER = ['0', '1', '5', '60', '100', '1000', '32000', '-1', 'x', '12abc', '', ' 7', '2147483647', '99999999999']
WORDS = ['office', 'from-trunk', 'public', 'a b', 'x;y', 'caf\xe9', '"quoted"', 'it\\;s', '100%', '']

SIP_ENTRY = {
    'type': ['peer', 'user', 'friend', 'Friend', 'peer', 'friend'], 'host': ['dynamic', '203.0.113.10', 'dynamic', '192.0.2.1', 'Dynamic',
    '2001:db8::7', '203.0.113.10:5070'],
    'secret': ['x7Kq2mPw9', '', '1234', 'a\\;b'], 'md5secret': ['0123456789abcdef0123456789abcdef', ''], 'remotesecret': ['abc', ''],
    'context': WORDS, 'subscribecontext': WORDS, 'insecure': ['port', 'invite', 'port,invite', 'port, invite', 'very', 'no', 'yes', ''],
    'nat': ['yes', 'no', 'force_rport', 'comedia', 'force_rport,comedia', 'auto_force_rport', 'auto_comedia', 'auto_force_rport,auto_comedia',
            'comedia,auto_comedia', 'force_rport, comedia', 'route', 'never', ''],
    'directmedia': YES + ['nonat', 'update', 'update,nonat', 'outgoing'], 'canreinvite': YES, 'dtmfmode': ['rfc2833', 'info', 'inband',
    'auto', 'shortinfo', 'rfc4733'], 'trustrpid': YES, 'sendrpid': YES + ['pai', 'rpid'], 'promiscredir': YES, 'videosupport': YES + ['always'],
    'textsupport': YES, 'allowoverlap': YES + ['dtmf'], 'allowsubscribe': YES, 'allowtransfer': YES, 'call-limit': NUMBER, 'callcounter': YES,
    'busylevel': NUMBER, 'qualify': YES + ['500', 'x'], 'qualifyfreq': NUMBER, 'keepalive': YES + ['30'], 'maxforwards': NUMBER,
    'session-timers': ['accept', 'originate', 'refuse', 'x'], 'session-expires': NUMBER, 'session-minse': NUMBER, 'session-refresher':
    ['uac', 'uas', 'x'], 'timert1': NUMBER + ['500'], 'timerb': NUMBER + ['64000'], 'port': ['5070', '0', '99999', 'x', '5060'],
    'transport': ['udp', 'tcp', 'tls', 'udp,tcp', 'tcp,udp', 'ws', 'wss', 'ws,wss', 'x', 'udp, wss', ''], 'encryption': YES,
    'usereqphone': YES, 'use_q850_reason': YES, 'callerid': ['"A B" <100>', 'A B <100>', '100', '<100>', 'Name', '"100"', '"A \\"q\\" B" <1 00>',
    '', '(0)1-2.3'], 'fullname': WORDS, 'cid_number': ['200', ''], 'trunkname': ['t'], 'callgroup': ['1', '1,3-5', 'x', '70', ''],
    'pickupgroup': ['2', '1-3', ''], 'mailbox': ['100@default', '100'], 'accountcode': WORDS, 'language': ['en', 'de', ''],
    'amaflags': ['omit', 'billing', 'documentation', 'default', 'x'], 'callingpres': ['allowed', 'prohib', 'unavailable', '35', 'x'],
    'allow': CODECS, 'disallow': CODECS, 'permit': NETWORK, 'deny': NETWORK, 'contactpermit': NETWORK, 'contactdeny': NETWORK,
    'directmediadeny': NETWORK, 'acl': ['office', 'nosuch', 'office,road', 'office,office'], 'defaultuser': WORDS, 'username': WORDS,
    'fromuser': WORDS, 'vmexten': WORDS, 'description': WORDS, 't38pt_udptl': YES + ['fec', 'redundancy', 'none', 'yes,maxdatagram=400', 'maxdatagram=x'],
    'trust_id_outbound': YES + ['legacy'], 'supportpath': YES, 'ignoresdpversion': YES, 'rtcp_mux': YES, 'autoframing': YES,
    'maxcallbitrate': NUMBER, 'mohsuggest': WORDS, 'parkinglot': WORDS, 'rtp_engine': ['asterisk', 'x'], 'setvar': ['A=1', 'B=2']}
SIP_GENERAL = [k for k in SIP_ENTRY if k not in ('type', 'host', 'port', 'permit', 'deny', 'acl', 'directmediadeny', 'mailbox')]
SIP_ONLY_GENERAL = {'allowguest': YES, 'alwaysauthreject': YES, 'tcpenable': YES, 'udpbindaddr': ['0.0.0.0', '0.0.0.0:5080', '::', '[::]:5070'],
                    'realm': WORDS, 'bindport': ['5090', 'x', ''], 't1min': NUMBER, 'autocreatepeer': YES}

TF = YES
ENDPOINT = {
    'context': WORDS, 'disallow': CODECS, 'allow': CODECS, 'dtmf_mode': ['rfc4733', 'INFO', 'inband', 'auto', 'none', 'auto_info', 'rfc2833'],
    'rtp_symmetric': TF, 'force_rport': TF, 'rewrite_contact': TF, 'ice_support': TF, 'use_ptime': TF, 'transport': ['udp', ''], '100rel': TF +
    ['required', 'peer_supported'], 'timers': TF + ['required', 'always', 'forced'], 'timers_min_se': ['90', '100', '80', 'x', '0x60'],
    'timers_sess_expires': ['1800', '90', '10'], 'auth': ['a1', 'a1,a2', ' a1 , ', 'missing', ''], 'outbound_auth': ['a2', ''], 'aors': ['r1', 'r1,r2'],
    'identify_by': ['username', 'ip', 'username,ip', 'auth_username,username', 'header', 'nonsense', '', 'username,username'], 'direct_media': TF,
    'direct_media_method': ['invite', 'reinvite', 'update', 'x'], 'connected_line_method': ['invite', 'update'], 'direct_media_glare_mitigation':
    ['none', 'outgoing', 'incoming', 'x'], 'callerid': ['"A B" <100>', '100', 'Name', '', '<>'], 'callerid_privacy': ['allowed_not_screened'],
    'trust_id_inbound': TF, 'trust_id_outbound': TF, 'send_pai': TF, 'send_rpid': TF, 'send_diversion': TF, 'mailboxes': WORDS, 'aggregate_mwi': TF,
    'media_encryption': ['no', 'sdes', 'dtls', 'SDES', 'yes'], 'use_avpf': TF, 'media_use_received_transport': TF, 'inband_progress': TF,
    'call_group': ['1', '1,3-5', 'x', ''], 'pickup_group': ['2-4', ''], 'device_state_busy_at': ['1', '-1', 'x', '010', '0x10'], 't38_udptl': TF,
    't38_udptl_ec': ['none', 'fec', 'redundancy', 'FEC'], 'fax_detect': TF, 'tone_zone': [''], 'language': ['en'], 'allow_transfer': TF,
    'user_eq_phone': TF, 'sdp_owner': WORDS, 'tos_audio': ['0', '46', 'ef', 'AF41', '0x20', 'x'], 'cos_audio': ['5', 'x'], 'allow_subscribe': TF,
    'sub_min_expiry': ['0', '60'], 'from_user': ['abc', 'a b', ''], 'from_domain': ['example.net'], 'set_var': ['A=1', 'B=2', 'A=3', 'x'],
    'message_context': WORDS, 'accountcode': WORDS, 'permit': NETWORK, 'deny': NETWORK, 'acl': ['office', 'nosuch'], 'contact_deny': NETWORK,
    'contact_acl': ['office'], 'rtcp_mux': TF, 'bundle': TF, 'webrtc': TF, 'srtp_tag_32': TF, 'redirect_method': ['user', 'uri_core', 'uri_pjsip', 'x'],
    'allow_overlap': TF, 'max_audio_streams': ['1', '2'], 'stir_shaken': ['off', 'on', 'verify', 'x'], 'dtls_verify': ['yes', 'no', 'fingerprint', 'x'],
    'dtls_setup': ['actpass', 'passive', 'x'], 'dtls_fingerprint': ['sha-1', 'sha-256', 'x'], 'dtls_auto_generate_cert': TF, 'dtls_rekey': ['0', '60', 'x'],
    'nonsense': ['1'], 'allow_unauthenticated_options': TF, 'suppress_q850_reason_headers': TF, 'voicemail_extension': ['*97', '']}
AUTH = {'auth_type': ['userpass', 'md5', 'UserPass', 'x'], 'username': ['u', 'u v', ''], 'password': ['x7Kq2mPw9', ''], 'md5_cred':
        ['0123456789abcdef0123456789abcdef', 'short'], 'realm': WORDS, 'nonce_lifetime': ['32', 'x']}
AOR = {'max_contacts': ['0', '1', '10', 'x', ''], 'remove_existing': TF, 'remove_unavailable': TF, 'qualify_frequency': ['0', '60', '100000'],
       'qualify_timeout': ['3.0', '1', 'x'], 'contact': ['sip:203.0.113.10:5060', 'nonsense', 'sips:203.0.113.10', ''], 'mailboxes': WORDS,
       'default_expiration': ['60', '3600'], 'support_path': TF, 'authenticate_qualify': TF, 'voicemail_extension': ['*97']}
IDENTIFY = {'endpoint': ['e1', 'e2', ''], 'match': ['203.0.113.10', '198.51.100.0/24', '203.0.113.10,203.0.113.11', '198.51.100.1/255.255.255.0',
            '2001:db8::1', '203.0.113.10:5060', 'nonsense/24', '', '2001:db8::/32'], 'match_header': ['X-A: b', 'nocolon'], 'srv_lookups': ['no']}
GLOBAL = {'user_agent': WORDS[:3], 'max_forwards': ['70', '10', 'x'], 'endpoint_identifier_order': ['ip,username', 'username', 'auth_username,ip'],
          'keep_alive_interval': ['0', '30'], 'unidentified_request_count': ['5', '100'], 'default_from_user': ['abc'], 'norefersub': TF,
          'disable_multi_domain': TF, 'default_realm': ['r']}


class Case:
    def __init__(self, kind, rng, folder):
        self.kind, self.rng, self.folder = kind, rng, folder
        self.out, self.names, self.templates, self.extra = [], [], [], 0

    def pick(self, items):
        return self.rng.choice(items)

    def line(self, key, value):
        r = self.rng.random()
        sep = self.pick(['=', '=', '=', ' = ', ' => ', '=>', '\t=\t'])
        text = f'{key}{sep}{value}'
        if r < .05:
            text += self.pick([' ; why', ';x', ' ;-- gone --;', ' ;-- gone --; more', '\t;--- no block'])
        elif r < .07:
            text = self.pick(['  ', '\t']) + text
        elif r < .08:
            text = key.upper() + sep + value
        elif r < .09:
            text = f'{key}+={value}'
        elif r < .10:
            text = f'{key} += {value}'
        self.out.append(text + self.pick(['', '', '', ' ', '\r']))

    def noise(self):
        r = self.rng.random()
        if r < .03:
            self.out.append(self.pick(['; comment', ';-- block', '', '   ', ';;;', ';---- x', 'no equals sign', '= nothing', '\\; = x']))
            if self.out[-1] == ';-- block':
                self.out += ['x=1', self.pick([';-- deeper', 'y=2']), '--;' if self.out[-1] != ';-- deeper' else '--; --;']
                self.out += ['--;'] if ';-- deeper' in self.out[-3:] else []
        elif r < .04:
            self.out.append('y' * self.pick([100, 8190, 8191, 8192, 9000, 20000]) + '=1')
        elif r < .05:
            self.include()

    def include(self):
        self.extra += 1
        name = f'part{self.extra}.conf'
        with open(os.path.join(self.folder, name), 'w', encoding='latin1') as f:
            f.write(self.pick(['vmexten=7\n', 'language=fr\n; x\n', '', 'description=in\n#include "part0.conf"\n', 'bad line\naccountcode=9\n',
                               'description=before\n[\n', '#tryinclude nothing.conf\ndescription=z\n']))
        self.out.append(self.pick([f'#include {name}', f'#include "{name}"', f'#include <{name}>', f'#INCLUDE  {name}', f'#tryinclude {name}',
                                   f'#include part[{self.extra}].conf', '#tryinclude absent.conf', '#exec /bin/true', '#what ever',
                                   f'#include {{{name[:-5]}}}.conf' if self.rng.random() < .2 else f'#include {name}']))

    def header(self, name, template):
        parents = self.rng.sample(self.templates, min(len(self.templates), self.pick([0, 0, 1, 1, 2])))
        options = (['!'] if template else []) + parents
        self.rng.shuffle(options)
        r = self.rng.random()
        if not template and self.names and r < .08:
            self.out.append(f'[{self.pick(self.names)}](+)')
            return
        self.out.append(f'[{name}]' + (f'({",".join(options)})' if options else self.pick(['', '', ' ; (x)', ' (x)'])))
        (self.templates if template else self.names).append(name)

    def section(self, name, pool, first, template=False, count=None):
        self.header(name, template)
        for k, v in first:
            self.line(k, v)
        keys = list(pool)
        for _ in range(count if count is not None else self.rng.randrange(0, 14)):
            key = self.pick(keys)
            value = self.pick(pool[key])
            if pool[key] is NETWORK and self.rng.random() < .03:
                value = self.pick(BAD_NETWORK)
            self.line(key, value)
            self.noise()
            if self.rng.random() < .04:
                self.more_language()

    def more_language(self):
        """What the plain lines above have not: filters, additions to templates, files within files, odd bytes."""
        r, name = self.rng.random(), self.pick(self.names or ['general'])
        if r < .2:
            key, value = self.pick([('type', 'peer'), ('type', 'friend'), ('type', 'endpoint'), ('TEMPLATES', 'include'),
                                    ('TEMPLATES', 'restrict'), ('language', 'en')])
            self.out += [f'[{name}](+{key}={value})' if self.rng.random() < .3 else f'[{name}](+)', 'language=filtered']
        elif r < .3 and self.templates:
            self.out += [f'[{self.pick(self.templates)}](+)', 'accountcode=late']
        elif r < .4 and self.templates:
            self.out += [f'[tt{len(self.templates)}](!,{self.pick(self.templates)})', 'accountcode=deep']
            self.templates.append(f'tt{len(self.templates)}')
        elif r < .55:
            self.extra += 1
            depth = self.pick([2, 5, 9, 10, 11, 12])
            for i in range(depth):
                with open(os.path.join(self.folder, f'deep{self.extra}-{i}.inc'), 'w', encoding='latin1') as f:
                    f.write(f'mailbox=d{i}\n' if self.kind == 'sip' else f'mailboxes=d{i}\n')
                    f.write(f'#{self.pick(["include", "tryinclude"])} deep{self.extra}-{i + 1}.inc\n' if i + 1 < depth else '')
                    f.write('language=after\n')
            self.out.append(f'#include deep{self.extra}-0.inc')
        elif r < .65:
            self.extra += 1
            for part in 'ba':
                with open(os.path.join(self.folder, f'glob{self.extra}-{part}.inc'), 'w') as f:
                    f.write(f'accountcode={part}\n')
            self.out.append(self.pick([f'#include glob{self.extra}-*.inc', f'#include "/etc/asterisk/glob{self.extra}-?.inc"',
                                       f'#tryinclude glob{self.extra}-[ab].inc', f'#tryinclude none{self.extra}-*.inc']))
        else:
            self.out.append(self.pick(['accountcode=caf\xe9', 'accountcode=nul\0 hidden', 'accountcode = a\\;b;c', 'accountcode="x;y"',
                                       'accountcode=a ;-- b --; c', '\\#accountcode=1', '\\[x=1', 'accountcode==x', 'accountcode=>=x',
                                       'accountcode=>>x', '  accountcode\t=\tt ', 'accountcode', '[', '[x', '[](', '//accountcode=1',
                                       'accountcode=a\\', 'accountcode=a\\\nlanguage=b', '=x', '+=x', 'accountcode +=', '#', '#include',
                                       '#tryinclude "missing.conf', ';--x\nlanguage=gone\n--;language=de', '--;', ';-', ';--;',
                                       'language=de --; x', 'accountcode=' + 'z' * self.pick([79, 80, 255, 256, 4000, 8170, 8185])]
                                      if self.rng.random() < .97 else ['[t0', '[x](', '[y](nobody)', '#include missing.conf']))

    def users(self):
        """users.conf, which makes friends of its own."""
        lines = ['[general]'] + [f'{k}={self.pick(YES)}' for k in ('hassip', 'hasiax', 'callwaiting', 'hasvoicemail') if self.rng.random() < .6]
        lines += self.rng.sample(['secret=g1', 'host=dynamic', 'context=users', 'vmsecret=1', 'nat=yes'], self.rng.randrange(0, 4))
        for i in range(self.rng.randrange(0, 4)):
            lines += [f'[{self.pick(["600" + str(i), "100", "101"])}]']
            for _ in range(self.rng.randrange(0, 6)):
                key = self.pick(list(SIP_ENTRY) + ['hassip', 'hassip', 'registersip', 'fullname', 'autoprov', 'trunkstyle'])
                lines.append(f'{key}={self.pick(SIP_ENTRY.get(key, YES))}')
        with open(os.path.join(self.folder, 'users.conf'), 'w', encoding='latin1') as f:
            f.write('\n'.join(lines) + '\n')

    def write(self):
        with open(os.path.join(self.folder, 'part0.conf'), 'w') as f:
            f.write('fullname=from part 0\n' if self.kind == 'sip' else 'accountcode=from part 0\n')
        with open(os.path.join(self.folder, 'acl.conf'), 'w') as f:
            f.write('[office]\ndeny=0.0.0.0/0\npermit=198.51.100.0/24\n[road]\ndeny=203.0.113.0/24\n')
        mark = self.pick(['', '', '', '\xef\xbb\xbf'])
        with open(os.path.join(self.folder, self.kind + '.conf'), 'w', encoding='latin1', newline='') as f:
            f.write(mark + '\n'.join(self.out) + self.pick(['', '\n']))

    def sip(self):
        general = {k: SIP_ENTRY[k] for k in SIP_GENERAL}
        self.section('general', {**general, **SIP_ONLY_GENERAL} if self.rng.random() < .8 else {'language': ['en']}, [])
        for i in range(self.rng.randrange(0, 4)):
            self.section(f't{i}', SIP_ENTRY, [('type', self.pick(['peer', 'friend', 'user']))] if self.rng.random() < .5 else [], True)
        if self.rng.random() < .4:
            self.users()
        for i in range(self.rng.randrange(1, 9)):
            first = [('type', self.pick(SIP_ENTRY['type']))] if self.rng.random() < .95 else []
            self.section(self.pick([str(100 + i), f'trunk-{i}', f'n {i}', 'General', str(100)]), SIP_ENTRY, first)
        self.write()

    def pjsip(self):
        if self.rng.random() < .5:
            self.section('global', GLOBAL, [('type', 'global')], count=self.rng.randrange(0, 4))
        self.section('udp', {'domain': ['x'], 'tos': ['0', 'cs3'], 'allow_reload': TF, 'verify_server': TF, 'local_net': ['10.0.0.0/8']},
                     [('type', 'transport'), ('bind', self.pick(['0.0.0.0', '0.0.0.0:5080', '192.0.2.1:5070'])),
                      ('protocol', self.pick(['udp', 'tcp', 'udp']))], count=self.rng.randrange(0, 3))
        for i in range(self.rng.randrange(0, 3)):
            self.section(f't{i}', ENDPOINT, [('type', 'endpoint')] if self.rng.random() < .7 else [], True, self.rng.randrange(0, 5))
        kept, self.templates = self.templates, []
        for i in (1, 2):
            self.section(f'a{i}', AUTH, [('type', 'auth'), ('username', f'u{i}')], count=self.rng.randrange(0, 3))
            self.section(f'r{i}', AOR, [('type', 'aor')], count=self.rng.randrange(0, 4))
        self.names, self.templates = [], kept
        for i in range(self.rng.randrange(1, 7)):
            self.section(f'e{i}', ENDPOINT, [('type', self.pick(['endpoint'] * 20 + ['Endpoint', 'aor']))], count=self.rng.randrange(0, 9))
        self.names, self.templates = [], []
        for i in range(self.rng.randrange(0, 3)):
            self.section(f'i{i}', IDENTIFY, [('type', 'identify'), ('endpoint', 'e1')], count=self.rng.randrange(0, 4))
        self.write()


def main():
    kind, count, seed, top = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    for i in range(count):
        folder = os.path.join(top, f'{kind}-{seed}-{i:04}')
        os.makedirs(folder)
        case = Case(kind, random.Random(f'{kind} {seed} {i}'), folder)
        getattr(case, kind)()


if __name__ == '__main__':
    main()
