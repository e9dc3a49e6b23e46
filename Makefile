# `make demo` shows the main job, `make test` runs every test. Both install what they need first.
SHELL := /bin/bash
CARGO ?= cargo
HOST_TARGET := $(shell rustc -vV | sed -n 's/^host: //p')
# Static and at fixed addresses: a hook's worker process starts in a third of the time.
ifeq ($(HOST_TARGET),x86_64-unknown-linux-gnu)
RELEASE_FLAGS := -C target-feature=+crt-static -C relocation-model=static
endif
RELEASE := target/$(HOST_TARGET)/release
PREFIX ?= /usr/local
NATIVE_HOOKS := structured-variables substitute-in-files xml-transforms

.PHONY: build install demo test conformance fuzz check-other-systems lint docs bench clean tools

build: tools
	RUSTFLAGS="$(RELEASE_FLAGS)" $(CARGO) build --locked --release --target $(HOST_TARGET) --package cofferdam
	$(RELEASE)/cofferdam cache warm --quiet

install: build
	install -D -m 0755 $(RELEASE)/cofferdam $(DESTDIR)$(PREFIX)/bin/cofferdam
	$(DESTDIR)$(PREFIX)/bin/cofferdam cache warm --quiet

demo: build
	COFFERDAM=$(abspath $(RELEASE)/cofferdam) examples/demo.sh

test: tools
	scripts/install-tools.sh --test
	$(CARGO) test --locked --workspace
	@# What native code in a worker can reach, as if the engine had been broken; and with single controls left out,
	@# exactly the attacks that they hold have to succeed. The whole workspace is named, here and below, because
	@# for a single package cargo would compile the engine once more, with fewer features of its dependencies.
	$(CARGO) test --locked --workspace --features cofferdam/test-switches --test walls --test redteam

# Every vector through the built-in hooks in the sandbox; VECTORS=DIR runs other people's cases.
conformance: tools
	$(CARGO) build --locked --workspace --bin cofferdam-conformance
	target/debug/cofferdam-conformance $(if $(VECTORS),--vectors $(abspath $(VECTORS)))

# Everything that reads what came from elsewhere, for FUZZ_SECONDS a target; tests/fuzz/README.md says more.
FUZZ_SECONDS ?= 600
fuzz:
	scripts/install-tools.sh --fuzz
	CARGO_PROFILE_RELEASE_OPT_LEVEL=3 scripts/fuzz.sh $(FUZZ_SECONDS) $(FUZZ_TARGETS)

# Whole deployments beside tar and bash, and the configuration hooks beside native programs; the crates have
# benches of their own below host/*/benches.
bench: build
	benches/deploy.py $(RELEASE)/cofferdam --large
	$(CARGO) build --locked --release $(NATIVE_HOOKS:%=--package cofferdam-hook-%)
	benches/configuration.py $(RELEASE)/cofferdam target/hooks/wasm32-wasip2/hook target/release
	benches/configuration_torture.py $(RELEASE)/cofferdam target/hooks/wasm32-wasip2/hook

lint: tools
	$(CARGO) fmt --all --check
	$(CARGO) clippy --locked --workspace --all-targets -- -D warnings
	$(CARGO) deny --log-level error check licenses bans sources

# That the program compiles for Windows and macOS, from Linux.
check-other-systems: tools
	scripts/check-other-systems.sh

docs: tools
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --locked --workspace --no-deps

tools:
	@scripts/install-tools.sh

clean:
	$(CARGO) clean
