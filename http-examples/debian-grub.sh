#!/usr/bin/env bash
# debian-grub.sh FOLDER: puts FOLDER/grub-x86_64-xen.bin (Debian's GRUB for Xen PV guests, unmodified) there. Needs
# apt-get and dpkg-deb; no root.
set -euo pipefail
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq -o APT::Sandbox::User= download grub-xen-host ||
  { echo "apt-get download grub-xen-host failed; run apt-get update first?" >&2; exit 1; }
dpkg-deb -x grub-xen-host_*.deb root
cp root/usr/lib/grub-xen/grub-x86_64-xen.bin "$out/"
