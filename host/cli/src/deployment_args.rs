//! The arguments that describe a deployment: the same for `deploy` and `plan`.

use std::fs;
use std::io::{self, BufRead, IsTerminal, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use cofferdam_audit::DeploymentRecord;
use cofferdam_capability::LimitName;
use cofferdam_deployment::{
    CustomHook, HookModule, Settings, SettingsBuilder, SettingsError, SettingsFile, Stage, option,
};
use cofferdam_variables::{Layer, Value, load_encrypted_file, load_file};

use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::program_settings::ProgramSettings;

/// What is deployed, where, and with which variables.
#[derive(Debug, Clone, Args)]
pub(crate) struct DeploymentArgs {
    /// The folder below which packages are extracted [default: $HOME/Applications]
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
    /// The environment that is deployed to, such as `Production`
    #[arg(long, short, value_name = "NAME")]
    environment: Option<String>,
    /// The tenant that is deployed for
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// The root where nothing says another.
    #[arg(skip)]
    root_otherwise: Option<PathBuf>,
    /// The feed that the package was fetched from, for policy to decide on; nothing checks it
    #[arg(long, value_name = "NAME")]
    feed: Option<String>,
    /// A `cofferdam.toml` that holds all of this for a target
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,

    /// A file of variables: a JSON object, a JSON array of `{"k","v","s"}`, or TOML; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Variables")]
    variables: Vec<PathBuf>,
    /// The password of encrypted variables files, in a file
    #[arg(long, value_name = "FILE", help_heading = "Variables")]
    variables_password_file: Option<PathBuf>,
    /// One variable; repeatable
    #[arg(long = "variable", short = 'v', value_name = "NAME=VALUE", value_parser = parse_variable, help_heading = "Variables")]
    variable: Vec<(String, String)>,
    /// A sensitive variable, its value read from FILE, or a line of standard input; repeatable
    #[arg(long = "sensitive-variable", value_name = "NAME[=@FILE]", value_parser = parse_sensitive, help_heading = "Variables")]
    sensitive_variable: Vec<SensitiveVariable>,

    /// Enable a feature, as `Octopus.Action.EnabledFeatures` does; repeatable
    #[arg(long = "feature", value_name = "NAME", help_heading = "Hooks")]
    feature: Vec<String>,
    /// A hook of the operator's own; repeatable
    #[arg(long = "custom-hook", value_name = "STAGE=FILE", value_parser = parse_custom_hook, help_heading = "Hooks")]
    custom_hook: Vec<CustomHook>,
    /// The operator's catalogue: a folder of `Feature_Stage.wasm` files
    #[arg(long, value_name = "FOLDER", help_heading = "Hooks")]
    features_dir: Option<PathBuf>,
    /// A limit for every hook, such as `memory=64MiB` or `wall-time=30s`; repeatable
    #[arg(long = "limit", value_name = "NAME=VALUE", value_parser = parse_limit, help_heading = "Hooks")]
    limit: Vec<(LimitName, u64)>,

    /// The policy that decides what hooks may do: a `.cedar` or `.toml` file
    #[arg(long, value_name = "FILE", help_heading = "Policy and record")]
    policy: Option<PathBuf>,
    /// An OpenSSH allowed-signers file: whose signatures of packages and hooks count
    #[arg(long, value_name = "FILE", help_heading = "Policy and record")]
    allowed_signers: Option<PathBuf>,
    /// A public key whose signatures count, under the file's name without extension; repeatable
    #[arg(long = "trusted-key", value_name = "FILE", help_heading = "Policy and record")]
    trusted_key: Vec<PathBuf>,
    /// Where the audit log is kept; without it there is none
    #[arg(long, value_name = "FOLDER", help_heading = "Policy and record")]
    audit_dir: Option<PathBuf>,
    /// The private key that signs the audit log's checkpoints and the attestation
    #[arg(long, value_name = "FILE", help_heading = "Policy and record")]
    signing_key: Option<PathBuf>,
    /// The public key that signed the audit log before the signing key was changed; repeatable
    #[arg(long = "former-key", value_name = "FILE", help_heading = "Policy and record")]
    former_key: Vec<PathBuf>,
    /// Where each new checkpoint of the audit log is handed out, to be kept where this machine cannot
    /// write
    #[arg(long, value_name = "FILE", help_heading = "Policy and record")]
    checkpoint_file: Option<PathBuf>,

    /// Copy the files here after they were configured (convention 12)
    #[arg(long, value_name = "FOLDER", help_heading = "Folders")]
    installation_directory: Option<PathBuf>,
    /// Empty the installation directory first
    #[arg(long, help_heading = "Folders")]
    purge: bool,
    /// Where artifacts are kept [default: in the root's own folder, `.cofferdam/artifacts`]
    #[arg(long, value_name = "FOLDER", help_heading = "Folders")]
    artifacts_dir: Option<PathBuf>,
    /// Do nothing when the last deployment installed this version
    #[arg(long, help_heading = "Folders")]
    skip_if_installed: bool,
    /// Successful deployments to keep beside the current one; older ones are removed afterwards
    #[arg(long, value_name = "N", help_heading = "Folders")]
    keep: Option<u32>,
    /// Days for which deployments are kept
    #[arg(long, value_name = "DAYS", help_heading = "Folders")]
    keep_days: Option<u32>,
    /// Remove the folder of a deployment that failed in a hook, instead of keeping it to be looked at
    #[arg(long, help_heading = "Folders")]
    remove_failed_folder: bool,

    /// Entries that a package may have
    #[arg(long, value_name = "N", help_heading = "Package limits")]
    max_entries: Option<u64>,
    /// Bytes that a package may extract to, such as `2GiB`
    #[arg(long, value_name = "SIZE", value_parser = parse_size, help_heading = "Package limits")]
    max_bytes: Option<u64>,
    /// Bytes that each byte of a package may extract to
    #[arg(long, value_name = "N", help_heading = "Package limits")]
    max_ratio: Option<u64>,
    /// Accept names that differ only in case or Unicode form
    #[arg(long, help_heading = "Package limits")]
    allow_colliding_names: bool,

    /// How long to wait for another deployment to the same root [default: 30m]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    lock_timeout: Option<u64>,
    /// How long DeployFailed hooks may take after Ctrl-C [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    grace_period: Option<u64>,
}

#[derive(Debug, Clone)]
struct SensitiveVariable {
    name: String,
    file: Option<PathBuf>,
}

pub(crate) fn parse_variable(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

fn parse_sensitive(text: &str) -> Result<SensitiveVariable, String> {
    match text.split_once('=') {
        None => Ok(SensitiveVariable { name: text.to_owned(), file: None }),
        Some((name, source)) => match source.strip_prefix('@') {
            Some(file) => Ok(SensitiveVariable { name: name.to_owned(), file: Some(file.into()) }),
            None => Err("a secret must not stand on the command line, where other users can read \
                         it; write NAME=@FILE, or NAME and hand the value to standard input"
                .to_owned()),
        },
    }
}

fn parse_custom_hook(text: &str) -> Result<CustomHook, String> {
    let (stage, file) = text.split_once('=').ok_or("write STAGE=FILE, as in Deploy=check.wasm")?;
    let stage: Stage = stage.parse().map_err(|error| format!("{error}"))?;
    Ok(CustomHook { stage, module: HookModule::File(file.into()) })
}

pub(crate) fn parse_limit(text: &str) -> Result<(LimitName, u64), String> {
    let (key, value) = text.split_once('=').ok_or("write NAME=VALUE, as in memory=64MiB")?;
    let known = || LimitName::from_key(key);
    let name = known().ok_or_else(|| {
        let keys: Vec<&str> = cofferdam_capability::LIMITS.iter().map(|facts| facts.key).collect();
        format!("there is no limit `{key}`; there are {}", keys.join(", "))
    })?;
    Ok((name, name.parse_value(value).map_err(|error| error.to_string())?))
}

fn parse_size(text: &str) -> Result<u64, String> {
    let error = |_| format!("`{text}` is not a size; write a number of bytes, `64KiB` or `2GiB`");
    LimitName::WrittenBytes.parse_value(text).map_err(error)
}

fn parse_time(text: &str) -> Result<u64, String> {
    let error = || format!("`{text}` is not a time; write `500ms`, `30s` or `5m`");
    // A number alone would be taken for seconds by some and for milliseconds by others.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(error());
    }
    LimitName::WallTime.parse_value(text).map_err(|_| error())
}

impl DeploymentArgs {
    /// Reads every file that the arguments name, and validates what they say together.
    pub(crate) fn resolve(&self, package: &Path) -> Result<(Settings, ProgramSettings), Failure> {
        let mut builder = SettingsBuilder::new(package);
        let mut program = ProgramSettings::default();
        if let Some(path) = &self.settings {
            builder.settings_file(
                SettingsFile::load(path, ProgramSettings::KEYS).map_err(settings_failure)?,
            );
            program = ProgramSettings::load(path)?;
        }
        self.read_variables(&mut builder)?;
        self.set_options(&mut builder);

        program.policy = self.policy.clone().or(program.policy);
        program.audit_dir = self.audit_dir.clone().or(program.audit_dir);
        program.signing_key = self.signing_key.clone().or(program.signing_key);
        program.former_keys.extend(self.former_key.iter().cloned());
        replace(&mut program.checkpoint_file, &self.checkpoint_file);
        replace(&mut program.trust.allowed_signers, &self.allowed_signers);
        program.trust.keys.extend(self.trusted_key.iter().cloned());
        program.limits.extend(self.limit.iter().copied());

        Ok((builder.build().map_err(settings_failure)?, program))
    }

    /// Takes what is not given from a deployment on record: root, environment, tenant, target.
    pub(crate) fn fill_in(&mut self, record: &DeploymentRecord) {
        let from_record = |slot: &mut Option<String>, key: &str| {
            if slot.is_none() {
                *slot = record.context.get(key).cloned();
            }
        };
        from_record(&mut self.environment, "environment");
        from_record(&mut self.tenant, "tenant");
        from_record(&mut self.feed, "feed");
        let facts = record.reproduction.as_ref();
        let root = facts.map(|facts| PathBuf::from(&facts.root));
        // A root that was nobody's variable must not become one: hooks would see it.
        let was_variable = option("root").is_none_or(|option| {
            facts.and_then(|facts| facts.variables.as_ref()).is_none_or(|given| {
                given.keys().any(|name| name.eq_ignore_ascii_case(option.variable))
            })
        });
        if was_variable {
            self.root = self.root.take().or(root);
        } else {
            self.root_otherwise = root;
        }
        if let (Some(target), Some(machine)) = (record.context.get("target"), option("machine")) {
            // What is given on the command line comes later and wins.
            self.variable.insert(0, (machine.variable.to_owned(), target.clone()));
        }
    }

    fn read_variables(&self, builder: &mut SettingsBuilder) -> Result<(), Failure> {
        let password =
            self.variables_password_file.as_ref().map(|file| read_secret_file(file)).transpose()?;
        for file in &self.variables {
            let variables = match &password {
                Some(password) => load_encrypted_file(file, password),
                None => load_file(file),
            };
            let variables = variables.or_exit(Exit::BadInput)?;
            builder.variables(Layer::Files, variables);
        }
        for (name, value) in &self.variable {
            builder.variable(Layer::CommandLine, name, Value::plain(value.clone()));
        }
        for variable in &self.sensitive_variable {
            let value = match &variable.file {
                Some(file) => read_secret_file(file)?,
                None => read_secret_line(&variable.name)?,
            };
            builder.variable(Layer::CommandLine, &variable.name, Value::sensitive(value));
        }
        Ok(())
    }

    /// Options of the command line are Octopus variables, by the table of the settings.
    fn set_options(&self, builder: &mut SettingsBuilder) {
        let path = |path: &Option<PathBuf>| path.as_ref().map(|p| p.display().to_string());
        let features = (!self.feature.is_empty()).then(|| self.feature.join(","));
        let set = [
            ("root", path(&self.root)),
            ("environment", self.environment.clone()),
            ("tenant", self.tenant.clone()),
            ("feed", self.feed.clone()),
            ("features", features),
            ("installation-directory", path(&self.installation_directory)),
            ("purge", self.purge.then(|| "true".to_owned())),
            ("skip-if-installed", self.skip_if_installed.then(|| "true".to_owned())),
        ];
        for (key, value) in set {
            if let (Some(option), Some(value)) = (option(key), value) {
                builder.variable(Layer::CommandLine, option.variable, Value::plain(value));
            }
        }
        builder.root_otherwise.clone_from(&self.root_otherwise);
        builder.custom_hooks.extend(self.custom_hook.iter().cloned());
        replace(&mut builder.features_dir, &self.features_dir);
        replace(&mut builder.artifacts_dir, &self.artifacts_dir);
        replace(&mut builder.retention.keep, &self.keep);
        replace(&mut builder.retention.keep_days, &self.keep_days);
        builder.lock_timeout_ms = self.lock_timeout.unwrap_or(builder.lock_timeout_ms);
        builder.grace_period_ms = self.grace_period.unwrap_or(builder.grace_period_ms);
        builder.keep_failed_folder &= !self.remove_failed_folder;

        let limits = &mut builder.extract_limits;
        limits.max_entries = self.max_entries.unwrap_or(limits.max_entries);
        limits.max_total_bytes = self.max_bytes.unwrap_or(limits.max_total_bytes);
        limits.max_ratio = self.max_ratio.unwrap_or(limits.max_ratio);
        limits.allow_colliding_names |= self.allow_colliding_names;
    }
}

fn replace<T: Clone>(slot: &mut Option<T>, given: &Option<T>) {
    if given.is_some() {
        slot.clone_from(given);
    }
}

fn settings_failure(error: SettingsError) -> Failure {
    Failure::new(Exit::BadInput, error)
}

/// No secret is longer; a file that is was named by mistake.
const MAX_SECRET_BYTES: u64 = 1 << 20;

fn read_secret_file(path: &Path) -> Result<String, Failure> {
    let read = || -> io::Result<String> {
        let mut text = String::new();
        fs::File::open(path)?.take(MAX_SECRET_BYTES).read_to_string(&mut text)?;
        Ok(text)
    };
    let mut text = read().map_err(|error| {
        Failure::new(Exit::BadInput, error)
            .context(format!("cannot read the secret in `{}`", path.display()))
    })?;
    trim_line_end(&mut text);
    Ok(text)
}

fn read_secret_line(name: &str) -> Result<String, Failure> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        eprintln!("value of {name} (what you type is shown; end with Enter):");
    }
    let mut line = String::new();
    let count = stdin.lock().take(MAX_SECRET_BYTES).read_line(&mut line).map_err(|error| {
        Failure::new(Exit::BadInput, error).context(format!(
            "cannot read the value of the sensitive variable `{name}` from standard input"
        ))
    })?;
    if count == 0 {
        return Err(Failure::new(
            Exit::BadInput,
            format!("standard input ended before the value of the sensitive variable `{name}`"),
        )
        .with_hint("write one value a line, in the order of the options".to_owned()));
    }
    trim_line_end(&mut line);
    Ok(line)
}

fn trim_line_end(text: &mut String) {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
}
