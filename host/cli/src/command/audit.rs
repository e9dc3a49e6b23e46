//! `cofferdam audit`: reads, verifies and proves what is on record.

use std::io::Write;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use clap::{Args, Subcommand};
use cofferdam_audit::{
    Filter, Follower, LogError, Record, Records, SignedCheckpoint, VerifyOptions, Witness,
    latest_checkpoint, prove_consistency, prove_inclusion, verify_log,
};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::command::key::read_public_keys;
use crate::exit::Exit;
use crate::failure::{Failure, OrCannot};
use crate::render::printable::printable;

/// Reads, verifies and proves what is on record.
#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Finds changed, removed, inserted, reordered and truncated records
    Verify {
        /// The log's folder
        log: PathBuf,
        /// A public key that may have signed it; repeatable
        #[arg(long, value_name = "FILE", required = true)]
        key: Vec<PathBuf>,
        /// A checkpoint that was kept elsewhere, which the log must still contain; repeatable
        #[arg(long, value_name = "FILE")]
        checkpoint_file: Vec<PathBuf>,
        /// A witness's verifier key line, in a file; repeatable
        #[arg(long, value_name = "FILE")]
        witness: Vec<PathBuf>,
        /// How many witnesses must have cosigned the newest kept checkpoint
        #[arg(long, default_value_t = 0, value_name = "N")]
        minimum_cosignatures: usize,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Prints records
    Show {
        /// The log's folder
        log: PathBuf,
        #[command(flatten)]
        filter: FilterArgs,
        /// Print JSON lines
        #[arg(long)]
        json: bool,
    },
    /// Prints records as they are written, until it is stopped
    Follow {
        /// The log's folder
        log: PathBuf,
        #[command(flatten)]
        filter: FilterArgs,
        /// Print JSON lines
        #[arg(long)]
        json: bool,
    },
    /// Prints a proof that a record is in the log, to be handed out alone
    Proof {
        /// The log's folder
        log: PathBuf,
        /// The record's number
        #[arg(long, value_name = "N", required_unless_present = "since_size")]
        record: Option<u64>,
        /// Prove instead that the log contains its own state of so many records
        #[arg(long, value_name = "N", conflicts_with = "record")]
        since_size: Option<u64>,
    },
    /// Prints the newest checkpoint, to be kept elsewhere
    Checkpoint {
        /// The log's folder
        log: PathBuf,
    },
}

#[derive(Debug, Args)]
struct FilterArgs {
    /// Only this deployment
    #[arg(long, value_name = "ID")]
    deployment: Option<String>,
    /// Only records of this kind; repeatable
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Only from this record on
    #[arg(long, value_name = "N", default_value_t = 0)]
    from: u64,
    /// Only from this time on, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    since: Option<OffsetDateTime>,
    /// Only before this time, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    until: Option<OffsetDateTime>,
}

fn parse_time(text: &str) -> Result<OffsetDateTime, String> {
    OffsetDateTime::parse(text, &Rfc3339)
        .map_err(|_| "write a time like 2026-01-31T12:00:00Z".to_owned())
}

impl From<FilterArgs> for Filter {
    fn from(args: FilterArgs) -> Self {
        Self {
            deployment: args.deployment,
            kinds: args.kind,
            from_sequence: args.from,
            since: args.since,
            until: args.until,
        }
    }
}

/// How often `follow` looks for new records.
const FOLLOW_INTERVAL: Duration = Duration::from_millis(250);

impl AuditArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut out = std::io::stdout().lock();
        match self.command {
            AuditCommand::Verify {
                log,
                key,
                checkpoint_file,
                witness,
                minimum_cosignatures,
                json,
            } => {
                let mut options = VerifyOptions::new(read_public_keys(&key)?);
                for file in checkpoint_file {
                    let doing = "read the checkpoint in";
                    let note = std::fs::read_to_string(&file);
                    let note = note.or_cannot(Exit::BadInput, doing, &file)?;
                    let checkpoint = SignedCheckpoint::parse(&note);
                    let checkpoint = checkpoint.or_cannot(Exit::BadInput, doing, &file)?;
                    options.kept_checkpoints.push(checkpoint);
                }
                for file in witness {
                    let doing = "read the key of a witness in";
                    let line = std::fs::read_to_string(&file);
                    let line = line.or_cannot(Exit::BadInput, doing, &file)?;
                    let witness = Witness::parse_vkey(line.trim());
                    options.witnesses.push(witness.or_cannot(Exit::BadInput, doing, &file)?);
                }
                options.minimum_cosignatures = minimum_cosignatures;
                let verdict = verify_log(&log, &options).map_err(log_failure)?;
                if json {
                    serde_json::to_writer_pretty(&mut out, &verdict).or_cannot_print()?;
                    writeln!(out).or_cannot_print()?;
                } else {
                    for line in verdict.to_string().lines() {
                        writeln!(out, "{}", printable(line)).or_cannot_print()?;
                    }
                }
                if verdict.is_intact() {
                    Ok(Exit::Success)
                } else {
                    Err(Failure::already_shown(Exit::NotVerified))
                }
            }
            AuditCommand::Show { log, filter, json } => {
                for record in Records::open(&log, filter.into()).map_err(log_failure)? {
                    show(&mut out, &record.map_err(log_failure)?, json)?;
                }
                Ok(Exit::Success)
            }
            AuditCommand::Follow { log, filter, json } => {
                let mut follower =
                    Follower::open(&log, filter.into(), false).map_err(log_failure)?;
                loop {
                    for record in follower.poll().map_err(log_failure)? {
                        show(&mut out, &record, json)?;
                    }
                    sleep(FOLLOW_INTERVAL);
                }
            }
            AuditCommand::Proof { log, record, since_size } => {
                let proof = match (record, since_size) {
                    (Some(record), _) => {
                        prove_inclusion(&log, record).map_err(log_failure)?.1.to_string()
                    }
                    (None, size) => prove_consistency(&log, size.unwrap_or_default())
                        .map_err(log_failure)?
                        .to_string(),
                };
                write!(out, "{proof}").or_cannot_print()?;
                Ok(Exit::Success)
            }
            AuditCommand::Checkpoint { log } => {
                match latest_checkpoint(&log).map_err(log_failure)? {
                    Some(checkpoint) => {
                        write!(out, "{checkpoint}").or_cannot_print()?;
                        Ok(Exit::Success)
                    }
                    None => Err(Failure::new(Exit::BadInput, "the log has no checkpoint yet")),
                }
            }
        }
    }
}

fn log_failure(error: LogError) -> Failure {
    Failure::new(Exit::BadInput, error)
}

fn show(out: &mut impl Write, record: &Record, json: bool) -> Result<(), Failure> {
    if json {
        serde_json::to_writer(&mut *out, record).or_cannot_print()?;
        return writeln!(out).or_cannot_print();
    }
    let deployment = record.deployment.as_deref().unwrap_or("-");
    let line = format!(
        "{:>6} {} {} {} {}",
        record.sequence, record.time, deployment, record.kind, record.payload
    );
    writeln!(out, "{}", printable(&line)).or_cannot_print()
}
