//! Any template against any value: it evaluates or is refused, within its limits.
#![no_main]

use cofferdam_octostache::{Limits, Options, Variables, parse_template};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str, bool)| {
    let (template, value, halt_on_error) = input;
    let variables = Variables::from_iter([("A", Some(value)), ("B", Some("a,b")), ("C[x].D", Some("#{A}"))]);
    let limits = Limits { max_output_bytes: 1 << 20, max_steps: 100_000, ..Limits::default() };
    let options = Options { halt_on_error, limits, trace: true, ..Options::default() };
    if let Ok(evaluation) = variables.evaluate(template, &options)
        && let Some(text) = evaluation.text
    {
        assert!(text.len() <= limits.max_output_bytes);
    }
    if let Ok(parsed) = parse_template(template, &limits) {
        let _ = parsed.to_string();
    }
});
