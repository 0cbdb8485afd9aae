#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes a Debian 11 folder with its Asterisk 16 (chan_sip and chan_pjsip) for run.sh: some 400 MB, a few
# minutes, once. As root; needs debootstrap, and the mirror that apt is set up for here.
#   prepare_root.sh [FOLDER]     default: $RINGFENCE_CACHE or ~/.cache/ringfence, asterisk16 in it
set -euo pipefail
root=${1:-${RINGFENCE_CACHE:-$HOME/.cache/ringfence}/asterisk16}
suite=bullseye
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
die() {
  echo "prepare_root: $*" >&2
  exit 1
}
[ "$(id -u)" = 0 ] || die 'root is needed'
if [ -x "$root/usr/sbin/asterisk" ]; then
  echo "prepare_root: $root is there"
  exit 0
fi
command -v debootstrap > /dev/null || die 'debootstrap is needed (apt-get install debootstrap)'
[ -n "$(apt-get indextargets)" ] || apt-get update -q > /dev/null
code=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' |
  awk -v code="$code" '$1 == code && $2 == "main" && !n++ { print $3 }')
[ -n "$mirror" ] || die "apt knows no mirror of $code"
proxy=$(apt-config dump --format '%v%n' Acquire::http::Proxy)
[ -z "$proxy" ] || export http_proxy=$proxy
# Built beside, and moved into place when it is whole; in a mount namespace, so that none stays behind.
new=$root.new
rm -rf --one-file-system "$new"
mkdir -p "$new"
trap 'rm -rf --one-file-system "$new"' EXIT
unshare -m debootstrap --variant=minbase "$suite" "$new" "$mirror" > "$root.log" 2>&1 ||
  die "debootstrap failed: see $root.log"
printf '#!/bin/sh\nexit 101\n' > "$new/usr/sbin/policy-rc.d"
chmod 755 "$new/usr/sbin/policy-rc.d"
apt-config dump Acquire:: | grep -E '::(Check-Valid-Until|Check-Date|Retries) |::https?::Proxy ' \
  > "$new/etc/apt/apt.conf.d/90host" || :
unshare -m sh -euc 'mount -t proc proc "$1/proc"
  chroot "$1" apt-get -q update
  chroot "$1" apt-get -qy --no-install-recommends install asterisk
  chroot "$1" apt-get clean' sh "$new" >> "$root.log" 2>&1 || die "installing Asterisk failed: see $root.log"
rm -rf "$new"/var/lib/apt/lists/*
trap - EXIT
mv "$new" "$root"
echo "prepare_root: $(chroot "$root" /usr/sbin/asterisk -V) in $root"
