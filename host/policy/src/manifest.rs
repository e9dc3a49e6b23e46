//! A hook's manifest: what it wants and why, in TOML.
//!
//! The text comes out of a package or a module, so whoever built those wrote it. It is read here, on
//! the host, because policy has to know it before anything of the package runs: it is the one file
//! of a package besides the archive that the host reads. What keeps that small: the length and the
//! number of wants are bounded before and while reading, unknown keys are errors, and all that can
//! come of it is questions to the policy.

use std::path::PathBuf;

use cofferdam_capability::{Access, Endpoint, Origin};
use serde::Deserialize;

use crate::candidates::METHODS;
use crate::folder_path::{check_guest_path, check_host_path};
use crate::problem::Problem;
use crate::source::Place;
use crate::toml_text::{Texts, toml_problem};
use crate::{Want, Wanted, Wants};

/// The longest manifest that is read: room for every want with a paragraph of reasons.
pub const MAX_MANIFEST_BYTES: usize = 64 * 1024;

/// How many things a manifest may want: more than that, nobody reviews.
pub const MAX_WANTS: usize = 256;

/// The manifest of a hook, or of all hooks of a package.
///
/// ```
/// use cofferdam_policy::Manifest;
///
/// let manifest = Manifest::parse("cofferdam-hook.toml", br#"
///     [[want]]
///     http = "https://api.example"
///     methods = ["POST"]
///     why = "to tell the load balancer"
///     required = true
///
///     [[want]]
///     hook = "PostDeploy.wasm"
///     variable = "Db.Password"
/// "#)?;
/// assert_eq!(manifest.wants_of("PreDeploy.wasm").iter().count(), 1);
/// assert_eq!(manifest.wants_of("PostDeploy.wasm").iter().count(), 2);
/// # Ok::<(), cofferdam_policy::InvalidManifest>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    wants: Vec<(Vec<String>, Want)>,
}

/// A manifest that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidManifest(
    /// What is wrong, where, and what to do.
    pub Problem,
);

/// One `[[want]]` as it is written: exactly one of the keys up to `random`, and what goes with it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WantTable {
    variable: Option<String>,
    folder: Option<String>,
    http: Option<String>,
    tcp: Option<String>,
    action: Option<String>,
    environment: Option<String>,
    clock: Option<String>,
    random: Option<String>,

    /// With `folder`: `read-only` or `read-write`.
    access: Option<String>,
    /// With `folder`: where the hook sees it.
    guest: Option<String>,
    /// With `http`: at least one.
    #[serde(default)]
    methods: Texts,

    /// The hooks that want it; every hook of the package when absent.
    #[serde(default)]
    hook: Texts,
    why: Option<String>,
    #[serde(default)]
    required: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ManifestTable {
    #[serde(default)]
    want: Vec<toml::Spanned<WantTable>>,
}

impl Manifest {
    /// The file in a package's root in which the hooks of the package say what they want.
    pub const FILE_NAME: &str = "cofferdam-hook.toml";

    /// Reads a manifest; `name` is what messages call it.
    ///
    /// # Errors
    /// When it is too long, not TOML, or wants what cannot be wanted.
    pub fn parse(name: &str, bytes: &[u8]) -> Result<Self, InvalidManifest> {
        let invalid =
            |message: String| InvalidManifest(Problem::new(None, format!("{name}: {message}")));
        if bytes.len() > MAX_MANIFEST_BYTES {
            return Err(invalid(format!(
                "it is longer than {MAX_MANIFEST_BYTES} bytes; shorten it"
            )));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            invalid(format!("it is not UTF-8 after byte {}", error.valid_up_to()))
        })?;
        let table: ManifestTable = toml::from_str(text)
            .map_err(|error| InvalidManifest(toml_problem(name, text, &error)))?;
        if table.want.len() > MAX_WANTS {
            return Err(invalid(format!("it wants more than {MAX_WANTS} things; want less")));
        }
        let mut wants = Vec::new();
        for written in table.want {
            let place = Place::of_offset(name, text, written.span().start);
            let table = written.into_inner();
            let what = wanted(&table)
                .map_err(|message| InvalidManifest(Problem::new(Some(place), message)))?;
            let want = Want { what, why: table.why, required: table.required };
            wants.push((table.hook.0, want));
        }
        Ok(Self { wants })
    }

    /// What the hook called `name` wants.
    #[must_use]
    pub fn wants_of(&self, name: &str) -> Wants {
        let concerned = self
            .wants
            .iter()
            .filter(|(hooks, _)| hooks.is_empty() || hooks.iter().any(|hook| hook == name));
        Wants::new(concerned.map(|(_, want)| want.clone()).collect())
    }

    /// What the hook with this name wants, when this is the manifest of its package: what the `section` in
    /// the hook's own module says, or what this says where there is no such section.
    ///
    /// # Errors
    /// When the section is no manifest.
    pub fn wants_of_module(
        &self,
        name: &str,
        section: Option<&[u8]>,
    ) -> Result<Wants, InvalidManifest> {
        match section {
            Some(section) => Self::parse(name, section).map(|own| own.wants_of(name)),
            None => Ok(self.wants_of(name)),
        }
    }

    /// The names of hooks that it mentions, for finding one that does not exist.
    pub fn hooks(&self) -> impl Iterator<Item = &str> {
        self.wants.iter().flat_map(|(hooks, _)| hooks).map(String::as_str)
    }
}

