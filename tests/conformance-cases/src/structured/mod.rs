//! Cases of `structured/`: variables and templates in files.

mod case;
pub(crate) mod document_json;
pub(crate) mod document_xml;
pub(crate) mod document_yaml;
pub(crate) mod entry;
mod places;
pub(crate) mod service;
mod single_class;
pub(crate) mod text;

pub(crate) use case::all as files;
