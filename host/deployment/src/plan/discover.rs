//! Finds the hooks of a deployment: in the package, from the operator, of features, built in.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use cofferdam_audit::{FoundSignature, SIGNATURE_SUFFIXES, find_signatures, read_signatures};
use cofferdam_package::{EntryPath, WantedFile};
use cofferdam_policy::Manifest;

use super::names::{RootFile, is_signature_of_hook, root_file};
use crate::feature::{self, Support};
use crate::nearest::nearest;
use crate::{
    CONVENTIONS, Convention, ConventionKind, CustomHook, HookModule, HookSource, ON_FAILURE,
    PlanError, Services, Settings, Stage,
};

/// A hook's file from the operator may be so large: as much as a package's may.
const MAX_HOOK_FILE_BYTES: u64 = cofferdam_package::limits::DEFAULT_MAX_WANTED_FILE_BYTES;

/// A hook that was found.
pub(super) struct Found {
    pub(super) stage: String,
    pub(super) source: HookSource,
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// Not verified.
    pub(super) signatures: Vec<FoundSignature>,
}

/// A hook of the package: its file and what was found beside it.
pub(super) struct PackageHook {
    stage: Stage,
    file: WantedFile,
    signatures: Vec<FoundSignature>,
}

/// Where hooks are looked for.
pub(super) struct Places<'a> {
    pub(super) settings: &'a Settings,
    pub(super) services: &'a Services<'a>,
    /// The package's hooks.
    pub(super) package: Vec<PackageHook>,
}

/// Whether a file in the package is wanted when it is scanned.
pub(crate) fn is_wanted(path: &EntryPath) -> bool {
    let name = path.file_name();
    let is_hook = || matches!(root_file(name), Some(RootFile::Hook(_)));
    path.is_in_root()
        && (name == Manifest::FILE_NAME || is_hook() || is_signature_of_hook(name, None))
}

/// The package's hooks among its files, each with its signatures.
pub(super) fn package_hooks(files: Vec<WantedFile>) -> Result<Vec<PackageHook>, PlanError> {
    let (hooks, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| matches!(root_file(file.path.file_name()), Some(RootFile::Hook(_))));
    let mut found: Vec<PackageHook> = Vec::new();
    for file in hooks {
        let Some(RootFile::Hook(stage)) = root_file(file.path.file_name()) else { continue };
        if let Some(first) = found.iter().find(|other| other.stage == stage) {
            return Err(PlanError::TwoHooks {
                stage,
                first: first.file.path.to_string(),
                second: file.path.to_string(),
            });
        }
        let signatures = signatures_of(file.path.file_name(), &others);
        found.push(PackageHook { stage, file, signatures });
    }
    Ok(found)
}

/// The signatures of a hook of the package: `PreDeploy.wasm.sig` beside `PreDeploy.wasm`.
fn signatures_of(hook: &str, files: &[WantedFile]) -> Vec<FoundSignature> {
    let is_of_hook = |name: &str| {
        name.strip_prefix(hook).is_some_and(|suffix| SIGNATURE_SUFFIXES.contains(&suffix))
    };
    let of_hook = files.iter().filter(|file| is_of_hook(file.path.file_name()));
    of_hook.flat_map(|file| FoundSignature::split(file.path.file_name(), &file.bytes)).collect()
}

/// What the package's hooks say that they want.
pub(super) fn package_manifest(files: &[WantedFile]) -> Result<Manifest, PlanError> {
    match files.iter().find(|file| file.path.as_str() == Manifest::FILE_NAME) {
        Some(file) => Manifest::parse(Manifest::FILE_NAME, &file.bytes)
            .map_err(|error| PlanError::Manifest(Box::new(error))),
        None => Ok(Manifest::default()),
    }
}

/// Warnings about scripts in the package's root that Octopus would run.
pub(super) fn script_warnings<'p>(paths: impl Iterator<Item = &'p EntryPath>) -> Vec<String> {
    let scripts = paths.filter(|path| path.is_in_root()).filter_map(|path| {
        match root_file(path.file_name()) {
            Some(RootFile::Script(stage)) => Some((path, stage)),
            _ => None,
        }
    });
    scripts
        .map(|(path, stage)| {
            format!("`{path}` is not run: hooks are WebAssembly (`{stage}.wasm` or `{stage}.wat`)")
        })
        .collect()
}

