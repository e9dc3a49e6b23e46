//! The walk over the transform file: each element in document order, what it asks for, its
//! children; errors are noted and the walk goes on.

use std::cell::OnceCell;
use std::rc::Rc;

use cofferdam_xml::{Document, NodeId, Options, parse};

use super::TRANSFORM_NAMESPACE;
use super::context::{Context, Located, select};
use super::entry::{Entry, File, Journal, Place};
use super::failure::Failure;
use super::kind::{self, TransformKind};
use super::syntax::Call;
use super::target::Target;

/// The transform file is not usable at all: it imports types, which there are none of here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fatal syntax error in the transform file: {0}")]
pub struct FatalSyntax(pub Failure);

/// A transformation under way.
pub(super) struct Engine<'t, 'j> {
    pub(super) transform: &'t Document,
    pub(super) target: Target,
    pub(super) journal: Journal<'j>,
    /// The target as it was, parsed again when somebody asks.
    original: OnceCell<Option<Document>>,
}

/// A transform about to be carried out.
pub(super) struct Task<'t> {
    pub(super) context: Rc<Context<'t>>,
    pub(super) kind: &'static TransformKind,
    pub(super) call: Call,
    /// Where the `Transform` attribute stands: errors and warnings point there.
    pub(super) place: Option<Place>,
}

impl<'t, 'j> Engine<'t, 'j> {
    /// Runs the transform over the target. Whether there were no errors.
    pub(super) fn run(
        transform: &'t Document,
        target: Document,
        receive: &'j mut dyn FnMut(Entry),
    ) -> Result<(Target, bool), FatalSyntax> {
        let mut engine = Self {
            transform,
            target: Target::new(target),
            journal: Journal::new(receive),
            original: OnceCell::new(),
        };
        if engine.declares_namespace() {
            engine.check_vocabulary()?;
            // Errors of the vocabulary do not count: they were fatal, or warnings.
            engine.journal.has_errors = false;
            engine.walk();
        } else {
            engine.journal.normal(format!(
                "The expected namespace {TRANSFORM_NAMESPACE} was not found in the transform file"
            ));
        }
        Ok((engine.target, !engine.journal.has_errors))
    }

    fn declares_namespace(&self) -> bool {
        self.transform.descendants(self.transform.root()).any(|element| {
            self.transform.attributes(element).any(|attribute| {
                self.transform.declared_prefix(attribute).is_some()
                    && self.transform.value(attribute) == TRANSFORM_NAMESPACE
            })
        })
    }

    /// Looks at the elements of the transform vocabulary, of which there is only `Import`.
    fn check_vocabulary(&mut self) -> Result<(), FatalSyntax> {
        let transform = self.transform;
        for element in transform.descendants(transform.root()) {
            let Some(name) = transform.name(element).filter(|name| {
                transform.is_element(element) && *name.namespace == *TRANSFORM_NAMESPACE
            }) else {
                continue;
            };
            let context = Context::new(transform, element, None);
            if *name.local == *"Import" {
                let (at, failure) = import_failure(transform, element);
                self.journal.error(context.place(at), failure.clone());
                return Err(FatalSyntax(failure));
            }
            self.journal.warning(context.place(element), format!("Unknown tag '{name}'"));
        }
        Ok(())
    }

