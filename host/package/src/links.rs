//! Symbolic links: which targets are plain, and whether following them ever leaves the folder.

use std::collections::HashMap;

use crate::entry_path::plain_text;
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::{EntryName, EntryPath, ExtractError, ExtractLimits, Limit, Refusal};

/// Links that may lead to each other before it counts as going in circles: Linux gives up at 40 too (path_resolution(7)).
const MAX_CHAIN: usize = 40;

/// Components of a link's resolved target, which can be longer than any target. Deeper than every path allowed by default.
const MAX_RESOLVED_DEPTH: usize = 256;

/// A link of the package.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) path: EntryPath,
    pub(crate) target: String,
}

/// Checks a link's target by itself: relative, and in characters that mean the same everywhere.
pub(crate) fn target(raw: &[u8], limits: &ExtractLimits) -> Result<String, Fault> {
    if raw.len() > limits.max_path_bytes {
        return Err(Limit::PathBytes(limits.max_path_bytes).into());
    }
    match plain_text(raw) {
        Ok(text) if !text.is_empty() && !text.starts_with('/') => Ok(text.to_owned()),
        _ => Err(Refusal::LinkTarget { target: EntryName::of(raw) }.into()),
    }
}

/// Proves that no link leads out of the folder, neither by itself nor through other links of the package.
///
/// Links are resolved component by component as the kernel would, in a folder that has nothing but the package:
/// a component that is no link counts as a folder, whether it is there or not.
pub(crate) fn prove_inside(links: &[Link], ledger: &Ledger) -> Result<(), ExtractError> {
    let by_key = links.iter().enumerate().map(|(at, link)| (ledger.key(link.path.as_str()), at));
    let mut resolver = Resolver {
        links,
        ledger,
        by_key: by_key.collect(),
        resolved: vec![State::Unvisited; links.len()],
    };
    for (at, link) in links.iter().enumerate() {
        resolver.resolve(at, 0).map_err(|why| {
            let target = EntryName::of(link.target.as_bytes());
            let why = match why {
                Wrong::Escapes => Refusal::LinkEscapes { target },
                Wrong::Loops => Refusal::LinkLoop { target },
            };
            Fault::from(why).at(link.path.as_str().as_bytes())
        })?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy)]
enum Wrong {
    Escapes,
    Loops,
}

#[derive(Debug, Clone)]
enum State {
    Unvisited,
    InProgress,
    /// Where the link leads, without any link on the way.
    Resolved(Vec<String>),
}

struct Resolver<'a> {
    links: &'a [Link],
    ledger: &'a Ledger,
    by_key: HashMap<String, usize>,
    resolved: Vec<State>,
}

impl Resolver<'_> {
    fn resolve(&mut self, at: usize, chain: usize) -> Result<Vec<String>, Wrong> {
        match self.resolved.get(at) {
            Some(State::Resolved(place)) => return Ok(place.clone()),
            Some(State::InProgress) => return Err(Wrong::Loops),
            Some(State::Unvisited) | None => {}
        }
        if chain == MAX_CHAIN {
            return Err(Wrong::Loops);
        }
        self.resolved[at] = State::InProgress;
        let link = &self.links[at];
        // No entry lies below a link (the ledger refuses that), so the link's own folder is where it says.
        let parent = link.path.parent().unwrap_or_default();
        let mut place: Vec<String> =
            parent.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        for component in link.target.split('/') {
            match component {
                "" | "." => {}
                ".." => {
                    place.pop().ok_or(Wrong::Escapes)?;
                }
                name => {
                    place.push(name.to_owned());
                    if place.len() > MAX_RESOLVED_DEPTH {
                        return Err(Wrong::Loops);
                    }
                    if let Some(&next) = self.by_key.get(&self.ledger.key(&place.join("/"))) {
                        place = self.resolve(next, chain + 1)?;
                    }
                }
            }
        }
        self.resolved[at] = State::Resolved(place.clone());
        Ok(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prove(links: &[(&str, &str)]) -> Result<(), String> {
        let limits = ExtractLimits::default();
        let links: Vec<Link> = links
            .iter()
            .map(|(path, target)| Link {
                path: EntryPath::spelled(path.as_bytes(), &limits).unwrap().path.unwrap(),
                target: (*target).to_owned(),
            })
            .collect();
        prove_inside(&links, &Ledger::new(&limits)).map_err(|error| error.to_string())
    }

    #[test]
    fn links_that_stay_inside_are_proved() {
        assert_eq!(prove(&[("current", "releases/1"), ("releases/1", "../store/1")]), Ok(()));
        assert_eq!(prove(&[("a/b/c", "../../d")]), Ok(()));
        assert_eq!(prove(&[("self", ".")]), Ok(()));
        assert_eq!(prove(&[("a/up", ".."), ("x", "a/up/a/up/a")]), Ok(()));
    }

    #[test]
    fn links_that_leave_by_themselves_or_together_are_not() {
        let leaves = |links: &[(&str, &str)]| {
            assert!(prove(links).is_err_and(|error| error.contains("leads out")), "{links:?}");
        };
        leaves(&[("a", "..")]);
        leaves(&[("a/b", "../../c")]);
        // `d/up` is the root, so one more step leaves although the text has as many names as `..`.
        leaves(&[("d/up", ".."), ("x", "d/up/..")]);
        leaves(&[("d/up", ".."), ("e/y", "../d/up/../e")]);
        // The same on file systems that ignore case.
        leaves(&[("D/up", ".."), ("x", "d/UP/..")]);
    }

    #[test]
    fn circles_end() {
        for links in [&[("a", "a")][..], &[("a", "b"), ("b", "a")], &[("a", "a/x")]] {
            assert!(prove(links).is_err_and(|error| error.contains("circles")), "{links:?}");
        }
        let chain: Vec<(String, String)> =
            (0..60).map(|n| (n.to_string(), (n + 1).to_string())).collect();
        let chain: Vec<(&str, &str)> =
            chain.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert!(prove(&chain).is_err_and(|error| error.contains("circles")));
    }
}
