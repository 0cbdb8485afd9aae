#!/bin/bash
# An audit over ssh: a real sshd on loopback, the same findings as on the host itself, host keys that are unknown or
# changed, wrong logins, hosts that hang, close or flood. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
sshd=$(command -v sshd || echo /usr/sbin/sshd)
if [ "$(id -u)" != 0 ] || [ ! -x "$sshd" ]; then
  echo 'needs root and sshd'
  echo '0 passed, 0 failed, 1 skipped'
  exit 0
fi
export LC_ALL=C.UTF-8 NO_COLOR=1 SOURCE_DATE_EPOCH=1790000000
work=$(mktemp -d) || exit 1
chmod 755 "$work"
passed=0 failed=0
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
pids=()
finish() {
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2> /dev/null
  rm -rf "$work"
}
trap finish EXIT

# An sshd of our own: its own keys, one key that may log in, on a port that is free.
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/other_host_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/user_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/stranger_key"
cp "$work/user_key.pub" "$work/authorized_keys"
mkdir -p /run/sshd
start_sshd() { # PORT HOST_KEY LOG
  cat > "$work/sshd_config.$1" <<END
Port $1
ListenAddress 127.0.0.1
HostKey $2
AuthorizedKeysFile $work/authorized_keys
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
END
  "$sshd" -D -e -f "$work/sshd_config.$1" 2> "$3" &
  pids+=($!)
}
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
port=$(free_port)
start_sshd "$port" "$work/host_key" "$work/sshd.log"
for _ in $(seq 50); do
  (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && break
  sleep 0.1
done
config() { # KEY KNOWN_HOSTS
  printf 'Host *\n  User root\n  IdentityFile %s\n  UserKnownHostsFile %s\n  GlobalKnownHostsFile /dev/null\n' "$1" "$2" > "$work/ssh_config"
}
known="[127.0.0.1]:$port $(cut -d' ' -f1,2 "$work/host_key.pub")"
echo "$known" > "$work/known_hosts"
echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$work/other_host_key.pub")" > "$work/changed_hosts"
: > "$work/no_hosts"
audit() { # PORT OUTPUT [OPTION...]
  local to=$1 out=$2
  shift 2
  SSH_AUTH_SOCK='' HOME=$work setsid -w timeout 120 "$ringfence" audit "ssh://127.0.0.1:$to" --ssh-config "$work/ssh_config" \
    -f json -o - "$@" > "$out" 2> "$work/error" < /dev/null
}

# The same findings as locally.
config "$work/user_key" "$work/known_hosts"
touch "$work/before"
"$ringfence" audit -f json -o - > "$work/local.json" 2> /dev/null
audit "$port" "$work/far.json"
status=$?
[ $status = 0 ] || [ $status = 3 ]; ok=$?; check "an audit over ssh: exit $status: $(head -2 "$work/error")" $ok
jq -e '.target.kind == "ssh"' "$work/far.json" > /dev/null; check 'the result says that it came by ssh' $?
[ "$(jq -r .target.name "$work/far.json")" = "$(uname -n)" ]; check 'the host is named by its own name' $?
diff <(jq -S '[.findings[] | [.id, .status, .exposure]]' "$work/local.json") <(jq -S '[.findings[] | [.id, .status, .exposure]]' "$work/far.json") > "$work/difference"
ok=$?; check "the same findings as locally: $(head -12 "$work/difference")" $ok
left=$(find /root -maxdepth 1 -type f -newer "$work/before" -name '.*history*')
[ -z "$left" ]; check "nothing is left in a shell history there: $left" $?

# An archive of it, collected over ssh.
SSH_AUTH_SOCK='' HOME=$work "$ringfence" collect "ssh://127.0.0.1:$port" --ssh-config "$work/ssh_config" -q -o "$work/far.tar.gz" 2> "$work/error"
status=$?
[ $status = 0 ] || [ $status = 3 ]; ok=$?; check "collect over ssh: exit $status: $(head -2 "$work/error")" $ok
"$ringfence" audit "$work/far.tar.gz" -f json -o - > "$work/archive.json" 2> /dev/null
diff <(jq -S '[.findings[] | [.id, .status]]' "$work/far.json") <(jq -S '[.findings[] | [.id, .status]]' "$work/archive.json") > "$work/difference"
ok=$?; check "its archive finds the same: $(head -5 "$work/difference")" $ok

refused() { # WHAT WORDS
  [ $? = 2 ]; check "$1: exit 2" $?
  grep -q -- "$2" "$work/error"; ok=$?; check "$1: says \"$2\": $(head -2 "$work/error")" $ok
}
config "$work/user_key" "$work/no_hosts"
audit "$port" "$work/out"
refused 'an unknown host key' 'not known'
[ ! -s "$work/no_hosts" ]; check 'an unknown key is not learnt by itself' $?
config "$work/user_key" "$work/changed_hosts"
: > "$work/sshd.log"
audit "$port" "$work/out"
refused 'a changed host key' 'not the one that is known'
! grep -qi 'accepted\|failed' "$work/sshd.log"; check 'a host with a changed key gets no login' $?
config "$work/stranger_key" "$work/known_hosts"
audit "$port" "$work/out"
refused 'a key that may not log in' 'could not log in'

# Hosts that hang at once, close, send garbage, or flood: each costs its own time limit only.
python3 - "$work/ports" <<'END' &
import socket, sys, threading, time
def serve(behaviour):
    server = socket.socket()
    server.bind(("127.0.0.1", 0))
    server.listen(8)
    def accept():
        while True:
            peer, _ = server.accept()
            threading.Thread(target=behaviour, args=(peer,), daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return server.getsockname()[1]
def hang(peer):
    time.sleep(600)
def close(peer):
    peer.close()
def garbage(peer):
    try:
        peer.sendall(b"SSH-2.0-none\r\n" + bytes(range(256)) * 256)
        time.sleep(600)
    except OSError:
        pass
def flood(peer):
    try:
        while True:
            peer.sendall(b"x" * 65536)
    except OSError:
        pass
ports = [serve(each) for each in (hang, close, garbage, flood)]
open(sys.argv[1] + ".new", "w").write(" ".join(map(str, ports)))
import os
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(600)
END
pids+=($!)
for _ in $(seq 50); do [ -e "$work/ports" ] && break; sleep 0.1; done
read -r hang close garbage flood < "$work/ports"
config "$work/user_key" "$work/known_hosts"
for kind in hang close garbage flood; do
  start=$SECONDS
  audit "${!kind}" "$work/out" --timeout 2
  refused "a host that does $kind" '127.0.0.1'
  [ $((SECONDS - start)) -lt 15 ]; ok=$?; check "a host that does $kind costs its time limit: $((SECONDS - start)) s" $ok
done

"$ringfence" audit 'ssh://' -f json -o - > /dev/null 2> "$work/error"
refused 'no host' 'names no host'
"$ringfence" audit 'ssh://x:99999' -f json -o - > /dev/null 2> "$work/error"
refused 'no such port' 'names no host'
echo "$passed passed, $failed failed"
[ $failed = 0 ]
