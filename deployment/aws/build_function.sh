#!/bin/sh
# Builds the worker's zip from a checkout: deployment/aws/build_function.sh [OUTPUT.zip]
# One file, no layers; the same sources give the same bytes.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
output=${1:-$root/packages/aws/dist/function.zip}
[ -d "$root/node_modules" ] || (cd "$root" && npm install --no-audit --no-fund)
node "$root/packages/aws/scripts/bundle-function.mjs" "$output"
