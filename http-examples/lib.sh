# Shared by the scripts beside it: one function a call, errors shown as the server words them.
# Needs curl and jq. BASE_URL names the server; XENOLITH_TOKEN is sent when set.

BASE_URL=${1:-${BASE_URL:-http://127.0.0.1:8080}}
BASE_URL=${BASE_URL%/}

for tool in curl jq; do
  command -v "$tool" >/dev/null || { echo "this script needs $tool" >&2; exit 1; }
done

say() { printf '\n== %s\n' "$*"; }

# api METHOD PATH [curl arguments]: the answer's body; on a problem, its JSON on stderr and a failure.
api() {
  local method=$1 path=$2 body status
  shift 2
  body=$(mktemp)
  status=$(curl -sS -o "$body" -w '%{http_code}' -X "$method" \
    ${XENOLITH_TOKEN:+-H "Authorization: Bearer $XENOLITH_TOKEN"} "$@" "$BASE_URL$path") || { rm -f "$body"; return 1; }
  if [ "$status" -ge 400 ]; then
    { echo "$method $path answered $status:"; jq . "$body" 2>/dev/null || cat "$body"; } >&2
    rm -f "$body"
    return 1
  fi
  cat "$body"
  rm -f "$body"
}

post_json() { api POST "$1" -H 'Content-Type: application/json' -d "$2" "${@:3}"; }

type_line() { post_json "/v1/domains/$1/console" "$(jq -n --arg line "$2" '{line: $line}')" >/dev/null; }

# wait_for DOMAIN TEXT [SECONDS]: prints the console from where the last call ended up to TEXT.
declare -A console_next
wait_for() {
  local domain=$1 text=$2 deadline=$((SECONDS + ${3:-30})) headers body wait
  headers=$(mktemp) body=$(mktemp)
  while :; do
    wait=$((deadline - SECONDS)); [ "$wait" -gt 0 ] || wait=1; [ "$wait" -le 30 ] || wait=30
    curl -sS -G -D "$headers" -o "$body" -H "Prefer: wait=$wait" \
      ${XENOLITH_TOKEN:+-H "Authorization: Bearer $XENOLITH_TOKEN"} \
      --data-urlencode "from=${console_next[$domain]:-0}" --data-urlencode "until=$text" \
      "$BASE_URL/v1/domains/$domain/console"
    if grep -qi '^console-matched: true' "$headers"; then
      console_next[$domain]=$(awk 'tolower($1) == "console-next:" {print $2 + 0}' "$headers")
      tr -d '\r' <"$body"
      rm -f "$headers" "$body"
      return
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      { echo; echo "the console of $domain did not show: $text"; tail -n 20 "$body"; } >&2
      rm -f "$headers" "$body"
      return 1
    fi
  done
}
