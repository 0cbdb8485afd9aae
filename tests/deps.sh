#!/bin/bash
# Installs those of the named Debian packages that are missing, and says so first. As root or through sudo.
set -u
missing=()
for package in "$@"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "These Debian packages are needed, and there is no apt-get here: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "As root, please: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
echo "Installing what is missing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
# A package's service must not start because a test wants its program.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  "${as_root[@]}" sh -c "printf '#!/bin/sh\nexit 101\n' > $policy && chmod 755 $policy" || exit 1
  trap '"${as_root[@]}" rm -f $policy' EXIT
fi
install() {
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}
install 2>/dev/null || { "${as_root[@]}" apt-get update -qq && install; }
