#!/usr/bin/env bash
# A short `make run`: ready, one question by curl, stop.
set -euo pipefail
cd "$(dirname "$0")/.."
export PORT=${PORT:-8765}
TELEKOM_DATA_DIR=$(mktemp -d)
export TELEKOM_DATA_DIR
log="$TELEKOM_DATA_DIR/server.log"
began=$SECONDS
setsid make run >"$log" 2>&1 &
server=$!
trap 'kill -TERM -- "-$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$TELEKOM_DATA_DIR"' EXIT
base="http://localhost:$PORT"
until curl -fsS "$base/ready" >/dev/null 2>&1; do
  kill -0 "$server" 2>/dev/null || { cat "$log"; echo "make run ended by itself"; exit 1; }
  [ $((SECONDS - began)) -lt 300 ] || { cat "$log"; echo "not ready after 300 s"; exit 1; }
  sleep 1
done
echo "ready after $((SECONDS - began)) s"
token=$(curl -fsS "$base/api/v1/auth/token" -d username=musteri1@example.com -d "password=${TELEKOM_DEMO_PASSWORD:-demo-1234}" |
  "${PYTHON:-.venv/bin/python}" -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
answer=$(curl -fsS "$base/api/v1/chat/" -H "Authorization: Bearer $token" -H 'Content-Type: application/json' \
  -d '{"message": "Bu ayki faturam ne kadar?"}')
echo "$answer"
grep -q '"success":true' <<<"${answer//: /:}"
grep -q 'get_current_bill' <<<"$answer"
echo "1 passed, 0 failed"
