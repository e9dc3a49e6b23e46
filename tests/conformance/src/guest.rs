//! The guest that runs cases of the template language: many in one run, and alone what ends a run.

use std::fs;
use std::io;
use std::path::Path;

use cofferdam_conformance_cases::Difference;
use cofferdam_conformance_cases::octostache::{Case, Outcome};

/// The program, a WASI 0.2 component.
pub(crate) const GUEST: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/guest.wasm"));

/// How many cases one run gets: few enough for all processors to have some, many enough for the
/// start of a worker not to count.
pub(crate) const CASES_PER_RUN: usize = 100;

/// Runs cases together. When the run ends early, those without an outcome are run one by one, so that
/// the case that ended it is the only one that suffers.
pub(crate) fn run(
    cases: &[Case],
    run_in: impl Fn(&Path) -> Result<(), Difference>,
) -> Vec<Result<Outcome, Difference>> {
    let (outcomes, end) = together(cases, &run_in);
    let mut results: Vec<_> = outcomes.into_iter().map(Ok).collect();
    if let ([_], Err(why)) = (cases, &end)
        && results.is_empty()
    {
        return vec![Err(why.clone())];
    }
    for case in &cases[results.len()..] {
        let (outcomes, end) = together(std::slice::from_ref(case), &run_in);
        let missing = || Difference::new("an outcome", "none, though the guest ended well");
        let outcome = outcomes.into_iter().next();
        results.push(outcome.ok_or_else(|| end.err().unwrap_or_else(missing)));
    }
    results
}

/// One run: the outcomes that there are, and how it ended.
fn together(
    cases: &[Case],
    run_in: impl Fn(&Path) -> Result<(), Difference>,
) -> (Vec<Outcome>, Result<(), Difference>) {
    let trouble = |error: io::Error| Difference::new("a folder", error.to_string());
    let attempt = || -> Result<(tempfile::TempDir, Result<(), Difference>), Difference> {
        let folder = tempfile::tempdir().map_err(trouble)?;
        let cases = serde_json::to_vec(cases).map_err(io::Error::from).map_err(trouble)?;
        fs::write(folder.path().join("cases.json"), cases).map_err(trouble)?;
        let end = run_in(folder.path());
        Ok((folder, end))
    };
    match attempt() {
        Err(why) => (Vec::new(), Err(why)),
        Ok((folder, end)) => {
            let lines = fs::read(folder.path().join("outcomes.jsonl")).unwrap_or_default();
            // A line without its end was cut off.
            let whole = lines.split_inclusive(|byte| *byte == b'\n').take(cases.len());
            let outcomes = whole.map_while(|line| serde_json::from_slice(line).ok()).collect();
            (outcomes, end)
        }
    }
}

#[cfg(test)]
mod tests {
    use cofferdam_conformance_cases::octostache;

    use super::*;

    fn cases(ids: &[&str]) -> Vec<Case> {
        let list: Vec<_> = ids
            .iter()
            .map(|id| serde_json::json!({"id": id, "origin": "probe", "template": id}))
            .collect();
        serde_json::from_value(list.into()).unwrap()
    }

    /// A guest that ends at the case `poison`, in the middle of a line.
    fn guest(folder: &Path) -> Result<(), Difference> {
        let cases = fs::read(folder.join("cases.json")).unwrap();
        let cases: Vec<Case> = serde_json::from_slice(&cases).unwrap();
        let mut lines = String::new();
        let mut end = Ok(());
        for case in &cases {
            lines += &serde_json::to_string(&octostache::run(case)).unwrap();
            if case.id == "poison" {
                lines.truncate(lines.len() - 3);
                end = Err(Difference::new("an outcome", "it ended"));
                break;
            }
            lines.push('\n');
        }
        fs::write(folder.join("outcomes.jsonl"), lines).unwrap();
        end
    }

    #[test]
    fn only_the_case_that_ends_the_guest_suffers() {
        let cases = cases(&["a", "poison", "b", "c"]);
        let results = run(&cases, guest);
        let missing: Vec<&str> = std::iter::zip(&cases, &results)
            .filter(|(_, result)| result.is_err())
            .map(|(case, _)| &*case.id)
            .collect();
        assert_eq!((results.len(), missing), (4, vec!["poison"]));
    }

    #[test]
    fn a_case_alone_is_not_run_twice() {
        let runs = std::cell::Cell::new(0);
        let results = run(&cases(&["poison"]), |folder| {
            runs.set(runs.get() + 1);
            guest(folder)
        });
        assert!(results.len() == 1 && results[0].is_err());
        assert_eq!(runs.get(), 1);
    }
}
