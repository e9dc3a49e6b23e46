//! The numbered folders of `xdt/`, through the engine alone: source, transform, expected result and log.
//!
//! In a deployment (`conformance.rs`) a transform with errors fails, and nothing is written. Here the
//! result that the original's library saves in spite of them counts as well, and the log to the letter.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use cofferdam_conformance_cases::{Deviations, Difference, Verdict, repository_vectors, vectors};
use cofferdam_hook_xml_transforms::encoding::{decode, encode};
use cofferdam_hook_xml_transforms::xdt::{self, Entry, File};
use cofferdam_xml::{Options, parse};
use libtest_mimic::{Arguments, Trial};
use serde_json::Value;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let deviations = Deviations::load(&repository_vectors())?;
    let trials = all(&vectors().join("xdt")).into_iter().map(|case| {
        let deviations = deviations.clone();
        Trial::test(case.id.clone(), move || {
            let result = case.run().map_err(|what| Difference::new("the original's result", what));
            match deviations.judge(&format!("engine {}", case.id), result) {
                Verdict::Passed | Verdict::Deviating { .. } => Ok(()),
                Verdict::Failed(difference) => Err(difference.into()),
            }
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit()
}

/// One folder.
struct Case {
    id: String,
    folder: PathBuf,
    facts: Value,
}

/// All cases that the index lists.
fn all(folder: &Path) -> Vec<Case> {
    let case = |facts: Value| Case {
        id: facts["id"].as_str().unwrap().to_owned(),
        folder: folder.join(facts["dir"].as_str().unwrap()),
        facts,
    };
    // Other people's vectors need not have all kinds of cases.
    let Ok(index) = std::fs::read(folder.join("index.json")) else { return Vec::new() };
    let index: Vec<Value> = serde_json::from_slice(&index).unwrap();
    index.into_iter().map(case).collect()
}

/// What came of a case.
struct Run {
    applied: bool,
    bytes: Option<Vec<u8>>,
    log: String,
}

impl Case {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.folder.join(name)).ok()
    }

    fn run(&self) -> Result<(), String> {
        // Where a log was taken at all.
        let expected_log = self.read("expected.log").filter(|_| self.facts.get("logger").is_none());
        let expected_log = expected_log.map(|log| String::from_utf8(log).unwrap());
        // One case applies its transform twice, and tells of the second time.
        let mut source = "source.xml";
        if let Some(between) = self.read("after_first.xml") {
            if self.transform(source)?.bytes.as_ref() != Some(&between) {
                return Err("the result of the first time differs".to_owned());
            }
            source = "after_first.xml";
        }
        let result = self.transform(source);
        if self.facts["throws"].is_string() {
            return match result {
                Err(_) => Ok(()),
                Ok(_) => Err("no error, expected one".to_owned()),
            };
        }
        let run = result?;
        if run.applied != self.facts["applied"].as_bool().unwrap() {
            return Err(format!("applied: {}\n{}", run.applied, run.log));
        }
        if let Some(log) = expected_log
            && log.trim_end() != run.log.trim_end()
        {
            return Err(differ("log", &log, &run.log));
        }
        let saved = self.facts["saved"].as_bool().unwrap();
        let Some(bytes) = run.bytes else {
            return if saved { Err("not written".to_owned()) } else { Ok(()) };
        };
        if !saved {
            return Err("written, expected an error".to_owned());
        }
        let expected = self.read("expected.xml").unwrap();
        if expected != bytes {
            let text = |bytes: &[u8]| {
                String::from_utf8_lossy(bytes).replace('\r', "\u{240D}").replace('\t', "\u{2409}")
            };
            return Err(differ("result", &text(&expected), &text(&bytes)));
        }
        Ok(())
    }

    fn transform(&self, source: &str) -> Result<Run, String> {
        let load = |name| {
            let decoded = decode(&self.read(name).unwrap()).map_err(|error| error.to_string())?;
            let document = parse(decoded.text, &Options::default());
            Ok::<_, String>((document.map_err(|error| error.to_string())?, decoded.marked))
        };
        let (source, marked) = load(source)?;
        let (transform, _) = load("transform.xml")?;
        let declared = source.declared_encoding().map(str::to_owned);
        let mut log = Log::default();
        let outcome = xdt::transform(source, transform, &mut |entry| log.add(&entry))
            .map_err(|error| error.to_string())?;
        let text = outcome.text.ok();
        let bytes = text.as_deref().map(|text| encode(text, marked, declared.as_deref()));
        let bytes = bytes.transpose().map_err(|error| error.to_string())?;
        Ok(Run { applied: outcome.success, bytes: bytes.map(Cow::into_owned), log: log.text })
    }
}

/// The log in the format of the original's own tests.
#[derive(Default)]
struct Log {
    text: String,
    depth: usize,
}

impl Log {
    fn add(&mut self, entry: &Entry) {
        let name = |file| if file == File::Source { "source.xml" } else { "transform.xml" };
        let at = |place: xdt::Place| {
            format!("{} ({}, {})", name(place.file), place.position.line, place.position.column)
        };
        let line = match entry {
            Entry::Begin(text) => {
                let line = self.indented(text);
                self.depth += 1;
                line
            }
            Entry::End(text) => {
                self.depth -= 1;
                self.indented(text)
            }
            Entry::Message(_, text) => self.indented(text),
            Entry::Warning(Some(place), text) => format!("{} warning: {text}", at(*place)),
            Entry::Warning(None, text) => format!("warning: {text}"),
            Entry::Error(Some(place), failure) => format!("{} error: {failure}", at(*place)),
            Entry::Error(None, failure) => {
                format!("exception: {}: {failure}", failure.exception())
            }
        };
        self.text.push_str(&line);
        self.text.push('\n');
    }

    fn indented(&self, text: &str) -> String {
        format!("{}{text}", "  ".repeat(self.depth))
    }
}

/// Both texts, to look at.
fn differ(what: &str, expected: &str, actual: &str) -> String {
    format!("{what} differs\n--- expected\n{expected}\n--- actual\n{actual}\n---")
}
