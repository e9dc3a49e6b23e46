//! `SettingsFile`: what `cofferdam.toml` says.
//!
//! ```toml
//! environment = "Production"          # any key of the table of options
//! features = ["Octopus.Features.SubstituteInFiles"]
//! features-dir = "/etc/cofferdam/features"
//! artifacts-dir = "/var/lib/cofferdam/artifacts"
//! keep = 5                            # retention
//! keep-days = 30
//! lock-timeout = "10m"
//! grace-period = "30s"
//! keep-failed-folder = true
//!
//! [variables]
//! "Acme.Port" = "8080"
//! Password = { value = "...", sensitive = true }
//!
//! [[custom-hook]]
//! stage = "PreDeploy"
//! file = "/etc/cofferdam/hooks/drain.wasm"
//!
//! [[grant]]                           # read by policy, see its page
//! ```
//!
//! Other keys belong to the program (`policy`, `audit`, ...) or are mistakes, which are pointed out.

use std::path::{Path, PathBuf};

use cofferdam_capability::LimitName;
use cofferdam_variables::{FilePosition, Value, parse_toml_variables};
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::options::{Option as DeploymentOption, OptionKind, option};
use crate::nearest::nearest;
use crate::{CustomHook, HookModule, OPTIONS, RetentionRule, SettingsError, Stage};

/// Keys that are read here besides those of the table of options.
const OWN_KEYS: [&str; 9] = [
    "variables",
    "custom-hook",
    "features-dir",
    "artifacts-dir",
    "keep",
    "keep-days",
    "lock-timeout",
    "grace-period",
    "keep-failed-folder",
];

/// What a settings file says, of what concerns deployments.
#[derive(Debug, Default)]
pub struct SettingsFile {
    /// Options and `[variables]`, as variables; the latter win.
    pub variables: Vec<(String, Value)>,
    /// `[[custom-hook]]`
    pub custom_hooks: Vec<CustomHook>,
    /// `features-dir`
    pub features_dir: Option<PathBuf>,
    /// `artifacts-dir`
    pub artifacts_dir: Option<PathBuf>,
    /// `keep` and `keep-days`
    pub retention: RetentionRule,
    /// `lock-timeout`, in milliseconds.
    pub lock_timeout_ms: Option<u64>,
    /// `grace-period`, in milliseconds.
    pub grace_period_ms: Option<u64>,
    /// `keep-failed-folder`
    pub keep_failed_folder: Option<bool>,
}

impl SettingsFile {
    /// Reads a settings file. `other_keys` are the top-level keys that somebody else reads.
    /// Relative paths in it are relative to its folder.
    ///
    /// # Errors
    /// See [`SettingsError`]; with line and column.
    pub fn load(path: &Path, other_keys: &[&str]) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| SettingsError::Read { path: path.to_owned(), source })?;
        Self::parse(path, &text, other_keys)
    }

    /// Reads the text of a settings file; `path` names it in errors.
    ///
    /// # Errors
    /// See [`SettingsError`]; with line and column.
    pub fn parse(path: &Path, text: &str, other_keys: &[&str]) -> Result<Self, SettingsError> {
        let reader = Reader { path, text };
        let document = DeTable::parse(text).map_err(|error| {
            reader.error(error.span().map_or(0, |span| span.start), error.message().to_owned())
        })?;
        let mut file = Self::default();
        for (key, value) in document.get_ref() {
            if let Some(option) = option(key.get_ref()) {
                let value = Value::plain(reader.option_value(option, value)?);
                file.variables.push((option.variable.to_owned(), value));
                continue;
            }
            match key.get_ref().as_ref() {
                // Read below, with the whole format that variables files have.
                "variables" => {}
                "custom-hook" => file.custom_hooks = reader.custom_hooks(value)?,
                "features-dir" => file.features_dir = Some(reader.path(value)?),
                "artifacts-dir" => file.artifacts_dir = Some(reader.path(value)?),
                "keep" => file.retention.keep = Some(reader.count(value)?),
                "keep-days" => file.retention.keep_days = Some(reader.count(value)?),
                "lock-timeout" => file.lock_timeout_ms = Some(reader.milliseconds(value)?),
                "grace-period" => file.grace_period_ms = Some(reader.milliseconds(value)?),
                "keep-failed-folder" => file.keep_failed_folder = Some(reader.flag(value)?),
                other if other_keys.contains(&other) => {}
                other => {
                    let message = unknown_key(other, other_keys);
                    return Err(reader.error(key.span().start, message));
                }
            }
        }
        if document.get_ref().contains_key("variables") {
            file.variables.extend(parse_toml_variables(path, text)?);
        }
        Ok(file)
    }
}

