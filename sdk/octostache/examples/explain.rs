//! Evaluates a template and says where every value came from.
//!
//! ```text
//! cargo run -p cofferdam-octostache --example explain -- '#{Url | ToUpper}' Host=web 'Url=http://#{Host}/'
//! ```

use std::process::ExitCode;

use cofferdam_octostache::{Error, Options, Variables};

fn main() -> Result<ExitCode, Error> {
    let mut arguments = std::env::args().skip(1);
    let Some(template) = arguments.next() else {
        eprintln!("usage: explain TEMPLATE [NAME=VALUE]...");
        return Ok(ExitCode::from(2));
    };
    let mut variables = Variables::new();
    for argument in arguments {
        let (name, value) = argument.split_once('=').unwrap_or((&argument, ""));
        variables.set(name, Some(value));
    }
    let options = Options { trace: true, ..Options::default() };
    let evaluation = variables.evaluate(&template, &options)?;
    for step in &evaluation.trace {
        let value = step.value.as_deref().unwrap_or("(nothing)");
        let indent = "  ".repeat(step.depth);
        eprintln!("{indent}{}  ({})  =  {value}", step.expression, step.source);
    }
    if let Some(error) = &evaluation.error {
        eprintln!("{error}");
    }
    println!("{}", evaluation.text.unwrap_or_default());
    Ok(ExitCode::from(u8::from(evaluation.error.is_some())))
}
