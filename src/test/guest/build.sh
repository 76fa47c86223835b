#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh [FOLDER]: compiles the hostile guest, on pebble's drivers, to FOLDER/hostile.elf
# (default: the test resources) with the digests of its sources. Needs gcc and binutils.
set -eu
cd "$(dirname "$0")/../../.."
guest=hostile
pebble=src/main/guest
. "$PWD/$pebble/compile.sh"

for source in start.S entry.S notes.S clock.c console.c events.c frames.c line.c memory.c pagetable.c print.c text.c traps.c xenstore.c; do
  kernel_object "$pebble/$source"
done
for source in src/test/guest/hostile/*.c; do kernel_object "$source" "-I$pebble"; done
link_guest "$PWD/$pebble/pebble.ld"
publish "${1:-src/test/resources/guests}" $pebble src/test/guest
