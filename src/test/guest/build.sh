#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# build.sh [FOLDER]: compiles what the tests need to FOLDER (default: the test resources), each with
# the digests of its sources: the hostile guest, on pebble's drivers, and pebble's bench loops as a
# Linux program. Needs gcc and binutils.
set -eu
cd "$(dirname "$0")/../../.."
pebble=src/main/guest
tests=src/test/guest
folder=${1:-src/test/resources/guests}
. "$PWD/$pebble/compile.sh"

guest=loops
kernel_object $pebble/loops.S
kernel_object $tests/loops/main.c "-I$pebble"
(cd "$work" && ld -static --build-id=none -z noexecstack -s loops.S.o main.c.o -o loops.elf)
publish "$folder" $pebble/loops.S $pebble/loops.h $pebble/types.h $pebble/compile.sh $tests/loops $tests/build.sh
rm "$work"/*.o

guest=hostile
drivers="start.S entry.S notes.S clock.c console.c events.c frames.c line.c memory.c pagetable.c print.c text.c traps.c xenstore.c"
for source in $drivers; do kernel_object "$pebble/$source"; done
for source in $tests/hostile/*.c; do kernel_object "$source" "-I$pebble"; done
link_guest "$PWD/$pebble/pebble.ld"
publish "$folder" $pebble $tests/hostile $tests/build.sh
