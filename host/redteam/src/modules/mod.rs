//! Modules that attack whoever parses, compiles and starts them. One table; each is made here.

mod binary;
mod text;

use std::io;

use cofferdam_capability::LimitName;

use crate::judge::look_at_refusals;
use crate::machine::Machine;
use crate::scene::{Scene, look_at_output};
use crate::trial::Trial;
use crate::{Control, Wall};

/// What a module's bytes are.
#[derive(Clone, Copy)]
enum Content {
    Binary(fn() -> Vec<u8>),
    Text(fn() -> String),
    /// Code that the engine compiled for another module, as it lies in the cache.
    Precompiled,
}

/// One module, and how it has to end.
#[derive(Clone, Copy)]
pub(crate) struct HostileModule {
    pub(crate) name: &'static str,
    content: Content,
    /// Limits that are lowered so that the end comes soon.
    limits: &'static [&'static str],
    /// The program's exit code: 3 for what is no module to run, 1 for what ran and was stopped, 0 for
    /// what ran.
    code: i32,
    /// What is said about it.
    says: &'static str,
    /// The controls that hold it, each by itself.
    pub(crate) held_by: &'static [Control],
}

use Content::{Binary, Precompiled, Text};

const NOT_VALID: &str = "is not valid WebAssembly for this engine";

const fn refused(name: &'static str, content: Content, says: &'static str) -> HostileModule {
    HostileModule { name, content, limits: &[], code: 3, says, held_by: &[Control::Other] }
}

/// A module that runs, although one might fear for whoever reads it.
const fn harmless(name: &'static str, content: Content) -> HostileModule {
    HostileModule { code: 0, ..refused(name, content, "host call") }
}

impl HostileModule {
    const fn with(self, limits: &'static [&'static str]) -> Self {
        Self { limits, ..self }
    }

    const fn when_it_runs(self) -> Self {
        Self { code: 1, ..self }
    }

    const fn held_by(self, controls: &'static [Control]) -> Self {
        Self { held_by: controls, ..self }
    }

    /// What the attacker wants.
    pub(crate) fn wants(&self) -> &'static str {
        match self.code {
            0 => "whoever reads it to run out of stack",
            1 => "the machine's time or memory before anybody asked it to run",
            _ => "whoever parses or compiles it",
        }
    }

    /// How it has to end.
    pub(crate) fn expected(&self) -> String {
        format!("exit code {}: {}", self.code, self.says)
    }

    /// Runs the module, and looks at everything it must not have done.
    pub(crate) fn run(&self, machine: &Machine) -> io::Result<Trial> {
        let scene = Scene::new(machine)?;
        let file = match self.content {
            Text(_) => scene.file("hostile.wat"),
            _ => scene.file("hostile.wasm"),
        };
        let bytes = match self.content {
            Binary(make) => make(),
            Text(make) => make().into_bytes(),
            Precompiled => precompiled_code(machine)?,
        };
        std::fs::write(&file, bytes)?;
        let ran = scene.finish(&mut scene.run_hook(&file, self.limits, &[]))?;
        let mut trial = Trial::default();
        trial.ended(ran.code);
        look_at_output(&ran, &mut trial);
        if !look_at_refusals(&ran, &mut trial) {
            let as_expected = ran.code == Some(self.code);
            match ran.code {
                Some(0 | 1 | 3) if as_expected => {}
                Some(0) => trial.harm("it ran to its end"),
                Some(1 | 3) => trial.require(false, || format!("exit code {:?}", ran.code)),
                other => trial.harm(format!("the program ended with {other:?}: {}", ran.error())),
            }
            trial
                .require(ran.stderr.contains(self.says), || format!("`{}` is not said", self.says));
            trial.stopped_by(self.wall());
            trial.evidence(ran.line_with(self.says).unwrap_or_else(|| ran.error()));
        }
        scene.look_around(&mut trial)?;
        Ok(trial)
    }

    /// What stops it.
    fn wall(&self) -> Wall {
        let limit = self.says.split_once("the limit `").and_then(|(_, rest)| rest.split_once('`'));
        match limit.and_then(|(name, _)| LimitName::from_key(name)) {
            Some(limit) => Wall::Limit(limit),
            None if self.code == 0 => Wall::Robustness,
            None if self.says.contains("trap") => Wall::Trap,
            None if self.says.contains("imports") => Wall::NoImport,
            None => Wall::Validation,
        }
    }
}

/// Code that the engine compiled for another module, as it lies in the cache.
fn precompiled_code(machine: &Machine) -> io::Result<Vec<u8>> {
    let mut codes = Vec::new();
    for entry in std::fs::read_dir(&machine.cache_dir)? {
        let path = entry?.path();
        codes.extend(path.extension().is_some_and(|name| name == "code").then_some(path));
    }
    let code = codes.into_iter().min();
    std::fs::read(code.ok_or_else(|| io::Error::other("nothing was compiled before"))?)
}

