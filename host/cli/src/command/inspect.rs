//! `cofferdam inspect`: what a package or a module is, without running anything.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use clap::Args;
use cofferdam_capability::{LimitName, Limits};
use cofferdam_deployment::{RootFile, Stage, root_file};
use cofferdam_package::{Archive, EntryPath, ExtractLimits, Format, OpenError, scan};
use cofferdam_policy::{InvalidManifest, Manifest, Want, Wants};
use cofferdam_sandbox::{ModuleFacts, ModuleSource, PrepareError, Sandbox};
use serde::Serialize;

use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::render::amount::{count, size};
use crate::render::printable::printable;
use crate::render::style::{Role, Style};
use crate::sandbox_args::SandboxArgs;

/// Says what hooks a package holds, or what a module is and what it may do. Runs nothing.
///
/// Modules are parsed in a locked-down process.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// A package, or a `.wasm` or `.wat` module
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

#[derive(Debug, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
enum Inspection {
    Package(PackageInspection),
    Module(ModuleInspection),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct PackageInspection {
    file: String,
    format: Format,
    /// `null` when neither file name nor nuspec tell.
    id: Option<String>,
    version: Option<String>,
    sha256: String,
    package_bytes: u64,
    entries: usize,
    extracted_bytes: u64,
    hooks: Vec<ModuleInspection>,
    /// Scripts that Octopus would run and Cofferdam never does.
    scripts: Vec<String>,
    /// Why it cannot be deployed, whatever its hooks are: its manifest cannot be read.
    error: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct ModuleInspection {
    file: String,
    /// The stage at which it would run; `null` for a module that is just a file.
    stage: Option<String>,
    sha256: String,
    size: u64,
    /// `null` when it is no acceptable module; `error` says why.
    kind: Option<String>,
    abilities: Vec<String>,
    /// Imports that Cofferdam does not offer, so that the module cannot run.
    unknown_imports: Vec<String>,
    imports: Vec<String>,
    /// What its manifest says that it wants, whatever its imports say that it can use.
    wants: Vec<Want>,
    /// Why it cannot run: it is no acceptable module, or what it wants cannot be read.
    error: Option<String>,
}

impl InspectArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let sandbox = self.sandbox.open()?;
        let inspection = if is_module(&self.file) {
            let limits = Limits::default();
            let bytes = read_module(&self.file, &limits)?;
            let name = self.file.display().to_string();
            let source = ModuleSource { name: &name, bytes: &bytes };
            // A module that was named by itself and is none is an error, not a finding.
            let facts = sandbox.inspect(&source, &limits).map_err(module_failure)?;
            let wants = Manifest::default().wants_of_module(&name, facts.manifest.as_deref());
            let wants = wants.or_exit(Exit::BadInput)?;
            Inspection::Module(describe(&name, None, &facts, Ok(wants)))
        } else {
            Inspection::Package(inspect_package(&self.file, &sandbox)?)
        };
        if self.json {
            let text = serde_json::to_string_pretty(&inspection).or_exit(Exit::Bug)?;
            println!("{text}");
        } else {
            let style = Style::for_stream(&std::io::stdout());
            match &inspection {
                Inspection::Package(package) => print_package(package, style),
                Inspection::Module(module) => print_module(module, style, ""),
            }
        }
        Ok(Exit::Success)
    }
}

fn is_module(file: &Path) -> bool {
    let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
    extension.eq_ignore_ascii_case("wasm") || extension.eq_ignore_ascii_case("wat")
}

/// Reads a module that the operator named, not more of it than may be.
pub(crate) fn read_module(file: &Path, limits: &Limits) -> Result<Vec<u8>, Failure> {
    let cannot = |error: std::io::Error| {
        Failure::new(Exit::BadInput, error).context(format!("cannot read `{}`", file.display()))
    };
    let length = std::fs::metadata(file).map_err(cannot)?.len();
    let allowed = limits.get(LimitName::ModuleSize);
    if length > allowed {
        return Err(module_failure(PrepareError::Limit {
            name: file.display().to_string(),
            limit: LimitName::ModuleSize,
            allowed,
        }));
    }
    std::fs::read(file).map_err(cannot)
}

/// A module that cannot be used, as a command's failure.
pub(crate) fn module_failure(error: PrepareError) -> Failure {
    let exit = match &error {
        PrepareError::Walls { .. } => Exit::Walls,
        PrepareError::Cache(_) | PrepareError::Io { .. } => Exit::System,
        _ => Exit::BadInput,
    };
    let hint = error.hint();
    Failure::new(exit, error).with_hint(hint)
}

