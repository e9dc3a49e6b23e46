//! Setting and removing attributes.

use cofferdam_xml::xpath::Namespaces;
use cofferdam_xml::{NodeId, NodeKind};

use super::context::select;
use super::engine::{Engine, Task};
use super::failure::Failure;
use super::kind::Action;
use super::tokens;

impl<'t> Engine<'t, '_> {
    /// The attributes of `element` that the arguments name; without arguments all.
    fn listed(&mut self, task: &Task<'t>, element: NodeId) -> Result<Vec<NodeId>, Failure> {
        let arguments = task.call.argument_list();
        let list = if arguments.is_empty() { vec!["*".to_owned()] } else { arguments };
        let path = |list: &[String]| format!("@{}", list.join("|@"));
        let found = |path: &str| {
            select(&self.target.document, element, path, &Namespaces::new()).map_err(|failure| {
                match failure {
                    Failure::UnknownPrefix { .. } => Failure::PrefixNotPossible,
                    other => other,
                }
            })
        };
        let all = if task.call.arguments.is_none() {
            return found(&path(&list));
        } else {
            let mut missing = Vec::new();
            for argument in &list {
                if found(&path(std::slice::from_ref(argument)))?.is_empty() {
                    missing.push(argument.clone());
                }
            }
            (found(&path(&list)), missing)
        };
        let (found, missing) = all;
        for argument in missing {
            let text = format!("Argument '{argument}' did not match any attributes");
            self.journal.warning(task.place, text);
        }
        found
    }

    pub(super) fn set_attributes(
        &mut self,
        task: &Task<'t>,
        target: NodeId,
    ) -> Result<(), Failure> {
        let copy = self.copy(task)?;
        let listed = self.listed(task, copy)?;
        for &attribute in &listed {
            if self.target.document.kind(target) != NodeKind::Element {
                return Err(Failure::NoSuchNode);
            }
            let Some(name) = self.target.document.name(attribute).cloned() else { continue };
            let shown = name.to_string();
            let mut value = self.target.document.value(attribute).into_owned();
            if task.kind.action == Action::SetTokenizedAttributes {
                value = tokens::substitute(&self.target, &value, &shown, target, copy)?;
            }
            match self.target.attribute_named(target, &shown) {
                Some(present) => self.target.document.set_value(present, &value),
                None => {
                    let new = self.target.document.create_attribute(name, &value);
                    self.target.append_attribute(target, new);
                }
            }
            self.journal.verbose(format!("Set '{shown}' attribute"));
        }
        if listed.is_empty() {
            self.journal.warning(task.place, "No attributes found to set".to_owned());
        } else {
            self.journal.verbose(format!("Set {} attributes", listed.len()));
        }
        Ok(())
    }

    pub(super) fn remove_attributes(
        &mut self,
        task: &Task<'t>,
        target: NodeId,
    ) -> Result<(), Failure> {
        let listed = self.listed(task, target)?;
        for &attribute in &listed {
            self.target.remove_attribute(target, attribute);
            let name = self.node_name(attribute);
            self.journal.verbose(format!("Removed '{name}' attribute"));
        }
        if listed.is_empty() {
            let place = self.source_place(target);
            self.journal.warning(place, "No attributes found to remove".to_owned());
        } else {
            self.journal.verbose(format!("Removed {} attributes", listed.len()));
        }
        Ok(())
    }
}
