#!/usr/bin/env bash
# debian-guest.sh FOLDER: puts FOLDER/vmlinuz (Debian's kernel, unmodified) and FOLDER/initrd.gz (busybox) there.
#
# Environment: KERNEL_PACKAGE (default: the newest linux-image-6.1.0-*-cloud-amd64 apt knows), VMLINUZ, BUSYBOX: files
# to use instead of packages. Needs apt-get and dpkg-deb unless both files are given; cpio and gzip always. No root.
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
init=$(cd "$(dirname "$0")" && pwd)/guest-init.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# fetch PACKAGE: downloads and unpacks it below ./root.
fetch() {
  apt-get download -qq "$1" 2>/dev/null || { echo "apt-get download $1 failed; run apt-get update first?" >&2; exit 1; }
  dpkg-deb -x "$1"_*.deb root
}

if [ -z "${VMLINUZ:-}" ]; then
  package=${KERNEL_PACKAGE:-$(apt-cache pkgnames linux-image-6.1.0- | grep -E '^linux-image-6\.1\.0-[0-9]+-cloud-amd64$' | sort -V | tail -1)}
  [ -n "$package" ] || { echo "apt knows no linux-image-6.1.0-*-cloud-amd64; set KERNEL_PACKAGE or VMLINUZ" >&2; exit 1; }
  echo "$package"
  fetch "$package"
  VMLINUZ=$(ls root/boot/vmlinuz-*)
fi
if [ -z "${BUSYBOX:-}" ]; then
  fetch busybox-static
  BUSYBOX=$(ls root/bin/busybox root/usr/bin/busybox 2>/dev/null | head -1)
fi

cp "$VMLINUZ" "$out/vmlinuz"
mkdir -p ramdisk/bin ramdisk/dev ramdisk/proc ramdisk/sys ramdisk/tmp
cp "$BUSYBOX" ramdisk/bin/busybox
cp "$init" ramdisk/init
chmod 755 ramdisk/init ramdisk/bin/busybox
(cd ramdisk && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 | gzip -9n) >"$out/initrd.gz"
