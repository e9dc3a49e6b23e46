//! `cofferdam key`: keys that sign packages, modules, checkpoints and attestations.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use cofferdam_audit::{PublicKey, SigningKey};

use crate::exit::Exit;
use crate::failure::{Failure, OrCannot, OrExit};

/// Makes and shows Ed25519 keys.
#[derive(Debug, Args)]
pub(crate) struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Makes a key pair: FILE (private, mode 0600) and FILE.pub
    Generate {
        /// Where the private key goes
        file: PathBuf,
    },
    /// Prints the public key that belongs to a private key, and its fingerprint
    Show {
        /// A private or public key
        file: PathBuf,
    },
}

impl KeyArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.command {
            KeyCommand::Generate { file } => {
                let key = SigningKey::generate().or_exit(Exit::System)?;
                key.write_new_file(&file).or_exit(Exit::BadInput)?;
                let public = with_suffix(&file, ".pub");
                let line = key.public_key().to_openssh().or_exit(Exit::Bug)?;
                std::fs::write(&public, format!("{line}\n")).or_cannot(
                    Exit::System,
                    "write the public key to",
                    &public,
                )?;
                println!("{}", public.display());
                eprintln!("fingerprint {}", key.public_key().fingerprint().as_str());
            }
            KeyCommand::Show { file } => {
                let public = read_any_key(&file)?;
                println!("{}", public.to_openssh().or_exit(Exit::Bug)?);
                eprintln!("fingerprint {}", public.fingerprint().as_str());
            }
        }
        Ok(Exit::Success)
    }
}

/// `release.tar.gz` and `.sig` make `release.tar.gz.sig`.
pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn read_any_key(file: &Path) -> Result<PublicKey, Failure> {
    PublicKey::read_file(file)
        .or_else(|error| SigningKey::read_file(file).map(|key| key.public_key()).map_err(|_| error))
        .or_exit(Exit::BadInput)
}

/// Reads public keys that the operator named.
pub(crate) fn read_public_keys(files: &[PathBuf]) -> Result<Vec<PublicKey>, Failure> {
    files.iter().map(|file| PublicKey::read_file(file).or_exit(Exit::BadInput)).collect()
}
