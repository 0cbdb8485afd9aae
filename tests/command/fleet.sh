#!/bin/bash
# Many hosts at once: real ones over ssh beside some that are not there, hang, flood, send garbage or have another key.
# None costs the others anything. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
export LC_ALL=C.UTF-8 NO_COLOR=1 SOURCE_DATE_EPOCH=1790000000
work=$(mktemp -d) || exit 1
chmod 755 "$work"
passed=0 failed=0 pids=()
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
finish() {
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2> /dev/null
  rm -rf "$work"
}
trap finish EXIT

# Folders as hosts: an inventory needs no network.
for host in careless hardened; do tests/hosts/lay_out.sh $host "$work/$host"; done
cp -r "$work/careless" "$work/other"
mkdir "$work/more" && cp -r "$work/careless" "$work/more/careless"
printf '# hosts\n%s/careless  # the old one\n\n%s/hardened\n%s/other\n/does/not/exist\n' "$work" "$work" "$work" > "$work/inventory"
"$ringfence" audit "@$work/inventory" "$work/more/careless" -j 3 -o "$work/fleet" --history "$work/history.db" > "$work/out" 2> "$work/error"
[ $? = 3 ]; ok=$?; check "an inventory with a target that is not there: exit 3: $(head -2 "$work/error")" $ok
[ "$(grep -c '^\[./5\] ' "$work/out")" = 5 ]; check 'a line for each host' $?
for host in careless hardened other; do
  "$ringfence" audit "$work/$host" -q -f json -o "$work/alone" 2> /dev/null
  diff <(jq 'del(.target, .history)' "$work/alone/result.json") <(jq 'del(.target, .history)' "$work/fleet/$host/result.json") > "$work/difference"
  ok=$?; check "$host: the same result as alone: $(head -3 "$work/difference")" $ok
done
fleet() { # WHAT JQ
  jq -e "$2" "$work/fleet/fleet.json" > /dev/null; check "$1" $?
}
fleet 'four of five were audited' '.hosts_total == 5 and .hosts_audited == 4'
fleet 'the worst is first, the failed one last' '.hosts[0].score.value <= .hosts[3].score.value and .hosts[4].state == "failed"'
fleet 'which finding on which hosts' '[.findings[] | select(.id == "SSH-001")][0].failed_on | length == 3'
fleet 'what is open to anywhere' '[.services[] | select(.port == 22 and .proto == "tcp")][0].anywhere | length >= 3'
[ "$(stat -c %a "$work/fleet/fleet.html")" = 600 ]; check 'the report is 0600' $?
for host in careless hardened other; do grep -q "href=\"$host/report.html\"" "$work/fleet/fleet.html" && [ -s "$work/fleet/$host/report.html" ]; check "$host is linked" $?; done
xmllint --html --noout "$work/fleet/fleet.html" 2> "$work/error" || ! grep -v 'Tag \(main\|section\|nav\) invalid' "$work/error" | grep -q error; check 'the page is well-formed' $?
[ "$("$ringfence" history --history "$work/history.db" --json 2> /dev/null | jq '[.. | .host? // empty] | unique | length')" -ge 3 ]; check 'the history keeps every host' $?

# What is there already is not asked again; what failed is.
sed -i 's,/does/not/exist,'"$work/hardened/.,"  "$work/inventory"
touch "$work/before"
"$ringfence" audit "@$work/inventory" -j 3 -o "$work/fleet" --resume -f json > "$work/out" 2> "$work/error"
[ -z "$(find "$work/fleet/careless" -newer "$work/before" -name result.json)" ]; check 'resume leaves what is done' $?
fleet 'resume still reports all' '.hosts_total == 4 and .hosts_audited >= 3'
"$ringfence" audit "@$work/inventory" -o "$work/fleet" --resume -q --min-score 50
[ $? = 1 ]; check 'a threshold that one host misses: exit 1' $?

refused() { # WHAT TEXT WORDS
  printf '%b' "$2" > "$work/bad"
  timeout 20 "$ringfence" audit "@$work/bad" -o "$work/none" > /dev/null 2> "$work/error"
  [ $? = 2 ] && grep -q -- "$3" "$work/error"; ok=$?; check "$1: $(head -1 "$work/error")" $ok
}
refused 'an empty inventory' '# nothing\n' 'no host'
refused 'two words on a line' 'a.example b.example\n' 'bad:1: expected one target'
refused 'broken JSON' '{"a": [1,}' 'not JSON'
refused 'aliases of YAML' 'all:\n  hosts: &h\n    a:\n  vars: *h\n' 'aliases'
refused 'a template' '[a]\nb ansible_host="{{ x }}"\n' 'template'
refused 'a range without end' '[a]\nb[1:99999999]\n' 'fewer hosts'

