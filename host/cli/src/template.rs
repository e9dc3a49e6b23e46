//! What `cofferdam new` writes: the files of `sdk/templates/`, and what differs between languages.

use clap::ValueEnum;

/// One file of a new project.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TemplateFile {
    /// Where it goes, below the project's folder.
    pub(crate) path: &'static str,
    text: &'static str,
}

/// Files of one folder of the repository, which go to another of the project, by their paths in both.
macro_rules! files {
    ($from:literal => $to:literal: $($path:literal)*) => {
        &[$(TemplateFile {
            path: concat!($to, $path),
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../", $from, $path)),
        }),*]
    };
}

const COMMON: &[TemplateFile] = files!("sdk/templates/common/" => "":
    "README.md"
    "test.sh"
    "test/after/index.html"
    "test/after/server.conf"
    "test/before/index.html"
    "test/variables.json"
);

const RUST: &[TemplateFile] = files!("sdk/templates/rust/" => "":
    ".cargo/config.toml"
    ".gitignore"
    "Cargo.toml"
    "cofferdam/sdk/Cargo.toml"
    "rust-toolchain.toml"
    "src/main.rs"
);

/// The SDK, as it is in the repository but for its manifest, which names its workspace there.
const RUST_SDK: &[TemplateFile] = files!("sdk/rust/src/" => "cofferdam/sdk/src/":
    "artifact.rs"
    "channel/component.rs"
    "channel/mod.rs"
    "channel/plain.rs"
    "channel/service_message.rs"
    "facts.rs"
    "failure.rs"
    "lib.rs"
    "log.rs"
    "output.rs"
    "progress.rs"
    "variables.rs"
);

const CONTRACT: &[TemplateFile] = files!("sdk/wit/" => "cofferdam/wit/": "cofferdam-hook.wit");

const C: &[TemplateFile] = files!("sdk/templates/c/" => "":
    ".gitignore"
    "Makefile"
    "cofferdam.h"
    "hook.c"
);

const GO: &[TemplateFile] = files!("sdk/templates/go/" => "":
    ".gitignore"
    "cofferdam.go"
    "go.mod"
    "main.go"
);

/// A language that there is a template for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// Rust, with a copy of the SDK
    Rust,
    /// C, with a header of a few functions
    C,
    /// Go, with a file of a few functions
    Go,
}

/// What a template says of its language.
struct LanguageFacts {
    name: &'static str,
    needs: &'static str,
    build: &'static str,
    module: &'static str,
    helpers: &'static str,
    files: &'static [&'static [TemplateFile]],
}

impl Language {
    fn facts(self) -> LanguageFacts {
        match self {
            Self::Rust => LanguageFacts {
                name: "Rust",
                needs: "[rustup](https://rustup.rs), which installs the rest",
                build: "cargo build --release",
                module: "target/wasm32-wasip1/release/{{name}}.wasm",
                helpers: "`cofferdam/sdk` has functions for variables, outputs, artifacts, progress and failing with a reason.",
                files: &[COMMON, RUST, RUST_SDK, CONTRACT],
            },
            Self::C => LanguageFacts {
                name: "C",
                needs: "`make`, `clang` and a C library for WASI; on Debian `apt install make clang lld wasi-libc libclang-rt-dev-wasm32`",
                build: "make",
                module: "{{name}}.wasm",
                helpers: "`cofferdam.h` has functions for outputs, artifacts and failing with a reason.",
                files: &[COMMON, C],
            },
            Self::Go => LanguageFacts {
                name: "Go",
                needs: "Go 1.21 or newer",
                build: "GOOS=wasip1 GOARCH=wasm go build -ldflags='-s -w' -o {{name}}.wasm .",
                module: "{{name}}.wasm",
                helpers: "`cofferdam.go` has functions for outputs, artifacts and failing with a reason.",
                files: &[COMMON, GO],
            },
        }
    }
}

/// A hook to be written: what the templates' gaps are filled with.
#[derive(Debug)]
pub(crate) struct NewHook<'a> {
    /// Its name, which is also a name in the language's own tools.
    pub(crate) name: &'a str,
    /// Its language.
    pub(crate) language: Language,
    /// The stage it is made for.
    pub(crate) stage: &'a str,
}

impl NewHook<'_> {
    /// The files of the project, with their texts.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&'static str, String)> {
        let files = self.language.facts().files;
        files.iter().copied().flatten().map(|file| (file.path, self.fill(file.text)))
    }

    /// The commands that build it, try it, and put it into a package.
    pub(crate) fn commands(&self) -> [String; 3] {
        [
            "{{build}}",
            "sh test.sh",
            "mkdir -p ../package && cp {{module}} ../package/{{stage}}.wasm",
        ]
        .map(|command| self.fill(command))
    }

    /// Gaps that stand in what fills other gaps come last.
    fn fill(&self, text: &str) -> String {
        let facts = self.language.facts();
        text.replace("{{language}}", facts.name)
            .replace("{{needs}}", facts.needs)
            .replace("{{build}}", facts.build)
            .replace("{{module}}", facts.module)
            .replace("{{helpers}}", facts.helpers)
            .replace("{{version}}", env!("CARGO_PKG_VERSION"))
            .replace("{{stage}}", self.stage)
            .replace("{{name}}", self.name)
    }
}
