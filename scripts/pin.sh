#!/usr/bin/env bash
# Write constraints.txt anew from what a fresh environment resolves to.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${PYTHON:-python3.11}" -m venv "$scratch/venv"
pip() { "$scratch/venv/bin/python" -m pip --disable-pip-version-check "$@"; }
pip install -q --upgrade "pip>=25.1"
pip install -q "torch==${TORCH:-2.13.0}"
pip install -q ./clients/python ".[eval]"
pip install -q --group dev
{
  echo "# Every version that this service is built and tested with. Written by scripts/pin.sh."
  pip freeze --exclude telekom-agent --exclude telekom-client | grep -v '^-e' | sed 's/^\(torch==[^+]*\)+.*/\1/; s/ @ .*//' | LC_ALL=C sort -f
} >constraints.txt
wc -l constraints.txt
