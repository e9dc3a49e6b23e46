#!/usr/bin/env bash
# Checks (with clippy) that the program compiles for Windows and macOS, from Linux. Nothing is linked, so the C parts
# (Zstandard, SQLite) need compilers that find those systems' headers: mingw-w64, and Zig, which brings Apple's.
set -euo pipefail
cd "$(dirname "$0")/.."

targets=(x86_64-pc-windows-gnu aarch64-apple-darwin)
place=target/other-systems
rustup target add "${targets[@]}"

if ! command -v x86_64-w64-mingw32-gcc >/dev/null; then
    sudo=
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends gcc-mingw-w64-x86-64
fi
mkdir -p "$place"
if [ ! -x "$place/zig/bin/python" ]; then
    python3 -m venv "$place/zig"
    "$place/zig/bin/pip" install --quiet ziglang
fi

# Cargo's C builds name target and architecture as Apple's compiler wants it; Zig has names of its own.
cat >"$place/cc" <<END
#!/usr/bin/env bash
arguments=()
while [ \$# -gt 0 ]; do
    case \$1 in
    --target=* | -mmacosx-version-min=*) ;;
    -arch) shift ;;
    *) arguments+=("\$1") ;;
    esac
    shift
done
exec "$PWD/$place/zig/bin/python" -m ziglang cc -target aarch64-macos "\${arguments[@]}"
END
printf '#!/usr/bin/env bash\nexec "%s" -m ziglang ar "$@"\n' "$PWD/$place/zig/bin/python" >"$place/ar"
chmod +x "$place/cc" "$place/ar"

export CC_aarch64_apple_darwin=$PWD/$place/cc AR_aarch64_apple_darwin=$PWD/$place/ar
export CARGO_TARGET_DIR=$PWD/$place/target CARGO_PROFILE_DEV_DEBUG=0
cargo clippy --locked --package cofferdam "${targets[@]/#/--target=}" -- -D warnings
