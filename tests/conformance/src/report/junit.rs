//! `conformance.xml`: JUnit's format, which most servers for builds can show.

use std::io;

use cofferdam_conformance_cases::Verdict;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::results::{CaseResult, Counts, Results};

/// The report as XML text: a suite per category. Deviating cases are skipped ones, with the reason.
pub(super) fn junit(results: &Results) -> io::Result<Vec<u8>> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let total = results.total();
    let root = writer.create_element("testsuites").with_attributes(counts(total).each());
    root.write_inner_content(|writer| {
        for (category, cases) in results.by_category() {
            let suite = writer
                .create_element("testsuite")
                .with_attribute(("name", category.name()))
                .with_attributes(counts(Counts::of(cases.iter().copied())).each());
            suite.write_inner_content(|writer| {
                cases.iter().try_for_each(|case| one(writer, case))
            })?;
        }
        Ok(())
    })?;
    let mut text = writer.into_inner();
    text.push(b'\n');
    Ok(text)
}

fn one(writer: &mut Writer<Vec<u8>>, case: &CaseResult) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", case.category.name()))
        .with_attribute(("name", &*legal(&case.id)))
        .with_attribute(("time", &*format!("{:.3}", case.time.as_secs_f64())));
    match &case.verdict {
        Verdict::Passed => element.write_empty()?,
        Verdict::Deviating { reason } => element.write_inner_content(|writer| {
            let skipped = writer.create_element("skipped");
            skipped.with_attribute(("message", &*legal(reason))).write_empty().map(drop)
        })?,
        Verdict::Failed(difference) => element.write_inner_content(|writer| {
            let failure = writer.create_element("failure");
            let failure = failure.with_attribute(("message", "differs from the original"));
            let text = legal(&difference.to_string());
            failure.write_text_content(BytesText::new(&text)).map(drop)
        })?,
    };
    Ok(())
}

/// The numbers as attributes.
struct Attributes([(&'static str, String); 3]);

impl Attributes {
    fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, &**value))
    }
}

fn counts(counts: Counts) -> Attributes {
    let Counts { passed, failed, deviating } = counts;
    Attributes([
        ("tests", (passed + failed + deviating).to_string()),
        ("failures", failed.to_string()),
        ("skipped", deviating.to_string()),
    ])
}

/// A text without the characters that XML cannot hold, not even escaped.
fn legal(text: &str) -> String {
    let legal = |c: char| match c {
        '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'.. => c,
        _ => char::REPLACEMENT_CHARACTER,
    };
    text.chars().map(legal).collect()
}
