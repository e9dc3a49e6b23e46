//! All built-in filters, as one table.

use super::call::{Call, Outcome};
use super::{
    affix, base64, dates, escape, format, hash, indent, markdown, regex, slice, uri_part, version,
};

type Filter = fn(&Call<'_>) -> Outcome;

/// What most calls cost, in steps, besides reading their input.
const CHEAP: u64 = 1;
/// Markdown builds a tree.
const DEAR: u64 = 100;
/// A regular expression has to be compiled, which its length says little about.
const DEAREST: u64 = 1_000;

/// Name (any case) and function.
const FILTERS: [(&str, Filter); 45] = [
    ("AddDays", dates::add_days),
    ("AddHours", dates::add_hours),
    ("Append", affix::append),
    ("Contains", affix::contains),
    ("EndsWith", affix::ends_with),
    ("Format", format::format),
    ("FromBase64", base64::from_base64),
    ("HtmlEscape", escape::html),
    ("Indent", indent::indent),
    ("JsonEscape", escape::json),
    ("Markdown", markdown::markdown),
    ("MarkdownToHtml", markdown::markdown),
    ("Match", regex::matches),
    ("Md5", hash::md5),
    ("NowDate", dates::now),
    ("NowDateUtc", dates::now_utc),
    ("Prepend", affix::prepend),
    ("PropertiesKeyEscape", escape::properties_key),
    ("PropertiesValueEscape", escape::properties_value),
    ("Replace", regex::replace),
    ("Sha1", hash::sha1),
    ("Sha256", hash::sha256),
    ("Sha384", hash::sha384),
    ("Sha512", hash::sha512),
    ("StartsWith", affix::starts_with),
    ("Substring", slice::substring),
    ("ToBase64", base64::to_base64),
    ("ToLower", slice::to_lower),
    ("ToUpper", slice::to_upper),
    ("Trim", slice::trim),
    ("Truncate", slice::truncate),
    ("UriDataEscape", escape::uri_data),
    ("UriEscape", escape::uri),
    ("UriPart", uri_part::uri_part),
    ("VersionMajor", version::major),
    ("VersionMetadata", version::metadata),
    ("VersionMinor", version::minor),
    ("VersionPatch", version::patch),
    ("VersionPreRelease", version::pre_release),
    ("VersionPreReleaseCounter", version::pre_release_counter),
    ("VersionPreReleasePrefix", version::pre_release_prefix),
    ("VersionRevision", version::revision),
    ("XmlEscape", escape::xml),
    ("YamlDoubleQuoteEscape", escape::yaml_double_quoted),
    ("YamlSingleQuoteEscape", escape::yaml_single_quoted),
];

/// What a call costs, in steps, besides reading its input.
pub(crate) fn cost(name: &str) -> u64 {
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    if is("Match") || is("Replace") {
        DEAREST
    } else if is("Markdown") || is("MarkdownToHtml") {
        DEAR
    } else {
        CHEAP
    }
}

/// Applies a filter; an unknown one gives nothing.
pub(crate) fn apply(name: &str, call: &Call<'_>) -> Outcome {
    match FILTERS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        Some((_, filter)) => filter(call),
        None => Ok(None),
    }
}
