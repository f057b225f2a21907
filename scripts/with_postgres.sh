#!/usr/bin/env bash
# Run a command with a PostgreSQL of its own on 127.0.0.1; TEST_POSTGRES_URL names it. PostgreSQL refuses to run as root.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed: its tests are skipped"; exec "$@"; }
folder=$(mktemp -d /tmp/telekom-postgres.XXXXXX)
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$folder"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
(cd / && as_postgres "$bin/initdb" -D "$folder/data" -U telekom -A trust -E UTF8 >/dev/null)
(cd / && as_postgres "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w \
  -o "-p $port -h 127.0.0.1 -k $folder" start >/dev/null)
trap '(cd / && as_postgres "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null) || true; rm -rf "$folder"' EXIT
(cd / && as_postgres "$bin/createdb" -h 127.0.0.1 -p "$port" -U telekom telekom)
export TEST_POSTGRES_URL="postgresql+psycopg://telekom@127.0.0.1:$port/telekom"
"$@"