impl Places<'_> {
    /// The hooks of a convention, in the order in which they run.
    pub(super) fn of_convention(&self, convention: &Convention) -> Result<Vec<Found>, PlanError> {
        match convention.kind {
            ConventionKind::BuiltIn(_) => Ok(Vec::new()),
            ConventionKind::Features(stage) => self.of_features(stage),
            ConventionKind::Configuration { feature, hook } => self.of_configuration(feature, hook),
            ConventionKind::Hooks { stage, order } => self.of_sources(stage, &order),
        }
    }

    /// The hooks that run on a failure, in order.
    pub(super) fn on_failure(&self) -> Result<Vec<Found>, PlanError> {
        self.of_sources(Stage::DeployFailed, &ON_FAILURE)
    }

    fn of_sources(&self, stage: Stage, order: &[HookSource]) -> Result<Vec<Found>, PlanError> {
        let mut found = Vec::new();
        for source in order {
            match source {
                HookSource::Package => found.extend(self.of_package(stage)),
                HookSource::Custom => {
                    for hook in self.settings.custom_hooks.iter().filter(|hook| hook.stage == stage)
                    {
                        found.push(custom(hook)?);
                    }
                }
                HookSource::Feature | HookSource::BuiltIn => found.extend(self.of_features(stage)?),
            }
        }
        Ok(found)
    }

    fn of_package(&self, stage: Stage) -> Option<Found> {
        if !self.settings.run_package_hooks && stage != Stage::DeployFailed {
            return None;
        }
        let hook = self.package.iter().find(|hook| hook.stage == stage)?;
        Some(Found {
            stage: stage.to_string(),
            source: HookSource::Package,
            name: hook.file.path.to_string(),
            bytes: hook.file.bytes.clone(),
            signatures: hook.signatures.clone(),
        })
    }

    fn of_features(&self, stage: Stage) -> Result<Vec<Found>, PlanError> {
        let mut found = Vec::new();
        for feature in &self.settings.features {
            if let Some(bytes) = self.services.built_in.feature(feature, stage) {
                found.push(Found {
                    stage: stage.to_string(),
                    source: HookSource::BuiltIn,
                    name: feature.clone(),
                    bytes: bytes.into_owned(),
                    signatures: Vec::new(),
                });
            }
            if let Some((name, path)) = self.in_catalogue(feature, stage) {
                found.push(Found {
                    stage: stage.to_string(),
                    source: HookSource::Feature,
                    name,
                    bytes: read(&path)?,
                    signatures: signatures_beside(&path)?,
                });
            }
        }
        Ok(found)
    }

    /// `Feature_Stage.wasm` in the operator's catalogue.
    fn in_catalogue(&self, feature: &str, stage: Stage) -> Option<(String, PathBuf)> {
        let folder = self.settings.features_dir.as_ref()?;
        // A feature's name is a list item of a variable: it must not lead out of the catalogue.
        if feature.contains(['/', '\\', '\0']) {
            return None;
        }
        let names = ["wasm", "wat"].map(|extension| format!("{feature}_{stage}.{extension}"));
        let found = names.into_iter().map(|name| (folder.join(&name), name));
        found.filter(|(path, _)| path.is_file()).map(|(path, name)| (name, path)).next()
    }

    fn of_configuration(&self, feature: &str, hook: &str) -> Result<Vec<Found>, PlanError> {
        if !self.is_configured(feature) {
            return Ok(Vec::new());
        }
        match self.services.built_in.configuration(hook) {
            Some(bytes) => Ok(vec![Found {
                stage: hook.to_owned(),
                source: HookSource::BuiltIn,
                name: hook.to_owned(),
                bytes: bytes.into_owned(),
                signatures: Vec::new(),
            }]),
            None => Err(PlanError::Feature { feature: feature.to_owned() }),
        }
    }

    fn is_configured(&self, feature: &str) -> bool {
        let settings = self.settings;
        let enabled = settings.features.iter().any(|enabled| enabled == feature);
        // Convention 10 has a switch of its own beside its feature.
        enabled
            && (feature != "Octopus.Features.ConfigurationVariables"
                || settings.update_app_settings)
    }

    /// Refuses features that nothing serves, and warns about unknown ones.
    pub(super) fn check_features(&self) -> Result<Vec<String>, PlanError> {
        if let Some(folder) = self.settings.features_dir.as_ref().filter(|path| !path.is_dir()) {
            return Err(PlanError::Catalogue { folder: folder.clone() });
        }
        let mut warnings = Vec::new();
        for name in &self.settings.features {
            let support = feature::find(name).map(|feature| feature.support);
            if support == Some(Support::Known) || self.is_served(name) {
                continue;
            }
            if support == Some(Support::NeedsCatalogue) {
                return Err(PlanError::Feature { feature: name.clone() });
            }
            let known = feature::FEATURES.iter().map(|feature| feature.name);
            let meant = nearest(name, known).map(|meant| format!("; did you mean `{meant}`?"));
            warnings.push(format!(
                "the feature `{name}` is enabled, and nothing belongs to it{}",
                meant.unwrap_or_default()
            ));
        }
        Ok(warnings)
    }

    fn is_served(&self, feature: &str) -> bool {
        Stage::ALL.iter().any(|stage| {
            self.services.built_in.feature(feature, *stage).is_some()
                || self.in_catalogue(feature, *stage).is_some()
        })
    }
}