sshd=$(command -v sshd || echo /usr/sbin/sshd)
if [ "$(id -u)" != 0 ] || [ ! -x "$sshd" ]; then
  echo "$passed passed, $failed failed"
  [ $failed = 0 ]
  exit
fi
for key in host_key other_key user_key; do ssh-keygen -q -t ed25519 -N '' -f "$work/$key"; done
mkdir -p /run/sshd
python3 - "$work/ports" <<'END_OF_SERVERS' &
import os, socket, sys, threading, time
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
def late(peer):
    peer.sendall(b"SSH-2.0-late\r\n")
    time.sleep(600)
def close(peer):
    peer.close()
def flood(peer):
    try:
        while True:
            peer.sendall(b"x" * 65536)
    except OSError:
        pass
free = socket.socket()
free.bind(("127.0.0.1", 0))
ports = [serve(each) for each in (hang, late, close, flood)] + [free.getsockname()[1]]
free.close()
open(sys.argv[1] + ".new", "w").write(" ".join(map(str, ports)))
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(600)
END_OF_SERVERS
pids+=($!)
for _ in $(seq 50); do [ -e "$work/ports" ] && break; sleep 0.1; done
read -r hang late close flood port < "$work/ports"
# SHLVL: bash would take .bashrc for a command that sshd runs; MaxSessions 1: one session is all that an audit needs.
cat > "$work/sshd_config" <<END
Port $port
ListenAddress 0.0.0.0
HostKey $work/host_key
AuthorizedKeysFile $work/user_key.pub
PidFile none
PermitRootLogin prohibit-password
StrictModes no
UsePAM no
MaxSessions 1
MaxStartups 100
SetEnv SHLVL=2
END
"$sshd" -D -e -f "$work/sshd_config" 2> "$work/sshd.log" &
pids+=($!)
for _ in $(seq 50); do (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && break; sleep 0.1; done
printf 'Host *\n  User root\n  IdentityFile %s\n  UserKnownHostsFile %s\n  GlobalKnownHostsFile /dev/null\n' "$work/user_key" "$work/known_hosts" > "$work/ssh_config"
echo "[127.0.1.1]:$port $(cut -d' ' -f1,2 "$work/host_key.pub")" > "$work/known_hosts"
echo "[127.0.1.3]:$port $(cut -d' ' -f1,2 "$work/other_key.pub")" >> "$work/known_hosts"
cat > "$work/hosts.ini" <<END
[good]
pbx[1:2] ansible_host=127.0.1.1
[bad]
changed ansible_host=127.0.1.3
unknown ansible_host=127.0.1.4
[bad:vars]
ansible_port=$port
[good:vars]
ansible_port=$port
[worse]
hang ansible_port=$hang
late ansible_port=$late
close ansible_port=$close
flood ansible_port=$flood
[worse:vars]
ansible_host=127.0.0.1
END
start=$SECONDS
SSH_AUTH_SOCK='' HOME=$work timeout 300 "$ringfence" audit "@$work/hosts.ini" -j 8 --timeout 20 --retries 1 --ssh-config "$work/ssh_config" -o "$work/far" > "$work/out" 2> "$work/error"
[ $? = 3 ]; ok=$?; check "a fleet over ssh: exit 3: $(head -2 "$work/error")" $ok
[ $((SECONDS - start)) -lt 150 ]; ok=$?; check "it ends by its limits: $((SECONDS - start)) s" $ok
far() { # WHAT JQ
  jq -e "$2" "$work/far/fleet.json" > /dev/null; ok=$?; check "$1: $(jq -c '[.hosts[] | [.name, .failure]]' "$work/far/fleet.json")" $ok
}
far 'the good ones are audited' '[.hosts[] | select(.state == "done") | .name] | sort == ["pbx1", "pbx2"]'
far 'all others are told' '[.hosts[] | select(.state == "failed" and (.failure | length > 10))] | length == 6'
far 'a changed key is told' '.hosts[] | select(.name == "changed") | .failure | test("not the one that is known")'
diff <(jq '[.findings[] | [.id, .status]]' "$work/far/pbx1/result.json") <(jq '[.findings[] | [.id, .status]]' "$work/far/pbx2/result.json") > "$work/difference"
ok=$?; check "both ways to one host find the same: $(head -3 "$work/difference")" $ok
echo "$passed passed, $failed failed"
[ $failed = 0 ]
