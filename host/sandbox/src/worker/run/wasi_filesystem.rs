//! `wasi:filesystem/types` for components: the engine's, with what a call does to the disk
//! counted before it does it, and with streams that need no threads.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use wasmtime::component::{HasData, Resource};
use wasmtime_wasi::filesystem::{Descriptor, File, WasiFilesystemCtxView};
use wasmtime_wasi::p2::bindings::clocks::wall_clock::Datetime;
use wasmtime_wasi::p2::bindings::filesystem::preopens;
use wasmtime_wasi::p2::bindings::filesystem::types::{
    self, ErrorCode, Host, HostDescriptor, HostDirectoryEntryStream,
};
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream, FsError, FsResult};

use super::disk::{Disk, link_stays_inside};
use super::refusals::Refusals;
use super::stop::LimitReached;
use super::streams::{FileReader, FileWriter};
use super::uses::Uses;

type Fd = Resource<types::Descriptor>;
type Entries = Resource<types::DirectoryEntryStream>;

/// What is counted for a component.
pub(super) struct Counts {
    pub(super) disk: Arc<Disk>,
    pub(super) refusals: Refusals,
    /// The descriptors that the hook opened, and how deep they lead below their root.
    pub(super) opened: HashMap<u32, u64>,
    pub(super) uses: Uses,
    /// What the times of files are shown as, when not as they are.
    pub(super) file_time: Option<Duration>,
}

/// The engine's view, and the counts.
pub(super) struct Counted<'a> {
    pub(super) inner: WasiFilesystemCtxView<'a>,
    pub(super) counts: &'a mut Counts,
}

/// Names [`Counted`] for the engine.
pub(super) struct CountedFilesystem;

impl HasData for CountedFilesystem {
    type Data<'a> = Counted<'a>;
}

impl Counted<'_> {
    /// Checks how deep a path leads, and reports the use of its folder.
    fn check(&mut self, folder: &Fd, path: &str) -> FsResult<u64> {
        self.counts.uses.handle(folder.rep());
        let depth = self.counts.opened.get(&folder.rep()).copied().unwrap_or(0);
        self.counts.disk.depth(depth, path).map_err(trap)
    }

    /// What a hook is told of a file.
    fn shown(&self, mut stat: types::DescriptorStat) -> types::DescriptorStat {
        if let Some(time) = self.counts.file_time {
            let time = Datetime { seconds: time.as_secs(), nanoseconds: time.subsec_nanos() };
            stat.data_access_timestamp = Some(time);
            stat.data_modification_timestamp = Some(time);
            stat.status_change_timestamp = Some(time);
        }
        stat
    }

    fn file(&self, fd: &Fd) -> FsResult<File> {
        match self.inner.table.get(fd)? {
            Descriptor::File(file) => Ok(file.clone()),
            Descriptor::Dir(_) => Err(ErrorCode::IsDirectory.into()),
        }
    }

    /// The file, for writing. A folder is no descriptor for that.
    fn writable(&self, fd: &Fd) -> FsResult<File> {
        let file = match self.inner.table.get(fd)? {
            Descriptor::File(file) => file.clone(),
            Descriptor::Dir(_) => return Err(ErrorCode::BadDescriptor.into()),
        };
        if file.perms.write_not_permitted() {
            return Err(ErrorCode::NotPermitted.into());
        }
        Ok(file)
    }

    /// Counts the hole that writing at this position would leave in a file.
    fn reach(&self, file: &File, position: u64) -> FsResult<()> {
        self.counts.disk.grow(file.file.metadata()?.len(), position).map_err(trap)
    }

    /// Counts a creation, and takes it back when it comes to nothing.
    async fn creating<T>(
        &mut self,
        create: impl AsyncFnOnce(&mut WasiFilesystemCtxView<'_>) -> FsResult<T>,
    ) -> FsResult<T> {
        self.counts.disk.create().map_err(trap)?;
        let created = create(&mut self.inner).await;
        if created.is_err() {
            self.counts.disk.uncreate();
        }
        created
    }
}

/// Ends the hook at a limit.
fn trap(limit: LimitReached) -> FsError {
    FsError::trap(limit)
}

