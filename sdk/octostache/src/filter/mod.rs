//! The functions behind `|`.

mod affix;
mod base64;
mod call;
mod custom;
mod dates;
mod escape;
mod format;
mod hash;
mod indent;
mod markdown;
mod markdown_html;
mod markdown_inline;
mod regex;
mod regex_category;
mod regex_replacement;
mod regex_search;
mod regex_syntax;
mod slice;
mod table;
mod uri;
mod uri_part;
mod version;

pub(crate) use call::Call;
pub use custom::CustomFilters;
pub(crate) use table::{apply, cost};
