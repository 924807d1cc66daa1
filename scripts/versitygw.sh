#!/bin/sh
# Installs versitygw, an S3 server that we did not write, into .tools/bin for the tests that compare our client
# with it (npm run test:full). Needs Go.
set -eu
cd "$(dirname "$0")/.."
[ -x .tools/bin/versitygw ] && exit 0
mkdir -p .tools/bin
GOBIN="$PWD/.tools/bin" go install github.com/versity/versitygw/cmd/versitygw@v1.8.0
