//! Finds the hooks of a deployment: in the package, from the operator, of features, built in.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use cofferdam_package::{EntryPath, WantedFile};
use cofferdam_policy::Manifest;

use super::names::{MANIFEST, RootFile, root_file};
use crate::feature::{self, Support};
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
}

/// Where hooks are looked for.
pub(super) struct Places<'a> {
    pub(super) settings: &'a Settings,
    pub(super) services: &'a Services<'a>,
    /// The package's hooks.
    pub(super) package: Vec<(Stage, WantedFile)>,
}

/// Whether a file in the package is wanted when it is scanned.
pub(super) fn is_wanted(path: &EntryPath) -> bool {
    let name = path.file_name();
    path.is_in_root() && (name == MANIFEST || matches!(root_file(name), Some(RootFile::Hook(_))))
}

/// The package's hooks among its files.
pub(super) fn package_hooks(files: Vec<WantedFile>) -> Result<Vec<(Stage, WantedFile)>, PlanError> {
    let mut hooks: Vec<(Stage, WantedFile)> = Vec::new();
    for file in files {
        let Some(RootFile::Hook(stage)) = root_file(file.path.file_name()) else { continue };
        if let Some((_, first)) = hooks.iter().find(|(other, _)| *other == stage) {
            return Err(PlanError::TwoHooks {
                stage,
                first: first.path.to_string(),
                second: file.path.to_string(),
            });
        }
        hooks.push((stage, file));
    }
    Ok(hooks)
}

/// What the package's hooks say that they want.
pub(super) fn package_manifest(files: &[WantedFile]) -> Result<Manifest, PlanError> {
    match files.iter().find(|file| file.path.as_str() == MANIFEST) {
        Some(file) => Manifest::parse(MANIFEST, &file.bytes)
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
        let (_, file) = self.package.iter().find(|(other, _)| *other == stage)?;
        Some(Found {
            stage: stage.to_string(),
            source: HookSource::Package,
            name: file.path.to_string(),
            bytes: file.bytes.clone(),
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
                });
            }
            if let Some((name, bytes)) = self.in_catalogue(feature, stage)? {
                let stage = stage.to_string();
                found.push(Found { stage, source: HookSource::Feature, name, bytes });
            }
        }
        Ok(found)
    }

    /// `Feature_Stage.wasm` in the operator's catalogue.
    fn in_catalogue(
        &self,
        feature: &str,
        stage: Stage,
    ) -> Result<Option<(String, Vec<u8>)>, PlanError> {
        let Some(folder) = &self.settings.features_dir else { return Ok(None) };
        // A feature's name is a list item of a variable: it must not lead out of the catalogue.
        if feature.contains(['/', '\\', '\0']) {
            return Ok(None);
        }
        for extension in ["wasm", "wat"] {
            let name = format!("{feature}_{stage}.{extension}");
            let path = folder.join(&name);
            if path.is_file() {
                return Ok(Some((name, read(&path)?)));
            }
        }
        Ok(None)
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
        let mut warnings = Vec::new();
        for name in &self.settings.features {
            let support = feature::find(name).map(|feature| feature.support);
            if support == Some(Support::Known) || self.is_served(name)? {
                continue;
            }
            if support == Some(Support::NeedsCatalogue) {
                return Err(PlanError::Feature { feature: name.clone() });
            }
            warnings.push(format!("the feature `{name}` is enabled, and nothing belongs to it"));
        }
        Ok(warnings)
    }

    fn is_served(&self, feature: &str) -> Result<bool, PlanError> {
        for stage in Stage::ALL {
            if self.services.built_in.feature(feature, *stage).is_some()
                || self.in_catalogue(feature, *stage)?.is_some()
            {
                return Ok(true);
            }
        }
        Ok(false)
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
    let (name, bytes) = match &hook.module {
        HookModule::Variable { name, bytes } => (name.clone(), bytes.clone()),
        HookModule::File(path) => {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
            (name, read(path)?)
        }
    };
    Ok(Found { stage: hook.stage.to_string(), source: HookSource::Custom, name, bytes })
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
