//! The calls of preview 1: the engine's, with what they do to the disk counted before they do it.

use wasmtime_wasi::p1::types::{self, Errno};
use wasmtime_wasi::p1::wasi_snapshot_preview1::WasiSnapshotPreview1 as Calls;
use wiggle::{GuestMemory, GuestPtr};

use super::disk::link_stays_inside;
use super::preview1_counted::{CountedPreview1, Result, text, trap};

/// Calls that are handed on as they are.
macro_rules! hand_on {
    ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        $(fn $name(&mut self, memory: &mut GuestMemory<'_>, $($argument: $type),*) -> $result {
            self.inner.$name(memory, $($argument),*)
        })*
    };
    // What works on a descriptor may be the use of a folder.
    ($(async $name:ident($fd:ident: $fd_type:ty $(, $argument:ident: $type:ty)*)
        -> $result:ty;)*) => {
        $(async fn $name(
            &mut self,
            memory: &mut GuestMemory<'_>,
            $fd: $fd_type
            $(, $argument: $type)*
        ) -> $result {
            self.uses.handle($fd.into());
            self.inner.$name(memory, $fd $(, $argument)*).await
        })*
    };
}

impl Calls for CountedPreview1 {
    fn set_hostcall_fuel(&mut self, fuel: usize) {
        self.inner.set_hostcall_fuel(fuel);
    }

    hand_on! {
        args_get(argv: GuestPtr<GuestPtr<u8>>, buffer: GuestPtr<u8>) -> Result<()>;
        args_sizes_get() -> Result<(types::Size, types::Size)>;
        environ_sizes_get() -> Result<(types::Size, types::Size)>;
        clock_res_get(id: types::Clockid) -> Result<types::Timestamp>;
        clock_time_get(id: types::Clockid, precision: types::Timestamp) -> Result<types::Timestamp>;
        fd_allocate(fd: types::Fd, offset: types::Filesize, length: types::Filesize) -> Result<()>;
        fd_fdstat_set_flags(fd: types::Fd, flags: types::Fdflags) -> Result<()>;
        fd_fdstat_set_rights(fd: types::Fd, base: types::Rights, inheriting: types::Rights)
            -> Result<()>;
        fd_prestat_get(fd: types::Fd) -> Result<types::Prestat>;
        fd_prestat_dir_name(fd: types::Fd, path: GuestPtr<u8>, length: types::Size) -> Result<()>;
        fd_tell(fd: types::Fd) -> Result<types::Filesize>;
        proc_exit(status: types::Exitcode) -> wasmtime::Error;
        proc_raise(signal: types::Signal) -> Result<()>;
        sched_yield() -> Result<()>;
        random_get(buffer: GuestPtr<u8>, length: types::Size) -> Result<()>;
        sock_accept(fd: types::Fd, flags: types::Fdflags) -> Result<types::Fd>;
        sock_recv(fd: types::Fd, data: types::IovecArray, flags: types::Riflags)
            -> Result<(types::Size, types::Roflags)>;
        sock_send(fd: types::Fd, data: types::CiovecArray, flags: types::Siflags)
            -> Result<types::Size>;
        sock_shutdown(fd: types::Fd, how: types::Sdflags) -> Result<()>;
    }

    hand_on! {
        async fd_advise(
            fd: types::Fd, offset: types::Filesize, length: types::Filesize, advice: types::Advice
        ) -> Result<()>;
        async fd_datasync(fd: types::Fd) -> Result<()>;
        async fd_fdstat_get(fd: types::Fd) -> Result<types::Fdstat>;
        async fd_filestat_set_times(
            fd: types::Fd, accessed: types::Timestamp, modified: types::Timestamp,
            flags: types::Fstflags
        ) -> Result<()>;
        async fd_read(fd: types::Fd, buffers: types::IovecArray) -> Result<types::Size>;
        async fd_pread(fd: types::Fd, buffers: types::IovecArray, offset: types::Filesize)
            -> Result<types::Size>;
        async fd_sync(fd: types::Fd) -> Result<()>;
        async fd_readdir(
            fd: types::Fd, buffer: GuestPtr<u8>, length: types::Size, cookie: types::Dircookie
        ) -> Result<types::Size>;
    }