/// Why a convention has nothing to do.
pub(super) fn why_nothing(convention: &Convention, settings: &Settings) -> String {
    match convention.kind {
        ConventionKind::Configuration { feature, .. } => format!("`{feature}` is not enabled"),
        ConventionKind::Hooks { .. } if !settings.run_package_hooks => {
            "the package's hooks are switched off, and there is no custom hook".to_owned()
        }
        ConventionKind::Hooks { stage, .. } => format!("there is no {stage} hook"),
        ConventionKind::Features(_) => "no enabled feature has a hook here".to_owned(),
        ConventionKind::BuiltIn(crate::BuiltIn::AlreadyInstalled) => {
            "`skip-if-installed` is not set".to_owned()
        }
        ConventionKind::BuiltIn(crate::BuiltIn::DeleteTemporaryFiles) => {
            "Cofferdam makes none".to_owned()
        }
        ConventionKind::BuiltIn(crate::BuiltIn::CustomInstallation) => {
            "no custom installation folder is set".to_owned()
        }
        ConventionKind::BuiltIn(crate::BuiltIn::IisHomeDirectory) => {
            "no web site is to be changed".to_owned()
        }
        ConventionKind::BuiltIn(_) => "there is nothing to do".to_owned(),
    }
}

/// All conventions, for callers that go through the table.
pub(super) fn conventions() -> impl Iterator<Item = &'static Convention> {
    CONVENTIONS.iter()
}

fn custom(hook: &CustomHook) -> Result<Found, PlanError> {
    let (name, bytes, signatures) = match &hook.module {
        HookModule::Variable { name, bytes } => (name.clone(), bytes.clone(), Vec::new()),
        HookModule::File(path) => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            (name, read(path)?, signatures_beside(path)?)
        }
    };
    let stage = hook.stage.to_string();
    Ok(Found { stage, source: HookSource::Custom, name, bytes, signatures })
}

/// The signatures beside a file of the operator.
pub(super) fn signatures_beside(path: &Path) -> Result<Vec<FoundSignature>, PlanError> {
    let mut found = Vec::new();
    for file in find_signatures(path) {
        found.extend(read_signatures(&file)?);
    }
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<u8>, PlanError> {
    let error = |source| PlanError::ReadHook { path: path.to_owned(), source };
    let file = File::open(path).map_err(error)?;
    let mut bytes = Vec::new();
    file.take(MAX_HOOK_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(error)?;
    if bytes.len() as u64 > MAX_HOOK_FILE_BYTES {
        return Err(error(std::io::Error::other("it is larger than any hook may be")));
    }
    Ok(bytes)
}
