//! `walk`: what there is to pack, in the order it is packed in, checked like a package's entries.

use cap_std::fs::Dir;

use super::PackError;
use crate::entry_path::EntryPath;
use crate::ledger::Ledger;
use crate::links::{self, Link};
use crate::{EntryName, ExtractLimits, Format, Refusal, nupkg_names, platform};

/// Something to pack.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) path: EntryPath,
    pub(super) kind: ItemKind,
}

#[derive(Debug)]
pub(super) enum ItemKind {
    Folder,
    File { bytes: u64, is_executable: bool },
    Link { target: String },
}

impl Item {
    /// The only permission bits that packages have: whether a file can be executed.
    pub(super) fn mode(&self) -> u32 {
        match self.kind {
            ItemKind::File { is_executable: false, .. } => 0o644,
            ItemKind::File { .. } | ItemKind::Folder => 0o755,
            ItemKind::Link { .. } => 0o777,
        }
    }
}

/// Everything below `folder`, ordered by path.
pub(super) fn walk(folder: &Dir, format: Format) -> Result<Vec<Item>, PackError> {
    let limits = ExtractLimits::default();
    let mut walker = Walker {
        format,
        ledger: Ledger::new(&limits),
        limits,
        items: Vec::new(),
        links: Vec::new(),
    };
    walker.folder(folder, "")?;
    links::prove_inside(&walker.links, &walker.ledger)?;
    walker.items.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    Ok(walker.items)
}

struct Walker {
    format: Format,
    limits: ExtractLimits,
    ledger: Ledger,
    items: Vec<Item>,
    links: Vec<Link>,
}

impl Walker {
    fn folder(&mut self, folder: &Dir, prefix: &str) -> Result<(), PackError> {
        let entries = folder.entries().map_err(|error| PackError::read(prefix, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| PackError::read(prefix, error))?;
            let os_name = entry.file_name();
            let Some(name) = os_name.to_str() else {
                let shown = format!("{prefix}{}", os_name.to_string_lossy());
                return Err(PackError::check(&shown, Refusal::NotUtf8.into()));
            };
            self.item(folder, name, &format!("{prefix}{name}"))?;
        }
        Ok(())
    }

    fn item(&mut self, folder: &Dir, name: &str, text: &str) -> Result<(), PackError> {
        let read = |error| PackError::read(text, error);
        let check = |fault| PackError::check(text, fault);
        let refuse = |why: Refusal| check(why.into());
        let spelled = EntryPath::spelled(text.as_bytes(), &self.limits).map_err(check)?;
        let path = spelled.path.ok_or_else(|| refuse(Refusal::EmptyName))?;
        let metadata = folder.symlink_metadata(name).map_err(read)?;
        self.ledger.claim(&path, metadata.is_dir()).map_err(refuse)?;
        if self.format == Format::Nupkg && nupkg_names::is_metadata(text) {
            return Err(PackError::NupkgMetadata { entry: EntryName::of(text.as_bytes()) });
        }
        let kind = if metadata.is_symlink() {
            let target = folder.read_link_contents(name).map_err(read)?;
            // Windows spells targets with its own separator.
            let target = target.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
            let target = links::target(target.as_bytes(), &self.limits).map_err(check)?;
            self.links.push(Link { path: path.clone(), target: target.clone() });
            ItemKind::Link { target }
        } else if metadata.is_dir() {
            let inner = folder.open_dir(name).map_err(read)?;
            self.folder(&inner, &format!("{text}/"))?;
            ItemKind::Folder
        } else if metadata.is_file() {
            ItemKind::File {
                bytes: metadata.len(),
                is_executable: platform::is_executable(&metadata),
            }
        } else {
            return Err(refuse(platform::special_file(&metadata)));
        };
        self.items.push(Item { path, kind });
        Ok(())
    }
}
