//! Modules that attack whoever parses, compiles and starts them. One table; each is made here.

mod binary;
mod text;

use crate::scene::{self, Scene, assert_host_is_healthy};

/// What a module's bytes are.
#[derive(Clone, Copy)]
enum Content {
    Binary(fn() -> Vec<u8>),
    Text(fn() -> String),
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
}

use Content::{Binary, Text};

const NOT_VALID: &str = "is not valid WebAssembly for this engine";

const fn refused(name: &'static str, content: Content, says: &'static str) -> HostileModule {
    HostileModule { name, content, limits: &[], code: 3, says }
}

/// A module that runs, although one might fear for whoever reads it.
const fn harmless(name: &'static str, content: Content) -> HostileModule {
    HostileModule { name, content, limits: &[], code: 0, says: "host call" }
}

impl HostileModule {
    const fn with(self, limits: &'static [&'static str]) -> Self {
        Self { limits, ..self }
    }

    const fn when_it_runs(self) -> Self {
        Self { code: 1, ..self }
    }

    /// Runs the module, and looks at everything it must not have done.
    pub(crate) fn run(&self) {
        let scene = Scene::new();
        let (file, bytes) = match self.content {
            Binary(make) => (scene.file("hostile.wasm"), make()),
            Text(make) => (scene.file("hostile.wat"), make().into_bytes()),
        };
        std::fs::write(&file, bytes).unwrap();
        let ran = scene.finish(&mut scene.run_hook(&file, self.limits, &[]));
        let ran = ran.expect_code(self.code);
        ran.expect_error(self.says);
        ran.assert_harmless();
        scene.assert_untouched();
        assert_host_is_healthy();
    }
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
    refused("precompiled-code", Binary(scene::precompiled_code), "is precompiled native code"),
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
    refused("import-that-drives-terminals", Text(text::import_that_drives_terminals), r"imports `env.\e[2J\e]0;owned\u{7}`"),
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
    refused("loop-in-the-start-function", Text(text::start_loop), "reached the limit `cpu-time` of 1s").with(&["cpu-time=1s"]).when_it_runs(),
    refused("trap-in-the-start-function", Text(text::start_trap), "the hook was stopped by a trap").when_it_runs(),
    refused("memory-to-begin-with", Text(|| r#"(module (memory 65536) (func (export "_start")))"#.to_owned()), "reached the limit `memory` of 32MiB").with(&["memory=32MiB"]).when_it_runs(),
    refused("table-to-begin-with", Text(|| r#"(module (table 9000000 funcref) (func (export "_start")))"#.to_owned()), "reached the limit `table-elements` of 200000").when_it_runs(),
    refused("data-outside-the-memory", Text(|| r#"(module (memory 1) (data (i32.const 0x7fffffff) "x") (func (export "_start")))"#.to_owned()), "the hook was stopped by a trap").when_it_runs(),
];
