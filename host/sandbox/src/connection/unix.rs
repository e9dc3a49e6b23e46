//! The byte stream between supervisor and worker on Unix: a socket pair that can pass
//! descriptors.

use std::fs::File;
use std::io::{self, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

use super::Arrival;

/// The most descriptors that come with a message: code, enclosure, and further folders.
pub(crate) const MAX_FILES: usize = 34;

/// How long a worker may leave a message of the supervisor's untaken. Workers read at once; one
/// that does not is broken, and must not hold up its supervisor.
const MAX_WRITE_TIME: Duration = Duration::from_secs(30);

/// No signal when the other end is gone; macOS has no such flag, and Rust programs ignore the
/// signal anyway.
#[cfg(not(target_vendor = "apple"))]
const SEND_FLAGS: SendFlags = SendFlags::NOSIGNAL;
#[cfg(target_vendor = "apple")]
const SEND_FLAGS: SendFlags = SendFlags::empty();

/// Descriptors that arrive are not for programs that the process starts; workers start none.
#[cfg(not(target_vendor = "apple"))]
const RECEIVE_FLAGS: RecvFlags = RecvFlags::CMSG_CLOEXEC;
#[cfg(target_vendor = "apple")]
const RECEIVE_FLAGS: RecvFlags = RecvFlags::empty();

/// One end.
#[derive(Debug)]
pub(crate) struct Connection(UnixStream);

impl Connection {
    /// Two ends: the supervisor's, and what becomes standard input of the worker.
    pub(crate) fn pair() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = UnixStream::pair()?;
        ours.set_write_timeout(Some(MAX_WRITE_TIME))?;
        Ok((Self(ours), theirs.into()))
    }

    /// Hands the worker's end to a process that is about to start.
    pub(crate) fn give_to(command: &mut Command, theirs: OwnedFd) {
        command.stdin(theirs).stdout(Stdio::null());
    }

    /// Nothing is left to do when the process has started.
    pub(crate) fn after_spawn(self, _child: &mut Child) -> io::Result<Self> {
        Ok(self)
    }

    /// The worker's end: its standard input.
    pub(crate) fn of_worker() -> io::Result<Self> {
        Ok(Self(UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?)))
    }

    /// A second handle on the same end.
    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        self.0.try_clone().map(Self)
    }

    /// Writes everything, waiting while the other end is slow.
    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    /// Writes everything; the descriptors go with the first bytes. Gives up on an end that takes it
    /// too slowly.
    pub(crate) fn write_all_with_files(&mut self, bytes: &[u8], files: &[&File]) -> io::Result<()> {
        let descriptors: Vec<BorrowedFd<'_>> = files.iter().map(|file| file.as_fd()).collect();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FILES))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !descriptors.is_empty() && !control.push(SendAncillaryMessage::ScmRights(&descriptors)) {
            return Err(io::Error::other("too many folders for one hook"));
        }
        let sent = sendmsg(&self.0, &[IoSlice::new(bytes)], &mut control, SEND_FLAGS)?;
        let deadline = Instant::now() + MAX_WRITE_TIME;
        let mut rest = &bytes[sent..];
        while !rest.is_empty() {
            match self.0.write(rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if !rest.is_empty() && Instant::now() >= deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        Ok(())
    }

    /// Reads what there is, and the descriptors that come with it.
    pub(crate) fn read_with_files(
        &mut self,
        block: &mut [u8],
        files: &mut Vec<File>,
    ) -> io::Result<usize> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(MAX_FILES))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received = loop {
            match recvmsg(&self.0, &mut [IoSliceMut::new(block)], &mut control, RECEIVE_FLAGS) {
                Err(rustix::io::Errno::INTR) => {}
                other => break other?,
            }
        };
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                files.extend(descriptors.map(File::from));
            }
        }
        Ok(received.bytes)
    }

    /// Waits at most this long for bytes, and reads them.
    pub(crate) fn read_within(&mut self, block: &mut [u8], time: Duration) -> io::Result<Arrival> {
        let timeout = Timespec {
            tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: time.subsec_nanos().into(),
        };
        match poll(&mut [PollFd::new(&self.0, PollFlags::IN)], Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => return Ok(Arrival::Nothing),
            Ok(_) => {}
            Err(error) => return Err(error.into()),
        }
        match self.0.read(block) {
            Ok(0) => Ok(Arrival::Closed),
            Ok(read) => Ok(Arrival::Bytes(read)),
            // A worker that died with unread messages.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => Ok(Arrival::Closed),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(Arrival::Nothing),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A worker that hands descriptors to its supervisor could use up all that it may have, or make it
    /// hold what it should let go.
    #[test]
    fn descriptors_that_a_worker_sends_are_dropped() {
        let (mut supervisor, worker) = Connection::pair().unwrap();
        let mut worker = Connection(UnixStream::from(worker));
        let (mut reading, writing) = UnixStream::pair().unwrap();
        let writing = File::from(OwnedFd::from(writing));
        worker.write_all_with_files(b"x", &[&writing]).unwrap();
        drop(writing);
        let time = Duration::from_secs(60);
        assert_eq!(supervisor.read_within(&mut [0; 10], time).unwrap(), Arrival::Bytes(1));
        // Nobody holds the other end any more, or this would wait.
        reading.set_read_timeout(Some(time)).unwrap();
        assert_eq!(reading.read(&mut [0; 1]).unwrap(), 0);
    }
}
