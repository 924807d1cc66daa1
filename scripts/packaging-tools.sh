#!/bin/sh
# Installs into .tools/packaging what looks at our packages from outside, for npm run test:full: compilers of three
# generations, and two linters of packages. Does nothing when it is there and up to date.
set -eu
cd "$(dirname "$0")/.."

tools="typescript-5@npm:typescript@5.9.3 typescript-6@npm:typescript@6.0.3 typescript-7@npm:typescript@7.0.2 \
publint@0.3.25 @arethetypeswrong/cli@0.18.5"
folder=.tools/packaging
[ "$(cat "$folder/tools.txt" 2>/dev/null)" = "$tools" ] && exit 0
rm -rf "$folder"
mkdir -p "$folder"
# shellcheck disable=SC2086 # a list of words
npm install --silent --no-save --no-package-lock --no-audit --prefix "$folder" $tools
echo "$tools" >"$folder/tools.txt"
