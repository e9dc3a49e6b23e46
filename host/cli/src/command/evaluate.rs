//! `cofferdam evaluate`: tries a `#{...}` template, and says where its value came from.

use std::path::PathBuf;

use clap::Args;
use cofferdam_octostache::{Options, Variables};
use cofferdam_variables::{Layer, Layers, Masker, Value, load_file};

use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::render::printable::printable;
use crate::render::style::{Role, Style};

/// Evaluates a template with variables from files, as a deployment would.
///
/// Values of sensitive variables are masked, unless `--show-sensitive` is given.
#[derive(Debug, Args)]
pub(crate) struct EvaluateArgs {
    /// The template, such as `#{Octopus.Environment.Name | ToLower}`
    template: String,
    /// A file of variables; repeatable
    #[arg(long, value_name = "FILE")]
    variables: Vec<PathBuf>,
    /// One variable; repeatable
    #[arg(long = "variable", short = 'v', value_name = "NAME=VALUE", value_parser = crate::deployment_args::parse_variable)]
    variable: Vec<(String, String)>,
    /// Say step by step where the value came from
    #[arg(long)]
    explain: bool,
    /// Print values of sensitive variables as they are
    #[arg(long)]
    show_sensitive: bool,
}

impl EvaluateArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let mut layers = Layers::new();
        for file in &self.variables {
            layers.extend(Layer::Files, load_file(file).or_exit(Exit::BadInput)?);
        }
        for (name, value) in &self.variable {
            layers.add(Layer::CommandLine, name, Value::plain(value.clone()));
        }
        let set = layers.into_set();
        let mut templates = Variables::new();
        for (name, value) in set.iter() {
            templates.set(name, value.expose());
        }
        let secrets = set.iter().map(|(_, value)| value).filter(|value| value.is_sensitive());
        let masker = Masker::new(secrets.filter(|_| !self.show_sensitive));

        let options = Options { trace: self.explain, ..Options::default() };
        let evaluation = templates.evaluate(&self.template, &options).or_exit(Exit::BadInput)?;
        if self.explain {
            let style = Style::for_stream(&std::io::stderr());
            for step in &evaluation.trace {
                let value = step.value.as_deref().map_or_else(
                    || style.paint(Role::Warning, "nothing".to_owned()).to_string(),
                    |value| format!("\"{}\"", printable(&masker.mask(value))),
                );
                eprintln!(
                    "{}{} {} {} {value}",
                    "  ".repeat(step.depth),
                    printable(&step.expression),
                    style
                        .paint(Role::Quiet, format!("({})", printable(&masker.mask(&step.source)))),
                    style.paint(Role::Quiet, "="),
                );
            }
        }
        if let Some(text) = &evaluation.text {
            println!("{}", masker.mask(text));
        }
        match &evaluation.error {
            None => Ok(Exit::Success),
            Some(error) => Err(Failure::new(Exit::BadInput, masker.mask(error).into_owned())),
        }
    }
}
