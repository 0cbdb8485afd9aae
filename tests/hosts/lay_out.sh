#!/bin/bash
# lay_out.sh HOST FOLDER: a copy of tests/hosts/HOST with the modes and owners that git does not keep, by
# HOST.modes. Owners need root; without, they stay the caller's.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
host=$1 folder=$2
mkdir -p "$folder"
cp -R "$here/$host/." "$folder"
chmod -R u=rwX,go=rX "$folder"
if [ "$(id -u)" = 0 ]; then
  chown -hR 0:0 "$folder"
fi
# Configuration older than the programs that read it: git keeps no times either.
find "$folder/etc" -exec touch -h -d "2024-01-05 00:00:00 UTC" {} +
# Answers are as old as the audits that the tests make of them.
find "$folder/probes" -exec touch -h -d "2026-02-03 12:00:00 UTC" {} +
find "$folder/var/log" -exec touch -h -d "2026-02-03 11:50:00 UTC" {} +
[ -e "$here/$host.modes" ] || exit 0
while read -r mode owner group path; do
  case $mode in '#'* | '') continue ;; esac
  for file in "$folder"/$path; do
    chmod "$mode" "$file"
    if [ "$(id -u)" = 0 ]; then
      chown "$owner:$group" "$file"
    fi
  done
done < "$here/$host.modes"
