//! Evaluating paths: steps, node tests, document order.

use super::ast::{Axis, Expr, NameTest, NodeTest, Part, Start, Step};
use super::axes;
use super::error::EvaluateError;
use super::evaluate::{Evaluator, Focus, Items};
use super::value::{Item, NamespaceNode};
use crate::name::{Name, XML_NAMESPACE};
use crate::node::{NodeId, NodeKind};

/// A node test with its prefixes looked up.
enum Test<'a> {
    Name { kind: NodeKind, namespace: Option<&'a str>, local: Option<&'a str> },
    Kind(NodeKind),
    Any,
    Text,
    ProcessingInstruction(Option<&'a str>),
}

impl<'a> Evaluator<'a> {
    pub(super) fn path(&mut self, start: &'a Start, steps: &'a [Step], focus: Focus<'_>) -> Items {
        let mut items = match start {
            Start::Context => vec![focus.item.clone()],
            Start::Root => vec![Item::Node(self.document.root())],
            Start::Expr(start) => self.eval(start, focus)?,
        };
        for (at, step) in steps.iter().enumerate() {
            items = match step {
                Step::Axis { axis, test, predicates } => {
                    self.axis_step(&items, *axis, test, predicates)?
                }
                Step::Expr(expression) => {
                    self.expression_step(&items, expression, at + 1 == steps.len())?
                }
            };
        }
        Ok(items)
    }

    fn axis_step(
        &mut self,
        from: &[Item],
        axis: Axis,
        test: &'a NodeTest,
        predicates: &'a [Expr],
    ) -> Items {
        let test = self.resolve(axis, test)?;
        let mut out = Vec::new();
        for item in from {
            let start = out.len();
            match item {
                Item::Node(node) if axis == Axis::Namespace => {
                    self.namespace_nodes(*node, &test, &mut out)?;
                }
                Item::Node(node) => self.walk(axis, *node, &test, &mut out)?,
                Item::Namespace(namespace) => {
                    self.walk_from_namespace(axis, namespace, &test, &mut out)?;
                }
                _ => {
                    return Err(EvaluateError::Type {
                        what: "a step from something else than a node",
                    });
                }
            }
            if !predicates.is_empty() {
                let mut found = out.split_off(start);
                for predicate in predicates {
                    found = self.filter(found, predicate)?;
                }
                out.extend(found);
            }
        }
        let backwards = matches!(
            axis,
            Axis::Ancestor | Axis::AncestorOrSelf | Axis::Preceding | Axis::PrecedingSibling
        );
        if from.len() > 1 || backwards {
            self.charge(out.len())?;
            self.sort(&mut out);
        }
        Ok(out)
    }

    /// A step that is an expression: evaluated for each item; nodes are put in order.
    fn expression_step(&mut self, from: &[Item], expression: &'a Expr, last: bool) -> Items {
        let mut out = Vec::new();
        for (at, item) in from.iter().enumerate() {
            if !item.is_node() {
                return Err(EvaluateError::Type { what: "a step from something else than a node" });
            }
            out.extend(self.eval(expression, Focus { item, position: at + 1, size: from.len() })?);
            self.charge(1)?;
        }
        let nodes = out.iter().filter(|item| item.is_node()).count();
        if nodes == out.len() {
            self.sort(&mut out);
        } else if nodes > 0 || !last {
            return Err(EvaluateError::Type { what: "a step to something else than nodes" });
        }
        Ok(out)
    }

    fn walk(
        &mut self,
        axis: Axis,
        from: NodeId,
        test: &Test<'_>,
        out: &mut Vec<Item>,
    ) -> Result<(), EvaluateError> {
        let document = self.document;
        axes::walk(document, axis, from, |node| {
            self.charge(1)?;
            let matches = match test {
                Test::Any => true,
                Test::Kind(kind) => document.kind(node) == *kind,
                Test::Text => super::value::is_text(document, node),
                Test::Name { kind, namespace, local } => {
                    document.kind(node) == *kind
                        && document.name(node).is_some_and(|name| {
                            local.is_none_or(|local| *name.local == *local)
                                && namespace.is_none_or(|uri| *name.namespace == *uri)
                        })
                }
                Test::ProcessingInstruction(target) => {
                    document.kind(node) == NodeKind::ProcessingInstruction
                        && target.is_none_or(|target| {
                            document.name(node).is_some_and(|name| *name.local == *target)
                        })
                }
            };
            if matches {
                out.push(Item::Node(node));
            }
            Ok(())
        })
    }