    async fn fd_filestat_get(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
    ) -> Result<types::Filestat> {
        self.uses.handle(fd.into());
        let stat = self.inner.fd_filestat_get(memory, fd).await?;
        Ok(self.shown(stat))
    }

    fn environ_get(
        &mut self,
        memory: &mut GuestMemory<'_>,
        environ: GuestPtr<GuestPtr<u8>>,
        buffer: GuestPtr<u8>,
    ) -> Result<()> {
        self.uses.environment();
        self.inner.environ_get(memory, environ, buffer)
    }

    async fn fd_close(&mut self, memory: &mut GuestMemory<'_>, fd: types::Fd) -> Result<()> {
        self.inner.fd_close(memory, fd).await?;
        self.closed(fd);
        Ok(())
    }

    async fn fd_renumber(
        &mut self,
        memory: &mut GuestMemory<'_>,
        from: types::Fd,
        to: types::Fd,
    ) -> Result<()> {
        self.inner.fd_renumber(memory, from, to).await?;
        if u32::from(from) != u32::from(to) {
            self.closed(to);
            self.uses.handle_moved(from.into(), to.into());
            if let Some(depth) = self.opened.remove(&from.into()) {
                self.opened.insert(to.into(), depth);
            }
        }
        Ok(())
    }

    async fn fd_filestat_set_size(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        size: types::Filesize,
    ) -> Result<()> {
        self.reach(memory, fd, size).await?;
        self.inner.fd_filestat_set_size(memory, fd, size).await
    }

    async fn fd_write(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        buffers: types::CiovecArray,
    ) -> Result<types::Size> {
        if !self.is_opened(fd) {
            return self.inner.fd_write(memory, fd, buffers).await;
        }
        let length = Self::first_buffer(memory, buffers)?;
        self.disk.write(length).map_err(trap)?;
        let written = self.inner.fd_write(memory, fd, buffers).await;
        self.settle(length, &written);
        written
    }

    async fn fd_pwrite(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        buffers: types::CiovecArray,
        offset: types::Filesize,
    ) -> Result<types::Size> {
        if !self.is_opened(fd) {
            return self.inner.fd_pwrite(memory, fd, buffers, offset).await;
        }
        self.reach(memory, fd, offset).await?;
        let length = Self::first_buffer(memory, buffers)?;
        self.disk.write(length).map_err(trap)?;
        let written = self.inner.fd_pwrite(memory, fd, buffers, offset).await;
        self.settle(length, &written);
        written
    }

    async fn fd_seek(
        &mut self,
        memory: &mut GuestMemory<'_>,
        fd: types::Fd,
        offset: types::Filedelta,
        whence: types::Whence,
    ) -> Result<types::Filesize> {
        let position = self.inner.fd_seek(memory, fd, offset, whence).await?;
        // Counted here, because a write does not say where it is going to write.
        if self.is_opened(fd) {
            self.reach(memory, fd, position).await?;
        }
        Ok(position)
    }

    async fn path_open(
        &mut self,
        memory: &mut GuestMemory<'_>,
        folder: types::Fd,
        follow: types::Lookupflags,
        path: GuestPtr<str>,
        how: types::Oflags,
        rights: types::Rights,
        inheriting: types::Rights,
        flags: types::Fdflags,
    ) -> Result<types::Fd> {
        let (_, depth) = self.path(memory, folder, path)?;
        let creates = how.contains(types::Oflags::CREAT)
            && self.inner.path_filestat_get(memory, folder, follow, path).await.is_err();
        if creates {
            self.disk.create().map_err(trap)?;
        }
        self.disk.open().map_err(trap)?;
        let opened = self
            .inner
            .path_open(memory, folder, follow, path, how, rights, inheriting, flags)
            .await;
        match &opened {
            Ok(fd) => {
                self.opened.insert((*fd).into(), depth);
            }
            Err(_) => {
                self.disk.close();
                if creates {
                    self.disk.uncreate();
                }
            }
        }
        opened
    }

