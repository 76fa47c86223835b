#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh [FOLDER]: compiles pebble to FOLDER/pebble.elf (default: the resources, where the
# prebuilt copy is kept), and writes the digests of all sources beside it. Needs gcc and binutils.
set -eu
cd "$(dirname "$0")/../../.."
guest=pebble
sources=src/main/guest
. "$PWD/$sources/compile.sh"

# User programs are linked on their own and carried in the kernel.
gcc $flags -c $sources/user/checker.c -o "$work/checker.o"
ld -static --build-id=none -z noexecstack -z max-page-size=4096 -T $sources/user/user.ld "$work/checker.o" -o "$work/checker.elf"
objcopy -O binary "$work/checker.elf" "$work/checker.bin"

for source in $sources/*.S $sources/*.c $sources/user/programs.S; do kernel_object "$source"; done
link_guest "$PWD/$sources/pebble.ld"
publish "${1:-src/main/resources/guests}" $sources
