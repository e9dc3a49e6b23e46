//! One worker process: started, talked to, ended.

use std::fs::File;
use std::io::{self, Read};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

use cofferdam_worker_protocol::{
    FrameBuffer, FrameError, FromWorker, MAX_FROM_WORKER_FRAME_BYTES, MAX_TO_WORKER_FRAME_BYTES,
    encode,
};
use serde::Serialize;

use super::exit::{Exit, wait};
use crate::SandboxSettings;
use crate::connection::{Arrival, Connection};
use crate::worker::WORKER_ARGUMENT;

/// How much is read from a worker at a time.
const READ_BYTES: usize = 64 * 1024;

/// The most that is kept of what a dying worker prints.
const MAX_LAST_WORDS_BYTES: u64 = 4096;

/// A running worker. Dropping it ends it.
pub(super) struct WorkerProcess {
    child: Child,
    connection: Connection,
    buffer: FrameBuffer,
    started: Instant,
    exit: Option<Exit>,
}

/// What came of waiting for a message.
pub(super) enum Received {
    /// A message.
    Message(FromWorker),
    /// None within the time.
    Nothing,
    /// The worker closed its end, as it does when it ends.
    Closed,
    /// The worker does not speak the protocol.
    Garbage(FrameError),
}

impl WorkerProcess {
    /// Starts a worker.
    pub(super) fn start(settings: &SandboxSettings) -> io::Result<Self> {
        let (connection, theirs) = Connection::pair()?;
        let program = settings.worker_program.clone().map_or_else(own_program, Ok)?;
        let mut command = Command::new(program);
        command.arg(WORKER_ARGUMENT).env_clear().stderr(Stdio::piped());
        #[cfg(feature = "test-switches")]
        if settings.test_switches.without_closing {
            command.arg(crate::worker::KEEP_DESCRIPTORS_ARGUMENT);
        }
        Connection::give_to(&mut command, theirs);
        let started = Instant::now();
        let mut child = command.spawn()?;
        let connection = connection.after_spawn(&mut child)?;
        let buffer = FrameBuffer::new(MAX_FROM_WORKER_FRAME_BYTES);
        Ok(Self { child, connection, buffer, started, exit: None })
    }

    /// The number of the process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// When it was started.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// Whether it is there and waits for its task: before it has one, it says nothing.
    pub(super) fn is_waiting(&mut self) -> bool {
        matches!(self.receive(Duration::ZERO), Ok(Received::Nothing))
    }

    /// Sends a message, and descriptors with it.
    pub(super) fn send(&mut self, message: &impl Serialize, files: &[&File]) -> io::Result<()> {
        let frame = encode(message, MAX_TO_WORKER_FRAME_BYTES).map_err(io::Error::other)?;
        self.connection.write_all_with_files(&frame, files)
    }

    /// Waits at most this long for a message.
    pub(super) fn receive(&mut self, time: Duration) -> io::Result<Received> {
        let deadline = Instant::now() + time;
        loop {
            match self.buffer.take() {
                Ok(Some(message)) => return Ok(Received::Message(message)),
                Ok(None) => {}
                Err(error) => return Ok(Received::Garbage(error)),
            }
            let mut block = [0; READ_BYTES];
            let left = deadline.saturating_duration_since(Instant::now());
            match self.connection.read_within(&mut block, left)? {
                Arrival::Bytes(read) => self.buffer.extend(&block[..read]),
                Arrival::Nothing if left.is_zero() => return Ok(Received::Nothing),
                Arrival::Nothing => {}
                Arrival::Closed => return Ok(Received::Closed),
            }
        }
    }

    /// Ends the worker, if it has not ended, and says how it ended.
    pub(super) fn kill(&mut self) -> &Exit {
        // It may have ended on its own a moment ago.
        let _ = self.child.kill();
        self.wait()
    }

    /// Waits for the worker to end.
    fn wait(&mut self) -> &Exit {
        let child = &mut self.child;
        self.exit.get_or_insert_with(|| {
            let mut exit = wait(child);
            if let Some(stderr) = child.stderr.take() {
                exit.last_words = last_words(stderr);
            }
            exit
        })
    }
}

/// What a worker that has ended had printed. Does not wait: should anything still hold the pipe
/// open, what is in it already is enough.
fn last_words(stderr: ChildStderr) -> String {
    #[cfg(unix)]
    if rustix::fs::fcntl_setfl(&stderr, rustix::fs::OFlags::NONBLOCK).is_err() {
        return String::new();
    }
    let mut words = Vec::new();
    // Whatever could be read is better than nothing.
    let _ = stderr.take(MAX_LAST_WORDS_BYTES).read_to_end(&mut words);
    String::from_utf8_lossy(&words).trim().to_owned()
}

impl Drop for WorkerProcess {
    fn drop(&mut self) {
        if self.exit.is_none() {
            self.kill();
        }
    }
}

/// The program that is running: on Linux by what it is and not by its name, so that replacing the
/// file meanwhile changes nothing.
fn own_program() -> io::Result<std::path::PathBuf> {
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
}