fn unknown_key(key: &str, other_keys: &[&str]) -> String {
    let known = OPTIONS.iter().map(|option| option.key).chain(OWN_KEYS);
    let known = known.chain(other_keys.iter().copied());
    match nearest(key, known) {
        Some(candidate) => format!("unknown setting `{key}`; did you mean `{candidate}`?"),
        None => format!("unknown setting `{key}`; variables stand under `[variables]`"),
    }
}

type Node<'i> = Spanned<DeValue<'i>>;

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Reader<'_> {
    fn error(&self, offset: usize, message: String) -> SettingsError {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        SettingsError::File {
            path: self.path.to_owned(),
            at: FilePosition { line, column },
            message,
        }
    }

    fn expected<T>(&self, value: &Node<'_>, what: &str) -> Result<T, SettingsError> {
        Err(self.error(value.span().start, format!("expected {what}")))
    }

    fn option_value(
        &self,
        option: &DeploymentOption,
        value: &Node<'_>,
    ) -> Result<String, SettingsError> {
        match option.kind {
            OptionKind::Text => self.text_of(value).map(str::to_owned),
            OptionKind::Flag => self.flag(value).map(|flag| flag.to_string()),
            OptionKind::Number => self.count(value).map(|count| count.to_string()),
            OptionKind::List => Ok(self.texts(value)?.join(",")),
            OptionKind::Lines => Ok(self.texts(value)?.join("\n")),
        }
    }

    fn text_of<'v>(&self, value: &'v Node<'_>) -> Result<&'v str, SettingsError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => self.expected(value, "a text in quotes"),
        }
    }

    fn texts<'v>(&self, value: &'v Node<'_>) -> Result<Vec<&'v str>, SettingsError> {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().map(|item| self.text_of(item)).collect(),
            _ => self.expected(value, "an array of texts, as in `[\"a\", \"b\"]`"),
        }
    }

    fn flag(&self, value: &Node<'_>) -> Result<bool, SettingsError> {
        match value.get_ref() {
            DeValue::Boolean(flag) => Ok(*flag),
            _ => self.expected(value, "true or false"),
        }
    }

    fn count(&self, value: &Node<'_>) -> Result<u32, SettingsError> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        number.map_or_else(|| self.expected(value, "a whole number, 0 or more"), Ok)
    }

    fn milliseconds(&self, value: &Node<'_>) -> Result<u64, SettingsError> {
        let parsed = match value.get_ref() {
            DeValue::String(text) => LimitName::WallTime.parse_value(text).ok(),
            _ => None,
        };
        parsed.map_or_else(|| self.expected(value, "a time like \"30s\" or \"5m\""), Ok)
    }

    fn path(&self, value: &Node<'_>) -> Result<PathBuf, SettingsError> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        Ok(folder.join(self.text_of(value)?))
    }

    fn custom_hooks(&self, value: &Node<'_>) -> Result<Vec<CustomHook>, SettingsError> {
        let DeValue::Array(items) = value.get_ref() else {
            return self.expected(value, "tables `[[custom-hook]]` with `stage` and `file`");
        };
        let items: &DeArray<'_> = items;
        items.iter().map(|item| self.custom_hook(item)).collect()
    }

    fn custom_hook(&self, value: &Node<'_>) -> Result<CustomHook, SettingsError> {
        let DeValue::Table(table) = value.get_ref() else {
            return self.expected(value, "a table with `stage` and `file`");
        };
        let (mut stage, mut file) = (None, None);
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "stage" => {
                    let parsed: Result<Stage, _> = self.text_of(value)?.parse();
                    let error =
                        |e: crate::InvalidStage| self.error(value.span().start, e.to_string());
                    stage = Some(parsed.map_err(error)?);
                }
                "file" => file = Some(self.path(value)?),
                other => {
                    let message =
                        format!("unknown key `{other}`; a custom hook has `stage` and `file`");
                    return Err(self.error(key.span().start, message));
                }
            }
        }
        match (stage, file) {
            (Some(stage), Some(file)) => Ok(CustomHook { stage, module: HookModule::File(file) }),
            _ => self.expected(value, "both `stage` and `file`"),
        }
    }
}
