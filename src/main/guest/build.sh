#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh [FOLDER]: compiles pebble to FOLDER/pebble.elf (default: the resources, where the
# prebuilt copy is kept), and writes the digests of all sources beside it.
#
# Needs gcc and binutils for x86-64. The result is the same byte for byte wherever Debian
# bookworm's gcc 12 runs: no build id, no paths, no times.
set -eu
cd "$(dirname "$0")"
sources=$PWD
mkdir -p "${1:-../resources/guests}"
out=$(cd "${1:-../resources/guests}" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
virt_base=0xffff880000000000

flags="-std=gnu11 -O2 -ffreestanding -fpie -ffunction-sections -mgeneral-regs-only -fno-stack-protector
  -fno-asynchronous-unwind-tables -fcf-protection=none -fno-tree-loop-distribute-patterns -fno-ident
  -Wall -Wextra -Werror -Wno-main"
kernel="$flags -mno-red-zone -DVIRT_BASE=${virt_base}UL"

gcc $flags -c user/checker.c -o "$work/checker.o"
ld -static --build-id=none -z noexecstack -z max-page-size=4096 -T user/user.ld "$work/checker.o" -o "$work/checker.elf"
objcopy -O binary "$work/checker.elf" "$work/checker.bin"

gcc -c "-Wa,-I,$work" user/programs.S -o "$work/programs.o"
gcc -c -DVIRT_BASE=$virt_base '-DGUEST_OS="pebble"' notes.S -o "$work/notes.o"
for source in start.S entry.S; do gcc -c $source -o "$work/$source.o"; done
for source in *.c; do gcc $kernel -c "$source" -o "$work/$source.o"; done
objects=$(cd "$work" && LC_ALL=C ls -- *.o | grep -v '^checker\.o$')
(cd "$work" && ld -static --build-id=none --gc-sections -z noexecstack -z max-page-size=4096 \
  --no-warn-rwx-segments --defsym=VIRT_BASE=$virt_base -T "$sources/pebble.ld" -s $objects -o pebble.elf)

# A stale ELF is noticed by these digests where there is no gcc.
cp "$work/pebble.elf" "$out/pebble.elf"
chmod 644 "$out/pebble.elf"
{
  (cd "$out" && sha256sum pebble.elf)
  find . -type f | sed 's|^\./||' | LC_ALL=C sort | xargs sha256sum
} >"$work/digests"
cp "$work/digests" "$out/pebble.sha256"
