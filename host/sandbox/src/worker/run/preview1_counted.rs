//! Preview 1 with counters: what the counting calls keep, and how they count.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use wasmtime_wasi::p1::WasiP1Ctx;
use wasmtime_wasi::p1::types::{self, Errno};
use wasmtime_wasi::p1::wasi_snapshot_preview1::WasiSnapshotPreview1 as Calls;
use wiggle::{GuestMemory, GuestPtr};

use super::disk::Disk;
use super::refusals::Refusals;
use super::stop::LimitReached;
use super::uses::Uses;
use crate::worker::channel::Outbox;

/// The longest path, in bytes; Linux takes a sixteenth of it.
const MAX_PATH_BYTES: u32 = 64 * 1024;

/// The descriptor of the first folder of the start; the others follow.
const FIRST_FOLDER: u32 = 3;

pub(super) type Result<T> = std::result::Result<T, types::Error>;

/// Preview 1 with counters.
pub(super) struct CountedPreview1 {
    pub(super) inner: WasiP1Ctx,
    pub(super) disk: Arc<Disk>,
    pub(super) refusals: Refusals,
    /// The descriptors that the hook opened, and how deep they lead below their root.
    pub(super) opened: HashMap<u32, u64>,
    pub(super) uses: Uses,
    /// What the times of files are shown as, in nanoseconds since 1970, when not as they are.
    file_time: Option<u64>,
}

/// What a hook starts with.
pub(super) struct Start {
    /// How many folders it sees.
    pub(super) folders: usize,
    /// What the times of files are shown as, when not as they are.
    pub(super) file_time: Option<Duration>,
}

impl CountedPreview1 {
    /// Counts what happens to `inner`.
    pub(super) fn new(inner: WasiP1Ctx, start: &Start, disk: Arc<Disk>, outbox: Outbox) -> Self {
        let mut uses = Uses::new(outbox.clone());
        for (index, fd) in (FIRST_FOLDER..).take(start.folders).enumerate() {
            uses.folder_is(fd, index);
        }
        let file_time =
            start.file_time.map(|time| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX));
        let (refusals, opened) = (Refusals::new(outbox), HashMap::new());
        Self { inner, disk, refusals, opened, uses, file_time }
    }

    /// What a hook is told of a file.
    pub(super) fn shown(&self, mut stat: types::Filestat) -> types::Filestat {
        if let Some(time) = self.file_time {
            (stat.atim, stat.mtim, stat.ctim) = (time, time, time);
        }
        stat
    }

    /// How deep a descriptor leads. The folders of the start are at the root.
    pub(super) fn depth_of(&self, fd: types::Fd) -> u64 {
        self.opened.get(&fd.into()).copied().unwrap_or(0)
    }

    pub(super) fn is_opened(&self, fd: types::Fd) -> bool {
        self.opened.contains_key(&fd.into())
    }

    /// Reads a path, checks how deep it leads, and reports the use of its folder.
    pub(super) fn path(
        &mut self,
        memory: &GuestMemory<'_>,
        folder: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<(String, u64)> {
        let path = text(memory, path)?;
        self.uses.handle(folder.into());
        let depth = self.disk.depth(self.depth_of(folder), &path).map_err(trap)?;
        Ok((path, depth))
    }

    /// Counts a creation, and takes it back when it comes to nothing.
    pub(super) async fn creating<T>(
        &mut self,
        create: impl AsyncFnOnce(&mut WasiP1Ctx) -> Result<T>,
    ) -> Result<T> {
        self.disk.create().map_err(trap)?;
        let created = create(&mut self.inner).await;
        if created.is_err() {
            self.disk.uncreate();
        }
        created
    }

    /// Counts the hole that writing at this position would leave in a file.
    pub(super) async fn reach(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        position: u64,
    ) -> Result<()> {
        let size = self.inner.fd_filestat_get(memory, fd).await?.size;
        self.disk.grow(size, position).map_err(trap)
    }

    /// How many bytes a write is about to write: the engine writes the first buffer that is not
    /// empty, and no other.
    pub(super) fn first_buffer(
        memory: &GuestMemory<'_>,
        buffers: types::CiovecArray,
    ) -> Result<u64> {
        for buffer in buffers.iter() {
            let buffer = memory.read(buffer?)?;
            if buffer.buf_len > 0 {
                return Ok(buffer.buf_len.into());
            }
        }
        Ok(0)
    }

    /// Counts a write, and takes back what was not written.
    pub(super) fn settle(&self, counted: u64, written: &Result<types::Size>) {
        let written = written.as_ref().map_or(0, |written| u64::from(*written));
        self.disk.unwrite(counted.saturating_sub(written));
    }

    pub(super) fn closed(&mut self, fd: types::Fd) {
        self.uses.handle_closed(fd.into());
        if self.opened.remove(&fd.into()).is_some() {
            self.disk.close();
        }
    }

    /// Answers a poll that waits for files too: files are always ready. The engine would ask a
    /// thread, and there are none.
    pub(super) fn poll_files(
        &self,
        memory: &mut GuestMemory<'_>,
        subscriptions: GuestPtr<types::Subscription>,
        events: GuestPtr<types::Event>,
        count: types::Size,
    ) -> Result<types::Size> {
        let mut ready = 0;
        for subscription in subscriptions.as_array(count).iter() {
            let subscription = memory.read(subscription?)?;
            let (fd, type_) = match subscription.u {
                types::SubscriptionU::FdRead(on) => (on.file_descriptor, types::Eventtype::FdRead),
                types::SubscriptionU::FdWrite(on) => {
                    (on.file_descriptor, types::Eventtype::FdWrite)
                }
                types::SubscriptionU::Clock(_) => continue,
            };
            if self.is_opened(fd) {
                let event = types::Event {
                    userdata: subscription.userdata,
                    error: Errno::Success,
                    type_,
                    fd_readwrite: types::EventFdReadwrite {
                        flags: types::Eventrwflags::empty(),
                        nbytes: 1,
                    },
                };
                memory.write(events.add(ready)?, event)?;
                ready += 1;
            }
        }
        Ok(ready)
    }
}

/// Ends the hook at a limit.
pub(super) fn trap(limit: LimitReached) -> types::Error {
    types::Error::trap(limit.into())
}

/// A path; one that no operating system would take is not even copied.
pub(super) fn text(memory: &GuestMemory<'_>, path: GuestPtr<str>) -> Result<String> {
    if path.len() > MAX_PATH_BYTES {
        return Err(Errno::Nametoolong.into());
    }
    Ok(memory.as_cow_str(path)?.into_owned())
}