    /// The namespace nodes of an element, `xml` included.
    fn namespace_nodes(
        &mut self,
        element: NodeId,
        test: &Test<'_>,
        out: &mut Vec<Item>,
    ) -> Result<(), EvaluateError> {
        if !self.document.is_element(element) {
            return Ok(());
        }
        let mut bindings = self.document.namespaces_in_scope(element);
        bindings.push(("xml".to_owned(), XML_NAMESPACE.to_owned()));
        bindings.sort();
        for (prefix, uri) in bindings {
            self.charge(1)?;
            let matches = match test {
                Test::Any => true,
                Test::Name { namespace, local, .. } => {
                    namespace.is_none_or(str::is_empty) && local.is_none_or(|local| local == prefix)
                }
                _ => false,
            };
            if matches {
                out.push(Item::Namespace(NamespaceNode { element, prefix, uri }));
            }
        }
        Ok(())
    }

    /// The few axes that lead anywhere from a namespace node.
    fn walk_from_namespace(
        &mut self,
        axis: Axis,
        from: &NamespaceNode,
        test: &Test<'_>,
        out: &mut Vec<Item>,
    ) -> Result<(), EvaluateError> {
        let itself = matches!(axis, Axis::Itself | Axis::AncestorOrSelf | Axis::DescendantOrSelf);
        if itself && matches!(test, Test::Any) {
            out.push(Item::Namespace(from.clone()));
        }
        match axis {
            Axis::Parent => self.walk(Axis::Itself, from.element, test, out),
            Axis::Ancestor | Axis::AncestorOrSelf => {
                self.walk(Axis::AncestorOrSelf, from.element, test, out)
            }
            _ => Ok(()),
        }
    }

    fn resolve(&self, axis: Axis, test: &'a NodeTest) -> Result<Test<'a>, EvaluateError> {
        let principal =
            if axis == Axis::Attribute { NodeKind::Attribute } else { NodeKind::Element };
        Ok(match test {
            NodeTest::Name(name) => self.resolve_name(principal, name)?,
            NodeTest::Element(Some(name)) => self.resolve_name(NodeKind::Element, name)?,
            NodeTest::Attribute(Some(name)) => self.resolve_name(NodeKind::Attribute, name)?,
            NodeTest::Element(None) => Test::Kind(NodeKind::Element),
            NodeTest::Attribute(None) => Test::Kind(NodeKind::Attribute),
            NodeTest::Document => Test::Kind(NodeKind::Document),
            NodeTest::Comment => Test::Kind(NodeKind::Comment),
            NodeTest::Any => Test::Any,
            NodeTest::Text => Test::Text,
            NodeTest::ProcessingInstruction(target) => {
                Test::ProcessingInstruction(target.as_deref())
            }
        })
    }

    fn resolve_name(&self, kind: NodeKind, test: &'a NameTest) -> Result<Test<'a>, EvaluateError> {
        let namespace = match &test.prefix {
            Part::Any => None,
            Part::Is(prefix) if prefix.is_empty() => Some(""),
            Part::Is(prefix) => Some(
                self.namespaces
                    .get(prefix)
                    .ok_or_else(|| EvaluateError::UnboundPrefix { prefix: prefix.clone() })?,
            ),
        };
        let local = match &test.local {
            Part::Any => None,
            Part::Is(local) => Some(local.as_str()),
        };
        Ok(Test::Name { kind, namespace, local })
    }

    /// The place of a node in the document; namespace nodes come right after their element.
    pub(super) fn order<'i>(&self, item: &'i Item) -> (u32, &'i str) {
        match item {
            Item::Node(node) => (self.document.document_order(*node), ""),
            // "\u{1}" stands for the default namespace, whose prefix is the empty one.
            Item::Namespace(namespace) => {
                let prefix = if namespace.prefix.is_empty() { "\u{1}" } else { &namespace.prefix };
                (self.document.document_order(namespace.element), prefix)
            }
            _ => (u32::MAX, ""),
        }
    }

    /// Puts nodes in document order, each once.
    pub(super) fn sort(&self, items: &mut Vec<Item>) {
        let sorted = items.is_sorted_by(|a, b| self.order(a) < self.order(b));
        if !sorted {
            items.sort_by(|a, b| self.order(a).cmp(&self.order(b)));
            items.dedup_by(|a, b| self.order(a) == self.order(b));
        }
    }

    /// The name of a node, of any kind that has one.
    pub(super) fn name_of(&self, item: &Item) -> Option<Name> {
        match item {
            Item::Node(node) => {
                let named = matches!(
                    self.document.kind(*node),
                    NodeKind::Element | NodeKind::Attribute | NodeKind::ProcessingInstruction
                );
                self.document.name(*node).filter(|_| named).cloned()
            }
            Item::Namespace(namespace) => Some(Name::local(&namespace.prefix)),
            _ => None,
        }
    }
}
