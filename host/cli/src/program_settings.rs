//! What `cofferdam.toml` says to the program itself: policy, record, sandbox.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cofferdam_capability::{LimitName, Limits};
use serde::Deserialize;

use crate::exit::Exit;
use crate::failure::{Failure, OrCannot};

/// The part of a settings file that is not about one deployment.
#[derive(Debug, Default)]
pub(crate) struct ProgramSettings {
    pub(crate) policy: Option<PathBuf>,
    pub(crate) audit_dir: Option<PathBuf>,
    pub(crate) signing_key: Option<PathBuf>,
    /// Public keys of those that signed the audit log before `signing_key` did.
    pub(crate) former_keys: Vec<PathBuf>,
    /// Where each new checkpoint of the audit log is handed out.
    pub(crate) checkpoint_file: Option<PathBuf>,
    /// Whose signatures count.
    pub(crate) trust: TrustSettings,
    /// Limits for every hook; the tightest of these, the policy's and the defaults holds.
    pub(crate) limits: Vec<(LimitName, u64)>,
    /// `[[grant]]` and `[[forbid]]` tables, as policy reads them.
    pub(crate) grants: Option<Grants>,
}

/// Where the keys are whose signatures count: `[trust]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct TrustSettings {
    /// An OpenSSH allowed-signers file.
    pub(crate) allowed_signers: Option<PathBuf>,
    /// Public keys, each trusted under its file's name without extension.
    #[serde(default)]
    pub(crate) keys: Vec<PathBuf>,
}

/// A settings file that has `[[grant]]` or `[[forbid]]` tables.
#[derive(Debug)]
pub(crate) struct Grants {
    pub(crate) file: PathBuf,
    /// The whole file, so that messages name lines of it.
    pub(crate) text: String,
    /// These tables alone, as TOML.
    pub(crate) tables: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct File {
    policy: Option<PathBuf>,
    audit_dir: Option<PathBuf>,
    signing_key: Option<PathBuf>,
    #[serde(default)]
    former_keys: Vec<PathBuf>,
    checkpoint_file: Option<PathBuf>,
    #[serde(default)]
    trust: TrustSettings,
    #[serde(default)]
    limits: toml::Table,
    #[serde(default)]
    grant: Vec<toml::Table>,
    #[serde(default)]
    forbid: Vec<toml::Table>,
}

impl ProgramSettings {
    /// The keys that are read here.
    pub(crate) const KEYS: &[&str] = &[
        "policy",
        "audit-dir",
        "signing-key",
        "former-keys",
        "checkpoint-file",
        "trust",
        "limits",
        "grant",
        "forbid",
    ];

    pub(crate) fn load(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).or_cannot(
            Exit::BadInput,
            "read the settings in",
            path,
        )?;
        let file: File = toml::from_str(&text).map_err(|error| {
            Failure::new(Exit::BadInput, error.to_string())
                .context(format!("the settings file `{}` cannot be read", path.display()))
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let below = |path: Option<PathBuf>| path.map(|path| folder.join(path));
        let mut limits = Vec::new();
        for (key, value) in &file.limits {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let limit = crate::deployment_args::parse_limit(&format!("{key}={text}"));
            limits.push(limit.map_err(|message| {
                Failure::new(Exit::BadInput, message)
                    .context(format!("`[limits]` in `{}` cannot be used", path.display()))
            })?);
        }
        let grants = (!file.grant.is_empty() || !file.forbid.is_empty()).then(|| {
            let both = [("grant", file.grant), ("forbid", file.forbid)];
            // No key for none: `grant = []` would keep whoever adds to the text from adding `[[grant]]`.
            let some = both.into_iter().filter(|(_, tables)| !tables.is_empty());
            let table: toml::Table = some
                .map(|(key, tables)| {
                    let tables = tables.into_iter().map(toml::Value::Table).collect();
                    (key.to_owned(), toml::Value::Array(tables))
                })
                .collect();
            Grants { file: path.to_owned(), text: text.clone(), tables: table.to_string() }
        });
        Ok(Self {
            policy: below(file.policy),
            audit_dir: below(file.audit_dir),
            signing_key: below(file.signing_key),
            former_keys: file.former_keys.into_iter().map(|key| folder.join(key)).collect(),
            checkpoint_file: below(file.checkpoint_file),
            trust: TrustSettings {
                allowed_signers: below(file.trust.allowed_signers),
                keys: file.trust.keys.into_iter().map(|key| folder.join(key)).collect(),
            },
            limits,
            grants,
        })
    }

    /// The defaults with what the operator set.
    pub(crate) fn module_limits(&self) -> Limits {
        let mut limits = Limits::default();
        for (name, value) in self.tightest_limits() {
            limits.set(name, value);
        }
        limits
    }

    /// Each limit once: the same one may stand in the settings file and on the command line.
    pub(crate) fn tightest_limits(&self) -> BTreeMap<LimitName, u64> {
        let mut tightest = BTreeMap::new();
        for (name, value) in &self.limits {
            let held = tightest.entry(*name).or_insert(*value);
            *held = (*held).min(*value);
        }
        tightest
    }
}
