#!/usr/bin/env bash
# Builds a package with four hooks, says what deploying it would do, deploys it twice, and then once
# more with a hook that fails. Everything happens below target/demo.
set -euo pipefail
cd "$(dirname "$0")/.."

cofferdam=${COFFERDAM:-cofferdam}
demo=$PWD/target/demo
rm -rf "$demo"
mkdir -p "$demo/packages"

show() {
    printf '\n\033[1m$ %s\033[0m\n' "${*//$demo\//}"
    "$@"
}
run() { # shows `cofferdam ...` whatever the program's path is
    printf '\n\033[1m$ cofferdam %s\033[0m\n' "$(printf '%q ' "${@}" | sed "s#$demo/##g")"
    "$cofferdam" "$@"
}

echo "Compiling the hooks of examples/acme-web (three components, one preview 1 module) ..."
hooks=examples/acme-web/hooks
export CARGO_TARGET_DIR=$PWD/target/examples
cargo build --quiet --release --manifest-path $hooks/Cargo.toml --target wasm32-wasip2 \
    --bin pre-deploy --bin post-deploy --bin deploy-failed
cargo build --quiet --release --manifest-path $hooks/Cargo.toml --target wasm32-wasip1 --bin deploy
built=$CARGO_TARGET_DIR

cp -r examples/acme-web/package "$demo/acme-web"
cp "$built/wasm32-wasip2/release/pre-deploy.wasm" "$demo/acme-web/PreDeploy.wasm"
cp "$built/wasm32-wasip1/release/deploy.wasm" "$demo/acme-web/Deploy.wasm"
cp "$built/wasm32-wasip2/release/post-deploy.wasm" "$demo/acme-web/PostDeploy.wasm"
cp "$built/wasm32-wasip2/release/deploy-failed.wasm" "$demo/acme-web/DeployFailed.wasm"
cp examples/acme-web/variables.json "$demo/variables.json"

run pack "$demo/acme-web" --id Acme.Web --version 1.0.0 --output "$demo/packages"
package=$demo/packages/Acme.Web.1.0.0.tar.gz
target=(--root "$demo/applications" --environment Production --variables "$demo/variables.json")

run inspect "$package"
run plan "$package" "${target[@]}"
run deploy "$package" "${target[@]}" --result "$demo/result.json"

installed=$demo/applications/Production/Acme.Web/1.0.0
printf '\nThe server block that PreDeploy rendered, and the files that the built-in hooks changed:\n'
show cat "$installed/config/server.conf"
show diff -u "$demo/acme-web/config/site.ini" "$installed/config/site.ini" || true
show diff -u "$demo/acme-web/appsettings.json" "$installed/appsettings.json" || true
show diff -u "$demo/acme-web/web.config" "$installed/web.config" || true

printf '\nThe same package again: a folder of its own, and it knows what it replaces.\n'
run deploy "$package" "${target[@]}"
show cat "$demo/applications/Production/Acme.Web/1.0.0_1/release-notes.md"

printf '\nA version that is not healthy: PostDeploy refuses it, DeployFailed leaves word.\n'
echo '{ "status": "on fire" }' >"$demo/acme-web/health.json"
run pack "$demo/acme-web" --id Acme.Web --version 1.1.0 --output "$demo/packages"
code=0
run deploy "$demo/packages/Acme.Web.1.1.0.tar.gz" "${target[@]}" || code=$?
echo "(exit code $code)"
[ "$code" -eq 1 ]

run history --root "$demo/applications"
