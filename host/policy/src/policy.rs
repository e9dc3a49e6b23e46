//! The policy: the statements in force, ready to be asked.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::candidates::{Mention, mentions};
use crate::load::{CedarSource, MAX_SOURCE_BYTES, compile, load};
use crate::problem::{PolicyError, Problem};
use crate::slice::Index;
use crate::source::{Place, Source};
use crate::statement::Statement;

/// The statements that are always in force.
const FOUNDATION: (&str, &str) = ("foundation.cedar", include_str!("foundation.cedar"));

/// The statements in force when the operator has no policy.
const DEFAULT: (&str, &str) = ("default.cedar", include_str!("default.cedar"));

/// The statements in force.
///
/// ```
/// use cofferdam_policy::{Policy, Source};
///
/// let policy = Policy::from_source(Source::cedar(
///     "site.cedar",
///     r#"
///     @id("site.run-signed-hooks")
///     @reason("we run what our release key signed")
///     permit (principal, action == Action::"runHook", resource)
///     when { principal.signers.contains("release@acme.example") };
///     "#,
/// ))?;
/// assert!(policy.statements_in_force().any(|statement| statement.id == "site.run-signed-hooks"));
/// # Ok::<(), cofferdam_policy::PolicyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Policy {
    sources: Vec<CedarSource>,
    statements: Vec<Statement>,
    positions: HashMap<String, usize>,
    index: Index,
    mentions: Vec<Mention>,
    digest: String,
    warnings: Vec<Problem>,
}

/// A statement in force, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementFacts<'a> {
    /// `@id`, or `FILE:LINE` when there is none.
    pub id: &'a str,
    /// `@reason`.
    pub reason: Option<&'a str>,
    /// Whether it permits; it forbids otherwise.
    pub permits: bool,
    /// Where it was written.
    pub place: &'a Place,
}

impl Policy {
    /// The policy that applies when the operator has none: hooks run in the enclosure, with the
    /// variables that are not secret, and with nothing else.
    #[must_use]
    #[expect(clippy::expect_used, reason = "the text is shipped, and every test loads it")]
    pub fn built_in() -> Self {
        Self::of_cedar(vec![shipped(FOUNDATION), shipped(DEFAULT)]).expect("the built-in policy")
    }

    /// The text of [`Policy::built_in`], in Cedar.
    #[must_use]
    pub fn built_in_text() -> String {
        format!("{}\n{}", FOUNDATION.1, DEFAULT.1)
    }

    /// Reads a policy from a file: `.cedar`, or `.toml` for the TOML form.
    ///
    /// It takes the place of the built-in default; a TOML policy keeps it unless it says
    /// `base = "none"`.
    ///
    /// # Errors
    /// When the file cannot be read, has another extension, or has mistakes.
    pub fn load(path: &Path) -> Result<Self, PolicyError> {
        Self::from_source(read(path)?)
    }

    /// The policy that one source makes. See [`Policy::load`].
    ///
    /// # Errors
    /// When the source has mistakes.
    pub fn from_source(source: Source) -> Result<Self, PolicyError> {
        let compiled = compile(&source)?;
        let mut sources = vec![shipped(FOUNDATION)];
        if compiled.wants_default {
            sources.push(shipped(DEFAULT));
        }
        sources.push(compiled.cedar);
        Self::of_cedar(sources)
    }

    /// This policy with the statements of another source added, as those of the operator's settings.
    /// A `base` that the source names is not looked at: what it adds to is this policy.
    ///
    /// # Errors
    /// When the source has mistakes, or repeats an identifier.
    pub fn and(&self, source: Source) -> Result<Self, PolicyError> {
        let mut sources = self.sources.clone();
        sources.push(compile(&source)?.cedar);
        Self::of_cedar(sources)
    }

    fn of_cedar(sources: Vec<CedarSource>) -> Result<Self, PolicyError> {
        let loaded = load(&sources)?;
        let positions = loaded.statements.iter().enumerate();
        let positions = positions.map(|(position, s)| (s.id.clone(), position)).collect();
        Ok(Self {
            index: Index::new(&loaded.statements),
            mentions: mentions(&loaded.statements),
            digest: digest(&sources),
            positions,
            statements: loaded.statements,
            warnings: loaded.warnings,
            sources,
        })
    }

    /// SHA-256 of every statement in force, as `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Every statement in force, in Cedar, the shipped ones included.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for source in &self.sources {
            // Writing to a string cannot fail.
            let _ = write!(text, "// ---- {} ----\n\n{}\n", source.name, source.text.trim_end());
            text.push('\n');
        }
        text
    }

    /// Every statement in force, in the order of the policy.
    pub fn statements_in_force(&self) -> impl Iterator<Item = StatementFacts<'_>> {
        self.statements.iter().map(|statement| StatementFacts {
            id: &statement.id,
            reason: statement.reason.as_deref(),
            permits: statement.is_permit(),
            place: &statement.place,
        })
    }

    /// Whether the operator's own sources are there, and hold nothing but comments.
    pub(crate) fn says_nothing(&self) -> bool {
        let is_said = |line: &str| !line.trim().is_empty() && !line.trim().starts_with("//");
        let mut own = self.sources.iter().filter(|source| !source.is_shipped).peekable();
        own.peek().is_some() && own.all(|source| !source.text.lines().any(is_said))
    }

    pub(crate) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// What the permits name.
    pub(crate) fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// What Cedar's validator finds doubtful.
    pub(crate) fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// The position of the statement that is called `id`.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }
}

fn shipped((name, text): (&str, &str)) -> CedarSource {
    CedarSource {
        name: name.to_owned(),
        text: text.to_owned(),
        origins: Vec::new(),
        is_shipped: true,
    }
}

fn read(path: &Path) -> Result<Source, PolicyError> {
    let unreadable = |source| PolicyError::Unreadable { path: path.to_owned(), source };
    let form = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let make: fn(String, String) -> Source = match form {
        "cedar" => |name, text| Source::cedar(name, text),
        "toml" => |name, text| Source::toml(name, text),
        _ => return Err(PolicyError::UnknownForm { path: path.to_owned() }),
    };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    if length > MAX_SOURCE_BYTES as u64 {
        let message = format!("the policy is longer than {MAX_SOURCE_BYTES} bytes");
        let problem = Problem::new(None, format!("{}: {message}", path.display()));
        return Err(PolicyError::Problems(vec![problem]));
    }
    let name = path.display().to_string();
    match String::from_utf8(std::fs::read(path).map_err(unreadable)?) {
        Ok(text) => Ok(make(name, text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
            let place = Place::of_offset(&name, &before, valid);
            let problem = Problem::new(Some(place), "the policy is not UTF-8".to_owned());
            Err(PolicyError::Problems(vec![problem.hint("save it as UTF-8")]))
        }
    }
}

/// Each source goes in with its length, so that moving a statement between sources shows.
fn digest(sources: &[CedarSource]) -> String {
    let mut hash = Sha256::new();
    for source in sources {
        hash.update((source.text.len() as u64).to_be_bytes());
        hash.update(source.text.as_bytes());
    }
    format!("sha256:{}", hex::encode(hash.finalize()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_statements_are_valid() {
        for source in [FOUNDATION, DEFAULT].map(shipped) {
            let source = CedarSource { is_shipped: false, ..source };
            let loaded = load(&[source]).unwrap_or_else(|error| panic!("{error}"));
            assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
        }
    }
}
