#!/usr/bin/env bash
# Run the tests that need no PyTorch under Python 3.13, beside the whole suite under the Python of .venv.
# The environment is small and kept; it is made anew when the constraints or this script change.
set -euo pipefail
cd "$(dirname "$0")/.."
version=3.13
venv=.venv-$version
folders=(tests/core tests/ports tests/database tests/tools tests/identity tests/clients)
needed=(aiosqlite alembic babel circuitbreaker email-validator httpx httpx-sse langchain-core limits orjson phonenumbers pillow 'pwdlib[argon2]'
  'psycopg[binary]' pydantic pydantic-settings pyjwt rapidfuzz 'sqlalchemy[asyncio]' stamina tzdata zxcvbn
  hypothesis pytest pytest-asyncio pytest-timeout ruff time-machine)

python=""
for candidate in "python$version" "$HOME/.pyenv/versions/$version".*/bin/python; do
  # A name that pyenv only redirects does not run where that version is not the chosen one.
  "$candidate" -c "import sys, venv; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" >/dev/null 2>&1 &&
    { python=$candidate; break; }
done
[ -n "$python" ] || { echo "SKIPPED: there is no Python $version here, so its tests did not run."; exit 0; }

stamp=$venv/.ready-$(cat constraints.txt "$0" | sha256sum | cut -c 1-16)
if [ ! -e "$stamp" ]; then
  rm -rf "$venv"
  "$python" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -c constraints.txt "${needed[@]}"
  touch "$stamp"
fi

present=()
for folder in "${folders[@]}"; do [ -d "$folder" ] && present+=("$folder"); done
echo "Tests without PyTorch under $("$venv/bin/python" --version):"
"$venv/bin/python" -m pytest -m "not embedded and not slow and not browser" "${present[@]}"