/// Every such module.
#[rustfmt::skip]
pub(crate) const MODULES: &[HostileModule] = &[
    // What is no module.
    refused("nothing", Binary(Vec::new), "is not a WebAssembly module"),
    refused("script", Binary(|| b"#!/bin/sh\nrm -rf /\n".to_vec()), "is not a WebAssembly module"),
    refused("wrong-magic", Binary(|| b"\0wasm\x01\0\0\0".to_vec()), "is not a WebAssembly module"),
    refused("wrong-version", Binary(|| b"\0asm\x63\0\0\0".to_vec()), NOT_VALID),
    refused("native-program", Binary(|| b"\x7fELF\x02\x01\x01\0".to_vec()), "is precompiled native code"),
    refused("precompiled-code", Precompiled, "is precompiled native code"),
    // What is broken.
    refused("truncated-in-a-section", Binary(|| binary::without_end(1)), NOT_VALID),
    refused("truncated-in-the-types", Binary(|| binary::truncated_to(12)), NOT_VALID),
    refused("truncated-in-a-number", Binary(|| binary::truncated_to(9)), NOT_VALID),
    refused("section-longer-than-the-file", Binary(binary::section_longer_than_the_file), NOT_VALID),
    refused("number-without-end", Binary(binary::number_without_end), NOT_VALID),
    refused("sections-out-of-order", Binary(binary::sections_out_of_order), NOT_VALID),
    refused("code-without-functions", Binary(binary::code_without_functions), NOT_VALID),
    refused("more-functions-than-bytes", Binary(binary::more_functions_than_bytes), NOT_VALID),
    refused("invalid-text-in-a-name", Binary(binary::invalid_text_in_a_name), NOT_VALID),
    refused("type-confusion", Text(text::type_confusion), NOT_VALID),
    // What other engines have and this one does not.
    refused("threads", Text(text::threads), NOT_VALID),
    refused("memory64", Text(text::memory64), NOT_VALID),
    refused("garbage-collection", Text(text::garbage_collection), NOT_VALID),
    refused("stack-switching", Text(text::stack_switching), NOT_VALID),
    refused("pages-of-one-byte", Text(text::pages_of_one_byte), NOT_VALID),
    refused("unknown-import", Text(text::unknown_import), "imports `env.system`, which Cofferdam does not provide"),
    refused("import-that-drives-terminals", Text(text::import_that_drives_terminals), r"imports `env.\e[2J\e]0;owned\u{7}`").held_by(&[Control::Escaping]),
    refused("no-entry-point", Text(|| "(module)".to_owned()), "has no entry point"),
    // What is too much to parse or to compile.
    refused("too-large", Binary(|| binary::data_segment(2 << 20)), "reached the limit `module-size` of 1MiB").with(&["module-size=1MiB"]),
    refused("huge-br-table", Binary(|| binary::br_table(1_000_000)), NOT_VALID),
    refused("million-functions", Binary(|| binary::functions(1_000_001)), NOT_VALID),
    refused("hundred-thousand-functions", Binary(|| binary::functions(100_000)), "reached the limit `compile-time` of 100ms").with(&["compile-time=100ms"]),
    refused("hundred-thousand-locals", Binary(|| binary::locals(100_000)), NOT_VALID),
    refused("register-allocation-bomb", Text(text::register_allocation_bomb), "reached the limit `compile-time` of 500ms").with(&["compile-time=500ms"]),
    refused("compile-memory-bomb", Text(text::register_allocation_bomb), "reached the limit `compile-memory` of 96MiB").with(&["compile-memory=96MiB"]),
    harmless("deeply-nested-text", Text(|| text::nested_blocks(100_000))),
    harmless("deeply-nested-blocks", Binary(|| binary::nested_blocks(100_000))),
    // Components.
    refused("component-of-components", Binary(|| binary::nested_components(10_000)), "has no entry point"),
    refused("component-of-components-in-text", Text(|| text::nested_components(10_000)), "item nesting too deep"),
    harmless("component-of-components-that-runs", Text(|| text::nested_components(50))),
    refused("component-with-a-huge-type", Text(text::huge_component_type), NOT_VALID),
    refused("component-of-a-billion-instances", Text(text::doubling_instances), "reached the limit `compile-time` of 1s").with(&["compile-time=1s"]),
    // What begins before it is asked to.
    refused("loop-in-the-start-function", Text(text::start_loop), "reached the limit `cpu-time` of 1s").with(&["cpu-time=1s"]).when_it_runs().held_by(&[Control::Limits]),
    refused("trap-in-the-start-function", Text(text::start_trap), "the hook was stopped by a trap").when_it_runs(),
    refused("memory-to-begin-with", Text(|| r#"(module (memory 65536) (func (export "_start")))"#.to_owned()), "reached the limit `memory` of 32MiB").with(&["memory=32MiB"]).when_it_runs().held_by(&[Control::Limits]),
    refused("table-to-begin-with", Text(|| r#"(module (table 9000000 funcref) (func (export "_start")))"#.to_owned()), "reached the limit `table-elements` of 200000").when_it_runs().held_by(&[Control::Limits]),
    refused("data-outside-the-memory", Text(|| r#"(module (memory 1) (data (i32.const 0x7fffffff) "x") (func (export "_start")))"#.to_owned()), "the hook was stopped by a trap").when_it_runs(),
];
