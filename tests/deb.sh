#!/bin/bash
# build/ringfence_VERSION_ARCH.deb, out of `make install` into a folder. Enables nothing by itself.
set -eu
cd "$(dirname "$0")/.."
version=${VERSION:?} arch=$(dpkg --print-architecture)
tree=build/deb
rm -rf $tree
# Debian's units lie below /lib; nothing of ours enables or starts one.
make -s install DESTDIR="$PWD/$tree" PREFIX=/usr UNITDIR=/lib/systemd/system
gzip -9n $tree/usr/share/man/man1/ringfence.1
strip --strip-unneeded $tree/usr/bin/ringfence
doc=$tree/usr/share/doc/ringfence
install -d $doc $tree/DEBIAN
printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: 2026 the ringfence developers\nLicense: Apache-2.0\n On Debian systems the text is in /usr/share/common-licenses/Apache-2.0\n' > $doc/copyright
printf 'ringfence (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- ringfence developers <dev@ringfence.example>  %s\n' \
  "$version" "$(date -R -d "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}")" | gzip -9n > $doc/changelog.gz
depends=$(mkdir -p build/debian && cd build && printf 'Source: ringfence\n\nPackage: ringfence\nArchitecture: any\n' > debian/control &&
  dpkg-shlibdeps -O --ignore-missing-info deb/usr/bin/ringfence 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
cat > $tree/DEBIAN/control <<CONTROL
Package: ringfence
Version: $version
Section: admin
Priority: optional
Architecture: $arch
Depends: $depends
Maintainer: ringfence developers <dev@ringfence.example>
Installed-Size: $(du -sk $tree/usr | cut -f1)
Description: hardening audit of SIP servers
 ringfence audits an Asterisk, FreePBX, Elastix or Issabel server: sshd,
 Asterisk, firewall, kernel, fail2ban and logs, understood as those programs
 understand them. It scores the host and writes reports with the commands
 that mend each finding. It changes nothing on the host.
CONTROL
chmod -R u=rwX,go=rX $tree
dpkg-deb --root-owner-group -Zxz -b $tree "build/ringfence_${version}_${arch}.deb"
