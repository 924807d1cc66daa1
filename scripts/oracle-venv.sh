#!/usr/bin/env bash
# Makes .venv with what the oracle scripts need. Does nothing when it is there and up to date.
set -euo pipefail
cd "$(dirname "$0")/.."

stamp=.venv/requirements.txt
if cmp -s oracle/requirements.txt "$stamp"; then exit 0; fi

for candidate in python3.11 python3.12 python3.13 python3; do
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
: "${python:?the oracle scripts need Python 3.11 or later}"

"$python" -m venv --clear .venv
.venv/bin/pip install --quiet --disable-pip-version-check -r oracle/requirements.txt

# Deno's own `deno jupyter --install` writes into the home folder only.
kernel=.venv/share/jupyter/kernels/deno
mkdir -p "$kernel"
cat >"$kernel/kernel.json" <<END
{
  "argv": ["$PWD/.venv/bin/deno", "jupyter", "--kernel", "--conn", "{connection_file}"],
  "display_name": "Deno",
  "language": "typescript"
}
END
cp oracle/requirements.txt "$stamp"
