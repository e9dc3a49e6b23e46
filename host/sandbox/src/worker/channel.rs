//! The worker's end of the channel.

use std::fs::File;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use cofferdam_worker_protocol::{
    FrameBuffer, FrameError, FromWorker, MAX_FROM_WORKER_FRAME_BYTES, MAX_TO_WORKER_FRAME_BYTES,
    Setup, ToWorker, encode,
};

use crate::connection::Connection;

/// A channel that does not work: the supervisor is gone, or not one.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChannelError {
    #[error("the channel to the supervisor failed: {0}")]
    Io(#[from] io::Error),
    #[error("the supervisor broke the protocol: {0}")]
    Frame(#[from] FrameError),
    #[error("the supervisor closed the channel")]
    Closed,
    #[error("the supervisor sent something unexpected")]
    Unexpected,
}

/// Both directions.
pub(crate) struct Channel {
    connection: Connection,
    buffer: FrameBuffer,
    files: Vec<File>,
    outbox: Outbox,
}

impl Channel {
    /// Takes over the channel that the process was started with.
    pub(crate) fn open() -> Result<Self, ChannelError> {
        let connection = Connection::of_worker()?;
        let outbox = Outbox(Arc::new(Mutex::new(connection.try_clone()?)));
        let buffer = FrameBuffer::new(MAX_TO_WORKER_FRAME_BYTES);
        Ok(Self { connection, buffer, files: Vec::new(), outbox })
    }

    /// Receives the first message.
    pub(crate) fn receive_setup(&mut self) -> Result<Box<Setup>, ChannelError> {
        match self.receive()? {
            ToWorker::Setup(setup) => Ok(setup),
            _ => Err(ChannelError::Unexpected),
        }
    }

    /// Waits for the next message.
    pub(crate) fn receive(&mut self) -> Result<ToWorker, ChannelError> {
        loop {
            if let Some(message) = self.buffer.take()? {
                return Ok(message);
            }
            let mut block = [0; 64 * 1024];
            match self.connection.read_with_files(&mut block, &mut self.files)? {
                0 => return Err(ChannelError::Closed),
                read => self.buffer.extend(&block[..read]),
            }
        }
    }

    /// The descriptors that came with the first message.
    pub(crate) fn take_files(&mut self) -> Vec<File> {
        std::mem::take(&mut self.files)
    }

    /// The sending direction.
    pub(crate) fn outbox(&self) -> &Outbox {
        &self.outbox
    }
}

/// The sending direction, shared by everything in the worker that has something to say.
#[derive(Clone)]
pub(crate) struct Outbox(Arc<Mutex<Connection>>);

impl Outbox {
    /// Sends a message, and waits until the supervisor has taken it when it is slow.
    pub(crate) fn send(&self, message: &FromWorker) -> Result<(), ChannelError> {
        let frame = encode(message, MAX_FROM_WORKER_FRAME_BYTES)?;
        // A thread that panicked ended the process; the lock cannot be poisoned.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(connection.write_all(&frame)?)
    }
}
