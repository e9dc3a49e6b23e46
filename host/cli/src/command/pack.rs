//! `cofferdam pack`: makes a package of a folder, the same bytes for the same input.

use std::fs::OpenOptions;
use std::path::PathBuf;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use clap::{Args, ValueEnum};
use cofferdam_package::{
    Format, Identity, PackError, PackOptions, PackageId, Version, VersionKind, pack,
};

use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::render::amount::{count, size};

/// Makes a package of a folder: the same folder gives the same bytes.
///
/// Names, contents and executable bits count; times, owners and the order in which the file system
/// lists files do not. Hooks are the files `PreDeploy.wasm`, `Deploy.wasm`, `PostDeploy.wasm` and
/// `DeployFailed.wasm` in the folder's root.
#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    /// The folder whose content becomes the package
    folder: PathBuf,
    /// The package's id, such as `Acme.Web`
    #[arg(long)]
    id: String,
    /// The package's version, such as `1.4.0`
    #[arg(long)]
    version: String,
    /// The archive format
    #[arg(long, value_enum, default_value_t = PackFormat::TarGz)]
    format: PackFormat,
    /// Where the package goes
    #[arg(long, short, default_value = ".", value_name = "FOLDER")]
    output: PathBuf,
    /// Replace the package if it is there already
    #[arg(long)]
    force: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PackFormat {
    #[value(name = "tar.gz")]
    TarGz,
    #[value(name = "tar.zst")]
    TarZst,
    #[value(name = "tar")]
    Tar,
    #[value(name = "zip")]
    Zip,
    #[value(name = "nupkg")]
    Nupkg,
}

impl From<PackFormat> for Format {
    fn from(format: PackFormat) -> Self {
        match format {
            PackFormat::TarGz => Self::TarGz,
            PackFormat::TarZst => Self::TarZst,
            PackFormat::Tar => Self::Tar,
            PackFormat::Zip => Self::Zip,
            PackFormat::Nupkg => Self::Nupkg,
        }
    }
}

impl PackArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let identity = Identity {
            id: self.id.parse::<PackageId>().or_exit(Exit::Usage)?,
            version: Version::new(VersionKind::Semver, &self.version).or_exit(Exit::Usage)?,
        };
        let options = PackOptions::new(identity, self.format.into());
        let folder = Dir::open_ambient_dir(&self.folder, ambient_authority()).map_err(|error| {
            Failure::new(Exit::BadInput, error)
                .context(format!("cannot open the folder `{}`", self.folder.display()))
        })?;

        let path = self.output.join(options.file_name());
        let refuse_inside = path.parent().and_then(|p| p.canonicalize().ok());
        let inside = self.folder.canonicalize().ok();
        if let (Some(output), Some(folder)) = (refuse_inside, inside)
            && output.starts_with(&folder)
        {
            return Err(Failure::new(
                Exit::Usage,
                "the package would be written into the folder that it is made of",
            )
            .with_hint("name another folder with --output".to_owned()));
        }

        let mut open = OpenOptions::new();
        open.read(true).write(true);
        if self.force {
            open.create(true).truncate(true);
        } else {
            open.create_new(true);
        }
        let mut file = open.open(&path).map_err(|error| {
            let exists = error.kind() == std::io::ErrorKind::AlreadyExists;
            Failure::new(if exists { Exit::BadInput } else { Exit::System }, error)
                .context(format!("cannot create `{}`", path.display()))
                .with_hint(exists.then(|| "--force replaces it".to_owned()))
        })?;
        let packed = match pack(&folder, &mut file, &options) {
            Ok(packed) => packed,
            Err(error) => {
                drop(file);
                // The half-written package is of no use to anybody; the first error is the one to show.
                let _ = std::fs::remove_file(&path);
                let exit = match error {
                    PackError::Write(_) => Exit::System,
                    _ => Exit::BadInput,
                };
                return Err(Failure::new(exit, error));
            }
        };
        println!("{}", path.display());
        eprintln!(
            "{} from {}, sha256 {}",
            size(packed.bytes),
            count(packed.entries, "entry"),
            packed.sha256,
        );
        Ok(Exit::Success)
    }
}
