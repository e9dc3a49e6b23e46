//! Telling the supervisor what a hook used of its grant, each thing once.

use std::collections::{HashMap, HashSet};

use cofferdam_worker_protocol::FromWorker;

use crate::worker::channel::Outbox;

/// Reports the first use of the environment, and of each folder besides the enclosure.
pub(super) struct Uses {
    outbox: Outbox,
    told_environment: bool,
    told_folders: HashSet<u32>,
    /// The handles that are folders of the start, and which of them.
    folders: HashMap<u32, u32>,
}

impl Uses {
    /// Nothing used yet.
    pub(super) fn new(outbox: Outbox) -> Self {
        Self {
            outbox,
            told_environment: false,
            told_folders: HashSet::new(),
            folders: HashMap::new(),
        }
    }

    /// The hook read its environment.
    pub(super) fn environment(&mut self) {
        if !std::mem::replace(&mut self.told_environment, true) {
            // A channel that broke ends the hook with its next call.
            let _ = self.outbox.send(&FromWorker::UsedEnvironment);
        }
    }

    /// This handle is the folder of this index; the enclosure's is 0.
    pub(super) fn folder_is(&mut self, handle: u32, index: usize) {
        if let Ok(index @ 1..) = u32::try_from(index) {
            self.folders.insert(handle, index);
        }
    }

    /// The hook did something with this handle. What it opens below a folder needs no look: it was
    /// opened through the folder's handle.
    pub(super) fn handle(&mut self, handle: u32) {
        if let Some(index) = self.folders.get(&handle)
            && self.told_folders.insert(*index)
        {
            let _ = self.outbox.send(&FromWorker::UsedFolder(*index));
        }
    }

    /// The handle has another number now.
    pub(super) fn handle_moved(&mut self, from: u32, to: u32) {
        self.handle_closed(to);
        if let Some(index) = self.folders.remove(&from) {
            self.folders.insert(to, index);
        }
    }

    /// The handle is no more.
    pub(super) fn handle_closed(&mut self, handle: u32) {
        self.folders.remove(&handle);
    }
}
