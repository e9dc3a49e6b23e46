//! One transform file applied to one configuration file.

use std::path::Path;

use cofferdam_hook_files::{Level, Log, read_bytes, write_if_changed};
use cofferdam_xml::{Document, Options, parse};

use crate::encoding::{Decoded, decode, encode};
use crate::error::Error;
use crate::options::Severity;
use crate::xdt::{self, Entry, File};

/// The two files: where they are, and how they are called in messages.
pub(crate) struct Pair<'a> {
    pub(crate) config: &'a Path,
    pub(crate) config_name: &'a str,
    pub(crate) transform: &'a Path,
    pub(crate) transform_name: &'a str,
}

/// Applies the transform. Whether the file has changed.
pub(crate) fn perform(
    pair: &Pair<'_>,
    severity: Severity,
    log: &mut dyn Log,
) -> Result<bool, Error> {
    // In the order of the original: which of two bad files is named depends on it.
    let (transform, _) = load(pair.transform, pair.transform_name)?;
    let (config, decoded) = load(pair.config, pair.config_name)?;
    let declared = config.declared_encoding().map(str::to_owned);
    let mut relay = Relay { pair, severity, log, has_errors: false };
    let outcome = xdt::transform(config, transform, &mut |entry| relay.entry(&entry))
        .map_err(|source| Error::Fatal { path: pair.transform_name.to_owned(), source })?;
    if !outcome.success || relay.has_errors {
        return Err(Error::Failed {
            config: pair.config_name.to_owned(),
            transform: pair.transform_name.to_owned(),
        });
    }
    if !outcome.has_root {
        relay.warning(&format!(
            "The XML configuration file {} no longer has a root element and is invalid after being transformed by {}",
            pair.config_name, pair.transform_name
        ));
    }
    let path = || pair.config_name.to_owned();
    let text = outcome.text.map_err(|source| Error::Write { path: path(), source })?;
    let bytes = encode(&text, decoded.marked, declared.as_deref())
        .map_err(|source| Error::Encoding { path: path(), source })?;
    Ok(write_if_changed(pair.config, &bytes)?)
}

/// Reads a file; what is handed back beside the document has no text any more.
fn load(path: &Path, name: &str) -> Result<(Document, Decoded), Error> {
    let bytes = read_bytes(path)?;
    let mut decoded =
        decode(&bytes).map_err(|source| Error::Encoding { path: name.to_owned(), source })?;
    drop(bytes);
    let text = std::mem::take(&mut decoded.text);
    let document = parse(text, &Options::default())
        .map_err(|source| Error::Malformed { path: name.to_owned(), source })?;
    Ok((document, decoded))
}

/// Hands the engine's log on, at the levels that the user wants.
struct Relay<'a> {
    pair: &'a Pair<'a>,
    severity: Severity,
    log: &'a mut dyn Log,
    has_errors: bool,
}

impl Relay<'_> {
    fn entry(&mut self, entry: &Entry) {
        match entry {
            Entry::Begin(text) | Entry::End(text) | Entry::Message(_, text) => {
                if self.severity.verbose {
                    self.log.verbose(text);
                }
            }
            Entry::Warning(place, text) => {
                let text = self.placed(*place, text);
                self.warning(&text);
            }
            Entry::Error(place, failure) => {
                let text = self.placed(*place, &failure.to_string());
                self.at(self.severity.errors, &text);
            }
        }
    }

    fn warning(&mut self, text: &str) {
        self.at(self.severity.warnings, text);
    }

    fn at(&mut self, level: Level, text: &str) {
        self.has_errors |= level == Level::Error;
        self.log.log(level, text);
    }

    fn placed(&self, place: Option<xdt::Place>, text: &str) -> String {
        let Some(place) = place else { return text.to_owned() };
        let file = match place.file {
            File::Source => self.pair.config_name,
            File::Transform => self.pair.transform_name,
        };
        let (line, column) = (place.position.line, place.position.column);
        format!("File {file}, line {line}, position {column}: {text}")
    }
}
