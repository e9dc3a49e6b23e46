//! Carrying out one transform on its targets.

use cofferdam_xml::xpath::Namespaces;
use cofferdam_xml::{NodeId, NodeKind, Options, Position, XML_NAMESPACE, parse_fragment};

use super::TRANSFORM_NAMESPACE;
use super::context::{Located, select};
use super::engine::{Engine, Task};
use super::failure::Failure;
use super::kind::Action;
use super::write;

impl<'t> Engine<'t, '_> {
    /// Carries out a transform that has targets.
    pub(super) fn apply(&mut self, task: &Task<'t>) -> Result<(), Located> {
        self.journal.verbose(format!("on {}", task.context.path()?));
        let document = &self.target.document;
        let targets = if task.kind.on_parent {
            task.context.target_parents(document)?
        } else {
            task.context.targets(document)?
        };
        let count = targets.len();
        let Some(&first) = targets.first() else { return Err(Failure::NoSuchNode.into()) };
        if !task.kind.all_targets {
            self.announce(first);
            return Ok(self.apply_once(task, first, count)?);
        }
        // Of several targets, one that fails does not keep the others from their turn.
        for &target in targets {
            self.announce(target);
            if let Err(failure) = self.apply_once(task, target, count) {
                self.journal.error(None, failure);
            }
        }
        Ok(())
    }

    fn announce(&mut self, target: NodeId) {
        let name = self.node_name(target);
        let place = match self.target.position(target) {
            Some(Position { line, column }) => format!("source line {line}, {column}"),
            None => "no source line info".to_owned(),
        };
        self.journal.verbose(format!("Applying to '{name}' element ({place})"));
    }

    /// A name for a node, as .NET has it.
    pub(super) fn node_name(&self, node: NodeId) -> String {
        let document = &self.target.document;
        match document.name(node) {
            Some(name) => name.to_string(),
            None => match document.kind(node) {
                NodeKind::Document => "#document",
                NodeKind::Comment => "#comment",
                NodeKind::Cdata => "#cdata-section",
                NodeKind::Text if document.is_whitespace(node) => "#whitespace",
                _ => "#text",
            }
            .to_owned(),
        }
    }

    fn apply_once(
        &mut self,
        task: &Task<'t>,
        target: NodeId,
        targets: usize,
    ) -> Result<(), Failure> {
        match task.kind.action {
            Action::Replace => {
                self.expect_no_arguments(task);
                self.warn_of_many(task, targets);
                let copy = self.copy(task)?;
                self.target.replace(target, copy)?;
                let name = self.node_name(target);
                self.journal.verbose(format!("Replaced '{name}' element"));
            }
            Action::Remove => {
                self.warn_of_many(task, targets);
                self.remove(task, target)?;
            }
            Action::RemoveAll => self.remove(task, target)?,
            Action::Insert => {
                self.expect_no_arguments(task);
                self.insert_into(task, target)?;
            }
            Action::InsertIfMissing => {
                self.expect_no_arguments(task);
                let present = task.context.targets(&self.target.document);
                if present.map_err(|error| error.failure)?.is_empty() {
                    self.insert_into(task, target)?;
                }
            }
            Action::InsertBefore => {
                let sibling = self.sibling(task, target)?;
                let copy = self.copy(task)?;
                self.target.insert_before(sibling, copy)?;
                self.inserted(copy);
            }
            Action::InsertAfter => {
                let sibling = self.sibling(task, target)?;
                let copy = self.copy(task)?;
                self.target.insert_after(sibling, copy)?;
                self.inserted(copy);
            }
            Action::CommentOut => self.comment_out(target)?,
            Action::SetAttributes | Action::SetTokenizedAttributes => {
                self.set_attributes(task, target)?;
            }
            Action::RemoveAttributes => self.remove_attributes(task, target)?,
        }
        Ok(())
    }

    fn expect_no_arguments(&mut self, task: &Task<'t>) {
        if task.call.arguments.is_some() {
            let text = format!("{} does not expect arguments; ignoring", task.kind.name);
            self.journal.warning(task.place, text);
        }
    }

    fn warn_of_many(&mut self, task: &Task<'t>, targets: usize) {
        if targets > 1 {
            let text = format!(
                "Found multiple target elements, but the '{}' Transform only applies to the first match",
                task.kind.name
            );
            self.journal.warning(task.place, text);
        }
    }

    fn remove(&mut self, task: &Task<'t>, target: NodeId) -> Result<(), Failure> {
        self.expect_no_arguments(task);
        self.target.remove(target)?;
        let name = self.node_name(target);
        self.journal.verbose(format!("Removed '{name}' element"));
        Ok(())
    }

    fn insert_into(&mut self, task: &Task<'t>, parent: NodeId) -> Result<(), Failure> {
        let copy = self.copy(task)?;
        self.target.append(parent, copy)?;
        self.inserted(copy);
        Ok(())
    }

    fn inserted(&mut self, copy: NodeId) {
        let name = self.node_name(copy);
        self.journal.verbose(format!("Inserted '{name}' element"));
    }

    /// The element that something is inserted beside.
    fn sibling(&self, task: &Task<'t>, parent: NodeId) -> Result<NodeId, Failure> {
        let transform = task.kind.name;
        let arguments = task.call.argument_list();
        let path = match arguments.as_slice() {
            [] => return Err(Failure::MissingArgument { transform }),
            [path] => path,
            _ => return Err(Failure::TooManyArguments { transform }),
        };
        let found = select(&self.target.document, parent, path, &Namespaces::new());
        let found = found.map_err(|failure| match failure {
            Failure::UnknownPrefix { .. } => Failure::PrefixNotPossible,
            other => other,
        })?;
        match found.first() {
            None => Err(Failure::NoMatch { path: path.clone() }),
            Some(&first) if self.target.document.is_element(first) => Ok(first),
            Some(_) => Err(Failure::NotAnElement { path: path.clone() }),
        }
    }

    fn comment_out(&mut self, target: NodeId) -> Result<(), Failure> {
        let document = &self.target.document;
        if !document.is_element(target) {
            return Err(Failure::NoSuchNode);
        }
        // A comment in the element makes this text one that no comment can hold; that is noticed
        // when the document is written, as in the original.
        let text = write::outer_xml(document, Some(&self.target), target)
            .unwrap_or_else(|_| "--".to_owned());
        let comment = self.target.document.create_comment(&format!(" {text} "));
        self.target.insert_after(target, comment)?;
        self.target.remove(target)?;
        let name = self.node_name(target);
        self.journal.verbose(format!("Commented out '{name}' element"));
        Ok(())
    }

    /// The element of the transform file as it goes into the target: without the transform
    /// vocabulary, namespace declarations and prefixes of attributes.
    pub(super) fn copy(&mut self, task: &Task<'t>) -> Result<NodeId, Failure> {
        if let Some(&copy) = task.context.copy.get() {
            return Ok(copy);
        }
        let context = &task.context;
        // Through text and back: positions in the log are those in this text.
        let text = write::outer_xml(context.transform, None, context.element)
            .map_err(|_| Failure::NoSuchNode)?;
        let fragment =
            parse_fragment(text, &Options::default()).map_err(|_| Failure::NoSuchNode)?;
        let place = context.place(context.element).ok_or(Failure::NoSuchNode)?;
        let copy = self.target.adopt(&fragment, place.position).ok_or(Failure::NoSuchNode)?;
        self.scrub(copy);
        Ok(*context.copy.get_or_init(|| copy))
    }

    fn scrub(&mut self, top: NodeId) {
        let document = &mut self.target.document;
        let elements: Vec<NodeId> = std::iter::once(top)
            .chain(document.descendants(top))
            .filter(|&node| document.is_element(node))
            .collect();
        for element in elements {
            for attribute in document.attributes(element).collect::<Vec<_>>() {
                let Some(name) = document.name(attribute).cloned() else { continue };
                if name.declares_namespace() || *name.namespace == *TRANSFORM_NAMESPACE {
                    document.detach(attribute);
                } else if !name.prefix.is_empty() && *name.namespace != *XML_NAMESPACE {
                    let scrubbed = cofferdam_xml::Name { prefix: "".into(), ..name };
                    document.set_name(attribute, scrubbed);
                }
            }
        }
    }
}
