//! `cofferdam reproduce`: does a deployment again, as its attestation says, and compares.

use std::path::{Path, PathBuf};

use clap::Args;
use cofferdam_audit::{
    Attestation, AttestationVerdict, DeploymentRecord, DigestKey, Expected, TREE_DIGEST_NAME,
    verify_attestation,
};
use cofferdam_deployment::{
    FolderComparison, Plan, ReproduceError, Reproduced, Scratch, plan, recorded_policy,
};
use cofferdam_sandbox::CancelToken;

use crate::command::attest::{file_digest, show_verdict};
use crate::command::key::read_public_keys;
use crate::command::plan::plan_failure;
use crate::command::rehearse::{ScratchArgs, rehearse_failure, scratch_failure};
use crate::deployment_args::DeploymentArgs;
use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::interrupt;
use crate::render::printable::printable;
use crate::render::style::{Role, Style};
use crate::sandbox_args::SandboxArgs;
use crate::surroundings::Surroundings;

/// Does a deployment again in a scratch folder, as its attestation says, and compares what comes of it.
///
/// Needs the package and the variables and settings of the deployment; root, environment, tenant and target are
/// taken from the attestation where they are not given, and grants always. Ends with 0 if hooks and
/// folder are the same, and with 10 if not, naming the first hook and files that differ.
#[derive(Debug, Args)]
pub(crate) struct ReproduceArgs {
    /// The attestation
    attestation: PathBuf,
    /// The package
    #[arg(long, value_name = "FILE")]
    package: PathBuf,
    /// A public key that may have signed the attestation; repeatable
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// The `digest.key` of the audit log, so that sensitive variables are compared, too
    #[arg(long, value_name = "FILE")]
    digest_key: Option<PathBuf>,
    /// Go on when another version of Cofferdam made the attestation
    #[arg(long)]
    any_version: bool,
    #[command(flatten)]
    deployment: DeploymentArgs,
    #[command(flatten)]
    sandbox: SandboxArgs,
    #[command(flatten)]
    scratch: ScratchArgs,
}

impl ReproduceArgs {
    pub(crate) fn run(mut self) -> Result<Exit, Failure> {
        let Some(attestation) = self.verified()? else {
            return Err(Failure::already_shown(Exit::NotVerified));
        };
        let record = attestation.record();
        self.check_version(record)?;
        self.deployment.fill_in(record);

        let (settings, program) = self.deployment.resolve(&self.package)?;
        let surroundings = Surroundings::new(&self.sandbox, &program)?;
        let policy = recorded_policy(record).map_err(reproduce_failure)?;
        let stubs = self.scratch.stubs()?;
        let answer = || stubs.broker();
        let mut services = surroundings.services();
        services.policy = &policy;
        services.http = Some(&answer);
        let deployment = plan(settings, &services).map_err(plan_failure)?;
        tell_engine(record, deployment.plan());

        let cancel = CancelToken::default();
        interrupt::cancel_on_signals(&cancel)?;
        let scratch =
            Scratch::make(&self.scratch.parent(&self.sandbox)).map_err(scratch_failure)?;
        let tree = attested_tree(&attestation);
        let key = self.digest_key.as_deref().map(DigestKey::read_file).transpose();
        let key = key.or_exit(Exit::BadInput)?;
        let reproduced = deployment
            .reproduce(record, tree, key.as_ref(), &scratch, stubs.log(), &cancel)
            .map_err(reproduce_failure)?;
        if cancel.is_cancelled() {
            return Err(Failure::new(Exit::Cancelled, "interrupted; nothing was compared"));
        }
        print(&reproduced, Style::for_stream(&std::io::stdout()));
        if reproduced.is_same() {
            Ok(Exit::Success)
        } else {
            Err(Failure::already_shown(Exit::NotVerified))
        }
    }

    /// The attestation, if one of the keys signed it and it is about the package.
    fn verified(&self) -> Result<Option<Attestation>, Failure> {
        let json = read(&self.attestation)?;
        let expected =
            Expected { package: Some(file_digest(&self.package)?), ..Expected::default() };
        let keys = read_public_keys(&self.key)?;
        let verdict: AttestationVerdict = verify_attestation(&json, &keys, &expected);
        if !verdict.is_good() {
            show_verdict(&verdict.to_string());
            return Ok(None);
        }
        Ok(verdict.attestation)
    }

    fn check_version(&self, record: &DeploymentRecord) -> Result<(), Failure> {
        let (then, now) = (&record.engine.version, env!("CARGO_PKG_VERSION"));
        if then == now || self.any_version {
            return Ok(());
        }
        let message =
            format!("version {then} of Cofferdam made the attestation, and this is {now}");
        Err(Failure::new(Exit::BadInput, message)
            .with_hint(format!("use version {then}, or try this one with --any-version")))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| {
        Failure::new(Exit::BadInput, error)
            .context(format!("cannot read the attestation `{}`", path.display()))
    })
}

/// Another engine should do the same, and whoever wonders why it did not should know.
fn tell_engine(record: &DeploymentRecord, plan: &Plan) {
    let then = record.engine.settings.get("engine").map_or("unknown", String::as_str);
    if then != plan.engine.version {
        eprintln!(
            "{} the engine was {} and is {} now",
            Style::for_stream(&std::io::stderr()).paint(Role::Warning, "warning:"),
            printable(then),
            plan.engine.version
        );
    }
}

/// The tree digest of the folder that is attested.
fn attested_tree(attestation: &Attestation) -> Option<&str> {
    let mut subjects = attestation.statement().subject.iter();
    subjects.find_map(|subject| subject.digest.get(TREE_DIGEST_NAME)).map(String::as_str)
}

fn reproduce_failure(error: ReproduceError) -> Failure {
    match error {
        ReproduceError::Rehearse(error) => rehearse_failure(error),
        error => Failure::new(Exit::BadInput, error),
    }
}

fn print(reproduced: &Reproduced, style: Style) {
    let verdict = match reproduced.is_same() {
        true => style.paint(Role::Good, "reproduced"),
        false => style.paint(Role::Bad, "NOT REPRODUCED"),
    };
    println!("{verdict}");
    match &reproduced.folder {
        FolderComparison::Same(digest) => println!("  folder   the same, {digest}"),
        FolderComparison::Different { attested, found } => {
            println!("  folder   attested {attested}");
            println!("           found    {}", found.as_deref().unwrap_or("no folder"));
        }
        FolderComparison::NotCompared(why) => println!("  folder   not compared: {why}"),
    }
    if reproduced.departures.is_empty() {
        println!("  hooks    did the same");
    }
    for departure in &reproduced.departures {
        println!(
            "  {} {}",
            style.paint(Role::Warning, "differs"),
            printable(&departure.to_string())
        );
    }
}
