# SPDX-License-Identifier: Apache-2.0
# compile.sh: how a freestanding guest is compiled; sourced by the build scripts.
#
# The result is the same byte for byte wherever Debian bookworm's gcc 12 runs: no build id, no
# paths, no times. Sets $work, a folder that goes away at the end.

virt_base=0xffff880000000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

flags="-std=gnu11 -O2 -ffreestanding -fpie -ffunction-sections -mgeneral-regs-only -fno-stack-protector
  -fno-asynchronous-unwind-tables -fcf-protection=none -fno-tree-loop-distribute-patterns -fno-ident
  -Wall -Wextra -Werror -Wno-main"

# kernel_object SOURCE: compiles a kernel source of the current folder, -I as further arguments.
kernel_object() {
  source=$1
  shift
  case $source in
    *.c) gcc $flags -mno-red-zone "-DVIRT_BASE=${virt_base}UL" "$@" -c "$source" -o "$work/$(basename "$source").o" ;;
    *.S) gcc "-Wa,-I,$work" "-DVIRT_BASE=$virt_base" "-DGUEST_OS=\"$guest\"" -c "$source" -o "$work/$(basename "$source").o" ;;
  esac
}

# link_guest SCRIPT: all kernel objects, in the order of their names, become $work/$guest.elf.
link_guest() {
  (cd "$work" && ld -static --build-id=none --gc-sections -z noexecstack -z max-page-size=4096 \
    --no-warn-rwx-segments "--defsym=VIRT_BASE=$virt_base" -T "$1" -s $(LC_ALL=C ls -- *.[cS].o) -o "$guest.elf")
}

# publish FOLDER ROOT...: the guest goes there, with the digests of everything below the roots: a
# stale copy is noticed by them where there is no gcc.
publish() {
  out=$(cd "$1" && pwd)
  shift
  cp "$work/$guest.elf" "$out/$guest.elf"
  chmod 644 "$out/$guest.elf"
  {
    (cd "$out" && sha256sum "$guest.elf")
    find "$@" -type f | LC_ALL=C sort | xargs sha256sum
  } >"$work/digests"
  cp "$work/digests" "$out/$guest.sha256"
}
