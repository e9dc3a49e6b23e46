//! Reading a WebAssembly binary: entry point, imports, manifest.

use cofferdam_worker_protocol::TaskFailure;
use wasmparser::{
    ComponentExternalKind, Encoding, ExternalKind, Parser, Payload, Validator, WasmFeatures,
};

use super::abilities;
use crate::{Import, ModuleKind};

/// The custom section in which a hook says what it wants.
const MANIFEST_SECTION: &str = "cofferdam-hook";

/// The largest manifest; a few names and sentences.
const MAX_MANIFEST_BYTES: usize = 64 * 1024;

/// The most imports that are listed. The largest language runtime has about a hundred.
const MAX_IMPORTS: usize = 10_000;

/// What a module is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// Its kind; `None` without an entry point.
    pub(crate) kind: Option<ModuleKind>,
    /// Its imports, in their order.
    pub(crate) imports: Vec<Import>,
    /// Its manifest.
    pub(crate) manifest: Option<Vec<u8>>,
}

/// Validates a binary and says what it is. The same features are accepted as by the engine.
///
/// # Errors
/// When it is not valid.
pub(crate) fn describe(binary: &[u8], features: WasmFeatures) -> Result<Description, TaskFailure> {
    let invalid = |error: wasmparser::BinaryReaderError| TaskFailure::Invalid(error.to_string());
    let mut description = Description { kind: None, imports: Vec::new(), manifest: None };
    // What is inside of nested modules and components is not an import of the whole.
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(binary) {
        let payload = payload.map_err(invalid)?;
        match &payload {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ if depth > 1 => {}
            Payload::CustomSection(section) if section.name() == MANIFEST_SECTION => {
                read_manifest(section.data(), &mut description)?;
            }
            _ => read_section(&payload, &mut description).map_err(invalid)?,
        }
        if description.imports.len() > MAX_IMPORTS {
            return Err(TaskFailure::Invalid(format!("it has more than {MAX_IMPORTS} imports")));
        }
    }
    // WASI 0.3 needs features that are off. It can be looked at, and is never compiled.
    if description.kind != Some(ModuleKind::Component03) {
        Validator::new_with_features(features).validate_all(binary).map_err(invalid)?;
    }
    Ok(description)
}

/// Whether a binary is a component; decides how it is compiled.
pub(crate) fn is_component(binary: &[u8]) -> bool {
    matches!(
        Parser::new(0).parse_all(binary).next(),
        Some(Ok(Payload::Version { encoding: Encoding::Component, .. }))
    )
}

fn read_section(
    payload: &Payload<'_>,
    description: &mut Description,
) -> Result<(), wasmparser::BinaryReaderError> {
    match payload {
        Payload::ImportSection(section) => {
            for import in section.clone().into_imports() {
                let import = import?;
                description.imports.push(Import {
                    module: import.module.to_owned(),
                    name: import.name.to_owned(),
                    ability: abilities::of_function(import.module, import.name),
                });
            }
        }
        Payload::ExportSection(section) => {
            for export in section.clone() {
                let export = export?;
                if export.name == "_start" && export.kind == ExternalKind::Func {
                    description.kind = Some(ModuleKind::Preview1Module);
                }
            }
        }
        Payload::ComponentImportSection(section) => {
            for import in section.clone() {
                let name = import?.name.name;
                description.imports.push(Import {
                    module: name.to_owned(),
                    name: String::new(),
                    ability: abilities::of_interface(name),
                });
            }
        }
        Payload::ComponentExportSection(section) => {
            for export in section.clone() {
                let export = export?;
                if export.kind == ComponentExternalKind::Instance {
                    description.kind = description.kind.or(entry_point(export.name.name));
                }
            }
        }
        _ => {}
    }
    Ok(())
}

/// A manifest that is not read would leave the hook with what others say that it wants, and of two
/// people would see one and policy the other: both are refused.
fn read_manifest(section: &[u8], description: &mut Description) -> Result<(), TaskFailure> {
    let refuse = |what: String| {
        Err(TaskFailure::Invalid(format!("its custom section `{MANIFEST_SECTION}` {what}")))
    };
    if section.len() > MAX_MANIFEST_BYTES {
        return refuse(format!("is longer than {MAX_MANIFEST_BYTES} bytes; shorten it"));
    }
    if description.manifest.is_some() {
        return refuse("is there twice; say in one what the hook wants".to_owned());
    }
    description.manifest = Some(section.to_vec());
    Ok(())
}

fn entry_point(export: &str) -> Option<ModuleKind> {
    let version = export.strip_prefix("wasi:cli/run@")?;
    if version.starts_with("0.2.") {
        Some(ModuleKind::Component02)
    } else if version.starts_with("0.3.") {
        Some(ModuleKind::Component03)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ImportedAbility;
    use crate::engine::accepted_features;

    fn describe_text(text: &str) -> Result<Description, TaskFailure> {
        describe(&wat::parse_str(text).unwrap(), accepted_features())
    }

    #[test]
    fn a_core_module_is_described() {
        let description = describe_text(
            r#"(module
                (import "wasi_snapshot_preview1" "path_symlink"
                    (func (param i32 i32 i32 i32 i32) (result i32)))
                (import "env" "system" (func (param i32) (result i32)))
                (@custom "cofferdam-hook" "wants = []")
                (func (export "_start")))"#,
        )
        .unwrap();
        assert_eq!(description.kind, Some(ModuleKind::Preview1Module));
        assert_eq!(description.imports[0].ability, Some(ImportedAbility::MakesLinks));
        assert_eq!(description.imports[1].to_string(), "env.system");
        assert_eq!(description.imports[1].ability, None);
        assert_eq!(description.manifest.as_deref(), Some(&b"wants = []"[..]));
    }

    #[test]
    fn only_the_outermost_component_counts() {
        let description = describe_text(
            r#"(component
                (import "wasi:clocks/wall-clock@0.2.0" (instance))
                (core module (import "env" "f" (func)) (func (export "_start"))))"#,
        )
        .unwrap();
        assert_eq!(description.kind, None);
        assert_eq!(description.imports.len(), 1);
        assert_eq!(description.imports[0].ability, Some(ImportedAbility::ReadsClock));
    }

    #[test]
    fn a_manifest_is_one_short_section_of_the_outermost_module() {
        let component = |custom: &str| {
            let nested = r#"(core module (@custom "cofferdam-hook" "nested"))"#;
            describe_text(&format!("(component {nested} {custom})"))
        };
        assert_eq!(component("").unwrap().manifest, None);
        let own = r#"(@custom "cofferdam-hook" "own")"#;
        assert_eq!(component(own).unwrap().manifest.as_deref(), Some(&b"own"[..]));
        let refusal = |custom: &str| match component(custom) {
            Err(TaskFailure::Invalid(why)) => why,
            other => panic!("{other:?}"),
        };
        assert!(refusal(&own.repeat(2)).contains("is there twice"));
        let custom =
            |bytes: usize| format!(r#"(@custom "cofferdam-hook" "{}")"#, "#".repeat(bytes));
        assert!(component(&custom(MAX_MANIFEST_BYTES)).is_ok());
        assert!(refusal(&custom(MAX_MANIFEST_BYTES + 1)).contains("is longer than 65536 bytes"));
    }

    #[test]
    fn features_that_are_off_are_refused() {
        for text in [
            "(module (memory 1 1 shared))",
            "(module (memory i64 1))",
            "(module (type (struct)))",
            "(module (func (result v128) unreachable i16x8.relaxed_laneselect))",
        ] {
            assert!(matches!(describe_text(text), Err(TaskFailure::Invalid(_))), "{text}");
        }
    }
}
