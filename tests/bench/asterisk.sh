#!/bin/bash
# An audit of a sip.conf of PEERS peers (default: 1,000, 10,000 and 100,000), beside the time that the real Asterisk
# takes to start with the same file (less what it takes with an empty one), where `make test-asterisk` finds one.
set -eu
cd "$(dirname "$0")/../.."
ringfence=${RINGFENCE:-build/release/ringfence} runs=${RUNS:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$ringfence" "$runs" "$work" "${PEERS:-1000 10000 100000}" <<'PY'
import os, random, resource, statistics, subprocess, sys, time
sys.path.insert(0, 'tests/asterisk')
ringfence, runs, work, sizes = sys.argv[1], int(sys.argv[2]), sys.argv[3], [int(n) for n in sys.argv[4].split()]
LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

def sip_conf(peers):
    rng = random.Random(peers)
    yield ('[general]\ncontext=public\nallowguest=no\nudpbindaddr=127.0.0.1:5060\nalwaysauthreject=yes\n'
           '[phone](!)\ntype=friend\nhost=dynamic\ncontext=from-internal\ndisallow=all\nallow=ulaw\nallow=alaw\nqualify=no\n'
           '[lan](!)\ndeny=0.0.0.0/0.0.0.0\npermit=192.168.0.0/255.255.0.0\n')
    for i in range(peers):
        name = 10000 + i
        secret = str(name) if rng.random() < .05 else ''.join(rng.choices(LETTERS, k=16))
        own = f'deny=0.0.0.0/0\npermit=10.{i >> 8 & 255}.{i & 255}.0/24\n' if rng.random() < .5 else ''
        yield f'\n[{name}](phone,lan)\nsecret={secret}\ncallerid="User {name}" <{name}>\n{own}mailbox={name}@default\n'

def run(command):
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) in (0, 3), command
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024

# The places that tests/asterisk/run.sh looks at.
places = [os.environ.get('ASTERISK_ROOT', ''), '/', '/var/lib/ringfence-oracle/bullseye',
          os.path.join(os.environ.get('RINGFENCE_CACHE', os.path.expanduser('~/.cache/ringfence')), 'asterisk16')]
root = next((p for p in places if p and os.path.exists(os.path.join(p, 'usr/sbin/asterisk'))), None)

STARTER = '''
import sys, time
sys.path.insert(0, 'tests/asterisk')
import asterisk_process
start = time.monotonic()
with asterisk_process.Asterisk(sys.argv[1], sys.argv[2], 'sip'):
    print(time.monotonic() - start)
'''

def start_asterisk(folder):
    if root is None:
        return None
    done = subprocess.run(['unshare', '-m', '-n', '--propagation', 'private', 'sh', '-c', 'ip link set lo up && exec python3 -c "$0" "$1" "$2"', STARTER, root, folder],
                          capture_output=True, text=True, timeout=300)
    return float(done.stdout) if done.returncode == 0 else None

def lay(peers):
    folder = f'{work}/{peers}/etc/asterisk'
    os.makedirs(folder)
    with open(folder + '/sip.conf', 'w') as file:
        file.writelines(sip_conf(peers))
    with open(folder + '/extensions.conf', 'w') as file:
        file.write('[public]\nexten => _X.,1,Hangup(21)\n[from-internal]\nexten => _X.,1,Hangup(21)\n')
    return folder

try:
    idle = start_asterisk(lay(0)) if os.geteuid() == 0 else None
except (OSError, subprocess.TimeoutExpired):
    idle = None
if idle is None:
    print('Asterisk itself is not measured: that needs root, namespaces, and an Asterisk (tests/asterisk/prepare_root.sh)')
for peers in sizes:
    folder = lay(peers)
    seen = [run([ringfence, 'audit', '-q', '-o', f'{work}/out', f'{work}/{peers}']) for _ in range(runs)]
    wall, cpu = (statistics.median(s[i] for s in seen) for i in (0, 1))
    text = (f'{peers} peers: median {wall:.3f} s, {cpu:.3f} s of processor ({cpu / peers * 1e6:.1f} us a peer), '
            f'peak {max(s[2] for s in seen):.0f} MiB')
    if idle is not None:
        try:
            loaded = start_asterisk(folder)
            text += f'; Asterisk loads it in {max(loaded - idle, 0):.2f} s' if loaded is not None else '; Asterisk did not start'
        except subprocess.TimeoutExpired:
            text += '; Asterisk took more than 300 s'
    print(text, flush=True)
PY
