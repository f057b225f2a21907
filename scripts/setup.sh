#!/usr/bin/env bash
# Make the virtual environment: find a fitting Python, install the pinned dependencies, say clearly what is in the way.
set -u
venv=${1:-.venv}
torch=${TORCH:-2.13.0}
need_kb=4000000

fail() { printf '\n%s\n' "$@" >&2; exit 1; }

fits() { "$1" -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; }

python=""
for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3 python; do
  [ -n "$candidate" ] && fits "$candidate" && { python=$candidate; break; }
done
[ -n "$python" ] || fail \
  "No Python 3.11, 3.12 or 3.13 with the venv module was found (here: $(python3 --version 2>&1))." \
  "Nothing was changed. Install one of them (on Debian also python3-venv), or name it: make setup PYTHON=/path/to/python3.12"

free_kb=$(df -Pk . | awk 'NR==2 {print $4}')
[ "${free_kb:-$need_kb}" -ge "$need_kb" ] || [ -x "$venv/bin/telekom" ] || fail \
  "The disk is too full: the environment needs about 4 GB and $((free_kb / 1024)) MB are free." \
  "Nothing was changed. Make room and run the same command again."

if [ -x "$venv/bin/python" ] && ! fits "$venv/bin/python"; then
  fail "$venv holds $("$venv/bin/python" --version 2>&1), which is too old or too new. Remove it with: make clean"
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || fail "The virtual environment $venv could not be made with $python."

constraints=$(mktemp)
trap 'rm -f "$constraints"' EXIT
sed "s/^torch==.*/torch==$torch/" constraints.txt > "$constraints"
install() {
  for try in 1 2 3; do
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --retries 5 --timeout 60 "$@" && return 0
    echo "pip failed (try $try of 3)" >&2
    sleep $((try * 3))
  done
  return 1
}
echo "Installing the pinned dependencies into $venv with $("$venv/bin/python" --version) (a few minutes the first time) …"
install --upgrade "pip>=25.1" &&
  install -c "$constraints" "torch==$torch" &&
  install -c "$constraints" --editable clients/python --editable ".[eval,postgres]" &&
  install -c "$constraints" --group dev ||
  fail "The dependencies could not be installed; pip's own words are above. What was installed so far is kept:" \
       "run the same command again when the network or the disk allows it."
touch "$venv/.ready"