/// Calls that are handed on as they are, after their path was checked when they have one.
macro_rules! hand_on {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(async fn $name(&mut self, fd: Fd, $($argument: $type),*) -> $result {
            self.counts.uses.handle(fd.rep());
            self.inner.$name(fd, $($argument),*).await
        })*
    };
    ($(at $name:ident($($before:ident: $before_type:ty)?; $($after:ident: $after_type:ty),*)
        -> $result:ty;)*) => {
        $(async fn $name(
            &mut self,
            fd: Fd,
            $($before: $before_type,)?
            path: String,
            $($after: $after_type),*
        ) -> $result {
            self.check(&fd, &path)?;
            self.inner.$name(fd, $($before,)? path, $($after),*).await
        })*
    };
}

impl preopens::Host for Counted<'_> {
    fn get_directories(&mut self) -> wasmtime::Result<Vec<(Fd, String)>> {
        let folders = preopens::Host::get_directories(&mut self.inner)?;
        for (index, (fd, _)) in folders.iter().enumerate() {
            self.counts.uses.folder_is(fd.rep(), index);
        }
        Ok(folders)
    }
}

impl Host for Counted<'_> {
    fn convert_error_code(&mut self, error: FsError) -> wasmtime::Result<ErrorCode> {
        self.inner.convert_error_code(error)
    }

    fn filesystem_error_code(
        &mut self,
        error: Resource<wasmtime::Error>,
    ) -> wasmtime::Result<Option<ErrorCode>> {
        self.inner.filesystem_error_code(error)
    }
}