    /// Every element, parents first. The stack holds what is left to do.
    fn walk(&mut self) {
        let transform = self.transform;
        let elements = |parent: NodeId, context: Option<Rc<Context<'t>>>| {
            let mut list: Vec<_> = transform
                .children(parent)
                .filter(|&child| transform.is_element(child))
                .map(|child| (child, context.clone()))
                .collect();
            list.reverse();
            list
        };
        let mut left = elements(transform.root(), None);
        while let Some((element, parent)) = left.pop() {
            let context = Context::new(transform, element, parent);
            match self.element(&context) {
                Ok(()) => left.extend(elements(element, Some(context))),
                Err(error) => {
                    let place = error.place.or_else(|| context.place(element));
                    self.journal.error(place, error.failure);
                }
            }
        }
    }

    /// Carries out what one element asks for. An error keeps its children from being looked at.
    fn element(&mut self, context: &Rc<Context<'t>>) -> Result<(), Located> {
        let Some(attribute) = context.vocabulary("Transform") else { return Ok(()) };
        let place = context.place(attribute);
        let found = Call::parse(&self.transform.value(attribute))
            .and_then(|call| Ok((kind::transform(&call.name)?, call)));
        let (kind, call) = found.map_err(|failure| Located { failure, place })?;
        let suppressed = self.journal.suppress_warnings;
        if let Some(attribute) = context.vocabulary("SupressWarnings") {
            self.journal.suppress_warnings = boolean(&self.transform.value(attribute))?;
        }
        self.execute(&Task { context: Rc::clone(context), kind, call, place });
        self.journal.suppress_warnings = suppressed;
        Ok(())
    }

    fn execute(&mut self, task: &Task<'t>) {
        let name = task.kind.name;
        let long_name = match task.place {
            Some(Place { position, .. }) => {
                format!("{name} (transform line {}, {})", position.line, position.column)
            }
            None => name.to_owned(),
        };
        match self.has_target(task) {
            Ok(true) => {}
            found => {
                if let Err(error) = found {
                    self.journal.error(error.place.or(task.place), error.failure);
                }
                self.journal.normal(format!("Not executing {long_name}"));
                return;
            }
        }
        self.journal.begin(format!("Executing {long_name}"));
        match self.apply(task) {
            Ok(()) => self.journal.end(format!("Done executing {name}")),
            Err(error) => {
                self.journal.error(error.place.or(task.place), error.failure);
                self.journal.end(format!("Error during {name}"));
            }
        }
    }

    /// Whether there is something to transform; if not, says what is missing.
    fn has_target(&mut self, task: &Task<'t>) -> Result<bool, Located> {
        let document = &self.target.document;
        let context = &task.context;
        let on_parent = task.kind.on_parent;
        let found = if on_parent {
            context.target_parents(document)?
        } else {
            context.targets(document)?
        };
        if !found.is_empty() {
            return Ok(true);
        }
        let mut missing = context;
        while let Some(parent) = &missing.parent {
            let stop = if on_parent {
                parent.parent_path()?.is_empty() || !parent.target_parents(document)?.is_empty()
            } else {
                !parent.targets(document)?.is_empty()
            };
            if stop {
                break;
            }
            missing = parent;
        }
        let path = missing.path()?.to_owned();
        let place = missing.place(missing.element);
        let failure = if self.was_in_original(context, &path)? {
            Failure::MatchRemoved { path }
        } else {
            Failure::NoMatch { path }
        };
        if on_parent {
            return Err(Located { failure, place });
        }
        self.journal.warning(place, failure.to_string());
        Ok(false)
    }

    fn was_in_original(&self, context: &Context<'t>, path: &str) -> Result<bool, Located> {
        let original = self
            .original
            .get_or_init(|| parse(self.target.document.source(), &Options::default()).ok());
        let Some(original) = original else { return Ok(false) };
        Ok(!select(original, original.root(), path, context.namespaces())?.is_empty())
    }

    /// The log's place of a node of the target.
    pub(super) fn source_place(&self, node: NodeId) -> Option<Place> {
        let position = self.target.position(node)?;
        Some(Place { file: File::Source, position })
    }
}

/// Why an import fails, and the node that is to blame. It always does: there is no .NET here.
fn import_failure(transform: &Document, element: NodeId) -> (NodeId, Failure) {
    let [mut assembly, mut namespace, mut path] = [const { None }; 3];
    for attribute in transform.attributes(element) {
        let Some(name) = transform.name(attribute) else { continue };
        let slot = match (&*name.namespace, &*name.local) {
            ("", "assembly") => &mut assembly,
            ("", "namespace") => &mut namespace,
            ("", "path") => &mut path,
            _ => return (attribute, Failure::ImportAttribute { name: name.to_string() }),
        };
        *slot = Some(transform.value(attribute).into_owned());
    }
    let failure = match (assembly, path) {
        (Some(_), Some(_)) => Failure::ImportConflict,
        (None, None) => Failure::ImportMissingAssembly,
        _ if namespace.is_none() => Failure::ImportMissingNamespace,
        (Some(name), None) | (None, Some(name)) => Failure::ImportNotPossible { name },
    };
    (element, failure)
}

/// Reads a boolean as .NET does.
fn boolean(value: &str) -> Result<bool, Failure> {
    let trimmed = value.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    if trimmed.eq_ignore_ascii_case("true") {
        Ok(true)
    } else if trimmed.eq_ignore_ascii_case("false") {
        Ok(false)
    } else {
        Err(Failure::NotABoolean { value: value.to_owned() })
    }
}
