# SPDX-License-Identifier: Apache-2.0
"""A SIP caller over UDP that knows INVITE and REGISTER with digest authentication, and a trunk that
notes which numbers it is called with and is always busy."""
import hashlib
import re
import select
import socket
import threading
import time

SDP = ('v=0\r\no=- 1 1 IN IP4 {a}\r\ns=-\r\nc=IN IP4 {a}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n'
       'a=rtpmap:0 PCMU/8000\r\n')
# Seconds without any answer after which a request counts as dropped.
SILENCE = 2.0
# Longest wait for the end of a call that was taken.
PATIENCE = 8.0


def header(message, name):
    found = re.search(rf'^{name}\s*:\s*(.*?)\r?$', message, re.I | re.M)
    return found.group(1) if found else ''


def status_of(message):
    found = re.match(r'SIP/2\.0 (\d+)', message)
    return int(found.group(1)) if found else 0


def digest(challenge, method, uri, user, password):
    """The value of Authorization that answers CHALLENGE."""
    def field(name):
        found = re.search(rf'{name}="?([^",]+)"?', challenge)
        return found.group(1) if found else ''
    md5 = lambda text: hashlib.md5(text.encode()).hexdigest()
    realm, nonce = field('realm'), field('nonce')
    first, second = md5(f'{user}:{realm}:{password}'), md5(f'{method}:{uri}')
    answer = (f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", '
              f'algorithm=MD5')
    if 'auth' in field('qop'):
        reply = md5(f'{first}:{nonce}:00000001:c0ffee:auth:{second}')
        answer += ', qop=auth, nc=00000001, cnonce="c0ffee"'
    else:
        reply = md5(f'{first}:{nonce}:{second}')
    opaque = field('opaque')
    if opaque:
        answer += f', opaque="{opaque}"'
    return answer + f', response="{reply}"'


class Caller:
    """One address and port that requests are sent from."""

    serial = 0

    def __init__(self, address, port, server):
        self.address, self.port, self.server = address, port, server
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))

    def close(self):
        self.socket.close()

    def _receive(self, call, deadline):
        """The next answer to CALL; None when none came in time."""
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.socket], [], [], left)[0]:
                return None
            message = self.socket.recv(65535).decode('latin1')
            if header(message, 'Call-ID') == call and status_of(message):
                return message

    def _send(self, method, uri, user, call, sequence, branch, to_tag='', extra='', body=''):
        host = f'{self.address}:{self.port}'
        to = f'<{uri}>' if method != 'REGISTER' else f'<sip:{user}@{self.server}>'
        message = (f'{method} {uri} SIP/2.0\r\n'
                   f'Via: SIP/2.0/UDP {host};branch=z9hG4bK{branch};rport\r\n'
                   f'From: <sip:{user}@{self.server}>;tag=t{call[:8]}\r\n'
                   f'To: {to}{to_tag}\r\nCall-ID: {call}\r\nCSeq: {sequence} {method}\r\n'
                   f'Contact: <sip:{user}@{host}>\r\nMax-Forwards: 70\r\n{extra}')
        if body:
            message += 'Content-Type: application/sdp\r\n'
        message += f'Content-Length: {len(body)}\r\n\r\n{body}'
        self.socket.sendto(message.encode('latin1'), (self.server, 5060))

    def request(self, method, user, number='', password=None):
        """Sends it, with PASSWORD answers a challenge once; the list of status codes."""
        Caller.serial += 1
        call = hashlib.md5(f'{self.address}{self.port}{Caller.serial}'.encode()).hexdigest()
        uri = f'sip:{number}@{self.server}' if method == 'INVITE' else f'sip:{self.server}'
        body = SDP.format(a=self.address) if method == 'INVITE' else ''
        extra = 'Expires: 60\r\n' if method == 'REGISTER' else ''
        codes, sequence, start = [], 1, time.monotonic()
        branch = f'{call}.{sequence}'
        self._send(method, uri, user, call, sequence, branch, extra=extra, body=body)
        deadline = start + SILENCE
        while True:
            message = self._receive(call, deadline)
            if message is None:
                return codes
            if header(message, 'CSeq').split()[0] != str(sequence):
                continue
            code = status_of(message)
            codes.append(code)
            deadline = start + PATIENCE
            if code < 200:
                continue
            if method == 'INVITE':
                tag = re.search(r';tag=[^;\s]+', header(message, 'To'))
                self._send('ACK', uri, user, call, sequence, branch, tag.group(0) if tag else '')
                if code < 300:
                    self._send('BYE', uri, user, call, sequence + 1, branch + 'b',
                               tag.group(0) if tag else '')
            challenge = header(message, 'WWW-Authenticate') or header(message, 'Proxy-Authenticate')
            if code not in (401, 407) or password is None or sequence > 1 or not challenge:
                return codes
            name = 'Authorization' if code == 401 else 'Proxy-Authorization'
            sequence, codes = 2, []
            branch = f'{call}.{sequence}'
            answer = digest(challenge, method, uri, user, password)
            self._send(method, uri, user, call, sequence, branch,
                       extra=f'{extra}{name}: {answer}\r\n', body=body)
            deadline = time.monotonic() + SILENCE


class Trunk(threading.Thread):
    """Answers each INVITE with 486, OPTIONS and REGISTER with 200, and keeps the numbers."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, 5060))
        self.numbers = []

    def run(self):
        while True:
            try:
                data, source = self.socket.recvfrom(65535)
            except OSError:
                return
            message = data.decode('latin1')
            method = message.split(' ', 1)[0]
            if method.startswith('SIP/') or method == 'ACK':
                continue
            if method == 'INVITE':
                number = re.match(r'INVITE sips?:([^@\s]*)@', message)
                self.numbers.append(number.group(1) if number else '')
            self._answer(message, method, source)

    def _answer(self, message, method, source):
        status = '486 Busy Here' if method == 'INVITE' else '200 OK'
        lines = [f'SIP/2.0 {status}']
        lines += re.findall(r'^Via:.*?(?=\r)', message, re.I | re.M)
        to = header(message, 'To')
        lines += [f'From: {header(message, "From")}', f'To: {to}' + ('' if ';tag' in to else ';tag=t'),
                  f'Call-ID: {header(message, "Call-ID")}', f'CSeq: {header(message, "CSeq")}',
                  'Content-Length: 0', '', '']
        self.socket.sendto('\r\n'.join(lines).encode('latin1'), source)

    def take(self):
        """The numbers since the last time."""
        numbers, self.numbers = self.numbers, []
        return numbers
