//! `cofferdam attest` and `cofferdam receipt`: evidence that can be handed out and checked offline.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use cofferdam_audit::{
    Attestation, DeploymentReceipt, Envelope, Expected, Filter, Hash, Records, verify_attestation,
};
use cofferdam_deployment::folder_digest;

use crate::command::key::read_public_keys;
use crate::exit::Exit;
use crate::failure::{Failure, OrCannot, OrExit};
use crate::render::printable::printable;

/// Checks what a deployment says of itself.
#[derive(Debug, Args)]
pub(crate) struct AttestArgs {
    #[command(subcommand)]
    command: AttestCommand,
}

#[derive(Debug, Subcommand)]
enum AttestCommand {
    /// Checks an attestation against keys, a package and a folder
    Verify {
        /// The attestation
        attestation: PathBuf,
        /// A public key that may have signed it; repeatable
        #[arg(long, value_name = "FILE", required = true)]
        key: Vec<PathBuf>,
        /// The package that it should be about
        #[arg(long, value_name = "FILE")]
        package: Option<PathBuf>,
        /// The folder that it should be about
        #[arg(long, value_name = "FOLDER")]
        folder: Option<PathBuf>,
    },
}

/// Everything about one deployment in one file, and its check.
#[derive(Debug, Args)]
pub(crate) struct ReceiptArgs {
    #[command(subcommand)]
    command: ReceiptCommand,
}

#[derive(Debug, Subcommand)]
enum ReceiptCommand {
    /// Makes a deployment's receipt: attestation, decisions, and the proof that it is on record
    Make {
        /// The deployment's id
        deployment: String,
        /// The log's folder
        #[arg(long, value_name = "FOLDER")]
        log: PathBuf,
        /// The deployment's attestation
        #[arg(long, value_name = "FILE")]
        attestation: PathBuf,
        /// A public key that may have signed either; repeatable
        #[arg(long, value_name = "FILE", required = true)]
        key: Vec<PathBuf>,
        /// Where the receipt goes [default: standard output]
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Checks a receipt; needs the receipt and public keys only
    Verify {
        /// The receipt
        receipt: PathBuf,
        /// A public key that may have signed it; repeatable
        #[arg(long, value_name = "FILE", required = true)]
        key: Vec<PathBuf>,
    },
}

impl AttestArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let AttestCommand::Verify { attestation, key, package, folder } = self.command;
        let expected = Expected {
            package: package.as_deref().map(file_digest).transpose()?,
            folder: folder.as_deref().map(digest_of_folder).transpose()?,
            deployment: None,
        };
        let json = std::fs::read(&attestation);
        let json = json.or_cannot(Exit::BadInput, "read the attestation", &attestation)?;
        let verdict = verify_attestation(&json, &read_public_keys(&key)?, &expected);
        verdict_to_exit(&verdict.to_string(), verdict.is_good())
    }
}

impl ReceiptArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.command {
            ReceiptCommand::Make { deployment, log, attestation, key, output } => {
                let filter = Filter {
                    deployment: Some(deployment.clone()),
                    kinds: vec![Attestation::RECORD_KIND.to_owned()],
                    ..Filter::default()
                };
                let records = Records::open(&log, filter).or_exit(Exit::BadInput)?;
                let Some(record) = records.last().transpose().or_exit(Exit::BadInput)? else {
                    return Err(Failure::new(
                        Exit::BadInput,
                        format!("the log has no attestation of the deployment {deployment}"),
                    )
                    .with_hint(
                        "deployments are attested when they run with --audit-dir and --signing-key"
                            .to_owned(),
                    ));
                };
                let reading = "read the attestation";
                let envelope = std::fs::read(&attestation);
                let envelope = envelope.or_cannot(Exit::BadInput, reading, &attestation)?;
                let envelope = Envelope::parse(&envelope);
                let envelope = envelope.or_cannot(Exit::BadInput, reading, &attestation)?;
                let keys = read_public_keys(&key)?;
                let receipt = DeploymentReceipt::build(&log, record.sequence, &envelope, &keys)
                    .or_exit(Exit::NotVerified)?;
                let json = receipt.to_json().or_exit(Exit::Bug)?;
                match output {
                    Some(file) => std::fs::write(&file, json).or_cannot(
                        Exit::System,
                        "write the receipt to",
                        &file,
                    )?,
                    None => std::io::stdout().write_all(&json).or_cannot_print()?,
                }
                Ok(Exit::Success)
            }
            ReceiptCommand::Verify { receipt, key } => {
                let json = std::fs::read(&receipt);
                let json = json.or_cannot(Exit::BadInput, "read the receipt", &receipt)?;
                let verdict = DeploymentReceipt::verify(&json, &read_public_keys(&key)?);
                verdict_to_exit(&verdict.to_string(), verdict.is_good())
            }
        }
    }
}

/// Shows what came of a check.
pub(crate) fn show_verdict(verdict: &str) {
    for line in verdict.lines() {
        println!("{}", printable(line));
    }
}

fn verdict_to_exit(verdict: &str, good: bool) -> Result<Exit, Failure> {
    show_verdict(verdict);
    if good { Ok(Exit::Success) } else { Err(Failure::already_shown(Exit::NotVerified)) }
}

/// The digest of a file.
pub(crate) fn file_digest(path: &Path) -> Result<Hash, Failure> {
    use sha2::{Digest, Sha256};
    let mut file = std::fs::File::open(path).or_cannot(Exit::BadInput, "read", path)?;
    let mut hasher = Sha256::new();
    let copied = std::io::copy(&mut file, &mut HashWriter(&mut hasher));
    copied.or_cannot(Exit::BadInput, "read", path)?;
    let hex: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Hash::parse_hex(&hex).ok_or_else(|| Failure::new(Exit::Bug, "a digest is not a digest"))
}

struct HashWriter<'a>(&'a mut sha2::Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        sha2::Digest::update(self.0, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn digest_of_folder(path: &Path) -> Result<Hash, Failure> {
    let folder = cap_std::fs::Dir::open_ambient_dir(path, cap_std::ambient_authority()).or_cannot(
        Exit::BadInput,
        "open the folder",
        path,
    )?;
    folder_digest(&folder).or_cannot(Exit::BadInput, "take the digest of", path)
}
