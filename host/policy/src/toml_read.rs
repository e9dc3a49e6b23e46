//! From a text in the TOML form to its tables, each with the place where it was written.

use serde::Deserialize;
use toml::Spanned;

use crate::problem::{PolicyError, Problem};
use crate::source::Place;
use crate::toml_form::{GrantTable, GrantTables};
use crate::toml_text::toml_problem;

/// Whether a table permits or forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableKind {
    Grant,
    Forbid,
}

impl TableKind {
    /// What its tables are called.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Forbid => "forbid",
        }
    }
}

/// One `[[grant]]` or `[[forbid]]`.
pub(crate) struct WrittenTable {
    pub(crate) kind: TableKind,
    /// Which one of its kind, from 1.
    pub(crate) number: usize,
    /// Where it begins; `None` if it was not read from a text.
    pub(crate) place: Option<Place>,
    pub(crate) table: GrantTable,
}

/// A policy in the TOML form, read.
pub(crate) struct TomlPolicy {
    pub(crate) wants_default: bool,
    pub(crate) tables: Vec<WrittenTable>,
}

/// The top of a policy file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PolicyFile {
    /// What the tables add to: `default`, or `none`.
    #[serde(default = "default_base")]
    base: String,
    #[serde(default)]
    grant: Vec<Spanned<GrantTable>>,
    #[serde(default)]
    forbid: Vec<Spanned<GrantTable>>,
}

fn default_base() -> String {
    "default".to_owned()
}

/// The top of a file that holds other things as well, which others read.
#[derive(Debug, Deserialize)]
struct LargerFile {
    #[serde(default)]
    grant: Vec<Spanned<GrantTable>>,
    #[serde(default)]
    forbid: Vec<Spanned<GrantTable>>,
}

impl TomlPolicy {
    /// Reads a policy.
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, PolicyError> {
        let file: PolicyFile = read(name, text)?;
        let wants_default = match file.base.as_str() {
            "default" => true,
            "none" => false,
            other => {
                let offset = text.find("base").unwrap_or(0);
                let message = format!("`base = \"{other}\"` means nothing");
                let problem = Problem::new(Some(Place::of_offset(name, text, offset)), message)
                    .hint(
                        "write \"default\" to add to the built-in policy, \"none\" to replace it",
                    );
                return Err(PolicyError::Problems(vec![problem]));
            }
        };
        Ok(Self { wants_default, tables: placed(name, text, file.grant, file.forbid) })
    }
}

/// Reads the tables of a larger file.
pub(crate) fn tables_of_larger_file(
    name: &str,
    text: &str,
) -> Result<Vec<WrittenTable>, PolicyError> {
    let file: LargerFile = read(name, text)?;
    Ok(placed(name, text, file.grant, file.forbid))
}

/// Tables that were not read from a text.
pub(crate) fn without_places(tables: &GrantTables) -> Vec<WrittenTable> {
    let without_place = |table: &GrantTable| (None, table.clone());
    numbered(
        tables.grant.iter().map(without_place).collect(),
        tables.forbid.iter().map(without_place).collect(),
    )
}

fn read<'de, F: Deserialize<'de>>(name: &str, text: &'de str) -> Result<F, PolicyError> {
    toml::from_str(text)
        .map_err(|error| PolicyError::Problems(vec![toml_problem(name, text, &error)]))
}

fn placed(
    name: &str,
    text: &str,
    grants: Vec<Spanned<GrantTable>>,
    forbids: Vec<Spanned<GrantTable>>,
) -> Vec<WrittenTable> {
    let place = |table: Spanned<GrantTable>| {
        (Some(Place::of_offset(name, text, table.span().start)), table.into_inner())
    };
    numbered(grants.into_iter().map(place).collect(), forbids.into_iter().map(place).collect())
}

fn numbered(
    grants: Vec<(Option<Place>, GrantTable)>,
    forbids: Vec<(Option<Place>, GrantTable)>,
) -> Vec<WrittenTable> {
    let written = |kind, tables: Vec<(Option<Place>, GrantTable)>| {
        let table =
            move |(index, (place, table))| WrittenTable { kind, number: index + 1, place, table };
        tables.into_iter().enumerate().map(table)
    };
    written(TableKind::Grant, grants).chain(written(TableKind::Forbid, forbids)).collect()
}
