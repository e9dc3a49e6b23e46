//! What a transformation says about itself, entry by entry.

use cofferdam_xml::Position;

use super::failure::Failure;

/// Which of the two files an entry points into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// The file that is being changed.
    Source,
    /// The file with the transforms.
    Transform,
}

/// A place in one of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which file.
    pub file: File,
    /// Where in it.
    pub position: Position,
}

/// How much a message matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Every step.
    Verbose,
    /// What somebody may want to know.
    Normal,
}

/// One entry of the log of a transformation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A transform begins; what follows belongs to it.
    Begin(String),
    /// The transform ended.
    End(String),
    /// A message.
    Message(Detail, String),
    /// A warning, and where it points to.
    Warning(Option<Place>, String),
    /// An error, and where it points to.
    Error(Option<Place>, Failure),
}

/// Receives the entries, and remembers whether any was an error.
pub(super) struct Journal<'a> {
    receive: &'a mut dyn FnMut(Entry),
    pub(super) has_errors: bool,
    /// `SupressWarnings` is on: warnings become messages.
    pub(super) suppress_warnings: bool,
}

impl<'a> Journal<'a> {
    pub(super) fn new(receive: &'a mut dyn FnMut(Entry)) -> Self {
        Self { receive, has_errors: false, suppress_warnings: false }
    }

    pub(super) fn begin(&mut self, text: String) {
        (self.receive)(Entry::Begin(text));
    }

    pub(super) fn end(&mut self, text: String) {
        (self.receive)(Entry::End(text));
    }

    pub(super) fn verbose(&mut self, text: String) {
        (self.receive)(Entry::Message(Detail::Verbose, text));
    }

    pub(super) fn normal(&mut self, text: String) {
        (self.receive)(Entry::Message(Detail::Normal, text));
    }

    pub(super) fn warning(&mut self, place: Option<Place>, text: String) {
        if self.suppress_warnings {
            self.normal(text);
        } else {
            (self.receive)(Entry::Warning(place, text));
        }
    }

    pub(super) fn error(&mut self, place: Option<Place>, failure: Failure) {
        self.has_errors = true;
        (self.receive)(Entry::Error(place, failure));
    }
}
