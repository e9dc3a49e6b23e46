//! Which transform files of a definition apply to one configuration file.

use std::collections::BTreeSet;

use crate::definition::{Definition, Target};
use crate::paths::{
    ends_with_ignoring_case, file_name, folder, is_absolute, join, matches, normal, relative,
    with_extension,
};

/// The files that there are, as absolute paths inside the enclosure.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
}

impl Inventory {
    /// Of these files.
    pub fn new(files: impl IntoIterator<Item = String>) -> Self {
        let mut inventory = Self::default();
        for file in files {
            let mut parent = folder(&file);
            while inventory.folders.insert(parent.to_owned()) && parent != "/" && !parent.is_empty()
            {
                parent = folder(parent);
            }
            inventory.files.insert(file);
        }
        inventory
    }

    /// All files, sorted.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// The files directly in `parent` whose name matches one of the patterns; those of the first
    /// pattern first.
    fn matching(&self, parent: &str, patterns: [&str; 2]) -> Vec<&str> {
        let prefix = if parent.ends_with('/') { parent.to_owned() } else { format!("{parent}/") };
        let inside: Vec<&str> = self
            .files
            .range(prefix.clone()..)
            .map(String::as_str)
            .take_while(|path| path.starts_with(&prefix))
            .filter(|path| !path[prefix.len()..].contains('/'))
            .collect();
        let mut found = Vec::new();
        for pattern in patterns {
            for &path in &inside {
                if matches(pattern, file_name(path)) && !found.contains(&path) {
                    found.push(path);
                }
            }
        }
        found
    }
}

/// A transform file would be outside of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outside;

/// The transform files to apply to `source`, in order. `note` is told why others are not.
///
/// `current` is the folder that patterns starting with `./` are relative to.
///
/// # Errors
///
/// When the definition leads out of the enclosure.
pub fn transform_files<'i>(
    source: &str,
    definition: &Definition,
    inventory: &'i Inventory,
    current: &str,
    note: &mut dyn FnMut(String),
) -> Result<Vec<&'i str>, Outside> {
    let named = transform_path(source, definition, &definition.transform);
    let with_config = if definition.transform.ends_with(".config") {
        named.clone()
    } else {
        transform_path(source, definition, &format!("{}.config", definition.transform))
    };
    let place = normal(folder(&named)).ok_or(Outside)?;
    let shown = |path: &str| path.trim_start_matches('/').to_owned();
    if !inventory.folders.contains(&place) {
        note(format!(" - Skipping as transform folder '{}' does not exist", shown(&place)));
        return Ok(Vec::new());
    }
    let [first, second] = [file_name(&with_config), file_name(&named)];
    let found = inventory.matching(&place, [first, second]);
    if found.is_empty() {
        let place = match shown(&place) {
            root if root.is_empty() => ".".to_owned(),
            place => place,
        };
        note(if first == second {
            format!(" - skipping as transform '{first}' could not be found in '{place}'")
        } else {
            format!(
                " - skipping as neither transform '{first}' nor transform '{second}' could be found in '{place}'"
            )
        });
    }
    let mut transforms = Vec::new();
    for transform in found {
        if let Some(target) = &definition.target {
            let name = source_name(source, target, transform, current);
            if !target.applies_to(&name) {
                let wildcard = if target.is_wildcard { "wildcard " } else { "" };
                note(format!(
                    " - Skipping as file name '{name}' does not match the {wildcard}target pattern '{}'",
                    target.pattern
                ));
                continue;
            }
        }
        if source.eq_ignore_ascii_case(transform) {
            let path = shown(source);
            note(format!(" - Skipping as target '{path}' is the same as transform '{path}'"));
            continue;
        }
        transforms.push(transform);
    }
    Ok(transforms)
}

impl Target {
    /// Whether a configuration file is meant; case is ignored.
    fn applies_to(&self, name: &str) -> bool {
        if is_absolute(&self.pattern) {
            return false;
        }
        let name = name.to_lowercase();
        let pattern = self.pattern.to_lowercase();
        if !self.is_wildcard {
            return name == pattern;
        }
        let parent = folder(&pattern);
        let end = format!(".{}", file_name(&pattern).trim_start_matches('.'));
        let rest = if parent.is_empty() {
            Some(name.as_str())
        } else {
            name.split_once(&format!("{parent}/")).map(|(_, rest)| rest)
        };
        rest.is_some_and(|rest| rest.contains(&end))
    }
}

/// Where the transform file would be; its name may hold wildcards.
fn transform_path(source: &str, definition: &Definition, transform: &str) -> String {
    let Some(target) = &definition.target else {
        return with_extension(source, transform);
    };
    let base = base_folder(source, target);
    if !target.transform_is_wildcard {
        return join(&base, transform);
    }
    let place = join(&base, folder(transform));
    if target.is_wildcard {
        let suffix = target.pattern.strip_prefix('.').unwrap_or(file_name(&target.pattern));
        let stem = if suffix.is_empty() {
            file_name(source).to_owned()
        } else {
            file_name(source).replace(suffix, "")
        };
        with_extension(&join(&place, &stem), file_name(transform))
    } else {
        join(&place, &format!("*.{}", file_name(transform).trim_start_matches('.')))
    }
}

/// The folder that the transform's path is relative to: that of the configuration file, without
/// the folders that the target pattern names.
fn base_folder(source: &str, target: &Target) -> String {
    let parent = folder(source);
    if !target.pattern.contains('/') {
        return parent.to_owned();
    }
    let named = target.pattern.rsplit_once('/').map_or("", |(named, _)| named);
    if !named.is_empty() && ends_with_ignoring_case(parent, named) {
        let kept = parent.len() - named.len();
        return parent.get(..kept).unwrap_or(parent).to_owned();
    }
    parent.to_owned()
}

/// The name of the configuration file in the way the target pattern names it.
fn source_name(source: &str, target: &Target, transform: &str, current: &str) -> String {
    if target.pattern.starts_with("./") {
        let inside = join(current, "x");
        return format!("./{}", relative(&inside, source));
    }
    if target.pattern.contains('/') {
        return relative(transform, source).trim_start_matches(['.', '/']).to_owned();
    }
    file_name(source).to_owned()
}
