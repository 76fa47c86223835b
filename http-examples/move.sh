#!/usr/bin/env bash
# move.sh [BASE_URL [OTHER_URL]]: a guest moves from one server to another (by default the same one, under a new name).
# Saves it, downloads the image, uploads it there, checks it, restores it; the guest goes on counting.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

from=$BASE_URL
to=${2:-$BASE_URL}
name="move-$$"
image=$(mktemp)
cleanup() {
  rm -f "$image"
  BASE_URL=$from
  api DELETE "/v1/domains/$name?force=true" >/dev/null 2>&1 || true
  api DELETE "/v1/checkpoints/$name" >/dev/null 2>&1 || true
  BASE_URL=$to
  api DELETE "/v1/domains/$name-moved?force=true" >/dev/null 2>&1 || true
  api DELETE "/v1/checkpoints/$name-moved" >/dev/null 2>&1 || true
}
trap cleanup EXIT

say "a guest that counts, saved and stopped"
post_json /v1/domains "{\"name\": \"$name\"}" | jq -c '{name, state}'
wait_for "$name" "pebble> "
type_line "$name" "tick on"
wait_for "$name" "TICK 2"
post_json "/v1/domains/$name/checkpoints" "{\"name\": \"$name\", \"then\": \"stop\"}" -H 'Prefer: wait=60' |
  jq -c '{name, state, sizeBytes, sha256}'

say "its image, downloaded: a broken transfer would resume where it broke off"
curl -fsS -C - ${XENOLITH_TOKEN:+-H "Authorization: Bearer $XENOLITH_TOKEN"} -o "$image" \
  "$from/v1/checkpoints/$name/image"
sha256sum "$image" | cut -d' ' -f1

say "uploaded to the other server, which reads all of it before it keeps it"
BASE_URL=$to
api POST "/v1/checkpoints?name=$name-moved" -T "$image" | jq -c '{name, kind, mode, format, sha256, xlRestorable}'
post_json "/v1/checkpoints/$name-moved/verify" '{}' -H 'Prefer: wait=60' | jq -c '{ok, findings}'

say "restored there, the guest goes on counting"
post_json "/v1/checkpoints/$name-moved/restore" "{\"name\": \"$name-moved\"}" -H 'Prefer: wait=60' |
  jq -c '{name, domid, state, stateReason, kernel}'
wait_for "$name-moved" "TICK 4"
