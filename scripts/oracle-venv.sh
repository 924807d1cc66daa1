#!/usr/bin/env bash
# Makes .venv with what the oracle scripts need, and .venv-next with the next xdggs, where there is a Python new enough
# for it. Does nothing when they are there and up to date.
set -euo pipefail
cd "$(dirname "$0")/.."

# python_from MINOR: the oldest Python 3 from that version on; pyenv shows only those that are chosen.
python_from() {
  local candidate
  for candidate in python3.{11..15} python3 "$(pyenv root 2>/dev/null)"/versions/3.*/bin/python; do
    if "$candidate" -c "import sys; sys.exit(sys.version_info < (3, $1))" 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

# environment FOLDER REQUIREMENTS PYTHON: makes one anew, unless it is that of these requirements.
environment() {
  if cmp -s "$2" "$1/requirements.txt"; then return; fi
  "$3" -m venv --clear "$1"
  "$1/bin/pip" install --quiet --disable-pip-version-check -r "$2"
  cp "$2" "$1/requirements.txt"
}

python=$(python_from 11) || { echo "the oracle scripts need Python 3.11 or later" >&2; exit 1; }
environment .venv oracle/requirements.txt "$python"

if python=$(python_from 12); then
  environment .venv-next oracle/requirements-next.txt "$python"
else
  echo "no Python 3.12 or later: products are read by xdggs 0.6 alone" >&2
fi

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
