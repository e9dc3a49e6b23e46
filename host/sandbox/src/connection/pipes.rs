//! The byte stream between supervisor and worker where there are no socket pairs: two pipes.
//! They pass no descriptors, so that workers open folders and code by path.

use std::fs::File;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use super::Arrival;

/// How much is read from a pipe at a time.
const READ_BYTES: usize = 64 * 1024;

/// How many blocks wait to be taken.
const WAITING_BLOCKS: usize = 4;

/// One end.
#[derive(Debug)]
pub(crate) enum Connection {
    /// The supervisor's end, before there is a worker.
    Unused,
    /// The supervisor's end: a thread reads, so that waiting can end.
    Supervisor { input: ChildStdin, output: Receiver<Vec<u8>>, rest: Vec<u8> },
    /// The worker's end: its standard streams.
    Worker,
}

impl Connection {
    /// Two ends; the worker's is made with its process.
    pub(crate) fn pair() -> io::Result<(Self, ())> {
        Ok((Self::Unused, ()))
    }

    /// Lets a process that is about to start have its end.
    pub(crate) fn give_to(command: &mut Command, (): ()) {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
    }

    /// Takes the supervisor's end of a process that has started.
    pub(crate) fn after_spawn(self, child: &mut Child) -> io::Result<Self> {
        let (Some(input), Some(mut stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("the worker has no pipes"));
        };
        let (sender, output) = sync_channel(WAITING_BLOCKS);
        std::thread::Builder::new().spawn(move || forward(&mut stdout, &sender))?;
        Ok(Self::Supervisor { input, output, rest: Vec::new() })
    }

    /// The worker's end.
    pub(crate) fn of_worker() -> io::Result<Self> {
        Ok(Self::Worker)
    }

    /// A second handle on the same end; workers have one.
    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        match self {
            Self::Worker => Ok(Self::Worker),
            _ => Err(io::Error::other("only a worker's end can be cloned")),
        }
    }

    /// Writes everything, waiting while the other end is slow.
    pub(crate) fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Unused => Err(io::ErrorKind::NotConnected.into()),
            Self::Supervisor { input, .. } => input.write_all(bytes),
            Self::Worker => {
                let mut output = io::stdout().lock();
                output.write_all(bytes)?;
                output.flush()
            }
        }
    }

    /// Writes everything. The files stay here.
    pub(crate) fn write_all_with_files(
        &mut self,
        bytes: &[u8],
        _files: &[&File],
    ) -> io::Result<()> {
        self.write_all(bytes)
    }

    /// Reads what there is; no files come with it.
    pub(crate) fn read_with_files(
        &mut self,
        block: &mut [u8],
        _files: &mut Vec<File>,
    ) -> io::Result<usize> {
        io::stdin().lock().read(block)
    }

    /// Waits at most this long for bytes, and reads them.
    pub(crate) fn read_within(&mut self, block: &mut [u8], time: Duration) -> io::Result<Arrival> {
        let Self::Supervisor { output, rest, .. } = self else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        if rest.is_empty() {
            match output.recv_timeout(time) {
                Ok(bytes) => *rest = bytes,
                Err(RecvTimeoutError::Timeout) => return Ok(Arrival::Nothing),
                Err(RecvTimeoutError::Disconnected) => return Ok(Arrival::Closed),
            }
        }
        let taken = rest.len().min(block.len());
        block[..taken].copy_from_slice(&rest[..taken]);
        rest.drain(..taken);
        Ok(Arrival::Bytes(taken))
    }
}

/// Reads until the worker ends, or nobody listens any more.
fn forward(stdout: &mut impl Read, sender: &SyncSender<Vec<u8>>) {
    let mut block = vec![0; READ_BYTES];
    while let Ok(read) = stdout.read(&mut block) {
        if read == 0 || sender.send(block[..read].to_vec()).is_err() {
            return;
        }
    }
}
