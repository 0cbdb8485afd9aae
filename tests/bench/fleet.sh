#!/bin/bash
# 50 hosts over loopback, one real sshd: `ringfence audit @inventory`, which collects, judges and reports, beside
# `xargs -P32 ssh`, which merely runs the same commands, and ansible with 50 forks, which does so too.
# HOSTS=N, JOBS=N and SKIP_ANSIBLE=1 change it. Needs root and sshd.
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
hosts=${HOSTS:-50} jobs=${JOBS:-8}
sshd=$(command -v sshd || echo /usr/sbin/sshd)
if [ "$(id -u)" != 0 ] || [ ! -x "$sshd" ]; then echo 'needs root and sshd'; exit 0; fi
work=$(mktemp -d) || exit 1
chmod 755 "$work"
pids=()
finish() {
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2> /dev/null
  rm -rf "$work"
}
trap finish EXIT
mkdir -p /run/sshd
for key in host_key user_key; do ssh-keygen -q -t ed25519 -N '' -f "$work/$key"; done
printf '#!/bin/sh\ntee %s/commands | sh -s\n' "$work" > "$work/keep.sh" && chmod 755 "$work/keep.sh"
start() { # PORT MORE
  # SHLVL: bash would read .bashrc for each command, which is no part of what is compared.
  cat > "$work/sshd.$1" << END
Port $1
ListenAddress 0.0.0.0
HostKey $work/host_key
AuthorizedKeysFile $work/user_key.pub
PidFile none
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
MaxStartups 1000
SetEnv SHLVL=2
$2
END
  "$sshd" -D -e -f "$work/sshd.$1" 2> /dev/null &
  pids+=($!)
  for _ in $(seq 50); do (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null && break; sleep 0.1; done
}
free_ports() {
  python3 -c 'import socket
s = [socket.socket() for _ in range(2)]
for each in s: each.bind(("127.0.0.1", 0))
print(*[each.getsockname()[1] for each in s])'
}
read -r port watched < <(free_ports)
start "$port" ''
start "$watched" "ForceCommand $work/keep.sh"
for i in $(seq "$hosts"); do
  echo "127.0.1.$i" >> "$work/addresses"
  echo "127.0.1.$i:$port" >> "$work/inventory"
  for each in "$port" "$watched"; do echo "[127.0.1.$i]:$each $(cut -d' ' -f1,2 "$work/host_key.pub")" >> "$work/known_hosts"; done
done
printf 'Host *\n  User root\n  IdentityFile %s/user_key\n  UserKnownHostsFile %s/known_hosts\n  GlobalKnownHostsFile /dev/null\n  BatchMode yes\n' "$work" "$work" > "$work/ssh_config"
export SSH_AUTH_SOCK='' HOME=$work
"$ringfence" audit "ssh://127.0.1.1:$watched" --ssh-config "$work/ssh_config" -q -f json -o "$work/one" 2> /dev/null
echo "the commands of one audit: $(wc -c < "$work/commands") bytes in one shell"

cat > "$work/measure.py" << 'END'
# Runs a command; wall time, and the largest sum of proportional memory over its processes.
import os, subprocess, sys, time
start = time.monotonic()
process = subprocess.Popen(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
largest = 0
def children():
    below = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                below.setdefault(int(open(f"/proc/{name}/stat").read().rsplit(")", 1)[1].split()[1]), []).append(int(name))
            except OSError:
                pass
    found = [process.pid]
    for each in found:
        found += below.get(each, [])
    return found
while process.poll() is None:
    total = 0
    for pid in children():
        try:
            total += next(int(line.split()[1]) for line in open(f"/proc/{pid}/smaps_rollup") if line.startswith("Pss:"))
        except (OSError, StopIteration):
            pass
    largest = max(largest, total)
    time.sleep(0.3)
print(f"{sys.argv[1]:34s} {time.monotonic() - start:7.2f} s  {largest / 1024:6.1f} MiB")
END
measure() { python3 "$work/measure.py" "$@"; }
for _ in 1 ${TURNS:-}; do
  measure "ringfence audit @inventory -j $jobs" "$ringfence" audit "@$work/inventory" -j "$jobs" --ssh-config "$work/ssh_config" -o "$work/fleet" -q
  measure 'xargs -P32 ssh' sh -c "xargs -P32 -I{} sh -c 'ssh -F $work/ssh_config -p $port {} sh -s < $work/commands > /dev/null' < $work/addresses"
done
jq -r '"\(.hosts_audited) of \(.hosts_total) hosts audited"' "$work/fleet/fleet.json"
if [ -z "${SKIP_ANSIBLE:-}" ] && command -v ansible > /dev/null; then
  (echo '[all:vars]'; echo "ansible_port=$port"; echo '[all]'; cat "$work/addresses") > "$work/ansible.ini"
  ANSIBLE_SSH_ARGS="-F $work/ssh_config" measure 'ansible -f 50 -m script' ansible all -i "$work/ansible.ini" -f 50 -m script -a "$work/commands"
fi
