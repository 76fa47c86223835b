#!/usr/bin/env bash
# quickstart.sh [BASE_URL]: a real guest in under 20 seconds. Creates a domain from the built-in kernel `pebble`, types
# at its console, pauses it, saves it to a stored image, restores that image, and shows that the guest goes on.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

name="quickstart-$$"
cleanup() {
  [ -z "${domain:-}" ] || api DELETE "/v1/domains/$domain?force=true" >/dev/null || true
  [ -z "${checkpoint:-}" ] || api DELETE "/v1/checkpoints/$checkpoint" >/dev/null || true
}
trap cleanup EXIT

say "create: a domain named $name, booted from pebble"
domain=$(post_json /v1/domains "{\"name\": \"$name\"}" | jq -r .id)
api GET "/v1/domains/$domain" | jq -c '{id, domid, name, state, memoryMib, vcpus, kernel}'

say "console: wait for its prompt, then let it count"
wait_for "$domain" "pebble> "
type_line "$domain" "tick on"
wait_for "$domain" "TICK 2"

say "pause: frozen between two instructions"
api POST "/v1/domains/$domain/pause" | jq -c '{name, state}'

say "checkpoint, then stop: memory, registers, event channels and timers go to a stored image"
checkpoint=$(post_json "/v1/domains/$domain/checkpoints" "{\"name\": \"$name\", \"then\": \"stop\"}" \
  -H 'Prefer: wait=60' | jq -r .id)
api GET "/v1/checkpoints/$checkpoint" | jq -c '{name, state, mode, format, sizeBytes, pages}'
api GET "/v1/domains/$domain" | jq -c '{name, state, stateReason, domid}'

say "restore: a new domid, the same guest, the next instruction"
post_json "/v1/checkpoints/$checkpoint/restore" "{\"domain\": \"$domain\"}" -H 'Prefer: wait=60' |
  jq -c '{name, domid, state, stateReason}'

say "the console goes on counting"
wait_for "$domain" "TICK 4"
type_line "$domain" "hash"
wait_for "$domain" "pebble> "
echo
echo "The guest kept its memory, its processes and its place. Next: http-examples/linux.sh boots Debian's own kernel."
