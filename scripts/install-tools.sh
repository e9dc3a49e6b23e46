#!/usr/bin/env bash
# Installs what building (and with --ci or --test, testing; with --fuzz, fuzzing) needs and the machine lacks.
# Debian packages only where apt-get is there; says what is missing elsewhere.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-}

# The toolchain and its WebAssembly targets are those that rust-toolchain.toml names. Nothing is asked of the
# network where they are there.
targets=$(rustup target list --installed 2>/dev/null || true)
if ! grep -q wasm32-wasip1 <<<"$targets" || ! grep -q wasm32-wasip2 <<<"$targets" ||
    ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
    rustup toolchain install --no-self-update
fi

# command:package pairs: what the build needs, then what the tests compare against.
needed=(cc:gcc make:make)
if [ "$purpose" = --ci ] || [ "$purpose" = --test ]; then
    needed+=(tar:tar bsdtar:libarchive-tools zip:zip unzip:unzip 7z:p7zip-full zstd:zstd
        bzip2:bzip2 python3:python3 ssh-keygen:openssh-client openssl:openssl clang:clang
        wasm-ld:lld strace:strace)
fi

# libFuzzer is C++.
if [ "$purpose" = --ci ] || [ "$purpose" = --fuzz ]; then
    needed+=(g++:g++)
fi

missing=()
for pair in "${needed[@]}"; do
    command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ "$purpose" = --ci ] || [ "$purpose" = --test ]; then
    [ -e /usr/lib/wasm32-wasi/libc.a ] || missing+=(wasi-libc libclang-rt-dev-wasm32)
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if command -v apt-get >/dev/null; then
    sudo=
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}"
else
    echo "please install: ${missing[*]}" >&2
    exit 1
fi
