#!/usr/bin/env bash
# linux.sh [BASE_URL]: boots Debian's own Linux kernel to a busybox shell and types at it.
#
# Fetches the kernel and busybox by package name (apt-get, no root needed), packs a ramdisk, uploads both, creates a
# domain and waits for the shell. Environment: KERNEL_PACKAGE (default: the newest linux-image-6.1.0-*-cloud-amd64),
# VMLINUZ and BUSYBOX (files to use instead of packages), MEMORY_MIB (128), VCPUS (1), KEEP=1 (leave the domain).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/lib.sh"

work=$(mktemp -d)
cleanup() {
  rm -rf "$work"
  [ -n "${KEEP:-}" ] || [ -z "${domain:-}" ] || api DELETE "/v1/domains/$domain?force=true" >/dev/null || true
}
trap cleanup EXIT

say "fetch Debian's kernel and busybox"
"$here/debian-guest.sh" "$work"
ls -l "$work/vmlinuz" "$work/initrd.gz"

say "upload both"
kernel=$(curl -fsS -X POST -T "$work/vmlinuz" "$BASE_URL/v1/boot-images?name=linux-$(sha256sum "$work/vmlinuz" | cut -c1-12)" | jq -r .id)
ramdisk=$(curl -fsS -X POST -T "$work/initrd.gz" "$BASE_URL/v1/boot-images?name=busybox-$(sha256sum "$work/initrd.gz" | cut -c1-12)" | jq -r .id)

say "create the domain and watch it boot"
domain=$(post_json /v1/domains "$(jq -n --arg kernel "$kernel" --arg ramdisk "$ramdisk" \
  --arg name "linux-$$" --argjson memory "${MEMORY_MIB:-128}" --argjson vcpus "${VCPUS:-1}" \
  '{name: $name, memoryMib: $memory, vcpus: $vcpus, kernel: $kernel, ramdisk: $ramdisk, commandLine: "console=hvc0"}')" | jq -r .id)
started=$SECONDS
wait_for "$domain" "xenolith# " 120
echo "(a shell after $((SECONDS - started)) s)"

say "type at it"
# The shell computes it: the echo of what was typed holds no 42.
type_line "$domain" 'uname -r; echo answer=$((6*7))'
wait_for "$domain" "answer=42"

if [ -n "${KEEP:-}" ]; then
  say "left running: $BASE_URL/v1/domains/$domain/console"
else
  say "poweroff"
  type_line "$domain" poweroff
  for _ in $(seq 100); do
    state=$(api GET "/v1/domains/$domain" | jq -r .state)
    [ "$state" != shutoff ] || break
    sleep 0.2
  done
  api GET "/v1/domains/$domain" | jq -c '{name, state, stateReason}'
  [ "$state" = shutoff ]
fi
