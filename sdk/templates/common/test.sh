#!/bin/sh
# Runs the hook in a copy of test/before, as a deployment does, and compares with test/after.
set -eu
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -R test/before/. "$folder"
"${COFFERDAM:-cofferdam}" run-hook {{module}} --dir "$folder" --stage {{stage}} --variables test/variables.json
diff -r test/after "$folder"
echo "the folder is as test/after says"
