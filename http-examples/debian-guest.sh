#!/usr/bin/env bash
# debian-guest.sh FOLDER: puts FOLDER/vmlinuz (Debian's kernel, unmodified) and FOLDER/initrd.gz (busybox) there.
#
# Environment: KERNEL_PACKAGE (default: the newest linux-image-6.1.0-*-cloud-amd64 apt knows; a pattern is allowed, the
# newest match wins), SUITE (another Debian suite to take the kernel from, e.g. trixie), VMLINUZ, BUSYBOX: files to use
# instead of packages. Needs apt-get and dpkg-deb unless both files are given; cpio and gzip always. No root.
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
init=$(cd "$(dirname "$0")" && pwd)/guest-init.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
options=(-o APT::Sandbox::User=)

# Another suite of the mirror apt is configured with, in lists of our own: the machine's apt is not touched.
use_suite() {
  local mirror
  mirror=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "Debian" {print $2; exit}')
  [ -n "$mirror" ] || { echo "apt is configured with no Debian mirror" >&2; exit 1; }
  mkdir -p apt/lists/partial apt/cache/archives/partial
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" >apt/sources.list
  options+=(-o "Dir::Etc::sourcelist=$work/apt/sources.list" -o Dir::Etc::sourceparts=- \
    -o "Dir::State::lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache")
  apt-get -qq "${options[@]}" update
}

# fetch PACKAGE: downloads and unpacks it below ./root.
fetch() {
  apt-get -qq "${options[@]}" download "$1" || { echo "apt-get download $1 failed; run apt-get update first?" >&2; exit 1; }
  dpkg-deb -x "$1"_*.deb root
}

if [ -z "${BUSYBOX:-}" ]; then
  fetch busybox-static
  BUSYBOX=$(find root -name busybox -path '*bin/busybox' | head -1)
fi
if [ -z "${VMLINUZ:-}" ]; then
  [ -z "${SUITE:-}" ] || use_suite "$SUITE"
  pattern=${KERNEL_PACKAGE:-'linux-image-6\.1\.0-[0-9]+-cloud-amd64'}
  package=$(apt-cache "${options[@]}" pkgnames linux-image- | grep -xE "$pattern" | sort -V | tail -1)
  [ -n "$package" ] || { echo "apt knows no package $pattern; set KERNEL_PACKAGE, SUITE or VMLINUZ" >&2; exit 1; }
  echo "$package"
  fetch "$package"
  VMLINUZ=$(ls root/boot/vmlinuz-*)
fi

cp "$VMLINUZ" "$out/vmlinuz"
mkdir -p ramdisk/bin ramdisk/dev ramdisk/proc ramdisk/sys ramdisk/tmp
cp "$BUSYBOX" ramdisk/bin/busybox
cp "$init" ramdisk/init
chmod 755 ramdisk/init ramdisk/bin/busybox
(cd ramdisk && find . | LC_ALL=C sort | cpio --quiet -o -H newc -R 0:0 | gzip -9n) >"$out/initrd.gz"
