#!/usr/bin/env bash
# Builds the fuzz targets of tests/fuzz and runs each for some seconds, as many at a time as there are processors.
# Usage: scripts/fuzz.sh SECONDS [TARGET...]. tests/fuzz/README.md says how to go on from a finding.
set -euo pipefail
cd "$(dirname "$0")/../tests/fuzz"

seconds=${1:?usage: scripts/fuzz.sh SECONDS [TARGET...]}
shift
targets=("$@")
command -v cargo-fuzz >/dev/null || cargo install --locked --root "${CARGO_HOME:-$HOME/.cargo}" cargo-fuzz
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cargo fuzz list --fuzz-dir .)

# Stable Rust has the instrumentation; a sanitizer (SANITIZER=address) needs a nightly toolchain.
cargo fetch --locked
cargo fuzz build --fuzz-dir . --sanitizer "${SANITIZER:-none}"
built=${CARGO_TARGET_DIR:-target}/$(rustc -vV | sed -n 's/^host: //p')/release
logs=${CARGO_TARGET_DIR:-target}/fuzz-logs
mkdir -p "$logs"

run_one() {
    target=$1 length=4096
    # Archives are larger than texts.
    case $target in tar | compressed_tar | zip | pack) length=65536 ;; esac
    mkdir -p "corpus/$target" "artifacts/$target"
    # Seconds for one input and bytes of memory in all: beyond them an input is a finding.
    if "$built/$target" "corpus/$target" "seeds/$target" -artifact_prefix="artifacts/$target/" -max_len=$length \
        -max_total_time="$seconds" -seed="${FUZZ_SEED:-0}" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 >"$logs/$target.log" 2>&1; then
        executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/$target.log")
        printf '%-22s %12s executions, no finding\n' "$target" "$executions"
    else
        printf '%-22s FINDING, %s ends with:\n' "$target" "$logs/$target.log"
        tail -n 25 "$logs/$target.log"
        return 1
    fi
}
export -f run_one
export seconds built logs
# Status 1 of one run must not keep the others from running: xargs goes on, and says so at the end.
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'run_one "$1"' _ {}
