#!/bin/sh
# Extraction side by side with GNU tar and unzip: wall time, CPU time and memory, and their ratios.
#
#   benches/extract.sh [WORK_FOLDER] [ROUNDS] [PACKAGE...]
#
# Needs: cargo, python3, tar, gzip, zstd, zip, unzip. Extracts the packages named (by absolute paths); or generates
# 10,000 files (100 MB) and 200 files of 5 MiB from a seed, once, and extracts packages of those. Tools take turns in
# every round, each into a fresh folder. Printed are medians, the medians of the pairs' ratios, and the ratio of the
# best CPU times. Folders are removed at the end only: on ext4, extracting right after a large removal measures the
# removal.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
rounds=${2:-5}
if [ $# -gt 2 ]; then shift 2; else set --; fi
# CARGO_BUILD_FOLDER: where a workspace that has this crate lies, if not around it.
cd "${CARGO_BUILD_FOLDER:-$here}"
cargo build --quiet --release -p cofferdam-package --example extract
target=$(cargo metadata --no-deps --format-version 1 | python3 -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')
exec python3 "$here/benches/extract.py" "$target/release/examples/extract" "$work" "$rounds" "$@"
