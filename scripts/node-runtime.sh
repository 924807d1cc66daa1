#!/bin/sh
# Installs a Node of another line (20, 24, 26) into .tools/node-LINE/bin, to run the tests on it:
#   sh scripts/node-runtime.sh 24 && PATH="$PWD/.tools/node-24/bin:$PATH" npm test
# The binaries are npm's, one package for each platform.
set -eu
cd "$(dirname "$0")/.."
case $1 in
  20) version=20.20.2 ;;
  24) version=24.21.0 ;;
  26) version=26.10.0 ;;
  *) echo "no Node $1 is named in $0" >&2; exit 2 ;;
esac
folder=.tools/node-$1
[ "$("$folder/bin/node" --version 2>/dev/null)" = "v$version" ] && exit 0
package=node-$(node -p 'process.platform + "-" + process.arch')
rm -rf "$folder"
mkdir -p "$folder"
npm install --silent --no-save --no-package-lock --prefix "$folder" "$package@$version"
ln -s "node_modules/$package/bin" "$folder/bin"