fn inspect_package(file: &Path, sandbox: &Sandbox) -> Result<PackageInspection, Failure> {
    let archive = Archive::open(file).map_err(|error| {
        let is_neither = matches!(error, OpenError::UnsupportedExtension { .. });
        Failure::new(Exit::BadPackage, error)
            .with_hint(is_neither.then(|| "a module is a .wasm or .wat".to_owned()))
    })?;
    let limits = ExtractLimits::default();
    let wanted = |path: &EntryPath| {
        path.as_str() == Manifest::FILE_NAME
            || path.is_in_root() && is_module(Path::new(path.file_name()))
    };
    let scan =
        scan(&archive, &limits, wanted, &AtomicBool::new(false)).or_exit(Exit::BadPackage)?;

    let (manifests, modules): (Vec<_>, Vec<_>) =
        scan.wanted.iter().partition(|file| file.path.as_str() == Manifest::FILE_NAME);
    let manifest = manifests.first().map_or_else(
        || Ok(Manifest::default()),
        |file| Manifest::parse(Manifest::FILE_NAME, &file.bytes),
    );
    let mut hooks = Vec::new();
    for file in modules {
        let name = file.path.file_name();
        let source = ModuleSource { name, bytes: &file.bytes };
        let stage = match root_file(name) {
            Some(RootFile::Hook(stage)) => Some(stage),
            _ => None,
        };
        hooks.push(match sandbox.inspect(&source, &Limits::default()) {
            Ok(facts) => {
                let section = facts.manifest.as_deref();
                let manifest = manifest.as_ref().map_err(Clone::clone);
                let wants = manifest.and_then(|m| m.wants_of_module(name, section));
                describe(name, stage, &facts, wants)
            }
            Err(error) => ModuleInspection {
                file: name.to_owned(),
                stage: stage.map(|stage| stage.name().to_owned()),
                sha256: file.sha256.to_string(),
                size: file.bytes.len() as u64,
                kind: None,
                abilities: Vec::new(),
                unknown_imports: Vec::new(),
                imports: Vec::new(),
                wants: Vec::new(),
                error: Some(error.to_string()),
            },
        });
    }
    let scripts = scan
        .manifest
        .files
        .iter()
        .filter(|entry| entry.path.is_in_root())
        .map(|entry| entry.path.file_name())
        .filter(|name| matches!(root_file(name), Some(RootFile::Script(_))))
        .map(str::to_owned)
        .collect();
    let identity = scan.identity.as_ref().ok();
    Ok(PackageInspection {
        file: archive.file_name().to_owned(),
        format: archive.format(),
        id: identity.map(|identity| identity.id.to_string()),
        version: identity.map(|identity| identity.version.to_string()),
        sha256: scan.package_sha256.to_string(),
        package_bytes: archive.bytes(),
        entries: scan.manifest.files.len(),
        extracted_bytes: scan.bytes,
        hooks,
        scripts,
        error: manifest.err().map(|error| error.to_string()),
    })
}

fn describe(
    file: &str,
    stage: Option<Stage>,
    facts: &ModuleFacts,
    wants: Result<Wants, InvalidManifest>,
) -> ModuleInspection {
    let (wants, error) = match wants {
        Ok(wants) => (wants, None),
        Err(error) => (Wants::default(), Some(error.to_string())),
    };
    let unknown = facts.imports.iter().filter(|import| import.ability.is_none());
    ModuleInspection {
        file: file.to_owned(),
        stage: stage.map(|stage| stage.name().to_owned()),
        sha256: facts.digest.to_string(),
        size: facts.size,
        kind: Some(facts.kind.to_string()),
        abilities: facts.uses.iter().map(ToString::to_string).collect(),
        unknown_imports: unknown.map(ToString::to_string).collect(),
        imports: facts.imports.iter().map(ToString::to_string).collect(),
        wants: wants.iter().cloned().collect(),
        error,
    }
}

fn print_package(package: &PackageInspection, style: Style) {
    let identity = match (&package.id, &package.version) {
        (Some(id), Some(version)) => format!("{id} {version}"),
        _ => "without id and version: it cannot be deployed under this name".to_owned(),
    };
    println!("{} {}", style.paint(Role::Strong, "package"), printable(&identity));
    println!(
        "  file      {} ({}, {})",
        printable(&package.file),
        package.format,
        size(package.package_bytes)
    );
    println!("  sha256    {}", package.sha256);
    println!(
        "  content   {}, {} extracted",
        count(package.entries as u64, "entry"),
        size(package.extracted_bytes)
    );
    if let Some(error) = &package.error {
        println!("  {} {}", style.paint(Role::Bad, "cannot be deployed:"), printable(error));
    } else if package.hooks.is_empty() {
        println!("  no hooks: it is extracted and configured, and nothing of it runs");
    }
    for hook in &package.hooks {
        println!();
        print_module(hook, style, "  ");
    }
    for script in &package.scripts {
        println!(
            "\n  {} `{}` is not a WebAssembly module and is never run",
            style.paint(Role::Warning, "warning:"),
            printable(script)
        );
    }
}

fn print_module(module: &ModuleInspection, style: Style, indent: &str) {
    let role = match &module.stage {
        Some(stage) => format!("hook at {stage}"),
        None if indent.is_empty() => "module".to_owned(),
        None => "module, not a hook: no stage has its name".to_owned(),
    };
    println!("{indent}{} {role}", style.paint(Role::Strong, printable(&module.file)));
    println!("{indent}  sha256    {}", module.sha256);
    match &module.kind {
        Some(kind) => println!("{indent}  kind      {kind}, {}", size(module.size)),
        None => println!("{indent}  size      {}", size(module.size)),
    }
    if let Some(error) = &module.error {
        println!("{indent}  {} {}", style.paint(Role::Bad, "cannot run:"), printable(error));
    }
    if module.kind.is_none() {
        return;
    }
    if module.abilities.is_empty() {
        println!("{indent}  may       do nothing but compute");
    }
    for (index, ability) in module.abilities.iter().enumerate() {
        println!("{indent}  {}{ability}", if index == 0 { "may       " } else { "          " });
    }
    for (index, want) in module.wants.iter().enumerate() {
        let label = if index == 0 { "wants     " } else { "          " };
        let required = if want.required { " (cannot do without)" } else { "" };
        let why = want.why.as_ref().map(|why| format!(", \"{why}\"")).unwrap_or_default();
        println!(
            "{indent}  {label}to {}{}{required}",
            printable(&want.what.to_string()),
            printable(&why)
        );
    }
    let unknown: BTreeSet<&str> = module.unknown_imports.iter().map(String::as_str).collect();
    for import in unknown {
        println!(
            "{indent}  {} imports `{}`, which Cofferdam does not offer",
            style.paint(Role::Bad, "cannot run:"),
            printable(import)
        );
    }
}