fn wanted(table: &WantTable) -> Result<Wanted, String> {
    let keys = [
        ("variable", &table.variable),
        ("folder", &table.folder),
        ("http", &table.http),
        ("tcp", &table.tcp),
        ("action", &table.action),
        ("environment", &table.environment),
        ("clock", &table.clock),
        ("random", &table.random),
    ];
    let mut named = keys.iter().filter_map(|(key, value)| value.as_deref().map(|v| (*key, v)));
    let (Some((key, value)), None) = (named.next(), named.next()) else {
        let known = keys.map(|(key, _)| format!("`{key}`")).join(", ");
        return Err(format!("a want names one thing; write exactly one of {known}"));
    };
    if key != "folder" && (table.access.is_some() || table.guest.is_some()) {
        return Err(format!("`access` and `guest` go with `folder`, not with `{key}`"));
    }
    if key != "http" && !table.methods.is_empty() {
        return Err(format!("`methods` goes with `http`, not with `{key}`"));
    }
    match key {
        "folder" => wanted_folder(value, table),
        "http" => wanted_http(value, table),
        "tcp" => match value.parse::<Endpoint>() {
            Ok(endpoint) => Ok(Wanted::Tcp(endpoint)),
            Err(invalid) => Err(invalid.to_string()),
        },
        "clock" | "random" if value != "real" => Err(format!(
            "`{key} = \"{value}\"` cannot be wanted; write \"real\", or nothing for the same in \
             every run"
        )),
        "clock" => Ok(Wanted::RealClock),
        "random" => Ok(Wanted::RealRandom),
        _ if value.is_empty() => Err(format!("`{key}` is empty; name one")),
        "variable" => Ok(Wanted::Variable { name: value.to_owned() }),
        "action" => Ok(Wanted::Action { name: value.to_owned() }),
        _ => Ok(Wanted::Environment { name: value.to_owned() }),
    }
}

fn wanted_folder(path: &str, table: &WantTable) -> Result<Wanted, String> {
    check_host_path(path).map_err(|error| error.to_string())?;
    if let Some(guest) = &table.guest {
        check_guest_path(guest).map_err(|error| error.to_string())?;
    }
    let access = match table.access.as_deref() {
        None | Some("read-only") => Access::ReadOnly,
        Some("read-write") => Access::ReadWrite,
        Some(other) => {
            return Err(format!(
                "`access = \"{other}\"` means nothing; write \"read-only\" or \"read-write\""
            ));
        }
    };
    Ok(Wanted::Folder { host: PathBuf::from(path), guest: table.guest.clone(), access })
}

fn wanted_http(origin: &str, table: &WantTable) -> Result<Wanted, String> {
    let origin: Origin = origin.parse().map_err(|error| format!("{error}"))?;
    let unknown = table.methods.iter().find(|method| !METHODS.contains(&method.as_str()));
    if table.methods.is_empty() || unknown.is_some() {
        return Err(format!(
            "`http` needs `methods`, a list of some of {}",
            METHODS.map(|method| format!("\"{method}\"")).join(", ")
        ));
    }
    let mut methods = table.methods.0.clone();
    methods.sort_unstable();
    methods.dedup();
    Ok(Wanted::Http { origin, methods })
}
