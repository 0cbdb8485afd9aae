#!/bin/bash
# The same findings whichever way a host is had: from its folder, from what `collect` packed of it, from a tar of the
# folder. And archives that lie: each is refused or bounded, with a message. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/../.." || exit 1
ringfence=$PWD/${RINGFENCE:-build/release/ringfence}
export SOURCE_DATE_EPOCH=1770120000 LC_ALL=C.UTF-8 NO_COLOR=1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0
check() { # WHAT STATUS
  if [ "$2" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $1"; fi
}
audit() { # TARGET OUTPUT
  "$ringfence" audit "$1" --level strict -f json -o - > "$2" 2> "$work/error"
  local status=$?
  [ $status = 0 ] || [ $status = 3 ]
}
same() { # ONE OTHER
  diff <(jq -S 'del(.target)' "$1") <(jq -S 'del(.target)' "$2") > "$work/difference"
}

for host in careless hardened; do
  tests/hosts/lay_out.sh $host "$work/$host"
  audit "$work/$host" "$work/folder.json"; check "$host: its folder" $?
  for ending in tar tar.gz tar.xz tar.zst; do
    "$ringfence" collect "$work/$host" -q -o "$work/$host.$ending" 2> "$work/error"
    [ $? = 3 ] || [ $? = 0 ]; check "$host: collect to .$ending" $?
    audit "$work/$host.$ending" "$work/archive.json"; check "$host: audit of .$ending" $?
    same "$work/folder.json" "$work/archive.json"; ok=$?; check "$host: .$ending finds what the folder gives: $(head -5 "$work/difference")" $ok
  done
  [ "$(stat -c %a "$work/$host.tar.gz")" = 600 ]; check "$host: the archive is 0600" $?
  # The same host twice is the same archive.
  "$ringfence" collect "$work/$host" -q -o "$work/again.tar.gz" 2> /dev/null
  cmp -s "$work/$host.tar.gz" "$work/again.tar.gz"; check "$host: collected twice, byte for byte" $?
  "$ringfence" collect "$work/$host" -q -o - > "$work/piped.tar.gz" 2> /dev/null
  cmp -s "$work/$host.tar.gz" "$work/piped.tar.gz"; check "$host: -o - is the same archive" $?
  # Unpacked by hand it is a folder that can be audited.
  mkdir "$work/unpacked"
  tar -xf "$work/$host.tar.gz" -C "$work/unpacked"; check "$host: tar unpacks it" $?
  audit "$work/unpacked" "$work/unpacked.json"; check "$host: audit of what tar unpacked" $?
  rm -r "$work/unpacked"
  # A plain tar, with and without the folder's name before each member.
  tar -C "$work/$host" -cf "$work/plain.tar" .
  audit "$work/plain.tar" "$work/plain.json"; check "$host: audit of a plain tar" $?
  same "$work/folder.json" "$work/plain.json"; ok=$?; check "$host: a plain tar finds the same: $(head -5 "$work/difference")" $ok
  tar -C "$work" -czf "$work/named.tar.gz" $host
  audit "$work/named.tar.gz" "$work/named.json"; check "$host: audit of a tar of the folder" $?
  same "$work/folder.json" "$work/named.json"; ok=$?; check "$host: a tar of the folder finds the same: $(head -5 "$work/difference")" $ok
done

# This machine, locally and from what was collected of it a moment ago. What moves by itself is left out of both.
if [ "$(id -u)" = 0 ]; then
  "$ringfence" collect -q -o "$work/here.tar.gz" 2> /dev/null
  audit local "$work/local.json"; check 'this machine' $?
  audit "$work/here.tar.gz" "$work/here.json"; check 'this machine from its archive' $?
  diff <(jq -S '[.findings[] | [.id, .status]]' "$work/local.json") <(jq -S '[.findings[] | [.id, .status]]' "$work/here.json") > "$work/difference"
  ok=$?; check "this machine and its archive: $(head -5 "$work/difference")" $ok
fi

refuses() { # WHAT FILE WORDS
  timeout 20 "$ringfence" audit "$2" -q -f json -o - > "$work/out" 2> "$work/error"
  [ $? = 2 ]; check "$1: exit 2" $?
  grep -q -- "$3" "$work/error"; ok=$?; check "$1: says \"$3\": $(head -1 "$work/error")" $ok
}
archive=$work/careless.tar.gz
head -c $(($(stat -c %s "$archive") / 2)) "$archive" > "$work/short.tar.gz"
refuses 'cut within a member' "$work/short.tar.gz" 'damaged\|ends within'
head -c 100000 /dev/urandom > "$work/noise.tar"
refuses 'no archive at all' "$work/noise.tar" 'not an archive'
: > "$work/empty.tar"
refuses 'an empty file' "$work/empty.tar" 'nothing in it\|not an archive'
# A member that was changed after packing.
mkdir "$work/changed" && tar -xf "$archive" -C "$work/changed"
sed -i 's/^type=friend/type=peer  /' "$work/changed/etc/asterisk/sip.conf"
tar -C "$work/changed" -cf "$work/changed.tar" ringfence-answers etc probes
refuses 'a changed member' "$work/changed.tar" 'SHA-256'
rm "$work/changed/etc/asterisk/sip.conf"
tar -C "$work/changed" -cf "$work/changed.tar" ringfence-answers etc probes
refuses 'a missing member' "$work/changed.tar" 'a member that the archive has'
printf 'ringfence-answers 1\nread\t/etc/passwd\tfound\tq\n' > "$work/changed/ringfence-answers"
tar -C "$work/changed" -cf "$work/changed.tar" ringfence-answers
refuses 'a manifest that is none' "$work/changed.tar" "ringfence-answers:2: expected"
# 2 GiB of nothing in a few kilobytes.
mkdir -p "$work/bomb/etc/asterisk" && truncate -s 2G "$work/bomb/etc/asterisk/sip.conf"
tar -C "$work/bomb" -czf "$work/bomb.tar.gz" etc
refuses 'a bomb' "$work/bomb.tar.gz" '1 GiB'
tar -C "$work/bomb" -cSf "$work/sparse.tar" etc
refuses 'a sparse bomb' "$work/sparse.tar" '1 GiB'

# Names and links that lead out of the archive are left out, and said; the rest stands.
mkdir -p "$work/evil/etc/ssh" "$work/evil/outside"
echo 'PermitRootLogin yes' > "$work/evil/outside/secret"
cp "$work/hardened/etc/ssh/sshd_config" "$work/evil/etc/ssh/sshd_config"
ln -s /etc/shadow "$work/evil/etc/ssh/linked"
ln -s ../../../../../../etc/hostname "$work/evil/etc/hostname"
ln -s loop "$work/evil/etc/loop"
tar -C "$work/evil/outside" -cf "$work/evil.tar" -P --transform 's,^,../../,' secret
tar -C "$work/evil" -rf "$work/evil.tar" etc
audit "$work/evil.tar" "$work/evil.json"; check 'traversal: the rest is audited' $?
jq -e '.unread[] | select(.why | test("left out"))' "$work/evil.json" > /dev/null; check 'traversal: what was left out is said' $?
! grep -q "$(hostname)" "$work/evil.json"; check 'a link out of the archive leads nowhere' $?
jq -e '.findings[] | select(.id == "SSH-001" and .status == "pass")' "$work/evil.json" > /dev/null; check 'traversal: sshd_config is judged' $?

"$ringfence" collect "$work/hardened" -o "$work/x.zip" 2> "$work/error"
[ $? = 2 ] && grep -q 'ends in .tar' "$work/error"; check 'a name that is no archive' $?
"$ringfence" collect "$work/hardened" -o "$work/none/x.tar" 2> "$work/error"
[ $? = 4 ]; check 'a folder that is not there: exit 4' $?
echo "$passed passed, $failed failed"
[ $failed = 0 ]
