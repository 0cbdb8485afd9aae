# SPDX-License-Identifier: Apache-2.0
"""A real Asterisk in a chroot, over a configuration folder of ours. Must run in a mount and a network
namespace of its own: the chroot's /etc/asterisk and /mnt are mounted over there, and stay untouched
elsewhere."""
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

# Longest wait for an Asterisk to be up.
BOOT_SECONDS = 30

COMMON = '''res_timing_timerfd res_sorcery_config res_crypto res_http_websocket res_pjproject res_srtp res_rtp_asterisk pbx_config bridge_simple
app_dial app_stack app_macro app_exec app_verbose app_authenticate app_disa app_originate func_logic func_strings
func_callerid func_channel func_global func_cut func_math func_timeout func_dialplan'''.split()
SIP = ['chan_sip']
PJSIP = '''res_sorcery_astdb res_sorcery_memory res_pjsip res_pjsip_session res_pjsip_pubsub res_pjsip_acl
res_pjsip_authenticator_digest res_pjsip_outbound_authenticator_digest res_pjsip_registrar
res_pjsip_endpoint_identifier_ip res_pjsip_endpoint_identifier_user res_pjsip_endpoint_identifier_anonymous
res_pjsip_config_wizard res_pjsip_sdp_rtp res_pjsip_caller_id res_pjsip_nat chan_pjsip'''.split()

MODULE_FOLDERS = ['usr/lib/asterisk/modules', 'usr/lib/x86_64-linux-gnu/asterisk/modules',
                  'usr/lib64/asterisk/modules']


def asterisk_conf(modules):
    return ('[directories]\nastetcdir => /etc/asterisk\n'
            f'astmoddir => /{modules}\n'
            'astvarlibdir => /mnt/lib\nastdbdir => /mnt/lib\nastkeydir => /mnt/lib\n'
            'astdatadir => /usr/share/asterisk\nastagidir => /usr/share/asterisk/agi-bin\n'
            'astspooldir => /mnt/spool\nastrundir => /mnt/run\nastlogdir => /mnt/log\n'
            '[options]\nnocolor = yes\nlive_dangerously = no\n')


MANAGER = ('[general]\nenabled = yes\nport = 5038\nbindaddr = 127.0.0.1\ndisplayconnects = no\n'
           '[calls]\nsecret = 5uQp-71kd-Wo2x\ndeny = 0.0.0.0/0.0.0.0\npermit = 127.0.0.1/255.255.255.255\n'
           'read = system\nwrite = command\n')


class Asterisk:
    def __init__(self, root, etc, driver):
        """ETC gets the files that only the running of it needs, unless the case has its own."""
        self.root = root
        found = [m for m in MODULE_FOLDERS if os.path.isdir(os.path.join(root, m))]
        if not found:
            raise FileNotFoundError(f'no modules of Asterisk in {root}')
        there = os.listdir(os.path.join(root, found[0]))
        modules = [m for m in COMMON + (SIP if driver == 'sip' else PJSIP) if m + '.so' in there]
        for name, text in (('asterisk.conf', asterisk_conf(found[0])), ('manager.conf', MANAGER),
                           ('logger.conf', '[general]\n[logfiles]\nfull => notice,warning,error,verbose\n'),
                           ('modules.conf', '[modules]\nautoload=no\n' +
                            ''.join(f'load = {m}.so\n' for m in modules))):
            path = os.path.join(etc, name)
            if not os.path.exists(path):
                with open(path, 'w') as file:
                    file.write(text)
        self.etc = etc
        self.var = tempfile.mkdtemp(prefix='asterisk.')
        self.process = None

    def __enter__(self):
        for name in ('run', 'log', 'lib', 'spool'):
            os.mkdir(os.path.join(self.var, name))
        for source, place in ((self.etc, 'etc/asterisk'), (self.var, 'mnt')):
            os.makedirs(os.path.join(self.root, place), exist_ok=True)
            subprocess.run(['mount', '--bind', source, os.path.join(self.root, place)], check=True)
        self.process = subprocess.Popen(
            ['chroot', self.root, '/usr/sbin/asterisk', '-f', '-C', '/etc/asterisk/asterisk.conf'],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait(self):
        """Until the manager says that it has started."""
        deadline = time.monotonic() + BOOT_SECONDS
        while True:
            try:
                link = socket.create_connection(('127.0.0.1', 5038), timeout=BOOT_SECONDS)
                break
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise TimeoutError('Asterisk did not start:\n' + self.log()) from None
                time.sleep(0.05)
        link.sendall(b'Action: Login\r\nUsername: calls\r\nSecret: 5uQp-71kd-Wo2x\r\n\r\n')
        text = b''
        while b'FullyBooted' not in text:
            data = link.recv(65536)
            if not data:
                raise TimeoutError('the manager hung up:\n' + self.log())
            text += data
        self.link = link
        declined = [line for line in self.log().splitlines() if 'declined to load' in line]
        if declined:
            raise RuntimeError('\n'.join(declined))

    def cli(self, command):
        """The lines that it prints."""
        self.link.sendall(f'Action: Command\r\nCommand: {command}\r\nActionID: {command}\r\n\r\n'.encode())
        text = b''
        while True:
            data = self.link.recv(65536)
            text += data
            for message in text.decode('latin1').split('\r\n\r\n'):
                if f'ActionID: {command}' in message and text.endswith(b'\r\n\r\n'):
                    return [line[8:] for line in message.split('\r\n') if line.startswith('Output: ')]
            if not data:
                return []

    def log(self):
        try:
            with open(os.path.join(self.var, 'log', 'full'), encoding='latin1') as file:
                return file.read()
        except OSError:
            return ''

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for place in ('etc/asterisk', 'mnt'):
            subprocess.run(['umount', '-l', os.path.join(self.root, place)], check=False,
                           stderr=subprocess.DEVNULL)
        shutil.rmtree(self.var, ignore_errors=True)