impl HostDescriptor for Counted<'_> {
    hand_on! {
        advise(offset: types::Filesize, length: types::Filesize, advice: types::Advice)
            -> FsResult<()>;
        sync_data() -> FsResult<()>;
        get_flags() -> FsResult<types::DescriptorFlags>;
        get_type() -> FsResult<types::DescriptorType>;
        set_times(accessed: types::NewTimestamp, modified: types::NewTimestamp) -> FsResult<()>;
        read(length: types::Filesize, offset: types::Filesize) -> FsResult<(Vec<u8>, bool)>;
        read_directory() -> FsResult<Entries>;
        sync() -> FsResult<()>;
        is_same_object(other: Fd) -> wasmtime::Result<bool>;
        metadata_hash() -> FsResult<types::MetadataHashValue>;
    }

    hand_on! {
        at set_times_at(
            flags: types::PathFlags; accessed: types::NewTimestamp,
            modified: types::NewTimestamp
        ) -> FsResult<()>;
        at readlink_at(;) -> FsResult<String>;
        at remove_directory_at(;) -> FsResult<()>;
        at unlink_file_at(;) -> FsResult<()>;
        at metadata_hash_at(flags: types::PathFlags;) -> FsResult<types::MetadataHashValue>;
    }

    async fn stat(&mut self, fd: Fd) -> FsResult<types::DescriptorStat> {
        self.counts.uses.handle(fd.rep());
        let stat = self.inner.stat(fd).await?;
        Ok(self.shown(stat))
    }

    async fn stat_at(
        &mut self,
        fd: Fd,
        flags: types::PathFlags,
        path: String,
    ) -> FsResult<types::DescriptorStat> {
        self.check(&fd, &path)?;
        let stat = self.inner.stat_at(fd, flags, path).await?;
        Ok(self.shown(stat))
    }

    async fn set_size(&mut self, fd: Fd, size: types::Filesize) -> FsResult<()> {
        let file = self.writable(&fd)?;
        self.reach(&file, size)?;
        self.inner.set_size(fd, size).await
    }

    async fn write(
        &mut self,
        fd: Fd,
        bytes: Vec<u8>,
        offset: types::Filesize,
    ) -> FsResult<types::Filesize> {
        let file = self.writable(&fd)?;
        self.reach(&file, offset)?;
        let length = bytes.len() as u64;
        self.counts.disk.write(length).map_err(trap)?;
        let written = self.inner.write(fd, bytes, offset).await;
        let kept = written.as_ref().copied().unwrap_or(0);
        self.counts.disk.unwrite(length.saturating_sub(kept));
        written
    }

    async fn create_directory_at(&mut self, fd: Fd, path: String) -> FsResult<()> {
        self.check(&fd, &path)?;
        self.creating(async |inner| inner.create_directory_at(fd, path).await).await
    }

    async fn link_at(
        &mut self,
        fd: Fd,
        flags: types::PathFlags,
        old: String,
        new_folder: Fd,
        new: String,
    ) -> FsResult<()> {
        self.check(&fd, &old)?;
        self.check(&new_folder, &new)?;
        self.creating(async |inner| inner.link_at(fd, flags, old, new_folder, new).await).await
    }

    async fn symlink_at(&mut self, fd: Fd, target: String, path: String) -> FsResult<()> {
        self.check(&fd, &path)?;
        let depth = self.counts.opened.get(&fd.rep()).copied().unwrap_or(0);
        if !link_stays_inside(depth, &path, &target) {
            self.counts.refusals.report_link(&path, &target);
            return Err(ErrorCode::NotPermitted.into());
        }
        self.creating(async |inner| inner.symlink_at(fd, target, path).await).await
    }

    async fn rename_at(
        &mut self,
        fd: Fd,
        old: String,
        new_folder: Fd,
        new: String,
    ) -> FsResult<()> {
        self.check(&fd, &old)?;
        self.check(&new_folder, &new)?;
        self.inner.rename_at(fd, old, new_folder, new).await
    }

    async fn open_at(
        &mut self,
        fd: Fd,
        path_flags: types::PathFlags,
        path: String,
        how: types::OpenFlags,
        flags: types::DescriptorFlags,
    ) -> FsResult<Fd> {
        let depth = self.check(&fd, &path)?;
        let folder = Resource::new_borrow(fd.rep());
        let creates = how.contains(types::OpenFlags::CREATE)
            && self.inner.stat_at(folder, path_flags, path.clone()).await.is_err();
        if creates {
            self.counts.disk.create().map_err(trap)?;
        }
        self.counts.disk.open().map_err(trap)?;
        let opened = self.inner.open_at(fd, path_flags, path, how, flags).await;
        match &opened {
            Ok(opened) => {
                self.counts.opened.insert(opened.rep(), depth);
            }
            Err(_) => {
                self.counts.disk.close();
                if creates {
                    self.counts.disk.uncreate();
                }
            }
        }
        opened
    }

    fn drop(&mut self, fd: Fd) -> wasmtime::Result<()> {
        self.counts.uses.handle_closed(fd.rep());
        if self.counts.opened.remove(&fd.rep()).is_some() {
            self.counts.disk.close();
        }
        HostDescriptor::drop(&mut self.inner, fd)
    }

    fn read_via_stream(
        &mut self,
        fd: Fd,
        offset: types::Filesize,
    ) -> FsResult<Resource<DynInputStream>> {
        let file = self.file(&fd)?;
        let reader: DynInputStream = Box::new(FileReader::new(file.file, offset));
        Ok(self.inner.table.push(reader)?)
    }

    fn write_via_stream(
        &mut self,
        fd: Fd,
        offset: types::Filesize,
    ) -> FsResult<Resource<DynOutputStream>> {
        let file = self.writable(&fd)?;
        self.reach(&file, offset)?;
        let disk = self.counts.disk.clone();
        let writer: DynOutputStream = Box::new(FileWriter::new(file.file, Some(offset), disk));
        Ok(self.inner.table.push(writer)?)
    }

    fn append_via_stream(&mut self, fd: Fd) -> FsResult<Resource<DynOutputStream>> {
        let file = self.writable(&fd)?;
        let disk = self.counts.disk.clone();
        let writer: DynOutputStream = Box::new(FileWriter::new(file.file, None, disk));
        Ok(self.inner.table.push(writer)?)
    }
}

impl HostDirectoryEntryStream for Counted<'_> {
    async fn read_directory_entry(
        &mut self,
        stream: Entries,
    ) -> FsResult<Option<types::DirectoryEntry>> {
        self.inner.read_directory_entry(stream).await
    }

    fn drop(&mut self, stream: Entries) -> wasmtime::Result<()> {
        HostDirectoryEntryStream::drop(&mut self.inner, stream)
    }
}
