//! How long one file of ten megabytes takes in each format, and a thousand small ones: `cargo bench -p
//! cofferdam-hook-structured-variables`. Prints a table; judges nothing.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a measuring program")]

use std::fmt::Write as _;
use std::fs;
use std::time::Instant;

use cofferdam_hook_structured_variables::run;
use cofferdam_octostache::Variables;

const LARGE_BYTES: usize = 10_000_000;
const SMALL_BYTES: usize = 4_000;
const SMALL_FILES: usize = 1_000;
const VARIABLES: usize = 5_000;

fn main() {
    for (format, make) in [
        ("json", json as fn(usize) -> String),
        ("yaml", yaml),
        ("xml", xml),
        ("properties", properties),
    ] {
        measure(&format!("one {format} file of 10 MB"), format, 1, &make(LARGE_BYTES));
        measure(&format!("1,000 {format} files of 4 KB"), format, SMALL_FILES, &make(SMALL_BYTES));
    }
}

fn measure(what: &str, format: &str, files: usize, content: &str) {
    let folder = tempfile::tempdir().unwrap();
    for index in 0..files {
        fs::write(folder.path().join(format!("{index}.{format}")), content).unwrap();
    }
    let variables = variables(format);
    let start = Instant::now();
    let report = run(folder.path(), &variables, &mut Vec::new()).unwrap();
    let elapsed = start.elapsed();
    println!("{what:32} {:>8.0} ms, {} changed", elapsed.as_secs_f64() * 1e3, report.changed.len());
}

/// Of many variables a few name values of the files.
fn variables(format: &str) -> Variables {
    let mut variables = Variables::new();
    variables
        .set("Octopus.Action.EnabledFeatures", Some("Octopus.Features.JsonConfigurationVariables"));
    variables.set("Octopus.Action.Package.JsonConfigurationVariablesTargets", Some("*"));
    for index in 0..VARIABLES {
        variables.set(&format!("Some.Other[{index}].Name"), Some("value"));
    }
    for index in 0..10 {
        let name = match format {
            "xml" => format!("/r/entry{index}/name"),
            "properties" => format!("entry{index}.name"),
            _ => format!("entry{index}:name"),
        };
        variables.set(&name, Some("new"));
    }
    variables
}

fn repeated(bytes: usize, entry: impl Fn(usize) -> String) -> String {
    let mut text = String::with_capacity(bytes + 1_000);
    for index in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&entry(index));
    }
    text
}

fn json(bytes: usize) -> String {
    let entry = |index| {
        let mut text = String::new();
        let _ = write!(
            text,
            "  \"entry{index}\": {{\n    \"name\": \"value {index}\",\n    \"list\": [1, 2.5, true, null]\n  }},\n"
        );
        text
    };
    format!("{{\n{}}}\n", repeated(bytes, entry))
}

fn yaml(bytes: usize) -> String {
    repeated(bytes, |index| {
        format!("entry{index}:\n  name: value {index}\n  list:\n  - one\n  - 'two'  # note\n")
    })
}

fn xml(bytes: usize) -> String {
    let entry = |index| {
        format!(
            "  <entry{index} id=\"{index}\">\n    <name>value {index}</name>\n    <!-- note -->\n  </entry{index}>\n"
        )
    };
    format!("<?xml version=\"1.0\"?>\n<r>\n{}</r>\n", repeated(bytes, entry))
}

fn properties(bytes: usize) -> String {
    repeated(bytes, |index| format!("# note\nentry{index}.name = value {index}\n"))
}