    async fn path_create_directory(
        &mut self,
        memory: &mut GuestMemory<'_>,
        folder: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        self.path(memory, folder, path)?;
        self.creating(async |inner| inner.path_create_directory(memory, folder, path).await).await
    }

    async fn path_link(
        &mut self,
        memory: &mut GuestMemory<'_>,
        old_folder: types::Fd,
        follow: types::Lookupflags,
        old: GuestPtr<str>,
        new_folder: types::Fd,
        new: GuestPtr<str>,
    ) -> Result<()> {
        self.path(memory, old_folder, old)?;
        self.path(memory, new_folder, new)?;
        self.creating(async |inner| {
            inner.path_link(memory, old_folder, follow, old, new_folder, new).await
        })
        .await
    }

    async fn path_symlink(
        &mut self,
        memory: &mut GuestMemory<'_>,
        target: GuestPtr<str>,
        folder: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        let (link, _) = self.path(memory, folder, path)?;
        let leads_to = text(memory, target)?;
        if !link_stays_inside(self.depth_of(folder), &link, &leads_to) {
            self.refusals.report_link(&link, &leads_to);
            return Err(Errno::Perm.into());
        }
        self.creating(async |inner| inner.path_symlink(memory, target, folder, path).await).await
    }

    async fn path_rename(
        &mut self,
        memory: &mut GuestMemory<'_>,
        old_folder: types::Fd,
        old: GuestPtr<str>,
        new_folder: types::Fd,
        new: GuestPtr<str>,
    ) -> Result<()> {
        self.path(memory, old_folder, old)?;
        self.path(memory, new_folder, new)?;
        self.inner.path_rename(memory, old_folder, old, new_folder, new).await
    }

    async fn path_filestat_get(
        &mut self,
        memory: &mut GuestMemory<'_>,
        folder: types::Fd,
        follow: types::Lookupflags,
        path: GuestPtr<str>,
    ) -> Result<types::Filestat> {
        self.path(memory, folder, path)?;
        let stat = self.inner.path_filestat_get(memory, folder, follow, path).await?;
        Ok(self.shown(stat))
    }

    async fn path_filestat_set_times(
        &mut self,
        memory: &mut GuestMemory<'_>,
        folder: types::Fd,
        follow: types::Lookupflags,
        path: GuestPtr<str>,
        accessed: types::Timestamp,
        modified: types::Timestamp,
        flags: types::Fstflags,
    ) -> Result<()> {
        self.path(memory, folder, path)?;
        self.inner
            .path_filestat_set_times(memory, folder, follow, path, accessed, modified, flags)
            .await
    }

    async fn path_readlink(
        &mut self,
        memory: &mut GuestMemory<'_>,
        folder: types::Fd,
        path: GuestPtr<str>,
        buffer: GuestPtr<u8>,
        length: types::Size,
    ) -> Result<types::Size> {
        self.path(memory, folder, path)?;
        self.inner.path_readlink(memory, folder, path, buffer, length).await
    }

    async fn path_remove_directory(
        &mut self,
        memory: &mut GuestMemory<'_>,
        folder: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        self.path(memory, folder, path)?;
        self.inner.path_remove_directory(memory, folder, path).await
    }

    async fn path_unlink_file(
        &mut self,
        memory: &mut GuestMemory<'_>,
        folder: types::Fd,
        path: GuestPtr<str>,
    ) -> Result<()> {
        self.path(memory, folder, path)?;
        self.inner.path_unlink_file(memory, folder, path).await
    }

    async fn poll_oneoff(
        &mut self,
        memory: &mut GuestMemory<'_>,
        subscriptions: GuestPtr<types::Subscription>,
        events: GuestPtr<types::Event>,
        count: types::Size,
    ) -> Result<types::Size> {
        match self.poll_files(memory, subscriptions, events, count)? {
            0 => self.inner.poll_oneoff(memory, subscriptions, events, count).await,
            ready => Ok(ready),
        }
    }
}
