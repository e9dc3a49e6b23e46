//! JSON: which values variables name, and what they become.

use std::collections::BTreeMap;
use std::ops::Range;

use cofferdam_hook_files::{Log, Newline};

use super::fragment::{self, Layout};
use super::reader::{Container, Reader, Scalar, Token};
use super::{number, string};
use crate::edit::{Edit, Replacement};
use crate::names::{Names, PathText};
use crate::{Failure, SyntaxError, messages};

/// What kind of value stands in the document; it decides what may take its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Container,
    Number,
    Boolean,
    Other,
}

#[derive(Clone, Debug)]
struct Target {
    kind: Kind,
    range: Range<usize>,
}

/// The edits that put the values of variables into a JSON text.
///
/// Of several values with the same path (names that differ in case only) the last one is meant, as in the original.
/// # Errors
/// [`Failure::Syntax`] if the text is not JSON, [`Failure::Other`] if a variable cannot be evaluated.
pub(crate) fn replace(
    text: &str,
    names: &mut Names<'_>,
    log: &mut dyn Log,
) -> Result<Replacement, Failure> {
    let targets = find(text, names)?;
    let found = !targets.is_empty();
    let habits = Habits::of(text);
    let mut edits = Vec::new();
    for (variable, target) in targets {
        let name = names.name(variable);
        messages::found(log, name);
        match replacement(text, &habits, &target, names.value(variable)?.as_deref()) {
            Ok(new) => edits.push(Edit { range: target.range, text: new }),
            Err(reason) => log.warning(&format!(
                "Unable to set value for {name}. The following error occurred: {reason}"
            )),
        }
    }
    Ok(Replacement { edits, found })
}

/// The value that each variable names, in the order of the variables.
fn find(text: &str, names: &Names<'_>) -> Result<BTreeMap<usize, Target>, SyntaxError> {
    let mut targets: BTreeMap<usize, Target> = BTreeMap::new();
    let mut reader = Reader::new(text);
    let mut path = PathText::default();
    // Of each open container: what it is, the next index if it is an array, and who names it.
    let mut open: Vec<(Container, usize, Option<usize>)> = Vec::new();
    let mut closed_to_names = 0_usize;
    while let Some((token, range)) = reader.next()? {
        let kind = match &token {
            Token::Name(name) => {
                path.push(name);
                continue;
            }
            Token::End(container) => {
                if *container == Container::Constructor {
                    closed_to_names -= 1;
                }
                if let Some((_, _, Some(variable))) = open.pop()
                    && let Some(target) = targets.get_mut(&variable)
                {
                    target.range.end = range.end;
                }
                leave(&mut path, &mut open);
                continue;
            }
            Token::Start(_) => Kind::Container,
            Token::Scalar(Scalar::Number) => Kind::Number,
            Token::Scalar(Scalar::Boolean) => Kind::Boolean,
            Token::Scalar(_) => Kind::Other,
        };
        if let Some((Container::Array | Container::Constructor, index, _)) = open.last() {
            path.push(&index.to_string());
        }
        let named = path.get().filter(|_| closed_to_names == 0).and_then(|path| names.find(path));
        if let Some(variable) = named {
            targets.insert(variable, Target { kind, range });
        }
        if let Token::Start(container) = token {
            if container == Container::Constructor {
                closed_to_names += 1;
            }
            open.push((container, 0, named));
        } else {
            leave(&mut path, &mut open);
        }
    }
    Ok(targets)
}

/// After a value: back to its container, and on to the next index.
fn leave(path: &mut PathText, open: &mut [(Container, usize, Option<usize>)]) {
    path.pop();
    if let Some((_, index, _)) = open.last_mut() {
        *index += 1;
    }
}

/// What stands in the place of a value afterwards, or why it stays.
fn replacement(
    text: &str,
    habits: &Habits<'_>,
    target: &Target,
    value: Option<&str>,
) -> Result<String, String> {
    let Some(value) = value else {
        return match target.kind {
            Kind::Other => Ok("null".into()),
            _ => Err("the variable has no value".into()),
        };
    };
    Ok(match target.kind {
        Kind::Container => fragment::format(value, &habits.layout(text, &target.range))
            .map_err(|error| error.to_string())?
            .ok_or("the value is empty, and not JSON")?,
        Kind::Number => number::from_value(value).unwrap_or_else(|| string::encode(value)),
        Kind::Boolean => match value.trim_matches(|c: char| c.is_whitespace() || c == '\0') {
            truth if truth.eq_ignore_ascii_case("true") => "true".into(),
            falsehood if falsehood.eq_ignore_ascii_case("false") => "false".into(),
            _ => string::encode(value),
        },
        Kind::Other => string::encode(value),
    })
}

/// How the author of a file lays it out.
struct Habits<'t> {
    /// None if everything is on one line.
    newline: Option<Newline>,
    /// What a level of nesting adds.
    unit: &'t str,
    /// Whether blanks follow commas and colons.
    spaced: bool,
}

impl<'t> Habits<'t> {
    fn of(text: &'t str) -> Self {
        Self {
            newline: Newline::majority(text),
            unit: text.lines().map(blanks).find(|blanks| !blanks.is_empty()).unwrap_or("  "),
            spaced: text.contains("\": ") || text.contains(", "),
        }
    }

    /// A container written on several lines is replaced by several lines; so is an empty one in a text with several.
    fn layout(&self, text: &'t str, range: &Range<usize>) -> Layout<'t> {
        let old = text.get(range.clone()).unwrap_or_default();
        let empty = old.get(1..old.len() - 1).unwrap_or_default().trim().is_empty();
        match self.newline {
            Some(newline) if old.contains('\n') || empty => Layout::Lines {
                newline: newline.as_str(),
                indent: indent_at(text, range.start),
                unit: self.unit,
            },
            _ => Layout::OneLine { spaced: self.spaced },
        }
    }
}

/// The blanks that the line of this byte starts with.
fn indent_at(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    blanks(text.get(line..).unwrap_or_default())
}

fn blanks(line: &str) -> &str {
    let end = line.find(|c| !matches!(c, ' ' | '\t')).unwrap_or(line.len());
    line.get(..end).unwrap_or_default()
}
